//! Integrity checks beside the original's: `cargo bench --bench check`.
//! Prints the time of one call, and how many times as fast ours is.

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::time::Instant;

use common::Lib;

/// Time of one call, in nanoseconds.
fn time(calls: u32, mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        call();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

/// The libraries take turns, so that what else the machine does meets both;
/// the best of many rounds counts.
fn compare(name: &str, size: usize, call: impl Fn(&Lib, u64) -> u64) {
    let calls = (4_000_000 / (size as u32 + 64)).max(4);
    let libs = [Lib::ours(), Lib::reference()];
    let mut crcs = [0; 2];
    let mut best = [f64::MAX; 2];
    for _ in 0..60 {
        for (i, lib) in libs.iter().enumerate() {
            // Each call waits for the one before.
            best[i] = best[i].min(time(calls, || crcs[i] = call(lib, crcs[i])));
        }
    }
    assert_eq!(crcs[0], crcs[1]);
    let [ours, theirs] = best;
    println!("{name} {size:8} B {ours:10.1} ns  C {theirs:10.1} ns  {:.2}", theirs / ours);
}

/// The crate for other processors, beside the original.
fn compare_crate(bytes: &[u8]) {
    let calls = (4_000_000 / (bytes.len() as u32 + 64)).max(4);
    let reference = Lib::reference();
    let mut crc = 0;
    let mut best = [f64::MAX; 2];
    for _ in 0..60 {
        let bytes = black_box(bytes);
        let times = [
            time(calls, || {
                let mut hasher = crc32fast::Hasher::new_with_initial(crc);
                hasher.update(bytes);
                crc = hasher.finalize();
            }),
            time(calls, || {
                // SAFETY: `bytes` is a slice.
                crc = unsafe { (reference.lzma_crc32)(bytes.as_ptr(), bytes.len(), crc) }
            }),
        ];
        for (best, time) in best.iter_mut().zip(times) {
            *best = best.min(time);
        }
    }
    black_box(crc);
    println!("crc32fast {:8} B {:.2}", bytes.len(), best[1] / best[0]);
}

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return; // as a test, this only has to compile
    }
    let bytes: Vec<u8> = (0..1u32 << 20).map(|i| (i.wrapping_mul(i) >> 7) as u8).collect();
    for size in [16, 1 << 10, 1 << 20] {
        compare_crate(&bytes[..size]);
    }
    for size in [1, 4, 8, 12, 16, 31, 64, 100, 1000, 1 << 10, 1 << 16, 1 << 20] {
        let bytes = &bytes[..size];
        compare("CRC32", size, |lib, crc| {
            // SAFETY: `bytes` is a slice.
            unsafe { (lib.lzma_crc32)(black_box(bytes.as_ptr()), size, crc as u32) }.into()
        });
        compare("CRC64", size, |lib, crc| {
            // SAFETY: `bytes` is a slice.
            unsafe { (lib.lzma_crc64)(black_box(bytes.as_ptr()), size, crc) }
        });
    }
}
