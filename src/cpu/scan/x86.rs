//! SSE2, which every x86-64 processor has.

// It is safe to use where every processor has it, but since Rust 1.87.
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
        let found =
            unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(load(part), mask), value)) };
        bits << 16 | u64::from(found as u16)
    })
}

#[inline]
pub(super) fn halfwords(block: &[u8; 64], mask: u16, value: u16) -> u64 {
    // SAFETY: the target has SSE2.
    let [mask, value] = [mask, value].map(|word| unsafe { _mm_set1_epi16(word as i16) });
    let bits = as_chunks(block).0.iter().rev().fold(0, |bits, &part| {
        // SAFETY: the target has SSE2.
        let found =
            unsafe { _mm_movemask_epi8(_mm_cmpeq_epi16(_mm_and_si128(load(part), mask), value)) };
        bits << 16 | u64::from(found as u16)
    });
    bits & 0x5555_5555_5555_5555
}
