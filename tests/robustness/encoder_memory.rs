//! The memory of encoders: nothing is lost when an allocation fails; no more is used
//! than memory usage functions say; a stream that is used again keeps its buffers.

use std::ptr::{null, null_mut};

use crate::common::alloc_failure::{self, Case as _};
use crate::common::chain::{self, FilterChain};
use crate::common::data::Kind;
use crate::common::{Allocator, Lib, Outcome, Plan, Rng, Stream, data, seeds, zeroed};
use rlzma::ffi::*;

/// An encoder and what it is told.
#[derive(Clone, Debug)]
enum Encoder {
    Raw(FilterChain),
    Block(FilterChain),
    Stream(FilterChain),
    Alone(FilterChain),
    Micro(FilterChain),
}

/// An encoder at work on some data.
#[derive(Clone, Debug)]
struct Case {
    encoder: Encoder,
    plain: Vec<u8>,
    plan: Plan,
    /// The output of the encoder.
    encoded: Vec<u8>,
}

impl Encoder {
    fn chain(&self) -> &FilterChain {
        match self {
            Encoder::Raw(chain)
            | Encoder::Block(chain)
            | Encoder::Stream(chain)
            | Encoder::Alone(chain)
            | Encoder::Micro(chain) => chain,
        }
    }

    /// Calls `run` with a function that starts the encoder.
    fn with<R>(&self, run: impl FnOnce(&dyn Fn(&Lib, *mut lzma_stream) -> lzma_ret) -> R) -> R {
        self.chain().with(|filters| {
            let mut block: lzma_block = zeroed();
            block.check = LZMA_CHECK_SHA256;
            block.filters = filters;
            let block = &raw mut block;
            // SAFETY: a stream of the library, a valid chain, and a Block
            // that lives as long as it is used.
            run(&|lib, strm| unsafe {
                match self {
                    Encoder::Raw(_) => (lib.lzma_raw_encoder)(strm, filters),
                    Encoder::Block(_) => (lib.lzma_block_encoder)(strm, block),
                    Encoder::Stream(_) => {
                        (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_CRC64)
                    }
                    Encoder::Alone(_) => (lib.lzma_alone_encoder)(strm, (*filters).options.cast()),
                    Encoder::Micro(_) => {
                        (lib.lzma_microlzma_encoder)(strm, (*filters).options.cast())
                    }
                }
            })
        })
    }
}

impl Case {
    fn new(encoder: Encoder, plain: &[u8]) -> Case {
        let mut plan = Plan { capacity: 1 << 17, ..Plan::whole() };
        if let Encoder::Stream(_) = encoder {
            let half = plain.len() / 2;
            plan.flushes = vec![(half, LZMA_FULL_FLUSH)];
        }
        let mut case = Case { encoder, plain: plain.to_vec(), plan, encoded: Vec::new() };
        let outcome = case.run(&mut Stream::new(Lib::reference()));
        assert!(outcome.is_end(), "{:?}: {outcome:?}", case.encoder);
        case.encoded = outcome.output;
        case
    }
}

impl alloc_failure::Case for Case {
    fn run(&self, stream: &mut Stream<'_>) -> Outcome {
        self.encoder.with(|init| stream.run(init, &self.plain, &self.plan))
    }

    fn expected(&self) -> &[u8] {
        &self.encoded
    }

    fn coder(&self) -> impl std::fmt::Debug {
        &self.encoder
    }
}

/// Every encoder, with options that need different buffers.
fn cases() -> Vec<Case> {
    let rng = &mut Rng::new(5);
    let mut cases = Vec::new();
    for round in 0..2 {
        let plain = data::any(20_000, rng);
        let options = |rng: &mut Rng| {
            let mut options = chain::random_options(rng);
            options.dict_size = 4096 << (4 * round);
            options.mode = [LZMA_MODE_FAST, LZMA_MODE_NORMAL][round];
            options
        };
        let lzma1 = FilterChain::lzma(LZMA_FILTER_LZMA1, options(rng));
        let mut lzma2 = FilterChain::lzma(LZMA_FILTER_LZMA2, options(rng));
        lzma2.preset_dict = data::any(1000, rng);
        let mut long = FilterChain::lzma(LZMA_FILTER_LZMA2, options(rng));
        long.filters.insert(0, chain::random_filter(rng));
        long.filters.insert(0, chain::random_filter(rng));
        for encoder in [
            Encoder::Raw(long.clone()),
            Encoder::Block(lzma2.clone()),
            Encoder::Stream(lzma2),
            Encoder::Stream(long),
            Encoder::Alone(lzma1.clone()),
            Encoder::Micro(lzma1),
        ] {
            cases.push(Case::new(encoder, &plain));
        }
    }
    cases
}

