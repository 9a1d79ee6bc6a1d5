//! lzma/index.h: the Index of one or more Streams.

#![allow(non_camel_case_types)]

use super::base::{LZMA_PROG_ERROR, lzma_allocator, lzma_ret};
use super::check::{LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_NONE, LZMA_CHECK_SHA256};
use super::guard::guard;
use super::stream::{memory_of, ok_or_error};
use super::stream_flags::lzma_stream_flags;
use super::vli::lzma_vli;
use crate::container::xz::stream_flags::StreamFlags;
use crate::error::Error;
use crate::index::{Index, ListedFlags, memory_usage};
use crate::memory::{Compatible, Own};
use core::ffi::{c_uint, c_void};
use core::marker::{PhantomData, PhantomPinned};
use core::mem::offset_of;
use core::ptr::{self, NonNull};

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

/// Gives an Index to the application.
pub(super) fn give(index: Own<Index>) -> *mut lzma_index {
    index.into_raw().cast()
}

/// The Index that the application has.
///
/// # Safety
/// `index` is NULL, or came from [`give`] and was not freed since; nothing
/// changes it during `'a`.
pub(super) unsafe fn index_of<'a>(index: *const lzma_index) -> Option<&'a Index> {
    // SAFETY: by contract.
    unsafe { index.cast::<Index>().as_ref() }
}

/// The Index that the application has, to change it.
///
/// # Safety
/// As for [`index_of`]; and nothing else uses it during `'a`.
unsafe fn index_mut<'a>(index: *mut lzma_index) -> Option<&'a mut Index> {
    // SAFETY: by contract.
    unsafe { index.cast::<Index>().as_mut() }
}

/// Makes `index` use `allocator` from now on.
///
/// # Safety
/// `allocator` is NULL or valid, and can free what the Index has allocated.
unsafe fn refresh(index: &Index, allocator: *const lzma_allocator) {
    for memory in index.memories() {
        // SAFETY: by contract.
        unsafe { memory.refresh(allocator.cast()) };
    }
}

/// Takes an Index back to free it, once this is dropped.
///
/// # Safety
/// `index` came from [`give`] and is not used again.
unsafe fn take_back(index: NonNull<Index>) -> Own<Index> {
    // SAFETY: by contract.
    let memory = unsafe { index.as_ref() }.memories()[0].clone();
    // SAFETY: by contract; that is the memory that the Index came from.
    unsafe { Own::from_raw(index, memory) }
}

/// What `question` says about an Index, or `otherwise` without one.
///
/// # Safety
/// As for [`index_of`].
unsafe fn ask<R>(index: *const lzma_index, otherwise: R, question: fn(&Index) -> R) -> R {
    // SAFETY: by contract.
    let index = unsafe { index_of(index) };
    match index {
        Some(index) => guard(otherwise, || question(index)),
        None => otherwise,
    }
}

/// Bytes of memory that an Index of so many Streams and Blocks needs;
/// `UINT64_MAX` when there can be none.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_index_memusage(streams: lzma_vli, blocks: lzma_vli) -> u64 {
    memory_usage(streams, blocks)
}

/// Bytes of memory that an Index needs, as [`lzma_index_memusage`] counts.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_memused(i: *const lzma_index) -> u64 {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::memory_usage) }
}

/// Makes an Index of one Stream without Blocks.
///
/// # Returns
/// The Index; NULL without memory.
///
/// # Safety
/// `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_init(allocator: *const lzma_allocator) -> *mut lzma_index {
    let index = guard(Err(Error::Prog), || {
        // SAFETY: by contract.
        let memory = unsafe { memory_of(allocator) }?;
        memory.own(Index::new(&memory)?)
    });
    index.map_or(ptr::null_mut(), give)
}

/// Frees an Index. NULL is fine.
///
/// # Safety
/// `i` is NULL or an Index that is not used again, nor is an iterator of it;
/// `allocator` can free what it has allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_end(i: *mut lzma_index, allocator: *const lzma_allocator) {
    if let Some(index) = NonNull::new(i.cast::<Index>()) {
        guard((), || {
            // SAFETY: by contract.
            unsafe {
                refresh(index.as_ref(), allocator);
                drop(take_back(index));
            }
        });
    }
}

/// Adds a Block to the last Stream.
///
/// # Returns
/// `LZMA_OK`; `LZMA_MEM_ERROR`; `LZMA_DATA_ERROR` when the file or the Index
/// would become too large; `LZMA_PROG_ERROR` when no Block has these sizes,
/// or `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing else uses now; `allocator` is NULL or
/// valid, and fits what the Index has allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_append(
    i: *mut lzma_index,
    allocator: *const lzma_allocator,
    unpadded_size: lzma_vli,
    uncompressed_size: lzma_vli,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let Some(index) = (unsafe { index_mut(i) }) else {
            return LZMA_PROG_ERROR;
        };
        // SAFETY: by contract.
        unsafe { refresh(index, allocator) };
        ok_or_error(index.append(unpadded_size, uncompressed_size))
    })
}

