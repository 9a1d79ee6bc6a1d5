//! lzma/block.h: coders of Blocks.

use super::base::*;
use super::block::lzma_block;
use super::buffers::{decode_buffer, encode_buffer};
use super::convert::{self, Reads};
use super::lent::{Lent, update_block, update_raw_check};
use super::stream::{self, memory_of};
use crate::container::xz::block::Block;
use crate::container::xz::block_buffer::{self, Method};
use crate::container::xz::block_decoder::BlockDecoder;
use crate::error::{Error, Result, Status};
use crate::io::Output;
use crate::session::Actions;

/// Starts a decoder for the Block whose header is in `block`; it decodes what
/// follows the header. It takes `LZMA_RUN` and `LZMA_FINISH`, and writes to
/// `block`: `compressed_size` and `uncompressed_size` when they are known,
/// and `raw_check`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when filters are not supported;
/// `LZMA_PROG_ERROR` when something else in `block` is invalid;
/// `LZMA_MEM_ERROR`.
///
/// # Safety
/// `strm` as for `lzma_code`; `block` is NULL or valid until `LZMA_STREAM_END`
/// or an error; its filters are as the structures demand, and are not used
/// after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_decoder(
    strm: *mut lzma_stream,
    block: *mut lzma_block,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        let result = stream::start(strm, Actions::DECODE, |memory, coder| {
            let lent = block.as_ref().ok_or(Error::Prog)?;
            let filters = convert::chain(lent.filters, Reads::All);
            coder.start_block_decoder(memory, &Block::from(lent), &filters)
        });
        if result == LZMA_OK {
            stream::lend(strm, Lent::Block(block));
        }
        result
    }
}

/// Decodes in one call the Block whose header is in `block`, without the
/// header: from `in`, from `*in_pos` on, to `out`, from `*out_pos` on. Writes
/// to `block` as [`lzma_block_decoder`] does.
///
/// # Returns
/// `LZMA_OK`; `LZMA_BUF_ERROR` when there is not enough room;
/// `LZMA_DATA_ERROR` when the Block is damaged or incomplete;
/// `LZMA_OPTIONS_ERROR`, `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when `block` is
/// invalid, a pointer is NULL or a position is beyond its end. Only with
/// `LZMA_OK`, the positions change.
///
/// # Safety
/// Pointers are NULL or valid, and buffers as large as said.
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
    // SAFETY: by contract.
    unsafe {
        decode_buffer(r#in, in_pos, in_size, out, out_pos, out_size, |input, output| {
            let lent = block.as_ref().ok_or(Error::Prog)?;
            let filters = convert::chain(lent.filters, Reads::All);
            let mut decoder = BlockDecoder::new(&memory_of(allocator)?);
            decoder.start(&Block::from(lent), &filters)?;
            let result = decoder.decode_whole(input, output);
            update_block(block, &decoder);
            result.map(|()| Status::Ok)
        })
    }
}

/// Starts an encoder for a Block with the filters and the check of `block`,
/// without its header. It takes `LZMA_RUN`, `LZMA_SYNC_FLUSH` (if all filters
/// can flush) and `LZMA_FINISH`, and writes to `block`: `compressed_size` and
/// `uncompressed_size` when all is encoded, `raw_check` with
/// `LZMA_STREAM_END`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when the version or filters are not
/// supported; `LZMA_UNSUPPORTED_CHECK`; `LZMA_PROG_ERROR` when something else
/// is invalid; `LZMA_MEM_ERROR`.
///
/// # Safety
/// `strm` as for `lzma_code`; `block` is NULL or valid until `LZMA_STREAM_END`
/// or an error; its filters are as the structures demand, and are not used
/// after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_encoder(
    strm: *mut lzma_stream,
    block: *mut lzma_block,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        let result = stream::start(strm, Actions::ENCODE, |memory, coder| {
            let lent = block.as_ref().ok_or(Error::Prog)?;
            let filters = convert::chain(lent.filters, Reads::All);
            coder.start_block_encoder(memory, &Block::from(lent), &filters)
        });
        if result == LZMA_OK {
            stream::lend(strm, Lent::Block(block));
        }
        result
    }
}

/// Room that [`lzma_block_buffer_encode`] needs at most for
/// `uncompressed_size` bytes; 0 if that is too much.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_block_buffer_bound(uncompressed_size: usize) -> usize {
    let bound = block_buffer::bound(uncompressed_size as u64);
    bound.and_then(|bound| usize::try_from(bound).ok()).unwrap_or(0)
}

/// Encodes a Block and its header in one call: `in_size` bytes from `in` to
/// `out`, from `*out_pos` on. Data that filters do not make smaller is stored
/// as it is, for which LZMA2 takes the place of the filters. Writes to
/// `block`: `header_size`, `compressed_size`, `uncompressed_size`,
/// `raw_check`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_BUF_ERROR` when there is not enough room;
/// `LZMA_DATA_ERROR` when there is too much data; otherwise as
/// [`lzma_block_encoder`]. Only with `LZMA_OK`, `*out_pos` changes.
///
/// # Safety
/// Pointers are NULL or valid, filters as the structures demand, and buffers
/// as large as said.
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
    // SAFETY: by contract.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            let filters = block.as_ref().ok_or(Error::Prog)?.filters;
            let chain = (!filters.is_null()).then(|| convert::chain(filters, Reads::All));
            let memory = memory_of(allocator)?;
            encode_block(block, Method::Compress(&memory, chain.as_deref()), input, output)
        })
    }
}

/// The same without compression and without memory; the filters of `block`
/// do not matter.
///
/// # Returns
/// As [`lzma_block_buffer_encode`].
///
/// # Safety
/// As for [`lzma_block_buffer_encode`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_uncomp_encode(
    block: *mut lzma_block,
    r#in: *const u8,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            encode_block(block, Method::Store, input, output)
        })
    }
}

/// # Safety
/// `block` is NULL or valid.
unsafe fn encode_block(
    block: *mut lzma_block,
    method: Method<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<()> {
    // SAFETY: by contract.
    let lent = unsafe { block.as_mut() }.ok_or(Error::Prog)?;
    let mut encoded = Block::from(&*lent);
    let result = block_buffer::encode(&mut encoded, method, input, output);
    lent.header_size = encoded.header_size;
    lent.compressed_size = encoded.compressed_size;
    lent.uncompressed_size = encoded.uncompressed_size;
    let (check, size) = result?;
    // SAFETY: by contract.
    unsafe { update_raw_check(block, &check[..size]) };
    Ok(())
}