#[test]
fn every_allocation_of_a_new_stream_fails() {
    alloc_failure::new_streams(&cases(), 4);
}

#[test]
fn every_allocation_of_a_used_stream_fails() {
    alloc_failure::used_streams(&cases());
}

#[test]
fn all_allocations_fail_from_some_moment_on() {
    alloc_failure::nothing_left_at_all(&cases());
}

/// A change of filters that fails for want of memory changes nothing.
#[test]
fn changes_that_fail() {
    let rng = &mut Rng::new(8);
    let mut first = FilterChain::preset(1);
    first.last().dict_size = 1 << 16;
    let mut second = FilterChain::random(LZMA_FILTER_LZMA2, rng);
    second.last().dict_size = 1 << 17;
    second.preset_dict = data::any(300, rng);
    // More contexts of literals, more position states; with prices of both.
    let mut normal = FilterChain::preset(6);
    normal.last().dict_size = 1 << 16;
    let mut larger = normal.clone();
    (larger.last().lc, larger.last().lp, larger.last().pb) = (1, 3, 4);
    let plain = data::generate(Kind::Text, 40_000, rng);
    let flush = |action| Plan {
        flushes: vec![(10_000, action)],
        finish: false,
        capacity: 1 << 17,
        ..Plan::whole()
    };
    let finish = Plan { capacity: 1 << 17, ..Plan::whole() };
    // In a Block, there is nothing to allocate but the copy of the options, and
    // tables for these.
    for (first, action, other, allocations) in [
        (&first, LZMA_FULL_FLUSH, &second, 2..20),
        (&first, LZMA_SYNC_FLUSH, &first, 0..2),
        (&normal, LZMA_SYNC_FLUSH, &larger, 4..6),
    ] {
        let expected = Case::new(Encoder::Stream(first.clone()), &plain);
        for n in 1.. {
            let allocator = Allocator::new();
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            let outcome =
                expected.encoder.with(|init| stream.run(init, &plain[..10_000], &flush(action)));
            let mut output = outcome.output;
            allocator.fail_next(n);
            let strm = stream.as_mut_ptr();
            // SAFETY: the stream has a coder, the chain is valid.
            let ret = other.with(|c| unsafe { (Lib::ours().lzma_filters_update)(strm, c) });
            let failed = allocator.failed() > 0;
            allocator.stop_failing();
            assert_eq!(ret, if failed { LZMA_MEM_ERROR } else { LZMA_OK });
            let outcome = stream.code(&plain[10_000..], &finish);
            assert_eq!(outcome.last, LZMA_STREAM_END);
            output.extend(outcome.output);
            let mut reference = Stream::new(Lib::reference());
            let outcome =
                expected.encoder.with(|init| reference.run(init, &plain[..10_000], &flush(action)));
            let mut same = outcome.output;
            if !failed {
                let strm = reference.as_mut_ptr();
                // SAFETY: the stream has a coder, the chain is valid.
                let ret =
                    other.with(|c| unsafe { (Lib::reference().lzma_filters_update)(strm, c) });
                assert_eq!(ret, LZMA_OK);
            }
            same.extend(reference.code(&plain[10_000..], &finish).output);
            assert!(output == same, "{action:?}, allocation {n}");
            if !failed {
                assert!(allocations.contains(&(n - 1)), "{n}");
                break;
            }
        }
    }
}

/// Every allocation of the encoders that do all in one call.
#[test]
fn buffers() {
    let plain = data::any(20_000, &mut Rng::new(3));
    let mut chain = FilterChain::random(LZMA_FILTER_LZMA2, &mut Rng::new(3));
    chain.last().dict_size = 1 << 16;
    let lib = Lib::ours();
    let (data, len) = (plain.as_ptr(), plain.len());
    let call = |which, filters, allocator: &Allocator, out: &mut [u8], out_pos: &mut usize| {
        let (out, size, allocator) = (out.as_mut_ptr(), out.len(), allocator.as_ptr());
        // SAFETY: the buffers are as long as said, the chain is valid, zeros
        // are fine for each member of the Block.
        unsafe {
            let mut block: lzma_block = zeroed();
            block.filters = filters;
            let block = &raw mut block;
            let check = LZMA_CHECK_CRC32;
            match which {
                0 => {
                    (lib.lzma_block_buffer_encode)(block, allocator, data, len, out, out_pos, size)
                }
                1 => (lib.lzma_stream_buffer_encode)(
                    filters, check, allocator, data, len, out, out_pos, size,
                ),
                2 => (lib.lzma_easy_buffer_encode)(
                    0, check, allocator, data, len, out, out_pos, size,
                ),
                _ => {
                    (lib.lzma_raw_buffer_encode)(filters, allocator, data, len, out, out_pos, size)
                }
            }
        }
    };
    for which in 0..4 {
        for n in 1.. {
            let allocator = Allocator::failing_at(n);
            let (mut out, mut out_pos) = (vec![0; 1 << 16], 2);
            let ret =
                chain.with(|filters| call(which, filters, &allocator, &mut out, &mut out_pos));
            if allocator.failed() == 0 {
                assert_eq!(ret, LZMA_OK);
                assert!(n > 4, "only {n} allocations");
                break;
            }
            assert_eq!((ret, out_pos), (LZMA_MEM_ERROR, 2));
        }
    }
}

