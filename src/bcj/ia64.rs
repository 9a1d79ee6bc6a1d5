//! IA-64: bundles of 16 bytes hold three instructions of 41 bits; the 21-bit
//! operand of IP-relative calls, in bundles.

#![forbid(unsafe_code)]

use super::shift;
use crate::cpu::polyfill::as_chunks_mut;

/// For each template (the lowest five bits of a bundle), which of the three
/// slots hold branch instructions.
const BRANCH_SLOTS: [u8; 32] = {
    let mut slots = [0; 32];
    slots[0x10] = 0b100; // MIB
    slots[0x11] = 0b100;
    slots[0x12] = 0b110; // MBB
    slots[0x13] = 0b110;
    slots[0x16] = 0b111; // BBB
    slots[0x17] = 0b111;
    slots[0x18] = 0b100; // MMB
    slots[0x19] = 0b100;
    slots[0x1c] = 0b100; // MFB
    slots[0x1d] = 0b100;
    slots
};

pub(super) fn code<const ENCODE: bool>(bytes: &mut [u8], position: u32) -> usize {
    let (bundles, _) = as_chunks_mut::<16, _>(bytes);
    let mut at = position >> 4;
    for bundle in bundles.iter_mut() {
        let slots = BRANCH_SLOTS[usize::from(bundle[0] & 0x1f)];
        if slots != 0 {
            branches::<ENCODE>(bundle, slots, at);
        }
        at = at.wrapping_add(1);
    }
    bundles.len() * 16
}

fn branches<const ENCODE: bool>(bytes: &mut [u8; 16], slots: u8, at: u32) {
    let mut bundle = u128::from_le_bytes(*bytes);
    for slot in 0..3 {
        let start = 5 + slot * 41;
        let instruction = (bundle >> start) as u64;
        if slots >> slot & 1 == 1 && is_call(instruction) {
            let change = instruction ^ call::<ENCODE>(instruction, at);
            bundle ^= u128::from(change) << start;
        }
    }
    *bytes = bundle.to_le_bytes();
}

/// IP-relative call: opcode 5, and a branch type of 0.
fn is_call(instruction: u64) -> bool {
    instruction >> 37 & 0xf == 5 && instruction >> 9 & 7 == 0
}

/// The operand: 20 bits from bit 13 on, and the sign as bit 36.
const OPERAND: u64 = 0xf_ffff << 13 | 1 << 36;

fn call<const ENCODE: bool>(instruction: u64, at: u32) -> u64 {
    let target = instruction >> 13 & 0xf_ffff | instruction >> 16 & 0x10_0000;
    let target = u64::from(shift::<ENCODE>(target as u32, at));
    instruction & !OPERAND | (target & 0xf_ffff) << 13 | (target & 0x10_0000) << 16
}
