//! Match finders with hash chains: each position is linked to the one before
//! that has the same hash.
//!
//! Inserting a position takes its hash only, so it is done in batches ahead of
//! the parser. A chain is walked when the parser asks for matches, and along
//! with it that of the next position: two walks take little more time than
//! one, and parsers mostly ask for two positions in a row.
//!
//! Of the cursors of [`HashAhead`], `prepared` is also the next position to be
//! linked. `reached` is the first that the parser has neither asked for nor
//! skipped. Positions at the end of the window may be reached before they can be
//! prepared.

#![forbid(unsafe_code)]

use super::chain_cache::ChainCache;
use super::chain_walk::{COLLECTED_MAX, Chain, ChainWalk, Distances, WalkParams, walk_both};
use super::compare::{match_len, word};
use super::hash_ahead::HashAhead;
use super::matches::MatchList;
use super::params::Params;
use super::preset_dict::Snapshot;
use super::short_matches::short_matches;
use crate::cpu::prefetch;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::window::EncodeWindow;
use crate::memory::{AllocatorHandle, Buf, Initial};

/// Number of walks in a row that the parser may leave unused before the chain
/// of the next position is not walked any more.
const UNUSED_MAX: u32 = 8;

/// A quick test that rejects most candidates: one can only be longer than
/// `best` if its last eight bytes up to the one at `best` (all of them, if
/// they are fewer) are those of the position. Fewer bytes agree so often, with
/// some data, that the processor cannot predict the outcome.
struct QuickReject {
    best: usize,
    /// Index of these bytes, their values, and which of the bits count.
    at: usize,
    word: u64,
    mask: u64,
}

impl QuickReject {
    #[inline(always)]
    fn new(bytes: &[u8], index: usize, best: usize) -> QuickReject {
        let at = index + best.saturating_sub(7);
        let mask = u64::MAX >> (8 * 7usize.saturating_sub(best));
        QuickReject { best, at, word: word(bytes, at), mask }
    }

    #[inline(always)]
    fn rejects(&self, bytes: &[u8], distance: u32) -> bool {
        let theirs = word(bytes, self.at.wrapping_sub(distance as usize));
        (theirs ^ self.word) & self.mask != 0
    }
}

/// A match finder with hash chains.
pub(super) struct HashChain {
    ahead: HashAhead,
    /// For each node, the position before that has the same hash.
    links: Buf<u32>,
    /// The node of the next position to be prepared.
    node: u32,
    /// The first position that the parser has neither asked for nor skipped.
    reached: u32,
    /// The position whose chain was walked last, and whether that of the next
    /// position was walked along with it.
    walked: u32,
    walked_both: bool,
    /// Distances of the first candidates of these two.
    distances: [Distances; 2],
    cache: ChainCache,
    /// Number of times in a row that the parser has not asked for the position
    /// after the one that was walked.
    unused: u32,
}

impl Initial for HashChain {
    /// Not usable before [`HashChain::start`].
    const INITIAL: HashChain = HashChain {
        ahead: HashAhead::INIT,
        links: Buf::EMPTY,
        node: 0,
        reached: 0,
        walked: 0,
        walked_both: false,
        distances: [Distances::EMPTY; 2],
        cache: ChainCache::EMPTY,
        unused: 0,
    };
}

