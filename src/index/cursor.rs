//! Positions in an Index, and what is there.

#![forbid(unsafe_code)]

use super::file::Index;
use super::records::{Record, Sums};
use super::size;
use super::stream::{Extent, ListedFlags, ListedStream, Stream};

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
    pub(crate) compressed_offset: u64,
    pub(crate) uncompressed_offset: u64,
    pub(crate) padding: u64,
}

/// Sizes that follow from the Blocks of a Stream, and from nothing else; in bytes.
#[derive(Clone, Copy)]
pub(crate) struct StreamSizes {
    pub(crate) compressed: u64,
    pub(crate) uncompressed: u64,
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

/// A position, and what is there.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) cursor: Cursor,
    stream: &'a Stream,
    /// Of the Stream, as far as they are known.
    flags: *const ListedFlags,
    /// Position of the Stream.
    before: Extent,
    /// Sums before and up to the Block; `None` in a Stream without Blocks.
    block: Option<(Sums, Sums)>,
}

// Walking is a few dozen instructions a step, so structures are not to be returned
// through memory: hence the `inline(always)`.
impl Index {
    /// Finds what is at a position.
    #[inline(always)]
    pub(crate) fn at(&self, cursor: Cursor) -> Option<Found<'_>> {
        let stream = self.streams.get(cursor.stream.wrapping_sub(1))?;
        Some(self.found(cursor, stream, stream.records.around(cursor.record)))
    }

    /// The beginning of the Stream number `stream`. `streams` are those of the Index, here and
    /// in what follows.
    #[inline(always)]
    fn beginning_of<'a>(&self, streams: &'a [ListedStream], stream: usize) -> Option<Found<'a>> {
        let cursor = Cursor { stream, record: 0 };
        let stream = streams.get(stream.wrapping_sub(1))?;
        Some(self.found(cursor, stream, stream.records.first()))
    }

    #[inline(always)]
    fn found<'a>(
        &self,
        cursor: Cursor,
        listed: &'a ListedStream,
        block: Option<(Sums, Sums)>,
    ) -> Found<'a> {
        let stream: &Stream = listed;
        Found { cursor, stream, flags: listed.beside(), before: self.before(stream), block }
    }

    /// The Block after the one at `cursor`, if it is of the same Stream.
    #[inline(always)]
    fn next_in_stream<'a>(&self, streams: &'a [ListedStream], cursor: Cursor) -> Option<Found<'a>> {
        let cursor = Cursor { record: cursor.record.wrapping_add(1), ..cursor };
        let stream = streams.get(cursor.stream.wrapping_sub(1))?;
        let block = stream.records.around(cursor.record)?;
        Some(self.found(cursor, stream, Some(block)))
    }

    /// The next Block of the same Stream, or else the beginning of the next Stream.
    #[inline(always)]
    fn next_of_any<'a>(
        &self,
        streams: &'a [ListedStream],
        cursor: Cursor,
        mode: Mode,
    ) -> Option<Found<'a>> {
        let next = match mode {
            Mode::Stream => None,
            _ => self.next_in_stream(streams, cursor),
        };
        match next {
            Some(next) => Some(next),
            None => self.beginning_of(streams, cursor.stream.wrapping_add(1)),
        }
    }

    /// The next position that `mode` stops at, if it is one of the next two; else `None`.
    #[inline(always)]
    pub(crate) fn next_nearby(&self, mut cursor: Cursor, mode: Mode) -> Option<Found<'_>> {
        let streams = &*self.streams;
        for _ in 0..2 {
            let next = self.next_of_any(streams, cursor, mode)?;
            if next.is_for(mode) {
                return Some(next);
            }
            cursor = next.cursor;
        }
        None
    }

    /// The next position that `mode` stops at; before the first Stream if there is none.
    #[inline(never)]
    pub(crate) fn next_anywhere(&self, cursor: Cursor, mode: Mode) -> Cursor {
        if matches!(mode, Mode::Any | Mode::Stream) {
            let next = self.next_of_any(&self.streams, cursor, mode);
            return next.map_or(Cursor::START, |next| next.cursor);
        }
        let nonempty = mode == Mode::NonemptyBlock;
        let record = cursor.record.wrapping_add(1);
        let stream = self.streams.get(cursor.stream.wrapping_sub(1));
        if let Some(record) = stream.and_then(|stream| stream.records.find_from(record, nonempty)) {
            return Cursor { record, ..cursor };
        }
        let behind = self.streams.get(cursor.stream..).unwrap_or_default();
        for (stream, number) in behind.iter().zip(cursor.stream + 1..) {
            if let Some(record) = stream.records.find_from(0, nonempty) {
                return Cursor { stream: number, record };
            }
        }
        Cursor::START
    }

    /// The next position that `mode` stops at; `None` at the end.
    pub(crate) fn next(&self, cursor: Cursor, mode: Mode) -> Option<Cursor> {
        Some(self.next_anywhere(cursor, mode)).filter(|next| *next != Cursor::START)
    }

    /// The Records from a position to the end of their chunk, and the sums before them in
    /// their Stream. At the end of a Stream, the position becomes the beginning of the next.
    pub(super) fn records_from(&self, cursor: &mut Cursor) -> Option<(Sums, &[Record])> {
        loop {
            let stream = self.streams.get(cursor.stream.wrapping_sub(1))?;
            if let Some(run) = stream.records.run(cursor.record) {
                return Some(run);
            }
            *cursor = Cursor { stream: cursor.stream + 1, record: 0 };
        }
    }

    /// The Block that byte `target` of the data is in, which is one of those that are there.
    #[inline(never)]
    fn position_of(&self, target: u64) -> Cursor {
        let number = self.streams_up_to(target);
        let Some(stream) = self.streams.get(number.wrapping_sub(1)) else {
            return Cursor::START;
        };
        let target = target.wrapping_sub(self.before(stream).uncompressed);
        Cursor { stream: number, record: stream.records.locate(target) }
    }

    /// Number of Streams that begin at byte `target` of the data or before: of those that
    /// begin at the same byte, only the last has data. Many files have Streams of one
    /// size, so the search begins where the Stream would be then.
    #[inline]
    fn streams_up_to(&self, target: u64) -> usize {
        if self.streams.len() == 1 {
            return 1;
        }
        let is_before = |stream: &ListedStream| self.before(stream).uncompressed <= target;
        // What is left of both has 32 bits, as the number of Streams has.
        let shift = 32_u32.saturating_sub(self.uncompressed_size.leading_zeros());
        let (part, whole) = (target >> shift, self.uncompressed_size >> shift);
        let guess = part.wrapping_mul(self.streams.len() as u64) / whole.max(1);
        let (front, back) = self.streams.split_at_checked(guess as usize).unwrap_or_default();
        match (front, back) {
            (_, [first, second, ..]) if is_before(first) && !is_before(second) => front.len() + 1,
            (_, [first, ..]) if is_before(first) => front.len() + back.partition_point(is_before),
            _ => front.partition_point(is_before),
        }
    }

    /// The Block that byte `target` of the data is in.
    #[inline(always)]
    pub(crate) fn locate(&self, target: u64) -> Option<Cursor> {
        (target < self.uncompressed_size).then(|| self.position_of(target))
    }
}

