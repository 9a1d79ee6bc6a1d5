//! Encoder for MicroLZMA; see [the decoder](super::microlzma_decoder). It makes one
//! output of at most the size that there is room for, in a single call.

#![forbid(unsafe_code)]

use crate::coder::{Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Direct, Input, Output};
use crate::lzma::{LzmaEncoder, LzmaOptions};
use crate::memory::{AllocatorHandle, OwnedBox};

/// An encoder for one piece of MicroLZMA.
pub(crate) struct MicroLzmaEncoder {
    /// The first byte of the output. `None` before the first start, and after
    /// one that failed.
    properties: Option<u8>,
    lzma: LzmaEncoder,
}

impl Coder for MicroLzmaEncoder {
    fn actions(&self) -> Actions {
        Actions::FINISH
    }

    /// Encodes as much input as fits; no more than that is taken.
    /// [`Error::Prog`] if there is not enough room for anything.
    #[inline(never)]
    fn code(
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

impl Restart for MicroLzmaEncoder {
    type Options<'a> = &'a LzmaOptions<'a>;

    fn make(
        memory: &AllocatorHandle,
        options: &LzmaOptions<'_>,
    ) -> Result<OwnedBox<MicroLzmaEncoder>> {
        let lzma = LzmaEncoder::new(memory)?;
        let mut encoder = memory.own(MicroLzmaEncoder { properties: None, lzma })?;
        encoder.restart(memory, options)?;
        Ok(encoder)
    }

    /// [`Error::Options`] if any option is out of range.
    fn restart(&mut self, _memory: &AllocatorHandle, options: &LzmaOptions<'_>) -> Result<()> {
        self.properties = None;
        let lclppb = options.lclppb_byte().ok_or(Error::Options)?;
        self.lzma.start(options, false)?;
        self.properties = Some(!lclppb);
        Ok(())
    }
}
