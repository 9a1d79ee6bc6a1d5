//! Match finders with binary trees, the searches running ahead of the parser.
//!
//! Positions go through these stages, in order:
//!
//! 1. *prepared*: its hashes are known, and the root of its tree;
//! 2. *started*: its descent is under way;
//! 3. *ready*: its descent and those of all positions before are complete;
//! 4. *reached*: the parser has asked for its matches, or skipped it.
//!
//! In a small tree, and where the [`BatchPolicy`] says so, a position is started, ready
//! and reached all at once: when the parser asks for it (but for runs, whose
//! positions are inserted together). Before that begins, all batched that are
//! under way are completed.
//!
//! A position that could not be inserted when it was reached, because there
//! were too few bytes for it, has no matches; it goes through the other
//! stages when there are.

#![forbid(unsafe_code)]

mod batch_policy;
mod batched;
mod runs;
mod serial;

use self::batch_policy::BatchPolicy;
use self::batched::{BatchedSearch, LANES};
use self::serial::NodeArray;
use super::hash_ahead::{BATCH, HashAhead};
use super::matches::MatchList;
use super::matches::{MatchQueue, RING};
use super::params::Params;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::options::{LzOptions, Sizes};
use crate::lz::window::WindowView;
use crate::memory::{Buf, Initial, Memory};

/// With fewer nodes than this, most of the memory is likely to be in the cache:
/// then one descent after the other, without running ahead of the parser, is
/// faster. Tests have few nodes, and try both.
const SMALL: usize = if cfg!(test) { 1 << 10 } else { 1 << 20 };

/// A match finder with binary trees.
pub(super) struct BinaryTree {
    ahead: HashAhead,
    batched: BatchedSearch,
    policy: BatchPolicy,
    queue: MatchQueue,
    found: MatchList,
    /// Two for each node.
    links: Buf<u32>,
    shape: Params,
    /// The next position to be started, and its node.
    started: u32,
    node: u32,
    /// The next positions to become ready, and to be reached.
    ready: u32,
    reached: u32,
    /// The queue of positions below this are released.
    released: u32,
}

impl Initial for BinaryTree {
    /// Not usable before [`BinaryTree::start`].
    const INITIAL: BinaryTree = BinaryTree {
        ahead: HashAhead::INIT,
        batched: BatchedSearch::INIT,
        policy: BatchPolicy::START,
        queue: MatchQueue::INIT,
        found: MatchList::NOTHING,
        links: Buf::EMPTY,
        shape: Params::NONE,
        started: 0,
        node: 0,
        ready: 0,
        reached: 0,
        released: 0,
    };
}

impl BinaryTree {
    /// Starts with `first` as the first position.
    pub(super) fn start(
        &mut self,
        memory: &Memory,
        options: &LzOptions<'_>,
        sizes: &Sizes,
        first: u32,
    ) -> Result<()> {
        self.ahead.start(memory, options, sizes, first)?;
        self.batched.reset();
        self.policy = BatchPolicy::START;
        self.queue.reset();
        self.found.clear();
        self.shape = Params::new(options, sizes);
        let links = self.shape.nodes as usize * 2;
        self.links.resize(links, |links| memory.buf_as_needed(links))?;
        (self.started, self.ready, self.reached, self.released) = (first, first, first, first);
        self.node = 0;
        Ok(())
    }

    pub(super) fn matches(&self) -> &[Match] {
        self.found.as_slice()
    }

    /// There are no matches.
    pub(super) fn forget(&mut self) {
        self.found.clear();
    }

    /// Looks for matches at `index`.
    #[inline]
    pub(super) fn find(&mut self, text: &WindowView<'_>, index: usize) {
        let position = text.base + index as u32;
        let bound = self.ahead.bound(text);
        self.approach(text, position, bound);
        self.found.clear();
        // Whether it is still to be inserted.
        let now = position >= self.ready;
        if now && position >= bound {
            return; // too few bytes
        }
        if now {
            self.prepare(text, bound);
        }
        let limit = (text.end - position).min(self.shape.nice_len);
        let best = self.ahead.short.find(
            text.bytes,
            index,
            position,
            limit as usize,
            self.shape.cyclic,
            &mut self.found,
        ) as u32;
        if !now {
            self.queue.for_each(position, |longer| {
                if longer.len > best {
                    self.found.push(longer);
                }
            });
            return;
        }
        let count = self.found.as_slice().len();
        self.insert(text, None, best.max(self.shape.best));
        if best >= limit {
            self.found.truncate(count);
        }
    }

    /// Makes all positions below `position` ready that can be, and it as well,
    /// unless it is to be inserted with no other under way.
    #[inline(always)]
    fn approach(&mut self, text: &WindowView<'_>, position: u32, bound: u32) {
        self.reached = position;
        if self.ready < position {
            self.advance(text, position);
        }
        if self.ready == position && !self.is_serial() {
            self.search_batched(text, (position + 1).min(bound), bound);
        }
        self.reached = position + 1;
    }

    /// Passes over `count` positions from `index` on.
    #[inline]
    pub(super) fn skip(&mut self, text: &WindowView<'_>, index: usize, count: usize) {
        self.reached = text.base + (index + count) as u32;
        if self.reached > self.ready {
            self.advance(text, self.reached);
        }
    }

