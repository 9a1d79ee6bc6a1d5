//! Decoding of one Block, from where the Index says that it is.

#![forbid(unsafe_code)]

use super::budget::Reserved;
use super::failure::{Location, Reason, Result};
use super::file::{CancelToken, File};
use super::read_at::{Piece, ReadAt};
use crate::bytes::vli;
use crate::coder::Coder;
use crate::container::xz::block::Block;
use crate::container::xz::block_decoder::BlockDecoder;
use crate::container::xz::block_header;
use crate::error::{Error, Status};
use crate::filter::{Specs, memory_usage};
use crate::index::BlockInfo;
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, OwnedBox};

/// Bytes that are read from the file at a time.
const PIECE_SIZE: u64 = 256 << 10;

/// A Block as the Index describes it.
#[derive(Clone, Copy)]
pub(super) struct Located {
    /// Number of the Stream, from one.
    pub(super) stream: u64,
    /// ID of the integrity check of that Stream.
    pub(super) check: u32,
    pub(super) info: BlockInfo,
}

impl Located {
    /// A place in the Block: bytes of the file and of the data from its beginning.
    pub(super) fn place(&self, compressed: u64, uncompressed: u64) -> Location {
        Location {
            stream: self.stream,
            block: self.info.number_in_file,
            compressed_offset: self.info.compressed_file_offset.saturating_add(compressed),
            uncompressed_offset: self.info.uncompressed_file_offset.saturating_add(uncompressed),
        }
    }
}

/// A Block Header, and what follows from it.
pub(super) struct OpenedBlock {
    block: Block,
    filters: Specs<'static>,
    piece: Piece,
    /// Bytes of memory that decoding needs.
    pub(super) usage: u64,
}

impl OpenedBlock {
    /// Reads the header of the Block `at`. `piece` may have been used before.
    pub(super) fn read<S: ReadAt>(
        memory: &AllocatorHandle,
        source: &S,
        at: &Located,
        piece: Option<Piece>,
    ) -> Result<OpenedBlock> {
        let failed = |reason: Reason| reason.at(at.place(0, 0));
        let no_memory = |error| Reason::Data.of(error).at(at.place(0, 0));
        let capacity = at.info.total_size.min(PIECE_SIZE) as usize;
        let mut piece = match piece {
            Some(piece) if piece.capacity() >= capacity => piece,
            _ => Piece::new(memory, source, capacity).map_err(no_memory)?,
        };
        piece.forget();
        let bytes = read_header(source, at, &mut piece)?;
        let mut filters = Specs::new();
        let mut block = block_header::decode_new(&mut filters, bytes, at.check)
            .map_err(|error| failed(Reason::BlockHeader.of(error)))?;
        let known = block.uncompressed_size;
        if (known != vli::UNKNOWN && known != at.info.uncompressed_size)
            || block.set_unpadded_size(at.info.unpadded_size).is_err()
        {
            return Err(failed(Reason::Sizes));
        }
        block.uncompressed_size = at.info.uncompressed_size;
        let usage = memory_usage::decoder(&filters).ok_or_else(|| failed(Reason::Filters))?;
        let usage = usage.saturating_add(piece.capacity() as u64);
        Ok(OpenedBlock { block, filters, piece, usage })
    }
}

/// Returns the bytes of a Block Header, which the piece begins with.
fn read_header<'a, S: ReadAt>(
    source: &'a S,
    at: &Located,
    piece: &'a mut Piece,
) -> Result<&'a [u8]> {
    let failed = |reason: Reason| reason.at(at.place(0, 0));
    let (offset, max) = (at.info.compressed_file_offset, at.info.total_size);
    let mut size = 1;
    // A source may give less than it is asked for: then it is asked again.
    loop {
        let bytes = piece.whole(source, offset, max, size);
        let Some(&first) = bytes.map_err(|error| failed(Reason::Read(error)))?.first() else {
            return Err(failed(Reason::Truncated));
        };
        let wanted = match block_header::size(first) {
            Some(wanted) if wanted as u64 <= max => wanted,
            // There is an Index, or the Block is too short for its header.
            _ => return Err(failed(Reason::BlockHeader)),
        };
        if size == wanted {
            break;
        }
        size = wanted;
    }
    let bytes = piece.whole(source, offset, max, size);
    let bytes = bytes.map_err(|error| failed(Reason::Read(error)))?;
    bytes.get(..size).ok_or_else(|| failed(Reason::Truncated))
}

