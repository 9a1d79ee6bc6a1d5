//! The decoder's dictionary: a ring of the latest output.
//!
//! Layout: `MARGIN` bytes that mirror the end of the ring (so that a match
//! source never has to be joined from two places), then the ring, then
//! `SLACK` bytes that copies may scribble on. Between the oldest byte that a
//! match may refer to and the write position there is always a gap of
//! another `MARGIN` bytes, so that a copy that writes more than it has to
//! destroys nothing.

#![forbid(unsafe_code)]

use crate::error::{Error, Result, Status};
use crate::io::{Input, Output};
use crate::memory::{Buf, Memory};

/// The longest match is 273 bytes; a multiple of 16, because the low four
/// bits of the position are part of the LZMA decoder's context.
const MARGIN: usize = 288;
/// Where the first byte is written.
const START: usize = 2 * MARGIN;
/// Room behind the end for copies in large steps.
const SLACK: usize = 32;
/// Smaller dictionaries are made this large, in bytes, as liblzma does: data
/// that refers to more than it should is accepted.
const SIZE_MIN: usize = 4096;
/// At most this much of the ring is made ready at a time, in bytes: memory
/// is not touched before there is data for it.
const STEP: usize = 1 << 16;

/// The dictionary, and how much of it may be written now.
pub(crate) struct Dictionary {
    bytes: Buf<u8>,
    /// Where the next byte goes.
    pos: usize,
    /// Output of the current call ends here.
    limit: usize,
    /// End of the ring.
    end: usize,
    wrapped: bool,
    reset_wanted: bool,
}

/// What the LZMA decoder's loop works on.
pub(crate) struct Window<'a> {
    /// The ring with its margin, and at least [`SLACK`] bytes after `limit`.
    pub(crate) bytes: &'a mut [u8],
    pub(crate) pos: usize,
    pub(crate) limit: usize,
    /// Size of the dictionary in bytes if the ring has wrapped, else 0: then
    /// the dictionary is what was written since the start.
    wrapped_size: usize,
    /// What to add to the position of a source that would lie before the
    /// buffer's beginning.
    wrap: usize,
}

impl Window<'_> {
    /// The same window, for a function that keeps it in registers: through a
    /// reference, every field would be loaded again for each use.
    #[inline(always)]
    pub(crate) fn reborrow(&mut self) -> Window<'_> {
        Window { bytes: self.bytes, ..*self }
    }

    /// Whether nothing was written before `pos`.
    #[inline(always)]
    pub(crate) fn is_empty(&self, pos: usize) -> bool {
        pos == START && self.wrapped_size == 0
    }

    /// Where the byte at distance `dist + 1` before `pos` is; `None` if the
    /// dictionary does not go as far back.
    #[inline(always)]
    pub(crate) fn source(&self, pos: usize, dist: u32) -> Option<usize> {
        let dist = dist as usize;
        // This is all of the dictionary as long as the ring has not wrapped,
        // and never more than all of it.
        if dist as u64 + (START as u64) < pos as u64 {
            return Some(pos - 1 - dist);
        }
        if dist >= self.wrapped_size {
            return None;
        }
        let wrap = if dist >= pos { self.wrap } else { 0 };
        Some(pos.wrapping_sub(1 + dist).wrapping_add(wrap))
    }
}

impl Dictionary {
    /// Without memory yet.
    pub(crate) fn new(memory: &Memory) -> Dictionary {
        Dictionary {
            bytes: Buf::empty(memory),
            pos: START,
            limit: START,
            end: START,
            wrapped: false,
            reset_wanted: false,
        }
    }

    /// An empty dictionary of `size` bytes, or one that has the end of
    /// `preset` in it.
    pub(crate) fn start(&mut self, size: u32, preset: &[u8]) -> Result<()> {
        let size = (size as usize).max(SIZE_MIN);
        let size = size.checked_next_multiple_of(16).ok_or(Error::Mem)?;
        let capacity = size.checked_add(START + SLACK).ok_or(Error::Mem)?;
        if self.bytes.capacity() != capacity {
            let memory = self.bytes.memory().clone();
            self.bytes = Buf::empty(&memory); // free the old one first
            self.bytes = memory.buf(capacity)?;
        }
        self.end = capacity - SLACK;
        self.reset();
        let preset = &preset[preset.len().saturating_sub(size)..];
        let pos = START + preset.len();
        self.bytes.ready(pos)[START..].copy_from_slice(preset);
        self.pos = pos;
        self.limit = pos;
        Ok(())
    }

    fn reset(&mut self) {
        self.pos = START;
        self.limit = START;
        self.wrapped = false;
        self.reset_wanted = false;
        if let Some(byte) = self.bytes.ready(START).last_mut() {
            *byte = 0; // the first literal's context
        }
    }

    /// Empties the dictionary once what was decoded so far is delivered.
    pub(crate) fn request_reset(&mut self) {
        self.reset_wanted = true;
    }

    /// How many bytes may be written now.
    pub(crate) fn room(&self) -> usize {
        self.limit - self.pos
    }

    /// Where the next byte goes; only the low four bits mean anything.
    pub(crate) fn pos(&self) -> usize {
        self.pos
    }

    /// The loop's view, with at most `room` bytes to write.
    #[inline]
    pub(crate) fn window(&mut self, room: usize) -> Window<'_> {
        let limit = self.limit.min(self.pos.saturating_add(room));
        let size = self.end - START;
        self.bytes.ready(self.limit + SLACK);
        Window {
            bytes: &mut self.bytes,
            pos: self.pos,
            limit,
            wrapped_size: if self.wrapped { size } else { 0 },
            wrap: self.end - MARGIN,
        }
    }

    /// Takes over the position from a window: what lies before it is written.
    pub(crate) fn advance_to(&mut self, pos: usize) {
        self.pos = pos.clamp(self.pos, self.limit);
    }

    /// Copies input as it is, `max` bytes at most; returns how many.
    pub(crate) fn copy_from(&mut self, input: &mut Input<'_>, max: usize) -> usize {
        let bytes = input.take(max.min(self.room()));
        let (from, to) = (self.pos, self.pos + bytes.len());
        self.bytes.ready(to)[from..].copy_from_slice(bytes);
        self.pos = to;
        bytes.len()
    }

    fn wrap(&mut self) {
        self.bytes.ready(self.end).copy_within(self.end - MARGIN.., 0);
        self.pos = MARGIN;
        self.wrapped = true;
    }

    /// Runs `decode`, which writes to the dictionary, as long as there is
    /// room in `output` and it fills what it may; delivers what it writes.
    #[inline]
    pub(crate) fn deliver(
        &mut self,
        output: &mut Output<'_>,
        mut decode: impl FnMut(&mut Dictionary) -> Result<Status>,
    ) -> Result<Status> {
        loop {
            if self.pos == self.end {
                self.wrap();
            }
            let start = self.pos;
            let room = output.room().min(self.end - self.pos);
            // Memory that was ready at once can be used at once.
            let step = if self.bytes.len() < self.end { STEP } else { usize::MAX };
            self.limit = self.pos + room.min(step);
            let result = decode(self);
            output.write(&self.bytes[start..self.pos]);
            let filled = self.pos == self.limit;
            if self.reset_wanted {
                self.reset();
            } else if !filled {
                return result;
            }
            if result != Ok(Status::Ok) || output.is_full() {
                return result;
            }
        }
    }
}
