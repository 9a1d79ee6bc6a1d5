//! Match finders with binary trees, whose searches run ahead of the parser.
//!
//! A position is *prepared* when the root of its tree is known, *started* when
//! its search has begun, *ready* when this search and those of all positions
//! before are complete, and *reached* when the parser has asked for its
//! matches or skipped it. Each cursor is the first position that is not that
//! far:
//!
//! ```text
//!   released     ready       started      prepared      hashed    insertable_end
//! -|------------|-----------|------------|-------------|---------|------> positions
//!   lists wait   searches    roots are    hashes are    can be    too few
//!   for the      are under   known        known         hashed    bytes ahead
//!   parser       way
//! ```
//!
//! `reached` is the parser's, and lies before or after any of them. Lists of
//! matches before it are released, up to `ready`. From `released` to `hashed`
//! are at most [`LOOKAHEAD`] positions, so that each has a place of its own
//! in the rings of candidates and lists.
//!
//! While there are few nodes, and where the [`BatchPolicy`] says so, searches
//! are *serial*: a position is started, ready and reached all at once, when the
//! parser asks for it, and its matches bypass the queue. But positions within
//! a run are inserted together, and have one match. Batched searches that are
//! under way are completed before.
//!
//! A position that has too few bytes ahead when it is reached has no matches;
//! it becomes prepared, started and ready when more bytes are there.

#![forbid(unsafe_code)]

mod batch_policy;
mod batched;
mod nodes;
mod path;
mod runs;
mod serial;

use self::batch_policy::BatchPolicy;
use self::batched::{BatchedSearch, LANES};
use self::nodes::Trees;
use self::path::SearchPaths;
use super::hash::BATCH;
use super::hash_ahead::HashAhead;
use super::matches::MatchList;
use super::params::LOOKAHEAD;
use super::preset_dict::Snapshot;
use super::short_matches::short_matches;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::window::EncodeWindow;
use crate::memory::{AllocatorHandle, Initial, LazyBox};

/// A match finder with binary trees.
pub(super) struct BinaryTree {
    ahead: HashAhead,
    /// The trees; the next position to be inserted is the cursor *started*.
    trees: Trees,
    /// Batched searches; `None` if there will never be enough nodes for them.
    /// Short data does without them, and so without touching the memory.
    batched: Option<LazyBox<BatchedSearch>>,
    policy: BatchPolicy,
    /// Candidates that serial searches have met. `None` only before the start.
    paths: Option<LazyBox<SearchPaths>>,
    /// The first position after the latest run that was inserted serially, and
    /// the match of all positions of the run.
    run_end: u32,
    run_match: Match,
    /// The first position that is not ready.
    ready: u32,
    /// The first position that the parser has neither asked for nor skipped.
    reached: u32,
    /// The first position whose list is not released.
    released: u32,
}

impl Initial for BinaryTree {
    /// Not usable before [`BinaryTree::start`].
    const INITIAL: BinaryTree = BinaryTree {
        ahead: HashAhead::INIT,
        trees: Trees::EMPTY,
        batched: None,
        policy: BatchPolicy::START,
        paths: None,
        run_end: 0,
        run_match: Match::NONE,
        ready: 0,
        reached: 0,
        released: 0,
    };
}

