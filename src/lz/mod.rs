//! Lempel-Ziv: the decoder's dictionary, the encoder's window and its match
//! finders.
//!
//! [`MatchFinder`] is what encoders use. An encoder goes like this:
//!
//! ```text
//! while output is not full and (input is not empty or action is not Run) {
//!     if finder.wants_input() { finder.fill(source, input, action)? }
//!     parser: while !finder.at_limit() { find, skip, matches, window, encoded }
//!     once all is encoded for the current finder.action(): finder.end_flush()
//! }
//! ```
//!
//! A parser that has begun a symbol below the limit may run up to `after_size`
//! bytes through the match finder and compare [`MATCH_LEN_MAX`] bytes after
//! those; [`MatchFinder::fill`] sees to it that they are there, unless the
//! input ends.
//!
//! Match finders give exactly the matches that liblzma's give, whatever the
//! order of calls. The matches of a position depend on the input alone: each
//! position is inserted once, in its turn, after a search for at most
//! `nice_len` bytes, or fewer if the input ends. Positions that have too few
//! bytes ahead when the encoder is flushed have no matches, and are inserted
//! later.

#![forbid(unsafe_code)]

mod dictionary;
mod match_finder;
mod options;
mod window;

pub(crate) use dictionary::Dictionary;
pub(crate) use match_finder::{MatchFinder, array_at, match_len};
pub(crate) use options::{LzOptions, MatchFinderKind};

/// The smallest dictionary size in bytes that encoders accept.
pub(crate) const DICT_SIZE_MIN: u32 = 1 << 12;
/// The largest one. Above it, positions and the sizes derived from the dictionary size
/// would not fit 32 bits together.
pub(crate) const DICT_SIZE_MAX: u32 = 3 << 29;

/// Length of the longest match that LZMA can encode, in bytes.
pub(crate) const MATCH_LEN_MAX: usize = 273;

/// An earlier occurrence of the bytes at the current position.
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
