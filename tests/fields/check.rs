//! Integrity checks give the original's answers.

use crate::common::{Lib, Rng};
use rlzma::ffi::lzma_check;

fn compare(bytes: &[u8], crc: u64) {
    let [ours, theirs] = [Lib::ours(), Lib::reference()].map(|lib| {
        let (start, len) = (bytes.as_ptr(), bytes.len());
        // SAFETY: `bytes` is a slice.
        unsafe { ((lib.lzma_crc32)(start, len, crc as u32), (lib.lzma_crc64)(start, len, crc)) }
    });
    assert_eq!(ours, theirs, "{} bytes after {crc:#x}", bytes.len());
}

#[test]
fn crcs_at_every_length_and_alignment() {
    let mut rng = Rng::new(1);
    let mut bytes = [0; 1024];
    rng.fill(&mut bytes);
    for len in 0..600 {
        for align in [0, 1, 7, 8, 15] {
            for crc in [0, u64::MAX, rng.next_u64()] {
                compare(&bytes[align..][..len], crc);
            }
        }
    }
}

#[test]
fn crcs_of_large_data() {
    let mut rng = Rng::new(2);
    let mut bytes = vec![0; 1 << 18];
    rng.fill(&mut bytes);
    for _ in 0..200 {
        let start = rng.below(bytes.len());
        let len = rng.below(bytes.len() - start);
        compare(&bytes[start..][..len], rng.next_u64());
    }
}

#[test]
fn nothing_may_be_null() {
    let lib = Lib::ours();
    for crc in [0, 1, u64::MAX] {
        // SAFETY: no bytes are read.
        unsafe {
            assert_eq!((lib.lzma_crc32)(std::ptr::null(), 0, crc as u32), crc as u32);
            assert_eq!((lib.lzma_crc64)(std::ptr::null(), 0, crc), crc);
        }
    }
}

#[test]
fn sizes_and_support() {
    for id in (0..40).chain([0x7fff_ffff, 0x8000_0000, u32::MAX]).map(lzma_check) {
        // SAFETY: these functions take any number.
        let [ours, theirs] = [Lib::ours(), Lib::reference()]
            .map(|lib| unsafe { ((lib.lzma_check_size)(id), (lib.lzma_check_is_supported)(id)) });
        assert_eq!(ours, theirs, "{id:?}");
    }
}
