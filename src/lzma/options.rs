//! The options of the LZMA filters.

#![forbid(unsafe_code)]

/// What `lzma_options_lzma` says, as it says it: nothing is validated yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LzmaOptions<'a> {
    /// Dictionary size in bytes.
    pub(crate) dict_size: u32,
    /// What the dictionary starts with; empty for none.
    pub(crate) preset_dict: &'a [u8],
    /// Number of literal context bits.
    pub(crate) lc: u32,
    /// Number of literal position bits.
    pub(crate) lp: u32,
    /// Number of position bits.
    pub(crate) pb: u32,
    /// `lzma_mode`.
    pub(crate) mode: u32,
    /// Length of a match that is good enough, in bytes.
    pub(crate) nice_len: u32,
    /// `lzma_match_finder`.
    pub(crate) mf: u32,
    /// How many candidates the match finder looks at; 0: it decides.
    pub(crate) depth: u32,
    /// `LZMA_LZMA1EXT_ALLOW_EOPM` or nothing (LZMA1EXT only).
    pub(crate) ext_flags: u32,
    /// Uncompressed size in bytes, all ones if it is not known (LZMA1EXT only).
    pub(crate) ext_size: u64,
}

/// Largest sum of `lc` and `lp`.
pub(crate) const LCLP_MAX: u32 = 4;
/// Largest `pb`.
pub(crate) const PB_MAX: u32 = 4;

impl LzmaOptions<'_> {
    /// Whether `lc`, `lp` and `pb` are within what the format allows here.
    pub(crate) fn lclppb_valid(&self) -> bool {
        self.lc <= LCLP_MAX
            && self.lp <= LCLP_MAX
            && self.lc + self.lp <= LCLP_MAX
            && self.pb <= PB_MAX
    }

    /// Sets `lc`, `lp` and `pb` from the first byte of the properties
    /// (.lzma format: `(pb * 5 + lp) * 9 + lc`). `None`: not a valid byte.
    pub(crate) fn set_lclppb(&mut self, byte: u8) -> Option<()> {
        if byte > (4 * 5 + 4) * 9 + 8 {
            return None;
        }
        let byte = u32::from(byte);
        (self.pb, self.lp, self.lc) = (byte / 45, byte / 9 % 5, byte % 9);
        (self.lc + self.lp <= LCLP_MAX).then_some(())
    }
}
