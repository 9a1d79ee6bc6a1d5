//! The caller's output buffer.

use super::{History, Layout};
use crate::fault;
use core::mem::MaybeUninit;
use core::slice;

/// The output buffer of a coder, which is filled from the front and need not be
/// initialised.
pub(crate) struct Output<'a> {
    pub(super) bytes: &'a mut [MaybeUninit<u8>],
    /// The first `len` bytes are written, so initialised.
    pub(super) len: usize,
}

impl<'a> Output<'a> {
    /// All of `bytes` is room.
    pub(crate) fn uninit(bytes: &'a mut [MaybeUninit<u8>]) -> Output<'a> {
        Output { bytes, len: 0 }
    }

    /// All of `bytes` is room.
    pub(crate) fn new(bytes: &'a mut [u8]) -> Output<'a> {
        Output::resume(bytes, 0)
    }

    /// The first `len` of `bytes` are written already.
    pub(crate) fn resume(bytes: &'a mut [u8], len: usize) -> Output<'a> {
        assert!(len <= bytes.len());
        let start = bytes.as_mut_ptr().cast();
        // SAFETY: same memory, same length, borrowed for as long; an `Output`
        // never makes a byte uninitialised.
        let bytes = unsafe { slice::from_raw_parts_mut(start, bytes.len()) };
        Output { bytes, len }
    }

    /// Returns the number of bytes that are written.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of more bytes that fit.
    pub(crate) fn room(&self) -> usize {
        self.bytes.len() - self.len
    }

    /// Tells whether nothing more fits.
    pub(crate) fn is_full(&self) -> bool {
        self.room() == 0
    }

    /// Appends as much of `bytes` as fits; returns how much that is.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> usize {
        fault::point();
        let count = bytes.len().min(self.room());
        self.bytes[self.len..][..count].write_copy_of_slice(&bytes[..count]);
        self.len += count;
        count
    }

    /// The output from byte `base` on, which is written, as a history of what
    /// is decoded into it.
    pub(crate) fn history(&mut self, base: usize, layout: Layout) -> History<'_> {
        let init = self.len - base;
        // SAFETY: the first `len` bytes are initialised.
        unsafe { History::new(&mut self.bytes[base..], init, layout, (&mut self.len, base)) }
    }

    /// Returns the bytes that are written, from byte `from` on.
    pub(crate) fn written(&self, from: usize) -> &[u8] {
        let part = &self.bytes[from..self.len];
        // SAFETY: the first `len` bytes are initialised.
        unsafe { slice::from_raw_parts(part.as_ptr().cast(), part.len()) }
    }

    /// Returns the bytes that are written, from byte `from` on, to be changed.
    pub(crate) fn written_mut(&mut self, from: usize) -> &mut [u8] {
        let part = &mut self.bytes[from..self.len];
        // SAFETY: the first `len` bytes are initialised.
        unsafe { slice::from_raw_parts_mut(part.as_mut_ptr().cast(), part.len()) }
    }

    /// Takes back what was written after the first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Runs `coder` on this output with at most `room` bytes of room.
    pub(crate) fn limited<R>(
        &mut self,
        room: usize,
        coder: impl FnOnce(&mut Output<'_>) -> R,
    ) -> R {
        let end = self.len + room.min(self.room());
        let mut part = Output { bytes: &mut self.bytes[..end], len: self.len };
        let start = part.bytes.as_ptr();
        let result = coder(&mut part);
        // A coder could have put another output in the place of this part,
        // whose count says nothing about ours.
        if part.bytes.as_ptr() == start && part.len <= end {
            self.len = part.len;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_output_in_the_place_of_a_part_counts_for_nothing() {
        let mut bytes = [MaybeUninit::uninit(); 4];
        let mut output = Output::uninit(&mut bytes);
        output.write(&[1]);
        output.limited(2, |part| *part = Output::resume(vec![0; 8].leak(), 8));
        assert_eq!(output.len(), 1);
        assert_eq!(output.limited(2, |part| part.write(&[2, 3, 4])), 2);
        assert_eq!(output.written_mut(0), [1, 2, 3]);
    }
}
