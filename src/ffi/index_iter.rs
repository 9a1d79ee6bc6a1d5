//! lzma/index.h: iterators. They are structures in the application's memory
//! that may be copied, so they hold a pointer to the Index and a position
//! made of two numbers, and nothing that Blocks and Streams added later
//! could make invalid: of the sizes of a Stream they know for how many Blocks
//! they are.

#![allow(non_camel_case_types)]

use super::base::lzma_bool;
use super::guard::guard;
use super::index::{index_of, lzma_index};
use super::stream_flags::lzma_stream_flags;
use super::vli::lzma_vli;
use crate::index::{BlockInfo, Cursor, Found, Index, Mode, StreamInfo, StreamSizes};
use core::ffi::{c_uint, c_void};
use core::ptr;

/// The Stream that an iterator is at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_index_iter_stream {
    /// The Stream Flags, or NULL if the Index was not told them. They belong to
    /// the Index.
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
    /// Position of the Stream in the file, in bytes.
    pub compressed_offset: lzma_vli,
    /// Position of its data in the uncompressed file, in bytes.
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
    /// Position of the Block in the file, in bytes.
    pub compressed_file_offset: lzma_vli,
    /// Position of its data in the uncompressed file, in bytes.
    pub uncompressed_file_offset: lzma_vli,
    /// Number of the Block in its Stream, from one.
    pub number_in_stream: lzma_vli,
    /// Position of the Block in its Stream, in bytes.
    pub compressed_stream_offset: lzma_vli,
    /// Position of its data in the Stream's uncompressed data, in bytes.
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

/// A position in an Index, and what is known about the Stream and the Block
/// there. It may be copied, and needs no memory of its own.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lzma_index_iter {
    /// The Stream that the position is in.
    pub stream: lzma_index_iter_stream,
    /// The Block that the position is at. Not meaningful at a Stream without
    /// Blocks.
    pub block: lzma_index_iter_block,
    /// The iterator's own state, not to be touched.
    pub internal: [lzma_index_iter_internal; 6],
}

/// The kind of item that an iterator stops at.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_index_iter_mode(pub c_uint);

/// At every Block, and at Streams that have none.
pub const LZMA_INDEX_ITER_ANY: lzma_index_iter_mode = lzma_index_iter_mode(0);
/// At every Stream.
pub const LZMA_INDEX_ITER_STREAM: lzma_index_iter_mode = lzma_index_iter_mode(1);
/// At every Block, over Streams without any.
pub const LZMA_INDEX_ITER_BLOCK: lzma_index_iter_mode = lzma_index_iter_mode(2);
/// At every Block that holds data, over empty ones.
pub const LZMA_INDEX_ITER_NONEMPTY_BLOCK: lzma_index_iter_mode = lzma_index_iter_mode(3);

/// Slot of the iterator's own state: the Index.
const INDEX: usize = 0;
/// Slot: number of the Stream, from one; 0 is before the first.
const STREAM: usize = 1;
/// Slot: number of the Block in the Stream, from zero.
const RECORD: usize = 2;
/// Slot: number of Blocks in the Stream when its sizes were worked out; 0 if they were
/// not. As long as the Stream has as many, the sizes in the next two slots are right.
/// They would be a fifth of the work of each step.
const SIZED_BLOCKS: usize = 3;
/// Slot: size of the Stream.
const COMPRESSED_SIZE: usize = 4;
/// Slot: size of the Stream's data.
const UNCOMPRESSED_SIZE: usize = 5;

fn mode_of(mode: lzma_index_iter_mode) -> Option<Mode> {
    Some(match mode {
        LZMA_INDEX_ITER_ANY => Mode::Any,
        LZMA_INDEX_ITER_STREAM => Mode::Stream,
        LZMA_INDEX_ITER_BLOCK => Mode::Block,
        LZMA_INDEX_ITER_NONEMPTY_BLOCK => Mode::NonemptyBlock,
        _ => return None,
    })
}

/// # Safety
/// `iter` is valid for writes.
unsafe fn set_cursor(iter: *mut lzma_index_iter, cursor: Cursor) {
    // SAFETY: by the contract above.
    unsafe {
        (&raw mut (*iter).internal[STREAM].s).write(cursor.stream);
        (&raw mut (*iter).internal[RECORD].s).write(cursor.record);
    }
}

