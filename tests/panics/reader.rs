//! Panics in the reader of `rlzma.h`, in the caller's thread and in others.

use rlzma::ffi::*;

use super::coders::alone;
use super::common::reading::{From, Reader};
use super::common::{Allocator, Lib, Rng, data};
use super::{at_every_place, has_panicked};

/// A .xz file with Blocks of 10 000 bytes.
fn file(plain: &[u8]) -> Vec<u8> {
    let mt = lzma_mt {
        threads: 1,
        block_size: 10_000,
        preset: 0,
        check: LZMA_CHECK_CRC32,
        ..super::common::zeroed()
    };
    super::common::corpus::compress_with(Lib::reference(), plain, |lib, strm| {
        // SAFETY: `strm` is a stream of this library, and the options are alive.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &mt) }
    })
}

#[test]
fn reading_and_verifying() {
    let _turn = alone();
    let plain = data::generate(data::Kind::Text, 50_000, &mut Rng::new(1));
    let file = file(&plain);
    for (name, threads, cache) in
        [("reader", 1, 0), ("reader without a cache", 1, 1), ("reader with threads", 2, 0)]
    {
        at_every_place(name, 20, |place| {
            let allocator = Allocator::new();
            let options = rlzma_reader_options {
                allocator: allocator.as_ptr(),
                threads,
                cache,
                ..RLZMA_READER_OPTIONS_INIT
            };
            rlzma_test_panic(place);
            match Reader::open(&file, From::Function, &options) {
                Err(failure) => assert_eq!(failure.code, LZMA_PROG_ERROR),
                Ok(reader) => {
                    for offset in [30_000, 0, 5000, 10_000, 15_000, 20_000] {
                        // What is written before a panic need not be right.
                        let (bytes, result) = reader.read(offset as u64, 5000);
                        match result {
                            Ok(()) => assert!(bytes == plain[offset..offset + 5000]),
                            Err(failure) => assert_eq!(failure.code, LZMA_PROG_ERROR),
                        }
                    }
                    if let Err(failure) = reader.verify(threads, |_, _| true) {
                        assert_eq!(failure.code, LZMA_PROG_ERROR);
                    }
                    let panicked = has_panicked();
                    // Whatever has panicked, it can be read now.
                    assert!(reader.read_well(0, 50_000) == plain);
                    assert!(reader.verify(threads, |_, _| true).is_ok());
                    drop(reader);
                    allocator.check();
                    return panicked;
                }
            }
            allocator.check();
            has_panicked()
        });
    }
}
