//! Lempel-Ziv: the decoder's dictionary, the encoder's window and its match
//! finders.
//!
//! [`MatchFinder`] is what encoders use. An encoder goes like this:
//!
//! ```text
//! while output is not full and (input is not empty or action is not Run) {
//!     if lz.wants_input() { lz.fill(source, input, action)? }
//!     parser: while !lz.at_limit() { find, skip, matches, window, encoded }
//!     once all is encoded for the current lz.action(): lz.end_flush()
//! }
//! ```
//!
//! A parser that has started below the limit may run up to `after_size` bytes
//! through the match finder and look at `match_len_max` bytes after those;
//! [`MatchFinder::fill`] sees to it that they are there, unless the input ends.
//!
//! Match finders give exactly the matches that liblzma's give, whatever the
//! order of calls. That is a function of the input alone: a position is
//! inserted once, in its turn, after a search for at most `nice_len` bytes;
//! or fewer, if the input ends. Positions that have too few bytes ahead when
//! the encoder is flushed have no matches, and are inserted later.

#![forbid(unsafe_code)]

mod dictionary;
mod match_finder;
mod options;
mod window;

pub(crate) use dictionary::Dictionary;
pub(crate) use match_finder::{MatchFinder, chunk, match_len};
pub(crate) use options::{LzOptions, MatchFinderKind};

/// What begins at the current position began `dist + 1` bytes before as well,
/// for `len` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// Length in bytes.
    pub(crate) len: u32,
    /// Distance in bytes, less one: 0 is the previous byte.
    pub(crate) dist: u32,
}

impl Match {
    /// No match.
    const NONE: Match = Match { len: 0, dist: 0 };
}
