//! Many searches in binary trees at a time.
//!
//! A search is a descent: from the root, which is the last position with the
//! same hash, along children, each of which is somewhere else in memory. One
//! after the other, nearly all of the time is waiting. So [`LANES`] descents
//! of consecutive positions are under way together; each round first asks for
//! the memory that all of them need, then takes each of them a step further.
//!
//! A position that is looked for becomes the root of its tree, and on the way
//! down the tree is split between its two children. *Hand over hand*: a link
//! that a descent is still to write holds [`PENDING`], and whoever reads that
//! waits for a round. Descents start in the order of positions, so what a
//! descent finds is what it would find if all before it were complete.
//!
//! There is also the plain way, [`Descents::insert`]: a whole descent, when no
//! other is under way. In a small tree this is faster.

#![forbid(unsafe_code)]

use core::cell::Cell;
use core::hint::select_unpredictable;

use super::Match;
use super::compare::word;
use super::found::Found;
use super::lists::{Lists, Writer};
use super::repeat::Repeat;
use super::shape::Shape;
use super::window::Text;
use crate::cpu::prefetch;

/// How many descents are under way at a time.
pub(super) const LANES: usize = 32;
/// A link that is still to be written. Positions are smaller.
const PENDING: u32 = u32::MAX;

/// A descent.
#[derive(Clone, Copy, Debug, Default)]
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
    list: Writer,
}

/// Compares the texts at `index` and `other`, which share `len` bytes. Returns
/// how many they share, which may be said to be more if it is `limit`, and
/// whether the other one is smaller.
#[inline(always)]
fn compare(bytes: &[u8], index: u32, other: u32, mut len: u32, limit: u32) -> (u32, bool) {
    let words = |len| [index, other].map(|start| word(bytes, (start + len) as usize));
    let [mut ours, mut theirs] = words(len);
    while ours == theirs {
        len += 8;
        if len >= limit {
            break;
        }
        [ours, theirs] = words(len);
    }
    len += (ours ^ theirs).trailing_zeros() >> 3;
    // To look at the byte where they differ would mean to wait for `len`.
    (len, theirs.swap_bytes() < ours.swap_bytes())
}

/// What came of a step.
enum Step {
    /// Nothing: another descent has to move first.
    Wait,
    /// The descent has come to the next candidate.
    Go,
    /// It is complete.
    Done,
}

/// What descents work on.
pub(super) struct Forest<'a> {
    pub(super) text: Text<'a>,
    /// Two links for each node: the root of what is smaller than its text,
    /// and of what is greater.
    pub(super) links: &'a mut [u32],
    pub(super) shape: Shape,
}

/// What the root of a tree tells.
enum Root {
    /// So many positions are inserted; `full`: all with this match.
    Inserted { count: u32, full: Option<Match> },
    /// A descent begins with it. It shares `known` bytes with the position, as
    /// far as is known, and `limit` of them are all that matter.
    Candidate { known: u32, limit: u32 },
}

/// The descents that are under way.
#[derive(Clone)]
pub(super) struct Descents {
    lanes: [Lane; LANES],
    /// For each lane, the links of its candidate, and the position of the
    /// first byte that is to be compared.
    pairs: [u32; LANES],
    starts: [u32; LANES],
    live: usize,
    repeat: Repeat,
}

