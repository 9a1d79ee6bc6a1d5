//! Calls that are mistakes, and that crash liblzma: here they are errors.
//! (An Index and itself: `tests/index.rs`. Block sizes: `tests/hardware.rs`.)

mod common;

use common::{Lib, Plan, Rng, Stream, files};
use rlzma::ffi::*;
use std::ptr;

const END: lzma_filter = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

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
            let mut options: lzma_mt = std::mem::zeroed();
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
    let filters = files::Filters::any(&mut rng);
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

/// What was never decoded is not what some memory held.
#[test]
fn the_check_after_a_header_that_failed() {
    let lib = Lib::ours();
    let allocator = common::Allocator::new(); // whose memory is not zero
    let mut rng = Rng::new(1);
    let good = files::xz(100, &mut rng);
    for (decoder, at) in [(0, 0), (0, 9), (1, 9), (2, 9)] {
        let mut bad = good.clone();
        bad[at] ^= 0xFF;
        let mut stream = Stream::with_allocator(lib, &allocator);
        let init = |lib: &Lib, strm| {
            // SAFETY: the stream is of this library, and options are valid.
            unsafe {
                let mut options: lzma_mt = std::mem::zeroed();
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
