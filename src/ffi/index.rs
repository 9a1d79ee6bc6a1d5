//! lzma/index.h: the Index of one or more Streams.

#![allow(non_camel_case_types)]

use super::base::{LZMA_PROG_ERROR, lzma_allocator, lzma_ret};
use super::check::{LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_NONE, LZMA_CHECK_SHA256};
use super::guard::guard;
use super::stream::{boxed_with_memory, ok_or_error};
use super::stream_flags::lzma_stream_flags;
use super::vli::lzma_vli;
use crate::container::xz::stream_flags::StreamFlags;
use crate::error::Error;
use crate::index::{Index, ListedFlags, memory_usage};
use crate::memory::{Compatible, OwnedBox};
use core::marker::{PhantomData, PhantomPinned};
use core::mem::offset_of;
use core::ptr::{self, NonNull};

/// The sizes of all Blocks of one or more Streams: what is needed to find any
/// place of the data in the file. It can grow, but not shrink. Several threads
/// may read it at a time.
#[repr(C)]
#[derive(Debug)]
pub struct lzma_index {
    _opaque: [u8; 0],
    _not_ours: PhantomData<(*mut u8, PhantomPinned)>,
}

/// Bit of `lzma_index_checks`: a Stream has no check.
pub const LZMA_INDEX_CHECK_MASK_NONE: u32 = 1 << LZMA_CHECK_NONE.0;

/// Bit of `lzma_index_checks`: a Stream uses CRC32.
pub const LZMA_INDEX_CHECK_MASK_CRC32: u32 = 1 << LZMA_CHECK_CRC32.0;

/// Bit of `lzma_index_checks`: a Stream uses CRC64.
pub const LZMA_INDEX_CHECK_MASK_CRC64: u32 = 1 << LZMA_CHECK_CRC64.0;

/// Bit of `lzma_index_checks`: a Stream uses SHA-256.
pub const LZMA_INDEX_CHECK_MASK_SHA256: u32 = 1 << LZMA_CHECK_SHA256.0;

/// Gives an Index to the application.
pub(super) fn give(index: OwnedBox<Index>) -> *mut lzma_index {
    index.into_raw().cast()
}

/// The Index that the application has.
///
/// # Safety
/// `index` is NULL, or came from [`give`] and was not freed since; nothing
/// changes it during `'a`.
pub(super) unsafe fn index_of<'a>(index: *const lzma_index) -> Option<&'a Index> {
    // SAFETY: by the contract above.
    unsafe { index.cast::<Index>().as_ref() }
}

/// Returns the application's Index, to be changed.
///
/// # Safety
/// As for [`index_of`]; and nothing else uses it during `'a`.
unsafe fn index_mut<'a>(index: *mut lzma_index) -> Option<&'a mut Index> {
    // SAFETY: by the contract above.
    unsafe { index.cast::<Index>().as_mut() }
}

/// Makes `index` use `allocator` from now on.
///
/// # Safety
/// `allocator` is NULL or valid, and can free what the Index has allocated.
unsafe fn refresh(index: &Index, allocator: *const lzma_allocator) {
    for memory in index.memories() {
        // SAFETY: by the contract above.
        unsafe { memory.refresh(allocator.cast()) };
    }
}

/// Takes an Index back to free it, once this is dropped.
///
/// # Safety
/// `index` came from [`give`] and is not used again.
unsafe fn take_back(index: NonNull<Index>) -> OwnedBox<Index> {
    // SAFETY: by the contract above.
    let memory = unsafe { index.as_ref() }.memories()[0];
    // SAFETY: by the contract above; that is the memory that the Index came
    // from.
    unsafe { OwnedBox::from_raw(index, memory) }
}

/// Returns `question` of an Index, or `otherwise` if the pointer is NULL.
///
/// # Safety
/// As for [`index_of`].
unsafe fn ask<R>(index: *const lzma_index, otherwise: R, question: fn(&Index) -> R) -> R {
    // SAFETY: by the contract above.
    let index = unsafe { index_of(index) };
    match index {
        Some(index) => guard(otherwise, || question(index)),
        None => otherwise,
    }
}

/// Tells how much memory an Index needs, for limits.
///
/// # Parameters
/// - `streams`: how many Streams it has, at least 1.
/// - `blocks`: how many Blocks they have together.
///
/// # Returns
/// Memory in bytes, as liblzma for the same machine counts it; what is really used
/// is less. `UINT64_MAX` if there can be no such Index.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_index_memusage(streams: lzma_vli, blocks: lzma_vli) -> u64 {
    guard(u64::MAX, || memory_usage(streams, blocks))
}

