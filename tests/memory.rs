//! What decoders hold in memory, beside the original, by a counting
//! allocator: the dictionary, its margins, and little else.

mod common;

use common::corpus::compress_with;
use common::data::{Kind, generate};
use common::{Allocator, Lib, Plan, Rng, Stream};
use rlzma::ffi::*;

/// Beyond the dictionary: the model (30 KiB), margins, and a few KiB.
const EXTRA: usize = 40 << 10;

fn options(preset: u32, dict_size: u32) -> lzma_options_lzma {
    // SAFETY: plain data.
    let mut options: lzma_options_lzma = unsafe { std::mem::zeroed() };
    // SAFETY: the options are valid for writes.
    assert_eq!(unsafe { (Lib::reference().lzma_lzma_preset)(&mut options, preset) }, 0);
    options.dict_size = dict_size;
    options
}

/// Peak memory in bytes of decoding `xz` with `lib`.
fn peak(lib: &Lib, xz: &[u8], plain: &[u8]) -> usize {
    let allocator = Allocator::new();
    let mut stream = Stream::with_allocator(lib, &allocator);
    let plan = Plan::random(&mut Rng::new(xz.len() as u64));
    let outcome = stream.run(
        |lib, strm| {
            // SAFETY: the stream is valid.
            unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, 0) }
        },
        xz,
        &plan,
    );
    assert!(outcome.last == LZMA_STREAM_END && outcome.output == plain);
    drop(stream);
    allocator.peak_bytes()
}

#[test]
fn decoding_holds_the_dictionary_and_little_else() {
    let plain = generate(Kind::Text, 3 << 20, &mut Rng::new(7));
    for dict_size in [4096, 1 << 16, 1 << 20, 8 << 20] {
        let mut options = options(1, dict_size);
        let filters = [
            lzma_filter { id: LZMA_FILTER_LZMA2, options: (&raw mut options).cast() },
            lzma_filter { id: LZMA_VLI_UNKNOWN, options: std::ptr::null_mut() },
        ];
        let xz = compress_with(Lib::reference(), &plain, |lib, strm| {
            // SAFETY: stream and chain are valid.
            unsafe { (lib.lzma_stream_encoder)(strm, filters.as_ptr(), LZMA_CHECK_CRC64) }
        });
        let (theirs, ours) = (peak(Lib::reference(), &xz, &plain), peak(Lib::ours(), &xz, &plain));
        println!("dictionary {dict_size}: liblzma {theirs}, rlzma {ours} bytes");
        assert!(ours <= dict_size as usize + EXTRA, "dictionary {dict_size}: {ours} bytes");
        // SAFETY: the chain is valid.
        let promised = unsafe { (Lib::reference().lzma_raw_decoder_memusage)(filters.as_ptr()) };
        assert!(ours as u64 <= promised, "{ours} bytes, {promised} promised");
    }
}
