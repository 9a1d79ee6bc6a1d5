//! The nodes of binary trees.
//!
//! Positions with one hash form a tree that is sorted by the text at them.
//! Each position has a node of two links: to the root of what sorts before its
//! text, and of what sorts after. A position that is inserted becomes the root
//! of its tree; the search for its matches splits the tree between its two
//! children.

#![forbid(unsafe_code)]

use super::runs::RunDetector;
use crate::cpu::polyfill::as_chunks_mut;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::match_finder::hash_ahead::HashAhead;
use crate::lz::match_finder::params::{Params, Tuning};
use crate::lz::window::EncodeWindow;
use crate::memory::{AllocatorHandle, Buf};

/// A link that a search under way is still to write. Positions are smaller.
pub(super) const PENDING: u32 = u32::MAX;

/// The trees of all hashes. Their nodes are in one array, in the order of
/// positions; it is used as a ring.
pub(super) struct Trees {
    /// Two links for each node: to the root of what sorts before its text, and
    /// of what sorts after.
    pub(super) links: Buf<u32>,
    /// Number of links that positions have since the start. There are more in
    /// trees that were used before.
    used: usize,
    /// The next position to be inserted, and its node.
    pub(super) next: u32,
    pub(super) node: u32,
    runs: RunDetector,
}

/// The result of examining the root of the next position's tree.
pub(super) enum Root {
    /// A link of it is pending. Nothing was done.
    Pending,
    /// There is none in reach. The position is inserted, without a match.
    OutOfReach,
    /// The position is in a run. It is inserted, as are those after it that
    /// are: `count` positions in all. Each has the match `full`, of full
    /// length, and no other.
    Run { count: u32, full: Match },
    /// A search has to begin with the root, which is `distance` before the
    /// position. The two are known to have `known` bytes in common.
    Search { distance: u32, known: u32 },
}

/// The two links at index `at`.
#[inline(always)]
pub(super) fn pair_at(links: &[u32], at: u32) -> [u32; 2] {
    let at = at as usize;
    links.get(at..at + 2).and_then(|pair| pair.first_chunk()).copied().unwrap_or_default()
}

/// Writes the link at index `at`.
#[inline(always)]
pub(super) fn set_link(links: &mut [u32], at: u32, to: u32) {
    if let Some(place) = links.get_mut(at as usize) {
        *place = to;
    }
}

impl Trees {
    /// No trees; not usable before [`Trees::start`].
    pub(super) const EMPTY: Trees =
        Trees { links: Buf::EMPTY, used: 0, next: 0, node: 0, runs: RunDetector::NONE };

    /// Starts with `first` as the first position to be inserted.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        params: &Params,
        first: u32,
    ) -> Result<()> {
        let links = params.nodes as usize * 2;
        self.links.resize(links, |links| memory.buf_with_capacity(links))?;
        self.used = 0;
        (self.next, self.node) = (first, 0);
        self.runs = RunDetector::NONE;
        Ok(())
    }

    /// After the start, continues with `links` of the positions before `next`,
    /// whose node is `node`.
    pub(super) fn restore(&mut self, links: &[u32], next: u32, node: u32) {
        self.links.copy_front(links);
        self.used = links.len();
        (self.next, self.node) = (next, node);
    }

    /// Tells whether so few positions have links that these are mostly in the cache.
    #[inline(always)]
    pub(super) fn are_small(&self, tuning: &Tuning) -> bool {
        self.used < 2 * tuning.batch_nodes_min as usize
    }

    /// Makes links ready for positions before `end`.
    #[inline(always)]
    pub(super) fn grow(&mut self, params: &Params, end: u32) {
        // The last links are used only once the dictionary is full.
        let nodes = self.node + (end - self.next);
        let links = nodes.min(params.nodes) as usize * 2;
        if links > self.links.len() {
            self.links.grow_table(links);
        }
        self.used = self.used.max(links);
    }

    /// Counts the next `count` positions as inserted.
    #[inline(always)]
    pub(super) fn advance(&mut self, params: &Params, count: u32) {
        self.next += count;
        self.node = params.node_after(self.node, count);
    }

    /// Writes the two links at index `at`.
    #[inline(always)]
    pub(super) fn set_pair(&mut self, at: u32, pair: [u32; 2]) {
        let at = at as usize;
        let place = self.links.get_mut(at..at + 2).and_then(<[u32]>::first_chunk_mut);
        if let Some(place) = place {
            *place = pair;
        }
    }

    /// Copies the links of nodes from `from` on, one after the other, to those
    /// of the next positions: `count` of them, or fewer if one of them has a
    /// link that is pending or the array ends. Returns the number of nodes
    /// copied.
    #[inline(never)]
    fn copy_nodes(&mut self, params: &Params, from: u32, count: usize) -> usize {
        let (pairs, _) = as_chunks_mut::<2, _>(&mut self.links);
        let (to, from) = (self.node as usize, from as usize);
        let count = count.min(params.nodes as usize - to.max(from));
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

    /// Examines the root of the next position's tree; the position is prepared, and at
    /// most `limit` bytes of it are compared. If there is no root in reach, or the
    /// position is within a run, the position is inserted.
    #[inline(always)]
    pub(super) fn examine_root(
        &mut self,
        window: &EncodeWindow,
        ahead: &HashAhead,
        limit: u32,
    ) -> Root {
        let (params, position, node) = (&window.params, self.next, self.node);
        let distance = position - ahead.candidates(position).main;
        if distance >= params.cyclic_size {
            self.set_pair(node * 2, [0; 2]);
            self.advance(params, 1);
            return Root::OutOfReach;
        }
        let known = self.runs.known(window, position, distance, limit as usize) as u32;
        if known < limit {
            return Root::Search { distance, known };
        }
        // The search has one step, and so may have those of the next
        // positions. In a run, all positions are in one tree; batched searches
        // would only wait for each other.
        let roots = ahead.main_candidates_from(position);
        let count = self.runs.count(position, roots, limit as usize);
        let from = params.node_before(node, distance);
        let count = self.copy_nodes(params, from, count) as u32;
        if count == 0 {
            return Root::Pending;
        }
        self.advance(params, count);
        Root::Run { count, full: Match { len: limit, dist: distance - 1 } }
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        for link in self.links.iter_mut().filter(|link| **link != PENDING) {
            *link = link.saturating_sub(less);
        }
        self.runs.rebase(less);
        self.next -= less;
    }
}
