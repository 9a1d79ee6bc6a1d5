//! lzma/check.h: integrity checks.
//!
//! These functions cannot panic: they take every argument and do nothing but
//! arithmetic without overflow. So they need no guard, which would take as
//! long as the CRC of a few bytes.

#![allow(non_camel_case_types)]

use super::base::lzma_bool;
use super::stream::input_slice;
use crate::check;
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

/// Whether the check with this ID can be calculated.
///
/// # Returns
/// 1 or 0. No check (`LZMA_CHECK_NONE`) is supported, too.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_check_is_supported(check: lzma_check) -> lzma_bool {
    check::is_supported(check.0).into()
}

/// Size in bytes of the check with this ID, supported or not.
///
/// # Returns
/// The size, or `UINT32_MAX` if there cannot be such a check.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_check_size(check: lzma_check) -> u32 {
    check::size(check.0).unwrap_or(u32::MAX)
}

/// Continues the CRC32 `crc` (0 at the beginning) with `size` bytes.
///
/// # Returns
/// The new CRC32.
///
/// # Safety
/// `buf` is valid for reads of `size` bytes; it may be NULL if `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_crc32(buf: *const u8, size: usize, crc: u32) -> u32 {
    // SAFETY: by contract.
    check::crc32(unsafe { input_slice(buf, size) }, crc)
}

/// Continues the CRC64 `crc` (0 at the beginning) with `size` bytes.
///
/// # Returns
/// The new CRC64.
///
/// # Safety
/// `buf` is valid for reads of `size` bytes; it may be NULL if `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_crc64(buf: *const u8, size: usize, crc: u64) -> u64 {
    // SAFETY: by contract.
    check::crc64(unsafe { input_slice(buf, size) }, crc)
}
