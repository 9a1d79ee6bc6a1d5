//! Decoder for `.xz` files: Streams of Blocks, one or all of them.

#![forbid(unsafe_code)]

use super::ahead::{self, Ahead, AheadBlocks, InputView, Readiness};
use super::block::Block;
use super::block_decoder::BlockDecoder;
use super::pieces::Pieces;
use super::reserve::{Reserve, Taken};
use super::stream_framing::{Next, StreamFraming};
use crate::coder::{Actions, Coder, Restart};
use crate::container::decoder_flags::DecoderFlags;
use crate::error::{Error, Result, Status};
use crate::filter;
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, Initial, MemoryLimit, OwnedBox};
use crate::settings;
use core::mem;

/// The part of the file that comes next.
#[derive(Clone, Copy)]
enum Stage {
    /// The framing between Blocks.
    StreamFraming,
    /// The Block Header is known; the Block must be started.
    BlockStart,
    Block {
        /// Bytes of it that are neither Compressed Data nor Block Padding.
        overhead: u64,
    },
    /// The Block was decoded ahead, and is being delivered.
    Ahead {
        compressed_size: u64,
        uncompressed_size: u64,
        /// As of [`Stage::Block`].
        overhead: u64,
    },
}

/// The way in which input that was taken ahead is decoded.
#[derive(Clone, Copy)]
struct Patience {
    /// Wait for so many Blocks that threads decode.
    waits: usize,
    /// Decode a Block that is not complete.
    partial: bool,
}

/// A decoder for `.xz` files. `A` is what may decode Blocks ahead.
pub(crate) struct StreamDecoder<A> {
    /// The allocator of the Block decoder.
    allocator: AllocatorHandle,
    stage: Stage,
    limit: MemoryLimit,
    framing: StreamFraming,
    block: BlockDecoder,
    ahead: AheadBlocks<A>,
    /// False: nothing of what follows is in use, as with most files.
    takes_first: bool,
    reserve: Reserve,
    /// `None`: the application's input is decoded as it comes.
    patience: Option<Patience>,
    pieces: Pieces,
    /// The previous call has filled the output.
    output_was_filled: bool,
    /// The current call has come without input, and wants all data that there is.
    without_input: bool,
    /// The current call is interrupted: the next one continues it.
    paused: bool,
}

impl<A: Ahead> StreamDecoder<A> {
    /// A decoder with a memory usage limit of `limit` bytes.
    pub(in crate::container) fn new(
        memory: &AllocatorHandle,
        limit: u64,
        flags: DecoderFlags,
    ) -> Result<OwnedBox<StreamDecoder<A>>> {
        memory.own_made(|| StreamDecoder {
            allocator: memory.clone(),
            stage: Stage::StreamFraming,
            limit: MemoryLimit::new(limit),
            framing: StreamFraming::new(flags),
            block: BlockDecoder::INITIAL,
            ahead: AheadBlocks::new(),
            takes_first: false,
            reserve: Reserve::EMPTY,
            patience: None,
            pieces: Pieces::NONE,
            output_was_filled: false,
            without_input: false,
            paused: false,
        })
    }

    /// Starts with another file; buffers are used again.
    pub(in crate::container) fn start(&mut self, limit: u64, flags: DecoderFlags) {
        self.stage = Stage::StreamFraming;
        self.limit = MemoryLimit::new(limit);
        self.framing.start(flags);
        self.ahead.start();
        self.pieces = Pieces::NONE;
        if mem::take(&mut self.takes_first) {
            self.leave_reserve();
            self.reserve.owed = false;
            self.output_was_filled = false;
            self.paused = false;
        }
    }

    /// Starts the Block whose header is here: perhaps once more, after the
    /// limit was raised. [`Status::Paused`] while it waits for threads;
    /// [`Status::TimedOut`] if it does not, or if more input must be taken first.
    fn start_block(&mut self, input: &Input<'_>, action: Action) -> Result<Status> {
        let (block, filters) = self.framing.block()?;
        let usage = filter::memory_usage::decoder(&filters).ok_or(Error::Options)?;
        self.limit.set_usage(usage);
        self.limit.check()?;
        let overhead = block.overhead()?;
        if self.must_be_taken_first(&block, input, action) {
            return Ok(Status::TimedOut);
        }
        let limit = self.limit.limit();
        let view = InputView {
            framing: &self.framing,
            input: input.rest(),
            block_limit: limit,
            limit: limit.saturating_sub(usage).saturating_sub(self.reserve.usage()),
            taken: self.patience.is_some(),
            wait: self.patience.is_none_or(|patience| patience.waits != 0),
        };
        self.stage = match self.ahead.wait(&block, &view) {
            Readiness::Paused => return Ok(Status::Paused),
            Readiness::Later => return Ok(Status::TimedOut),
            Readiness::Decoded => Stage::Ahead {
                compressed_size: block.compressed_size,
                uncompressed_size: block.uncompressed_size,
                overhead,
            },
            Readiness::No => {
                self.block.start(&self.allocator, &block, &filters)?;
                Stage::Block { overhead }
            }
        };
        Ok(Status::Ok)
    }

