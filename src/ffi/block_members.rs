//! The members of a `lzma_block` that functions read. By block.h, only the members that
//! are listed as read by a function need to be initialised when it is called:
//! so they are read one by one, and each function here is for those functions
//! of the interface that read the same ones.

use super::block::lzma_block;
use super::vli::{LZMA_VLI_MAX, lzma_vli};
use crate::container::xz::block::Block;

/// Stands for a size that was neither read nor set: a value that no size has.
pub(super) const UNSET: lzma_vli = LZMA_VLI_MAX + 1;

/// A Block of which no member was read.
const UNREAD: Block = Block {
    version: 0,
    header_size: 0,
    check: 0,
    compressed_size: UNSET,
    uncompressed_size: UNSET,
    ignore_check: false,
};

/// `version` and the sizes: what the size of a header depends on. `None` is
/// NULL, here and below.
///
/// # Safety
/// `block` is NULL, or valid for reads and those members are initialised.
pub(super) unsafe fn sizes(block: *const lzma_block) -> Option<Block> {
    if block.is_null() {
        return None;
    }
    // SAFETY: by the contract above.
    Some(unsafe {
        Block {
            version: (*block).version,
            compressed_size: (*block).compressed_size,
            uncompressed_size: (*block).uncompressed_size,
            ..UNREAD
        }
    })
}

/// `version` and `check`: what encoders read.
///
/// # Safety
/// `block` is NULL, or valid for reads and those members are initialised.
pub(super) unsafe fn check(block: *const lzma_block) -> Option<Block> {
    if block.is_null() {
        return None;
    }
    // SAFETY: by the contract above.
    Some(unsafe { Block { version: (*block).version, check: (*block).check.0, ..UNREAD } })
}

/// Those, and `header_size`: what is known before a header is decoded.
///
/// # Safety
/// `block` is NULL, or valid for reads and those members are initialised.
pub(super) unsafe fn overhead(block: *const lzma_block) -> Option<Block> {
    // SAFETY: by the contract above.
    unsafe {
        let known = check(block)?;
        Some(Block { header_size: (*block).header_size, ..known })
    }
}

/// Those, and `compressed_size`: what the Unpadded Size depends on.
///
/// # Safety
/// `block` is NULL, or valid for reads and those members are initialised.
pub(super) unsafe fn unpadded(block: *const lzma_block) -> Option<Block> {
    // SAFETY: by the contract above.
    unsafe {
        let known = overhead(block)?;
        Some(Block { compressed_size: (*block).compressed_size, ..known })
    }
}

/// Those, and `uncompressed_size`: what a header holds.
///
/// # Safety
/// `block` is NULL, or valid for reads and those members are initialised.
pub(super) unsafe fn header(block: *const lzma_block) -> Option<Block> {
    // SAFETY: by the contract above.
    unsafe {
        let known = unpadded(block)?;
        Some(Block { uncompressed_size: (*block).uncompressed_size, ..known })
    }
}

/// Those, and from version 1 on `ignore_check`: what decoders read.
///
/// # Safety
/// `block` is NULL, or valid for reads and those members are initialised.
pub(super) unsafe fn decoder(block: *const lzma_block) -> Option<Block> {
    // SAFETY: by the contract above.
    unsafe {
        let known = header(block)?;
        let ignore_check = known.version >= 1 && (*block).ignore_check != 0;
        Some(Block { ignore_check, ..known })
    }
}
