//! The threaded decoder beside the original's and beside the single-threaded
//! one: whatever the number of threads, the limits, the timing and the way
//! the data is divided, the result is the same.

use std::time::{Duration, Instant};

use crate::common::alloc_failure::{self, OneCall};
use crate::common::chain::FilterChain;
use crate::common::drive::Summary;
use crate::common::mutate::{self, Mutant};
use crate::common::{
    Chunks, Lib, Outcome, Plan, Rng, Stream, data, files, is_tried, rounds, seeds, zeroed,
};
use rlzma::ffi::*;

/// The arguments that the threaded decoder is started with.
#[derive(Clone, Copy, Debug)]
struct Start {
    threads: u32,
    flags: u32,
    timeout: u32,
    limit_threading: u64,
    limit_stop: u64,
}

impl Start {
    fn new(threads: u32) -> Start {
        Start {
            threads,
            flags: LZMA_CONCATENATED,
            timeout: 0,
            limit_threading: u64::MAX,
            limit_stop: u64::MAX,
        }
    }

    fn any(rng: &mut Rng) -> Start {
        let mut flags = if rng.one_in(2) { LZMA_CONCATENATED } else { 0 };
        if rng.one_in(2) {
            flags |= rng.below(0x40) as u32;
        }
        // A damaged header may ask for gigabytes.
        let limit_stop = match rng.below(8) {
            0 => rng.pick(&[0, 1, 32768, 70_000, 100_000]),
            1 => rng.skewed(1 << 22) as u64,
            _ => 200 << 20,
        };
        let limit_threading = match rng.below(4) {
            0 => rng.skewed(1 << 22) as u64,
            _ => limit_stop,
        };
        let timeout = rng.pick(&[0, 0, 1, 300]);
        let threads = rng.pick(&[1, 2, 2, 3, 5]);
        Start { threads, flags, timeout, limit_threading, limit_stop }
    }

    fn options(self) -> lzma_mt {
        let mut options: lzma_mt = zeroed();
        options.threads = self.threads;
        options.flags = self.flags;
        options.timeout = self.timeout;
        options.memlimit_threading = self.limit_threading;
        options.memlimit_stop = self.limit_stop;
        options
    }

    fn init(self) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
        // SAFETY: the driver gives streams of the library.
        move |lib, strm| unsafe { (lib.lzma_stream_decoder_mt)(strm, &self.options()) }
    }

    fn run(self, lib: &Lib, file: &[u8], plan: &Plan) -> Outcome {
        crate::common::run(lib, self.init(), file, plan)
    }

    /// The single-threaded decoder.
    fn single(self) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
        let flags = self.flags & !LZMA_FAIL_FAST;
        // SAFETY: the driver gives streams of the library.
        move |lib, strm| unsafe { (lib.lzma_stream_decoder)(strm, self.limit_stop, flags) }
    }
}

/// A .xz Stream whose Block Headers have the sizes.
fn blocks(plain: &[u8], block_size: u64, rng: &mut Rng) -> Vec<u8> {
    let filters = FilterChain::cheap(rng).raw();
    let mut options: lzma_mt = zeroed();
    options.threads = 1;
    options.block_size = block_size;
    options.filters = filters.as_ptr();
    options.check = rng.pick(&[LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_SHA256]);
    crate::common::corpus::compress_with(Lib::reference(), plain, |lib, strm| {
        // SAFETY: a stream of this library; the chain is alive.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
    })
}

/// Streams of many Blocks, with sizes and without; and at which bytes of
/// their output Blocks begin (or Streams, where it is not known of Blocks).
fn file(len: usize, rng: &mut Rng) -> (Vec<u8>, Vec<usize>) {
    let (mut file, mut starts, mut total) = (Vec::new(), vec![0], 0);
    for _ in 0..if rng.one_in(3) { rng.range(2..5) } else { 1 } {
        let plain = data::any(len, rng);
        if rng.one_in(4) {
            file.extend(files::stream(&plain, rng));
        } else {
            let size = 1 + plain.len() / 20 + rng.skewed(len);
            file.extend(blocks(&plain, size as u64, rng));
            starts.extend((0..plain.len()).step_by(size).map(|start| total + start));
        }
        total += plain.len();
        starts.push(total);
        if rng.one_in(4) {
            file.resize(file.len() + 4 * rng.below(4), 0);
        }
    }
    (file, starts)
}

fn any_plan(rng: &mut Rng) -> Plan {
    let mut plan = Plan::random(rng);
    plan.capacity = if rng.one_in(4) { 1 + rng.skewed(5000) } else { 1 << 20 };
    plan.finish = !rng.one_in(8);
    plan
}