/// A Block that is being decoded.
pub(super) struct BlockDecoding {
    decoder: OwnedBox<BlockDecoder>,
    piece: Piece,
    at: Located,
    /// Bytes of the Block that were taken.
    taken: u64,
    /// Bytes of data that were written.
    written: u64,
    /// The memory of the decoder and the piece.
    reserved: Reserved,
}

/// A decoder for another Block, with the memory that is reserved for it.
pub(super) struct Spare {
    decoder: OwnedBox<BlockDecoder>,
    piece: Piece,
    reserved: Reserved,
}

impl Spare {
    /// The decoder with the memory that is reserved for both, and the piece.
    pub(super) fn parts(self) -> ((OwnedBox<BlockDecoder>, Reserved), Piece) {
        ((self.decoder, self.reserved), self.piece)
    }
}

impl BlockDecoding {
    /// Starts to decode the Block `at` that begins with `opened`, for which
    /// memory is reserved.
    pub(super) fn start(
        memory: &AllocatorHandle,
        at: &Located,
        opened: OpenedBlock,
        spare: Option<OwnedBox<BlockDecoder>>,
        reserved: Reserved,
    ) -> Result<BlockDecoding> {
        let failed = |reason: Reason| move |error| reason.of(error).at(at.place(0, 0));
        let mut decoder = match spare {
            Some(decoder) => decoder,
            None => memory.own_initial::<BlockDecoder>().map_err(failed(Reason::Memory))?,
        };
        let OpenedBlock { block, filters, piece, .. } = opened;
        decoder.start(memory, &block, &filters).map_err(failed(Reason::Filters))?;
        // What was decoded ahead of a damaged place is delivered later, without an error.
        decoder.filter_before_errors();
        let taken = u64::from(block.header_size);
        Ok(BlockDecoding { decoder, piece, at: *at, taken, written: 0, reserved })
    }

    /// The memory, for another Block.
    pub(super) fn into_spare(self) -> Spare {
        let BlockDecoding { decoder, piece, reserved, .. } = self;
        Spare { decoder, piece, reserved }
    }

    /// Bytes of data that were written.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// Bytes of the file that were taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Decodes to `output`: until that is full, or a piece of the file is
    /// used up. Returns whether the Block has ended, with a Check that is right
    /// or that cannot be verified. Once all its data is written, that needs no
    /// room.
    pub(super) fn step<S: ReadAt>(
        &mut self,
        file: &File<S>,
        token: CancelToken,
        output: &mut Output<'_>,
    ) -> Result<bool> {
        if file.is_cancelled(token) {
            return Err(self.failed(Reason::Interrupted));
        }
        let left = self.at.info.total_size.saturating_sub(self.taken);
        let offset = self.at.info.compressed_file_offset.saturating_add(self.taken);
        let bytes = match self.piece.get(file.source(), offset, left) {
            Ok([]) if left != 0 => return Err(self.failed(Reason::Truncated)),
            Ok(bytes) => bytes,
            Err(error) => return Err(self.failed(Reason::Read(error))),
        };
        let mut input = Input::new(bytes);
        let before = output.len();
        let result = self.decoder.code(&mut input, output, Action::Run);
        let (taken, written) = (input.taken() as u64, (output.len() - before) as u64);
        self.taken = self.taken.saturating_add(taken);
        self.written = self.written.saturating_add(written);
        match result {
            Ok(Status::StreamEnd) => Ok(true),
            // The sizes are known, so this cannot happen.
            Ok(_) if taken == 0 && written == 0 => Err(self.failed(Reason::Program)),
            Ok(_) => Ok(false),
            Err(error) => Err(self.failed_with(error)),
        }
    }

    fn failed(&self, reason: Reason) -> super::Failure {
        reason.at(self.at.place(self.taken, self.written))
    }

    fn failed_with(&self, error: Error) -> super::Failure {
        let in_data = self.decoder.sizes().is_none();
        let reason = if in_data { Reason::Data } else { Reason::Check };
        self.failed(reason.of(error))
    }
}
