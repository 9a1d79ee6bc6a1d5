//! Threaded coding beside the original's, in wall time, and beside ours with
//! one thread.
//!
//! ```text
//! cargo bench --bench threads -- [--rounds N] [--threads N] [--preset N] [--mib N] [--decode] [FILE …]
//! ```
//!
//! `--decode` leaves out measuring of the encoder. The data is that of the files, of `.xz` files what they hold; without
//! files, that of the corpus: the same share of each, one after another, 16 MiB
//! in all. It is encoded in Blocks of 1 MiB, and what comes of it is decoded:
//! in pieces of 64 KiB, as xz does it, and all in one call. Both libraries take
//! turns.
//!
//! `ratio` is the median of each round's ratio of the original's time to ours,
//! `ratio T1` the same with one thread. `gain` is how much faster ours is with
//! several threads than with one; `theirs` that of the original. Peaks are what
//! the allocator of the application sees. `CPU` is the median of the ratios of
//! CPU time, of all threads together: a busy machine blurs it less.

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::corpus;
use common::measure::{median, process_cpu_time};
use common::{Allocator, Lib, Stream, zeroed};
use rlzma::ffi::*;

const BLOCK_SIZE: u64 = 1 << 20;
/// As xz does it.
const PIECES: usize = 64 << 10;
/// More than there is.
const AT_ONCE: usize = usize::MAX;

struct Options {
    rounds: usize,
    threads: u32,
    mib: usize,
    /// Measures decoders only.
    decode: bool,
    presets: Vec<u32>,
    files: Vec<String>,
    /// Started by `cargo bench`, not as a test.
    measure: bool,
}

fn options() -> Options {
    let presets = vec![1, 6];
    let (files, decode, measure) = (Vec::new(), false, false);
    let mut options = Options { rounds: 5, threads: 2, mib: 16, decode, presets, files, measure };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|n| n.parse().ok()).expect("a number");
        match argument.as_str() {
            "--bench" => options.measure = true,
            "--rounds" => options.rounds = number() as usize,
            "--threads" => options.threads = number(),
            "--mib" => options.mib = number() as usize,
            "--decode" => options.decode = true,
            "--preset" => options.presets = vec![number()],
            flag if flag.starts_with("--") => panic!("unknown option {flag}"),
            _ => options.files.push(argument),
        }
    }
    if !options.measure && options.files.is_empty() {
        (options.rounds, options.presets) = (1, vec![0]);
    }
    options
}

fn plain(options: &Options) -> Vec<u8> {
    let samples = if !options.files.is_empty() {
        options.files.iter().map(|file| corpus::load(Path::new(file))).collect()
    } else if options.measure {
        corpus::samples()
    } else {
        corpus::generated(50_000)
    };
    let share = (options.mib << 20) / samples.len();
    samples.iter().flat_map(|sample| sample.plain.iter().take(share)).copied().collect()
}

fn mt(threads: u32, preset: u32) -> lzma_mt {
    let mut mt: lzma_mt = zeroed();
    (mt.threads, mt.preset, mt.block_size) = (threads, preset, BLOCK_SIZE);
    mt.check = LZMA_CHECK_CRC64;
    (mt.memlimit_threading, mt.memlimit_stop) = (u64::MAX, u64::MAX);
    mt
}

type Init = unsafe extern "C" fn(*mut lzma_stream, *const lzma_mt) -> lzma_ret;

/// Time on the clock, and CPU time of all threads.
struct Times {
    wall: Duration,
    cpu: Duration,
}

/// A coder to measure.
struct Case {
    name: &'static str,
    init: fn(&Lib) -> Init,
    preset: u32,
    /// Bytes of input, and of room for output, in each call.
    chunk: usize,
}

