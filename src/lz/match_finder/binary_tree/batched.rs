//! Many searches in binary trees at a time.
//!
//! A search goes from the root of a tree, which is the latest position with
//! the same hash, along children, each of which is somewhere else in memory.
//! One after the other, nearly all of the time would be waiting. So [`LANES`]
//! searches of consecutive positions are under way together: each round first
//! prefetches the memory that all of them need, then takes each of them one
//! step further.
//!
//! A link that a search is still to write holds [`PENDING`], and a search that
//! reads that waits for a round. Searches begin in the order of positions, so
//! each finds what it would find if all before it were complete.

#![forbid(unsafe_code)]

use super::nodes::{PENDING, RootOutcome, Trees};
use crate::cpu::prefetch;
use crate::lz::Match;
use crate::lz::match_finder::compare::compare;
use crate::lz::match_finder::matches::{ListWriter, MatchQueue};

/// Searches that are under way at a time.
pub(super) const LANES: usize = 32;

/// A search.
#[derive(Clone, Copy, Debug)]
struct Lane {
    /// The position that is being inserted, and its node.
    position: u32,
    node: u32,
    /// The position that is to be compared next.
    candidate: u32,
    /// Bytes that the two are known to have in common.
    known: u32,
    /// The links to be written next: to a node that sorts after the position,
    /// and to one that sorts before.
    ends: [u32; 2],
    /// Bytes in common with the latest node that sorts after the position, and
    /// with the latest that sorts before.
    lens: [u32; 2],
    /// Candidates that may still be examined.
    depth: u32,
    /// Length that a match must exceed.
    best: u32,
    /// Length at which the search ends.
    limit: u32,
    list: ListWriter,
}

impl Lane {
    /// A lane without a search.
    const FREE: Lane = Lane {
        position: 0,
        node: 0,
        candidate: 0,
        known: 0,
        ends: [0; 2],
        lens: [0; 2],
        depth: 0,
        best: 0,
        limit: 0,
        list: ListWriter::NONE,
    };
}

/// The outcome of a step of a search.
enum StepOutcome {
    /// Another search has to move first.
    Wait,
    /// The search has come to the next candidate, at this distance.
    Advanced { distance: u32 },
    /// The search is complete.
    Done,
}

/// The outcome of a round of steps.
#[derive(Default)]
pub(super) struct Round {
    /// True if any search has moved.
    pub(super) moved: bool,
    /// Searches that have come to another candidate, and how many of these
    /// candidates are far.
    pub(super) steps: u32,
    pub(super) far: u32,
}

/// The searches that are under way, and the matches that they find.
pub(super) struct BatchedSearch {
    pub(super) queue: MatchQueue,
    lanes: [Lane; LANES],
    /// For each lane the index of its candidate's links, and the position of
    /// the first byte to be compared.
    pairs: [u32; LANES],
    starts: [u32; LANES],
    /// Lanes from this on are free.
    live: usize,
}

impl BatchedSearch {
    /// Not usable before [`BatchedSearch::reset`].
    pub(super) const INIT: BatchedSearch = BatchedSearch {
        queue: MatchQueue::INIT,
        lanes: [Lane::FREE; LANES],
        pairs: [0; LANES],
        starts: [0; LANES],
        live: 0,
    };

    /// Forgets all searches and matches.
    pub(super) fn reset(&mut self) {
        self.queue.reset();
        self.live = 0;
    }

    /// Tells whether no search is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Tells whether all lanes are taken.
    pub(super) fn is_full(&self) -> bool {
        self.live == LANES
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        for lane in &mut self.lanes[..self.live] {
            lane.position -= less;
            lane.candidate -= less;
        }
        self.starts[..self.live].iter_mut().for_each(|start| *start -= less);
    }

    /// Begins to insert a position with its node or, within a run, inserts
    /// positions from it on; `roots` are the roots of the trees of the
    /// positions from it on. Returns the number of positions: 0 if others must
    /// be complete first, or if there are no `roots`.
    #[inline(always)]
    pub(super) fn start(
        &mut self,
        trees: &mut Trees<'_>,
        position: u32,
        node: u32,
        roots: &[u32],
    ) -> u32 {
        let (known, limit) = match trees.examine_root(position, node, roots) {
            RootOutcome::Inserted { count: 0, .. } => return 0,
            RootOutcome::Inserted { count, full: Some(full) } => {
                self.queue.set_all(position, count as usize, full);
                return count;
            }
            RootOutcome::Inserted { count, full: None } => {
                self.queue.set_empty(position);
                return count;
            }
            RootOutcome::Search { known, limit } => (known, limit),
        };
        let (Some(&root), Some(lane)) = (roots.first(), self.lanes.get_mut(self.live)) else {
            return 0;
        };
        self.pairs[self.live] = trees.pair_before(node, position - root);
        self.starts[self.live] = root + known;
        trees.set_pair(node * 2, [PENDING; 2]);
        *lane = Lane {
            position,
            node,
            candidate: root,
            known,
            ends: [node * 2 + 1, node * 2],
            lens: [0; 2],
            depth: trees.view.params.depth,
            best: trees.view.params.short_len_max(),
            limit,
            list: self.queue.open(position),
        };
        self.live += 1;
        1
    }

