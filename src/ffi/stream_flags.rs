//! lzma/stream_flags.h: Stream Header and Stream Footer.

#![allow(non_camel_case_types)]

use super::base::{LZMA_PROG_ERROR, lzma_bool, lzma_reserved_enum, lzma_ret};
use super::check::lzma_check;
use super::guard::guard;
use super::stream::ok_or_error;
use super::vli::{LZMA_VLI_UNKNOWN, lzma_vli};
use crate::container::xz::stream_flags::{SIZE, StreamFlags};
use crate::error::Result;

/// Bytes in a Stream Header, and in a Stream Footer.
pub const LZMA_STREAM_HEADER_SIZE: usize = 12;

/// The smallest Backward Size in bytes. It is a multiple of four.
pub const LZMA_BACKWARD_SIZE_MIN: lzma_vli = 4;

/// The largest Backward Size in bytes, 16 GiB.
pub const LZMA_BACKWARD_SIZE_MAX: lzma_vli = 1 << 34;

/// The Stream Flags, which stand in the Stream Header and in the Stream Footer of
/// the .xz format.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_stream_flags {
    /// Version of this structure: 0. Set by decoding.
    pub version: u32,
    /// Size of the Index in bytes, which only the Footer holds;
    /// `LZMA_VLI_UNKNOWN` after decoding a Header.
    pub backward_size: lzma_vli,
    /// Type of the integrity check, from 0 to `LZMA_CHECK_ID_MAX`, supported or
    /// not.
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

/// Reads the members that a Stream Header holds. By stream_flags.h, encoding that does not need
/// `backward_size`.
///
/// # Safety
/// `version` and `check` in `flags` are initialised.
unsafe fn of_header(flags: *const lzma_stream_flags) -> StreamFlags {
    let backward_size = LZMA_VLI_UNKNOWN;
    // SAFETY: by the contract above.
    unsafe { StreamFlags { version: (*flags).version, backward_size, check: (*flags).check.0 } }
}

/// Reads the members that a Stream Footer holds.
///
/// # Safety
/// `version`, `backward_size` and `check` in `flags` are initialised.
unsafe fn of_footer(flags: *const lzma_stream_flags) -> StreamFlags {
    // SAFETY: by the contract above.
    unsafe { StreamFlags { backward_size: (*flags).backward_size, ..of_header(flags) } }
}

/// # Safety
/// `out` is valid for writes of [`SIZE`] bytes.
#[inline(always)]
unsafe fn encode(
    flags: &StreamFlags,
    out: *mut u8,
    encoder: fn(&StreamFlags) -> Result<[u8; SIZE]>,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        ok_or_error(encoder(flags).map(|bytes| {
            // SAFETY: by the contract above.
            unsafe { out.cast::<[u8; SIZE]>().write(bytes) };
        }))
    })
}

/// # Safety
/// `flags` is valid for writes, and `in` for reads of [`SIZE`] bytes.
#[inline(always)]
unsafe fn decode(
    flags: *mut lzma_stream_flags,
    r#in: *const u8,
    decoder: fn(&[u8; SIZE]) -> Result<StreamFlags>,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by the contract above.
        let bytes = unsafe { &*r#in.cast::<[u8; SIZE]>() };
        ok_or_error(decoder(bytes).map(|decoded| {
            // SAFETY: by the contract above. The structure need not be
            // initialised, and reserved members are left as they are.
            unsafe {
                (&raw mut (*flags).version).write(decoded.version);
                (&raw mut (*flags).backward_size).write(decoded.backward_size);
                (&raw mut (*flags).check).write(lzma_check(decoded.check));
            }
        }))
    })
}

/// Encodes a Stream Header.
///
/// # Parameters
/// - `options`: `version` and `check` count.
/// - `out`: the buffer, of `LZMA_STREAM_HEADER_SIZE` bytes.
///
/// # Returns
/// - `LZMA_OK`: encoded.
/// - `LZMA_OPTIONS_ERROR`: `version` is not 0.
/// - `LZMA_PROG_ERROR`: `check` is larger than `LZMA_CHECK_ID_MAX`.
///
/// # Safety
/// `options` is valid, and `out` is valid for writes of 12 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_header_encode(
    options: *const lzma_stream_flags,
    out: *mut u8,
) -> lzma_ret {
    // SAFETY: by stream_flags.h, all but `backward_size` and reserved members
    // is initialised, and `out` has 12 bytes.
    unsafe { encode(&of_header(options), out, StreamFlags::encode_header) }
}

