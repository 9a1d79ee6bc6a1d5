//! The normal parser: compares the prices of many ways through the next
//! bytes, and takes the cheapest.

#![forbid(unsafe_code)]

use super::model::{DIST_STATES, MATCH_LEN_MAX, MATCH_LEN_MIN, REPS, dist_state};
use super::nodes::{NODES, Nodes};
use super::symbols::{LITERAL, Symbol, Symbols};
use super::text::{back, byte, pair};
use crate::error::Result;
use crate::lz::{Lz, match_len};
use crate::lzma::state::State;
use crate::memory::Memory;
use crate::range::prices::{one, zero};

/// Lengths from this one on share the prices of distances.
const LONG_LEN: usize = MATCH_LEN_MIN + DIST_STATES - 1;

/// The normal parser.
pub(super) struct NormalParser {
    nodes: Nodes,
    /// Length of the longest match at the last byte that has run through the
    /// match finder.
    longest: u32,
    /// The node that the symbols given so far lead to, and the last of the
    /// way that was decided on.
    current: usize,
    end: usize,
}

/// Where the parser is, and what it would be encoding there.
struct Place<'a> {
    symbols: &'a Symbols,
    bytes: &'a [u8],
    /// Index of the place among the bytes.
    index: usize,
    /// The node.
    node: usize,
    /// Position in the uncompressed data.
    position: u32,
    state: State,
    reps: [u32; REPS],
    /// How far it is worth to look, in bytes from here.
    available: usize,
    nice_len: usize,
}

impl<'a> Place<'a> {
    /// The position state so many bytes further on.
    #[inline(always)]
    fn pos_state(&self, ahead: usize) -> usize {
        self.symbols.model.pos_state(self.position.wrapping_add(ahead as u32))
    }

    /// The price of being a match of any kind.
    #[inline(always)]
    fn match_price(&self, state: State, ahead: usize) -> u32 {
        one(self.symbols.model.is_match[state.index()][self.pos_state(ahead)])
    }

    /// The price of the next byte as a literal.
    #[inline(always)]
    fn literal_price(&self, matched: u8) -> u32 {
        let model = &self.symbols.model;
        let flag = zero(model.is_match[self.state.index()][self.pos_state(0)]);
        let previous = byte(self.bytes, self.index.wrapping_sub(1));
        let this = byte(self.bytes, self.index);
        flag + if self.state.is_after_literal() {
            model.literal_price(self.position, previous, this)
        } else {
            model.matched_price(self.position, previous, matched, this)
        }
    }

    /// How long a match is that begins at `start` and goes on beyond the byte
    /// that ends it at `len`, after that byte; and the price of that byte and
    /// of such a repetition, if the state after the match is `state`.
    /// `None`: it is no match worth mentioning.
    #[inline(always)]
    fn beyond(&self, start: usize, len: usize, state: State) -> Option<(usize, u32)> {
        let first = len + 1;
        let limit = self.available.min(first + self.nice_len);
        if first >= limit {
            return None;
        }
        let rest = match_len(self.bytes, self.index, start, first, limit) - first;
        if rest < MATCH_LEN_MIN {
            return None;
        }
        let model = &self.symbols.model;
        let literal = zero(model.is_match[state.index()][self.pos_state(len)])
            + model.matched_price(
                self.position.wrapping_add(len as u32),
                byte(self.bytes, self.index + len - 1),
                byte(self.bytes, start.wrapping_add(len)),
                byte(self.bytes, self.index + len),
            );
        Some((rest, literal + self.rep0_price(state.literal(), first, rest)))
    }

    /// The price of repeating the latest distance for `len` bytes, `ahead`
    /// bytes from here.
    #[inline(always)]
    fn rep0_price(&self, state: State, ahead: usize, len: usize) -> u32 {
        let pos_state = self.pos_state(ahead);
        self.match_price(state, ahead)
            + one(self.symbols.model.is_rep[state.index()])
            + self.symbols.rep_len.price(len, pos_state)
            + self.symbols.model.rep_price(0, state, pos_state)
    }
}

impl NormalParser {
    /// Not usable before [`NormalParser::reset`].
    pub(super) fn new(memory: &Memory) -> Result<NormalParser> {
        Ok(NormalParser { nodes: Nodes::new(memory)?, longest: 0, current: 0, end: 0 })
    }

    /// Forgets what was decided.
    pub(super) fn reset(&mut self) {
        self.current = 0;
        self.end = 0;
    }

    /// The next symbol, for bytes at `position` of the uncompressed data.
    #[inline]
    pub(super) fn next(
        &mut self,
        symbols: &Symbols,
        lz: &mut Lz,
        nice_len: u32,
        position: u32,
    ) -> Symbol {
        if self.current == self.end {
            if let Some(symbol) = self.decide(symbols, lz, nice_len, position) {
                return symbol;
            }
            self.current = 0;
        }
        let (symbol, next) = self.nodes.follow(self.current);
        self.current = next;
        symbol
    }

