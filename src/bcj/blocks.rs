//! For filters that look for instructions in 64 bytes at a time: the bits of
//! a `u64` stand for these bytes.

#![forbid(unsafe_code)]

/// All bits from `start` on.
#[inline]
pub(super) fn from(start: usize) -> u64 {
    u64::MAX.checked_shl(start as u32).unwrap_or(0)
}

/// 64 bytes from `start` on, with zeros behind the end.
#[inline]
pub(super) fn block(bytes: &[u8], start: usize) -> [u8; 64] {
    let bytes = bytes.get(start..).unwrap_or(&[]);
    bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut block = [0; 64];
        block[..bytes.len()].copy_from_slice(bytes);
        block
    })
}

/// Clears the lowest bit that is set, and the bits within `len` (less than
/// 64) from it on.
#[inline]
pub(super) fn skip(bits: u64, len: usize) -> u64 {
    // Shorter than by way of the position, and each instruction waits for it.
    let lowest = bits & bits.wrapping_neg();
    bits & (lowest << len).wrapping_neg()
}
