//! Block encoders, and encoders that do all in one call, beside the
//! original.

use std::ptr::{null, null_mut};

use crate::common::chain::FilterChain;
use crate::common::data::{self, Kind};
use crate::common::{Chunks, Lib, Plan, Rng, Stream, seeds, zeroed};
use rlzma::ffi::*;

const CHECKS: [lzma_check; 4] =
    [LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_SHA256];

fn any_check(rng: &mut Rng) -> lzma_check {
    let known = rng.pick(&CHECKS);
    let odd = rng.pick(&[2, 9, 15, 16, u32::MAX]);
    if rng.one_in(12) { lzma_check(odd) } else { known }
}

/// A Block as an encoder gets it; members that it shall write have values
/// that nobody writes.
fn block(version: u32, check: lzma_check, filters: *mut lzma_filter) -> lzma_block {
    let mut block: lzma_block = zeroed();
    block.version = version;
    block.check = check;
    block.filters = filters;
    block.header_size = 7;
    block.compressed_size = 77;
    block.uncompressed_size = 777;
    block.raw_check = [0x77; 64];
    block
}

/// The members of a Block that functions write.
type Written = (u32, u64, u64, [u8; 64]);

fn written(block: &lzma_block) -> Written {
    (block.header_size, block.compressed_size, block.uncompressed_size, block.raw_check)
}

/// The options of a Block that is encoded.
#[derive(Clone, Debug)]
struct Setup {
    version: u32,
    check: lzma_check,
    chain: FilterChain,
}

impl Setup {
    fn random(rng: &mut Rng) -> Setup {
        let last = if rng.one_in(20) { LZMA_FILTER_LZMA1 } else { LZMA_FILTER_LZMA2 };
        let mut chain = FilterChain::random(last, rng);
        if rng.one_in(10) {
            chain.spoil(rng);
        }
        let version = if rng.one_in(20) { 2 } else { rng.below(2) as u32 };
        Setup { version, check: any_check(rng), chain }
    }
}

/// Short data of any kind, as often as not incompressible.
fn plain(rng: &mut Rng) -> Vec<u8> {
    let len = if rng.one_in(8) { rng.skewed(200_000) } else { rng.skewed(3000) };
    if rng.one_in(2) { data::generate(Kind::Noise, len, rng) } else { data::any(len, rng) }
}

/// The Block encoder call by call, with what it writes to the Block after
/// each step of the way.
#[test]
fn block_encoder() {
    seeds(300, |rng| {
        let setup = Setup::random(rng);
        let plain = plain(rng);
        let mut plan = Plan::random(rng);
        if plain.len() > 10_000 {
            (plan.input, plan.output) = (Chunks::Random(5000), Chunks::Random(5000));
        }
        if rng.one_in(3) {
            plan.flushes = vec![(rng.below(plain.len() + 1), LZMA_SYNC_FLUSH)];
        }
        let stops: Vec<_> = (0..3).map(|_| rng.below(plain.len() + 100)).collect();
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            let runs = stops.iter().map(|stop| Some(*stop)).chain([None]);
            let run = |stop_after| {
                setup.chain.with(|filters| {
                    let mut block = block(setup.version, setup.check, filters);
                    let address = &raw mut block;
                    let mut stream = Stream::new(lib);
                    // SAFETY: the Block outlives the stream's use of it.
                    let init = |lib: &Lib, strm| unsafe { (lib.lzma_block_encoder)(strm, address) };
                    let plan = Plan { stop_after, ..plan.clone() };
                    let outcome = stream.run(init, &plain, &plan);
                    drop(stream);
                    (outcome, written(&block))
                })
            };
            runs.map(run).collect::<Vec<_>>()
        });
        assert_eq!(want, have, "{setup:?} {plan:?} {stops:?}");
    });
    for lib in [Lib::reference(), Lib::ours()] {
        let mut stream = Stream::new(lib);
        // SAFETY: NULL is an error, no more.
        let ret = unsafe { (lib.lzma_block_encoder)(stream.as_mut_ptr(), null_mut()) };
        assert_eq!(ret, LZMA_PROG_ERROR);
    }
}

/// The function that encodes a Block in one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Compress,
    Store,
}

/// The answer of a call that may write after the bytes that are not its own.
#[derive(PartialEq, Eq, Debug)]
struct Answer {
    ret: lzma_ret,
    out_pos: usize,
    output: Vec<u8>,
    block: Option<Written>,
}

/// Calls with room that lies behind `before` bytes.
fn call(
    space: usize,
    before: usize,
    encode: impl FnOnce(*mut u8, *mut usize, usize) -> (lzma_ret, Option<Written>),
) -> Answer {
    let mut output = vec![0x5c; before + space];
    let mut out_pos = before;
    let size = output.len();
    // Never NULL, even without room.
    output.reserve(1);
    let (ret, block) = encode(output.as_mut_ptr(), &raw mut out_pos, size);
    assert!(output[..before].iter().all(|&byte| byte == 0x5c));
    output.truncate(out_pos); // what is behind is nobody's
    Answer { ret, out_pos, output, block }
}

