//! Rows of `docs/differences.md` that no test with another subject shows: calls
//! that crash liblzma, or that it answers wrongly, and rlzma's answers.

use crate::common::chain::{END, FilterChain, preset_options};
use crate::common::{Lib, Plan, Rng, Stream, corpus, data, files, zeroed};
use rlzma::ffi::*;
use std::ptr;

#[test]
fn no_index() {
    let lib = Lib::ours();
    let none = ptr::null();
    // SAFETY: NULL is what is refused.
    unsafe {
        for question in [
            lib.lzma_index_stream_count,
            lib.lzma_index_block_count,
            lib.lzma_index_size,
            lib.lzma_index_stream_size,
            lib.lzma_index_total_size,
            lib.lzma_index_file_size,
            lib.lzma_index_uncompressed_size,
            lib.lzma_index_memused,
        ] {
            assert_eq!(question(none), 0);
        }
        assert_eq!((lib.lzma_index_checks)(none), 0);
        assert!((lib.lzma_index_dup)(none, ptr::null()).is_null());
        let append = (lib.lzma_index_append)(ptr::null_mut(), ptr::null(), 8, 8);
        assert_eq!(append, LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_index_stream_padding)(ptr::null_mut(), 4), LZMA_PROG_ERROR);
        let mut stream = Stream::new(lib);
        assert_eq!((lib.lzma_index_encoder)(stream.as_mut_ptr(), none), LZMA_PROG_ERROR);
        let mut iter = zeroed();
        (lib.lzma_index_iter_init)(&mut iter, none);
        assert_ne!((lib.lzma_index_iter_next)(&mut iter, LZMA_INDEX_ITER_ANY), 0);
        assert_ne!((lib.lzma_index_iter_locate)(&mut iter, 0), 0);
        (lib.lzma_index_iter_init)(ptr::null_mut(), none);
        assert_ne!((lib.lzma_index_iter_next)(ptr::null_mut(), LZMA_INDEX_ITER_ANY), 0);
    }
}

/// Delta behind a branch filter, in a decoder whose filters shall change.
#[test]
fn filters_of_a_decoder() {
    let lib = Lib::ours();
    let ids = [LZMA_FILTER_X86, LZMA_FILTER_DELTA];
    let chain =
        FilterChain::with_ids(&ids, LZMA_FILTER_LZMA2, preset_options(0), &mut Rng::new(1)).raw();
    let mut stream = Stream::new(lib);
    let strm = stream.as_mut_ptr();
    // SAFETY: the stream is of this library, and the chain is valid.
    unsafe {
        assert_eq!((lib.lzma_raw_decoder)(strm, chain.as_ptr()), LZMA_OK);
        assert_eq!((lib.lzma_filters_update)(strm, chain.as_ptr()), LZMA_PROG_ERROR);
    }
}

#[test]
fn missing_options_in_memory_usage() {
    let lib = Lib::ours();
    for id in [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2] {
        let chain = [lzma_filter { id, options: ptr::null_mut() }, END];
        // SAFETY: the chain ends as chains do.
        unsafe {
            assert_eq!((lib.lzma_raw_encoder_memusage)(chain.as_ptr()), u64::MAX);
            assert_eq!((lib.lzma_raw_decoder_memusage)(chain.as_ptr()), u64::MAX);
            assert_eq!((lib.lzma_mt_block_size)(chain.as_ptr()), u64::MAX);
            let mut options: lzma_mt = zeroed();
            options.threads = 2;
            options.filters = chain.as_ptr();
            assert_eq!((lib.lzma_stream_encoder_mt_memusage)(&options), u64::MAX);
        }
    }
    // SAFETY: NULL is what is refused.
    unsafe {
        assert_eq!((lib.lzma_raw_encoder_memusage)(ptr::null()), u64::MAX);
        assert_eq!((lib.lzma_raw_decoder_memusage)(ptr::null()), u64::MAX);
        assert_eq!((lib.lzma_stream_encoder_mt_memusage)(ptr::null()), u64::MAX);
    }
}

