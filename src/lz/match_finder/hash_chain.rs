//! Match finders with hash chains: each position is linked to the one before
//! that has the same hash.
//!
//! Inserting a position takes its hash only, so it is done in batches ahead of
//! the parser. A chain is walked when the parser asks for matches, and along
//! with it that of the next position: two walks take little more time than
//! one, and parsers mostly ask for two positions in a row.
//!
//! The next position to be prepared is kept by [`HashAhead`]; `reached` is the
//! first that the parser has neither asked for nor skipped. Positions at the
//! end of the window may be reached before they can be prepared.

#![forbid(unsafe_code)]

use super::compare::{match_len, word};
use super::hash_ahead::HashAhead;
use super::matches::MatchList;
use super::params::Params;
use super::preset::Tables;
use super::short_matches::short_matches;
use crate::cpu::prefetch;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::window::EncodeWindow;
use crate::memory::{AllocatorHandle, Buf, Initial};

/// Candidates that are collected before they are compared.
const COLLECTED_MAX: usize = 48;

/// Number of walks in a row that the parser may leave unused before the chain
/// of the next position is not walked any more.
const UNUSED_MAX: u32 = 8;

/// A walk along the chain of a position.
struct ChainCursor<'a> {
    /// For each node, the position before that has the same hash.
    links: &'a [u32],
    params: &'a Params,
    /// The position that the walk began with, and its node.
    position: u32,
    node: u32,
    /// The next candidate; out of reach at the end of the chain.
    candidate: u32,
}

impl ChainCursor<'_> {
    /// Distance to the candidate; `None` at the end of the chain.
    #[inline(always)]
    fn distance(&self) -> Option<u32> {
        let distance = self.position - self.candidate;
        (distance < self.params.cyclic_size).then_some(distance)
    }

    /// Goes on to the next candidate; the current one is at `distance`.
    #[inline(always)]
    fn advance(&mut self, distance: u32) {
        let node = self.params.node_before(self.node, distance);
        self.candidate = self.links.get(node as usize).copied().unwrap_or_default();
    }
}

/// The first candidates of a chain.
#[derive(Clone, Copy)]
struct Collected {
    distances: [u32; COLLECTED_MAX],
    count: usize,
    /// The candidate after these.
    candidate: u32,
}

impl Collected {
    const NONE: Collected = Collected { distances: [0; COLLECTED_MAX], count: 0, candidate: 0 };

    /// Collects candidates up to the end of the chain, or until there are
    /// `limit`. There are `count` before.
    #[inline(always)]
    fn finish(&mut self, mut cursor: ChainCursor<'_>, mut count: usize, limit: usize) {
        while count < limit {
            let Some(distance) = cursor.distance() else { break };
            self.distances[count] = distance;
            count += 1;
            cursor.advance(distance);
        }
        self.count = count;
        self.candidate = cursor.candidate;
    }
}

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
    /// Candidates of the position `walked`, and of the next; of the first
    /// `walks_done` of these two.
    walks: [Collected; 2],
    walked: u32,
    walks_done: u32,
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
        walks: [Collected::NONE; 2],
        walked: 0,
        walks_done: 0,
        unused: 0,
    };
}

