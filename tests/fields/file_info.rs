//! `lzma_file_info_decoder` beside the original, with files of which only
//! the parts are real that it looks at: Blocks are noise.

use crate::common::{
    Allocator, Chunks, Lib, Outcome, Plan, Rng, Stream, assert_same, is_enough, seeds, zeroed,
};
use rlzma::ffi::*;
use std::mem::MaybeUninit;
use std::ptr;
use std::time::{Duration, Instant};

/// Appends a Stream with these Blocks.
fn push_stream(file: &mut Vec<u8>, check: u32, blocks: &[(u64, u64)]) {
    let lib = Lib::reference();
    let mut flags: lzma_stream_flags = zeroed();
    flags.check = lzma_check(check);
    let mut header = [0; LZMA_STREAM_HEADER_SIZE];
    // SAFETY: everything is valid, and buffers are as long as said.
    unsafe {
        assert_eq!((lib.lzma_stream_header_encode)(&flags, header.as_mut_ptr()), LZMA_OK);
        file.extend(header);
        let index = (lib.lzma_index_init)(ptr::null());
        for &(unpadded, uncompressed) in blocks {
            let ret = (lib.lzma_index_append)(index, ptr::null(), unpadded, uncompressed);
            assert_eq!(ret, LZMA_OK);
        }
        let blocks_size = (lib.lzma_index_total_size)(index) as usize;
        file.resize(file.len() + blocks_size, 1);
        flags.backward_size = (lib.lzma_index_size)(index);
        let mut pos = file.len();
        file.resize(pos + flags.backward_size as usize, 0);
        let (out, size) = (file.as_mut_ptr(), file.len());
        assert_eq!((lib.lzma_index_buffer_encode)(index, out, &mut pos, size), LZMA_OK);
        (lib.lzma_index_end)(index, ptr::null());
        assert_eq!((lib.lzma_stream_footer_encode)(&flags, header.as_mut_ptr()), LZMA_OK);
    }
    file.extend(header);
}

fn random_file(rng: &mut Rng) -> Vec<u8> {
    let mut file = Vec::new();
    for _ in 0..1 + rng.skewed(12) {
        let max = rng.pick(&[1, 2, 4, 40, 5000]);
        let blocks: Vec<_> = (0..rng.below(max))
            .map(|_| (5 + rng.skewed(40_000 / max) as u64, rng.next_u64() >> rng.range(20..64)))
            .collect();
        push_stream(&mut file, rng.below(16) as u32, &blocks);
        if rng.one_in(3) {
            let max = rng.pick(&[4, 40, 5000, 20_000]);
            let mut padding = rng.below(max);
            if !rng.one_in(8) {
                padding &= !3;
            }
            file.resize(file.len() + padding, 0);
        }
    }
    file
}

/// The memory usage of a decoder, and the Index that it has read.
#[derive(PartialEq, Debug)]
struct Listed {
    memory: (u64, u64),
    index: Option<Vec<[u64; 9]>>,
}

fn listed(lib: &Lib, index: *mut lzma_index) -> Vec<[u64; 9]> {
    let mut list = Vec::new();
    let mut iter = MaybeUninit::<lzma_index_iter>::zeroed();
    // SAFETY: it is an Index of this library, and not used any more
    // afterwards; iterators may be zero.
    unsafe {
        list.push([
            (lib.lzma_index_memused)(index),
            (lib.lzma_index_checks)(index).into(),
            (lib.lzma_index_stream_count)(index),
            (lib.lzma_index_block_count)(index),
            (lib.lzma_index_size)(index),
            (lib.lzma_index_stream_size)(index),
            (lib.lzma_index_total_size)(index),
            (lib.lzma_index_file_size)(index),
            (lib.lzma_index_uncompressed_size)(index),
        ]);
        (lib.lzma_index_iter_init)(iter.as_mut_ptr(), index);
        while (lib.lzma_index_iter_next)(iter.as_mut_ptr(), LZMA_INDEX_ITER_ANY) == 0 {
            let iter = iter.assume_init_ref();
            let flags = &*iter.stream.flags;
            list.push([
                iter.stream.number,
                iter.stream.compressed_offset,
                iter.stream.padding,
                flags.backward_size,
                flags.check.0.into(),
                iter.block.number_in_file,
                iter.block.compressed_file_offset,
                iter.block.uncompressed_file_offset,
                iter.block.unpadded_size,
            ]);
        }
        (lib.lzma_index_end)(index, ptr::null());
    }
    list
}