    /// Decides on the next symbols: there is only one, or they are ready to
    /// be followed from node 0 on.
    fn decide(
        &mut self,
        symbols: &Symbols,
        lz: &mut Lz,
        nice_len: u32,
        position: u32,
    ) -> Option<Symbol> {
        let mut last = match self.begin(symbols, lz, nice_len, position) {
            Ok(last) => last,
            Err(symbol) => return Some(symbol),
        };
        let mut reps = symbols.reps;
        let mut node = 1;
        while node < last {
            self.longest = lz.find();
            if self.longest >= nice_len {
                break;
            }
            let (state, reps_here) = self.nodes.arrive(node, reps);
            reps = reps_here;
            self.nodes.settle(node, state, reps);
            let (bytes, read) = lz.window();
            let place = Place {
                symbols,
                bytes,
                index: read - 1,
                node,
                position: position.wrapping_add(node as u32),
                state,
                reps,
                available: (lz.available() as usize + 1).min(NODES - 1 - node),
                nice_len: nice_len as usize,
            };
            last = self.go_on(&place, lz, last);
            node += 1;
        }
        self.nodes.turn(node);
        self.end = node;
        None
    }

    /// Looks at the first byte. Either that settles the next symbol, or there
    /// are nodes to go on from; returns the last.
    fn begin(
        &mut self,
        symbols: &Symbols,
        lz: &mut Lz,
        nice_len: u32,
        position: u32,
    ) -> core::result::Result<usize, Symbol> {
        if lz.read_ahead() == 0 {
            self.longest = lz.find();
        }
        let available = (lz.available() as usize + 1).min(MATCH_LEN_MAX);
        if available < 2 {
            return Err(Symbol::LITERAL);
        }
        let (bytes, read) = lz.window();
        let index = read - 1;
        let (rep_lens, longest_rep) = rep_lengths(&symbols.reps, bytes, index, available);
        let rep_len = rep_lens[longest_rep % REPS];
        if rep_len >= nice_len as usize {
            lz.skip(rep_len as u32 - 1);
            return Err(Symbol { back: longest_rep as u32, len: rep_len as u32 });
        }
        if self.longest >= nice_len {
            let dist = lz.matches().last().map_or(0, |last| last.dist);
            lz.skip(self.longest - 1);
            return Err(Symbol { back: dist + REPS as u32, len: self.longest });
        }
        let this = byte(bytes, index);
        let matched = byte(bytes, back(index, symbols.reps[0]));
        let longest = self.longest as usize;
        if longest < 2 && this != matched && rep_len < 2 {
            return Err(Symbol::LITERAL);
        }
        let (state, reps) = (symbols.state, symbols.reps);
        let place = Place {
            symbols,
            bytes,
            index,
            node: 0,
            position,
            state,
            reps,
            available,
            nice_len: nice_len as usize,
        };
        let pos_state = place.pos_state(0);
        let match_price = place.match_price(state, 0);
        let rep_match_price = match_price + one(symbols.model.is_rep[state.index()]);
        let mut single = (place.literal_price(matched), LITERAL);
        if this == matched {
            let price = rep_match_price + symbols.model.short_rep_price(state, pos_state);
            if price < single.0 {
                single = (price, 0);
            }
        }
        let last = longest.max(rep_len);
        if last < 2 {
            return Err(Symbol { back: single.1, len: 1 });
        }
        self.nodes.settle(0, state, reps);
        self.nodes.set(1, single.0, 0, single.1);
        self.nodes.extend(1, last);
        for (rep, &len) in (0..).zip(&rep_lens) {
            if len >= 2 {
                let price = rep_match_price + symbols.model.rep_price(rep, state, pos_state);
                self.improve_lengths(&place, price, len, rep);
            }
        }
        let price = match_price + zero(symbols.model.is_rep[state.index()]);
        // Shorter matches are not cheaper than repetitions.
        let mut shortest = if rep_lens[0] >= 2 { rep_lens[0] + 1 } else { 2 };
        for found in lz.matches() {
            let len = found.len as usize;
            if len >= shortest {
                self.improve_match(&place, price, shortest, len, found.dist);
                shortest = len + 1;
            }
        }
        Ok(last)
    }

