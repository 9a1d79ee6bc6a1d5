//! The matches of one position, as the parser gets them, and the queue of the
//! matches of positions that the parser has not reached yet.

#![forbid(unsafe_code)]

use super::params::LOOKAHEAD;
use crate::lz::{MATCH_LEN_MAX, Match};

/// Longest list of matches: one of each length from 2 on.
const MATCHES_MAX: usize = MATCH_LEN_MAX - 1;
/// Matches in a block of the queue. Most lists need one block.
const BLOCK: usize = 8;
/// Blocks for lists that need more than one.
const SPARE: usize = 64;
/// Spare blocks that the longest list needs. They are kept for the first list
/// that is not complete.
const RESERVE: usize = MATCHES_MAX / BLOCK;
/// The length of a list that is not complete.
const OPEN: u16 = u16::MAX;

/// The matches of a position: ever longer, at ever larger distances.
pub(super) struct MatchList {
    matches: [Match; MATCHES_MAX],
    len: usize,
}

impl MatchList {
    pub(super) const EMPTY: MatchList = MatchList { matches: [Match::NONE; MATCHES_MAX], len: 0 };

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    #[inline(always)]
    pub(super) fn push(&mut self, found: Match) {
        if let Some(place) = self.matches.get_mut(self.len) {
            *place = found;
            self.len += 1;
        }
    }

    #[inline(always)]
    pub(super) fn as_slice(&self) -> &[Match] {
        self.matches.get(..self.len).unwrap_or_default()
    }
}

/// A list of the queue that is being written.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListWriter {
    /// The last block of the list.
    block: u16,
    /// Matches in the list.
    len: u16,
}

impl ListWriter {
    /// A writer of no list.
    pub(super) const NONE: ListWriter = ListWriter { block: 0, len: 0 };
}

/// A ring of lists of matches, indexed by the lowest bits of positions. Each
/// list has a first block of its own; longer ones continue in spare blocks.
pub(super) struct MatchQueue {
    blocks: [[Match; BLOCK]; LOOKAHEAD + SPARE],
    /// For each block the one that follows it in its list; 0 if it is the
    /// last.
    next: [u16; LOOKAHEAD + SPARE],
    lens: [u16; LOOKAHEAD],
    free: [u16; SPARE],
    free_count: usize,
}

impl MatchQueue {
    /// Not usable before [`MatchQueue::reset`].
    pub(super) const INIT: MatchQueue = MatchQueue {
        blocks: [[Match::NONE; BLOCK]; LOOKAHEAD + SPARE],
        next: [0; LOOKAHEAD + SPARE],
        lens: [0; LOOKAHEAD],
        free: [0; SPARE],
        free_count: 0,
    };

    /// Makes all lists incomplete, and all spare blocks free.
    pub(super) fn reset(&mut self) {
        self.next = [0; LOOKAHEAD + SPARE];
        self.lens = [OPEN; LOOKAHEAD];
        self.free_count = SPARE;
        for (number, free) in self.free.iter_mut().enumerate() {
            *free = (LOOKAHEAD + number) as u16;
        }
    }

    /// Begins the list of `position`, whose former list must be released.
    #[inline(always)]
    pub(super) fn open(&mut self, position: u32) -> ListWriter {
        let ring = position as usize % LOOKAHEAD;
        self.lens[ring] = OPEN;
        ListWriter { block: ring as u16, len: 0 }
    }

    /// Completes the list of `position` without any match. The former list
    /// must be released.
    #[inline(always)]
    pub(super) fn set_empty(&mut self, position: u32) {
        self.lens[position as usize % LOOKAHEAD] = 0;
    }

    /// Completes the lists of `count` positions from `position` on with one
    /// match each. Their former lists must be released, and the ring must not
    /// wrap within them.
    #[inline(always)]
    pub(super) fn set_all(&mut self, position: u32, count: usize, found: Match) {
        let ring = position as usize % LOOKAHEAD;
        let ring = ring..LOOKAHEAD.min(ring + count);
        self.lens[ring.clone()].fill(1);
        self.blocks[ring].iter_mut().for_each(|block| block[0] = found);
    }

    /// Appends a match. Returns false if there is no block free for it now.
    /// There always is one for the `first` list that is not complete, once all
    /// lists before it are released.
    #[inline(always)]
    pub(super) fn push(&mut self, writer: &mut ListWriter, found: Match, first: bool) -> bool {
        let at = usize::from(writer.len) % BLOCK;
        if at == 0 && writer.len != 0 && !self.extend(writer, first) {
            return false;
        }
        if let Some(block) = self.blocks.get_mut(usize::from(writer.block)) {
            block[at] = found;
        }
        writer.len += 1;
        true
    }

    #[cold]
    fn extend(&mut self, writer: &mut ListWriter, first: bool) -> bool {
        if self.free_count <= if first { 0 } else { RESERVE } {
            return false;
        }
        self.free_count -= 1;
        let block = self.free[self.free_count];
        self.next[usize::from(writer.block)] = block;
        self.next[usize::from(block)] = 0;
        writer.block = block;
        true
    }

    /// Completes the list of `position`.
    #[inline(always)]
    pub(super) fn close(&mut self, position: u32, writer: ListWriter) {
        self.lens[position as usize % LOOKAHEAD] = writer.len;
    }

    /// Tells whether the list of `position` is complete.
    #[inline(always)]
    pub(super) fn is_closed(&self, position: u32) -> bool {
        self.lens[position as usize % LOOKAHEAD] != OPEN
    }

    /// Calls `each` with the matches of `position` in turn, if its list is
    /// complete.
    #[inline(always)]
    pub(super) fn for_each(&self, position: u32, mut each: impl FnMut(Match)) {
        let mut block = position as usize % LOOKAHEAD;
        let mut left = match self.lens[block] {
            OPEN => 0,
            len => usize::from(len),
        };
        while left != 0 {
            let part = left.min(BLOCK);
            self.blocks[block][..part].iter().for_each(|found| each(*found));
            left -= part;
            block = usize::from(self.next[block]) % (LOOKAHEAD + SPARE);
        }
    }

    /// Tells whether no list needs to be [released](MatchQueue::release),
    /// because all spare blocks are free.
    #[inline(always)]
    pub(super) fn are_all_short(&self) -> bool {
        self.free_count == SPARE
    }

    /// Frees the spare blocks of the list of `position`, which is not needed
    /// any more.
    #[inline(always)]
    pub(super) fn release(&mut self, position: u32) {
        let ring = position as usize % LOOKAHEAD;
        if self.next[ring] != 0 {
            self.release_spare(ring);
        }
    }

    #[cold]
    fn release_spare(&mut self, ring: usize) {
        let mut block = core::mem::take(&mut self.next[ring]);
        while block != 0 && self.free_count < SPARE {
            self.free[self.free_count] = block;
            self.free_count += 1;
            block = core::mem::take(&mut self.next[usize::from(block)]);
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
            let long = MATCHES_MAX as u32 - start % 40;
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
        while usize::from(first.len) < MATCHES_MAX {
            assert!(queue.push(&mut first, Match::NONE, true));
        }
    }
}