/// Tells how much memory an Index needs: what `lzma_index_memusage` says for
/// its Streams and Blocks.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// Memory in bytes; 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_memused(i: *const lzma_index) -> u64 {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::memory_usage) }
}

/// Makes an Index of one Stream without Blocks.
///
/// # Parameters
/// - `allocator`: where memory comes from; NULL means `malloc` and `free`. What
///   is added later may come from another one if either can free what the other
///   has allocated.
///
/// # Returns
/// The Index, to be freed with `lzma_index_end`; NULL if memory could not be
/// allocated.
///
/// # Safety
/// `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_init(allocator: *const lzma_allocator) -> *mut lzma_index {
    let index = guard(Err(Error::Prog), || {
        // SAFETY: by base.h, an allocator is NULL or valid.
        let mut index = unsafe { boxed_with_memory(allocator, Index::empty) }?;
        index.begin()?;
        Ok(index)
    });
    index.map_or(ptr::null_mut(), give)
}

/// Frees an Index. Its iterators must not be used any more.
///
/// # Parameters
/// - `i`: the Index; if it is NULL, nothing happens.
/// - `allocator`: the one that it was made with; NULL means `free`.
///
/// # Safety
/// `i` is NULL or an Index that is not used again; `allocator` is NULL or
/// valid, and can free what the Index has allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_end(i: *mut lzma_index, allocator: *const lzma_allocator) {
    if let Some(index) = NonNull::new(i.cast::<Index>()) {
        guard((), || {
            // SAFETY: by index.h, an Index that is not used again; by base.h,
            // an allocator is NULL or valid, and the one that the Index was
            // made with.
            unsafe {
                refresh(index.as_ref(), allocator);
                drop(take_back(index));
            }
        });
    }
}

/// Adds a Block to the last Stream. Iterators stay valid.
///
/// # Parameters
/// - `i`: the Index.
/// - `allocator`: where memory comes from; NULL means `malloc` and `free`.
/// - `unpadded_size`: size in bytes of header, compressed data and check, from
///   `lzma_block_unpadded_size`.
/// - `uncompressed_size`: size of the data in bytes.
///
/// # Returns
/// - `LZMA_OK`: added.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_DATA_ERROR`: the Stream, the file or the Index would become too
///   large.
/// - `LZMA_PROG_ERROR`: `i` is NULL, or no Block can have these sizes.
///
/// After an error, the Index is as before.
///
/// # Safety
/// `i` is NULL or an Index that nothing else uses meanwhile; `allocator` is
/// NULL or valid, and can free what the Index has allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_append(
    i: *mut lzma_index,
    allocator: *const lzma_allocator,
    unpadded_size: lzma_vli,
    uncompressed_size: lzma_vli,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by index.h, `i` is NULL or an Index that was not freed; it is
        // not used by another thread meanwhile.
        let Some(index) = (unsafe { index_mut(i) }) else {
            return LZMA_PROG_ERROR;
        };
        // SAFETY: by base.h, an allocator is NULL or valid, and can free what
        // the Index has allocated.
        unsafe { refresh(index, allocator) };
        ok_or_error(index.append(unpadded_size, uncompressed_size))
    })
}

/// Tells an Index the Stream Flags of its last Stream, which iterators and
/// `lzma_index_checks` show then.
///
/// # Parameters
/// - `i`: the Index.
/// - `stream_flags`: what Header or Footer hold; it is copied. `backward_size`
///   may be unknown.
///
/// # Returns
/// - `LZMA_OK`: noted.
/// - `LZMA_OPTIONS_ERROR`: `version` is not 0.
/// - `LZMA_PROG_ERROR`: a pointer is NULL, or a member is out of its limits.
///
/// # Safety
/// `i` is NULL or an Index that nothing else uses meanwhile; `stream_flags` is
/// NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_stream_flags(
    i: *mut lzma_index,
    stream_flags: *const lzma_stream_flags,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by index.h, `i` is NULL or an Index that was not freed; it is
        // not used by another thread meanwhile.
        let Some(index) = (unsafe { index_mut(i) }) else {
            return LZMA_PROG_ERROR;
        };
        // Reserved members need not be initialised, so this is how they are
        // read.
        let listed = stream_flags.cast::<ListedFlags>();
        // SAFETY: by stream_flags.h, all but reserved members is initialised;
        // both have the same layout.
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

/// Tells which integrity checks there are in all Streams whose Stream Flags are
/// known.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// A bit for each Check ID that is used: `1 << ID`, for which there are the
/// `LZMA_INDEX_CHECK_MASK_*` constants. 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_checks(i: *const lzma_index) -> u32 {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::checks) }
}

