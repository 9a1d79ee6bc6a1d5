//! Random calls on one stream: coders of all kinds to start, with arguments that are
//! right or wrong, and what is called then.

use rlzma::ffi::*;

use super::chain::{FilterChain, Options, preset_options};
use super::{Rng, data, files, mutate};

/// A coder to start, with valid or wrong arguments.
#[derive(Clone, Debug)]
pub enum Start {
    Easy(u32, lzma_check),
    Stream(FilterChain, lzma_check),
    Alone(lzma_options_lzma),
    MicroEncoder(lzma_options_lzma),
    RawEncoder(FilterChain),
    BlockEncoder(FilterChain, Block),
    Index {
        null: bool,
    },
    Xz {
        limit: u64,
        flags: u32,
    },
    Auto {
        limit: u64,
        flags: u32,
    },
    Lzip {
        limit: u64,
        flags: u32,
    },
    Lzma {
        limit: u64,
    },
    MicroDecoder {
        comp_size: u64,
        uncomp_size: u64,
        exact: lzma_bool,
        dict_size: u32,
    },
    RawDecoder(FilterChain),
    BlockDecoder(FilterChain, Block),
    IndexDecoder {
        null: bool,
        limit: u64,
    },
    FileInfo {
        null: bool,
        limit: u64,
        size: u64,
    },
    /// The work of threads depends on timing, so these are started only.
    ThreadedEncoder(Threads),
    ThreadedDecoder(Threads),
}

/// The members of an `lzma_block`, but for its filters, which come apart from it.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub null: bool,
    pub no_filters: bool,
    pub version: u32,
    pub header_size: u32,
    pub check: lzma_check,
    pub compressed_size: u64,
    pub uncompressed_size: u64,
    pub ignore_check: lzma_bool,
}

#[derive(Clone, Debug)]
pub struct Threads {
    pub flags: u32,
    pub threads: u32,
    pub block_size: u64,
    pub timeout: u32,
    pub preset: u32,
    pub chain: Option<FilterChain>,
    pub check: lzma_check,
    pub limits: [u64; 2],
}

/// One call, or what the application does between calls.
#[derive(Clone, Debug)]
pub enum Op {
    Start(Box<Start>),
    /// The input is from here on.
    Input(usize),
    Code {
        action: u32,
        given: usize,
        space: usize,
    },
    Limit(u64),
    Filters(Box<FilterChain>),
    End,
}

pub fn check(rng: &mut Rng) -> lzma_check {
    lzma_check(match rng.below(12) {
        0 => rng.pick(&[2, 3, 15, 16, u32::MAX]),
        _ => rng.pick(&[0, 1, 4, 10]),
    })
}

/// No limit; with pointers of 32 bits, one below which the dictionaries of both
/// libraries have room in the address space at a time.
pub const UNLIMITED: u64 = if size_of::<usize>() == 8 { u64::MAX } else { 1 << 29 };

pub fn limit(rng: &mut Rng) -> u64 {
    match rng.below(4) {
        0 => rng.pick(&[0, 1, 4096, UNLIMITED]),
        1 => rng.skewed(1 << 20) as u64,
        _ => UNLIMITED,
    }
}

pub fn flags(rng: &mut Rng) -> u32 {
    if rng.one_in(8) { rng.next_u32() >> rng.below(32) } else { rng.below(64) as u32 }
}

pub fn size(rng: &mut Rng) -> u64 {
    match rng.below(6) {
        0 => rng.pick(&[0, 1, LZMA_VLI_MAX, LZMA_VLI_MAX + 1]),
        1 => rng.skewed(2000) as u64,
        _ => LZMA_VLI_UNKNOWN,
    }
}

/// A chain that costs little; one in four has something wrong about it.
pub fn any_chain(rng: &mut Rng) -> FilterChain {
    let last = match rng.below(6) {
        0 => rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT]),
        _ => LZMA_FILTER_LZMA2,
    };
    FilterChain::small_or_spoiled(last, rng)
}

pub fn options(rng: &mut Rng) -> lzma_options_lzma {
    let chain = any_chain(rng);
    let lzma = chain.filters.into_iter().find_map(|(_, options)| match options {
        Options::Lzma(options) => Some(*options),
        _ => None,
    });
    lzma.unwrap_or(preset_options(0))
}

pub fn block(rng: &mut Rng) -> Block {
    Block {
        null: rng.one_in(20),
        no_filters: rng.one_in(20),
        version: if rng.one_in(12) { rng.below(4) as u32 } else { rng.below(2) as u32 },
        header_size: if rng.one_in(8) { rng.below(1100) as u32 } else { 12 },
        check: check(rng),
        compressed_size: size(rng),
        uncompressed_size: size(rng),
        ignore_check: lzma_bool::from(rng.one_in(4)),
    }
}