impl Case {
    /// Codes `input`, of which comes no more than `room`; tells the time and
    /// the output.
    fn run(
        &self,
        mut stream: Stream<'_>,
        threads: u32,
        input: &[u8],
        room: usize,
    ) -> (Times, Vec<u8>) {
        let (init, code) = ((self.init)(stream.lib), stream.lib.lzma_code);
        // Touched before the clock starts: whether the system has to make its pages
        // depends on what the library before has left to malloc.
        let mut output = vec![1; room];
        let (begin, cpu) = (Instant::now(), process_cpu_time());
        // SAFETY: a new stream.
        assert_eq!(unsafe { init(stream.as_mut_ptr(), &mt(threads, self.preset)) }, LZMA_OK);
        let mut chunks = input.chunks(self.chunk.min(input.len())).peekable();
        let mut ret = LZMA_OK;
        while ret == LZMA_OK {
            let strm = stream.as_mut();
            if strm.avail_in == 0 {
                let chunk = chunks.next().unwrap_or_default();
                (strm.next_in, strm.avail_in) = (chunk.as_ptr(), chunk.len());
            }
            if strm.avail_out == 0 {
                let rest = &mut output[strm.total_out as usize..];
                (strm.next_out, strm.avail_out) = (rest.as_mut_ptr(), rest.len().min(self.chunk));
            }
            let action = if chunks.peek().is_some() { LZMA_RUN } else { LZMA_FINISH };
            // SAFETY: both buffers are as long as the stream says.
            ret = unsafe { code(stream.as_mut_ptr(), action) };
        }
        assert_eq!(ret, LZMA_STREAM_END, "{}", stream.lib.name);
        output.truncate(stream.as_mut().total_out as usize);
        drop(stream);
        let times = Times { wall: begin.elapsed(), cpu: process_cpu_time() - cpu };
        (times, output)
    }

    /// Measures, and returns what came out.
    fn measure(&self, input: &[u8], room: usize, options: &Options) -> Vec<u8> {
        let (reference, ours) = (Lib::reference(), Lib::ours());
        let peak = |lib: &'static Lib| {
            let allocator = Allocator::new();
            let stream = Stream::with_allocator(lib, &allocator);
            let (_, output) = self.run(stream, options.threads, input, room);
            (allocator.peak_bytes() as f64 / f64::from(1 << 20), output)
        };
        let ((their_peak, want), (our_peak, have)) = (peak(reference), peak(ours));
        assert!(want == have, "{}: the libraries differ", self.name);
        let time = |lib: &'static Lib, threads| {
            let (Times { wall, cpu }, _) = self.run(Stream::new(lib), threads, input, room);
            (wall.as_secs_f64(), cpu.as_secs_f64())
        };
        let [mut ratios, mut single, mut gains, mut their_gains] = [const { Vec::new() }; 4];
        let (mut cpu, mut best) = (Vec::new(), f64::MAX);
        for _ in 0..options.rounds {
            let (theirs, their_cpu) = time(reference, options.threads);
            let (mine, our_cpu) = time(ours, options.threads);
            let (theirs_alone, alone) = (time(reference, 1).0, time(ours, 1).0);
            cpu.push(their_cpu / our_cpu);
            ratios.push(theirs / mine);
            single.push(theirs_alone / alone);
            gains.push(alone / mine);
            their_gains.push(theirs_alone / theirs);
            best = best.min(mine);
        }
        println!(
            "{:14} {:>6} {:>7.1} {:>7.2} {:>9.2} {:>6.2} {:>7.2} {our_peak:>9.1} {their_peak:>9.1} {:>6.2}",
            self.name,
            self.preset,
            want.len().max(input.len()) as f64 / 1e6 / best,
            median(ratios),
            median(single),
            median(gains),
            median(their_gains),
            median(cpu),
        );
        want
    }
}

fn main() {
    let options = options();
    let plain = plain(&options);
    println!("{} KiB, {} threads, {} rounds", plain.len() >> 10, options.threads, options.rounds);
    println!(
        "               preset    MB/s   ratio  ratio T1   gain  theirs  peak MiB  liblzma's   CPU"
    );
    for &preset in &options.presets {
        let encode = |lib: &Lib| lib.lzma_stream_encoder_mt;
        let case = Case { name: "encode", init: encode, preset, chunk: PIECES };
        let room = 2 * plain.len() + PIECES;
        let xz = if options.decode {
            case.run(Stream::new(Lib::ours()), options.threads, &plain, room).1
        } else {
            case.measure(&plain, room, &options)
        };
        let decode = |lib: &Lib| lib.lzma_stream_decoder_mt;
        for (name, chunk) in [("decode", PIECES), ("decode at once", AT_ONCE)] {
            let case = Case { name, init: decode, preset, chunk };
            assert!(case.measure(&xz, plain.len() + 1, &options) == plain);
        }
    }
}
