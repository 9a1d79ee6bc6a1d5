//! Vectors of two 64-bit words on x86-64, which has SSE2.

// What needs SSE2 only is safe in any function, but since Rust 1.87.
#![allow(unused_unsafe)]

use core::arch::x86_64::*;

pub(super) type Vector = __m128i;

#[inline(always)]
pub(super) fn pair(low: u64, high: u64) -> Vector {
    // SAFETY: every x86-64 has SSE2.
    unsafe { _mm_set_epi64x(high as i64, low as i64) }
}

#[inline(always)]
pub(super) fn load(bytes: &[u8; 16]) -> Vector {
    let value = u128::from_le_bytes(*bytes);
    pair(value as u64, (value >> 64) as u64)
}

#[inline(always)]
pub(super) fn word(value: u64) -> Vector {
    // SAFETY: every x86-64 has SSE2.
    unsafe { _mm_cvtsi64_si128(value as i64) }
}

#[inline(always)]
pub(super) fn low(value: Vector) -> u64 {
    // SAFETY: every x86-64 has SSE2.
    unsafe { _mm_cvtsi128_si64(value) as u64 }
}

/// The upper half, moved down.
#[inline(always)]
pub(super) fn upper(value: Vector) -> Vector {
    // SAFETY: every x86-64 has SSE2.
    unsafe { _mm_srli_si128(value, 8) }
}

#[inline(always)]
pub(super) fn xor(a: Vector, b: Vector) -> Vector {
    // SAFETY: every x86-64 has SSE2.
    unsafe { _mm_xor_si128(a, b) }
}

/// The product of the lower halves.
///
/// # Safety
///
/// The processor has PCLMULQDQ.
#[inline]
#[target_feature(enable = "pclmulqdq")]
pub(super) unsafe fn times(a: Vector, b: Vector) -> Vector {
    // SAFETY: by contract.
    unsafe { _mm_clmulepi64_si128(a, b, 0x00) }
}

/// The product of the upper halves.
///
/// # Safety
///
/// The processor has PCLMULQDQ.
#[inline]
#[target_feature(enable = "pclmulqdq")]
pub(super) unsafe fn times_upper(a: Vector, b: Vector) -> Vector {
    // SAFETY: by contract.
    unsafe { _mm_clmulepi64_si128(a, b, 0x11) }
}
