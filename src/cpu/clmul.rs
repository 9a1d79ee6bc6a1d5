//! CRCs by carry-less multiplication.
//!
//! A CRC is the remainder of a polynomial over GF(2). 16 bytes of it can be
//! replaced by what they are congruent to any number of bytes further on,
//! which costs two multiplications ("folding"), until 16 bytes are left; two
//! more multiplications (Barrett) give the remainder of these. See Gopal et
//! al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ".
//!
//! Everything is reflected: bit *i* of a 64-bit word is the coefficient of
//! x^(63-*i*), of 128 bits that of x^(127-*i*). The first byte is the lowest,
//! so it has the highest powers. The product of two such words comes out one
//! bit too low, that is, divided by x; the constants make up for it.
//!
//! The only thing unsafe here is to call a function that needs instructions
//! which the processor may lack; memory is accessed by safe code alone.

/// The constants of a CRC, derived from its generator polynomial of degree 64,
/// which is given without its highest power.
///
/// A CRC of 32 bits has its generator multiplied by x^32; then its state is
/// the lower half of the 64-bit state.
#[allow(dead_code)] // only x86-64 needs it
struct Polynomial<const GENERATOR: u64>;

/// Moves 128 bits by a distance of D bits: the first 64 are multiplied by
/// `near` = x^(D+64) / x, the other 64 by `far` = x^D / x.
#[derive(Clone, Copy)]
#[allow(dead_code)]
struct Fold {
    near: u64,
    far: u64,
}

#[allow(dead_code)]
impl<const GENERATOR: u64> Polynomial<GENERATOR> {
    const FOLD_16: Fold = fold(16, GENERATOR);
    const FOLD_32: Fold = fold(32, GENERATOR);
    const FOLD_64: Fold = fold(64, GENERATOR);
    const FOLD_128: Fold = fold(128, GENERATOR);
    /// The upper 64 coefficients of the quotient x^128 / generator.
    const QUOTIENT: u64 = quotient(GENERATOR);
    /// The upper 64 coefficients of the generator.
    const UPPER: u64 = GENERATOR << 1 | 1;
    /// All ones if the generator has the remaining coefficient, that of x^0.
    const LOWEST: u64 = 0u64.wrapping_sub(GENERATOR >> 63);
}

/// `value` times x, modulo the generator.
const fn times_x(value: u64, generator: u64) -> u64 {
    value >> 1 ^ if value & 1 == 1 { generator } else { 0 }
}

const fn power_of_x(exponent: u32, generator: u64) -> u64 {
    let mut power = 1 << 63;
    let mut i = 0;
    while i < exponent {
        power = times_x(power, generator);
        i += 1;
    }
    power
}

const fn fold(bytes: u32, generator: u64) -> Fold {
    Fold { near: power_of_x(bytes * 8 + 63, generator), far: power_of_x(bytes * 8 - 1, generator) }
}

/// Long division; each step yields a coefficient.
const fn quotient(generator: u64) -> u64 {
    let mut quotient = 1;
    let mut rest = generator;
    let mut i = 1;
    while i < 64 {
        quotient |= (rest & 1) << i;
        rest = times_x(rest, generator);
        i += 1;
    }
    quotient
}

/// The portable twin, a bit at a time.
#[cfg(test)]
fn portable<const GENERATOR: u64>(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |state, &byte| {
        (0..8).fold(state ^ u64::from(byte), |state, _| times_x(state, GENERATOR))
    })
}

