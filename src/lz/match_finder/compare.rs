//! Comparing the bytes at two indices of the window.

#![forbid(unsafe_code)]

/// Number of bytes after those that are compared which may be read, so that
/// eight can be compared at a time.
pub(crate) const COMPARE_EXTRA: usize = 8;

/// The `N` bytes at `at`, which is below 2^32 as windows are smaller. Because
/// the compiler sees that as well, one comparison checks the bounds.
#[inline(always)]
pub(crate) fn array_at<const N: usize>(bytes: &[u8], at: usize) -> Option<&[u8; N]> {
    let at = at as u32 as usize;
    bytes.get(at..at.wrapping_add(N)).and_then(<[u8]>::first_chunk)
}

/// Eight bytes at `at`, the first in the lowest bits.
#[inline(always)]
pub(super) fn word(bytes: &[u8], at: usize) -> u64 {
    match array_at(bytes, at) {
        Some(word) => u64::from_le_bytes(*word),
        None => 0, // callers keep COMPARE_EXTRA bytes after those they compare
    }
}

/// Length of the common prefix of the bytes at `a` and at `b`, which is before `a`, at
/// most `limit`, when `len` bytes are known to agree. [`COMPARE_EXTRA`] bytes must
/// follow those that are compared.
#[inline(always)]
pub(crate) fn match_len(bytes: &[u8], a: usize, b: usize, mut len: usize, limit: usize) -> usize {
    let distance = a.wrapping_sub(b) as u32;
    while len < limit {
        let [theirs, ours] = words_apart(bytes, (b + len) as u32, distance);
        let difference = theirs ^ ours;
        if difference != 0 {
            return (len + (difference.trailing_zeros() >> 3) as usize).min(limit);
        }
        len += 8;
    }
    limit
}

/// The eight bytes at `at` and those `distance` after it, the first in the
/// lowest bits. One comparison checks the bounds of both.
#[inline(always)]
fn words_apart(bytes: &[u8], at: u32, distance: u32) -> [u64; 2] {
    let (at, distance) = (at as usize, distance as usize);
    let span = bytes.get(at..at.wrapping_add(distance).wrapping_add(8)).unwrap_or_default();
    match (span.first_chunk(), span.last_chunk()) {
        (Some(first), Some(last)) => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
        _ => [0; 2], // callers keep COMPARE_EXTRA bytes after those they compare
    }
}

/// Compares the text at `at` with the text `distance` after it; the `len` bytes
/// before each are known to agree, and count. Returns the length of their
/// common prefix, which may exceed `limit` and must be clamped to it, and
/// whether the first text sorts before the second; that is of no meaning if
/// they agree up to `limit`.
#[inline(always)]
pub(super) fn compare(
    bytes: &[u8],
    mut at: u32,
    distance: u32,
    mut len: u32,
    limit: u32,
) -> (u32, bool) {
    let [mut theirs, mut ours] = words_apart(bytes, at, distance);
    while ours == theirs {
        (at, len) = (at + 8, len + 8);
        if len >= limit {
            break;
        }
        [theirs, ours] = words_apart(bytes, at, distance);
    }
    len += (ours ^ theirs).trailing_zeros() >> 3;
    // With the first byte in the highest bits, words sort like texts. To look
    // at the byte where they differ would mean to wait for `len`.
    (len, theirs.swap_bytes() < ours.swap_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_difference_within_the_limit() {
        let mut bytes = [7u8; 100];
        for (at, byte) in (0..40).flat_map(|at| [(at, 6), (at, 8)]) {
            bytes[50 + at] = byte;
            for limit in 0..42 {
                for known in 0..=at.min(limit) {
                    assert_eq!(match_len(&bytes, 50, 0, known, limit), at.min(limit));
                    if at < limit {
                        let (known, limit) = (known as u32, limit as u32);
                        let outcome = compare(&bytes, known, 50, known, limit);
                        assert_eq!(outcome, (at as u32, 7 < byte));
                    }
                }
            }
            bytes[50 + at] = 7;
        }
    }
}