/// Notes the Stream Flags of the last Stream.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when `version` is not 0;
/// `LZMA_PROG_ERROR` when a member is invalid, or a pointer is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing else uses now; `stream_flags` is NULL
/// or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_stream_flags(
    i: *mut lzma_index,
    stream_flags: *const lzma_stream_flags,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let Some(index) = (unsafe { index_mut(i) }) else {
            return LZMA_PROG_ERROR;
        };
        // Reserved members need not be initialised, so this is how they are
        // read.
        let listed = stream_flags.cast::<ListedFlags>();
        // SAFETY: by contract, and both have the same layout.
        let Some(&listed) = (unsafe { listed.as_ref() }) else {
            return LZMA_PROG_ERROR;
        };
        let ListedFlags { version, backward_size, check, .. } = listed;
        let flags = StreamFlags { version, backward_size, check };
        ok_or_error(flags.compare(&flags).and_then(|()| index.set_stream_flags(listed)))
    })
}

const _: () = {
    assert!(size_of::<ListedFlags>() == size_of::<lzma_stream_flags>());
    assert!(align_of::<ListedFlags>() == align_of::<lzma_stream_flags>());
    assert!(offset_of!(ListedFlags, version) == offset_of!(lzma_stream_flags, version));
    assert!(offset_of!(ListedFlags, backward_size) == offset_of!(lzma_stream_flags, backward_size));
    assert!(offset_of!(ListedFlags, check) == offset_of!(lzma_stream_flags, check));
    assert!(offset_of!(ListedFlags, reserved) == offset_of!(lzma_stream_flags, reserved_enum1));
};

/// The checks of all Streams whose flags are known: the bit at the place of
/// each ID.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_checks(i: *const lzma_index) -> u32 {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::checks) }
}

/// Notes how many bytes of Stream Padding follow the last Stream.
///
/// # Returns
/// `LZMA_OK`; `LZMA_DATA_ERROR` when the file would become too large;
/// `LZMA_PROG_ERROR` unless it is a multiple of four, or when `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing else uses now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_stream_padding(
    i: *mut lzma_index,
    stream_padding: lzma_vli,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let index = unsafe { index_mut(i) }.ok_or(Error::Prog);
        ok_or_error(index.and_then(|index| index.set_stream_padding(stream_padding)))
    })
}

/// Number of Streams.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_stream_count(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::stream_count) }
}

/// Number of Blocks in all Streams.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_block_count(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::block_count) }
}

/// Size in bytes of the Index of one Stream with all Blocks.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::size) }
}

/// Size in bytes of one Stream with all Blocks.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_stream_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::stream_size) }
}

/// Size of all Blocks with their padding, in bytes.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_total_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::blocks_size) }
}

/// Size of the file in bytes: all Streams and Stream Padding.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_file_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::file_size) }
}

/// Size of all data in bytes.
///
/// # Safety
/// `i` is NULL or an Index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_uncompressed_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { ask(i, 0, Index::uncompressed_size) }
}

/// Moves all Streams of `src` behind those of `dest`, and frees `src`.
/// Iterators of `dest` stay valid.
///
/// # Returns
/// `LZMA_OK`; `LZMA_DATA_ERROR` when the file would become too large;
/// `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer is NULL, or both are
/// the same. After an error, both are as before.
///
/// # Safety
/// Both are NULL or an Index that nothing else uses now; `allocator` is NULL
/// or valid, and fits what both have allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_cat(
    dest: *mut lzma_index,
    src: *mut lzma_index,
    allocator: *const lzma_allocator,
) -> lzma_ret {
    if dest == src {
        return LZMA_PROG_ERROR;
    }
    ok_or_error(guard(Err(Error::Prog), || {
        let src = NonNull::new(src.cast::<Index>()).ok_or(Error::Prog)?;
        // SAFETY: by contract, and they are not the same.
        let (index, other) = unsafe { (index_mut(dest).ok_or(Error::Prog)?, &mut *src.as_ptr()) };
        // SAFETY: by contract, one allocator is good for both.
        let proof = unsafe {
            refresh(index, allocator);
            refresh(other, allocator);
            Compatible::new(index.memories()[1], other.memories()[1])
        };
        index.cat(other, &proof)?;
        // SAFETY: by contract, `src` is not used again.
        drop(unsafe { take_back(src) });
        Ok(())
    }))
}

/// Makes a copy of an Index.
///
/// # Returns
/// The copy; NULL without memory.
///
/// # Safety
/// `src` is NULL or an Index; `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_dup(
    src: *const lzma_index,
    allocator: *const lzma_allocator,
) -> *mut lzma_index {
    let copy = guard(Err(Error::Prog), || {
        // SAFETY: by contract.
        let index = unsafe { index_of(src) }.ok_or(Error::Prog)?;
        // SAFETY: by contract.
        let memory = unsafe { memory_of(allocator) }?;
        memory.own(index.duplicate(&memory)?)
    });
    copy.map_or(ptr::null_mut(), give)
}
