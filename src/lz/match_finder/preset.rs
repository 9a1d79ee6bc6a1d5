//! A copy of the search structures as they are after a preset dictionary, for
//! encoders that are started with the same one again and again.
//!
//! Inserting a dictionary takes as long as encoding it; copying what came out of
//! that takes a few percent of that time. The first start with a dictionary only
//! remembers its hash, so that encoders that are used once pay nothing. The
//! second one makes the copy, and all later ones begin with it. A copy takes as
//! much memory as is used by the dictionary in the window, head tables and
//! links. If there is none for it, dictionaries are inserted as ever.

#![forbid(unsafe_code)]

use std::hash::{DefaultHasher, Hasher};

use super::Search;
use super::hash::PerHash;
use super::params::Params;
use crate::error::Result;
use crate::lz::window::EncodeWindow;
use crate::memory::{AllocatorHandle, Buf, OwnedBox};

/// Shorter dictionaries are not copied, in bytes: inserting them takes a fraction
/// of a millisecond.
pub(super) const LEN_MIN: usize = 1 << 12;

/// The preset dictionary of the last starts.
pub(super) struct PresetCache {
    /// Hash of the dictionary of the last start; 0 if there was none.
    last: u64,
    copy: Option<OwnedBox<Copied>>,
}

/// Search structures that hold a dictionary and nothing else.
struct Copied {
    dictionary: Buf<u8>,
    params: Params,
    tables: Tables,
}

/// The contents of a search structure between two calls in which all positions
/// were inserted that can be.
pub(super) struct Tables {
    pub(super) heads: PerHash<Heads>,
    pub(super) links: Buf<u32>,
    pub(super) range: Inserted,
}

/// The positions that are inserted.
#[derive(Clone, Copy)]
pub(super) struct Inserted {
    pub(super) first: u32,
    /// The first position after them, and its node.
    pub(super) next: u32,
    pub(super) node: u32,
}

impl Inserted {
    /// Number of nodes that positions have.
    pub(super) fn nodes(&self, params: &Params) -> usize {
        (self.next - self.first).min(params.nodes) as usize
    }
}

/// The contents of a head table.
pub(super) struct Heads {
    pub(super) entries: Buf<u32>,
    pub(super) small: u32,
    pub(super) taken: usize,
}

impl PresetCache {
    /// No dictionary was seen.
    pub(super) const EMPTY: PresetCache = PresetCache { last: 0, copy: None };

    /// Returns the copied tables. They are those after the dictionary that
    /// [`PresetCache::forget_others`] was told.
    pub(super) fn tables(&self) -> Option<&Tables> {
        self.copy.as_deref().map(|copy| &copy.tables)
    }

    /// Frees the copy, unless it can be used for `dictionary` and searches with
    /// `params`, so that its memory is free before other memory is allocated.
    pub(super) fn forget_others(&mut self, window: &EncodeWindow) {
        let (dictionary, params) = (window.dictionary(), &window.params);
        let serves = |copy: &Copied| copy.params == *params && *copy.dictionary == *dictionary;
        if !self.copy.as_deref().is_some_and(serves) {
            self.copy = None;
        }
        if dictionary.len() < LEN_MIN {
            self.last = 0;
        }
    }

    /// Records a start with `dictionary`, which is inserted in `search`.
    pub(super) fn record(
        &mut self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
        search: &Search,
    ) {
        let dictionary = window.dictionary();
        if dictionary.len() < LEN_MIN {
            return;
        }
        let mut hasher = DefaultHasher::new();
        hasher.write(dictionary);
        let hash = hasher.finish() | 1;
        let again = self.last == hash;
        self.last = hash;
        if again {
            // Without memory for a copy, everything works as before.
            self.copy = Copied::new(memory, dictionary, &window.params, search).ok();
        }
    }
}

impl Copied {
    fn new(
        memory: &AllocatorHandle,
        dictionary: &[u8],
        params: &Params,
        search: &Search,
    ) -> Result<OwnedBox<Copied>> {
        let tables = search.copy(memory, params)?;
        memory.own(Copied { dictionary: memory.copy_of(dictionary)?, params: *params, tables })
    }
}
