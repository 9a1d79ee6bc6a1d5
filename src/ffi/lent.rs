//! Structures that the application lends to a coder, for the coder to write
//! to while it works. The core does not know them: what it has found out is
//! written there after each call.

use super::block::lzma_block;
use super::index::{self, lzma_index};
use crate::container::xz::block_decoder::BlockDecoder;
use crate::container::xz::block_encoder::BlockEncoder;
use crate::session::AnyCoder;
use core::ptr;

/// The structure that a stream has been lent.
#[derive(Clone, Copy)]
pub(super) enum Lent {
    /// Nothing.
    Nothing,
    /// To a Block decoder or encoder.
    Block(*mut lzma_block),
    /// To a decoder of an Index: where to put it.
    Index(*mut *mut lzma_index),
}

impl Lent {
    /// Writes what `coder` has found out.
    ///
    /// # Safety
    /// What was lent is still valid, as the functions that take such a
    /// structure demand.
    pub(super) unsafe fn update(self, coder: &mut AnyCoder) {
        match (self, coder) {
            (Lent::Block(block), AnyCoder::BlockDecoder(decoder)) => {
                // SAFETY: by the contract above.
                unsafe { update_block(block, decoder) };
            }
            (Lent::Block(block), AnyCoder::BlockEncoder(encoder)) => {
                // SAFETY: by the contract above.
                unsafe { update_encoded_block(block, encoder) };
            }
            (Lent::Index(place), coder) => {
                if let Some(index) = coder.take_index() {
                    // SAFETY: by the contract above.
                    unsafe { place.write(index::give(index)) };
                }
            }
            _ => {}
        }
    }
}

/// Sets the sizes once they are certain, and the Check as far as it is there.
///
/// # Safety
/// `block` is valid.
pub(super) unsafe fn update_block(block: *mut lzma_block, decoder: &BlockDecoder) {
    // SAFETY: by the contract above.
    unsafe {
        if let Some(sizes) = decoder.sizes() {
            update_sizes(block, sizes);
        }
        update_raw_check(block, decoder.raw_check());
    }
}

/// Sets the sizes once all is encoded, and the Check when the Block is
/// complete.
///
/// # Safety
/// `block` is valid.
unsafe fn update_encoded_block(block: *mut lzma_block, encoder: &BlockEncoder) {
    // SAFETY: by the contract above.
    unsafe {
        if let Some(sizes) = encoder.sizes() {
            update_sizes(block, sizes);
        }
        if let Some((check, size)) = encoder.raw_check() {
            update_raw_check(block, &check[..size]);
        }
    }
}

/// # Safety
/// `block` is valid.
pub(super) unsafe fn update_sizes(block: *mut lzma_block, (compressed, uncompressed): (u64, u64)) {
    // SAFETY: by the contract above.
    unsafe {
        (&raw mut (*block).compressed_size).write(compressed);
        (&raw mut (*block).uncompressed_size).write(uncompressed);
    }
}

/// # Safety
/// `block` is valid.
pub(super) unsafe fn update_raw_check(block: *mut lzma_block, check: &[u8]) {
    // SAFETY: by the contract above; the Check is never larger than its place.
    unsafe {
        let place = (&raw mut (*block).raw_check).cast::<u8>();
        ptr::copy_nonoverlapping(check.as_ptr(), place, check.len());
    }
}
