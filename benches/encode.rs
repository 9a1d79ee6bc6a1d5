//! Encoding speed beside the original's, in CPU time of one process.
//!
//! ```text
//! cargo bench --bench encode -- [--rounds N] [--presets 0,6,9e] [--pieces BYTES] [--made-up | FILE …]
//! ```
//!
//! Files (`.xz` files: what they hold) are encoded by the raw LZMA2 encoder
//! with each preset; without files the corpus, or with `--made-up` data that is
//! hard to search. With `--pieces`, each piece of so many bytes has a new encoder,
//! with a dictionary of that size, as in the blocks of file systems. Both libraries
//! take turns, so that what else the machine does strikes both, and must make the
//! same bytes. `paired` is the median of each round's ratio; above 1, ours is
//! faster.

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "data/made_up.rs"]
mod made_up;

use std::time::Duration;

use common::chain::FilterChain;
use common::corpus::{self, Sample};
use common::measure::{cpu_time, geometric_mean, median, preset};
use common::{Lib, Stream};
use rlzma::ffi::*;

struct Options {
    rounds: usize,
    presets: Vec<u32>,
    files: Vec<String>,
    made_up: bool,
    pieces: Option<u32>,
    /// Started by `cargo bench`, not as a test.
    measure: bool,
}

fn name(preset: u32) -> String {
    let extreme = preset & LZMA_PRESET_EXTREME != 0;
    format!("{}{}", preset & LZMA_PRESET_LEVEL_MASK, if extreme { "e" } else { "" })
}

fn options() -> Options {
    let all = (0..10).chain((0..10).map(|level| level | LZMA_PRESET_EXTREME)).collect();
    let mut options = Options {
        rounds: 3,
        presets: all,
        files: Vec::new(),
        made_up: false,
        pieces: None,
        measure: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => options.measure = true,
            "--made-up" => options.made_up = true,
            "--pieces" => {
                let size = arguments.next().and_then(|size| size.parse().ok());
                options.pieces = Some(size.expect("--pieces takes a size"));
            }
            "--rounds" => {
                let count = arguments.next().and_then(|count| count.parse().ok());
                options.rounds = count.expect("--rounds takes a number");
            }
            "--presets" => {
                let list = arguments.next().expect("--presets takes a list");
                let presets: Option<_> = list.split(',').map(preset).collect();
                options.presets = presets.expect("a preset is a digit and perhaps an e");
            }
            flag if flag.starts_with("--") => panic!("unknown option {flag}"),
            _ => options.files.push(argument),
        }
    }
    options
}

/// Encodes `plain` into `out`, which has room for all; tells how many bytes
/// that is, and the CPU time.
fn encode(lib: &Lib, plain: &[u8], chain: &FilterChain, out: &mut [u8]) -> (usize, Duration) {
    let filters = chain.raw();
    let start = cpu_time();
    let mut stream = Stream::new(lib);
    // SAFETY: a new stream, and a valid chain.
    let ret = unsafe { (lib.lzma_raw_encoder)(stream.as_mut_ptr(), filters.as_ptr()) };
    assert_eq!(ret, LZMA_OK);
    stream.lend(plain, out);
    // SAFETY: both buffers are as long as the stream says.
    let ret = unsafe { (lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH) };
    assert_eq!(ret, LZMA_STREAM_END, "{}", lib.name);
    let written = out.len() - stream.as_mut().avail_out;
    drop(stream);
    (written, cpu_time() - start)
}

/// Encodes `plain` in pieces, or in one, as [`encode`] does each.
fn encode_pieces(
    lib: &Lib,
    plain: &[u8],
    (preset, pieces): (u32, Option<u32>),
    out: &mut [u8],
) -> (usize, Duration) {
    let mut chain = FilterChain::preset(preset);
    let Some(size) = pieces else { return encode(lib, plain, &chain, out) };
    chain.last().dict_size = size.max(LZMA_DICT_SIZE_MIN);
    plain.chunks(size as usize).fold((0, Duration::ZERO), |(sum, time), piece| {
        let (len, more) = encode(lib, piece, &chain, &mut out[sum..]);
        (sum + len, time + more)
    })
}

/// Both libraries' times, one pair a round.
fn measure(
    sample: &Sample,
    (preset, pieces): (u32, Option<u32>),
    rounds: usize,
) -> Vec<(Duration, Duration)> {
    let both = [Lib::reference(), Lib::ours()];
    // LZMA2 makes noise larger by a few bytes in 64 KiB, and in each piece.
    let more = pieces.map_or(64, |size| (sample.plain.len() / size as usize + 1) * 64);
    let mut outs = [(); 2].map(|()| vec![1; sample.plain.len() + sample.plain.len() / 1000 + more]);
    let mut round = |number: usize| {
        let (mut times, mut lens) = ([Duration::ZERO; 2], [0; 2]);
        // Neither is always the one that runs with the caches warm.
        for at in [number % 2, 1 - number % 2] {
            (lens[at], times[at]) =
                encode_pieces(both[at], &sample.plain, (preset, pieces), &mut outs[at]);
        }
        assert!(
            outs[0][..lens[0]] == outs[1][..lens[1]],
            "preset {} makes other bytes of {}",
            name(preset),
            sample.name
        );
        (times[0], times[1])
    };
    (0..rounds).map(&mut round).collect()
}

fn main() {
    let mut options = options();
    if !options.measure {
        options.rounds = 1; // as a test, this compares the bytes
    }
    let samples = if options.made_up {
        made_up::samples()
    } else {
        corpus::chosen(&options.files, options.measure)
    };
    print!("{:7}", "preset");
    for sample in &samples {
        print!(" {:>24}", sample.name);
    }
    println!(" {:>7}", "mean");
    for &preset in &options.presets {
        print!("{:7}", name(preset));
        let mut medians = Vec::new();
        for sample in &samples {
            let times = measure(sample, (preset, options.pieces), options.rounds);
            let best = times.iter().map(|pair| pair.1).min().expect("a round");
            let median = median(times.iter().map(|(a, b)| a.div_duration_f64(*b)).collect());
            let speed = sample.plain.len() as f64 / 1e6 / best.as_secs_f64();
            print!(" {:>11.2} MB/s {median:>7.3}", speed);
            medians.push(median);
        }
        println!(" {:>7.3}", geometric_mean(&medians));
    }
}
