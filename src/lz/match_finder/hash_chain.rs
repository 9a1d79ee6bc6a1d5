//! Match finders with hash chains.
//!
//! Inserting a position needs nothing but its hash, so it is done in batches
//! ahead of the parser. A chain is walked when the parser asks for matches;
//! that of the following position along with it: two walks take little more
//! time than one, and parsers mostly ask for two in a row. Not while they do
//! not.

#![forbid(unsafe_code)]

use super::compare::{match_len, word};
use super::hash_ahead::HashAhead;
use super::matches::MatchList;
use super::params::Params;
use crate::cpu::prefetch;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::options::{LzOptions, Sizes};
use crate::lz::window::WindowView;
use crate::memory::{Buf, Initial, Memory};

/// How many candidates are collected before they are compared.
const BLOCK: usize = 48;

/// How many times a walk may be of no use before it is left out.
const PATIENCE: u32 = 8;

/// The first candidates of a chain.
#[derive(Clone, Copy)]
struct Walk {
    distances: [u32; BLOCK],
    count: usize,
    /// Where the chain goes on; out of reach if it has ended.
    next: u32,
}

/// Where a walk is.
struct ChainCursor {
    /// The position that it began with, and its node.
    position: u32,
    node: u32,
    /// The next candidate; out of reach if the chain has ended.
    next: u32,
}

/// What is walked on.
struct ChainLinks<'a> {
    /// For each node, the position before with the same hash.
    links: &'a [u32],
    shape: Params,
}

impl ChainLinks<'_> {
    /// How far back the next candidate is, if it is in reach.
    #[inline(always)]
    fn distance(&self, way: &ChainCursor) -> Option<u32> {
        let distance = way.position - way.next;
        (distance < self.shape.cyclic).then_some(distance)
    }

    /// What comes after the candidate that is `distance` back.
    #[inline(always)]
    fn link(&self, way: &ChainCursor, distance: u32) -> u32 {
        let before = self.shape.before(way.node, distance);
        self.links.get(before as usize).copied().unwrap_or_default()
    }

    /// Walks on to the end, or until `steps` candidates are collected; so far
    /// there are `count`.
    #[inline(always)]
    fn finish(&self, walk: &mut Walk, mut way: ChainCursor, mut count: usize, steps: usize) {
        while count < steps
            && let Some(distance) = self.distance(&way)
        {
            walk.distances[count] = distance;
            count += 1;
            way.next = self.link(&way, distance);
        }
        walk.count = count;
        walk.next = way.next;
    }
}

/// What a candidate must have to be a longer match: the last eight bytes of
/// one that is longer by a byte; or all of them, if they are fewer. Bytes
/// like the last one are often there, and the rest then takes a while to be
/// found out.
struct Probe {
    /// The length to be exceeded.
    best: usize,
    /// Where these bytes are, what they are, and which bits count.
    at: usize,
    word: u64,
    mask: u64,
}

impl Probe {
    #[inline(always)]
    fn new(bytes: &[u8], index: usize, best: usize) -> Probe {
        let at = index + best.saturating_sub(7);
        let mask = u64::MAX >> (8 * 7usize.saturating_sub(best));
        Probe { best, at, word: word(bytes, at), mask }
    }

    #[inline(always)]
    fn may_be_longer(&self, bytes: &[u8], distance: u32) -> bool {
        let theirs = word(bytes, self.at.wrapping_sub(distance as usize));
        (theirs ^ self.word) & self.mask == 0
    }
}

/// A match finder with hash chains.
pub(super) struct HashChain {
    ahead: HashAhead,
    found: MatchList,
    /// For each node, the position before with the same hash.
    links: Buf<u32>,
    shape: Params,
    /// The node of the next position to be prepared.
    node: u32,
    /// The next position that the parser has not reached.
    reached: u32,
    /// The walks of the position `walked` and the next; as many as are done.
    walks: [Walk; 2],
    walked: u32,
    walks_done: u32,
    /// How many times in a row the parser has not asked for the position after
    /// the one that was walked.
    alone: u32,
}

impl Initial for HashChain {
    /// Not usable before [`HashChain::start`].
    const INITIAL: HashChain = HashChain {
        ahead: HashAhead::INIT,
        found: MatchList::NOTHING,
        links: Buf::EMPTY,
        shape: Params::NONE,
        node: 0,
        reached: 0,
        walks: [Walk { distances: [0; BLOCK], count: 0, next: 0 }; 2],
        walked: 0,
        walks_done: 0,
        alone: 0,
    };
}

impl HashChain {
    /// Starts with `first` as the first position.
    pub(super) fn start(
        &mut self,
        memory: &Memory,
        options: &LzOptions<'_>,
        sizes: &Sizes,
        first: u32,
    ) -> Result<()> {
        self.ahead.start(memory, options, sizes, first)?;
        self.found.clear();
        self.shape = Params::new(options, sizes);
        let links = self.shape.nodes as usize;
        self.links.resize(links, |links| memory.buf_as_needed(links))?;
        self.node = 0;
        self.reached = first;
        self.walks_done = 0;
        Ok(())
    }

    pub(super) fn matches(&self) -> &[Match] {
        self.found.as_slice()
    }

    /// There are no matches.
    pub(super) fn forget(&mut self) {
        self.found.clear();
    }

    /// Passes over `count` positions from `index` on.
    #[inline]
    pub(super) fn skip(&mut self, text: &WindowView<'_>, index: usize, count: usize) {
        self.reached = text.base + (index + count) as u32;
        if self.reached > self.ahead.prepared {
            self.prepare(text);
        }
    }

