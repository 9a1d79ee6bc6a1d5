//! The buffering around a filter, which makes a coder of it.

#![forbid(unsafe_code)]

use super::{Arch, Converter};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output, Source};

/// Room for what is undecided and as much again.
const BUFFER_SIZE: usize = 32;

/// A filter as a coder. Most data is filtered where it is written to, in the
/// output; what cannot be decided at its end, or does not fit there, is kept
/// in a small buffer.
pub(crate) struct Bcj {
    filter: Converter,
    /// The source has ended.
    ended: bool,
    /// See [`Bcj::filter_before_errors`].
    filters_before_errors: bool,
    buffer: [u8; BUFFER_SIZE],
    /// `buffer[taken..filtered]` is to be put out, `buffer[filtered..len]`
    /// is to be filtered first. (While nothing is filtered, `filtered` is 0,
    /// and what is to be filtered begins at `taken`.)
    taken: usize,
    filtered: usize,
    len: usize,
    /// Number of bytes of the buffer that may be used.
    capacity: usize,
}

impl Bcj {
    /// At the beginning of data, whose first byte is at position
    /// `start_offset`. [`Error::Options`] if that is not aligned.
    pub(crate) fn new(arch: Arch, encode: bool, start_offset: u32) -> Result<Bcj> {
        if start_offset & (arch.alignment() - 1) != 0 {
            return Err(Error::Options);
        }
        Ok(Bcj {
            filter: Converter::new(arch, encode, start_offset),
            ended: false,
            filters_before_errors: false,
            buffer: [0; BUFFER_SIZE],
            taken: 0,
            filtered: 0,
            len: 0,
            capacity: arch.look_ahead() * 2,
        })
    }

    /// From now on, filters also what the source has written when it fails. Without
    /// this, it stays as it is, which is what liblzma gives to applications, and what
    /// they cannot tell from data.
    pub(crate) fn filter_before_errors(&mut self) {
        self.filters_before_errors = true;
    }

    /// Filters what comes from `source`. If that fails, what it has written
    /// to the output stays there as it is, or is filtered as far as that can be decided
    /// if [so wanted](Bcj::filter_before_errors).
    ///
    /// [`Error::Options`]: for [`Action::SyncFlush`], because what is
    /// undecided cannot be put out.
    pub(crate) fn code(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if action == Action::SyncFlush {
            return Err(Error::Options);
        }
        if self.taken < self.filtered {
            self.put_out(output);
            if self.taken < self.filtered {
                return Ok(Status::Ok);
            }
        }
        if self.ended {
            return Ok(Status::StreamEnd);
        }
        self.filtered = 0;
        let kept = self.len - self.taken;
        if output.room() > kept || kept == 0 {
            self.filter_output(source, input, output, action)?;
        } else {
            self.buffer.copy_within(self.taken..self.len, 0);
            self.len = kept;
            self.taken = 0;
        }
        if self.len > 0 {
            self.filter_buffer(source, input, output, action)?;
        }
        let done = self.ended && self.taken == self.len;
        Ok(if done { Status::StreamEnd } else { Status::Ok })
    }

    /// Moves what is undecided and more data to the output, filters it there,
    /// and takes back what is undecided then.
    fn filter_output(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<()> {
        let start = output.len();
        // Kept in the buffer until the source has succeeded.
        output.write(&self.buffer[self.taken..self.len]);
        let result = source.read(input, output, action);
        if result.is_err() && !self.filters_before_errors {
            return result.map(|_| ());
        }
        self.ended = result == Ok(Status::StreamEnd);
        let bytes = output.written_mut(start);
        let done = self.filter.filter(bytes);
        self.taken = 0;
        self.len = 0;
        if !self.ended {
            let undecided = &bytes[done..];
            self.len = undecided.len().min(BUFFER_SIZE);
            self.buffer[..self.len].copy_from_slice(&undecided[..self.len]);
            output.truncate(start + done);
        }
        result.map(|_| ())
    }

    /// Fills the buffer, filters it, and puts out what fits.
    fn filter_buffer(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<()> {
        let mut buffer = Output::resume(&mut self.buffer[..self.capacity], self.len);
        let result = source.read(input, &mut buffer, action);
        self.len = buffer.len();
        if result.is_err() && !self.filters_before_errors {
            return result.map(|_| ());
        }
        self.ended = result == Ok(Status::StreamEnd);
        self.filtered = self.filter.filter(&mut self.buffer[..self.len]);
        if self.ended {
            self.filtered = self.len; // what is undecided stays as it is
        }
        self.put_out(output);
        result.map(|_| ())
    }

    fn put_out(&mut self, output: &mut Output<'_>) {
        self.taken += output.write(&self.buffer[self.taken..self.filtered]);
    }
}