    /// Prefetches the memory that the next round needs. This is a loop of its
    /// own so that nothing keeps the requests from overlapping.
    #[inline(always)]
    fn prefetch(&self, trees: &Trees<'_>) {
        let (links, view) = (&*trees.links, trees.view);
        for (pair, start) in self.pairs.iter().zip(&self.starts).take(self.live) {
            prefetch(links, *pair as usize);
            prefetch(view.bytes, (*start - view.base) as usize);
        }
    }

    /// Takes each search one step further. `first` is the first position that
    /// is not complete. `refill` begins searches in lanes that become free.
    #[inline(never)]
    pub(super) fn round(
        &mut self,
        trees: &mut Trees<'_>,
        first: u32,
        mut refill: impl FnMut(&mut Self, &mut Trees<'_>),
    ) -> Round {
        self.prefetch(trees);
        let far_distance = trees.view.params.tuning.far_distance;
        let mut round = Round::default();
        let mut number = 0;
        while number < self.live {
            match self.step(trees, first, number) {
                StepOutcome::Wait => {}
                StepOutcome::Advanced { distance } => {
                    round.steps += 1;
                    round.far += u32::from(distance >= far_distance);
                }
                StepOutcome::Done => {
                    round.moved = true;
                    self.live -= 1;
                    self.lanes[number] = self.lanes[self.live];
                    self.pairs[number] = self.pairs[self.live];
                    self.starts[number] = self.starts[self.live];
                    refill(self, trees);
                    continue;
                }
            }
            number += 1;
        }
        round.moved |= round.steps != 0;
        round
    }

    #[inline(always)]
    fn step(&mut self, trees: &mut Trees<'_>, first: u32, number: usize) -> StepOutcome {
        let (Some(lane), Some(pair_at), Some(start)) =
            (self.lanes.get_mut(number), self.pairs.get_mut(number), self.starts.get_mut(number))
        else {
            return StepOutcome::Wait;
        };
        let pair = trees.pair(*pair_at);
        let bytes = trees.view.bytes;
        let index = lane.position - trees.view.base;
        let candidate = *start - trees.view.base - lane.known;
        let limit = lane.limit;

        let (len, smaller) = compare::<false>(bytes, index, candidate, lane.known, limit);
        let len = len.min(limit);
        let complete = len == limit;

        // The candidate goes to one side of the position; the search goes on
        // with the candidate's child on the other side.
        let (side, child) = if smaller { (1, pair[1]) } else { (0, pair[0]) };
        let waits =
            if complete { pair[0] == PENDING || pair[1] == PENDING } else { child == PENDING };
        let distance = lane.position - lane.candidate;
        if waits
            || len > lane.best
                && !self.queue.push(
                    &mut lane.list,
                    Match { len, dist: distance - 1 },
                    lane.position == first,
                )
        {
            // What is known now need not be compared again.
            *start += len - lane.known;
            lane.known = len;
            return StepOutcome::Wait;
        }
        if complete {
            trees.set_link(lane.ends[1], pair[0]);
            trees.set_link(lane.ends[0], pair[1]);
            self.queue.close(lane.position, lane.list);
            return StepOutcome::Done;
        }
        lane.best = lane.best.max(len);
        trees.set_link(lane.ends[side], lane.candidate);
        lane.ends[side] = *pair_at + side as u32;
        lane.lens[side] = len;
        lane.candidate = child;
        lane.depth -= 1;
        let distance = lane.position - child;
        if distance >= trees.view.params.cyclic_size || lane.depth == 0 {
            trees.set_link(lane.ends[0], 0);
            trees.set_link(lane.ends[1], 0);
            self.queue.close(lane.position, lane.list);
            return StepOutcome::Done;
        }
        trees.set_link(lane.ends[side], PENDING);
        *pair_at = trees.pair_before(lane.node, distance);
        lane.known = lane.lens[0].min(lane.lens[1]);
        *start = child + lane.known;
        StepOutcome::Advanced { distance }
    }
}
