//! Encoder for MicroLZMA; see [`microlzma`](super::microlzma). It makes one
//! output of at most the size that there is room for, in a single call.

#![forbid(unsafe_code)]

use crate::error::{Error, Result, Status};
use crate::io::{Action, Direct, Input, Output};
use crate::lzma::{LzmaEncoder, LzmaOptions};
use crate::memory::Memory;

/// An encoder for one piece of MicroLZMA.
pub(crate) struct MicroLzmaEncoder {
    /// The first byte of the output. `None` before the first start, and after
    /// one that failed.
    properties: Option<u8>,
    lzma: LzmaEncoder,
}

impl MicroLzmaEncoder {
    /// [`MicroLzmaEncoder::start`] comes before use.
    pub(crate) fn new(memory: &Memory) -> Result<MicroLzmaEncoder> {
        Ok(MicroLzmaEncoder { properties: None, lzma: LzmaEncoder::new(memory)? })
    }

    /// Begins; buffers are used again. [`Error::Options`] if any option is
    /// out of range.
    pub(crate) fn start(&mut self, options: &LzmaOptions<'_>) -> Result<()> {
        self.properties = None;
        let lclppb = options.lclppb_byte().ok_or(Error::Options)?;
        self.lzma.start(options, false)?;
        self.properties = Some(!lclppb);
        Ok(())
    }

    /// Encodes as much input as fits; no more than that is taken.
    /// [`Error::Prog`] if there is not enough room for anything.
    #[inline(never)]
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let properties = self.properties.ok_or(Error::Prog)?;
        let start = output.len();
        self.lzma.set_out_limit(output.room() as u64).map_err(|_| Error::Prog)?;
        // The LZMA encoder reads ahead of what it encodes in the end.
        let mut ahead = input.clone();
        match self.lzma.code(&mut Direct, &mut ahead, output, action)? {
            Status::StreamEnd => {}
            _ => return Err(Error::Prog),
        }
        // The first byte of LZMA data is always zero.
        if let Some(first) = output.written_mut(start).first_mut() {
            *first = properties;
        }
        input.take(usize::try_from(self.lzma.uncompressed_size()).unwrap_or(usize::MAX));
        Ok(Status::StreamEnd)
    }
}