impl Forest<'_> {
    /// The links of the node that is `distance` before `node`.
    #[inline(always)]
    fn pair_before(&self, node: u32, distance: u32) -> u32 {
        self.shape.before(node, distance) * 2
    }

    #[inline(always)]
    fn pair(&self, at: u32) -> [u32; 2] {
        let at = at as usize;
        match self.links.get(at..at + 2).and_then(|pair| pair.first_chunk()) {
            Some(pair) => *pair,
            None => [0; 2],
        }
    }

    #[inline(always)]
    fn set_pair(&mut self, at: u32, pair: [u32; 2]) {
        let at = at as usize;
        let place = self.links.get_mut(at..at + 2).and_then(<[u32]>::first_chunk_mut);
        if let Some(place) = place {
            *place = pair;
        }
    }

    /// Gives `count` nodes from `to` on, or fewer, what those from `from` on
    /// have, one after the other; returns how many. Not beyond a node with a
    /// link that is still to be written.
    #[inline(never)]
    fn repeat_pairs(&mut self, to: u32, from: u32, count: usize) -> usize {
        let (pairs, _) = self.links.as_chunks_mut::<2>();
        let (to, from) = (to as usize, from as usize);
        let count = count.min(self.shape.nodes as usize - to.max(from));
        for number in 0..count {
            let Some(pair) = pairs.get(from + number).copied() else {
                return number;
            };
            match pairs.get_mut(to + number) {
                Some(place) if !pair.contains(&PENDING) => *place = pair,
                _ => return number,
            }
        }
        count
    }

    /// A whole descent of `position`, when no other is under way. Begins with
    /// what is `distance` before and shares `known` bytes with it; adds what is
    /// longer than `best` and than all before to `found`. `best` is less than
    /// `limit`.
    ///
    /// Not inlined: this is where registers matter.
    #[inline(never)]
    fn descend(
        &mut self,
        position: u32,
        node: u32,
        (mut distance, mut known): (u32, u32),
        (mut best, limit): (u32, u32),
        found: &mut Found,
    ) {
        let Text { bytes, base, .. } = self.text;
        let (pairs, _) = self.links.as_chunks_mut::<2>();
        let pairs = Cell::from_mut(pairs).as_slice_of_cells();
        let Some(pair) = pairs.get(node as usize) else { return };
        let shape = self.shape;
        let index = position - base;
        // Where the next node with a greater text, or with a smaller one, is
        // to be linked; how many bytes the last one shares. As cells, since
        // indices would have to be checked again.
        let [smaller_end, greater_end] = pair.as_array_of_cells();
        let mut ends = [greater_end, smaller_end];
        let (mut greater_len, mut smaller_len) = (0, 0);
        for _ in 0..shape.depth {
            if distance >= shape.cyclic {
                break;
            }
            let Some(pair) = pairs.get(shape.before(node, distance) as usize) else { break };
            let pair = pair.as_array_of_cells();
            let children = [position - pair[0].get(), position - pair[1].get()];
            // Both, as to know which one takes as long as to fetch it.
            prefetch(pairs, shape.before(node, children[0]) as usize);
            prefetch(pairs, shape.before(node, children[1]) as usize);
            let (len, smaller) = compare(bytes, index, index - distance, known, limit);
            if len > best {
                best = len.min(limit);
                found.push(Match { len: best, dist: distance - 1 });
                if best == limit {
                    ends[1].set(pair[0].get());
                    ends[0].set(pair[1].get());
                    return;
                }
            }
            let side = usize::from(smaller);
            ends[side].set(position - distance);
            ends[side] = &pair[side];
            greater_len = select_unpredictable(smaller, greater_len, len);
            smaller_len = select_unpredictable(smaller, len, smaller_len);
            distance = select_unpredictable(smaller, children[1], children[0]);
            known = smaller_len.min(greater_len);
        }
        ends[0].set(0);
        ends[1].set(0);
    }

    #[inline(always)]
    fn link(&mut self, at: u32, to: u32) {
        if let Some(place) = self.links.get_mut(at as usize) {
            *place = to;
        }
    }
}

/// Positions are smaller by `less` from now on.
pub(super) fn rebase_links(links: &mut [u32], less: u32) {
    for link in links.iter_mut().filter(|link| **link != PENDING) {
        *link = link.saturating_sub(less);
    }
}

impl Descents {
    pub(super) fn new() -> Descents {
        Descents {
            lanes: [Lane::default(); LANES],
            pairs: [0; LANES],
            starts: [0; LANES],
            live: 0,
            repeat: Repeat::default(),
        }
    }

    /// None is under way.
    pub(super) fn reset(&mut self) {
        self.live = 0;
        self.repeat = Repeat::default();
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
        forest: &mut Forest<'_>,
        lists: &mut Lists,
        position: u32,
        node: u32,
        roots: &[u32],
    ) -> u32 {
        let (known, limit) = match self.look_at_root(forest, lists, position, node, roots) {
            Root::Inserted { count, .. } => return count,
            Root::Candidate { known, limit } => (known, limit),
        };
        let (Some(&root), Some(lane)) = (roots.first(), self.lanes.get_mut(self.live)) else {
            return 0;
        };
        self.pairs[self.live] = forest.pair_before(node, position - root);
        self.starts[self.live] = root + known;
        forest.set_pair(node * 2, [PENDING; 2]);
        *lane = Lane {
            position,
            node,
            candidate: root,
            known,
            links: [node * 2 + 1, node * 2],
            lens: [0; 2],
            depth: forest.shape.depth,
            best: forest.shape.best,
            limit,
            list: lists.open(position),
        };
        self.live += 1;
        1
    }

    /// Inserts positions from `position` on, with nodes from `node` on, while
    /// no descent is under way; `roots`, of which there is one, are the roots
    /// of their trees. What `position` matches that is longer than `best`, and
    /// any match of full length, goes to `found`; the lists of the others are
    /// complete. Returns how many positions.
    #[inline(always)]
    pub(super) fn insert(
        &mut self,
        forest: &mut Forest<'_>,
        lists: &mut Lists,
        (position, node): (u32, u32),
        roots: &[u32],
        best: u32,
        found: &mut Found,
    ) -> u32 {
        match self.look_at_root(forest, lists, position, node, roots) {
            Root::Inserted { count, full } => {
                full.into_iter().for_each(|full| found.push(full));
                count
            }
            Root::Candidate { known, limit } => {
                let root = roots.first().copied().unwrap_or_default();
                let best = best.min(limit - 1);
                forest.descend(position, node, (position - root, known), (best, limit), found);
                1
            }
        }
    }

