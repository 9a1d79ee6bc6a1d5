//! Streams of both threaded coders, left and started again at random moments:
//! nothing hangs, nothing leaks, and what comes out until then is right.
//!
//! `RLZMA_STRESS_SECONDS` is for how long (otherwise a few seconds);
//! `RLZMA_SEED` repeats one round. One test, so that no other test's threads
//! are around.

use std::fs;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::chain::FilterChain;
use crate::common::mutate;
use crate::common::{Allocator, Lib, Plan, Rng, Stream, corpus, data, number, zeroed};
use rlzma::ffi::*;

/// A round takes a fraction of a second.
const HANGS_AFTER: Duration = Duration::from_secs(60);
/// To stop all workers takes milliseconds; other programs may be in the way.
const QUICKLY: Duration = Duration::from_secs(5);

/// Ends the process if a round does not end; says which.
fn watch() -> Arc<AtomicU64> {
    let round = Arc::new(AtomicU64::new(0));
    let watched = Arc::clone(&round);
    thread::spawn(move || {
        let (mut last, mut since) = (u64::MAX, Instant::now());
        loop {
            thread::sleep(Duration::from_millis(100));
            let now = watched.load(Ordering::Relaxed);
            if now != last {
                (last, since) = (now, Instant::now());
            }
            if since.elapsed() > HANGS_AFTER {
                eprintln!("a hang; to repeat: RLZMA_SEED={now}");
                process::abort();
            }
        }
    });
    round
}

fn threads_now() -> usize {
    fs::read_dir("/proc/self/task").expect("this is Linux").count()
}

/// Waits until there are as many threads as before. One that is joined is
/// still to be seen for a moment.
fn wait_for_threads(wanted: usize) {
    let begin = Instant::now();
    while threads_now() > wanted {
        assert!(begin.elapsed() < HANGS_AFTER, "{} threads, not {wanted}", threads_now());
        thread::sleep(Duration::from_micros(100));
    }
}

fn options(rng: &mut Rng) -> lzma_mt {
    let mut options: lzma_mt = zeroed();
    options.threads = rng.pick(&[1, 2, 2, 3, 4, 8]);
    options.timeout = rng.pick(&[0, 0, 1, 2, 300]);
    options
}

/// Something to decode.
struct File {
    bytes: Vec<u8>,
    /// The file's data, if it is not damaged.
    plain: Option<Vec<u8>>,
}

impl File {
    fn any(rng: &mut Rng) -> File {
        let plain = data::generate(rng.pick(&data::KINDS), 1 + rng.skewed(1 << 19), rng);
        let filters = FilterChain::cheap(rng).raw();
        let mut options = options(rng);
        options.timeout = 0;
        options.block_size = 1 + (plain.len() / 30 + rng.skewed(100_000)) as u64;
        options.filters = filters.as_ptr();
        options.check = LZMA_CHECK_CRC32;
        let bytes = corpus::compress_with(Lib::reference(), &plain, |lib, strm| {
            // SAFETY: a stream of this library; the chain is alive.
            unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
        });
        if rng.one_in(3) {
            return File { bytes: mutate::mutate(&bytes, rng).bytes, plain: None };
        }
        File { bytes, plain: Some(plain) }
    }
}

/// Checks the last code of coding that is left at any moment. The failure of a
/// worker's allocation need not have been reported by then.
#[track_caller]
fn expect(ret: lzma_ret, failed: bool) {
    let end = if failed { LZMA_MEM_ERROR } else { LZMA_STREAM_END };
    assert!([LZMA_OK, LZMA_BUF_ERROR, end].contains(&ret), "{ret:?}");
}

/// The data and the allocator of one round.
struct Round<'a> {
    rng: Rng,
    files: &'a [File],
    plain: &'a [u8],
    allocator: &'a Allocator,
    /// The longest time that it took to start a coder in the place of another.
    slowest: Duration,
}

