//! Stream Header and Stream Footer (xz-file-format 1.2.1, sections 2.1.1 and
//! 2.1.2).

#![forbid(unsafe_code)]

use crate::bytes::vli;
use crate::check;
use crate::error::{Error, Result};

/// Size of a Stream Header in bytes, and of a Stream Footer.
pub(crate) const SIZE: usize = 12;
/// The first bytes of a Stream.
pub(crate) const HEADER_MAGIC: [u8; 6] = [0xfd, b'7', b'z', b'X', b'Z', 0];
/// The last bytes of a Stream.
pub(crate) const FOOTER_MAGIC: [u8; 2] = *b"YZ";

/// The members of `lzma_stream_flags`, not validated yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamFlags {
    /// Version of the structure; there is only 0.
    pub(crate) version: u32,
    /// Size of the Index in bytes; [`vli::UNKNOWN`] in a Stream Header.
    pub(crate) backward_size: u64,
    /// ID of the integrity check.
    pub(crate) check: u32,
}

impl StreamFlags {
    /// Decodes a Stream Header. [`Error::Format`]: it is none;
    /// [`Error::Data`]: it is damaged; [`Error::Options`]: it uses flags that
    /// do not exist yet.
    #[inline]
    pub(crate) fn decode_header(bytes: &[u8; SIZE]) -> Result<StreamFlags> {
        let check = check_of_header(bytes)?;
        Ok(StreamFlags { version: 0, backward_size: vli::UNKNOWN, check })
    }

    /// Decodes a Stream Footer, with the errors of
    /// [`StreamFlags::decode_header`].
    #[inline]
    pub(crate) fn decode_footer(bytes: &[u8; SIZE]) -> Result<StreamFlags> {
        let check = check_of_footer(bytes)?;
        let [_, _, _, _, b0, b1, b2, b3, ..] = *bytes;
        let backward_size = (u64::from(u32::from_le_bytes([b0, b1, b2, b3])) + 1) * 4;
        Ok(StreamFlags { version: 0, backward_size, check })
    }

    /// Encodes a Stream Header. [`Error::Options`]: unknown version;
    /// [`Error::Prog`]: no such check ID.
    #[inline]
    pub(crate) fn encode_header(&self) -> Result<[u8; SIZE]> {
        self.require_version_0()?;
        Ok(header_of(self.encode_flags()?))
    }

    /// Encodes a Stream Footer. [`Error::Options`]: unknown version;
    /// [`Error::Prog`]: no such check ID, or not a Backward Size.
    #[inline]
    pub(crate) fn encode_footer(&self) -> Result<[u8; SIZE]> {
        self.require_version_0()?;
        let backward_size = self.encode_backward_size().ok_or(Error::Prog)?;
        Ok(footer_of(backward_size, self.encode_flags()?))
    }

    /// Tells whether two of these can belong to one Stream. [`Error::Data`]:
    /// they cannot; otherwise the errors of the encoders. Backward Size counts
    /// only if it is known in both.
    #[inline]
    pub(crate) fn compare(&self, other: &StreamFlags) -> Result<()> {
        self.require_version_0()?;
        other.require_version_0()?;
        if self.check > check::ID_MAX || other.check > check::ID_MAX {
            return Err(Error::Prog);
        }
        if self.check != other.check {
            return Err(Error::Data);
        }
        if self.backward_size == vli::UNKNOWN || other.backward_size == vli::UNKNOWN {
            return Ok(());
        }
        if self.encode_backward_size().is_none() || other.encode_backward_size().is_none() {
            return Err(Error::Prog);
        }
        if self.backward_size != other.backward_size {
            return Err(Error::Data);
        }
        Ok(())
    }

    #[inline]
    fn require_version_0(&self) -> Result<()> {
        if self.version == 0 { Ok(()) } else { Err(Error::Options) }
    }

    #[inline]
    fn encode_flags(&self) -> Result<[u8; 2]> {
        match u8::try_from(self.check) {
            Ok(check) if self.check <= check::ID_MAX => Ok([0, check]),
            _ => Err(Error::Prog),
        }
    }

    /// The stored form of Backward Size, in which 0 means four bytes; `None`
    /// if it has none.
    #[inline]
    fn encode_backward_size(&self) -> Option<[u8; 4]> {
        if self.backward_size % 4 != 0 {
            return None;
        }
        let stored = u32::try_from((self.backward_size / 4).checked_sub(1)?).ok()?;
        Some(stored.to_le_bytes())
    }
}

/// A Stream Header with these Stream Flags.
#[inline]
fn header_of([f0, f1]: [u8; 2]) -> [u8; SIZE] {
    let [m0, m1, m2, m3, m4, m5] = HEADER_MAGIC;
    let [c0, c1, c2, c3] = check::crc32(&[f0, f1], 0).to_le_bytes();
    [m0, m1, m2, m3, m4, m5, f0, f1, c0, c1, c2, c3]
}

