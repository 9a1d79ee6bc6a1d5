//! Input of a decoder of `.xz` files that is taken before it is decoded, so that
//! threads have several Blocks to work on although the application gives little at a
//! time.
//!
//! Only Blocks with sizes are taken: who sends one has all of it, so that what is
//! missing will come without an answer to what has come. At the end of a Block that
//! does not hold, so when input ends there, all data is given.

#![forbid(unsafe_code)]

use super::ahead;
use super::block::{Block, HEADER_SIZE_MAX};
use super::block_header;
use super::stream_framing::StreamFraming;
use crate::error::Result;
use crate::filter::Specs;
use crate::io::Input;
use crate::memory::{AllocatorHandle, Buf};

/// The smallest Block that is taken before it is decoded, in bytes of uncompressed
/// data.
const UNCOMPRESSED_MIN: u64 = 256 << 10;

/// The end of the input that was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Filled {
    /// All of it; a Block is not complete.
    All,
    /// All of it, and the last Block is complete.
    ToBlockEnd,
    /// There are enough Blocks.
    Enough,
    /// Up to where something else comes than a Block with sizes.
    Closed,
}

/// The size of the body of `block` in bytes, if it may be taken: it has sizes, and
/// no more than `max` bytes.
fn body_size(block: &Block, max: u64) -> Option<usize> {
    let suits = block.has_sizes() && block.uncompressed_size >= UNCOMPRESSED_MIN;
    let size = ahead::body_size(block).filter(|size| suits && *size <= max)?;
    usize::try_from(size).ok()
}

/// The input that is taken.
pub(super) struct BufferedInput {
    bytes: Buf<u8>,
    /// Capacity of `bytes`, also while they are lent out.
    capacity: usize,
    /// The part of `bytes` that is still to be decoded.
    start: usize,
    end: usize,
    /// Bytes of the last Block's body that are still missing.
    missing: usize,
    /// Bytes at the end that belong to the next, incomplete Block Header.
    header: usize,
    /// Blocks that have not ended, the last of them included.
    blocks: usize,
    closed: bool,
    /// Most bytes of one Block.
    max: u64,
    /// The last byte is taken, but reported to the application as not taken: without
    /// input left, an application may believe that it has all data.
    pub(super) held_back: bool,
}

impl BufferedInput {
    /// Nothing was taken yet.
    pub(super) const EMPTY: BufferedInput = BufferedInput {
        bytes: Buf::EMPTY,
        capacity: 0,
        start: 0,
        end: 0,
        missing: 0,
        header: 0,
        blocks: 0,
        closed: false,
        max: 0,
        held_back: false,
    };

    /// Begins with the body of `block`, as far as `memory` bytes allow it. `false`:
    /// it is not worth it.
    pub(super) fn begin(&mut self, block: &Block, memory: u64) -> bool {
        let max = memory / 16;
        let Some(size) = body_size(block, max) else {
            return false;
        };
        *self = BufferedInput { max, held_back: self.held_back, ..BufferedInput::EMPTY };
        self.expect_block(size).is_ok()
    }

    /// Empties the buffer, except for a byte that is held back.
    pub(super) fn clear(&mut self) {
        *self = BufferedInput { held_back: self.held_back, ..BufferedInput::EMPTY };
    }

    /// Tells whether `block` may be taken before it is decoded.
    pub(super) fn suits(block: &Block) -> bool {
        body_size(block, u64::MAX).is_some()
    }

    /// Has the last byte that was taken of `input` count as not taken.
    pub(super) fn hold_back_last_byte(&mut self, input: &mut Input<'_>) {
        if !self.is_drained() && input.taken() != 0 {
            input.go_to(input.taken() - 1);
            self.held_back = true;
        }
    }

    /// The number of bytes of `input` that are not taken already.
    pub(super) fn fresh_bytes(&self, input: &Input<'_>) -> usize {
        input.len() - usize::from(self.held_back && !input.is_empty())
    }

    /// Tells whether all that was taken is decoded.
    pub(super) fn is_drained(&self) -> bool {
        self.start == self.end
    }

    /// Memory usage in bytes.
    pub(super) fn usage(&self) -> u64 {
        self.capacity as u64
    }

    /// A Block of so many bytes behind its header comes next.
    fn expect_block(&mut self, body: usize) -> Result<()> {
        let held = self.end - self.start;
        let needed = held + body + HEADER_SIZE_MAX as usize;
        if self.bytes.capacity() < needed {
            let mut larger = AllocatorHandle::of_system()?.buf_with_capacity(2 * needed)?;
            larger.copy_front(&self.bytes[self.start..self.end]);
            self.bytes = larger;
            self.capacity = self.bytes.capacity();
            (self.start, self.end) = (0, held);
        } else if self.bytes.capacity() - self.start < needed {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, held);
        }
        self.missing = body;
        self.header = 0;
        self.blocks += 1;
        Ok(())
    }

    /// Takes up to `max` bytes, for which there is room. Returns how many.
    fn take_bytes(&mut self, max: usize, input: &mut Input<'_>) -> usize {
        let before = self.end;
        let end = before + max.min(input.len());
        (_, self.end) = self.bytes.append(before, end, |output| input.copy_to(output));
        self.end - before
    }

    /// Takes as much of `input` as there may be, up to `blocks` Blocks.
    pub(super) fn take(
        &mut self,
        input: &mut Input<'_>,
        framing: &StreamFraming,
        blocks: usize,
    ) -> Filled {
        loop {
            self.missing -= self.take_bytes(self.missing, input);
            if self.missing != 0 {
                return Filled::All;
            }
            if self.closed {
                return Filled::Closed;
            }
            let held = (self.end - self.start) as u64;
            if self.blocks >= blocks || held > 2 * self.max {
                return Filled::Enough;
            }
            match self.take_header(input) {
                Some(true) => self.end_header(framing),
                Some(false) if self.header != 0 => return Filled::All,
                Some(false) => return Filled::ToBlockEnd,
                None => self.closed = true,
            }
        }
    }

    /// Takes a Block Header; `true` once it is complete. `None`: another Block does
    /// not follow.
    fn take_header(&mut self, input: &mut Input<'_>) -> Option<bool> {
        let first = match self.header {
            0 => input.peek(),
            taken => self.bytes.get(self.end - taken).copied(),
        };
        let Some(first) = first else {
            return Some(false);
        };
        let size = block_header::size(first)?;
        self.header += self.take_bytes(size - self.header, input);
        Some(self.header == size)
    }

    /// A Block Header is complete. Whatever is wrong with it is found when it is
    /// decoded.
    fn end_header(&mut self, framing: &StreamFraming) {
        let header = self.bytes.get(self.end - self.header..self.end).unwrap_or_default();
        let block = framing.parse_block(&mut Specs::new(), header).ok();
        let body = block.and_then(|block| body_size(&block, self.max));
        if body.is_none_or(|body| self.expect_block(body).is_err()) {
            self.closed = true;
        }
    }

    /// Lends out the bytes that are still to be decoded, for [`BufferedInput::put_back`].
    pub(super) fn lend(&mut self) -> (Buf<u8>, core::ops::Range<usize>) {
        (core::mem::replace(&mut self.bytes, Buf::EMPTY), self.start..self.end)
    }

    /// Takes back the bytes, of which so many were decoded.
    pub(super) fn put_back(&mut self, bytes: Buf<u8>, decoded: usize) {
        self.bytes = bytes;
        self.start += decoded;
    }

    /// The first Block has ended.
    pub(super) fn end_block(&mut self) {
        self.blocks = self.blocks.saturating_sub(1);
    }
}
