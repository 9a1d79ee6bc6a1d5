//! Decoder for `.xz`, `.lz` and `.lzma` files: the first byte tells which.

#![forbid(unsafe_code)]

use super::alone_decoder::AloneDecoder;
use super::decoder_flags::DecoderFlags;
use super::lzip_decoder::LzipDecoder;
use super::xz::ahead::DecodeAhead;
use super::xz::stream_decoder::StreamDecoder;
use crate::check;
use crate::coder::{Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, MemoryLimit, OwnedBox};

/// The first byte of `.xz`; in `.lzma` it cannot be.
const XZ: u8 = 0xfd;
/// The first byte of `.lz`; in `.lzma` it would mean more literal context and
/// position bits than are supported.
const LZIP: u8 = b'L';

/// The decoder for the format that was found.
enum Found<A> {
    Nothing,
    Xz(OwnedBox<StreamDecoder<A>>),
    Lzip(OwnedBox<LzipDecoder>),
    Alone(OwnedBox<AloneDecoder>),
}

#[derive(Clone, Copy)]
enum Stage {
    Detect,
    Code,
    /// The file has ended, and nothing may follow.
    End,
}

/// A decoder for files of any of the formats. `A` is what may decode Blocks of
/// `.xz` files ahead.
pub(crate) struct AutoDecoder<A> {
    memory: AllocatorHandle,
    stage: Stage,
    flags: DecoderFlags,
    /// The memory limit until the format is known; then the decoder has its own.
    limit: MemoryLimit,
    /// From the previous file, until the format of this one is known.
    found: Found<A>,
}

impl<A: DecodeAhead> AutoDecoder<A> {
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
            _ => self.make_decoder(byte)?,
        }
        // There is no check in .lzma.
        let tell = |flag| flags.has(flag) && matches!(self.found, Found::Alone(_));
        if tell(DecoderFlags::TELL_NO_CHECK) {
            return Ok(Some(Status::NoCheck));
        }
        Ok(tell(DecoderFlags::TELL_ANY_CHECK).then_some(Status::GetCheck))
    }

    fn make_decoder(&mut self, byte: u8) -> Result<()> {
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

impl<A: DecodeAhead> Coder for AutoDecoder<A> {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    /// [`Error::MemLimit`] as from the decoder of the format.
    #[inline(never)]
    fn code(
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

    fn memory_limit(&self) -> Option<MemoryLimit> {
        match &self.found {
            Found::Nothing => Some(self.limit),
            Found::Xz(decoder) => decoder.memory_limit(),
            Found::Lzip(decoder) => decoder.memory_limit(),
            Found::Alone(decoder) => decoder.memory_limit(),
        }
    }

    fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        match &mut self.found {
            Found::Nothing => {}
            Found::Xz(decoder) => decoder.set_memory_limit(limit)?,
            Found::Lzip(decoder) => decoder.set_memory_limit(limit)?,
            Found::Alone(decoder) => decoder.set_memory_limit(limit)?,
        }
        self.limit.set_limit(limit)
    }

    fn check(&self) -> Option<u32> {
        let check = match &self.found {
            Found::Nothing => None,
            Found::Xz(decoder) => decoder.check(),
            Found::Lzip(decoder) => decoder.check(),
            Found::Alone(decoder) => decoder.check(),
        };
        Some(check.unwrap_or(check::id::NONE))
    }
}

impl<A: DecodeAhead> Restart for AutoDecoder<A> {
    /// The memory usage limit in bytes, and flags.
    type Options<'a> = (u64, u32);

    fn make(
        memory: &AllocatorHandle,
        (limit, flags): (u64, u32),
    ) -> Result<OwnedBox<AutoDecoder<A>>> {
        memory.own(AutoDecoder {
            memory: memory.clone(),
            stage: Stage::Detect,
            flags: DecoderFlags::new(flags)?,
            limit: MemoryLimit::new(limit),
            found: Found::Nothing,
        })
    }

    /// Buffers are used again if the format is the same.
    fn restart(&mut self, _memory: &AllocatorHandle, (limit, flags): (u64, u32)) -> Result<()> {
        self.flags = DecoderFlags::new(flags)?;
        self.stage = Stage::Detect;
        self.limit = MemoryLimit::new(limit);
        Ok(())
    }
}
