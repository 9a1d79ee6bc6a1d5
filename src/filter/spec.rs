//! A filter of a chain and its options, as C gives them.

#![forbid(unsafe_code)]

use crate::lzma::{self, LzmaOptions};
use core::ops::Deref;

/// Filter IDs (xz-file-format 1.2.1, section 5.3, and liblzma's own), but for
/// those of BCJ filters, which [`Arch`](crate::bcj::Arch) has.
pub(crate) mod id {
    /// LZMA1 that ends with an end marker. Never stored.
    pub(crate) const LZMA1: u64 = 0x4000_0000_0000_0001;
    /// LZMA1 whose size may be known. Never stored.
    pub(crate) const LZMA1EXT: u64 = 0x4000_0000_0000_0002;
    /// LZMA2.
    pub(crate) const LZMA2: u64 = 0x21;
    /// Delta.
    pub(crate) const DELTA: u64 = 0x03;
    /// IDs from here on are never stored (section 5.4).
    pub(crate) const RESERVED_START: u64 = 1 << 62;
    /// Not a filter: what ends an array of them.
    pub(crate) const UNKNOWN: u64 = u64::MAX;
}

/// One filter. Nothing is validated yet: the ID may be unknown, the options
/// may be missing or out of range. Whoever uses a chain checks all IDs first,
/// then the options one filter at a time, as liblzma does, so that the same
/// mistake gets the same error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FilterSpec<'a> {
    /// One of [`id`], or any other number.
    pub(crate) id: u64,
    /// The options for that ID.
    pub(crate) options: FilterOptions<'a>,
}

impl FilterSpec<'_> {
    /// The only filter of the chain that a preset stands for; `None` if there
    /// is no such preset.
    pub(crate) fn of_preset(preset: u32) -> Option<FilterSpec<'static>> {
        let options = FilterOptions::Lzma(lzma::preset(preset)?);
        Some(FilterSpec { id: id::LZMA2, options })
    }

    /// Not a filter. No constant: that would be copied with all bytes of the options
    /// that there are not.
    #[inline]
    pub(crate) const fn nothing() -> FilterSpec<'static> {
        FilterSpec { id: id::UNKNOWN, options: FilterOptions::None }
    }
}

/// The options of a filter; which variant is decided by the ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilterOptions<'a> {
    /// C passed NULL.
    None,
    /// `lzma_options_lzma`, for LZMA1, LZMA1EXT and LZMA2.
    Lzma(LzmaOptions<'a>),
    /// `lzma_options_delta`.
    Delta {
        /// `lzma_delta_type`
        kind: u32,
        /// Distance in bytes.
        dist: u32,
    },
    /// `lzma_options_bcj`, for all BCJ filters.
    Bcj {
        /// Position of the first byte, as if the executable began there.
        start_offset: u32,
    },
    /// Options of an unknown filter.
    Unknown,
}

/// The most filters in a chain.
pub(crate) const FILTERS_MAX: usize = 4;

/// The filters of a chain, or one more than there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Specs<'a> {
    specs: [FilterSpec<'a>; FILTERS_MAX + 1],
    len: usize,
}

impl<'a> Specs<'a> {
    /// No filters.
    #[inline(never)] // it is long, and many functions begin with it
    pub(crate) const fn new() -> Specs<'a> {
        let nothing = FilterSpec::nothing();
        Specs { specs: [nothing; FILTERS_MAX + 1], len: 0 }
    }

    /// Appends a filter, if there is room: one too many is as wrong as more.
    pub(crate) fn push(&mut self, spec: FilterSpec<'a>) {
        self.push_with(|place| *place = spec);
    }

    /// Appends a filter that `write` writes to its place, where there is
    /// [none](FilterSpec::nothing): that is faster. Returns what it returns, `None`
    /// without room.
    #[inline]
    pub(crate) fn push_with<R>(
        &mut self,
        write: impl FnOnce(&mut FilterSpec<'a>) -> R,
    ) -> Option<R> {
        let place = self.specs.get_mut(self.len)?;
        self.len += 1;
        Some(write(place))
    }
}

impl<'a> Deref for Specs<'a> {
    type Target = [FilterSpec<'a>];
    fn deref(&self) -> &[FilterSpec<'a>] {
        &self.specs[..self.len]
    }
}
