//! Decoding short messages beside the original, in CPU time of one process:
//! what does it cost to set up a decoder?
//!
//! ```text
//! cargo bench --bench decode_messages -- [--rounds N] [--presets 0,6,9e] [--at-least RATIO]
//! ```
//!
//! Messages are pieces of generated text, each decoded in one call. *new*:
//! with a new stream, and malloc; *allocator*: with a new stream, and the
//! application's functions for memory, which here are malloc and free;
//! *dirty*: likewise, with functions that give memory that was used before,
//! and never was zero; *again*: with the stream of the message before. Both
//! libraries take turns. Each figure is the median of the rounds' ratios,
//! above 1 if ours is faster, and the microseconds that ours takes for a
//! message. With `--at-least`, lower ratios make it fail.

#[path = "../tests/common/mod.rs"]
mod common;

use std::ffi::c_void;
use std::process::ExitCode;
use std::ptr;
use std::sync::Mutex;
use std::time::Duration;

use common::chain::preset_options;
use common::corpus::compress_with;
use common::data::{Kind, generate};
use common::measure::{MALLOC, message_figures, preset, rounds_and_presets, time};
use common::mutate::crc32;
use common::{Lib, Rng, Stream, zeroed};
use rlzma::ffi::*;

const SIZES: [usize; 3] = [100, 1000, 10_000];
/// Messages of one size.
const MESSAGES: usize = 40;

/// The origin of streams and of their memory.
#[derive(Clone, Copy)]
enum Way {
    New,
    Allocator,
    Dirty,
    Again,
}

const WAYS: [(&str, Way); 4] = [
    ("new", Way::New),
    ("allocator", Way::Allocator),
    ("dirty", Way::Dirty),
    ("again", Way::Again),
];

/// Memory in use or for use again: address, size, and whether it is in use.
static POOL: Mutex<Vec<(usize, usize, bool)>> = Mutex::new(Vec::new());

unsafe extern "C" fn allocate_dirty(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
    let size = count * size;
    let mut pool = POOL.lock().expect("nobody panics");
    if let Some(block) = pool.iter_mut().find(|block| block.1 == size && !block.2) {
        block.2 = true;
        return ptr::with_exposed_provenance_mut(block.0);
    }
    // SAFETY: malloc takes any size, and what it gives is that large.
    let address = unsafe {
        let address = libc::malloc(size).cast::<u8>();
        assert!(!address.is_null(), "no memory");
        address.write_bytes(0xA5, size);
        address
    };
    pool.push((address.expose_provenance(), size, true));
    address.cast()
}

unsafe extern "C" fn free_dirty(_: *mut c_void, address: *mut c_void) {
    let mut pool = POOL.lock().expect("nobody panics");
    if let Some(block) = pool.iter_mut().find(|block| block.0 == address.addr()) {
        block.2 = false;
    }
}

const DIRTY: lzma_allocator =
    lzma_allocator { alloc: Some(allocate_dirty), free: Some(free_dirty), opaque: ptr::null_mut() };

/// A message as a decoder gets it.
struct Message {
    bytes: Vec<u8>,
    plain_size: usize,
    options: lzma_options_lzma,
}

/// A format: its name, how a message is made, and how its decoder starts.
struct Format {
    name: &'static str,
    encode: fn(&[u8], u32) -> Vec<u8>,
    start: fn(&Lib, *mut lzma_stream, &Message) -> lzma_ret,
}

fn with_chain<R>(
    id: lzma_vli,
    options: &lzma_options_lzma,
    work: impl FnOnce(*const lzma_filter) -> R,
) -> R {
    let options = ptr::from_ref(options).cast_mut().cast();
    let end = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };
    work([lzma_filter { id, options }, end].as_ptr())
}

fn encode_xz(plain: &[u8], preset: u32) -> Vec<u8> {
    common::corpus::compress(Lib::reference(), plain, preset)
}

