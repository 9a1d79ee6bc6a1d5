//! The memory of the threaded decoder: never more than the limits allow,
//! however slowly output is taken, and never more than it says.

use std::thread;
use std::time::Duration;

use crate::common::chain::{FilterChain, cheap_options};
use crate::common::{Allocator, Chunks, Lib, Plan, Rng, Stream, corpus, data, seeds, zeroed};
use rlzma::ffi::*;

/// Bytes that limits do not count, as in liblzma: for the coder itself, the Index,
/// and for each thread its bookkeeping and the model of LZMA.
const APART: u64 = 48 << 10;

fn decoder(threads: u32, threading: u64, stop: u64) -> lzma_mt {
    let mut options: lzma_mt = zeroed();
    options.threads = threads;
    options.flags = LZMA_CONCATENATED;
    (options.memlimit_threading, options.memlimit_stop) = (threading, stop);
    options
}

fn init(options: lzma_mt) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
    // SAFETY: the driver gives streams of the library.
    move |lib, strm| unsafe { (lib.lzma_stream_decoder_mt)(strm, &options) }
}

/// A .xz Stream in Blocks whose headers tell their sizes.
struct Part {
    plain: Vec<u8>,
    bytes: Vec<u8>,
    /// Memory to decode a Block, without its input and output.
    filters: u64,
    /// Memory to decode a Block, at most, with its input and output.
    block: u64,
}

impl Part {
    fn new(plain: Vec<u8>, block_size: usize, dict_size: u32, rng: &mut Rng) -> Part {
        let mut lzma = cheap_options(rng);
        lzma.dict_size = dict_size;
        let filters = FilterChain::lzma(LZMA_FILTER_LZMA2, lzma).raw();
        let mut options: lzma_mt = zeroed();
        options.threads = 1;
        options.block_size = block_size as u64;
        options.filters = filters.as_ptr();
        options.check = LZMA_CHECK_CRC32;
        let bytes = corpus::compress_with(Lib::reference(), &plain, |lib, strm| {
            // SAFETY: a stream of this library; the chain is alive.
            unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
        });
        // SAFETY: the chain is alive.
        let filters = unsafe { (Lib::reference().lzma_raw_decoder_memusage)(filters.as_ptr()) };
        // Incompressible data takes a little more room than it has bytes.
        let block = filters + 2 * block_size as u64 + block_size as u64 / 1000 + 200;
        Part { plain, bytes, filters, block }
    }
}

/// Decodes all, taking so much output at a time and giving workers time to
/// run ahead. `check` is told after each call what is in use, and what the
/// library says is.
fn decode_slowly(
    options: lzma_mt,
    file: &[u8],
    chunk: usize,
    mut check: impl FnMut(u64, u64),
) -> (Vec<u8>, u64) {
    let allocator = Allocator::new();
    let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
    assert_eq!(init(options)(stream.lib, stream.as_mut_ptr()), LZMA_OK);
    stream.as_mut().next_in = file.as_ptr();
    stream.as_mut().avail_in = file.len();
    let (mut output, mut space, mut ret) = (Vec::new(), vec![0; chunk], LZMA_OK);
    while ret == LZMA_OK {
        stream.as_mut().next_out = space.as_mut_ptr();
        stream.as_mut().avail_out = chunk;
        // SAFETY: both buffers are as long as the stream says.
        let said = unsafe {
            ret = (stream.lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH);
            (stream.lib.lzma_memusage)(stream.as_mut_ptr())
        };
        check(allocator.live_bytes() as u64, said);
        output.extend_from_slice(&space[..chunk - stream.as_mut().avail_out]);
        if output.len() % 7 == 0 {
            thread::sleep(Duration::from_micros(100));
        }
    }
    assert_eq!(ret, LZMA_STREAM_END);
    drop(stream);
    (output, allocator.peak_bytes() as u64)
}