impl BinaryTree {
    /// Starts at the beginning of the window. A preset dictionary of `preset_len`
    /// bytes will come at once.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
        preset_len: usize,
    ) -> Result<()> {
        let (params, first) = (&window.params, window.base);
        self.ahead.start(memory, window, preset_len)?;
        self.trees.start(memory, params, first)?;
        if params.nodes < params.tuning.batch_nodes_min {
            self.batched = None;
        } else if let Some(batched) = &mut self.batched {
            if let Some(batched) = batched.get_mut() {
                batched.reset();
            }
        } else {
            self.batched = Some(memory.lazy_box()?);
        }
        self.policy = BatchPolicy::START;
        if let Some(paths) = &mut self.paths {
            if let Some(paths) = paths.get_mut() {
                paths.clear();
            }
        } else {
            self.paths = Some(memory.lazy_box()?);
        }
        self.run_end = 0;
        (self.ready, self.reached, self.released) = (first, first, first);
        Ok(())
    }

    /// Copies everything that later searches depend on. All positions that can be
    /// inserted are, as after a call of `skip`.
    pub(super) fn snapshot(
        &self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
    ) -> Result<Snapshot> {
        let links = &self.trees.links[..self.ahead.nodes_in_use(window.params.nodes) * 2];
        Snapshot::new(memory, window, &self.ahead, links, self.trees.node)
    }

    /// After the start, continues as when the copy was made.
    pub(super) fn restore(&mut self, snapshot: &Snapshot) {
        let Snapshot { ref heads, ref links, next, node, .. } = *snapshot;
        self.ahead.restore(heads, next);
        self.trees.restore(links, next, node);
        (self.ready, self.reached, self.released) = (next, next, next);
    }

    /// Appends the matches at the window's position to `matches`.
    #[inline]
    pub(super) fn find(&mut self, window: &EncodeWindow, matches: &mut MatchList) {
        let position = window.position();
        // In a series of serial searches, there is mostly nothing to be done before.
        let is_next = self.ready == position && self.is_serial(window);
        let queued = if is_next && self.ahead.prepared - position >= LANES as u32 {
            self.reached = position + 1;
            false
        } else {
            match self.make_ready(window) {
                Some(queued) => queued,
                None => return,
            }
        };
        let limit = (window.end_position() - position).min(window.params.nice_len);
        let candidates = self.ahead.candidates(position);
        let best = short_matches(window, candidates, limit as usize, matches) as u32;
        if queued {
            let mut push = |longer: Match| {
                if longer.len > best {
                    matches.push(longer);
                }
            };
            if position < self.run_end {
                push(self.run_match);
            } else if let Some(batched) = self.batched.as_ref().and_then(LazyBox::get) {
                batched.queue.for_each(position, push);
            }
        } else {
            let best = best.max(window.params.short_len_max());
            self.insert(window, limit, (best < limit).then_some((best, matches)));
        }
    }

    /// Makes all positions before the window's ready that can be, and that one as well
    /// unless it is to be searched serially: then it is prepared. Returns whether it is
    /// ready, or `None` if it cannot be.
    #[inline(never)]
    fn make_ready(&mut self, window: &EncodeWindow) -> Option<bool> {
        let position = window.position();
        let end = self.ahead.insertable_end(window);
        self.approach(window, end);
        let queued = position < self.ready;
        if !queued {
            if position >= end {
                return None;
            }
            self.prepare(window, end);
        }
        Some(queued)
    }

    /// Makes all positions before the window's ready that can be, and that one as
    /// well unless it is to be searched serially.
    #[inline(always)]
    fn approach(&mut self, window: &EncodeWindow, end: u32) {
        let position = window.position();
        self.reached = position;
        if self.ready < position {
            self.advance(window, position);
        }
        if self.ready == position && !self.is_serial(window) {
            self.search_batched(window, (position + 1).min(end), end);
        }
        self.reached = position + 1;
    }

    /// Counts positions that the parser skips, by which searches become serial.
    #[inline]
    pub(super) fn count_skipped(&mut self, count: u32) {
        self.policy.count_skipped(count);
    }

    /// Inserts all positions before the window's without searching for their
    /// matches.
    #[inline]
    pub(super) fn skip(&mut self, window: &EncodeWindow) {
        self.reached = window.position();
        if self.reached > self.ready {
            self.advance(window, self.reached);
        }
    }

    #[cfg(test)]
    pub(super) fn is_small(&self, tuning: &super::Tuning) -> bool {
        self.trees.are_small(tuning)
    }

    /// Tells whether the next search is to be serial.
    #[inline(always)]
    fn is_serial(&self, window: &EncodeWindow) -> bool {
        let next = self.trees.next;
        let is_idle = self.ready == next;
        is_idle && (self.trees.are_small(&window.params.tuning) || self.policy.is_serial(next))
    }

    /// Makes all positions before `wanted` ready that can be.
    #[inline(never)]
    fn advance(&mut self, window: &EncodeWindow, wanted: u32) {
        let end = self.ahead.insertable_end(window);
        let wanted = wanted.min(end);
        while self.ready < wanted {
            if !self.is_serial(window) {
                self.search_batched(window, wanted, end);
                continue;
            }
            self.prepare(window, end);
            // As long as enough are prepared to see the whole of a run.
            let last = self.ahead.prepared.saturating_sub(LANES as u32);
            let until = wanted.min(last);
            loop {
                let limit = window.end_position() - self.ready;
                self.insert(window, limit.min(window.params.nice_len), None);
                if self.ready >= until {
                    break;
                }
            }
        }
    }

    /// Inserts the next position, which is prepared, serially; if it is within a run,
    /// those after it that are, too. Given a length and a list, appends the longer
    /// matches of the next position, of `limit` bytes at most, to that.
    #[inline(always)]
    fn insert(&mut self, window: &EncodeWindow, limit: u32, wanted: Option<(u32, &mut MatchList)>) {
        let Some(paths) = &mut self.paths else { return };
        let paths = paths.get_or(|| SearchPaths::NONE);
        // A match of full length ends the search, whether it is asked for or not.
        let (best, matches) = match wanted {
            Some((best, matches)) => (best, Some(matches)),
            None => (limit - 1, None),
        };
        let full = self.trees.insert(window, &self.ahead, paths, (best, limit), matches);
        self.ready = self.trees.next;
        if let Some(full) = full {
            (self.run_end, self.run_match) = (self.ready, full);
        }
    }

    /// Makes all positions before `wanted` ready, unless some of them are to
    /// be searched serially; and perhaps more, as they are cheaper together.
    #[inline(never)]
    fn search_batched(&mut self, window: &EncodeWindow, wanted: u32, end: u32) {
        let target = (wanted + BATCH as u32).min(end);
        while self.ready < target {
            self.prepare(window, end);
            let (started, ready) = (self.trees.next, self.ready);
            let moved = self.round(window);
            if self.is_serial(window) {
                return;
            }
            if !moved && self.ready == ready && self.trees.next == started {
                // All wait for room for their matches.
                debug_assert!(self.ready >= wanted);
                return;
            }
        }
    }

    /// Begins searches in all free lanes, and takes all searches one step
    /// further. Returns whether any has moved.
    #[inline(always)]
    fn round(&mut self, window: &EncodeWindow) -> bool {
        let Some(later) = &mut self.batched else { return false };
        let first_time = later.get().is_none();
        let batched = later.get_or(|| BatchedSearch::INIT);
        if first_time {
            batched.reset();
        }
        let moved = batched.round(window, &mut self.trees, &self.ahead, &self.policy, self.ready);
        let next = self.trees.next;
        if batched.is_empty() {
            self.ready = next;
        }
        while self.ready != next && batched.queue.is_closed(self.ready) {
            self.ready += 1;
        }
        self.policy.count_steps(batched.take_steps(), next, &window.params.tuning);
        moved
    }

    /// Releases the lists of positions that are ready and reached.
    #[inline(always)]
    fn release(&mut self) {
        let to = self.ready.min(self.reached);
        match self.batched.as_mut().and_then(LazyBox::get_mut) {
            Some(batched) if !batched.queue.are_all_short() => {
                while self.released < to {
                    batched.queue.release(self.released);
                    self.released += 1;
                }
            }
            _ => self.released = self.released.max(to),
        }
    }

    /// Prepares enough positions for all lanes, if the rings have room.
    #[inline(always)]
    fn prepare(&mut self, window: &EncodeWindow, end: u32) {
        self.release();
        if self.ahead.prepared - self.trees.next < LANES as u32 && self.ahead.prepared < end {
            self.prepare_more(window, end);
        }
    }

    #[inline(never)]
    fn prepare_more(&mut self, window: &EncodeWindow, end: u32) {
        self.policy.decide(self.reached, &window.params.tuning);
        let room = self.released + (LOOKAHEAD - 2 * BATCH) as u32;
        while self.ahead.prepared < end
            && self.ahead.prepared - self.trees.next < LANES as u32
            && self.ahead.prepared <= room
        {
            self.ahead.prepare(window, end, self.reached);
            self.trees.grow(&window.params, self.ahead.prepared);
        }
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        self.ahead.rebase(less, self.released);
        if let Some(batched) = self.batched.as_mut().and_then(LazyBox::get_mut) {
            batched.rebase(less);
        }
        self.policy.rebase(less);
        if let Some(paths) = self.paths.as_mut().and_then(LazyBox::get_mut) {
            paths.clear();
        }
        self.run_end = self.run_end.saturating_sub(less);
        self.trees.rebase(less);
        self.ready -= less;
        self.reached -= less;
        self.released -= less;
    }
}
