//! Encoder for `.xz` files that encodes Blocks in parallel. What it makes
//! does not depend on the number of threads, nor on timing.

#![forbid(unsafe_code)]

mod options;
mod outputs;
mod pending;
mod task;

use super::block_channel::BlockChannel;
use super::clock::Clock;
use super::feed::Feed;
use super::list::{Item, Stack};
use super::pool::{Pool, Waited};
use crate::bytes::{Pending, vli};
use crate::coder::{Actions, Coder, Restart, Step, Totals};
use crate::container::xz::stream_flags::{self, StreamFlags};
use crate::error::{Error, Result, Status};
use crate::filter::{FilterSpec, OwnedSpecs, memory_usage};
use crate::index::{Index, IndexEncoder};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, BufferWriter, OwnedBox, Shared};
use core::mem;
pub(crate) use options::Options;
use options::Sizes;
use outputs::Outputs;
use task::{Encoded, Task, Work};

/// Which part of the Stream comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The encoder failed to start.
    None,
    StreamHeader,
    Blocks,
    Index,
    StreamFooter,
}

/// The encoder.
pub(crate) struct Encoder {
    memory: AllocatorHandle,
    stage: Stage,
    threads: u32,
    timeout: u32,
    check: u32,
    sizes: Sizes,
    /// For the next Block.
    filters: Shared<OwnedSpecs>,
    outputs: Outputs,
    /// The Block that is being given to a worker.
    feed: Option<Feed<Encoded>>,
    /// As in [`Options`].
    implicit_threads: bool,
    /// The Block of `feed`, or one that is complete, if no worker has it.
    pending: Option<Item<Task>>,
    pool: Pool<Task>,
    /// Encoders without a Block.
    tasks: Stack<Task>,
    index: Index,
    index_encoder: IndexEncoder,
    /// Stream Header or Stream Footer.
    header: Pending<{ stream_flags::SIZE }>,
    totals: Shared<Totals>,
    /// Of the current call.
    clock: Clock,
    /// The current call is interrupted: the next one continues it.
    paused: bool,
    /// The error that a worker has met first.
    error: Option<Error>,
}

impl Encoder {
    fn begin(&mut self, options: &Options<'_>) -> Result<()> {
        self.timeout = options.timeout;
        self.check = options.check;
        self.error = None;
        let flags = StreamFlags { version: 0, backward_size: vli::UNKNOWN, check: self.check };
        self.header.clear();
        self.header.push(&flags.encode_header()?);
        self.totals.reset();
        self.totals.add(0, stream_flags::SIZE as u64);
        self.paused = false;
        if self.implicit_threads {
            // The caller, who does without threads if this fails, has memory for one
            // Block at least from now on.
            self.reserve()?;
        }
        self.stage = Stage::StreamHeader;
        Ok(())
    }

    /// Tells whether [`Encoder::update`] is possible now: not in a Block, nor after the
    /// last one.
    pub(super) fn takes_filters(&self) -> bool {
        matches!(self.stage, Stage::StreamHeader | Stage::Blocks) && self.feed.is_none()
    }

