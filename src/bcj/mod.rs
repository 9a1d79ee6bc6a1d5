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

/// Makes [`Arch`] and what depends on it of the list of filters below.
macro_rules! filters {
    ($filter:ident, $bytes:ident: $(
        $(#[$doc:meta])*
        $arch:ident($id:literal, $name:literal, $alignment:literal, $look_ahead:literal)
            => $code:expr,
    )*) => {
        /// An instruction set.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Arch {
            $($(#[$doc])* $arch,)*
        }

        impl Arch {
            /// All of them, in the order in which filter strings are listed.
            pub(crate) const ALL: &[Arch] = &[$(Arch::$arch,)*];

            /// The ID of the filter for this instruction set.
            pub(crate) const fn id(self) -> u64 {
                match self { $(Arch::$arch => $id,)* }
            }

            /// The instruction set of the filter with this ID; `None` for all
            /// other filters.
            pub(crate) fn of(id: u64) -> Option<Arch> {
                match id {
                    $($id => Some(Arch::$arch),)*
                    _ => None,
                }
            }

            /// Its name in filter strings.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Arch::$arch => $name,)* }
            }

            /// The alignment of instructions, of which the start offset must
            /// be a multiple, in bytes.
            pub(crate) const fn alignment(self) -> u32 {
                match self { $(Arch::$arch => $alignment,)* }
            }

            /// Greatest number of bytes that it takes to decide about one. Fewer than
            /// these stay undecided at the end of the data.
            const fn look_ahead(self) -> usize {
                match self { $(Arch::$arch => $look_ahead,)* }
            }
        }

        impl Converter {
            fn code<const ENCODE: bool>(&mut self, $bytes: &mut [u8]) -> usize {
                let $filter = self;
                match $filter.arch { $(Arch::$arch => $code,)* }
            }
        }
    };
}

// ID, name, alignment, look-ahead => what converts the bytes.
filters! { filter, bytes:
    /// x86, 32 and 64 bits.
    X86(0x04, "x86", 1, 5) => filter.x86.code::<ENCODE>(bytes, filter.position),
    /// ARM, little endian.
    Arm(0x07, "arm", 4, 4) => arm::code::<ENCODE>(bytes, filter.position),
    /// ARM-Thumb, little endian.
    ArmThumb(0x08, "armthumb", 2, 4) => armthumb::code::<ENCODE>(bytes, filter.position),
    /// ARM64.
    Arm64(0x0a, "arm64", 4, 4) => arm64::code::<ENCODE>(bytes, filter.position),
    /// RISC-V, 32 and 64 bits.
    RiscV(0x0b, "riscv", 2, 8) => riscv::code::<ENCODE>(bytes, filter.position),
    /// PowerPC, big endian.
    PowerPc(0x05, "powerpc", 4, 4) => powerpc::code::<ENCODE>(bytes, filter.position),
    /// IA-64 (Itanium).
    Ia64(0x06, "ia64", 16, 16) => ia64::code::<ENCODE>(bytes, filter.position),
    /// SPARC.
    Sparc(0x09, "sparc", 4, 4) => sparc::code::<ENCODE>(bytes, filter.position),
}

/// A filter without buffering: what it has to remember, and where it is.
pub(crate) struct Converter {
    arch: Arch,
    encode: bool,
    position: u32,
    x86: X86,
}

impl Converter {
    /// `position` is that of the first byte; what is lacking to the
    /// [alignment](Arch::alignment) is dropped.
    pub(crate) fn new(arch: Arch, encode: bool, position: u32) -> Converter {
        let position = position & !(arch.alignment() - 1);
        Converter { arch, encode, position, x86: X86::new() }
    }

    /// Filters `bytes` in place. Returns how many are done; what follows them
    /// is to be given again, with more behind it.
    pub(crate) fn filter(&mut self, bytes: &mut [u8]) -> usize {
        let done = if self.encode { self.code::<true>(bytes) } else { self.code::<false>(bytes) };
        self.position = self.position.wrapping_add(done as u32);
        done
    }
}

/// Adds an address when encoding, subtracts it when decoding.
#[inline(always)]
fn shift<const ENCODE: bool>(address: u32, by: u32) -> u32 {
    if ENCODE { address.wrapping_add(by) } else { address.wrapping_sub(by) }
}

#[cfg(test)]
mod tests;
