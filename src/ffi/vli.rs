//! lzma/vli.h: variable-length integers.

#![allow(non_camel_case_types)]

/// A number that the .xz format stores in one to nine bytes, or
/// `LZMA_VLI_UNKNOWN`.
pub type lzma_vli = u64;

/// The largest number that can be stored.
pub const LZMA_VLI_MAX: lzma_vli = u64::MAX / 2;

/// Stands for a number that is not known.
pub const LZMA_VLI_UNKNOWN: lzma_vli = u64::MAX;

/// The most bytes that an encoded number takes.
pub const LZMA_VLI_BYTES_MAX: usize = 9;

/// Whether `vli` is a number that can be stored, or `LZMA_VLI_UNKNOWN`.
pub const fn lzma_vli_is_valid(vli: lzma_vli) -> bool {
    vli <= LZMA_VLI_MAX || vli == LZMA_VLI_UNKNOWN
}