impl Round<'_> {
    /// Starts a coder on what the stream was used for before.
    fn start(
        &mut self,
        stream: &mut Stream<'_>,
        init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret,
    ) -> bool {
        let (begin, failed) = (Instant::now(), self.allocator.failed());
        let ret = init(stream.lib, stream.as_mut_ptr());
        self.slowest = self.slowest.max(begin.elapsed());
        // The failed allocation may have been one of a worker that was told to stop.
        let failed = self.allocator.failed() > failed;
        assert!(ret == LZMA_OK || (ret == LZMA_MEM_ERROR && failed), "{ret:?}");
        ret == LZMA_OK
    }

    /// Codes until a random number of calls is over; tells the last answer
    /// and the output.
    fn code(
        &mut self,
        stream: &mut Stream<'_>,
        input: &[u8],
        flushes: bool,
    ) -> (lzma_ret, Vec<u8>) {
        let rng = &mut self.rng;
        let (input_step, output_step) = (1 + rng.skewed(1 << 20), 1 + rng.skewed(1 << 19));
        let calls = if rng.one_in(4) { usize::MAX } else { rng.skewed(400) };
        let (mut output, mut space) = (Vec::new(), vec![0; output_step]);
        let (mut start, mut action, mut ret) = (0, LZMA_RUN, LZMA_OK);
        stream.as_mut().avail_in = 0;
        for _ in 0..calls {
            if stream.as_mut().avail_in == 0 && action == LZMA_RUN {
                let part = &input[start..(start + 1 + rng.below(input_step)).min(input.len())];
                start += part.len();
                stream.as_mut().next_in = part.as_ptr();
                stream.as_mut().avail_in = part.len();
                action = match rng.below(8) {
                    _ if start == input.len() => LZMA_FINISH,
                    0 if flushes => rng.pick(&[LZMA_FULL_FLUSH, LZMA_FULL_BARRIER]),
                    _ => LZMA_RUN,
                };
            }
            let room = if rng.one_in(8) { 0 } else { 1 + rng.below(output_step) };
            stream.as_mut().next_out = space.as_mut_ptr();
            stream.as_mut().avail_out = room;
            // SAFETY: both buffers are as long as the stream says.
            ret = unsafe { (stream.lib.lzma_code)(stream.as_mut_ptr(), action) };
            output.extend_from_slice(&space[..room - stream.as_mut().avail_out]);
            if rng.one_in(20) {
                let (mut taken, mut written) = (0, 0);
                // SAFETY: a stream of this library; the numbers are valid.
                unsafe {
                    let strm = stream.as_mut_ptr();
                    (stream.lib.lzma_get_progress)(strm, &mut taken, &mut written);
                }
                assert!(written >= output.len() as u64);
            }
            if rng.one_in(50) {
                thread::sleep(Duration::from_micros(rng.skewed(2000) as u64));
            }
            match ret {
                LZMA_OK => {}
                // Without room, or while the decoder waits for more.
                LZMA_BUF_ERROR if start < input.len() || room == 0 => {}
                LZMA_STREAM_END if action != LZMA_FINISH && flushes => {
                    (ret, action) = (LZMA_OK, LZMA_RUN); // the flush is over
                }
                _ => break,
            }
        }
        (ret, output)
    }

    fn decode(&mut self, stream: &mut Stream<'_>) {
        let rng = &mut self.rng;
        let file = &self.files[rng.below(self.files.len())];
        let mut options = options(rng);
        options.flags = rng.pick(&[0, LZMA_CONCATENATED, LZMA_FAIL_FAST]);
        options.memlimit_stop = 1 << 28;
        options.memlimit_threading = rng.pick(&[1, 1 << 20, 4 << 20, 1 << 28]);
        // SAFETY: streams are of the library.
        let init = |lib: &Lib, strm| unsafe { (lib.lzma_stream_decoder_mt)(strm, &options) };
        if !self.start(stream, init) {
            return;
        }
        let failed = self.allocator.failed();
        let (ret, output) = self.code(stream, &file.bytes, false);
        if let Some(plain) = &file.plain {
            expect(ret, self.allocator.failed() > failed);
            assert!(plain.starts_with(&output));
            assert!(ret != LZMA_STREAM_END || *plain == output);
        }
    }

    fn encode(&mut self, stream: &mut Stream<'_>) {
        let rng = &mut self.rng;
        let plain = &self.plain[..rng.skewed(self.plain.len())];
        let filters = FilterChain::cheap(rng).raw();
        let mut options = options(rng);
        options.block_size = 1 + rng.skewed(60_000) as u64 + plain.len() as u64 / 50;
        options.filters = filters.as_ptr();
        options.check = LZMA_CHECK_CRC64;
        // SAFETY: streams are of the library; the chain is alive.
        let init = |lib: &Lib, strm| unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) };
        if !self.start(stream, init) {
            return;
        }
        let failed = self.allocator.failed();
        let (ret, output) = self.code(stream, plain, true);
        expect(ret, self.allocator.failed() > failed);
        if ret == LZMA_STREAM_END {
            assert!(corpus::decompress(Lib::reference(), &output) == plain);
        }
    }

    /// Another kind of coder, which ends all threads.
    fn change(&mut self, stream: &mut Stream<'_>) {
        // SAFETY: streams are of the library.
        self.start(stream, |lib, strm| unsafe {
            (lib.lzma_stream_decoder)(strm, u64::MAX, LZMA_CONCATENATED)
        });
    }

    fn run(&mut self, stream: &mut Stream<'_>) {
        for _ in 0..self.rng.range(1..5) {
            if self.rng.one_in(3) {
                self.allocator.fail_next(1 + self.rng.skewed(100));
            }
            match self.rng.below(9) {
                0 => self.change(stream),
                1..5 => self.decode(stream),
                _ => self.encode(stream),
            }
            // Whatever comes next must find a stream that can be started.
            self.allocator.stop_failing();
        }
    }
}

