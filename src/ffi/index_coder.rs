//! lzma/index.h: Indexes as bytes, and as they are found in files.

#![allow(non_camel_case_types)]

use super::base::*;
use super::guard::guard;
use super::index::{give, index_of, lzma_index};
use super::lent::Lent;
use super::slices::{input_slice, output_slice};
use super::stream::{self, boxed_with_memory, memory_of, ok_or_error};
use crate::container::index_coders;
use crate::container::xz::file_info::FileInfoDecoder;
use crate::error::{Error, Result, Status};
use crate::index::{Index, IndexDecoder, IndexEncoder, size};
use crate::io::Input;
use crate::memory::{AllocatorHandle, Borrowed, OwnedBox};
use core::ptr::{self, NonNull};

/// The memory for an Index that `strm` will decode.
///
/// # Safety
/// `strm` is NULL or valid, and so is its allocator.
unsafe fn index_memory(strm: *const lzma_stream) -> Result<AllocatorHandle> {
    // SAFETY: by the contract above.
    unsafe { memory_of(strm.as_ref().ok_or(Error::Prog)?.allocator) }
}

/// An Index without Streams, for one that `strm` will decode.
///
/// # Safety
/// As for [`index_memory`].
unsafe fn empty_index(strm: *const lzma_stream) -> Result<OwnedBox<Index>> {
    // SAFETY: by the contract above.
    unsafe { boxed_with_memory(strm.as_ref().ok_or(Error::Prog)?.allocator, Index::empty) }
}

/// Starts an encoder for the Index of one Stream with all Blocks of `i`. It
/// takes `LZMA_RUN` and `LZMA_FINISH`, without input.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `i`: the Index. It must stay, and not change, until `LZMA_STREAM_END`.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_PROG_ERROR`: a pointer is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `i` is NULL or an Index that is
/// valid as long as the encoder is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_encoder(
    strm: *mut lzma_stream,
    i: *const lzma_index,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by index.h, `i` is an Index, which the
    // coder reads.
    unsafe {
        stream::start(strm, |memory, coder| {
            let index = NonNull::new(i.cast::<Index>().cast_mut()).ok_or(Error::Prog)?;
            coder.start::<index_coders::IndexEncoder>(memory, Borrowed::new(index))
        })
    }
}

/// Starts a decoder for the Index of one Stream. It takes `LZMA_RUN` and
/// `LZMA_FINISH`.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `i`: where to put the Index. `*i` is set to NULL now, and to the Index
///   with `LZMA_STREAM_END`; then it is the caller's, to be freed with
///   `lzma_index_end`.
/// - `memlimit`: memory usage limit in bytes, as `lzma_index_memusage` counts.
///   `UINT64_MAX` is no limit, 0 stands for 1 byte.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_PROG_ERROR`: a pointer is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `i` is NULL, or valid for writes
/// as long as the decoder is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_decoder(
    strm: *mut lzma_stream,
    i: *mut *mut lzma_index,
    memlimit: u64,
) -> lzma_ret {
    if !i.is_null() {
        // SAFETY: by index.h, the place for the Index, whose old value is
        // ignored.
        unsafe { i.write(ptr::null_mut()) };
    }
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    let index = guard(Err(Error::Prog), || unsafe { empty_index(strm) });
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by index.h, the Index is put at `i` when
    // it is decoded.
    unsafe {
        let ret = stream::start(strm, |memory, coder| {
            if i.is_null() {
                return Err(Error::Prog);
            }
            coder.start::<index_coders::IndexDecoder>(memory, (index?, memlimit))
        });
        if ret == LZMA_OK {
            stream::lend(strm, Lent::Index(i));
        }
        ret
    }
}

/// Starts a decoder that collects the Indexes of all Streams of a `.xz` file in
/// one, without reading the Blocks. It takes `LZMA_RUN` and `LZMA_FINISH`; the
/// latter is allowed from the beginning.
///
/// When `lzma_code` returns `LZMA_SEEK_NEEDED`, it wants the file from byte
/// `seek_pos` on: throw away input that is left, seek, read, and call it again.
/// Where seeking is not needed, it reads on. The Index has Stream Flags and
/// Stream Padding.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `dest_index`: where to put the Index. `*dest_index` is set with
///   `LZMA_STREAM_END`, not before; then it is the caller's, to be freed with
///   `lzma_index_end`.
/// - `memlimit`: memory usage limit in bytes, as `lzma_index_memusage` counts.
///   `UINT64_MAX` is no limit, 0 stands for 1 byte. While it works, a little
///   more is needed than in the end.
/// - `file_size`: size of the file in bytes.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_PROG_ERROR`: a pointer is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `dest_index` is NULL, or valid
/// for writes as long as the decoder is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_file_info_decoder(
    strm: *mut lzma_stream,
    dest_index: *mut *mut lzma_index,
    memlimit: u64,
    file_size: u64,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    let index_memory = guard(Err(Error::Prog), || unsafe { index_memory(strm) });
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by index.h, the Index is put at
    // `dest_index` when it is decoded.
    unsafe {
        let ret = stream::start(strm, |memory, coder| {
            if dest_index.is_null() {
                return Err(Error::Prog);
            }
            coder.start::<FileInfoDecoder>(memory, (index_memory?, memlimit, file_size))
        });
        if ret == LZMA_OK {
            stream::lend(strm, Lent::Index(dest_index));
        }
        ret
    }
}