impl Found<'_> {
    /// Tells whether `mode` stops here, or would if the position was the first of its
    /// Stream.
    #[inline(always)]
    fn is_for(&self, mode: Mode) -> bool {
        match mode {
            Mode::Any | Mode::Stream => true,
            Mode::Block => self.block.is_some(),
            Mode::NonemptyBlock => {
                self.block.is_some_and(|(before, to)| before.uncompressed != to.uncompressed)
            }
        }
    }

    /// The Stream.
    #[inline(always)]
    pub(crate) fn stream(&self) -> StreamInfo {
        let stream = self.stream;
        let before = self.before;
        StreamInfo {
            flags: stream.check.map(|_| self.flags),
            number: self.cursor.stream as u64,
            compressed_offset: before.compressed,
            uncompressed_offset: before.uncompressed,
            padding: stream.padding,
        }
    }

    /// Number of Blocks in the Stream.
    #[inline(always)]
    pub(crate) fn block_count(&self) -> u64 {
        self.stream.blocks()
    }

    /// Sizes of the Stream. As Blocks are only ever added, they stay the same as long as
    /// the number of Blocks does.
    #[inline(always)]
    pub(crate) fn stream_sizes(&self) -> StreamSizes {
        let (compressed, uncompressed) = self.stream.sizes();
        StreamSizes { compressed, uncompressed }
    }

    /// ID of the integrity check of the Stream, if its Stream Flags are known.
    pub(crate) fn check(&self) -> Option<u32> {
        self.stream.check
    }

    /// The Block; `None` in a Stream without Blocks.
    #[inline(always)]
    pub(crate) fn block(&self) -> Option<BlockInfo> {
        let (sums, to) = self.block?;
        let before = self.before;
        let number_in_stream = self.cursor.record as u64 + 1;
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
