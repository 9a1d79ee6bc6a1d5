//! Coders of all kinds, started with arguments that are fine.

use rlzma::ffi::*;

use super::chain::{FilterChain, preset_options};
use super::{Lib, zeroed};

/// A way to start a coder with arguments that are fine.
pub type Init = (&'static str, fn(&Lib, *mut lzma_stream) -> lzma_ret);

// SAFETY of all: the stream is NULL or one of the library, and chains and
// options are as the structures demand.
pub const INITS: [Init; 12] = [
    // SAFETY: see above.
    ("stream_decoder", |lib, s| unsafe { (lib.lzma_stream_decoder)(s, u64::MAX, 0) }),
    // SAFETY: see above.
    ("auto_decoder", |lib, s| unsafe { (lib.lzma_auto_decoder)(s, u64::MAX, 0) }),
    // SAFETY: see above.
    ("alone_decoder", |lib, s| unsafe { (lib.lzma_alone_decoder)(s, u64::MAX) }),
    // SAFETY: see above.
    ("lzip_decoder", |lib, s| unsafe { (lib.lzma_lzip_decoder)(s, u64::MAX, 0) }),
    // SAFETY: see above.
    ("microlzma_decoder", |lib, s| unsafe { (lib.lzma_microlzma_decoder)(s, 50, 90, 1, 4096) }),
    ("raw_decoder", |lib, s| {
        // SAFETY: see above.
        FilterChain::preset(1).with(|filters| unsafe { (lib.lzma_raw_decoder)(s, filters) })
    }),
    ("stream_decoder_mt", |lib, s| {
        let options = lzma_mt {
            threads: 2,
            memlimit_threading: u64::MAX,
            memlimit_stop: u64::MAX,
            ..zeroed()
        };
        // SAFETY: see above.
        unsafe { (lib.lzma_stream_decoder_mt)(s, &options) }
    }),
    // SAFETY: see above.
    ("easy_encoder", |lib, s| unsafe { (lib.lzma_easy_encoder)(s, 1, LZMA_CHECK_CRC32) }),
    ("raw_encoder", |lib, s| {
        // SAFETY: see above.
        FilterChain::preset(1).with(|filters| unsafe { (lib.lzma_raw_encoder)(s, filters) })
    }),
    ("alone_encoder", |lib, s| {
        // SAFETY: see above.
        unsafe { (lib.lzma_alone_encoder)(s, &preset_options(1)) }
    }),
    ("microlzma_encoder", |lib, s| {
        // SAFETY: see above.
        unsafe { (lib.lzma_microlzma_encoder)(s, &preset_options(1)) }
    }),
    ("stream_encoder_mt", |lib, s| {
        let check = LZMA_CHECK_CRC32;
        let options = lzma_mt { threads: 2, preset: 1, check, block_size: 5000, ..zeroed() };
        // SAFETY: see above.
        unsafe { (lib.lzma_stream_encoder_mt)(s, &options) }
    }),
];
