//! lzma/filter.h: filters and filter chains.

#![allow(non_camel_case_types)]

use core::ffi::c_void;

use super::vli::lzma_vli;

/// The most filters in a chain, its terminator not counted.
pub const LZMA_FILTERS_MAX: usize = 4;

/// One filter of a chain. A chain is an array that ends with the ID
/// `LZMA_VLI_UNKNOWN`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_filter {
    /// Filter ID, one of the `LZMA_FILTER_*` constants.
    pub id: lzma_vli,
    /// The options structure of the filter; NULL when it needs none.
    pub options: *mut c_void,
}

/// Allow, or list, filters that the .xz format cannot use.
pub const LZMA_STR_ALL_FILTERS: u32 = 0x01;

/// Do not check that the chain can be used in the .xz format.
pub const LZMA_STR_NO_VALIDATION: u32 = 0x02;

/// Write the options that an encoder reads.
pub const LZMA_STR_ENCODER: u32 = 0x10;

/// Write the options that a decoder reads.
pub const LZMA_STR_DECODER: u32 = 0x20;

/// Write chains as long options of a command line.
pub const LZMA_STR_GETOPT_LONG: u32 = 0x40;

/// Put dashes, not spaces, between filters.
pub const LZMA_STR_NO_SPACES: u32 = 0x80;
