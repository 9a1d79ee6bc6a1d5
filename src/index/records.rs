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
    #[inline]
    pub(super) fn end(&self) -> u64 {
        size::ceil4(self.unpadded)
    }
}

/// The members of [`Sums`] in their order, as they are kept.
pub(super) type Record = [u64; 2];

impl From<Record> for Sums {
    #[inline]
    fn from([unpadded, uncompressed]: Record) -> Sums {
        Sums { unpadded, uncompressed }
    }
}

/// A part of the Records.
type Chunk = Buf<Record>;

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

impl More {
    /// Appends a Record; false if the last chunk is full.
    #[inline]
    fn push(&mut self, record: Record) -> bool {
        let fits = self.chunks.last_mut().is_some_and(|last| last.push(record));
        self.len += usize::from(fits);
        fits
    }
}

impl Records {
    /// An empty list.
    pub(super) const EMPTY: Records = Records { first: Buf::EMPTY, more: None };

    /// Returns the number of Records.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.first.len() + self.more.as_ref().map_or(0, |more| more.len)
    }

    /// The chunk that the Record `index` is in, and its place there. The first chunk has
    /// any size; the second one ends where a chunk of the same size would.
    #[inline(always)]
    fn place(&self, index: usize) -> Option<(&[Record], usize)> {
        if index < self.first.len() {
            return Some((&self.first, index));
        }
        let more = self.more.as_ref()?;
        let first_len = self.first_len();
        let number = (index / CHUNK).wrapping_sub(first_len / CHUNK);
        let start = first_len.max(index & !(CHUNK - 1));
        Some((more.chunks.get(number)?, index.wrapping_sub(start)))
    }

    #[inline]
    fn first_len(&self) -> usize {
        self.first.capacity()
    }

    /// Sums before and up to the Record `index`.
    #[inline(always)]
    pub(super) fn around(&self, index: usize) -> Option<(Sums, Sums)> {
        let (chunk, place) = self.place(index)?;
        let to = *chunk.get(place)?;
        let before = match chunk.get(place.wrapping_sub(1)) {
            Some(&before) => before.into(),
            None => self.before_chunk(index),
        };
        Some((before, to.into()))
    }

    /// Sums before and up to the first Record.
    #[inline(always)]
    pub(super) fn first(&self) -> Option<(Sums, Sums)> {
        Some((Sums::ZERO, (*self.first.first()?).into()))
    }

    /// The Records from `index` to the end of their chunk, and the sums before
    /// them: what a walk needs, without a search for every Record. `None` behind the
    /// last Record.
    pub(super) fn run(&self, index: usize) -> Option<(Sums, &[Record])> {
        let (before, _) = self.around(index)?;
        let (chunk, place) = self.place(index)?;
        Some((before, chunk.get(place..)?))
    }

    /// The first Record from `index` on; with `nonempty`, the first whose Block holds data.
    #[inline]
    pub(super) fn find_from(&self, index: usize, nonempty: bool) -> Option<usize> {
        if index >= self.len() {
            return None;
        }
        if nonempty { self.nonempty_from(index) } else { Some(index) }
    }

    #[inline(never)]
    fn nonempty_from(&self, mut index: usize) -> Option<usize> {
        while let Some((before, run)) = self.run(index) {
            match run.iter().position(|record| record[1] != before.uncompressed) {
                Some(skipped) => return Some(index + skipped),
                None => index += run.len(),
            }
        }
        None
    }

    /// Sums before the Record `index`, which is the first one of a chunk.
    #[cold]
    fn before_chunk(&self, index: usize) -> Sums {
        let before = index.checked_sub(1).and_then(|before| self.place(before));
        before.map_or(Sums::ZERO, |(chunk, _)| last_of(chunk))
    }

    /// Number of Records, and sums over all of them.
    #[inline(always)]
    pub(super) fn totals(&self) -> (usize, Sums) {
        let len = self.first.len();
        match &self.more {
            Some(more) => (len + more.len, last_of(more.chunks.last().unwrap_or(&self.first))),
            None => (len, last_of(&self.first)),
        }
    }

    /// Appends a Record if the last chunk has room.
    #[inline(always)]
    pub(super) fn push(&mut self, sums: Sums) -> bool {
        let record = [sums.unpadded, sums.uncompressed];
        match &mut self.more {
            Some(more) => more.push(record),
            None => self.first.push(record),
        }
    }

    /// Appends a Record where [`Records::push`] cannot. `expected`: how many there will
    /// be, if that is known and this is the first one.
    #[cold]
    pub(super) fn push_to_new_chunk(
        &mut self,
        memory: &AllocatorHandle,
        sums: Sums,
        expected: Option<usize>,
    ) -> Result<()> {
        let record = [sums.unpadded, sums.uncompressed];
        let first_len = self.first_len();
        if first_len == 0 {
            let capacity = expected.unwrap_or(FIRST_CHUNK).max(1);
            self.first = memory.buf_with_capacity(capacity)?;
            self.first.push(record);
            return Ok(());
        }
        let more = match &mut self.more {
            Some(more) => more,
            None => self.more.insert(memory.own(More { chunks: List::new(memory), len: 0 })?),
        };
        let is_second = more.chunks.is_empty();
        let capacity = if is_second { CHUNK - first_len % CHUNK } else { CHUNK };
        more.chunks.push_back(memory.buf_with_capacity(capacity)?)?;
        more.push(record);
        Ok(())
    }

    /// The first Record whose data ends behind byte `target` of the Stream.
    pub(super) fn locate(&self, target: u64) -> usize {
        let ends_before = |record: &Record| record[1] <= target;
        let is_before = |chunk: &Chunk| chunk.last().is_some_and(ends_before);
        let Some(more) = self.more.as_ref().filter(|_| is_before(&self.first)) else {
            return self.first.partition_point(ends_before);
        };
        let number = more.chunks.partition_point(is_before);
        let start = match number.checked_sub(1) {
            None => self.first_len(),
            Some(before) => (self.first_len() / CHUNK + 1 + before) * CHUNK,
        };
        match more.chunks.get(number) {
            Some(chunk) => start + chunk.partition_point(ends_before),
            None => self.len(),
        }
    }

    /// Returns a copy of the last chunk without its unused room, for
    /// [`Records::replace_last`]; `None` if the chunk is full.
    pub(super) fn trimmed_last(&self) -> Result<Option<Chunk>> {
        let last = self.more.as_ref().and_then(|more| more.chunks.last()).unwrap_or(&self.first);
        if last.len() == last.capacity() {
            return Ok(None);
        }
        let memory = last.memory().ok_or(Error::Prog)?;
        memory.copy_of(last).map(Some)
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
        records.extend(&self.first);
        for chunk in self.more.iter().flat_map(|more| more.chunks.iter()) {
            records.extend(chunk);
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

/// Sums up to the end of `chunk`; zero if nothing is in it.
#[inline]
fn last_of(chunk: &[Record]) -> Sums {
    match chunk {
        [.., last] => (*last).into(),
        [] => Sums::ZERO,
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
            if !records.push(sums(index)) {
                records.push_to_new_chunk(&memory, sums(index), expected).unwrap();
            }
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
                        let before = index.checked_sub(1).map_or(Sums::ZERO, sums);
                        assert_eq!(records.around(index), Some((before, sums(index))));
                    }
                    assert_eq!(records.around(count), None);
                    let last = count.checked_sub(1).map_or(Sums::ZERO, sums);
                    assert_eq!(records.totals(), (count, last));
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
    fn runs_end_with_their_chunks() {
        let records = records(1200, Some(3));
        let mut index = 0;
        for len in [3, 509, 512, 176] {
            let (_, run) = records.run(index).unwrap();
            assert_eq!(run.len(), len);
            assert!((index..).zip(run).all(|(index, &record)| Sums::from(record) == sums(index)));
            index += len;
        }
    }

    #[test]
    fn empty_blocks_are_not_located() {
        for expected in [None, Some(3), Some(512), Some(700), Some(1000)] {
            let records = records(1000, expected);
            for target in 0..3330 {
                let (before, to) = records.around(records.locate(target)).unwrap();
                assert!((before.uncompressed..to.uncompressed).contains(&target));
            }
            assert_eq!(records.locate(3330), 1000);
        }
    }
}
