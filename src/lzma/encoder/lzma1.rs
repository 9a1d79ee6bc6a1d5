//! The LZMA1 encoder: one LZMA stream, nothing around it.

#![forbid(unsafe_code)]

use super::core::{Core, Next};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output, Source};
use crate::lzma::{ALLOW_END_MARKER, LzmaOptions};
use crate::memory::{AllocatorHandle, OwnedBox};

/// Bytes that wait for room in the output.
const CAPACITY: usize = 1 << 10;
/// Less output cannot hold a byte of input.
const OUT_LIMIT_MIN: u64 = 6;

/// An LZMA1 encoder.
pub(crate) struct LzmaEncoder {
    core: OwnedBox<Core>,
    stream: Stream,
}

struct Stream {
    /// The end marker is to be written.
    end_marker: bool,
    /// The output may not become larger, in bytes.
    limit: Option<u64>,
    /// All is encoded, and waits for room in the output.
    ended: bool,
}

impl LzmaEncoder {
    /// Not usable before [`LzmaEncoder::start`].
    pub(crate) fn new(memory: &AllocatorHandle) -> Result<LzmaEncoder> {
        let stream = Stream { end_marker: false, limit: None, ended: false };
        Ok(LzmaEncoder { core: Core::new(memory, CAPACITY)?, stream })
    }

    /// Starts a stream; with `lzma1ext`, the extended options count.
    /// [`Error::Options`] if any option is out of range.
    pub(crate) fn start(&mut self, options: &LzmaOptions<'_>, lzma1ext: bool) -> Result<()> {
        if lzma1ext && options.ext_flags & !ALLOW_END_MARKER != 0 {
            return Err(Error::Options);
        }
        let memory = self.core.memory().clone();
        self.core.start(&memory, options)?;
        let end_marker = !lzma1ext || options.ext_flags & ALLOW_END_MARKER != 0;
        self.stream = Stream { end_marker, limit: None, ended: false };
        Ok(())
    }

    /// Makes at most `limit` bytes of output, of as much input as fits,
    /// without an end marker. [`Error::Buf`] if no input would fit.
    pub(crate) fn set_out_limit(&mut self, limit: u64) -> Result<()> {
        if limit < OUT_LIMIT_MIN {
            return Err(Error::Buf);
        }
        self.stream.limit = Some(limit);
        self.stream.end_marker = false;
        Ok(())
    }

    /// Number of input bytes that the output encodes.
    pub(crate) fn uncompressed_size(&self) -> u64 {
        self.core.uncompressed
    }

    /// Encodes. [`Error::Options`] for [`Action::SyncFlush`], which LZMA1
    /// cannot do.
    pub(crate) fn code(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let LzmaEncoder { core, stream } = self;
        core.drive(source, input, output, action, |core, output| stream.encode(core, output))
    }
}

impl Stream {
    fn encode(&mut self, core: &mut Core, output: &mut Output<'_>) -> Result<Status> {
        if core.lz.action() == Action::SyncFlush {
            return Err(Error::Options);
        }
        if !core.begin() || !core.range.write_out(output) {
            return Ok(Status::Ok);
        }
        if self.ended {
            return Ok(Status::StreamEnd);
        }
        loop {
            match core.next() {
                Next::Symbol => {}
                Next::Wait => {
                    core.range.write_out(output);
                    return Ok(Status::Ok);
                }
                Next::End => break,
            }
            if !self.encode_symbol(core) {
                break;
            }
            // What is made is written out when it has to be.
            if (core.range.buffered_len() > output.room() as u64 || core.range.is_full())
                && !core.range.write_out(output)
            {
                return Ok(Status::Ok);
            }
        }
        if self.end_marker {
            core.encode_end();
        }
        core.range.flush();
        self.ended = true;
        if core.range.write_out(output) { Ok(Status::StreamEnd) } else { Ok(Status::Ok) }
    }

    /// Encodes a symbol, unless there is a limit that it does not respect.
    #[inline(always)]
    fn encode_symbol(&self, core: &mut Core) -> bool {
        let Some(limit) = self.limit else {
            core.encode_symbol();
            return true;
        };
        let (before, uncompressed) = (core.range.checkpoint(), core.uncompressed);
        core.encode_symbol();
        if core.range.flushed_len() > limit {
            // Probabilities have changed, but this is the end anyway.
            core.range.return_to(before);
            core.uncompressed = uncompressed;
            return false;
        }
        true
    }
}