    /// Looks at the root of a tree, which may be all there is to do.
    #[inline(always)]
    fn look_at_root(
        &mut self,
        forest: &mut Forest<'_>,
        lists: &mut Lists,
        position: u32,
        node: u32,
        roots: &[u32],
    ) -> Root {
        let Some(&root) = roots.first() else {
            return Root::Inserted { count: 0, full: None };
        };
        let distance = position - root;
        if distance >= forest.shape.cyclic {
            forest.set_pair(node * 2, [0; 2]);
            lists.set_empty(position);
            return Root::Inserted { count: 1, full: None };
        }
        let text = forest.text;
        let index = (position - text.base) as usize;
        let available = (text.end - position) as usize;
        let limit = available.min(forest.shape.nice_len as usize);
        let known = self.repeat.known(text.bytes, index, position, distance, limit, available);
        if known < limit {
            return Root::Candidate { known: known as u32, limit: limit as u32 };
        }
        // The whole descent is one step, and so may be the next ones. In a
        // run, all positions are in one tree; lanes would only wait for each
        // other.
        let count = self.repeat.count(position, roots, limit);
        let pair = forest.pair_before(node, distance) / 2;
        let count = forest.repeat_pairs(node, pair, count);
        let full = Match { len: limit as u32, dist: distance - 1 };
        lists.set_all(position, count, full);
        Root::Inserted { count: count as u32, full: Some(full) }
    }

    /// Asks for the memory that the next round needs. This is a loop of its
    /// own so that nothing hinders the requests from overlapping.
    #[inline(always)]
    fn touch(&self, forest: &Forest<'_>) {
        let (links, text) = (&*forest.links, &forest.text);
        for (pair, start) in self.pairs.iter().zip(&self.starts).take(self.live) {
            prefetch(links, *pair as usize);
            prefetch(text.bytes, (*start - text.base) as usize);
        }
    }

    /// Takes each descent a step further. `first` is the first position that
    /// is not complete. Returns whether any descent has moved.
    #[inline(never)]
    pub(super) fn round(
        &mut self,
        forest: &mut Forest<'_>,
        lists: &mut Lists,
        first: u32,
        mut refill: impl FnMut(&mut Self, &mut Forest<'_>, &mut Lists),
    ) -> bool {
        self.touch(forest);
        let mut moved = false;
        let mut number = 0;
        while number < self.live {
            match self.step(forest, lists, first, number) {
                Step::Wait => {}
                Step::Go => moved = true,
                Step::Done => {
                    moved = true;
                    self.live -= 1;
                    self.lanes[number] = self.lanes[self.live];
                    self.pairs[number] = self.pairs[self.live];
                    self.starts[number] = self.starts[self.live];
                    refill(self, forest, lists);
                    continue;
                }
            }
            number += 1;
        }
        moved
    }

    #[inline(always)]
    fn step(
        &mut self,
        forest: &mut Forest<'_>,
        lists: &mut Lists,
        first: u32,
        number: usize,
    ) -> Step {
        let (Some(lane), Some(pair_at), Some(start)) =
            (self.lanes.get_mut(number), self.pairs.get_mut(number), self.starts.get_mut(number))
        else {
            return Step::Wait;
        };
        let pair = forest.pair(*pair_at);
        let bytes = forest.text.bytes;
        let index = lane.position - forest.text.base;
        let candidate = *start - forest.text.base - lane.known;
        let limit = lane.limit;

        let (len, smaller) = compare(bytes, index, candidate, lane.known, limit);
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
                && !lists.push(
                    &mut lane.list,
                    Match { len, dist: distance - 1 },
                    lane.position == first,
                )
        {
            // What is known now need not be compared again.
            *start += len - lane.known;
            lane.known = len;
            return Step::Wait;
        }
        if complete {
            forest.link(lane.links[1], pair[0]);
            forest.link(lane.links[0], pair[1]);
            lists.close(lane.position, lane.list);
            return Step::Done;
        }
        lane.best = lane.best.max(len);
        forest.link(lane.links[side], lane.candidate);
        lane.links[side] = *pair_at + side as u32;
        lane.lens[side] = len;
        lane.candidate = child;
        lane.depth -= 1;
        let distance = lane.position - child;
        if distance >= forest.shape.cyclic || lane.depth == 0 {
            forest.link(lane.links[0], 0);
            forest.link(lane.links[1], 0);
            lists.close(lane.position, lane.list);
            return Step::Done;
        }
        forest.link(lane.links[side], PENDING);
        *pair_at = forest.pair_before(lane.node, distance);
        lane.known = lane.lens[0].min(lane.lens[1]);
        *start = child + lane.known;
        Step::Go
    }
}