fn encode_block(lib: &Lib, setup: &Setup, how: How, plain: &[u8], space: usize) -> Answer {
    setup.chain.with(|filters| {
        let mut block = block(setup.version, setup.check, filters);
        call(space, 3, |out, out_pos, out_size| {
            let (data, len) = (plain.as_ptr(), plain.len());
            let block = &raw mut block;
            // SAFETY: the Block and the buffers are valid.
            let ret = unsafe {
                match how {
                    How::Compress => (lib.lzma_block_buffer_encode)(
                        block,
                        null(),
                        data,
                        len,
                        out,
                        out_pos,
                        out_size,
                    ),
                    How::Store => {
                        (lib.lzma_block_uncomp_encode)(block, data, len, out, out_pos, out_size)
                    }
                }
            };
            // SAFETY: the Block is valid.
            (ret, Some(written(unsafe { &*block })))
        })
    })
}

/// Sizes at which something could be different: all around what is needed,
/// and some that are less.
fn spaces(needed: usize, rng: &mut Rng) -> Vec<usize> {
    let around = needed.saturating_sub(20)..needed + 20;
    let less = (0..20).map(|_| rng.below(needed + 1));
    (0..40).chain(around).chain(less).collect()
}

#[test]
fn blocks_in_one_call() {
    seeds(60, |rng| {
        let setup = Setup::random(rng);
        let plain = plain(rng);
        for how in [How::Compress, How::Store] {
            let needed = encode_block(Lib::reference(), &setup, how, &plain, 1 << 19).out_pos - 3;
            for space in spaces(needed, rng).into_iter().chain([1 << 19]) {
                let [want, have] = [Lib::reference(), Lib::ours()]
                    .map(|lib| encode_block(lib, &setup, how, &plain, space));
                assert!(want == have, "{want:?} not {have:?}\n{space} {how:?} {setup:?}");
            }
        }
    });
}

/// Data that becomes larger is stored, from exactly the same size on.
#[test]
fn data_that_hardly_compresses() {
    seeds(80, |rng| {
        let setup = Setup {
            version: 1,
            check: rng.pick(&CHECKS),
            chain: FilterChain::random(LZMA_FILTER_LZMA2, rng),
        };
        // A repetition that saves about as much as headers cost.
        let len = rng.pick(&[10, 100, 1000, 65_530, 65_540, 131_072]) + rng.below(30);
        let mut plain = data::generate(Kind::Noise, len, rng);
        let again = rng.below(30.min(len));
        plain.copy_within(..again, len - again);
        let [want, have] = [Lib::reference(), Lib::ours()]
            .map(|lib| encode_block(lib, &setup, How::Compress, &plain, 1 << 18));
        assert!(want == have, "{setup:?}");
    });
}

fn encode_stream(
    lib: &Lib,
    chain: &FilterChain,
    check: lzma_check,
    plain: &[u8],
    space: usize,
) -> Answer {
    chain.with(|filters| {
        call(space, 5, |out, out_pos, out_size| {
            let (allocator, data, len) = (null(), plain.as_ptr(), plain.len());
            // SAFETY: the chain and the buffers are valid.
            let ret = unsafe {
                (lib.lzma_stream_buffer_encode)(
                    filters, check, allocator, data, len, out, out_pos, out_size,
                )
            };
            (ret, None)
        })
    })
}

fn encode_easy(lib: &Lib, preset: u32, check: lzma_check, plain: &[u8], space: usize) -> Answer {
    call(space, 5, |out, out_pos, out_size| {
        let (allocator, data, len) = (null(), plain.as_ptr(), plain.len());
        // SAFETY: the buffers are valid.
        let ret = unsafe {
            (lib.lzma_easy_buffer_encode)(
                preset, check, allocator, data, len, out, out_pos, out_size,
            )
        };
        (ret, None)
    })
}

#[test]
fn streams_in_one_call() {
    seeds(50, |rng| {
        let Setup { chain, check, .. } = Setup::random(rng);
        let plain = plain(rng);
        let needed = encode_stream(Lib::reference(), &chain, check, &plain, 1 << 19).out_pos - 5;
        for space in spaces(needed, rng).into_iter().chain([1 << 19]) {
            let [want, have] = [Lib::reference(), Lib::ours()]
                .map(|lib| encode_stream(lib, &chain, check, &plain, space));
            assert!(want == have, "{want:?} not {have:?}\n{space} {check:?} {chain:?}");
        }
    });
}

#[test]
fn presets_in_one_call() {
    seeds(60, |rng| {
        let preset = rng.pick(&[0, 1, 2, 3, 6, LZMA_PRESET_EXTREME, 10, 1 << 20]);
        let check = any_check(rng);
        let plain = plain(rng);
        for space in [0, 24, 60, 100, rng.skewed(4000), 1 << 19] {
            let [want, have] = [Lib::reference(), Lib::ours()]
                .map(|lib| encode_easy(lib, preset, check, &plain, space));
            assert!(want == have, "{want:?} not {have:?}\n{space} {preset:#x} {check:?}");
        }
    });
}

