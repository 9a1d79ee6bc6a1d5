//! `lzma_index_hash` beside the original: random Blocks, then their Index,
//! another one or a damaged one, in pieces of any size, also after errors.

use crate::common::mutate::{self, crc32};
use crate::common::{Allocator, Lib, Rng, is_enough, seeds};
use rlzma::ffi::*;
use std::ptr;

/// An `lzma_index_hash` of one library.
struct Hash<'a> {
    lib: &'a Lib,
    raw: *mut lzma_index_hash,
}

impl Hash<'_> {
    fn new(lib: &Lib) -> Hash<'_> {
        // SAFETY: NULL asks for a new one.
        let raw = unsafe { (lib.lzma_index_hash_init)(ptr::null_mut(), ptr::null()) };
        assert!(!raw.is_null());
        Hash { lib, raw }
    }

    fn again(&mut self) {
        // SAFETY: `raw` is from this library.
        let raw = unsafe { (self.lib.lzma_index_hash_init)(self.raw, ptr::null()) };
        assert_eq!(raw, self.raw);
    }

    fn append(&mut self, (unpadded, uncompressed): (u64, u64)) -> lzma_ret {
        // SAFETY: `raw` is from this library.
        unsafe { (self.lib.lzma_index_hash_append)(self.raw, unpadded, uncompressed) }
    }

    fn size(&self) -> u64 {
        // SAFETY: `raw` is from this library.
        unsafe { (self.lib.lzma_index_hash_size)(self.raw) }
    }

    /// The code of `lzma_index_hash_decode`, and the number of bytes that it takes.
    fn decode(&mut self, input: &[u8]) -> (lzma_ret, usize) {
        let mut pos = 0;
        // SAFETY: `raw` is from this library, and `input` as long as said.
        let ret = unsafe {
            (self.lib.lzma_index_hash_decode)(self.raw, input.as_ptr(), &mut pos, input.len())
        };
        (ret, pos)
    }
}

impl Drop for Hash<'_> {
    fn drop(&mut self) {
        // SAFETY: `raw` is from this library and not used any more.
        unsafe { (self.lib.lzma_index_hash_end)(self.raw, ptr::null()) };
    }
}