#[test]
fn missing_options_in_coders() {
    let lib = Lib::ours();
    for id in [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2] {
        let chain = [lzma_filter { id, options: ptr::null_mut() }, END];
        let mut stream = Stream::new(lib);
        let strm = stream.as_mut_ptr();
        // SAFETY: the stream is of this library, the chain ends as it must.
        unsafe {
            assert_ne!((lib.lzma_raw_encoder)(strm, chain.as_ptr()), LZMA_OK);
            assert_ne!((lib.lzma_raw_decoder)(strm, chain.as_ptr()), LZMA_OK);
            assert_ne!((lib.lzma_stream_encoder)(strm, chain.as_ptr(), LZMA_CHECK_CRC32), LZMA_OK);
        }
    }
}

#[test]
fn a_stream_without_a_coder() {
    let lib = Lib::ours();
    let mut rng = Rng::new(1);
    let filters = FilterChain::cheap(&mut rng).raw();
    let mut stream = Stream::new(lib);
    stream.as_mut().total_in = 5;
    stream.as_mut().total_out = 7;
    let strm = stream.as_mut_ptr();
    // SAFETY: the stream is new.
    unsafe {
        let (mut taken, mut written) = (0, 0);
        (lib.lzma_get_progress)(strm, &mut taken, &mut written);
        assert_eq!((taken, written), (5, 7));
        assert_eq!((lib.lzma_filters_update)(strm, filters.as_ptr()), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_filters_update)(strm, ptr::null()), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_filters_update)(ptr::null_mut(), filters.as_ptr()), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_get_check)(strm), LZMA_CHECK_NONE);
        assert_eq!((lib.lzma_memusage)(strm), 0);
        assert_eq!((lib.lzma_memlimit_get)(strm), 0);
        assert_eq!((lib.lzma_memlimit_set)(strm, 1), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_code)(strm, LZMA_RUN), LZMA_PROG_ERROR);
        (lib.lzma_end)(strm);
        (lib.lzma_end)(ptr::null_mut());
    }
}

/// A Check that was never decoded is none, and not what some memory held.
#[test]
fn the_check_after_a_header_that_failed() {
    let lib = Lib::ours();
    let allocator = crate::common::Allocator::new(); // whose memory is not zero
    let mut rng = Rng::new(1);
    let good = files::xz(100, &mut rng);
    for (decoder, at) in [(0, 0), (0, 9), (1, 9), (2, 9)] {
        let mut bad = good.clone();
        bad[at] ^= 0xFF;
        let mut stream = Stream::with_allocator(lib, &allocator);
        let init = |lib: &Lib, strm| {
            // SAFETY: the stream is of this library, and options are valid.
            unsafe {
                let mut options: lzma_mt = zeroed();
                options.threads = 2;
                options.memlimit_threading = u64::MAX;
                options.memlimit_stop = u64::MAX;
                match decoder {
                    0 => (lib.lzma_stream_decoder)(strm, u64::MAX, 0),
                    1 => (lib.lzma_auto_decoder)(strm, u64::MAX, 0),
                    _ => (lib.lzma_stream_decoder_mt)(strm, &options),
                }
            }
        };
        let outcome = stream.run(init, &bad, &Plan::whole());
        assert!(matches!(outcome.last, LZMA_FORMAT_ERROR | LZMA_DATA_ERROR), "{outcome:?}");
        // SAFETY: the stream is of this library.
        let check = unsafe { (lib.lzma_get_check)(stream.as_mut_ptr()) };
        assert_eq!(check, LZMA_CHECK_NONE);
    }
}

/// liblzma keeps the threads' buffers at the old size.
#[test]
fn larger_blocks_on_a_used_threaded_encoder() {
    let plain = data::generate(data::Kind::Text, 200_000, &mut Rng::new(1));
    let mut stream = Stream::new(Lib::ours());
    for block_size in [100, 100_000] {
        let mut options: lzma_mt = zeroed();
        (options.threads, options.preset, options.block_size) = (2, 1, block_size);
        options.check = LZMA_CHECK_CRC32;
        // SAFETY: a stream of this library; the options are valid.
        let init = |lib: &Lib, strm| unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) };
        let plain = &plain[..plain.len().min(2 * block_size as usize)];
        let outcome = stream.run(init, plain, &Plan::whole());
        assert!(outcome.is_end(), "{outcome:?}");
        assert!(corpus::decompress(Lib::reference(), &outcome.output) == plain);
    }
}
