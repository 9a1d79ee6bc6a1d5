//! Decoder for `.xz` files that decodes Blocks in parallel.
//!
//! A Block goes to a worker if its header has both sizes and if there is
//! memory for all of its input and output. Any other is decoded in the main
//! thread, directly, after those before it. So are all Blocks if there is to
//! be one thread only: handing data back and forth would cost time and
//! memory for nothing.

#![forbid(unsafe_code)]

mod delivery;
mod options;
mod outputs;
mod shortcut;
pub(super) mod task;

pub(crate) use options::Options;

use super::block_channel::BlockChannel;
use super::clock::Clock;
use super::feed::Feed;
use super::list::{Item, Stack};
use super::output_usage;
use super::pool::Pool;
use crate::bytes::vli;
use crate::check;
use crate::coder::{Actions, Coder, Restart, Step, Totals};
use crate::container::decoder_flags::DecoderFlags;
use crate::container::xz::block::Block;
use crate::container::xz::block_decoder::BlockDecoder;
use crate::container::xz::stream_framing::{Next, StreamFraming};
use crate::error::{Error, Result, Status};
use crate::filter::{self, Specs};
use crate::io::{Action, Input, Output};
use crate::memory::{
    AllocatorHandle, BASE_USAGE, BufferWriter, Initial, MemoryLimit, OwnedBox, Shared,
};
use core::mem;
use delivery::{Delivered, WaitFor};
use outputs::Outputs;
use task::Task;

/// With a timeout, the main thread looks at the clock after so many bytes of output
/// that it has decoded itself, in place of a worker.
const DIRECT_STEP: usize = 256 << 10;

/// The part of the file that comes next.
#[derive(Clone, Copy)]
enum Stage {
    /// The framing between Blocks.
    StreamFraming,
    /// The Block Header is known; it must be decided how to decode the Block.
    BlockStart,
    /// A worker, and memory, must become free for the Block.
    Room,
    /// The input of the Block goes to the worker.
    Feed,
    /// The Blocks before must be over, before this one is decoded directly.
    DirectStart(Direct),
    /// Decoding directly.
    Direct(Direct),
    /// The Blocks must be over, before the Index is decoded.
    Index,
    /// This is the result, unless a Block before has another.
    Failed(Error),
}

/// A Block that is decoded directly.
#[derive(Clone, Copy)]
struct Direct {
    /// Bytes of it that are neither Compressed Data nor Block Padding.
    overhead: u64,
    /// True if its sizes were added to what the Index must say: if a worker would decode
    /// the Block, were there more than one thread.
    counted: bool,
    /// Bytes of input that are missing, as far as that is certain.
    missing: u64,
}

/// Memory usage in bytes, besides the output buffers.
#[derive(Clone, Copy, Default)]
struct Usage {
    /// The decoder of the main thread.
    direct: u64,
    /// Of it, what still counts when another file is started: nothing if liblzma would
    /// have had a worker decode its Block.
    direct_kept: u64,
    /// Decoders that are decoding, and their input.
    running: u64,
    /// Decoders kept for later.
    cached: u64,
    /// The decoder for the next Block.
    next_filters: u64,
    /// Input of the next Block.
    next_input: u64,
    /// All that the next Block needs.
    next: u64,
}

/// The decoder.
pub(crate) struct Decoder {
    memory: AllocatorHandle,
    options: Options,
    flags: DecoderFlags,
    framing: StreamFraming,
    stage: Stage,
    outputs: Outputs,
    /// The Block that is being given to a worker.
    feed: Option<Feed<()>>,
    pool: Pool<Task>,
    /// Decoders without a Block.
    tasks: Stack<Task>,
    direct: BlockDecoder,
    usage: Usage,
    totals: Shared<Totals>,
    /// There was no room for the next Block when this was last looked at.
    room_refused: bool,
    /// The previous call has filled the output.
    output_was_filled: bool,
    /// Of the current call.
    clock: Clock,
    /// The current call is interrupted: the next one continues it.
    paused: bool,
    /// True if the current call may wait for output.
    may_wait: bool,
    /// The error that a worker has met first.
    error: Option<Error>,
}

impl Decoder {
    /// Tells all workers to stop; does not wait for them.
    fn stop(&self) {
        if !self.pool.owned_by_other_process() {
            self.outputs.stop();
        }
    }

    /// Memory in use, in bytes, also by what is kept for later.
    fn memory_usage(&self) -> u64 {
        let Usage { direct, running, cached, .. } = self.usage;
        let sum = direct.saturating_add(running).saturating_add(cached);
        sum.saturating_add(self.outputs.allocated()).max(BASE_USAGE)
    }

