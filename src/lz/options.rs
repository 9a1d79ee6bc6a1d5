//! Options of the encoder's window and match finder, as the LZMA encoders
//! give them.

#![forbid(unsafe_code)]

/// The kinds of match finders, with their values of `lzma_match_finder`: hash chains and
/// binary trees, named by the number of bytes that their main hash covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MatchFinderKind {
    /// Hash chains of 2 and 3 bytes.
    Hc3 = 0x03,
    /// Hash chains of 2, 3 and 4 bytes.
    Hc4 = 0x04,
    /// Binary trees of 2 bytes.
    Bt2 = 0x12,
    /// Binary trees of 3 bytes.
    Bt3 = 0x13,
    /// Binary trees of 4 bytes.
    Bt4 = 0x14,
}

impl MatchFinderKind {
    /// The kind with this value of `lzma_match_finder`; `None` if there is no
    /// such kind.
    #[inline]
    pub(crate) fn from_id(id: u32) -> Option<MatchFinderKind> {
        use MatchFinderKind::{Bt2, Bt3, Bt4, Hc3, Hc4};
        [Hc3, Hc4, Bt2, Bt3, Bt4].into_iter().find(|kind| *kind as u32 == id)
    }

    /// Number of bytes that the main hash covers: no position with fewer bytes
    /// ahead is ever inserted, and `nice_len` cannot be smaller.
    pub(crate) fn hash_bytes(self) -> u32 {
        match self {
            MatchFinderKind::Bt2 => 2,
            MatchFinderKind::Hc3 | MatchFinderKind::Bt3 => 3,
            MatchFinderKind::Hc4 | MatchFinderKind::Bt4 => 4,
        }
    }

    /// True for binary trees, false for hash chains.
    pub(crate) fn is_tree(self) -> bool {
        !matches!(self, MatchFinderKind::Hc3 | MatchFinderKind::Hc4)
    }
}

/// Options of the encoder's window and match finder. All sizes and lengths
/// are in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LzOptions<'a> {
    /// Number of encoded bytes that stay in the window beyond the dictionary.
    pub(crate) before_size: u32,
    /// Dictionary size: the largest distance of a match.
    pub(crate) dict_size: u32,
    /// Number of bytes that the parser may run ahead of
    /// [`at_limit`](super::MatchFinder::at_limit).
    pub(crate) after_size: u32,
    /// Length of a match that ends the search.
    pub(crate) nice_len: u32,
    /// Which match finder.
    pub(crate) match_finder: MatchFinderKind,
    /// Number of candidates to examine; 0 for one that suits `nice_len`.
    pub(crate) depth: u32,
    /// True if chains may be cached, which takes 219 KiB and saves time.
    pub(crate) cache_chains: bool,
    /// Initial content of the dictionary.
    pub(crate) preset_dict: &'a [u8],
}
