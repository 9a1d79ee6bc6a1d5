//! The Blocks that workers have, in the order in which their output is
//! delivered.

#![forbid(unsafe_code)]

use super::block_channel::BlockChannel;
use super::list::{Item, Queue, Stack};
use crate::error::Result;
use crate::io::Output;
use crate::memory::{AllocatorHandle, Shared};

/// A place in the order: a Block, with the buffer for its output.
pub(super) struct Slot<E, B> {
    /// `None`: there is no Block.
    channel: Option<Shared<BlockChannel<E>>>,
    pub(super) buffer: B,
}

/// The Blocks. `E` is what comes of one, `B` the buffer that it has.
pub(super) struct OrderedBlocks<E, B> {
    queue: Queue<Slot<E, B>>,
    /// Number of bytes of the first Block that are delivered.
    delivered: usize,
    /// Slots without a Block, for the next ones.
    spare: Stack<Slot<E, B>>,
}

impl<E, B> OrderedBlocks<E, B> {
    /// No Blocks.
    pub(super) fn new() -> OrderedBlocks<E, B> {
        OrderedBlocks { queue: Queue::new(), delivered: 0, spare: Stack::new() }
    }

    /// A slot for [`OrderedBlocks::push`].
    pub(super) fn slot(memory: &AllocatorHandle, buffer: B) -> Result<Item<Slot<E, B>>> {
        Item::new(memory, Slot { channel: None, buffer })
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Tells all workers to stop.
    pub(super) fn stop(&self) {
        self.queue.iter().filter_map(|slot| slot.channel.as_ref()).for_each(|c| c.stop());
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.spare.clear();
        self.delivered = 0;
    }

    /// Adds a Block at the end.
    pub(super) fn push(&mut self, mut slot: Item<Slot<E, B>>, channel: &Shared<BlockChannel<E>>) {
        slot.channel = Some(channel.clone());
        self.queue.push(slot);
    }

    /// The first Block: its channel, and its buffer.
    pub(super) fn first(&mut self) -> Option<(&BlockChannel<E>, &mut B)> {
        let Slot { channel, buffer } = self.queue.front()?;
        Some((channel.as_deref()?, buffer))
    }

    /// Delivers of `ready`, the output of the first Block so far, what is new
    /// and fits; tells how many bytes that were, and how many are left.
    pub(super) fn deliver(
        &mut self,
        ready: impl FnOnce(&B) -> &[u8],
        output: &mut Output<'_>,
    ) -> (usize, usize) {
        let Some(first) = self.queue.front() else {
            return (0, 0);
        };
        let ready = ready(&first.buffer).get(self.delivered..).unwrap_or_default();
        let written = output.write(ready);
        self.delivered += written;
        (written, ready.len() - written)
    }

    /// Number of bytes of `ready`, the output of the first Block so far, that are not
    /// delivered yet.
    pub(super) fn undelivered(&mut self, ready: impl FnOnce(&B) -> &[u8]) -> usize {
        let delivered = self.delivered;
        self.queue.front().map_or(0, |first| ready(&first.buffer).len().saturating_sub(delivered))
    }

    /// Takes the first Block away; returns its slot, which may become spare.
    pub(super) fn pop(&mut self) -> Option<Item<Slot<E, B>>> {
        let mut first = self.queue.pop()?;
        self.delivered = 0;
        first.channel = None;
        Some(first)
    }

    /// The spare slots.
    pub(super) fn spare(&mut self) -> &mut Stack<Slot<E, B>> {
        &mut self.spare
    }
}
