//! Many searches in binary trees at a time.
//!
//! A search is a descent: from the root, which is the last position with the
//! same hash, along children, each of which is somewhere else in memory. One
//! after the other, nearly all of the time is waiting. So [`LANES`] batched
//! of consecutive positions are under way together; each round first asks for
//! the memory that all of them need, then takes each of them a step further.
//!
//! *Hand over hand*: a link that a descent is still to write holds
//! [`PENDING`], and whoever reads that waits for a round. BatchedSearch start in the
//! order of positions, so what a descent finds is what it would find if all
//! before it were complete.
//!
//! There is also the plain way, [`BatchedSearch::insert`]: a whole descent, when no
//! other is under way.

#![forbid(unsafe_code)]

use super::super::compare::compare;
use super::super::matches::MatchList;
use super::super::matches::{ListWriter, MatchQueue};
use super::batch_policy::FAR;
use super::runs::RunDetector;
use super::serial::{NodeArray, PENDING};
use crate::cpu::prefetch;
use crate::lz::Match;

/// How many batched are under way at a time.
pub(super) const LANES: usize = 32;

/// A descent.
#[derive(Clone, Copy, Debug)]
struct Lane {
    /// The position that is being inserted, and its node.
    position: u32,
    node: u32,
    /// The position that it has come to.
    candidate: u32,
    /// How many bytes it shares with that, as far as is known.
    known: u32,
    /// Where the next node with a greater text, or with a smaller one, is to
    /// be linked.
    links: [u32; 2],
    /// How many bytes the last node with a greater text, or with a smaller
    /// one, shares with it.
    lens: [u32; 2],
    /// How many candidates may still be looked at.
    depth: u32,
    /// Length that a match must exceed.
    best: u32,
    /// Length at which the search ends.
    limit: u32,
    list: ListWriter,
}

impl Lane {
    /// Without a descent.
    const FREE: Lane = Lane {
        position: 0,
        node: 0,
        candidate: 0,
        known: 0,
        links: [0; 2],
        lens: [0; 2],
        depth: 0,
        best: 0,
        limit: 0,
        list: ListWriter::NONE,
    };
}

/// What came of a step.
enum StepOutcome {
    /// Nothing: another descent has to move first.
    Wait,
    /// The descent has come to the next candidate, so far back.
    Go { distance: u32 },
    /// It is complete.
    Done,
}

/// What came of a round.
#[derive(Default)]
pub(super) struct Round {
    /// Whether any descent has moved.
    pub(super) moved: bool,
    /// How many have come to another candidate, and to how many that are far
    /// back.
    pub(super) steps: u32,
    pub(super) far: u32,
}

/// What the root of a tree tells.
enum RootOutcome {
    /// So many positions are inserted; `full`: all with this match.
    Inserted { count: u32, full: Option<Match> },
    /// A descent begins with it. It shares `known` bytes with the position, as
    /// far as is known, and `limit` of them are all that matter.
    Candidate { known: u32, limit: u32 },
}

/// The batched that are under way.
#[derive(Clone)]
pub(super) struct BatchedSearch {
    lanes: [Lane; LANES],
    /// For each lane, the links of its candidate, and the position of the
    /// first byte that is to be compared.
    pairs: [u32; LANES],
    starts: [u32; LANES],
    live: usize,
    repeat: RunDetector,
}

impl BatchedSearch {
    /// None is under way.
    pub(super) const INIT: BatchedSearch = BatchedSearch {
        lanes: [Lane::FREE; LANES],
        pairs: [0; LANES],
        starts: [0; LANES],
        live: 0,
        repeat: RunDetector::NONE,
    };

    /// None is under way.
    pub(super) fn reset(&mut self) {
        self.live = 0;
        self.repeat = RunDetector::NONE;
    }

    /// Whether none is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Whether all lanes are taken.
    pub(super) fn is_full(&self) -> bool {
        self.live == LANES
    }

