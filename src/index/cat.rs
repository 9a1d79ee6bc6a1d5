//! Concatenation of Indexes.

#![forbid(unsafe_code)]

use super::file::Index;
use super::size;
use super::stream::{self, Extent, ListedStream};
use crate::bytes::vli;
use crate::error::{Error, Result};
use crate::memory::Compatible;
use core::mem;

/// The most Streams in an Index.
const STREAMS_MAX: u64 = u32::MAX as u64;

impl Index {
    /// Takes all Streams of `other`, to follow those that are here.
    /// [`Error::Data`] if there would be too many, or they too large; after
    /// an error, both are as before.
    ///
    /// Streams of the smaller Index are moved to the larger one, so that many
    /// Indexes are quickly put together in any order.
    pub(crate) fn cat(&mut self, other: &mut Index, proof: &Compatible) -> Result<()> {
        let extent = self.extent();
        self.check_sizes(other, &extent)?;
        let trimmed = match self.streams.last() {
            Some(last) => last.records.trimmed_last()?,
            None => None,
        };
        let moves_self = self.streams.len() < other.streams.len();
        match moves_self {
            true => other.streams.reserve_front(self.streams.len())?,
            false => self.streams.reserve_back(other.streams.len())?,
        }
        // Nothing can fail from here on.
        if let (Some(last), Some(trimmed)) = (self.streams.last_mut(), trimmed) {
            last.records.replace_last(trimmed);
        }
        self.checks = self.checks() | other.checks;
        self.last_check = other.last_check;
        if moves_self {
            self.move_before(other, extent, proof)?;
        } else {
            self.move_behind(other, extent, proof)?;
        }
        self.blocks_size = self.blocks_size.wrapping_add(other.blocks_size);
        self.uncompressed_size = self.uncompressed_size.wrapping_add(other.uncompressed_size);
        self.blocks += other.blocks;
        self.list_size += other.list_size;
        self.expect(0)
    }

    /// The sizes of the whole file.
    fn extent(&self) -> Extent {
        Extent {
            compressed: self.file_size(),
            uncompressed: self.uncompressed_size,
            blocks: self.blocks,
        }
    }

    fn check_sizes(&self, other: &Index, extent: &Extent) -> Result<()> {
        // Only the sum of the data can wrap around: Streams that fit alone
        // may be too large together. liblzma does not notice that, and what
        // depends on it are but numbers.
        let fits = |a: u64, b: u64, max| a.wrapping_add(b) <= max;
        let index_size = |index: &Index| size::index_unpadded(index.blocks, index.list_size);
        let valid = fits(self.stream_count(), other.stream_count(), STREAMS_MAX)
            && fits(extent.compressed, other.file_size(), vli::MAX)
            && fits(self.uncompressed_size, other.uncompressed_size, vli::MAX)
            && fits(index_size(self), index_size(other), size::BACKWARD_SIZE_MAX);
        if valid { Ok(()) } else { Err(Error::Data) }
    }

    /// Moves the Streams of `other` to the end.
    fn move_behind(&mut self, other: &mut Index, extent: Extent, proof: &Compatible) -> Result<()> {
        let shift = self.origin.plus(extent).minus(other.origin);
        while let Some(mut stream) = other.streams.pop_front() {
            rehome(&mut stream, self, proof);
            stream.start = stream.start.plus(shift);
            self.streams.push_back(stream)?;
        }
        Ok(())
    }

    /// Moves the own Streams, which take `extent`, to the front of `other`,
    /// and takes over its list.
    fn move_before(&mut self, other: &mut Index, extent: Extent, proof: &Compatible) -> Result<()> {
        other.origin = other.origin.minus(extent);
        let shift = other.origin.minus(self.origin);
        while let Some(mut stream) = self.streams.pop_back() {
            rehome(&mut stream, other, proof);
            stream.start = stream.start.plus(shift);
            other.streams.push_front(stream)?;
        }
        mem::swap(&mut self.streams, &mut other.streams);
        mem::swap(&mut self.origin, &mut other.origin);
        Ok(())
    }
}

/// Makes `stream` belong to the memory of the Streams of `index`.
fn rehome(stream: &mut ListedStream, index: &Index, proof: &Compatible) {
    if proof.is_with_itself() {
        return; // as for all Streams of a file that is being decoded
    }
    let [_, memory] = index.memories();
    stream::rehome(stream, memory, proof);
}

#[cfg(test)]
mod tests {
    use super::super::cursor::{Cursor, Mode};
    use super::*;
    use crate::memory::AllocatorHandle;

    fn index(blocks: &[(u64, u64)]) -> Index {
        let mut index = Index::new(&AllocatorHandle::standard()).unwrap();
        for block in blocks {
            index.append(block.0, block.1).unwrap();
        }
        index
    }

    fn cat(dest: &mut Index, mut src: Index) {
        // Whether both can share an allocator, a test cannot say without
        // `unsafe`, and needs not: what stays with its own is just as good.
        dest.cat(&mut src, &Compatible::WITH_ITSELF).unwrap();
    }

    fn file_offsets(index: &Index) -> Vec<(u64, u64)> {
        let mut cursor = Cursor::START;
        let mut offsets = Vec::new();
        while let Some(next) = index.next(cursor, Mode::Block) {
            let block = index.at(next).unwrap().block().unwrap();
            offsets.push((block.compressed_file_offset, block.uncompressed_file_offset));
            cursor = next;
        }
        offsets
    }

    #[test]
    fn order_of_concatenation_does_not_matter() {
        let parts = [&[(100, 7)][..], &[], &[(50, 0), (51, 3)], &[(1000, 1 << 30)]];
        let mut forward = index(parts[0]);
        for part in &parts[1..] {
            cat(&mut forward, index(part));
        }
        let mut backward = index(parts[3]);
        for part in parts[..3].iter().rev() {
            let mut front = index(part);
            cat(&mut front, backward);
            backward = front;
        }
        let file_size = parts.iter().map(|part| index(part).file_size()).sum();
        for index in [&forward, &backward] {
            assert_eq!(index.stream_count(), 4);
            assert_eq!(index.block_count(), 4);
            assert_eq!(index.file_size(), file_size);
        }
        assert_eq!(file_offsets(&forward), file_offsets(&backward));
        assert_eq!(file_offsets(&forward)[1], (132 + 32 + 12, 7));
    }

    #[test]
    fn too_much_data_together() {
        let mut one = index(&[(5, vli::MAX)]);
        let mut other = index(&[(5, 1)]);
        assert_eq!(one.cat(&mut other, &Compatible::WITH_ITSELF), Err(Error::Data));
        assert_eq!((one.stream_count(), other.stream_count()), (1, 1));
    }
}