/// Tells an Index how much Stream Padding follows its last Stream. Until then
/// it is 0.
///
/// # Parameters
/// - `i`: the Index.
/// - `stream_padding`: how many bytes, a multiple of four.
///
/// # Returns
/// - `LZMA_OK`: noted.
/// - `LZMA_DATA_ERROR`: the file would become too large.
/// - `LZMA_PROG_ERROR`: `i` is NULL, or this is no multiple of four up to
///   `LZMA_VLI_MAX`.
///
/// # Safety
/// `i` is NULL or an Index that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_stream_padding(
    i: *mut lzma_index,
    stream_padding: lzma_vli,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by index.h, `i` is NULL or an Index that was not freed; it is
        // not used by another thread meanwhile.
        let index = unsafe { index_mut(i) }.ok_or(Error::Prog);
        ok_or_error(index.and_then(|index| index.set_stream_padding(stream_padding)))
    })
}

/// Tells how many Streams there are.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// The number, at least 1; 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_stream_count(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::stream_count) }
}

/// Tells how many Blocks there are in all Streams.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// The number; 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_block_count(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::block_count) }
}

/// Tells how large the Index of one Stream with all these Blocks is in a file:
/// what its Footer has as Backward Size.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// Size in bytes; 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::size) }
}

/// Tells how large one Stream with all these Blocks is, with Header, Index and
/// Footer.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// Size in bytes; 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_stream_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::stream_size) }
}

/// Tells how large all Blocks are together, with their padding, and nothing
/// else.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// Size in bytes; 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_total_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::blocks_size) }
}

/// Tells how large the file is: all Streams, each with Header, Index and
/// Footer, and Stream Padding.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// Size in bytes; 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_file_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::file_size) }
}

/// Tells how much data all Streams hold.
///
/// # Parameters
/// - `i`: the Index.
///
/// # Returns
/// Size in bytes; 0 if `i` is NULL.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_uncompressed_size(i: *const lzma_index) -> lzma_vli {
    // SAFETY: by index.h, `i` is NULL or an Index that was not freed.
    unsafe { ask(i, 0, Index::uncompressed_size) }
}

/// Moves all Streams of one Index behind those of another. Iterators of `dest`
/// stay valid.
///
/// # Parameters
/// - `dest`: the Index that grows.
/// - `src`: the Index that is taken. With `LZMA_OK` it is freed, and neither it
///   nor its iterators may be used again.
/// - `allocator`: where memory comes from, and what frees `src`; NULL means
///   `malloc` and `free`.
///
/// # Returns
/// - `LZMA_OK`: moved.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_DATA_ERROR`: the file would become too large.
/// - `LZMA_PROG_ERROR`: `dest` or `src` is NULL, or they are the same.
///
/// After an error, both are as before.
///
/// # Safety
/// `dest` and `src` are NULL or an Index that nothing else uses meanwhile;
/// `allocator` is NULL or valid, and can free what both have allocated.
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
        // SAFETY: by index.h, both are Indexes that were not freed, and they
        // are not the same.
        let (index, other) = unsafe { (index_mut(dest).ok_or(Error::Prog)?, &mut *src.as_ptr()) };
        // SAFETY: by index.h, one allocator is good for both.
        let proof = unsafe {
            refresh(index, allocator);
            refresh(other, allocator);
            Compatible::new(index.memories()[1], other.memories()[1])
        };
        index.cat(other, &proof)?;
        // SAFETY: by index.h, `src` is not used again if this succeeds.
        drop(unsafe { take_back(src) });
        Ok(())
    }))
}

/// Makes a copy of an Index.
///
/// # Parameters
/// - `src`: the Index.
/// - `allocator`: where memory of the copy comes from; NULL means `malloc` and
///   `free`.
///
/// # Returns
/// The copy, to be freed with `lzma_index_end`; NULL if memory could not be
/// allocated, or `src` is NULL.
///
/// # Safety
/// `src` is NULL or an Index that nothing changes meanwhile; `allocator` is
/// NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_dup(
    src: *const lzma_index,
    allocator: *const lzma_allocator,
) -> *mut lzma_index {
    let copy = guard(Err(Error::Prog), || {
        // SAFETY: by index.h, `src` is NULL or an Index that was not freed.
        let index = unsafe { index_of(src) }.ok_or(Error::Prog)?;
        // SAFETY: by base.h, an allocator is NULL or valid.
        let mut copy = unsafe { boxed_with_memory(allocator, Index::empty) }?;
        copy.copy_from(index)?;
        Ok(copy)
    });
    copy.map_or(ptr::null_mut(), give)
}
