//! lzma/container.h: presets, threads, and flags of the file formats' decoders.

#![allow(non_camel_case_types)]

use core::ffi::c_void;

use super::base::*;
use super::check::lzma_check;
use super::filter::lzma_filter;
use super::guard::guard;
use super::stream::start;
use crate::container::microlzma::MicroLzmaParameters;
use crate::filter::{FilterSpec, memory_usage};
use crate::session::Actions;

/// The preset to use when there is no reason for another.
pub const LZMA_PRESET_DEFAULT: u32 = 6;

/// The bits of a preset that hold its level.
pub const LZMA_PRESET_LEVEL_MASK: u32 = 0x1F;

/// Flag of a preset: slower, in the hope of smaller output.
pub const LZMA_PRESET_EXTREME: u32 = 1 << 31;

/// Options of the threaded encoder and decoder.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_mt {
    /// Decoder flags; zero for the encoder.
    pub flags: u32,
    /// Number of worker threads.
    pub threads: u32,
    /// Encoder: most uncompressed bytes in a Block; zero chooses a size.
    pub block_size: u64,
    /// Milliseconds after which `lzma_code` returns although it could wait;
    /// zero waits.
    pub timeout: u32,
    /// Encoder: preset to use when `filters` is NULL.
    pub preset: u32,
    /// Encoder: filter chain, or NULL to use `preset`.
    pub filters: *const lzma_filter,
    /// Encoder: type of the integrity check.
    pub check: lzma_check,
    /// Reserved.
    pub reserved_enum1: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum2: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum3: lzma_reserved_enum,
    /// Reserved.
    pub reserved_int1: u32,
    /// Reserved.
    pub reserved_int2: u32,
    /// Reserved.
    pub reserved_int3: u32,
    /// Reserved.
    pub reserved_int4: u32,
    /// Decoder: bytes above which fewer threads are used.
    pub memlimit_threading: u64,
    /// Decoder: bytes above which decoding stops with an error.
    pub memlimit_stop: u64,
    /// Reserved.
    pub reserved_int7: u64,
    /// Reserved.
    pub reserved_int8: u64,
    /// Reserved.
    pub reserved_ptr1: *mut c_void,
    /// Reserved.
    pub reserved_ptr2: *mut c_void,
    /// Reserved.
    pub reserved_ptr3: *mut c_void,
    /// Reserved.
    pub reserved_ptr4: *mut c_void,
}

/// Return `LZMA_NO_CHECK` when a Stream has no check.
pub const LZMA_TELL_NO_CHECK: u32 = 0x01;

/// Return `LZMA_UNSUPPORTED_CHECK` when a check cannot be calculated.
pub const LZMA_TELL_UNSUPPORTED_CHECK: u32 = 0x02;

/// Return `LZMA_GET_CHECK` when the type of the check is known.
pub const LZMA_TELL_ANY_CHECK: u32 = 0x04;

/// Do not calculate checks.
pub const LZMA_IGNORE_CHECK: u32 = 0x10;

/// Decode Streams one after another until the input ends.
pub const LZMA_CONCATENATED: u32 = 0x08;

/// Threaded decoder: report an error at once, before the output that precedes
/// it.
pub const LZMA_FAIL_FAST: u32 = 0x20;

/// Starts a decoder for a `.lzma` file, the format of LZMA Utils. What
/// follows the file is not taken.
///
/// # Returns
/// `LZMA_OK`; `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when `strm` is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_alone_decoder(strm: *mut lzma_stream, memlimit: u64) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| coder.start_alone_decoder(memory, memlimit))
    }
}

/// Starts a decoder for `.lz` files (lzip), format versions 0 and 1. With
/// `LZMA_CONCATENATED`, decoding ends before whatever is not another member,
/// except for those of its first bytes that look like one.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` for unknown flags; `LZMA_MEM_ERROR`;
/// `LZMA_PROG_ERROR` when `strm` is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_lzip_decoder(
    strm: *mut lzma_stream,
    memlimit: u64,
    flags: u32,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| {
            coder.start_lzip_decoder(memory, memlimit, flags)
        })
    }
}

/// Starts a decoder for MicroLZMA, which says nothing about itself:
/// `comp_size` is its exact size in bytes, `uncomp_size` the size of its data
/// (or less, if `uncomp_size_is_exact` is false; then decoding ends there),
/// `dict_size` the dictionary size that it was made with, or a larger one.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when `uncomp_size` is too large;
/// `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when `strm` is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_microlzma_decoder(
    strm: *mut lzma_stream,
    comp_size: u64,
    uncomp_size: u64,
    uncomp_size_is_exact: lzma_bool,
    dict_size: u32,
) -> lzma_ret {
    let parameters = MicroLzmaParameters {
        compressed_size: comp_size,
        uncompressed_size: uncomp_size,
        exact: uncomp_size_is_exact != 0,
        dict_size,
    };
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| {
            coder.start_microlzma_decoder(memory, parameters)
        })
    }
}

/// Memory that is needed to decode what the encoder makes with `preset`, in
/// bytes; `UINT32_MAX` if there is no such preset.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_easy_decoder_memusage(preset: u32) -> u64 {
    guard(u64::MAX, || {
        let usage = FilterSpec::of_preset(preset).and_then(|spec| memory_usage::decoder(&[spec]));
        usage.unwrap_or(u32::MAX.into())
    })
}
