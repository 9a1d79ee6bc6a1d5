//! Decoder for `.xz` files: Streams of Blocks, one or all of them.

#![forbid(unsafe_code)]

use super::block::{Block, HEADER_SIZE_MAX};
use super::block_decoder::BlockDecoder;
use super::block_header;
use super::stream_flags::{self, StreamFlags};
use crate::bytes::{Gather, vli};
use crate::check;
use crate::container::decoder_flags::DecoderFlags;
use crate::container::memory_limit::MemoryLimit;
use crate::container::{Step, WAIT};
use crate::error::{Error, Result, Status};
use crate::filter;
use crate::index::IndexHash;
use crate::io::{Action, Input, Output};
use crate::memory::Memory;

/// What comes next (xz-file-format 1.2.1, section 2).
#[derive(Clone, Copy)]
enum Stage {
    StreamHeader,
    /// A Block Header, or the Index Indicator.
    BlockHeader,
    /// The Block Header is known; the Block must be started.
    BlockStart,
    Block {
        /// Bytes of it that are neither Compressed Data nor Block Padding.
        overhead: u64,
    },
    Index,
    StreamFooter,
    /// Stream Padding or another Stream.
    StreamPadding {
        /// How much padding there was, in bytes modulo four.
        skipped: u32,
    },
}

/// What is known before the first Stream Header.
const NO_FLAGS: StreamFlags =
    StreamFlags { version: 0, backward_size: vli::UNKNOWN, check: check::id::NONE };

/// A decoder for `.xz` files.
pub(crate) struct StreamDecoder {
    stage: Stage,
    flags: DecoderFlags,
    /// No Stream Header was decoded yet, so this may be another format.
    first: bool,
    memory: MemoryLimit,
    /// Stream Header, Block Header or Stream Footer, as far as it is here.
    header: Gather<{ HEADER_SIZE_MAX as usize }>,
    /// From the Stream Header.
    stream_flags: StreamFlags,
    index_hash: IndexHash,
    block: BlockDecoder,
}

impl StreamDecoder {
    /// A decoder with a memory usage limit of `limit` bytes.
    pub(crate) fn new(memory: &Memory, limit: u64, flags: DecoderFlags) -> StreamDecoder {
        StreamDecoder {
            stage: Stage::StreamHeader,
            flags,
            first: true,
            memory: MemoryLimit::new(limit),
            header: Gather::new(),
            stream_flags: NO_FLAGS,
            index_hash: IndexHash::new(),
            block: BlockDecoder::new(memory),
        }
    }

    /// Starts with another file; buffers are used again.
    pub(crate) fn start(&mut self, limit: u64, flags: DecoderFlags) {
        self.flags = flags;
        self.first = true;
        self.memory = MemoryLimit::new(limit);
        self.expect_stream();
    }

    fn expect_stream(&mut self) {
        self.stage = Stage::StreamHeader;
        self.header.clear();
        self.index_hash = IndexHash::new();
    }

    /// ID of the integrity check of the current Stream, or of the last one
    /// whose header was decoded.
    pub(crate) fn check(&self) -> u32 {
        self.stream_flags.check
    }

    /// Memory usage and its limit.
    pub(crate) fn memory_limit(&self) -> &MemoryLimit {
        &self.memory
    }

