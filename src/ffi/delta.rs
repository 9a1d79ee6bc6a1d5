//! lzma/delta.h: the Delta filter.

#![allow(non_camel_case_types)]

use core::ffi::{c_uint, c_void};

use super::vli::lzma_vli;

/// Filter ID: Delta. Replaces each byte by its difference from one before it,
/// which helps with tables of numbers, and uncompressed images and sound.
pub const LZMA_FILTER_DELTA: lzma_vli = 0x03;

/// The unit of which differences are taken.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_delta_type(pub c_uint);

/// Of single bytes.
pub const LZMA_DELTA_TYPE_BYTE: lzma_delta_type = lzma_delta_type(0);

/// The smallest distance, in bytes.
pub const LZMA_DELTA_DIST_MIN: u32 = 1;

/// The largest distance, in bytes.
pub const LZMA_DELTA_DIST_MAX: u32 = 256;

/// Options of the Delta filter, which cannot do without.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_options_delta {
    /// Always `LZMA_DELTA_TYPE_BYTE`.
    pub r#type: lzma_delta_type,
    /// Distance of the subtracted byte, in bytes: the size of a row or a
    /// sample. From `LZMA_DELTA_DIST_MIN` to `LZMA_DELTA_DIST_MAX`.
    pub dist: u32,
    /// Reserved.
    pub reserved_int1: u32,
    /// Reserved.
    pub reserved_int2: u32,
    /// Reserved.
    pub reserved_int3: u32,
    /// Reserved.
    pub reserved_int4: u32,
    /// Reserved.
    pub reserved_ptr1: *mut c_void,
    /// Reserved.
    pub reserved_ptr2: *mut c_void,
}
