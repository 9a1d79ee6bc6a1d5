//! Inserting one position after the other.

#![forbid(unsafe_code)]

use core::cell::Cell;
use core::hint::black_box;

use super::nodes::{Root, Trees};
use super::path::{SearchPaths, Step};
use crate::cpu::polyfill::as_chunks;
use crate::cpu::prefetch;
use crate::lz::Match;
use crate::lz::match_finder::compare::{compare, match_len};
use crate::lz::match_finder::hash_ahead::HashAhead;
use crate::lz::match_finder::matches::MatchList;
use crate::lz::window::EncodeWindow;

/// Bytes to compare beyond a match of full length, so that it need not be
/// compared at the next positions.
const AHEAD: u32 = 64;

impl Trees {
    /// Inserts the next position, which is prepared, while no other search is under
    /// way, or all positions from it on that are within a run. `matches` receives the
    /// matches of the first position that are longer than `best`, which is less than
    /// `limit`, the longest that can be. Returns the match of all positions that were
    /// inserted if these are within a run.
    #[inline(always)]
    pub(super) fn insert(
        &mut self,
        window: &EncodeWindow,
        ahead: &HashAhead,
        paths: &mut SearchPaths,
        (best, limit): (u32, u32),
        matches: Option<&mut MatchList>,
    ) -> Option<Match> {
        match self.examine_root(window, ahead, limit) {
            Root::Pending | Root::OutOfReach => None,
            Root::Run { full, .. } => {
                if let Some(matches) = matches {
                    matches.push(full);
                }
                Some(full)
            }
            Root::Search { distance, known } => {
                self.search(window, (distance, known), paths, (best, limit), matches);
                self.advance(&window.params, 1);
                None
            }
        }
    }

    /// Searches the whole tree of the next position. The first candidate is
    /// `distance` before it and has `known` bytes in common with it. `matches`
    /// receives what is longer than `best` and than all before.
    #[inline(always)]
    fn search(
        &mut self,
        window: &EncodeWindow,
        first: (u32, u32),
        paths: &mut SearchPaths,
        lens: (u32, u32),
        matches: Option<&mut MatchList>,
    ) {
        // Everything in reach is in the window as well.
        let reach = (window.params.cyclic_size - 1).min(self.next - window.base);
        let count = reach as usize;
        match (reach > self.node, paths.are_worthwhile()) {
            (false, true) => {
                self.search_with::<false, true>(window, count, first, paths, lens, matches);
            }
            (true, true) => {
                self.search_with::<true, true>(window, count, first, paths, lens, matches);
            }
            (false, false) => {
                self.search_with::<false, false>(window, count, first, paths, lens, matches);
            }
            (true, false) => {
                self.search_with::<true, false>(window, count, first, paths, lens, matches);
            }
        }
    }