/// The encoder is started again with as many threads, half-way: 5.8.4 may
/// hang there.
fn started_again_half_way(plain: &[u8], watched: &AtomicU64) {
    let rng = &mut Rng::new(7);
    let mut options = options(rng);
    (options.threads, options.timeout, options.block_size) = (3, 0, 50_000);
    // SAFETY: streams are of the library.
    let init = |lib: &Lib, strm| unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) };
    let mut stream = Stream::new(Lib::ours());
    for round in 0..200 {
        watched.fetch_add(1, Ordering::Relaxed);
        assert_eq!(init(stream.lib, stream.as_mut_ptr()), LZMA_OK);
        let mut out = [0; 100];
        stream.as_mut().next_in = plain.as_ptr();
        stream.as_mut().avail_in = rng.skewed(plain.len());
        stream.as_mut().next_out = out.as_mut_ptr();
        stream.as_mut().avail_out = out.len();
        // SAFETY: the buffers are as long as the stream says.
        unsafe { (stream.lib.lzma_code)(stream.as_mut_ptr(), LZMA_RUN) };
        if round % 4 == 0 {
            thread::sleep(Duration::from_micros(rng.skewed(4000) as u64));
        }
    }
    let outcome = stream.run(init, plain, &Plan::whole());
    assert!(outcome.is_end() && corpus::decompress(Lib::reference(), &outcome.output) == plain);
}

#[test]
fn left_at_any_moment() {
    let files: Vec<_> = (0..24).map(|seed| File::any(&mut Rng::new(seed))).collect();
    let plain = data::generate(data::Kind::Mixture, 1 << 19, &mut Rng::new(1));
    let end = Duration::from_secs(number("RLZMA_STRESS_SECONDS").unwrap_or(6));
    let only = number("RLZMA_SEED");
    let watched = watch();
    let threads = threads_now();
    started_again_half_way(&plain, &watched);
    let (begin, mut slowest) = (Instant::now(), Duration::ZERO);
    let mut seed = only.unwrap_or(0);
    while begin.elapsed() < end && only.is_none_or(|only| only == seed) {
        watched.store(seed, Ordering::Relaxed);
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        let rng = Rng::new(seed);
        let mut round = Round { rng, files: &files, plain: &plain, allocator: &allocator, slowest };
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            round.run(&mut stream);
            let begin = Instant::now();
            // SAFETY: a stream of this library.
            unsafe { (stream.lib.lzma_end)(stream.as_mut_ptr()) };
            round.slowest = round.slowest.max(begin.elapsed());
            assert!(round.slowest < QUICKLY, "{:?} to stop", round.slowest);
            wait_for_threads(threads);
        }));
        slowest = round.slowest;
        drop(stream);
        if let Err(panic) = ran {
            eprintln!("to repeat: RLZMA_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
        allocator.check();
        seed += 1;
    }
    eprintln!("{seed} rounds; started again or ended within {slowest:?}");
}
