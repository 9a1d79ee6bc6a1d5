//! The normal parser: finds the cheapest sequence of symbols for the next bytes
//! (optimal parsing).

#![forbid(unsafe_code)]

use super::model::{DIST_STATES, MATCH_LEN_MAX, MATCH_LEN_MIN, REPS};
use super::nodes::{NODES, Nodes, PRICE, reached};
use super::symbols::{LITERAL, Symbol, SymbolEncoder};
use super::window_bytes::{back, byte, pair};
use crate::error::Result;
use crate::lz::{Match, MatchFinder, match_len};
use crate::lzma::state::State;
use crate::memory::AllocatorHandle;
use crate::range::prices::{one, zero};

/// The normal parser.
pub(super) struct NormalParser {
    nodes: Nodes,
    /// Length of the longest match at the last byte that has run through the
    /// match finder.
    longest: u32,
    /// The node where the next symbol begins on the path that was decided on,
    /// and the last node of the path.
    current: usize,
    end: usize,
}

/// The byte that the parser looks at, and the encoder's state there.
struct Cursor<'a> {
    symbols: &'a SymbolEncoder,
    bytes: &'a [u8],
    /// Index of the byte.
    index: usize,
    /// The node of the byte.
    node: usize,
    /// Position of the byte in the uncompressed data.
    position: u32,
    state: State,
    reps: [u32; REPS],
    /// Number of bytes from here on that the parser may compare.
    available: usize,
    nice_len: usize,
}

/// A match or a repeated match, after which a literal and a repeated match of the same
/// distance may continue.
struct Continued {
    /// Index of the bytes that it copies.
    start: usize,
    len: usize,
    /// The encoder's state after it.
    state: State,
    /// The price of the path that ends with it.
    price: u32,
    /// The symbol, as in [`Symbol::back`].
    back: u32,
}

impl<'a> Cursor<'a> {
    /// The position state `ahead` bytes from here.
    #[inline(always)]
    fn pos_state(&self, ahead: usize) -> usize {
        self.symbols.model.pos_state(self.position.wrapping_add(ahead as u32))
    }

    /// The price of the bit that says that a symbol `ahead` bytes from here is a
    /// match or a repeated match.
    #[inline(always)]
    fn match_price(&self, state: State, ahead: usize) -> u32 {
        one(self.symbols.model.is_match[state.index()][self.pos_state(ahead)])
    }

    /// The price of the bit that says that a byte `ahead` bytes from here is a
    /// literal.
    #[inline(always)]
    fn literal_flag_price(&self, state: State, ahead: usize) -> u32 {
        zero(self.symbols.model.is_match[state.index()][self.pos_state(ahead)])
    }

    /// The price of the next byte as a literal, without that bit.
    #[inline(always)]
    fn literal_price(&self, matched: u8) -> u32 {
        let previous = byte(self.bytes, self.index.wrapping_sub(1));
        let this = byte(self.bytes, self.index);
        let literals = &self.symbols.literals;
        if self.state.is_after_literal() {
            literals.price(self.position, previous, this)
        } else {
            literals.matched_price(self.position, previous, matched, this)
        }
    }

    /// Number of bytes from here on to compare if a repeated match begins at
    /// `first`.
    #[inline(always)]
    fn limit_from(&self, first: usize) -> usize {
        self.available.min(first + self.nice_len)
    }

    /// Tells whether the bytes at `start` agree again after the mismatch at `len`:
    /// at least in two bytes.
    #[inline(always)]
    fn continues_after_mismatch(&self, start: usize, len: usize) -> bool {
        let first = len + 1;
        first + MATCH_LEN_MIN <= self.available
            && pair(self.bytes, start.wrapping_add(first)) == pair(self.bytes, self.index + first)
    }

    /// Length of the repeated match after the literal that continues a match at `start`
    /// of `len` bytes, which [continues](Cursor::continues_after_mismatch).
    #[inline(always)]
    fn len_after_mismatch(&self, start: usize, len: usize) -> usize {
        let first = len + 1;
        let (known, limit) = (first + MATCH_LEN_MIN, self.limit_from(first));
        match_len(self.bytes, self.index, start, known, limit) - first
    }

