//! rlzma.h: how much data a `.xz` file has, by one call and without decoding it.

#![allow(non_camel_case_types)]

use super::error::{conclude, misuse, rlzma_error};
use super::source::{FileSource, rlzma_source};
use crate::ffi::base::{lzma_allocator, lzma_ret};
use crate::ffi::guard::guard;
use crate::ffi::stream::memory_of;
use crate::reader::{Failure, Location, Reason, read_index};
use core::ffi::c_int;

/// Finds out the size of what `source` gives.
///
/// # Safety
/// As for [`rlzma_size`].
unsafe fn size_of_data(
    size: *mut u64,
    source: impl FnOnce() -> Result<FileSource, Failure>,
    memlimit: u64,
    allocator: *const lzma_allocator,
    error: *mut rlzma_error,
) -> lzma_ret {
    let result = guard(Err(misuse()), || {
        if size.is_null() {
            return Err(misuse());
        }
        let source = source()?;
        // SAFETY: by rlzma.h, the allocator is NULL or valid.
        let memory = unsafe { memory_of(allocator) }?;
        let found = read_index(&memory, &source, memlimit)?.uncompressed_size();
        // SAFETY: by rlzma.h, the place for the size.
        unsafe { size.write(found) };
        Ok(())
    });
    // SAFETY: by rlzma.h, `error` is NULL or as large as it says.
    unsafe { conclude(result, error) }
}

/// Tells how many bytes of data a `.xz` file has, that an application's function
/// reads: reads the Indexes of its Streams, at its end, and decodes no data.
///
/// # Parameters
/// - `size`: set to the number of bytes, if that is known. NULL is an error.
/// - `source`: the function, and the size of the file.
/// - `memlimit`: bytes of memory that the Index may need, as
///   `lzma_index_memusage` counts. `UINT64_MAX` is no limit, 0 stands for 1
///   byte.
/// - `allocator`: where memory comes from; NULL means `malloc` and `free`.
/// - `error`: where to tell what went wrong; may be NULL.
///
/// # Returns
/// - `LZMA_OK`: the size is known, as the Index says it: whether the data is really
///   there, decoding will tell.
/// - `LZMA_FORMAT_ERROR`: this is not a `.xz` file.
/// - `LZMA_DATA_ERROR`: a Stream Header or Footer, or an Index is damaged.
/// - `LZMA_OPTIONS_ERROR`: they ask for what is not supported.
/// - `LZMA_BUF_ERROR`: the file cannot be read, or is cut off.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_MEMLIMIT_ERROR`: the Index needs more memory than allowed.
/// - `LZMA_PROG_ERROR`: `size`, `source` or its function is NULL, or the
///   structure is too small.
///
/// # Safety
/// All pointers are NULL or valid; structures have the size that they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_size(
    size: *mut u64,
    source: *const rlzma_source,
    memlimit: u64,
    allocator: *const lzma_allocator,
    error: *mut rlzma_error,
) -> lzma_ret {
    // SAFETY: by rlzma.h, as said above.
    let source = || unsafe { FileSource::of(source) }.ok_or_else(misuse);
    // SAFETY: by rlzma.h, as said above.
    unsafe { size_of_data(size, source, memlimit, allocator, error) }
}

/// As `rlzma_size`, for a file behind a descriptor that can seek. Its position
/// stays, and does not matter. On Windows, as for `rlzma_reader_open_fd`.
///
/// # Parameters
/// - `size`: set to the number of bytes, if that is known. NULL is an error.
/// - `fd`: the descriptor.
/// - `memlimit`: bytes of memory that the Index may need, as
///   `lzma_index_memusage` counts. `UINT64_MAX` is no limit, 0 stands for 1
///   byte.
/// - `allocator`: where memory comes from; NULL means `malloc` and `free`.
/// - `error`: where to tell what went wrong; may be NULL.
///
/// # Returns
/// - `LZMA_OK`: the size is known, as the Index says it: whether the data is really
///   there, decoding will tell.
/// - `LZMA_FORMAT_ERROR`: this is not a `.xz` file.
/// - `LZMA_DATA_ERROR`: a Stream Header or Footer, or an Index is damaged.
/// - `LZMA_OPTIONS_ERROR`: they ask for what is not supported.
/// - `LZMA_BUF_ERROR`: the file cannot be read, or is cut off.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_MEMLIMIT_ERROR`: the Index needs more memory than allowed.
/// - `LZMA_PROG_ERROR`: `size` is NULL.
///
/// # Safety
/// As for `rlzma_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_size_fd(
    size: *mut u64,
    fd: c_int,
    memlimit: u64,
    allocator: *const lzma_allocator,
    error: *mut rlzma_error,
) -> lzma_ret {
    let failed = |error| Reason::Read(error).at(Location::default());
    let source = || FileSource::descriptor(fd).map_err(failed);
    // SAFETY: by rlzma.h, as said above.
    unsafe { size_of_data(size, source, memlimit, allocator, error) }
}

/// As `rlzma_size`, for a file in memory.
///
/// # Parameters
/// - `size`: set to the number of bytes, if that is known. NULL is an error.
/// - `in`: the whole file. NULL is an error unless `in_size` is 0.
/// - `in_size`: its size in bytes.
/// - `memlimit`: bytes of memory that the Index may need, as
///   `lzma_index_memusage` counts. `UINT64_MAX` is no limit, 0 stands for 1
///   byte.
/// - `allocator`: where memory comes from; NULL means `malloc` and `free`.
/// - `error`: where to tell what went wrong; may be NULL.
///
/// # Returns
/// - `LZMA_OK`: the size is known, as the Index says it: whether the data is really
///   there, decoding will tell.
/// - `LZMA_FORMAT_ERROR`: this is not a `.xz` file.
/// - `LZMA_DATA_ERROR`: a Stream Header or Footer, or an Index is damaged.
/// - `LZMA_OPTIONS_ERROR`: they ask for what is not supported.
/// - `LZMA_BUF_ERROR`: the file cannot be read, or is cut off.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_MEMLIMIT_ERROR`: the Index needs more memory than allowed.
/// - `LZMA_PROG_ERROR`: `size` is NULL, or `in` with a size.
///
/// # Safety
/// As for `rlzma_size`; `in` is valid for reads of `in_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_size_buffer(
    size: *mut u64,
    r#in: *const u8,
    in_size: usize,
    memlimit: u64,
    allocator: *const lzma_allocator,
    error: *mut rlzma_error,
) -> lzma_ret {
    // SAFETY: by rlzma.h, as said above.
    let source = || unsafe { FileSource::bytes(r#in, in_size) }.ok_or_else(misuse);
    // SAFETY: by rlzma.h, as said above.
    unsafe { size_of_data(size, source, memlimit, allocator, error) }
}
