//! Vectors of two 64-bit words on 64-bit ARM, which has NEON.

// What needs NEON only is safe in any function, but since Rust 1.87.
#![allow(unused_unsafe)]

use core::arch::aarch64::*;

pub(super) type Vector = uint64x2_t;

#[inline(always)]
pub(super) fn pair(low: u64, high: u64) -> Vector {
    // SAFETY: every 64-bit ARM processor has NEON.
    unsafe { vcombine_u64(vcreate_u64(low), vcreate_u64(high)) }
}

#[inline(always)]
pub(super) fn load(bytes: &[u8; 16]) -> Vector {
    // SAFETY: both are 16 bytes, of which any bits are a value; the first byte is
    // the lowest.
    unsafe { core::mem::transmute::<[u8; 16], Vector>(*bytes) }
}

#[inline(always)]
pub(super) fn word(value: u64) -> Vector {
    pair(value, 0)
}

#[inline(always)]
pub(super) fn low(value: Vector) -> u64 {
    // SAFETY: every 64-bit ARM processor has NEON.
    unsafe { vgetq_lane_u64::<0>(value) }
}

/// The upper half, moved down.
#[inline(always)]
pub(super) fn upper(value: Vector) -> Vector {
    // SAFETY: every 64-bit ARM processor has NEON.
    unsafe { vextq_u64::<1>(value, vdupq_n_u64(0)) }
}

#[inline(always)]
pub(super) fn xor(a: Vector, b: Vector) -> Vector {
    // SAFETY: every 64-bit ARM processor has NEON.
    unsafe { veorq_u64(a, b) }
}

/// The product of the lower halves.
///
/// # Safety
///
/// The processor has PMULL.
#[inline]
#[target_feature(enable = "neon,aes")]
pub(super) unsafe fn times(a: Vector, b: Vector) -> Vector {
    // SAFETY: by contract.
    unsafe { vreinterpretq_u64_p128(vmull_p64(low(a), low(b))) }
}

/// The product of the upper halves.
///
/// # Safety
///
/// The processor has PMULL.
#[inline]
#[target_feature(enable = "neon,aes")]
pub(super) unsafe fn times_upper(a: Vector, b: Vector) -> Vector {
    // SAFETY: by contract.
    unsafe {
        let product = vmull_high_p64(vreinterpretq_p64_u64(a), vreinterpretq_p64_u64(b));
        vreinterpretq_u64_p128(product)
    }
}
