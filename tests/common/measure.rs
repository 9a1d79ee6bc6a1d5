//! Measuring, for benchmarks.

use std::ffi::c_void;
use std::process::ExitCode;
use std::ptr;
use std::time::Duration;

use rlzma::ffi::{LZMA_PRESET_EXTREME, lzma_allocator};

/// A preset as a command line has it: a digit, and perhaps an `e`.
pub fn preset(text: &str) -> Option<u32> {
    match text.strip_suffix('e') {
        Some(level) => Some(level.parse::<u32>().ok()? | LZMA_PRESET_EXTREME),
        None => text.parse().ok(),
    }
}

/// CPU time that this thread has used.
pub fn cpu_time() -> Duration {
    clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// CPU time that all threads of this process have used.
pub fn process_cpu_time() -> Duration {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

fn clock(id: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is there to be written.
    let failed = unsafe { libc::clock_gettime(id, &raw mut time) };
    assert_eq!(failed, 0, "no clock for CPU time");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// CPU time that `work` takes.
pub fn time(work: impl FnOnce()) -> Duration {
    let start = cpu_time();
    work();
    cpu_time() - start
}

/// The mean of ratios.
pub fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

/// The middle one of ratios, which are not empty.
pub fn median(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

/// The argument `--at-least RATIO`: the benchmark fails if a ratio is less.
/// Without it, none is too low.
#[derive(Default)]
pub struct Floor {
    ratio: f64,
    missed: usize,
}

impl Floor {
    /// From what follows `--at-least`.
    pub fn parse(argument: Option<String>) -> Floor {
        let ratio = argument.and_then(|ratio| ratio.parse().ok());
        Floor { ratio: ratio.expect("--at-least takes a number"), missed: 0 }
    }

    /// Compares a ratio with what was asked for.
    pub fn check(&mut self, ratio: f64) {
        self.missed += usize::from(ratio < self.ratio);
    }

    /// Exit code of the benchmark. Says why, if it fails.
    pub fn end(&self) -> ExitCode {
        if self.missed == 0 {
            return ExitCode::SUCCESS;
        }
        eprintln!("{} of the ratios are below {}", self.missed, self.ratio);
        ExitCode::FAILURE
    }
}

/// The arguments of a benchmark over presets, with what they are without any:
/// `--rounds N`, `--presets LIST` and `--at-least RATIO`. As a test, not started
/// by `cargo bench`, one round of preset 6 will do.
pub fn rounds_and_presets(mut rounds: usize, presets: &str) -> (usize, String, Floor) {
    let (mut presets, mut measured, mut floor) = (presets.to_owned(), false, Floor::default());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => measured = true,
            "--rounds" => {
                let count = arguments.next().and_then(|count| count.parse().ok());
                rounds = count.expect("--rounds takes a number");
            }
            "--presets" => presets = arguments.next().expect("--presets takes a list"),
            "--at-least" => floor = Floor::parse(arguments.next()),
            other => panic!("unknown argument {other}"),
        }
    }
    if measured { (rounds, presets, floor) } else { (1, "6".to_owned(), floor) }
}

unsafe extern "C" fn allocate(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
    // SAFETY: malloc takes any size. liblzma sees to it that this fits.
    unsafe { libc::malloc(count * size) }
}

unsafe extern "C" fn free(_: *mut c_void, address: *mut c_void) {
    // SAFETY: the address is from malloc, or NULL.
    unsafe { libc::free(address) }
}

/// malloc and free, as an application's own functions.
pub const MALLOC: lzma_allocator =
    lzma_allocator { alloc: Some(allocate), free: Some(free), opaque: ptr::null_mut() };

/// Of rounds in each of which both libraries have worked on `messages` messages:
/// the median of the ratios, and the microseconds that ours takes for a message
/// at best. The original's time comes first.
pub fn message_figures(times: &[[Duration; 2]], messages: usize) -> (f64, f64) {
    let ratios = times.iter().map(|[theirs, ours]| theirs.div_duration_f64(*ours)).collect();
    let best = times.iter().map(|times| times[1]).min().expect("a round");
    (median(ratios), best.as_secs_f64() * 1e6 / messages as f64)
}
