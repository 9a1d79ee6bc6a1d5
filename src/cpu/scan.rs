//! Finds instructions: where in a block of 64 bytes certain bits have
//! certain values.
//!
//! The only thing unsafe here is to call intrinsics that need SSE2, which the
//! compiler takes for safe since Rust 1.87.

/// Bit *i* is set if byte *i* has the bits `value` under `mask`.
#[inline]
pub(crate) fn bytes(block: &[u8; 64], mask: u8, value: u8) -> u64 {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    return x86::bytes(block, mask, value);
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    portable_bytes(block, mask, value)
}

/// Bit 2*i* is set if the little endian 16-bit word at byte 2*i* has the
/// bits `value` under `mask`. Odd bits are not set.
#[inline]
pub(crate) fn halfwords(block: &[u8; 64], mask: u16, value: u16) -> u64 {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    return x86::halfwords(block, mask, value);
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    portable_halfwords(block, mask, value)
}

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
fn portable_bytes(block: &[u8; 64], mask: u8, value: u8) -> u64 {
    block.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(byte & mask == value))
}

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
fn portable_halfwords(block: &[u8; 64], mask: u16, value: u16) -> u64 {
    let (words, _) = crate::cpu::polyfill::as_chunks::<2, _>(block);
    words
        .iter()
        .rev()
        .fold(0, |bits, &word| bits << 2 | u64::from(u16::from_le_bytes(word) & mask == value))
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod x86 {
    // SSE2 is safe to use where every processor has it, but since Rust 1.87.
    #![allow(unused_unsafe)]

    use crate::cpu::polyfill::as_chunks;
    use core::arch::x86_64::*;

    #[inline(always)]
    fn load(part: [u8; 16]) -> __m128i {
        let part = u128::from_le_bytes(part);
        // SAFETY: the target has SSE2.
        unsafe { _mm_set_epi64x((part >> 64) as i64, part as i64) }
    }

    #[inline]
    pub(super) fn bytes(block: &[u8; 64], mask: u8, value: u8) -> u64 {
        // SAFETY: the target has SSE2.
        let [mask, value] = [mask, value].map(|byte| unsafe { _mm_set1_epi8(byte as i8) });
        as_chunks(block).0.iter().rev().fold(0, |bits, &part| {
            // SAFETY: the target has SSE2.
            let found = unsafe {
                _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(load(part), mask), value))
            };
            bits << 16 | u64::from(found as u16)
        })
    }

    #[inline]
    pub(super) fn halfwords(block: &[u8; 64], mask: u16, value: u16) -> u64 {
        // SAFETY: the target has SSE2.
        let [mask, value] = [mask, value].map(|word| unsafe { _mm_set1_epi16(word as i16) });
        let bits = as_chunks(block).0.iter().rev().fold(0, |bits, &part| {
            // SAFETY: the target has SSE2.
            let found = unsafe {
                _mm_movemask_epi8(_mm_cmpeq_epi16(_mm_and_si128(load(part), mask), value))
            };
            bits << 16 | u64::from(found as u16)
        });
        bits & 0x5555_5555_5555_5555
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_portable_twin() {
        let mut block = [0; 64];
        let mut random = crate::rng::Rng::new(0);
        for _ in 0..200 {
            random.fill(&mut block);
            for (mask, value) in [(0xfe, 0xe8), (0x01, 0x01), (0xff, 0x00), (0x00, 0x00)] {
                assert_eq!(bytes(&block, mask, value), portable_bytes(&block, mask, value));
                let (mask, value) = (u16::from(mask) | 0x0100, u16::from(value) | 0x0100);
                assert_eq!(halfwords(&block, mask, value), portable_halfwords(&block, mask, value));
            }
        }
    }
}
