//! Decoder for `.xz` files: Streams of Blocks, one or all of them.

#![forbid(unsafe_code)]

use super::ahead::{AheadBlocks, DecodeAhead, InputView, Readiness};
use super::block_decoder::BlockDecoder;
use super::buffering::Buffering;
use super::stream_framing::{Next, StreamFraming};
use crate::coder::{Actions, Coder, Restart};
use crate::container::decoder_flags::DecoderFlags;
use crate::error::{Error, Result, Status};
use crate::filter::{self, Specs};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, MemoryLimit, OwnedBox};

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

/// The outcome of starting a Block.
enum Start {
    Started,
    /// The wait for threads was interrupted.
    Paused,
    /// Threads are to decode it, when there is more input or the call wants the data.
    NeedsInput,
}

/// The reason why decoding has stopped.
pub(super) enum Decoded {
    /// The application has to be told this.
    Until(Status),
    /// More input is to be buffered before the next Block is decoded.
    NeedsInput,
}

/// A decoder for `.xz` files. `A` is what may decode Blocks ahead.
pub(crate) struct StreamDecoder<A> {
    /// The allocator of the Block decoder.
    allocator: AllocatorHandle,
    stage: Stage,
    pub(super) limit: MemoryLimit,
    pub(super) framing: StreamFraming,
    block: BlockDecoder,
    pub(super) ahead: AheadBlocks<A>,
    pub(super) buffering: Buffering,
}

impl<A: DecodeAhead> StreamDecoder<A> {
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
            block: BlockDecoder::new(),
            ahead: AheadBlocks::new(),
            buffering: Buffering::NONE,
        })
    }

    /// Starts with another file; buffers are used again.
    pub(in crate::container) fn start(&mut self, limit: u64, flags: DecoderFlags) {
        self.stage = Stage::StreamFraming;
        self.limit = MemoryLimit::new(limit);
        self.framing.start(flags);
        self.ahead.start();
        self.buffering.start();
    }

    /// Starts the Block whose header is here: perhaps once more, after the
    /// limit was raised.
    fn start_block(&mut self, input: &Input<'_>, action: Action) -> Result<Start> {
        let mut filters = Specs::new();
        let block = self.framing.block(&mut filters)?;
        let usage = filter::memory_usage::decoder(&filters).ok_or(Error::Options)?;
        self.limit.set_usage(usage);
        self.limit.check()?;
        let overhead = block.overhead()?;
        if self.must_be_buffered(&block, input, action) {
            return Ok(Start::NeedsInput);
        }
        let limit = self.limit.limit();
        let view = InputView {
            framing: &self.framing,
            input: input.rest(),
            block_limit: limit,
            limit: limit.saturating_sub(usage).saturating_sub(self.buffering.usage()),
            taken: self.buffering.is_active(),
            wait: self.buffering.waits_for_block(),
        };
        self.stage = match self.ahead.wait(&block, &view) {
            Readiness::Paused => return Ok(Start::Paused),
            Readiness::Later => return Ok(Start::NeedsInput),
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
        Ok(Start::Started)
    }

    /// The Block has ended, with these sizes.
    fn end_block(
        &mut self,
        (compressed_size, uncompressed_size): (u64, u64),
        overhead: u64,
    ) -> Result<()> {
        self.framing.count(compressed_size.saturating_add(overhead), uncompressed_size)?;
        self.framing.end_block();
        self.buffering.end_block();
        self.stage = Stage::StreamFraming;
        Ok(())
    }

    /// The Block that was decoded here has ended.
    fn end_own_block(&mut self, overhead: u64) -> Result<()> {
        let sizes = self.block.sizes().ok_or(Error::Prog)?;
        self.end_block(sizes, overhead)
    }

    /// An error is the result of the call.
    #[cold]
    pub(super) fn fail(&mut self, error: Error) -> Error {
        if error != Error::MemLimit {
            self.ahead.clear(); // nobody will ask for more
        }
        error
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
                self.decode_or_buffer(false, input, output, action)
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
        if self.buffering.is_in_use() {
            return self.buffer_and_decode(input, output, action);
        }
        self.buffering.has_seen(input);
        self.decode_or_buffer(input.is_empty(), input, output, action)
    }

    /// Decodes as far as it goes.
    pub(super) fn decode(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Decoded> {
        loop {
            match self.stage {
                Stage::StreamFraming => match self.framing.next(input, action)? {
                    Next::Answer(status) => return Ok(Decoded::Until(status)),
                    Next::Block => self.stage = Stage::BlockStart,
                    Next::Index => {}
                },
                Stage::BlockStart => match self.start_block(input, action)? {
                    Start::Started => {}
                    Start::Paused => return Ok(Decoded::Until(Status::Paused)),
                    Start::NeedsInput => return Ok(Decoded::NeedsInput),
                },
                Stage::Block { overhead } => match self.block.code(input, output, action)? {
                    Status::StreamEnd => self.end_own_block(overhead)?,
                    status => return Ok(Decoded::Until(status)),
                },
                Stage::Ahead { compressed_size, uncompressed_size, overhead } => {
                    match self.ahead.code(input, output)? {
                        Status::StreamEnd => {
                            self.end_block((compressed_size, uncompressed_size), overhead)?;
                        }
                        status => return Ok(Decoded::Until(status)),
                    }
                }
            }
        }
    }
}

impl<A: DecodeAhead> Coder for StreamDecoder<A> {
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
        if let (Stage::Block { overhead }, false) = (self.stage, self.buffering.is_in_use()) {
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

impl<A: DecodeAhead> Restart for StreamDecoder<A> {
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
