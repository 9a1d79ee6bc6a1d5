//! The first stage of match finders, which runs ahead of the parser: batches
//! of positions are hashed and inserted into the head tables, so that the
//! memory that each needs is on its way before its turn comes.
//!
//! ```text
//!  first      prepared           hashed             insertable_end
//! -|----------|------------------|------------------|-----------> positions
//!  candidates  hashes are known,  can be hashed      too few bytes ahead
//!  are known   tables prefetched
//! ```

#![forbid(unsafe_code)]

use super::hash::{BATCH, PerHash, hash_batch};
use super::head_table::HeadTable;
use super::params::{LOOKAHEAD, Params};
use crate::cpu::prefetch;
use crate::error::Result;
use crate::lz::window::EncodeWindow;
use crate::memory::AllocatorHandle;

/// The head tables, the hashes of the next batch, and the candidates of the
/// positions before it.
pub(super) struct HashAhead {
    heads: PerHash<HeadTable>,
    /// Hashes of the positions from `prepared` to `hashed`, indexed by the
    /// lowest bits of positions.
    hashes: PerHash<[u32; BATCH]>,
    /// Candidates of the positions before `prepared`, in a ring that is
    /// indexed by the lowest bits of positions: for each hash, the position
    /// that was its head before.
    candidates: PerHash<[u32; LOOKAHEAD]>,
    /// The first position of all.
    first: u32,
    /// The first position that is not hashed.
    hashed: u32,
    /// The first position that is not in the head tables.
    pub(super) prepared: u32,
}

impl HashAhead {
    /// Not usable before [`HashAhead::start`].
    pub(super) const INIT: HashAhead = HashAhead {
        heads: PerHash { two: HeadTable::EMPTY, three: HeadTable::EMPTY, main: HeadTable::EMPTY },
        hashes: PerHash { two: [0; BATCH], three: [0; BATCH], main: [0; BATCH] },
        candidates: PerHash { two: [0; LOOKAHEAD], three: [0; LOOKAHEAD], main: [0; LOOKAHEAD] },
        first: 0,
        hashed: 0,
        prepared: 0,
    };