fn push_vli(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn index(records: &[(u64, u64)]) -> Vec<u8> {
    let mut bytes = vec![0];
    push_vli(&mut bytes, records.len() as u64);
    for record in records {
        push_vli(&mut bytes, record.0);
        push_vli(&mut bytes, record.1);
    }
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes.extend(crc32(&bytes).to_le_bytes());
    bytes
}

fn any_size(rng: &mut Rng) -> u64 {
    match rng.below(40) {
        0 => rng.pick(&[0, 4, 5, LZMA_VLI_MAX, LZMA_VLI_MAX - 3, LZMA_VLI_MAX + 1, u64::MAX]),
        1 => rng.next_u64() >> rng.below(64),
        _ => 5 + (rng.next_u64() >> (40 + rng.below(20))),
    }
}

/// Records, and what to make of them: an Index with some of them changed.
fn any_index(records: &[(u64, u64)], rng: &mut Rng) -> Vec<u8> {
    let mut records = records.to_vec();
    if rng.one_in(4) && records.len() > 1 {
        let (a, b) = (rng.below(records.len()), rng.below(records.len()));
        match rng.below(4) {
            0 => records.swap(a, b),
            1 => records[a].0 = any_size(rng),
            2 => (records[a].1, records[b].1) = (records[b].1, records[a].1),
            _ => drop(records.pop()),
        }
    }
    let mut bytes = index(&records);
    if rng.one_in(3) {
        let at = rng.below(bytes.len());
        bytes[at] ^= 1 << rng.below(8);
        if rng.one_in(2) {
            let end = bytes.len() - 4;
            let crc = crc32(&bytes[..end]);
            bytes[end..].copy_from_slice(&crc.to_le_bytes());
        }
    }
    if rng.one_in(8) {
        bytes = mutate::mutate(&bytes, rng).bytes;
    }
    bytes
}

#[test]
fn same_answers() {
    seeds(3000, |rng| {
        let (mut want, mut have) = (Hash::new(Lib::reference()), Hash::new(Lib::ours()));
        for _ in 0..2 {
            compare(&mut want, &mut have, rng);
            want.again();
            have.again();
        }
    });
}

fn compare(want: &mut Hash<'_>, have: &mut Hash<'_>, rng: &mut Rng) {
    let mut records = Vec::new();
    for _ in 0..rng.skewed(300) {
        let record = (any_size(rng), any_size(rng));
        let ret = want.append(record);
        assert_eq!(ret, have.append(record), "{record:?}");
        assert_eq!(want.size(), have.size());
        match ret {
            LZMA_OK => records.push(record),
            LZMA_PROG_ERROR => {}
            _ => return, // the Stream is too large
        }
    }
    let bytes = any_index(&records, rng);
    let most = rng.pick(&[1, 2, 10, usize::MAX]);
    let mut rest = bytes.as_slice();
    loop {
        let piece = &rest[..rest.len().min(most)];
        let answer = want.decode(piece);
        assert_eq!(answer, have.decode(piece), "{records:?} {bytes:?} {}", rest.len());
        let record = (100, 100);
        if rng.one_in(100) {
            assert_eq!(want.append(record), have.append(record));
        }
        rest = &rest[answer.1..];
        if answer.0 != LZMA_OK {
            break;
        }
    }
    assert_eq!(want.size(), have.size());
}

/// The next input for a digest that has refused something: the right bytes from
/// some place on, others, or none at all.
fn any_piece<'a>(right: &'a [u8], pos: &mut usize, other: &'a [u8], rng: &mut Rng) -> &'a [u8] {
    match rng.below(12) {
        0 => other,
        1 => &[],
        2 => &[0],
        // Goes back, or leaves something out.
        3..6 => {
            *pos = (*pos + rng.below(4)).saturating_sub(rng.below(4)).min(right.len());
            &right[*pos..]
        }
        6 => {
            *pos = rng.below(right.len() + 1);
            &right[*pos..]
        }
        _ => &right[*pos..],
    }
}

/// An error, and then more calls: as many as there may be before the end.
#[test]
fn going_on_after_errors() {
    let mut ends_after_errors = 0;
    seeds(40_000, |rng| {
        let (mut want, mut have) = (Hash::new(Lib::reference()), Hash::new(Lib::ours()));
        let mut records = Vec::new();
        for _ in 0..rng.skewed(12) {
            let record = (any_size(rng), any_size(rng));
            let ret = want.append(record);
            assert_eq!(ret, have.append(record), "{record:?}");
            assert_eq!(want.size(), have.size());
            // A Block that made the Stream too large is in the digest all the same.
            if ret != LZMA_PROG_ERROR {
                records.push(record);
            }
        }
        let records: Vec<_> = records.into_iter().map(|(a, b)| (a, b & LZMA_VLI_MAX)).collect();
        let right = index(&records);
        let damaged = any_index(&records, rng);
        let mut noise = [0; 12];
        rng.fill(&mut noise);
        let (mut pos, mut errors) = (0, 0);
        let most = rng.pick(&[1, 2, 10, usize::MAX]);
        for _ in 0..60 {
            let other = if rng.one_in(2) { &damaged[..] } else { &noise };
            let from_right = pos;
            let piece = any_piece(&right, &mut pos, other, rng);
            let piece = &piece[..piece.len().min(most).min(1 + rng.skewed(40))];
            let answer = want.decode(piece);
            let what = format!("{records:?} {piece:?} from {from_right} of {right:?}");
            assert_eq!(answer, have.decode(piece), "{what}");
            if piece.as_ptr() == right[pos..].as_ptr() {
                pos += answer.1;
            }
            if rng.one_in(30) {
                assert_eq!(want.append((100, 100)), have.append((100, 100)));
            }
            assert_eq!(want.size(), have.size());
            errors += u32::from(answer.0 == LZMA_DATA_ERROR);
            if answer.0 == LZMA_STREAM_END {
                ends_after_errors += usize::from(errors > 0);
                break; // what comes then is undefined in the original
            }
        }
    });
    assert!(is_enough(ends_after_errors, 100));
}

/// The original goes on to compare, behind the end of a number.
#[test]
fn nothing_is_taken_after_the_end() {
    let mut hash = Hash::new(Lib::ours());
    let bytes = index(&[]);
    assert_eq!(hash.decode(&bytes), (LZMA_STREAM_END, bytes.len()));
    assert_eq!(hash.decode(&bytes), (LZMA_STREAM_END, 0));
    assert_eq!(hash.decode(&[]), (LZMA_BUF_ERROR, 0));
}

#[test]
fn from_the_allocator_and_back() {
    let lib = Lib::ours();
    let allocator = Allocator::new();
    // SAFETY: the allocator lives; the digest is not used after its end.
    unsafe {
        let hash = (lib.lzma_index_hash_init)(ptr::null_mut(), allocator.as_ptr());
        assert!(!hash.is_null() && allocator.live_bytes() > 0);
        (lib.lzma_index_hash_end)(hash, allocator.as_ptr());
        (lib.lzma_index_hash_end)(ptr::null_mut(), allocator.as_ptr());
    }
    for n in 1.. {
        let allocator = Allocator::failing_at(n);
        // SAFETY: as above.
        unsafe {
            let hash = (lib.lzma_index_hash_init)(ptr::null_mut(), allocator.as_ptr());
            (lib.lzma_index_hash_end)(hash, allocator.as_ptr());
            if allocator.failed() == 0 {
                break;
            }
            assert!(hash.is_null());
        }
    }
}