    /// Tells whether `filters` are those of the next Block, perhaps with other options.
    pub(super) fn has_same_ids(&self, filters: &[FilterSpec<'_>]) -> bool {
        let specs = self.filters.specs();
        filters.iter().map(|spec| spec.id).eq(specs.iter().map(|spec| spec.id))
    }

    /// Tells all workers to stop; does not wait for them.
    fn stop(&self) {
        if !self.pool.owned_by_other_process() {
            self.outputs.stop();
        }
    }

    fn run(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        loop {
            let step = match self.stage {
                Stage::None => Err(Error::Prog),
                Stage::StreamHeader => {
                    if !self.header.write_out(output) {
                        return Ok(Status::Ok);
                    }
                    self.stage = Stage::Blocks;
                    Ok(None)
                }
                Stage::Blocks => self.encode_blocks(input, output, action),
                Stage::Index => self.encode_index(output),
                Stage::StreamFooter => Ok(Some(if self.header.write_out(output) {
                    Status::StreamEnd
                } else {
                    Status::Ok
                })),
            };
            if let Some(status) = step? {
                return Ok(status);
            }
        }
    }

    /// Puts out what is ready, gives input to workers, and waits if that is
    /// all there is to do.
    fn encode_blocks(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Step {
        self.pool.clear_wakeup();
        self.with_spare_memory(|encoder| encoder.outputs.deliver(output, &mut encoder.index))?;
        self.collect_tasks()?;
        self.give(input, action)?;
        if !self.paused && self.settle_pending(input, action)? {
            return Ok(None);
        }
        if self.paused {
            return Ok(Some(Status::Paused)); // within the pending Block
        }
        if input.is_empty() {
            match action {
                Action::Run => return Ok(Some(Status::Ok)),
                Action::FullBarrier => return Ok(Some(Status::StreamEnd)),
                Action::Finish if self.outputs.is_empty() => {
                    self.index_encoder = IndexEncoder::new();
                    // As good as done.
                    self.totals.add(0, self.index.size() + stream_flags::SIZE as u64);
                    self.stage = Stage::Index;
                    return Ok(None);
                }
                _ if self.outputs.is_empty() => return Ok(Some(Status::StreamEnd)),
                _ => {}
            }
        }
        if output.is_full() {
            return Ok(Some(Status::Ok));
        }
        Ok(match self.pool.wait(&mut self.clock) {
            Waited::Woken => None,
            Waited::TimedOut => Some(Status::TimedOut),
            Waited::Paused => {
                self.paused = true;
                Some(Status::Paused)
            }
        })
    }

    /// Takes back the encoders of Blocks that are over. The first error comes
    /// at once, before the output of other Blocks.
    fn collect_tasks(&mut self) -> Result<()> {
        let mut done = self.pool.done();
        while let Some(task) = done.pop() {
            match task.error() {
                None => self.tasks.push(task),
                Some(error) => {
                    self.error.get_or_insert(error);
                }
            }
        }
        self.error.map_or(Ok(()), Err)
    }

    /// Gives as much input to workers as they can take.
    fn give(&mut self, input: &mut Input<'_>, action: Action) -> Result<()> {
        while !input.is_empty() || (self.feed.is_some() && action != Action::Run) {
            if self.feed.is_none() {
                let settled = self.pending.is_none() || self.settle_pending(input, action)?;
                if !settled || !self.begin_block()? {
                    return Ok(());
                }
            }
            let Some(feed) = &mut self.feed else {
                return Ok(());
            };
            feed.take(input);
            let last = feed.room() == 0 || (input.is_empty() && action != Action::Run);
            feed.announce_step(last);
            if last {
                self.feed = None;
            }
        }
        Ok(())
    }

    /// `false`: there is no worker, or no room, for another Block.
    fn begin_block(&mut self) -> Result<bool> {
        if self.outputs.len() >= 2 * self.threads as usize || !self.pool.has_room() {
            return Ok(false);
        }
        let alone = self.implicit_threads && (self.threads == 1 || self.outputs.is_empty());
        let prepared = if alone { Ok(()) } else { self.pool.prepare() };
        if let Err(error) = prepared {
            // Without another thread, it goes on when there are results.
            return if self.implicit_threads { Ok(false) } else { Err(error) };
        }
        self.collect_tasks()?; // what the idle worker has just finished
        if self.outputs.is_empty() {
            self.with_spare_memory(|encoder| encoder.assign_block(alone))?;
            return Ok(true);
        }
        match self.assign_block(alone) {
            Err(Error::Mem) if self.implicit_threads => Ok(false),
            result => result.map(|()| true),
        }
    }

    /// Gives the next Block to the idle worker, or has it pending.
    fn assign_block(&mut self, pending: bool) -> Result<()> {
        self.reserve()?;
        let channel = self.memory.share(BlockChannel::new(&self.totals))?;
        let (slot, output) = self.outputs.slot(buffer_size(self.sizes.output)?)?;
        let mut task = self.tasks.pop().ok_or(Error::Prog)?;
        let input = task.input.recycle().ok_or(Error::Prog)?;
        task.assign(Work {
            block: None,
            filters: self.filters.clone(),
            check: self.check,
            block_size: self.sizes.block,
            output,
            len: 0,
            channel: channel.clone(),
        });
        self.outputs.push(slot, &channel);
        match pending {
            true => self.pending = Some(task),
            false => self.pool.submit(task),
        }
        self.feed = Some(Feed::new(input, channel));
        Ok(())
    }

    /// Sees to it that there are buffers and an encoder without a Block. With implicit
    /// threads, the encoder is started, so that workers need no memory: they could not
    /// do without it, while the main thread can wait for that of other Blocks.
    fn reserve(&mut self) -> Result<()> {
        let (slot, output) = self.outputs.slot(buffer_size(self.sizes.output)?)?;
        self.outputs.keep(slot, output);
        let mut task = match self.tasks.pop() {
            Some(task) => task,
            None => {
                let input =
                    BufferWriter::new(&self.memory, buffer_size(self.sizes.block)?)?.reader();
                Item::with(&self.memory, || Task::new(&self.memory, input))?
            }
        };
        if self.implicit_threads {
            task.start(&self.filters, self.check)?;
        }
        self.tasks.push(task);
        Ok(())
    }

    /// Does what allocates memory; with implicit threads, once more without that of
    /// Blocks that are over, if there is too little.
    fn with_spare_memory<R>(
        &mut self,
        mut allocate: impl FnMut(&mut Encoder) -> Result<R>,
    ) -> Result<R> {
        match allocate(self) {
            Err(Error::Mem) if self.implicit_threads => {
                self.tasks.clear();
                self.outputs.free_spare();
                allocate(self)
            }
            result => result,
        }
    }

    fn encode_index(&mut self, output: &mut Output<'_>) -> Step {
        match self.index_encoder.code(&self.index, output)? {
            Status::StreamEnd => {}
            status => return Ok(Some(status)),
        }
        let backward_size = self.index.size();
        let flags = StreamFlags { version: 0, backward_size, check: self.check };
        self.header.clear();
        self.header.push(&flags.encode_footer().map_err(|_| Error::Prog)?);
        self.stage = Stage::StreamFooter;
        Ok(None)
    }
}

impl Coder for Encoder {
    fn actions(&self) -> Actions {
        Actions::FULL
    }

    /// [`Status::StreamEnd`] at the end of the Stream, of a flush,
    /// and once all input before a barrier is taken.
    #[inline(never)]
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if self.pool.owned_by_other_process() {
            return Err(Error::Prog); // the work went on elsewhere
        }
        if mem::take(&mut self.paused) {
            self.clock.resume();
        } else {
            self.clock = Clock::new(self.timeout);
        }
        let result = self.run(input, output, action);
        if result.is_err() {
            self.stop(); // nobody will ask for more
        }
        result
    }

    fn set_continues(&mut self, continues: bool) {
        self.paused = continues;
    }

    fn totals(&self) -> Option<&Shared<Totals>> {
        Some(&self.totals)
    }

    /// Changes the filters, from the next Block on. [`Error::Prog`] in a
    /// Block, and after the last one.
    fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        memory_usage::validate_encoder(filters)?;
        if !self.takes_filters() {
            return Err(Error::Prog);
        }
        let filters = self.memory.share(OwnedSpecs::new(&self.memory, filters)?)?;
        let before = mem::replace(&mut self.filters, filters);
        if self.implicit_threads && self.outputs.is_empty() {
            let reserved = self.with_spare_memory(Encoder::reserve);
            reserved.inspect_err(|_| self.filters = before)?;
        }
        Ok(())
    }
}

