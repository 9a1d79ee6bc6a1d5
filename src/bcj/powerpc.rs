//! PowerPC, big endian: the operand of BL, in bytes, whose two lowest bits
//! are flags (not absolute, with link).

#![forbid(unsafe_code)]

use super::{shift, words};

pub(super) fn code<const ENCODE: bool>(bytes: &mut [u8], position: u32) -> usize {
    words::big(bytes, position, |word, at| {
        let call = 0x4800_0001 | shift::<ENCODE>(word, at) & 0x03ff_fffc;
        if word & 0xfc00_0003 == 0x4800_0001 { call } else { word }
    })
}
