//! The reader of `rlzma.h`: it reads what decoding everything gives, from any
//! source, in any order, from any number of threads, with any cache.

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use common::reading::*;
use common::{Allocator, Lib, Rng, corpus, data, fields, files, measure, rounds, seeds};
use rlzma::ffi::*;

#[test]
fn reads_what_decoding_gives() {
    seeds(60, |rng| {
        let len = rng.pick(&[40, 3000, 100_000]);
        let file = files::xz(len, rng);
        // Now and then, the Stream Padding is not a multiple of four.
        if file.len() % 4 != 0 {
            return;
        }
        let from = rng.pick(&EVERYWHERE);
        let cache = rng.pick(&[0, 1, 700, 30_000]);
        let Ok(reader) = Reader::open(&file, from, &options(rng.below(4) as u32, cache)) else {
            panic!("{from:?} of {} bytes cannot be opened", file.len());
        };
        let plain = corpus::decompress(Lib::reference(), &file);
        assert_eq!(reader.size(), plain.len() as u64);
        read_anywhere(&reader, &plain, 20, rng);
        read_through(&reader, &plain, 1 + rng.below(len));
        assert!(reader.verify(rng.below(4) as u32, |_, _| true).is_ok());
    });
}

#[test]
fn many_threads_read_at_once() {
    let mut rng = Rng::new(1);
    let plain = data::generate(data::Kind::Text, 2_000_000, &mut rng);
    let parts: Vec<_> = plain.chunks(100_000).collect();
    let file = in_blocks(&parts, LZMA_CHECK_CRC32);
    for (threads, cache) in [(1, 0), (2, 300_000), (3, 1), (3, 0)] {
        let reader = Reader::open(&file, From::Function, &options(threads, cache)).unwrap();
        thread::scope(|scope| {
            for seed in 0..4 {
                let (reader, plain) = (&reader, &plain);
                scope.spawn(move || {
                    let mut rng = Rng::new(seed);
                    if seed % 2 == 0 {
                        read_through(reader, plain, 50_000 + rng.below(50_000));
                    }
                    read_anywhere(reader, plain, 30, &mut rng);
                });
            }
        });
    }
}

/// A reader needs no more than its limit, with all that it keeps.
#[test]
fn memory_is_within_the_limit() {
    let mut rng = Rng::new(2);
    let plain = data::generate(data::Kind::Text, 3_000_000, &mut rng);
    let parts: Vec<_> = plain.chunks(200_000).collect();
    let file = in_blocks(&parts, LZMA_CHECK_CRC64);
    // A decoder of preset 1 needs a little more than a MiB.
    for limit in [2_000_000, 3_000_000, 8_000_000] {
        let allocator = Allocator::new();
        let options = rlzma_reader_options {
            allocator: allocator.as_ptr(),
            memlimit: limit,
            ..options(3, 0)
        };
        let reader = Reader::open(&file, From::Function, &options).unwrap();
        thread::scope(|scope| {
            for seed in 0..3 {
                let (reader, plain) = (&reader, &plain);
                scope.spawn(move || {
                    read_through(reader, plain, 70_000);
                    read_anywhere(reader, plain, 20, &mut Rng::new(seed));
                });
            }
        });
        assert!(reader.verify(3, |_, _| true).is_ok());
        drop(reader);
        let peak = allocator.peak_bytes() as u64;
        // Pieces of the file that are read before it is known what they need,
        // one for each thread.
        assert!(peak < limit + 3 * (300 << 10), "{peak} bytes with a limit of {limit}");
    }
}

