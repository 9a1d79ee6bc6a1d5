//! Reads a file from its end: knows the place in it, goes back in the input
//! that there is, and keeps a piece of it.

#![forbid(unsafe_code)]

use super::stream_flags::SIZE;
use crate::error::{Error, Result};
use crate::io::Input;
use crate::memory::{AllocatorHandle, Buf};
use core::mem;

/// Bytes of the file that are kept. Small Streams fit as a whole, with what
/// comes before them.
const CAPACITY: usize = 8192;

/// The outcome of a seek.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing: the input is where it should be.
    There,
    /// The application must seek to [`ReverseReader::position`].
    Seek,
}

/// A place in a file, and a piece before it.
pub(super) struct ReverseReader {
    /// Place in the file of the next byte of the input.
    position: u64,
    /// Number of bytes of the input that were taken when this call began.
    start: usize,
    kept: Buf<u8>,
    /// Bytes of the piece that shall be kept.
    len: usize,
    /// Bytes of it that are there, or that were passed on.
    filled: usize,
}

impl ReverseReader {
    /// At the beginning of the file, to keep its first `len` bytes.
    pub(super) fn new(memory: &AllocatorHandle, len: usize) -> Result<ReverseReader> {
        let kept = memory.zeroed(CAPACITY)?;
        Ok(ReverseReader { position: 0, start: 0, kept, len: len.min(CAPACITY), filled: 0 })
    }

    /// Takes the buffer over, for the first `len` bytes of another file.
    pub(super) fn restart(&mut self, len: usize) -> ReverseReader {
        let kept = mem::replace(&mut self.kept, Buf::EMPTY);
        ReverseReader { position: 0, start: 0, kept, len: len.min(CAPACITY), filled: 0 }
    }

    /// A call begins with this input.
    pub(super) fn begin(&mut self, input: &Input<'_>) {
        self.start = input.taken();
    }

    /// Place in the file of the next byte of the input.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Bytes of the piece.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Tells whether there is no piece.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes input until the piece is complete. Returns whether it is.
    pub(super) fn fill(&mut self, input: &mut Input<'_>) -> bool {
        let bytes = input.take(self.len.saturating_sub(self.filled));
        if let Some(place) = self.kept.get_mut(self.filled..self.filled + bytes.len()) {
            place.copy_from_slice(bytes);
        }
        self.filled += bytes.len();
        self.position = self.position.saturating_add(bytes.len() as u64);
        self.filled >= self.len
    }

    /// Goes to `target` in the file, in the input if it has that place.
    /// Otherwise all input is taken, and the next must come from there.
    pub(super) fn seek(&mut self, target: u64, input: &mut Input<'_>) -> Outcome {
        let first = self.position.saturating_sub((input.taken() - self.start) as u64);
        let last = self.position.saturating_add(input.len() as u64);
        self.position = target;
        if !(first..=last).contains(&target) {
            input.take(usize::MAX);
            return Outcome::Seek;
        }
        // At most the length of the input.
        input.go_to(self.start + (target - first) as usize);
        Outcome::There
    }

    /// Prepares to keep what ends at `end`: `max` bytes, or as much as can be
    /// kept.
    pub(super) fn read_until(&mut self, end: u64, max: u64, input: &mut Input<'_>) -> Outcome {
        self.filled = 0;
        self.len = usize::try_from(max).unwrap_or(CAPACITY).min(CAPACITY);
        self.seek(end.saturating_sub(self.len as u64), input)
    }

    /// Keeps nothing.
    pub(super) fn forget(&mut self) {
        self.len = 0;
        self.filled = 0;
    }

    /// The last bytes of the piece.
    pub(super) fn last_chunk(&self) -> Result<[u8; SIZE]> {
        let piece = self.kept.get(..self.len).unwrap_or_default();
        piece.last_chunk().copied().ok_or(Error::Data)
    }

    /// Cuts `count` bytes off the end of the piece.
    pub(super) fn shorten(&mut self, count: usize) {
        self.len = self.len.saturating_sub(count);
        self.filled = self.len;
    }

    /// Cuts zeros off the end of the piece, and counts them.
    pub(super) fn drop_zeros(&mut self) -> usize {
        let piece = self.kept.get(..self.len).unwrap_or_default();
        let zeros = piece.iter().rev().take_while(|&&byte| byte == 0).count();
        self.shorten(zeros);
        zeros
    }

    /// Prepares to pass on the last `count` bytes of the piece, if it has as
    /// many.
    pub(super) fn go_back(&mut self, count: u64) -> bool {
        match usize::try_from(count).ok().and_then(|count| self.len.checked_sub(count)) {
            None => false,
            Some(filled) => {
                self.filled = filled;
                true
            }
        }
    }

    /// Passes on at most `max` bytes: of the piece if there is one, otherwise
    /// of the input. Also returns how many of them were taken.
    pub(super) fn pass<R>(
        &mut self,
        max: usize,
        input: &mut Input<'_>,
        coder: impl FnOnce(&mut Input<'_>) -> R,
    ) -> (R, usize) {
        if self.len != 0 {
            let bytes = self.kept.get(self.filled..self.len).unwrap_or_default();
            let mut piece = Input::new(bytes);
            let result = coder(&mut piece);
            self.filled += piece.taken();
            return (result, piece.taken());
        }
        let before = input.taken();
        let result = input.limited(max, coder);
        let taken = input.taken().saturating_sub(before);
        self.position = self.position.saturating_add(taken as u64);
        (result, taken)
    }

    /// Cuts `more + count` bytes off the end of the piece, but keeps the first `kept`
    /// of the `more`. False if there are not as many.
    pub(super) fn shorten_before(&mut self, count: u64, more: u64, kept: u64) -> bool {
        let left = (self.len as u64).checked_sub(count).and_then(|left| left.checked_sub(more));
        match left {
            // With nothing kept, there is nothing to cut.
            Some(left) if self.len != 0 => {
                self.len = (left + kept) as usize;
                self.filled = self.len;
                true
            }
            _ => false,
        }
    }
}
