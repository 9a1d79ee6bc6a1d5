//! The normal parser: compares the prices of many ways through the next
//! bytes, and takes the cheapest.

#![forbid(unsafe_code)]

use super::model::{DIST_STATES, MATCH_LEN_MAX, MATCH_LEN_MIN, REPS};
use super::nodes::{NODES, Nodes};
use super::symbols::{LITERAL, Symbol, Symbols};
use super::text::{back, byte, pair};
use crate::error::Result;
use crate::lz::{Match, MatchFinder, match_len};
use crate::lzma::state::State;
use crate::memory::Memory;
use crate::range::prices::{one, zero};

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
        let literals = &self.symbols.literals;
        flag + if self.state.is_after_literal() {
            literals.price(self.position, previous, this)
        } else {
            literals.matched_price(self.position, previous, matched, this)
        }
    }

    /// How many bytes may matter of a match that goes on at `first`, counted
    /// from here.
    #[inline(always)]
    fn limit_from(&self, first: usize) -> usize {
        self.available.min(first + self.nice_len)
    }

    /// Whether a match from `start` on goes on beyond the byte that ends it
    /// at `len`: by two bytes or more after that.
    #[inline(always)]
    fn goes_on(&self, start: usize, len: usize) -> bool {
        let first = len + 1;
        first + MATCH_LEN_MIN <= self.available
            && pair(self.bytes, start.wrapping_add(first)) == pair(self.bytes, self.index + first)
    }

    /// By how many bytes it does, and the price of the byte in between and of
    /// such a repetition, if the state after the match is `state`.
    #[inline(always)]
    fn beyond(&self, start: usize, len: usize, state: State) -> (usize, u32) {
        let first = len + 1;
        let limit = self.limit_from(first);
        let known = first + MATCH_LEN_MIN;
        let rest = match_len(self.bytes, self.index, start, known, limit) - first;
        let literal = zero(self.symbols.model.is_match[state.index()][self.pos_state(len)])
            + self.symbols.literals.matched_price(
                self.position.wrapping_add(len as u32),
                byte(self.bytes, self.index + len - 1),
                byte(self.bytes, start.wrapping_add(len)),
                byte(self.bytes, self.index + len),
            );
        (rest, literal + self.rep0_price(state.literal(), first, rest))
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
        lz: &mut MatchFinder,
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
        lz: &mut MatchFinder,
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
        lz: &mut MatchFinder,
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
        let mut place = Place {
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
        self.nodes.extend(1, last);
        self.nodes.settle(0, state, reps);
        self.nodes.set(1, single.0, 0, single.1);
        for (rep, &len) in (0..).zip(&rep_lens) {
            if len >= 2 {
                let price = rep_match_price + symbols.model.rep_price(rep, state, pos_state);
                self.improve_lengths(&place, price, len, rep);
            }
        }
        let price = match_price + zero(symbols.model.is_rep[state.index()]);
        // Shorter matches are not cheaper than repetitions.
        let shortest = rep_lens[0].max(MATCH_LEN_MIN - 1) + 1;
        if longest >= shortest {
            place.available = 0; // at the first byte, no match goes on
            self.improve_matches(&place, lz.matches(), price, (shortest, longest));
        }
        Ok(last)
    }

    /// Looks at all symbols that may begin at `place`. Returns the last node
    /// that is known.
    #[inline(always)]
    fn go_on(&mut self, place: &Place<'_>, lz: &MatchFinder, mut last: usize) -> usize {
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
        if !single && matched != this && place.goes_on(back(place.index, place.reps[0]), 0) {
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
            if place.goes_on(start, len) {
                last = self.then_literal(place, start, len, state.long_rep(), price, rep, last);
            }
        }
        let longest = (self.longest as usize).min(available);
        if longest < shortest {
            return last;
        }
        let price = match_price + zero(model.is_rep[state.index()]);
        last = self.nodes.extend(last, node + longest);
        self.try_matches(place, lz.matches(), price, (shortest, longest), last)
    }

    /// Matches of lengths from `shortest` to `longest`, at `price` apart from
    /// lengths and distances. Returns the last node that is known.
    #[inline(always)]
    fn try_matches(
        &mut self,
        place: &Place<'_>,
        mut matches: &[Match],
        price: u32,
        (mut shortest, longest): (usize, usize),
        mut last: usize,
    ) -> usize {
        while let Some((found, price, rest)) =
            self.improve_matches(place, matches, price, (shortest, longest))
        {
            let (start, len) = (back(place.index, found.dist), found.len as usize);
            let (state, symbol) = (place.state.match_(), found.dist + REPS as u32);
            last = self.then_literal(place, start, len, state, price, symbol, last);
            (matches, shortest) = (rest, len + 1);
        }
        last
    }

    /// The same up to the first match that [`Place::goes_on`]. Returns that,
    /// its price, and the matches after it.
    #[inline(always)]
    fn improve_matches<'m>(
        &mut self,
        place: &Place<'_>,
        matches: &'m [Match],
        price: u32,
        (shortest, longest): (usize, usize),
    ) -> Option<(Match, u32, &'m [Match])> {
        let lens = place.symbols.match_len.prices(place.pos_state(0));
        let ways = self.nodes.from(place.node + MATCH_LEN_MIN);
        // From here on, lengths are counted from the shortest match.
        let count = (longest + 1 - MATCH_LEN_MIN).min(lens.len()).min(ways.len());
        let (lens, ways) = (&lens[..count], &mut ways[..count]);
        let mut from = shortest - MATCH_LEN_MIN;
        let mut matches = matches.iter();
        while let Some(found) = matches.next() {
            let to = (found.len as usize + 1 - MATCH_LEN_MIN).min(count);
            if from >= to {
                continue;
            }
            let (by_class, rest) = place.symbols.distances.of(found.dist);
            let base = price + rest;
            let mut way = [0, place.node as u32, found.dist + REPS as u32, 0];
            while from < DIST_STATES - 1 && from < to {
                way[0] = base + by_class[from] + u32::from(lens[from]);
                if way[0] < ways[from][0] {
                    ways[from] = way;
                }
                from += 1;
            }
            if from < to {
                let base = base + by_class[DIST_STATES - 1];
                for (add, best) in lens[from..to].iter().zip(&mut ways[from..to]) {
                    way[0] = base + u32::from(*add);
                    if way[0] < best[0] {
                        *best = way;
                    }
                }
                from = to;
            }
            let len = to + MATCH_LEN_MIN - 1;
            if place.goes_on(back(place.index, found.dist), len) {
                let found = Match { len: len as u32, dist: found.dist };
                return Some((found, way[0], matches.as_slice()));
            }
        }
        None
    }

    /// A repetition of lengths up to `len`. Returns the price of the longest.
    #[inline(always)]
    fn improve_lengths(&mut self, place: &Place<'_>, price: u32, len: usize, rep: u32) -> u32 {
        let lens = place.symbols.rep_len.prices(place.pos_state(0));
        let ways = self.nodes.from(place.node + MATCH_LEN_MIN);
        let mut way = [0, place.node as u32, rep, 0];
        for ((_, add), best) in (MATCH_LEN_MIN..len + 1).zip(lens).zip(ways) {
            way[0] = price + u32::from(*add);
            if way[0] < best[0] {
                *best = way;
            }
        }
        way[0]
    }

    /// A literal, then a repetition of the latest distance, which
    /// [`Place::goes_on`].
    #[inline(never)]
    fn literal_then_rep(&mut self, place: &Place<'_>, literal: u32, last: usize) -> usize {
        let start = back(place.index, place.reps[0]);
        let known = 1 + MATCH_LEN_MIN;
        let len = match_len(place.bytes, place.index, start, known, place.limit_from(1)) - 1;
        let price = literal + place.rep0_price(place.state.literal(), 1, len);
        let end = place.node + 1 + len;
        let last = self.nodes.extend(last, end);
        self.nodes.improve_after_literal(end, price, place.node + 1);
        last
    }

    /// After a match (`symbol`, to `start`, of `len` bytes, at `price`): a
    /// literal, then a repetition of its distance, which [`Place::goes_on`].
    /// Rarely called, and so kept out of the way of what is not rare.
    #[inline(never)]
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
        let (rest, beyond) = place.beyond(start, len, state);
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
