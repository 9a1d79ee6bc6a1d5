//! Branch filters give the original's bytes.

use crate::common::data::{Kind, generate};
use crate::common::{Lib, Rng, seeds};

type Function = unsafe extern "C" fn(u32, *mut u8, usize) -> usize;
/// Encoder and decoder of a library.
type Functions = fn(&Lib) -> [Function; 2];

/// The filters that can be called without a chain: encoder, decoder, and
/// bytes that are frequent in what they look for.
const FILTERS: [(Functions, &[u8]); 3] = [
    (
        |lib| [lib.lzma_bcj_x86_encode, lib.lzma_bcj_x86_decode],
        &[0xe8, 0xe9, 0x00, 0xff, 0x00, 0xff, 0x0f, 0x80],
    ),
    (
        |lib| [lib.lzma_bcj_arm64_encode, lib.lzma_bcj_arm64_decode],
        &[0x94, 0x97, 0x90, 0xb0, 0xf0, 0x00, 0xff, 0x1f],
    ),
    (
        |lib| [lib.lzma_bcj_riscv_encode, lib.lzma_bcj_riscv_decode],
        &[0xef, 0x00, 0x02, 0x17, 0x31, 0x97, 0x83, 0x67],
    ),
];

fn data(dense: &[u8], len: usize, rng: &mut Rng) -> Vec<u8> {
    if rng.one_in(4) {
        return generate(rng.pick(&[Kind::Code, Kind::Noise]), len, rng);
    }
    let odds = rng.range(1..6);
    (0..len).map(|_| if rng.one_in(odds) { rng.byte() } else { rng.pick(dense) }).collect()
}

fn apply(function: Function, start: u32, bytes: &[u8]) -> (usize, Vec<u8>) {
    let mut bytes = bytes.to_vec();
    // SAFETY: the buffer is as long as said.
    let done = unsafe { function(start, bytes.as_mut_ptr(), bytes.len()) };
    (done, bytes)
}

/// Both directions on the same bytes; and encoding can be undone.
fn compare(functions: Functions, start: u32, bytes: &[u8]) {
    let [encode, decode] = functions(Lib::ours());
    let theirs = functions(Lib::reference());
    for (ours, theirs) in [encode, decode].into_iter().zip(theirs) {
        let (expected, got) = (apply(theirs, start, bytes), apply(ours, start, bytes));
        assert!(expected == got, "start {start:#x}\n{bytes:x?}\nC {expected:x?}\nours {got:x?}");
    }
    let (done, encoded) = apply(encode, start, bytes);
    let (undone, decoded) = apply(decode, start, &encoded);
    assert_eq!(done, undone);
    assert_eq!(decoded, bytes);
}

#[test]
fn same_bytes_short() {
    seeds(30_000, |rng| {
        for (functions, dense) in FILTERS {
            let len = rng.below(40);
            let bytes = data(dense, len, rng);
            compare(functions, rng.next_u32(), &bytes);
        }
    });
}

#[test]
fn same_bytes_long() {
    seeds(400, |rng| {
        for (functions, dense) in FILTERS {
            let len = rng.below(5000);
            let bytes = data(dense, len, rng);
            compare(functions, rng.next_u32(), &bytes);
        }
    });
}

#[test]
fn positions_wrap_around() {
    seeds(2000, |rng| {
        for (functions, dense) in FILTERS {
            let bytes = data(dense, 300, rng);
            compare(functions, 0u32.wrapping_sub(rng.below(300) as u32), &bytes);
        }
    });
}

#[test]
fn nothing_may_be_null() {
    for (functions, _) in FILTERS {
        for function in functions(Lib::ours()) {
            // SAFETY: no bytes are touched.
            assert_eq!(unsafe { function(0, std::ptr::null_mut(), 0) }, 0);
        }
    }
}
