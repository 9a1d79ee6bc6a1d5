//! lzma/filter.h: coders for filters without a container.

use super::base::*;
use super::buffers::{decode_buffer, encode_buffer};
use super::convert::{self, Reads};
use super::filter::lzma_filter;
use super::guard::guard;
use super::stream::{self, memory_of};
use crate::container::raw::{RawDecoder, RawEncoder};
use crate::error::Status;
use crate::filter::{Chain, memory_usage};
use crate::io::Input;
use crate::memory::Initial;

/// Tells how much memory an encoder needs. Good also for encoders of `.xz`
/// files and Blocks, which need hardly more.
///
/// # Parameters
/// - `filters`: the filter chain.
///
/// # Returns
/// Memory in bytes; `UINT64_MAX` if `filters` is NULL, the chain or its options
/// are not valid.
///
/// # Safety
/// `filters` is NULL or a chain whose options are NULL or what their IDs ask
/// for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_encoder_memusage(filters: *const lzma_filter) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by filter.h, a chain ends with `LZMA_VLI_UNKNOWN`, and
        // options are NULL or the structure that the ID asks for.
        let usage =
            unsafe { convert::with_chain(filters, Reads::EncoderNumbers, memory_usage::encoder) };
        usage.unwrap_or(u64::MAX)
    })
}

/// Starts an encoder for filters alone, without a container: whoever decodes
/// must know the filters and their options. It takes `LZMA_RUN`,
/// `LZMA_SYNC_FLUSH` (from filters that can flush) and `LZMA_FINISH`.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `filters`: the filter chain; neither it nor a preset dictionary is used
///   after this call.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: a filter is not supported or in the wrong place,
///   there are too many, or options are out of range or missing.
/// - `LZMA_PROG_ERROR`: `strm`, `filters` or the options of an LZMA filter are
///   NULL, or there are no filters.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `filters` is NULL or a chain
/// whose options are NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_encoder(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by filter.h, a chain ends with
    // `LZMA_VLI_UNKNOWN`, and options are NULL or the structure that the ID
    // asks for.
    unsafe {
        stream::start(strm, |memory, coder| {
            convert::with_chain(filters, Reads::Encoder, |chain| {
                coder.start::<RawEncoder>(memory, chain)
            })
        })
    }
}

/// Changes the filters of an encoder while it works.
///
/// After `LZMA_FULL_FLUSH` or `LZMA_FULL_BARRIER`, and before the first data,
/// encoders of `.xz` files take any chain, for the Blocks that follow. After
/// `LZMA_SYNC_FLUSH`, and before the first data, encoders without threads take
/// the same filters with other values of `lc`, `lp` and `pb` of LZMA2.
///
/// # Parameters
/// - `strm`: the stream, with an encoder for `.xz` files, for a Block, or a raw
///   one.
/// - `filters`: the new chain; it is not used after this call.
///
/// # Returns
/// - `LZMA_OK`: changed.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: `filters` is NULL, or the chain or its options are
///   not valid.
/// - `LZMA_PROG_ERROR`: `strm` is NULL or its coder cannot do that, or not at
///   this time, the filters differ in more than it can change, or the .xz
///   format cannot have one of them.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires; `filters` is NULL or a chain
/// whose options are NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filters_update(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by filter.h, a chain ends with
    // `LZMA_VLI_UNKNOWN`, and options are NULL or the structure that the ID
    // asks for.
    unsafe { stream::update(strm, || convert::chain(filters, Reads::Encoder)) }
}

/// Encodes data without a container in one call. Nothing says how large the
/// result can become; what does not compress becomes a little larger.
///
/// # Parameters
/// - `filters`: the filter chain.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
/// - `in`: the data to encode; may be NULL if `in_size` is 0.
/// - `in_size`: how many bytes that is.
/// - `out`: the buffer for the result.
/// - `out_pos`: where in `out` the result begins, in bytes from the start of
///   `out`. With `LZMA_OK` it becomes the position behind the result; otherwise
///   it stays.
/// - `out_size`: size in bytes of `out`, counted from its start, not from
///   `*out_pos`.
///
/// # Returns
/// - `LZMA_OK`: encoded.
/// - `LZMA_BUF_ERROR`: there is not enough room.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: as from `lzma_raw_encoder`.
/// - `LZMA_PROG_ERROR`: as from `lzma_raw_encoder`; or a buffer or position is
///   NULL, or `*out_pos` larger than `out_size`.
///
/// # Safety
/// Each pointer is NULL or valid, `in` and `out` for as many bytes as the sizes
/// say; they do not overlap. `filters` is NULL or a chain whose options are
/// NULL or what their IDs ask for.
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
    // SAFETY: by filter.h, `in` and `out` have as many bytes as their sizes
    // say, and a chain ends with `LZMA_VLI_UNKNOWN`, and options are NULL or
    // the structure that the ID asks for; by base.h, an allocator is NULL or
    // valid.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            let memory = memory_of(allocator)?;
            let mut chain = Chain::INITIAL;
            chain.start_encoder(&memory, &convert::chain(filters, Reads::Encoder))?;
            chain.encode_whole(&mut Input::new(input), output)
        })
    }
}

