//! x86: the 32-bit operands of CALL and JMP (E8, E9), relative to the end of
//! the instruction, where they are within ±16 MiB: the uppermost byte is 00
//! or FF.
//!
//! Those bytes occur within other instructions as well, and then nothing
//! should be changed. So an opcode is passed over if there are others in the
//! three bytes before it, in certain cases. What these are is history; the
//! format depends on it.

#![forbid(unsafe_code)]

use super::blocks::{block, from, skip};
use super::shift;
use crate::cpu::scan;

/// State of the x86 filter: the opcodes among the last bytes that were not
/// converted.
#[derive(Clone, Copy)]
pub(super) struct X86 {
    /// Position of the last opcode.
    last: u32,
    /// Opcodes that were passed over: bit *n* for the one *n* bytes before
    /// (and including) the last.
    passed: u32,
    /// Those of them whose operand ended with 00 or FF.
    plausible: u32,
}

/// Tells whether an operand that ends with this byte is within ±16 MiB.
fn is_near(byte: u8) -> bool {
    byte == 0x00 || byte == 0xff
}

impl X86 {
    /// At the beginning of data.
    pub(super) fn new() -> X86 {
        X86 { last: 0u32.wrapping_sub(5), passed: 0, plausible: 0 }
    }

    pub(super) fn code<const ENCODE: bool>(&mut self, bytes: &mut [u8], position: u32) -> usize {
        // An opcode and its operand take five bytes.
        let Some(end) = bytes.len().checked_sub(4) else {
            return 0;
        };
        if end == 0 {
            return 0;
        }
        if position.wrapping_sub(self.last) > 5 {
            self.last = position.wrapping_sub(5);
        }
        let mut state = *self; // in registers
        let mut next = 0usize; // what is before this is the operand of the last opcode
        for start in (0..end).step_by(64) {
            let mut opcodes = scan::bytes(&block(bytes, start), 0xfe, 0xe8);
            opcodes &= from(next.saturating_sub(start)) & !from(end - start);
            while opcodes != 0 {
                let at = start + opcodes.trailing_zeros() as usize;
                let Some(instruction) = bytes[at..].first_chunk_mut() else {
                    break; // not reached: `at` is before `end`
                };
                if state.convert::<ENCODE>(instruction, position.wrapping_add(at as u32)) {
                    next = at + 5;
                    opcodes = skip(opcodes, 5);
                } else {
                    opcodes &= opcodes - 1;
                }
            }
        }
        *self = state;
        next.max(end)
    }

    /// Converts the operand of the opcode at position `at`, or passes it over
    /// and returns `false`.
    #[inline(always)]
    fn convert<const ENCODE: bool>(&mut self, instruction: &mut [u8; 5], at: u32) -> bool {
        let distance = at.wrapping_sub(self.last).min(4);
        self.last = at;
        self.passed = self.passed << distance & 0b1110;
        self.plausible = self.plausible << distance & 0b1110;

        let [_, operand @ ..] = instruction;
        let near = is_near(operand[3]);
        if !near || self.plausible != 0 || self.passed.count_ones() > 1 {
            self.passed |= 1;
            self.plausible |= u32::from(near);
            return false;
        }
        let end = at.wrapping_add(5);
        let mut target = shift::<ENCODE>(u32::from_le_bytes(*operand), end);
        if self.passed != 0 {
            // Decoding has to find the opcode that was passed over as it was:
            // with an operand whose last byte, which is in ours, is neither.
            let before = self.passed.trailing_zeros() * 8;
            if is_near((target >> (24 - before)) as u8) {
                target = shift::<ENCODE>(target ^ u32::MAX >> before, end);
            }
        }
        // 25 bits, sign-extended
        *operand = ((target << 7) as i32 >> 7).to_le_bytes();
        (self.passed, self.plausible) = (0, 0);
        true
    }
}
