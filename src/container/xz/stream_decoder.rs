//! Decoder for `.xz` files: Streams of Blocks, one or all of them.

#![forbid(unsafe_code)]

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
}

/// A decoder for `.xz` files.
pub(crate) struct StreamDecoder {
    /// The allocator of the Block decoder.
    allocator: AllocatorHandle,
    stage: Stage,
    limit: MemoryLimit,
    framing: StreamFraming,
    block: BlockDecoder,
}

impl StreamDecoder {
    /// A decoder with a memory usage limit of `limit` bytes.
    pub(in crate::container) fn new(
        memory: &AllocatorHandle,
        limit: u64,
        flags: DecoderFlags,
    ) -> Result<OwnedBox<StreamDecoder>> {
        memory.own_with(|| StreamDecoder {
            allocator: memory.clone(),
            stage: Stage::StreamFraming,
            limit: MemoryLimit::new(limit),
            framing: StreamFraming::new(flags),
            block: BlockDecoder::INITIAL,
        })
    }

    /// Starts with another file; buffers are used again.
    pub(in crate::container) fn start(&mut self, limit: u64, flags: DecoderFlags) {
        self.stage = Stage::StreamFraming;
        self.limit = MemoryLimit::new(limit);
        self.framing.start(flags);
    }

    /// Starts the Block whose header is here: perhaps once more, after the
    /// limit was raised.
    fn start_block(&mut self) -> Result<()> {
        let (block, filters) = self.framing.block()?;
        let usage = filter::memory_usage::decoder(&filters).ok_or(Error::Options)?;
        self.limit.set_usage(usage);
        self.limit.check()?;
        self.block.start(&self.allocator, &block, &filters)?;
        self.stage = Stage::Block { overhead: block.overhead()? };
        Ok(())
    }

    fn end_block(&mut self, overhead: u64) -> Result<()> {
        let (compressed_size, uncompressed_size) = self.block.sizes().ok_or(Error::Prog)?;
        self.framing.count(compressed_size.saturating_add(overhead), uncompressed_size)?;
        self.framing.end_block();
        self.stage = Stage::StreamFraming;
        Ok(())
    }
}

impl Coder for StreamDecoder {
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
        loop {
            match self.stage {
                Stage::StreamFraming => match self.framing.next(input, action)? {
                    Next::Answer(status) => return Ok(status),
                    Next::Block => self.stage = Stage::BlockStart,
                    Next::Index => {}
                },
                Stage::BlockStart => self.start_block()?,
                Stage::Block { overhead } => match self.block.code(input, output, action)? {
                    Status::StreamEnd => self.end_block(overhead)?,
                    status => return Ok(status),
                },
            }
        }
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

impl Restart for StreamDecoder {
    /// The memory usage limit in bytes, and flags.
    type Options<'a> = (u64, u32);

    fn make(
        memory: &AllocatorHandle,
        (limit, flags): (u64, u32),
    ) -> Result<OwnedBox<StreamDecoder>> {
        StreamDecoder::new(memory, limit, DecoderFlags::new(flags)?)
    }

    fn restart(&mut self, _memory: &AllocatorHandle, (limit, flags): (u64, u32)) -> Result<()> {
        self.start(limit, DecoderFlags::new(flags)?);
        Ok(())
    }
}