/// As many Blocks at a time as the limit has room for, and one directly if
/// it has for none.
#[test]
fn the_limit_for_threads() {
    let rng = &mut Rng::new(1);
    let plain = data::generate(data::Kind::Noise, 3_000_000, rng);
    let part = Part::new(plain, 100_000, 1 << 16, rng);
    let mut peaks = Vec::new();
    for blocks in [0, 1, 2, 3, 8] {
        // Not quite enough for another one.
        let limit = (blocks + 1) * part.block - 2000;
        let options = decoder(4, limit, u64::MAX);
        let (output, peak) = decode_slowly(options, &part.bytes, 4000, |used, said| {
            assert!(said <= limit.max(part.filters), "{said} of {limit}");
            assert!(used <= said + APART, "{used}, not {said}");
        });
        assert!(output == part.plain);
        assert!(peak <= limit.max(part.filters) + APART, "{peak} of {limit}");
        if blocks > 0 {
            let least = blocks.min(4) * (part.block - 2000 - part.filters);
            assert!(peak >= least, "{peak} with room for {blocks} Blocks: workers are idle");
        }
        peaks.push(peak);
    }
    assert!(peaks[1..4].is_sorted(), "{peaks:?}");
    eprintln!("{peaks:?}");
}

/// Without limits, there are as many decoders as threads, however many Blocks
/// end while others begin.
#[test]
fn the_number_of_threads() {
    let rng = &mut Rng::new(2);
    let plain = data::generate(data::Kind::Noise, 2_000_000, rng);
    let part = Part::new(plain, 3000, 1 << 18, rng);
    for threads in [2, 3, 8].into_iter().cycle().take(30) {
        let options = decoder(threads, u64::MAX, u64::MAX);
        let (output, peak) = decode_slowly(options, &part.bytes, 100_000, |used, said| {
            assert!(used <= said + APART, "{used}, not {said}");
        });
        assert!(output == part.plain);
        let most = u64::from(threads) * (part.block + 3000 + (2 << 10));
        assert!(peak <= most + APART, "{threads} threads: {peak} of {most}");
    }
}

/// Dictionaries, Blocks and limits of all sizes: what is kept for later is
/// freed in time.
#[test]
fn streams_of_all_sizes() {
    seeds(100, |rng| {
        let parts: Vec<_> = (0..rng.range(1..6))
            .map(|_| {
                let len = 1 + rng.skewed(300_000);
                let plain = data::generate(rng.pick(&data::KINDS), len, rng);
                let block_size = 1 + plain.len() / 12 + rng.skewed(50_000);
                let dict_size = rng.pick(&[4096, 1 << 14, 1 << 16, 1 << 18, 1 << 20]);
                Part::new(plain, block_size, dict_size, rng)
            })
            .collect();
        let file: Vec<u8> = parts.iter().flat_map(|part| part.bytes.clone()).collect();
        let direct = parts.iter().map(|part| part.filters).max().unwrap_or(0);
        let threads = rng.pick(&[2, 3, 5]);
        // For some Blocks, there is just room enough.
        let block = parts[rng.below(parts.len())].block;
        let threading = match rng.below(4) {
            0 => 1 + rng.skewed(3 << 20) as u64,
            _ => block * rng.range(1..5) as u64 + rng.skewed(50_000) as u64,
        };
        let stop = if rng.one_in(2) { direct } else { u64::MAX };
        let limit = threading.min(stop).max(direct);
        let options = decoder(threads, threading, stop);
        let chunk = 1 + rng.skewed(20_000) + file.len() / 1000;
        let (output, peak) = decode_slowly(options, &file, chunk, |used, said| {
            assert!(said <= limit.max(32768), "{said} of {limit}, {options:?}");
            assert!(used <= said + APART, "{used}, not {said}, {options:?}");
        });
        assert!(output.iter().eq(parts.iter().flat_map(|part| &part.plain)));
        assert!(peak <= limit + APART, "{peak} of {limit}, {options:?}");
    });
}

