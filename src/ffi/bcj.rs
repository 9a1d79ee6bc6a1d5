//! lzma/bcj.h: filters for executable code.

#![allow(non_camel_case_types)]

use super::vli::lzma_vli;

/// Filter ID: x86, 32 and 64 bits.
pub const LZMA_FILTER_X86: lzma_vli = 0x04;

/// Filter ID: PowerPC, big endian.
pub const LZMA_FILTER_POWERPC: lzma_vli = 0x05;

/// Filter ID: IA-64 (Itanium).
pub const LZMA_FILTER_IA64: lzma_vli = 0x06;

/// Filter ID: ARM, little endian.
pub const LZMA_FILTER_ARM: lzma_vli = 0x07;

/// Filter ID: ARM-Thumb, little endian.
pub const LZMA_FILTER_ARMTHUMB: lzma_vli = 0x08;

/// Filter ID: SPARC.
pub const LZMA_FILTER_SPARC: lzma_vli = 0x09;

/// Filter ID: ARM64.
pub const LZMA_FILTER_ARM64: lzma_vli = 0x0A;

/// Filter ID: RISC-V.
pub const LZMA_FILTER_RISCV: lzma_vli = 0x0B;

/// Options of all these filters. They may be left out.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_options_bcj {
    /// The position in the executable that the data begins at; a multiple of
    /// the instruction alignment.
    pub start_offset: u32,
}
