//! SPARC: the 30-bit operand of CALL, in words, where it is within ±8 MiB
//! (the upper eight bits are the same as the sign).

#![forbid(unsafe_code)]

use super::{shift, words};

pub(super) fn code<const ENCODE: bool>(bytes: &mut [u8], position: u32) -> usize {
    words::big(bytes, position, |word, at| {
        let target = shift::<ENCODE>(word, at >> 2);
        // 23 bits, sign-extended to 30
        let target = ((target << 9) as i32 >> 9) as u32;
        let call = 0x4000_0000 | target & 0x3fff_ffff;
        if (word >> 22 == 0x100) | (word >> 22 == 0x1ff) { call } else { word }
    })
}
