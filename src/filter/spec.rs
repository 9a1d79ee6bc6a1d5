//! A filter of a chain and its options, as C gives them.

#![forbid(unsafe_code)]

use crate::lzma::LzmaOptions;

/// Filter IDs (xz-file-format 1.2.1, section 5.3, and liblzma's own).
#[allow(dead_code, missing_docs)]
pub(crate) mod id {
    pub(crate) const LZMA1: u64 = 0x4000_0000_0000_0001;
    pub(crate) const LZMA1EXT: u64 = 0x4000_0000_0000_0002;
    pub(crate) const LZMA2: u64 = 0x21;
    pub(crate) const DELTA: u64 = 0x03;
    pub(crate) const X86: u64 = 0x04;
    pub(crate) const POWERPC: u64 = 0x05;
    pub(crate) const IA64: u64 = 0x06;
    pub(crate) const ARM: u64 = 0x07;
    pub(crate) const ARMTHUMB: u64 = 0x08;
    pub(crate) const SPARC: u64 = 0x09;
    pub(crate) const ARM64: u64 = 0x0a;
    pub(crate) const RISCV: u64 = 0x0b;
    /// Not a filter: what ends an array of them.
    pub(crate) const UNKNOWN: u64 = u64::MAX;
}

/// One filter. Nothing is validated yet: the ID may be unknown, the options
/// may be missing or out of range. Whoever uses a chain checks all IDs first,
/// then the options one filter at a time, as liblzma does, so that the same
/// mistake gets the same error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FilterSpec<'a> {
    /// One of [`id`], or any other number.
    pub(crate) id: u64,
    /// The options for that ID; [`FilterOptions::None`] for an unknown ID.
    pub(crate) options: FilterOptions<'a>,
}

/// The options of a filter; which variant is decided by the ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilterOptions<'a> {
    /// C passed NULL.
    None,
    /// `lzma_options_lzma`, for LZMA1, LZMA1EXT and LZMA2.
    Lzma(LzmaOptions<'a>),
    /// `lzma_options_delta`.
    Delta {
        /// `lzma_delta_type`
        kind: u32,
        /// Distance in bytes.
        dist: u32,
    },
    /// `lzma_options_bcj`, for all BCJ filters.
    Bcj {
        /// Position of the first byte, as if the executable began there.
        start_offset: u32,
    },
}
