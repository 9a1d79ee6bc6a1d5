//! The queue of matches of positions that the parser has not reached yet.

#![forbid(unsafe_code)]

use crate::lz::Match;

/// How many positions there are queue for; a power of two.
pub(super) const RING: usize = 256;
/// Matches in a chunk. Most queue need one.
const CHUNK: usize = 8;
/// How many chunks there are for queue that need more.
const SPARE: usize = 64;
/// The longest list that can be, one match for each length, takes this many
/// of them. They are kept for the first list that is not complete.
const RESERVE: usize = 273 / CHUNK;
/// The count of a list that is not complete.
const OPEN: u16 = u16::MAX;

/// One match of each length from 2 to 273, and one more.
const MATCHES_MAX: usize = 273;

/// The matches of a position: ever longer, at ever larger distances.
pub(super) struct MatchList {
    matches: [Match; MATCHES_MAX],
    count: usize,
}

impl MatchList {
    pub(super) const NOTHING: MatchList =
        MatchList { matches: [Match::NONE; MATCHES_MAX], count: 0 };

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    #[inline(always)]
    pub(super) fn push(&mut self, found: Match) {
        if let Some(place) = self.matches.get_mut(self.count) {
            *place = found;
            self.count += 1;
        }
    }

    /// Keeps the first `count`.
    #[inline(always)]
    pub(super) fn truncate(&mut self, count: usize) {
        self.count = self.count.min(count);
    }

    #[inline(always)]
    pub(super) fn as_slice(&self) -> &[Match] {
        self.matches.get(..self.count).unwrap_or_default()
    }
}

/// A list that is being written.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListWriter {
    chunk: u16,
    count: u16,
}

impl ListWriter {
    /// Of no list yet.
    pub(super) const NONE: ListWriter = ListWriter { chunk: 0, count: 0 };
}

/// A ring of queue, addressed by the lowest bits of positions. Each has a
/// chunk of its own; longer queue continue in spare chunks.
pub(super) struct MatchQueue {
    chunks: [[Match; CHUNK]; RING + SPARE],
    /// The chunk that follows each chunk; 0: none.
    next: [u16; RING + SPARE],
    count: [u16; RING],
    free: [u16; SPARE],
    free_count: usize,
}

impl MatchQueue {
    /// Not usable before [`MatchQueue::reset`].
    pub(super) const INIT: MatchQueue = MatchQueue {
        chunks: [[Match::NONE; CHUNK]; RING + SPARE],
        next: [0; RING + SPARE],
        count: [0; RING],
        free: [0; SPARE],
        free_count: 0,
    };

    /// No list is complete, and all chunks are free.
    pub(super) fn reset(&mut self) {
        self.next = [0; RING + SPARE];
        self.count = [OPEN; RING];
        self.free_count = SPARE;
        for (number, free) in self.free.iter_mut().enumerate() {
            *free = (RING + number) as u16;
        }
    }

    /// Begins the list of `position`, whose former list must be released.
    #[inline(always)]
    pub(super) fn open(&mut self, position: u32) -> ListWriter {
        let ring = position as usize % RING;
        self.count[ring] = OPEN;
        ListWriter { chunk: ring as u16, count: 0 }
    }

    /// The list of `position`, whose former list must be released, is
    /// complete without any match.
    #[inline(always)]
    pub(super) fn set_empty(&mut self, position: u32) {
        self.count[position as usize % RING] = 0;
    }

    /// The queue of `count` positions from `position` on, whose former queue
    /// must be released, are complete with one match. The positions lie
    /// together in the ring.
    #[inline(always)]
    pub(super) fn set_all(&mut self, position: u32, count: usize, found: Match) {
        let ring = position as usize % RING;
        let ring = ring..RING.min(ring + count);
        self.count[ring.clone()].fill(1);
        self.chunks[ring].iter_mut().for_each(|chunk| chunk[0] = found);
    }

