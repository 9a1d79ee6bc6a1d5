//! The graph of the normal parser: a node for each of the next bytes, with
//! the cheapest way to it that is known.

#![forbid(unsafe_code)]

use super::model::REPS;
use super::symbols::{LITERAL, Symbol};
use crate::error::Result;
use crate::lzma::state::State;
use crate::memory::{Memory, Own};
use crate::range::prices::INFINITY;

/// How many nodes there are at most.
pub(super) const NODES: usize = 1 << 12;

/// In a link: the byte before the last match is a literal of its own, and the
/// last match a repetition; the link is to that match's start.
const LITERAL_BEFORE: u32 = 1 << 16;
/// In a link with that: yet another match comes before the literal.
const MATCH_BEFORE: u32 = 1 << 17;
/// The node in a link.
const NODE: u32 = 0xFFFF;

/// The nodes. Separate arrays, since most comparisons look at prices only.
pub(super) struct Nodes {
    /// Price of the cheapest way to the node.
    price: Own<[u32; NODES]>,
    /// Where its last symbol begins, and the flags above. After
    /// [`Nodes::turn`], where the next symbol ends.
    link: Own<[u32; NODES]>,
    /// Its last symbol, as in [`Symbol::back`].
    back: Own<[u32; NODES]>,
    /// With [`MATCH_BEFORE`], where that match begins and what it is.
    before: Own<[[u32; 2]; NODES]>,
    reps: Own<[[u32; REPS]; NODES]>,
    state: Own<[u8; NODES]>,
}

/// An index within [`NODES`].
#[inline(always)]
fn node(index: usize) -> usize {
    index % NODES
}

impl Nodes {
    /// Nodes with any content.
    pub(super) fn new(memory: &Memory) -> Result<Nodes> {
        Ok(Nodes {
            price: memory.own_zeroed()?,
            link: memory.own_zeroed()?,
            back: memory.own_zeroed()?,
            before: memory.own_zeroed()?,
            reps: memory.own_zeroed()?,
            state: memory.own_zeroed()?,
        })
    }

    /// The price of the way to a node.
    #[inline(always)]
    pub(super) fn price(&self, at: usize) -> u32 {
        self.price[node(at)]
    }

    /// What the encoder will be like at a node.
    #[inline(always)]
    pub(super) fn settle(&mut self, at: usize, state: State, reps: [u32; REPS]) {
        self.state[node(at)] = state.index() as u8;
        self.reps[node(at)] = reps;
    }

    /// Sets the way to a node: `back` from `from` on.
    #[inline(always)]
    pub(super) fn set(&mut self, at: usize, price: u32, from: usize, back: u32) {
        let at = node(at);
        self.price[at] = price;
        self.link[at] = from as u32;
        self.back[at] = back;
    }

    /// The same if it is cheaper.
    #[inline(always)]
    pub(super) fn improve(&mut self, at: usize, price: u32, from: usize, back: u32) {
        if price < self.price[node(at)] {
            self.set(at, price, from, back);
        }
    }

    /// Improves `prices.len()` nodes from `at` on: `back` from `from` on at
    /// `base` plus a price of `prices`.
    #[inline(always)]
    pub(super) fn improve_run(
        &mut self,
        at: usize,
        base: u32,
        prices: &[u32],
        from: usize,
        back: u32,
    ) {
        let nodes = at..at + prices.len();
        let (Some(node_prices), Some(links), Some(backs)) = (
            self.price.get_mut(nodes.clone()),
            self.link.get_mut(nodes.clone()),
            self.back.get_mut(nodes),
        ) else {
            return;
        };
        for (((&add, price), link), node_back) in
            prices.iter().zip(node_prices).zip(links).zip(backs)
        {
            // Vectors of masks were not faster: most runs are short.
            if base + add < *price {
                (*price, *link, *node_back) = (base + add, from as u32, back);
            }
        }
    }

