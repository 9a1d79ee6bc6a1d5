//! Names of filters, their options, and what those may be.

#![forbid(unsafe_code)]

use super::super::spec::{FilterOptions, id};
use crate::bcj::Arch;
use crate::lz;
use crate::lzma::{self, LzmaOptions, match_finder, mode};

// There are no pointers in these tables, which the loader would have to fill in for
// each process.

/// A name of up to eight letters, in place, with zeros behind them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Name([u8; 8]);

impl Name {
    const fn new(name: &str) -> Name {
        let mut letters = [0; 8];
        let mut i = 0;
        while i < name.len() {
            letters[i] = name.as_bytes()[i];
            i += 1;
        }
        Name(letters)
    }

    /// The letters of a text, which has no zeros, as a name; `None` if there are more
    /// than any name has. Names are compared as numbers are.
    pub(super) fn of(text: &[u8]) -> Option<Name> {
        let mut letters = [0; 8];
        letters.get_mut(..text.len())?.copy_from_slice(text);
        Some(Name(letters))
    }

    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        let zeros = u64::from_le_bytes(self.0).leading_zeros() / 8;
        self.0.get(..self.0.len() - zeros as usize).unwrap_or_default()
    }
}

/// A filter that has a name.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) name: Name,
    pub(super) id: u64,
    option_set: OptionSet,
    /// Number of options, from the first, that a decoder needs.
    pub(super) for_decoder: usize,
    /// True if the filter can do without options.
    pub(super) optional: bool,
}

/// Filters with the same options.
#[derive(Clone, Copy)]
enum OptionSet {
    Lzma,
    Bcj,
    Delta,
}

impl Named {
    /// The options of the filter.
    pub(super) fn options(&self) -> &'static [OptionSpec] {
        match self.option_set {
            OptionSet::Lzma => &LZMA,
            OptionSet::Bcj => &BCJ,
            OptionSet::Delta => &DELTA,
        }
    }

    /// Options that nothing was said about yet.
    #[inline]
    pub(super) fn initial(&self) -> FilterOptions<'static> {
        match self.option_set {
            OptionSet::Lzma => preset(6).unwrap_or(FilterOptions::Lzma(LzmaOptions::ZERO)),
            OptionSet::Bcj => FilterOptions::Bcj { start_offset: 0 },
            OptionSet::Delta => FilterOptions::Delta { kind: 0, dist: 1 },
        }
    }
}

/// An option that text can set: its name, where its value is, and what values it can have.
pub(super) struct OptionSpec {
    pub(super) name: Name,
    pub(super) field: Field,
    pub(super) values: Values,
}

/// The values that an option can have.
pub(super) enum Values {
    /// A preset, which sets all options.
    Preset,
    /// One of some names.
    Names(Names),
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

/// Names of values.
#[derive(Clone, Copy)]
pub(super) enum Names {
    Modes,
    MatchFinders,
}

impl Names {
    /// The names, and the value that each stands for.
    pub(super) fn list(self) -> &'static [(Name, u32)] {
        match self {
            Names::Modes => &MODES,
            Names::MatchFinders => &MATCH_FINDERS,
        }
    }

    /// The value that `name` stands for.
    pub(super) fn value_of(self, name: Name) -> Option<u32> {
        self.list().iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }
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
#[inline]
pub(super) fn preset(number: u32) -> Option<FilterOptions<'static>> {
    lzma::preset(number).map(FilterOptions::Lzma)
}

const fn number(name: &str, field: Field, min: u32, max: u32) -> OptionSpec {
    let values = Values::Range { min, max, bytes: false, hides_zero: false };
    OptionSpec { name: Name::new(name), field, values }
}

static MODES: [(Name, u32); 2] =
    [(Name::new("fast"), mode::FAST), (Name::new("normal"), mode::NORMAL)];

static MATCH_FINDERS: [(Name, u32); 5] = [
    (Name::new("hc3"), match_finder::HC3),
    (Name::new("hc4"), match_finder::HC4),
    (Name::new("bt2"), match_finder::BT2),
    (Name::new("bt3"), match_finder::BT3),
    (Name::new("bt4"), match_finder::BT4),
];

static LZMA: [OptionSpec; 9] = [
    OptionSpec { name: Name::new("preset"), field: Field::Preset, values: Values::Preset },
    OptionSpec {
        name: Name::new("dict"),
        field: Field::DictSize,
        // What encoders accept, although decoders could do with more.
        values: Values::Range {
            min: lz::DICT_SIZE_MIN,
            max: lz::DICT_SIZE_MAX,
            bytes: true,
            hides_zero: false,
        },
    },
    number("lc", Field::Lc, 0, 4),
    number("lp", Field::Lp, 0, 4),
    number("pb", Field::Pb, 0, 4),
    OptionSpec { name: Name::new("mode"), field: Field::Mode, values: Values::Names(Names::Modes) },
    number("nice", Field::NiceLen, 2, 273),
    OptionSpec {
        name: Name::new("mf"),
        field: Field::MatchFinder,
        values: Values::Names(Names::MatchFinders),
    },
    number("depth", Field::Depth, 0, u32::MAX),
];

static BCJ: [OptionSpec; 1] = [OptionSpec {
    name: Name::new("start"),
    field: Field::StartOffset,
    values: Values::Range { min: 0, max: u32::MAX, bytes: true, hides_zero: true },
}];

static DELTA: [OptionSpec; 1] = [number("dist", Field::Dist, 1, 256)];

const fn lzma(name: &str, id: u64, for_decoder: usize) -> Named {
    Named { name: Name::new(name), id, option_set: OptionSet::Lzma, for_decoder, optional: false }
}

const fn bcj(name: &str, id: u64) -> Named {
    Named { name: Name::new(name), id, option_set: OptionSet::Bcj, for_decoder: 1, optional: true }
}

const DELTA_FILTER: Named = Named {
    name: Name::new("delta"),
    id: id::DELTA,
    option_set: OptionSet::Delta,
    for_decoder: 1,
    optional: false,
};

/// All filters that have names, in the order in which they are listed.
pub(super) static NAMED: [Named; Arch::ALL.len() + 3] = {
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
