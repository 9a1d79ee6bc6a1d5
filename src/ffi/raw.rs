//! lzma/filter.h: coders for filters without a container.

use super::base::*;
use super::buffers::{decode_buffer, encode_buffer};
use super::convert::{self, Reads};
use super::filter::lzma_filter;
use super::guard::guard;
use super::stream::{self, memory_of};
use crate::error::Status;
use crate::filter::{Chain, memory_usage};
use crate::io::Input;
use crate::session::Actions;

/// Memory that [`lzma_raw_encoder`] needs for `filters`, in bytes;
/// `UINT64_MAX` if they are not valid.
///
/// # Safety
/// `filters` is NULL or a chain as the structures demand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_encoder_memusage(filters: *const lzma_filter) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by contract.
        let chain = unsafe { convert::chain(filters, Reads::Numbers) };
        memory_usage::encoder(&chain).unwrap_or(u64::MAX)
    })
}

/// Starts an encoder for `filters` without a container. It takes `LZMA_RUN`,
/// `LZMA_SYNC_FLUSH` (LZMA1 and BCJ filters: `LZMA_OPTIONS_ERROR`) and
/// `LZMA_FINISH`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` or `LZMA_PROG_ERROR` when the chain or
/// its options are invalid; `LZMA_MEM_ERROR`.
///
/// # Safety
/// `strm` as for `lzma_code`; `filters` is NULL or a chain as the structures
/// demand, and is not used after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_encoder(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        stream::start(strm, Actions::ENCODE, |memory, coder| {
            coder.start_raw_encoder(memory, &convert::chain(filters, Reads::All))
        })
    }
}

/// Changes the filters of the encoder on `strm`, as far as it can: the
/// options `lc`, `lp` and `pb` of LZMA2 after `LZMA_SYNC_FLUSH`, or at the
/// beginning; a chain as a whole between Blocks.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when the chain is invalid;
/// `LZMA_PROG_ERROR` when the encoder cannot do that now, or not with these
/// filters; `LZMA_MEM_ERROR`.
///
/// # Safety
/// `strm` as for `lzma_code`; `filters` is NULL or a chain as the structures
/// demand, and is not used after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filters_update(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe { stream::update(strm, &convert::chain(filters, Reads::All)) }
}

/// Encodes `in_size` bytes from `in` without a container in one call, to
/// `out`, from `*out_pos` on.
///
/// # Returns
/// `LZMA_OK`; `LZMA_BUF_ERROR` when there is not enough room;
/// `LZMA_OPTIONS_ERROR`, `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer
/// is NULL or the position is beyond the end. Only with `LZMA_OK`, the
/// position changes.
///
/// # Safety
/// Pointers are NULL or valid, and buffers as large as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_buffer_encode(
    filters: *const lzma_filter,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            let mut chain = Chain::new(&memory_of(allocator)?);
            chain.start_encoder(&convert::chain(filters, Reads::All))?;
            chain.encode_whole(&mut Input::new(input), output)
        })
    }
}

/// Memory that [`lzma_raw_decoder`] needs for `filters`, in bytes;
/// `UINT64_MAX` if they are not valid.
///
/// # Safety
/// `filters` is NULL or a chain as the structures demand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_decoder_memusage(filters: *const lzma_filter) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by contract.
        let chain = unsafe { convert::chain(filters, Reads::Numbers) };
        memory_usage::decoder(&chain).unwrap_or(u64::MAX)
    })
}

/// Starts a decoder for `filters` without a container. It takes `LZMA_RUN`
/// and `LZMA_FINISH`, and returns `LZMA_STREAM_END` when the last filter
/// knows that the data has ended.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` or `LZMA_PROG_ERROR` when the chain or
/// its options are invalid; `LZMA_MEM_ERROR`.
///
/// # Safety
/// `strm` as for `lzma_code`; `filters` is NULL or a chain as the structures
/// demand, and is not used after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_decoder(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        stream::start(strm, Actions::DECODE, |memory, coder| {
            coder.start_raw_decoder(memory, &convert::chain(filters, Reads::All))
        })
    }
}

/// Decodes data without a container in one call: from `in`, from `*in_pos`
/// on, to `out`, from `*out_pos` on.
///
/// # Returns
/// `LZMA_OK`; `LZMA_BUF_ERROR` when there is not enough room;
/// `LZMA_DATA_ERROR` when the data is damaged or incomplete;
/// `LZMA_OPTIONS_ERROR`, `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer
/// is NULL or a position is beyond its end. Only with `LZMA_OK`, the
/// positions change.
///
/// # Safety
/// Pointers are NULL or valid, and buffers as large as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_buffer_decode(
    filters: *const lzma_filter,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    if r#in.is_null() || out.is_null() {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by contract.
    unsafe {
        decode_buffer(r#in, in_pos, in_size, out, out_pos, out_size, |input, output| {
            let mut chain = Chain::new(&memory_of(allocator)?);
            chain.start_decoder(&convert::chain(filters, Reads::All))?;
            chain.decode_whole(input, output).map(|()| Status::Ok)
        })
    }
}