/// A Stream Footer with these fields.
#[inline]
fn footer_of([b0, b1, b2, b3]: [u8; 4], [f0, f1]: [u8; 2]) -> [u8; SIZE] {
    let [m0, m1] = FOOTER_MAGIC;
    let [c0, c1, c2, c3] = check::crc32(&[b0, b1, b2, b3, f0, f1], 0).to_le_bytes();
    [c0, c1, c2, c3, b0, b1, b2, b3, f0, f1, m0, m1]
}

/// Check ID from a Stream Header. What else it says follows from the bytes, and need not
/// pass through memory.
#[inline(never)]
fn check_of_header(bytes: &[u8; SIZE]) -> Result<u32> {
    let [m0, m1, m2, m3, m4, m5, f0, f1, crc @ ..] = *bytes;
    if [m0, m1, m2, m3, m4, m5] != HEADER_MAGIC {
        return Err(Error::Format);
    }
    if check::crc32(&[f0, f1], 0) != u32::from_le_bytes(crc) {
        return Err(Error::Data);
    }
    decode_flags([f0, f1])
}

/// Check ID from a Stream Footer.
#[inline(never)]
fn check_of_footer(bytes: &[u8; SIZE]) -> Result<u32> {
    let [c0, c1, c2, c3, b0, b1, b2, b3, f0, f1, magic @ ..] = *bytes;
    if magic != FOOTER_MAGIC {
        return Err(Error::Format);
    }
    if check::crc32(&[b0, b1, b2, b3, f0, f1], 0) != u32::from_le_bytes([c0, c1, c2, c3]) {
        return Err(Error::Data);
    }
    decode_flags([f0, f1])
}

/// Check ID from Stream Flags, of which all other bits are reserved.
#[inline]
fn decode_flags(flags: [u8; 2]) -> Result<u32> {
    match flags {
        [0, check @ 0..=15] => Ok(check.into()),
        _ => Err(Error::Options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::size::BACKWARD_SIZE_MAX;

    const FLAGS: StreamFlags = StreamFlags { version: 0, backward_size: 4096, check: 4 };

    #[test]
    fn round_trip() {
        let header = FLAGS.encode_header().unwrap();
        let expected = StreamFlags { backward_size: vli::UNKNOWN, ..FLAGS };
        assert_eq!(StreamFlags::decode_header(&header), Ok(expected));
        let footer = FLAGS.encode_footer().unwrap();
        assert_eq!(StreamFlags::decode_footer(&footer), Ok(FLAGS));
        assert_eq!(FLAGS.compare(&expected), Ok(()));
    }

    #[test]
    fn damage() {
        let header = FLAGS.encode_header().unwrap();
        let footer = FLAGS.encode_footer().unwrap();
        for i in 0..SIZE {
            let (mut bad_header, mut bad_footer) = (header, footer);
            bad_header[i] ^= 0x10;
            bad_footer[i] ^= 0x10;
            let error = if i < 6 { Error::Format } else { Error::Data };
            assert_eq!(StreamFlags::decode_header(&bad_header), Err(error));
            let error = if i < 10 { Error::Data } else { Error::Format };
            assert_eq!(StreamFlags::decode_footer(&bad_footer), Err(error));
        }
    }

    #[test]
    fn reserved_flags() {
        let mut header = FLAGS.encode_header().unwrap();
        header[7] = 0x14;
        let crc = check::crc32(&header[6..8], 0);
        header[8..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(StreamFlags::decode_header(&header), Err(Error::Options));
    }

    #[test]
    fn wrong_values() {
        for backward_size in [0, 5, BACKWARD_SIZE_MAX + 4, vli::UNKNOWN] {
            let flags = StreamFlags { backward_size, ..FLAGS };
            assert_eq!(flags.encode_footer(), Err(Error::Prog));
        }
        for backward_size in [4, BACKWARD_SIZE_MAX] {
            let flags = StreamFlags { backward_size, ..FLAGS };
            assert_eq!(StreamFlags::decode_footer(&flags.encode_footer().unwrap()), Ok(flags));
            assert_eq!(FLAGS.compare(&flags), Err(Error::Data));
        }
        let flags = StreamFlags { check: 16, ..FLAGS };
        assert_eq!(flags.encode_header(), Err(Error::Prog));
        assert_eq!(FLAGS.compare(&flags), Err(Error::Prog));
        let flags = StreamFlags { version: 1, ..FLAGS };
        assert_eq!(flags.encode_footer(), Err(Error::Options));
        assert_eq!(FLAGS.compare(&flags), Err(Error::Options));
    }
}
