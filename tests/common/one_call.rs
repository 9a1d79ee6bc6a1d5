//! Functions that decode all in one call, from a position in one buffer to a
//! position in another.

use std::ptr;

use rlzma::ffi::*;

use super::{Allocator, Rng};

/// The two buffers of such a function, as it takes them.
pub struct Buffers {
    pub input: *const u8,
    pub in_pos: *mut usize,
    pub in_size: usize,
    pub out: *mut u8,
    pub out_pos: *mut usize,
    pub out_size: usize,
}

/// The code of such a function, the positions that it leaves, and its output.
pub type Answer = (lzma_ret, usize, usize, Vec<u8>);

/// Decodes `bytes` with `room` for the output; neither position is zero.
pub fn decode(
    bytes: &[u8],
    room: usize,
    call: impl FnOnce(*const lzma_allocator, Buffers) -> lzma_ret,
) -> Answer {
    let allocator = Allocator::new();
    let input = [&[1, 2][..], bytes].concat();
    let mut out = vec![0; room + 3];
    let (mut in_pos, mut out_pos) = (2, 3);
    let buffers = Buffers {
        input: input.as_ptr(),
        in_pos: &raw mut in_pos,
        in_size: input.len(),
        out: out.as_mut_ptr(),
        out_pos: &raw mut out_pos,
        out_size: out.len(),
    };
    let ret = call(allocator.as_ptr(), buffers);
    out.truncate(out_pos);
    (ret, in_pos, out_pos, out)
}

/// Room for an output of `size` bytes: enough or not.
pub fn room(size: usize, rng: &mut Rng) -> usize {
    match rng.below(4) {
        0 => size,
        1 => rng.below(size + 1),
        2 => size + 1,
        _ => size + 1000,
    }
}

/// The answers to NULL pointers and to positions behind the end of a buffer.
/// `call` is also told whether to replace its third pointer, to what the
/// function decodes by, with NULL.
pub fn null_pointers_and_wrong_positions(
    bytes: &[u8],
    mut call: impl FnMut(Buffers, bool) -> lzma_ret,
) -> Vec<lzma_ret> {
    let mut out = vec![0; 100_000];
    let (in_size, out_size) = (bytes.len(), out.len());
    let mut answers = Vec::new();
    let mut ask = |in_pos: *mut usize, out_pos: *mut usize, nulls: u32| {
        let input = if nulls & 1 != 0 { ptr::null() } else { bytes.as_ptr() };
        let out = if nulls & 2 != 0 { ptr::null_mut() } else { out.as_mut_ptr() };
        let buffers = Buffers { input, in_pos, in_size, out, out_pos, out_size };
        answers.push(call(buffers, nulls & 4 != 0));
    };
    for nulls in 0..8 {
        for in_pos in [0, in_size, in_size + 1] {
            for out_pos in [0, out_size, out_size + 1] {
                ask(&mut { in_pos }, &mut { out_pos }, nulls);
            }
        }
    }
    ask(ptr::null_mut(), &mut 0, 0);
    ask(&mut 0, ptr::null_mut(), 0);
    answers
}