fn decode(lib: &Lib, file: &[u8], limit: u64, size: u64, plan: &Plan) -> (Outcome, Listed) {
    let nowhere = ptr::dangling_mut();
    let mut index: *mut lzma_index = nowhere;
    let place = &raw mut index;
    let init = |lib: &Lib, strm| {
        // SAFETY: the place outlives the stream.
        unsafe { (lib.lzma_file_info_decoder)(strm, place, limit, size) }
    };
    let mut stream = Stream::new(lib);
    let outcome = stream.run(init, file, plan);
    let strm = stream.as_mut_ptr();
    // SAFETY: the decoder was set up by this library.
    let memory = unsafe { ((lib.lzma_memusage)(strm), (lib.lzma_memlimit_get)(strm)) };
    drop(stream);
    // SAFETY: the decoder may have written it.
    let index = unsafe { place.read() };
    assert_eq!(outcome.is_end(), index != nowhere, "an Index is there at the end only");
    let index = outcome.is_end().then(|| listed(lib, index));
    (outcome, Listed { memory, index })
}

fn compare(file: &[u8], limit: u64, size: u64, plan: &Plan) -> bool {
    let (have, have_listed) = decode(Lib::ours(), file, limit, size, plan);
    let (want, want_listed) = decode(Lib::reference(), file, limit, size, plan);
    assert_same(&want, &have, "file information");
    assert_eq!(want_listed, have_listed);
    want.is_end()
}

/// Many small pieces of a large file take long.
fn plan(rng: &mut Rng) -> Plan {
    let input = match rng.below(5) {
        0 => Chunks::Whole,
        1 => Chunks::Fixed(1 + rng.skewed(5000)),
        2 => Chunks::Random(300),
        3 => Chunks::Random(20_000),
        _ => Chunks::Fixed(rng.pick(&[1, 12, 4096, 8192])),
    };
    // With LZMA_FINISH, the input may not change before a seek is asked for.
    Plan { input, finish: input == Chunks::Whole, seed: rng.next_u64(), ..Plan::whole() }
}

#[test]
fn random_files() {
    let mut good = 0;
    seeds(4000, |rng| {
        let file = random_file(rng);
        good += usize::from(compare(&file, u64::MAX, file.len() as u64, &plan(rng)));
    });
    assert!(is_enough(good, 2000), "{good}");
}

#[test]
fn damaged_files() {
    seeds(6000, |rng| {
        let file = crate::common::mutate::mutate(&random_file(rng), rng).bytes;
        compare(&file, u64::MAX, file.len() as u64, &plan(rng));
    });
}

/// The file is said to be larger or smaller than it is.
#[test]
fn wrong_sizes() {
    seeds(3000, |rng| {
        let file = random_file(rng);
        let size = match rng.below(3) {
            0 => rng.below(file.len() + 1) as u64,
            1 => rng.skewed(40) as u64,
            _ => (rng.below(file.len() + 1) & !3) as u64,
        };
        compare(&file, u64::MAX, size, &plan(rng));
    });
    // Here is no seeking, and nothing to read.
    for size in [0, 11, 12, 32, 33, LZMA_VLI_MAX - 3, LZMA_VLI_MAX, u64::MAX] {
        let mut file = Vec::new();
        push_stream(&mut file, 1, &[]);
        compare(&file[..12], u64::MAX, size, &Plan { stop_after: Some(0), ..Plan::whole() });
    }
}

#[test]
fn memory_limits() {
    seeds(2000, |rng| {
        let file = random_file(rng);
        let limit = rng.skewed(1 << 18) as u64;
        let plan = Plan { raise_memlimit: rng.one_in(2), ..plan(rng) };
        compare(&file, limit, file.len() as u64, &plan);
    });
}

