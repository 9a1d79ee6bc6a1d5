//! Tables of heads: for each hash, the last position that has it.

#![forbid(unsafe_code)]

use crate::cpu::prefetch;
use crate::error::Result;
use crate::memory::{Buf, Memory};

/// How many slots a small table begins with.
const SLOTS_MIN: usize = 512;

/// A table of heads. The memory for one entry per hash is there from the
/// start, but clearing all of it would cost more than encoding a short
/// message. So the first positions go to a *small* table in the front part of
/// the memory, which is hashed with open addressing and knows the whole hash:
/// it answers exactly as the full one would.
pub(super) struct HeadTable {
    table: Buf<u32>,
    /// How many hashes there are.
    hashes: usize,
    /// The small table has 2 to the power of this many slots, of two numbers
    /// each: position (0: free) and hash. 0: the full table is in use.
    small: u32,
    /// How many slots of the small table are taken.
    taken: usize,
}

impl HeadTable {
    /// A table for no hash.
    pub(super) const NONE: HeadTable =
        HeadTable { table: Buf::EMPTY, hashes: 0, small: 0, taken: 0 };

    /// Starts with an empty table for hashes below `hashes`. So many
    /// positions will come at once.
    pub(super) fn start(&mut self, memory: &Memory, hashes: usize, positions: usize) -> Result<()> {
        let mut slots = SLOTS_MIN;
        while slots < positions * 2 {
            slots *= 4;
        }
        self.hashes = hashes;
        if self.table.capacity() == hashes {
            self.resize(slots);
            return Ok(());
        }
        if slots * 4 <= hashes {
            self.table.resize(hashes, |hashes| memory.buf_as_needed(hashes))?;
            self.resize(slots);
        } else {
            // The full one, not a second time after a small one.
            self.table.resize(hashes, |hashes| memory.zeroed(hashes))?;
            (self.small, self.taken) = (0, 0);
        }
        Ok(())
    }

    /// Empties the table; it has `slots` slots then, or is the full one if
    /// that is not much larger. Looking for slots costs time, but so does
    /// memory that is used for the first time.
    fn resize(&mut self, slots: usize) {
        self.taken = 0;
        if slots * 4 <= self.hashes {
            self.small = slots.ilog2();
            self.clear(slots * 2);
        } else {
            self.small = 0;
            self.start_full();
        }
    }

    /// Clears all entries. Data that repeats itself uses but a few of them;
    /// so if most of the memory was never used, fresh zeros are better, which
    /// the system provides as they are used.
    fn start_full(&mut self) {
        if self.table.len() < self.hashes / 2
            && let Some(memory) = self.table.memory()
            && memory.zeros_are_free()
            && let Ok(fresh) = memory.buf(self.hashes)
        {
            self.table = fresh;
            self.table.ready(self.hashes);
            return;
        }
        self.clear(self.hashes);
    }

    /// Sets the first `len` entries to 0.
    fn clear(&mut self, len: usize) {
        let used = self.table.len().min(len);
        self.table[..used].fill(0);
        self.table.ready(len);
    }

    /// Prepares for `positions` positions in all. True: the table has been
    /// emptied to grow, and all positions have to be inserted again.
    pub(super) fn make_room(&mut self, positions: usize) -> bool {
        let mut slots = 1 << self.small;
        if self.small == 0 || positions * 2 <= slots {
            return false;
        }
        while slots < positions * 2 {
            slots *= 4;
        }
        // Data that repeats itself will use but a few entries of the full
        // table; to clear a larger small one is of no use then.
        if self.taken * 4 < positions && slots * 16 >= self.hashes {
            slots = self.hashes;
        }
        self.resize(slots);
        true
    }

    /// Says that the head of `hash` will be needed soon.
    #[inline(always)]
    pub(super) fn prefetch(&self, hash: u32) {
        let at = if self.small == 0 { hash as usize } else { self.slot(hash) * 2 };
        prefetch(&self.table, at);
    }

    /// Where to begin to look for the slot of `hash` in a small table.
    #[inline(always)]
    fn slot(&self, hash: u32) -> usize {
        (hash.wrapping_mul(0x9E37_79B1) >> (u32::BITS - self.small)) as usize
    }

    /// Makes positions from `first` on the heads of the hashes in `list`, one
    /// after the other, where former heads do not matter.
    pub(super) fn insert_all(&mut self, list: &[u32], first: u32) {
        for (hash, position) in list.iter().zip(first..) {
            if self.small != 0 {
                self.exchange_small(*hash, position);
            } else if let Some(head) = self.table.get_mut(*hash as usize) {
                // Not even read: for fresh memory, that would have the system
                // provide a page of zeros, and another one for writing.
                *head = position;
            }
        }
    }