/// Storing needs no memory of the application's.
#[test]
fn storing_needs_no_allocator() {
    let plain = data::any(2000, &mut Rng::new(3));
    let mut block: lzma_block = zeroed();
    let (mut out, mut out_pos) = (vec![0; 1 << 12], 0);
    block.filters = null_mut();
    // SAFETY: the buffers are as long as said.
    let ret = unsafe {
        (Lib::ours().lzma_block_uncomp_encode)(
            &raw mut block,
            plain.as_ptr(),
            plain.len(),
            out.as_mut_ptr(),
            &raw mut out_pos,
            out.len(),
        )
    };
    assert_eq!(ret, LZMA_OK);
    assert_eq!(block.filters.cast_const(), null());
}

/// No more is in use at any time than what is said to be.
#[test]
fn no_more_than_memory_usage_says() {
    seeds(60, |rng| {
        let last = rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA2]);
        let mut chain = FilterChain::random(last, rng);
        chain.last().dict_size = 4096 << rng.below(9);
        // SAFETY: a valid chain.
        let usage = chain.with(|c| unsafe { (Lib::ours().lzma_raw_encoder_memusage)(c) });
        let encoder = match last {
            LZMA_FILTER_LZMA2 if rng.one_in(2) => Encoder::Stream(chain),
            LZMA_FILTER_LZMA2 => Encoder::Block(chain),
            _ if chain.filters.len() > 1 => Encoder::Raw(chain),
            _ => match rng.below(3) {
                0 => Encoder::Alone(chain),
                1 => Encoder::Micro(chain),
                _ => Encoder::Raw(chain),
            },
        };
        let plain = data::any(300_000, rng);
        let plan = Plan { capacity: 1 << 19, ..Plan::whole() };
        let [reference, peak] = [Lib::reference(), Lib::ours()].map(|lib| {
            let allocator = Allocator::new();
            let mut stream = Stream::with_allocator(lib, &allocator);
            let outcome = encoder.with(|init| stream.run(init, &plain, &plan));
            assert!(outcome.is_end(), "{encoder:?} {outcome:?}");
            allocator.peak_bytes() as u64
        });
        // With a small dictionary, the original's own LZMA2 uses more than
        // it says; then it is enough to be as good as that.
        let usage = if reference > usage { reference + 4096 } else { usage };
        assert!(peak <= usage, "{peak} of {usage}: {encoder:?}");
    });
    for preset in (0..8).flat_map(|n| [n, n | LZMA_PRESET_EXTREME]) {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        // SAFETY: a stream of this library.
        let init =
            |lib: &Lib, strm| unsafe { (lib.lzma_easy_encoder)(strm, preset, LZMA_CHECK_SHA256) };
        let outcome = stream.run(init, b"data", &Plan { capacity: 1000, ..Plan::whole() });
        assert!(outcome.is_end());
        // SAFETY: any number will do.
        let usage = unsafe { (Lib::ours().lzma_easy_encoder_memusage)(preset) };
        let peak = allocator.peak_bytes() as u64;
        assert!(peak <= usage, "{peak} of {usage}: {preset:#x}");
    }
}

