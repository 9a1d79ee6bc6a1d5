//! The hashes of the match finders. They decide which candidates a position
//! sees, so every bit of them shows in the output.

#![forbid(unsafe_code)]

use super::hash_ahead::BATCH;
use crate::lz::options::{HASH2_SIZE, HASH3_SIZE};

/// The CRC-32 of each byte (reflected polynomial EDB88320).
static CRC: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xEDB8_8320 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

/// Where the hashes of some positions in a row go; all are of one length.
pub(super) struct HashRows<'a> {
    pub(super) two: &'a mut [u32],
    pub(super) three: &'a mut [u32],
    pub(super) main: &'a mut [u32],
}

/// The hashes of a row of at most [`BATCH`] positions. `bytes` has those
/// from the first position on, and three more than there are positions.
/// Hashes that a match finder with such a main hash does not use are left
/// alone.
#[inline(always)]
pub(super) fn hash_row<const BYTES: usize>(bytes: &[u8], mask: u32, rows: HashRows<'_>) {
    let HashRows { two, three, main } = rows;
    // A table is read once for each byte; the rest is for vectors.
    let mut crcs = [0; BATCH + 3];
    for (crc, byte) in crcs.iter_mut().zip(bytes) {
        *crc = CRC[usize::from(*byte)];
    }
    let all = bytes.windows(4).zip(crcs.windows(4)).zip(main).zip(two.iter_mut().zip(three));
    for (((bytes, crcs), main), (two, three)) in all {
        let hash2 = crcs[0] ^ u32::from(bytes[1]);
        let hash3 = hash2 ^ (u32::from(bytes[2]) << 8);
        if BYTES > 2 {
            *two = hash2 & (HASH2_SIZE - 1);
        }
        if BYTES > 3 {
            *three = hash3 & (HASH3_SIZE - 1);
        }
        *main = match BYTES {
            2 => u32::from(bytes[0]) | (u32::from(bytes[1]) << 8),
            3 => hash3 & mask,
            _ => (hash3 ^ (crcs[3] << 5)) & mask,
        };
    }
}

/// The hashes of a position.
#[cfg(test)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hashes {
    /// Of 2 bytes, below [`HASH2_SIZE`].
    pub(super) two: u32,
    /// Of 3 bytes, below [`HASH3_SIZE`].
    pub(super) three: u32,
    /// The main hash, within the mask.
    pub(super) main: u32,
}

/// The hashes of the bytes in `word` (little-endian: the first byte is the
/// lowest). The main hash covers `BYTES` bytes; the bytes of `word` after
/// those have no influence on it, nor on the shorter hashes that the match
/// finder with such a main hash uses.
#[cfg(test)]
pub(super) fn hashes<const BYTES: usize>(word: u32, mask: u32) -> Hashes {
    let [first, second, third, fourth] = word.to_le_bytes();
    let two = CRC[usize::from(first)] ^ u32::from(second);
    let three = two ^ (u32::from(third) << 8);
    let main = match BYTES {
        2 => word & 0xFFFF,
        3 => three & mask,
        _ => (three ^ (CRC[usize::from(fourth)] << 5)) & mask,
    };
    Hashes { two: two & (HASH2_SIZE - 1), three: three & (HASH3_SIZE - 1), main }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_beyond_the_hashed_ones_do_not_matter() {
        let (a, b) = (0x6463_6261, 0xFF63_6261);
        assert_eq!(hashes::<3>(a, 0xFF_FFFF), hashes::<3>(b, 0xFF_FFFF));
        assert_ne!(hashes::<4>(a, 0xFF_FFFF), hashes::<4>(b, 0xFF_FFFF));
        let (a, b) = (hashes::<2>(a, 0xFFFF), hashes::<2>(0x1111_6261, 0xFFFF));
        assert_eq!((a.two, a.main), (b.two, b.main));
    }

    fn row<const BYTES: usize>(bytes: &[u8], mask: u32) -> Vec<Hashes> {
        let count = bytes.len() - 3;
        let [mut two, mut three, mut main] = [(); 3].map(|()| vec![0; count]);
        let rows = HashRows { two: &mut two, three: &mut three, main: &mut main };
        hash_row::<BYTES>(bytes, mask, rows);
        (0..count).map(|at| Hashes { two: two[at], three: three[at], main: main[at] }).collect()
    }

    #[test]
    fn rows_are_hashed_like_single_positions() {
        let bytes: Vec<u8> =
            (0..200u32).map(|at| (at.pow(2).wrapping_mul(2_654_435) >> 7) as u8).collect();
        for count in [0, 1, 3, 4, 63, BATCH] {
            for start in 0..100 {
                let bytes = &bytes[start..start + count + 3];
                for (at, word) in bytes.windows(4).enumerate() {
                    let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
                    assert_eq!(row::<4>(bytes, 0xFFFFF)[at], hashes::<4>(word, 0xFFFFF));
                    let Hashes { two, main, .. } = hashes::<3>(word, 0xFFFFF);
                    assert_eq!(row::<3>(bytes, 0xFFFFF)[at], Hashes { two, three: 0, main });
                    let Hashes { main, .. } = hashes::<2>(word, 0xFFFF);
                    assert_eq!(row::<2>(bytes, 0xFFFF)[at], Hashes { two: 0, three: 0, main });
                }
            }
        }
    }

    #[test]
    fn the_first_byte_and_a_short_hash_settle_the_rest() {
        // Two positions with the same first byte and the same short hash
        // agree in all bytes that the hash covers.
        for second in 0..=255u32 {
            let two = hashes::<4>(0x61 | (second << 8), 0xFFFF).two;
            assert_eq!((two ^ CRC[0x61]) & 0xFF, second);
        }
    }
}
