//! Match finders with hash chains.
//!
//! Inserting a position needs nothing but its hash, so it is done in batches
//! ahead of the parser. A chain is walked when the parser asks for matches;
//! that of the following position along with it: two walks take little more
//! time than one, and parsers mostly ask for two in a row. Not while they do
//! not.

#![forbid(unsafe_code)]

use super::Match;
use super::ahead::Ahead;
use super::compare::match_len;
use super::found::Found;
use super::options::{LzOptions, Sizes};
use super::shape::Shape;
use super::window::Text;
use crate::cpu::prefetch;
use crate::error::Result;
use crate::memory::{Buf, Memory};

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

/// A match finder with hash chains.
pub(super) struct Chain {
    ahead: Ahead,
    found: Found,
    /// For each node, the position before with the same hash.
    links: Buf<u32>,
    shape: Shape,
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

impl Chain {
    pub(super) fn new(memory: &Memory) -> Chain {
        Chain {
            ahead: Ahead::new(memory),
            found: Found::new(),
            links: Buf::empty(memory),
            shape: Shape::default(),
            node: 0,
            reached: 0,
            walks: [Walk { distances: [0; BLOCK], count: 0, next: 0 }; 2],
            walked: 0,
            walks_done: 0,
            alone: 0,
        }
    }

    /// Starts with `first` as the first position.
    pub(super) fn start(
        &mut self,
        options: &LzOptions<'_>,
        sizes: &Sizes,
        first: u32,
    ) -> Result<()> {
        self.ahead.start(options, sizes, first)?;
        self.found.clear();
        self.shape = Shape::new(options, sizes);
        let links = self.shape.nodes as usize;
        if self.links.capacity() != links {
            let memory = self.links.memory().clone();
            self.links = Buf::empty(&memory); // the old memory goes first
            self.links = memory.buf_as_needed(links)?;
        }
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
    pub(super) fn skip(&mut self, text: &Text<'_>, index: usize, count: usize) {
        self.reached = text.base + (index + count) as u32;
        if self.reached > self.ahead.prepared {
            self.prepare(text);
        }
    }

    /// Inserts all positions up to the next that the parser will ask for, and
    /// some more. False: there are too few bytes for that.
    #[inline(never)]
    fn prepare(&mut self, text: &Text<'_>) -> bool {
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
    pub(super) fn find(&mut self, text: &Text<'_>, index: usize) {
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
    fn walk(&mut self, text: &Text<'_>, position: u32) {
        self.walked = position;
        let index = (position - text.base) as usize;
        let steps = BLOCK.min(self.shape.depth as usize);
        let node = self.node_of(position);
        let mut next = self.ahead.root(position);
        let mut count = 0;
        self.walks_done = 1;
        self.alone = self.alone.saturating_add(1);
        if self.alone <= PATIENCE && position + 1 < self.ahead.prepared {
            self.walks_done = 2;
            // Both, as long as neither ends.
            let other_node = self.node_of(position + 1);
            let mut other = self.ahead.root(position + 1);
            while count < steps {
                let (distance, other_distance) = (position - next, position + 1 - other);
                if distance >= self.shape.cyclic || other_distance >= self.shape.cyclic {
                    break;
                }
                self.walks[0].distances[count] = distance;
                self.walks[1].distances[count] = other_distance;
                count += 1;
                prefetch(text.bytes, index.wrapping_sub(distance as usize));
                prefetch(text.bytes, (index + 1).wrapping_sub(other_distance as usize));
                next = self.link(node, distance);
                other = self.link(other_node, other_distance);
            }
            self.finish_walk(1, other_node, position + 1, other, count, steps);
        }
        self.finish_walk(0, node, position, next, count, steps);
    }

    #[inline(always)]
    fn link(&self, node: u32, distance: u32) -> u32 {
        let before = self.shape.before(node, distance);
        self.links.get(before as usize).copied().unwrap_or_default()
    }

    /// Walks one chain on from `next`.
    #[inline(always)]
    fn finish_walk(
        &mut self,
        number: usize,
        node: u32,
        position: u32,
        mut next: u32,
        mut count: usize,
        steps: usize,
    ) {
        while count < steps && position - next < self.shape.cyclic {
            self.walks[number].distances[count] = position - next;
            count += 1;
            next = self.link(node, position - next);
        }
        self.walks[number].count = count;
        self.walks[number].next = next;
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
        let mut best = short.max(self.shape.best as usize);
        let node = self.node_of(position);
        let (links, shape, found) = (&self.links, self.shape, &mut self.found);
        let mut is_last = |distance: u32| {
            let start = index.wrapping_sub(distance as usize);
            let begins = |at: usize| bytes.get(start.wrapping_add(at)) == bytes.get(index + at);
            if !begins(best) || !begins(0) {
                return false;
            }
            let len = match_len(bytes, index, start, 1, limit);
            if len > best {
                best = len;
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
        // Chains that are longer than those of any preset.
        let mut next = walk.next;
        for _ in BLOCK..self.shape.depth as usize {
            let distance = position - next;
            if distance >= self.shape.cyclic || is_last(distance) {
                return;
            }
            let before = shape.before(node, distance);
            next = links.get(before as usize).copied().unwrap_or_default();
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
