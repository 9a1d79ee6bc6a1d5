//! A CRC of blocks of 16 bytes, and of what does not fill one.

use super::vector::{Vector, load, low, pair, times, times_upper, upper, word, xor};
use super::{Fold, Polynomial};
use crate::cpu::polyfill::as_chunks;

#[inline(always)]
pub(super) fn both(fold: Fold) -> Vector {
    pair(fold.near, fold.far)
}

/// # Safety
///
/// The processor has carry-less multiplication.
#[inline]
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "pclmulqdq"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon,aes"))]
pub(super) unsafe fn folded(value: Vector, fold: Vector) -> Vector {
    // SAFETY: by contract.
    unsafe { xor(times(value, fold), times_upper(value, fold)) }
}

/// `value` times x^64, modulo the generator.
///
/// # Safety
///
/// The processor has carry-less multiplication.
#[inline]
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "pclmulqdq"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon,aes"))]
unsafe fn reduce<const GENERATOR: u64>(value: Vector) -> u64 {
    // SAFETY: by contract.
    let product = unsafe { times(value, word(Polynomial::<GENERATOR>::FOLD_16.far)) };
    // SAFETY: by contract.
    unsafe { reduce_word::<GENERATOR>(xor(product, upper(value))) }
}

/// `value` modulo the generator.
///
/// # Safety
///
/// The processor has carry-less multiplication.
#[inline]
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "pclmulqdq"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon,aes"))]
unsafe fn reduce_word<const GENERATOR: u64>(value: Vector) -> u64 {
    // SAFETY: by contract.
    let quotient = unsafe { times(value, word(Polynomial::<GENERATOR>::QUOTIENT)) };
    // SAFETY: by contract.
    let product = unsafe { times(quotient, word(Polynomial::<GENERATOR>::UPPER)) };
    let high = upper(xor(product, value));
    low(high) ^ (low(quotient) & Polynomial::<GENERATOR>::LOWEST)
}

/// The next state. If `bytes` is not whole blocks, the first block is the
/// incomplete one: zeros in front of it change nothing.
///
/// # Safety
///
/// The processor has carry-less multiplication.
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "pclmulqdq"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon,aes"))]
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
///
/// # Safety
///
/// The processor has carry-less multiplication.
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "pclmulqdq"))]
#[cfg_attr(target_arch = "aarch64", target_feature(enable = "neon,aes"))]
pub(super) unsafe fn update_blocks<const GENERATOR: u64>(mut value: Vector, bytes: &[u8]) -> u64 {
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
