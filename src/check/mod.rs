//! Integrity checks (xz-file-format 1.2.1, section 2.1.1.2): CRC32, CRC64
//! and SHA-256, and any one of them or none.

#![forbid(unsafe_code)]

mod crc32;
mod crc64;
mod sha256;
mod tables;

pub(crate) use crc32::{crc32, crc32_of_bytes};
pub(crate) use crc64::crc64;
pub(crate) use sha256::Sha256;

/// Check IDs that have a meaning.
pub(crate) mod id {
    pub(crate) const NONE: u32 = 0;
    pub(crate) const CRC32: u32 = 1;
    pub(crate) const CRC64: u32 = 4;
    pub(crate) const SHA256: u32 = 10;
}

/// The largest Check ID that fits in the Stream Flags.
pub(crate) const ID_MAX: u32 = 15;
/// Size of the largest Check in bytes.
pub(crate) const SIZE_MAX: usize = 64;

/// Size in bytes of the Check with this ID, also of those that have no
/// meaning yet. `None`: the ID does not exist.
#[inline]
pub(crate) fn size(id: u32) -> Option<u32> {
    const SIZES: [u8; ID_MAX as usize + 1] =
        [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
    SIZES.get(id as usize).map(|size| u32::from(*size))
}

/// Tells whether [`Check`] can calculate the check with this ID.
pub(crate) fn is_supported(id: u32) -> bool {
    matches!(id, id::NONE | id::CRC32 | id::CRC64 | id::SHA256)
}

/// A check being calculated.
#[derive(Clone)]
pub(crate) enum Check {
    /// There is nothing to calculate.
    None,
    /// The CRC32 so far.
    Crc32(u32),
    /// The CRC64 so far.
    Crc64(u64),
    /// The SHA-256 so far.
    Sha256(Sha256),
}

impl Check {
    /// The check of no data. `None` if this check is not
    /// [supported](is_supported).
    pub(crate) fn new(id: u32) -> Option<Check> {
        match id {
            id::NONE => Some(Check::None),
            id::CRC32 => Some(Check::Crc32(0)),
            id::CRC64 => Some(Check::Crc64(0)),
            id::SHA256 => Some(Check::Sha256(Sha256::new())),
            _ => None,
        }
    }

    /// Appends `bytes` to the data.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Check::None => {}
            Check::Crc32(crc) => *crc = crc32(bytes, *crc),
            Check::Crc64(crc) => *crc = crc64(bytes, *crc),
            Check::Sha256(sha) => sha.update(bytes),
        }
    }

    /// The Check as a Block has it, and how many bytes that is; the rest is
    /// zeros.
    pub(crate) fn finish(&self) -> ([u8; SIZE_MAX], usize) {
        let mut bytes = [0; SIZE_MAX];
        let size = match self {
            Check::None => 0,
            Check::Crc32(crc) => put(&mut bytes, &crc.to_le_bytes()),
            Check::Crc64(crc) => put(&mut bytes, &crc.to_le_bytes()),
            Check::Sha256(sha) => put(&mut bytes, &sha.finish()),
        };
        (bytes, size)
    }
}

fn put<const N: usize>(bytes: &mut [u8; SIZE_MAX], check: &[u8; N]) -> usize {
    const { assert!(N <= SIZE_MAX) };
    bytes[..N].copy_from_slice(check);
    N
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_support_agree() {
        for id in 0..=ID_MAX {
            let check = Check::new(id);
            assert_eq!(check.is_some(), is_supported(id));
            if let Some(check) = check {
                assert_eq!(size(id), Some(check.finish().1 as u32));
            }
        }
        assert_eq!(size(ID_MAX + 1), None);
        assert_eq!(size(u32::MAX), None);
        assert!(!is_supported(u32::MAX));
    }

    #[test]
    fn check_values_of_the_algorithms() {
        let value = |id| {
            let mut check = Check::new(id).unwrap();
            check.update(b"1234");
            check.update(b"");
            check.update(b"56789");
            let (bytes, size) = check.finish();
            bytes[..size].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        assert_eq!(value(id::NONE), "");
        assert_eq!(value(id::CRC32), "2639f4cb");
        assert_eq!(value(id::CRC64), "fa3919dfbbc95d99");
        assert_eq!(
            value(id::SHA256),
            "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
        );
    }
}
