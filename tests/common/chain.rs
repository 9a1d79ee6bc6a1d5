//! Filter chains with options of all kinds: valid ones, spoiled ones, and those
//! that cost little.

use std::ffi::c_void;
use std::ptr;

use rlzma::ffi::*;

use super::{Lib, Rng, data, zeroed};

/// The filters that end a chain.
pub const LZMA_FILTERS: [lzma_vli; 3] =
    [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];

/// Branch filters, and how their start offsets must be aligned.
pub const BRANCH_FILTERS: [(lzma_vli, u32); 8] = [
    (LZMA_FILTER_X86, 1),
    (LZMA_FILTER_POWERPC, 4),
    (LZMA_FILTER_IA64, 16),
    (LZMA_FILTER_ARM, 4),
    (LZMA_FILTER_ARMTHUMB, 2),
    (LZMA_FILTER_SPARC, 4),
    (LZMA_FILTER_ARM64, 4),
    (LZMA_FILTER_RISCV, 2),
];

/// The end of an array of filters.
pub const END: lzma_filter = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

/// The options of one filter; boxed, as the C structure points to them.
#[derive(Clone, Debug)]
pub enum Options {
    None,
    Lzma(Box<lzma_options_lzma>),
    Delta(Box<lzma_options_delta>),
    Bcj(Box<lzma_options_bcj>),
}

impl Options {
    fn as_ptr(&self) -> *mut c_void {
        match self {
            Options::None => ptr::null_mut(),
            Options::Lzma(options) => (&raw const **options).cast_mut().cast(),
            Options::Delta(options) => (&raw const **options).cast_mut().cast(),
            Options::Bcj(options) => (&raw const **options).cast_mut().cast(),
        }
    }
}

/// A filter chain that owns its options, to make and to change.
#[derive(Clone, Debug)]
pub struct FilterChain {
    pub filters: Vec<(lzma_vli, Options)>,
    /// The preset dictionary of the last filter, if that is of the LZMA
    /// family and this is not empty.
    pub preset_dict: Vec<u8>,
}

impl FilterChain {
    /// The one filter with these options.
    pub fn lzma(id: lzma_vli, options: lzma_options_lzma) -> FilterChain {
        FilterChain {
            filters: vec![(id, Options::Lzma(Box::new(options)))],
            preset_dict: Vec::new(),
        }
    }

    /// The chain of a preset.
    pub fn preset(preset: u32) -> FilterChain {
        FilterChain::lzma(LZMA_FILTER_LZMA2, preset_options(preset))
    }

    /// The filters `ids` with valid options, then `last`.
    pub fn with_ids(
        ids: &[lzma_vli],
        last: lzma_vli,
        options: lzma_options_lzma,
        rng: &mut Rng,
    ) -> FilterChain {
        let mut chain = FilterChain::lzma(last, options);
        chain.filters.splice(0..0, ids.iter().map(|id| (*id, valid_options(*id, rng))));
        chain
    }

    /// A valid chain that ends with `last`.
    pub fn random(last: lzma_vli, rng: &mut Rng) -> FilterChain {
        let before = if rng.one_in(3) { rng.range(1..4) } else { 0 };
        let ids: Vec<_> = (0..before).map(|_| random_id(rng)).collect();
        FilterChain::with_ids(&ids, last, random_options(rng), rng)
    }

    /// A valid chain for .xz files whose encoder costs little time and memory;
    /// often LZMA2 alone.
    pub fn cheap(rng: &mut Rng) -> FilterChain {
        let before = if rng.one_in(2) { rng.below(4) } else { 0 };
        let ids: Vec<_> = (0..before).map(|_| random_id(rng)).collect();
        FilterChain::with_ids(&ids, LZMA_FILTER_LZMA2, cheap_options(rng), rng)
    }

    /// A chain with a small dictionary, with something wrong about it one time
    /// in four. It is never empty.
    pub fn small_or_spoiled(last: lzma_vli, rng: &mut Rng) -> FilterChain {
        let mut chain = FilterChain::random(last, rng);
        chain.last().dict_size = rng.pick(&[4096, 5000, 1 << 16]);
        if rng.one_in(4) {
            let mut spoiled = chain.clone();
            spoiled.spoil(rng);
            if spoiled.largest_dictionary() <= 1 << 20 && !spoiled.filters.is_empty() {
                return spoiled;
            }
        }
        chain
    }

