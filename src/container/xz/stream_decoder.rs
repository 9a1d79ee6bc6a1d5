//! Decoder for `.xz` files: Streams of Blocks, one or all of them.

#![forbid(unsafe_code)]

use super::ahead::{Ahead, AheadBlocks, Readiness, Sight};
use super::block_decoder::BlockDecoder;
use super::stream_framing::{Next, StreamFraming};
use crate::coder::{Actions, Coder, Restart};
use crate::container::decoder_flags::DecoderFlags;
use crate::error::{Error, Result, Status};
use crate::filter;
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, Initial, MemoryLimit, OwnedBox};

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

/// A decoder for `.xz` files. `A` is what may decode Blocks ahead.
pub(crate) struct StreamDecoder<A> {
    /// The allocator of the Block decoder.
    allocator: AllocatorHandle,
    stage: Stage,
    limit: MemoryLimit,
    framing: StreamFraming,
    block: BlockDecoder,
    ahead: AheadBlocks<A>,
}

impl<A: Ahead> StreamDecoder<A> {
    /// A decoder with a memory usage limit of `limit` bytes.
    pub(in crate::container) fn new(
        memory: &AllocatorHandle,
        limit: u64,
        flags: DecoderFlags,
    ) -> Result<OwnedBox<StreamDecoder<A>>> {
        memory.own_with(|| StreamDecoder {
            allocator: memory.clone(),
            stage: Stage::StreamFraming,
            limit: MemoryLimit::new(limit),
            framing: StreamFraming::new(flags),
            block: BlockDecoder::INITIAL,
            ahead: AheadBlocks::new(),
        })
    }

    /// Starts with another file; buffers are used again.
    pub(in crate::container) fn start(&mut self, limit: u64, flags: DecoderFlags) {
        self.stage = Stage::StreamFraming;
        self.limit = MemoryLimit::new(limit);
        self.framing.start(flags);
        self.ahead.start();
    }

    /// Starts the Block whose header is here: perhaps once more, after the
    /// limit was raised. [`Status::Paused`] while it waits for threads.
    fn start_block(&mut self, input: &Input<'_>) -> Result<Status> {
        let (block, filters) = self.framing.block()?;
        let usage = filter::memory_usage::decoder(&filters).ok_or(Error::Options)?;
        self.limit.set_usage(usage);
        self.limit.check()?;
        let overhead = block.overhead()?;
        let limit = self.limit.limit();
        let sight = Sight {
            framing: &self.framing,
            input: input.rest(),
            block_limit: limit,
            limit: limit.saturating_sub(usage),
        };
        self.stage = match self.ahead.wait(&block, &sight) {
            Readiness::Paused => return Ok(Status::Paused),
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
        self.stage = Stage::StreamFraming;
        Ok(())
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
                Stage::BlockStart => match self.start_block(input)? {
                    Status::Ok => {}
                    status => return Ok(status),
                },
                Stage::Block { overhead } => match self.block.code(input, output, action)? {
                    Status::StreamEnd => {
                        let sizes = self.block.sizes().ok_or(Error::Prog)?;
                        self.end_block(sizes, overhead)?;
                    }
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
        let result = self.decode(input, output, action);
        if let Err(error) = result
            && error != Error::MemLimit
        {
            self.ahead.clear(); // nobody will ask for more
        }
        result
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
