//! One stream, used on and on whatever it has answered: coders of all kinds
//! are started on it with arguments that are refused now and then, driven,
//! limited, given other filters, and replaced half-way. Both libraries answer
//! every call alike and leave the same in all that they have been lent.

mod common;

use std::ptr;

use common::chain::{FilterChain, Options, preset_options};
use common::{Allocator, Lib, Rng, Stream, data, files, is_enough, mutate, seeds, zeroed};
use rlzma::ffi::*;

/// A coder to start, with valid or wrong arguments.
#[derive(Clone, Debug)]
enum Start {
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
struct Block {
    null: bool,
    no_filters: bool,
    version: u32,
    header_size: u32,
    check: lzma_check,
    compressed_size: u64,
    uncompressed_size: u64,
    ignore_check: lzma_bool,
}

#[derive(Clone, Debug)]
struct Threads {
    flags: u32,
    threads: u32,
    block_size: u64,
    timeout: u32,
    preset: u32,
    chain: Option<FilterChain>,
    check: lzma_check,
    limits: [u64; 2],
}

/// One call, or what the application does between calls.
#[derive(Clone, Debug)]
enum Op {
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

fn check(rng: &mut Rng) -> lzma_check {
    lzma_check(match rng.below(12) {
        0 => rng.pick(&[2, 3, 15, 16, u32::MAX]),
        _ => rng.pick(&[0, 1, 4, 10]),
    })
}

/// No limit; with pointers of 32 bits, one below which the dictionaries of both
/// libraries have room in the address space at a time.
const UNLIMITED: u64 = if size_of::<usize>() == 8 { u64::MAX } else { 1 << 29 };

fn limit(rng: &mut Rng) -> u64 {
    match rng.below(4) {
        0 => rng.pick(&[0, 1, 4096, UNLIMITED]),
        1 => rng.skewed(1 << 20) as u64,
        _ => UNLIMITED,
    }
}

fn flags(rng: &mut Rng) -> u32 {
    if rng.one_in(8) { rng.next_u32() >> rng.below(32) } else { rng.below(64) as u32 }
}

fn size(rng: &mut Rng) -> u64 {
    match rng.below(6) {
        0 => rng.pick(&[0, 1, LZMA_VLI_MAX, LZMA_VLI_MAX + 1]),
        1 => rng.skewed(2000) as u64,
        _ => LZMA_VLI_UNKNOWN,
    }
}

/// A chain that costs little; one in four has something wrong about it.
fn any_chain(rng: &mut Rng) -> FilterChain {
    let last = match rng.below(6) {
        0 => rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT]),
        _ => LZMA_FILTER_LZMA2,
    };
    FilterChain::small_or_spoiled(last, rng)
}

fn options(rng: &mut Rng) -> lzma_options_lzma {
    let chain = any_chain(rng);
    let lzma = chain.filters.into_iter().find_map(|(_, options)| match options {
        Options::Lzma(options) => Some(*options),
        _ => None,
    });
    lzma.unwrap_or(preset_options(0))
}