impl Restart for Encoder {
    type Options<'a> = &'a Options<'a>;

    /// [`Error::Options`], [`Error::Prog`] or [`Error::UnsupportedCheck`] if
    /// `options` are invalid.
    fn make(memory: &AllocatorHandle, options: &Options<'_>) -> Result<OwnedBox<Encoder>> {
        let (filters, sizes) = options.check()?;
        let mut encoder = Encoder {
            memory: memory.clone(),
            stage: Stage::None,
            threads: options.threads,
            timeout: 0,
            check: 0,
            sizes,
            filters: memory.share(OwnedSpecs::new(memory, filters)?)?,
            outputs: Outputs::new(memory),
            feed: None,
            implicit_threads: options.implicit_threads,
            pending: None,
            pool: Pool::new(memory, options.threads),
            tasks: Stack::new(),
            index: Index::new(memory)?,
            index_encoder: IndexEncoder::new(),
            header: Pending::new(),
            totals: memory.share(Totals::new())?,
            clock: Clock::new(0),
            paused: false,
            error: None,
        };
        encoder.begin(options)?;
        memory.own(encoder)
    }

    /// Starts another Stream, at any time. Threads are used again, and so is
    /// memory if it suits.
    fn restart(&mut self, memory: &AllocatorHandle, options: &Options<'_>) -> Result<()> {
        self.stage = Stage::None;
        let (filters, sizes) = options.check()?;
        self.stop();
        let mut done = self.pool.restart(options.threads);
        while let Some(task) = done.pop() {
            self.tasks.push(task);
        }
        self.feed = None;
        self.implicit_threads = options.implicit_threads;
        self.pending = None;
        self.outputs.clear();
        if sizes != self.sizes || options.threads != self.threads {
            self.tasks.clear();
        }
        self.threads = options.threads;
        self.sizes = sizes;
        self.filters = self.memory.share(OwnedSpecs::new(memory, filters)?)?;
        self.index = Index::new(memory)?;
        self.begin(options)
    }
}

/// The size of a buffer, as [`Options::check`] has found it possible.
fn buffer_size(size: u64) -> Result<usize> {
    usize::try_from(size).map_err(|_| Error::Mem)
}

impl Drop for Encoder {
    fn drop(&mut self) {
        self.stop(); // the pool waits for them
    }
}
