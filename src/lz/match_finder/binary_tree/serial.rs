//! Binary trees of positions, and the plain way to insert one.
//!
//! Each position has a node: two links, to the root of what is smaller than
//! its text, and of what is greater. A position that is looked for becomes the
//! root of its tree, and on the way down the tree is split between its two
//! children.

#![forbid(unsafe_code)]

use core::cell::Cell;
use core::hint::{black_box, select_unpredictable};

use super::super::compare::compare;
use super::super::matches::MatchList;
use super::super::params::Params;
use crate::cpu::prefetch;
use crate::lz::Match;
use crate::lz::window::WindowView;

/// A link that is still to be written. Positions are smaller.
pub(super) const PENDING: u32 = u32::MAX;

/// What is less far back is nearby.
const NEARBY: u32 = 1 << 6;

/// What batched work on.
pub(super) struct NodeArray<'a> {
    pub(super) text: WindowView<'a>,
    /// Two links for each node: the root of what is smaller than its text,
    /// and of what is greater.
    pub(super) links: &'a mut [u32],
    pub(super) shape: Params,
}

impl NodeArray<'_> {
    /// The links of the node that is `distance` before `node`.
    #[inline(always)]
    pub(super) fn pair_before(&self, node: u32, distance: u32) -> u32 {
        self.shape.before(node, distance) * 2
    }

    #[inline(always)]
    pub(super) fn pair(&self, at: u32) -> [u32; 2] {
        let at = at as usize;
        match self.links.get(at..at + 2).and_then(|pair| pair.first_chunk()) {
            Some(pair) => *pair,
            None => [0; 2],
        }
    }

    #[inline(always)]
    pub(super) fn set_pair(&mut self, at: u32, pair: [u32; 2]) {
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
    pub(super) fn copy_nodes(&mut self, to: u32, from: u32, count: usize) -> usize {
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
    #[inline(always)]
    pub(super) fn descend(
        &mut self,
        (position, node): (u32, u32),
        from @ (distance, _): (u32, u32),
        lens: (u32, u32),
        found: &mut MatchList,
    ) {
        // All that is in reach is in the window, too.
        let reach = (self.shape.cyclic - 1).min(position - self.text.base);
        let at = (position, node, reach);
        match (reach <= node, distance < NEARBY) {
            (true, true) => self.search_with::<false, true>(at, from, lens, found),
            (true, false) => self.search_with::<false, false>(at, from, lens, found),
            (false, true) => self.search_with::<true, true>(at, from, lens, found),
            (false, false) => self.search_with::<true, false>(at, from, lens, found),
        }
    }

    /// The same, told how far back positions are in `reach`, whether the nodes
    /// of these lie `WRAPS` the end of all nodes, and whether the first
    /// candidate is `NEAR`. If it is, the text repeats itself at once, and so
    /// mostly do the ways through the tree: the processor guesses them, and
    /// has what is next before it is known that it is. Otherwise it would
    /// guess wrong half of the time.
    ///
    /// Not inlined: this is where registers matter. That is also why places
    /// are counted from the first position in reach, in text and nodes alike.
    #[inline(never)]
    fn search_with<const WRAPS: bool, const NEAR: bool>(
        &mut self,
        (position, node, reach): (u32, u32, u32),
        (distance, mut known): (u32, u32),
        (mut best, limit): (u32, u32),
        found: &mut MatchList,
    ) {
        let first = position - reach;
        let (nodes, mut depth) = (self.shape.nodes, self.shape.depth);
        let Some(bytes) = self.text.bytes.get((first - self.text.base) as usize..) else { return };
        let (pairs, _) = self.links.as_chunks_mut::<2>();
        let pairs = Cell::from_mut(pairs).as_slice_of_cells();
        let Some((older, [pair, ..])) = pairs.split_at_checked(node as usize) else { return };
        let older = if WRAPS { pairs } else { &older[older.len() - reach as usize..] };
        // The first place whose node is not at the end of all nodes.
        let start = if WRAPS { reach - node } else { 0 };
        let place = |at: u32| {
            let back = if at < start { nodes } else { 0 };
            at.wrapping_sub(start).wrapping_add(back) as usize
        };
        // Where the next node with a greater text, or with a smaller one, is
        // to be linked; how many bytes the last one shares. As cells, since
        // indices would have to be checked again; in memory if they are not
        // known beforehand, since to select one in registers takes longer.
        let [smaller_end, greater_end] = pair.as_array_of_cells();
        let mut ends = [greater_end, smaller_end];
        let ends = if NEAR { &mut ends } else { black_box(&mut ends) };
        let mut lens = [0; 2];
        let mut at = reach.wrapping_sub(distance);
        while depth != 0 && at < reach {
            let Some(pair) = older.get(place(at)) else { break };
            let pair = pair.as_array_of_cells();
            let child = |side: usize| pair[side].get().wrapping_sub(first);
            if !NEAR {
                // Both, as to know which one takes as long as to fetch it.
                prefetch(older, place(child(0)));
                prefetch(older, place(child(1)));
            }
            let (len, smaller) = compare::<NEAR>(bytes, reach, at, known, limit);
            if len > best {
                best = len.min(limit);
                found.push(Match { len: best, dist: reach - at - 1 });
                if best == limit {
                    ends[1].set(pair[0].get());
                    ends[0].set(pair[1].get());
                    return;
                }
            }
            if !NEAR {
                let side = usize::from(smaller);
                ends[side].set(first + at);
                ends[side] = &pair[side];
                let [greater_len, smaller_len] = lens;
                lens = [
                    select_unpredictable(smaller, greater_len, len),
                    select_unpredictable(smaller, len, smaller_len),
                ];
                at = select_unpredictable(smaller, child(1), child(0));
            } else if smaller {
                black_box(()); // or the compiler would select here as well
                ends[1].set(first + at);
                ends[1] = &pair[1];
                lens[1] = len;
                at = child(1);
            } else {
                ends[0].set(first + at);
                ends[0] = &pair[0];
                lens[0] = len;
                at = child(0);
            }
            known = lens[0].min(lens[1]);
            depth -= 1;
        }
        ends[0].set(0);
        ends[1].set(0);
    }

    #[inline(always)]
    pub(super) fn link(&mut self, at: u32, to: u32) {
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
