//! lzma/index.h: Indexes as bytes, and as they are found in files.

#![allow(non_camel_case_types)]

use super::base::*;
use super::guard::guard;
use super::index::{give, index_of, lzma_index};
use super::lent::Lent;
use super::stream::{self, input_slice, memory_of, ok_or_error, output_slice};
use crate::error::{Error, Result, Status};
use crate::index::{Index, IndexDecoder, IndexEncoder, size};
use crate::io::Input;
use crate::memory::{Borrowed, Memory, Own};
use crate::session::Actions;
use core::ptr::{self, NonNull};

/// The memory for an Index that `strm` will decode.
///
/// # Safety
/// `strm` is NULL or valid, and so is its allocator.
unsafe fn index_memory(strm: *const lzma_stream) -> Result<Memory> {
    // SAFETY: by contract.
    unsafe { memory_of(strm.as_ref().ok_or(Error::Prog)?.allocator) }
}

/// Starts an encoder for `i`, which must not change until it is done.
///
/// # Returns
/// `LZMA_OK`; `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code), a new stream is zeroed; `i` is
/// NULL or an Index that is valid as long as the encoder is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_encoder(
    strm: *mut lzma_stream,
    i: *const lzma_index,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        stream::start(strm, Actions::DECODE, |memory, coder| {
            let index = NonNull::new(i.cast::<Index>().cast_mut()).ok_or(Error::Prog)?;
            coder.start_index_encoder(memory, Borrowed::new(index))
        })
    }
}

/// Starts a decoder for an Index that needs at most `memlimit` bytes of
/// memory. `*i` is NULL until it is complete.
///
/// # Returns
/// `LZMA_OK`; `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code), a new stream is zeroed; `i` is
/// NULL, or valid for writes as long as the decoder is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_decoder(
    strm: *mut lzma_stream,
    i: *mut *mut lzma_index,
    memlimit: u64,
) -> lzma_ret {
    if !i.is_null() {
        // SAFETY: by contract.
        unsafe { i.write(ptr::null_mut()) };
    }
    // SAFETY: by contract.
    let index_memory = guard(Err(Error::Prog), || unsafe { index_memory(strm) });
    // SAFETY: by contract.
    unsafe {
        let ret = stream::start(strm, Actions::DECODE, |memory, coder| {
            if i.is_null() {
                return Err(Error::Prog);
            }
            coder.start_index_decoder(memory, &index_memory?, memlimit)
        });
        stream::lend(strm, Lent::Index(i));
        ret
    }
}

/// Starts a decoder that collects the Indexes of a file of `file_size` bytes
/// in one, which needs at most `memlimit` bytes of memory on the way (a
/// little more than in the end).
///
/// `lzma_code` returns `LZMA_SEEK_NEEDED` when the next input shall come from
/// byte `seek_pos` of the file, and `LZMA_STREAM_END` when `*dest_index` is
/// set.
///
/// # Returns
/// `LZMA_OK`; `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code), a new stream is zeroed;
/// `dest_index` is NULL, or valid for writes as long as the decoder is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_file_info_decoder(
    strm: *mut lzma_stream,
    dest_index: *mut *mut lzma_index,
    memlimit: u64,
    file_size: u64,
) -> lzma_ret {
    // SAFETY: by contract.
    let index_memory = guard(Err(Error::Prog), || unsafe { index_memory(strm) });
    // SAFETY: by contract.
    unsafe {
        let ret = stream::start(strm, Actions::DECODE, |memory, coder| {
            if dest_index.is_null() {
                return Err(Error::Prog);
            }
            coder.start_file_info_decoder(memory, index_memory?, memlimit, file_size)
        });
        stream::lend(strm, Lent::Index(dest_index));
        ret
    }
}

/// Encodes an Index in one call: to `out`, from `*out_pos` on.
///
/// # Returns
/// `LZMA_OK`; `LZMA_BUF_ERROR` when there is less room than
/// `lzma_index_size` says; `LZMA_PROG_ERROR` when a pointer is NULL or the
/// position beyond the end. Only with `LZMA_OK`, the position changes.
///
/// # Safety
/// `i` is NULL or an Index; other pointers are NULL or valid, and the buffer
/// as large as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_buffer_encode(
    i: *const lzma_index,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by contract.
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
        // SAFETY: by contract.
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

/// Decodes an Index in one call: from `in`, from `*in_pos` on. `*i` is NULL
/// after an error.
///
/// # Returns
/// `LZMA_OK`; `LZMA_MEM_ERROR`; `LZMA_MEMLIMIT_ERROR` when more than
/// `*memlimit` bytes of memory are needed, which is then set to what is;
/// `LZMA_DATA_ERROR` when the Index is damaged or incomplete;
/// `LZMA_PROG_ERROR` when a pointer is NULL or the position beyond the end.
/// Only with `LZMA_OK`, the position changes.
///
/// # Safety
/// Pointers are NULL or valid, and the buffer as large as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_buffer_decode(
    i: *mut *mut lzma_index,
    memlimit: *mut u64,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
) -> lzma_ret {
    // SAFETY: by contract.
    let Some(place) = (unsafe { i.as_mut() }) else {
        return LZMA_PROG_ERROR;
    };
    *place = ptr::null_mut();
    // SAFETY: by contract.
    let (Some(limit), Some(pos)) = (unsafe { (memlimit.as_mut(), in_pos.as_mut()) }) else {
        return LZMA_PROG_ERROR;
    };
    let Some(len) = in_size.checked_sub(*pos).filter(|_| !r#in.is_null()) else {
        return LZMA_PROG_ERROR;
    };
    let result = guard(Err(Error::Prog), || {
        // SAFETY: by contract.
        let memory = unsafe { memory_of(allocator) }?;
        // SAFETY: by contract.
        let mut input = Input::new(unsafe { input_slice(r#in.wrapping_add(*pos), len) });
        let index = decode_whole(&memory, limit, &mut input)?;
        *pos += input.taken();
        *place = give(index);
        Ok(())
    });
    ok_or_error(result)
}

fn decode_whole(memory: &Memory, limit: &mut u64, input: &mut Input<'_>) -> Result<Own<Index>> {
    let input_size = (input.len() as u64).min(size::BACKWARD_SIZE_MAX);
    let mut decoder = IndexDecoder::new(memory, *limit, input_size)?;
    match decoder.code(input) {
        Ok(Status::StreamEnd) => decoder.take().ok_or(Error::Prog),
        Ok(_) => Err(Error::Data), // incomplete
        Err(error) => {
            if error == Error::MemLimit {
                *limit = decoder.memory_usage();
            }
            Err(error)
        }
    }
}
