//! The Blocks on their way, in order, and their output buffers.

#![forbid(unsafe_code)]

use super::task::Encoded;
use crate::error::Result;
use crate::index::Index;
use crate::io::Output;
use crate::memory::{Buf, Memory, Shared};
use crate::threaded::flow::Flow;
use crate::threaded::list::{Item, Queue, Stack};

/// A Block's place in the queue.
pub(super) struct Place {
    /// Until the Block is encoded.
    flow: Option<Shared<Flow<Encoded>>>,
    encoded: Option<Encoded>,
    /// Without a Block.
    spare: Option<Buf<u8>>,
}

/// The queue.
pub(super) struct Outputs {
    memory: Memory,
    queue: Queue<Place>,
    /// How much of the first one is delivered, in bytes.
    delivered: usize,
    /// Places without a Block, their buffers all of one size.
    spare: Stack<Place>,
}

impl Outputs {
    pub(super) fn new(memory: &Memory) -> Outputs {
        Outputs { memory: memory.clone(), queue: Queue::new(), delivered: 0, spare: Stack::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Tells all workers to stop.
    pub(super) fn stop(&self) {
        self.queue.iter().filter_map(|place| place.flow.as_ref()).for_each(|flow| flow.stop());
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.spare.clear();
        self.delivered = 0;
    }

    /// A buffer of `size` bytes and its place, for [`Outputs::push`].
    pub(super) fn place(&mut self, size: usize) -> Result<(Item<Place>, Buf<u8>)> {
        if let Some(mut place) = self.spare.pop()
            && let Some(spare) = place.spare.take()
        {
            return Ok((place, spare));
        }
        let place = Place { flow: None, encoded: None, spare: None };
        let place = Item::new(&self.memory, place)?;
        Ok((place, self.memory.buf_as_needed(size)?))
    }

    /// Adds a Block at the end.
    pub(super) fn push(&mut self, mut place: Item<Place>, flow: &Shared<Flow<Encoded>>) {
        place.flow = Some(flow.clone());
        self.queue.push(place);
    }

    /// Delivers as much as there is and fits, and adds the Blocks to `index`.
    pub(super) fn deliver(&mut self, output: &mut Output<'_>, index: &mut Index) -> Result<()> {
        while let Some(first) = self.queue.front() {
            if first.encoded.is_none()
                && let Some(flow) = &first.flow
                && flow.has_ended()
            {
                first.encoded = Some(flow.end()?);
            }
            let Some(encoded) = &first.encoded else {
                break;
            };
            let ready = encoded.output.get(..encoded.len).unwrap_or_default();
            self.delivered += output.write(ready.get(self.delivered..).unwrap_or_default());
            if self.delivered < ready.len() {
                break;
            }
            index.append(encoded.unpadded_size, encoded.uncompressed_size)?;
            self.pop();
        }
        Ok(())
    }

    fn pop(&mut self) {
        self.delivered = 0;
        let Some(mut first) = self.queue.pop() else {
            return;
        };
        first.flow = None;
        if let Some(encoded) = first.encoded.take() {
            first.spare = Some(encoded.output);
            self.spare.push(first);
        }
    }
}