/// Tells how much memory a decoder needs. Good also for decoders of `.xz` files
/// and Blocks, which need hardly more.
///
/// # Parameters
/// - `filters`: the filter chain.
///
/// # Returns
/// Memory in bytes; `UINT64_MAX` if `filters` is NULL, the chain or its options
/// are not valid.
///
/// # Safety
/// `filters` is NULL or a chain whose options are NULL or what their IDs ask
/// for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_decoder_memusage(filters: *const lzma_filter) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by filter.h, a chain ends with `LZMA_VLI_UNKNOWN`, and
        // options are NULL or the structure that the ID asks for.
        let usage =
            unsafe { convert::with_chain(filters, Reads::Properties, memory_usage::decoder) };
        usage.unwrap_or(u64::MAX)
    })
}

/// Starts a decoder for filters alone, without a container. It takes `LZMA_RUN`
/// and `LZMA_FINISH`, and returns `LZMA_STREAM_END` when the last filter knows
/// that the data has ended: LZMA2 always does, LZMA1 with an end marker,
/// LZMA1EXT also by its size.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `filters`: the filter chain that the data was encoded with. Of LZMA2
///   options, only the dictionary counts; of LZMA1, also `lc`, `lp` and `pb`.
///   It is not used after this call.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: a filter is not supported or in the wrong place,
///   there are too many, or options are out of range or missing.
/// - `LZMA_PROG_ERROR`: `strm`, `filters` or the options of an LZMA filter are
///   NULL, there are no filters, or `lc`, `lp` or `pb` of LZMA1 are out of
///   range.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `filters` is NULL or a chain
/// whose options are NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_decoder(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by filter.h, a chain ends with
    // `LZMA_VLI_UNKNOWN`, and options are NULL or the structure that the ID
    // asks for.
    unsafe {
        stream::start(strm, |memory, coder| {
            convert::with_chain(filters, Reads::Decoder, |chain| {
                coder.start::<RawDecoder>(memory, chain)
            })
        })
    }
}

/// Decodes data without a container in one call.
///
/// # Parameters
/// - `filters`: the filter chain that the data was encoded with.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
/// - `in`: the buffer with the data.
/// - `in_pos`: where in `in` the data begins, in bytes. With `LZMA_OK` it
///   becomes the position behind the data; otherwise it stays.
/// - `in_size`: size in bytes of `in`, counted from its start.
/// - `out`: the buffer for the result.
/// - `out_pos`: where in `out` the result begins, in bytes from the start of
///   `out`. With `LZMA_OK` it becomes the position behind the result; otherwise
///   it stays.
/// - `out_size`: size in bytes of `out`, counted from its start, not from
///   `*out_pos`.
///
/// # Returns
/// - `LZMA_OK`: decoded.
/// - `LZMA_BUF_ERROR`: there is not enough room.
/// - `LZMA_DATA_ERROR`: the data is damaged or incomplete.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: as from `lzma_raw_decoder`.
/// - `LZMA_PROG_ERROR`: as from `lzma_raw_decoder`; or a buffer or position is
///   NULL, or a position is larger than its size.
///
/// # Safety
/// Each pointer is NULL or valid, `in` and `out` for as many bytes as the sizes
/// say; they do not overlap. `filters` is NULL or a chain whose options are
/// NULL or what their IDs ask for.
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
    // SAFETY: by filter.h, `in` and `out` have as many bytes as their sizes
    // say, and a chain ends with `LZMA_VLI_UNKNOWN`, and options are NULL or
    // the structure that the ID asks for; by base.h, an allocator is NULL or
    // valid.
    unsafe {
        decode_buffer(r#in, in_pos, in_size, out, out_pos, out_size, |input, output| {
            let memory = memory_of(allocator)?;
            let mut chain = Chain::INITIAL;
            chain.start_decoder(&memory, &convert::chain(filters, Reads::Decoder))?;
            chain.decode_whole(input, output).map(|()| Status::Ok)
        })
    }
}