fn encode_alone(plain: &[u8], preset: u32) -> Vec<u8> {
    let options = preset_options(preset);
    // SAFETY: the driver gives streams of this library.
    compress_with(Lib::reference(), plain, |lib, strm| unsafe {
        (lib.lzma_alone_encoder)(strm, &options)
    })
}

fn encode_raw(id: lzma_vli, plain: &[u8], preset: u32) -> Vec<u8> {
    with_chain(id, &preset_options(preset), |chain| {
        // SAFETY: the driver gives streams of this library; the chain ends.
        compress_with(Lib::reference(), plain, |lib, strm| unsafe {
            (lib.lzma_raw_encoder)(strm, chain)
        })
    })
}

fn encode_lzip(plain: &[u8], preset: u32) -> Vec<u8> {
    let dict_size = preset_options(preset).dict_size.next_power_of_two();
    let mut file = [b"LZIP\x01".as_slice(), &[dict_size.ilog2() as u8]].concat();
    file.extend(encode_raw(LZMA_FILTER_LZMA1, plain, preset));
    file.extend(crc32(plain).to_le_bytes());
    file.extend((plain.len() as u64).to_le_bytes());
    file.extend((file.len() as u64 + 8).to_le_bytes());
    file
}

fn encode_microlzma(plain: &[u8], preset: u32) -> Vec<u8> {
    let mut stream = Stream::new(Lib::reference());
    let mut out = vec![0; plain.len() * 2 + 1000];
    let strm = stream.as_mut();
    (strm.next_in, strm.avail_in) = (plain.as_ptr(), plain.len());
    (strm.next_out, strm.avail_out) = (out.as_mut_ptr(), out.len());
    let options = preset_options(preset);
    // SAFETY: a stream of this library, and buffers as long as said.
    unsafe {
        assert_eq!((Lib::reference().lzma_microlzma_encoder)(strm, &options), LZMA_OK);
        assert_eq!((Lib::reference().lzma_code)(strm, LZMA_FINISH), LZMA_STREAM_END);
    }
    assert_eq!(strm.total_in, plain.len() as u64, "all of it fits");
    out.truncate(strm.total_out as usize);
    out
}

fn start_threaded(lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
    let mut options: lzma_mt = zeroed();
    (options.threads, options.memlimit_threading, options.memlimit_stop) = (1, u64::MAX, u64::MAX);
    // SAFETY: the caller gives a stream of this library.
    unsafe { (lib.lzma_stream_decoder_mt)(strm, &options) }
}

// SAFETY (all of these): the caller gives a stream of the library.
const FORMATS: [Format; 8] = [
    Format {
        name: "xz",
        encode: encode_xz,
        // SAFETY: as above.
        start: |lib, strm, _| unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, 0) },
    },
    Format { name: "threaded", encode: encode_xz, start: |lib, strm, _| start_threaded(lib, strm) },
    Format {
        name: "auto",
        encode: encode_xz,
        // SAFETY: as above.
        start: |lib, strm, _| unsafe { (lib.lzma_auto_decoder)(strm, u64::MAX, 0) },
    },
    Format {
        name: "lzma",
        encode: encode_alone,
        // SAFETY: as above.
        start: |lib, strm, _| unsafe { (lib.lzma_alone_decoder)(strm, u64::MAX) },
    },
    Format {
        name: "lzip",
        encode: encode_lzip,
        // SAFETY: as above.
        start: |lib, strm, _| unsafe { (lib.lzma_lzip_decoder)(strm, u64::MAX, 0) },
    },
    Format {
        name: "raw LZMA1",
        encode: |plain, preset| encode_raw(LZMA_FILTER_LZMA1, plain, preset),
        start: |lib, strm, message| {
            // SAFETY: as above.
            with_chain(LZMA_FILTER_LZMA1, &message.options, |chain| unsafe {
                (lib.lzma_raw_decoder)(strm, chain)
            })
        },
    },
    Format {
        name: "raw LZMA2",
        encode: |plain, preset| encode_raw(LZMA_FILTER_LZMA2, plain, preset),
        start: |lib, strm, message| {
            // SAFETY: as above.
            with_chain(LZMA_FILTER_LZMA2, &message.options, |chain| unsafe {
                (lib.lzma_raw_decoder)(strm, chain)
            })
        },
    },
    Format {
        name: "MicroLZMA",
        encode: encode_microlzma,
        start: |lib, strm, message| {
            let (size, plain) = (message.bytes.len() as u64, message.plain_size as u64);
            // SAFETY: as above.
            unsafe { (lib.lzma_microlzma_decoder)(strm, size, plain, 1, message.options.dict_size) }
        },
    },
];