/// The Index, and the position in it.
///
/// # Safety
/// `iter` is NULL, or was initialised and its Index is valid during `'a`.
#[inline]
unsafe fn position<'a>(iter: *const lzma_index_iter) -> Option<(&'a Index, Cursor)> {
    if iter.is_null() {
        return None;
    }
    // SAFETY: by the contract above; these members are set from the beginning.
    unsafe {
        let index = (&raw const (*iter).internal[INDEX].p).read();
        let stream = (&raw const (*iter).internal[STREAM].s).read();
        let record = (&raw const (*iter).internal[RECORD].s).read();
        Some((index_of(index.cast())?, Cursor { stream, record }))
    }
}

/// # Safety
/// `to` is valid for writes; it need not be initialised.
#[inline(always)]
unsafe fn write_stream(to: *mut lzma_index_iter_stream, info: &StreamInfo) {
    // SAFETY: by the contract above. Reserved members are left as they are.
    unsafe {
        (&raw mut (*to).flags).write(info.flags.map_or(ptr::null(), <*const _>::cast));
        (&raw mut (*to).number).write(info.number);
        (&raw mut (*to).compressed_offset).write(info.compressed_offset);
        (&raw mut (*to).uncompressed_offset).write(info.uncompressed_offset);
        (&raw mut (*to).padding).write(info.padding);
    }
}

/// # Safety
/// As for [`write_stream`].
#[inline(always)]
unsafe fn write_block(to: *mut lzma_index_iter_block, info: &BlockInfo) {
    // SAFETY: by the contract above.
    unsafe {
        (&raw mut (*to).number_in_file).write(info.number_in_file);
        (&raw mut (*to).compressed_file_offset).write(info.compressed_file_offset);
        (&raw mut (*to).uncompressed_file_offset).write(info.uncompressed_file_offset);
        (&raw mut (*to).number_in_stream).write(info.number_in_stream);
        (&raw mut (*to).compressed_stream_offset).write(info.compressed_stream_offset);
        (&raw mut (*to).uncompressed_stream_offset).write(info.uncompressed_stream_offset);
        (&raw mut (*to).uncompressed_size).write(info.uncompressed_size);
        (&raw mut (*to).unpadded_size).write(info.unpadded_size);
        (&raw mut (*to).total_size).write(info.total_size);
    }
}

/// Moves the iterator to `found`, which may be of the same Stream as before.
///
/// # Safety
/// `iter` was initialised, and is valid for writes.
#[inline(always)]
unsafe fn put(iter: *mut lzma_index_iter, found: &Found<'_>, is_same_stream: bool) {
    let (info, blocks) = (found.stream(), found.block_count());
    // SAFETY: by the contract above.
    unsafe {
        let sizes = sizes_of_stream(iter, found, blocks, is_same_stream);
        set_cursor(iter, found.cursor);
        let stream = &raw mut (*iter).stream;
        write_stream(stream, &info);
        (&raw mut (*stream).block_count).write(blocks);
        (&raw mut (*stream).compressed_size).write(sizes.compressed);
        (&raw mut (*stream).uncompressed_size).write(sizes.uncompressed);
        if let Some(block) = found.block() {
            write_block(&raw mut (*iter).block, &block);
        }
    }
}

/// The sizes of the Stream of `found`, which has so many Blocks: those that the iterator
/// has, or else it has them now.
///
/// # Safety
/// As for [`put`].
#[inline(always)]
unsafe fn sizes_of_stream(
    iter: *mut lzma_index_iter,
    found: &Found<'_>,
    blocks: u64,
    is_same_stream: bool,
) -> StreamSizes {
    // SAFETY: by the contract above; these members are set from the beginning.
    unsafe {
        let slots = &raw mut (*iter).internal;
        if is_same_stream && (&raw const (*slots)[SIZED_BLOCKS].v).read() == blocks {
            return StreamSizes {
                compressed: (&raw const (*slots)[COMPRESSED_SIZE].v).read(),
                uncompressed: (&raw const (*slots)[UNCOMPRESSED_SIZE].v).read(),
            };
        }
        let sizes = found.stream_sizes();
        (&raw mut (*slots)[SIZED_BLOCKS].v).write(blocks);
        (&raw mut (*slots)[COMPRESSED_SIZE].v).write(sizes.compressed);
        (&raw mut (*slots)[UNCOMPRESSED_SIZE].v).write(sizes.uncompressed);
        sizes
    }
}