    fn fails_fast(&self) -> bool {
        self.flags.has(DecoderFlags::FAIL_FAST)
    }

    fn run(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if mem::take(&mut self.paused) {
            self.clock.resume();
            // The last step of a call brings its action.
            self.may_wait |= action == Action::Finish;
        } else {
            self.begin_call(input, action);
        }
        loop {
            let step = match self.stage {
                Stage::StreamFraming => self.between_blocks(input, output, action),
                Stage::BlockStart => self.start_block(output),
                Stage::Room => self.wait_for_room(output),
                Stage::Feed => self.feed(input, output, action),
                Stage::DirectStart(direct) => self.start_direct(direct, output),
                Stage::Direct(direct) => self.decode_directly(direct, input, output, action),
                Stage::Index => self.finish_blocks(output),
                Stage::Failed(error) => self.fail(error, output),
            };
            if let Some(status) = step? {
                return Ok(status);
            }
        }
    }

    fn begin_call(&mut self, input: &Input<'_>, action: Action) {
        self.clock = Clock::new(self.options.timeout);
        self.may_wait = self.new_call_may_wait(input, action);
        self.output_was_filled = false;
    }

    /// Tells whether a new call may wait for output. Without new input there is nothing
    /// to do but wait. Applications that fetch input only when there was room for more
    /// output come back without input once, though, and must not wait for it.
    fn new_call_may_wait(&self, input: &Input<'_>, action: Action) -> bool {
        action == Action::Finish || (input.is_empty() && !self.output_was_filled)
    }

