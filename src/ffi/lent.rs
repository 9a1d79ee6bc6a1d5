//! Structures that the application lends to a coder, for the coder to write
//! to while it works. The core does not know them: what it has found out is
//! written there after each call.

use super::block::lzma_block;
use crate::container::xz::block_decoder::BlockDecoder;
use crate::session::AnyCoder;
use core::ptr;

/// What a stream has been lent.
#[derive(Clone, Copy)]
pub(super) enum Lent {
    /// Nothing.
    Nothing,
    /// To a Block decoder.
    Block(*mut lzma_block),
}

impl Lent {
    /// Writes what `coder` has found out.
    ///
    /// # Safety
    /// What was lent is still valid, as the functions that take such a
    /// structure demand.
    pub(super) unsafe fn update(self, coder: &AnyCoder) {
        if let (Lent::Block(block), AnyCoder::BlockDecoder(decoder)) = (self, coder) {
            // SAFETY: by contract.
            unsafe { update_block(block, decoder) };
        }
    }
}

/// Sets the sizes once they are certain, and the Check as far as it is there.
///
/// # Safety
/// `block` is valid.
pub(super) unsafe fn update_block(block: *mut lzma_block, decoder: &BlockDecoder) {
    let check = decoder.raw_check();
    // SAFETY: by contract; the Check is never larger than its place.
    unsafe {
        if let Some((compressed, uncompressed)) = decoder.sizes() {
            (&raw mut (*block).compressed_size).write(compressed);
            (&raw mut (*block).uncompressed_size).write(uncompressed);
        }
        let place = (&raw mut (*block).raw_check).cast::<u8>();
        ptr::copy_nonoverlapping(check.as_ptr(), place, check.len());
    }
}
