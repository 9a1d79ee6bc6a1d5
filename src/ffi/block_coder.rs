//! lzma/block.h: coders of Blocks.

use super::base::*;
use super::block::lzma_block;
use super::block_members::{self, UNSET};
use super::buffers::{decode_buffer, encode_buffer};
use super::convert::{self, Reads};
use super::guard::guard;
use super::lent::{Lent, update_block, update_raw_check, update_sizes};
use super::stream::{self, memory_of};
use crate::container::xz::block_buffer_encoder::{self, Method};
use crate::container::xz::block_decoder::BlockDecoder;
use crate::container::xz::block_encoder::BlockEncoder;
use crate::error::{Error, Result, Status};
use crate::io::Output;
use crate::memory::Initial;

/// Starts a decoder for a Block whose header was decoded; it decodes all that
/// follows the header. It takes `LZMA_RUN` and `LZMA_FINISH`.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `block`: what `lzma_block_header_decode` has set is read. `lzma_code` sets
///   `compressed_size`, `uncompressed_size` and `raw_check` as it finds them.
///   The structure must stay until `LZMA_STREAM_END` or an error; its filters
///   may go after this call.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: a filter is not supported, in the wrong place, or
///   lacks options.
/// - `LZMA_PROG_ERROR`: a pointer is NULL, or something in `block` is not
///   valid.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `block` is NULL, or valid until
/// `LZMA_STREAM_END` or an error; its filters are NULL or a chain whose options
/// are NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_decoder(
    strm: *mut lzma_stream,
    block: *mut lzma_block,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by block.h, what is listed as read by this
    // function is initialised, and later calls of `lzma_code` write to the
    // structure.
    unsafe {
        let result = stream::start(strm, |memory, coder| {
            let read = block_members::decoder(block).ok_or(Error::Prog)?;
            let filters = convert::chain((*block).filters, Reads::Decoder);
            coder.start::<BlockDecoder>(memory, (&read, &filters))
        });
        if result == LZMA_OK {
            stream::lend(strm, Lent::Block(block));
        }
        result
    }
}

/// Decodes a Block whose header was decoded, without the header, in one call.
///
/// # Parameters
/// - `block`: what `lzma_block_header_decode` has set is read;
///   `compressed_size`, `uncompressed_size` and `raw_check` are set as they are
///   found.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
/// - `in`: the buffer with the Block; may be NULL if there are no bytes.
/// - `in_pos`: where in `in` the data begins, behind the header, in bytes. With
///   `LZMA_OK` it becomes the position behind the Block; otherwise it stays.
/// - `in_size`: size in bytes of `in`, counted from its start.
/// - `out`: the buffer for the result; may be NULL if there is no room.
/// - `out_pos`: where in `out` the result begins, in bytes. With `LZMA_OK` it
///   becomes the position behind the result; otherwise it stays.
/// - `out_size`: size in bytes of `out`, counted from its start.
///
/// # Returns
/// - `LZMA_OK`: decoded.
/// - `LZMA_DATA_ERROR`: the Block is damaged or incomplete.
/// - `LZMA_BUF_ERROR`: there is not enough room.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: a filter is not supported, in the wrong place, or
///   lacks options.
/// - `LZMA_PROG_ERROR`: `block` or a position is NULL, something in `block` is
///   not valid, a position is larger than its size, or a buffer is NULL and has
///   a size.
///
/// # Safety
/// Each pointer is NULL or valid, `in` and `out` for as many bytes as the sizes
/// say; they do not overlap; its filters are NULL or a chain whose options are
/// NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_buffer_decode(
    block: *mut lzma_block,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by block.h, what is listed as read by this function is
    // initialised, and `in` and `out` have as many bytes as their sizes say; by
    // base.h, an allocator is NULL or valid.
    unsafe {
        decode_buffer(r#in, in_pos, in_size, out, out_pos, out_size, |input, output| {
            let read = block_members::decoder(block).ok_or(Error::Prog)?;
            let filters = convert::chain((*block).filters, Reads::Decoder);
            let memory = memory_of(allocator)?;
            let mut decoder = BlockDecoder::INITIAL;
            decoder.start(&memory, &read, &filters)?;
            let result = decoder.decode_whole(input, output);
            update_block(block, &decoder);
            result.map(|()| Status::Ok)
        })
    }
}

