//! The graph of the normal parser: a node for each of the next bytes, with
//! the cheapest known path to it.

#![forbid(unsafe_code)]

use super::model::REPS;
use super::symbols::{LITERAL, Symbol, rotated};
use crate::error::Result;
use crate::lzma::state::State;
use crate::memory::{AllocatorHandle, ParallelArrays};
use crate::range::prices::INFINITY;

/// Number of nodes at most.
pub(super) const NODES: usize = 1 << 12;

/// Nodes come in multiples of this number, which fill a page.
const NODES_STEP: usize = 256;

/// Flag of a link: the path ends with a literal and a repeated match of the latest
/// distance. The link leads to where the repeated match begins.
const LITERAL_BEFORE: u32 = 1 << 12;
/// Flag of a link beside [`LITERAL_BEFORE`]: a match comes before the literal.
const MATCH_BEFORE: u32 = 1 << 13;
/// The bits of a link that are the number of a node.
const NUMBER: u32 = NODES as u32 - 1;
/// The lowest of the bits of a link that tell where the match before the
/// literal begins.
const MATCH_START: u32 = 16;

/// The end of the cheapest known path to a node: its price; a link, which is
/// the number of the node where the last symbol begins, and the flags above;
/// the last symbol, as in [`Symbol::back`]; with [`MATCH_BEFORE`], that match.
/// After [`Nodes::reverse_path`], link and symbol tell which symbol begins at
/// the node, and where it ends.
///
/// An array and not a structure, because its memory begins as zeros.
pub(super) type Node = [u32; 4];

/// Index of the price of the path.
pub(super) const PRICE: usize = 0;
/// Index of the link.
const LINK: usize = 1;
/// Index of the last symbol.
const BACK: usize = 2;

/// A node that is reached with the symbol `back` from the node `from`.
#[inline(always)]
pub(super) fn reached(price: u32, from: usize, back: u32) -> Node {
    [price, from as u32, back, 0]
}

/// The nodes. There is memory for all of them, but most are hardly ever
/// needed, so it is used only as [`Nodes::extend`] comes to them.
pub(super) struct Nodes {
    /// The nodes; and the latest distances at each, and the encoder's state.
    arrays: ParallelArrays<Node, [u32; REPS + 1]>,
}

impl Nodes {
    /// Nodes with any content.
    pub(super) fn new(memory: &AllocatorHandle) -> Result<Nodes> {
        Ok(Nodes { arrays: memory.parallel_arrays(NODES)? })
    }

    /// The price of the path to a node.
    #[inline(always)]
    pub(super) fn price(&self, at: usize) -> u32 {
        self.arrays.first(at)[PRICE]
    }

    /// Stores the encoder's state and latest distances at a node.
    #[inline(always)]
    pub(super) fn set_state(&mut self, at: usize, state: State, reps: [u32; REPS]) {
        let [rep0, rep1, rep2, rep3] = reps;
        *self.arrays.second_mut(at) = [rep0, rep1, rep2, rep3, state.index() as u32];
    }

    /// Sets the path to a node, whose last symbol is `back` from `from` on.
    #[inline(always)]
    pub(super) fn set(&mut self, at: usize, price: u32, from: usize, back: u32) {
        *self.arrays.first_mut(at) = reached(price, from, back);
    }

    /// The nodes from `at` on, for improving many of them.
    #[inline(always)]
    pub(super) fn from(&mut self, at: usize) -> &mut [Node] {
        self.arrays.first_from(at)
    }

    /// Improves the path to a node with a literal at `from - 1` and a repeated
    /// match of the latest distance after that, if that is cheaper.
    #[inline(always)]
    pub(super) fn improve_after_literal(&mut self, at: usize, price: u32, from: usize) {
        if price < self.price(at) {
            *self.arrays.first_mut(at) = [price, from as u32 | LITERAL_BEFORE, 0, 0];
        }
    }

