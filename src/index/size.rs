//! Sizes that follow from Records, and their limits (xz-file-format 1.2.1,
//! section 4). All in bytes.

#![forbid(unsafe_code)]

use crate::bytes::vli;

/// The smallest Unpadded Size that an Index may list. Real Blocks are larger:
/// their header alone takes eight bytes.
pub(crate) const UNPADDED_SIZE_MIN: u64 = 5;
/// The largest Unpadded Size: rounded up, it is still a number that can be
/// stored.
pub(crate) const UNPADDED_SIZE_MAX: u64 = vli::MAX & !3;
/// The largest Backward Size, that is, the largest size of an Index
/// (section 2.1.2.2).
pub(crate) const BACKWARD_SIZE_MAX: u64 = 1 << 34;
/// Size of a Stream Header, and of a Stream Footer (section 2.1).
pub(crate) const STREAM_HEADER_SIZE: u64 = 12;

/// `size` and the padding to a multiple of four.
#[inline]
pub(crate) fn ceil4(size: u64) -> u64 {
    size.wrapping_add(3) & !3
}

/// Size of an Index without Index Padding: the Index Indicator, the Number of
/// Records, the List of Records, the CRC32.
#[inline]
pub(crate) fn index_unpadded(records: u64, list_size: u64) -> u64 {
    (1 + vli::len(records) + 4).wrapping_add(list_size)
}

/// Size of an Index.
#[inline]
pub(crate) fn index(records: u64, list_size: u64) -> u64 {
    ceil4(index_unpadded(records, list_size))
}

/// Tells whether an Index is as large as it may be, at most.
#[inline]
pub(crate) fn index_is_valid(records: u64, list_size: u64) -> bool {
    // The other fields take less than 32 bytes, so of nearly every Index this says enough.
    list_size < BACKWARD_SIZE_MAX - 32 || index(records, list_size) <= BACKWARD_SIZE_MAX
}

/// Size of a Stream whose Blocks, with their padding, take `blocks_size`.
#[inline]
pub(crate) fn stream(blocks_size: u64, records: u64, list_size: u64) -> u64 {
    (2 * STREAM_HEADER_SIZE).wrapping_add(blocks_size).wrapping_add(index(records, list_size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_empty_index() {
        assert_eq!(index_unpadded(0, 0), 6);
        assert_eq!(index(0, 0), 8);
        assert_eq!(stream(0, 0, 0), 32);
    }

    #[test]
    fn of_more_records_than_a_byte_can_count() {
        assert_eq!(index_unpadded(0x7f, 10), 16);
        assert_eq!(index_unpadded(0x80, 10), 17);
    }
}
