//! Positions in an Index, and what is there.

#![forbid(unsafe_code)]

use super::file::Index;
use super::size;
use super::stream::{ListedFlags, ListedStream};

/// A position: two numbers, which mean the same after Blocks or Streams are
/// added behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Number of the Stream, from one; 0 is before the first.
    pub(crate) stream: usize,
    /// Number of the Block in the Stream, from zero; 0 also in a Stream
    /// without Blocks.
    pub(crate) record: usize,
}

impl Cursor {
    /// Before the first Stream.
    pub(crate) const START: Cursor = Cursor { stream: 0, record: 0 };
}

/// The kind of item to stop at (`lzma_index_iter_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Blocks, and Streams without any.
    Any,
    /// Streams.
    Stream,
    /// Blocks.
    Block,
    /// Blocks with data.
    NonemptyBlock,
}

/// Information about a Stream; sizes and offsets in bytes.
#[derive(Clone, Copy)]
pub(crate) struct StreamInfo {
    /// The Stream Flags, if they are known.
    pub(crate) flags: Option<*const ListedFlags>,
    /// Number in the file, from one.
    pub(crate) number: u64,
    pub(crate) block_count: u64,
    pub(crate) compressed_offset: u64,
    pub(crate) uncompressed_offset: u64,
    pub(crate) compressed_size: u64,
    pub(crate) uncompressed_size: u64,
    pub(crate) padding: u64,
}

/// Information about a Block; sizes and offsets in bytes, numbers from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockInfo {
    pub(crate) number_in_file: u64,
    pub(crate) compressed_file_offset: u64,
    pub(crate) uncompressed_file_offset: u64,
    pub(crate) number_in_stream: u64,
    pub(crate) compressed_stream_offset: u64,
    pub(crate) uncompressed_stream_offset: u64,
    pub(crate) uncompressed_size: u64,
    pub(crate) unpadded_size: u64,
    pub(crate) total_size: u64,
}

impl Index {
    /// The Stream number `number`, from one.
    fn stream(&self, number: usize) -> Option<&ListedStream> {
        self.streams.get(number.checked_sub(1)?)
    }

    /// The next position that `mode` stops at; `None` at the end.
    pub(crate) fn next(&self, cursor: Cursor, mode: Mode) -> Option<Cursor> {
        let mut cursor = self.step(cursor, mode)?;
        if mode == Mode::NonemptyBlock {
            while self.is_empty_block(cursor) {
                cursor = self.step(cursor, mode)?;
            }
        }
        Some(cursor)
    }

    /// Like [`Index::next`], but stops at empty Blocks as well, which a mode may
    /// skip.
    fn step(&self, cursor: Cursor, mode: Mode) -> Option<Cursor> {
        let record = cursor.record.saturating_add(1);
        if mode != Mode::Stream
            && self.stream(cursor.stream).is_some_and(|stream| record < stream.records.len())
        {
            return Some(Cursor { record, ..cursor });
        }
        let blocks_only = matches!(mode, Mode::Block | Mode::NonemptyBlock);
        let behind = self.streams.get(cursor.stream..)?;
        let skipped = behind.iter().position(|stream| !blocks_only || stream.records.len() != 0)?;
        Some(Cursor { stream: cursor.stream + skipped + 1, record: 0 })
    }

    fn is_empty_block(&self, cursor: Cursor) -> bool {
        let block = self.stream(cursor.stream).and_then(|stream| stream.block(cursor.record));
        block.is_some_and(|(before, to)| before.uncompressed == to.uncompressed)
    }

    /// The Block that byte `target` of the data is in.
    pub(crate) fn locate(&self, target: u64) -> Option<Cursor> {
        if target >= self.uncompressed_size {
            return None;
        }
        // Of Streams that begin at the same byte, only the last has data.
        let number = self.streams.partition_point(|s| self.before(s).uncompressed <= target);
        let stream = self.stream(number)?;
        let target = target.wrapping_sub(self.before(stream).uncompressed);
        Some(Cursor { stream: number, record: stream.records.locate(target) })
    }

    /// The Stream at a position.
    pub(crate) fn stream_at(&self, cursor: Cursor) -> Option<StreamInfo> {
        let stream = self.stream(cursor.stream)?;
        let before = self.before(stream);
        Some(StreamInfo {
            flags: stream.check.map(|_| stream.beside()),
            number: cursor.stream as u64,
            block_count: stream.blocks(),
            compressed_offset: before.compressed,
            uncompressed_offset: before.uncompressed,
            compressed_size: stream.size(),
            uncompressed_size: stream.records.total().uncompressed,
            padding: stream.padding,
        })
    }

    /// ID of the integrity check of the Stream at a position, if its Stream
    /// Flags are known.
    pub(crate) fn check_at(&self, cursor: Cursor) -> Option<u32> {
        self.stream(cursor.stream)?.check
    }

    /// The Block at a position; `None` in a Stream without Blocks.
    pub(crate) fn block_at(&self, cursor: Cursor) -> Option<BlockInfo> {
        let stream = self.stream(cursor.stream)?;
        let (sums, to) = stream.block(cursor.record)?;
        let before = self.before(stream);
        let number_in_stream = cursor.record as u64 + 1;
        let compressed_stream_offset = sums.end().wrapping_add(size::STREAM_HEADER_SIZE);
        let unpadded_size = to.unpadded.wrapping_sub(sums.end());
        Some(BlockInfo {
            number_in_file: before.blocks.wrapping_add(number_in_stream),
            compressed_file_offset: before.compressed.wrapping_add(compressed_stream_offset),
            uncompressed_file_offset: before.uncompressed.wrapping_add(sums.uncompressed),
            number_in_stream,
            compressed_stream_offset,
            uncompressed_stream_offset: sums.uncompressed,
            uncompressed_size: to.uncompressed.wrapping_sub(sums.uncompressed),
            unpadded_size,
            total_size: size::ceil4(unpadded_size),
        })
    }
}
