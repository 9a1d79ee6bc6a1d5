//! Loops over instructions of four bytes.

#![forbid(unsafe_code)]

use crate::cpu::polyfill::as_chunks_mut;

/// Replaces each little endian word by `convert(word, position)`. As that is
/// meant to have no branches, the compiler does several words at once.
#[inline(always)]
pub(super) fn little(bytes: &mut [u8], position: u32, convert: impl Fn(u32, u32) -> u32) -> usize {
    let (words, _) = as_chunks_mut::<4, _>(bytes);
    let mut at = position;
    for word in words.iter_mut() {
        *word = convert(u32::from_le_bytes(*word), at).to_le_bytes();
        at = at.wrapping_add(4);
    }
    words.len() * 4
}

/// Converts big endian words, as [`little`] does little endian ones.
#[inline(always)]
pub(super) fn big(bytes: &mut [u8], position: u32, convert: impl Fn(u32, u32) -> u32) -> usize {
    little(bytes, position, |word, at| convert(word.swap_bytes(), at).swap_bytes())
}
