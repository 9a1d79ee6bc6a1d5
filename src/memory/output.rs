//! The caller's output buffer.

use super::{History, Layout};
use crate::fault;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};
use core::slice;

/// The output buffer of a coder, which is filled from the front and need not be
/// initialised.
///
/// Of a buffer that is kept, what the coder has written stays before what it
/// writes in its next call; others may read it all the while.
pub(crate) struct Output<'a> {
    start: NonNull<MaybeUninit<u8>>,
    /// Bytes before this index are not changed any more.
    begin: usize,
    /// The first `len` bytes are written, so initialised; at least `begin`.
    len: usize,
    /// Index at which the room ends, at least `len`.
    end: usize,
    /// Size of the buffer in bytes, at least `end`.
    capacity: usize,
    is_kept: bool,
    buffer: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

impl<'a> Output<'a> {
    /// All of `bytes` is room.
    pub(crate) fn uninit(bytes: &'a mut [MaybeUninit<u8>]) -> Output<'a> {
        let start = NonNull::from(&mut *bytes).cast();
        let end = bytes.len();
        let buffer = PhantomData;
        Output { start, begin: 0, len: 0, end, capacity: end, is_kept: false, buffer }
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
        Output { len, ..Output::uninit(bytes) }
    }

    /// A buffer of `capacity` bytes that is kept, of which `len` are written; at
    /// most `room` more are to be written now.
    ///
    /// # Safety
    /// As many bytes lie at `start`, and stay there for the lifetime. The first
    /// `len` are initialised, and nobody writes to them; nobody else touches the
    /// rest.
    pub(super) unsafe fn of_kept(
        start: NonNull<MaybeUninit<u8>>,
        len: usize,
        room: usize,
        capacity: usize,
    ) -> Output<'a> {
        assert!(len <= capacity);
        let end = len + room.min(capacity - len);
        Output { start, begin: len, len, end, capacity, is_kept: true, buffer: PhantomData }
    }

    /// Returns the number of bytes that are written, counted from the buffer's
    /// beginning.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of more bytes that fit.
    pub(crate) fn room(&self) -> usize {
        self.end - self.len
    }

    /// Tells whether nothing more fits.
    pub(crate) fn is_full(&self) -> bool {
        self.room() == 0
    }

    /// Tells whether the coder's next call writes to the same buffer, behind
    /// what was written so far, which stays.
    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Tells whether the buffer has room for more than this call may write.
    pub(crate) fn has_room_for_next_call(&self) -> bool {
        self.is_kept && self.end < self.capacity
    }

    /// Returns the number of bytes that are written, if this output is the one for
    /// `buffer`. A coder could have put another in its place.
    pub(super) fn written_to(&self, buffer: *const MaybeUninit<u8>) -> Option<usize> {
        ptr::eq(self.start.as_ptr(), buffer).then_some(self.len)
    }

    /// Appends a byte; false if there is no room.
    #[inline(always)]
    pub(crate) fn push(&mut self, byte: u8) -> bool {
        fault::point();
        if self.len >= self.end {
            return false;
        }
        // SAFETY: the room lies within the buffer, and is ours alone.
        unsafe { self.start.add(self.len).write(MaybeUninit::new(byte)) };
        self.len += 1;
        true
    }

    /// Appends as much of `bytes` as fits; returns how much that is.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> usize {
        fault::point();
        let count = bytes.len().min(self.room());
        // SAFETY: the room lies within the buffer, and is ours alone.
        unsafe {
            let to = self.start.add(self.len).cast().as_ptr();
            ptr::copy_nonoverlapping(bytes.as_ptr(), to, count);
        }
        self.len += count;
        count
    }

    /// The output from byte `base` on, which is written, as a history of what
    /// is decoded into it.
    pub(crate) fn history(&mut self, base: usize, layout: Layout) -> History<'_> {
        assert!(base <= self.len && base + layout.pos >= self.begin);
        let init = self.len - base;
        // What lies behind the end of a kept buffer's output is nobody's yet.
        let scribble_end = if self.is_kept { self.capacity - base } else { 0 };
        let layout = Layout { scribble_end, ..layout };
        // SAFETY: the first `len` bytes are initialised. Those from the layout's
        // position on, which is not before `begin`, are ours alone.
        unsafe {
            let bytes = (self.start.add(base), self.capacity - base);
            History::new(bytes, init, layout, (&mut self.len, base))
        }
    }

    /// Returns the bytes that are written, from byte `from` on.
    pub(crate) fn written(&self, from: usize) -> &[u8] {
        assert!(from <= self.len);
        // SAFETY: the first `len` bytes are initialised.
        unsafe { slice::from_raw_parts(self.start.add(from).cast().as_ptr(), self.len - from) }
    }

    /// Returns the bytes that this call has written, from byte `from` on, to be
    /// changed.
    pub(crate) fn written_mut(&mut self, from: usize) -> &mut [u8] {
        assert!(self.begin <= from && from <= self.len);
        // SAFETY: the first `len` bytes are initialised; those from `begin` on are
        // ours alone.
        unsafe { slice::from_raw_parts_mut(self.start.add(from).cast().as_ptr(), self.len - from) }
    }

    /// Takes back what this call has written after the first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len).max(self.begin);
    }

    /// Runs `coder` on this output with at most `room` bytes of room.
    pub(crate) fn limited<R>(
        &mut self,
        room: usize,
        coder: impl FnOnce(&mut Output<'_>) -> R,
    ) -> R {
        let end = self.len + room.min(self.room());
        let mut part = Output { end, buffer: PhantomData, ..*self };
        let result = coder(&mut part);
        // A coder could have put another output in the place of this part,
        // whose count says nothing about ours.
        let written = part.written_to(self.start.as_ptr());
        if let Some(len) = written.filter(|len| *len <= end) {
            self.len = len;
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
