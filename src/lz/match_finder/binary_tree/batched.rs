//! Many searches in binary trees at a time.
//!
//! A search goes from the root of a tree, which is the latest position with
//! the same hash, along children, each of which is somewhere else in memory.
//! One after the other, nearly all of the time would be waiting. So [`LANES`]
//! searches of consecutive positions are under way together: each round takes
//! each of them one step further. A search that has taken its step prefetches
//! the memory that the next one needs, which then has a round to arrive.
//!
//! A link that a search is still to write holds [`PENDING`], and a search that
//! reads that waits for a round. Searches begin in the order of positions, so
//! each finds what it would find if all before it were complete.

#![forbid(unsafe_code)]

use super::batch_policy::BatchPolicy;
use super::nodes::{PENDING, Root, Trees, pair_at, set_link};
use crate::cpu::prefetch;
use crate::lz::Match;
use crate::lz::match_finder::compare::compare;
use crate::lz::match_finder::hash_ahead::HashAhead;
use crate::lz::match_finder::matches::{ListWriter, MatchQueue};
use crate::lz::window::EncodeWindow;

/// Searches that are under way at a time.
pub(super) const LANES: usize = 32;

/// A search.
#[derive(Clone, Copy, Debug)]
struct Lane {
    /// The position that is being inserted, and its node.
    position: u32,
    node: u32,
    /// Distance from the next candidate to the position, and the index of the
    /// candidate's links.
    distance: u32,
    pair: u32,
    /// Bytes that the two are known to have in common, and the position of the
    /// candidate's first byte after these.
    known: u32,
    start: u32,
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
        distance: 0,
        pair: 0,
        known: 0,
        start: 0,
        ends: [0; 2],
        lens: [0; 2],
        depth: 0,
        best: 0,
        limit: 0,
        list: ListWriter::NONE,
    };

    /// Leaves the step for the next round. `len` bytes agree, which need not be
    /// compared again.
    #[inline(always)]
    fn wait(&mut self, len: u32) {
        self.start += len - self.known;
        self.known = len;
    }

    /// Prefetches what the next step needs.
    #[inline(always)]
    fn prefetch(&self, links: &[u32], window: &EncodeWindow) {
        prefetch(links, self.pair as usize);
        prefetch(window.bytes(), window.index_of(self.start));
    }
}

/// The searches that are under way, and the matches that they find.
pub(super) struct BatchedSearch {
    pub(super) queue: MatchQueue,
    lanes: [Lane; LANES],
    /// Lanes from this on are free.
    live: usize,
    /// The lane of the next search to begin: the first free one or, within a
    /// round, that of a search that has just been completed.
    vacant: usize,
    /// Steps that searches have tried to take to another candidate, those for which
    /// they have to wait, and the candidates that are far.
    tries: u32,
    waits: u32,
    far: u32,
}

impl BatchedSearch {
    /// Not usable before [`BatchedSearch::reset`].
    pub(super) const INIT: BatchedSearch = BatchedSearch {
        queue: MatchQueue::INIT,
        lanes: [Lane::FREE; LANES],
        live: 0,
        vacant: 0,
        tries: 0,
        waits: 0,
        far: 0,
    };

    /// Forgets all searches and matches.
    pub(super) fn reset(&mut self) {
        self.queue.reset();
        (self.live, self.vacant) = (0, 0);
        (self.tries, self.waits, self.far) = (0, 0, 0);
    }

    /// Returns the number of steps since the last call, and how many of them were
    /// far.
    pub(super) fn take_steps(&mut self) -> (u32, u32) {
        let taken = (self.steps(), self.far);
        (self.tries, self.waits, self.far) = (0, 0, 0);
        taken
    }

    /// Number of steps that were taken.
    #[inline(always)]
    fn steps(&self) -> u32 {
        self.tries - self.waits
    }