    /// Positions are smaller by `less` from now on.
    pub(super) fn rebase(&mut self, less: u32) {
        for lane in &mut self.lanes[..self.live] {
            lane.position -= less;
            lane.candidate -= less;
        }
        self.starts[..self.live].iter_mut().for_each(|start| *start -= less);
        self.repeat.rebase(less);
    }

    /// Begins to insert positions from `position` on, with nodes from `node`
    /// on; `roots` are the roots of their trees. Returns how many of them: 0
    /// if others must be complete first, or there are no `roots`.
    #[inline(always)]
    pub(super) fn start(
        &mut self,
        nodes: &mut NodeArray<'_>,
        queue: &mut MatchQueue,
        position: u32,
        node: u32,
        roots: &[u32],
    ) -> u32 {
        let (known, limit) = match self.examine_root(nodes, queue, position, node, roots) {
            RootOutcome::Inserted { count, .. } => return count,
            RootOutcome::Candidate { known, limit } => (known, limit),
        };
        let (Some(&root), Some(lane)) = (roots.first(), self.lanes.get_mut(self.live)) else {
            return 0;
        };
        self.pairs[self.live] = nodes.pair_before(node, position - root);
        self.starts[self.live] = root + known;
        nodes.set_pair(node * 2, [PENDING; 2]);
        *lane = Lane {
            position,
            node,
            candidate: root,
            known,
            links: [node * 2 + 1, node * 2],
            lens: [0; 2],
            depth: nodes.shape.depth,
            best: nodes.shape.best,
            limit,
            list: queue.open(position),
        };
        self.live += 1;
        1
    }

    /// Inserts positions from `position` on, with nodes from `node` on, while
    /// no descent is under way; `roots`, of which there is one, are the roots
    /// of their trees. What `position` matches that is longer than `best`, and
    /// any match of full length, goes to `found`; the queue of the others are
    /// complete. Returns how many positions.
    #[inline(always)]
    pub(super) fn insert(
        &mut self,
        nodes: &mut NodeArray<'_>,
        queue: &mut MatchQueue,
        (position, node): (u32, u32),
        roots: &[u32],
        best: u32,
        found: &mut MatchList,
    ) -> u32 {
        match self.examine_root(nodes, queue, position, node, roots) {
            RootOutcome::Inserted { count, full } => {
                full.into_iter().for_each(|full| found.push(full));
                count
            }
            RootOutcome::Candidate { known, limit } => {
                let root = roots.first().copied().unwrap_or_default();
                let best = best.min(limit - 1);
                let from = (position - root, known);
                nodes.descend((position, node), from, (best, limit), found);
                1
            }
        }
    }

    /// Looks at the root of a tree, which may be all there is to do.
    #[inline(always)]
    fn examine_root(
        &mut self,
        nodes: &mut NodeArray<'_>,
        queue: &mut MatchQueue,
        position: u32,
        node: u32,
        roots: &[u32],
    ) -> RootOutcome {
        let Some(&root) = roots.first() else {
            return RootOutcome::Inserted { count: 0, full: None };
        };
        let distance = position - root;
        if distance >= nodes.shape.cyclic {
            nodes.set_pair(node * 2, [0; 2]);
            queue.set_empty(position);
            return RootOutcome::Inserted { count: 1, full: None };
        }
        let text = nodes.text;
        let index = (position - text.base) as usize;
        let available = (text.end - position) as usize;
        let limit = available.min(nodes.shape.nice_len as usize);
        let known = self.repeat.known(text.bytes, index, position, distance, limit, available);
        if known < limit {
            return RootOutcome::Candidate { known: known as u32, limit: limit as u32 };
        }
        // The whole descent is one step, and so may be the next ones. In a
        // run, all positions are in one tree; lanes would only wait for each
        // other.
        let count = self.repeat.count(position, roots, limit);
        let pair = nodes.pair_before(node, distance) / 2;
        let count = nodes.copy_nodes(node, pair, count);
        let full = Match { len: limit as u32, dist: distance - 1 };
        queue.set_all(position, count, full);
        RootOutcome::Inserted { count: count as u32, full: Some(full) }
    }