/// The part of an outcome that does not depend on timing. After an error, the
/// amount of input taken does.
fn settled(outcome: &Outcome) -> Summary<'_> {
    let mut result = outcome.result();
    result.total_in = if outcome.is_end() { result.total_in } else { 0 };
    result
}

/// The number of bytes that must agree when both outputs ended with damaged data: all
/// but the Block in which the damage is. What a filter got in the call in which
/// the decoder below it found the damage stays unfiltered, or behind in its
/// buffer; how much that is depends on timing, in the original too.
fn sound(a: &Outcome, b: &Outcome, starts: &[usize]) -> usize {
    let shorter = a.output.len().min(b.output.len());
    starts.iter().copied().filter(|&start| start < shorter).max().unwrap_or(0)
}

/// True if the outcomes are equal apart from what depends on timing.
fn agree(a: &Outcome, b: &Outcome, starts: &[usize]) -> bool {
    let (mut one, mut other) = (settled(a), settled(b));
    if (a.last, b.last) == (LZMA_DATA_ERROR, LZMA_DATA_ERROR) {
        let sound = sound(a, b, starts);
        for outcome in [&mut one, &mut other] {
            outcome.total_out = 0;
            outcome.output = &outcome.output[..sound];
        }
    }
    one == other
}

#[track_caller]
fn compare(start: Start, have: &Outcome, file: &Mutant, starts: &[usize], plan: &Plan) {
    let what = || format!("{start:?} {}, {plan:?}", file.what);
    if start.flags & LZMA_FAIL_FAST != 0 {
        // The order of errors is a matter of timing, and so is the output before them.
        let single = crate::common::run(Lib::reference(), start.single(), &file.bytes, plan);
        let (want, have) = (&single, have);
        assert_eq!(want.is_end(), have.is_end(), "{}\n{want:?}\n{have:?}", what());
        let common = if want.is_end() { usize::MAX } else { sound(want, have, starts) };
        let same = want.output.iter().take(common).eq(have.output.iter().take(common));
        assert!(same, "{}", what());
        return;
    }
    let want = Start { timeout: 0, ..start }.run(Lib::reference(), &file.bytes, plan);
    if start.threads == 1 && !agree(&want, have, starts) {
        // Ours decodes directly: it needs no memory for a whole Block, and
        // how much output comes before an error depends on the division.
        let single = crate::common::run(Lib::reference(), start.single(), &file.bytes, plan);
        assert!(agree(&single, have, starts), "{}\n{single:?}\n{have:?}", what());
        return;
    }
    assert!(agree(&want, have, starts), "{}\nwant {want:#?}\nhave {have:#?}", what());
}

#[test]
fn good_and_damaged_files() {
    seeds(200, |rng| {
        let mut stream = Stream::new(Lib::ours());
        for _ in 0..3 {
            let (bytes, starts) = file(30_000, rng);
            for round in 0..8 {
                let file = match round {
                    0 | 1 => Mutant { bytes: bytes.clone(), what: "undamaged".to_owned() },
                    _ => mutate::mutate(&bytes, rng),
                };
                let (start, plan) = (Start::any(rng), any_plan(rng));
                let have = stream.run(start.init(), &file.bytes, &plan);
                compare(start, &have, &file, &starts, &plan);
            }
        }
    });
}

/// Large enough for workers to be at work for a while.
#[test]
fn large_files() {
    let rng = &mut Rng::new(3);
    let mut stream = Stream::new(Lib::ours());
    for round in 0..rounds(6, 2) {
        let plain = data::generate(rng.pick(&data::KINDS), 2 << 20, rng);
        let mut file = blocks(&plain, 150_000, rng);
        if round % 2 == 1 {
            file.extend_from_within(..);
        }
        for threads in [1, 2, 4] {
            let start = Start { threads, ..Start::new(threads) };
            for limit_threading in [u64::MAX, 3 << 20, 1] {
                let (input, output) = (Chunks::Random(1 << 20), Chunks::Random(1 << 20));
                let plan = Plan { input, output, seed: rng.next_u64(), ..Plan::whole() };
                let start = Start { limit_threading, ..start };
                let outcome = stream.run(start.init(), &file, &plan);
                assert!(outcome.is_end(), "{start:?} {plan:?}\n{outcome:?}");
                let repeated = plain.iter().cycle().take(outcome.output.len());
                assert!(outcome.output.iter().eq(repeated), "{start:?}");
                assert_eq!(outcome.output.len(), plain.len() * (1 + round % 2));
            }
        }
    }
}

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");

