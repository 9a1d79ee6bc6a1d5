//! An LZMA decoder that is made once a header says what it must be like.

#![forbid(unsafe_code)]

use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};
use crate::lzma::{LzmaDecoder, LzmaOptions};
use crate::memory::AllocatorHandle;

/// The LZMA decoder of a container.
pub(crate) struct LazyLzma {
    memory: AllocatorHandle,
    /// `None` until the first start, and after one that failed: a decoder
    /// whose buffers may be missing cannot be reached.
    decoder: Option<LzmaDecoder>,
}

impl LazyLzma {
    /// No decoder, and nothing allocated.
    pub(crate) fn new(memory: &AllocatorHandle) -> LazyLzma {
        LazyLzma { memory: memory.clone(), decoder: None }
    }

    /// Starts the decoder, with the buffers that it has from before if they
    /// fit. `size` is how much it will put out, if that is known; then
    /// `end_marker_allowed` says whether an end marker may follow.
    pub(crate) fn start(
        &mut self,
        options: &LzmaOptions<'_>,
        size: Option<u64>,
        end_marker_allowed: bool,
    ) -> Result<()> {
        let mut decoder = match self.decoder.take() {
            Some(decoder) => decoder,
            None => LzmaDecoder::new(&self.memory)?,
        };
        decoder.start(options, (size, end_marker_allowed), true)?;
        self.decoder = Some(decoder);
        Ok(())
    }

    /// Decodes; [`Error::Prog`] unless started.
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        self.decoder.as_mut().ok_or(Error::Prog)?.code(input, output, action)
    }
}
