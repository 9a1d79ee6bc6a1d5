//! [`MatchFinder`]: the encoder's window and the searches in it, as a parser
//! uses them.
//!
//! ```text
//! MatchFinder           the window, and the matches of the latest position
//! |- HashChain          presets 0 to 3: positions with one hash in a list
//! |  |- ChainCache      some of the lists that were walked lately
//! |  `- HashAhead       hashes of positions ahead, and their candidates
//! |     `- HeadTable    for each hash, the latest position that has it
//! |- BinaryTree         other presets: positions with one hash in a sorted tree
//! |  |- HashAhead       as above
//! |  |- Trees           the nodes, and the insertion of one after the other
//! |  `- BatchedSearch   many searches that wait for memory together
//! `- PresetDictCache        the tables of a preset dictionary that comes again
//! ```
//!
//! Both work on positions that the parser has not reached; `hash_ahead.rs` and
//! `binary_tree/mod.rs` show on a number line how far ahead. What they find is
//! what `reference.rs` finds, without any of this.

#![forbid(unsafe_code)]

mod binary_tree;
mod chain_cache;
mod chain_walk;
mod compare;
mod hash;
mod hash_ahead;
mod hash_chain;
mod head_table;
mod matches;
mod params;
mod preset_dict;
#[cfg(test)]
mod reference;
mod short_matches;
#[cfg(test)]
mod tests;

use self::binary_tree::BinaryTree;
use self::hash_chain::HashChain;
use self::matches::MatchList;
use self::preset_dict::{PresetDictCache, Snapshot};
#[cfg(test)]
use self::reference::Reference;
use super::options::LzOptions;
use super::window::EncodeWindow;
use super::{MATCH_LEN_MAX, Match};
use crate::error::{Error, Result};
use crate::io::{Action, Input, Source};
use crate::memory::{AllocatorHandle, OwnedBox};

pub(super) use self::compare::COMPARE_EXTRA;
pub(crate) use self::compare::{array_at, match_len};
pub(super) use self::params::Params;
pub(crate) use self::params::Tuning;

/// The encoder's window, and what finds matches in it.
pub(crate) struct MatchFinder {
    window: EncodeWindow,
    search: Search,
    /// The matches of the position before the window's, if they were asked for.
    matches: MatchList,
    preset: PresetDictCache,
    /// Number of bytes that have run through the match finder, but are not
    /// encoded.
    read_ahead: usize,
}

/// The data structure that is searched.
enum Search {
    /// The match finder was not started.
    None,
    HashChain(OwnedBox<HashChain>),
    BinaryTree(OwnedBox<BinaryTree>),
    /// The reference implementation of both.
    #[cfg(test)]
    Reference(OwnedBox<Reference>),
}

/// Evaluates an expression for whatever is searched, or `$none`.
macro_rules! dispatch {
    ($search:expr, $finder:ident => $do:expr, $none:expr) => {
        match $search {
            Search::None => $none,
            Search::HashChain($finder) => $do,
            Search::BinaryTree($finder) => $do,
            #[cfg(test)]
            Search::Reference($finder) => $do,
        }
    };
}

impl Search {
    /// Makes it one of the right kind. The old memory goes first.
    fn choose(&mut self, memory: &AllocatorHandle, params: &Params) -> Result<()> {
        match self {
            #[cfg(test)]
            Search::Reference(_) => {}
            Search::BinaryTree(_) if params.is_tree => {}
            Search::HashChain(_) if !params.is_tree => {}
            _ if params.is_tree => {
                *self = Search::None;
                *self = Search::BinaryTree(memory.own_initial()?);
            }
            _ => {
                *self = Search::None;
                *self = Search::HashChain(memory.own_initial()?);
            }
        }
        Ok(())
    }

