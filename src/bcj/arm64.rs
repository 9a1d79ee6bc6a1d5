//! ARM64: the 26-bit operand of BL, in words, and the 21-bit operand of ADRP,
//! in pages of 4096 bytes, where it is within ±512 MiB.

#![forbid(unsafe_code)]

use super::blocks::block;
use super::{shift, words};
use crate::cpu::scan;

/// Every fourth byte has the upper bits of an instruction.
const UPPER_BYTES: u64 = 0x8888_8888_8888_8888;

/// With more than this many branches among 16 instructions, all are looked at
/// instead of searching for the branches.
const MANY: u32 = 5;

pub(super) fn code<const ENCODE: bool>(bytes: &mut [u8], position: u32) -> usize {
    for start in (0..bytes.len()).step_by(64) {
        let part = block(bytes, start);
        // BL and ADRP
        let found = scan::bytes(&part, 0xfc, 0x94) | scan::bytes(&part, 0x9f, 0x90);
        let mut found = (found & UPPER_BYTES) >> 3;
        if found.count_ones() > MANY {
            if let Some(part) = bytes[start..].first_chunk_mut::<64>() {
                // All of them at once: the compiler makes that several at a time.
                words::little(part, position.wrapping_add(start as u32), convert::<ENCODE>);
                continue;
            }
        }
        while found != 0 {
            let at = start + found.trailing_zeros() as usize;
            found &= found - 1;
            if let Some(instruction) = bytes[at..].first_chunk_mut() {
                let word = u32::from_le_bytes(*instruction);
                let word = convert::<ENCODE>(word, position.wrapping_add(at as u32));
                *instruction = word.to_le_bytes();
            }
        }
    }
    bytes.len() & !3
}

/// BL and ADRP are converted, others stay, without branches.
#[inline(always)]
fn convert<const ENCODE: bool>(word: u32, at: u32) -> u32 {
    let call = 0x9400_0000 | shift::<ENCODE>(word, at >> 2) & 0x03ff_ffff;
    let is_call = word >> 26 == 0x25;

    let page = word >> 29 & 3 | word >> 3 & 0x001f_fffc;
    // The uppermost bits of the 21 are the same as the 18th.
    let is_near = page.wrapping_add(0x2_0000) & 0x001c_0000 == 0;
    let is_adrp = (word & 0x9f00_0000 == 0x9000_0000) & is_near;
    let page = shift::<ENCODE>(page, at >> 12);
    let sign = 0u32.wrapping_sub(page >> 17 & 1) & 0x00e0_0000;
    let adrp = word & 0x9000_001f | (page & 3) << 29 | (page & 0x0003_fffc) << 3 | sign;

    let other = if is_adrp { adrp } else { word };
    if is_call { call } else { other }
}