/// Streams that are too large together: afterwards, both Indexes count as memory.
#[test]
fn indexes_that_cannot_be_joined() {
    let mut file = Vec::new();
    push_stream(&mut file, 1, &[(8, LZMA_VLI_MAX)]);
    push_stream(&mut file, 1, &[(8, LZMA_VLI_MAX)]);
    assert!(!compare(&file, u64::MAX, file.len() as u64, &Plan::whole()));
}

#[test]
fn without_memory() {
    let mut file = Vec::new();
    for blocks in [0, 3, 600] {
        push_stream(&mut file, 4, &vec![(100, 1000); blocks]);
    }
    for n in 1.. {
        let allocator = Allocator::failing_at(n);
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        let mut index = ptr::null_mut();
        let place = &raw mut index;
        let init = |lib: &Lib, strm| {
            // SAFETY: the place outlives the stream.
            unsafe { (lib.lzma_file_info_decoder)(strm, place, u64::MAX, file.len() as u64) }
        };
        let outcome = stream.run(init, &file, &Plan::whole());
        if allocator.failed() == 0 {
            assert!(outcome.is_end());
            drop(stream);
            // The Index outlives what decoded it.
            // SAFETY: the decoder has written it.
            unsafe { (Lib::ours().lzma_index_end)(place.read(), allocator.as_ptr()) };
            return assert!(n > 10);
        }
        assert!(outcome.init == LZMA_MEM_ERROR || outcome.last == LZMA_MEM_ERROR, "{outcome:?}");
        assert!(index.is_null());
        // The stream can be used again.
        let outcome = stream.run(init, &file, &Plan::whole());
        assert!(outcome.is_end());
        // SAFETY: the decoder has written it.
        unsafe { (Lib::ours().lzma_index_end)(place.read(), allocator.as_ptr()) };
    }
}

/// The Index is the application's alone: another thread may free it while this one uses
/// the stream. So ending it frees as much as when the stream is gone; if the stream had
/// kept but a handle to its allocator, that would be less.
#[test]
fn the_stream_keeps_nothing_of_the_index() {
    let mut file = Vec::new();
    for blocks in [0, 3, 600] {
        push_stream(&mut file, 4, &vec![(100, 1000); blocks]);
    }
    let (footer, index_size) = (12, file[file.len() - 8..][..4].first_chunk());
    let index_size = (u32::from_le_bytes(*index_size.expect("a footer")) as usize + 1) * 4;
    let index = file[file.len() - footer - index_size..][..index_size].to_vec();
    let freed = |whole: bool, stream_first: bool| {
        let (lib, allocator) = (Lib::ours(), Allocator::new());
        let mut stream = Stream::with_allocator(lib, &allocator);
        let mut place: *mut lzma_index = ptr::null_mut();
        let place = &raw mut place;
        let init = |lib: &Lib, strm| {
            // SAFETY: the place outlives the stream.
            unsafe {
                match whole {
                    true => (lib.lzma_file_info_decoder)(strm, place, u64::MAX, file.len() as u64),
                    false => (lib.lzma_index_decoder)(strm, place, u64::MAX),
                }
            }
        };
        let input = if whole { &file } else { &index };
        assert!(stream.run(init, input, &Plan::whole()).is_end());
        let stream = (!stream_first).then_some(stream);
        let before = allocator.live_bytes();
        // SAFETY: the decoder has written it.
        unsafe { (lib.lzma_index_end)(place.read(), allocator.as_ptr()) };
        let freed = before - allocator.live_bytes();
        drop(stream);
        freed
    };
    for whole in [true, false] {
        assert_eq!(freed(whole, false), freed(whole, true));
    }
}

fn list_time(streams: usize) -> Duration {
    let mut file = Vec::new();
    push_stream(&mut file, 1, &[(60, 1000)]);
    let file = file.repeat(streams);
    let plan = Plan { input: Chunks::Fixed(8192), finish: false, ..Plan::whole() };
    let start = Instant::now();
    let (outcome, _) = decode(Lib::ours(), &file, u64::MAX, file.len() as u64, &plan);
    assert!(outcome.is_end());
    start.elapsed()
}

#[test]
fn many_streams_take_linear_time() {
    let time = list_time(1 << 18);
    eprintln!("2^18 Streams: {time:?}");
    // About a second on a quiet machine; quadratic time would be minutes.
    assert!(time < Duration::from_secs(20), "{time:?}");
}
