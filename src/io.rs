//! Input, output, and what to do with them.

#![forbid(unsafe_code)]

use crate::error::{Result, Status};
use crate::fault;
pub(crate) use crate::memory::Output;

/// The action that the caller asks of a coder (`lzma_action`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Go on; the coder decides how much to keep inside.
    Run,
    /// Make all input so far available at the output.
    SyncFlush,
    /// Encode all input so that it can be decoded, and end the Block.
    FullFlush,
    /// There is no more input.
    Finish,
    /// End the Block, but do not wait until it is written out.
    FullBarrier,
}

/// Input, and how much of it is taken.
#[derive(Clone, Debug)]
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    taken: usize,
}

impl<'a> Input<'a> {
    /// Makes an input of which nothing is taken yet.
    pub(crate) fn new(bytes: &'a [u8]) -> Input<'a> {
        Input { bytes, taken: 0 }
    }

    /// Returns the number of bytes that have been taken.
    pub(crate) fn taken(&self) -> usize {
        self.taken
    }

    /// Returns what was taken since `start` bytes were.
    #[inline]
    pub(crate) fn taken_since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.taken]
    }

    /// Returns the bytes that are left.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.taken..]
    }

    /// Returns the number of bytes that are left.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.taken
    }

    /// Tells whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes `max` bytes, or all that are left.
    pub(crate) fn take(&mut self, max: usize) -> &'a [u8] {
        fault::point();
        let bytes = &self.rest()[..max.min(self.len())];
        self.taken += bytes.len();
        bytes
    }

    /// The next byte, without taking it.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.taken).copied()
    }

    /// Takes a byte.
    pub(crate) fn next(&mut self) -> Option<u8> {
        fault::point();
        let byte = self.peek()?;
        self.taken += 1;
        Some(byte)
    }

    /// Takes `count` bytes, or all that are left, which [`Input::rest`] has shown.
    #[inline]
    pub(crate) fn advance(&mut self, count: usize) {
        fault::point();
        self.taken += count.min(self.len());
    }

    /// Goes to where `taken` bytes are taken, which may be back; at most to
    /// the end.
    pub(crate) fn go_to(&mut self, taken: usize) {
        self.taken = taken.min(self.bytes.len());
    }

    /// Runs `coder` on this input as if there were at most `max` bytes left.
    #[inline(always)] // each call of an LZMA2 decoder comes here
    pub(crate) fn limited<R>(&mut self, max: usize, coder: impl FnOnce(&mut Input<'a>) -> R) -> R {
        let end = self.taken + max.min(self.len());
        let mut part = Input { bytes: &self.bytes[..end], taken: self.taken };
        let result = coder(&mut part);
        self.taken = part.taken;
        result
    }

    /// Moves as much input to `output` as there is and fits; returns how
    /// much that is.
    pub(crate) fn copy_to(&mut self, output: &mut Output<'_>) -> usize {
        let count = output.write(self.rest());
        self.taken += count;
        count
    }
}

/// The input side of a filter: the next filter of its chain or, at the end of
/// the chain, the application's input as it is.
pub(crate) trait Source {
    /// Appends data to `output`; [`Status::StreamEnd`] once there is no more.
    fn read(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status>;
}

/// The end of a chain: the input as it is.
pub(crate) struct Direct;

impl Source for Direct {
    /// [`Status::StreamEnd`] if all of `input` is taken and no more will come
    /// for now.
    fn read(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        input.copy_to(output);
        let ends = action != Action::Run && input.is_empty();
        Ok(if ends { Status::StreamEnd } else { Status::Ok })
    }
}