    /// Improves a node: a literal at `from - 1`, then a repetition of the
    /// latest distance.
    #[inline(always)]
    pub(super) fn improve_after_literal(&mut self, at: usize, price: u32, from: usize) {
        let at = node(at);
        if price < self.price[at] {
            self.price[at] = price;
            self.link[at] = from as u32 | LITERAL_BEFORE;
            self.back[at] = 0;
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
        let at = node(at);
        if price < self.price[at] {
            self.price[at] = price;
            self.link[at] = from as u32 | LITERAL_BEFORE | MATCH_BEFORE;
            self.back[at] = 0;
            self.before[at] = [start as u32, back];
        }
    }

    /// Whether the way to a node ends with a repetition of the latest
    /// distance that begins before `at - 1`.
    #[inline(always)]
    pub(super) fn is_longer_rep0(&self, at: usize) -> bool {
        let at = node(at);
        ((self.link[at] & NODE) as usize) + 1 < at && self.back[at] == 0
    }

    /// Makes the nodes after `end` up to `last` known, as out of reach.
    /// Returns the last node that is known.
    #[inline(always)]
    pub(super) fn extend(&mut self, end: usize, last: usize) -> usize {
        if last <= end {
            return end;
        }
        if let Some(prices) = self.price.get_mut(end + 1..=last) {
            prices.fill(INFINITY);
        }
        last
    }

    /// What the encoder will be like at `at`, by the way to it; `reps` are
    /// those of the node before.
    #[inline(always)]
    pub(super) fn arrive(&self, at: usize, reps: [u32; REPS]) -> (State, [u32; REPS]) {
        let link = self.link[node(at)];
        let back = self.back[node(at)];
        let from = (link & NODE) as usize;
        if link & LITERAL_BEFORE == 0 {
            let state = self.state_at(from);
            if from + 1 == at {
                let state = if back == 0 { state.short_rep() } else { state.literal() };
                return (state, reps);
            }
            let state = if back < REPS as u32 { state.long_rep() } else { state.match_() };
            return (state, super::symbols::rotated(self.reps[node(from)], back));
        }
        if link & MATCH_BEFORE == 0 {
            let before = from.wrapping_sub(1);
            let state = self.state_at(before).literal().long_rep();
            return (state, self.reps[node(before)]);
        }
        let [start, back] = self.before[node(at)];
        let state = self.state_at(start as usize);
        let state = if back < REPS as u32 { state.long_rep() } else { state.match_() };
        let reps = super::symbols::rotated(self.reps[node(start as usize)], back);
        (state.literal().long_rep(), reps)
    }

    #[inline(always)]
    fn state_at(&self, at: usize) -> State {
        State::from_index(self.state[node(at)])
    }

    /// Turns the links of the way to `end` round, so that [`Nodes::follow`]
    /// leads from node 0 to it.
    pub(super) fn turn(&mut self, end: usize) {
        let mut at = node(end);
        let mut from = self.link[at] & NODE;
        let mut back = self.back[at];
        // A way has no more symbols than nodes.
        for _ in 0..NODES {
            let link = self.link[at];
            if link & LITERAL_BEFORE != 0 {
                self.link[node(from as usize)] = from.wrapping_sub(1) & NODE;
                self.back[node(from as usize)] = LITERAL;
                if link & MATCH_BEFORE != 0 {
                    let before = node((from as usize).wrapping_sub(1));
                    [self.link[before], self.back[before]] = self.before[at];
                }
            }
            let previous = node(from as usize);
            let (next_from, next_back) = (self.link[previous], self.back[previous]);
            self.link[previous] = (next_from & !NODE) | at as u32;
            self.back[previous] = back;
            (from, back) = (next_from & NODE, next_back);
            at = previous;
            if at == 0 {
                return;
            }
        }
    }

    /// The symbol at `at` of a way that was turned, and the node behind it.
    #[inline(always)]
    pub(super) fn follow(&self, at: usize) -> (Symbol, usize) {
        let next = (self.link[node(at)] & NODE) as usize;
        let len = next.wrapping_sub(at) as u32;
        (Symbol { back: self.back[node(at)], len }, next)
    }
}