/// Moves the iterator from a position in `index` to another. Returns true, the answer for
/// failure, if there is no such position.
///
/// # Safety
/// `iter` was initialised, and is valid for writes.
#[inline(never)]
unsafe fn go(iter: *mut lzma_index_iter, index: &Index, from: Cursor, to: Cursor) -> bool {
    let Some(found) = index.at(to) else {
        return true;
    };
    // SAFETY: by the contract above.
    unsafe { put(iter, &found, to.stream == from.stream) };
    false
}

/// Prepares an iterator, before the first Stream of an Index. It needs no
/// memory, and is valid as long as the Index, whatever is added to that.
///
/// # Parameters
/// - `iter`: the iterator; it need not be initialised. If it is NULL, nothing
///   happens.
/// - `i`: the Index.
///
/// # Safety
/// `iter` is NULL or valid for writes; `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_iter_init(iter: *mut lzma_index_iter, i: *const lzma_index) {
    if !iter.is_null() {
        // SAFETY: by index.h, a place for an iterator; it need not be
        // initialised.
        unsafe { (&raw mut (*iter).internal[INDEX].p).write(i.cast()) };
    }
    // SAFETY: its Index was set just now.
    unsafe { lzma_index_iter_rewind(iter) };
}

/// Puts an iterator before the first Stream again.
///
/// # Parameters
/// - `iter`: the iterator. If it is NULL, nothing happens.
///
/// # Safety
/// `iter` is NULL or was initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_iter_rewind(iter: *mut lzma_index_iter) {
    if !iter.is_null() {
        // SAFETY: by index.h, an iterator that was initialised.
        unsafe {
            set_cursor(iter, Cursor::START);
            (&raw mut (*iter).internal[SIZED_BLOCKS].v).write(0);
        }
    }
}

/// Moves an iterator to the next place.
///
/// # Parameters
/// - `iter`: the iterator. Its `stream` and `block` are set; but `block` is
///   left as it was at a Stream without Blocks.
/// - `mode`: what to stop at.
///
/// # Returns
/// False if it has moved. True if there is no such place, or no such mode, or
/// `iter` is NULL; the iterator stays where it is, and will move on when
/// something was added to the Index.
///
/// # Safety
/// `iter` is NULL, or was initialised and its Index is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_iter_next(
    iter: *mut lzma_index_iter,
    mode: lzma_index_iter_mode,
) -> lzma_bool {
    let Some(mode) = mode_of(mode) else {
        return true.into();
    };
    let failed = guard(true, || {
        // SAFETY: by index.h, `iter` is NULL or was initialised, and its Index was
        // not freed.
        unsafe {
            let Some((index, cursor)) = position(iter) else {
                return true;
            };
            if let Some(next) = index.next_nearby(cursor, mode) {
                put(iter, &next, next.cursor.stream == cursor.stream);
                return false;
            }
            match mode {
                Mode::Any | Mode::Stream => true,
                _ => go(iter, index, cursor, index.next_anywhere(cursor, mode)),
            }
        }
    });
    failed.into()
}

/// Moves an iterator to the Block that holds a certain byte of the data. It
/// takes little time, however many Blocks there are.
///
/// # Parameters
/// - `iter`: the iterator. Its `stream` and `block` are set.
/// - `target`: number of the byte in the uncompressed data, from 0.
///
/// # Returns
/// False if it has moved. True if there is less data, or `iter` is NULL; the
/// iterator stays where it is.
///
/// # Safety
/// `iter` is NULL, or was initialised and its Index is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_iter_locate(
    iter: *mut lzma_index_iter,
    target: lzma_vli,
) -> lzma_bool {
    let failed = guard(true, || {
        // SAFETY: by index.h, `iter` is NULL or was initialised, and its Index was
        // not freed.
        unsafe {
            let Some((index, cursor)) = position(iter) else {
                return true;
            };
            match index.locate(target) {
                Some(found) => go(iter, index, cursor, found),
                None => true,
            }
        }
    });
    failed.into()
}
