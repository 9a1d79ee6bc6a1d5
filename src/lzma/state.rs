//! LZMA's state: the kinds of the last symbols, on which probabilities depend.

#![forbid(unsafe_code)]

/// One of twelve states, 0 to 11. As an index it needs no conversion: with a byte,
/// decoding takes 0.2 % more instructions, and the normal parser 0.5 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(usize);

/// Tables indexed by state have this many rows; the last four are unused, so
/// that indices need no check.
pub(crate) const STATE_ROWS: usize = 16;

/// States from this one on follow a match of any kind.
const FIRST_AFTER_MATCH: usize = 7;

impl State {
    /// The state before the first symbol.
    pub(crate) const START: State = State(0);

    /// Index into tables of [`STATE_ROWS`] rows.
    #[inline(always)]
    pub(crate) fn index(self) -> usize {
        self.0 % STATE_ROWS
    }

    /// The state that has this index.
    #[inline(always)]
    pub(crate) fn from_index(index: usize) -> State {
        State(index % STATE_ROWS)
    }

    /// Tells whether the last symbol was a literal.
    #[inline(always)]
    pub(crate) fn is_after_literal(self) -> bool {
        self.0 < FIRST_AFTER_MATCH
    }

    /// The state after a literal.
    #[inline(always)]
    pub(crate) fn literal(self) -> State {
        const NEXT: [u8; STATE_ROWS] = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5, 0, 0, 0, 0];
        State(usize::from(NEXT[self.index()]))
    }

    /// The state after a literal that follows a literal: a subtraction, which takes less
    /// time than the table.
    #[inline(always)]
    pub(crate) fn literal_again(self) -> State {
        State(self.0.saturating_sub(3))
    }

    /// The state after a match.
    #[inline(always)]
    pub(crate) fn match_(self) -> State {
        State(if self.is_after_literal() { 7 } else { 10 })
    }

    /// The state after a repeated match of two bytes or more.
    #[inline(always)]
    pub(crate) fn long_rep(self) -> State {
        State(if self.is_after_literal() { 8 } else { 11 })
    }

    /// The state after a repeated match of one byte.
    #[inline(always)]
    pub(crate) fn short_rep(self) -> State {
        State(if self.is_after_literal() { 9 } else { 11 })
    }
}
