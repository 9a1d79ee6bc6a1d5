//! Filter chains for encoders, with options of all kinds.

use std::ffi::c_void;
use std::ptr;

use rlzma::ffi::*;

use super::{Lib, Rng, data};

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

/// A filter chain that owns its options.
#[derive(Clone, Debug)]
pub struct Chain {
    pub filters: Vec<(lzma_vli, Options)>,
    /// The preset dictionary of the last filter, if that is of the LZMA
    /// family and this is not empty.
    pub preset_dict: Vec<u8>,
}

impl Chain {
    /// The one filter with these options.
    pub fn lzma(id: lzma_vli, options: lzma_options_lzma) -> Chain {
        Chain { filters: vec![(id, Options::Lzma(Box::new(options)))], preset_dict: Vec::new() }
    }

    /// The chain of a preset.
    pub fn preset(preset: u32) -> Chain {
        Chain::lzma(LZMA_FILTER_LZMA2, preset_options(preset))
    }

    /// A valid chain that ends with `last`.
    pub fn random(last: lzma_vli, rng: &mut Rng) -> Chain {
        let mut filters: Vec<_> = match rng.below(3) {
            0 => (0..rng.range(1..4)).map(|_| random_filter(rng)).collect(),
            _ => Vec::new(),
        };
        filters.push((last, Options::Lzma(Box::new(random_options(rng)))));
        Chain { filters, preset_dict: Vec::new() }
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

    /// Whether all filters support `LZMA_SYNC_FLUSH`.
    pub fn can_flush(&self) -> bool {
        let can = |id| matches!(id, LZMA_FILTER_DELTA | LZMA_FILTER_LZMA2);
        self.filters.iter().all(|(id, _)| can(*id))
    }

    /// Calls `call` with the chain as C wants it.
    pub fn with<R>(&self, call: impl FnOnce(*mut lzma_filter) -> R) -> R {
        let mut chain = self.clone();
        if let (Some((_, Options::Lzma(options))), false) =
            (chain.filters.last_mut(), self.preset_dict.is_empty())
        {
            options.preset_dict = self.preset_dict.as_ptr();
            options.preset_dict_size = self.preset_dict.len() as u32;
        }
        let end = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };
        let filters = chain.filters.iter();
        let filters =
            filters.map(|(id, options)| lzma_filter { id: *id, options: options.as_ptr() });
        let mut filters: Vec<_> = filters.chain([end]).collect();
        call(filters.as_mut_ptr())
    }
}

/// The options of a preset.
pub fn preset_options(preset: u32) -> lzma_options_lzma {
    // SAFETY: zeros are fine for each member.
    let mut options: lzma_options_lzma = unsafe { std::mem::zeroed() };
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

/// A filter that is not last.
pub fn random_filter(rng: &mut Rng) -> (lzma_vli, Options) {
    const BCJ: [lzma_vli; 8] = [
        LZMA_FILTER_X86,
        LZMA_FILTER_POWERPC,
        LZMA_FILTER_IA64,
        LZMA_FILTER_ARM,
        LZMA_FILTER_ARMTHUMB,
        LZMA_FILTER_SPARC,
        LZMA_FILTER_ARM64,
        LZMA_FILTER_RISCV,
    ];
    if rng.one_in(2) {
        // SAFETY: zeros are fine for each member.
        let mut options: lzma_options_delta = unsafe { std::mem::zeroed() };
        options.dist = 1 + rng.skewed(256) as u32;
        return (LZMA_FILTER_DELTA, Options::Delta(Box::new(options)));
    }
    let options = match rng.below(3) {
        0 => Options::None,
        _ => {
            let start_offset = (rng.skewed(1 << 20) as u32) << 4;
            Options::Bcj(Box::new(lzma_options_bcj { start_offset }))
        }
    };
    (rng.pick(&BCJ), options)
}

/// Breaks something about a chain; it may stay valid all the same.
pub fn spoil(chain: &mut Chain, rng: &mut Rng) {
    let at = rng.below(chain.filters.len());
    match rng.below(7) {
        0 => {
            chain.filters.remove(at);
        }
        1 => {
            let other = chain.filters[rng.below(chain.filters.len())].clone();
            chain.filters.insert(at, other);
        }
        2 => {
            chain.filters.reverse();
        }
        3 => chain.filters[at].1 = missing(&chain.filters[at]),
        4 => {
            let id = rng.pick(&[0, 2, 0x20, 0x22, 1 << 62, u64::MAX - 1, LZMA_VLI_MAX]);
            let options = if rng.one_in(2) { Options::None } else { random_filter(rng).1 };
            chain.filters.insert(at, (id, options));
        }
        5 => {
            let filter = random_filter(rng);
            chain.filters.insert(at, filter);
        }
        _ => spoil_options(&mut chain.filters[at].1, rng),
    }
}

/// No options, where a NULL pointer is an error and not a crash of the
/// original.
fn missing((id, options): &(lzma_vli, Options)) -> Options {
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
