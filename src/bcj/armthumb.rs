//! ARM-Thumb: BL, two halfwords with eleven bits of the operand each, in
//! halfwords, relative to the position plus 4.

#![forbid(unsafe_code)]

use super::{shift, words};

/// The bits that make a pair of halfwords a BL; filtering keeps them.
const MASK: u32 = 0xf800_f800;
const CALL: u32 = 0xf800_f000;

pub(super) fn code<const ENCODE: bool>(bytes: &mut [u8], position: u32) -> usize {
    let convert = |word: u32, at: u32| {
        let target = shift::<ENCODE>((word & 0x7ff) << 11 | word >> 16 & 0x7ff, at >> 1);
        let call = CALL | target >> 11 & 0x7ff | (target & 0x7ff) << 16;
        if word & MASK == CALL { call } else { word }
    };
    // A BL may begin at every halfword, but the second half of one is never
    // the first half of another. So those at multiples of four and those
    // between do not interfere, and either can be done first.
    let Some((_, odd)) = bytes.split_at_mut_checked(2) else {
        return 0;
    };
    words::little(odd, position.wrapping_add(6), convert);
    words::little(bytes, position.wrapping_add(4), convert);
    done(bytes)
}

/// The last halfword may be the first half of a BL and has to come again,
/// unless it is the second half of one.
fn done(bytes: &[u8]) -> usize {
    let even = bytes.len() & !1;
    match bytes[..even].last_chunk() {
        Some(last) if u32::from_le_bytes(*last) & MASK == CALL => even,
        Some(_) => even - 2,
        None => 0,
    }
}
