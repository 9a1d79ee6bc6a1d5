//! Decodes Blocks of `.xz` files ahead, for decoders that the application has
//! asked for no threads: see [`DecodeAhead`].
//!
//! Memory comes from `malloc`, since the application's allocator need not bear to
//! be called from other threads.

#![forbid(unsafe_code)]

mod queued;

use super::block_channel::BlockChannel;
use super::clock::Clock;
use super::decoder::task::{Steps, Task};
use super::list::{Item, Queue, Stack};
use super::output_usage;
use super::pool::{Pool, Waited};
use crate::coder::Totals;
use crate::container::auto_decoder;
use crate::container::xz::ahead::{DecodeAhead, InputView, Readiness};
use crate::container::xz::stream_decoder;
use crate::error::Result;
use crate::io::{Input, Output};
use crate::memory::{AllocatorHandle, BufferReader, BufferWriter, OwnedBox, Shared};
use crate::settings;
use core::mem;
use queued::{Candidate, Queued};

/// The decoder for `.xz` files that may decode Blocks ahead.
pub(crate) type StreamDecoder = stream_decoder::StreamDecoder<LookAhead>;

/// The decoder for files of all formats that may decode Blocks of `.xz` ahead.
pub(crate) type AutoDecoder = auto_decoder::AutoDecoder<LookAhead>;

/// A worker delivers whole Blocks, so it reports seldom, only to be stopped. Where one
/// step decodes all output, that serves as the dictionary.
const STEPS: Steps = Steps { input: 4 << 20, output: 16 << 20 };

/// The Blocks that are decoded ahead, and the threads that do it.
pub(crate) struct LookAhead {
    memory: AllocatorHandle,
    threads: u32,
    /// Memory in bytes that all of it may use.
    limit: u64,
    /// The Blocks in the order of the file, the one whose turn it is in front.
    blocks: Queue<Queued>,
    /// Bytes of input from the body of the first of them to the end of the last.
    seen: usize,
    /// An output buffer that no Block has.
    spare: Option<BufferReader>,
    /// Memory usage in bytes: the buffers of these Blocks, and the spare one.
    buffers: u64,
    /// Memory usage in bytes: decoders, with a Block and without.
    decoders: u64,
    pool: Pool<Task>,
    /// Decoders without a Block.
    tasks: Stack<Task>,
    /// Progress of workers, which nothing asks for here.
    totals: Shared<Totals>,
    clock: Clock,
    /// The call that waits is interrupted: the next one continues it.
    paused: bool,
}

impl LookAhead {
    /// Takes back the decoders of Blocks that are over.
    fn collect_tasks(&mut self) {
        let mut done = self.pool.done();
        while let Some(task) = done.pop() {
            self.tasks.push(task);
        }
    }

    /// Gives Blocks to workers as long as there is memory: one to work on for each,
    /// and one that it finds when it has done that, since the main thread may be busy
    /// with what the application does with the data.
    fn give(&mut self, view: &InputView<'_>) {
        let limit = self.limit.min(view.limit);
        while self.blocks.len() < 2 * self.threads as usize {
            let Some(block) = self.candidate(view) else {
                return;
            };
            let spare = self.tasks.top().map_or(0, |task| task.filters);
            let decoders = self.decoders - spare + block.filters_usage;
            let usage = decoders.saturating_add(self.buffers).saturating_add(block.buffers());
            // Without memory for the next Block as well, threads gain nothing.
            let next = if self.blocks.is_empty() { block.usage() } else { 0 };
            if usage.saturating_add(next) > limit || self.submit(&block).is_err() {
                return; // it is decoded when it is its turn
            }
        }
    }

