//! A copy of the search structures as they are after a preset dictionary, for
//! encoders that are started with the same one again and again.
//!
//! Inserting a dictionary takes as long as encoding it; copying what came out of
//! that takes a few percent of that time. The first start with a dictionary only
//! remembers its CRC64, so that encoders that are used once pay next to nothing. The
//! second one makes the copy, and all later ones begin with it. A copy takes as
//! much memory as is used by the dictionary in the window, head tables and
//! links. If there is none for it, dictionaries are inserted as ever.

#![forbid(unsafe_code)]

use super::Search;
use super::hash::PerHash;
use super::hash_ahead::HashAhead;
use super::head_table::HeadTable;
use super::params::Params;
use crate::check::crc64;
use crate::error::Result;
use crate::lz::window::EncodeWindow;
use crate::memory::{AllocatorHandle, Buf, OwnedBox};

/// Shorter dictionaries are not copied, in bytes: inserting them takes a fraction
/// of a millisecond.
pub(super) const LEN_MIN: usize = 1 << 12;

/// The preset dictionary of the last starts.
pub(super) struct PresetDictCache {
    /// CRC64 of the dictionary of the last start; `None` if there was none. For two
    /// dictionaries that have the same, a copy is made once too often.
    last: Option<u64>,
    snapshot: Option<OwnedBox<Snapshot>>,
}

/// The contents of a search structure in which a dictionary is inserted, as far
/// as it can be, and nothing else.
pub(super) struct Snapshot {
    dictionary: Buf<u8>,
    pub(super) params: Params,
    pub(super) heads: PerHash<HeadTable>,
    /// Those of the nodes that are in use.
    pub(super) links: Buf<u32>,
    /// The first position that is not inserted, and its node.
    pub(super) next: u32,
    pub(super) node: u32,
}

impl Snapshot {
    /// Copies the contents of a search structure and the dictionary in the window.
    pub(super) fn new(
        memory: &AllocatorHandle,
        window: &EncodeWindow,
        ahead: &HashAhead,
        links: &[u32],
        node: u32,
    ) -> Result<Snapshot> {
        Ok(Snapshot {
            heads: ahead.copy_heads(memory)?,
            links: memory.copy_of(links)?,
            dictionary: memory.copy_of(window.dictionary())?,
            params: window.params,
            next: ahead.prepared,
            node,
        })
    }

    /// Tells whether it holds what a search structure holds after the dictionary
    /// in the window.
    fn is_of(&self, window: &EncodeWindow) -> bool {
        self.params == window.params && *self.dictionary == *window.dictionary()
    }
}

impl PresetDictCache {
    /// No dictionary was seen.
    pub(super) const EMPTY: PresetDictCache = PresetDictCache { last: None, snapshot: None };

    /// Returns the copy. It is of the dictionary that
    /// [`PresetDictCache::forget_others`] has seen.
    pub(super) fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_deref()
    }

    /// Frees the copy, unless it can be used for the dictionary in the window, so
    /// that its memory is free before other memory is allocated.
    pub(super) fn forget_others(&mut self, window: &EncodeWindow) {
        if !self.snapshot().is_some_and(|snapshot| snapshot.is_of(window)) {
            self.snapshot = None;
        }
        if window.dictionary().len() < LEN_MIN {
            self.last = None;
        }
    }

    /// Records a start with the dictionary in the window, which is inserted in
    /// `search`.
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
        let crc = Some(crc64(dictionary, 0));
        let again = self.last == crc;
        self.last = crc;
        if again {
            // Without memory for a copy, everything works as before.
            let snapshot = search.snapshot(memory, window);
            self.snapshot = snapshot.and_then(|snapshot| memory.own(snapshot)).ok();
        }
    }
}
