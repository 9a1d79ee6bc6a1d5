//! Encodes a Stream of at most one Block in one call.

#![forbid(unsafe_code)]

use super::block::Block;
use super::block_buffer_encoder::{self, Method};
use super::stream_flags::{self, StreamFlags};
use crate::bytes::vli;
use crate::check;
use crate::error::{Error, Result, Status};
use crate::filter::FilterSpec;
use crate::index::{Index, IndexEncoder};
use crate::io::Output;
use crate::memory::AllocatorHandle;

/// The largest Index with one Record, in bytes.
const INDEX_MAX: u64 = (1 + 1 + 2 * vli::BYTES_MAX as u64 + 4).next_multiple_of(4);

/// Room that [`encode`] needs at most for `size` bytes. `None`: too large.
pub(crate) fn bound(size: u64) -> Option<u64> {
    let sum = block_buffer_encoder::bound(size)? + 2 * stream_flags::SIZE as u64 + INDEX_MAX;
    (sum <= vli::MAX).then_some(sum)
}

/// Encodes `input` as a Stream. [`Error::Buf`] if there is not enough room;
/// [`Error::Prog`] or [`Error::UnsupportedCheck`] if there is no such check;
/// the errors of [`block_buffer_encoder::encode`].
pub(crate) fn encode(
    memory: &AllocatorHandle,
    filters: &[FilterSpec<'_>],
    check: u32,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<()> {
    if check > check::ID_MAX {
        return Err(Error::Prog);
    }
    if !check::is_supported(check) {
        return Err(Error::UnsupportedCheck);
    }
    if output.room() <= 2 * stream_flags::SIZE {
        return Err(Error::Buf);
    }
    let mut flags = StreamFlags { version: 0, backward_size: vli::UNKNOWN, check };
    let room = output.room() - stream_flags::SIZE; // the rest is for the Stream Footer
    flags.backward_size = output.limited(room, |output| {
        output.write(&flags.encode_header()?);
        let sizes = match input {
            [] => None,
            _ => Some(encode_block(memory, filters, check, input, output)?),
        };
        let mut index = Index::new(memory)?;
        if let Some((unpadded_size, size)) = sizes {
            index.append(unpadded_size, size)?;
        }
        encode_index(&index, output)?;
        Ok(index.size())
    })?;
    output.write(&flags.encode_footer()?);
    Ok(())
}

/// Returns what the Index says about the Block.
fn encode_block(
    memory: &AllocatorHandle,
    filters: &[FilterSpec<'_>],
    check: u32,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(u64, u64)> {
    let mut block = Block {
        version: 0,
        header_size: 0,
        check,
        compressed_size: 0,
        uncompressed_size: 0,
        ignore_check: false,
    };
    let method = Method::Compress(memory, Some(filters));
    block_buffer_encoder::encode(&mut block, method, input, output)?;
    Ok((block.unpadded_size()?, block.uncompressed_size))
}

fn encode_index(index: &Index, output: &mut Output<'_>) -> Result<()> {
    match IndexEncoder::new().code(index, output)? {
        Status::StreamEnd => Ok(()),
        _ => Err(Error::Buf),
    }
}
