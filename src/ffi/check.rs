//! lzma/check.h: integrity checks.
//!
//! `lzma_check_is_supported` and `lzma_check_size` only look something up, which
//! cannot panic. So they need no guard.

#![allow(non_camel_case_types)]

use super::base::lzma_bool;
use super::guard::guard;
use super::slices::input_slice;
use crate::check;
use core::ffi::c_uint;

/// Type of the integrity check, with its Check ID in the .xz format as value.
/// There are IDs from 0 to `LZMA_CHECK_ID_MAX`; those without a name here have
/// no meaning yet, and decoders skip such checks.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_check(pub c_uint);

/// No check: damage is found only if it makes the compressed data invalid.
pub const LZMA_CHECK_NONE: lzma_check = lzma_check(0);
/// CRC32 with the polynomial of IEEE 802.3, four bytes.
pub const LZMA_CHECK_CRC32: lzma_check = lzma_check(1);
/// CRC64 with the polynomial of ECMA-182, eight bytes. The usual choice.
pub const LZMA_CHECK_CRC64: lzma_check = lzma_check(4);
/// SHA-256, 32 bytes. Takes longer than the others.
pub const LZMA_CHECK_SHA256: lzma_check = lzma_check(10);

/// The largest Check ID that the format allows.
pub const LZMA_CHECK_ID_MAX: c_uint = 15;

/// The most bytes that any check takes, among those that are not defined yet.
pub const LZMA_CHECK_SIZE_MAX: usize = 64;

/// Tells whether a check can be calculated.
///
/// # Parameters
/// - `check`: its ID; any value is allowed.
///
/// # Returns
/// True for the `LZMA_CHECK_*` constants (also for `LZMA_CHECK_NONE`), false
/// for all else.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_check_is_supported(check: lzma_check) -> lzma_bool {
    check::is_supported(check.0).into()
}

/// Tells how large a check is, supported or not.
///
/// # Parameters
/// - `check`: its ID; any value is allowed.
///
/// # Returns
/// The size in bytes, 0 to 64; `UINT32_MAX` if `check` is larger than
/// `LZMA_CHECK_ID_MAX`.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_check_size(check: lzma_check) -> u32 {
    check::size(check.0).unwrap_or(u32::MAX)
}

/// Calculates a CRC32, all at once or piece by piece.
///
/// # Parameters
/// - `buf`: the bytes; may be NULL if `size` is 0. No alignment is needed.
/// - `size`: how many they are.
/// - `crc`: 0 at the beginning, otherwise what the call for the bytes before
///   has returned.
///
/// # Returns
/// The CRC32 of all bytes so far.
///
/// # Safety
/// `buf` is valid for reads of `size` bytes; it may be NULL if `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_crc32(buf: *const u8, size: usize, crc: u32) -> u32 {
    // SAFETY: by check.h, `buf` has `size` bytes.
    guard(crc, || check::crc32(unsafe { input_slice(buf, size) }, crc))
}

/// Calculates a CRC64, all at once or piece by piece.
///
/// # Parameters
/// - `buf`: the bytes; may be NULL if `size` is 0. No alignment is needed.
/// - `size`: how many they are.
/// - `crc`: 0 at the beginning, otherwise what the call for the bytes before
///   has returned.
///
/// # Returns
/// The CRC64 of all bytes so far.
///
/// # Safety
/// `buf` is valid for reads of `size` bytes; it may be NULL if `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_crc64(buf: *const u8, size: usize, crc: u64) -> u64 {
    // SAFETY: by check.h, `buf` has `size` bytes.
    guard(crc, || check::crc64(unsafe { input_slice(buf, size) }, crc))
}
