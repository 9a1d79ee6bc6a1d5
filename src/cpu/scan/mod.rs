//! Finds instructions: where in a block of 64 bytes certain bits have
//! certain values.
//!
//! The only thing unsafe here is to call intrinsics that need SSE2 or NEON, which the
//! compiler takes for safe since Rust 1.87.

#[cfg(all(target_arch = "aarch64", target_feature = "neon", target_endian = "little"))]
#[path = "arm64.rs"]
mod vector;
#[cfg(not(any(
    all(target_arch = "x86_64", target_feature = "sse2"),
    all(target_arch = "aarch64", target_feature = "neon", target_endian = "little")
)))]
use self::portable as vector;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[path = "x86.rs"]
mod vector;

/// Bit *i* is set if byte *i* has the bits `value` under `mask`.
#[inline]
pub(crate) fn bytes(block: &[u8; 64], mask: u8, value: u8) -> u64 {
    vector::bytes(block, mask, value)
}

/// Bit 2*i* is set if the little endian 16-bit word at byte 2*i* has the
/// bits `value` under `mask`. Odd bits are not set.
#[inline]
pub(crate) fn halfwords(block: &[u8; 64], mask: u16, value: u16) -> u64 {
    vector::halfwords(block, mask, value)
}

/// Eight bytes at a time, in an integer.
#[allow(dead_code)] // where there is something better, tests compare with it
mod portable {
    use crate::cpu::polyfill::as_chunks;

    /// One eight times, in bytes.
    const BYTES: u64 = u64::MAX / 0xff;
    /// One four times, in 16-bit words.
    const HALFWORDS: u64 = u64::MAX / 0xffff;

    /// The results of `found` for all eights of bytes, which have eight bits each.
    #[inline(always)]
    fn gather(block: &[u8; 64], found: impl Fn(u64) -> u64) -> u64 {
        let (parts, _) = as_chunks::<8, _>(block);
        parts.iter().rev().fold(0, |bits, part| bits << 8 | found(u64::from_le_bytes(*part)))
    }

    /// The uppermost bits of the lanes that are zero. `lowest` has the lowest bit of
    /// each lane.
    #[inline(always)]
    fn zeros(lanes: u64, lowest: u64, uppermost: u64) -> u64 {
        let others = uppermost - lowest; // all bits below the uppermost
        !(((lanes & others) + others) | lanes) & uppermost
    }

    #[inline]
    pub(super) fn bytes(block: &[u8; 64], mask: u8, value: u8) -> u64 {
        let [mask, value] = [mask, value].map(|byte| BYTES * u64::from(byte));
        gather(block, |part| {
            let found = zeros(part & mask ^ value, BYTES, BYTES << 7) >> 7;
            // Moves bit 8i to 56 + i, and all others to where they do no harm.
            found.wrapping_mul(0x0102_0408_1020_4080) >> 56
        })
    }

    #[inline]
    pub(super) fn halfwords(block: &[u8; 64], mask: u16, value: u16) -> u64 {
        let [mask, value] = [mask, value].map(|word| HALFWORDS * u64::from(word));
        gather(block, |part| {
            let found = zeros(part & mask ^ value, HALFWORDS, HALFWORDS << 15) >> 15;
            // Moves bit 16i to 56 + 2i.
            found.wrapping_mul(0x0100_0400_1000_4000) >> 56
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_definition() {
        type Bytes = fn(&[u8; 64], u8, u8) -> u64;
        type Halfwords = fn(&[u8; 64], u16, u16) -> u64;
        let both: [(Bytes, Halfwords); 2] =
            [(bytes, halfwords), (portable::bytes, portable::halfwords)];
        let mut block = [0; 64];
        let mut random = crate::rng::Rng::new(0);
        for _ in 0..200 {
            random.fill(&mut block);
            for (mask, value) in
                [(0xfe, 0xe8), (0x01, 0x01), (0xff, 0x00), (0x00, 0x00), (0x00, 0x01)]
            {
                let (wide_mask, wide_value) = (u16::from(mask) | 0x0100, u16::from(value) | 0x0100);
                let (mut expected, mut expected_wide) = (0, 0);
                for (index, byte) in block.iter().enumerate() {
                    expected |= u64::from(byte & mask == value) << index;
                }
                for (index, pair) in block.chunks(2).enumerate() {
                    let word = u16::from_le_bytes([pair[0], pair[1]]);
                    expected_wide |= u64::from(word & wide_mask == wide_value) << (2 * index);
                }
                for (bytes, halfwords) in both {
                    assert_eq!(bytes(&block, mask, value), expected);
                    assert_eq!(halfwords(&block, wide_mask, wide_value), expected_wide);
                }
            }
        }
    }
}
