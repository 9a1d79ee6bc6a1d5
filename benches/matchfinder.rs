//! Speed of the match finders, and of the reference match finder, in CPU time.
//!
//! ```text
//! cargo bench --bench matchfinder -- [--rounds N] [--preset N]… [FILE …]
//! ```
//!
//! The crate's modules are compiled into this program, because what it
//! measures is not exported. The match finder is asked as a parser asks: for
//! the matches of every position, except for those that a match covers which
//! is long enough for the preset. Without files: the corpus, and runs.

#![allow(dead_code, missing_docs, unused_imports)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../src"]
mod src {
    pub(crate) mod check;
    pub(crate) mod cpu;
    pub(crate) mod error;
    pub(crate) mod fault;
    pub(crate) mod io;
    pub(crate) mod lz;
    pub(crate) mod memory;
    pub(crate) mod sync;
}

use common::corpus;
use common::measure::cpu_time;
use common::rng;
use io::{Action, Direct, Input};
use lz::{LzOptions, MatchFinder, MatchFinderKind};
use memory::AllocatorHandle;
use src::{check, cpu, error, fault, io, lz, memory, sync};
use std::path::Path;
use std::time::Duration;

/// Kind, dictionary size, nice length and depth of the presets 0 to 9.
fn options(preset: usize) -> LzOptions<'static> {
    use MatchFinderKind::{Bt4, Hc3, Hc4};
    let (match_finder, dict_size, nice_len, depth) = [
        (Hc3, 18, 128, 4),
        (Hc4, 20, 128, 8),
        (Hc4, 21, 273, 24),
        (Hc4, 22, 273, 48),
        (Bt4, 22, 16, 0),
        (Bt4, 23, 32, 0),
        (Bt4, 23, 64, 0),
        (Bt4, 24, 64, 0),
        (Bt4, 25, 64, 0),
        (Bt4, 26, 64, 0),
    ][preset];
    LzOptions {
        before_size: 4096,
        dict_size: 1 << dict_size,
        after_size: 4097,
        nice_len,
        match_finder,
        depth,
        cache_chains: preset < 4,
        preset_dict: &[],
    }
}

/// Microseconds for each of `count` messages of `len` bytes.
fn messages(options: &LzOptions<'_>, len: usize, count: u32, reuse: bool) -> f64 {
    let text: Vec<u8> = (0..len as u32).map(|at| (at.wrapping_mul(at) >> 5) as u8 % 23).collect();
    // SAFETY: NULL is an allocator that lives for ever.
    let memory = unsafe { AllocatorHandle::new(std::ptr::null()) }.expect("a little memory");
    let mut finder = MatchFinder::INIT;
    let start = cpu_time();
    for _ in 0..count {
        if !reuse {
            finder = MatchFinder::INIT;
        }
        search(&mut finder, &memory, &text, options);
    }
    (cpu_time() - start).as_nanos() as f64 / 1000.0 / f64::from(count)
}

/// Runs `data` through a match finder or the reference; tells the time, and the sum of all
/// distances and lengths.
fn run(data: &[u8], options: &LzOptions<'_>, reference: bool) -> (Duration, u64) {
    let start = cpu_time();
    // SAFETY: NULL is an allocator that lives for ever.
    let memory = unsafe { AllocatorHandle::new(std::ptr::null()) }.expect("a little memory");
    let mut finder = MatchFinder::INIT;
    if reference {
        finder = MatchFinder::reference(&memory).expect("memory");
    }
    let sum = search(&mut finder, &memory, data, options);
    (cpu_time() - start, sum)
}

/// Asks for matches as a parser does; sums up what it gets.
fn search(
    finder: &mut MatchFinder,
    memory: &AllocatorHandle,
    data: &[u8],
    options: &LzOptions<'_>,
) -> u64 {
    finder.start(memory, options).expect("memory");
    let mut input = Input::new(data);
    let mut sum = 0;
    while finder.action() == Action::Run {
        finder.fill(&mut Direct, &mut input, Action::Finish).expect("no reason to fail");
        while !finder.at_limit() {
            let len = finder.find();
            for found in finder.matches() {
                sum += u64::from(found.len) + u64::from(found.dist);
            }
            // Chains come with a parser that takes most matches as they are.
            let enough = if options.match_finder.is_tree() { options.nice_len } else { 8 };
            if len >= enough {
                finder.skip(len - 1);
            }
        }
    }
    sum
}

fn samples(files: &[String]) -> Vec<(String, Vec<u8>)> {
    if !files.is_empty() {
        let load = |file: &String| match file.ends_with(".xz") {
            true => corpus::load(Path::new(file)).plain,
            false => std::fs::read(file).expect("the file is readable"),
        };
        return files.iter().map(|file| (file.clone(), load(file))).collect();
    }
    let all = corpus::samples().into_iter();
    let mut samples: Vec<_> = all.map(|sample| (sample.name, sample.plain)).collect();
    for period in [1, 2, 37, 1000, 100_000] {
        let data = (0..8 << 20).map(|at: u32| {
            let word = (at % period).wrapping_mul(0x9E37_79B1);
            (word ^ (word >> 15)).wrapping_mul(0x85EB_CA77).to_be_bytes()[0]
        });
        samples.push((format!("period {period}"), data.collect()));
    }
    samples
}

fn main() {
    let (mut rounds, mut presets, mut files, mut measure) = (3, Vec::new(), Vec::new(), false);
    let mut arguments = std::env::args().skip(1);
    let number = |text: Option<String>| {
        text.and_then(|text| text.parse().ok()).expect("this option takes a number")
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => measure = true,
            "--rounds" => rounds = number(arguments.next()),
            "--preset" => presets.push(number(arguments.next())),
            flag if flag.starts_with("--") => panic!("unknown option {flag}"),
            _ => files.push(argument),
        }
    }
    if !measure {
        return; // run as a test
    }
    if presets.is_empty() {
        presets = vec![1, 3, 4, 6, 9];
    }
    for (len, count) in [(100, 2000), (10_000, 50)] {
        for reuse in [false, true] {
            let what = if reuse { "again" } else { "new" };
            print!("{:18}", format!("{what}, {len} bytes"));
            for preset in &presets {
                print!("{:>13.1} us", messages(&options(*preset), len, count, reuse));
            }
            println!();
        }
    }
    print!("{:18}", "ns per byte");
    presets.iter().for_each(|preset| print!("{:>16}", format!("preset {preset}")));
    println!();
    for (name, data) in samples(&files) {
        print!("{:18}", name.rsplit('/').next().unwrap_or_default());
        for preset in &presets {
            let options = options(*preset);
            let best = |reference| {
                let times = (0..rounds.max(1)).map(|_| run(&data, &options, reference).0);
                times.min().unwrap_or_default().as_nanos() as f64 / data.len() as f64
            };
            print!("{:>8.1}{:>8.1}", best(true), best(false));
        }
        println!();
    }
}