    /// The Block has ended, with these sizes.
    fn end_block(
        &mut self,
        (compressed_size, uncompressed_size): (u64, u64),
        overhead: u64,
    ) -> Result<()> {
        self.framing.count(compressed_size.saturating_add(overhead), uncompressed_size)?;
        self.framing.end_block();
        self.reserve.end_block();
        if let Some(patience) = &mut self.patience {
            patience.waits = patience.waits.saturating_sub(1);
        }
        self.stage = Stage::StreamFraming;
        Ok(())
    }

    /// The Block that was decoded here has ended.
    fn end_own_block(&mut self, overhead: u64) -> Result<()> {
        let sizes = self.block.sizes().ok_or(Error::Prog)?;
        self.end_block(sizes, overhead)
    }

    /// Tells whether `block`, whose header is here, is to be decoded when all of it
    /// has been taken. Begins to take it if threads can make use of that.
    #[inline]
    fn must_be_taken_first(&mut self, block: &Block, input: &Input<'_>, action: Action) -> bool {
        let size = match ahead::body_size(block) {
            Some(size) if size > input.len() as u64 => size,
            _ => return false,
        };
        match self.patience {
            Some(patience) => !patience.partial,
            None => action == Action::Run && size != 0 && self.begin_reserve(block),
        }
    }

    #[inline(never)]
    fn begin_reserve(&mut self, block: &Block) -> bool {
        if !Reserve::suits(block) || self.ahead.blocks().is_none() {
            return false;
        }
        let limit = self.limit.limit().saturating_sub(self.limit.usage()).min(settings::memory());
        let begins = self.reserve.begin(block, limit);
        if begins {
            self.ahead.clear(); // what was seen in other input
            self.patience = Some(Patience { waits: 0, partial: false });
        }
        begins
    }

    /// From now on, the application's input is decoded as it comes.
    fn leave_reserve(&mut self) {
        self.patience = None;
        self.reserve.clear();
    }

    /// A call while input is taken before it is decoded, or after that.
    #[inline(never)]
    fn take_and_decode(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let before = output.len();
        if !mem::take(&mut self.paused) {
            // Applications that fetch input only when there was room for more output
            // come back without input once.
            self.without_input = input.is_empty() && !self.output_was_filled;
            self.pieces.begin_call(self.reserve.fresh_bytes(input));
        }
        self.pay_owed_byte(input);
        let result = match self.patience {
            None => self.decode_as_it_comes(input, output, action),
            Some(_) => self.decode_reserve(input, output, action),
        };
        self.paused = result == Ok(Status::Paused);
        self.pieces.end_call(self.reserve.fresh_bytes(input));
        self.output_was_filled = output.is_full() && output.len() != before;
        self.takes_first = self.patience.is_some() || self.reserve.owed || self.paused;
        result.map_err(|error| self.fail(error))
    }

    /// An error is the result of the call.
    #[cold]
    fn fail(&mut self, error: Error) -> Error {
        if error != Error::MemLimit {
            self.ahead.clear(); // nobody will ask for more
        }
        error
    }

    /// Takes input, and decodes what was taken.
    #[inline(never)]
    fn decode_reserve(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let blocks = self.ahead.blocks().unwrap_or(1);
        loop {
            let taken = self.reserve.take(input, &self.framing, blocks);
            let is_last = self.pieces.is_last();
            let all = self.without_input
                || (is_last && taken == Taken::All)
                || (action == Action::Finish && input.is_empty());
            self.patience = Some(Patience {
                waits: match taken {
                    _ if all => usize::MAX,
                    Taken::All => 0,
                    Taken::Enough => 1,
                    Taken::ToBlockEnd | Taken::Closed => usize::MAX,
                },
                partial: all || taken == Taken::Closed,
            });
            let before = (input.taken(), output.len());
            if taken == Taken::ToBlockEnd || (is_last && taken == Taken::All) {
                self.reserve.owe_last_byte(input);
            }
            let (bytes, range) = self.reserve.lend();
            let mut part = Input::new(bytes.get(range).unwrap_or_default());
            let result = self.decode(&mut part, output, Action::Run);
            let decoded = part.taken();
            self.reserve.put_back(bytes, decoded);
            let status = result?;
            if status == Status::Paused {
                return Ok(status);
            }
            if self.reserve.is_drained() && (all || taken != Taken::All) {
                self.leave_reserve();
                self.pay_owed_byte(input);
                return self.decode_as_it_comes(input, output, action);
            }
            let progress = decoded != 0 || before != (input.taken(), output.len());
            if output.is_full() || taken != Taken::Enough || !progress {
                return Ok(Status::Ok);
            }
        }
    }

