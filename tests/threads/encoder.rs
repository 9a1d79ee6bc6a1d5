//! The threaded encoder beside the original's: the same bytes for any number
//! of threads, any timing and any way to divide the data.

use crate::common::alloc_failure::{self, OneCall};
use crate::common::chain::{FilterChain, Filters, cheap_options};
use crate::common::{
    Allocator, Chunks, Lib, Outcome, Plan, Rng, Stream, data, rounds, seeds, zeroed,
};
use rlzma::ffi::*;

fn options(threads: u32) -> lzma_mt {
    let mut options: lzma_mt = zeroed();
    options.threads = threads;
    options.check = LZMA_CHECK_CRC32;
    options
}

fn init(options: &lzma_mt) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
    // SAFETY: the driver gives streams of the library; chains are alive.
    move |lib, strm| unsafe { (lib.lzma_stream_encoder_mt)(strm, options) }
}

fn any_options(filters: &Filters, rng: &mut Rng) -> lzma_mt {
    let mut options = options(rng.pick(&[1, 2, 3, 8]));
    options.block_size = 1 + rng.skewed(60_000) as u64;
    options.check = rng.pick(&[LZMA_CHECK_NONE, LZMA_CHECK_CRC64, LZMA_CHECK_SHA256]);
    options.filters = filters.as_ptr();
    options
}

fn any_plan(len: usize, rng: &mut Rng) -> Plan {
    let mut plan = Plan::random(rng);
    plan.capacity = if rng.one_in(4) { 1 + rng.skewed(5000) } else { 1 << 20 };
    let count = if rng.one_in(2) { rng.below(5) } else { 0 };
    plan.flushes = (0..count)
        .map(|_| (rng.below(len + 1), rng.pick(&[LZMA_FULL_FLUSH, LZMA_FULL_BARRIER])))
        .collect();
    plan.flushes.sort_by_key(|flush| flush.0);
    plan
}

fn assert_same(want: &Outcome, have: &Outcome, what: impl Fn() -> String) {
    let same = want.result() == have.result();
    assert!(same, "{}\nwant {want:#?}\nhave {have:#?}", what());
}

/// Every number of threads, with the data divided in another way each time.
#[test]
fn the_same_bytes() {
    let mut cases = 0;
    seeds(300, |rng| {
        let mut stream = Stream::new(Lib::ours());
        for _ in 0..2 {
            let len = rng.pick(&[5000, 5000, 30_000, 100_000]);
            let plain = data::any(len, rng);
            let filters = FilterChain::cheap(rng).raw();
            let mut options = any_options(&filters, rng);
            if rng.one_in(4) {
                options.block_size = 0; // a preset's, or the chain's
            }
            let plan = any_plan(plain.len(), rng);
            let want = crate::common::run(Lib::reference(), init(&options), &plain, &plan);
            for threads in [1, 2, 3, 8] {
                options.threads = threads;
                options.timeout = rng.pick(&[0, 0, 1, 300]);
                let plan = Plan { flushes: plan.flushes.clone(), ..any_plan(0, rng) };
                let have = stream.run(init(&options), &plain, &plan);
                assert_same(&want, &have, || format!("{options:?} {plan:?}"));
                cases += 1;
            }
        }
    });
    eprintln!("{cases} cases");
}

/// Blocks for which there is no room but as they are.
#[test]
fn incompressible_blocks() {
    let rng = &mut Rng::new(2);
    for len in [1, 5, 100, 70_000, 200_000] {
        for block_size in [1, 2, 3, 17, 100, 65_536, 65_537] {
            if len / block_size > 1000 {
                continue;
            }
            let plain = data::generate(data::Kind::Noise, len, rng);
            let lzma = files_options();
            let filters = FilterChain::with_ids(&[3, 4, 3], LZMA_FILTER_LZMA2, lzma, rng).raw();
            let mut options = options(3);
            options.block_size = block_size as u64;
            options.filters = filters.as_ptr();
            options.check = LZMA_CHECK_SHA256;
            let want = crate::common::run(Lib::reference(), init(&options), &plain, &Plan::whole());
            let have = crate::common::run(Lib::ours(), init(&options), &plain, &Plan::whole());
            assert_same(&want, &have, || format!("{len} in Blocks of {block_size}"));
            assert!(have.is_end());
        }
    }
}

fn files_options() -> lzma_options_lzma {
    cheap_options(&mut Rng::new(1))
}

