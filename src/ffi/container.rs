//! lzma/container.h: presets, threads, and flags of the file formats' decoders.

#![allow(non_camel_case_types)]

use super::base::lzma_reserved_enum;
use super::check::lzma_check;
use super::filter::lzma_filter;
use core::ffi::c_void;

/// The preset to use when there is no reason for another: a dictionary of 8
/// MiB, 94 MiB of memory to encode and 9 MiB to decode.
pub const LZMA_PRESET_DEFAULT: u32 = 6;

/// The bits of a preset that hold its level, 0 to 9.
pub const LZMA_PRESET_LEVEL_MASK: u32 = 0x1F;

/// Flag of a preset: take more time, in the hope of smaller output. Memory to
/// decode stays the same.
pub const LZMA_PRESET_EXTREME: u32 = 1 << 31;

/// Options of the threaded encoder and decoder. Zero all members before setting
/// some. Since 5.2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_mt {
    /// Decoder: flags as for `lzma_stream_decoder`. Encoder: 0.
    pub flags: u32,
    /// Number of worker threads, from 1 to 16384. `lzma_cputhreads` suggests
    /// one. They are started as they are needed.
    pub threads: u32,
    /// Encoder: most uncompressed bytes in a Block. 0 chooses a size: three
    /// dictionaries of LZMA2, but at least 1 MiB. Smaller Blocks keep more
    /// threads busy and compress worse. Memory for each thread grows with it.
    pub block_size: u64,
    /// Milliseconds after which `lzma_code` returns `LZMA_OK` although it could
    /// wait for threads; 0 waits. It may take longer nevertheless.
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
    /// Decoder: memory in bytes above which fewer Blocks are decoded at a time,
    /// down to one without threads. It never makes decoding fail. A quarter of
    /// `lzma_physmem` is a good choice; with `UINT64_MAX`, a whole file may be
    /// kept in memory. Since 5.4.
    pub memlimit_threading: u64,
    /// Decoder: memory in bytes above which decoding stops with
    /// `LZMA_MEMLIMIT_ERROR`. `UINT64_MAX` is no limit, 0 stands for 1 byte. If
    /// it is smaller than `memlimit_threading`, it counts for both. Since 5.4.
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

/// Decoder flag: `lzma_code` returns `LZMA_NO_CHECK` when a Stream has no
/// check. A .lzma file has none either (`lzma_auto_decoder`).
pub const LZMA_TELL_NO_CHECK: u32 = 0x01;

/// Decoder flag: `lzma_code` returns `LZMA_UNSUPPORTED_CHECK` when a check
/// cannot be calculated. Without the flag, such checks are skipped silently.
pub const LZMA_TELL_UNSUPPORTED_CHECK: u32 = 0x02;

/// Decoder flag: `lzma_code` returns `LZMA_GET_CHECK` when the type of a
/// Stream's check is known.
pub const LZMA_TELL_ANY_CHECK: u32 = 0x04;

/// Decoder flag: do not verify the checks of the data. Those of headers are
/// verified in any case. For saving what is left of a damaged file. Since 5.2.
pub const LZMA_IGNORE_CHECK: u32 = 0x10;

/// Decoder flag: decode Streams (or members of a .lz file) one after another
/// until the input ends. Only `LZMA_FINISH` tells that it does, so `lzma_code`
/// returns `LZMA_STREAM_END` with that action only.
pub const LZMA_CONCATENATED: u32 = 0x08;

/// Decoder flag for threads: report an error as soon as it is found, even
/// before output that precedes it, which is lost then. How much comes out of a
/// damaged file, and with which error, depends on timing. Decoders without
/// threads ignore it. Since 5.4.
pub const LZMA_FAIL_FAST: u32 = 0x20;
