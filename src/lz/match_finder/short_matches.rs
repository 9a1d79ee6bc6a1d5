//! Candidates for short matches: the last position with the same 2 bytes, and
//! with the same 3 bytes.

#![forbid(unsafe_code)]

use core::ops::Range;

use super::compare::match_len;
use super::head_table::HeadTable;
use super::matches::MatchList;
use super::matches::RING;
use crate::cpu::prefetch;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::options::{HASH2_SIZE, HASH3_SIZE};
use crate::memory::Memory;

/// The tables of short hashes, and what they say of the positions in a ring
/// that is addressed by the lowest bits of positions.
pub(super) struct ShortHashes {
    /// How many bytes the main hash covers; there are tables for fewer.
    bytes: usize,
    heads2: HeadTable,
    heads3: HeadTable,
    /// First the hashes; once exchanged, the candidates.
    two: [u32; RING],
    three: [u32; RING],
}

impl ShortHashes {
    /// Not usable before [`ShortHashes::start`].
    pub(super) const INIT: ShortHashes = ShortHashes {
        bytes: 0,
        heads2: HeadTable::NONE,
        heads3: HeadTable::NONE,
        two: [0; RING],
        three: [0; RING],
    };

    /// Starts beside a main hash of `bytes` bytes. So many positions will come
    /// at once.
    pub(super) fn start(&mut self, memory: &Memory, bytes: usize, positions: usize) -> Result<()> {
        self.bytes = bytes;
        self.heads2.start(memory, if bytes > 2 { HASH2_SIZE as usize } else { 0 }, positions)?;
        self.heads3.start(memory, if bytes > 3 { HASH3_SIZE as usize } else { 0 }, positions)
    }

    /// Where the hashes of the positions with these places in the ring go.
    #[inline(always)]
    pub(super) fn rows(&mut self, ring: Range<usize>) -> [&mut [u32]; 2] {
        [&mut self.two, &mut self.three].map(|row| row.get_mut(ring.clone()).unwrap_or_default())
    }

    /// Prepares for `positions` positions in all. True: all have to be
    /// [inserted](ShortHashes::insert_again) again.
    pub(super) fn make_room(&mut self, positions: usize) -> bool {
        self.bytes > 3 && self.heads3.make_room(positions)
    }

    /// Inserts positions from `first` on into a table that has grown.
    pub(super) fn insert_again(&mut self, three: &[u32], first: u32) {
        self.heads3.insert_all(three, first);
    }

    /// Makes the positions from `first` on the heads of their hashes; they
    /// are `count`, from `ring` on in the ring.
    #[inline(always)]
    pub(super) fn exchange(&mut self, ring: usize, count: usize, first: u32) {
        if self.bytes > 2 {
            let two = self.two.get_mut(ring..ring + count).unwrap_or_default();
            self.heads2.exchange_all(two, first);
        }
        if self.bytes > 3 {
            let three = self.three.get_mut(ring..ring + count).unwrap_or_default();
            self.heads3.exchange_all(three, first);
        }
    }

    /// Asks for the text of the candidates of `position`, whose index in
    /// `bytes` is `index`.
    #[inline(always)]
    pub(super) fn touch(&self, bytes: &[u8], index: usize, position: u32) {
        let ring = position as usize % RING;
        let back = |head: u32| index.wrapping_sub((position - head) as usize);
        if self.bytes > 3 {
            prefetch(bytes, back(self.three[ring]));
        }
    }

    /// Adds the matches that the candidates of `position` give. Returns the
    /// length of the longest, or 1.
    #[inline(always)]
    pub(super) fn find(
        &self,
        bytes: &[u8],
        index: usize,
        position: u32,
        limit: usize,
        cyclic: u32,
        found: &mut MatchList,
    ) -> usize {
        let ring = position as usize % RING;
        // The hash and the first byte settle all bytes that the hash covers.
        let distance = |head: u32| {
            let distance = position - head;
            let start = index.wrapping_sub(distance as usize);
            (distance < cyclic && bytes.get(start) == bytes.get(index)).then_some(distance)
        };
        let near = if self.bytes > 2 { distance(self.two[ring]) } else { None };
        let far = if self.bytes > 3 { distance(self.three[ring]) } else { None };
        let (distance, known) = match (near, far) {
            (None, None) => return 1,
            (Some(near), Some(far)) if near != far => {
                found.push(Match { len: 2, dist: near - 1 });
                (far, 3)
            }
            (None, Some(far)) => (far, 3),
            (Some(near), _) => (near, 2),
        };
        let len = match_len(bytes, index, index - distance as usize, known, limit);
        found.push(Match { len: len as u32, dist: distance - 1 });
        len
    }

    /// Positions are smaller by `less` from now on; `exchanged` are those in
    /// the ring of which candidates are known.
    pub(super) fn rebase(&mut self, less: u32, exchanged: Range<u32>) {
        self.heads2.rebase(less);
        self.heads3.rebase(less);
        for position in exchanged {
            let ring = position as usize % RING;
            self.two[ring] = self.two[ring].saturating_sub(less);
            self.three[ring] = self.three[ring].saturating_sub(less);
        }
    }
}