/// The xz project's files.
#[test]
fn vectors() {
    let mut case = 0;
    for entry in std::fs::read_dir(VECTORS).expect("the directory is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "xz") {
            continue;
        }
        let (name, bytes) = (path.display(), std::fs::read(&path).expect("a file"));
        for flags in [0, LZMA_CONCATENATED, LZMA_TELL_ANY_CHECK, LZMA_IGNORE_CHECK] {
            for threads in [1, 2, 4] {
                for plan in [Plan::whole(), Plan::bytewise(), any_plan(&mut Rng::new(case))] {
                    case += 1;
                    if !is_tried(case as usize) {
                        continue;
                    }
                    let start = Start { flags, ..Start::new(threads) };
                    let single =
                        crate::common::run(Lib::reference(), start.single(), &bytes, &plan);
                    let have = start.run(Lib::ours(), &bytes, &plan);
                    let same = settled(&single) == settled(&have);
                    assert!(same, "{name} {start:?} {plan:?}\n{single:#?}\n{have:#?}");
                }
            }
        }
    }
    assert!(case > 500, "{case}");
}

/// Whatever the structure says: the same code, the same limit afterwards.
#[test]
fn valid_and_invalid_options() {
    let rng = &mut Rng::new(1);
    let mut refused = 0;
    for _ in 0..4000 {
        let mut options = Start::any(rng).options();
        options.threads = rng.pick(&[0, 1, 2, 3, 100, 16_384, 16_385, u32::MAX]);
        options.flags = match rng.below(4) {
            0 => rng.below(0x40) as u32,
            1 => 1 << rng.below(32),
            2 => rng.next_u32(),
            _ => 0,
        };
        options.timeout = rng.pick(&[0, 1, u32::MAX]);
        options.memlimit_threading = rng.pick(&[0, 1, 1 << 20, u64::MAX]);
        options.memlimit_stop = rng.pick(&[0, 1, 1 << 20, u64::MAX]);
        // Members that only encoders look at.
        options.block_size = rng.next_u64();
        options.preset = rng.next_u32();
        options.check = lzma_check(rng.next_u32());
        let answers = |lib: &'static Lib| {
            let mut stream = Stream::new(lib);
            let strm = stream.as_mut_ptr();
            // SAFETY: a stream of this library.
            unsafe {
                let code = (lib.lzma_stream_decoder_mt)(strm, &options);
                let get = (lib.lzma_memlimit_get)(strm);
                let set = (lib.lzma_memlimit_set)(strm, 40_000);
                (code, get, (lib.lzma_memusage)(strm), set, (lib.lzma_memlimit_get)(strm))
            }
        };
        let (want, have) = (answers(Lib::reference()), answers(Lib::ours()));
        assert_eq!(want, have, "{options:?}");
        refused += u32::from(have.0 != LZMA_OK);
    }
    assert!((1000..3500).contains(&refused), "{refused}");
}

/// All input in one call, all output in one call.
#[test]
fn one_call_is_enough() {
    let rng = &mut Rng::new(5);
    let plain = data::generate(data::Kind::Mixture, 3 << 20, rng);
    let file = blocks(&plain, 200_000, rng);
    for threads in 1..6 {
        // Not a byte more than there is.
        let plan = Plan { capacity: plain.len(), ..Plan::whole() };
        let outcome = Start::new(threads).run(Lib::ours(), &file, &plan);
        assert!(outcome.is_end() && outcome.steps.len() == 1, "{threads} {outcome:?}");
        // Truncated: all that there is comes at once as well.
        for cut in [file.len() / 2, file.len() - 20, file.len() - 1] {
            let outcome = Start::new(threads).run(Lib::ours(), &file[..cut], &plan);
            let single = Start::new(threads).single();
            let single = crate::common::run(Lib::ours(), single, &file[..cut], &plan);
            assert_eq!(outcome.last, LZMA_BUF_ERROR);
            assert_eq!(outcome.steps[0].written, single.total_out as usize);
            assert!(outcome.output == single.output);
        }
    }
}

/// A call returns after about the timeout if nothing else ends it.
#[test]
fn timeouts() {
    let rng = &mut Rng::new(6);
    let plain = data::generate(data::Kind::Text, 24 << 20, rng);
    let file = blocks(&plain, 12 << 20, rng);
    for threads in [1, 2, 3] {
        let start = Start { timeout: 5, ..Start::new(threads) };
        let mut stream = Stream::new(Lib::ours());
        assert_eq!(start.init()(stream.lib, stream.as_mut_ptr()), LZMA_OK);
        let mut out = vec![0; plain.len() + 1];
        stream.lend(&file, &mut out);
        let mut calls = 0;
        loop {
            let begin = Instant::now();
            // SAFETY: the buffers are as long as the stream says.
            let ret = unsafe { (stream.lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH) };
            // Other programs may be in the way, but not for so long.
            assert!(begin.elapsed() < Duration::from_secs(2));
            calls += 1;
            if ret == LZMA_STREAM_END {
                break;
            }
            assert_eq!(ret, LZMA_OK);
        }
        assert!(calls > 3, "{threads} threads: {calls} calls");
        assert!(out.starts_with(&plain));
    }
}

