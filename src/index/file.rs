//! The Index of a file: what its Streams and their Blocks are like.

#![forbid(unsafe_code)]

use super::records::Sums;
use super::stream::{self, Extent, ListedFlags, ListedStream, Stream};
use super::streams::Streams;
use super::{memory_usage, size};
use crate::bytes::vli;
use crate::error::{Error, Result};
use crate::memory::AllocatorHandle;

/// Streams one behind the other; there is always at least one. Blocks are
/// added to the last one.
pub(crate) struct Index {
    /// The allocator that this structure itself comes from (`streams` has its own).
    memory: AllocatorHandle,
    pub(super) streams: Streams,
    /// The beginning of the file on the scale of `Stream::start`. Moving it makes
    /// room for Streams in front without a change to those behind.
    pub(super) origin: Extent,
    /// Size of all Blocks with their padding, in bytes.
    pub(super) blocks_size: u64,
    /// Size of all data in bytes.
    pub(super) uncompressed_size: u64,
    /// Number of Blocks.
    pub(super) blocks: u64,
    /// Size of a List of Records with all Blocks, in bytes.
    pub(super) list_size: u64,
    /// Checks of all Streams but the last, as bits at the places of their IDs.
    pub(super) checks: u32,
    /// The Check of the last Stream, as such a bit; 0 if it is not known.
    pub(super) last_check: u32,
    /// Number of Blocks for which the next chunk of Records will have room.
    expected: Option<usize>,
}

impl Index {
    /// One Stream without Blocks.
    pub(crate) fn new(memory: &AllocatorHandle) -> Result<Index> {
        let mut index = Index::empty(memory);
        index.begin()?;
        Ok(index)
    }

    /// One Stream without Blocks, where there is none, or all were taken away.
    pub(crate) fn begin(&mut self) -> Result<()> {
        let stream = Stream::new(self.streams.memory(), Extent::ZERO)?;
        self.streams.push_back(stream)?;
        self.origin = Extent::ZERO;
        self.blocks_size = 0;
        self.uncompressed_size = 0;
        self.blocks = 0;
        self.list_size = 0;
        self.checks = 0;
        self.last_check = 0;
        Ok(())
    }

    /// Makes an Index without a Stream; [`Index::begin`] comes before use.
    #[inline]
    pub(crate) fn empty(memory: &AllocatorHandle) -> Index {
        Index {
            memory: memory.clone(),
            streams: Streams::new(memory),
            origin: Extent::ZERO,
            blocks_size: 0,
            uncompressed_size: 0,
            blocks: 0,
            list_size: 0,
            checks: 0,
            last_check: 0,
            expected: None,
        }
    }

    /// The allocators of this structure, and of what it refers to.
    pub(crate) fn memories(&self) -> [&AllocatorHandle; 2] {
        [&self.memory, self.streams.memory()]
    }

    /// The next Blocks will be so many.
    pub(super) fn expect(&mut self, blocks: u64) -> Result<()> {
        self.expected = match usize::try_from(blocks).map_err(|_| Error::Mem)? {
            0 => None, // what comes then comes from an application
            blocks => Some(blocks),
        };
        Ok(())
    }

    #[inline]
    fn last(&self) -> Option<&Stream> {
        self.streams.last().map(|stream| &**stream)
    }

    fn last_mut(&mut self) -> Result<&mut ListedStream> {
        self.streams.last_mut().ok_or(Error::Prog)
    }

    /// Returns the extent of everything before `stream`.
    #[inline]
    pub(super) fn before(&self, stream: &Stream) -> Extent {
        stream.start.minus(self.origin)
    }

    /// Adds a Block to the last Stream. [`Error::Data`] if the file or the
    /// Index would become too large; [`Error::Prog`] for a size that no Block
    /// has.
    pub(crate) fn append(&mut self, unpadded_size: u64, uncompressed_size: u64) -> Result<()> {
        if !(size::UNPADDED_SIZE_MIN..=size::UNPADDED_SIZE_MAX).contains(&unpadded_size)
            || uncompressed_size > vli::MAX
        {
            return Err(Error::Prog);
        }
        let added = vli::len(unpadded_size) + vli::len(uncompressed_size);
        let (blocks, list_size) = (self.blocks + 1, self.list_size + added);
        let (stream, memory) = self.streams.last_and_memory().ok_or(Error::Prog)?;
        let (stream_blocks, total) = stream.records.totals();
        let sums = extend(total, unpadded_size, uncompressed_size)?;
        let stream_list_size = stream.list_size + added;
        let stream_size = size::stream(sums.end(), stream_blocks as u64 + 1, stream_list_size);
        let before = stream.start.minus(self.origin);
        file_end(before.compressed, stream_size, stream.padding)?;
        if !size::index_is_valid(blocks, list_size) {
            return Err(Error::Data);
        }
        if !stream.records.push(sums) {
            stream.records.push_to_new_chunk(memory, sums, self.expected)?;
            self.expected = None;
        }
        stream.list_size = stream_list_size;
        self.blocks_size += size::ceil4(unpadded_size);
        // Two Streams may be too large together; that is noticed later.
        self.uncompressed_size = self.uncompressed_size.wrapping_add(uncompressed_size);
        self.blocks = blocks;
        self.list_size = list_size;
        Ok(())
    }

