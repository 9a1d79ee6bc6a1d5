//! The hashes of the match finders. They decide which candidates a position
//! sees, so every bit of them shows in the output.

#![forbid(unsafe_code)]

use super::options::{HASH2_SIZE, HASH3_SIZE};

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

/// The hashes of a position.
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
#[inline(always)]
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
