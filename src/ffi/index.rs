//! lzma/index.h: the Index of one or more Streams.

#![allow(non_camel_case_types)]

use core::ffi::{c_uint, c_void};
use core::marker::{PhantomData, PhantomPinned};

use super::check::{LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_NONE, LZMA_CHECK_SHA256};
use super::stream_flags::lzma_stream_flags;
use super::vli::lzma_vli;

/// The sizes of all Blocks of one or more Streams.
#[repr(C)]
#[derive(Debug)]
pub struct lzma_index {
    _opaque: [u8; 0],
    _not_ours: PhantomData<(*mut u8, PhantomPinned)>,
}

/// The Stream that an iterator is at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_index_iter_stream {
    /// What the Stream's Header and Footer hold, or NULL when it was not told.
    pub flags: *const lzma_stream_flags,
    /// Reserved.
    pub reserved_ptr1: *const c_void,
    /// Reserved.
    pub reserved_ptr2: *const c_void,
    /// Reserved.
    pub reserved_ptr3: *const c_void,
    /// Number of the Stream in the file, from one.
    pub number: lzma_vli,
    /// Number of Blocks in the Stream.
    pub block_count: lzma_vli,
    /// Where the Stream begins in the file, in bytes.
    pub compressed_offset: lzma_vli,
    /// Where its data begins in the uncompressed file, in bytes.
    pub uncompressed_offset: lzma_vli,
    /// Size of the Stream in bytes, without Stream Padding.
    pub compressed_size: lzma_vli,
    /// Size of its uncompressed data in bytes.
    pub uncompressed_size: lzma_vli,
    /// Size of the Stream Padding behind it in bytes.
    pub padding: lzma_vli,
    /// Reserved.
    pub reserved_vli1: lzma_vli,
    /// Reserved.
    pub reserved_vli2: lzma_vli,
    /// Reserved.
    pub reserved_vli3: lzma_vli,
    /// Reserved.
    pub reserved_vli4: lzma_vli,
}

/// The Block that an iterator is at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_index_iter_block {
    /// Number of the Block in the file, from one.
    pub number_in_file: lzma_vli,
    /// Where the Block begins in the file, in bytes.
    pub compressed_file_offset: lzma_vli,
    /// Where its data begins in the uncompressed file, in bytes.
    pub uncompressed_file_offset: lzma_vli,
    /// Number of the Block in its Stream, from one.
    pub number_in_stream: lzma_vli,
    /// Where the Block begins in its Stream, in bytes.
    pub compressed_stream_offset: lzma_vli,
    /// Where its data begins in the Stream's uncompressed data, in bytes.
    pub uncompressed_stream_offset: lzma_vli,
    /// Size of the uncompressed data in bytes.
    pub uncompressed_size: lzma_vli,
    /// Unpadded Size: header, compressed data and check, in bytes.
    pub unpadded_size: lzma_vli,
    /// Size of the Block with its padding, in bytes.
    pub total_size: lzma_vli,
    /// Reserved.
    pub reserved_vli1: lzma_vli,
    /// Reserved.
    pub reserved_vli2: lzma_vli,
    /// Reserved.
    pub reserved_vli3: lzma_vli,
    /// Reserved.
    pub reserved_vli4: lzma_vli,
    /// Reserved.
    pub reserved_ptr1: *const c_void,
    /// Reserved.
    pub reserved_ptr2: *const c_void,
    /// Reserved.
    pub reserved_ptr3: *const c_void,
    /// Reserved.
    pub reserved_ptr4: *const c_void,
}

/// One slot of an iterator's own state.
#[repr(C)]
#[derive(Clone, Copy)]
pub union lzma_index_iter_internal {
    /// A pointer.
    pub p: *const c_void,
    /// A size.
    pub s: usize,
    /// A number.
    pub v: lzma_vli,
}

/// A position in an Index. It may be copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lzma_index_iter {
    /// The Stream that the position is in.
    pub stream: lzma_index_iter_stream,
    /// The Block that the position is at.
    pub block: lzma_index_iter_block,
    /// The iterator's own state.
    pub internal: [lzma_index_iter_internal; 6],
}

/// What an iterator stops at.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_index_iter_mode(pub c_uint);

/// At Blocks, and at Streams that have none.
pub const LZMA_INDEX_ITER_ANY: lzma_index_iter_mode = lzma_index_iter_mode(0);
/// At Streams.
pub const LZMA_INDEX_ITER_STREAM: lzma_index_iter_mode = lzma_index_iter_mode(1);
/// At Blocks.
pub const LZMA_INDEX_ITER_BLOCK: lzma_index_iter_mode = lzma_index_iter_mode(2);
/// At Blocks that hold data.
pub const LZMA_INDEX_ITER_NONEMPTY_BLOCK: lzma_index_iter_mode = lzma_index_iter_mode(3);

/// Bit of `lzma_index_checks`: a Stream has no check.
pub const LZMA_INDEX_CHECK_MASK_NONE: u32 = 1 << LZMA_CHECK_NONE.0;

/// Bit of `lzma_index_checks`: a Stream uses CRC32.
pub const LZMA_INDEX_CHECK_MASK_CRC32: u32 = 1 << LZMA_CHECK_CRC32.0;

/// Bit of `lzma_index_checks`: a Stream uses CRC64.
pub const LZMA_INDEX_CHECK_MASK_CRC64: u32 = 1 << LZMA_CHECK_CRC64.0;

/// Bit of `lzma_index_checks`: a Stream uses SHA-256.
pub const LZMA_INDEX_CHECK_MASK_SHA256: u32 = 1 << LZMA_CHECK_SHA256.0;