/// Decodes `message` into `out`.
fn decode(stream: &mut Stream<'_>, format: &Format, message: &Message, out: &mut [u8]) {
    let lib = stream.lib;
    assert_eq!((format.start)(lib, stream.as_mut_ptr(), message), LZMA_OK);
    let strm = stream.as_mut();
    (strm.next_in, strm.avail_in) = (message.bytes.as_ptr(), message.bytes.len());
    (strm.next_out, strm.avail_out) = (out.as_mut_ptr(), out.len());
    // SAFETY: a stream of this library, and buffers as long as said.
    let ret = unsafe { (lib.lzma_code)(strm, LZMA_FINISH) };
    assert_eq!(ret, LZMA_STREAM_END, "{} {}", lib.name, format.name);
    assert_eq!(strm.total_out, message.plain_size as u64);
}

fn new_stream(lib: &'static Lib, way: Way) -> Stream<'static> {
    let mut stream = Stream::new(lib);
    match way {
        Way::Allocator => stream.as_mut().allocator = &MALLOC,
        Way::Dirty => stream.as_mut().allocator = &DIRTY,
        Way::New | Way::Again => {}
    }
    stream
}

/// CPU time for all `messages` with each library.
fn round(number: usize, way: Way, format: &Format, messages: &[Message]) -> [Duration; 2] {
    let libs = [Lib::reference(), Lib::ours()];
    let mut times = [Duration::ZERO; 2];
    let mut out = vec![0; 64 << 10];
    for at in [number % 2, 1 - number % 2] {
        let mut stream = new_stream(libs[at], way);
        decode(&mut stream, format, &messages[0], &mut out);
        times[at] = time(|| {
            for message in messages {
                if !matches!(way, Way::Again) {
                    stream = new_stream(libs[at], way);
                }
                decode(&mut stream, format, message, &mut out);
            }
        });
    }
    times
}

fn main() -> ExitCode {
    let (rounds, presets, mut floor) = rounds_and_presets(25, "0,3,6,9");
    let text = generate(Kind::Text, 1 << 20, &mut Rng::new(1));
    for name in presets.split(',') {
        let level = preset(name).expect("a preset is a digit and perhaps an e");
        print!("preset {name:13}");
        SIZES.iter().for_each(|size| print!(" {size:>13} bytes"));
        println!();
        for format in &FORMATS {
            for (word, way) in WAYS {
                print!("{:9} {word:10}", format.name);
                for size in SIZES {
                    let message = |plain: &[u8]| Message {
                        bytes: (format.encode)(plain, level),
                        plain_size: plain.len(),
                        options: preset_options(level),
                    };
                    let messages: Vec<_> =
                        text.chunks_exact(size).take(MESSAGES).map(message).collect();
                    let times: Vec<_> =
                        (0..rounds).map(|at| round(at, way, format, &messages)).collect();
                    let (ratio, micros) = message_figures(&times, messages.len());
                    floor.check(ratio);
                    print!(" {ratio:>7.2} {micros:>8.1} µs");
                }
                println!();
            }
        }
    }
    floor.end()
}