/// Encodes the Index of one Stream with all Blocks of `i` in one call. It
/// allocates no memory.
///
/// # Parameters
/// - `i`: the Index.
/// - `out`: the buffer for the result.
/// - `out_pos`: where in `out` the result begins, in bytes from the start of
///   `out`. With `LZMA_OK` it becomes the position behind the result; otherwise
///   it stays.
/// - `out_size`: size in bytes of `out`, counted from its start, not from
///   `*out_pos`.
///
/// # Returns
/// - `LZMA_OK`: encoded.
/// - `LZMA_BUF_ERROR`: there is less room than `lzma_index_size` says.
/// - `LZMA_PROG_ERROR`: a pointer is NULL, or `*out_pos` larger than
///   `out_size`.
///
/// # Safety
/// `i` is NULL or an Index that nothing changes meanwhile. Other pointers are
/// NULL or valid, `out` for writes of `out_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_buffer_encode(
    i: *const lzma_index,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by index.h, an Index that was not freed, and a position.
    let (Some(index), Some(pos)) = (unsafe { (index_of(i), out_pos.as_mut()) }) else {
        return LZMA_PROG_ERROR;
    };
    let Some(room) = out_size.checked_sub(*pos).filter(|_| !out.is_null()) else {
        return LZMA_PROG_ERROR;
    };
    guard(LZMA_PROG_ERROR, || {
        if (room as u64) < index.size() {
            return LZMA_BUF_ERROR;
        }
        // SAFETY: by index.h, `out` has `out_size` bytes.
        let mut output = unsafe { output_slice(out.wrapping_add(*pos), room) };
        match IndexEncoder::new().code(index, &mut output) {
            Ok(Status::StreamEnd) => {
                *pos += output.len();
                LZMA_OK
            }
            _ => LZMA_PROG_ERROR,
        }
    })
}

/// Decodes the Index of one Stream in one call.
///
/// # Parameters
/// - `i`: where to put the Index: the caller's, to be freed with
///   `lzma_index_end`. NULL after an error; what was there is not freed.
/// - `memlimit`: points to the memory usage limit in bytes, as
///   `lzma_index_memusage` counts; `UINT64_MAX` is no limit. Set to what is
///   needed if `LZMA_MEMLIMIT_ERROR` is returned.
/// - `allocator`: where memory comes from; NULL means `malloc` and `free`.
/// - `in`: the buffer with the Index.
/// - `in_pos`: where in `in` the Index begins, in bytes. With `LZMA_OK` it
///   becomes the position behind it; otherwise it stays.
/// - `in_size`: size in bytes of `in`, counted from its start.
///
/// # Returns
/// - `LZMA_OK`: decoded.
/// - `LZMA_DATA_ERROR`: the Index is damaged or incomplete.
/// - `LZMA_MEMLIMIT_ERROR`: more memory is needed than `*memlimit` allowed.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_PROG_ERROR`: a pointer is NULL, or `*in_pos` larger than `in_size`.
///
/// # Safety
/// Each pointer is NULL or valid, `in` for reads of `in_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_buffer_decode(
    i: *mut *mut lzma_index,
    memlimit: *mut u64,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
) -> lzma_ret {
    if i.is_null() {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by index.h, the place for the Index, whose old value is ignored.
    unsafe { i.write(ptr::null_mut()) };
    // SAFETY: by index.h, a limit and a position.
    let (Some(limit), Some(pos)) = (unsafe { (memlimit.as_mut(), in_pos.as_mut()) }) else {
        return LZMA_PROG_ERROR;
    };
    let Some(len) = in_size.checked_sub(*pos).filter(|_| !r#in.is_null()) else {
        return LZMA_PROG_ERROR;
    };
    let result = guard(Err(Error::Prog), || {
        // SAFETY: by base.h, an allocator is NULL or valid.
        let index = unsafe { boxed_with_memory(allocator, Index::empty) }?;
        // SAFETY: by index.h, `in` has `in_size` bytes.
        let mut input = Input::new(unsafe { input_slice(r#in.wrapping_add(*pos), len) });
        let index = decode_whole(index, limit, &mut input)?;
        *pos += input.taken();
        // SAFETY: as above.
        unsafe { i.write(give(index)) };
        Ok(())
    });
    ok_or_error(result)
}

fn decode_whole(
    index: OwnedBox<Index>,
    limit: &mut u64,
    input: &mut Input<'_>,
) -> Result<OwnedBox<Index>> {
    let input_size = (input.len() as u64).min(size::BACKWARD_SIZE_MAX);
    let mut decoder = IndexDecoder::new(index, *limit, input_size);
    match decoder.code(input) {
        Ok(Status::StreamEnd) => decoder.take().ok_or(Error::Prog),
        Ok(_) => Err(Error::Data), // incomplete
        Err(error) => {
            if error == Error::MemLimit {
                *limit = decoder.memory_limit().usage();
            }
            Err(error)
        }
    }
}
