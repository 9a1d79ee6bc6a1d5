//! Threaded coding beside the original's, in wall time, and beside ours with
//! one thread.
//!
//! ```text
//! cargo bench --bench threads -- [--rounds N] [--threads N] [--preset N] [--mib N] [FILE …]
//! ```
//!
//! The data is that of the files, of `.xz` files what they hold; without
//! files, that of the corpus; the same share of each, one after another, 16 MiB
//! in all. It is encoded in Blocks of 1 MiB, and what comes of it is decoded.
//! Both libraries take turns. `ratio` is the median of each round's ratio of the original's time
//! to ours; `threads` that of our time with one thread to that with several.
//! Peaks are what the allocator of the application sees.

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::corpus;
use common::{Allocator, Lib, Stream};
use rlzma::ffi::*;

const BLOCK_SIZE: u64 = 1 << 20;
/// As xz does it.
const CHUNK: usize = 64 << 10;

struct Options {
    rounds: usize,
    threads: u32,
    mib: usize,
    presets: Vec<u32>,
    files: Vec<String>,
    /// Started by `cargo bench`, not as a test.
    measure: bool,
}

fn options() -> Options {
    let presets = vec![1, 6];
    let mut options =
        Options { rounds: 5, threads: 2, mib: 16, presets, files: vec![], measure: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|n| n.parse().ok()).expect("a number");
        match argument.as_str() {
            "--bench" => options.measure = true,
            "--rounds" => options.rounds = number() as usize,
            "--threads" => options.threads = number(),
            "--mib" => options.mib = number() as usize,
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
    // SAFETY: zeros are a value of each field.
    let mut mt: lzma_mt = unsafe { std::mem::zeroed() };
    (mt.threads, mt.preset, mt.block_size) = (threads, preset, BLOCK_SIZE);
    mt.check = LZMA_CHECK_CRC64;
    (mt.memlimit_threading, mt.memlimit_stop) = (u64::MAX, u64::MAX);
    mt
}

type Init = unsafe extern "C" fn(*mut lzma_stream, *const lzma_mt) -> lzma_ret;

/// Runs a coder over `input` in chunks; tells the time and the output.
fn run(mut stream: Stream<'_>, init: Init, mt: &lzma_mt, input: &[u8]) -> (Duration, Vec<u8>) {
    let begin = Instant::now();
    let code = stream.lib.lzma_code;
    // SAFETY: a new stream.
    assert_eq!(unsafe { init(stream.as_mut_ptr(), mt) }, LZMA_OK);
    let mut output = Vec::with_capacity(input.len() * 2);
    let mut space = vec![0; CHUNK];
    let mut chunks = input.chunks(CHUNK);
    let mut action = LZMA_RUN;
    let mut ret = LZMA_OK;
    stream.as_mut().avail_out = CHUNK;
    stream.as_mut().next_out = space.as_mut_ptr();
    while ret == LZMA_OK {
        let strm = stream.as_mut();
        if strm.avail_in == 0 && action == LZMA_RUN {
            match chunks.next() {
                Some(chunk) => (strm.next_in, strm.avail_in) = (chunk.as_ptr(), chunk.len()),
                None => action = LZMA_FINISH,
            }
        }
        // SAFETY: both buffers are as long as the stream says.
        ret = unsafe { code(stream.as_mut_ptr(), action) };
        let strm = stream.as_mut();
        if strm.avail_out == 0 || ret == LZMA_STREAM_END {
            output.extend_from_slice(&space[..CHUNK - strm.avail_out]);
            (strm.next_out, strm.avail_out) = (space.as_mut_ptr(), CHUNK);
        }
    }
    assert_eq!(ret, LZMA_STREAM_END, "{}", stream.lib.name);
    drop(stream);
    (begin.elapsed(), output)
}

fn median(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

/// Measures one direction; returns what came out.
fn measure(what: &str, init: fn(&Lib) -> Init, preset: u32, input: &[u8], o: &Options) -> Vec<u8> {
    let (oracle, ours) = (Lib::oracle(), Lib::ours());
    let peak = |lib: &'static Lib| {
        let allocator = Allocator::new();
        let stream = Stream::with_allocator(lib, &allocator);
        let (_, output) = run(stream, init(lib), &mt(o.threads, preset), input);
        (allocator.peak_bytes() as f64 / f64::from(1 << 20), output)
    };
    let (their_peak, want) = peak(oracle);
    let (our_peak, have) = peak(ours);
    assert!(want == have, "{what}: the libraries differ");
    let time = |lib: &'static Lib, threads| {
        run(Stream::new(lib), init(lib), &mt(threads, preset), input).0.as_secs_f64()
    };
    let (mut ratios, mut speedups, mut best) = (vec![], vec![], f64::MAX);
    let mut single = vec![];
    for _ in 0..o.rounds {
        let (theirs, mine) = (time(oracle, o.threads), time(ours, o.threads));
        let (theirs_alone, alone) = (time(oracle, 1), time(ours, 1));
        ratios.push(theirs / mine);
        single.push(theirs_alone / alone);
        speedups.push(alone / mine);
        best = best.min(mine);
    }
    let size = want.len().max(input.len()) as f64 / 1e6;
    println!(
        "{what:6} {preset:>6} {:>10.1} {:>7.2} {:>9.2} {:>8.2} {our_peak:>9.1} {their_peak:>9.1}",
        size / best,
        median(ratios),
        median(single),
        median(speedups),
    );
    want
}

fn main() {
    let options = options();
    let plain = plain(&options);
    println!("{} KiB, {} threads, {} rounds", plain.len() >> 10, options.threads, options.rounds);
    println!("              MB/s   ratio  ratio T1  threads  peak MiB  liblzma's");
    for &preset in &options.presets {
        let encoder = |lib: &Lib| lib.lzma_stream_encoder_mt;
        let decoder = |lib: &Lib| lib.lzma_stream_decoder_mt;
        let xz = measure("encode", encoder, preset, &plain, &options);
        let decoded = measure("decode", decoder, preset, &xz, &options);
        assert!(decoded == plain);
    }
}
