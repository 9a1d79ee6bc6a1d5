//! The graph of the normal parser: a node for each of the next bytes, with
//! the cheapest way to it that is known.

#![forbid(unsafe_code)]

use super::model::REPS;
use super::symbols::{LITERAL, Symbol};
use crate::error::Result;
use crate::lzma::state::State;
use crate::memory::{Memory, Ring};
use crate::range::prices::INFINITY;

/// How many nodes there are at most.
pub(super) const NODES: usize = 1 << 12;

/// How many there are once there are any: their ways fill a page.
const NODES_MIN: usize = 256;

/// In a link: the byte before the last symbol is a literal of its own, and the
/// last symbol a repetition; the link is to where that begins.
const LITERAL_BEFORE: u32 = 1 << 12;
/// In a link with that: yet another match comes before the literal.
const MATCH_BEFORE: u32 = 1 << 13;
/// The node in a link.
const NODE: u32 = NODES as u32 - 1;
/// Where the match before begins is in the bits from this one on.
const START: u32 = 16;

/// The cheapest way to a node: its price; the link; its last symbol, as in
/// [`Symbol::back`]; with [`MATCH_BEFORE`], that match.
///
/// The link is where the last symbol begins, and the flags above. After
/// [`Nodes::turn`], symbol and link say what begins at the node and where that
/// ends.
pub(super) type Way = [u32; 4];

/// The nodes. There is memory for all of them, but most are hardly ever
/// needed, so it is used only as [`Nodes::extend`] comes to them.
pub(super) struct Nodes {
    ways: Ring<Way>,
    reps: Ring<[u32; REPS]>,
    state: Ring<u8>,
}

impl Nodes {
    /// Nodes with any content.
    pub(super) fn new(memory: &Memory) -> Result<Nodes> {
        Ok(Nodes {
            ways: memory.ring(NODES)?,
            reps: memory.ring(NODES)?,
            state: memory.ring(NODES)?,
        })
    }

    /// The price of the way to a node.
    #[inline(always)]
    pub(super) fn price(&self, at: usize) -> u32 {
        self.ways.at(at)[0]
    }

    /// What the encoder will be like at a node.
    #[inline(always)]
    pub(super) fn settle(&mut self, at: usize, state: State, reps: [u32; REPS]) {
        *self.state.at_mut(at) = state.index() as u8;
        *self.reps.at_mut(at) = reps;
    }

    /// Sets the way to a node: `back` from `from` on.
    #[inline(always)]
    pub(super) fn set(&mut self, at: usize, price: u32, from: usize, back: u32) {
        *self.ways.at_mut(at) = [price, from as u32, back, 0];
    }

    /// The ways to the nodes from `at` on, for improving many.
    #[inline(always)]
    pub(super) fn from(&mut self, at: usize) -> &mut [Way] {
        self.ways.from(at)
    }

    /// Improves a node: a literal at `from - 1`, then a repetition of the
    /// latest distance.
    #[inline(always)]
    pub(super) fn improve_after_literal(&mut self, at: usize, price: u32, from: usize) {
        if price < self.price(at) {
            *self.ways.at_mut(at) = [price, from as u32 | LITERAL_BEFORE, 0, 0];
        }
    }

    /// Improves a node: the match `back` from `start` on, a literal at
    /// `from - 1`, then a repetition of the latest distance.
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
            let link = from as u32 | LITERAL_BEFORE | MATCH_BEFORE | (start as u32) << START;
            *self.ways.at_mut(at) = [price, link, 0, back];
        }
    }

    /// Whether the way to a node ends with a repetition of the latest
    /// distance that begins before `at - 1`.
    #[inline(always)]
    pub(super) fn is_longer_rep0(&self, at: usize) -> bool {
        let [_, link, back, _] = *self.ways.at(at);
        ((link & NODE) as usize) + 1 < at && back == 0
    }

    /// Makes the nodes after `end` up to `last` known, as out of reach.
    /// Returns the last node that is known.
    #[inline(always)]
    pub(super) fn extend(&mut self, end: usize, last: usize) -> usize {
        if last <= end {
            return end;
        }
        if last > self.ways.last() {
            self.grow(last);
        }
        self.ways.from(end + 1).iter_mut().take(last - end).for_each(|way| way[0] = INFINITY);
        last
    }

    /// Makes nodes of the memory, up to `last` at least.
    #[cold]
    fn grow(&mut self, last: usize) {
        let count = (last + 1).max(NODES_MIN);
        self.ways.grow(count);
        self.reps.grow(count);
        self.state.grow(count);
    }

    /// What the encoder will be like at `at`, by the way to it; `reps` are
    /// those of the node before.
    #[inline(always)]
    pub(super) fn arrive(&self, at: usize, reps: [u32; REPS]) -> (State, [u32; REPS]) {
        let [_, link, back, before_back] = *self.ways.at(at);
        let from = (link & NODE) as usize;
        if link & LITERAL_BEFORE == 0 {
            let state = self.state_at(from);
            if from + 1 == at {
                let state = if back == 0 { state.short_rep() } else { state.literal() };
                return (state, reps);
            }
            let state = if back < REPS as u32 { state.long_rep() } else { state.match_() };
            return (state, super::symbols::rotated(*self.reps.at(from), back));
        }
        if link & MATCH_BEFORE == 0 {
            let before = from.wrapping_sub(1);
            let state = self.state_at(before).literal().long_rep();
            return (state, *self.reps.at(before));
        }
        let (start, back) = ((link >> START) as usize, before_back);
        let state = self.state_at(start);
        let state = if back < REPS as u32 { state.long_rep() } else { state.match_() };
        let reps = super::symbols::rotated(*self.reps.at(start), back);
        (state.literal().long_rep(), reps)
    }

    #[inline(always)]
    fn state_at(&self, at: usize) -> State {
        State::from_index(*self.state.at(at))
    }

    /// Turns the links of the way to `end` round, so that [`Nodes::follow`]
    /// leads from node 0 to it.
    pub(super) fn turn(&mut self, end: usize) {
        let mut at = end;
        let mut way = *self.ways.at(at);
        // A way has no more symbols than nodes.
        for _ in 0..NODES {
            let [_, link, back, before_back] = way;
            let from = (link & NODE) as usize;
            if link & LITERAL_BEFORE != 0 {
                let before = from.wrapping_sub(1);
                self.set(from, 0, before, LITERAL);
                if link & MATCH_BEFORE != 0 {
                    self.set(before, 0, (link >> START) as usize, before_back);
                }
            }
            way = *self.ways.at(from);
            self.set(from, 0, at, back);
            at = from;
            if at == 0 {
                return;
            }
        }
    }

    /// The symbol at `at` of a way that was turned, and the node behind it.
    #[inline(always)]
    pub(super) fn follow(&self, at: usize) -> (Symbol, usize) {
        let [_, link, back, _] = *self.ways.at(at);
        let next = (link & NODE) as usize;
        let len = next.wrapping_sub(at) as u32;
        (Symbol { back, len }, next)
    }
}
