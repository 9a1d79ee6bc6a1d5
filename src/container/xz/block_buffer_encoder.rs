//! Encodes a Block, with its header, in one call: compressed or, where that
//! is larger, as it is.

#![forbid(unsafe_code)]

use super::block::{Block, COMPRESSED_SIZE_MAX, HEADER_SIZE_MAX};
use super::block_encoder::{check_for, require_known_version};
use super::block_header;
use crate::bytes::vli;
use crate::check;
use crate::error::{Error, Result};
use crate::filter::{Chain, FilterOptions, FilterSpec, id};
use crate::io::{Input, Output};
use crate::lz::DICT_SIZE_MIN;
use crate::lzma::{LzmaOptions, lzma2_chunk};
use crate::memory::{AllocatorHandle, Initial};

/// LZMA2 always has a dictionary; this is the smallest.
const STORED: FilterSpec<'static> = FilterSpec {
    id: id::LZMA2,
    options: FilterOptions::Lzma(LzmaOptions { dict_size: DICT_SIZE_MIN, ..LzmaOptions::ZERO }),
};

/// Most that is around Compressed Data: a Block Header with both sizes and a
/// lone LZMA2, and the largest Check.
const OVERHEAD_MAX: u64 =
    (1 + 1 + 2 * vli::BYTES_MAX as u64 + 3 + 4 + check::SIZE_MAX as u64).next_multiple_of(4);

/// Size of `size` bytes as Compressed Data of LZMA2 without compression.
/// `None`: too large.
fn stored_size(size: u64) -> Option<u64> {
    let chunks = size.div_ceil(lzma2_chunk::SIZE_MAX.into());
    let overhead = chunks * u64::from(lzma2_chunk::UNCOMPRESSED_HEADER_SIZE) + 1;
    size.checked_add(overhead).filter(|&sum| sum <= COMPRESSED_SIZE_MAX)
}

/// Room that [`encode`] needs at most for `size` bytes. `None`: too large.
pub(crate) fn bound(size: u64) -> Option<u64> {
    Some(stored_size(size)?.next_multiple_of(4) + OVERHEAD_MAX)
}

/// The Check field of a Block that was encoded.
pub(crate) type RawCheck = ([u8; check::SIZE_MAX], usize);

/// A way to encode a Block.
#[derive(Clone, Copy)]
pub(crate) enum Method<'a> {
    /// In LZMA2 chunks without compression.
    Store,
    /// With these filters, unless the result would be larger than the data as
    /// it is. `None`: the caller has given NULL.
    Compress(&'a AllocatorHandle, Option<&'a [FilterSpec<'a>]>),
}

/// Encodes `input` as a Block with its header. The sizes in `block` are set as
/// they become known, even if it fails.
///
/// [`Error::Buf`] if there is not enough room; otherwise errors as in
/// [`BlockEncoder::start`](super::block_encoder::BlockEncoder::start).
/// After an error, `output` has what it had before.
pub(crate) fn encode(
    block: &mut Block,
    method: Method<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<RawCheck> {
    require_known_version(block)?;
    let filters = match method {
        Method::Store => None,
        Method::Compress(memory, filters) => Some((memory, filters.ok_or(Error::Prog)?)),
    };
    let mut check = check_for(block)?;
    let (_, check_size) = check.finish();
    // The whole Block is a multiple of four bytes: then padding fits as well.
    let room = (output.room() & !3).checked_sub(check_size).filter(|&room| room > 0);
    let room = room.ok_or(Error::Buf)?;
    block.uncompressed_size = input.len() as u64;
    // Until it is known, the most that it may be.
    block.compressed_size = stored_size(block.uncompressed_size).unwrap_or(0);
    if block.compressed_size == 0 {
        return Err(Error::Data);
    }
    let start = output.len();
    let compressed = match filters {
        Some((memory, filters)) => {
            output.limited(room, |output| compress(memory, block, filters, input, output))
        }
        None => Err(Error::Buf),
    };
    match compressed {
        Err(Error::Buf) => {
            output.truncate(start);
            output.limited(room, |output| store(block, input, output))?;
        }
        result => result.inspect_err(|_| output.truncate(start))?,
    }
    let padding = block.compressed_size.wrapping_neg() & 3;
    output.write(&[0; 3][..padding as usize]);
    check.update(input);
    let (bytes, size) = check.finish();
    output.write(&bytes[..size]);
    Ok((bytes, size))
}

/// Encodes header and Compressed Data. [`Error::Buf`] if there is not enough
/// room or the data does not become smaller.
fn compress(
    memory: &AllocatorHandle,
    block: &mut Block,
    filters: &[FilterSpec<'_>],
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<()> {
    // Smaller sizes will be known in the end, but the room for them stays.
    block.header_size = block_header::size_for(block, filters)?;
    let (start, header_size) = (output.len(), block.header_size as usize);
    if output.room() <= header_size {
        return Err(Error::Buf);
    }
    output.write(&[0; HEADER_SIZE_MAX as usize][..header_size]);
    let room = usize::try_from(block.compressed_size).unwrap_or(usize::MAX);
    output.limited(room, |output| {
        let mut chain = Chain::INITIAL;
        chain.start_encoder(memory, filters)?;
        chain.encode_whole(&mut Input::new(input), output)
    })?;
    block.compressed_size = (output.len() - start - header_size) as u64;
    let header = &mut output.written_mut(start)[..header_size];
    block_header::encode(block, filters, header).map_err(|_| Error::Prog)
}

/// Encodes header and chunks that are not compressed.
fn store(block: &mut Block, input: &[u8], output: &mut Output<'_>) -> Result<()> {
    block.header_size = block_header::size_for(block, &[STORED]).map_err(|_| Error::Prog)?;
    if (output.room() as u64) < u64::from(block.header_size) + block.compressed_size {
        return Err(Error::Buf);
    }
    let start = output.len();
    output.write(&[0; HEADER_SIZE_MAX as usize][..block.header_size as usize]);
    block_header::encode(block, &[STORED], output.written_mut(start)).map_err(|_| Error::Prog)?;
    let mut control = lzma2_chunk::UNCOMPRESSED_RESET;
    for chunk in input.chunks(lzma2_chunk::SIZE_MAX as usize) {
        let [high, low] = ((chunk.len() - 1) as u16).to_be_bytes();
        output.write(&[control, high, low]);
        output.write(chunk);
        control = lzma2_chunk::UNCOMPRESSED;
    }
    output.write(&[lzma2_chunk::END]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        assert_eq!(stored_size(0), Some(1));
        assert_eq!(stored_size(1), Some(5));
        assert_eq!(stored_size(1 << 16), Some((1 << 16) + 4));
        assert_eq!(stored_size((1 << 16) + 1), Some((1 << 16) + 8));
        assert_eq!(bound(0), Some(96));
        for (too_large, size) in [(true, u64::MAX), (true, COMPRESSED_SIZE_MAX), (false, 1 << 62)] {
            assert_eq!(bound(size).is_none(), too_large);
        }
    }
}
