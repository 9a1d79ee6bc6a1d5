//! Decoding speed beside the original's, in CPU time of one process.
//!
//! ```text
//! cargo bench --bench decode -- [--rounds N] [--ignore-check] [--chunk | --whole]
//!     [--at-least RATIO] [FILE …]
//! ```
//!
//! A `.xz` file is decoded as it is, any other is compressed with preset 6
//! first; without files, the corpus is decoded. Both libraries take turns, so
//! that what else the machine does strikes both. `best` compares the fastest
//! rounds, `paired` is the median of each round's ratio; above 1, ours is
//! faster. Output goes into 32 KiB again and again (`--chunk`), into a buffer
//! for all of it (`--whole`), or is measured both ways. With `--at-least`, a
//! lower `best` makes it fail.

#[path = "../tests/common/mod.rs"]
mod common;

use std::process::ExitCode;
use std::time::Duration;

use common::corpus::{self, Sample};
use common::measure::{Floor, cpu_time, geometric_mean, median};
use common::{Lib, Stream};
use rlzma::ffi::*;

/// A way to decode: the output space that each call gets.
#[derive(Clone, Copy)]
struct Mode {
    name: &'static str,
    space: usize,
}

const MODES: [Mode; 2] =
    [Mode { name: "32 KiB", space: 32 << 10 }, Mode { name: "whole", space: usize::MAX }];

struct Options {
    rounds: usize,
    flags: u32,
    modes: Vec<Mode>,
    files: Vec<String>,
    floor: Floor,
    /// Started by `cargo bench`, not as a test.
    measure: bool,
}

fn options() -> Options {
    let mut options = Options {
        rounds: 9,
        flags: 0,
        modes: MODES.to_vec(),
        files: Vec::new(),
        floor: Floor::default(),
        measure: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => options.measure = true,
            "--rounds" => {
                let count = arguments.next().and_then(|count| count.parse().ok());
                options.rounds = count.expect("--rounds takes a number");
            }
            "--at-least" => options.floor = Floor::parse(arguments.next()),
            "--ignore-check" => options.flags |= LZMA_IGNORE_CHECK,
            "--chunk" => options.modes = vec![MODES[0]],
            "--whole" => options.modes = vec![MODES[1]],
            flag if flag.starts_with("--") => panic!("unknown option {flag}"),
            _ => options.files.push(argument),
        }
    }
    options
}

/// Decodes `xz` into `out`, which has room for all; tells the CPU time.
fn decode(lib: &Lib, xz: &[u8], out: &mut [u8], space: usize, flags: u32) -> Duration {
    let flags = flags | LZMA_CONCATENATED;
    let start = cpu_time();
    let mut stream = Stream::new(lib);
    // SAFETY: a new stream.
    let ret = unsafe { (lib.lzma_stream_decoder)(stream.as_mut_ptr(), u64::MAX, flags) };
    assert_eq!(ret, LZMA_OK);
    stream.as_mut().next_in = xz.as_ptr();
    stream.as_mut().avail_in = xz.len();
    let (mut done, len) = (0, out.len());
    let mut window = vec![0; if space < len { space } else { 0 }];
    loop {
        // As a program that copies a file does it: one small buffer, reused.
        let target = if window.is_empty() { &mut out[done..] } else { &mut window[..] };
        let room = target.len();
        stream.as_mut().next_out = target.as_mut_ptr();
        stream.as_mut().avail_out = room;
        // SAFETY: both buffers are as long as the stream says.
        let ret = unsafe { (lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH) };
        done += room - stream.as_mut().avail_out;
        match ret {
            LZMA_OK => {}
            LZMA_STREAM_END => break,
            _ => panic!("{}: {ret:?}", lib.name),
        }
    }
    drop(stream);
    assert_eq!(done, len, "{}", lib.name);
    cpu_time() - start
}

/// Both libraries' times, one pair a round.
fn measure(sample: &Sample, mode: Mode, options: &Options) -> Vec<(Duration, Duration)> {
    let both = [Lib::reference(), Lib::ours()];
    let mut out = vec![1; sample.plain.len()];
    for lib in both {
        out.fill(1);
        decode(lib, &sample.xz, &mut out, usize::MAX, options.flags);
        assert!(out == sample.plain, "{} decodes {} wrongly", lib.name, sample.name);
    }
    let round = |number: usize| {
        let mut times = [Duration::ZERO; 2];
        // Neither is always the one that runs with the caches warm.
        for at in [number % 2, 1 - number % 2] {
            times[at] = decode(both[at], &sample.xz, &mut out, mode.space, options.flags);
        }
        (times[0], times[1])
    };
    (0..options.rounds).map(round).collect()
}

fn ratio((theirs, ours): (Duration, Duration)) -> f64 {
    theirs.as_secs_f64() / ours.as_secs_f64()
}

fn main() -> ExitCode {
    let mut options = options();
    if !options.measure && options.files.is_empty() {
        options.rounds = 1;
    }
    let samples = corpus::chosen(&options.files, options.measure);
    for mode in options.modes.clone() {
        let check = if options.flags & LZMA_IGNORE_CHECK != 0 { ", checks ignored" } else { "" };
        println!("\noutput {}{check}, {} rounds", mode.name, options.rounds);
        println!(
            "{:24} {:>9} {:>13} {:>13} {:>7} {:>7}",
            "file", "KiB", "liblzma MB/s", "rlzma MB/s", "best", "paired"
        );
        let (mut bests, mut medians) = (Vec::new(), Vec::new());
        for sample in &samples {
            let times = measure(sample, mode, &options);
            let theirs = times.iter().map(|pair| pair.0).min().expect("a round");
            let ours = times.iter().map(|pair| pair.1).min().expect("a round");
            let median = median(times.into_iter().map(ratio).collect());
            let speed = |time: Duration| sample.plain.len() as f64 / 1e6 / time.as_secs_f64();
            println!(
                "{:24} {:>9} {:>13.1} {:>13.1} {:>7.3} {:>7.3}",
                sample.name,
                sample.plain.len() >> 10,
                speed(theirs),
                speed(ours),
                ratio((theirs, ours)),
                median
            );
            options.floor.check(ratio((theirs, ours)));
            bests.push(ratio((theirs, ours)));
            medians.push(median);
        }
        println!(
            "{:24} {:>9} {:>13} {:>13} {:>7.3} {:>7.3}",
            "geometric mean",
            "",
            "",
            "",
            geometric_mean(&bests),
            geometric_mean(&medians)
        );
    }
    options.floor.end()
}