    /// The options of the last filter, which is of the LZMA family.
    pub fn last(&mut self) -> &mut lzma_options_lzma {
        match self.filters.last_mut() {
            Some((_, Options::Lzma(options))) => options,
            _ => panic!("the last filter has other options"),
        }
    }

    /// ID of the last filter; 0 if there is none.
    pub fn last_id(&self) -> lzma_vli {
        self.filters.last().map_or(0, |(id, _)| *id)
    }

    /// The size of the largest dictionary of any filter; 0 if there is none.
    pub fn largest_dictionary(&self) -> u32 {
        let size = |(_, options): &(lzma_vli, Options)| match options {
            Options::Lzma(options) => options.dict_size,
            _ => 0,
        };
        self.filters.iter().map(size).max().unwrap_or(0)
    }

    /// True if all filters support `LZMA_SYNC_FLUSH`.
    pub fn can_flush(&self) -> bool {
        let can = |id| matches!(id, LZMA_FILTER_DELTA | LZMA_FILTER_LZMA2);
        self.filters.iter().all(|(id, _)| can(*id))
    }

    /// The chain as C wants it, independent of `self`.
    pub fn raw(&self) -> Filters {
        let mut owner = self.clone();
        let preset_dict = std::mem::take(&mut owner.preset_dict);
        owner.refer_to(&preset_dict);
        Filters { array: owner.array(), _owner: FilterChain { preset_dict, ..owner } }
    }

    /// Calls `call` with the chain as C wants it. The preset dictionary, to which
    /// encoders may keep a pointer, is that of `self`.
    pub fn with<R>(&self, call: impl FnOnce(*mut lzma_filter) -> R) -> R {
        let mut owner = FilterChain { filters: self.filters.clone(), preset_dict: Vec::new() };
        owner.refer_to(&self.preset_dict);
        call(owner.array().as_mut_ptr())
    }

    /// Lets the options of the last filter point to a preset dictionary.
    fn refer_to(&mut self, preset_dict: &[u8]) {
        if let (Some((_, Options::Lzma(options))), false) =
            (self.filters.last_mut(), preset_dict.is_empty())
        {
            options.preset_dict = preset_dict.as_ptr();
            options.preset_dict_size = preset_dict.len() as u32;
        }
    }

    /// The filters and their end, with pointers to the options in `self`.
    fn array(&self) -> Vec<lzma_filter> {
        let filters = self.filters.iter();
        let filters =
            filters.map(|(id, options)| lzma_filter { id: *id, options: options.as_ptr() });
        filters.chain([END]).collect()
    }

    /// Breaks something about the chain; it may stay valid all the same, and
    /// become empty.
    pub fn spoil(&mut self, rng: &mut Rng) {
        if self.filters.is_empty() {
            return;
        }
        let at = rng.below(self.filters.len());
        match rng.below(7) {
            0 => {
                self.filters.remove(at);
            }
            1 => {
                let other = self.filters[rng.below(self.filters.len())].clone();
                self.filters.insert(at, other);
            }
            2 => {
                self.filters.reverse();
            }
            3 => self.filters[at].1 = missing_options(&self.filters[at]),
            4 => {
                let id = rng.pick(&[0, 2, 0x20, 0x22, 1 << 62, u64::MAX - 1, LZMA_VLI_MAX]);
                let options = if rng.one_in(2) { Options::None } else { random_filter(rng).1 };
                self.filters.insert(at, (id, options));
            }
            5 => {
                let filter = random_filter(rng);
                self.filters.insert(at, filter);
            }
            _ => spoil_options(&mut self.filters[at].1, rng),
        }
    }
}

/// An array of filters as C wants it, and the options that it points to.
pub struct Filters {
    array: Vec<lzma_filter>,
    _owner: FilterChain,
}

impl Filters {
    pub fn as_ptr(&self) -> *const lzma_filter {
        self.array.as_ptr()
    }

    pub fn as_mut_ptr(&mut self) -> *mut lzma_filter {
        self.array.as_mut_ptr()
    }
}

/// The options of a preset.
pub fn preset_options(preset: u32) -> lzma_options_lzma {
    let mut options: lzma_options_lzma = zeroed();
    // SAFETY: `options` is valid.
    let failed = unsafe { (Lib::reference().lzma_lzma_preset)(&raw mut options, preset) };
    assert_eq!(failed, 0, "no preset {preset:#x}");
    options
}

