//! Information about a Block, and the sizes that follow from it
//! (xz-file-format 1.2.1, sections 3 and 4.3).

#![forbid(unsafe_code)]

use crate::bytes::vli;
use crate::check;
use crate::error::{Error, Result};
use crate::index::size::{UNPADDED_SIZE_MAX, ceil4};

/// The smallest Block Header in bytes.
pub(crate) const HEADER_SIZE_MIN: u32 = 8;
/// The largest Block Header in bytes.
pub(crate) const HEADER_SIZE_MAX: u32 = 1024;
/// The largest Compressed Size in bytes that encoders make: with the largest
/// Block Header and the largest Check, it is still a Block.
pub(crate) const COMPRESSED_SIZE_MAX: u64 =
    (vli::MAX - HEADER_SIZE_MAX as u64 - check::SIZE_MAX as u64) & !3;

/// The members of `lzma_block` but for the filters, not validated yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Version of the structure: 0 or 1.
    pub(crate) version: u32,
    /// Size of the Block Header in bytes.
    pub(crate) header_size: u32,
    /// ID of the integrity check.
    pub(crate) check: u32,
    /// Size of the Compressed Data in bytes, or [`vli::UNKNOWN`].
    pub(crate) compressed_size: u64,
    /// Size of the uncompressed data in bytes, or [`vli::UNKNOWN`].
    pub(crate) uncompressed_size: u64,
    /// True if a decoder shall not verify the check; counts from version 1.
    pub(crate) ignore_check: bool,
}

impl Block {
    /// A Block that nothing is known about.
    pub(crate) const INIT: Block = Block {
        version: 0,
        header_size: 0,
        check: check::id::NONE,
        compressed_size: vli::UNKNOWN,
        uncompressed_size: vli::UNKNOWN,
        ignore_check: false,
    };

    /// Tells whether both sizes are known: from the Block Header, they are if a
    /// threaded encoder has written it.
    pub(crate) fn has_sizes(&self) -> bool {
        self.compressed_size != vli::UNKNOWN && self.uncompressed_size != vli::UNKNOWN
    }

    /// Size of the Block without Block Padding, in bytes; [`vli::UNKNOWN`] if
    /// Compressed Size is. [`Error::Prog`] if anything but Uncompressed Size
    /// is invalid, or the Block would be too large.
    pub(crate) fn unpadded_size(&self) -> Result<u64> {
        let overhead = self.overhead()?;
        if !vli::is_valid(self.compressed_size) || self.compressed_size == 0 {
            return Err(Error::Prog);
        }
        if self.compressed_size == vli::UNKNOWN {
            return Ok(vli::UNKNOWN);
        }
        let size = self.compressed_size + overhead; // both far below 2^64
        if size > UNPADDED_SIZE_MAX { Err(Error::Prog) } else { Ok(size) }
    }

    /// Size of the Block with Block Padding; otherwise as
    /// [`Block::unpadded_size`].
    pub(crate) fn total_size(&self) -> Result<u64> {
        let size = self.unpadded_size()?;
        Ok(if size == vli::UNKNOWN { size } else { ceil4(size) })
    }

    /// Calculates Compressed Size from `unpadded_size` (which the Index has).
    /// [`Error::Data`] if that is impossible, or if another Compressed Size
    /// is known; [`Error::Prog`] as for [`Block::unpadded_size`].
    pub(crate) fn set_unpadded_size(&mut self, unpadded_size: u64) -> Result<()> {
        self.unpadded_size()?;
        let size = match unpadded_size.checked_sub(self.overhead()?) {
            None | Some(0) => return Err(Error::Data),
            Some(size) => size,
        };
        if self.compressed_size != vli::UNKNOWN && self.compressed_size != size {
            return Err(Error::Data);
        }
        self.compressed_size = size;
        Ok(())
    }

    /// Bytes that are neither Compressed Data nor Block Padding.
    #[inline]
    pub(crate) fn overhead(&self) -> Result<u64> {
        let header_valid = (HEADER_SIZE_MIN..=HEADER_SIZE_MAX).contains(&self.header_size)
            && self.header_size % 4 == 0;
        match check::size(self.check) {
            Some(check_size) if self.version <= 1 && header_valid => {
                Ok(u64::from(self.header_size) + u64::from(check_size))
            }
            _ => Err(Error::Prog),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: Block = Block {
        version: 1,
        header_size: 12,
        check: 10,
        compressed_size: 101,
        uncompressed_size: vli::UNKNOWN,
        ignore_check: false,
    };

    #[test]
    fn sizes() {
        assert_eq!(BLOCK.unpadded_size(), Ok(145));
        assert_eq!(BLOCK.total_size(), Ok(148));
        let mut block = Block { compressed_size: vli::UNKNOWN, ..BLOCK };
        assert_eq!(block.unpadded_size(), Ok(vli::UNKNOWN));
        assert_eq!(block.total_size(), Ok(vli::UNKNOWN));
        assert_eq!(block.set_unpadded_size(44), Err(Error::Data));
        assert_eq!(block.set_unpadded_size(145), Ok(()));
        assert_eq!(block, BLOCK);
        assert_eq!(block.set_unpadded_size(146), Err(Error::Data));
    }

    #[test]
    fn limits() {
        let largest = UNPADDED_SIZE_MAX - 44;
        assert_eq!(Block { compressed_size: largest, ..BLOCK }.total_size(), Ok(UNPADDED_SIZE_MAX));
        for wrong in [
            Block { compressed_size: largest + 1, ..BLOCK },
            Block { compressed_size: vli::MAX + 1, ..BLOCK },
            Block { compressed_size: 0, ..BLOCK },
            Block { version: 2, ..BLOCK },
            Block { header_size: 4, ..BLOCK },
            Block { header_size: 14, ..BLOCK },
            Block { header_size: 1028, ..BLOCK },
            Block { check: 16, ..BLOCK },
        ] {
            assert_eq!(wrong.unpadded_size(), Err(Error::Prog));
            assert_eq!({ wrong }.set_unpadded_size(1000), Err(Error::Prog));
        }
    }
}