    /// Makes positions from `first` on the heads of the hashes in `list`, one
    /// after the other; puts the former heads in their places.
    #[inline(always)]
    pub(super) fn exchange_all(&mut self, list: &mut [u32], first: u32) {
        if self.small == 0 {
            for (entry, position) in list.iter_mut().zip(first..) {
                if let Some(head) = self.table.get_mut(*entry as usize) {
                    *entry = core::mem::replace(head, position);
                }
            }
        } else {
            for (entry, position) in list.iter_mut().zip(first..) {
                *entry = self.exchange_small(*entry, position);
            }
        }
    }

    fn exchange_small(&mut self, hash: u32, position: u32) -> u32 {
        let mut slot = self.slot(hash);
        let mask = (1 << self.small) - 1;
        let (slots, _) = self.table.as_chunks_mut::<2>();
        // At most every second slot is taken.
        while let Some([head, owner]) = slots.get_mut(slot) {
            if *head == 0 {
                *owner = hash;
                self.taken += 1;
            }
            if *owner == hash {
                return core::mem::replace(head, position);
            }
            slot = (slot + 1) & mask;
        }
        0
    }

    /// Positions are smaller by `less` from now on.
    pub(super) fn rebase(&mut self, less: u32) {
        if self.small == 0 {
            self.table.iter_mut().for_each(|head| *head = head.saturating_sub(less));
            return;
        }
        let (slots, _) = self.table.as_chunks_mut::<2>();
        for [head, _] in slots {
            // A slot that is taken must not become free: others were put
            // behind it. 1 is out of reach as well.
            *head = head.saturating_sub(less).max((*head).min(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Random;
    use super::*;
    use crate::memory::testing;

    #[test]
    fn small_and_full_tables_answer_the_same() {
        let mut random = Random(3);
        let (memory, mut heads) = (testing::dirty(), HeadTable::NONE);
        for _ in 0..4 {
            heads.start(&memory, 1 << 16, 0).unwrap();
            let mut expected = vec![0; 1 << 16];
            let all: Vec<u32> =
                (0..10_000).map(|_| random.below(1 << 16) as u32 & 0xF7F1).collect();
            assert!(heads.small != 0);
            let mut growths = 0;
            for (done, hash) in all.iter().enumerate() {
                if heads.make_room(done + 1) {
                    heads.insert_all(&all[..done], 1000);
                    growths += 1;
                }
                let position = done as u32 + 1000;
                let mut list = [*hash];
                heads.exchange_all(&mut list, position);
                let expected = &mut expected[*hash as usize];
                assert_eq!(core::mem::replace(expected, position), list[0]);
            }
            assert!(heads.small == 0 && growths == 3);
        }
    }

    #[test]
    fn data_that_repeats_itself_goes_to_the_full_table_early() {
        let (memory, mut heads) = (testing::malloc(), HeadTable::NONE);
        for (kinds, expected) in [(10, 1025), (2000, 4097), (1 << 16, 4097)] {
            heads.start(&memory, 1 << 16, 0).unwrap();
            let list: Vec<u32> = (0..10_000).map(|at| (at % kinds) * 77 % (1 << 16)).collect();
            let mut last = std::collections::HashMap::new();
            let mut full_at = 0;
            for (hash, position) in list.iter().zip(1..) {
                if heads.make_room(position as usize) {
                    heads.insert_all(&list[..position as usize - 1], 1);
                    full_at = position;
                }
                let mut former = [*hash];
                heads.exchange_all(&mut former, position);
                assert_eq!(former[0], last.insert(*hash, position).unwrap_or(0));
            }
            assert_eq!((heads.small, full_at), (0, expected));
        }
    }

    #[test]
    fn rebasing_a_small_table_keeps_what_is_in_reach() {
        let (memory, mut heads) = (testing::malloc(), HeadTable::NONE);
        heads.start(&memory, 1 << 16, 0).unwrap();
        let mut list: Vec<u32> = (0..200).collect();
        heads.exchange_all(&mut list, 5000);
        heads.rebase(5100);
        let mut list: Vec<u32> = (0..200).collect();
        heads.exchange_all(&mut list, 9000);
        let expected: Vec<u32> = (0..200u32).map(|hash| hash.saturating_sub(100).max(1)).collect();
        assert_eq!(list, expected);
    }
}
