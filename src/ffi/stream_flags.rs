//! lzma/stream_flags.h: Stream Header and Stream Footer.

#![allow(non_camel_case_types)]

use super::base::{lzma_bool, lzma_reserved_enum};
use super::check::lzma_check;
use super::vli::lzma_vli;

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
