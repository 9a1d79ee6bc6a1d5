//! Worker threads and the process: signals, `fork()`, and how many there are. One test, so
//! that no other test's threads are around.

mod common;

use std::collections::HashSet;
use std::fs;
use std::thread;
use std::time::Duration;

use common::process::in_child;
use common::reading;
use common::{Chunks, Lib, Plan, Rng, Stream, data, zeroed};
use rlzma::ffi::*;

fn threads() -> HashSet<String> {
    let entries = fs::read_dir("/proc/self/task").expect("this is Linux");
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The signals that a thread blocks.
fn blocked(thread: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/self/task/{thread}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("SigBlk:"));
    u64::from_str_radix(line.expect("a mask").trim(), 16).expect("hex")
}

fn options(threads: u32) -> lzma_mt {
    let mut options: lzma_mt = zeroed();
    options.threads = threads;
    options.memlimit_threading = u64::MAX;
    options.memlimit_stop = u64::MAX;
    options
}

/// A file of several Blocks.
fn file() -> Vec<u8> {
    let plain = data::generate(data::Kind::Text, 4 << 20, &mut Rng::new(1));
    let mut options = options(1);
    options.block_size = 500_000;
    options.check = LZMA_CHECK_CRC32;
    common::corpus::compress_with(Lib::reference(), &plain, |lib, strm| {
        // SAFETY: a stream of this library.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
    })
}

fn decoder(threads: u32) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
    // SAFETY: the driver gives streams of the library.
    move |lib, strm| unsafe { (lib.lzma_stream_decoder_mt)(strm, &options(threads)) }
}

fn encoder(threads: u32) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
    // SAFETY: the driver gives streams of the library.
    move |lib, strm| unsafe {
        let mut options = options(threads);
        options.block_size = 300_000;
        (lib.lzma_stream_encoder_mt)(strm, &options)
    }
}

/// A stream that has come half-way, with workers at work.
fn half_way(file: &[u8]) -> Stream<'static> {
    let mut stream = Stream::new(Lib::ours());
    let plan = Plan { capacity: 100_000, stop_after: Some(100_000), ..Plan::whole() };
    let outcome = stream.run(decoder(3), file, &plan);
    assert_eq!(outcome.last, LZMA_OK);
    stream
}

/// Forks while workers run, at a random moment. The child ends its parent's
/// stream, starts another file on it, or uses one of its own; the parent goes
/// on as if nothing had happened.
fn fork_at_any_moment(
    init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret,
    input: &[u8],
    want: &[u8],
    rng: &mut Rng,
) {
    const ROOM: usize = 20;
    let before = threads().len();
    let mut stream = Stream::new(Lib::ours());
    for round in 0..30 {
        // All input, and room for little more than the Stream Header.
        let plan = Plan { capacity: ROOM, stop_after: Some(ROOM), ..Plan::whole() };
        let begun = stream.run(&init, input, &plan);
        assert_eq!((begun.last, begun.output.len()), (LZMA_OK, ROOM));
        assert!(threads().len() > before, "no workers");
        thread::sleep(Duration::from_micros(rng.skewed(5000) as u64));
        in_child(|| match round % 3 {
            0 => {
                // SAFETY: a stream of this library.
                unsafe { (stream.lib.lzma_end)(stream.as_mut_ptr()) };
                true
            }
            1 => stream.run(&init, input, &Plan::whole()).output == want,
            _ => common::run(Lib::ours(), &init, input, &Plan::whole()).output == want,
        });
        if round % 2 == 0 {
            let rest = stream.code(&input[begun.total_in as usize..], &Plan::whole());
            assert!(rest.is_end() && rest.output == want[ROOM..]);
        }
    }
}

/// The number of threads that a reader which may have so many has started, once it has read
/// the first pieces of a file with so many Blocks.
fn threads_of_reader(max: u32, blocks: usize, pieces: usize) -> usize {
    const BLOCK: usize = 300_000;
    const PIECE: usize = 1000;
    let plain = data::generate(data::Kind::Text, blocks * BLOCK, &mut Rng::new(4));
    let parts: Vec<_> = plain.chunks(BLOCK).collect();
    let file = reading::in_blocks(&parts, LZMA_CHECK_CRC32);
    let options = reading::options(max, 0);
    let before = threads().len();
    let reader = reading::Reader::open(&file, reading::From::Buffer, &options).unwrap();
    for piece in 0..pieces {
        let offset = piece * PIECE;
        let bytes = reader.read_well(offset as u64, PIECE);
        assert!(bytes == plain[offset..offset + PIECE]);
    }
    let during = threads().len();
    drop(reader);
    // A thread that was waited for is listed a little longer.
    let gone = (0..500).any(|_| {
        thread::sleep(Duration::from_millis(10));
        threads().len() == before
    });
    assert!(gone, "threads are left");
    during - before
}

