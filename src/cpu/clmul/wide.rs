//! A CRC with two blocks of 16 bytes in each register: VPCLMULQDQ.

// Some of it is safe in these functions, but since Rust 1.87.
#![allow(unused_unsafe)]

use super::blocks::{both, folded, update, update_blocks};
use super::vector::{word, xor};
use super::{Fold, Polynomial};
use crate::cpu::polyfill::as_chunks;
use core::arch::asm;
use core::arch::x86_64::*;

/// From this many bytes on the wide registers pay.
pub(super) const WIDE_MIN: usize = 256;

/// # Safety
///
/// The processor has VPCLMULQDQ and AVX2.
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
///
/// # Safety
///
/// The processor has VPCLMULQDQ and AVX2.
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

/// # Safety
///
/// The processor has VPCLMULQDQ and AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn folded_wide(value: __m256i, fold: __m256i) -> __m256i {
    // SAFETY: by contract.
    unsafe { _mm256_xor_si256(times_wide::<0x00>(value, fold), times_wide::<0x11>(value, fold)) }
}

/// # Safety
///
/// The processor has VPCLMULQDQ and AVX2.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn both_wide(fold: Fold) -> __m256i {
    // SAFETY: by contract.
    unsafe { _mm256_broadcastsi128_si256(both(fold)) }
}

/// Like [`update`], with two blocks in each register.
///
/// # Safety
///
/// The processor has VPCLMULQDQ and AVX2.
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
///
/// # Safety
///
/// The processor has VPCLMULQDQ and AVX2.
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