    /// The Block behind those that workers have, if it can be decoded ahead.
    fn candidate<'a>(&self, view: &InputView<'a>) -> Option<Candidate<'a>> {
        if self.blocks.is_empty() {
            let first = Candidate::first(view)?;
            let alone = !view.taken && Candidate::following(view, first.body.len()).is_none();
            return (!alone).then_some(first);
        }
        Candidate::following(view, self.seen)
    }

    fn submit(&mut self, block: &Candidate<'_>) -> Result<()> {
        if self.pool.has_room() {
            self.pool.prepare()?;
            self.collect_tasks(); // what the idle worker has just finished
        }
        let mut task = match self.tasks.pop() {
            Some(task) => task,
            None => Item::initial(&self.memory)?,
        };
        let before = task.filters;
        let prepared = self.prepare(&mut task, block);
        self.decoders = self.decoders - before + task.filters;
        let queued = match prepared {
            Ok(queued) => queued,
            Err(error) => {
                self.tasks.push(task);
                return Err(error);
            }
        };
        self.buffers += queued.usage;
        self.seen += block.distance();
        self.blocks.push(queued);
        self.pool.submit(task);
        Ok(())
    }

    /// A buffer of `size` bytes for the output of a Block.
    fn output(&mut self, size: usize) -> Result<BufferWriter> {
        let mut spare = self.spare.take();
        self.buffers -= spare.as_ref().map_or(0, |spare| output_usage(spare.capacity() as u64));
        let fits = spare.as_mut().filter(|spare| spare.capacity() == size);
        match fits.and_then(BufferReader::recycle) {
            Some(output) => Ok(output),
            None => {
                drop(spare); // before others are allocated
                BufferWriter::new(&self.memory, size)
            }
        }
    }

    /// Prepares all that a worker needs for `block`.
    fn prepare(&mut self, task: &mut Task, block: &Candidate<'_>) -> Result<Item<Queued>> {
        let channel = self.memory.share(BlockChannel::new(&self.totals))?;
        channel.announce(true); // all input is here
        let output = self.output(block.uncompressed_size)?;
        let mut input = BufferWriter::new(&self.memory, block.body.len())?;
        let queued = Queued::new(&self.memory, block, &input, &output, &channel)?;
        if task.filters != block.filters_usage {
            task.decoder.end(); // as large as needed, no larger
        }
        task.filters = block.filters_usage;
        task.decoder.start(&self.memory, &block.block, &block.filters)?;
        let mut rest = Input::new(block.body);
        input.append(block.body.len(), |output| rest.copy_to(output));
        task.steps = STEPS;
        task.assign(input.reader(), output, channel);
        Ok(queued)
    }

    /// Tells all workers to stop; does not wait for them.
    fn stop(&self) {
        if !self.pool.owned_by_other_process() {
            self.blocks.iter().for_each(|block| block.channel.stop());
        }
    }

    /// Frees what no Block uses. After `fork`, threads and what they work on stay
    /// as they are, for ever.
    fn free(&mut self) {
        drop(self.pool.restart(self.threads));
        self.tasks.clear();
        self.blocks.clear();
        self.spare = None;
        (self.seen, self.buffers, self.decoders) = (0, 0, 0);
    }

    /// Waits until the first Block is over.
    fn wait_for_first(&mut self, view: &InputView<'_>) -> Readiness {
        if mem::take(&mut self.paused) {
            self.clock.resume();
        } else {
            self.clock = Clock::new(0);
        }
        loop {
            self.pool.clear_wakeup();
            self.collect_tasks();
            self.give(view);
            let Some(first) = self.blocks.front() else {
                return Readiness::No;
            };
            if first.channel.has_ended() {
                return if first.channel.take_result().is_ok() {
                    Readiness::Decoded
                } else {
                    Readiness::No
                };
            }
            if !view.wait {
                return Readiness::Later;
            }
            if self.pool.wait(&mut self.clock) == Waited::Paused {
                self.paused = true;
                return Readiness::Paused;
            }
        }
    }
}

impl DecodeAhead for LookAhead {
    fn make(threads: u32) -> Result<OwnedBox<LookAhead>> {
        let memory = AllocatorHandle::of_system()?;
        let totals = memory.share(Totals::new())?;
        memory.own_made(|| LookAhead {
            memory: memory.clone(),
            threads,
            limit: 0,
            blocks: Queue::new(),
            seen: 0,
            spare: None,
            buffers: 0,
            decoders: 0,
            pool: Pool::new(&memory, threads),
            tasks: Stack::new(),
            totals,
            clock: Clock::new(0),
            paused: false,
        })
    }

    fn threads(&self) -> u32 {
        self.threads
    }

    fn start(&mut self) {
        self.limit = settings::memory();
    }

    fn wait(&mut self, view: &InputView<'_>) -> Readiness {
        if self.pool.owned_by_other_process() {
            self.free();
            self.limit = 0; // no threads in this file any more
        }
        if !view.taken && self.blocks.front().is_some_and(|first| !first.is(view)) {
            self.clear(); // the application has changed its input
        }
        let readiness = self.wait_for_first(view);
        if readiness == Readiness::No {
            self.clear();
        }
        readiness
    }

    fn deliver(&mut self, from: usize, to: usize, output: &mut Output<'_>) -> usize {
        let Some(first) = self.blocks.front() else {
            return 0;
        };
        output.write(first.output.bytes().get(from..to).unwrap_or_default())
    }

    fn end_block(&mut self) {
        let Some(mut first) = self.blocks.pop() else {
            return;
        };
        self.buffers -= first.usage;
        let output = if self.spare.is_none() { first.output.recycle() } else { None };
        if let Some(output) = output {
            self.buffers += output_usage(first.output.capacity() as u64);
            self.spare = Some(output.reader());
        }
        let next = self.blocks.front().map_or(0, |next| next.header_size);
        self.seen -= first.body_size + next;
    }

    fn clear(&mut self) {
        self.paused = false;
        if !self.blocks.is_empty() {
            self.stop();
            self.free();
        }
    }
}

impl Drop for LookAhead {
    fn drop(&mut self) {
        self.stop(); // the pool waits for them
    }
}
