//! The fast parser: decides by simple rules, looking ahead one byte.

#![forbid(unsafe_code)]

use super::model::{MATCH_LEN_MAX, REPS};
use super::symbols::{Symbol, SymbolEncoder};
use super::window_bytes::{back, pair};
use crate::lz::{Match, MatchFinder, match_len};

/// Distances from this on are too far for a match of two bytes.
const FAR_FOR_TWO: u32 = 0x80;

/// The fast parser.
pub(super) struct FastParser {
    /// Length of the longest match at the last byte that has run through the
    /// match finder.
    longest: u32,
}

/// Tells whether `large` is so much larger than `small` that a match at the smaller
/// distance is worth more, even if it is a byte shorter.
#[inline(always)]
fn much_larger(large: u32, small: u32) -> bool {
    large >> 7 > small
}

impl FastParser {
    /// A parser before its first symbol.
    pub(super) const START: FastParser = FastParser { longest: 0 };

    /// Returns the next symbol. At most one byte that is not encoded may have
    /// run through the match finder.
    #[inline]
    pub(super) fn next(
        &mut self,
        symbols: &SymbolEncoder,
        finder: &mut MatchFinder,
        nice_len: u32,
    ) -> Symbol {
        if finder.read_ahead() == 0 {
            self.longest = finder.find();
        }
        let mut main = Match { len: self.longest, dist: 0 };
        let available = (finder.available() + 1).min(MATCH_LEN_MAX as u32);
        if available < 2 {
            return Symbol::LITERAL;
        }
        let rep = longest_rep(&symbols.reps, finder, available, nice_len);
        if rep.len >= nice_len {
            return take(finder, rep, 1);
        }
        if main.len >= 2 {
            let matches = finder.matches();
            main.dist = matches.last().map_or(0, |last| last.dist);
            if main.len >= nice_len {
                return take(finder, Symbol { back: main.dist + REPS as u32, len: main.len }, 1);
            }
            main = cheapest(matches, main);
            if main.len == 2 && main.dist >= FAR_FOR_TWO {
                main.len = 1;
            }
        }
        if rep.len >= 2
            && (rep.len + 1 >= main.len
                || (rep.len + 2 >= main.len && main.dist > 1 << 9)
                || (rep.len + 3 >= main.len && main.dist > 1 << 15))
        {
            return take(finder, rep, 1);
        }
        if main.len < 2 || available <= 2 || self.next_is_better(symbols, finder, main) {
            return Symbol::LITERAL;
        }
        take(finder, Symbol { back: main.dist + REPS as u32, len: main.len }, 2)
    }

    /// Tells whether a literal should come first, because a better match than `main`
    /// begins at the byte after it.
    #[inline(always)]
    fn next_is_better(
        &mut self,
        symbols: &SymbolEncoder,
        finder: &mut MatchFinder,
        main: Match,
    ) -> bool {
        self.longest = finder.find();
        if self.longest >= 2 {
            let dist = finder.matches().last().map_or(0, |last| last.dist);
            let len = self.longest;
            if (len >= main.len && dist < main.dist)
                || (len == main.len + 1 && !much_larger(dist, main.dist))
                || len > main.len + 1
                || (len + 1 >= main.len && main.len >= 3 && much_larger(main.dist, dist))
            {
                return true;
            }
        }
        let (bytes, read) = finder.window();
        let index = read - 1;
        let limit = (main.len as usize - 1).max(2);
        symbols.reps.iter().any(|&rep| {
            let start = back(index, rep);
            pair(bytes, index) == pair(bytes, start)
                && match_len(bytes, index, start, 2, limit) >= limit
        })
    }
}

/// Runs the bytes of `symbol` through the match finder, of which `ahead` have
/// run through it before. Returns the symbol.
#[inline(always)]
fn take(finder: &mut MatchFinder, symbol: Symbol, ahead: u32) -> Symbol {
    finder.skip(symbol.len - ahead);
    symbol
}

/// Returns the longest repeated match at the last byte that has run through the
/// match finder, or the first that reaches `nice_len`.
#[inline(always)]
fn longest_rep(reps: &[u32; REPS], finder: &MatchFinder, available: u32, nice_len: u32) -> Symbol {
    let (bytes, read) = finder.window();
    let index = read - 1;
    let here = pair(bytes, index);
    let mut longest = Symbol { back: 0, len: 0 };
    for (rep, &dist) in (0..).zip(reps) {
        let start = back(index, dist);
        if here != pair(bytes, start) {
            continue;
        }
        let len = match_len(bytes, index, start, 2, available as usize) as u32;
        if len > longest.len {
            longest = Symbol { back: rep, len };
            if len >= nice_len {
                break;
            }
        }
    }
    longest
}

/// Returns the cheapest of the longest matches: as long as there is a match
/// that is a byte shorter, at a much smaller distance, it takes that.
#[inline(always)]
fn cheapest(matches: &[Match], mut main: Match) -> Match {
    for shorter in matches.iter().rev().skip(1) {
        if main.len != shorter.len + 1 || !much_larger(main.dist, shorter.dist) {
            break;
        }
        main = *shorter;
    }
    main
}
