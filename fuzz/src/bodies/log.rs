//! A record of one library's answers, to be compared with the other's.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ptr;

use rlzma::ffi::*;

use crate::common::{Lib, Rng};

/// One library, and each of its answers with the name of the question.
pub(super) struct Log {
    pub(super) lib: &'static Lib,
    pub(super) rng: Rng,
    /// The allocator for functions that take one.
    pub(super) allocator: *const lzma_allocator,
    pub(super) said: Vec<(&'static str, u64)>,
    /// True once a function has returned `LZMA_MEM_ERROR`.
    pub(super) found_no_memory: bool,
}

impl Log {
    /// An empty log of a library that allocates with malloc.
    pub(super) fn new(lib: &'static Lib, rng: &Rng) -> Log {
        let (rng, said) = (rng.clone(), Vec::new());
        Log { lib, rng, allocator: ptr::null(), said, found_no_memory: false }
    }

    pub(super) fn say(&mut self, what: &'static str, answer: impl Into<u64>) {
        self.said.push((what, answer.into()));
    }

    /// Records what a function returned. True if that was `LZMA_OK`.
    pub(super) fn returned(&mut self, what: &'static str, ret: lzma_ret) -> bool {
        self.found_no_memory |= ret == LZMA_MEM_ERROR;
        self.say(what, ret.0);
        ret == LZMA_OK
    }

    /// Bytes as one answer: their hash.
    pub(super) fn say_bytes(&mut self, what: &'static str, bytes: &[u8]) {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        self.say(what, bytes.len() as u64);
        self.say("its hash", hasher.finish());
    }
}

/// Panics unless both libraries, asked the same by `ask`, answer the same.
/// Returns the answers.
pub(super) fn compare(rng: &Rng, ask: impl Fn(&mut Log)) -> Vec<(&'static str, u64)> {
    let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
        let mut log = Log::new(lib, rng);
        ask(&mut log);
        log.said
    });
    let said = &have;
    for (at, (want, have)) in want.iter().zip(&have).enumerate() {
        assert_eq!(have, want, "answer {at}, after {:#?}", &said[at.saturating_sub(40)..at]);
    }
    assert_eq!(want.len(), have.len());
    want
}
