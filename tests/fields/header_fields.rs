//! Stream Headers and Footers, and Block Headers: both libraries decode and encode
//! random and damaged ones with the same return codes, and leave the same
//! structures behind.

use std::ptr;

use crate::common::chain::END;
use crate::common::mutate::crc32;
use crate::common::random_fields::*;
use crate::common::{Allocator, Lib, Rng, is_enough, seeds};
use rlzma::ffi::*;

mod stream_flags {
    use super::*;

    /// Fills a buffer before something is encoded there.
    const UNTOUCHED: [u8; 12] = [0x5A; 12];

    fn flags(rng: &mut Rng) -> lzma_stream_flags {
        // SAFETY: integers only.
        let mut flags: lzma_stream_flags = unsafe { garbage(rng) };
        flags.version = u32::from(rng.one_in(10));
        flags.check = check(rng);
        flags.backward_size = match rng.below(4) {
            0 => LZMA_VLI_UNKNOWN,
            1 => size(rng),
            _ => (rng.next_u64() % (LZMA_BACKWARD_SIZE_MAX / 4 + 2)) * 4,
        };
        flags
    }

    #[test]
    fn encode_and_compare() {
        seeds(20_000, |rng| {
            let (a, mut b) = (flags(rng), flags(rng));
            if rng.one_in(2) {
                b.check = a.check;
            }
            if rng.one_in(2) {
                b.backward_size = a.backward_size;
            }
            let answers = [Lib::reference(), Lib::ours()].map(|lib| {
                let (mut header, mut footer) = (UNTOUCHED, UNTOUCHED);
                // SAFETY: structures and buffers are as demanded.
                let rets = unsafe {
                    [
                        (lib.lzma_stream_header_encode)(&a, header.as_mut_ptr()),
                        (lib.lzma_stream_footer_encode)(&a, footer.as_mut_ptr()),
                        (lib.lzma_stream_flags_compare)(&a, &b),
                    ]
                };
                let encoded = |ret, bytes| {
                    // The original leaves a part of it there.
                    let failed = ret != LZMA_OK;
                    assert!(!failed || bytes == UNTOUCHED || lib.name != Lib::ours().name);
                    (!failed).then_some(bytes)
                };
                (rets, encoded(rets[0], header), encoded(rets[1], footer))
            });
            assert_eq!(answers[0], answers[1], "{a:?} {b:?}");
        });
    }

    /// A header or footer with some bytes changed, mostly with a good CRC32.
    fn encoded(rng: &mut Rng, footer: bool) -> [u8; 12] {
        let mut bytes = [0; 12];
        rng.fill(&mut bytes);
        let (magic, flags, crc, covered): (&[u8], _, _, _) =
            if footer { (b"YZ", 8, 0, 4..10) } else { (b"\xFD7zXZ\0", 6, 8, 6..8) };
        bytes[if footer { 10 } else { 0 }..][..magic.len()].copy_from_slice(magic);
        if !rng.one_in(8) {
            bytes[flags] = 0;
        }
        if !rng.one_in(8) {
            bytes[flags + 1] &= 0x0F;
        }
        let sum = crc32(&bytes[covered]);
        bytes[crc..crc + 4].copy_from_slice(&sum.to_le_bytes());
        if rng.one_in(4) {
            bytes[rng.below(12)] ^= 1 << rng.below(8);
        }
        bytes
    }

    #[test]
    fn decode() {
        seeds(20_000, |rng| {
            // SAFETY: integers only.
            let before: lzma_stream_flags = unsafe { garbage(rng) };
            for footer in [false, true] {
                let bytes = encoded(rng, footer);
                let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                    let decode = if footer {
                        lib.lzma_stream_footer_decode
                    } else {
                        lib.lzma_stream_header_decode
                    };
                    let mut flags = before;
                    // SAFETY: structures and buffers are as demanded.
                    let ret = unsafe { decode(&mut flags, bytes.as_ptr()) };
                    (ret, flags)
                });
                assert_eq!(want.0, have.0, "{bytes:x?}");
                assert_eq!(format!("{:?}", want.1), format!("{:?}", have.1), "{bytes:x?}");
            }
        });
    }
}