/// Valid options for a filter of the LZMA family.
pub fn random_options(rng: &mut Rng) -> lzma_options_lzma {
    let mut options = preset_options(rng.below(10) as u32);
    let lc = rng.below(5);
    options.lc = lc as u32;
    options.lp = rng.below(5 - lc) as u32;
    options.pb = rng.below(5) as u32;
    options.mode = rng.pick(&[LZMA_MODE_FAST, LZMA_MODE_NORMAL]);
    let finders = [LZMA_MF_HC3, LZMA_MF_HC4, LZMA_MF_BT2, LZMA_MF_BT3, LZMA_MF_BT4];
    options.mf = rng.pick(&finders);
    options.nice_len = if rng.one_in(3) { 273 } else { rng.range(2..274) as u32 };
    options.depth = if rng.one_in(2) { 0 } else { rng.range(1..60) as u32 };
    options.dict_size = match rng.below(3) {
        0 => 4096,
        1 => rng.range(4096..70_000) as u32,
        _ => 1 << rng.range(12..21),
    };
    options
}

/// Valid options for a filter of the LZMA family with which encoders cost
/// little time and memory.
pub fn cheap_options(rng: &mut Rng) -> lzma_options_lzma {
    let mut options = preset_options(rng.below(4) as u32);
    options.dict_size = rng.pick(&[4096, 6000, 1 << 16, 3 << 15, 1 << 20]);
    if rng.one_in(2) {
        options.lc = rng.below(5) as u32;
        options.lp = rng.below(5 - options.lc as usize) as u32;
        options.pb = rng.below(5) as u32;
    }
    options.nice_len = rng.range(5..274) as u32;
    options
}

/// The ID of a filter that is not last.
fn random_id(rng: &mut Rng) -> lzma_vli {
    if rng.one_in(2) { LZMA_FILTER_DELTA } else { rng.pick(&BRANCH_FILTERS).0 }
}

/// Valid options, or none if the filter can do without, for a filter that is
/// not last.
fn valid_options(id: lzma_vli, rng: &mut Rng) -> Options {
    if id == LZMA_FILTER_DELTA {
        let dist = 1 + rng.skewed(256) as u32;
        return Options::Delta(Box::new(lzma_options_delta { dist, ..zeroed() }));
    }
    let alignment =
        BRANCH_FILTERS.iter().find(|filter| filter.0 == id).map_or(1, |filter| filter.1);
    if rng.one_in(3) {
        return Options::None;
    }
    let start_offset = rng.skewed(1 << 24) as u32 * alignment;
    Options::Bcj(Box::new(lzma_options_bcj { start_offset }))
}

/// A valid filter that is not last.
pub fn random_filter(rng: &mut Rng) -> (lzma_vli, Options) {
    let id = random_id(rng);
    (id, valid_options(id, rng))
}

/// No options, unless a NULL pointer crashes the original instead of being an
/// error.
fn missing_options((id, options): &(lzma_vli, Options)) -> Options {
    match id {
        &LZMA_FILTER_LZMA1 | &LZMA_FILTER_LZMA1EXT | &LZMA_FILTER_LZMA2 => options.clone(),
        _ => Options::None,
    }
}

/// Puts a number that may be out of range in the place of an option.
pub fn spoil_options(options: &mut Options, rng: &mut Rng) {
    let any = rng.next_u32();
    let small = rng.below(300) as u32;
    let value = rng.pick(&[any, small, 0, 1, u32::MAX]);
    match options {
        Options::None => {}
        Options::Delta(options) if rng.one_in(2) => options.dist = value,
        Options::Delta(options) => options.r#type = lzma_delta_type(value),
        Options::Bcj(options) => options.start_offset = value,
        Options::Lzma(options) => match rng.below(9) {
            0 => options.dict_size = rng.pick(&[0, 1, 4095, (3 << 29) + 1, u32::MAX]),
            1 => options.lc = value,
            2 => options.lp = value,
            3 => options.pb = value,
            4 => options.mode = lzma_mode(value),
            5 => options.nice_len = value,
            6 => options.mf = lzma_match_finder(value),
            7 => options.depth = value,
            _ => options.ext_flags = value,
        },
    }
}

/// Data for encoders: short more often than long.
pub fn plain(rng: &mut Rng) -> Vec<u8> {
    let len = match rng.below(10) {
        0..4 => rng.below(300),
        4..8 => rng.skewed(30_000),
        8 => rng.skewed(150_000),
        _ => rng.skewed(600_000),
    };
    data::any(len, rng)
}
