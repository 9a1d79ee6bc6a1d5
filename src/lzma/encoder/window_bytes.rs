//! Reading bytes of the window.

#![forbid(unsafe_code)]

use crate::lz::array_at;

/// The byte at `index`. Callers only ask for bytes that are there; written like
/// this, the compiler need not prove it.
#[inline(always)]
pub(super) fn byte(bytes: &[u8], index: usize) -> u8 {
    bytes.get(index).copied().unwrap_or_default()
}

/// The two bytes at `index`, for comparing.
#[inline(always)]
pub(super) fn pair(bytes: &[u8], index: usize) -> [u8; 2] {
    array_at(bytes, index).copied().unwrap_or_default()
}

/// Index of the bytes that a match at `index` copies, `dist + 1` bytes before.
#[inline(always)]
pub(super) fn back(index: usize, dist: u32) -> usize {
    index.wrapping_sub(dist as usize + 1)
}