impl HashChain {
    /// Starts at the begin of the window. A preset dictionary of `preset`
    /// bytes will come at once.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
        preset: usize,
    ) -> Result<()> {
        self.ahead.start(memory, window, preset)?;
        let links = window.params.nodes as usize;
        self.links.resize(links, |links| memory.buf_as_needed(links))?;
        self.node = 0;
        self.reached = window.base;
        self.walks_done = 0;
        Ok(())
    }

    /// Copies everything that later searches depend on. All positions that can be
    /// inserted are, as after a call of `skip`.
    pub(super) fn copy(&self, memory: &AllocatorHandle, params: &Params) -> Result<Tables> {
        let range = self.ahead.inserted(self.node);
        let links = memory.copy_of(&self.links[..range.nodes(params)])?;
        Ok(Tables { heads: self.ahead.copy_heads(memory)?, links, range })
    }

    /// After the start, continues as after the positions in `tables`.
    pub(super) fn restore(&mut self, tables: &Tables) {
        self.ahead.restore(tables);
        self.links.copy_front(&tables.links);
        self.node = tables.range.node;
        self.reached = tables.range.next;
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
            let batch = self.ahead.prepare(window, end, self.reached);
            let candidates = self.ahead.main_candidates(batch);
            // Links become ready as they are needed; the last are used only
            // once the dictionary is full.
            let (nodes, from) = (window.params.nodes as usize, self.node as usize);
            let to = from + candidates.len();
            let wrapped = to.saturating_sub(nodes);
            if self.links.len() < to.min(nodes) {
                self.links.zero_table_up_to(to);
            }
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
        let walk = position.wrapping_sub(self.walked);
        if walk == 1 {
            self.unused = 0;
        }
        let walk = if walk < self.walks_done {
            walk
        } else {
            self.walk(window, position);
            0
        };
        self.compare(window, walk as usize, (best, limit), matches);
    }

    /// Collects the candidates of `position`, and perhaps of the next if it is
    /// prepared; prefetches their text.
    #[inline(always)]
    fn walk(&mut self, window: &EncodeWindow, position: u32) {
        self.walked = position;
        self.unused = self.unused.saturating_add(1);
        let both = self.unused <= UNUSED_MAX && position + 1 < self.ahead.prepared;
        self.walks_done = 1 + u32::from(both);
        let [mut cursor, mut next_cursor] = [position, position + 1].map(|position| {
            let node = window.params.node_before(self.node, self.ahead.prepared - position);
            let candidate = self.ahead.candidates(position).main;
            ChainCursor { links: &self.links, params: &window.params, position, node, candidate }
        });
        let index = window.index_of(position);
        let limit = COLLECTED_MAX.min(window.params.depth as usize);
        let [walk, next_walk] = &mut self.walks;
        let mut count = 0;
        if both {
            // In step, as long as neither ends.
            while count < limit {
                let distances = (cursor.distance(), next_cursor.distance());
                let (Some(distance), Some(next_distance)) = distances else { break };
                walk.distances[count] = distance;
                next_walk.distances[count] = next_distance;
                count += 1;
                prefetch(window.bytes(), index.wrapping_sub(distance as usize));
                prefetch(window.bytes(), (index + 1).wrapping_sub(next_distance as usize));
                cursor.advance(distance);
                next_cursor.advance(next_distance);
            }
            next_walk.finish(next_cursor, count, limit);
        }
        walk.finish(cursor, count, limit);
    }

    /// Appends the matches longer than `best` that a chain gives, the one of
    /// this number in `walks`.
    #[inline(always)]
    fn compare(
        &self,
        window: &EncodeWindow,
        walk: usize,
        (best, limit): (usize, usize),
        matches: &mut MatchList,
    ) {
        let (bytes, params) = (window.bytes(), &window.params);
        let (position, index) = (window.position(), window.read);
        let walk = &self.walks[walk % 2];
        let node = params.node_before(self.node, self.ahead.prepared - position);
        let candidate = walk.candidate;
        let mut cursor = ChainCursor { links: &self.links, params, position, node, candidate };
        let best = best.max(params.short_len_max() as usize);
        let mut quick = QuickReject::new(bytes, index, best);
        let mut is_last = |distance: u32| {
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
        for distance in &walk.distances[..walk.count.min(COLLECTED_MAX)] {
            if is_last(*distance) {
                return;
            }
        }
        // Depths that no preset has.
        for _ in COLLECTED_MAX..params.depth as usize {
            let Some(distance) = cursor.distance() else { return };
            if is_last(distance) {
                return;
            }
            cursor.advance(distance);
        }
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        self.ahead.rebase(less, self.reached.min(self.ahead.prepared));
        self.links.iter_mut().for_each(|link| *link = link.saturating_sub(less));
        self.reached -= less;
        self.walks_done = 0;
    }
}
