//! Decoder for `.xz` files: Streams of Blocks, one or all of them.

#![forbid(unsafe_code)]

use super::block_decoder::BlockDecoder;
use super::outline::{Next, Outline};
use crate::container::decoder_flags::DecoderFlags;
use crate::container::memory_limit::MemoryLimit;
use crate::error::{Error, Result, Status};
use crate::filter;
use crate::io::{Action, Input, Output};
use crate::memory::{Initial, Memory, Own};

/// What comes next.
#[derive(Clone, Copy)]
enum Stage {
    /// Whatever is between Blocks.
    Outline,
    /// The Block Header is known; the Block must be started.
    BlockStart,
    Block {
        /// Bytes of it that are neither Compressed Data nor Block Padding.
        overhead: u64,
    },
}

/// A decoder for `.xz` files.
pub(crate) struct StreamDecoder {
    /// Where the Block decoder has its memory from.
    allocator: Memory,
    stage: Stage,
    memory: MemoryLimit,
    outline: Outline,
    block: BlockDecoder,
}

impl StreamDecoder {
    /// A decoder with a memory usage limit of `limit` bytes.
    pub(crate) fn new(
        memory: &Memory,
        limit: u64,
        flags: DecoderFlags,
    ) -> Result<Own<StreamDecoder>> {
        memory.own_with(|| StreamDecoder {
            allocator: memory.clone(),
            stage: Stage::Outline,
            memory: MemoryLimit::new(limit),
            outline: Outline::new(flags),
            block: BlockDecoder::INITIAL,
        })
    }

    /// Starts with another file; buffers are used again.
    pub(crate) fn start(&mut self, limit: u64, flags: DecoderFlags) {
        self.stage = Stage::Outline;
        self.memory = MemoryLimit::new(limit);
        self.outline.start(flags);
    }

    /// ID of the integrity check of the current Stream, or of the last one
    /// whose header was decoded.
    pub(crate) fn check(&self) -> u32 {
        self.outline.check()
    }

    /// Memory usage and its limit.
    pub(crate) fn memory_limit(&self) -> &MemoryLimit {
        &self.memory
    }

    /// The memory usage limit, to be changed.
    pub(crate) fn memory_limit_mut(&mut self) -> &mut MemoryLimit {
        &mut self.memory
    }

    /// Decodes. [`Error::MemLimit`] comes before the memory for a Block is
    /// allocated; raise the limit to go on.
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        loop {
            match self.stage {
                Stage::Outline => match self.outline.next(input, action)? {
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

    /// Starts the Block whose header is here: perhaps once more, after the
    /// limit was raised.
    fn start_block(&mut self) -> Result<()> {
        let (block, filters) = self.outline.block()?;
        let usage = filter::memory_usage::decoder(&filters).ok_or(Error::Options)?;
        self.memory.set_usage(usage);
        self.memory.check()?;
        self.block.start(&self.allocator, &block, &filters)?;
        self.stage = Stage::Block { overhead: block.overhead()? };
        Ok(())
    }

    fn end_block(&mut self, overhead: u64) -> Result<()> {
        let (compressed_size, uncompressed_size) = self.block.sizes().ok_or(Error::Prog)?;
        self.outline.count(compressed_size.saturating_add(overhead), uncompressed_size)?;
        self.outline.end_block();
        self.stage = Stage::Outline;
        Ok(())
    }
}
