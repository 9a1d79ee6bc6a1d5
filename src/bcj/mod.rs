//! Branch/call/jump filters (xz-file-format 1.2.1, section 5.3.2): relative
//! addresses in machine code become absolute ones, so that calls of the same
//! function look the same. Sizes do not change.
//!
//! Each instruction set has a file with a function `code::<ENCODE>(bytes,
//! position)` that filters as many of the `bytes` as can be decided and
//! returns how many these are; the rest has to come again with more data
//! behind it. `position` is that of the first byte, and a multiple of the
//! [alignment](Arch::alignment). [`Bcj`] makes a coder of it.

#![forbid(unsafe_code)]

mod arm;
mod arm64;
mod armthumb;
mod blocks;
mod coder;
mod ia64;
mod powerpc;
mod riscv;
mod sparc;
mod words;
mod x86;

pub(crate) use coder::Bcj;

use x86::X86;

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arch {
    /// x86, 32 and 64 bits.
    X86,
    /// PowerPC, big endian.
    PowerPc,
    /// IA-64 (Itanium).
    Ia64,
    /// ARM, little endian.
    Arm,
    /// ARM-Thumb, little endian.
    ArmThumb,
    /// ARM64.
    Arm64,
    /// SPARC.
    Sparc,
    /// RISC-V, 32 and 64 bits.
    RiscV,
}

impl Arch {
    /// The alignment of instructions, of which the start offset must be a
    /// multiple, in bytes.
    pub(crate) fn alignment(self) -> u32 {
        match self {
            Arch::X86 => 1,
            Arch::ArmThumb | Arch::RiscV => 2,
            Arch::PowerPc | Arch::Arm | Arch::Arm64 | Arch::Sparc => 4,
            Arch::Ia64 => 16,
        }
    }

    /// More bytes than can ever stay undecided.
    fn window(self) -> usize {
        match self {
            Arch::X86 => 5,
            Arch::PowerPc | Arch::Arm | Arch::ArmThumb | Arch::Arm64 | Arch::Sparc => 4,
            Arch::RiscV => 8,
            Arch::Ia64 => 16,
        }
    }
}

/// A filter without buffering: what it has to remember, and where it is.
pub(crate) struct Filter {
    arch: Arch,
    encode: bool,
    position: u32,
    x86: X86,
}

impl Filter {
    /// `position` is that of the first byte; what is lacking to the
    /// [alignment](Arch::alignment) is dropped.
    pub(crate) fn new(arch: Arch, encode: bool, position: u32) -> Filter {
        let position = position & !(arch.alignment() - 1);
        Filter { arch, encode, position, x86: X86::new() }
    }

    /// Filters `bytes` in place. Returns how many are done; what follows them
    /// is to be given again, with more behind it.
    pub(crate) fn filter(&mut self, bytes: &mut [u8]) -> usize {
        let done = if self.encode { self.code::<true>(bytes) } else { self.code::<false>(bytes) };
        self.position = self.position.wrapping_add(done as u32);
        done
    }

    fn code<const ENCODE: bool>(&mut self, bytes: &mut [u8]) -> usize {
        let position = self.position;
        match self.arch {
            Arch::X86 => self.x86.code::<ENCODE>(bytes, position),
            Arch::PowerPc => powerpc::code::<ENCODE>(bytes, position),
            Arch::Ia64 => ia64::code::<ENCODE>(bytes, position),
            Arch::Arm => arm::code::<ENCODE>(bytes, position),
            Arch::ArmThumb => armthumb::code::<ENCODE>(bytes, position),
            Arch::Arm64 => arm64::code::<ENCODE>(bytes, position),
            Arch::Sparc => sparc::code::<ENCODE>(bytes, position),
            Arch::RiscV => riscv::code::<ENCODE>(bytes, position),
        }
    }
}

/// Adds an address when encoding, subtracts it when decoding.
#[inline(always)]
fn shift<const ENCODE: bool>(address: u32, by: u32) -> u32 {
    if ENCODE { address.wrapping_add(by) } else { address.wrapping_sub(by) }
}

#[cfg(test)]
mod tests;