    /// Improves the path to a node with the match `back` from `start` on, a
    /// literal at `from - 1`, and a repeated match of the same distance after
    /// that, if that is cheaper.
    #[inline(always)]
    pub(super) fn improve_after_match(
        &mut self,
        at: usize,
        price: u32,
        from: usize,
        start: usize,
        back: u32,
    ) {
        if price < self.price(at) {
            let link = from as u32 | LITERAL_BEFORE | MATCH_BEFORE | (start as u32) << MATCH_START;
            *self.arrays.first_mut(at) = [price, link, 0, back];
        }
    }

    /// Tells whether the path to a node ends with a repeated match of the latest
    /// distance that begins before `at - 1`.
    #[inline(always)]
    pub(super) fn is_longer_rep0(&self, at: usize) -> bool {
        let node = self.arrays.first(at);
        ((node[LINK] & NUMBER) as usize) + 1 < at && node[BACK] == 0
    }

    /// Makes the nodes after `end` up to `last` known, as out of reach.
    /// Returns the last node that is known.
    #[inline(always)]
    pub(super) fn extend(&mut self, end: usize, last: usize) -> usize {
        if last <= end {
            return end;
        }
        if last >= self.arrays.len() {
            self.grow(last);
        }
        let new = self.arrays.first_from(end + 1).iter_mut().take(last - end);
        new.for_each(|node| node[PRICE] = INFINITY);
        last
    }

    /// Makes nodes of the memory, up to `last` at least.
    #[cold]
    fn grow(&mut self, last: usize) {
        self.arrays.grow((last + 1).next_multiple_of(NODES_STEP));
    }

    /// The encoder's state and latest distances after the path to `at`; `reps`
    /// are those of the node before.
    #[inline(always)]
    pub(super) fn state_after(&self, at: usize, reps: [u32; REPS]) -> (State, [u32; REPS]) {
        let [_, link, back, match_back] = *self.arrays.first(at);
        let from = (link & NUMBER) as usize;
        if link & LITERAL_BEFORE == 0 {
            let (state, reps_before) = self.state_at(from);
            if from + 1 == at {
                let state = if back == 0 { state.short_rep() } else { state.literal() };
                return (state, reps);
            }
            let state = if back < REPS as u32 { state.long_rep() } else { state.match_() };
            return (state, rotated(reps_before, back));
        }
        if link & MATCH_BEFORE == 0 {
            let (state, reps) = self.state_at(from.wrapping_sub(1));
            return (state.literal().long_rep(), reps);
        }
        let (state, reps) = self.state_at((link >> MATCH_START) as usize);
        let state = if match_back < REPS as u32 { state.long_rep() } else { state.match_() };
        (state.literal().long_rep(), rotated(reps, match_back))
    }

    #[inline(always)]
    fn state_at(&self, at: usize) -> (State, [u32; REPS]) {
        let [rep0, rep1, rep2, rep3, state] = *self.arrays.second(at);
        (State::from_index(state as usize), [rep0, rep1, rep2, rep3])
    }

    /// Reverses the links of the path to `end`, so that [`Nodes::follow`]
    /// walks from node 0 to it.
    pub(super) fn reverse_path(&mut self, end: usize) {
        let mut at = end;
        let mut node = *self.arrays.first(at);
        // A path has no more symbols than nodes.
        for _ in 0..NODES {
            let [_, link, back, match_back] = node;
            let from = (link & NUMBER) as usize;
            if link & LITERAL_BEFORE != 0 {
                let before = from.wrapping_sub(1);
                self.set(from, 0, before, LITERAL);
                if link & MATCH_BEFORE != 0 {
                    self.set(before, 0, (link >> MATCH_START) as usize, match_back);
                }
            }
            node = *self.arrays.first(from);
            self.set(from, 0, at, back);
            at = from;
            if at == 0 {
                return;
            }
        }
    }

    /// The symbol that begins at `at` on a reversed path, and the node after
    /// it.
    #[inline(always)]
    pub(super) fn follow(&self, at: usize) -> (Symbol, usize) {
        let node = self.arrays.first(at);
        let next = (node[LINK] & NUMBER) as usize;
        let len = next.wrapping_sub(at) as u32;
        (Symbol { back: node[BACK], len }, next)
    }
}