/// Encodes a Stream Footer.
///
/// # Parameters
/// - `options`: `version`, `backward_size` and `check` count.
/// - `out`: the buffer, of `LZMA_STREAM_HEADER_SIZE` bytes.
///
/// # Returns
/// - `LZMA_OK`: encoded.
/// - `LZMA_OPTIONS_ERROR`: `version` is not 0.
/// - `LZMA_PROG_ERROR`: `check` is larger than `LZMA_CHECK_ID_MAX`, or
///   `backward_size` is no multiple of four within its limits.
///
/// # Safety
/// `options` is valid, and `out` is valid for writes of 12 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_footer_encode(
    options: *const lzma_stream_flags,
    out: *mut u8,
) -> lzma_ret {
    // SAFETY: by stream_flags.h, all but reserved members is initialised, and
    // `out` has 12 bytes.
    unsafe { encode(&of_footer(options), out, StreamFlags::encode_footer) }
}

/// Decodes a Stream Header.
///
/// # Parameters
/// - `options`: with `LZMA_OK` only, `version` is set to 0, `backward_size` to
///   `LZMA_VLI_UNKNOWN`, and `check` to the Check ID, supported or not. It need
///   not be initialised.
/// - `in`: the header, of `LZMA_STREAM_HEADER_SIZE` bytes.
///
/// # Returns
/// - `LZMA_OK`: decoded.
/// - `LZMA_FORMAT_ERROR`: this is no Stream Header, so no `.xz` file.
/// - `LZMA_DATA_ERROR`: the header is damaged.
/// - `LZMA_OPTIONS_ERROR`: the header uses what is not supported.
///
/// # Safety
/// `options` is valid for writes, and `in` for reads of 12 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_header_decode(
    options: *mut lzma_stream_flags,
    r#in: *const u8,
) -> lzma_ret {
    // SAFETY: by stream_flags.h, `in` has 12 bytes, and `options` is where the
    // result goes.
    unsafe { decode(options, r#in, StreamFlags::decode_header) }
}

/// Decodes a Stream Footer.
///
/// # Parameters
/// - `options`: with `LZMA_OK` only, `version` is set to 0, `backward_size` to
///   the size of the Index, and `check` to the Check ID, supported or not. It
///   need not be initialised.
/// - `in`: the footer, of `LZMA_STREAM_HEADER_SIZE` bytes.
///
/// # Returns
/// - `LZMA_OK`: decoded.
/// - `LZMA_FORMAT_ERROR`: this is no Stream Footer.
/// - `LZMA_DATA_ERROR`: the footer is damaged.
/// - `LZMA_OPTIONS_ERROR`: the footer uses what is not supported.
///
/// # Safety
/// `options` is valid for writes, and `in` for reads of 12 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_footer_decode(
    options: *mut lzma_stream_flags,
    r#in: *const u8,
) -> lzma_ret {
    // SAFETY: by stream_flags.h, `in` has 12 bytes, and `options` is where the
    // result goes.
    unsafe { decode(options, r#in, StreamFlags::decode_footer) }
}

/// Tells whether a Stream Header and a Stream Footer can belong together.
///
/// # Parameters
/// - `a`: what one of them holds.
/// - `b`: what the other holds. `backward_size` is compared only if it is known
///   in both.
///
/// # Returns
/// - `LZMA_OK`: they are equal.
/// - `LZMA_DATA_ERROR`: they differ.
/// - `LZMA_OPTIONS_ERROR`: a `version` is not 0.
/// - `LZMA_PROG_ERROR`: a `check` is larger than `LZMA_CHECK_ID_MAX`, or a
///   `backward_size` that is compared is out of its limits.
///
/// # Safety
/// Both are valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_flags_compare(
    a: *const lzma_stream_flags,
    b: *const lzma_stream_flags,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by stream_flags.h, both are structures of which all but
        // reserved members is initialised.
        let (a, b) = unsafe { (of_footer(a), of_footer(b)) };
        ok_or_error(a.compare(&b))
    })
}
