//! The Records of one Stream, as cumulative sums.

#![forbid(unsafe_code)]

use super::size;
use crate::error::{Error, Result};
use crate::memory::{AllocatorHandle, Buf, Compatible, List, OwnedBox};

/// Every so many Records, a new chunk begins. Chunks, since one array that
/// grows needs three times the memory of its content while it moves, and
/// memory usage is promised to be less.
const CHUNK: usize = 512;
/// Records in the first chunk, unless it is known how many there will be:
/// most Streams have one Block.
const FIRST_CHUNK: usize = 4;

/// Sums over the Blocks of a Stream up to one of them, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    /// Position of the Block's end, counted from the first Block. The padding of
    /// earlier Blocks is in this sum, that of the Block itself is not.
    pub(super) unpadded: u64,
    /// Position of the end of its data.
    pub(super) uncompressed: u64,
}

impl Sums {
    /// Before the first Block.
    pub(super) const ZERO: Sums = Sums { unpadded: 0, uncompressed: 0 };

    /// Returns the position of the next Block.
    pub(super) fn end(&self) -> u64 {
        size::ceil4(self.unpadded)
    }
}

/// A part of the Records: `[unpadded, uncompressed]`.
type Chunk = Buf<[u64; 2]>;

/// Records, which are appended one by one. Every chunk but the last is full.
pub(super) struct Records {
    /// The first chunk is all that most Streams need.
    first: Chunk,
    /// The chunks that follow; there may be as many Streams as Blocks, so these
    /// are kept apart.
    more: Option<OwnedBox<More>>,
}

/// The chunks after the first one.
struct More {
    chunks: List<Chunk>,
    /// Number of Records in them.
    len: usize,
}

impl Records {
    /// An empty list.
    pub(super) const EMPTY: Records = Records { first: Buf::EMPTY, more: None };

    /// Returns the number of Records.
    pub(super) fn len(&self) -> usize {
        self.first.len() + self.more.as_ref().map_or(0, |more| more.len)
    }

    /// Chunk, and place in it, of the Record `index`. The first chunk has any
    /// size; the second one ends where a chunk of the same size would.
    fn place(&self, index: usize) -> (usize, usize) {
        let first = self.first_len();
        match index.checked_sub(first) {
            None => (0, index),
            Some(_) if first == 0 => (0, index), // it will be
            Some(rest) if index / CHUNK == first / CHUNK => (1, rest),
            Some(_) => (1 + index / CHUNK - first / CHUNK, index % CHUNK),
        }
    }

    fn first_len(&self) -> usize {
        self.first.capacity()
    }

    /// The chunk number `number`, from zero.
    fn chunk(&self, number: usize) -> Option<&Chunk> {
        match number.checked_sub(1) {
            None => Some(&self.first),
            Some(index) => self.more.as_ref()?.chunks.get(index),
        }
    }

    /// Sums up to the Record `index`, that one included.
    pub(super) fn get(&self, index: usize) -> Option<Sums> {
        let (chunk, place) = self.place(index);
        let &[unpadded, uncompressed] = self.chunk(chunk)?.get(place)?;
        Some(Sums { unpadded, uncompressed })
    }

    /// Sums over all Records before `index`.
    pub(super) fn before(&self, index: usize) -> Sums {
        index.checked_sub(1).and_then(|last| self.get(last)).unwrap_or(Sums::ZERO)
    }

    /// Sums over all Records.
    pub(super) fn total(&self) -> Sums {
        self.before(self.len())
    }

    /// Appends a Record. `expected`: how many there will be, if that is known
    /// and this is the first one.
    pub(super) fn push(
        &mut self,
        memory: &AllocatorHandle,
        sums: Sums,
        expected: Option<usize>,
    ) -> Result<()> {
        let record = [sums.unpadded, sums.uncompressed];
        if self.first_len() == 0 {
            let capacity = expected.unwrap_or(FIRST_CHUNK).max(1);
            self.first = memory.buf_with_capacity(capacity)?;
        }
        let len = self.first.len();
        if len < self.first_len() {
            set(&mut self.first, len, record);
            return Ok(());
        }
        self.push_behind(memory, record)
    }

    /// Appends a Record after the first chunk.
    fn push_behind(&mut self, memory: &AllocatorHandle, record: [u64; 2]) -> Result<()> {
        let (chunk, place) = self.place(self.len());
        let first_len = self.first_len();
        let more = match &mut self.more {
            Some(more) => more,
            None => self.more.insert(memory.own(More { chunks: List::new(memory), len: 0 })?),
        };
        if chunk > more.chunks.len() {
            let capacity = if chunk == 1 { CHUNK - first_len % CHUNK } else { CHUNK };
            more.chunks.push_back(memory.buf_with_capacity(capacity)?)?;
        }
        if let Some(last) = more.chunks.last_mut() {
            set(last, place, record);
            more.len += 1;
        }
        Ok(())
    }