/// Several threads that read, little memory, and threads that decode ahead: nobody waits
/// for what another has who waits as well.
#[test]
fn nobody_waits_in_a_circle() {
    let mut rng = Rng::new(9);
    let plain = data::generate(data::Kind::Text, 600_000, &mut rng);
    let parts: Vec<_> = plain.chunks(20_000).collect();
    let file = in_filtered_blocks(&parts, None, 4096);
    let options = rlzma_reader_options { memlimit: 200_000, ..options(2, 0) };
    let reader = Reader::open(&file, From::Buffer, &options).unwrap();
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..5)
            .map(|seed| {
                let (reader, plain, done) = (&reader, &plain, &done);
                scope.spawn(move || {
                    let mut rng = Rng::new(seed);
                    for _ in 0..rounds(60, 20) {
                        let start = rng.below(plain.len());
                        let size = plain[start..].len().min(100_000 + rng.below(300_000));
                        for offset in (start..start + size).step_by(10_000) {
                            let size = (start + size - offset).min(10_000);
                            let bytes = reader.read_well(offset as u64, size);
                            assert!(bytes == plain[offset..offset + size]);
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        let mut before = usize::MAX;
        let mut idle = 0;
        while !threads.iter().all(|thread| thread.is_finished()) {
            thread::sleep(Duration::from_millis(100));
            let now = done.load(Ordering::Relaxed);
            idle = if now == before { idle + 1 } else { 0 };
            before = now;
            if idle == 300 {
                // The reads fail, or they would hang for ever.
                // SAFETY: the reader is open.
                unsafe { rlzma_reader_cancel(reader.raw()) };
            }
        }
    });
}

/// Three threads verify a file with memory that is enough for one.
#[test]
fn verification_with_memory_for_one_thread() {
    let mut rng = Rng::new(10);
    let plain = data::generate(data::Kind::Text, 1_000_000, &mut rng);
    let parts: Vec<_> = plain.chunks(50_000).collect();
    let file = in_filtered_blocks(&parts, None, 1 << 16);
    let mut enough = 0;
    for limit in (200_000..1_000_000).step_by(50_000) {
        let verify = |threads| {
            let allocator = Allocator::with_limit(limit);
            let options = rlzma_reader_options { allocator: allocator.as_ptr(), ..options(1, 0) };
            let reader = Reader::open(&file, From::Buffer, &options)?;
            reader.verify(threads, |_, _| true)
        };
        let Ok(()) = verify(1) else { continue };
        enough += 1;
        for threads in [2, 4] {
            assert!(verify(threads).is_ok(), "{threads} threads with {limit} bytes");
        }
    }
    assert!(enough >= 5, "{enough}");
}

#[test]
fn too_little_memory_is_told() {
    let plain = [7; 100_000];
    let file = in_blocks(&[&plain], LZMA_CHECK_CRC32);
    let open = |memlimit| {
        let options = rlzma_reader_options { memlimit, ..options(1, 0) };
        Reader::open(&file, From::Buffer, &options)
    };
    let Err(failure) = open(1) else { panic!("an Index does not fit in a byte") };
    assert_eq!((failure.code, failure.reason), (LZMA_MEMLIMIT_ERROR, RLZMA_REASON_MEMLIMIT));
    let reader = open(failure.memory_needed).expect("that was needed");
    let (bytes, result) = reader.read(0, 10);
    assert!(bytes.is_empty());
    let failure = result.expect_err("there is nothing left for a decoder");
    assert_eq!((failure.code, failure.block), (LZMA_MEMLIMIT_ERROR, 1));
    assert!(text(&failure).contains("bytes of memory are needed"), "{}", text(&failure));
    let failure = reader.verify(2, |_, _| true).expect_err("the same");
    assert_eq!(failure.code, LZMA_MEMLIMIT_ERROR);
    let reader = open(failure.memory_needed.max(4_000_000)).unwrap();
    assert_eq!(reader.read_well(0, 200_000), plain);
}

/// A Block of 64 MiB can be read anywhere with little memory, and going on costs
/// what comes, not what was before.
#[test]
fn huge_blocks_with_a_small_cache() {
    let plain = vec![0; 64 << 20];
    let file = in_blocks(&[&plain, b"behind"], LZMA_CHECK_CRC32);
    for cache in [1, 100_000] {
        let allocator = Allocator::new();
        let options = rlzma_reader_options {
            allocator: allocator.as_ptr(),
            memlimit: 3_000_000,
            ..options(2, cache)
        };
        let reader = Reader::open(&file, From::Function, &options).unwrap();
        assert_eq!(reader.read_well((64 << 20) - 2, 10), b"\0\0behind");
        assert_eq!(reader.read_well(12_345_678, 4), [0; 4]);
        // From there on, in steps; a little back is in the window.
        let before = allocator.allocs();
        for i in 0..1000 {
            assert_eq!(reader.read_well(12_345_600 + 77 * i, 99), [0; 99]);
        }
        assert!(allocator.allocs() < before + 100, "it begins anew for each piece");
        drop(reader);
        assert!(allocator.peak_bytes() < 3_500_000, "{}", allocator.peak_bytes());
    }
}

/// CPU time of reading each of `count` Blocks of one byte in an order in which `step` is
/// from one to the next, with a cache for half of them.
fn time_of_small_blocks(count: usize, step: usize) -> Duration {
    let block = fields::Block::one_byte(&[fields::lzma2(4096)], false);
    let file = fields::alternating(&[block], count);
    // Each counts as 512 bytes more than it has.
    let reader = Reader::open(&file, From::Buffer, &options(1, count as u64 / 2 * 513)).unwrap();
    measure::time(|| {
        for number in 0..count {
            let offset = number * step % count;
            assert_eq!(reader.read_well(offset as u64, 1), b"A");
        }
    })
}

/// Four times as many small Blocks take about four times as long, though four times as many
/// are kept. Other work on the machine counts only as far as it takes the caches.
#[test]
fn small_blocks_take_linear_time() {
    const FEW: usize = 1 << 14;
    const ATTEMPTS: usize = 4;
    // Forwards, in leaps, and backwards.
    for step in [1, 1597, 4 * FEW - 1] {
        let is_linear = (0..ATTEMPTS).any(|_| {
            let [few, many] = [FEW, 4 * FEW].map(|count| time_of_small_blocks(count, step));
            println!("step {step}: {few:?}, four times as many {many:?}");
            many < 12 * few // a search among those that are kept makes it 25
        });
        assert!(is_linear, "step {step}");
    }
}

#[test]
fn every_allocation_may_fail() {
    let mut rng = Rng::new(5);
    let plain = data::generate(data::Kind::Text, 60_000, &mut rng);
    let parts: Vec<_> = plain.chunks(6000).collect();
    let file = in_blocks(&parts, LZMA_CHECK_CRC32);
    for (threads, cache) in [(1, 0), (1, 1), (1, 15_000), (2, 0)] {
        let mut n = 1;
        loop {
            let allocator = Allocator::failing_at(n);
            let options =
                rlzma_reader_options { allocator: allocator.as_ptr(), ..options(threads, cache) };
            if let Ok(reader) = Reader::open(&file, From::Function, &options) {
                for offset in [50_000, 0, 3000, 6000, 9000, 12_000, 50_000] {
                    let (bytes, result) = reader.read(offset as u64, 3000);
                    assert!(bytes == plain[offset..offset + bytes.len()]);
                    match result {
                        Ok(()) => assert_eq!(bytes.len(), 3000),
                        Err(failure) => assert_eq!(failure.code, LZMA_MEM_ERROR),
                    }
                }
                if let Err(failure) = reader.verify(threads, |_, _| true) {
                    assert_eq!(failure.code, LZMA_MEM_ERROR);
                }
                // What has failed once does not fail for ever.
                allocator.stop_failing();
                assert!(reader.read_well(0, 60_000) == plain);
                assert!(reader.verify(threads, |_, _| true).is_ok());
            }
            let failed = allocator.failed() != 0;
            allocator.check();
            if !failed {
                break;
            }
            n += 1;
        }
        assert!(n > 20, "only {n} allocations failed");
    }
}

#[test]
fn sizes_by_one_call() {
    use std::os::fd::AsRawFd;
    let null = std::ptr::null;
    seeds(30, |rng| {
        let mut file = files::xz(5000, rng);
        file.truncate(file.len() & !3);
        let Ok(reader) = Reader::open(&file, From::Buffer, &options(1, 0)) else {
            return;
        };
        let disk = temporary(&file);
        let (mut size, mut error) = ([u64::MAX; 2], RLZMA_ERROR_INIT);
        let (bytes, len) = (file.as_ptr(), file.len());
        // SAFETY: the buffer is as long as said, the descriptor open.
        unsafe {
            let ret = rlzma_size_buffer(&mut size[0], bytes, len, u64::MAX, null(), &mut error);
            assert_eq!(ret, LZMA_OK);
            let fd = disk.as_raw_fd();
            let ret = rlzma_size_fd(&mut size[1], fd, u64::MAX, null(), &mut error);
            assert_eq!(ret, LZMA_OK);
        }
        assert_eq!(size, [reader.size(); 2]);
    });
    let mut size = 77;
    let mut error = RLZMA_ERROR_INIT;
    // SAFETY: a descriptor that is none is an error.
    let ret = unsafe { rlzma_size_fd(&mut size, -1, u64::MAX, null(), &mut error) };
    assert_eq!((ret, error.reason, size), (LZMA_BUF_ERROR, RLZMA_REASON_READ, 77));
    assert_eq!(text(&error), "the file cannot be read (error 9) (byte 0 of the file)");
}

#[test]
fn misuse() {
    use std::ptr::{null, null_mut};
    let file = in_blocks(&[b"data"], LZMA_CHECK_CRC32);
    let mut raw = std::ptr::dangling_mut();
    let (bytes, len) = (file.as_ptr(), file.len());
    // SAFETY: NULL is allowed everywhere, and all else is valid.
    unsafe {
        let open = rlzma_reader_open_buffer;
        assert_eq!(open(null_mut(), bytes, len, null(), null_mut()), LZMA_PROG_ERROR);
        assert_eq!(open(&mut raw, null(), len, null(), null_mut()), LZMA_PROG_ERROR);
        assert!(raw.is_null());
        assert_eq!(open(&mut raw, null(), 0, null(), null_mut()), LZMA_FORMAT_ERROR);
        assert_eq!(rlzma_reader_open(&mut raw, null(), null(), null_mut()), LZMA_PROG_ERROR);
        let without = RLZMA_SOURCE_INIT;
        assert_eq!(rlzma_reader_open(&mut raw, &without, null(), null_mut()), LZMA_PROG_ERROR);
        let short = rlzma_reader_options { size: 8, ..RLZMA_READER_OPTIONS_INIT };
        assert_eq!(open(&mut raw, bytes, len, &short, null_mut()), LZMA_PROG_ERROR);
        let flags = rlzma_reader_options { flags: 1, ..RLZMA_READER_OPTIONS_INIT };
        assert_eq!(open(&mut raw, bytes, len, &flags, null_mut()), LZMA_PROG_ERROR);

        // A later version's structures, which have more members.
        #[repr(C)]
        struct Later<T>(T, [u64; 2]);
        let mut later = Later(RLZMA_READER_OPTIONS_INIT, [0, 0]);
        later.0.size = size_of_val(&later);
        assert_eq!(open(&mut raw, bytes, len, &later.0, null_mut()), LZMA_OK);
        let mut error = Later(RLZMA_ERROR_INIT, [5, 5]);
        error.0.size = size_of_val(&error);
        let mut read = 0;
        let mut byte = 0;
        let ret = rlzma_reader_read(raw, 0, null_mut(), 1, &mut read, &mut error.0);
        assert_eq!((ret, error.0.reason, error.1), (LZMA_PROG_ERROR, RLZMA_REASON_PROGRAM, [5; 2]));
        assert_eq!(rlzma_reader_read(raw, 9, null_mut(), 0, null_mut(), null_mut()), LZMA_OK);
        assert_eq!(rlzma_reader_read(raw, 3, &mut byte, 1, &mut read, null_mut()), LZMA_OK);
        assert_eq!((byte, read), (b'a', 1));
        rlzma_reader_close(raw);
        later.1[1] = 1;
        assert_eq!(open(&mut raw, bytes, len, &later.0, null_mut()), LZMA_PROG_ERROR);

        assert_eq!(rlzma_reader_size(null()), 0);
        assert!(rlzma_reader_index(null()).is_null());
        let ret = rlzma_reader_read(null(), 0, &mut byte, 1, &mut read, null_mut());
        assert_eq!((ret, read), (LZMA_PROG_ERROR, 0));
        let ret = rlzma_reader_verify(null(), 1, None, null_mut(), null_mut());
        assert_eq!(ret, LZMA_PROG_ERROR);
        rlzma_reader_cancel(null());
        rlzma_reader_close(null_mut());
        let ret = rlzma_size(&mut 0, null(), u64::MAX, null(), null_mut());
        assert_eq!(ret, LZMA_PROG_ERROR);
        let ret = rlzma_size_buffer(null_mut(), bytes, len, u64::MAX, null(), null_mut());
        assert_eq!(ret, LZMA_PROG_ERROR);

        // Texts are cut off where the room ends.
        let mut text = [9; 5];
        let error = rlzma_error { reason: RLZMA_REASON_NOT_XZ, ..RLZMA_ERROR_INIT };
        assert_eq!(rlzma_error_text(&error, text.as_mut_ptr(), 5), 22);
        assert_eq!(text.map(|c| c as u8), *b"this\0");
        assert_eq!(rlzma_error_text(&error, null_mut(), 0), 22);
        assert_eq!(rlzma_error_text(null(), text.as_mut_ptr(), 5), 0);
        assert_eq!(text[0], 0);
    }
}
