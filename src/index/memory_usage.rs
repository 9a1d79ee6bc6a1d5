//! Memory usage of an Index, in the figures of liblzma on 64-bit machines:
//! applications compare them with limits. What is really used is less.

#![forbid(unsafe_code)]

use crate::bytes::vli;

/// Bytes for the structure itself.
const BASE: u64 = 136;
/// Bytes for each Stream.
const STREAM: u64 = 296;
/// Bytes for a group of Records.
const GROUP: u64 = 8288;
/// Records in a group.
const GROUP_RECORDS: u64 = 512;

/// Bytes that an Index of so many Streams and Blocks needs; `u64::MAX` if
/// there can be none.
pub(crate) fn memory_usage(streams: u64, blocks: u64) -> u64 {
    if streams == 0 || streams > u64::from(u32::MAX) || blocks > vli::MAX {
        return u64::MAX;
    }
    let groups = blocks.div_ceil(GROUP_RECORDS).checked_mul(GROUP);
    let total = groups.and_then(|groups| groups.checked_add(streams * STREAM));
    total.and_then(|total| total.checked_add(BASE)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        assert_eq!(memory_usage(1, 0), 432);
        assert_eq!(memory_usage(1, 1), 8720);
        assert_eq!(memory_usage(3, 513), 136 + 3 * 296 + 2 * 8288);
        assert_eq!(memory_usage(0, 1), u64::MAX);
        assert_eq!(memory_usage(1 << 32, 1), u64::MAX);
        assert_eq!(memory_usage(1, vli::MAX), u64::MAX);
        assert_eq!(memory_usage(1, vli::MAX + 1), u64::MAX);
    }
}
