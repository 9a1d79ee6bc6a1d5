//! Encoding short messages with a preset dictionary beside the original, in CPU
//! time of one process.
//!
//! ```text
//! cargo bench --bench preset_dictionary -- [--rounds N] [--presets 0,6,9e] [--at-least RATIO]
//! ```
//!
//! Messages of 10 000 bytes are encoded by the raw encoder, each in one call, with
//! LZMA1 and with LZMA2, and a preset dictionary of 1 MiB of the same kind of data. *new*: each
//! with a new stream; *other*: with the stream of the message before, which had
//! another dictionary; *same*: with a stream that had the same dictionary
//! before. Both libraries take turns. Each figure is the median of the rounds'
//! ratios, above 1 if ours is faster, and the microseconds that ours takes for a
//! message.

#[path = "../tests/common/mod.rs"]
mod common;

use std::process::ExitCode;
use std::ptr;
use std::time::Duration;

use common::chain::preset_options;
use common::data::{Kind, generate};
use common::measure::{message_figures, preset, rounds_and_presets, time};
use common::{Lib, Rng, Stream};
use rlzma::ffi::*;

const KINDS: [Kind; 3] = [Kind::Text, Kind::Code, Kind::Records];
const DICTIONARY: usize = 1 << 20;
const MESSAGE: usize = 10_000;
const MESSAGES: usize = 4;
const FILTERS: [(&str, lzma_vli); 2] = [("LZMA1", LZMA_FILTER_LZMA1), ("LZMA2", LZMA_FILTER_LZMA2)];
const WAYS: [&str; 3] = ["new", "other", "same"];

/// Encodes `message` with `dictionary` into `out`; returns how many bytes that
/// is.
fn encode(
    stream: &mut Stream<'_>,
    (dictionary, message): (&[u8], &[u8]),
    (filter, preset): (lzma_vli, u32),
    out: &mut [u8],
) -> usize {
    let lib = stream.lib;
    let mut options = preset_options(preset);
    options.preset_dict = dictionary.as_ptr();
    options.preset_dict_size = dictionary.len() as u32;
    let filters = [
        lzma_filter { id: filter, options: (&raw mut options).cast() },
        lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() },
    ];
    // SAFETY: a stream of this library, a valid chain, and buffers as long as
    // said.
    let ret = unsafe {
        let init = (lib.lzma_raw_encoder)(stream.as_mut_ptr(), filters.as_ptr());
        assert_eq!(init, LZMA_OK);
        stream.lend(message, out);
        (lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH)
    };
    assert_eq!(ret, LZMA_STREAM_END, "{}", lib.name);
    out.len() - stream.as_mut().avail_out
}

/// CPU time for all messages with each library, and that their bytes are the
/// same.
fn round(number: usize, way: &str, data: &[u8], coder: (lzma_vli, u32)) -> [Duration; 2] {
    let libs = [Lib::reference(), Lib::ours()];
    let mut times = [Duration::ZERO; 2];
    let mut encoded = [(); 2].map(|()| Vec::new());
    let mut out = vec![0; MESSAGE * 2 + 1000];
    for at in [number % 2, 1 - number % 2] {
        let mut stream = Stream::new(libs[at]);
        let parts = |from: usize| data[from..].split_at(DICTIONARY);
        // Three starts: the last of them is as all that follow.
        for _ in 0..3 {
            let (dictionary, rest) = parts(0);
            encode(&mut stream, (dictionary, &rest[..MESSAGE]), coder, &mut out);
        }
        for message in 1..=MESSAGES {
            let (dictionary, rest) = parts(if way == "other" { message * 100 } else { 0 });
            let message = &rest[message * MESSAGE..][..MESSAGE];
            let mut len = 0;
            times[at] += time(|| {
                if way == "new" {
                    stream = Stream::new(libs[at]);
                }
                len = encode(&mut stream, (dictionary, message), coder, &mut out);
            });
            encoded[at].extend_from_slice(&out[..len]);
        }
    }
    assert!(encoded[0] == encoded[1], "other bytes");
    times
}

fn main() -> ExitCode {
    let (rounds, presets, mut floor) = rounds_and_presets(5, "0,1,3,6,9");
    for name in presets.split(',') {
        let level = preset(name).expect("a preset is a digit and perhaps an e");
        print!("preset {name:4}");
        KINDS.iter().for_each(|kind| print!(" {:>21}", format!("{kind:?}")));
        println!();
        for ((filter, id), way) in
            FILTERS.into_iter().flat_map(|filter| WAYS.map(|way| (filter, way)))
        {
            print!("{:11}", format!("{filter} {way}"));
            for kind in KINDS {
                let data = generate(kind, DICTIONARY * 2, &mut Rng::new(1));
                let times: Vec<_> =
                    (0..rounds).map(|at| round(at, way, &data, (id, level))).collect();
                let (ratio, micros) = message_figures(&times, MESSAGES);
                floor.check(ratio);
                print!(" {ratio:>8.2} {micros:>9.0} µs");
            }
            println!();
        }
    }
    floor.end()
}