    /// Looks at all symbols that may begin at `place`. Returns the last node
    /// that is known.
    #[inline(always)]
    fn go_on(&mut self, place: &Place<'_>, lz: &Lz, mut last: usize) -> usize {
        let model = &place.symbols.model;
        let (node, state, pos_state) = (place.node, place.state, place.pos_state(0));
        let here = self.nodes.price(node);
        let this = byte(place.bytes, place.index);
        let matched = byte(place.bytes, back(place.index, place.reps[0]));

        let literal = here + place.literal_price(matched);
        let mut single = false;
        if literal < self.nodes.price(node + 1) {
            self.nodes.set(node + 1, literal, node, LITERAL);
            single = true;
        }
        let match_price = here + place.match_price(state, 0);
        let rep_match_price = match_price + one(model.is_rep[state.index()]);
        if matched == this && !self.nodes.is_longer_rep0(node + 1) {
            let price = rep_match_price + model.short_rep_price(state, pos_state);
            if price <= self.nodes.price(node + 1) {
                self.nodes.set(node + 1, price, node, 0);
                single = true;
            }
        }
        if place.available < 2 {
            return last;
        }
        if !single && matched != this {
            last = self.literal_then_rep(place, literal, last);
        }
        let (mut shortest, available) = (2, place.available.min(place.nice_len));
        let pair_here = pair(place.bytes, place.index);
        for (rep, &dist) in (0..).zip(&place.reps) {
            let start = back(place.index, dist);
            if pair_here != pair(place.bytes, start) {
                continue;
            }
            let len = match_len(place.bytes, place.index, start, 2, available);
            last = self.nodes.extend(last, node + len);
            let price = rep_match_price + model.rep_price(rep, state, pos_state);
            let price = self.improve_lengths(place, price, len, rep);
            if rep == 0 {
                shortest = len + 1;
            }
            last = self.then_literal(place, start, len, state.long_rep(), price, rep, last);
        }
        let longest = (self.longest as usize).min(available);
        if longest < shortest {
            return last;
        }
        let price = match_price + zero(model.is_rep[state.index()]);
        last = self.nodes.extend(last, node + longest);
        for found in lz.matches() {
            let len = (found.len as usize).min(longest);
            if len < shortest {
                continue;
            }
            let price = self.improve_match(place, price, shortest, len, found.dist);
            let start = back(place.index, found.dist);
            let symbol = found.dist + REPS as u32;
            last = self.then_literal(place, start, len, state.match_(), price, symbol, last);
            if len == longest {
                break;
            }
            shortest = len + 1;
        }
        last
    }

    /// A repetition of lengths up to `len`. Returns the price of the longest.
    #[inline(always)]
    fn improve_lengths(&mut self, place: &Place<'_>, price: u32, len: usize, rep: u32) -> u32 {
        let prices = place.symbols.rep_len.prices(place.pos_state(0));
        let prices = &prices[..(len - 1).min(prices.len())];
        self.nodes.improve_run(place.node + 2, price, prices, place.node, rep);
        price + prices.last().copied().unwrap_or_default()
    }

    /// Matches of lengths from `shortest` to `len`. Returns the price of the
    /// longest.
    #[inline(always)]
    fn improve_match(
        &mut self,
        place: &Place<'_>,
        price: u32,
        mut shortest: usize,
        len: usize,
        dist: u32,
    ) -> u32 {
        let distance = place.symbols.distances.of(dist);
        let lens = place.symbols.match_len.prices(place.pos_state(0));
        let mut longest_price = 0;
        while shortest <= len && shortest < LONG_LEN {
            let class = dist_state(shortest);
            longest_price = price + distance.with(class) + lens[class];
            self.nodes.improve(
                place.node + shortest,
                longest_price,
                place.node,
                dist + REPS as u32,
            );
            shortest += 1;
        }
        if shortest <= len {
            let base = price + distance.with(DIST_STATES - 1);
            let lens = lens.get(shortest - 2..len - 1).unwrap_or_default();
            self.nodes.improve_run(
                place.node + shortest,
                base,
                lens,
                place.node,
                dist + REPS as u32,
            );
            longest_price = base + lens.last().copied().unwrap_or_default();
        }
        longest_price
    }

    /// A literal, then a repetition of the latest distance.
    #[inline(always)]
    fn literal_then_rep(&mut self, place: &Place<'_>, literal: u32, last: usize) -> usize {
        let limit = place.available.min(place.nice_len + 1);
        let start = back(place.index, place.reps[0]);
        let len = match_len(place.bytes, place.index, start, 1, limit) - 1;
        if len < 2 {
            return last;
        }
        let price = literal + place.rep0_price(place.state.literal(), 1, len);
        let end = place.node + 1 + len;
        let last = self.nodes.extend(last, end);
        self.nodes.improve_after_literal(end, price, place.node + 1);
        last
    }

    /// After a match (`symbol`, to `start`, of `len` bytes, at `price`): a
    /// literal, then a repetition of its distance.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "one step, many facts")]
    fn then_literal(
        &mut self,
        place: &Place<'_>,
        start: usize,
        len: usize,
        state: State,
        price: u32,
        symbol: u32,
        last: usize,
    ) -> usize {
        let Some((rest, beyond)) = place.beyond(start, len, state) else {
            return last;
        };
        let from = place.node + len + 1;
        let last = self.nodes.extend(last, from + rest);
        self.nodes.improve_after_match(from + rest, price + beyond, from, place.node, symbol);
        last
    }
}

/// Lengths of the repetitions at `index`, 0 where there is none, and which is
/// the longest.
#[inline(always)]
fn rep_lengths(
    reps: &[u32; REPS],
    bytes: &[u8],
    index: usize,
    available: usize,
) -> ([usize; REPS], usize) {
    let here = pair(bytes, index);
    let (mut lens, mut longest) = ([0; REPS], 0);
    for rep in 0..REPS {
        let start = back(index, reps[rep]);
        if here == pair(bytes, start) {
            lens[rep] = match_len(bytes, index, start, 2, available);
            if lens[rep] > lens[longest] {
                longest = rep;
            }
        }
    }
    (lens, longest)
}