    /// The same, to change the limit.
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
            let step = match self.stage {
                Stage::StreamHeader => self.read_stream_header(input),
                Stage::BlockHeader => self.read_block_header(input),
                Stage::BlockStart => self.start_block(),
                Stage::Block { overhead } => self.decode_block(overhead, input, output, action),
                Stage::Index => self.decode_index(input),
                Stage::StreamFooter => self.read_stream_footer(input),
                Stage::StreamPadding { skipped } => self.skip_padding(skipped, input, action),
            };
            if let Some(status) = step? {
                return Ok(status);
            }
        }
    }

    fn read_stream_header(&mut self, input: &mut Input<'_>) -> Step {
        let Some(bytes) = self.header.fill(input, stream_flags::SIZE) else {
            return WAIT;
        };
        let bytes = bytes.try_into().map_err(|_| Error::Prog)?;
        self.stream_flags = match StreamFlags::decode_header(bytes) {
            // What follows a Stream can only be another.
            Err(Error::Format) if !self.first => return Err(Error::Data),
            result => result?,
        };
        self.header.clear();
        self.first = false;
        self.stage = Stage::BlockHeader;
        Ok(self.news())
    }

    /// What the application wanted to know about the check.
    fn news(&self) -> Option<Status> {
        let check = self.stream_flags.check;
        if self.flags.has(DecoderFlags::TELL_NO_CHECK) && check == 0 {
            return Some(Status::NoCheck);
        }
        if self.flags.has(DecoderFlags::TELL_UNSUPPORTED_CHECK) && !check::is_supported(check) {
            return Some(Status::UnsupportedCheck);
        }
        self.flags.has(DecoderFlags::TELL_ANY_CHECK).then_some(Status::GetCheck)
    }

    fn read_block_header(&mut self, input: &mut Input<'_>) -> Step {
        // The Index Indicator is a part of the Index, so it is not taken.
        let Some(first) = self.header.bytes().first().copied().or(input.peek()) else {
            return WAIT;
        };
        let Some(size) = block_header::size(first) else {
            self.stage = Stage::Index;
            return Ok(None);
        };
        if self.header.fill(input, size).is_none() {
            return WAIT;
        }
        self.stage = Stage::BlockStart;
        Ok(None)
    }

    /// Starts the Block whose header is here: perhaps once more, after the
    /// limit was raised.
    fn start_block(&mut self) -> Step {
        let bytes = self.header.bytes();
        let mut block = Block {
            version: 1,
            header_size: bytes.len() as u32,
            check: self.stream_flags.check,
            compressed_size: vli::UNKNOWN,
            uncompressed_size: vli::UNKNOWN,
            ignore_check: false,
        };
        let filters = block_header::decode(&mut block, bytes)?;
        block.ignore_check = self.flags.has(DecoderFlags::IGNORE_CHECK);
        let usage = filter::memory_usage::decoder(&filters).ok_or(Error::Options)?;
        self.memory.set_usage(usage);
        self.memory.check()?;
        self.block.start(&block, &filters)?;
        self.header.clear();
        self.stage = Stage::Block { overhead: block.overhead()? };
        Ok(None)
    }

    fn decode_block(
        &mut self,
        overhead: u64,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Step {
        match self.block.code(input, output, action)? {
            Status::StreamEnd => {}
            status => return Ok(Some(status)),
        }
        let (compressed_size, uncompressed_size) = self.block.sizes().ok_or(Error::Prog)?;
        self.index_hash.append(compressed_size.saturating_add(overhead), uncompressed_size)?;
        self.stage = Stage::BlockHeader;
        Ok(None)
    }

    fn decode_index(&mut self, input: &mut Input<'_>) -> Step {
        if input.is_empty() {
            return WAIT;
        }
        match self.index_hash.decode(input)? {
            Status::StreamEnd => {
                self.stage = Stage::StreamFooter;
                Ok(None)
            }
            status => Ok(Some(status)),
        }
    }

    fn read_stream_footer(&mut self, input: &mut Input<'_>) -> Step {
        let Some(bytes) = self.header.fill(input, stream_flags::SIZE) else {
            return WAIT;
        };
        let bytes = bytes.try_into().map_err(|_| Error::Prog)?;
        let footer = match StreamFlags::decode_footer(bytes) {
            Err(Error::Format) => return Err(Error::Data), // the format is known
            result => result?,
        };
        self.header.clear();
        if self.index_hash.size() != footer.backward_size {
            return Err(Error::Data);
        }
        self.stream_flags.compare(&footer)?;
        if !self.flags.has(DecoderFlags::CONCATENATED) {
            return Ok(Some(Status::StreamEnd));
        }
        self.stage = Stage::StreamPadding { skipped: 0 };
        Ok(None)
    }

    /// Skips Stream Padding, a multiple of four zero bytes (section 2.2).
    fn skip_padding(&mut self, mut skipped: u32, input: &mut Input<'_>, action: Action) -> Step {
        while input.peek() == Some(0) {
            input.next();
            skipped = (skipped + 1) % 4;
        }
        self.stage = Stage::StreamPadding { skipped };
        if input.is_empty() && action != Action::Finish {
            return WAIT; // more may come
        }
        if skipped != 0 {
            input.next();
            return Err(Error::Data);
        }
        if input.is_empty() {
            return Ok(Some(Status::StreamEnd));
        }
        self.expect_stream();
        Ok(None)
    }
}