#[test]
fn presets() {
    let rng = &mut Rng::new(3);
    let plain = data::generate(data::Kind::Mixture, rounds(3 << 20, 5 << 18), rng);
    for preset in [0, 1, 6] {
        let mut options = options(2);
        options.preset = preset;
        options.block_size = if preset == 6 { 700_000 } else { 0 };
        let want = crate::common::run(Lib::reference(), init(&options), &plain, &Plan::whole());
        for threads in [1, 2, 4] {
            options.threads = threads;
            let have = crate::common::run(Lib::ours(), init(&options), &plain, &Plan::whole());
            assert_same(&want, &have, || format!("preset {preset}, {threads} threads"));
        }
    }
}

#[test]
fn valid_and_invalid_options() {
    let rng = &mut Rng::new(4);
    let chains = [
        FilterChain::lzma(LZMA_FILTER_LZMA2, files_options()).raw(),
        FilterChain::lzma(LZMA_FILTER_LZMA1, files_options()).raw(),
        FilterChain::with_ids(&[3], LZMA_FILTER_DELTA, files_options(), rng).raw(),
        FilterChain::with_ids(&[3], 0x1234, files_options(), rng).raw(),
        FilterChain::with_ids(&[3, 3, 3, 3], LZMA_FILTER_LZMA2, files_options(), rng).raw(),
        FilterChain::lzma(LZMA_FILTER_LZMA2, lzma_options_lzma { lc: 9, ..files_options() }).raw(),
        FilterChain::lzma(LZMA_FILTER_LZMA2, lzma_options_lzma { dict_size: 1, ..files_options() })
            .raw(),
    ];
    let sizes = [0, 1, 5000, 1 << 20, u64::MAX / 16_384, u64::MAX / 16_384 + 1, u64::MAX];
    let checks = [0, 1, 2, 4, 10, 15, 16, u32::MAX];
    let mut rng = Rng::new(5);
    for _ in 0..20_000 {
        let mut options = options(rng.pick(&[0, 1, 1, 2, 2, 3, 16_384, 16_385, u32::MAX]));
        options.flags = rng.pick(&[0, 0, 0, 0, 0, 1, 8, 1 << 31]);
        options.block_size = rng.pick(&sizes);
        options.preset = rng.pick(&[0, 6, 9, 10, 6 | LZMA_PRESET_EXTREME, u32::MAX]);
        options.check = lzma_check(rng.pick(&checks));
        if rng.one_in(2) {
            options.filters = chains[rng.below(chains.len())].as_ptr();
        }
        // SAFETY: the options are valid, or say so.
        let usage = |lib: &Lib| unsafe {
            (
                (lib.lzma_stream_encoder_mt_memusage)(&options),
                (lib.lzma_mt_block_size)(options.filters),
            )
        };
        assert_eq!(usage(Lib::reference()), usage(Lib::ours()), "{options:?}");
        let code = |lib: &'static Lib| {
            let mut stream = Stream::new(lib);
            init(&options)(lib, stream.as_mut_ptr())
        };
        let both = (code(Lib::reference()), code(Lib::ours()));
        assert_eq!(both.0, both.1, "{options:?}");
        // Three encoders of preset 9 have no room among 32-bit addresses.
        let fits = size_of::<usize>() == 8 || options.preset != 9;
        if both.0 == LZMA_OK && options.block_size < 1 << 20 && rng.one_in(20) && fits {
            let run = |lib| crate::common::run(lib, init(&options), b"abc", &Plan::whole());
            let (want, have) = (run(Lib::reference()), run(Lib::ours()));
            assert_eq!(want.last, have.last, "{options:?}");
            assert!(want.output == have.output || !want.is_end(), "{options:?}");
        }
    }
    // SAFETY: NULL is refused.
    let null = |lib: &Lib| unsafe {
        let mut stream = LZMA_STREAM_INIT;
        (
            (lib.lzma_stream_encoder_mt)(&mut stream, std::ptr::null()),
            (lib.lzma_stream_encoder_mt_memusage)(std::ptr::null()),
            (lib.lzma_mt_block_size)(std::ptr::null()),
        )
    };
    assert_eq!(null(Lib::reference()), null(Lib::ours()));
}

