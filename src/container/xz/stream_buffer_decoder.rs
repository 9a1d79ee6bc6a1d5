//! Decodes a `.xz` file that is all here into a buffer that is large enough.

#![forbid(unsafe_code)]

use super::ahead::DecodeAhead;
use super::stream_decoder::StreamDecoder;
use crate::coder::Coder;
use crate::container::decoder_flags::DecoderFlags;
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};
use crate::memory::AllocatorHandle;

/// Decodes a Stream, or all with [`DecoderFlags::CONCATENATED`].
/// [`Status::Ok`] is success, any other status an answer to `flags` instead.
/// Truncated input is [`Error::Data`], missing room [`Error::Buf`]. After
/// [`Error::MemLimit`], `limit` is how much would have been needed. `A` is what may
/// decode Blocks ahead.
pub(crate) fn decode<A: DecodeAhead>(
    memory: &AllocatorHandle,
    limit: &mut u64,
    flags: u32,
    input: &mut Input<'_>,
    output: &mut Output<'_>,
) -> Result<Status> {
    if flags & DecoderFlags::TELL_ANY_CHECK != 0 {
        return Err(Error::Prog); // nobody could ask
    }
    let flags = DecoderFlags::new(flags)?;
    let mut decoder = StreamDecoder::<A>::new(memory, *limit, flags)?;
    let mut result = Ok(Status::Paused);
    while result == Ok(Status::Paused) {
        result = decoder.code(input, output, Action::Finish);
    }
    match result {
        Ok(Status::StreamEnd) => Ok(Status::Ok),
        // The last byte of a Stream never makes output: if all input is
        // taken, more input is missing, whether there is room or not.
        Ok(Status::Ok) if input.is_empty() => Err(Error::Data),
        Ok(Status::Ok) => Err(Error::Buf),
        Err(Error::MemLimit) => {
            *limit = decoder.memory_limit().map_or(0, |limit| limit.usage());
            Err(Error::MemLimit)
        }
        result => result,
    }
}
