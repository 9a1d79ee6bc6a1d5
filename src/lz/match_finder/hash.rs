//! The hashes of the match finders, and the sizes of their head tables. They
//! decide which candidates a position sees, so every bit of them shows in the
//! output.
//!
//! Two properties of the 2- and 3-byte hashes are relied on elsewhere. If two
//! positions agree in such a hash and in their first byte, they agree in all
//! bytes that the hash covers; so short matches compare one byte
//! (`short_matches.rs`). And hashes are below the number of
//! [`entries`] of their table.

#![forbid(unsafe_code)]

use crate::check::crc32_of_bytes;
use crate::cpu::polyfill::{as_chunks, as_chunks_mut};
use crate::lz::MatchFinderKind;

/// Positions that are hashed at a time, at most.
pub(super) const BATCH: usize = 64;

/// Entries of the head table of 2-byte hashes.
const ENTRIES2: u32 = 1 << 10;
/// Entries of the head table of 3-byte hashes.
const ENTRIES3: u32 = 1 << 16;

/// For each byte, the state of a CRC32 that it leads to.
pub(super) static CRC: [u32; 256] = crc32_of_bytes();

/// One value for each hash of a position. A match finder has a main hash of 2
/// to 4 bytes, and beside it the hashes of fewer bytes, if there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PerHash<T> {
    /// For the hash of 2 bytes, beside a main hash of 3 or 4.
    pub(super) two: T,
    /// For the hash of 3 bytes, beside a main hash of 4.
    pub(super) three: T,
    /// For the main hash.
    pub(super) main: T,
}

impl<T> PerHash<T> {
    /// The three values, those of the shorter hashes first.
    pub(super) fn each(&self) -> [&T; 3] {
        [&self.two, &self.three, &self.main]
    }

    /// The three values to be changed, those of the shorter hashes first.
    pub(super) fn each_mut(&mut self) -> [&mut T; 3] {
        [&mut self.two, &mut self.three, &mut self.main]
    }
}

/// Entries of the head tables; 0 for hashes that are not used. The main hash
/// has a power of two of them, near half the dictionary size.
pub(super) fn entries(kind: MatchFinderKind, dict_size: u32) -> PerHash<u32> {
    let bytes = kind.hash_bytes();
    let two = if bytes > 2 { ENTRIES2 } else { 0 };
    let three = if bytes > 3 { ENTRIES3 } else { 0 };
    if bytes == 2 {
        return PerHash { two, three, main: 1 << 16 };
    }
    // One bit fewer than `dict_size - 1` has, but at least 16.
    let bits = u32::BITS - (dict_size - 1).leading_zeros();
    let main = 1 << bits.saturating_sub(1).max(16);
    let main = match bytes {
        _ if main <= 1 << 24 => main,
        3 => 1 << 24,
        _ => main >> 1,
    };
    PerHash { two, three, main }
}

