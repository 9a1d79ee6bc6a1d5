//! Decoder for `.xz`, `.lz` and `.lzma` files: the first byte tells which.

#![forbid(unsafe_code)]

use super::alone::AloneDecoder;
use super::decoder_flags::DecoderFlags;
use super::lzip::LzipDecoder;
use super::memory_limit::MemoryLimit;
use super::xz::stream_decoder::StreamDecoder;
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};
use crate::memory::{Memory, Own};

/// The first byte of `.xz`; in `.lzma` it cannot be.
const XZ: u8 = 0xfd;
/// The first byte of `.lz`; in `.lzma` it would mean more literal context and
/// position bits than are supported.
const LZIP: u8 = b'L';

/// The decoder for the format that was found.
enum Found {
    Nothing,
    Xz(Own<StreamDecoder>),
    Lzip(Own<LzipDecoder>),
    Alone(Own<AloneDecoder>),
}

#[derive(Clone, Copy)]
enum Stage {
    Detect,
    Code,
    /// The file has ended, and nothing may follow.
    End,
}

/// A decoder for files of any of the formats.
pub(crate) struct AutoDecoder {
    memory: Memory,
    stage: Stage,
    flags: DecoderFlags,
    /// Counts until there is a decoder that knows better.
    limit: MemoryLimit,
    /// From the previous file, until the format of this one is known.
    found: Found,
}

impl AutoDecoder {
    /// A decoder with a memory usage limit of `limit` bytes.
    pub(crate) fn new(memory: &Memory, limit: u64, flags: DecoderFlags) -> AutoDecoder {
        AutoDecoder {
            memory: memory.clone(),
            stage: Stage::Detect,
            flags,
            limit: MemoryLimit::new(limit),
            found: Found::Nothing,
        }
    }

    /// Starts with another file; buffers are used again if its format is the
    /// same.
    pub(crate) fn start(&mut self, limit: u64, flags: DecoderFlags) {
        self.stage = Stage::Detect;
        self.flags = flags;
        self.limit = MemoryLimit::new(limit);
    }

    /// ID of the integrity check.
    pub(crate) fn check(&self) -> u32 {
        match &self.found {
            Found::Xz(decoder) => decoder.check(),
            Found::Lzip(decoder) => decoder.check(),
            Found::Alone(_) | Found::Nothing => 0,
        }
    }

    /// Memory usage and its limit.
    pub(crate) fn memory_limit(&self) -> &MemoryLimit {
        match &self.found {
            Found::Nothing => &self.limit,
            Found::Xz(decoder) => decoder.memory_limit(),
            Found::Lzip(decoder) => decoder.memory_limit(),
            Found::Alone(decoder) => decoder.memory_limit(),
        }
    }

    /// Changes the memory usage limit; [`Error::MemLimit`] if more is needed
    /// already.
    pub(crate) fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        match &mut self.found {
            Found::Nothing => {}
            Found::Xz(decoder) => decoder.memory_limit_mut().set_limit(limit)?,
            Found::Lzip(decoder) => decoder.memory_limit_mut().set_limit(limit)?,
            Found::Alone(decoder) => decoder.memory_limit_mut().set_limit(limit)?,
        }
        self.limit.set_limit(limit)
    }

    /// Decodes. [`Error::MemLimit`] as from the decoder of the format.
    #[inline(never)]
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if let Stage::Detect = self.stage {
            let Some(byte) = input.peek() else {
                return Ok(Status::Ok);
            };
            self.stage = Stage::Code;
            if let Some(status) = self.start_found(byte)? {
                return Ok(status);
            }
        }
        if let Stage::Code = self.stage {
            let result = match &mut self.found {
                Found::Nothing => Err(Error::Prog),
                Found::Xz(decoder) => decoder.code(input, output, action),
                Found::Lzip(decoder) => decoder.code(input, output, action),
                Found::Alone(decoder) => decoder.code(input, output, action),
            };
            if result != Ok(Status::StreamEnd) || !self.flags.has(DecoderFlags::CONCATENATED) {
                return result;
            }
            self.stage = Stage::End;
        }
        match action {
            _ if !input.is_empty() => Err(Error::Data),
            Action::Finish => Ok(Status::StreamEnd),
            _ => Ok(Status::Ok),
        }
    }

    /// Starts the decoder for files that begin with `byte`. The result is
    /// what the application wanted to know about the check, if the decoder
    /// does not tell that itself.
    fn start_found(&mut self, byte: u8) -> Result<Option<Status>> {
        let (limit, flags) = (self.limit.limit(), self.flags);
        match (byte, &mut self.found) {
            (XZ, Found::Xz(decoder)) => decoder.start(limit, flags),
            (LZIP, Found::Lzip(decoder)) => decoder.start(limit, flags),
            (byte, Found::Alone(decoder)) if ![XZ, LZIP].contains(&byte) => {
                decoder.start(limit, true);
            }
            _ => self.make(byte)?,
        }
        // There is no check in .lzma.
        let tell = |flag| flags.has(flag) && matches!(self.found, Found::Alone(_));
        if tell(DecoderFlags::TELL_NO_CHECK) {
            return Ok(Some(Status::NoCheck));
        }
        Ok(tell(DecoderFlags::TELL_ANY_CHECK).then_some(Status::GetCheck))
    }

    fn make(&mut self, byte: u8) -> Result<()> {
        let (memory, limit, flags) = (&self.memory, self.limit.limit(), self.flags);
        self.found = Found::Nothing; // frees before it allocates
        self.found = match byte {
            XZ => Found::Xz(StreamDecoder::new(memory, limit, flags)?),
            LZIP => Found::Lzip(memory.own(LzipDecoder::new(memory, limit, flags))?),
            _ => Found::Alone(memory.own(AloneDecoder::new(memory, limit, true))?),
        };
        Ok(())
    }
}