/// Starts an encoder for a Block, without its header. It takes `LZMA_RUN`,
/// `LZMA_SYNC_FLUSH` (if the filters can flush) and `LZMA_FINISH`.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `block`: `version`, `check` and `filters` are read. `lzma_code` sets
///   `compressed_size`, `uncompressed_size` and `raw_check` by
///   `LZMA_STREAM_END`. The structure must stay until then, or until an error;
///   its filters may go after this call.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: the version or a filter is not supported, a filter
///   is in the wrong place, or options are out of range or missing.
/// - `LZMA_UNSUPPORTED_CHECK`: the check is an ID that has no meaning yet.
/// - `LZMA_PROG_ERROR`: a pointer or the options of an LZMA filter are NULL,
///   there is no filter, or the check is larger than `LZMA_CHECK_ID_MAX`.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `block` is NULL, or valid until
/// `LZMA_STREAM_END` or an error; its filters are NULL or a chain whose options
/// are NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_encoder(
    strm: *mut lzma_stream,
    block: *mut lzma_block,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by block.h, `version`, `check` and
    // `filters` are initialised, and later calls of `lzma_code` write to the
    // structure.
    unsafe {
        let result = stream::start(strm, |memory, coder| {
            let read = block_members::check(block).ok_or(Error::Prog)?;
            let filters = convert::chain((*block).filters, Reads::Encoder);
            coder.start::<BlockEncoder>(memory, (&read, &filters))
        });
        if result == LZMA_OK {
            stream::lend(strm, Lent::Block(block));
        }
        result
    }
}

/// Tells how much room `lzma_block_buffer_encode` and
/// `lzma_block_uncomp_encode` need in the worst case.
///
/// # Parameters
/// - `uncompressed_size`: how many bytes shall be encoded.
///
/// # Returns
/// Size in bytes; 0 if it does not fit into `size_t` or the format.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_block_buffer_bound(uncompressed_size: usize) -> usize {
    let bound = guard(None, || block_buffer_encoder::bound(uncompressed_size as u64));
    bound.and_then(|bound| usize::try_from(bound).ok()).unwrap_or(0)
}

/// Encodes a Block in one call, with its header, which holds both sizes. Data
/// that the filters do not make smaller is stored as it is, in LZMA2, whatever
/// `filters` says.
///
/// # Parameters
/// - `block`: `version`, `check` and `filters` are read; `header_size`,
///   `compressed_size`, `uncompressed_size` and `raw_check` are set.
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
/// - `LZMA_DATA_ERROR`: the format has no room for so much data.
/// - `LZMA_OPTIONS_ERROR`: as from `lzma_block_encoder`.
/// - `LZMA_UNSUPPORTED_CHECK`: the check is an ID that has no meaning yet.
/// - `LZMA_PROG_ERROR`: as from `lzma_block_encoder`; or the .xz format cannot
///   have one of the filters, a buffer or position is NULL, or `*out_pos`
///   larger than `out_size`.
///
/// # Safety
/// Each pointer is NULL or valid, `in` and `out` for as many bytes as the sizes
/// say; they do not overlap. For `block`, its filters are NULL or a chain whose
/// options are NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_buffer_encode(
    block: *mut lzma_block,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by block.h, `version`, `check` and `filters` are initialised, and
    // `in` and `out` have as many bytes as their sizes say; by base.h, an
    // allocator is NULL or valid.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            if block.is_null() {
                return Err(Error::Prog);
            }
            let filters = (*block).filters;
            let chain = (!filters.is_null()).then(|| convert::chain_with_header(filters));
            let memory = memory_of(allocator)?;
            encode_block(block, Method::Compress(&memory, chain.as_deref()), input, output)
        })
    }
}

/// Stores data as a Block in one call, with its header: not compressed, in
/// LZMA2. It allocates no memory.
///
/// # Parameters
/// - `block`: `version` and `check` are read; `header_size`, `compressed_size`,
///   `uncompressed_size` and `raw_check` are set. Its filters do not matter.
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
/// - `LZMA_DATA_ERROR`: the format has no room for so much data.
/// - `LZMA_OPTIONS_ERROR`: the version is not supported.
/// - `LZMA_UNSUPPORTED_CHECK`: the check is an ID that has no meaning yet.
/// - `LZMA_PROG_ERROR`: a pointer is NULL, `*out_pos` is larger than
///   `out_size`, or the check larger than `LZMA_CHECK_ID_MAX`.
///
/// # Safety
/// Each pointer is NULL or valid, `in` and `out` for as many bytes as the sizes
/// say; they do not overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_uncomp_encode(
    block: *mut lzma_block,
    r#in: *const u8,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by block.h, `version` and `check` are initialised, and `in` and
    // `out` have as many bytes as their sizes say.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            encode_block(block, Method::Store, input, output)
        })
    }
}

/// # Safety
/// `block` is NULL, or valid for writes and for reads, and its `version` and
/// `check` are initialised.
unsafe fn encode_block(
    block: *mut lzma_block,
    method: Method<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<()> {
    // SAFETY: by the contract above.
    let mut encoded = unsafe { block_members::check(block) }.ok_or(Error::Prog)?;
    let result = block_buffer_encoder::encode(&mut encoded, method, input, output);
    // SAFETY: by the contract above, and not NULL.
    unsafe {
        if encoded.header_size != 0 {
            (*block).header_size = encoded.header_size;
        }
        if encoded.uncompressed_size != UNSET {
            update_sizes(block, (encoded.compressed_size, encoded.uncompressed_size));
        }
        let (check, size) = result?;
        update_raw_check(block, &check[..size]);
    }
    Ok(())
}