    fn between_blocks(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Step {
        let before = input.taken();
        let next = self.framing.next(input, action);
        self.totals.add((input.taken() - before) as u64, 0);
        match next {
            Err(error) => self.stage = Stage::Failed(error),
            Ok(Next::Block) => self.stage = Stage::BlockStart,
            Ok(Next::Index) => self.stage = Stage::Index,
            Ok(Next::Answer(Status::Ok)) if self.framing.expects_block() => {
                if action == Action::Finish && self.fails_fast() {
                    return Err(Error::Data); // truncated
                }
                return self.deliver_some(output, self.may_wait);
            }
            Ok(Next::Answer(status)) => return Ok(Some(status)),
        }
        Ok(None)
    }

    /// Decides how to decode the Block whose header is here: perhaps once
    /// more, after the limit was raised.
    fn start_block(&mut self, output: &mut Output<'_>) -> Step {
        let mut filters = Specs::new();
        let block = match self.framing.block(&mut filters) {
            Ok(block) => block,
            Err(error) => return self.will_fail(error),
        };
        let Some(usage) = filter::memory_usage::decoder(&filters) else {
            return self.will_fail(Error::Options);
        };
        self.usage.next_filters = usage;
        if usage > self.options.limit_stop {
            return match self.deliver_all(output)? {
                None => Err(Error::MemLimit),
                status => Ok(status),
            };
        }
        let overhead = block.overhead()?;
        let mut direct = Direct { overhead, counted: false, missing: 0 };
        let Some(input_size) = self.plan(&block) else {
            self.stage = Stage::DirectStart(direct);
            return Ok(None);
        };
        let unpadded_size = block.compressed_size.saturating_add(overhead);
        if let Err(error) = self.framing.count(unpadded_size, block.uncompressed_size) {
            return self.will_fail(error);
        }
        if self.options.threads == 1 {
            direct.counted = true;
            direct.missing = input_size;
            self.stage = Stage::DirectStart(direct);
            return Ok(None);
        }
        self.direct.end();
        (self.usage.direct, self.usage.direct_kept) = (0, 0);
        self.room_refused = false;
        self.stage = Stage::Room;
        Ok(None)
    }

    /// Calculates what it takes to decode `block` in a worker; the result is
    /// the size of its input in bytes. `None`: that is not possible.
    fn plan(&mut self, block: &Block) -> Option<u64> {
        let possible = |size: u64| size != vli::UNKNOWN && size <= usize::MAX as u64 / 3;
        if !possible(block.compressed_size) || !possible(block.uncompressed_size) {
            return None;
        }
        let check_size = u64::from(check::size(block.check)?);
        let input = block.compressed_size.next_multiple_of(4) + check_size;
        let buffers = input + output_usage(block.uncompressed_size);
        let all = self.usage.next_filters.checked_add(buffers)?;
        self.usage.next_input = input;
        self.usage.next = all;
        (all <= self.options.limit_threading).then_some(input)
    }

    fn wait_for_room(&mut self, output: &mut Output<'_>) -> Step {
        match self.deliver(output, WaitFor::Room, true)? {
            Delivered::TimedOut => Ok(Some(Status::TimedOut)),
            Delivered::Paused => Ok(Some(Status::Paused)),
            _ if self.error.is_some() => self.will_fail(Error::Prog),
            Delivered::Room => self.start_worker(),
            Delivered::All => Ok(Some(Status::Ok)), // the output is full
        }
    }

    /// Tells whether the next Block fits in.
    fn has_room(&self) -> bool {
        let in_use = self.usage.running.saturating_add(self.outputs.in_use());
        in_use.saturating_add(self.usage.next) <= self.options.limit_threading
            && self.outputs.len() < 2 * self.options.threads as usize
            && self.pool.has_room()
    }

    fn start_worker(&mut self) -> Step {
        let mut filters = Specs::new();
        let block = self.framing.block(&mut filters)?;
        self.pool.prepare()?;
        self.collect_tasks(); // what the idle worker has just finished
        self.free_cached(&block);
        let (slot, output) = self.outputs.slot(block.uncompressed_size as usize)?;
        let mut task = match self.tasks.pop() {
            Some(task) => task,
            None => Item::initial(&self.memory)?,
        };
        self.usage.cached = self.usage.cached.saturating_sub(task.filters);
        if task.filters != self.usage.next_filters {
            task.decoder.end(); // as large as needed, no larger
        }
        task.filters = self.usage.next_filters;
        task.input_size = self.usage.next_input;
        if let Err(error) = task.decoder.start(&self.memory, &block, &filters) {
            return self.will_fail(error);
        }
        let input = BufferWriter::new(&self.memory, self.usage.next_input as usize)?;
        let channel = self.memory.share(BlockChannel::new(&self.totals))?;
        task.assign(input.reader(), output, channel.clone());
        self.usage.running += task.filters + task.input_size;
        self.outputs.push(slot, &channel);
        self.feed = Some(Feed::new(input, channel));
        self.pool.submit(task);
        self.stage = Stage::Feed;
        Ok(None)
    }

    /// Frees what is kept for later, as far as the next Block's memory would
    /// exceed the limit otherwise.
    fn free_cached(&mut self, block: &Block) {
        let max = self.options.limit_threading.saturating_sub(self.usage.next);
        let held = self.usage.running.saturating_add(self.usage.cached);
        if held.saturating_add(self.outputs.allocated()) > max {
            self.outputs.free_spare_but_one(block.uncompressed_size as usize);
        }
        if held.saturating_add(self.outputs.in_use()) > max {
            let keep = self.tasks.pop().filter(|task| task.filters == self.usage.next_filters);
            self.tasks.clear();
            self.usage.cached = 0;
            if let Some(task) = keep {
                self.usage.cached = task.filters;
                self.tasks.push(task);
            }
        }
    }

    fn feed(&mut self, input: &mut Input<'_>, output: &mut Output<'_>, action: Action) -> Step {
        let fails_fast = self.fails_fast();
        let Some(feed) = &mut self.feed else {
            return Err(Error::Prog);
        };
        if action == Action::Finish && fails_fast && input.len() < feed.room() {
            return Err(Error::Data); // truncated
        }
        feed.take(input);
        let complete = feed.room() == 0;
        feed.announce_step(complete);
        let step = self.deliver_some(output, self.may_wait && input.is_empty());
        match step? {
            Some(Status::Ok) if complete => {}
            status => return Ok(status),
        }
        self.feed = None;
        self.framing.end_block();
        self.stage = Stage::StreamFraming;
        Ok(None)
    }

    fn finish_blocks(&mut self, output: &mut Output<'_>) -> Step {
        let step = self.deliver_all(output)?;
        if step.is_none() {
            self.stage = Stage::StreamFraming;
        }
        Ok(step)
    }

    fn start_direct(&mut self, direct: Direct, output: &mut Output<'_>) -> Step {
        match self.deliver_all(output)? {
            None => {}
            status => return Ok(status),
        }
        self.outputs.free_spare();
        self.tasks.clear();
        self.usage.cached = 0;
        let mut filters = Specs::new();
        let block = self.framing.block(&mut filters)?;
        self.direct.start(&self.memory, &block, &filters)?;
        self.usage.direct = self.usage.next_filters;
        self.usage.direct_kept = if direct.counted { 0 } else { self.usage.direct };
        self.stage = Stage::Direct(direct);
        Ok(None)
    }

    fn decode_directly(
        &mut self,
        mut direct: Direct,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Step {
        if action == Action::Finish && self.fails_fast() && (input.len() as u64) < direct.missing {
            return Err(Error::Data); // truncated
        }
        let (taken, written) = (input.taken(), output.len());
        let timed = self.options.timeout != 0 && direct.counted;
        let step = if timed { DIRECT_STEP } else { usize::MAX };
        let part = output.room().min(step);
        let result = output.limited(step, |output| self.direct.code(input, output, action));
        let (taken, written) = (input.taken() - taken, output.len() - written);
        self.totals.add(taken as u64, written as u64);
        self.totals.add_delivered(written);
        direct.missing = direct.missing.saturating_sub(taken as u64);
        self.stage = Stage::Direct(direct);
        match result? {
            Status::StreamEnd => {}
            Status::Ok if written == part && !output.is_full() => {
                return Ok(self.clock.is_over().then_some(Status::TimedOut));
            }
            status => return Ok(Some(status)),
        }
        if !direct.counted {
            let (compressed_size, uncompressed_size) = self.direct.sizes().ok_or(Error::Prog)?;
            let unpadded_size = compressed_size.saturating_add(direct.overhead);
            self.framing.count(unpadded_size, uncompressed_size)?;
        }
        self.framing.end_block();
        self.stage = Stage::StreamFraming;
        Ok(None)
    }

    /// This will be the result, unless a Block before has another.
    fn will_fail(&mut self, error: Error) -> Step {
        self.stage = Stage::Failed(error);
        Ok(None)
    }

    fn fail(&mut self, error: Error, output: &mut Output<'_>) -> Step {
        if !self.fails_fast() {
            match self.deliver_all(output)? {
                None => {}
                status => return Ok(status),
            }
        }
        Err(error)
    }
}

impl Coder for Decoder {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    /// [`Error::MemLimit`] comes after all output before the Block
    /// that needs more memory; raise the limit to go on.
    #[inline(never)]
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if self.take_shortcut(input, output, action) {
            return Ok(Status::Ok);
        }
        if self.pool.owned_by_other_process() {
            return Err(Error::Prog); // the work went on elsewhere
        }
        let result = self.run(input, output, action);
        if result.is_err_and(|error| error != Error::MemLimit) {
            self.stop(); // nobody will ask for more
        }
        result
    }

    fn set_continues(&mut self, continues: bool) {
        self.paused = continues;
        // If a call goes on, it was not the application's room that was filled.
        self.output_was_filled &= !continues;
    }

    fn memory_limit(&self) -> Option<MemoryLimit> {
        Some(MemoryLimit::with_usage(self.memory_usage(), self.options.limit_stop))
    }

    /// Changes the limit that is never exceeded.
    fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        if limit < self.memory_usage() {
            return Err(Error::MemLimit);
        }
        self.options.limit_stop = limit;
        Ok(())
    }