mod blocks {
    use super::*;

    fn block(rng: &mut Rng) -> lzma_block {
        // SAFETY: integers and pointers that nobody follows.
        let mut block: lzma_block = unsafe { garbage(rng) };
        block.version = version(rng);
        block.header_size = match rng.below(8) {
            0 => rng.next_u32(),
            1 => rng.below(1040) as u32,
            _ => (rng.range(2..14) * 4) as u32,
        };
        block.check = check(rng);
        block.compressed_size = size(rng);
        block.uncompressed_size = size(rng);
        block.filters = ptr::null_mut();
        block
    }

    #[test]
    fn sizes() {
        seeds(50_000, |rng| {
            let before = block(rng);
            let unpadded = match rng.below(3) {
                0 => size(rng),
                1 => before.compressed_size.wrapping_add(rng.below(90) as u64),
                // SAFETY: the structure is valid.
                _ => unsafe { (Lib::reference().lzma_block_unpadded_size)(&before) },
            };
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                let mut block = before;
                // SAFETY: the structure is valid.
                let answers = unsafe {
                    (
                        (lib.lzma_block_unpadded_size)(&block),
                        (lib.lzma_block_total_size)(&block),
                        (lib.lzma_block_compressed_size)(&mut block, unpadded),
                    )
                };
                (answers, format!("{block:?}"))
            });
            assert_eq!(want, have, "{unpadded}");
        });
        for lib in [Lib::reference(), Lib::ours()] {
            // SAFETY: NULL is allowed.
            unsafe {
                assert_eq!((lib.lzma_block_unpadded_size)(ptr::null()), 0);
                assert_eq!((lib.lzma_block_total_size)(ptr::null()), 0);
                assert_eq!((lib.lzma_block_compressed_size)(ptr::null_mut(), 9), LZMA_PROG_ERROR);
            }
        }
    }

    #[test]
    fn encode_headers() {
        let mut good = 0;
        seeds(30_000, |rng| {
            let mut options: Vec<_> = (0..5).map(|_| Options::random(rng)).collect();
            let mut filters = [END; 6];
            let few = rng.one_in(2);
            let count = if few { 1 } else { rng.below(6) };
            for (filter, options) in filters.iter_mut().zip(&mut options).take(count) {
                filter.id = if rng.one_in(8) { filter_id(rng) } else { rng.range(3..12) as u64 };
                filter.options = options.of(filter.id, rng);
            }
            let mut before = block(rng);
            if rng.one_in(2) {
                before.compressed_size = LZMA_VLI_UNKNOWN;
            }
            before.filters = if rng.one_in(50) { ptr::null_mut() } else { filters.as_mut_ptr() };
            let use_size = !rng.one_in(4);
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                let mut block = before;
                let mut bytes = vec![0xAA; 1028];
                // SAFETY: structures and buffers are as demanded.
                let rets = unsafe {
                    let sized = (lib.lzma_block_header_size)(&mut block);
                    if !use_size {
                        block.header_size = before.header_size;
                    }
                    [sized, (lib.lzma_block_header_encode)(&block, bytes.as_mut_ptr())]
                };
                if rets[1] != LZMA_OK {
                    // The original leaves half a header.
                    let untouched = bytes.iter().all(|byte| *byte == 0xAA);
                    assert!(untouched || lib.name != Lib::ours().name);
                    bytes.clear();
                }
                (rets, bytes, format!("{block:?}"))
            });
            assert_eq!(want, have);
            good += usize::from(want.0[1] == LZMA_OK);
        });
        assert!(is_enough(good, 1000), "only {good} good headers");
    }

    /// A Block Header with a good CRC32, mostly.
    fn encoded(rng: &mut Rng) -> Vec<u8> {
        let mut bytes = vec![0, 0];
        bytes[1] = rng.below(4) as u8 | rng.pick(&[0, 0, 0x40, 0x80, 0xC0]);
        if rng.one_in(20) {
            bytes[1] ^= 1 << rng.below(8);
        }
        for _ in 0..(bytes[1] >> 6).count_ones() {
            let len = rng.pick(&[1, 1, 2, 2, 3, 5, 8, 9, 10]);
            bytes.extend((1..len).map(|_| rng.byte() | 0x80));
            bytes.push(rng.byte() & 0x7F);
        }
        for _ in 0..=bytes[1] & 3 {
            filter_flags(rng, &mut bytes);
        }
        let padding = if rng.one_in(4) { rng.skewed(40) } else { 0 };
        bytes.resize((bytes.len() + padding).next_multiple_of(4).min(1020), 0);
        if rng.one_in(10) {
            let at = rng.range(1..bytes.len());
            bytes[at] ^= 1 << rng.below(8);
        }
        bytes[0] = (bytes.len() / 4) as u8;
        let mut sum = crc32(&bytes);
        if rng.one_in(20) {
            sum ^= 1 << rng.below(32);
        }
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }

    #[test]
    fn decode_headers() {
        let mut good = 0;
        seeds(30_000, |rng| {
            let bytes = encoded(rng);
            let mut before = block(rng);
            before.header_size = bytes.len() as u32;
            if rng.one_in(20) {
                before.header_size = rng.below(260) as u32 * 4;
            }
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                let allocator = Allocator::new();
                let mut filters = [lzma_filter { id: 5, options: ptr::dangling_mut() }; 5];
                let mut block = before;
                block.filters = filters.as_mut_ptr();
                // SAFETY: structures and buffers are as demanded.
                let ret = unsafe {
                    (lib.lzma_block_header_decode)(&mut block, allocator.as_ptr(), bytes.as_ptr())
                };
                // SAFETY: the library has decoded them.
                let text = filters.map(|filter| unsafe { describe(&filter) });
                // SAFETY: and allocated them.
                unsafe { (lib.lzma_filters_free)(filters.as_mut_ptr(), allocator.as_ptr()) };
                block.filters = ptr::null_mut();
                if ret != LZMA_OK {
                    // Sizes that are damaged have no meaning.
                    (block.compressed_size, block.uncompressed_size) = (0, 0);
                }
                (ret, text, format!("{block:?}"))
            });
            assert_eq!(want, have, "{bytes:x?}");
            good += usize::from(want.0 == LZMA_OK);
        });
        assert!(is_enough(good, 5_000), "only {good} good headers");
    }

    #[test]
    fn decode_without_memory() {
        // x86 with an offset, Delta, LZMA2
        let mut bytes = vec![0, 2, 4, 4, 16, 0, 0, 0, 3, 1, 7, 0x21, 1, 16, 0, 0];
        bytes[0] = 4;
        bytes.extend_from_slice(&crc32(&bytes).to_le_bytes());
        for n in 1..=3 {
            let allocator = Allocator::failing_at(n);
            let mut filters = [END; 5];
            let mut block = block(&mut Rng::new(1));
            (block.header_size, block.check) = (20, LZMA_CHECK_CRC32);
            block.filters = filters.as_mut_ptr();
            // SAFETY: structures and buffers are as demanded.
            let ret = unsafe {
                (Lib::ours().lzma_block_header_decode)(
                    &mut block,
                    allocator.as_ptr(),
                    bytes.as_ptr(),
                )
            };
            assert_eq!(ret, LZMA_MEM_ERROR);
            assert!(filters.iter().all(|filter| filter.id == LZMA_VLI_UNKNOWN));
        }
    }

    #[test]
    fn null_pointers() {
        let mut block = block(&mut Rng::new(1));
        for lib in [Lib::reference(), Lib::ours()] {
            // SAFETY: NULL is allowed.
            unsafe {
                let decode = lib.lzma_block_header_decode;
                let null = ptr::null();
                assert_eq!(decode(ptr::null_mut(), null, [0].as_ptr()), LZMA_PROG_ERROR);
                assert_eq!(decode(&mut block, null, [0].as_ptr()), LZMA_PROG_ERROR);
                block.filters = [END; 5].as_mut_ptr();
                assert_eq!(decode(&mut block, null, ptr::null()), LZMA_PROG_ERROR);
                block.filters = ptr::null_mut();
            }
        }
    }
}