/// Hashes at most [`BATCH`] positions in a row, with a main hash of `BYTES`
/// bytes whose table has `entries` entries. `bytes` has the bytes from the
/// first position on, and three more than there are positions. Rows of hashes
/// that are not used beside such a main hash are left alone.
#[inline(always)]
pub(super) fn hash_batch<const BYTES: usize>(
    bytes: &[u8],
    entries: u32,
    rows: PerHash<&mut [u32]>,
) {
    let PerHash { two, three, main } = rows;
    let mask = entries.wrapping_sub(1);
    // A table is read once for each byte; the rest is for vectors.
    let mut crcs = [0; BATCH + 4];
    let (fours, rest) = as_chunks::<4, _>(bytes);
    let (crc_fours, _) = as_chunks_mut::<4, _>(&mut crcs);
    for (crcs, bytes) in crc_fours.iter_mut().zip(fours) {
        for (crc, byte) in crcs.iter_mut().zip(bytes) {
            *crc = CRC[usize::from(*byte)];
        }
    }
    if let Some(crcs) = crc_fours.get_mut(fours.len()) {
        for (crc, byte) in crcs.iter_mut().zip(rest) {
            *crc = CRC[usize::from(*byte)];
        }
    }
    let all = bytes.windows(4).zip(crcs.windows(4)).zip(main).zip(two.iter_mut().zip(three));
    for (((bytes, crcs), main), (two, three)) in all {
        let hash2 = crcs[0] ^ u32::from(bytes[1]);
        let hash3 = hash2 ^ (u32::from(bytes[2]) << 8);
        if BYTES > 2 {
            *two = hash2 & (ENTRIES2 - 1);
        }
        if BYTES > 3 {
            *three = hash3 & (ENTRIES3 - 1);
        }
        *main = match BYTES {
            2 => u32::from(bytes[0]) | (u32::from(bytes[1]) << 8),
            3 => hash3 & mask,
            _ => (hash3 ^ (crcs[3] << 5)) & mask,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::reference::hashes;
    use super::*;
    use crate::lz::MatchFinderKind::{Bt2, Bt3, Bt4, Hc3, Hc4};

    #[test]
    fn table_sizes_are_those_of_the_original() {
        // The hash_mask that lz_encoder_prepare computes, plus one.
        for (dict_size, [three, four]) in [
            (4096, [1 << 16, 1 << 16]),
            (1 << 17, [1 << 16, 1 << 16]),
            ((1 << 17) + 1, [1 << 17, 1 << 17]),
            (8 << 20, [1 << 22, 1 << 22]),
            (32 << 20, [1 << 24, 1 << 24]),
            ((32 << 20) + 1, [1 << 24, 1 << 24]),
            (64 << 20, [1 << 24, 1 << 24]),
            (128 << 20, [1 << 24, 1 << 25]),
            ((1 << 30) + (1 << 29), [1 << 24, 1 << 29]),
        ] {
            for (kind, main) in [(Bt2, 1 << 16), (Hc3, three), (Bt3, three), (Hc4, four)] {
                assert_eq!(entries(kind, dict_size).main, main, "{kind:?} {dict_size}");
            }
        }
        let PerHash { two, three, .. } = entries(Bt4, 4096);
        assert_eq!((two, three), (1 << 10, 1 << 16));
        let PerHash { two, three, .. } = entries(Bt3, 4096);
        assert_eq!((two, three), (1 << 10, 0));
        let PerHash { two, three, .. } = entries(Bt2, 4096);
        assert_eq!((two, three), (0, 0));
    }

    fn batch<const BYTES: usize>(bytes: &[u8], entries: u32) -> Vec<PerHash<u32>> {
        let count = bytes.len() - 3;
        let [mut two, mut three, mut main] = [(); 3].map(|()| vec![0; count]);
        let rows = PerHash { two: &mut two[..], three: &mut three[..], main: &mut main[..] };
        hash_batch::<BYTES>(bytes, entries, rows);
        (0..count).map(|at| PerHash { two: two[at], three: three[at], main: main[at] }).collect()
    }

    #[test]
    fn batches_are_hashed_like_single_positions() {
        let mut bytes = [0; 200];
        crate::rng::Rng::new(0).fill(&mut bytes);
        for count in [0, 1, 3, 4, 63, BATCH] {
            for start in 0..100 {
                let bytes = &bytes[start..start + count + 3];
                for (at, word) in bytes.windows(4).enumerate() {
                    let word = [word[0], word[1], word[2], word[3]];
                    assert_eq!(batch::<4>(bytes, 1 << 20)[at], hashes(4, word, 1 << 20));
                    assert_eq!(batch::<3>(bytes, 1 << 20)[at], hashes(3, word, 1 << 20));
                    assert_eq!(batch::<2>(bytes, 1 << 16)[at], hashes(2, word, 1 << 16));
                }
            }
        }
    }

    #[test]
    fn the_first_byte_and_a_short_hash_settle_the_other_bytes() {
        let mut seen = vec![false; ENTRIES3 as usize];
        for second in 0..=255 {
            let two = hashes(4, [0x61, second, 0, 0], 1 << 16).two;
            assert!(!core::mem::replace(&mut seen[two as usize], true));
        }
        seen.fill(false);
        for text in 0..=u16::MAX {
            let [second, third] = text.to_le_bytes();
            let three = hashes(4, [0x61, second, third, 0], 1 << 16).three;
            assert!(!core::mem::replace(&mut seen[three as usize], true));
        }
    }
}
