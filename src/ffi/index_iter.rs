//! lzma/index.h: iterators. They are structures in the application's memory
//! that may be copied, so they hold a pointer to the Index and a position
//! made of two numbers, and nothing that Blocks and Streams added later
//! could make invalid.

#![allow(non_camel_case_types)]

use super::base::lzma_bool;
use super::guard::guard;
use super::index::*;
use super::vli::lzma_vli;
use crate::index::{BlockInfo, Cursor, Index, Mode, StreamInfo};
use core::ptr;

/// Slot of the iterator's own state: the Index.
const INDEX: usize = 0;
/// Slot: number of the Stream, from one; 0 is before the first.
const STREAM: usize = 1;
/// Slot: number of the Block in the Stream, from zero.
const RECORD: usize = 2;

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
    // SAFETY: by contract.
    unsafe {
        (&raw mut (*iter).internal[STREAM].s).write(cursor.stream);
        (&raw mut (*iter).internal[RECORD].s).write(cursor.record);
    }
}

/// The Index, and the position in it.
///
/// # Safety
/// `iter` was initialised, and its Index is valid during `'a`.
unsafe fn position<'a>(iter: *const lzma_index_iter) -> Option<(&'a Index, Cursor)> {
    // SAFETY: by contract; these members are set from the beginning.
    unsafe {
        let index = (&raw const (*iter).internal[INDEX].p).read();
        let stream = (&raw const (*iter).internal[STREAM].s).read();
        let record = (&raw const (*iter).internal[RECORD].s).read();
        Some((index_of(index.cast())?, Cursor { stream, record }))
    }
}

/// # Safety
/// `to` is valid for writes; it need not be initialised.
unsafe fn write_stream(to: *mut lzma_index_iter_stream, info: &StreamInfo) {
    // SAFETY: by contract. Reserved members are left as they are.
    unsafe {
        (&raw mut (*to).flags).write(info.flags.map_or(ptr::null(), <*const _>::cast));
        (&raw mut (*to).number).write(info.number);
        (&raw mut (*to).block_count).write(info.block_count);
        (&raw mut (*to).compressed_offset).write(info.compressed_offset);
        (&raw mut (*to).uncompressed_offset).write(info.uncompressed_offset);
        (&raw mut (*to).compressed_size).write(info.compressed_size);
        (&raw mut (*to).uncompressed_size).write(info.uncompressed_size);
        (&raw mut (*to).padding).write(info.padding);
    }
}

/// # Safety
/// As for [`write_stream`].
unsafe fn write_block(to: *mut lzma_index_iter_block, info: &BlockInfo) {
    // SAFETY: by contract.
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

/// Moves the iterator to where `search` says; false if it has.
///
/// # Safety
/// `iter` is NULL, or was initialised and its Index is valid.
unsafe fn go(
    iter: *mut lzma_index_iter,
    search: impl FnOnce(&Index, Cursor) -> Option<Cursor>,
) -> lzma_bool {
    if iter.is_null() {
        return true.into();
    }
    let found = guard(None, || {
        // SAFETY: by contract.
        let (index, cursor) = unsafe { position(iter) }?;
        let cursor = search(index, cursor)?;
        Some((cursor, index.stream_at(cursor)?, index.block_at(cursor)))
    });
    let Some((cursor, stream, block)) = found else {
        return true.into();
    };
    // SAFETY: by contract.
    unsafe {
        set_cursor(iter, cursor);
        write_stream(&raw mut (*iter).stream, &stream);
        if let Some(block) = block {
            write_block(&raw mut (*iter).block, &block);
        }
    }
    false.into()
}

/// Prepares an iterator, before the first Stream of `i`. It needs no memory
/// and is valid as long as the Index, whatever is added to that.
///
/// # Safety
/// `iter` is valid for writes; `i` is an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_iter_init(iter: *mut lzma_index_iter, i: *const lzma_index) {
    if !iter.is_null() {
        // SAFETY: by contract.
        unsafe { (&raw mut (*iter).internal[INDEX].p).write(i.cast()) };
    }
    // SAFETY: by contract.
    unsafe { lzma_index_iter_rewind(iter) };
}

/// Puts an iterator before the first Stream.
///
/// # Safety
/// `iter` is NULL or was initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_iter_rewind(iter: *mut lzma_index_iter) {
    if !iter.is_null() {
        // SAFETY: by contract.
        unsafe { set_cursor(iter, Cursor::START) };
    }
}

/// Moves an iterator to the next place that `mode` stops at. At a Stream
/// without Blocks, `block` is left as it was.
///
/// # Returns
/// False; true when there is no such place (the iterator stays where it is)
/// or mode.
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
    // SAFETY: by contract.
    unsafe { go(iter, |index, cursor| index.next(cursor, mode)) }
}

/// Moves an iterator to the Block that byte `target` of the data is in.
///
/// # Returns
/// False; true when there is less data (the iterator stays where it is).
///
/// # Safety
/// `iter` is NULL, or was initialised and its Index is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_iter_locate(
    iter: *mut lzma_index_iter,
    target: lzma_vli,
) -> lzma_bool {
    // SAFETY: by contract.
    unsafe { go(iter, |index, _| index.locate(target)) }
}