/// No more is in use than what is said to be also when chains are cached: at presets 2
/// and 3, once there are 131 072 positions.
#[test]
fn chains_are_cached_within_memory_usage() {
    let plain = data::generate(Kind::Text, 300_000, &mut Rng::new(7));
    let peak = |chain: &FilterChain| {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        let plan = Plan { capacity: 1 << 19, ..Plan::whole() };
        let outcome = Encoder::Raw(chain.clone()).with(|init| stream.run(init, &plain, &plan));
        assert!(outcome.is_end(), "{chain:?} {outcome:?}");
        allocator.peak_bytes() as u64
    };
    for id in [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA2] {
        for (preset, lc) in [(2, 3), (2, 4), (3, 3), (3, 4)] {
            let mut options = chain::preset_options(preset);
            options.lc = lc;
            let mut chain = FilterChain::lzma(id, options);
            // SAFETY: a valid chain.
            let usage = chain.with(|c| unsafe { (Lib::ours().lzma_raw_encoder_memusage)(c) });
            let cached = peak(&chain);
            assert!(cached <= usage, "{cached} of {usage}: preset {preset}, lc {lc}");
            // With fewer candidates than 16 there is no cache.
            chain.last().depth = 15;
            assert_eq!(cached - peak(&chain), 224_000);
        }
    }
}

/// A preset dictionary may be far larger than what an encoder can use of it. No more
/// than that is kept, and the bytes are the same.
#[test]
fn the_end_of_a_preset_dictionary_is_enough() {
    seeds(12, |rng| {
        let mut chain = FilterChain::random(LZMA_FILTER_LZMA2, rng);
        let dict_size = 4096 << rng.below(7);
        chain.last().dict_size = dict_size;
        chain.preset_dict = data::generate(Kind::Text, 6 << 20, rng);
        // SAFETY: a valid chain.
        let usage = chain.with(|c| unsafe { (Lib::ours().lzma_raw_encoder_memusage)(c) });
        let mut plain = data::any(100_000, rng);
        plain.extend_from_slice(&chain.preset_dict[(6 << 20) - 20_000..]);
        let flushes = vec![(plain.len() / 2, LZMA_FULL_FLUSH)];
        let plan = Plan { flushes, capacity: 1 << 19, ..Plan::whole() };
        let encoder = Encoder::Stream(chain);
        let [theirs, ours] = [Lib::reference(), Lib::ours()].map(|lib| {
            let allocator = Allocator::new();
            let mut stream = Stream::with_allocator(lib, &allocator);
            let outcome = encoder.with(|init| stream.run(init, &plain, &plan));
            assert!(outcome.is_end(), "{encoder:?} {outcome:?}");
            (outcome.output, allocator.peak_bytes() as u64)
        });
        assert!(ours.0 == theirs.0, "{dict_size}");
        // The copy, and from the second Block on what inserting it gives.
        let copy = 2 * u64::from(dict_size) + (1 << 20);
        assert!(ours.1 <= 2 * usage.max(theirs.1) + copy, "{} of {usage}", ours.1);
    });
}

/// A stream that is used for the same again allocates nothing large.
#[test]
fn buffers_are_kept() {
    for case in cases() {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        case.succeed(&mut stream);
        let live = allocator.live_bytes();
        for _ in 0..3 {
            allocator.forget_largest();
            case.succeed(&mut stream);
            let largest = allocator.largest();
            assert!(largest <= 20_000, "{largest} bytes: {:?}", case.encoder);
            assert!(allocator.live_bytes() <= live, "{:?}", case.encoder);
        }
    }
}

/// A copy of the tables after a preset dictionary saves time when it comes again.
/// It is memory beyond what memory usage functions say, so it may be refused.
#[test]
fn the_copy_after_a_preset_dictionary_may_fail() {
    let rng = &mut Rng::new(9);
    let mut chain = FilterChain::preset(6);
    chain.last().dict_size = 1 << 17;
    chain.preset_dict = data::generate(Kind::Text, 30_000, rng);
    let case = Case::new(Encoder::Raw(chain), &data::generate(Kind::Text, 3000, rng));
    let (mut silent, mut refused) = (0, 0);
    for n in 1.. {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        case.succeed(&mut stream);
        let once = allocator.live_bytes();
        allocator.fail_next(n);
        let outcome = case.run(&mut stream);
        let failed = allocator.failed() > 0;
        allocator.stop_failing();
        match outcome.init {
            LZMA_MEM_ERROR => refused += 1,
            _ => {
                silent += usize::from(failed);
                assert!(outcome.is_end() && outcome.output == case.encoded, "allocation {n}");
            }
        }
        assert!(failed || outcome.init == LZMA_OK);
        case.succeed(&mut stream);
        case.succeed(&mut stream);
        if !failed {
            // The dictionary, its links, and the heads that it uses.
            let copy = allocator.live_bytes() - once;
            assert!((30_000..1_500_000).contains(&copy), "{copy} bytes");
            break;
        }
    }
    assert!(silent >= 3 && refused < 3, "{silent} silent, {refused} refused");
}