fn block(rng: &mut Rng) -> Block {
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

fn threads(rng: &mut Rng) -> Threads {
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

fn start(rng: &mut Rng) -> Start {
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
fn without_size(mut file: Vec<u8>) -> Vec<u8> {
    if let Some(size) = file.get_mut(5..13) {
        size.fill(0xFF);
    }
    file
}

/// The memory that `Input` points into: files of all formats, good and damaged, and
/// plain data, one after the other; and the positions where they begin.
fn pool(rng: &mut Rng) -> (Vec<u8>, Vec<usize>) {
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

fn ops(starts: &[usize], rng: &mut Rng) -> Vec<Op> {
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

/// The answer of a library to one operation, and the state that it leaves behind.
#[derive(PartialEq, Debug)]
struct Answer {
    ret: lzma_ret,
    has_coder: bool,
    input: usize,
    output: Vec<u8>,
    totals: (u64, u64),
    limits: (u64, u64),
    check: u32,
    progress: (u64, u64),
    seek: u64,
    block: ([u32; 3], lzma_bool, [u64; 2], [u8; 64]),
    index: Indexed,
}

/// The content of the place that was lent for an Index.
#[derive(PartialEq, Debug)]
enum Indexed {
    Untouched,
    Null,
    Sizes([u64; 4]),
}

/// One library's stream, and what is lent to it.
struct Player<'a> {
    stream: Stream<'a>,
    kind: Option<Start>,
    data: &'a [u8],
    pos: usize,
    block: Box<lzma_block>,
    index: *mut lzma_index,
    place: Box<*mut lzma_index>,
    allocator: *const lzma_allocator,
}

impl<'a> Player<'a> {
    fn new(lib: &'a Lib, data: &'a [u8], allocator: Option<&'a Allocator>) -> Player<'a> {
        let stream = allocator
            .map_or_else(|| Stream::new(lib), |allocator| Stream::with_allocator(lib, allocator));
        let allocator = allocator.map_or(ptr::null(), Allocator::as_ptr);
        // SAFETY: the Index is ended when the player is dropped.
        let index = unsafe {
            let index = (lib.lzma_index_init)(allocator);
            for i in 0..20 {
                assert_eq!((lib.lzma_index_append)(index, allocator, 100 + i, i * 999), LZMA_OK);
            }
            index
        };
        let block = Box::new(zeroed());
        let place = Box::new(ptr::dangling_mut());
        Player { stream, kind: None, data, pos: 0, block, index, place, allocator }
    }

    /// Starts a coder, with what it is lent.
    fn start(&mut self, start: &Start) -> lzma_ret {
        let lib = self.stream.lib;
        let strm = self.stream.as_mut_ptr();
        let place = &raw mut *self.place;
        let place = |null: bool| if null { ptr::null_mut() } else { place };
        // SAFETY: arguments are as the structures demand or refused; what is
        // lent lives as long as the stream.
        unsafe {
            match start {
                Start::Easy(preset, check) => (lib.lzma_easy_encoder)(strm, *preset, *check),
                Start::Stream(chain, check) => {
                    chain.with(|filters| (lib.lzma_stream_encoder)(strm, filters, *check))
                }
                Start::Alone(options) => (lib.lzma_alone_encoder)(strm, options),
                Start::MicroEncoder(options) => (lib.lzma_microlzma_encoder)(strm, options),
                Start::RawEncoder(chain) => {
                    chain.with(|filters| (lib.lzma_raw_encoder)(strm, filters))
                }
                Start::BlockEncoder(chain, block) => {
                    self.start_block(lib.lzma_block_encoder, chain, block)
                }
                Start::Index { null } => {
                    let index = if *null { ptr::null_mut() } else { self.index };
                    (lib.lzma_index_encoder)(strm, index)
                }
                Start::Xz { limit, flags } => (lib.lzma_stream_decoder)(strm, *limit, *flags),
                Start::Auto { limit, flags } => (lib.lzma_auto_decoder)(strm, *limit, *flags),
                Start::Lzip { limit, flags } => (lib.lzma_lzip_decoder)(strm, *limit, *flags),
                Start::Lzma { limit } => (lib.lzma_alone_decoder)(strm, *limit),
                Start::MicroDecoder { comp_size, uncomp_size, exact, dict_size } => {
                    let decoder = lib.lzma_microlzma_decoder;
                    decoder(strm, *comp_size, *uncomp_size, *exact, *dict_size)
                }
                Start::RawDecoder(chain) => {
                    chain.with(|filters| (lib.lzma_raw_decoder)(strm, filters))
                }
                Start::BlockDecoder(chain, block) => {
                    self.start_block(lib.lzma_block_decoder, chain, block)
                }
                Start::IndexDecoder { null, limit } => {
                    (lib.lzma_index_decoder)(strm, place(*null), *limit)
                }
                Start::FileInfo { null, limit, size } => {
                    (lib.lzma_file_info_decoder)(strm, place(*null), *limit, *size)
                }
                Start::ThreadedEncoder(threads) => {
                    threads.with(|options| (lib.lzma_stream_encoder_mt)(strm, options))
                }
                Start::ThreadedDecoder(threads) => {
                    threads.with(|options| (lib.lzma_stream_decoder_mt)(strm, options))
                }
            }
        }
    }

    /// # Safety
    /// `init` is a function of the stream's library.
    unsafe fn start_block(
        &mut self,
        init: unsafe extern "C" fn(*mut lzma_stream, *mut lzma_block) -> lzma_ret,
        chain: &FilterChain,
        about: &Block,
    ) -> lzma_ret {
        let strm = self.stream.as_mut_ptr();
        chain.with(|filters| {
            let lent = &mut *self.block;
            lent.version = about.version;
            lent.header_size = about.header_size;
            lent.check = about.check;
            lent.compressed_size = about.compressed_size;
            lent.uncompressed_size = about.uncompressed_size;
            lent.ignore_check = about.ignore_check;
            lent.raw_check = [0x77; 64];
            lent.filters = if about.no_filters { ptr::null_mut() } else { filters };
            // SAFETY: by contract; the structure lives as long as the stream.
            let ret = unsafe { init(strm, if about.null { ptr::null_mut() } else { lent }) };
            lent.filters = ptr::null_mut();
            ret
        })
    }

    fn is_threaded(&self) -> bool {
        matches!(self.kind, Some(Start::ThreadedEncoder(_) | Start::ThreadedDecoder(_)))
    }

    /// True if the original survives a change of the coder's filters.
    fn takes_filters(&self) -> bool {
        match &self.kind {
            None => false,
            // Delta behind a branch filter has no function for it.
            Some(Start::RawDecoder(_) | Start::BlockDecoder(..)) => false,
            Some(_) => true,
        }
    }

    fn code(&mut self, action: u32, given: usize, space: usize) -> (lzma_ret, Vec<u8>) {
        let mut room = vec![0; space];
        let lib = self.stream.lib;
        let strm = self.stream.as_mut();
        if strm.avail_in == 0 {
            let rest = &self.data[self.pos.min(self.data.len())..];
            strm.avail_in = given.min(rest.len());
            strm.next_in = rest.as_ptr();
            self.pos += strm.avail_in;
        }
        (strm.next_out, strm.avail_out) = (room.as_mut_ptr(), space);
        // SAFETY: the buffers are as long as said.
        let ret = unsafe { (lib.lzma_code)(strm, lzma_action(action)) };
        room.truncate(space - strm.avail_out);
        (strm.next_out, strm.avail_out) = (ptr::null_mut(), 0);
        if ret == LZMA_SEEK_NEEDED {
            strm.avail_in = 0;
        }
        (ret, room)
    }

    fn apply(&mut self, op: &Op) -> Answer {
        let lib = self.stream.lib;
        *self.place = ptr::dangling_mut();
        let mut output = Vec::new();
        let ret = match op {
            Op::Start(start) => {
                let ret = self.start(start);
                self.kind = (!self.stream.as_mut().internal.is_null()).then(|| match &self.kind {
                    // Some arguments are refused before the stream is touched.
                    Some(old) if ret != LZMA_OK => old.clone(),
                    _ => (**start).clone(),
                });
                ret
            }
            Op::Input(at) => {
                self.pos = *at;
                self.stream.as_mut().avail_in = 0;
                LZMA_OK
            }
            Op::Code { action, given, space } if !self.is_threaded() => {
                let (ret, written) = self.code(*action, *given, *space);
                output = written;
                ret
            }
            Op::Limit(limit) => {
                // SAFETY: the stream is one of this library.
                unsafe { (lib.lzma_memlimit_set)(self.stream.as_mut_ptr(), *limit) }
            }
            Op::Filters(chain) if self.takes_filters() => {
                let strm = self.stream.as_mut_ptr();
                // SAFETY: the stream has a coder; the chain has an end.
                chain.with(|filters| unsafe { (lib.lzma_filters_update)(strm, filters) })
            }
            Op::End => {
                // SAFETY: the stream is one of this library.
                unsafe { (lib.lzma_end)(self.stream.as_mut_ptr()) };
                self.kind = None;
                LZMA_OK
            }
            Op::Code { .. } | Op::Filters(_) => LZMA_OK,
        };
        self.answer(ret, output)
    }

    fn answer(&mut self, ret: lzma_ret, output: Vec<u8>) -> Answer {
        let lib = self.stream.lib;
        let index = self.take_index();
        let strm = self.stream.as_mut();
        let has_coder = !strm.internal.is_null();
        let mut progress = (0, 0);
        // SAFETY: the stream is one of this library; without a coder, the
        // original crashes.
        let (limits, check) = unsafe {
            let mut check = 0;
            if has_coder {
                (lib.lzma_get_progress)(strm, &mut progress.0, &mut progress.1);
                // Before the header is decoded, the original says anything.
                if matches!(ret.0, 1..=4) {
                    check = (lib.lzma_get_check)(strm).0;
                }
            }
            (((lib.lzma_memusage)(strm), (lib.lzma_memlimit_get)(strm)), check)
        };
        let block = &*self.block;
        Answer {
            ret,
            has_coder,
            input: strm.avail_in,
            output,
            totals: (strm.total_in, strm.total_out),
            limits,
            check,
            progress,
            seek: if ret == LZMA_SEEK_NEEDED { strm.seek_pos } else { 0 },
            block: (
                [block.version, block.header_size, block.check.0],
                block.ignore_check,
                [block.compressed_size, block.uncompressed_size],
                block.raw_check,
            ),
            index,
        }
    }

    fn take_index(&mut self) -> Indexed {
        let index = *self.place;
        if index == ptr::dangling_mut() {
            return Indexed::Untouched;
        }
        if index.is_null() {
            return Indexed::Null;
        }
        let lib = self.stream.lib;
        // SAFETY: the library has put an Index there, which is ours now.
        unsafe {
            let sizes = [
                (lib.lzma_index_stream_count)(index),
                (lib.lzma_index_block_count)(index),
                (lib.lzma_index_file_size)(index),
                (lib.lzma_index_uncompressed_size)(index),
            ];
            (lib.lzma_index_end)(index, self.allocator);
            Indexed::Sizes(sizes)
        }
    }
}

impl Drop for Player<'_> {
    fn drop(&mut self) {
        let lib = self.stream.lib;
        // SAFETY: the coder that may use the Index is ended before it.
        unsafe {
            (lib.lzma_end)(self.stream.as_mut_ptr());
            (lib.lzma_index_end)(self.index, self.allocator);
        }
    }
}

impl Threads {
    fn with<R>(&self, call: impl FnOnce(&lzma_mt) -> R) -> R {
        let mut options: lzma_mt = zeroed();
        options.flags = self.flags;
        options.threads = self.threads;
        options.block_size = self.block_size;
        options.timeout = self.timeout;
        options.preset = self.preset;
        options.check = self.check;
        [options.memlimit_threading, options.memlimit_stop] = self.limits;
        match &self.chain {
            None => call(&options),
            Some(chain) => chain.with(|filters| {
                options.filters = filters;
                call(&options)
            }),
        }
    }
}

fn compare(rng: &mut Rng, data: &[u8], starts: &[usize], allocator: Option<&Allocator>) -> usize {
    let ops = ops(starts, rng);
    let mut want = Player::new(Lib::reference(), data, None);
    let mut have = Player::new(Lib::ours(), data, allocator);
    let mut errors = 0;
    for (i, op) in ops.iter().enumerate() {
        let answer = want.apply(op);
        assert_eq!(answer, have.apply(op), "after {:#?}", &ops[..=i]);
        errors += usize::from(answer.ret.0 >= LZMA_MEM_ERROR.0);
    }
    errors
}

#[test]
fn any_sequence_of_starts_and_calls() {
    let mut errors = 0;
    let pools: Vec<_> = (0..100).map(|number| pool(&mut Rng::new(number))).collect();
    seeds(20_000, |rng| {
        let (data, starts) = &pools[rng.below(pools.len())];
        // It fills all memory, which takes most of the time.
        let allocator = rng.one_in(80).then(Allocator::new);
        errors += compare(rng, data, starts, allocator.as_ref());
    });
    eprintln!("{errors} errors");
    assert!(is_enough(errors, 100_000), "{errors} errors");
}