    fn check(&self) -> Option<u32> {
        Some(self.framing.check())
    }

    fn totals(&self) -> Option<&Shared<Totals>> {
        Some(&self.totals)
    }
}

impl Restart for Decoder {
    type Options<'a> = Options;

    /// [`Error::Options`] for an invalid number of threads or unknown flags.
    fn make(memory: &AllocatorHandle, options: Options) -> Result<OwnedBox<Decoder>> {
        let flags = options.check()?;
        let totals = memory.share(Totals::new())?;
        memory.own_made(|| Decoder {
            memory: memory.clone(),
            options: options.normalised(),
            flags,
            framing: StreamFraming::new(flags),
            stage: Stage::StreamFraming,
            outputs: Outputs::new(memory),
            feed: None,
            pool: Pool::new(memory, options.threads),
            tasks: Stack::new(),
            direct: BlockDecoder::INITIAL,
            usage: Usage::default(),
            totals,
            room_refused: false,
            output_was_filled: false,
            clock: Clock::new(0),
            paused: false,
            may_wait: false,
            error: None,
        })
    }

    /// Starts with another file, at any time. Threads are used again.
    fn restart(&mut self, _memory: &AllocatorHandle, options: Options) -> Result<()> {
        let flags = options.check()?;
        self.stop();
        drop(self.pool.restart(options.threads));
        self.options = options.normalised();
        self.flags = flags;
        self.framing.start(flags);
        self.stage = Stage::StreamFraming;
        self.outputs.clear();
        self.feed = None;
        self.tasks.clear();
        let direct = self.usage.direct_kept; // buffers are used again
        self.usage = Usage { direct, direct_kept: direct, ..Usage::default() };
        self.totals.reset();
        self.paused = false;
        self.output_was_filled = false;
        self.error = None;
        Ok(())
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        self.stop(); // the pool waits for them
    }
}
