//! Decoder for MicroLZMA (used by EROFS): LZMA1 data whose first byte, always
//! zero, gives way to the inverted properties. All else, the application has
//! to know.

#![forbid(unsafe_code)]

use super::lazy_lzma::LazyLzma;
use crate::bytes::vli;
use crate::coder::{Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};
use crate::lzma::LzmaOptions;
use crate::memory::{AllocatorHandle, OwnedBox};

/// The sizes that the application knows.
#[derive(Clone, Debug)]
pub(crate) struct MicroLzmaParameters {
    /// Size of the compressed data, in bytes; must be exact.
    pub(crate) compressed_size: u64,
    /// Size of the uncompressed data in bytes, or less if it is not exact.
    pub(crate) uncompressed_size: u64,
    /// True if `uncompressed_size` is exact.
    pub(crate) exact: bool,
    /// Dictionary size in bytes.
    pub(crate) dict_size: u32,
}

impl MicroLzmaParameters {
    fn validate(&self) -> Result<()> {
        if self.uncompressed_size > vli::MAX { Err(Error::Options) } else { Ok(()) }
    }
}

/// A decoder for one piece of MicroLZMA.
pub(crate) struct MicroLzmaDecoder {
    /// The sizes shrink to what is left as data is decoded (the uncompressed
    /// one only when it is not exact).
    left: MicroLzmaParameters,
    /// The properties are known and the LZMA decoder runs.
    started: bool,
    lzma: LazyLzma,
}

impl MicroLzmaDecoder {
    /// Reads the properties; `false` if they are not there yet.
    fn start_lzma(&mut self, input: &mut Input<'_>, output: &mut Output<'_>) -> Result<bool> {
        let Some(byte) = input.peek() else {
            return Ok(false);
        };
        let mut options = LzmaOptions { dict_size: self.left.dict_size, ..LzmaOptions::ZERO };
        options.set_lclppb(!byte).ok_or(Error::Options)?;
        input.next();
        let size = self.left.exact.then_some(self.left.uncompressed_size);
        // With a known size there is no end marker. Without one, an end
        // marker is how the LZMA decoder ends; here, it is an error.
        self.lzma.start(&options, size, size.is_none())?;
        match self.lzma.code(&mut Input::new(&[0]), output, Action::Run) {
            Ok(Status::Ok) => {}
            _ => return Err(Error::Prog),
        }
        self.started = true;
        Ok(true)
    }

    /// Corrects the answer of the LZMA decoder, which took `taken` bytes and
    /// put out `put` bytes.
    fn account(&mut self, taken: u64, put: u64, result: Result<Status>) -> Result<Status> {
        let left = &mut self.left;
        left.compressed_size = left.compressed_size.saturating_sub(taken);
        if left.exact {
            return match result {
                Ok(Status::StreamEnd) if left.compressed_size != 0 => Err(Error::Data),
                result => result,
            };
        }
        left.uncompressed_size = left.uncompressed_size.saturating_sub(put);
        match result {
            Ok(Status::StreamEnd) => Err(Error::Data), // an end marker
            _ if left.uncompressed_size == 0 => Ok(Status::StreamEnd),
            result => result,
        }
    }
}

impl Coder for MicroLzmaDecoder {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    #[inline(never)]
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let before = (input.taken(), output.len());
        // Where the data ends, only the compressed size can say: without it,
        // the LZMA decoder would look for an end marker.
        let max_in = usize::try_from(self.left.compressed_size).unwrap_or(usize::MAX);
        let max_out = match self.left.exact {
            true => usize::MAX,
            false => usize::try_from(self.left.uncompressed_size).unwrap_or(usize::MAX),
        };
        let result = input.limited(max_in, |input| {
            output.limited(max_out, |output| {
                if !self.started && !self.start_lzma(input, output)? {
                    return Ok(None);
                }
                Ok(Some(self.lzma.code(input, output, action)))
            })
        })?;
        let Some(result) = result else {
            return Ok(Status::Ok);
        };
        let count = |from: usize, to: usize| to.saturating_sub(from) as u64;
        self.account(count(before.0, input.taken()), count(before.1, output.len()), result)
    }
}

impl Restart for MicroLzmaDecoder {
    type Options<'a> = MicroLzmaParameters;

    /// [`Error::Options`] if the uncompressed size is not possible.
    fn make(
        memory: &AllocatorHandle,
        given: MicroLzmaParameters,
    ) -> Result<OwnedBox<MicroLzmaDecoder>> {
        given.validate()?;
        let lzma = LazyLzma::new(memory);
        memory.own(MicroLzmaDecoder { left: given, started: false, lzma })
    }

    /// [`Error::Options`] if the uncompressed size is not possible.
    fn restart(&mut self, _memory: &AllocatorHandle, given: MicroLzmaParameters) -> Result<()> {
        given.validate()?;
        self.left = given;
        self.started = false;
        Ok(())
    }
}
