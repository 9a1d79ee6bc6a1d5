//! The options of the LZMA filters.

#![forbid(unsafe_code)]

/// The only flag in `ext_flags` (`LZMA_LZMA1EXT_ALLOW_EOPM`): an end marker may
/// follow although the size is known.
pub(crate) const ALLOW_END_MARKER: u32 = 1;

/// The members of `lzma_options_lzma`, not validated yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LzmaOptions<'a> {
    /// Dictionary size in bytes.
    pub(crate) dict_size: u32,
    /// The preset dictionary; empty if there is none.
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
    /// Greatest number of candidates that the match finder looks at; 0 for a
    /// default.
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

/// Values of `lzma_mode`.
pub(crate) mod mode {
    /// Decide by simple rules.
    pub(crate) const FAST: u32 = 1;
    /// Compare the prices of many alternatives.
    pub(crate) const NORMAL: u32 = 2;

    /// Tells whether a mode has this number.
    pub(crate) fn is_supported(mode: u32) -> bool {
        matches!(mode, FAST | NORMAL)
    }
}

/// Values of `lzma_match_finder` that presets and names use.
pub(crate) mod match_finder {
    use crate::lz::MatchFinderKind;

    pub(crate) const HC3: u32 = MatchFinderKind::Hc3 as u32;
    pub(crate) const HC4: u32 = MatchFinderKind::Hc4 as u32;
    pub(crate) const BT2: u32 = MatchFinderKind::Bt2 as u32;
    pub(crate) const BT3: u32 = MatchFinderKind::Bt3 as u32;
    pub(crate) const BT4: u32 = MatchFinderKind::Bt4 as u32;
}

impl LzmaOptions<'_> {
    /// Zeros throughout: what to set options in that a header holds only
    /// some of.
    pub(crate) const ZERO: LzmaOptions<'static> = LzmaOptions {
        dict_size: 0,
        preset_dict: &[],
        lc: 0,
        lp: 0,
        pb: 0,
        mode: 0,
        nice_len: 0,
        mf: 0,
        depth: 0,
        ext_flags: 0,
        ext_size: 0,
    };

    /// The numbers alone.
    pub(crate) fn without_preset_dict(&self) -> LzmaOptions<'static> {
        LzmaOptions { preset_dict: &[], ..*self }
    }

    /// Tells whether `lc`, `lp` and `pb` are within what the format allows
    /// here.
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

    /// The first byte of the properties; `None` if `lc`, `lp` and `pb` are
    /// not valid.
    #[inline]
    pub(crate) fn lclppb_byte(&self) -> Option<u8> {
        self.lclppb_valid().then(|| ((self.pb * 5 + self.lp) * 9 + self.lc) as u8)
    }
}
