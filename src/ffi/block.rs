//! lzma/block.h: Blocks of the .xz format.

#![allow(non_camel_case_types)]

use core::ffi::c_void;

use super::base::{lzma_bool, lzma_reserved_enum};
use super::check::{LZMA_CHECK_SIZE_MAX, lzma_check};
use super::filter::lzma_filter;
use super::vli::lzma_vli;

/// The smallest Block Header in bytes.
pub const LZMA_BLOCK_HEADER_SIZE_MIN: u32 = 8;

/// The largest Block Header in bytes.
pub const LZMA_BLOCK_HEADER_SIZE_MAX: u32 = 1024;

/// What is known about a Block.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_block {
    /// Version of this structure: zero, or one when `ignore_check` is meant.
    pub version: u32,
    /// Size of the Block Header in bytes, a multiple of four.
    pub header_size: u32,
    /// Type of the integrity check.
    pub check: lzma_check,
    /// Size of the compressed data in bytes, or `LZMA_VLI_UNKNOWN`.
    pub compressed_size: lzma_vli,
    /// Size of the uncompressed data in bytes, or `LZMA_VLI_UNKNOWN`.
    pub uncompressed_size: lzma_vli,
    /// The filter chain, terminated; room for five entries.
    pub filters: *mut lzma_filter,
    /// The Check field as it is in the file.
    pub raw_check: [u8; LZMA_CHECK_SIZE_MAX],
    /// Reserved.
    pub reserved_ptr1: *mut c_void,
    /// Reserved.
    pub reserved_ptr2: *mut c_void,
    /// Reserved.
    pub reserved_ptr3: *mut c_void,
    /// Reserved.
    pub reserved_int1: u32,
    /// Reserved.
    pub reserved_int2: u32,
    /// Reserved.
    pub reserved_int3: lzma_vli,
    /// Reserved.
    pub reserved_int4: lzma_vli,
    /// Reserved.
    pub reserved_int5: lzma_vli,
    /// Reserved.
    pub reserved_int6: lzma_vli,
    /// Reserved.
    pub reserved_int7: lzma_vli,
    /// Reserved.
    pub reserved_int8: lzma_vli,
    /// Reserved.
    pub reserved_enum1: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum2: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum3: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum4: lzma_reserved_enum,
    /// Decoder, from version one on: do not calculate the check.
    pub ignore_check: lzma_bool,
    /// Reserved.
    pub reserved_bool2: lzma_bool,
    /// Reserved.
    pub reserved_bool3: lzma_bool,
    /// Reserved.
    pub reserved_bool4: lzma_bool,
    /// Reserved.
    pub reserved_bool5: lzma_bool,
    /// Reserved.
    pub reserved_bool6: lzma_bool,
    /// Reserved.
    pub reserved_bool7: lzma_bool,
    /// Reserved.
    pub reserved_bool8: lzma_bool,
}

/// Size of a Block Header in bytes from its first byte `encoded`, which must
/// not be zero: that is where an Index begins.
pub const fn lzma_block_header_size_decode(encoded: u8) -> u32 {
    (encoded as u32 + 1) * 4
}
