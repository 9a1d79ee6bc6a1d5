//! Everything in `.xz` files but the contents of Blocks: what a decoder goes
//! through between them (xz-file-format 1.2.1, section 2).

#![forbid(unsafe_code)]

use super::block::{Block, HEADER_SIZE_MAX};
use super::block_header;
use super::stream_flags::{self, StreamFlags};
use crate::bytes::{Gather, vli};
use crate::check;
use crate::container::decoder_flags::DecoderFlags;
use crate::error::{Error, Result, Status};
use crate::filter::Specs;
use crate::index::IndexHash;
use crate::io::{Action, Input};

/// The part of the file that comes next.
#[derive(Clone, Copy)]
enum Stage {
    StreamHeader,
    /// A Block Header, or the Index Indicator.
    BlockHeader,
    /// The Block whose header is here.
    Block,
    Index,
    StreamFooter,
    /// Stream Padding or another Stream.
    StreamPadding {
        /// Size of the padding so far, in bytes modulo four.
        skipped: u32,
    },
}

/// Result of a step.
pub(crate) enum Next {
    /// The decoder has to return this: [`Status::Ok`] if more input is
    /// needed, or what the application wanted to know.
    Answer(Status),
    /// A Block, until [`StreamFraming::end_block`].
    Block,
    /// The Index begins. It is decoded by the next step.
    Index,
}

/// The Stream Flags before the first Stream Header is known.
const NO_FLAGS: StreamFlags =
    StreamFlags { version: 0, backward_size: vli::UNKNOWN, check: check::id::NONE };

/// Decoder of the framing of an .xz file: everything but the Blocks.
pub(crate) struct StreamFraming {
    stage: Stage,
    flags: DecoderFlags,
    /// No Stream Header was decoded yet, so this may be another format.
    first: bool,
    /// Stream Header, Block Header or Stream Footer, as far as it is here.
    header: Gather<{ HEADER_SIZE_MAX as usize }>,
    /// From the Stream Header.
    stream_flags: StreamFlags,
    index_hash: IndexHash,
}

impl StreamFraming {
    /// The beginning of a file.
    pub(crate) fn new(flags: DecoderFlags) -> StreamFraming {
        StreamFraming {
            stage: Stage::StreamHeader,
            flags,
            first: true,
            header: Gather::new(),
            stream_flags: NO_FLAGS,
            index_hash: IndexHash::new(),
        }
    }

    /// The beginning of another file. What [`StreamFraming::check`] says stays as
    /// it is until a Stream Header is decoded.
    pub(crate) fn start(&mut self, flags: DecoderFlags) {
        self.flags = flags;
        self.first = true;
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

    /// Tells whether a Block Header or the Index comes next.
    pub(crate) fn expects_block(&self) -> bool {
        matches!(self.stage, Stage::BlockHeader)
    }

    /// Reads what is around Blocks and the Index, until one of them begins or the
    /// application must be told something.
    pub(crate) fn next(&mut self, input: &mut Input<'_>, action: Action) -> Result<Next> {
        loop {
            let next = match self.stage {
                Stage::StreamHeader => self.read_stream_header(input)?,
                Stage::BlockHeader => self.read_block_header(input),
                Stage::Block => Some(Next::Block),
                Stage::Index => self.decode_index(input)?,
                Stage::StreamFooter => self.read_stream_footer(input)?,
                Stage::StreamPadding { skipped } => self.skip_padding(skipped, input, action)?,
            };
            if let Some(next) = next {
                return Ok(next);
            }
        }
    }

    /// The Block whose header is here; its filters are put to `filters`, which are none
    /// yet.
    pub(crate) fn block(&self, filters: &mut Specs<'static>) -> Result<Block> {
        self.parse_block(filters, self.header.bytes())
    }

    /// The Block Header that is here.
    pub(crate) fn block_header(&self) -> &[u8] {
        self.header.bytes()
    }

    /// As [`StreamFraming::block`] for a Block of this Stream whose header is `bytes`.
    pub(crate) fn parse_block(&self, filters: &mut Specs<'static>, bytes: &[u8]) -> Result<Block> {
        let mut block = block_header::decode_new(filters, bytes, self.stream_flags.check)?;
        block.ignore_check = self.flags.has(DecoderFlags::IGNORE_CHECK);
        Ok(block)
    }

    /// Adds a Block's sizes, in bytes, to what the Index must say.
    pub(crate) fn count(&mut self, unpadded_size: u64, uncompressed_size: u64) -> Result<()> {
        self.index_hash.append(unpadded_size, uncompressed_size)
    }

    /// The input after the Block comes next.
    pub(crate) fn end_block(&mut self) {
        self.header.clear();
        self.stage = Stage::BlockHeader;
    }

    fn read_stream_header(&mut self, input: &mut Input<'_>) -> Result<Option<Next>> {
        let Some(bytes) = self.header.fill(input, stream_flags::SIZE) else {
            return Ok(WAIT);
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
        Ok(self.check_notice().map(Next::Answer))
    }

    /// Returns the notice about the check that the application wants.
    fn check_notice(&self) -> Option<Status> {
        let check = self.stream_flags.check;
        if self.flags.has(DecoderFlags::TELL_NO_CHECK) && check == 0 {
            return Some(Status::NoCheck);
        }
        if self.flags.has(DecoderFlags::TELL_UNSUPPORTED_CHECK) && !check::is_supported(check) {
            return Some(Status::UnsupportedCheck);
        }
        self.flags.has(DecoderFlags::TELL_ANY_CHECK).then_some(Status::GetCheck)
    }

    fn read_block_header(&mut self, input: &mut Input<'_>) -> Option<Next> {
        // The Index Indicator is a part of the Index, so it is not taken.
        let Some(first) = self.header.bytes().first().copied().or(input.peek()) else {
            return WAIT;
        };
        let Some(size) = block_header::size(first) else {
            self.stage = Stage::Index;
            return Some(Next::Index);
        };
        if self.header.fill(input, size).is_none() {
            return WAIT;
        }
        self.stage = Stage::Block;
        None
    }

    fn decode_index(&mut self, input: &mut Input<'_>) -> Result<Option<Next>> {
        if input.is_empty() {
            return Ok(WAIT);
        }
        match self.index_hash.decode(input)? {
            Status::StreamEnd => {
                self.stage = Stage::StreamFooter;
                Ok(None)
            }
            status => Ok(Some(Next::Answer(status))),
        }
    }

    fn read_stream_footer(&mut self, input: &mut Input<'_>) -> Result<Option<Next>> {
        let Some(bytes) = self.header.fill(input, stream_flags::SIZE) else {
            return Ok(WAIT);
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
            return Ok(Some(Next::Answer(Status::StreamEnd)));
        }
        self.stage = Stage::StreamPadding { skipped: 0 };
        Ok(None)
    }

    /// Skips Stream Padding, a multiple of four zero bytes (section 2.2).
    fn skip_padding(
        &mut self,
        mut skipped: u32,
        input: &mut Input<'_>,
        action: Action,
    ) -> Result<Option<Next>> {
        while input.peek() == Some(0) {
            input.next();
            skipped = (skipped + 1) % 4;
        }
        self.stage = Stage::StreamPadding { skipped };
        if input.is_empty() && action != Action::Finish {
            return Ok(WAIT); // more may come
        }
        if skipped != 0 {
            input.next();
            return Err(Error::Data);
        }
        if input.is_empty() {
            return Ok(Some(Next::Answer(Status::StreamEnd)));
        }
        self.expect_stream();
        Ok(None)
    }
}

/// More input is needed.
const WAIT: Option<Next> = Some(Next::Answer(Status::Ok));
