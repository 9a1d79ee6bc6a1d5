//! NEON, which every 64-bit ARM processor has.

// It is safe to use where every processor has it, but since Rust 1.87.
#![allow(unused_unsafe)]

use crate::cpu::polyfill::as_chunks;
use core::arch::aarch64::*;

/// The bit of each byte among those of eight.
const BYTES: u64 = 0x8040_2010_0804_0201;
/// The bit of each 16-bit word, in its lower byte.
const HALFWORDS: u64 = 0x0040_0010_0004_0001;

#[inline(always)]
fn load(part: [u8; 16]) -> uint8x16_t {
    let part = u128::from_le_bytes(part);
    // SAFETY: the target has NEON.
    unsafe {
        vreinterpretq_u8_u64(vcombine_u64(
            vcreate_u64(part as u64),
            vcreate_u64((part >> 64) as u64),
        ))
    }
}

/// Gathers the bits that `found` leaves of `bits`, of 16 bytes at a time: each byte of
/// the result is the sum of eight.
#[inline(always)]
fn gather(block: &[u8; 64], bits: u64, found: impl Fn(uint8x16_t) -> uint8x16_t) -> u64 {
    let [a, b, c, d] = [0, 1, 2, 3].map(|part| load(as_chunks(block).0[part]));
    // SAFETY: the target has NEON.
    unsafe {
        let bits = vreinterpretq_u8_u64(vdupq_n_u64(bits));
        let [a, b, c, d] = [a, b, c, d].map(|part| vandq_u8(found(part), bits));
        let sums = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
    }
}

#[inline]
pub(super) fn bytes(block: &[u8; 64], mask: u8, value: u8) -> u64 {
    // SAFETY: the target has NEON.
    let [mask, value] = [mask, value].map(|byte| unsafe { vdupq_n_u8(byte) });
    // SAFETY: the target has NEON.
    gather(block, BYTES, |part| unsafe { vceqq_u8(vandq_u8(part, mask), value) })
}

#[inline]
pub(super) fn halfwords(block: &[u8; 64], mask: u16, value: u16) -> u64 {
    // SAFETY: the target has NEON.
    let [mask, value] = [mask, value].map(|word| unsafe { vdupq_n_u16(word) });
    gather(block, HALFWORDS, |part| {
        // SAFETY: the target has NEON.
        unsafe {
            let words = vandq_u16(vreinterpretq_u16_u8(part), mask);
            vreinterpretq_u8_u16(vceqq_u16(words, value))
        }
    })
}