pub fn threads(rng: &mut Rng) -> Threads {
    Threads {
        flags: if rng.one_in(2) { 0 } else { flags(rng) },
        threads: rng.pick(&[0, 1, 2, 4, 16384, 16385]).min(if rng.one_in(2) { 2 } else { 20_000 }),
        block_size: rng.pick(&[0, 1 << 16, LZMA_VLI_MAX, u64::MAX]),
        timeout: 0,
        preset: rng.pick(&[0, 1, 10, u32::MAX]),
        chain: (!rng.one_in(3)).then(|| any_chain(rng)),
        check: check(rng),
        limits: [limit(rng), limit(rng)],
    }
}

pub fn start(rng: &mut Rng) -> Start {
    match rng.below(20) {
        0 => Start::Easy(rng.pick(&[0, 1, 10, 1 << 30, u32::MAX]), check(rng)),
        1 => Start::Stream(any_chain(rng), check(rng)),
        2 => Start::Alone(options(rng)),
        3 => Start::MicroEncoder(options(rng)),
        4 => Start::RawEncoder(any_chain(rng)),
        5 => Start::BlockEncoder(any_chain(rng), block(rng)),
        6 => Start::Index { null: rng.one_in(8) },
        7 => Start::Auto { limit: limit(rng), flags: flags(rng) },
        8 => Start::Lzip { limit: limit(rng), flags: flags(rng) },
        9 => Start::Lzma { limit: limit(rng) },
        10 => Start::MicroDecoder {
            comp_size: size(rng),
            uncomp_size: size(rng),
            exact: lzma_bool::from(rng.one_in(2)),
            dict_size: rng.pick(&[0, 4096, 1 << 16]),
        },
        11 => Start::RawDecoder(any_chain(rng)),
        12 | 13 => Start::BlockDecoder(any_chain(rng), block(rng)),
        14 => Start::IndexDecoder { null: rng.one_in(8), limit: limit(rng) },
        15 => {
            let size = if rng.one_in(2) { rng.skewed(3000) as u64 } else { size(rng) };
            Start::FileInfo { null: rng.one_in(8), limit: limit(rng), size }
        }
        16 => Start::ThreadedEncoder(threads(rng)),
        17 => Start::ThreadedDecoder(threads(rng)),
        _ => Start::Xz { limit: limit(rng), flags: flags(rng) },
    }
}

/// A .lzma file that says nothing about its size.
pub fn without_size(mut file: Vec<u8>) -> Vec<u8> {
    if let Some(size) = file.get_mut(5..13) {
        size.fill(0xFF);
    }
    file
}

/// The memory that `Input` points into: files of all formats, good and damaged, and
/// plain data, one after the other; and the positions where they begin.
pub fn pool(rng: &mut Rng) -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut starts) = (Vec::new(), Vec::new());
    for _ in 0..12 {
        let len = rng.skewed(1500);
        let kind = rng.below(6);
        let file = match kind {
            0 | 1 => files::xz(len, rng),
            2 => files::alone(len, rng),
            3 => files::lzip(len, rng),
            4 => files::micro(len, rng).bytes,
            _ => data::any(len, rng),
        };
        let file = if rng.one_in(3) { mutate::mutate(&file, rng).bytes } else { file };
        // With a known size and an end marker, it depends on the split.
        let file = if kind == 2 { without_size(file) } else { file };
        if let Some(parts) = mutate::structure(&file) {
            // The first Block behind its header, and the Index.
            let inner = parts.iter().filter(|part| part.name != "Stream Header");
            starts.extend(inner.map(|part| match part.name {
                "Index" => bytes.len() + part.covered.start,
                _ => bytes.len() + part.crc + 4,
            }));
        }
        starts.push(bytes.len());
        bytes.extend(file);
    }
    (bytes, starts)
}

pub fn ops(starts: &[usize], rng: &mut Rng) -> Vec<Op> {
    let mut ops = Vec::new();
    for _ in 0..3 + rng.below(8) {
        ops.push(Op::Start(Box::new(start(rng))));
        if !rng.one_in(6) {
            ops.push(Op::Input(rng.pick(starts)));
        }
        let mut last = 0;
        for _ in 0..rng.below(9) {
            ops.push(match rng.below(14) {
                0 => Op::Limit(limit(rng)),
                1 => Op::Filters(Box::new(any_chain(rng))),
                2 if rng.one_in(8) => Op::End,
                3 => Op::Input(rng.pick(starts) + rng.skewed(20)),
                _ => {
                    if rng.one_in(3) {
                        last = rng.pick(&[0, 0, 0, 1, 2, 3, 3, 4, 5]);
                    }
                    let given = if rng.one_in(4) { 0 } else { rng.skewed(2500) };
                    let space = if rng.one_in(5) { rng.below(10) } else { rng.skewed(4000) };
                    Op::Code { action: last, given, space }
                }
            });
        }
    }
    ops
}
