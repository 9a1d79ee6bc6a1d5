//! ARM: the 24-bit operand of BL, in words, relative to the position plus 8.

#![forbid(unsafe_code)]

use super::{shift, words};

pub(super) fn code<const ENCODE: bool>(bytes: &mut [u8], position: u32) -> usize {
    words::little(bytes, position.wrapping_add(8), |word, at| {
        let call = 0xeb00_0000 | shift::<ENCODE>(word, at >> 2) & 0x00ff_ffff;
        if word >> 24 == 0xeb { call } else { word }
    })
}