    /// [`Trees::search`] among the `older_count` positions in reach, specialised
    /// on two conditions. `WRAPS`: their nodes wrap around the end of the array.
    /// `PATHS`: candidates that the search of the position before has met need not be
    /// compared, since [`SearchPaths`] tells the outcome. Searches one after the
    /// other are for text that repeats itself, where the ways through the tree
    /// do so as well. So everything branches that could select: the processor
    /// predicts the way, and has the next links before they are known to be
    /// the next.
    ///
    /// Indices count from the oldest position in reach, in the text and among
    /// nodes alike, so one comparison checks reach and bounds. This function
    /// is not inlined because it needs all registers; their number is a `usize`
    /// because as a `u32` it took another one.
    #[inline(never)]
    fn search_with<const WRAPS: bool, const PATHS: bool>(
        &mut self,
        window: &EncodeWindow,
        older_count: usize,
        (distance, mut known): (u32, u32),
        paths: &mut SearchPaths,
        (mut best, limit): (u32, u32),
        mut matches: Option<&mut MatchList>,
    ) {
        let (position, node) = (self.next, self.node);
        let reach = older_count as u32;
        let oldest = position - reach;
        let (nodes, mut depth) = (window.params.nodes, window.params.depth);
        let Some(text) = window.bytes().get(window.index_of(oldest)..) else { return };
        let links = Cell::from_mut(&mut *self.links).as_slice_of_cells();
        let (pairs, _) = as_chunks::<2, _>(links);
        let Some((older, [own, ..])) = pairs.split_at_checked(node as usize) else { return };
        let older = if WRAPS { pairs } else { &older[older.len() - older_count..] };
        // The first index whose node is not at the end of the array.
        let start = if WRAPS { reach - node } else { 0 };
        let node_from = |at: u32, start: u32| {
            let back = if at < start { nodes } else { 0 };
            at.wrapping_sub(start).wrapping_add(back) as usize
        };
        let node_at = |at: u32| node_from(at, start);
        // The node of a link that may be any, to be prefetched.
        let front = oldest + start;
        let node_of = |link: &Cell<u32>| {
            let link = link.get();
            if WRAPS { node_from(link, front) } else { link.wrapping_sub(oldest) as usize }
        };
        let index_of = |link: &Cell<u32>| link.get().wrapping_sub(oldest);
        // The links to be written next: to a node that sorts after the
        // position, and to one that sorts before. As cells, since indices
        // would have to be checked again.
        let mut ends = [&own[1], &own[0]];
        // Bytes in common with the latest node on either side. What the next candidate
        // has in common at least is known as soon as the latest one's is: in this loop
        // each waits for the one before.
        let mut lens = [0u32; 2];
        let mut at = reach.wrapping_sub(distance);
        let mut path = PATHS.then(|| paths.begin(position));
        while depth != 0 && at < reach {
            let (len, side);
            match path.as_mut().and_then(|path| path.find(reach - at)) {
                Some(step) => {
                    // The same index, but from the path: the processor expects
                    // to find the candidate, and does not wait for the link.
                    at = reach.wrapping_sub(step.distance());
                    (len, side) = (step.end - position, step.side());
                    if let Some(path) = &mut path {
                        path.push(step, len);
                    }
                }
                None => {
                    let Some(pair) = older.get(node_at(at)) else { break };
                    // Both, as to know which one takes as long as to fetch it.
                    prefetch(older, node_of(&pair[0]));
                    prefetch(older, node_of(&pair[1]));
                    let outcome = compare(text, at + known, reach - at, known, limit);
                    (len, side) = (outcome.0.min(limit), usize::from(outcome.1));
                    if let Some(path) = &mut path {
                        path.push(Step::new(reach - at, position + len, side), len);
                    }
                }
            }
            let index = node_at(at);
            let Some(pair) = older.get(index) else { break };
            let after = older.get(index + 1).unwrap_or(pair);
            if len > best {
                let distance = reach.wrapping_sub(at);
                best = len.min(limit);
                if let Some(matches) = &mut matches {
                    matches.push(Match { len: best, dist: distance - 1 });
                }
                if best == limit {
                    ends[1].set(pair[0].get());
                    ends[0].set(pair[1].get());
                    if let Some(path) = &mut path {
                        let len = full_len((window, text), position, (reach, at), len);
                        path.retract(distance);
                        if len > window.params.nice_len {
                            // It is of full length at the next position as well.
                            path.push(Step::new(distance, position + len, side), len);
                        }
                        path.end(&window.params.tuning);
                    }
                    return;
                }
            }
            if PATHS {
                // The next position's search is likely to come to the next
                // candidate; what follows that may be somewhere else.
                let coming = index_of(&after[side]);
                prefetch(older, node_at(coming));
                prefetch(text, coming.wrapping_add(len) as usize);
            }
            let mut descend = |side: usize| {
                ends[side].set(oldest + at);
                ends[side] = &pair[side];
                lens[side] = len;
                known = len.min(lens[1 - side]);
                at = index_of(&pair[side]);
            };
            if side == 1 {
                black_box(()); // or the compiler would select
                descend(1);
            } else {
                descend(0);
            }
            depth -= 1;
        }
        ends[0].set(0);
        ends[1].set(0);
        if let Some(path) = &mut path {
            path.end(&window.params.tuning);
        }
    }
}

/// Length of the common prefix of the texts at `index`, which is that of
/// `position`, and at `other`, which agree for `len` bytes: enough to end a
/// search. Unless it is known to be longer than that, some more bytes are
/// compared.
#[inline(always)]
fn full_len(
    (window, text): (&EncodeWindow, &[u8]),
    position: u32,
    (index, other): (u32, u32),
    len: u32,
) -> u32 {
    let nice_len = window.params.nice_len;
    if len > nice_len {
        return len;
    }
    let limit = (window.end_position() - position).min(nice_len + AHEAD);
    match_len(text, index as usize, other as usize, len as usize, limit as usize) as u32
}