/// When the limit is reached, all output before is there, and the limit can be
/// raised; each limit is kept.
/// A decoder that is started again keeps the buffers of the Block that it has decoded
/// directly, and says so.
#[test]
fn a_decoder_that_is_used_again() {
    let rng = &mut Rng::new(6);
    let plain = data::generate(data::Kind::Text, 10_000, rng);
    let without_sizes = corpus::compress(Lib::reference(), &plain, 1);
    let with_sizes = Part::new(plain, 5000, 1 << 16, rng).bytes;
    for (threads, file) in [(2, &without_sizes), (1, &without_sizes), (2, &with_sizes)] {
        let start = init(decoder(threads, u64::MAX, u64::MAX));
        let figures = |lib: &'static Lib| {
            let mut stream = Stream::new(lib);
            assert!(stream.run(&start, file, &Plan::whole()).is_end());
            assert_eq!(start(lib, stream.as_mut_ptr()), LZMA_OK);
            let strm = stream.as_mut_ptr();
            // SAFETY: a stream of this library, with a decoder.
            let figures =
                unsafe { ((lib.lzma_memusage)(strm), (lib.lzma_memlimit_set)(strm, 40_000)) };
            (figures, stream.run(&start, file, &Plan::whole()).is_end())
        };
        let (ours, theirs) = (figures(Lib::ours()), figures(Lib::reference()));
        assert_eq!(ours, theirs, "{threads} threads");
    }
}

#[test]
fn the_limit_to_stop_at() {
    seeds(40, |rng| {
        let mut parts = Vec::new();
        for dict_size in [1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22] {
            let plain = data::generate(rng.pick(&data::KINDS), 1 + rng.skewed(60_000), rng);
            let block_size = 1 + rng.skewed(30_000) + plain.len() / 20;
            parts.push(Part::new(plain, block_size, dict_size, rng));
        }
        let file: Vec<u8> = parts.iter().flat_map(|part| part.bytes.clone()).collect();
        let threads = rng.pick(&[1, 2, 4]);
        let chunk = 1 + rng.skewed(50_000);
        let mut outcomes = Vec::new();
        for lib in [Lib::reference(), Lib::ours()] {
            let allocator = Allocator::new();
            let mut stream = Stream::with_allocator(lib, &allocator);
            let plan = Plan { output: Chunks::Fixed(chunk), ..Plan::whole() };
            let mut seen = Vec::new();
            let (mut output, mut start, mut last) = (Vec::new(), 0, LZMA_OK);
            for (at, part) in parts.iter().enumerate() {
                let outcome = if at == 0 {
                    stream.run(init(decoder(threads, u64::MAX, part.filters)), &file, &plan)
                } else {
                    let strm = stream.as_mut_ptr();
                    // SAFETY: a stream of this library.
                    unsafe {
                        assert_eq!((lib.lzma_memlimit_get)(strm), parts[at - 1].filters);
                        seen.push(((lib.lzma_memlimit_set)(strm, 1), output.len()));
                        let code = (lib.lzma_memlimit_set)(strm, part.filters);
                        seen.push((code, output.len()));
                    }
                    stream.code(&file[start..], &plan)
                };
                output.extend_from_slice(&outcome.output);
                start = outcome.total_in as usize;
                last = outcome.last;
                seen.push((last, output.len()));
                let peak = allocator.peak_bytes() as u64;
                let ours = lib.name == Lib::ours().name;
                assert!(!ours || peak <= part.filters + APART, "{peak} of {}", part.filters);
            }
            assert_eq!(last, LZMA_STREAM_END, "{}", lib.name);
            assert!(output.iter().eq(parts.iter().flat_map(|part| &part.plain)));
            outcomes.push(seen);
        }
        assert_eq!(outcomes[0], outcomes[1]);
    });
}
