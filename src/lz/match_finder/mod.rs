//! [`MatchFinder`]: the encoder's window and its match finder, as a parser uses them.

#![forbid(unsafe_code)]

mod binary_tree;
mod compare;
mod finder;
mod hash;
mod hash_ahead;
mod hash_chain;
mod head_table;
mod matches;
mod params;
#[cfg(test)]
mod reference;
mod short_matches;
#[cfg(test)]
mod tests;

pub(super) use compare::COMPARE_EXTRA;
pub(crate) use compare::{chunk, match_len};

use self::finder::Finder;

use crate::error::{Error, Result};
use crate::io::{Action, Input, Source};
use crate::lz::Match;
use crate::lz::options::LzOptions;
use crate::lz::window::{EncodeWindow, Moved};
use crate::memory::Memory;

/// The encoder's window and match finder.
pub(crate) struct MatchFinder {
    window: EncodeWindow,
    finder: Finder,
    /// How many bytes have run through the match finder, but are not encoded.
    read_ahead: usize,
    nice_len: u32,
    match_len_max: usize,
}

impl MatchFinder {
    /// Not usable before [`MatchFinder::start`].
    pub(crate) const INIT: MatchFinder = MatchFinder {
        window: EncodeWindow::EMPTY,
        finder: Finder::INIT,
        read_ahead: 0,
        nice_len: 0,
        match_len_max: 0,
    };

    /// The same with a plain match finder.
    #[cfg(test)]
    pub(crate) fn reference() -> MatchFinder {
        let mut lz = MatchFinder::INIT;
        lz.finder.plain = true;
        lz
    }

    /// Has positions counted anew once they come to `top`.
    #[cfg(test)]
    pub(super) fn limit_positions(&mut self, top: u32) {
        self.window.spare = u32::MAX - top;
    }

    /// Starts with an empty window, or one that holds the preset dictionary.
    /// Memory is used again if it has the right size. After an error, `MatchFinder`
    /// finds nothing and takes no input until it is started again.
    pub(crate) fn start(&mut self, memory: &Memory, options: &LzOptions<'_>) -> Result<()> {
        let sizes = options.sizes()?;
        self.read_ahead = 0;
        self.nice_len = options.nice_len;
        self.match_len_max = options.match_len_max as usize;
        let window = &mut self.window;
        let started = window
            .start(memory, &sizes, options.preset_dict)
            .and_then(|()| self.finder.start(memory, options, &sizes, window.base));
        if started.is_err() {
            *self = MatchFinder::INIT;
            return started;
        }
        // Before the window moves: part of the preset dictionary may leave.
        self.finder.skip(&window.text(), 0, window.read);
        Ok(())
    }

    /// Reads what there is and fits into the window. To be called when
    /// [`MatchFinder::wants_input`], and only then.
    pub(crate) fn fill<S: Source>(
        &mut self,
        source: &mut S,
        input: &mut Input<'_>,
        action: Action,
    ) -> Result<()> {
        if self.window.bytes().is_empty() {
            return Err(Error::Prog);
        }
        if let Moved::Less(by) = self.window.make_room() {
            self.finder.rebase(by);
        }
        self.window.read_from(source, input, action)
    }

    /// Whether [`MatchFinder::fill`] should come before the parser runs.
    pub(crate) fn wants_input(&self) -> bool {
        self.action() == Action::Run && self.at_limit()
    }

    /// Whether the parser may not start another symbol, because it could need
    /// bytes that are not there yet or, if [`MatchFinder::action`] is not
    /// [`Action::Run`], because there are no more. (Then symbols may remain
    /// to be encoded if `read_ahead` is not 0.)
    #[inline(always)]
    pub(crate) fn at_limit(&self) -> bool {
        self.window.read >= self.window.limit
    }

    /// [`Action::Run`], or what the application wants once all input is in
    /// the window.
    #[inline(always)]
    pub(crate) fn action(&self) -> Action {
        self.window.action
    }

    /// The flush is complete: go on with [`Action::Run`].
    pub(crate) fn end_flush(&mut self) {
        self.window.action = Action::Run;
    }

    /// Runs the next byte through the match finder. Returns the length of the
    /// longest match; [`MatchFinder::matches`] are all that were found.
    #[inline]
    pub(crate) fn find(&mut self) -> u32 {
        let window = &mut self.window;
        if window.available() == 0 {
            self.finder.forget();
            return 0;
        }
        self.finder.find(&window.text(), window.read);
        let index = window.read;
        window.read += 1;
        self.read_ahead += 1;
        let Some(&Match { len, dist }) = self.finder.matches().last() else {
            return 0;
        };
        if len != self.nice_len {
            return len;
        }
        // The search has stopped here, but the match may go on.
        let limit = (window.end - index).min(self.match_len_max);
        let start = index.saturating_sub(dist as usize + 1);
        match_len(window.bytes(), index, start, len as usize, limit) as u32
    }

    /// What the last [`MatchFinder::find`] found: ever longer matches at ever larger
    /// distances. No length is above `nice_len`, even if the longest match
    /// is longer. Valid until the next [`MatchFinder::find`] or [`MatchFinder::skip`].
    #[inline(always)]
    pub(crate) fn matches(&self) -> &[Match] {
        self.finder.matches()
    }

    /// Runs `count` bytes through the match finder without looking for
    /// matches.
    #[inline]
    pub(crate) fn skip(&mut self, count: u32) {
        let window = &mut self.window;
        let count = (count as usize).min(window.available());
        self.finder.skip(&window.text(), window.read, count);
        window.read += count;
        self.read_ahead += count;
    }

    /// `count` bytes that have run through the match finder are encoded.
    #[inline(always)]
    pub(crate) fn encoded(&mut self, count: u32) {
        self.read_ahead = self.read_ahead.saturating_sub(count as usize);
    }

    /// How many bytes have run through the match finder, but are not encoded.
    #[inline(always)]
    pub(crate) fn read_ahead(&self) -> u32 {
        self.read_ahead as u32
    }

    /// The bytes in the window, and the index among them of the next byte to
    /// run through the match finder. Behind the last byte are
    /// [`COMPARE_EXTRA`](super::compare::COMPARE_EXTRA) more, of any value.
    #[inline(always)]
    pub(crate) fn window(&self) -> (&[u8], usize) {
        (self.window.bytes(), self.window.read)
    }

    /// How many bytes have not run through the match finder.
    #[inline(always)]
    pub(crate) fn available(&self) -> u32 {
        self.window.available() as u32
    }

    /// How many bytes are not encoded.
    #[inline(always)]
    pub(crate) fn unencoded(&self) -> u32 {
        self.available() + self.read_ahead()
    }

    /// Index in the window of the next byte to be encoded. [`MatchFinder::fill`] may
    /// make it smaller by a multiple of 16.
    #[inline(always)]
    pub(crate) fn position(&self) -> u32 {
        self.window.read as u32 - self.read_ahead()
    }
}
