//! What `docs/differences.md` says and other tests do not show: calls that
//! crash liblzma are answered.

mod common;

use common::{Lib, Stream};
use rlzma::ffi::*;
use std::ptr;

const END: lzma_filter = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

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
        let mut iter = std::mem::zeroed();
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
    // SAFETY: zeros are values of these structures.
    let (mut delta, mut lzma): (lzma_options_delta, lzma_options_lzma) =
        unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
    delta.dist = 1;
    // SAFETY: the options are valid for writes.
    assert_eq!(unsafe { (lib.lzma_lzma_preset)(&mut lzma, 0) }, 0);
    let chain = [
        lzma_filter { id: LZMA_FILTER_X86, options: ptr::null_mut() },
        lzma_filter { id: LZMA_FILTER_DELTA, options: (&raw mut delta).cast() },
        lzma_filter { id: LZMA_FILTER_LZMA2, options: (&raw mut lzma).cast() },
        END,
    ];
    let mut stream = Stream::new(lib);
    let strm = stream.as_mut_ptr();
    // SAFETY: the stream is of this library, and the chain is valid.
    unsafe {
        assert_eq!((lib.lzma_raw_decoder)(strm, chain.as_ptr()), LZMA_OK);
        assert_eq!((lib.lzma_filters_update)(strm, chain.as_ptr()), LZMA_PROG_ERROR);
    }
}
