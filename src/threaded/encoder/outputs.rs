//! The Blocks on their way, and their output buffers.

#![forbid(unsafe_code)]

use super::task::Encoded;
use crate::error::Result;
use crate::index::Index;
use crate::io::Output;
use crate::memory::{AllocatorHandle, Buf, Shared};
use crate::threaded::block_channel::BlockChannel;
use crate::threaded::list::Item;
use crate::threaded::ordered_blocks::{self, OrderedBlocks};
use core::mem;

/// The output buffer of a Block, wherever it is.
pub(super) enum Buffer {
    /// With the worker.
    Away,
    Encoded(Encoded),
    /// Here, without a Block.
    Spare(Buf<u8>),
}

pub(super) type Slot = ordered_blocks::Slot<Encoded, Buffer>;

/// The Blocks. Spare buffers are all of one size.
pub(super) struct Outputs {
    memory: AllocatorHandle,
    blocks: OrderedBlocks<Encoded, Buffer>,
}

impl Outputs {
    pub(super) fn new(memory: &AllocatorHandle) -> Outputs {
        Outputs { memory: memory.clone(), blocks: OrderedBlocks::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Tells all workers to stop.
    pub(super) fn stop(&self) {
        self.blocks.stop();
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.blocks.clear();
    }

    /// A buffer of `size` bytes and its slot, for [`Outputs::push`].
    pub(super) fn slot(&mut self, size: usize) -> Result<(Item<Slot>, Buf<u8>)> {
        if let Some(mut slot) = self.blocks.spare().pop() {
            if let Buffer::Spare(spare) = mem::replace(&mut slot.buffer, Buffer::Away) {
                return Ok((slot, spare));
            }
        }
        let slot = OrderedBlocks::slot(&self.memory, Buffer::Away)?;
        Ok((slot, self.memory.buf_with_capacity(size)?))
    }

    /// Keeps what [`Outputs::slot`] has given for the next time.
    pub(super) fn keep(&mut self, mut slot: Item<Slot>, output: Buf<u8>) {
        slot.buffer = Buffer::Spare(output);
        self.blocks.spare().push(slot);
    }

    /// Frees the buffers without a Block.
    pub(super) fn free_spare(&mut self) {
        self.blocks.spare().clear();
    }

    /// Adds a Block at the end.
    pub(super) fn push(&mut self, slot: Item<Slot>, channel: &Shared<BlockChannel<Encoded>>) {
        self.blocks.push(slot, channel);
    }

    /// Delivers as much as there is and fits, and adds the Blocks to `index`.
    pub(super) fn deliver(&mut self, output: &mut Output<'_>, index: &mut Index) -> Result<()> {
        while let Some((channel, buffer)) = self.blocks.first() {
            if matches!(buffer, Buffer::Away) && channel.has_ended() {
                *buffer = Buffer::Encoded(channel.take_result()?);
            }
            let Buffer::Encoded(encoded) = buffer else {
                break;
            };
            let (unpadded_size, uncompressed_size) =
                (encoded.unpadded_size, encoded.uncompressed_size);
            let (_, left) = self.blocks.deliver(ready, output);
            if left != 0 {
                break;
            }
            index.append(unpadded_size, uncompressed_size)?;
            self.pop();
        }
        Ok(())
    }

    fn pop(&mut self) {
        let Some(mut first) = self.blocks.pop() else { return };
        if let Buffer::Encoded(encoded) = mem::replace(&mut first.buffer, Buffer::Away) {
            self.keep(first, encoded.output);
        }
    }
}

/// The output, once it is complete.
fn ready(buffer: &Buffer) -> &[u8] {
    match buffer {
        Buffer::Encoded(encoded) => encoded.output.get(..encoded.len).unwrap_or_default(),
        _ => &[],
    }
}
