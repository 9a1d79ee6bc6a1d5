//! Memory usage of an Index, in the figures of liblzma: applications compare
//! them with limits. What is really used is less.

#![forbid(unsafe_code)]

use crate::bytes::vli;
use crate::memory::figures::by_target;

/// Bytes for the structure itself.
const BASE: u64 = by_target(136, 96, 96);
/// Bytes for each Stream.
const STREAM: u64 = by_target(296, 224, 204);
/// Bytes for a group of Records.
const GROUP: u64 = by_target(8288, 8256, 8252);
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
        assert_eq!(memory_usage(1, 0), by_target(432, 320, 300));
        assert_eq!(memory_usage(1, 1), by_target(8720, 8576, 8552));
        assert_eq!(memory_usage(3, 513), BASE + 3 * STREAM + 2 * GROUP);
        assert_eq!(memory_usage(0, 1), u64::MAX);
        assert_eq!(memory_usage(1 << 32, 1), u64::MAX);
        assert_eq!(memory_usage(1, vli::MAX), u64::MAX);
        assert_eq!(memory_usage(1, vli::MAX + 1), u64::MAX);
    }
}