    /// The first Record whose data ends behind byte `target` of the Stream.
    pub(super) fn locate(&self, target: u64) -> usize {
        let ends_before = |index| self.get(index).is_some_and(|sums| sums.uncompressed <= target);
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if ends_before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Returns a copy of the last chunk without its unused room, for
    /// [`Records::replace_last`]; `None` if the chunk is full.
    pub(super) fn trimmed_last(&self) -> Result<Option<Chunk>> {
        let Some(index) = self.len().checked_sub(1) else {
            return Ok(None);
        };
        let (chunk, place) = self.place(index);
        let used = place + 1;
        match self.chunk(chunk) {
            Some(last) if used < last.capacity() => {
                let memory = last.memory().ok_or(Error::Prog)?;
                memory.copy_of(last.get(..used).unwrap_or_default()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Puts the copy in the place of the last chunk. Nothing may be appended
    /// any more.
    pub(super) fn replace_last(&mut self, trimmed: Chunk) {
        let last = self.more.as_mut().and_then(|more| more.chunks.last_mut());
        *last.unwrap_or(&mut self.first) = trimmed;
    }

    /// A copy that takes no more memory than it must.
    pub(super) fn duplicate(&self, memory: &AllocatorHandle) -> Result<Records> {
        let mut records = memory.buf_with_capacity(self.len())?;
        let mut rest = records.grow_zeroed(self.len());
        let more = self.more.iter().flat_map(|more| more.chunks.iter());
        for chunk in [&self.first].into_iter().chain(more) {
            let count = chunk.len().min(rest.len());
            let (part, behind) = rest.split_at_mut(count);
            part.copy_from_slice(&chunk[..count]);
            rest = behind;
        }
        Ok(Records { first: records, more: None })
    }

    /// Makes the memory of these belong to `memory`.
    pub(super) fn rehome(&mut self, memory: &AllocatorHandle, proof: &Compatible) {
        self.first.rehome(memory, proof);
        if let Some(more) = &mut self.more {
            more.rehome(memory, proof);
            more.chunks.rehome(memory, proof);
            for chunk in more.chunks.iter_mut() {
                chunk.rehome(memory, proof);
            }
        }
    }
}

/// Sets the Record at `place`, which is within the capacity of `chunk`.
#[inline]
fn set(chunk: &mut Chunk, place: usize, record: [u64; 2]) {
    if let Some(to) = chunk.grow_zeroed(place + 1).get_mut(place) {
        *to = record;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(index: usize) -> Sums {
        Sums { unpadded: index as u64 * 4 + 1, uncompressed: index as u64 / 3 * 10 }
    }

    fn records(count: usize, expected: Option<usize>) -> Records {
        let mut records = Records::EMPTY;
        let memory = AllocatorHandle::standard();
        for index in 0..count {
            records.push(&memory, sums(index), expected).unwrap();
        }
        records
    }

    #[test]
    fn chunks_cannot_be_seen() {
        for count in [0, 1, 4, 5, 511, 512, 513, 1024, 2000] {
            for expected in [None, Some(count), Some(3), Some(512), Some(700)] {
                let mut records = records(count, expected);
                let copy = records.duplicate(&AllocatorHandle::standard()).unwrap();
                if let Some(trimmed) = records.trimmed_last().unwrap() {
                    records.replace_last(trimmed);
                }
                for records in [records, copy] {
                    assert_eq!(records.len(), count);
                    for index in 0..count {
                        assert_eq!(records.get(index), Some(sums(index)));
                    }
                    assert_eq!(records.get(count), None);
                    let last = count.checked_sub(1).map_or(Sums::ZERO, sums);
                    assert_eq!(records.total(), last);
                }
            }
        }
    }

    #[test]
    fn the_first_chunk_is_as_large_as_expected() {
        for (expected, capacity) in [(None, FIRST_CHUNK), (Some(1), 1), (Some(700), 700)] {
            assert_eq!(records(1, expected).first_len(), capacity);
        }
    }

    #[test]
    fn empty_blocks_are_not_located() {
        let records = records(1000, None);
        for target in 0..3330 {
            let index = records.locate(target);
            assert!(records.get(index).unwrap().uncompressed > target);
            assert!(records.before(index).uncompressed <= target);
        }
        assert_eq!(records.locate(3330), 1000);
    }
}
