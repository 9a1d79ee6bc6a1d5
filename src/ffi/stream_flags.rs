//! lzma/stream_flags.h: Stream Header and Stream Footer.

#![allow(non_camel_case_types)]

use super::base::{LZMA_PROG_ERROR, lzma_bool, lzma_reserved_enum, lzma_ret};
use super::check::lzma_check;
use super::guard::guard;
use super::stream::ok_or_error;
use super::vli::lzma_vli;
use crate::container::xz::stream_flags::{SIZE, StreamFlags};
use crate::error::Result;

/// Bytes in a Stream Header, and in a Stream Footer.
pub const LZMA_STREAM_HEADER_SIZE: usize = 12;

/// The smallest Backward Size in bytes.
pub const LZMA_BACKWARD_SIZE_MIN: lzma_vli = 4;

/// The largest Backward Size in bytes.
pub const LZMA_BACKWARD_SIZE_MAX: lzma_vli = 1 << 34;

/// What Stream Header and Stream Footer hold.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_stream_flags {
    /// Version of this structure: zero.
    pub version: u32,
    /// Size of the Index in bytes, from the Footer; `LZMA_VLI_UNKNOWN` in a
    /// Header.
    pub backward_size: lzma_vli,
    /// Type of the integrity check.
    pub check: lzma_check,
    /// Reserved.
    pub reserved_enum1: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum2: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum3: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum4: lzma_reserved_enum,
    /// Reserved.
    pub reserved_bool1: lzma_bool,
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
    /// Reserved.
    pub reserved_int1: u32,
    /// Reserved.
    pub reserved_int2: u32,
}

impl From<&lzma_stream_flags> for StreamFlags {
    fn from(flags: &lzma_stream_flags) -> StreamFlags {
        StreamFlags {
            version: flags.version,
            backward_size: flags.backward_size,
            check: flags.check.0,
        }
    }
}

/// # Safety
/// `flags` is valid for reads, and `out` for writes of [`SIZE`] bytes.
unsafe fn encode(
    flags: *const lzma_stream_flags,
    out: *mut u8,
    encoder: fn(&StreamFlags) -> Result<[u8; SIZE]>,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let flags = StreamFlags::from(unsafe { &*flags });
        ok_or_error(encoder(&flags).map(|bytes| {
            // SAFETY: by contract.
            unsafe { out.cast::<[u8; SIZE]>().write(bytes) };
        }))
    })
}

/// # Safety
/// `flags` is valid for writes, and `in` for reads of [`SIZE`] bytes.
unsafe fn decode(
    flags: *mut lzma_stream_flags,
    r#in: *const u8,
    decoder: fn(&[u8; SIZE]) -> Result<StreamFlags>,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let bytes = unsafe { &*r#in.cast::<[u8; SIZE]>() };
        ok_or_error(decoder(bytes).map(|decoded| {
            // SAFETY: by contract. The structure need not be initialised,
            // and reserved members are left as they are.
            unsafe {
                (&raw mut (*flags).version).write(decoded.version);
                (&raw mut (*flags).backward_size).write(decoded.backward_size);
                (&raw mut (*flags).check).write(lzma_check(decoded.check));
            }
        }))
    })
}

/// Encodes a Stream Header: `LZMA_STREAM_HEADER_SIZE` bytes at `out`.
/// `backward_size` does not matter.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when `version` is not 0;
/// `LZMA_PROG_ERROR` when `check` is too large.
///
/// # Safety
/// `options` is valid, and `out` is valid for writes of 12 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_header_encode(
    options: *const lzma_stream_flags,
    out: *mut u8,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe { encode(options, out, StreamFlags::encode_header) }
}

/// Encodes a Stream Footer: `LZMA_STREAM_HEADER_SIZE` bytes at `out`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when `version` is not 0;
/// `LZMA_PROG_ERROR` when `check` or `backward_size` is invalid.
///
/// # Safety
/// `options` is valid, and `out` is valid for writes of 12 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_footer_encode(
    options: *const lzma_stream_flags,
    out: *mut u8,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe { encode(options, out, StreamFlags::encode_footer) }
}

/// Decodes the Stream Header at `in`, of `LZMA_STREAM_HEADER_SIZE` bytes.
/// `backward_size` becomes `LZMA_VLI_UNKNOWN`, `version` 0.
///
/// # Returns
/// `LZMA_OK`; `LZMA_FORMAT_ERROR` when it is no Stream Header;
/// `LZMA_DATA_ERROR` when it is damaged; `LZMA_OPTIONS_ERROR` when it uses
/// what is not supported. Only with `LZMA_OK`, `options` is set.
///
/// # Safety
/// `options` is valid for writes, and `in` for reads of 12 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_header_decode(
    options: *mut lzma_stream_flags,
    r#in: *const u8,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe { decode(options, r#in, StreamFlags::decode_header) }
}

/// Decodes the Stream Footer at `in`, of `LZMA_STREAM_HEADER_SIZE` bytes.
/// `version` becomes 0.
///
/// # Returns
/// As [`lzma_stream_header_decode`].
///
/// # Safety
/// `options` is valid for writes, and `in` for reads of 12 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_footer_decode(
    options: *mut lzma_stream_flags,
    r#in: *const u8,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe { decode(options, r#in, StreamFlags::decode_footer) }
}

/// Compares two structures, of which one may come from a Stream Header: a
/// `backward_size` that is not known is not compared.
///
/// # Returns
/// `LZMA_OK`; `LZMA_DATA_ERROR` when they differ; `LZMA_OPTIONS_ERROR` when
/// a `version` is not 0; `LZMA_PROG_ERROR` when another member is invalid.
///
/// # Safety
/// Both are valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_flags_compare(
    a: *const lzma_stream_flags,
    b: *const lzma_stream_flags,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let (a, b) = unsafe { (StreamFlags::from(&*a), StreamFlags::from(&*b)) };
        ok_or_error(a.compare(&b))
    })
}
