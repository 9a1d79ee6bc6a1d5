//! Encoding short messages beside the original, in CPU time of one process:
//! what does it cost to set up an encoder?
//!
//! ```text
//! cargo bench --bench messages -- [--rounds N] [--presets 0,6,9e] [--at-least RATIO]
//! ```
//!
//! Messages are pieces of generated text, each encoded by `lzma_easy_encoder`
//! in one call. *new*: with a new stream, and malloc; *allocator*: with a new
//! stream, and the application's functions for memory, which here are malloc
//! and free; *again*: with the stream of the message before. Both libraries
//! take turns. Each figure is the median of the rounds' ratios, above 1 if
//! ours is faster, and the microseconds that ours takes for a message. With
//! `--at-least`, lower ratios make it fail.

#[path = "../tests/common/mod.rs"]
mod common;

use std::process::ExitCode;
use std::time::Duration;

use common::data::{Kind, generate};
use common::measure::{MALLOC, message_figures, preset, rounds_and_presets, time};
use common::{Lib, Rng, Stream};
use rlzma::ffi::*;

const SIZES: [usize; 4] = [100, 1000, 10_000, 100_000];

/// The origin of streams and of their memory.
#[derive(Clone, Copy)]
enum Way {
    New,
    Allocator,
    Again,
}

const WAYS: [(&str, Way); 3] =
    [("new", Way::New), ("allocator", Way::Allocator), ("again", Way::Again)];

/// Encodes `message` into `out`; returns how many bytes that is.
fn encode(stream: &mut Stream<'_>, message: &[u8], preset: u32, out: &mut [u8]) -> usize {
    let lib = stream.lib;
    // SAFETY: a stream of this library, and buffers as long as said.
    let ret = unsafe {
        let init = (lib.lzma_easy_encoder)(stream.as_mut_ptr(), preset, LZMA_CHECK_CRC32);
        assert_eq!(init, LZMA_OK);
        stream.lend(message, out);
        (lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH)
    };
    assert_eq!(ret, LZMA_STREAM_END, "{}", lib.name);
    out.len() - stream.as_mut().avail_out
}

fn new_stream(lib: &'static Lib, way: Way) -> Stream<'static> {
    let mut stream = Stream::new(lib);
    if let Way::Allocator = way {
        stream.as_mut().allocator = &MALLOC;
    }
    stream
}

/// CPU time for all `messages` with each library, and that their bytes are
/// the same.
fn round(number: usize, way: Way, messages: &[&[u8]], preset: u32) -> [Duration; 2] {
    let libs = [Lib::reference(), Lib::ours()];
    let mut times = [Duration::ZERO; 2];
    let mut encoded = [(); 2].map(|()| Vec::new());
    let mut out = vec![0; messages[0].len() * 2 + 1000];
    for at in [number % 2, 1 - number % 2] {
        let mut stream = new_stream(libs[at], way);
        if let Way::Again = way {
            encode(&mut stream, messages[0], preset, &mut out);
        }
        for message in messages {
            let mut len = 0;
            times[at] += time(|| {
                if !matches!(way, Way::Again) {
                    stream = new_stream(libs[at], way);
                }
                len = encode(&mut stream, message, preset, &mut out);
                if !matches!(way, Way::Again) {
                    // SAFETY: a stream of this library.
                    unsafe { (libs[at].lzma_end)(stream.as_mut_ptr()) };
                }
            });
            encoded[at].extend_from_slice(&out[..len]);
        }
    }
    assert!(encoded[0] == encoded[1], "other bytes");
    times
}

fn main() -> ExitCode {
    let (rounds, presets, mut floor) = rounds_and_presets(5, "0,1,3,6,9");
    let text = generate(Kind::Text, 1 << 20, &mut Rng::new(1));
    for name in presets.split(',') {
        let level = preset(name).expect("a preset is a digit and perhaps an e");
        print!("preset {name:3}");
        SIZES.iter().for_each(|size| print!(" {size:>15} bytes"));
        println!();
        for (word, way) in WAYS {
            print!("{word:10}");
            for size in SIZES {
                let messages: Vec<_> = text.chunks_exact(size).take(20).collect();
                let times: Vec<_> =
                    (0..rounds).map(|at| round(at, way, &messages, level)).collect();
                let (ratio, micros) = message_figures(&times, messages.len());
                floor.check(ratio);
                print!(" {ratio:>8.1} {micros:>9.1} µs");
            }
            println!();
        }
    }
    floor.end()
}
