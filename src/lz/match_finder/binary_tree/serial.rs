//! Inserting one position after the other.

#![forbid(unsafe_code)]

use core::cell::Cell;
use core::hint::black_box;

use super::nodes::{RootOutcome, Trees};
use crate::cpu::polyfill::{as_chunks, select_unpredictable};
use crate::cpu::prefetch;
use crate::lz::Match;
use crate::lz::match_finder::compare::compare;
use crate::lz::match_finder::matches::MatchList;

/// First candidates closer than this use the search that branches.
const NEAR_DISTANCE: u32 = 1 << 6;

impl Trees<'_> {
    /// Inserts a position with its node while no other search is under way, or
    /// all positions from it on that are within a run. `roots`, of which there
    /// is at least one, are the roots of the trees of the positions from it
    /// on. `matches` receives the matches of the first position that are
    /// longer than `best`, which is less than the longest that can be. Returns
    /// the number of positions inserted, and the match that each of them has
    /// if they are within a run.
    #[inline(always)]
    pub(super) fn insert(
        &mut self,
        (position, node): (u32, u32),
        roots: &[u32],
        best: u32,
        matches: Option<&mut MatchList>,
    ) -> (u32, Option<Match>) {
        match self.examine_root(position, node, roots) {
            RootOutcome::Inserted { count, full } => {
                if let (Some(full), Some(matches)) = (full, matches) {
                    matches.push(full);
                }
                (count, full)
            }
            RootOutcome::Search { known, limit } => {
                let root = roots.first().copied().unwrap_or_default();
                self.search((position, node), (position - root, known), (best, limit), matches);
                (1, None)
            }
        }
    }

    /// Searches the whole tree of a position. The first candidate is `distance`
    /// before it and has `known` bytes in common with it. `matches` receives
    /// what is longer than `best` and than all before.
    #[inline(always)]
    fn search(
        &mut self,
        (position, node): (u32, u32),
        first @ (distance, _): (u32, u32),
        (best, limit): (u32, u32),
        matches: Option<&mut MatchList>,
    ) {
        // Everything in reach is in the window as well.
        let reach = (self.view.params.cyclic_size - 1).min(position - self.view.base);
        let place = (position, node, reach);
        // A match of full length ends the search, whether it is asked for or
        // not.
        let lens = (best.min(limit - 1), limit);
        match (reach > node, distance < NEAR_DISTANCE) {
            (false, true) => self.search_with::<false, true>(place, first, lens, matches),
            (false, false) => self.search_with::<false, false>(place, first, lens, matches),
            (true, true) => self.search_with::<true, true>(place, first, lens, matches),
            (true, false) => self.search_with::<true, false>(place, first, lens, matches),
        }
    }

    /// [`Trees::search`], specialised on two conditions. `WRAPS`: the nodes of
    /// the positions in reach wrap around the end of the array. `NEAR`: the
    /// first candidate is close by. Then the text repeats itself at once, and
    /// so mostly do the ways through the tree: the processor predicts branches
    /// on them, and has the next links before they are known to be the next.
    /// Otherwise every second prediction would be wrong.
    ///
    /// Indices count from the oldest position in reach, in the text and among
    /// nodes alike, so one comparison checks reach and bounds. This function
    /// is not inlined because it needs all registers.
    #[inline(never)]
    fn search_with<const WRAPS: bool, const NEAR: bool>(
        &mut self,
        (position, node, reach): (u32, u32, u32),
        (distance, mut known): (u32, u32),
        (mut best, limit): (u32, u32),
        mut matches: Option<&mut MatchList>,
    ) {
        let oldest = position - reach;
        let (nodes, mut depth) = (self.view.params.nodes, self.view.params.depth);
        let text = self.view.bytes.get((oldest - self.view.base) as usize..);
        let Some(text) = text else { return };
        let links = Cell::from_mut(&mut *self.links).as_slice_of_cells();
        let (pairs, _) = as_chunks::<2, _>(links);
        let Some((older, [pair, ..])) = pairs.split_at_checked(node as usize) else { return };
        let older = if WRAPS { pairs } else { &older[older.len() - reach as usize..] };
        // The first index whose node is not at the end of the array.
        let start = if WRAPS { reach - node } else { 0 };
        let node_at = |at: u32| {
            let back = if at < start { nodes } else { 0 };
            at.wrapping_sub(start).wrapping_add(back) as usize
        };
        // The links to be written next: to a node that sorts after the
        // position, and to one that sorts before. As cells, since indices
        // would have to be checked again. In memory if the direction is not
        // predictable, since selecting one in registers takes longer.
        let [before_end, after_end] = pair;
        let mut ends = [after_end, before_end];
        let ends = if NEAR { &mut ends } else { black_box(&mut ends) };
        // Bytes in common with the latest node on either side.
        let mut lens = [0; 2];
        let mut at = reach.wrapping_sub(distance);
        while depth != 0 && at < reach {
            let Some(pair) = older.get(node_at(at)) else { break };
            let child = |side: usize| pair[side].get().wrapping_sub(oldest);
            if !NEAR {
                // Both, as to know which one takes as long as to fetch it.
                prefetch(older, node_at(child(0)));
                prefetch(older, node_at(child(1)));
            }
            let (len, smaller) = compare::<NEAR>(text, reach, at, known, limit);
            if len > best {
                best = len.min(limit);
                if let Some(matches) = &mut matches {
                    matches.push(Match { len: best, dist: reach - at - 1 });
                }
                if best == limit {
                    ends[1].set(pair[0].get());
                    ends[0].set(pair[1].get());
                    return;
                }
            }
            if !NEAR {
                let side = usize::from(smaller);
                ends[side].set(oldest + at);
                ends[side] = &pair[side];
                let [after_len, before_len] = lens;
                lens = [
                    select_unpredictable(smaller, after_len, len),
                    select_unpredictable(smaller, len, before_len),
                ];
                at = select_unpredictable(smaller, child(1), child(0));
            } else if smaller {
                black_box(()); // or the compiler would select here as well
                ends[1].set(oldest + at);
                ends[1] = &pair[1];
                lens[1] = len;
                at = child(1);
            } else {
                ends[0].set(oldest + at);
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
}