/// Threads that decode ahead are as many as there are Blocks for them.
fn readers_start_threads_for_blocks() {
    assert_eq!(threads_of_reader(4, 1, 3), 0, "one Block");
    assert_eq!(threads_of_reader(4, 9, 1), 0, "a single read");
    // Two may have decoded all Blocks before there is a third, if the reading one is slow.
    let many = [(); 5].map(|()| threads_of_reader(3, 9, 2));
    assert_eq!(many.iter().max(), Some(&3), "many Blocks");
    let few = threads_of_reader(1_000_000, 3, 2);
    // The first may have decoded a Block before there is a second one.
    assert!((1..=2).contains(&few), "{few} threads for two Blocks");
}

#[test]
fn signals_fork_and_number() {
    readers_start_threads_for_blocks();
    let file = file();
    let before = threads();
    let mut stream = half_way(&file);
    let workers: Vec<_> = threads().difference(&before).cloned().collect();
    assert_eq!(workers.len(), 3);
    for worker in workers {
        // All but what nobody can block, and what the C library keeps.
        let free = !blocked(&worker);
        let cannot = [libc::SIGKILL, libc::SIGSTOP, 32, 33];
        let cannot: u64 = cannot.iter().map(|signal| 1 << (signal - 1)).sum();
        assert_eq!(free & !cannot, 0, "{worker} leaves signals free");
    }

    // The child ends what is its parent's.
    in_child(|| {
        // SAFETY: a stream of this library.
        unsafe { (stream.lib.lzma_end)(stream.as_mut_ptr()) };
        true
    });
    // It starts another file on it.
    in_child(|| stream.run(decoder(3), &file, &Plan::whole()).is_end());
    // It starts something else on it.
    in_child(|| {
        let single = |lib: &Lib, strm| {
            // SAFETY: a stream of this library.
            unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, 0) }
        };
        stream.run(single, &file, &Plan::whole()).is_end()
    });
    // It goes on with it, which is refused, and asks how far it is.
    in_child(|| {
        let (mut taken, mut written) = (0, 0);
        // SAFETY: a stream of this library; the positions are valid.
        let ret = unsafe {
            (stream.lib.lzma_get_progress)(stream.as_mut_ptr(), &mut taken, &mut written);
            (stream.lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH)
        };
        ret == LZMA_PROG_ERROR
    });
    // Room for a byte at a time: it may get what was decoded before.
    let whole = common::run(Lib::reference(), decoder(1), &file, &Plan::whole()).output;
    in_child(|| {
        let (taken, written) = (stream.as_mut().total_in, stream.as_mut().total_out);
        let plan = Plan { output: Chunks::Fixed(1), ..Plan::whole() };
        let outcome = stream.code(&file[taken as usize..], &plan);
        outcome.last == LZMA_PROG_ERROR && whole[written as usize..].starts_with(&outcome.output)
    });
    // A child process with an encoder.
    let plain = data::generate(data::Kind::Text, 3 << 20, &mut Rng::new(2));
    let mut encoding = Stream::new(Lib::ours());
    let plan = Plan { capacity: 10, stop_after: Some(20), ..Plan::whole() };
    assert_eq!(encoding.run(encoder(3), &plain, &plan).last, LZMA_OK);
    in_child(|| {
        // SAFETY: a stream of this library.
        unsafe { (encoding.lib.lzma_end)(encoding.as_mut_ptr()) };
        true
    });
    in_child(|| encoding.run(encoder(3), &plain, &Plan::whole()).is_end());
    in_child(|| {
        // SAFETY: a stream of this library.
        unsafe { (encoding.lib.lzma_code)(encoding.as_mut_ptr(), LZMA_FINISH) == LZMA_PROG_ERROR }
    });
    assert!(encoding.run(encoder(3), &plain, &Plan::whole()).is_end());
    drop(encoding);

    let rng = &mut Rng::new(3);
    let plain = &plain[..1 << 20];
    let encoded = common::run(Lib::reference(), encoder(1), plain, &Plan::whole()).output;
    fork_at_any_moment(encoder(3), plain, &encoded, rng);
    fork_at_any_moment(decoder(3), &encoded, plain, rng);

    // The parent is not disturbed.
    let outcome = stream.run(decoder(3), &file, &Plan::whole());
    assert!(outcome.is_end());
    drop(stream);
    let left: Vec<_> = threads().difference(&before).cloned().collect();
    assert!(left.is_empty(), "threads left: {left:?}");
}
