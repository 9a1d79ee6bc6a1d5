//! The Blocks on their way, and their output buffers.

#![forbid(unsafe_code)]

use crate::coder::Totals;
use crate::error::Result;
use crate::io::Output;
use crate::memory::{AllocatorHandle, BufferReader, BufferWriter, Shared};
use crate::threaded::block_channel::BlockChannel;
use crate::threaded::list::Item;
use crate::threaded::ordered_blocks::{self, OrderedBlocks};
use crate::threaded::output_usage;

pub(super) type Slot = ordered_blocks::Slot<(), BufferReader>;

/// The Blocks. Spare buffers are all of one size.
pub(super) struct Outputs {
    memory: AllocatorHandle,
    blocks: OrderedBlocks<(), BufferReader>,
    /// Memory usage of buffers that Blocks have, in bytes.
    in_use: u64,
    /// Memory usage of all buffers, in bytes.
    allocated: u64,
    /// The first Block was not over when it came to be the first, or was last looked at.
    first_is_open: bool,
}

/// Result of [`Outputs::deliver`].
pub(super) struct Delivery {
    /// There are bytes left that did not fit.
    pub(super) more: bool,
    /// True if nothing will come before the first Block gets more input.
    pub(super) starved: bool,
    /// The first Block was damaged, and all that could be had of it is
    /// delivered.
    pub(super) result: Result<()>,
}

impl Outputs {
    pub(super) fn new(memory: &AllocatorHandle) -> Outputs {
        let blocks = OrderedBlocks::new();
        Outputs { memory: memory.clone(), blocks, in_use: 0, allocated: 0, first_is_open: false }
    }

    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub(super) fn in_use(&self) -> u64 {
        self.in_use
    }

    pub(super) fn allocated(&self) -> u64 {
        self.allocated
    }

    /// Tells all workers to stop.
    pub(super) fn stop(&self) {
        self.blocks.stop();
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.blocks.clear();
        (self.in_use, self.allocated) = (0, 0);
        self.first_is_open = false;
    }

    /// Frees what no Block uses.
    pub(super) fn free_spare(&mut self) {
        self.blocks.spare().clear();
        self.allocated = self.in_use;
    }

    /// Frees what no Block uses, but for one buffer if it has this size.
    pub(super) fn free_spare_but_one(&mut self, size: usize) {
        let keep = self.blocks.spare().pop().filter(|slot| slot.buffer.capacity() == size);
        self.free_spare();
        if let Some(keep) = keep {
            self.allocated += output_usage(size as u64);
            self.blocks.spare().push(keep);
        }
    }

    /// Tells whether spare buffers have another size.
    fn spare_differs_from(&mut self, size: usize) -> bool {
        self.blocks.spare().top().is_some_and(|slot| slot.buffer.capacity() != size)
    }

    /// An empty buffer of `size` bytes and its slot, for [`Outputs::push`].
    pub(super) fn slot(&mut self, size: usize) -> Result<(Item<Slot>, BufferWriter)> {
        if self.spare_differs_from(size) {
            self.free_spare();
        }
        if let Some(mut slot) = self.blocks.spare().pop() {
            self.allocated = self.allocated.saturating_sub(output_usage(size as u64));
            if let Some(output) = slot.buffer.recycle() {
                return Ok((slot, output));
            }
        }
        let output = BufferWriter::new(&self.memory, size)?;
        Ok((OrderedBlocks::slot(&self.memory, output.reader())?, output))
    }

    /// Adds a Block at the end.
    pub(super) fn push(&mut self, slot: Item<Slot>, channel: &Shared<BlockChannel<()>>) {
        let usage = output_usage(slot.buffer.capacity() as u64);
        self.in_use += usage;
        self.allocated += usage;
        self.first_is_open |= self.blocks.is_empty();
        self.blocks.push(slot, channel);
    }

    /// Delivers as much as there is and fits, and counts it in `totals`.
    pub(super) fn deliver(&mut self, output: &mut Output<'_>, totals: &Totals) -> Delivery {
        let mut delivery = Delivery { more: false, starved: false, result: Ok(()) };
        self.first_is_open = false;
        while let Some((channel, _)) = self.blocks.first() {
            let status = channel.watch();
            // What is written after the worker's report counts as well.
            let (written, left) = self.blocks.deliver(|reader| reader.bytes(), output);
            totals.add_delivered(written);
            delivery.more = left != 0;
            if delivery.more || !status.ended {
                delivery.starved = status.starved;
                self.first_is_open = !status.ended;
                break;
            }
            if let Some((channel, _)) = self.blocks.first() {
                delivery.result = channel.take_result();
            }
            self.pop();
            if delivery.result.is_err() {
                break;
            }
        }
        delivery
    }

    /// [`Outputs::deliver`] without asking workers, none of which has told anything since
    /// then: fills all room with a part of what there is of the first Block, or, unless the
    /// caller `must_fill` it, delivers all that there is. False, and nothing is done, if
    /// that is not so, or if the Block is over and would have to leave the queue.
    pub(super) fn deliver_first(
        &mut self,
        output: &mut Output<'_>,
        totals: &Totals,
        must_fill: bool,
    ) -> bool {
        let fills = self.blocks.undelivered(|reader| reader.bytes()) > output.room();
        if !fills && (must_fill || !self.first_is_open) {
            return false;
        }
        let (written, _) = self.blocks.deliver(|reader| reader.bytes(), output);
        totals.add_delivered(written);
        true
    }

    fn pop(&mut self) {
        let Some(first) = self.blocks.pop() else {
            return;
        };
        let size = first.buffer.capacity();
        self.in_use = self.in_use.saturating_sub(output_usage(size as u64));
        if self.spare_differs_from(size) {
            self.blocks.spare().clear();
            self.allocated = self.in_use + output_usage(size as u64);
        }
        self.blocks.spare().push(first);
    }
}
