//! Head tables: for each hash, the latest position that has it.

#![forbid(unsafe_code)]

use crate::cpu::polyfill::{as_chunks, as_chunks_mut};
use crate::cpu::prefetch;
use crate::error::Result;
use crate::memory::{AllocatorHandle, Buf};

/// Slots that a small table begins with: few, since an encoder may never be
/// given data. Its first batch of positions makes it grow.
const SLOTS_MIN: usize = 8;

/// A head table. The memory for one entry per hash is there from the start,
/// but clearing all of it would cost more than encoding a short message. So
/// the first positions go to a *small* table in the front part of the memory,
/// which is hashed with open addressing and stores the whole hash: it answers
/// exactly as the full one would.
pub(super) struct HeadTable {
    table: Buf<u32>,
    /// Number of hashes, and of entries of the full table.
    hashes: usize,
    /// Binary logarithm of the number of slots of the small table, which are
    /// two numbers each: position (0: free) and hash. 0 if the full table is
    /// in use.
    small: u32,
    /// Slots of the small table that are not free.
    taken: usize,
}

impl HeadTable {
    /// A table for no hash.
    pub(super) const EMPTY: HeadTable =
        HeadTable { table: Buf::EMPTY, hashes: 0, small: 0, taken: 0 };

    /// Starts with an empty table for hashes below `hashes`, which has room
    /// for `positions` positions.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        hashes: usize,
        positions: usize,
    ) -> Result<()> {
        let slots = enough_slots(SLOTS_MIN, positions);
        self.hashes = hashes;
        if self.table.capacity() == hashes {
            self.resize(slots);
            return Ok(());
        }
        if slots * 4 <= hashes {
            self.table.resize(hashes, |hashes| memory.buf_with_capacity(hashes))?;
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
        let mostly_unused = self.table.len() < self.hashes / 2;
        let memory = self.table.memory();
        let memory = memory.filter(|memory| mostly_unused && memory.zeros_are_free());
        if let Some(Ok(fresh)) = memory.map(|memory| memory.buf(self.hashes)) {
            self.table.give_back_pages();
            self.table = fresh;
            self.table.ask_for_large_pages();
            self.table.grow_zeroed(self.hashes);
        } else {
            self.clear(self.hashes);
        }
    }

    /// Sets the first `len` entries to 0.
    fn clear(&mut self, len: usize) {
        let used = self.table.len().min(len);
        self.table[..used].fill(0);
        self.table.grow_table(len);
    }

    /// Prepares for `positions` positions in all, of which `inserted` were inserted.
    /// Returns true if the table has been emptied to grow: then these must be
    /// inserted again.
    pub(super) fn grow(&mut self, inserted: usize, positions: usize) -> bool {
        let slots = 1 << self.small;
        if self.small == 0 || positions * 2 <= slots {
            return false;
        }
        let mut slots = enough_slots(slots, positions);
        // Data that repeats itself will use but a few entries of the full
        // table; clearing a larger small one would be in vain then.
        if self.taken * 4 < inserted && slots * 16 >= self.hashes {
            slots = self.hashes;
        }
        self.resize(slots);
        true
    }

    /// Prefetches the heads of `hashes`.
    #[inline(always)]
    pub(super) fn prefetch_batch(&self, hashes: &[u32]) {
        let (fours, rest) = as_chunks::<4, _>(hashes);
        fours.iter().for_each(|four| four.iter().for_each(|hash| self.prefetch(*hash)));
        rest.iter().for_each(|hash| self.prefetch(*hash));
    }

    /// Prefetches the head of `hash`.
    #[inline(always)]
    fn prefetch(&self, hash: u32) {
        let at = if self.small == 0 { hash as usize } else { self.first_slot(hash) * 2 };
        prefetch(&self.table, at);
    }

    /// The slot of a small table where probing for `hash` begins: the highest
    /// bits of a product, as hashes that are close together must not be close
    /// there. Only the order of probing depends on it.
    #[inline(always)]
    fn first_slot(&self, hash: u32) -> usize {
        (hash.wrapping_mul(0x9E37_79B1) >> (u32::BITS - self.small)) as usize
    }

    /// Inserts positions from `first` on, which have these hashes, where the
    /// former heads do not matter.
    pub(super) fn insert_batch(&mut self, hashes: &[u32], first: u32) {
        for (hash, position) in hashes.iter().zip(first..) {
            if self.small != 0 {
                self.exchange_small(*hash, position);
            } else if let Some(head) = self.table.get_mut(*hash as usize) {
                // Written without being read: of fresh memory, reading takes
                // a page fault, and writing another.
                *head = position;
            }
        }
    }

    /// Inserts positions from `first` on, which have these hashes, one after
    /// the other. `former` receives for each the head that it replaces, or a
    /// position out of reach.
    #[inline(always)]
    pub(super) fn exchange_batch(&mut self, hashes: &[u32], first: u32, former: &mut [u32]) {
        if self.small == 0 {
            exchange_batch_full(&mut self.table, hashes, first, former);
        } else {
            self.exchange_batch_small(hashes, first, former);
        }
    }

    /// [`HeadTable::exchange_batch`] for a small table.
    #[inline(never)]
    fn exchange_batch_small(&mut self, hashes: &[u32], first: u32, former: &mut [u32]) {
        for ((former, hash), position) in former.iter_mut().zip(hashes).zip(first..) {
            *former = self.exchange_small(*hash, position);
        }
    }

    #[inline(always)]
    fn exchange_small(&mut self, hash: u32, position: u32) -> u32 {
        let mut slot = self.first_slot(hash);
        let mask = (1 << self.small) - 1;
        let (slots, _) = as_chunks_mut::<2, _>(&mut self.table);
        // At most every second slot is taken, so this never comes to the end.
        for _ in 0..=mask {
            let Some([head, owner]) = slots.get_mut(slot) else { break };
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

    /// Copies the table, without memory that is not in use. The copy cannot grow:
    /// it is for [`HeadTable::restore`].
    pub(super) fn copy(&self, memory: &AllocatorHandle) -> Result<HeadTable> {
        let used = if self.small == 0 { self.hashes } else { 2 << self.small };
        let table = memory.copy_of(&self.table[..used.min(self.table.len())])?;
        Ok(HeadTable { table, ..*self })
    }

    /// Replaces the contents of a table that was started for as many hashes.
    pub(super) fn restore(&mut self, copy: &HeadTable) {
        self.table.copy_front(&copy.table);
        (self.small, self.taken) = (copy.small, copy.taken);
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        if self.small == 0 {
            self.table.iter_mut().for_each(|head| *head = head.saturating_sub(less));
            return;
        }
        let (slots, _) = as_chunks_mut::<2, _>(&mut self.table);
        for [head, _] in slots {
            // A slot that is taken must not become free, because probing for
            // other hashes goes on after it. 1 is out of reach as well as 0.
            *head = head.saturating_sub(less).max((*head).min(1));
        }
    }
}

/// `slots`, or more if `positions` positions would take more than every second one.
fn enough_slots(mut slots: usize, positions: usize) -> usize {
    while slots < positions * 2 {
        slots *= 4;
    }
    slots
}

/// [`HeadTable::exchange_batch`] for a full table. Not inlined, so that the loop
/// has all registers.
#[inline(never)]
fn exchange_batch_full(table: &mut [u32], hashes: &[u32], first: u32, former: &mut [u32]) {
    let mut exchange = |former: &mut u32, hash: u32, position: u32| {
        if let Some(head) = table.get_mut(hash as usize) {
            *former = core::mem::replace(head, position);
        }
    };
    // Four at a time, since cmake/ has the compiler unroll no loop of unknown length.
    let (fours, rest) = as_chunks::<4, _>(hashes);
    let (former_fours, former_rest) = as_chunks_mut::<4, _>(former);
    let mut position = first;
    for (former, hashes) in former_fours.iter_mut().zip(fours) {
        for (former, hash) in former.iter_mut().zip(hashes) {
            exchange(former, *hash, position);
            position += 1;
        }
    }
    for (former, hash) in former_rest.iter_mut().zip(rest) {
        exchange(former, *hash, position);
        position += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::testing;
    use crate::rng::Rng;

    fn exchange(heads: &mut HeadTable, hashes: &[u32], first: u32) -> Vec<u32> {
        let mut former = vec![7; hashes.len()];
        heads.exchange_batch(hashes, first, &mut former);
        former
    }

    #[test]
    fn small_and_full_tables_answer_the_same() {
        let mut random = Rng::new(3);
        let (memory, mut heads) = (testing::dirty(), HeadTable::EMPTY);
        for _ in 0..4 {
            heads.start(&memory, 1 << 16, 0).unwrap();
            let mut expected = vec![0; 1 << 16];
            let all: Vec<u32> =
                (0..10_000).map(|_| random.below(1 << 16) as u32 & 0xF7F1).collect();
            assert!(heads.small != 0);
            let mut growths = 0;
            for (done, hash) in all.iter().enumerate() {
                if heads.grow(done, done + 1) {
                    heads.insert_batch(&all[..done], 1000);
                    growths += 1;
                }
                let position = done as u32 + 1000;
                let expected = &mut expected[*hash as usize];
                let expected = core::mem::replace(expected, position);
                assert_eq!(exchange(&mut heads, &[*hash], position), [expected]);
            }
            assert!(heads.small == 0 && growths == 6);
        }
    }

    #[test]
    fn a_small_table_that_is_full_ends_the_search() {
        let mut heads = HeadTable::EMPTY;
        heads.start(&testing::malloc(), 1 << 16, 0).unwrap();
        let hashes: Vec<u32> = (0..SLOTS_MIN as u32 + 3).collect();
        exchange(&mut heads, &hashes, 1);
        let expected: Vec<u32> = (1..).take(SLOTS_MIN).chain([0; 3]).collect();
        assert_eq!(exchange(&mut heads, &hashes, 100), expected);
    }

    #[test]
    fn data_that_repeats_itself_goes_to_the_full_table_early() {
        let (memory, mut heads) = (testing::malloc(), HeadTable::EMPTY);
        for (kinds, expected) in [(10, 1025), (2000, 4097), (1 << 16, 4097)] {
            heads.start(&memory, 1 << 16, 0).unwrap();
            let list: Vec<u32> = (0..10_000).map(|at| (at % kinds) * 77 % (1 << 16)).collect();
            let mut last = std::collections::HashMap::new();
            let mut full_at = 0;
            for (hash, position) in list.iter().zip(1..) {
                if heads.grow(position as usize - 1, position as usize) {
                    heads.insert_batch(&list[..position as usize - 1], 1);
                    full_at = position;
                }
                let expected = last.insert(*hash, position).unwrap_or(0);
                assert_eq!(exchange(&mut heads, &[*hash], position), [expected]);
            }
            assert_eq!((heads.small, full_at), (0, expected));
        }
    }

    #[test]
    fn rebasing_a_small_table_keeps_what_is_in_reach() {
        let (memory, mut heads) = (testing::malloc(), HeadTable::EMPTY);
        heads.start(&memory, 1 << 16, 0).unwrap();
        let hashes: Vec<u32> = (0..200).collect();
        assert!(heads.grow(0, hashes.len()));
        exchange(&mut heads, &hashes, 5000);
        heads.rebase(5100);
        let expected: Vec<u32> = (0..200u32).map(|hash| hash.saturating_sub(100).max(1)).collect();
        assert_eq!(exchange(&mut heads, &hashes, 9000), expected);
    }
}
