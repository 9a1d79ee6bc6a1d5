//! The Blocks on their way, in order, and their output buffers.

#![forbid(unsafe_code)]

use crate::coder::Totals;
use crate::error::Result;
use crate::io::Output;
use crate::memory::{Appender, Memory, Reader, Shared};
use crate::threaded::OUTPUT_OVERHEAD;
use crate::threaded::flow::Flow;
use crate::threaded::list::{Item, Queue, Stack};

/// Memory usage of an output buffer, in bytes.
pub(super) fn memory_usage(size: u64) -> u64 {
    size.saturating_add(OUTPUT_OVERHEAD)
}

/// A Block's place in the queue: its output, until it is delivered.
pub(super) struct Place {
    output: Reader,
    /// `None`: there is no Block.
    flow: Option<Shared<Flow<()>>>,
}

/// The queue.
pub(super) struct Outputs {
    memory: Memory,
    queue: Queue<Place>,
    /// How much of the first one is delivered, in bytes.
    delivered: usize,
    /// Places without a Block, their buffers all of one size.
    spare: Stack<Place>,
    /// Memory usage of buffers in the queue, in bytes.
    in_use: u64,
    /// The same with the spare ones.
    allocated: u64,
}

/// What [`Outputs::deliver`] has found.
pub(super) struct Delivery {
    /// There are bytes left that did not fit.
    pub(super) more: bool,
    /// Nothing will come before the first Block gets more input.
    pub(super) starved: bool,
    /// Blocks have left the queue.
    pub(super) ended: bool,
    /// The first Block was damaged, and all that could be had of it is
    /// delivered.
    pub(super) result: Result<()>,
}

impl Outputs {
    pub(super) fn new(memory: &Memory) -> Outputs {
        Outputs {
            memory: memory.clone(),
            queue: Queue::new(),
            delivered: 0,
            spare: Stack::new(),
            in_use: 0,
            allocated: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn in_use(&self) -> u64 {
        self.in_use
    }

    pub(super) fn allocated(&self) -> u64 {
        self.allocated
    }

    /// Tells all workers to stop.
    pub(super) fn stop(&self) {
        self.queue.iter().filter_map(|place| place.flow.as_ref()).for_each(|flow| flow.stop());
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.free_spare();
        (self.in_use, self.allocated, self.delivered) = (0, 0, 0);
    }

    /// Frees what no Block uses.
    pub(super) fn free_spare(&mut self) {
        self.spare.clear();
        self.allocated = self.in_use;
    }

    /// The same, but leaves a buffer if it is of the right size.
    pub(super) fn free_spare_but_one(&mut self, size: usize) {
        let keep = self.spare.pop().filter(|place| place.output.capacity() == size);
        self.free_spare();
        if let Some(keep) = keep {
            self.allocated += memory_usage(size as u64);
            self.spare.push(keep);
        }
    }

    /// An empty buffer of `size` bytes and its place, for [`Outputs::push`].
    pub(super) fn place(&mut self, size: usize) -> Result<(Item<Place>, Appender)> {
        if self.spare.top().is_some_and(|place| place.output.capacity() != size) {
            self.free_spare();
        }
        if let Some(mut place) = self.spare.pop() {
            self.allocated = self.allocated.saturating_sub(memory_usage(size as u64));
            if let Some(output) = place.output.recycle() {
                return Ok((place, output));
            }
        }
        let output = Appender::new(&self.memory, size)?;
        let place = Place { output: output.reader(), flow: None };
        Ok((Item::new(&self.memory, place)?, output))
    }

    /// Adds a Block at the end.
    pub(super) fn push(&mut self, mut place: Item<Place>, flow: &Shared<Flow<()>>) {
        let usage = memory_usage(place.output.capacity() as u64);
        self.in_use += usage;
        self.allocated += usage;
        place.flow = Some(flow.clone());
        self.queue.push(place);
    }

    /// Delivers as much as there is and fits, and counts it in `totals`.
    pub(super) fn deliver(&mut self, output: &mut Output<'_>, totals: &Totals) -> Delivery {
        let mut delivery = Delivery { more: false, starved: false, ended: false, result: Ok(()) };
        while let Some(first) = self.queue.front() {
            let Some(flow) = &first.flow else {
                break;
            };
            let sight = flow.watch();
            let ready = first.output.bytes();
            // What is written after the worker's report counts as well.
            let written = output.write(ready.get(self.delivered..).unwrap_or_default());
            self.delivered += written;
            totals.add_delivered(written);
            delivery.more = self.delivered < ready.len();
            if delivery.more || !sight.ended {
                delivery.starved = sight.starved;
                break;
            }
            delivery.result = flow.end();
            delivery.ended = true;
            self.pop();
            if delivery.result.is_err() {
                break;
            }
        }
        delivery
    }

    fn pop(&mut self) {
        let Some(mut first) = self.queue.pop() else {
            return;
        };
        self.delivered = 0;
        first.flow = None;
        let size = first.output.capacity();
        self.in_use = self.in_use.saturating_sub(memory_usage(size as u64));
        if self.spare.top().is_some_and(|place| place.output.capacity() != size) {
            self.spare.clear();
            self.allocated = self.in_use + memory_usage(size as u64);
        }
        self.spare.push(first);
    }
}
