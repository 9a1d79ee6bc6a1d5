//! Encoder for `.lzma` files; see [the decoder](super::alone_decoder). The
//! uncompressed size is never in the header; an end marker takes its place.

#![forbid(unsafe_code)]

use super::alone_decoder::HEADER_SIZE;
use crate::bytes::Pending;
use crate::coder::{Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Direct, Input, Output};
use crate::lz::DICT_SIZE_MIN;
use crate::lzma::{LzmaEncoder, LzmaOptions};
use crate::memory::{AllocatorHandle, OwnedBox};

/// An encoder for one `.lzma` file.
pub(crate) struct AloneEncoder {
    /// `false` before the first start, and after one that failed.
    started: bool,
    header: Pending<HEADER_SIZE>,
    lzma: LzmaEncoder,
}

impl Coder for AloneEncoder {
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
        if !self.started {
            return Err(Error::Prog);
        }
        // The header is followed by data only if that has room in this call.
        if !self.header.write_out(output) || output.is_full() {
            return Ok(Status::Ok);
        }
        self.lzma.code(&mut Direct, input, output, action)
    }
}

impl Restart for AloneEncoder {
    type Options<'a> = &'a LzmaOptions<'a>;

    fn make(memory: &AllocatorHandle, options: &LzmaOptions<'_>) -> Result<OwnedBox<AloneEncoder>> {
        let lzma = LzmaEncoder::new(memory)?;
        let mut encoder =
            memory.own(AloneEncoder { started: false, header: Pending::new(), lzma })?;
        encoder.restart(memory, options)?;
        Ok(encoder)
    }

    /// [`Error::Options`] if any option is out of range.
    fn restart(&mut self, _memory: &AllocatorHandle, options: &LzmaOptions<'_>) -> Result<()> {
        self.started = false;
        self.header.clear();
        self.header.push(&[options.lclppb_byte().ok_or(Error::Options)?]);
        if options.dict_size < DICT_SIZE_MIN {
            return Err(Error::Options);
        }
        self.header.push(&stored_dict_size(options.dict_size).to_le_bytes());
        self.header.push(&u64::MAX.to_le_bytes()); // the size is not known
        self.lzma.start(options, false)?;
        self.started = true;
        Ok(())
    }
}

/// `size` rounded up to what decoders take for a sign of this format: a power
/// of two, or one and a half times one.
fn stored_dict_size(size: u32) -> u32 {
    let power = 1 << size.saturating_sub(1).max(1).ilog2();
    match power + power / 2 {
        between if size <= between => between,
        _ => power.saturating_mul(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionary_sizes() {
        for (size, stored) in [
            (4096, 4096),
            (4097, 6144),
            (6144, 6144),
            (6145, 8192),
            (3 << 29, 3 << 29),
            ((3 << 29) + 1, 1 << 31),
            (3 << 30, 3 << 30),
            ((3 << 30) + 1, u32::MAX),
            (u32::MAX, u32::MAX),
        ] {
            assert_eq!(stored_dict_size(size), stored);
        }
    }
}
