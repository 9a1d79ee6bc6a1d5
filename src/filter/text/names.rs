//! Names of filters, their options, and what those may be.

#![forbid(unsafe_code)]

use super::super::spec::{FilterOptions, id};
use crate::bcj::Arch;
use crate::lzma::{self, LzmaOptions, match_finder, mode};

/// A filter that has a name.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) id: u64,
    /// The options of the filter.
    pub(super) options: &'static [Choice],
    /// Number of options, from the first, that a decoder needs.
    pub(super) for_decoder: usize,
    /// True if the filter can do without options.
    pub(super) optional: bool,
    /// Options that nothing was said about yet.
    pub(super) initial: fn() -> FilterOptions<'static>,
}

/// An option.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) field: Field,
    pub(super) values: Values,
}

/// The values that an option can have.
pub(super) enum Values {
    /// A preset, which sets all options.
    Preset,
    /// One of these.
    Names(&'static [(&'static str, u32)]),
    /// A number.
    Range {
        min: u32,
        max: u32,
        /// True if the value may be given in KiB, MiB or GiB.
        bytes: bool,
        /// True if the option is not written when it is 0.
        hides_zero: bool,
    },
}

/// The member of an options structure that holds the value of an option.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Preset,
    DictSize,
    Lc,
    Lp,
    Pb,
    Mode,
    NiceLen,
    MatchFinder,
    Depth,
    Dist,
    StartOffset,
}

/// The value of `field`; 0 if there is no such field in `options`.
pub(super) fn get(options: &FilterOptions<'_>, field: Field) -> u32 {
    match (options, field) {
        (FilterOptions::Lzma(lzma), Field::DictSize) => lzma.dict_size,
        (FilterOptions::Lzma(lzma), Field::Lc) => lzma.lc,
        (FilterOptions::Lzma(lzma), Field::Lp) => lzma.lp,
        (FilterOptions::Lzma(lzma), Field::Pb) => lzma.pb,
        (FilterOptions::Lzma(lzma), Field::Mode) => lzma.mode,
        (FilterOptions::Lzma(lzma), Field::NiceLen) => lzma.nice_len,
        (FilterOptions::Lzma(lzma), Field::MatchFinder) => lzma.mf,
        (FilterOptions::Lzma(lzma), Field::Depth) => lzma.depth,
        (FilterOptions::Delta { dist, .. }, Field::Dist) => *dist,
        (FilterOptions::Bcj { start_offset }, Field::StartOffset) => *start_offset,
        _ => 0,
    }
}

/// Sets `field`, if `options` has it.
pub(super) fn set(options: &mut FilterOptions<'_>, field: Field, value: u32) {
    let place = match (options, field) {
        (FilterOptions::Lzma(lzma), Field::DictSize) => &mut lzma.dict_size,
        (FilterOptions::Lzma(lzma), Field::Lc) => &mut lzma.lc,
        (FilterOptions::Lzma(lzma), Field::Lp) => &mut lzma.lp,
        (FilterOptions::Lzma(lzma), Field::Pb) => &mut lzma.pb,
        (FilterOptions::Lzma(lzma), Field::Mode) => &mut lzma.mode,
        (FilterOptions::Lzma(lzma), Field::NiceLen) => &mut lzma.nice_len,
        (FilterOptions::Lzma(lzma), Field::MatchFinder) => &mut lzma.mf,
        (FilterOptions::Lzma(lzma), Field::Depth) => &mut lzma.depth,
        (FilterOptions::Delta { dist, .. }, Field::Dist) => dist,
        (FilterOptions::Bcj { start_offset }, Field::StartOffset) => start_offset,
        _ => return,
    };
    *place = value;
}

/// The options of a preset.
pub(super) fn preset(number: u32) -> Option<FilterOptions<'static>> {
    lzma::preset(number).map(FilterOptions::Lzma)
}

fn lzma_default() -> FilterOptions<'static> {
    preset(6).unwrap_or(FilterOptions::Lzma(LzmaOptions::ZERO))
}

fn bcj_default() -> FilterOptions<'static> {
    FilterOptions::Bcj { start_offset: 0 }
}

fn delta_default() -> FilterOptions<'static> {
    FilterOptions::Delta { kind: 0, dist: 1 }
}

const fn number(name: &'static str, field: Field, min: u32, max: u32) -> Choice {
    Choice { name, field, values: Values::Range { min, max, bytes: false, hides_zero: false } }
}

const LZMA: &[Choice] = &[
    Choice { name: "preset", field: Field::Preset, values: Values::Preset },
    Choice {
        name: "dict",
        field: Field::DictSize,
        // What encoders accept, although decoders could do with more.
        values: Values::Range { min: 4096, max: 3 << 29, bytes: true, hides_zero: false },
    },
    number("lc", Field::Lc, 0, 4),
    number("lp", Field::Lp, 0, 4),
    number("pb", Field::Pb, 0, 4),
    Choice {
        name: "mode",
        field: Field::Mode,
        values: Values::Names(&[("fast", mode::FAST), ("normal", mode::NORMAL)]),
    },
    number("nice", Field::NiceLen, 2, 273),
    Choice {
        name: "mf",
        field: Field::MatchFinder,
        values: Values::Names(&[
            ("hc3", match_finder::HC3),
            ("hc4", match_finder::HC4),
            ("bt2", match_finder::BT2),
            ("bt3", match_finder::BT3),
            ("bt4", match_finder::BT4),
        ]),
    },
    number("depth", Field::Depth, 0, u32::MAX),
];

const BCJ: &[Choice] = &[Choice {
    name: "start",
    field: Field::StartOffset,
    values: Values::Range { min: 0, max: u32::MAX, bytes: true, hides_zero: true },
}];

const DELTA: &[Choice] = &[number("dist", Field::Dist, 1, 256)];

const fn lzma(name: &'static str, id: u64, for_decoder: usize) -> Named {
    Named { name, id, options: LZMA, for_decoder, optional: false, initial: lzma_default }
}

const fn bcj(name: &'static str, id: u64) -> Named {
    Named { name, id, options: BCJ, for_decoder: 1, optional: true, initial: bcj_default }
}

const DELTA_FILTER: Named = Named {
    name: "delta",
    id: id::DELTA,
    options: DELTA,
    for_decoder: 1,
    optional: false,
    initial: delta_default,
};

/// All filters that have names, in the order in which they are listed.
pub(super) const NAMED: [Named; Arch::ALL.len() + 3] = {
    let mut named = [DELTA_FILTER; Arch::ALL.len() + 3]; // the last one stays
    named[0] = lzma("lzma1", id::LZMA1, 5);
    named[1] = lzma("lzma2", id::LZMA2, 2);
    let mut i = 0;
    while i < Arch::ALL.len() {
        named[2 + i] = bcj(Arch::ALL[i].name(), Arch::ALL[i].id());
        i += 1;
    }
    named
};

/// IDs from here on are not for the `.xz` format.
pub(super) const RESERVED_ID: u64 = 1 << 62;