    /// Copies everything that later searches depend on.
    fn snapshot(&self, memory: &AllocatorHandle, window: &EncodeWindow) -> Result<Snapshot> {
        match self {
            Search::HashChain(chain) => chain.snapshot(memory, window),
            Search::BinaryTree(tree) => tree.snapshot(memory, window),
            _ => Err(Error::Prog),
        }
    }

    /// After the start, continues as when the copy was made.
    fn restore(&mut self, snapshot: &Snapshot) {
        match self {
            Search::HashChain(chain) => chain.restore(snapshot),
            Search::BinaryTree(tree) => tree.restore(snapshot),
            _ => {}
        }
    }
}

impl MatchFinder {
    /// Not usable before [`MatchFinder::start`].
    pub(crate) const INIT: MatchFinder = MatchFinder {
        window: EncodeWindow::EMPTY,
        search: Search::None,
        matches: MatchList::EMPTY,
        preset: PresetDictCache::EMPTY,
        read_ahead: 0,
    };

    /// One that searches as the reference implementation does.
    #[cfg(test)]
    pub(crate) fn reference(memory: &AllocatorHandle) -> Result<MatchFinder> {
        let search = Search::Reference(memory.own_initial()?);
        Ok(MatchFinder { search, ..MatchFinder::INIT })
    }

    /// Starts with a window that is empty but for the preset dictionary.
    /// Memory is used again if it has the right size. After an error, nothing
    /// is found and no input is taken until the next start.
    pub(crate) fn start(
        &mut self,
        memory: &AllocatorHandle,
        options: &LzOptions<'_>,
    ) -> Result<()> {
        self.start_tuned(memory, options, &Tuning::DEFAULT)
    }

    /// [`MatchFinder::start`] with thresholds for tests.
    fn start_tuned(
        &mut self,
        memory: &AllocatorHandle,
        options: &LzOptions<'_>,
        tuning: &Tuning,
    ) -> Result<()> {
        let params = Params::new(options, tuning)?;
        self.read_ahead = 0;
        self.matches.clear();
        let started = self.allocate(memory, params, options.preset_dict);
        if started.is_err() {
            *self = MatchFinder::INIT;
            return started;
        }
        self.insert_preset(memory);
        Ok(())
    }

    fn allocate(
        &mut self,
        memory: &AllocatorHandle,
        params: Params,
        preset_dict: &[u8],
    ) -> Result<()> {
        let window = &mut self.window;
        window.start(memory, params, preset_dict)?;
        self.preset.forget_others(window);
        self.search.choose(memory, &window.params)?;
        // A snapshot brings tables of the right size along.
        let preset = if self.preset.snapshot().is_some() { 0 } else { window.read };
        dispatch!(&mut self.search, finder => finder.start(memory, window, preset), Ok(()))
    }

    /// Inserts the preset dictionary before the window moves, since part of it may
    /// leave then.
    fn insert_preset(&mut self, memory: &AllocatorHandle) {
        let window = &self.window;
        let snapshot = self.preset.snapshot();
        if let Some(snapshot) = snapshot {
            self.search.restore(snapshot);
        }
        let restored = snapshot.is_some();
        // Once restored, this skips the last positions, which cannot be inserted yet.
        dispatch!(&mut self.search, finder => finder.skip(window), ());
        if !restored {
            self.preset.record(memory, window, &self.search);
        }
    }

    /// Reads as much input as there is and as fits into the window. To be
    /// called if [`MatchFinder::wants_input`] is true, and only then.
    pub(crate) fn fill(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        action: Action,
    ) -> Result<()> {
        if self.window.bytes().is_empty() {
            return Err(Error::Prog);
        }
        if let Some(less) = self.window.move_window() {
            dispatch!(&mut self.search, finder => finder.rebase(less), ());
        }
        self.window.read_from(source, input, action)
    }

    /// Tells whether [`MatchFinder::fill`] should be called before the parser
    /// runs.
    pub(crate) fn wants_input(&self) -> bool {
        self.action() == Action::Run && self.at_limit()
    }