    /// Tells whether no search is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        for lane in &mut self.lanes[..self.live] {
            lane.position -= less;
            lane.start -= less;
        }
    }

    /// Begins searches in free lanes, from the next position on, as long as the
    /// policy does not want them serial.
    #[inline(always)]
    fn start_all(
        &mut self,
        window: &EncodeWindow,
        trees: &mut Trees,
        ahead: &HashAhead,
        policy: &BatchPolicy,
    ) {
        while self.vacant != LANES && !policy.is_serial(trees.next) {
            if trees.next == ahead.prepared || !self.start(window, trees, ahead) {
                return;
            }
        }
    }

    /// Begins to insert the next position, which is prepared, or, within a run, inserts
    /// positions from it on. Returns false if others must be complete first.
    #[inline(always)]
    fn start(&mut self, window: &EncodeWindow, trees: &mut Trees, ahead: &HashAhead) -> bool {
        let (params, position, node) = (&window.params, trees.next, trees.node);
        let limit = (window.end_position() - position).min(params.nice_len);
        let (distance, known) = match trees.examine_root(window, ahead, limit) {
            Root::Pending => return false,
            Root::OutOfReach => {
                self.queue.set_empty(position);
                return true;
            }
            Root::Run { count, full } => {
                self.queue.set_all(position, count as usize, full);
                return true;
            }
            Root::Search { distance, known } => (distance, known),
        };
        let Some(lane) = self.lanes.get_mut(self.vacant) else { return false };
        *lane = Lane {
            position,
            node,
            distance,
            pair: params.node_before(node, distance) * 2,
            known,
            start: position - distance + known,
            ends: [node * 2 + 1, node * 2],
            lens: [0; 2],
            depth: params.depth,
            best: params.short_len_max(),
            limit,
            list: self.queue.open(position),
        };
        lane.prefetch(&trees.links, window);
        trees.set_pair(node * 2, [PENDING; 2]);
        trees.advance(params, 1);
        if self.vacant == self.live {
            self.live += 1;
        }
        self.vacant = self.live;
        true
    }

    /// Begins searches in all free lanes, and takes each search one step further.
    /// Lanes that become free are used again at once. `first` is the first
    /// position that is not complete. Returns whether any search has moved.
    #[inline(always)]
    pub(super) fn round(
        &mut self,
        window: &EncodeWindow,
        trees: &mut Trees,
        ahead: &HashAhead,
        policy: &BatchPolicy,
        first: u32,
    ) -> bool {
        self.start_all(window, trees, ahead, policy);
        let steps = self.steps();
        let (mut number, mut completed) = (0, false);
        loop {
            let from = number;
            number = self.step_from(from, window, trees, first);
            self.tries += (number - from) as u32;
            if number == self.live {
                return completed || self.steps() != steps;
            }
            completed = true;
            self.vacant = number;
            self.start_all(window, trees, ahead, policy);
            if self.vacant == number {
                self.live -= 1;
                self.lanes[number] = self.lanes[self.live];
                self.vacant = self.live;
            } else {
                number += 1;
            }
        }
    }

    /// Takes the searches from lane `number` on one step further, up to one
    /// that this completes. Returns its lane, or `live` if there is none.
    ///
    /// A search that has taken its step has a whole round to wait for the
    /// memory that it needs next. This function is not inlined because it
    /// needs all registers.
    #[inline(never)]
    fn step_from(
        &mut self,
        number: usize,
        window: &EncodeWindow,
        trees: &mut Trees,
        first: u32,
    ) -> usize {
        let links = &mut *trees.links;
        let (bytes, params) = (window.bytes(), &window.params);
        let live = self.live;
        let mut lanes = self.lanes.get_mut(number..live).unwrap_or_default().iter_mut();
        while let Some(lane) = lanes.next() {
            let (distance, limit) = (lane.distance, lane.limit);
            let at = lane.start - window.base;
            let (len, smaller) = compare(bytes, at, distance, lane.known, limit);
            // The candidate goes to one side of the position; the search goes
            // on with the candidate's child on the other side.
            let side = usize::from(smaller);
            let end = lane.pair as usize + side;
            let Some(child) = links.get(end).copied() else {
                self.waits += 1;
                continue;
            };
            if len > lane.best {
                let len = len.min(limit);
                let pair = (len == limit).then(|| pair_at(links, lane.pair));
                let waits = pair.map_or(child == PENDING, |pair| pair.contains(&PENDING));
                let found = Match { len, dist: distance - 1 };
                if waits || !self.queue.push(&mut lane.list, found, lane.position == first) {
                    lane.wait(len);
                    self.waits += 1;
                    continue;
                }
                if let Some(pair) = pair {
                    set_link(links, lane.ends[1], pair[0]);
                    set_link(links, lane.ends[0], pair[1]);
                    self.queue.close(lane.position, lane.list);
                    return live - 1 - lanes.len();
                }
                lane.best = len;
            } else if child == PENDING {
                lane.wait(len);
                self.waits += 1;
                continue;
            }
            let position = lane.position;
            set_link(links, lane.ends[side], position - distance);
            lane.ends[side] = end as u32;
            lane.lens[side] = len;
            lane.depth -= 1;
            let distance = position - child;
            if distance >= params.cyclic_size || lane.depth == 0 {
                set_link(links, lane.ends[0], 0);
                set_link(links, lane.ends[1], 0);
                self.queue.close(position, lane.list);
                return live - 1 - lanes.len();
            }
            // Not `set_link`, which would check the index once more.
            if let Some(link) = links.get_mut(end) {
                *link = PENDING;
            }
            lane.distance = distance;
            lane.pair = params.node_before(lane.node, distance) * 2;
            // Not the smaller of both fields: to load the one that was just stored, at a
            // place that depends on the comparison, would wait for it.
            lane.known = len.min(lane.lens[1 - side]);
            lane.start = child + lane.known;
            lane.prefetch(links, window);
            self.far += u32::from(distance >= params.tuning.far_distance);
        }
        live
    }
}