    /// Takes the byte that counts as not taken, though it is decoded.
    fn pay_owed_byte(&mut self, input: &mut Input<'_>) {
        if self.reserve.owed && !input.is_empty() {
            input.next();
            self.reserve.owed = false;
        }
    }

    fn decode_as_it_comes(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        match self.decode(input, output, action)? {
            Status::TimedOut => self.decode_reserve(input, output, action),
            status => Ok(status),
        }
    }

    /// [`Coder::code`] after the Block has come to `result`.
    #[inline(never)]
    fn leave_block(
        &mut self,
        result: Result<Status>,
        overhead: u64,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        match result {
            Ok(Status::StreamEnd) => {
                self.end_own_block(overhead).map_err(|error| self.fail(error))?;
                self.decode_or_take(false, input, output, action)
            }
            Err(error) => Err(self.fail(error)),
            status => status,
        }
    }

    /// [`Coder::code`] wherever in the file.
    #[inline(never)]
    fn code_anywhere(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if self.takes_first {
            return self.take_and_decode(input, output, action);
        }
        self.pieces.has_seen(input.len());
        self.decode_or_take(input.is_empty(), input, output, action)
    }

    /// Decodes; begins to take input first if that turns out to be useful. Tells
    /// then whether the call has come `without_input`.
    fn decode_or_take(
        &mut self,
        without_input: bool,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        match self.decode(input, output, action) {
            Ok(Status::TimedOut) => {
                self.takes_first = true;
                self.without_input = without_input;
                self.paused = true; // so that it stays as it is
                self.take_and_decode(input, output, action)
            }
            Err(error) => Err(self.fail(error)),
            result => result,
        }
    }

    fn decode(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        loop {
            match self.stage {
                Stage::StreamFraming => match self.framing.next(input, action)? {
                    Next::Answer(status) => return Ok(status),
                    Next::Block => self.stage = Stage::BlockStart,
                    Next::Index => {}
                },
                Stage::BlockStart => match self.start_block(input, action)? {
                    Status::Ok => {}
                    status => return Ok(status),
                },
                Stage::Block { overhead } => match self.block.code(input, output, action)? {
                    Status::StreamEnd => self.end_own_block(overhead)?,
                    status => return Ok(status),
                },
                Stage::Ahead { compressed_size, uncompressed_size, overhead } => {
                    match self.ahead.code(input, output)? {
                        Status::StreamEnd => {
                            self.end_block((compressed_size, uncompressed_size), overhead)?;
                        }
                        status => return Ok(status),
                    }
                }
            }
        }
    }
}

impl<A: Ahead> Coder for StreamDecoder<A> {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    /// [`Error::MemLimit`] comes before the memory for a Block is allocated;
    /// raise the limit to go on.
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        // Nearly all calls begin within a Block, and most end there.
        if let (Stage::Block { overhead }, false) = (self.stage, self.takes_first) {
            if !input.is_empty() {
                let result = self.block.step(input, output, action);
                if result == Ok(Status::Ok) {
                    return result;
                }
                return self.leave_block(result, overhead, input, output, action);
            }
        }
        self.code_anywhere(input, output, action)
    }

    fn memory_limit(&self) -> Option<MemoryLimit> {
        Some(self.limit)
    }

    fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        self.limit.set_limit(limit)
    }

    fn check(&self) -> Option<u32> {
        Some(self.framing.check())
    }
}

impl<A: Ahead> Restart for StreamDecoder<A> {
    /// The memory usage limit in bytes, and flags.
    type Options<'a> = (u64, u32);

    fn make(
        memory: &AllocatorHandle,
        (limit, flags): (u64, u32),
    ) -> Result<OwnedBox<StreamDecoder<A>>> {
        StreamDecoder::new(memory, limit, DecoderFlags::new(flags)?)
    }

    fn restart(&mut self, _memory: &AllocatorHandle, (limit, flags): (u64, u32)) -> Result<()> {
        self.start(limit, DecoderFlags::new(flags)?);
        Ok(())
    }
}
