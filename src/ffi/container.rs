//! lzma/container.h: presets, threads, and flags of the file formats' decoders.

#![allow(non_camel_case_types)]

use super::base::lzma_reserved_enum;
use super::check::lzma_check;
use super::filter::lzma_filter;
use core::ffi::c_void;

/// The preset to use when there is no reason for another.
pub const LZMA_PRESET_DEFAULT: u32 = 6;

/// The bits of a preset that hold its level.
pub const LZMA_PRESET_LEVEL_MASK: u32 = 0x1F;

/// Flag of a preset: slower, in the hope of smaller output.
pub const LZMA_PRESET_EXTREME: u32 = 1 << 31;

/// Options of the threaded encoder and decoder. Zero all members before setting
/// some. Since 5.2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_mt {
    /// Decoder flags; zero for the encoder.
    pub flags: u32,
    /// Number of worker threads, from 1 to 16384.
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
    /// Decoder: memory in bytes above which fewer threads are used. Since 5.4.
    pub memlimit_threading: u64,
    /// Decoder: memory in bytes above which decoding stops with
    /// `LZMA_MEMLIMIT_ERROR`. Since 5.4.
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

/// Do not verify checks, which saves little time. Since 5.2.
pub const LZMA_IGNORE_CHECK: u32 = 0x10;

/// Decode Streams one after another until the input ends.
pub const LZMA_CONCATENATED: u32 = 0x08;

/// Threaded decoder: report an error at once, before the output that precedes
/// it. Since 5.4.
pub const LZMA_FAIL_FAST: u32 = 0x20;
