//! lzma/check.h: integrity checks.

#![allow(non_camel_case_types)]

use core::ffi::c_uint;

/// Type of the integrity check, its Check ID in the .xz format.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_check(pub c_uint);

/// No check.
pub const LZMA_CHECK_NONE: lzma_check = lzma_check(0);
/// CRC32, four bytes.
pub const LZMA_CHECK_CRC32: lzma_check = lzma_check(1);
/// CRC64, eight bytes.
pub const LZMA_CHECK_CRC64: lzma_check = lzma_check(4);
/// SHA-256, 32 bytes.
pub const LZMA_CHECK_SHA256: lzma_check = lzma_check(10);

/// The largest Check ID that the format allows.
pub const LZMA_CHECK_ID_MAX: c_uint = 15;

/// The most bytes that any check takes, among those not defined yet.
pub const LZMA_CHECK_SIZE_MAX: usize = 64;