/// Continues the CRC `state` (without the complements at the beginning and
/// the end that are customary). `None`: this processor cannot do it.
#[inline]
pub(crate) fn update<const GENERATOR: u64>(state: u64, bytes: &[u8]) -> Option<u64> {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        if has!("pclmulqdq") {
            if bytes.len() >= x86::WIDE_MIN && has!("vpclmulqdq") && has!("avx2") {
                // SAFETY: the processor has the instructions.
                return Some(unsafe { x86::update_wide::<GENERATOR>(state, bytes) });
            }
            // SAFETY: the processor has the instructions.
            return Some(unsafe { x86::update::<GENERATOR>(state, bytes) });
        }
    }
    let _ = (state, bytes);
    None
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    // What needs SSE2 only is safe in any function, but since Rust 1.87.
    #![allow(unused_unsafe)]

    use super::{Fold, Polynomial};
    use crate::cpu::polyfill::as_chunks;
    use core::arch::asm;
    use core::arch::x86_64::*;

    /// From this many bytes on the wide registers pay.
    pub(super) const WIDE_MIN: usize = 256;

    #[inline(always)]
    fn pair(low: u64, high: u64) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_set_epi64x(high as i64, low as i64) }
    }

    #[inline(always)]
    fn both(fold: Fold) -> __m128i {
        pair(fold.near, fold.far)
    }

    #[inline(always)]
    fn load(bytes: &[u8; 16]) -> __m128i {
        let value = u128::from_le_bytes(*bytes);
        pair(value as u64, (value >> 64) as u64)
    }

    #[inline(always)]
    fn word(value: u64) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_cvtsi64_si128(value as i64) }
    }

    #[inline(always)]
    fn low(value: __m128i) -> u64 {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_cvtsi128_si64(value) as u64 }
    }

    /// The upper half, moved down.
    #[inline(always)]
    fn upper(value: __m128i) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_srli_si128(value, 8) }
    }

    #[inline(always)]
    fn xor(a: __m128i, b: __m128i) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_xor_si128(a, b) }
    }

    /// The product of the lower halves.
    ///
    /// # Safety
    ///
    /// The processor has PCLMULQDQ, as for all functions below.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    unsafe fn times(a: __m128i, b: __m128i) -> __m128i {
        // SAFETY: by contract.
        unsafe { _mm_clmulepi64_si128(a, b, 0x00) }
    }

    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    unsafe fn folded(value: __m128i, fold: __m128i) -> __m128i {
        // SAFETY: by contract.
        unsafe { xor(times(value, fold), _mm_clmulepi64_si128(value, fold, 0x11)) }
    }

    /// `value` times x^64, modulo the generator.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    unsafe fn reduce<const GENERATOR: u64>(value: __m128i) -> u64 {
        // SAFETY: by contract.
        let product = unsafe { times(value, word(Polynomial::<GENERATOR>::FOLD_16.far)) };
        // SAFETY: by contract.
        unsafe { reduce_word::<GENERATOR>(xor(product, upper(value))) }
    }

    /// `value` modulo the generator.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    unsafe fn reduce_word<const GENERATOR: u64>(value: __m128i) -> u64 {
        // SAFETY: by contract.
        let quotient = unsafe { times(value, word(Polynomial::<GENERATOR>::QUOTIENT)) };
        // SAFETY: by contract.
        let product = unsafe { times(quotient, word(Polynomial::<GENERATOR>::UPPER)) };
        let high = upper(xor(product, value));
        low(high) ^ (low(quotient) & Polynomial::<GENERATOR>::LOWEST)
    }

    /// The next state. If `bytes` is not whole blocks, the first block is the
    /// incomplete one: zeros in front of it change nothing.
    #[target_feature(enable = "pclmulqdq")]
    pub(super) unsafe fn update<const GENERATOR: u64>(state: u64, bytes: &[u8]) -> u64 {
        let (head, blocks) = bytes.split_at(bytes.len() % 16);
        let bits = head.len() * 8;
        let Some(&start) = bytes.first_chunk() else {
            if bytes.is_empty() {
                return state;
            }
            let value = (load_short(bytes) ^ state) << (64 - bits);
            // SAFETY: by contract.
            return unsafe { reduce_word::<GENERATOR>(word(value)) } ^ state >> bits;
        };
        // The state belongs to the first eight bytes.
        let start = u64::from_le_bytes(start) ^ state;
        match (head.len(), blocks.split_first_chunk()) {
            (0, None) => state,
            (0, Some((first, rest))) => {
                // SAFETY: by contract.
                unsafe { update_blocks::<GENERATOR>(xor(load(first), word(state)), rest) }
            }
            (1..=8, next) => {
                let value = word(start << (64 - bits));
                let Some((next, rest)) = next else {
                    // SAFETY: by contract.
                    return unsafe { reduce_word::<GENERATOR>(value) };
                };
                let far = word(Polynomial::<GENERATOR>::FOLD_16.far);
                let next = xor(load(next), word(state >> (bits - 8) >> 8));
                // SAFETY: by contract.
                unsafe { update_blocks::<GENERATOR>(xor(times(value, far), next), rest) }
            }
            (_, next) => {
                let end = head.last_chunk().map_or(0, |end| u64::from_le_bytes(*end));
                let end = end ^ state >> (bits - 64);
                let value = pair(start << (128 - bits), end);
                let Some((next, rest)) = next else {
                    // SAFETY: by contract.
                    return unsafe { reduce::<GENERATOR>(value) };
                };
                // SAFETY: by contract.
                let value = unsafe { folded(value, both(Polynomial::<GENERATOR>::FOLD_16)) };
                // SAFETY: by contract.
                unsafe { update_blocks::<GENERATOR>(xor(value, load(next)), rest) }
            }
        }
    }

    /// At most seven bytes.
    #[inline]
    fn load_short(bytes: &[u8]) -> u64 {
        if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            // The two may overlap.
            let last = u64::from(u32::from_le_bytes(*last)) << ((bytes.len() * 8) % 64 - 32);
            return u64::from(u32::from_le_bytes(*first)) | last;
        }
        bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
    }

    /// Continues with whole blocks from the first one, `value`.
    #[target_feature(enable = "pclmulqdq")]
    unsafe fn update_blocks<const GENERATOR: u64>(mut value: __m128i, bytes: &[u8]) -> u64 {
        let fold_16 = both(Polynomial::<GENERATOR>::FOLD_16);
        let (mut blocks, _) = as_chunks::<16, _>(bytes);
        if let Some(([b1, b2, b3], rest)) = blocks.split_first_chunk::<3>() {
            let fold_64 = both(Polynomial::<GENERATOR>::FOLD_64);
            let mut lanes = [value, load(b1), load(b2), load(b3)];
            let (groups, rest) = as_chunks::<4, _>(rest);
            for group in groups {
                for (lane, block) in lanes.iter_mut().zip(group) {
                    // SAFETY: by contract.
                    *lane = unsafe { xor(folded(*lane, fold_64), load(block)) };
                }
            }
            value = lanes[0];
            for &lane in &lanes[1..] {
                // SAFETY: by contract.
                value = unsafe { xor(folded(value, fold_16), lane) };
            }
            blocks = rest;
        }
        for block in blocks {
            // SAFETY: by contract.
            value = unsafe { xor(folded(value, fold_16), load(block)) };
        }
        // SAFETY: by contract.
        unsafe { reduce::<GENERATOR>(value) }
    }

    /// # Safety
    ///
    /// The processor has VPCLMULQDQ and AVX2, as for all functions below.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn load_wide(bytes: &[u8; 32]) -> __m256i {
        let [a, b, c, d] = [0, 8, 16, 24].map(|at| {
            let word = bytes[at..].first_chunk().copied().unwrap_or_default();
            i64::from_le_bytes(word)
        });
        // SAFETY: by contract.
        unsafe { _mm256_set_epi64x(d, c, b, a) }
    }

    /// The products of the lower halves, or, with `HALVES` 0x11, of the upper
    /// ones. In assembler, since the intrinsic came with Rust 1.89.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn times_wide<const HALVES: i32>(a: __m256i, b: __m256i) -> __m256i {
        let product;
        // SAFETY: by contract; it works on registers only.
        unsafe {
            asm!(
                "vpclmulqdq {product}, {a}, {b}, {halves}",
                product = lateout(ymm_reg) product,
                a = in(ymm_reg) a,
                b = in(ymm_reg) b,
                halves = const HALVES,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        product
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn folded_wide(value: __m256i, fold: __m256i) -> __m256i {
        // SAFETY: by contract.
        unsafe {
            _mm256_xor_si256(times_wide::<0x00>(value, fold), times_wide::<0x11>(value, fold))
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn both_wide(fold: Fold) -> __m256i {
        // SAFETY: by contract.
        unsafe { _mm256_broadcastsi128_si256(both(fold)) }
    }

    /// Like [`update`], with two blocks in each register.
    #[target_feature(enable = "avx2", enable = "pclmulqdq")]
    pub(super) unsafe fn update_wide<const GENERATOR: u64>(state: u64, bytes: &[u8]) -> u64 {
        let (groups, rest) = as_chunks::<128, _>(bytes);
        let Some((group, groups)) = groups.split_first() else {
            // SAFETY: by contract.
            return unsafe { update::<GENERATOR>(state, bytes) };
        };
        // SAFETY: by contract.
        let value = unsafe { fold_wide::<GENERATOR>(state, group, groups) };
        let (whole, _) = as_chunks::<16, _>(rest);
        let (whole, tail) = rest.split_at(whole.len() * 16);
        // SAFETY: by contract.
        let state = unsafe { update_blocks::<GENERATOR>(value, whole) };
        if tail.is_empty() {
            return state;
        }
        // SAFETY: by contract.
        unsafe { update::<GENERATOR>(state, tail) }
    }

    /// Continues from `state`; returns what the groups of bytes, `first` and
    /// then `groups`, are congruent to.
    #[inline]
    #[target_feature(enable = "avx2", enable = "pclmulqdq")]
    unsafe fn fold_wide<const GENERATOR: u64>(
        state: u64,
        first: &[u8; 128],
        groups: &[[u8; 128]],
    ) -> __m128i {
        // SAFETY: by contract.
        unsafe {
            let (blocks, _) = as_chunks::<32, _>(first);
            let mut lanes = [_mm256_setzero_si256(); 4];
            for (lane, block) in lanes.iter_mut().zip(blocks) {
                *lane = load_wide(block);
            }
            lanes[0] = _mm256_xor_si256(lanes[0], _mm256_zextsi128_si256(word(state)));
            let fold_128 = both_wide(Polynomial::<GENERATOR>::FOLD_128);
            for group in groups {
                let (blocks, _) = as_chunks::<32, _>(group);
                for (lane, block) in lanes.iter_mut().zip(blocks) {
                    *lane = _mm256_xor_si256(folded_wide(*lane, fold_128), load_wide(block));
                }
            }
            let fold_32 = both_wide(Polynomial::<GENERATOR>::FOLD_32);
            let mut value = lanes[0];
            for &lane in &lanes[1..] {
                value = _mm256_xor_si256(folded_wide(value, fold_32), lane);
            }
            let fold_16 = both(Polynomial::<GENERATOR>::FOLD_16);
            xor(folded(_mm256_castsi256_si128(value), fold_16), _mm256_extracti128_si256(value, 1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_the_known_ones() {
        // Published for CRC-64/XZ by several implementations.
        type Crc64 = Polynomial<0xc96c_5795_d787_0f42>;
        assert_eq!(Crc64::FOLD_16.far, 0xdabe_95af_c787_5f40);
        assert_eq!(Crc64::FOLD_16.near, 0xe05d_d497_ca39_3ae4);
        assert_eq!(Crc64::QUOTIENT, 0x9c3e_466c_1729_63d5);
        assert_eq!(Crc64::UPPER, 0x92d8_af2b_af0e_1e85);
    }

    fn compare<const GENERATOR: u64>(states: [u64; 3]) {
        let mut bytes = [0; 700];
        let mut seed = 1u32;
        for byte in &mut bytes {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (seed >> 24) as u8;
        }
        for len in 0..680 {
            let bytes = &bytes[len % 17..][..len];
            for state in states {
                if let Some(new) = update::<GENERATOR>(state, bytes) {
                    assert_eq!(new, portable::<GENERATOR>(state, bytes), "{len} bytes");
                }
            }
        }
    }

    #[test]
    fn agrees_with_the_portable_twin() {
        compare::<0xc96c_5795_d787_0f42>([0, u64::MAX, 0x0123_4567_89ab_cdef]);
        compare::<0xedb8_8320>([0, 0xffff_ffff, 0x89ab_cdef]);
    }
}