/// Blocks without sizes are decoded in one call, whatever the timeout: in liblzma, too,
/// no worker has them.
#[test]
fn no_timeout_without_workers() {
    let rng = &mut Rng::new(16);
    let plain = data::generate(data::Kind::Text, 6 << 20, rng);
    let file = crate::common::corpus::compress(Lib::reference(), &plain, 0);
    for lib in [Lib::reference(), Lib::ours()] {
        for threads in [1, 2] {
            let start = Start { timeout: 1, ..Start::new(threads) };
            let outcome = Stream::new(lib).run(start.init(), &file, &Plan::whole());
            assert!(outcome.is_end() && outcome.output == plain, "{}", lib.name);
            assert_eq!(outcome.steps.len(), 1, "{}, {threads} threads", lib.name);
        }
    }
}

/// The limit is reached after all output before; raised, decoding goes on.
#[test]
fn limits_can_be_raised() {
    let rng = &mut Rng::new(7);
    let plain = data::generate(data::Kind::Text, 100_000, rng);
    let preset = |preset| crate::common::corpus::compress(Lib::reference(), &plain, preset);
    let file = [preset(0), preset(1), preset(6)].concat();
    for lib in [Lib::reference(), Lib::ours()] {
        for threads in [1, 2] {
            let start = Start { limit_stop: 500_000, ..Start::new(threads) };
            let mut stream = Stream::new(lib);
            let outcome = stream.run(start.init(), &file, &Plan::whole());
            let seen = (outcome.last, outcome.total_out);
            assert_eq!(seen, (LZMA_MEMLIMIT_ERROR, plain.len() as u64), "{}", lib.name);
            let strm = stream.as_mut_ptr();
            // SAFETY: a stream of this library, without input for now.
            unsafe {
                assert_eq!((lib.lzma_memlimit_get)(strm), 500_000);
                assert!((lib.lzma_memusage)(strm) <= 500_000);
                assert_eq!((lib.lzma_memlimit_set)(strm, 10), LZMA_MEMLIMIT_ERROR);
                assert_eq!((lib.lzma_memlimit_set)(strm, 1 << 24), LZMA_OK);
            }
            let rest = &file[outcome.total_in as usize..];
            let outcome = stream.code(rest, &Plan::whole());
            assert!(outcome.is_end(), "{} {outcome:?}", lib.name);
            assert_eq!(outcome.total_out, 3 * plain.len() as u64);
        }
    }
}

/// Progress grows, never beyond what there is, and ends at the totals.
#[test]
fn progress() {
    let rng = &mut Rng::new(8);
    let plain = data::generate(data::Kind::Text, 6 << 20, rng);
    let file = blocks(&plain, 500_000, rng);
    for threads in [1, 2, 4] {
        let start = Start { timeout: 1, ..Start::new(threads) };
        let mut stream = Stream::new(Lib::ours());
        assert_eq!(start.init()(stream.lib, stream.as_mut_ptr()), LZMA_OK);
        let mut out = vec![0; plain.len() + 1];
        stream.lend(&file, &mut out);
        let (mut before, mut last) = ((0, 0), LZMA_OK);
        while last != LZMA_STREAM_END {
            let mut now = (0, 0);
            // SAFETY: the buffers are as long as the stream says.
            unsafe {
                last = (stream.lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH);
                (stream.lib.lzma_get_progress)(stream.as_mut_ptr(), &mut now.0, &mut now.1);
            }
            assert!(now.0 >= before.0 && now.1 >= before.1, "{before:?} {now:?}");
            assert!(now.0 <= file.len() as u64 && now.1 <= plain.len() as u64);
            before = now;
        }
        assert_eq!(before, (file.len() as u64, plain.len() as u64));
    }
}

/// Every allocation fails once, in turn: nothing leaks, nothing hangs, and
/// the stream can be used again.
#[test]
fn without_memory() {
    let rng = &mut Rng::new(11);
    let plain = data::generate(data::Kind::Text, 200_000, rng);
    let file = [blocks(&plain, 30_000, rng), files::stream(&plain, rng)].concat();
    let expected = [&plain[..], &plain].concat();
    for threads in [4, 2, 1].into_iter().take(rounds(3, 1)) {
        let case = OneCall {
            init: Start::new(threads).init(),
            input: &file,
            expected: &expected,
            name: format!("{threads} threads"),
        };
        alloc_failure::new_streams(&[case], 5);
    }
}
