//! `lzma_index` beside the original: random sequences of operations, with
//! every return code, every value and every field of every iterator.

use crate::common::indexes::*;
use crate::common::{Lib, Plan, Stream, assert_same, seeds};
use rlzma::ffi::*;
use std::ptr;
use std::time::{Duration, Instant};

#[test]
fn random_operations() {
    seeds(100_000, |rng| {
        let mut indexes = Indexes::new(None);
        for _ in 0..20 + rng.below(100) {
            indexes.step(rng);
        }
    });
}

/// Iterators tell of a Stream as it is at each step, also where Blocks came to it since the
/// last one, in as many chunks as there may be, or Streams behind it.
#[test]
fn streams_grow_under_iterators() {
    seeds(100, |rng| {
        let mut indexes = Indexes::new(None);
        indexes.init();
        (0..3).for_each(|_| indexes.new_iter(0));
        for _ in 0..1500 {
            for _ in 0..rng.below(4) {
                indexes.append(0, 100 + rng.below(9) as u64, rng.below(3) as u64);
            }
            for iter in 0..3 {
                if rng.one_in(3) {
                    indexes.next(iter, rng.below(4) as u32);
                }
            }
            if rng.one_in(300) {
                indexes.init();
                indexes.cat(0, indexes.pairs.len() - 1);
            }
        }
    });
}

/// Puts `count` Indexes together, each with `blocks` Blocks; the new one
/// comes last, or first.
fn concatenate(count: usize, blocks: usize, last: bool) -> Duration {
    let lib = Lib::ours();
    let start = Instant::now();
    // SAFETY: these are Indexes of ours.
    unsafe {
        let mut all = (lib.lzma_index_init)(ptr::null());
        for _ in 0..count {
            let new = (lib.lzma_index_init)(ptr::null());
            for _ in 0..blocks {
                assert_eq!((lib.lzma_index_append)(new, ptr::null(), 100, 1000), LZMA_OK);
            }
            let (dest, src) = if last { (all, new) } else { (new, all) };
            assert_eq!((lib.lzma_index_cat)(dest, src, ptr::null()), LZMA_OK);
            all = dest;
        }
        assert_eq!((lib.lzma_index_block_count)(all), (count * blocks) as u64);
        let mut iter = fresh_iter();
        (lib.lzma_index_iter_init)(&mut iter, all);
        for target in (0..count as u64 * blocks as u64 * 1000).step_by(7777) {
            assert_eq!((lib.lzma_index_iter_locate)(&mut iter, target), 0);
            assert_eq!(iter.block.uncompressed_file_offset, target / 1000 * 1000);
        }
        (lib.lzma_index_end)(all, ptr::null());
    }
    start.elapsed()
}

#[test]
fn many_streams_take_linear_time() {
    for last in [true, false] {
        let time = concatenate(1 << 18, 1, last);
        eprintln!("2^18 Indexes: {time:?}");
        // A second on a quiet machine; quadratic time would be minutes.
        assert!(time < Duration::from_secs(20), "{time:?}");
    }
}

#[test]
fn mistakes_are_errors() {
    let lib = Lib::ours();
    // SAFETY: NULL is what ours refuses.
    unsafe {
        let index = (lib.lzma_index_init)(ptr::null());
        assert_eq!((lib.lzma_index_cat)(index, index, ptr::null()), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_index_cat)(index, ptr::null_mut(), ptr::null()), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_index_cat)(ptr::null_mut(), index, ptr::null()), LZMA_PROG_ERROR);
        (lib.lzma_index_end)(index, ptr::null());
        let nothing = ptr::null_mut();
        (lib.lzma_index_end)(nothing, ptr::null());
        assert_eq!((lib.lzma_index_append)(nothing, ptr::null(), 5, 5), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_index_stream_padding)(nothing, 0), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_index_stream_flags)(nothing, ptr::null()), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_index_size)(nothing), 0);
        assert!((lib.lzma_index_dup)(nothing, ptr::null()).is_null());
        let mut iter = fresh_iter();
        (lib.lzma_index_iter_init)(&mut iter, nothing);
        assert_ne!((lib.lzma_index_iter_next)(&mut iter, LZMA_INDEX_ITER_ANY), 0);
        assert_ne!((lib.lzma_index_iter_locate)(&mut iter, 0), 0);
        assert_ne!((lib.lzma_index_iter_next)(ptr::null_mut(), LZMA_INDEX_ITER_ANY), 0);
    }
}

/// An Index as bytes, through `lzma_code`, in pieces of any size.
#[test]
fn encoder_and_decoder() {
    seeds(3000, |rng| {
        let mut indexes = Indexes::new(None);
        indexes.init();
        for _ in 0..rng.skewed(600) {
            indexes.append(0, 5 + rng.skewed(1 << 20) as u64, uncompressed(rng));
        }
        let plan = Plan { capacity: 1 << 16, ..Plan::random(rng) };
        let encode = |lib, i: *mut lzma_index| {
            let init = |lib: &Lib, strm| {
                // SAFETY: the Index outlives the stream.
                unsafe { (lib.lzma_index_encoder)(strm, i) }
            };
            Stream::new(lib).run(init, &[], &plan)
        };
        let Pair { ours, theirs } = indexes.pair(0);
        let (have, want) = (encode(Lib::ours(), *ours), encode(Lib::reference(), *theirs));
        assert_same(&want, &have, "encoder");

        let mut bytes = want.output;
        if rng.one_in(3) {
            bytes = crate::common::mutate::mutate(&bytes, rng).bytes;
        }
        let plan = Plan { raise_memlimit: rng.one_in(2), ..Plan::random(rng) };
        let limit = if rng.one_in(2) { rng.skewed(30_000) as u64 } else { u64::MAX };
        let decode = |lib: &Lib| {
            let mut index = ptr::dangling_mut();
            let place = &raw mut index;
            let init = |lib: &Lib, strm| {
                // SAFETY: the place outlives the stream.
                unsafe { (lib.lzma_index_decoder)(strm, place, limit) }
            };
            let mut stream = Stream::new(lib);
            let outcome = stream.run(init, &bytes, &plan);
            let strm = stream.as_mut_ptr();
            // SAFETY: the decoder was set up by this library.
            let memory = unsafe { ((lib.lzma_memusage)(strm), (lib.lzma_memlimit_get)(strm)) };
            // SAFETY: the decoder has written it.
            (outcome, memory, unsafe { place.read() })
        };
        let (have, have_memory, ours) = decode(Lib::ours());
        let (want, want_memory, theirs) = decode(Lib::reference());
        assert_same(&want, &have, "decoder");
        assert_eq!(want_memory, have_memory);
        indexes.add(ours, theirs);
    });
}
