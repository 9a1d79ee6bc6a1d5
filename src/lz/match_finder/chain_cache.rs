//! Chains that were walked lately, so that they need not be walked link by link
//! once more.
//!
//! A walk waits for each link before it knows where the next one is. Long chains
//! belong to texts that are frequent, and so are walked often; after a few links,
//! the chain of a position joins that of an earlier position with the same text. The
//! cache has some candidates of that chain, the same number of links apart. The
//! stretches between them are walked side by side, and waits overlap:
//!
//! ```text
//! position -> . -> . -> earlier position -> 1 -> 2 -> 3 -> 4 -> 5 -> 6 -> 7 -> 8 ...
//!                       in the cache        in the cache             in the cache
//!                       first stretch       second stretch           third stretch
//! ```
//!
//! The cache is for the fast parser only, and as large as liblzma's figures of memory
//! usage allow. Window, head tables and links apart, they count 282 552 bytes for an LZMA1
//! encoder of 64 bits: 249 552 for its state, in which prices and the normal parser's
//! array have room also if the fast parser is in use, and 33 000 for all else. The fast
//! parser's encoder needs up to 42 848 of them here (24 576 of these for literals, if
//! `lc + lp` is 4), and the cache takes 224 000. LZMA2 adds 64 KiB to both sides.

#![forbid(unsafe_code)]

use std::ops::Range;

use super::compare::word;
use super::params::Params;
use crate::memory::{AllocatorHandle, Buf};

/// Stretches of a chain that are walked side by side.
pub(super) const STRETCHES: usize = 6;

/// Number of chains in the cache, [`Words`] each.
const CHAINS: usize = 7000;

/// With fewer candidates to examine, walks take less time than the cache.
const DEPTH_MIN: u32 = 16;

/// Shorter chains are not kept, in links.
const LEN_MIN: usize = 8;

/// Number of times that a chain is not replaced by one with another text, after it
/// was joined so often.
const CHANCES_MAX: u32 = 2;

/// A chain's chances are kept above its length.
const CHANCES_SHIFT: u32 = 8;

/// A chain in the cache's memory.
type Words = [u32; 2 + STRETCHES];

/// A chain in the cache.
pub(super) struct CachedChain {
    /// Number of candidates.
    pub(super) len: usize,
    /// The last candidate.
    pub(super) last: u32,
    /// Starts of the stretches: the position that the chain was walked from, and
    /// candidates; that position again for stretches that the chain is too short for.
    pub(super) starts: [u32; STRETCHES],
    /// Number of times that it is not replaced by a chain that did not join it.
    chances: u32,
}

impl CachedChain {
    /// The chain of `position` with candidates at these distances, in stretches of
    /// `stretch` links.
    #[inline(always)]
    fn new(position: u32, distances: &[u32], stretch: usize, chances: u32) -> CachedChain {
        let mut starts = [position; STRETCHES];
        for (number, start) in starts.iter_mut().enumerate().skip(1) {
            *start -= distances.get(number * stretch - 1).copied().unwrap_or_default();
        }
        let last = position - distances.last().copied().unwrap_or_default();
        CachedChain { len: distances.len(), last, starts, chances }
    }

    #[inline(always)]
    fn from_words([len_and_chances, last, starts @ ..]: Words) -> CachedChain {
        let len = (len_and_chances & ((1 << CHANCES_SHIFT) - 1)) as usize;
        CachedChain { len, last, starts, chances: len_and_chances >> CHANCES_SHIFT }
    }

    #[inline(always)]
    fn to_words(&self) -> Words {
        let [position, a, b, c, d, e] = self.starts;
        [self.len as u32 | self.chances << CHANCES_SHIFT, self.last, position, a, b, c, d, e]
    }
}

/// Some of the chains that were walked lately, indexed by the text of their
/// positions.
pub(super) struct ChainCache {
    /// Empty while the cache is not in use.
    chains: Buf<Words>,
}

impl ChainCache {
    /// A cache that is not in use.
    pub(super) const EMPTY: ChainCache = ChainCache { chains: Buf::EMPTY };

    /// Begins to keep chains, once so many nodes are in use that links are likely to be
    /// out of the processor's cache. `nodes` is their number before and now. Without
    /// memory for chains, none are kept.
    #[inline]
    pub(super) fn grow(
        &mut self,
        params: &Params,
        nodes: Range<usize>,
        memory: Option<&AllocatorHandle>,
    ) {
        let is_needed = nodes.contains(&(params.tuning.cache_nodes_min as usize))
            && params.caches_chains
            && params.depth >= DEPTH_MIN;
        if is_needed && !self.is_in_use() {
            self.begin(memory);
        }
    }

