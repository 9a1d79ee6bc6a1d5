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
use crate::lz::Match;
use crate::lz::window::WindowView;

/// A link that a search under way is still to write. Positions are smaller.
pub(super) const PENDING: u32 = u32::MAX;

/// The trees, and everything that searches in them work on.
pub(super) struct Trees<'a> {
    pub(super) view: &'a WindowView<'a>,
    /// Two links for each node: to the root of what sorts before its text, and
    /// of what sorts after.
    pub(super) links: &'a mut [u32],
    pub(super) runs: &'a mut RunDetector,
}

/// The result of examining the root of a tree.
pub(super) enum RootOutcome {
    /// `count` positions are inserted; each has the match `full`, if there is
    /// one, and no other.
    Inserted { count: u32, full: Option<Match> },
    /// A search has to begin with the root. It is known to have `known` bytes
    /// in common with the position, of at most `limit` that are compared.
    Search { known: u32, limit: u32 },
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

impl Trees<'_> {
    /// Index of the links of the node that is `distance` before `node`.
    #[inline(always)]
    pub(super) fn pair_before(&self, node: u32, distance: u32) -> u32 {
        self.view.params.node_before(node, distance) * 2
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
    /// from `to` on: `count` of them, or fewer if one of them has a link that
    /// is pending or the array ends. Returns the number of nodes copied.
    #[inline(never)]
    fn copy_nodes(&mut self, to: u32, from: u32, count: usize) -> usize {
        let (pairs, _) = as_chunks_mut::<2, _>(self.links);
        let (to, from) = (to as usize, from as usize);
        let count = count.min(self.view.params.nodes as usize - to.max(from));
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

    /// Examines the root of the tree of `position`, the first of `roots`. If
    /// there is none in reach, or the position is within a run, that is all
    /// there is to do, for a run also for the positions after it. `node` is
    /// the position's node, and `roots` are the roots of the trees of the
    /// positions from it on.
    #[inline(always)]
    pub(super) fn examine_root(&mut self, position: u32, node: u32, roots: &[u32]) -> RootOutcome {
        let Some(&root) = roots.first() else {
            return RootOutcome::Inserted { count: 0, full: None };
        };
        let distance = position - root;
        if distance >= self.view.params.cyclic_size {
            self.set_pair(node * 2, [0; 2]);
            return RootOutcome::Inserted { count: 1, full: None };
        }
        let limit = (self.view.end - position).min(self.view.params.nice_len) as usize;
        let known = self.runs.known(self.view, position, distance, limit);
        if known < limit {
            return RootOutcome::Search { known: known as u32, limit: limit as u32 };
        }
        // The search has one step, and so may have those of the next
        // positions. In a run, all positions are in one tree; batched searches
        // would only wait for each other.
        let count = self.runs.count(position, roots, limit);
        let from = self.pair_before(node, distance) / 2;
        let count = self.copy_nodes(node, from, count);
        let full = Match { len: limit as u32, dist: distance - 1 };
        RootOutcome::Inserted { count: count as u32, full: Some(full) }
    }
}

/// Makes all positions smaller by `less`.
pub(super) fn rebase_links(links: &mut [u32], less: u32) {
    for link in links.iter_mut().filter(|link| **link != PENDING) {
        *link = link.saturating_sub(less);
    }
}
