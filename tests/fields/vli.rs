//! Variable-length integers: both libraries give the same answers, and leave
//! the same numbers behind, whatever they are given.

use std::ptr;

use crate::common::{Lib, Rng, is_enough, seeds};
use rlzma::ffi::*;

/// The answer of a call, and the state that it leaves behind.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    ret: lzma_ret,
    vli: u64,
    vli_pos: usize,
    pos: usize,
    bytes: Vec<u8>,
}

fn decode(lib: &Lib, start: &Answer, size: usize, whole: bool) -> Answer {
    let (mut vli, mut vli_pos, mut pos) = (start.vli, start.vli_pos, start.pos);
    let state = if whole { ptr::null_mut() } else { &raw mut vli_pos };
    // SAFETY: `size` is at most the number of bytes.
    let ret =
        unsafe { (lib.lzma_vli_decode)(&mut vli, state, start.bytes.as_ptr(), &mut pos, size) };
    Answer { ret, vli, vli_pos, pos, bytes: start.bytes.clone() }
}

fn encode(lib: &Lib, start: &Answer, size: usize, whole: bool) -> Answer {
    let (vli, mut vli_pos, mut pos) = (start.vli, start.vli_pos, start.pos);
    let mut bytes = start.bytes.clone();
    let state = if whole { ptr::null_mut() } else { &raw mut vli_pos };
    // SAFETY: `size` is at most the number of bytes.
    let ret = unsafe { (lib.lzma_vli_encode)(vli, state, bytes.as_mut_ptr(), &mut pos, size) };
    Answer { ret, vli, vli_pos, pos, bytes }
}

/// A number of random magnitude, sometimes too large.
fn number(rng: &mut Rng) -> u64 {
    match rng.below(12) {
        0 => LZMA_VLI_MAX,
        1 => LZMA_VLI_MAX + 1 + (rng.next_u64() >> 1),
        2 => LZMA_VLI_UNKNOWN,
        3 => (1 << rng.below(64)) - rng.below(2) as u64,
        _ => rng.next_u64() >> rng.below(64),
    }
}

/// Bytes that often begin with an encoded number.
fn bytes(rng: &mut Rng) -> Vec<u8> {
    let mut bytes = vec![0; rng.below(14)];
    rng.fill(&mut bytes);
    let end = rng.below(12);
    for (i, byte) in bytes.iter_mut().enumerate() {
        match rng.below(40) {
            0 => *byte = 0,
            1 => *byte = 0x80,
            _ if i < end => *byte |= 0x80,
            _ => *byte &= 0x7F,
        }
    }
    bytes
}

fn start(rng: &mut Rng) -> Answer {
    let bytes = bytes(rng);
    let vli_pos = if rng.one_in(2) { 0 } else { rng.below(11) };
    let vli = match rng.below(3) {
        // A number that fits the position.
        0 => rng.next_u64() & (1_u64.checked_shl(7 * vli_pos as u32).unwrap_or(0).wrapping_sub(1)),
        _ => number(rng),
    };
    let pos = rng.below(bytes.len() + 1);
    Answer { ret: LZMA_OK, vli, vli_pos, pos, bytes }
}

#[test]
fn any_call() {
    let (reference, ours) = (Lib::reference(), Lib::ours());
    seeds(50_000, |rng| {
        let start = start(rng);
        // Less than the position, now and then.
        let size = if rng.one_in(4) { rng.below(start.bytes.len() + 1) } else { start.bytes.len() };
        let whole = rng.one_in(2);
        let what = format!("{start:?}, {size} bytes, whole: {whole}");
        let (want, have) =
            (decode(reference, &start, size, whole), decode(ours, &start, size, whole));
        assert_eq!(want, have, "decoding {what}");
        let (want, have) =
            (encode(reference, &start, size, whole), encode(ours, &start, size, whole));
        assert_eq!(want, have, "encoding {what}");
    });
}

/// Each call is given the state that the one before has left behind, also after
/// errors, with other bytes and other room.
#[test]
fn going_on_after_errors() {
    let mut errors = 0;
    seeds(30_000, |rng| {
        type Coder = fn(&Lib, &Answer, usize, bool) -> Answer;
        let coder: Coder = if rng.one_in(2) { encode } else { decode };
        let mut at = start(rng);
        let mut done = Vec::new();
        for _ in 0..8 {
            let size = rng.below(at.bytes.len() + 1);
            let want = coder(Lib::reference(), &at, size, false);
            let have = coder(Lib::ours(), &at, size, false);
            done.push((at, size));
            assert_eq!(want, have, "after {done:?}");
            errors += usize::from(have.ret != LZMA_OK && have.ret != LZMA_STREAM_END);
            at = have;
            match rng.below(3) {
                0 => at.bytes = bytes(rng),
                1 if at.ret == LZMA_STREAM_END => at.vli_pos = 0,
                _ => {}
            }
            at.pos = if rng.one_in(3) { rng.below(at.bytes.len() + 1) } else { at.pos };
        }
    });
    assert!(is_enough(errors, 10_000), "{errors}");
}

#[test]
fn sizes() {
    let (reference, ours) = (Lib::reference(), Lib::ours());
    seeds(10_000, |rng| {
        let vli = number(rng);
        // SAFETY: any number is fine.
        let (want, have) = unsafe { ((reference.lzma_vli_size)(vli), (ours.lzma_vli_size)(vli)) };
        assert_eq!(want, have, "{vli:#x}");
    });
}

/// Both libraries encode into, and decode from, pieces of any size.
#[test]
fn in_pieces() {
    seeds(5_000, |rng| {
        let vli = number(rng) & LZMA_VLI_MAX;
        let room = vec![0; 9];
        let whole = Answer { ret: LZMA_OK, vli, vli_pos: 0, pos: 0, bytes: room };
        let whole = encode(Lib::reference(), &whole, 9, true);
        assert_eq!(whole.ret, LZMA_OK);

        type Coder = fn(&Lib, &Answer, usize, bool) -> Answer;
        let empty = vec![0; 9];
        let coders: [(Coder, u64, &Vec<u8>); 2] =
            [(encode, vli, &empty), (decode, number(rng), &whole.bytes)];
        for (coder, first, bytes) in coders {
            let mut at = [0; 2].map(|_| Answer {
                ret: LZMA_OK,
                vli: first,
                vli_pos: 0,
                pos: 0,
                bytes: bytes.clone(),
            });
            while at[0].ret != LZMA_STREAM_END {
                let size = (at[0].pos + rng.below(4)).min(whole.pos);
                at = [
                    coder(Lib::reference(), &at[0], size, false),
                    coder(Lib::ours(), &at[1], size, false),
                ];
                assert_eq!(at[0], at[1], "{vli:#x}");
            }
            assert_eq!((at[1].vli, at[1].pos, &at[1].bytes), (vli, whole.pos, &whole.bytes));
        }
    });
}
