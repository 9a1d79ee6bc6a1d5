//! Running ahead of the parser: positions are hashed and become the heads of
//! their hashes in batches, so that the memory that each needs is on its way
//! before it is its turn.

#![forbid(unsafe_code)]

use super::hash::{HashRows, hash_row};
use super::head_table::HeadTable;
use super::matches::RING;
use super::short_matches::ShortHashes;
use crate::error::Result;
use crate::lz::options::{LzOptions, Sizes};
use crate::lz::window::WindowView;
use crate::memory::Memory;

/// How many positions are hashed or prepared at a time, at most.
pub(super) const BATCH: usize = 64;

/// The tables of heads, and what they say of the positions in the ring.
pub(super) struct HashAhead {
    pub(super) short: ShortHashes,
    heads: HeadTable,
    /// Hashed positions: the main hash. Prepared ones: its former head.
    roots: [u32; RING],
    bytes: usize,
    mask: u32,
    nice_len: u32,
    is_tree: bool,
    /// The first position of all.
    first: u32,
    /// Positions below this are hashed.
    hashed: u32,
    /// Positions below this are the heads of their hashes, or were.
    pub(super) prepared: u32,
}

impl HashAhead {
    /// Not usable before [`HashAhead::start`].
    pub(super) const INIT: HashAhead = HashAhead {
        short: ShortHashes::INIT,
        heads: HeadTable::NONE,
        roots: [0; RING],
        bytes: 0,
        mask: 0,
        nice_len: 0,
        is_tree: false,
        first: 0,
        hashed: 0,
        prepared: 0,
    };

    /// Starts with `first` as the first position.
    pub(super) fn start(
        &mut self,
        memory: &Memory,
        options: &LzOptions<'_>,
        sizes: &Sizes,
        first: u32,
    ) -> Result<()> {
        self.bytes = options.match_finder.hash_bytes() as usize;
        self.mask = sizes.hash_mask;
        self.nice_len = options.nice_len;
        self.is_tree = options.match_finder.is_tree();
        (self.first, self.hashed, self.prepared) = (first, first, first);
        let preset = options.preset_dict.len().min(sizes.window as usize);
        self.short.start(memory, self.bytes, preset)?;
        self.heads.start(memory, sizes.hash_mask as usize + 1, preset)
    }

    /// The first position that cannot be inserted, because what its search
    /// would find depends on bytes to come, or because its hash does.
    #[inline(always)]
    pub(super) fn bound(&self, text: &WindowView<'_>) -> u32 {
        let bytes = if self.is_tree && !text.last { self.nice_len } else { self.bytes as u32 };
        (text.end + 1).saturating_sub(bytes)
    }

    /// The former head of the main hash of a prepared position.
    #[inline(always)]
    pub(super) fn root(&self, position: u32) -> u32 {
        self.roots[position as usize % RING]
    }

    /// The same for a batch of them.
    pub(super) fn roots(&self, batch: core::ops::Range<u32>) -> &[u32] {
        let ring = batch.start as usize % RING;
        self.roots.get(ring..ring + batch.len()).unwrap_or_default()
    }

    /// The same for the prepared positions from `position` on, as far as they
    /// lie together in the ring.
    #[inline(always)]
    pub(super) fn roots_from(&self, position: u32) -> &[u32] {
        let ring = position as usize % RING;
        let count = (self.prepared - position) as usize;
        self.roots.get(ring..RING.min(ring + count)).unwrap_or_default()
    }

    /// Prepares the next batch of positions; those below `bound` at most.
    /// There must be room in the ring for two [batches](BATCH). The parser
    /// does not ask for matches of positions below `reached`.
    #[inline(always)]
    pub(super) fn prepare(
        &mut self,
        text: &WindowView<'_>,
        bound: u32,
        reached: u32,
    ) -> core::ops::Range<u32> {
        if self.hashed == self.prepared {
            self.hash(text, bound);
        }
        let (from, to) = (self.prepared, self.hashed);
        let count = (to - from) as usize;
        self.make_room(text, to);
        let ring = from as usize % RING;
        let roots = self.roots.get_mut(ring..ring + count).unwrap_or_default();
        self.heads.exchange_all(roots, from);
        self.short.exchange(ring, count, from);
        self.prepared = to;
        for position in from.max(reached)..to {
            self.short.touch(text.bytes, (position - text.base) as usize, position);
        }
        self.hash(text, bound);
        from..to
    }

    /// Hashes the next batch.
    #[inline(always)]
    fn hash(&mut self, text: &WindowView<'_>, bound: u32) {
        match self.bytes {
            2 => self.hash_bytes::<2>(text, bound),
            3 => self.hash_bytes::<3>(text, bound),
            _ => self.hash_bytes::<4>(text, bound),
        }
    }

    #[inline(always)]
    fn hash_bytes<const BYTES: usize>(&mut self, text: &WindowView<'_>, bound: u32) {
        // Batches end at multiples of their size, so that the ring never
        // wraps within one.
        let to = bound.min((self.hashed | (BATCH as u32 - 1)) + 1);
        if to <= self.hashed {
            return;
        }
        let (index, count) = ((self.hashed - text.base) as usize, (to - self.hashed) as usize);
        let ring = self.hashed as usize % RING;
        let ring = ring..ring + count;
        let bytes = text.bytes.get(index..index + count + 3).unwrap_or_default();
        let main = self.roots.get_mut(ring.clone()).unwrap_or_default();
        let [two, three] = self.short.rows(ring);
        hash_row::<BYTES>(bytes, self.mask, HashRows { two, three, main });
        main.iter().for_each(|hash| self.heads.prefetch(*hash));
        self.hashed = to;
    }

    /// Makes room in small tables for positions below `to`.
    fn make_room(&mut self, text: &WindowView<'_>, to: u32) {
        let positions = to.saturating_sub(self.first) as usize;
        let (main, three) = (self.heads.make_room(positions), self.short.make_room(positions));
        if main || three {
            match self.bytes {
                2 => self.insert_again::<2>(text, main, three),
                3 => self.insert_again::<3>(text, main, three),
                _ => self.insert_again::<4>(text, main, three),
            }
        }
    }

    /// Inserts all positions into tables that have grown.
    #[cold]
    fn insert_again<const BYTES: usize>(&mut self, text: &WindowView<'_>, main: bool, three: bool) {
        let mut from = self.first.max(text.base);
        while from < self.prepared {
            let count = (self.prepared - from).min(BATCH as u32) as usize;
            let index = (from - text.base) as usize;
            let bytes = text.bytes.get(index..index + count + 3).unwrap_or_default();
            let (mut mains, mut twos, mut threes) = ([0; BATCH], [0; BATCH], [0; BATCH]);
            let rows = HashRows {
                two: &mut twos[..count],
                three: &mut threes[..count],
                main: &mut mains[..count],
            };
            hash_row::<BYTES>(bytes, self.mask, rows);
            if main {
                self.heads.insert_all(&mains[..count], from);
            }
            if three {
                self.short.insert_again(&threes[..count], from);
            }
            from += count as u32;
        }
    }

    /// Positions are smaller by `less` from now on; `oldest` is the first
    /// whose candidates may still be asked for.
    pub(super) fn rebase(&mut self, less: u32, oldest: u32) {
        self.heads.rebase(less);
        self.short.rebase(less, oldest..self.prepared);
        for position in oldest..self.prepared {
            let ring = position as usize % RING;
            self.roots[ring] = self.roots[ring].saturating_sub(less);
        }
        self.first = self.first.saturating_sub(less);
        self.hashed -= less;
        self.prepared -= less;
    }
}