    /// The price of the literal after a match at `start` of `len` bytes, in `state`.
    #[inline(always)]
    fn literal_price_after(&self, start: usize, len: usize, state: State) -> u32 {
        self.literal_flag_price(state, len)
            + self.symbols.literals.matched_price(
                self.position.wrapping_add(len as u32),
                byte(self.bytes, self.index + len - 1),
                byte(self.bytes, start.wrapping_add(len)),
                byte(self.bytes, self.index + len),
            )
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
    pub(super) fn new(memory: &AllocatorHandle) -> Result<NormalParser> {
        Ok(NormalParser { nodes: Nodes::new(memory)?, longest: 0, current: 0, end: 0 })
    }

    /// Forgets the path that was decided on.
    pub(super) fn reset(&mut self) {
        self.current = 0;
        self.end = 0;
    }

    /// Returns the next symbol; its first byte is at `position` of the
    /// uncompressed data.
    #[inline]
    pub(super) fn next(
        &mut self,
        symbols: &SymbolEncoder,
        finder: &mut MatchFinder,
        nice_len: u32,
        position: u32,
    ) -> Symbol {
        if self.current == self.end {
            if let Some(symbol) = self.decide(symbols, finder, nice_len, position) {
                return symbol;
            }
            self.current = 0;
        }
        let (symbol, next) = self.nodes.follow(self.current);
        self.current = next;
        symbol
    }

    /// Decides on the next symbols. Returns the next one if it is the only one;
    /// otherwise a path begins at node 0.
    fn decide(
        &mut self,
        symbols: &SymbolEncoder,
        finder: &mut MatchFinder,
        nice_len: u32,
        position: u32,
    ) -> Option<Symbol> {
        let mut last = match self.begin(symbols, finder, nice_len, position) {
            Ok(last) => last,
            Err(symbol) => return Some(symbol),
        };
        let mut reps = symbols.reps;
        let mut node = 1;
        while node < last {
            self.longest = finder.find();
            if self.longest >= nice_len {
                break;
            }
            let (state, reps_here) = self.nodes.state_after(node, reps);
            reps = reps_here;
            self.nodes.set_state(node, state, reps);
            let (bytes, read) = finder.window();
            let cursor = Cursor {
                symbols,
                bytes,
                index: read - 1,
                node,
                position: position.wrapping_add(node as u32),
                state,
                reps,
                available: (finder.available() as usize + 1).min(NODES - 1 - node),
                nice_len: nice_len as usize,
            };
            last = self.try_all(&cursor, finder, last);
            node += 1;
        }
        self.nodes.reverse_path(node);
        self.end = node;
        None
    }

    /// Tries all symbols that may begin at the first byte. Returns the last
    /// node that is known; or, as an error, the next symbol if that needs no
    /// more looking ahead.
    fn begin(
        &mut self,
        symbols: &SymbolEncoder,
        finder: &mut MatchFinder,
        nice_len: u32,
        position: u32,
    ) -> core::result::Result<usize, Symbol> {
        if finder.read_ahead() == 0 {
            self.longest = finder.find();
        }
        let available = (finder.available() as usize + 1).min(MATCH_LEN_MAX);
        if available < 2 {
            return Err(Symbol::LITERAL);
        }
        let (bytes, read) = finder.window();
        let index = read - 1;
        let (rep_lens, longest_rep) = rep_lengths(&symbols.reps, bytes, index, available);
        let rep_len = rep_lens[longest_rep % REPS];
        if rep_len >= nice_len as usize {
            finder.skip(rep_len as u32 - 1);
            return Err(Symbol { back: longest_rep as u32, len: rep_len as u32 });
        }
        if self.longest >= nice_len {
            let dist = finder.matches().last().map_or(0, |last| last.dist);
            finder.skip(self.longest - 1);
            return Err(Symbol { back: dist + REPS as u32, len: self.longest });
        }
        let this = byte(bytes, index);
        let matched = byte(bytes, back(index, symbols.reps[0]));
        let longest = self.longest as usize;
        if longest < 2 && this != matched && rep_len < 2 {
            return Err(Symbol::LITERAL);
        }
        let (state, reps) = (symbols.state, symbols.reps);
        let mut cursor = Cursor {
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
        let pos_state = cursor.pos_state(0);
        let match_price = cursor.match_price(state, 0);
        let rep_match_price = match_price + one(symbols.model.is_rep[state.index()]);
        let literal = cursor.literal_flag_price(state, 0) + cursor.literal_price(matched);
        let mut single = (literal, LITERAL);
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
        self.nodes.set_state(0, state, reps);
        self.nodes.set(1, single.0, 0, single.1);
        for (rep, &len) in (0..).zip(&rep_lens) {
            if len >= 2 {
                let price = rep_match_price + symbols.model.rep_price(rep, state, pos_state);
                self.improve_lengths(&cursor, price, len, rep);
            }
        }
        let price = match_price + zero(symbols.model.is_rep[state.index()]);
        // Shorter matches are not cheaper than repeated matches.
        let shortest = rep_lens[0].max(MATCH_LEN_MIN - 1) + 1;
        if longest >= shortest {
            cursor.available = 0; // nothing continues matches at the first byte
            self.improve_matches(&cursor, finder.matches(), price, (shortest, longest));
        }
        Ok(last)
    }

    /// Tries all symbols that may begin at `cursor`. Returns the last node that
    /// is known.
    #[inline(always)]
    fn try_all(&mut self, cursor: &Cursor<'_>, finder: &MatchFinder, mut last: usize) -> usize {
        let model = &cursor.symbols.model;
        let (node, state, pos_state) = (cursor.node, cursor.state, cursor.pos_state(0));
        let here = self.nodes.price(node);
        let this = byte(cursor.bytes, cursor.index);
        let matched = byte(cursor.bytes, back(cursor.index, cursor.reps[0]));

        // Mostly this is too much already, and the rest takes longest.
        let flag = here + cursor.literal_flag_price(state, 0);
        let mut single = false;
        if flag < self.nodes.price(node + 1) {
            let literal = flag + cursor.literal_price(matched);
            if literal < self.nodes.price(node + 1) {
                self.nodes.set(node + 1, literal, node, LITERAL);
                single = true;
            }
        }
        let match_price = here + cursor.match_price(state, 0);
        let rep_match_price = match_price + one(model.is_rep[state.index()]);
        if matched == this && !self.nodes.is_longer_rep0(node + 1) {
            let price = rep_match_price + model.short_rep_price(state, pos_state);
            if price <= self.nodes.price(node + 1) {
                self.nodes.set(node + 1, price, node, 0);
                single = true;
            }
        }
        if cursor.available < 2 {
            return last;
        }
        if !single
            && matched != this
            && cursor.continues_after_mismatch(back(cursor.index, cursor.reps[0]), 0)
        {
            last = self.try_literal_rep0(cursor, flag, last);
        }
        let (mut shortest, available) = (2, cursor.available.min(cursor.nice_len));
        let pair_here = pair(cursor.bytes, cursor.index);
        // A bit for each latest distance at which there is a repeated match.
        let mut repeats = (0..REPS).fold(0u32, |repeats, rep| {
            let start = back(cursor.index, cursor.reps[rep]);
            repeats | u32::from(pair(cursor.bytes, start) == pair_here) << rep
        });
        while repeats != 0 {
            let rep = repeats.trailing_zeros();
            repeats &= repeats - 1;
            let start = back(cursor.index, cursor.reps[rep as usize % REPS]);
            let len = match_len(cursor.bytes, cursor.index, start, 2, available);
            last = self.nodes.extend(last, node + len);
            let price = rep_match_price + model.rep_price(rep, state, pos_state);
            let price = self.improve_lengths(cursor, price, len, rep);
            if rep == 0 {
                shortest = len + 1;
            }
            if cursor.continues_after_mismatch(start, len) {
                let state = state.long_rep();
                let continued = Continued { start, len, state, price, back: rep };
                last = self.try_continued(cursor, &continued, last);
            }
        }
        let longest = (self.longest as usize).min(available);
        if longest < shortest {
            return last;
        }
        let price = match_price + zero(model.is_rep[state.index()]);
        last = self.nodes.extend(last, node + longest);
        self.try_matches(cursor, finder.matches(), price, (shortest, longest), last)
    }

    /// Tries matches of lengths from `shortest` to `longest`, and what
    /// continues them. `price` is that of the path apart from lengths and
    /// distances. Returns the last node that is known.
    #[inline(always)]
    fn try_matches(
        &mut self,
        cursor: &Cursor<'_>,
        mut matches: &[Match],
        price: u32,
        (mut shortest, longest): (usize, usize),
        mut last: usize,
    ) -> usize {
        while let Some((found, price, rest)) =
            self.improve_matches(cursor, matches, price, (shortest, longest))
        {
            let len = found.len as usize;
            let continued = Continued {
                start: back(cursor.index, found.dist),
                len,
                state: cursor.state.match_(),
                price,
                back: found.dist + REPS as u32,
            };
            last = self.try_continued(cursor, &continued, last);
            (matches, shortest) = (rest, len + 1);
        }
        last
    }

    /// Tries matches of lengths from `shortest` to `longest`, up to the first
    /// that [continues](Cursor::continues_after_mismatch). Returns that, the
    /// price of the path that ends with it, and the matches after it.
    #[inline(always)]
    fn improve_matches<'m>(
        &mut self,
        cursor: &Cursor<'_>,
        matches: &'m [Match],
        price: u32,
        (shortest, longest): (usize, usize),
    ) -> Option<(Match, u32, &'m [Match])> {
        let lens = cursor.symbols.match_len.prices(cursor.pos_state(0));
        let nodes = self.nodes.from(cursor.node + MATCH_LEN_MIN);
        // From here on, lengths are counted from the shortest match.
        let count = (longest + 1 - MATCH_LEN_MIN).min(lens.len()).min(nodes.len());
        let (lens, nodes) = (&lens[..count], &mut nodes[..count]);
        let mut from = shortest - MATCH_LEN_MIN;
        let mut matches = matches.iter();
        while let Some(found) = matches.next() {
            let to = (found.len as usize + 1 - MATCH_LEN_MIN).min(count);
            if from >= to {
                continue;
            }
            let (by_class, rest) = cursor.symbols.distances.of(found.dist);
            let base = price + rest;
            let mut node = reached(0, cursor.node, found.dist + REPS as u32);
            while from < DIST_STATES - 1 && from < to {
                node[PRICE] = base + by_class[from] + u32::from(lens[from]);
                if node[PRICE] < nodes[from][PRICE] {
                    nodes[from] = node;
                }
                from += 1;
            }
            if from < to {
                let base = base + by_class[DIST_STATES - 1];
                for (len_price, best) in lens[from..to].iter().zip(&mut nodes[from..to]) {
                    node[PRICE] = base + u32::from(*len_price);
                    if node[PRICE] < best[PRICE] {
                        *best = node;
                    }
                }
                from = to;
            }
            let len = to + MATCH_LEN_MIN - 1;
            if cursor.continues_after_mismatch(back(cursor.index, found.dist), len) {
                let found = Match { len: len as u32, dist: found.dist };
                return Some((found, node[PRICE], matches.as_slice()));
            }
        }
        None
    }

    /// Tries a repeated match of lengths up to `len`. Returns the price of the path
    /// that ends with the longest.
    #[inline(always)]
    fn improve_lengths(&mut self, cursor: &Cursor<'_>, price: u32, len: usize, rep: u32) -> u32 {
        let lens = cursor.symbols.rep_len.prices(cursor.pos_state(0));
        let nodes = self.nodes.from(cursor.node + MATCH_LEN_MIN);
        let mut node = reached(0, cursor.node, rep);
        for ((_, len_price), best) in (MATCH_LEN_MIN..len + 1).zip(lens).zip(nodes) {
            node[PRICE] = price + u32::from(*len_price);
            if node[PRICE] < best[PRICE] {
                *best = node;
            }
        }
        node[PRICE]
    }

    /// Tries a literal and a repeated match of the latest distance, which
    /// [continues](Cursor::continues_after_mismatch) after it. `flag` is the price of
    /// the path up to the bit that says that there is a literal. Returns the last node
    /// that is known.
    #[inline(never)]
    fn try_literal_rep0(&mut self, cursor: &Cursor<'_>, flag: u32, last: usize) -> usize {
        let start = back(cursor.index, cursor.reps[0]);
        let literal = flag + cursor.literal_price(byte(cursor.bytes, start));
        let known = 1 + MATCH_LEN_MIN;
        let len = match_len(cursor.bytes, cursor.index, start, known, cursor.limit_from(1)) - 1;
        let price = literal + cursor.rep0_price(cursor.state.literal(), 1, len);
        let end = cursor.node + 1 + len;
        let last = self.nodes.extend(last, end);
        self.nodes.improve_after_literal(end, price, cursor.node + 1);
        last
    }

    /// Tries a literal and a repeated match after a match or repeated match that
    /// [continues](Cursor::continues_after_mismatch). Returns the last node
    /// that is known. Called at one in fifty matches, and so out of line.
    #[inline(never)]
    fn try_continued(&mut self, cursor: &Cursor<'_>, continued: &Continued, last: usize) -> usize {
        let Continued { start, len, state, price, back } = *continued;
        let rest = cursor.len_after_mismatch(start, len);
        let from = cursor.node + len + 1;
        let end = from + rest;
        let last = self.nodes.extend(last, end);
        let price = price + cursor.rep0_price(state.literal(), len + 1, rest);
        // Mostly this is too much already, and a literal takes longest.
        if price < self.nodes.price(end) {
            let price = price + cursor.literal_price_after(start, len, state);
            self.nodes.improve_after_match(end, price, from, cursor.node, back);
        }
        last
    }
}

/// Returns the lengths of the repeated matches at `index`, 0 where there is none,
/// and which of them is the longest.
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