    /// Starts at the beginning of the window. A preset dictionary of `preset_len`
    /// bytes will come at once.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
        preset_len: usize,
    ) -> Result<()> {
        let first = window.base;
        (self.first, self.hashed, self.prepared) = (first, first, first);
        for (heads, entries) in self.heads.each_mut().into_iter().zip(window.params.heads.each()) {
            heads.start(memory, *entries as usize, preset_len)?;
        }
        Ok(())
    }

    /// Copies the head tables.
    pub(super) fn copy_heads(&self, memory: &AllocatorHandle) -> Result<PerHash<HeadTable>> {
        let PerHash { two, three, main } = &self.heads;
        Ok(PerHash { two: two.copy(memory)?, three: three.copy(memory)?, main: main.copy(memory)? })
    }

    /// After the start, continues with a copy of the head tables that has the
    /// positions before `next`, none of which is asked for any more.
    pub(super) fn restore(&mut self, copy: &PerHash<HeadTable>, next: u32) {
        for (heads, copy) in self.heads.each_mut().into_iter().zip(copy.each()) {
            heads.restore(copy);
        }
        (self.hashed, self.prepared) = (next, next);
    }

    /// Number of nodes, of at most `nodes`, that positions have.
    pub(super) fn nodes_in_use(&self, nodes: u32) -> usize {
        (self.prepared - self.first).min(nodes) as usize
    }

    /// The first position that cannot be inserted yet, because its hash or the
    /// matches that its search would find depend on bytes to come.
    #[inline(always)]
    pub(super) fn insertable_end(&self, window: &EncodeWindow) -> u32 {
        let Params { is_tree, nice_len, hash_bytes, .. } = window.params;
        let waits = is_tree && !window.is_complete();
        (window.end_position() + 1).saturating_sub(if waits { nice_len } else { hash_bytes })
    }

    /// The candidates of a prepared position.
    #[inline(always)]
    pub(super) fn candidates(&self, position: u32) -> PerHash<u32> {
        let at = position as usize % LOOKAHEAD;
        let PerHash { two, three, main } = &self.candidates;
        PerHash { two: two[at], three: three[at], main: main[at] }
    }

    /// The candidates of the main hash of the prepared positions from
    /// `position` on, up to where the ring wraps.
    #[inline(always)]
    pub(super) fn main_candidates_from(&self, position: u32) -> &[u32] {
        let at = position as usize % LOOKAHEAD;
        let count = (self.prepared - position) as usize;
        self.candidates.main.get(at..LOOKAHEAD.min(at + count)).unwrap_or_default()
    }

    /// Prepares the next batch of positions; those before `end` at most. There
    /// must be room in the ring for two [batches](BATCH). The parser does not
    /// ask for matches of positions before `reached`.
    #[inline(always)]
    pub(super) fn prepare(&mut self, window: &EncodeWindow, end: u32, reached: u32) {
        if self.hashed == self.prepared {
            self.hash(window, end);
        }
        let (from, to) = (self.prepared, self.hashed);
        self.grow_heads(window, end);
        self.exchange(&window.params, from, (to - from) as usize);
        self.prepared = to;
        if window.params.heads.three != 0 {
            for position in from.max(reached)..to {
                let candidate = self.candidates(position).three;
                prefetch(window.bytes(), candidate.wrapping_sub(window.base) as usize);
            }
        }
        self.hash(window, end);
    }

    /// Inserts the batch that was hashed into the head tables; what was there
    /// becomes the candidates.
    #[inline(always)]
    fn exchange(&mut self, params: &Params, from: u32, count: usize) {
        let (batch, ring) = (from as usize % BATCH, from as usize % LOOKAHEAD);
        let (batch, ring) = (batch..batch + count, ring..ring + count);
        let exchange = |heads: &mut HeadTable, hashes: &[u32], candidates: &mut [u32]| {
            let batches = (hashes.get(batch.clone()), candidates.get_mut(ring.clone()));
            if let (Some(hashes), Some(candidates)) = batches {
                heads.exchange_batch(hashes, from, candidates);
            }
        };
        let HashAhead { heads, hashes, candidates, .. } = self;
        exchange(&mut heads.main, &hashes.main, &mut candidates.main);
        if params.heads.two != 0 {
            exchange(&mut heads.two, &hashes.two, &mut candidates.two);
        }
        if params.heads.three != 0 {
            exchange(&mut heads.three, &hashes.three, &mut candidates.three);
        }
    }

    /// Hashes the next batch, and prefetches its heads.
    #[inline(always)]
    fn hash(&mut self, window: &EncodeWindow, end: u32) {
        // Batches end at multiples of their size, so that no ring wraps within
        // one.
        let to = end.min((self.hashed | (BATCH as u32 - 1)) + 1);
        if to <= self.hashed {
            return;
        }
        let (from, count) = (self.hashed as usize % BATCH, (to - self.hashed) as usize);
        let row = from..from + count;
        let PerHash { two, three, main } = &mut self.hashes;
        let (Some(two), Some(three), Some(main)) =
            (two.get_mut(row.clone()), three.get_mut(row.clone()), main.get_mut(row))
        else {
            return;
        };
        hash_positions(window, self.hashed, count, PerHash { two, three, main: &mut *main });
        self.heads.main.prefetch_batch(main);
        self.hashed = to;
    }

    /// Makes room in small head tables for all positions before `end`, although most
    /// of them come later: to let the tables grow as they come would take longer.
    fn grow_heads(&mut self, window: &EncodeWindow, end: u32) {
        let [inserted, all] = [self.prepared, end].map(|to| to.saturating_sub(self.first) as usize);
        let grown = self.heads.each_mut().map(|heads| heads.grow(inserted, all));
        if grown.contains(&true) {
            self.insert_again(window, grown);
        }
    }

    /// Inserts all positions into those head tables that have `grown`.
    #[cold]
    fn insert_again(&mut self, window: &EncodeWindow, grown: [bool; 3]) {
        let mut from = self.first.max(window.base);
        while from < self.prepared {
            let count = (self.prepared - from).min(BATCH as u32) as usize;
            let mut hashes = PerHash { two: [0; BATCH], three: [0; BATCH], main: [0; BATCH] };
            let PerHash { two, three, main } = &mut hashes;
            let [two, three, main] = [two, three, main].map(|row| &mut row[..count]);
            hash_positions(window, from, count, PerHash { two, three, main });
            let tables = self.heads.each_mut().into_iter().zip(hashes.each());
            for ((heads, hashes), grown) in tables.zip(grown) {
                if grown {
                    heads.insert_batch(&hashes[..count], from);
                }
            }
            from += count as u32;
        }
    }

    /// Makes all positions smaller by `less`. Candidates of positions before
    /// `oldest` will not be asked for.
    pub(super) fn rebase(&mut self, less: u32, oldest: u32) {
        for heads in self.heads.each_mut() {
            heads.rebase(less);
        }
        for row in self.candidates.each_mut() {
            for position in oldest..self.prepared {
                let candidate = &mut row[position as usize % LOOKAHEAD];
                *candidate = candidate.saturating_sub(less);
            }
        }
        self.first = self.first.saturating_sub(less);
        self.hashed -= less;
        self.prepared -= less;
    }
}

/// Hashes `count` positions from `from` on, at most a [batch](BATCH).
#[inline(always)]
fn hash_positions(window: &EncodeWindow, from: u32, count: usize, rows: PerHash<&mut [u32]>) {
    let index = window.index_of(from);
    let bytes = window.bytes().get(index..index + count + 3).unwrap_or_default();
    let entries = window.params.heads.main;
    match window.params.hash_bytes {
        2 => hash_batch::<2>(bytes, entries, rows),
        3 => hash_batch::<3>(bytes, entries, rows),
        _ => hash_batch::<4>(bytes, entries, rows),
    }
}
