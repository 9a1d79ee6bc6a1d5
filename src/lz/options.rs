//! What the encoder's window and match finder are set up with, and the sizes
//! that follow from it.

#![forbid(unsafe_code)]

use crate::error::{Error, Result};

/// Smallest dictionary size in bytes.
const DICT_SIZE_MIN: u32 = 1 << 12;
/// Largest dictionary size in bytes: above it, positions would not fit their
/// 32 bits together with the sizes derived from them.
const DICT_SIZE_MAX: u32 = (1 << 30) + (1 << 29);

/// Entries of the table of 2-byte hashes.
pub(super) const HASH2_SIZE: u32 = 1 << 10;
/// Entries of the table of 3-byte hashes.
pub(super) const HASH3_SIZE: u32 = 1 << 16;

/// The kinds of match finders (`lzma_match_finder`): hash chains and binary
/// trees, named by how many bytes their main hash covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MatchFinderKind {
    /// Hash chains of 2 and 3 bytes.
    Hc3,
    /// Hash chains of 2, 3 and 4 bytes.
    Hc4,
    /// Binary trees of 2 bytes.
    Bt2,
    /// Binary trees of 3 bytes.
    Bt3,
    /// Binary trees of 4 bytes.
    Bt4,
}

impl MatchFinderKind {
    /// From the value of `lzma_match_finder`; `None`: there is no such kind.
    pub(crate) fn from_id(id: u32) -> Option<MatchFinderKind> {
        Some(match id {
            0x03 => MatchFinderKind::Hc3,
            0x04 => MatchFinderKind::Hc4,
            0x12 => MatchFinderKind::Bt2,
            0x13 => MatchFinderKind::Bt3,
            0x14 => MatchFinderKind::Bt4,
            _ => return None,
        })
    }

    /// How many bytes the main hash covers: no position with fewer bytes
    /// ahead is ever inserted, and no `nice_len` can be smaller.
    pub(crate) fn hash_bytes(self) -> u32 {
        match self {
            MatchFinderKind::Bt2 => 2,
            MatchFinderKind::Hc3 | MatchFinderKind::Bt3 => 3,
            MatchFinderKind::Hc4 | MatchFinderKind::Bt4 => 4,
        }
    }

    /// Binary trees; otherwise hash chains.
    pub(crate) fn is_tree(self) -> bool {
        !matches!(self, MatchFinderKind::Hc3 | MatchFinderKind::Hc4)
    }
}

/// Options of the encoder's window and match finder. All sizes and lengths
/// are in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LzOptions<'a> {
    /// How much more than the dictionary is kept of what has passed.
    pub(crate) before_size: u32,
    /// Dictionary size: the largest distance of a match.
    pub(crate) dict_size: u32,
    /// By how much the parser may run ahead of [`at_limit`](super::MatchFinder::at_limit).
    pub(crate) after_size: u32,
    /// Longest match that can be encoded.
    pub(crate) match_len_max: u32,
    /// A match of this length ends the search.
    pub(crate) nice_len: u32,
    /// Which match finder.
    pub(crate) match_finder: MatchFinderKind,
    /// How many candidates to look at; 0: a number that suits `nice_len`.
    pub(crate) depth: u32,
    /// What the dictionary starts with.
    pub(crate) preset_dict: &'a [u8],
}

/// The sizes that follow from [`LzOptions`], exactly as liblzma has them: how
/// much input a call takes depends on them, and so does memory usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Bytes of the window.
    pub(super) window: u32,
    /// Bytes that stay in the window before the read position.
    pub(super) before: u32,
    /// Bytes that must lie ahead of the read position while more may come.
    pub(super) after: u32,
    /// Mask of the main hash.
    pub(super) hash_mask: u32,
    /// Positions at this distance or more are out of reach.
    pub(super) cyclic: u32,
    /// How many candidates to look at.
    pub(super) depth: u32,
}

/// Mask of the main hash: a power of two near half the dictionary size.
fn hash_mask(kind: MatchFinderKind, dict_size: u32) -> u32 {
    if kind.hash_bytes() == 2 {
        return 0xFFFF;
    }
    // One bit fewer than `dict_size - 1` has, but at least 16.
    let bits = u32::BITS - (dict_size - 1).leading_zeros();
    let mask = ((1 << bits.saturating_sub(1)) - 1) | 0xFFFF;
    if mask <= 1 << 24 {
        mask
    } else if kind.hash_bytes() == 3 {
        (1 << 24) - 1
    } else {
        mask >> 1
    }
}

impl LzOptions<'_> {
    /// The sizes; [`Error::Options`] if the options are out of range.
    pub(super) fn sizes(&self) -> Result<Sizes> {
        let dict_size = self.dict_size;
        if !(DICT_SIZE_MIN..=DICT_SIZE_MAX).contains(&dict_size)
            || self.nice_len > self.match_len_max
            || self.nice_len < self.match_finder.hash_bytes()
        {
            return Err(Error::Options);
        }
        // What there is room for beyond the necessary, so that the window
        // need not be moved often.
        let margins = self.before_size + self.match_len_max + self.after_size;
        let reserve = dict_size / 2 + margins / 2 + (1 << 19);
        let before = self.before_size + dict_size;
        let after = self.after_size + self.match_len_max;
        let depth = match (self.depth, self.match_finder.is_tree()) {
            (0, true) => 16 + self.nice_len / 2,
            (0, false) => 4 + self.nice_len / 4,
            (depth, _) => depth,
        };
        Ok(Sizes {
            window: before + reserve + after,
            before,
            after,
            hash_mask: hash_mask(self.match_finder, dict_size),
            cyclic: dict_size + 1,
            depth,
        })
    }

    /// Memory usage in bytes, in liblzma's figures; `None`: the options are
    /// out of range.
    pub(crate) fn memory_usage(&self) -> Option<u64> {
        /// liblzma's `lzma_coder` of the LZ encoder.
        const CODER: u64 = 240;
        let sizes = self.sizes().ok()?;
        let heads = match self.match_finder.hash_bytes() {
            2 => 0,
            3 => HASH2_SIZE,
            _ => HASH2_SIZE + HASH3_SIZE,
        };
        let heads = u64::from(sizes.hash_mask) + 1 + u64::from(heads);
        let links = u64::from(sizes.cyclic) * if self.match_finder.is_tree() { 2 } else { 1 };
        Some((heads + links) * 4 + u64::from(sizes.window) + CODER)
    }
}
