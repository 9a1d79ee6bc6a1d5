//! RISC-V: the operand of JAL with a return address, and that of AUIPC
//! together with the instruction that follows it.
//!
//! A pair of AUIPC and an instruction that adds to the same register becomes
//! an AUIPC of x2 (which does not occur in programs), whose operand is the
//! lower part of the second instruction, and the absolute address in big
//! endian order. Whatever already looks like that is disguised as a pair,
//! without conversion of the address, so that all data survives.

#![forbid(unsafe_code)]

use super::blocks::{block, from, skip};
use crate::cpu::scan;

/// AUIPC, without register and operand.
const AUIPC: u32 = 0x17;
/// AUIPC of x2.
const SPECIAL: u32 = AUIPC | 2 << 7;

pub(super) fn code<const ENCODE: bool>(bytes: &mut [u8], position: u32) -> usize {
    // A pair takes eight bytes.
    let Some(end) = bytes.len().checked_sub(7) else {
        return 0;
    };
    let mut next = 0usize; // what is before this belongs to the last instruction
    for start in (0..end).step_by(64) {
        let part = block(bytes, start);
        // JAL of x1 or x5; AUIPC of any register
        let mut found =
            scan::halfwords(&part, 0x0dff, 0x00ef) | scan::halfwords(&part, 0x007f, AUIPC as u16);
        found &= from(next.saturating_sub(start)) & !from(end - start);
        while found != 0 {
            let at = start + found.trailing_zeros() as usize;
            let Some(instructions) = bytes[at..].first_chunk_mut() else {
                break; // not reached: `at` is before `end`
            };
            let len = convert::<ENCODE>(instructions, position.wrapping_add(at as u32));
            next = at + len;
            found = skip(found, len);
        }
    }
    // Instructions begin at even positions.
    next.max(end.next_multiple_of(2))
}

/// Converts what begins at position `at`, if it is to be. Returns how many
/// bytes are done.
#[inline]
fn convert<const ENCODE: bool>(bytes: &mut [u8; 8], at: u32) -> usize {
    let [b0, b1, b2, b3, operand @ ..] = *bytes;
    let first = u32::from_le_bytes([b0, b1, b2, b3]);
    if b0 == 0xef {
        let [b0, b1, b2, b3] = if ENCODE { encode_jal(first, at) } else { decode_jal(first, at) };
        let [o0, o1, o2, o3] = operand;
        *bytes = [b0, b1, b2, b3, o0, o1, o2, o3];
        return 4;
    }
    let (first, second) = if first & 0xe80 != 0 {
        // Neither x0 nor x2.
        let second = u32::from_le_bytes(operand);
        if !is_pair(first, second) {
            // These six bytes must not change, or decoding would see a pair.
            return 6;
        }
        if ENCODE { encode_pair(first, second, at) } else { disguise(first, second) }
    } else {
        if !is_special(first) {
            return 4;
        }
        if ENCODE { expose(first, operand) } else { decode_pair(first, operand, at) }
    };
    let [f0, f1, f2, f3] = first.to_le_bytes();
    let [s0, s1, s2, s3] = second;
    *bytes = [f0, f1, f2, f3, s0, s1, s2, s3];
    8
}

/// Tells whether the second instruction uses the register of the AUIPC, and is
/// not a compressed one.
fn is_pair(auipc: u32, second: u32) -> bool {
    second & 3 == 3 && auipc >> 7 & 0x1f == second >> 15 & 0x1f
}

/// Tells whether an AUIPC of x0 or x2 is what [`encode_pair`] makes: of x2,
/// with the lower part of an instruction that is not compressed and that uses
/// neither x0 nor x2.
fn is_special(auipc: u32) -> bool {
    auipc & 0x3fff == SPECIAL | 3 << 12 && auipc >> 27 & 0x1d != 0
}

fn encode_pair(auipc: u32, second: u32, at: u32) -> (u32, [u8; 4]) {
    let low = (second as i32 >> 20) as u32;
    let address = (auipc & 0xffff_f000).wrapping_add(low).wrapping_add(at);
    (SPECIAL | second << 12, address.to_be_bytes())
}

fn decode_pair(special: u32, address: [u8; 4], at: u32) -> (u32, [u8; 4]) {
    let address = u32::from_be_bytes(address).wrapping_sub(at);
    let second = special >> 12 | address << 20;
    // The lower part is signed, so the upper part is rounded.
    let high = address.wrapping_add(0x800) & 0xffff_f000;
    (AUIPC | special >> 27 << 7 | high, second.to_le_bytes())
}

/// Decodes an instruction that looks like an encoded pair into a pair.
fn expose(special: u32, operand: [u8; 4]) -> (u32, [u8; 4]) {
    let operand = u32::from_le_bytes(operand);
    let second = special >> 12 | operand << 20;
    (AUIPC | special >> 27 << 7 | operand & 0xffff_f000, second.to_le_bytes())
}

/// The reverse of [`expose`].
fn disguise(auipc: u32, second: u32) -> (u32, [u8; 4]) {
    let operand = auipc & 0xffff_f000 | second >> 20;
    (SPECIAL | second << 12, operand.to_le_bytes())
}

/// The operand of JAL: its bits are 20, 10 to 1, 11, 19 to 12. Encoded, they
/// are 20 to 17, then 16 to 9, then 8 to 1 in a byte each.
fn encode_jal(jal: u32, at: u32) -> [u8; 4] {
    let operand = jal >> 11 & 1 << 20 | jal & 0xff << 12 | jal >> 9 & 1 << 11 | jal >> 20 & 0x7fe;
    let address = operand.wrapping_add(at);
    let [b0, b1, ..] = jal.to_le_bytes();
    [b0, b1 & 0x0f | (address >> 13) as u8 & 0xf0, (address >> 9) as u8, (address >> 1) as u8]
}

fn decode_jal(jal: u32, at: u32) -> [u8; 4] {
    let [_, b1, b2, b3] = jal.to_le_bytes().map(u32::from);
    let address = (b1 & 0xf0) << 13 | b2 << 9 | b3 << 1;
    let address = address.wrapping_sub(at);
    let operand = (address & 1 << 20) << 11
        | address & 0xff << 12
        | (address & 1 << 11) << 9
        | (address & 0x7fe) << 20;
    (jal & 0xfff | operand).to_le_bytes()
}