#[test]
fn raw_chains_in_one_call() {
    seeds(50, |rng| {
        let last = rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2]);
        let mut chain = FilterChain::random(last, rng);
        if rng.one_in(10) {
            chain.spoil(rng);
        }
        let plain = plain(rng);
        let encode = |lib: &Lib, space| {
            chain.with(|filters| {
                call(space, 1, |out, out_pos, out_size| {
                    let (allocator, data, len) = (null(), plain.as_ptr(), plain.len());
                    // SAFETY: the chain and the buffers are valid.
                    let ret = unsafe {
                        (lib.lzma_raw_buffer_encode)(
                            filters, allocator, data, len, out, out_pos, out_size,
                        )
                    };
                    (ret, None)
                })
            })
        };
        let needed = encode(Lib::reference(), 1 << 19).out_pos - 1;
        for space in spaces(needed, rng).into_iter().chain([1 << 19]) {
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| encode(lib, space));
            assert!(want == have, "{want:?} not {have:?}\n{space} {chain:?}");
        }
    });
}

/// Pointers and sizes that need not fit together.
#[derive(Clone, Copy, Debug)]
struct Buffers {
    data: *const u8,
    len: usize,
    out: *mut u8,
    size: usize,
    pos: usize,
    no_pos: bool,
    no_filters: bool,
    check: lzma_check,
}

/// The code of every function, and the position that it leaves.
fn answers(lib: &Lib, buffers: Buffers) -> Vec<(lzma_ret, usize)> {
    let Buffers { data, len, out, size, check, .. } = buffers;
    let mut answers = Vec::new();
    let mut ask = |call: &dyn Fn(*mut usize) -> lzma_ret| {
        let mut pos = buffers.pos;
        let ret = call(if buffers.no_pos { null_mut() } else { &raw mut pos });
        answers.push((ret, pos));
    };
    FilterChain::preset(0).with(|filters| {
        let filters = if buffers.no_filters { null_mut() } else { filters };
        // SAFETY of all: pointers are NULL or valid.
        // SAFETY: see above.
        ask(&|pos| unsafe {
            (lib.lzma_raw_buffer_encode)(filters, null(), data, len, out, pos, size)
        });
        for version in 0..3 {
            let mut block = block(version, check, filters);
            let block = &raw mut block;
            // SAFETY: see above.
            ask(&|pos| unsafe {
                (lib.lzma_block_buffer_encode)(block, null(), data, len, out, pos, size)
            });
            // SAFETY: see above.
            ask(&|pos| unsafe { (lib.lzma_block_uncomp_encode)(block, data, len, out, pos, size) });
        }
        // SAFETY: see above.
        ask(&|pos| unsafe {
            (lib.lzma_block_buffer_encode)(null_mut(), null(), data, len, out, pos, size)
        });
        // SAFETY: see above.
        ask(&|pos| unsafe {
            (lib.lzma_stream_buffer_encode)(filters, check, null(), data, len, out, pos, size)
        });
        for preset in [0, 99] {
            // SAFETY: see above.
            ask(&|pos| unsafe {
                (lib.lzma_easy_buffer_encode)(preset, check, null(), data, len, out, pos, size)
            });
        }
    });
    answers
}

/// Everything that is NULL or beyond its end.
#[test]
fn impossible_buffers() {
    let plain = *b"data";
    let mut output = [0_u8; 400];
    let out = output.as_mut_ptr();
    for (data, len) in [(plain.as_ptr(), 4), (null(), 0), (null(), 4)] {
        for (out, size, pos) in
            [(out, 400, 0), (out, 400, 400), (out, 10, 11), (null_mut(), 0, 0), (null_mut(), 10, 0)]
        {
            for case in 0..16 {
                let (no_pos, no_filters) = (case & 1 != 0, case & 2 != 0);
                let check = [LZMA_CHECK_CRC32, lzma_check(2), lzma_check(16), LZMA_CHECK_NONE];
                let check = check[case >> 2];
                let buffers = Buffers { data, len, out, size, pos, no_pos, no_filters, check };
                let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| answers(lib, buffers));
                assert_eq!(want, have, "{buffers:?}");
            }
        }
    }
}

#[test]
fn bounds() {
    let edges = [0, 1, 65_535, 65_536, 65_537, usize::MAX, usize::MAX / 2, usize::MAX / 2 - 2000];
    let same = |size| {
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            // SAFETY: any number will do.
            unsafe { ((lib.lzma_block_buffer_bound)(size), (lib.lzma_stream_buffer_bound)(size)) }
        });
        assert_eq!(want, have, "{size}");
    };
    edges.into_iter().for_each(same);
    seeds(3000, |rng| same(rng.next_u64() as usize >> rng.below(usize::BITS as usize)));
    // Around the largest that there are bounds for.
    let bound = |size| {
        // SAFETY: any number will do.
        unsafe { (Lib::reference().lzma_block_buffer_bound)(size) }
    };
    let (mut low, mut high) = (0, usize::MAX);
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if bound(middle) != 0 { low = middle } else { high = middle }
    }
    (low - 3000..low + 3000).for_each(same);
}