    /// Tells whether the parser may not begin another symbol: it could need
    /// bytes that are not there yet or, if [`MatchFinder::action`] is not
    /// [`Action::Run`], there are no more. (Then bytes may remain to be encoded
    /// if [`MatchFinder::read_ahead`] is not 0.)
    #[inline(always)]
    pub(crate) fn at_limit(&self) -> bool {
        self.window.at_limit()
    }

    /// [`Action::Run`], or what the application wants once all input is in
    /// the window.
    #[inline(always)]
    pub(crate) fn action(&self) -> Action {
        self.window.action
    }

    /// Goes on with [`Action::Run`], as the flush is complete.
    pub(crate) fn end_flush(&mut self) {
        self.window.action = Action::Run;
    }

    /// Runs the next byte through the match finder. Returns the length of the
    /// longest match; [`MatchFinder::matches`] are all that were found.
    #[inline]
    pub(crate) fn find(&mut self) -> u32 {
        let window = &mut self.window;
        self.matches.clear();
        if window.available() == 0 {
            return 0;
        }
        dispatch!(&mut self.search, finder => finder.find(window, &mut self.matches), ());
        let index = window.read;
        window.read += 1;
        self.read_ahead += 1;
        let Some(&Match { len, dist }) = self.matches.as_slice().last() else {
            return 0;
        };
        if len != self.window.params.nice_len {
            return len;
        }
        // The search has stopped here, but the match may go on.
        let window = &self.window;
        let limit = (window.end - index).min(MATCH_LEN_MAX);
        let start = index.saturating_sub(dist as usize + 1);
        match_len(window.bytes(), index, start, len as usize, limit) as u32
    }

    /// The matches that the last [`MatchFinder::find`] has found: ever longer
    /// ones at ever larger distances. No length is above `nice_len`, even if
    /// the longest match is longer. Valid until the next
    /// [`MatchFinder::find`] or [`MatchFinder::skip`].
    #[inline(always)]
    pub(crate) fn matches(&self) -> &[Match] {
        self.matches.as_slice()
    }

    /// Runs `count` bytes through the match finder without looking for
    /// matches.
    #[inline]
    pub(crate) fn skip(&mut self, count: u32) {
        let window = &mut self.window;
        let count = (count as usize).min(window.available());
        if let Search::BinaryTree(tree) = &mut self.search {
            tree.count_skipped(count as u32);
        }
        window.read += count;
        dispatch!(&mut self.search, finder => finder.skip(window), ());
        self.read_ahead += count;
    }

    /// Counts bytes as encoded that have run through the match finder.
    #[inline(always)]
    pub(crate) fn encoded(&mut self, count: u32) {
        self.read_ahead = self.read_ahead.saturating_sub(count as usize);
    }

    /// Number of bytes that have run through the match finder, but are not
    /// encoded.
    #[inline(always)]
    pub(crate) fn read_ahead(&self) -> u32 {
        self.read_ahead as u32
    }

    /// The bytes in the window, and the index among them of the next byte to
    /// run through the match finder. After the last byte are
    /// [`COMPARE_EXTRA`] more, of any value.
    #[inline(always)]
    pub(crate) fn window(&self) -> (&[u8], usize) {
        (self.window.bytes(), self.window.read)
    }

    /// Number of bytes that have not run through the match finder.
    #[inline(always)]
    pub(crate) fn available(&self) -> u32 {
        self.window.available() as u32
    }

    /// Number of bytes that are not encoded.
    #[inline(always)]
    pub(crate) fn unencoded(&self) -> u32 {
        self.available() + self.read_ahead()
    }

    /// Index in the window of the next byte to be encoded.
    /// [`MatchFinder::fill`] may make it smaller by a multiple of 16.
    #[inline(always)]
    pub(crate) fn next_index(&self) -> usize {
        self.window.read - self.read_ahead
    }
}