    /// Notes the Stream Flags of the last Stream, which are valid.
    pub(crate) fn set_stream_flags(&mut self, flags: ListedFlags) -> Result<()> {
        let stream = self.last_mut()?;
        stream.set_beside(flags);
        stream.check = Some(flags.check);
        self.last_check = 1_u32.checked_shl(flags.check).unwrap_or(0);
        Ok(())
    }

    /// Notes how many bytes of Stream Padding follow the last Stream.
    /// [`Error::Prog`] unless that is a multiple of four; [`Error::Data`] if
    /// the file would become too large.
    pub(crate) fn set_stream_padding(&mut self, padding: u64) -> Result<()> {
        if padding > vli::MAX || padding % 4 != 0 {
            return Err(Error::Prog);
        }
        let stream = self.last().ok_or(Error::Prog)?;
        file_end(self.before(stream).compressed, stream.size(), padding)?;
        self.last_mut()?.padding = padding;
        Ok(())
    }

    /// Checks of all Streams, as bits at the places of their IDs.
    pub(crate) fn checks(&self) -> u32 {
        self.checks | self.last_check
    }

    /// Number of Streams.
    pub(crate) fn stream_count(&self) -> u64 {
        self.streams.len() as u64
    }

    /// Number of Blocks in all Streams.
    pub(crate) fn block_count(&self) -> u64 {
        self.blocks
    }

    /// Size in bytes of the Index of one Stream with all these Blocks.
    pub(crate) fn size(&self) -> u64 {
        size::index(self.blocks, self.list_size)
    }

    /// Bytes of Index Padding in that Index.
    pub(super) fn padding_size(&self) -> usize {
        let unpadded = size::index_unpadded(self.blocks, self.list_size);
        (self.size().wrapping_sub(unpadded) & 3) as usize
    }

    /// Size of one Stream with all these Blocks, in bytes.
    pub(crate) fn stream_size(&self) -> u64 {
        size::stream(self.blocks_size, self.blocks, self.list_size)
    }

    /// Size of all Blocks with their padding, in bytes.
    pub(crate) fn blocks_size(&self) -> u64 {
        self.blocks_size
    }

    /// Size of the file in bytes.
    pub(crate) fn file_size(&self) -> u64 {
        let end =
            |last: &Stream| file_end(self.before(last).compressed, last.size(), last.padding).ok();
        self.last().and_then(end).unwrap_or(vli::UNKNOWN)
    }

    /// Size of all data in bytes.
    pub(crate) fn uncompressed_size(&self) -> u64 {
        self.uncompressed_size
    }

    /// Returns the memory that liblzma says an Index like this one uses, in bytes.
    pub(crate) fn memory_usage(&self) -> u64 {
        memory_usage(self.stream_count(), self.blocks)
    }

    /// Becomes a copy of `other`; there is no Stream yet.
    pub(crate) fn copy_from(&mut self, other: &Index) -> Result<()> {
        self.streams.reserve_back(other.streams.len())?;
        for stream in other.streams.iter() {
            let copy = stream::duplicate(stream, self.streams.memory())?;
            self.streams.push_back(copy)?;
        }
        self.origin = other.origin;
        self.blocks_size = other.blocks_size;
        self.uncompressed_size = other.uncompressed_size;
        self.blocks = other.blocks;
        self.list_size = other.list_size;
        self.checks = other.checks;
        self.last_check = other.last_check;
        Ok(())
    }
}

/// Sums with one more Block; [`Error::Data`] if they are too large.
#[inline]
fn extend(total: Sums, unpadded_size: u64, uncompressed_size: u64) -> Result<Sums> {
    // Neither can wrap around: all of them have 63 bits.
    let uncompressed = total.uncompressed + uncompressed_size;
    let unpadded = total.end() + unpadded_size;
    if uncompressed > vli::MAX || unpadded > size::UNPADDED_SIZE_MAX {
        return Err(Error::Data);
    }
    Ok(Sums { unpadded, uncompressed })
}

/// Returns the size of a file whose last Stream begins at `start`, all in bytes;
/// [`Error::Data`] if it exceeds what the format allows.
#[inline]
pub(super) fn file_end(start: u64, stream_size: u64, padding: u64) -> Result<u64> {
    let end = start.checked_add(stream_size).and_then(|end| end.checked_add(padding));
    end.filter(|&end| end <= vli::MAX).ok_or(Error::Data)
}