    /// Appends a match. False: there is no chunk free for it, now. There
    /// always is one for the `first` list that is not complete, once all
    /// queue before it are released.
    #[inline(always)]
    pub(super) fn push(&mut self, writer: &mut ListWriter, found: Match, first: bool) -> bool {
        let at = usize::from(writer.count) % CHUNK;
        if at == 0 && writer.count != 0 && !self.extend(writer, first) {
            return false;
        }
        if let Some(chunk) = self.chunks.get_mut(usize::from(writer.chunk)) {
            chunk[at] = found;
        }
        writer.count += 1;
        true
    }

    #[cold]
    fn extend(&mut self, writer: &mut ListWriter, first: bool) -> bool {
        if self.free_count <= if first { 0 } else { RESERVE } {
            return false;
        }
        self.free_count -= 1;
        let chunk = self.free[self.free_count];
        self.next[usize::from(writer.chunk)] = chunk;
        self.next[usize::from(chunk)] = 0;
        writer.chunk = chunk;
        true
    }

    /// The list of `position` is complete.
    #[inline(always)]
    pub(super) fn close(&mut self, position: u32, writer: ListWriter) {
        self.count[position as usize % RING] = writer.count;
    }

    /// Whether the list of `position` is complete.
    #[inline(always)]
    pub(super) fn is_closed(&self, position: u32) -> bool {
        self.count[position as usize % RING] != OPEN
    }

    /// Calls `each` with the matches of `position` in turn, if its list is
    /// complete.
    #[inline(always)]
    pub(super) fn for_each(&self, position: u32, mut each: impl FnMut(Match)) {
        let mut chunk = position as usize % RING;
        let mut left = match self.count[chunk] {
            OPEN => 0,
            count => usize::from(count),
        };
        while left != 0 {
            let part = left.min(CHUNK);
            self.chunks[chunk][..part].iter().for_each(|found| each(*found));
            left -= part;
            chunk = usize::from(self.next[chunk]) % (RING + SPARE);
        }
    }

    /// Whether no list needs to be [released](MatchQueue::release).
    #[inline(always)]
    pub(super) fn are_short(&self) -> bool {
        self.free_count == SPARE
    }

    /// The list of `position` is not needed any more.
    #[inline(always)]
    pub(super) fn release(&mut self, position: u32) {
        let ring = position as usize % RING;
        if self.next[ring] != 0 {
            self.release_spare(ring);
        }
    }

    #[cold]
    fn release_spare(&mut self, ring: usize) {
        let mut chunk = core::mem::take(&mut self.next[ring]);
        while chunk != 0 && self.free_count < SPARE {
            self.free[self.free_count] = chunk;
            self.free_count += 1;
            chunk = core::mem::take(&mut self.next[usize::from(chunk)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_any_length_come_back_as_written() {
        let mut queue = MatchQueue::INIT;
        queue.reset();
        for start in 0..2000u32 {
            let long = 273 - start % 40;
            let mut writer = queue.open(start);
            for len in 0..long {
                assert!(queue.push(&mut writer, Match { len, dist: start }, true));
            }
            assert!(!queue.is_closed(start));
            queue.close(start, writer);
            let mut len = 0;
            queue.for_each(start, |found| {
                assert_eq!(found, Match { len, dist: start });
                len += 1;
            });
            assert_eq!(len, long);
            queue.release(start);
            assert_eq!(queue.free_count, SPARE);
        }
    }

    #[test]
    fn the_first_open_list_always_has_room() {
        let mut queue = MatchQueue::INIT;
        queue.reset();
        let mut writers: Vec<ListWriter> = (0..30).map(|at| queue.open(at)).collect();
        while writers.iter_mut().any(|writer| queue.push(writer, Match::NONE, false)) {}
        let mut first = writers[0];
        while usize::from(first.count) < 273 {
            assert!(queue.push(&mut first, Match::NONE, true));
        }
    }
}