    #[cold]
    fn begin(&mut self, memory: Option<&AllocatorHandle>) {
        let chains = memory.and_then(|memory| memory.buf_with_capacity(CHAINS).ok());
        self.chains = chains.unwrap_or(Buf::EMPTY);
        self.chains.grow_zeroed(CHAINS);
    }

    /// Tells whether the cache is in use.
    #[inline]
    pub(super) fn is_in_use(&self) -> bool {
        !self.chains.is_empty()
    }

    /// The place for the chain of a position that has the text at `index`. There is none
    /// if the cache is not in use.
    #[inline(always)]
    pub(super) fn place(&self, bytes: &[u8], index: usize) -> usize {
        let hash = (word(bytes, index) as u32).wrapping_mul(0x9E37_79B1);
        ((u64::from(hash) * self.chains.len() as u64) >> 32) as usize
    }

    /// The position of the chain at `place`; 0, which is out of reach, if there is none.
    #[inline(always)]
    pub(super) fn position(&self, place: usize) -> u32 {
        self.chains.get(place).map_or(0, |[_, _, position, ..]| *position)
    }

    /// The chain at `place`, where there is one.
    #[inline(always)]
    pub(super) fn chain(&self, place: usize) -> CachedChain {
        CachedChain::from_words(self.chains.get(place).copied().unwrap_or_default())
    }

    /// Keeps the chain of `position` at `place`, if it is long. Its candidates are at
    /// these distances, in stretches of `stretch` links. A chain that was joined is
    /// not replaced at once by one that has not `joined` it.
    #[inline(always)]
    pub(super) fn keep(
        &mut self,
        (place, position): (usize, u32),
        distances: &[u32],
        stretch: usize,
        joined: bool,
    ) {
        if distances.len() < LEN_MIN {
            return;
        }
        let Some(words) = self.chains.get_mut(place) else { return };
        let CachedChain { chances, .. } = CachedChain::from_words(*words);
        if !joined && chances > 0 {
            words[0] -= 1 << CHANCES_SHIFT;
            return;
        }
        let chances = if joined { CHANCES_MAX.min(chances + 1) } else { 0 };
        *words = CachedChain::new(position, distances, stretch, chances).to_words();
    }

    /// Forgets all chains.
    pub(super) fn clear(&mut self) {
        self.chains.fill(Words::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::testing;

    /// A cache in use, and the place of its only text.
    fn cache() -> (ChainCache, usize) {
        let mut cache = ChainCache::EMPTY;
        cache.begin(Some(&testing::malloc()));
        let place = cache.place(&[7; 16], 0);
        (cache, place)
    }

    #[test]
    fn tells_where_stretches_begin() {
        let (mut cache, place) = cache();
        assert_eq!(cache.position(place), 0);
        let distances: Vec<u32> = (1..=11).map(|number| number * 10).collect();
        cache.keep((place, 1000), &distances, 4, false);
        assert_eq!(cache.position(place), 1000);
        let chain = cache.chain(place);
        assert_eq!((chain.len, chain.last), (11, 890));
        assert_eq!(chain.starts, [1000, 960, 920, 1000, 1000, 1000]);
        cache.clear();
        assert_eq!(cache.position(place), 0);
    }

    #[test]
    fn keeps_what_is_joined() {
        let (mut cache, place) = cache();
        let distances = [1; LEN_MIN];
        let mut keep = |position: u32, joined: bool| {
            cache.keep((place, position), &distances, 2, joined);
            cache.position(place)
        };
        assert_eq!(keep(100, false), 100);
        assert_eq!(keep(101, false), 101);
        for position in 102..110 {
            assert_eq!(keep(position, true), position);
        }
        assert_eq!([110, 111, 112].map(|position| keep(position, false)), [109, 109, 112]);
        cache.keep((place, 113), &distances[1..], 2, true);
        assert_eq!(cache.position(place), 112);
    }

    #[test]
    fn without_memory_nothing_is_kept() {
        let mut cache = ChainCache::EMPTY;
        cache.begin(None);
        let place = cache.place(&[7; 16], 0);
        cache.keep((place, 100), &[1; LEN_MIN], 2, false);
        assert_eq!(cache.position(place), 0);
    }
}