    /// Inserts all positions up to the next that the parser will ask for, and
    /// some more. False: there are too few bytes for that.
    #[inline(never)]
    fn prepare(&mut self, text: &WindowView<'_>) -> bool {
        let bound = self.ahead.bound(text);
        while self.ahead.prepared <= self.reached {
            if self.ahead.prepared >= bound {
                return false;
            }
            let prepared = self.ahead.prepare(text, bound, self.reached);
            let count = (prepared.end - prepared.start) as usize;
            let roots = self.ahead.roots(prepared);
            // Links are ready as far as they are needed; the last are used
            // only once the dictionary is full.
            let (from, to) = (self.node as usize, self.node as usize + count);
            let (nodes, past) =
                (self.shape.nodes as usize, to.saturating_sub(self.shape.nodes as usize));
            if self.links.len() < to.min(nodes) {
                self.links.ready(to);
            }
            let (front, back) = roots.split_at(count - past);
            self.links[from..to - past].copy_from_slice(front);
            self.links[..past].copy_from_slice(back);
            self.node = if past > 0 || to == nodes { past } else { to } as u32;
        }
        true
    }

    /// Looks for matches at `index`.
    #[inline]
    pub(super) fn find(&mut self, text: &WindowView<'_>, index: usize) {
        let position = text.base + index as u32;
        self.reached = position;
        self.found.clear();
        if position >= self.ahead.prepared && !self.prepare(text) {
            self.reached = position + 1;
            return;
        }
        self.reached = position + 1;
        let (bytes, found) = (text.bytes, &mut self.found);
        let limit = ((text.end - position) as usize).min(self.shape.nice_len as usize);
        let short = self.ahead.short.find(bytes, index, position, limit, self.shape.cyclic, found);
        if short == limit {
            return;
        }
        let number = position.wrapping_sub(self.walked);
        if number == 1 {
            self.alone = 0;
        }
        let number = if number < self.walks_done {
            number
        } else {
            self.walk(text, position);
            0
        };
        self.compare(bytes, index, position, limit, short, number as usize);
    }

    /// The node of `position`, which is prepared.
    #[inline(always)]
    fn node_of(&self, position: u32) -> u32 {
        self.shape.before(self.node, self.ahead.prepared - position)
    }

    /// Collects the candidates of `position`, and perhaps of the next if it is
    /// prepared; asks for their text.
    #[inline(always)]
    fn walk(&mut self, text: &WindowView<'_>, position: u32) {
        self.walked = position;
        self.alone = self.alone.saturating_add(1);
        let two = self.alone <= PATIENCE && position + 1 < self.ahead.prepared;
        self.walks_done = 1 + u32::from(two);
        let [mut one, mut other] = [position, position + 1].map(|position| ChainCursor {
            position,
            node: self.node_of(position),
            next: self.ahead.root(position),
        });
        let index = (position - text.base) as usize;
        let chains = ChainLinks { links: &self.links, shape: self.shape };
        let steps = BLOCK.min(self.shape.depth as usize);
        let [walk, other_walk] = &mut self.walks;
        let mut count = 0;
        if two {
            // Both, as long as neither ends.
            while count < steps
                && let (Some(distance), Some(other_distance)) =
                    (chains.distance(&one), chains.distance(&other))
            {
                walk.distances[count] = distance;
                other_walk.distances[count] = other_distance;
                count += 1;
                prefetch(text.bytes, index.wrapping_sub(distance as usize));
                prefetch(text.bytes, (index + 1).wrapping_sub(other_distance as usize));
                one.next = chains.link(&one, distance);
                other.next = chains.link(&other, other_distance);
            }
            chains.finish(other_walk, other, count, steps);
        }
        chains.finish(walk, one, count, steps);
    }

    /// Adds the matches that a chain gives.
    #[inline(always)]
    fn compare(
        &mut self,
        bytes: &[u8],
        index: usize,
        position: u32,
        limit: usize,
        short: usize,
        number: usize,
    ) {
        let mut way = ChainCursor { position, node: self.node_of(position), next: 0 };
        let chains = ChainLinks { links: &self.links, shape: self.shape };
        let found = &mut self.found;
        let mut probe = Probe::new(bytes, index, short.max(self.shape.best as usize));
        let mut is_last = |distance: u32| {
            if !probe.may_be_longer(bytes, distance) {
                return false;
            }
            let len = match_len(bytes, index, index.wrapping_sub(distance as usize), 0, limit);
            if len > probe.best {
                probe = Probe::new(bytes, index, len);
                found.push(Match { len: len as u32, dist: distance - 1 });
            }
            len == limit
        };
        let walk = &self.walks[number % 2];
        for distance in &walk.distances[..walk.count.min(BLOCK)] {
            if is_last(*distance) {
                return;
            }
        }
        // ChainLinks that are longer than those of any preset.
        way.next = walk.next;
        for _ in BLOCK..self.shape.depth as usize {
            let Some(distance) = chains.distance(&way) else { return };
            if is_last(distance) {
                return;
            }
            way.next = chains.link(&way, distance);
        }
    }

    /// Positions are smaller by `less` from now on.
    pub(super) fn rebase(&mut self, less: u32) {
        self.ahead.rebase(less, self.reached.min(self.ahead.prepared));
        self.links.iter_mut().for_each(|link| *link = link.saturating_sub(less));
        self.reached -= less;
        self.walks_done = 0;
    }
}