    /// Whether one position is inserted after the other, just when the parser
    /// reaches it.
    #[inline(always)]
    fn is_serial(&self) -> bool {
        self.batched.is_empty()
            && (self.links.len() < 2 * SMALL || self.policy.is_serial(self.started))
    }

    /// Makes all positions below `wanted` ready that can be.
    #[inline(never)]
    fn advance(&mut self, text: &WindowView<'_>, wanted: u32) {
        let bound = self.ahead.bound(text);
        let wanted = wanted.min(bound);
        while self.ready < wanted {
            if !self.is_serial() {
                self.search_batched(text, wanted, bound);
                continue;
            }
            self.prepare(text, bound);
            // As long as enough are prepared to see the whole of a run.
            let last = self.ahead.prepared.saturating_sub(LANES as u32);
            self.insert(text, Some(wanted.min(last)), u32::MAX);
            self.found.clear();
        }
    }

    /// Inserts the next position, and those below `wanted`; adds to what was
    /// found what they match that is longer than `best`, and any match of
    /// full length. No descent may be under way.
    #[inline(always)]
    fn insert(&mut self, text: &WindowView<'_>, wanted: Option<u32>, best: u32) {
        let mut nodes = NodeArray { text: *text, links: &mut self.links, shape: self.shape };
        let (queue, found) = (&mut self.queue, &mut self.found);
        let (mut next, mut node) = (self.started, self.node);
        loop {
            let roots = self.ahead.roots_from(next);
            let at = (next, node);
            let count = self.batched.insert(&mut nodes, queue, at, roots, best, found);
            next += count;
            node = self.shape.after(node, count);
            if wanted.is_none_or(|wanted| next >= wanted) {
                break;
            }
        }
        (self.started, self.node, self.ready) = (next, node, next);
    }

    /// Makes all positions below `wanted` ready, unless some of them are to be
    /// inserted one after the other; and perhaps more, as they are cheaper
    /// together.
    #[inline(never)]
    fn search_batched(&mut self, text: &WindowView<'_>, wanted: u32, bound: u32) {
        let target = (wanted + BATCH as u32).min(bound);
        while self.ready < target {
            self.prepare(text, bound);
            let (started, ready) = (self.started, self.ready);
            let mut nodes = NodeArray { text: *text, links: &mut self.links, shape: self.shape };
            let (ahead, batched, queue) = (&self.ahead, &mut self.batched, &mut self.queue);
            let (mut next, mut node, policy) = (self.started, self.node, self.policy);
            let mut start =
                |batched: &mut BatchedSearch, nodes: &mut NodeArray<'_>, queue: &mut MatchQueue| {
                    while !batched.is_full() && !policy.is_serial(next) {
                        let roots = ahead.roots_from(next);
                        let count = batched.start(nodes, queue, next, node, roots);
                        if count == 0 {
                            return;
                        }
                        next += count;
                        node = nodes.shape.after(node, count);
                    }
                };
            start(batched, &mut nodes, queue);
            let round = batched.round(&mut nodes, queue, ready, start);
            (self.started, self.node) = (next, node);
            self.policy.note(&round, next);
            if self.batched.is_empty() {
                self.ready = self.started;
            }
            while self.ready != self.started && self.queue.is_closed(self.ready) {
                self.ready += 1;
            }
            if self.is_serial() {
                return;
            }
            if !round.moved && self.ready == ready && self.started == started {
                // All wait for room for their matches.
                debug_assert!(self.ready >= wanted);
                return;
            }
        }
    }

    /// Releases the queue of what is ready and reached.
    #[inline(always)]
    fn release(&mut self) {
        let to = self.ready.min(self.reached);
        if self.queue.are_short() {
            self.released = self.released.max(to);
        }
        while self.released < to {
            self.queue.release(self.released);
            self.released += 1;
        }
    }

    /// Prepares enough positions for all lanes, as far as the ring has room.
    #[inline(always)]
    fn prepare(&mut self, text: &WindowView<'_>, bound: u32) {
        self.release();
        if self.ahead.prepared - self.started < LANES as u32 && self.ahead.prepared < bound {
            self.prepare_more(text, bound);
        }
    }

    #[inline(never)]
    fn prepare_more(&mut self, text: &WindowView<'_>, bound: u32) {
        let room = self.released + (RING - 2 * BATCH) as u32;
        while self.ahead.prepared < bound
            && self.ahead.prepared - self.started < LANES as u32
            && self.ahead.prepared <= room
        {
            self.ahead.prepare(text, bound, self.reached);
            // As much of the links as is needed; the last are used only once
            // the dictionary is full.
            let nodes = self.node + (self.ahead.prepared - self.started);
            let links = nodes.min(self.shape.nodes) as usize * 2;
            if links > self.links.len() {
                self.links.ready(links);
            }
        }
    }

    /// Positions are smaller by `less` from now on.
    pub(super) fn rebase(&mut self, less: u32) {
        self.ahead.rebase(less, self.released);
        self.batched.rebase(less);
        self.policy.rebase(less);
        serial::rebase_links(&mut self.links, less);
        self.started -= less;
        self.ready -= less;
        self.reached -= less;
        self.released -= less;
    }
}