impl HashChain {
    /// Starts at the beginning of the window. A preset dictionary of `preset_len`
    /// bytes will come at once.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
        preset_len: usize,
    ) -> Result<()> {
        self.ahead.start(memory, window, preset_len)?;
        let links = window.params.nodes as usize;
        self.links.resize(links, |links| memory.buf_with_capacity(links))?;
        self.cache = ChainCache::EMPTY;
        self.node = 0;
        self.reached = window.base;
        self.walked_both = false;
        Ok(())
    }

    /// Tells whether few nodes are in use, so that other chains are not cached.
    #[cfg(test)]
    pub(super) fn is_small(&self) -> bool {
        !self.cache.is_in_use()
    }

    /// Copies everything that later searches depend on. All positions that can be
    /// inserted are, as after a call of `skip`.
    pub(super) fn snapshot(
        &self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
    ) -> Result<Snapshot> {
        let links = &self.links[..self.ahead.nodes_in_use(window.params.nodes)];
        Snapshot::new(memory, window, &self.ahead, links, self.node)
    }

    /// After the start, continues as when the copy was made.
    pub(super) fn restore(&mut self, snapshot: &Snapshot) {
        let Snapshot { ref params, ref heads, ref links, next, node, .. } = *snapshot;
        self.ahead.restore(heads, next);
        self.links.copy_front(links);
        self.cache.grow(params, 0..links.len(), self.links.memory());
        (self.reached, self.node) = (next, node);
    }

    /// Notes that the parser has skipped all positions before the window's.
    #[inline]
    pub(super) fn skip(&mut self, window: &EncodeWindow) {
        self.reached = window.position();
        if self.reached > self.ahead.prepared {
            self.prepare(window);
        }
    }

    /// Inserts all positions up to `reached`, and some more. Returns false if
    /// `reached` has too few bytes ahead to be inserted.
    #[inline(never)]
    fn prepare(&mut self, window: &EncodeWindow) -> bool {
        let end = self.ahead.insertable_end(window);
        while self.ahead.prepared <= self.reached {
            if self.ahead.prepared >= end {
                return false;
            }
            let first = self.ahead.prepared;
            self.ahead.prepare(window, end, self.reached);
            let candidates = self.ahead.main_candidates_from(first);
            // Links become ready as they are needed; the last are used only
            // once the dictionary is full.
            let (nodes, from) = (window.params.nodes as usize, self.node as usize);
            let to = from + candidates.len();
            let wrapped = to.saturating_sub(nodes);
            if self.links.len() < to.min(nodes) {
                self.links.grow_table(to);
            }
            self.cache.grow(&window.params, from..to, self.links.memory());
            let (front, back) = candidates.split_at(candidates.len() - wrapped);
            self.links[from..to - wrapped].copy_from_slice(front);
            self.links[..wrapped].copy_from_slice(back);
            self.node = if to >= nodes { wrapped } else { to } as u32;
        }
        true
    }

    /// Appends the matches at the window's position to `matches`.
    #[inline]
    pub(super) fn find(&mut self, window: &EncodeWindow, matches: &mut MatchList) {
        let position = window.position();
        self.reached = position;
        let inserted = position < self.ahead.prepared || self.prepare(window);
        self.reached = position + 1;
        if !inserted {
            return;
        }
        let limit = (window.end_position() - position).min(window.params.nice_len) as usize;
        let candidates = self.ahead.candidates(position);
        let best = short_matches(window, candidates, limit, matches);
        if best == limit {
            return;
        }
        let follows = position == self.walked.wrapping_add(1);
        if follows {
            self.unused = 0;
        }
        let walk = if follows && self.walked_both {
            1
        } else {
            if self.cache.is_in_use() {
                self.walk_cached(window);
            } else {
                self.walk::<false>(window);
            }
            0
        };
        self.compare(window, walk, (best, limit), matches);
    }

    /// [`HashChain::walk`] with the cache, which presets 0 and 1 do without.
    #[inline(never)]
    fn walk_cached(&mut self, window: &EncodeWindow) {
        self.walk::<true>(window);
    }

    /// Collects candidates of the window's position, and perhaps of the next if
    /// that is prepared; prefetches their text.
    #[inline(always)]
    fn walk<const CACHED: bool>(&mut self, window: &EncodeWindow) {
        let position = window.position();
        self.walked = position;
        self.unused = self.unused.saturating_add(1);
        self.walked_both = self.unused <= UNUSED_MAX && position + 1 < self.ahead.prepared;
        let node = self.node_of(&window.params, position);
        let HashChain { ahead, links, distances: [distances, next_distances], cache, .. } = self;
        let start = |count: u32| {
            let (position, node) = (position + count, window.params.node_after(node, count));
            let place = cache.place(window.bytes(), window.read + count as usize);
            let candidate = ahead.candidates(position).main;
            let chain = Chain { links, params: &window.params, position, node };
            let cached = cache.position(place);
            ChainWalk::<CACHED> { chain, candidate, place, cached, joined: false }
        };
        let params = WalkParams::new(&window.params);
        let mut walk = start(0);
        if self.walked_both {
            let mut next_walk = start(1);
            let prefetch_text = |distances: [u32; 2]| {
                for (at, distance) in (window.read..).zip(distances) {
                    prefetch(window.bytes(), at.wrapping_sub(distance as usize));
                }
            };
            let count = walk_both(
                [&mut walk, &mut next_walk],
                [distances, next_distances],
                params,
                prefetch_text,
            );
            // Neither is kept before both have ended, since they may have one place.
            next_walk.finish(next_distances, count, params, cache);
            walk.finish(distances, count, params, cache);
            next_walk.keep(next_distances, params, cache);
        } else {
            walk.finish(distances, 0, params, cache);
        }
        walk.keep(distances, params, cache);
    }

    /// Appends the matches longer than `best` among the candidates that the walk
    /// of this number has collected, and after them.
    #[inline(always)]
    fn compare(
        &self,
        window: &EncodeWindow,
        walk: usize,
        (best, limit): (usize, usize),
        matches: &mut MatchList,
    ) {
        let (bytes, params) = (window.bytes(), &window.params);
        let index = window.read;
        let best = best.max(params.short_len_max() as usize);
        let mut quick = QuickReject::new(bytes, index, best);
        // Compares a candidate; returns true if the search ends with it.
        let mut examine = |distance: u32| {
            if quick.rejects(bytes, distance) {
                return false;
            }
            let len = match_len(bytes, index, index.wrapping_sub(distance as usize), 0, limit);
            if len > quick.best {
                quick = QuickReject::new(bytes, index, len);
                matches.push(Match { len: len as u32, dist: distance - 1 });
            }
            len == limit
        };
        let collected = self.distances[walk].collected();
        for distance in collected {
            if examine(*distance) {
                return;
            }
        }
        let Some(&last) = collected.last() else { return };
        let (position, node) = (window.position(), self.node_of(params, window.position()));
        let chain = Chain { links: &self.links, params, position, node };
        let mut candidate = chain.after(last);
        // Depths that no preset has.
        for _ in COLLECTED_MAX..params.depth as usize {
            let Some(distance) = chain.distance_to(candidate) else { return };
            if examine(distance) {
                return;
            }
            candidate = chain.after(distance);
        }
    }

    /// The node of a position that is prepared.
    #[inline(always)]
    fn node_of(&self, params: &Params, position: u32) -> u32 {
        params.node_before(self.node, self.ahead.prepared - position)
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        self.ahead.rebase(less, self.reached.min(self.ahead.prepared));
        self.links.iter_mut().for_each(|link| *link = link.saturating_sub(less));
        self.reached -= less;
        self.walked_both = false;
        self.cache.clear();
    }
}