    /// Asks for the memory that the next round needs. This is a loop of its
    /// own so that nothing hinders the requests from overlapping.
    #[inline(always)]
    fn touch(&self, nodes: &NodeArray<'_>) {
        let (links, text) = (&*nodes.links, &nodes.text);
        for (pair, start) in self.pairs.iter().zip(&self.starts).take(self.live) {
            prefetch(links, *pair as usize);
            prefetch(text.bytes, (*start - text.base) as usize);
        }
    }

    /// Takes each descent a step further. `first` is the first position that
    /// is not complete.
    #[inline(never)]
    pub(super) fn round(
        &mut self,
        nodes: &mut NodeArray<'_>,
        queue: &mut MatchQueue,
        first: u32,
        mut refill: impl FnMut(&mut Self, &mut NodeArray<'_>, &mut MatchQueue),
    ) -> Round {
        self.touch(nodes);
        let mut round = Round::default();
        let mut number = 0;
        while number < self.live {
            match self.step(nodes, queue, first, number) {
                StepOutcome::Wait => {}
                StepOutcome::Go { distance } => {
                    round.steps += 1;
                    round.far += u32::from(distance >= FAR);
                }
                StepOutcome::Done => {
                    round.moved = true;
                    self.live -= 1;
                    self.lanes[number] = self.lanes[self.live];
                    self.pairs[number] = self.pairs[self.live];
                    self.starts[number] = self.starts[self.live];
                    refill(self, nodes, queue);
                    continue;
                }
            }
            number += 1;
        }
        round.moved |= round.steps != 0;
        round
    }

    #[inline(always)]
    fn step(
        &mut self,
        nodes: &mut NodeArray<'_>,
        queue: &mut MatchQueue,
        first: u32,
        number: usize,
    ) -> StepOutcome {
        let (Some(lane), Some(pair_at), Some(start)) =
            (self.lanes.get_mut(number), self.pairs.get_mut(number), self.starts.get_mut(number))
        else {
            return StepOutcome::Wait;
        };
        let pair = nodes.pair(*pair_at);
        let bytes = nodes.text.bytes;
        let index = lane.position - nodes.text.base;
        let candidate = *start - nodes.text.base - lane.known;
        let limit = lane.limit;

        let (len, smaller) = compare::<false>(bytes, index, candidate, lane.known, limit);
        let len = len.min(limit);
        let complete = len == limit;

        // The candidate goes to one side; the descent to the child of the
        // candidate that is on the other side of it.
        let (side, child) = if smaller { (1, pair[1]) } else { (0, pair[0]) };
        let waits =
            if complete { pair[0] == PENDING || pair[1] == PENDING } else { child == PENDING };
        let distance = lane.position - lane.candidate;
        if waits
            || len > lane.best
                && !queue.push(
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
            nodes.link(lane.links[1], pair[0]);
            nodes.link(lane.links[0], pair[1]);
            queue.close(lane.position, lane.list);
            return StepOutcome::Done;
        }
        lane.best = lane.best.max(len);
        nodes.link(lane.links[side], lane.candidate);
        lane.links[side] = *pair_at + side as u32;
        lane.lens[side] = len;
        lane.candidate = child;
        lane.depth -= 1;
        let distance = lane.position - child;
        if distance >= nodes.shape.cyclic || lane.depth == 0 {
            nodes.link(lane.links[0], 0);
            nodes.link(lane.links[1], 0);
            queue.close(lane.position, lane.list);
            return StepOutcome::Done;
        }
        nodes.link(lane.links[side], PENDING);
        *pair_at = nodes.pair_before(lane.node, distance);
        lane.known = lane.lens[0].min(lane.lens[1]);
        *start = child + lane.known;
        StepOutcome::Go { distance }
    }
}
