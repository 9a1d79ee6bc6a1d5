//! Threads set by the user, and the process: signals, `fork()`, and a system
//! that gives no threads or no memory. One test, so that no other test's threads are
//! around.

mod common;

use std::fs;

use common::chain::{FilterChain, cheap_options};
use common::process::in_child;
use common::{Allocator, Lib, Outcome, Plan, Rng, Stream, data, zeroed};
use rlzma::ffi::*;

fn running() -> usize {
    fs::read_dir("/proc/self/task").expect("this is Linux").count()
}

/// A file of several Blocks, with a small dictionary, and its data.
fn file() -> (Vec<u8>, Vec<u8>) {
    let rng = &mut Rng::new(1);
    let plain = data::generate(data::Kind::Text, 7 << 19, rng);
    let mut chain = FilterChain::lzma(LZMA_FILTER_LZMA2, cheap_options(rng));
    chain.last().dict_size = 4096;
    let filters = chain.raw();
    let mut options: lzma_mt = zeroed();
    options.threads = 1;
    options.block_size = 500_000;
    options.check = LZMA_CHECK_CRC32;
    options.filters = filters.as_ptr();
    let file = common::corpus::compress_with(Lib::reference(), &plain, |lib, strm| {
        // SAFETY: a stream of this library; the chain is alive.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
    });
    (file, plain)
}

fn decoder(lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
    // SAFETY: the driver gives streams of the library.
    unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, 0) }
}

fn encoder(lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
    // SAFETY: the driver gives streams of the library.
    unsafe { (lib.lzma_easy_encoder)(strm, 0, LZMA_CHECK_CRC32) }
}

/// From now on, the process is refused threads.
fn refuse_threads() {
    let limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the limit is valid. Root would be above it; who is not root cannot
    // change the user, and need not.
    unsafe {
        assert_eq!(libc::setrlimit(libc::RLIMIT_NPROC, &limit), 0);
        libc::setuid(65534);
    }
}

/// A stream that has come half-way, with Blocks decoded ahead.
fn half_way(file: &[u8]) -> (Stream<'static>, Outcome) {
    let mut stream = Stream::new(Lib::ours());
    let plan = Plan { capacity: 700_000, stop_after: Some(700_000), ..Plan::whole() };
    let outcome = stream.run(decoder, file, &plan);
    assert_eq!(outcome.last, LZMA_OK);
    (stream, outcome)
}

/// Encoders that have begun, in a child process: one with threads at work cannot go
/// on, but be ended, or start another file; one whose first Block is not complete
/// has no threads yet, and goes on.
fn fork_while_encoding(plain: &[u8], encoded: &[u8]) {
    let alone = running();
    for (begun, threads) in [(300_000, false), (plain.len() - 500_000, true)] {
        let (first, rest) = plain.split_at(begun);
        let mut stream = Stream::new(Lib::ours());
        let mut output = stream.run(encoder, first, &Plan { finish: false, ..Plan::whole() });
        assert_eq!(output.last, LZMA_BUF_ERROR, "all input is taken");
        assert_eq!(running() > alone, threads, "after {begun} bytes");
        in_child(|| {
            let outcome = stream.code(rest, &Plan::whole());
            if threads {
                outcome.last == LZMA_PROG_ERROR && outcome.output.is_empty()
            } else {
                outcome.is_end() && [&output.output, &outcome.output[..]].concat() == encoded
            }
        });
        in_child(|| stream.run(encoder, plain, &Plan::whole()).output == encoded);
        in_child(|| {
            stream.code(rest, &Plan::whole());
            stream.run(encoder, plain, &Plan::whole()).output == encoded
        });
        in_child(|| {
            // SAFETY: a stream of this library.
            unsafe { (stream.lib.lzma_end)(stream.as_mut_ptr()) };
            true
        });
        let outcome = stream.code(rest, &Plan::whole());
        output.output.extend(outcome.output);
        assert!(outcome.last == LZMA_STREAM_END && output.output == encoded, "the parent");
    }
    assert_eq!(running(), alone, "threads are left");
}

#[test]
fn the_process() {
    let (file, plain) = file();
    let alone = running();
    assert_eq!(rlzma_set_threads(3), LZMA_OK);

    // A system that gives no threads.
    let encoded = common::run(Lib::ours(), encoder, &plain, &Plan::whole()).output;
    in_child(|| {
        refuse_threads();
        let mut stream = Stream::new(Lib::ours());
        stream.run(decoder, &file, &Plan::whole()).output == plain
            && stream.run(encoder, &plain, &Plan::whole()).output == encoded
            && running() == 1
    });

    // The application's allocator is called from its own thread only.
    let allocator = Allocator::new();
    let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
    assert!(stream.run(decoder, &file, &Plan::whole()).output == plain);
    assert_eq!(running(), alone + 3);
    assert!(allocator.peak_bytes() < 500_000, "{} bytes", allocator.peak_bytes());
    drop(stream);
    assert_eq!(running(), alone, "threads are left");

    // A child process goes on with what its parent has begun, ends it, or starts
    // another file.
    let (mut stream, begun) = half_way(&file);
    let rest = &file[begun.total_in as usize..];
    in_child(|| {
        let outcome = stream.code(rest, &Plan::whole());
        outcome.is_end() && outcome.output == plain[700_000..]
    });
    in_child(|| {
        // SAFETY: a stream of this library.
        unsafe { (stream.lib.lzma_end)(stream.as_mut_ptr()) };
        true
    });
    in_child(|| stream.run(decoder, &file, &Plan::whole()).output == plain);
    in_child(|| stream.run(encoder, &plain, &Plan::whole()).is_end());
    let outcome = stream.code(rest, &Plan::whole());
    assert!(outcome.is_end() && outcome.output == plain[700_000..]);
    drop(stream);

    fork_while_encoding(&plain, &encoded);

    // Memory for no thread at all, or for some.
    for bytes in [1, 100_000, 2_000_000, 3_000_000] {
        rlzma_set_memory(bytes);
        let mut stream = Stream::new(Lib::ours());
        assert!(stream.run(decoder, &file, &Plan::whole()).output == plain);
        assert_eq!(running() > alone, bytes > 1_000_000, "{bytes} bytes");
        assert!(stream.run(encoder, &plain, &Plan::whole()).output == encoded);
        assert_eq!(running(), alone, "encoders need more than that");
    }
    rlzma_set_memory(0);

    assert_eq!(rlzma_set_threads(RLZMA_THREADS_ENVIRONMENT), LZMA_OK);
}
