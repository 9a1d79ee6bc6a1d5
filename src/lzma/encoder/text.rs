//! Looking at the bytes of the window.

#![forbid(unsafe_code)]

use crate::lz::chunk;

/// The byte at `index`. Indices are always those of bytes that are there;
/// this is how the compiler knows, too.
#[inline(always)]
pub(super) fn byte(bytes: &[u8], index: usize) -> u8 {
    bytes.get(index).copied().unwrap_or_default()
}

/// The two bytes at `index`, for comparing.
#[inline(always)]
pub(super) fn pair(bytes: &[u8], index: usize) -> [u8; 2] {
    chunk(bytes, index).copied().unwrap_or_default()
}

/// Where a match begins that is `dist + 1` bytes before `index`.
#[inline(always)]
pub(super) fn back(index: usize, dist: u32) -> usize {
    index.wrapping_sub(dist as usize + 1)
}