/// Filters change between Blocks only.
#[test]
fn filters_change() {
    seeds(100, |rng| {
        let plain = data::any(100_000, rng);
        let chains: Vec<_> = (0..4).map(|_| FilterChain::cheap(rng).raw()).collect();
        let invalid = FilterChain::with_ids(&[3], LZMA_FILTER_DELTA, files_options(), rng).raw();
        let mut options = any_options(&chains[0], rng);
        options.block_size += 500;
        let cuts: Vec<_> = (0..4).map(|_| rng.below(plain.len() + 1)).collect();
        let actions: Vec<_> =
            (0..4).map(|_| rng.pick(&[LZMA_RUN, LZMA_FULL_FLUSH, LZMA_FULL_BARRIER])).collect();
        let code = |lib: &'static Lib, threads| {
            let mut stream = Stream::new(lib);
            let options = lzma_mt { threads, ..options };
            assert_eq!(init(&options)(lib, stream.as_mut_ptr()), LZMA_OK);
            let mut out = vec![0; 1 << 20];
            stream.as_mut().next_out = out.as_mut_ptr();
            stream.as_mut().avail_out = out.len();
            let mut codes = Vec::new();
            let mut start = 0;
            for (at, action) in actions.iter().enumerate() {
                let end = cuts[at].max(start);
                stream.as_mut().next_in = plain[start..].as_ptr();
                stream.as_mut().avail_in = end - start;
                start = end;
                // Without input, RUN makes progress or not: it depends on
                // whether a worker is ready with its output.
                let may_do_nothing = *action == LZMA_RUN && stream.as_mut().avail_in == 0;
                // SAFETY: the buffers are as long as the stream says.
                unsafe {
                    codes.push(match (lib.lzma_code)(stream.as_mut_ptr(), *action) {
                        LZMA_BUF_ERROR if may_do_nothing => LZMA_OK,
                        ret => ret,
                    });
                    codes.push((lib.lzma_filters_update)(stream.as_mut_ptr(), invalid.as_ptr()));
                    let chain = chains[at].as_ptr();
                    codes.push((lib.lzma_filters_update)(stream.as_mut_ptr(), chain));
                }
            }
            stream.as_mut().next_in = plain[start..].as_ptr();
            stream.as_mut().avail_in = plain.len() - start;
            // SAFETY: the buffers are as long as the stream says.
            unsafe {
                codes.push((lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH));
                codes.push((lib.lzma_filters_update)(stream.as_mut_ptr(), chains[0].as_ptr()));
            }
            out.truncate(stream.as_mut().total_out as usize);
            (codes, out)
        };
        let want = code(Lib::reference(), 2);
        for threads in [1, 2, 3, 8] {
            let have = code(Lib::ours(), threads);
            assert_eq!(want.0, have.0, "{threads} threads");
            assert!(want.1 == have.1, "{threads} threads");
        }
    });
}

/// Every allocation fails once, in turn: nothing leaks, nothing hangs, and
/// the stream can be used again.
#[test]
fn without_memory() {
    let plain = data::generate(data::Kind::Text, 200_000, &mut Rng::new(8));
    for threads in [4, 2, 1].into_iter().take(rounds(3, 1)) {
        let mut options = options(threads);
        options.block_size = 40_000;
        let want = crate::common::run(Lib::reference(), init(&options), &plain, &Plan::whole());
        let case = OneCall {
            init: init(&options),
            input: &plain,
            expected: &want.output,
            name: format!("{threads} threads"),
        };
        alloc_failure::new_streams(&[case], 10);
    }
}

/// No more memory is in use than memory usage functions say, however slowly output
/// is taken; progress ends at the totals.
#[test]
fn memory_and_progress() {
    let plain = data::generate(data::Kind::Text, rounds(2 << 20, 1 << 20), &mut Rng::new(9));
    // Small Blocks, of which many end while others begin.
    let threads = [1, 2, 5, 8].into_iter().cycle().take(rounds(24, 10));
    for (round, threads) in threads.enumerate() {
        let mut options = options(threads);
        options.block_size = if round < 4 { 300_000 } else { 20_000 };
        options.preset = u32::from(round < 4);
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        let output = Chunks::Fixed(if round < 8 { 2000 } else { 100_000 });
        let plan = Plan { output, ..Plan::whole() };
        let outcome = stream.run(init(&options), &plain, &plan);
        assert!(outcome.is_end());
        let (mut taken, mut written) = (0, 0);
        // SAFETY: a stream of this library.
        let usage = unsafe {
            let strm = stream.as_mut_ptr();
            (stream.lib.lzma_get_progress)(strm, &mut taken, &mut written);
            (stream.lib.lzma_stream_encoder_mt_memusage)(&options)
        };
        assert_eq!((taken, written), (outcome.total_in, outcome.total_out));
        let peak = allocator.peak_bytes() as u64;
        assert!(peak <= usage, "{threads} threads: {peak} of {usage}");
    }
}
