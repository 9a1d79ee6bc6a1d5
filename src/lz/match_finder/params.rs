//! Parameters of a match finder, computed once from its options, and the
//! memory that a match finder with such parameters takes.

#![forbid(unsafe_code)]

use super::hash::{self, PerHash};
use crate::error::{Error, Result};
use crate::lz::options::LzOptions;
use crate::lz::{DICT_SIZE_MAX, DICT_SIZE_MIN, MATCH_LEN_MAX};
use crate::memory::figures::by_target;

/// Length of the rings that are indexed by the lowest bits of positions, and
/// so a bound for the number of positions that match finders run ahead of the
/// parser. A power of two.
pub(super) const LOOKAHEAD: usize = 256;

/// Thresholds that decide how match finders work, but never what they find.
/// Unit tests pass small ones, so that little data comes to every mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tuning {
    /// With fewer nodes in use than this, trees are searched for one position
    /// after the other: most of the links are likely to be in the cache.
    pub(crate) batch_nodes_min: u32,
    /// Distance from which on a candidate counts as far. The links of nearer
    /// ones are within half a mebibyte, and so likely to be in the cache.
    pub(crate) far_distance: u32,
    /// Steps of batched searches after which it is decided how to go on.
    pub(crate) trial_steps: u32,
    /// Positions that are searched one after the other before batches are
    /// tried again.
    pub(crate) serial_positions: u32,
    /// Positions after which it is decided by those that the parser has skipped
    /// how to go on.
    pub(crate) skip_window: u32,
    /// Candidates of searches that follow the path of the search before, after which it
    /// is decided whether others do.
    pub(crate) path_trial: u32,
    /// Searches that do without paths before these are tried again.
    pub(crate) pathless_searches: u32,
    /// With fewer nodes in use than this, chains are walked without a cache of other
    /// chains: most of the links are likely to be in the processor's cache.
    pub(crate) cache_nodes_min: u32,
    /// Positions begin at this, or at what the dictionary's size asks for.
    pub(crate) position_min: u32,
    /// Positions are rebased before they come to this.
    pub(crate) position_max: u32,
}

impl Tuning {
    /// The thresholds of the library; docs/internals/match-finder.md tells how they
    /// were found.
    pub(crate) const DEFAULT: Tuning = Tuning {
        batch_nodes_min: 1 << 20,
        far_distance: 1 << 16,
        trial_steps: 1 << 14,
        serial_positions: 1 << 16,
        skip_window: 1 << 13,
        path_trial: 1 << 12,
        pathless_searches: 1 << 12,
        cache_nodes_min: 1 << 17,
        position_min: 0,
        // Searches calculate with positions that much ahead of the data's end.
        position_max: u32::MAX - LOOKAHEAD as u32,
    };
}

/// Everything about window and searches that stays the same from position to
/// position. The sizes are exactly liblzma's: how much input a call takes
/// depends on them, and so does memory usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lz) struct Params {
    /// Bytes of the window.
    pub(in crate::lz) window_size: u32,
    /// Bytes that stay in the window before the read position.
    pub(in crate::lz) keep_before: u32,
    /// Bytes that must lie ahead of the read position while more may come.
    pub(in crate::lz) keep_after: u32,
    /// Distance from which on positions are out of reach: the size of
    /// liblzma's cyclic buffer, which is the dictionary size plus one.
    pub(in crate::lz) cyclic_size: u32,
    /// Nodes of trees, or links of chains, one for a position. A node is used
    /// again when its position is out of reach even of positions that are
    /// [`LOOKAHEAD`] behind.
    pub(super) nodes: u32,
    /// Length of a match that ends the search.
    pub(super) nice_len: u32,
    /// Number of candidates that a search examines.
    pub(super) depth: u32,
    /// Number of bytes that the main hash covers.
    pub(super) hash_bytes: u32,
    /// Entries of the head tables; 0 for hashes that are not used.
    pub(super) heads: PerHash<u32>,
    /// True for binary trees, false for hash chains.
    pub(super) is_tree: bool,
    /// True if chains may be cached.
    pub(super) caches_chains: bool,
    pub(in crate::lz) tuning: Tuning,
}

impl Params {
    /// Parameters of a match finder that was not started.
    pub(crate) const ZERO: Params = Params {
        window_size: 0,
        keep_before: 0,
        keep_after: 0,
        cyclic_size: 0,
        nodes: 0,
        nice_len: 0,
        depth: 0,
        hash_bytes: 0,
        heads: PerHash { two: 0, three: 0, main: 0 },
        is_tree: false,
        caches_chains: false,
        tuning: Tuning {
            batch_nodes_min: 0,
            far_distance: 0,
            trial_steps: 0,
            serial_positions: 0,
            skip_window: 0,
            path_trial: 0,
            pathless_searches: 0,
            cache_nodes_min: 0,
            position_min: 0,
            position_max: 0,
        },
    };

    /// The parameters for `options`; [`Error::Options`] if these are out of
    /// range.
    pub(super) fn new(options: &LzOptions<'_>, tuning: &Tuning) -> Result<Params> {
        let (dict_size, kind) = (options.dict_size, options.match_finder);
        if !(DICT_SIZE_MIN..=DICT_SIZE_MAX).contains(&dict_size)
            || options.nice_len > MATCH_LEN_MAX as u32
            || options.nice_len < kind.hash_bytes()
        {
            return Err(Error::Options);
        }
        // The reserve is there so that the window need not be moved often.
        let margins = options.before_size + MATCH_LEN_MAX as u32 + options.after_size;
        let reserve = dict_size / 2 + margins / 2 + (1 << 19);
        let keep_before = options.before_size + dict_size;
        let keep_after = options.after_size + MATCH_LEN_MAX as u32;
        let depth = match (options.depth, kind.is_tree()) {
            (0, true) => 16 + options.nice_len / 2,
            (0, false) => 4 + options.nice_len / 4,
            (depth, _) => depth,
        };
        Ok(Params {
            window_size: keep_before + reserve + keep_after,
            keep_before,
            keep_after,
            cyclic_size: dict_size + 1,
            nodes: dict_size + 1 + LOOKAHEAD as u32,
            nice_len: options.nice_len,
            depth,
            hash_bytes: kind.hash_bytes(),
            heads: hash::entries(kind, dict_size),
            is_tree: kind.is_tree(),
            caches_chains: options.cache_chains,
            tuning: *tuning,
        })
    }

    /// Length that matches from the main hash must exceed. Shorter ones come
    /// from the shorter hashes.
    #[inline(always)]
    pub(super) fn short_len_max(&self) -> u32 {
        self.hash_bytes - 1
    }

    /// The node `distance` before `node`, which may be at the other end of the
    /// array.
    #[inline(always)]
    pub(super) fn node_before(&self, node: u32, distance: u32) -> u32 {
        let cycle = if distance > node { self.nodes } else { 0 };
        node.wrapping_sub(distance).wrapping_add(cycle)
    }

    /// The node `count` after `node`; `count` is at most the number of nodes.
    #[inline(always)]
    pub(super) fn node_after(&self, node: u32, count: u32) -> u32 {
        let node = node + count;
        if node >= self.nodes { node - self.nodes } else { node }
    }
}

impl LzOptions<'_> {
    /// Memory usage in bytes, in liblzma's figures; `None` if the options are
    /// out of range.
    pub(crate) fn memory_usage(&self) -> Option<u64> {
        /// liblzma's `lzma_coder` of the LZ encoder.
        const CODER: u64 = by_target(240, 160, 156);
        let params = Params::new(self, &Tuning::DEFAULT).ok()?;
        let links = u64::from(params.cyclic_size) * if params.is_tree { 2 } else { 1 };
        let heads: u64 = params.heads.each().into_iter().map(|heads| u64::from(*heads)).sum();
        let entries = heads + links;
        Some(entries * 4 + u64::from(params.window_size) + CODER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lz::MatchFinderKind;

    #[test]
    fn memory_usage_is_that_of_the_original() {
        // Figures of lzma_lz_encoder_memusage in liblzma 5.8.4.
        for (match_finder, dict_size, usage) in [
            (MatchFinderKind::Bt4, 8 << 20, 97_272_227),
            (MatchFinderKind::Hc4, 1 << 20, 8_667_551),
        ] {
            let options = LzOptions {
                before_size: 4096,
                dict_size,
                after_size: 4097,
                nice_len: 64,
                match_finder,
                depth: 0,
                cache_chains: false,
                preset_dict: &[],
            };
            assert_eq!(options.memory_usage(), Some(usage + by_target(240, 160, 156)));
        }
    }
}
