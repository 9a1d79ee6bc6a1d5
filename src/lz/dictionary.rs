//! The decoder's dictionary: the latest output, which matches refer to.
//!
//! While everything that a match may refer to lies in the output of the
//! current call, that output is the dictionary, and nothing is copied. An output
//! buffer that is kept goes on being the dictionary in the calls that follow.
//! Otherwise it is a ring: `MARGIN` bytes that mirror the ring's end (so that
//! a match source never has to be joined from two places), then the ring,
//! then `SLACK` bytes that copies may scribble on. Between the oldest byte
//! that a match may refer to and the write position there is always a gap of
//! another `MARGIN` bytes, so that a copy that writes more than it has to
//! destroys nothing.

#![forbid(unsafe_code)]

use crate::error::{Error, Result, Status};
use crate::io::{Input, Output};
use crate::memory::{AllocatorHandle, Buf, History, Layout};

/// The longest match is 273 bytes, and is copied in steps of 16. A multiple
/// of 16, because the low four bits of the position are part of the LZMA
/// decoder's context.
const MARGIN: usize = 288;
/// Index at which an empty dictionary begins to write. The ring itself begins at
/// `MARGIN`, and is that much longer than the dictionary, which makes the gap.
const START: usize = 2 * MARGIN;
/// Room behind the end for copies in large steps.
const SLACK: usize = 32;
/// Smaller dictionaries are made this large, in bytes, as liblzma does: data
/// that refers to more than it should is accepted.
const SIZE_MIN: usize = 4096;
/// At most this much is decoded into the ring before it is copied out, in
/// bytes: it is still in the processor's cache then.
const STEP: usize = 1 << 16;
/// Data that begins with less than this, in bytes, is decoded into the ring,
/// since matches are copied faster where it does not matter what is behind
/// them; to copy it out costs less than that.
const DIRECT_MIN: usize = 1 << 16;

/// The buffer that is the dictionary.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Backing {
    Ring,
    /// The current call's output, from this byte on, or that of the previous calls
    /// and this one, in a buffer that is kept.
    Output(usize),
}

/// The dictionary, and how much of it may be written now.
pub(crate) struct Dictionary {
    memory: AllocatorHandle,
    ring: Buf<u8>,
    backing: Backing,
    /// Index of the next byte in that buffer.
    pos: usize,
    /// Index of the first byte in the ring that is not delivered yet.
    delivered: usize,
    /// Output of the current call ends here.
    limit: usize,
    /// End of the ring.
    end: usize,
    wrapped: bool,
    reset_wanted: bool,
    /// True if the output of a call may be the dictionary.
    output_serves: bool,
}

impl Dictionary {
    /// Makes a dictionary without memory.
    pub(crate) fn new(memory: &AllocatorHandle) -> Dictionary {
        Dictionary {
            memory: memory.clone(),
            ring: Buf::EMPTY,
            backing: Backing::Ring,
            pos: START,
            delivered: START,
            limit: START,
            end: START,
            wrapped: false,
            reset_wanted: false,
            output_serves: false,
        }
    }

    /// An empty dictionary of `size` bytes, or one that has the end of
    /// `preset_dict` in it. `output_serves`: nobody changes the output before it
    /// is decoded to the end.
    pub(crate) fn start(
        &mut self,
        size: u32,
        preset_dict: &[u8],
        output_serves: bool,
    ) -> Result<()> {
        let size = (size as usize).max(SIZE_MIN);
        let size = size.checked_next_multiple_of(16).ok_or(Error::Mem)?;
        let capacity = size.checked_add(START + SLACK).ok_or(Error::Mem)?;
        self.ring.resize(capacity, |capacity| self.memory.buf_with_capacity(capacity))?;
        self.end = capacity - SLACK;
        self.output_serves = output_serves;
        self.reset();
        let preset_dict = &preset_dict[preset_dict.len().saturating_sub(size)..];
        if !preset_dict.is_empty() {
            self.fill_ring(START, preset_dict);
            self.limit = self.pos;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.backing = Backing::Ring;
        self.pos = START;
        self.limit = START;
        self.wrapped = false;
        self.reset_wanted = false;
        if let Some(byte) = self.ring.get_mut(START - 1) {
            *byte = 0; // the first literal's context
        }
    }

    /// Empties the dictionary once what was decoded so far is delivered.
    pub(crate) fn request_reset(&mut self) {
        self.reset_wanted = true;
    }

    /// Returns the number of bytes that may be written now.
    pub(crate) fn room(&self) -> usize {
        self.limit - self.pos
    }

    /// Position of the next byte, of which only the low four bits mean anything.
    pub(crate) fn pos(&self) -> usize {
        self.pos
    }

    /// Tells whether a byte may be written after the room has ended, to be
    /// taken back: a ring has slack, the application's output has none.
    pub(crate) fn has_slack(&self) -> bool {
        self.backing == Backing::Ring
    }

    fn is_empty(&self) -> bool {
        self.backing == Backing::Ring && self.pos == START && !self.wrapped
    }

    /// Size of the dictionary in bytes.
    fn size(&self) -> usize {
        self.end - START
    }

    /// The decoder loop's view, with at most `room` bytes to write.
    #[inline]
    pub(crate) fn history<'a>(
        &'a mut self,
        output: &'a mut Output<'_>,
        room: usize,
    ) -> History<'a> {
        let limit = self.limit.min(self.pos.saturating_add(room));
        let layout = Layout {
            start: START,
            pos: self.pos,
            limit,
            size: self.size(),
            wrap: self.wrapped.then_some(self.end - MARGIN),
            scribble_end: self.end + SLACK,
        };
        match self.backing {
            Backing::Ring => self.ring.history(layout),
            Backing::Output(base) => {
                let layout = Layout { start: 0, wrap: None, ..layout };
                output.history(base, layout)
            }
        }
    }

    /// Takes over the position from a history: what lies before it is written.
    pub(crate) fn advance_to(&mut self, pos: usize) {
        self.pos = pos.clamp(self.pos, self.limit);
    }

    /// At least `count` bytes follow, if the input is whole. If they are few, they
    /// are decoded into the ring. `output` is that of [`Dictionary::deliver`].
    pub(crate) fn announce(&mut self, count: usize, output: &Output<'_>) {
        let is_small = count < DIRECT_MIN && !output.is_kept();
        if matches!(self.backing, Backing::Output(_)) && self.pos == 0 && is_small {
            self.reset();
            self.begin_in_ring(output);
        }
    }

    /// Copies input as it is, `max` bytes at most; returns how many.
    pub(crate) fn copy_from(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        max: usize,
    ) -> usize {
        let bytes = input.take(max.min(self.room()));
        match self.backing {
            Backing::Ring => self.fill_ring(self.pos, bytes),
            Backing::Output(_) => self.pos += output.write(bytes),
        }
        bytes.len()
    }

    /// Repeats `len` bytes from distance `dist + 1` on, a valid one, if their source lies
    /// before them in the ring as a whole; if not, does nothing and returns false. For one
    /// match it takes less time than [`Dictionary::history`], which is for many.
    pub(crate) fn repeat(&mut self, dist: u32, len: usize) -> bool {
        let (pos, distance) = (self.pos, 1 + dist as usize);
        if len > distance || distance > pos || self.backing != Backing::Ring {
            return false;
        }
        self.pos = pos + len;
        let from = pos - distance;
        let ring = self.ring.grow_zeroed(self.pos);
        match (ring.get(from).copied(), ring.get_mut(pos..)) {
            (Some(byte), Some([place])) => *place = byte, // as in most calls
            _ => ring.copy_within(from..from + len, pos),
        }
        true
    }

    /// Writes `bytes` to the ring, which has room for them from `from` on.
    fn fill_ring(&mut self, from: usize, bytes: &[u8]) {
        let to = from + bytes.len();
        let ready = self.ring.len();
        if from < ready {
            self.ring.grow_zeroed(to)[from..].copy_from_slice(bytes);
        } else {
            self.ring.append(from, to, |ring| ring.write(bytes));
        }
        self.pos = to;
    }

    /// Goes on at the ring's beginning. Apart, so that calls for which there is no need of
    /// that save no registers for it.
    #[cold]
    #[inline(never)]
    fn wrap(&mut self) {
        self.ring.grow_zeroed(self.end).copy_within(self.end - MARGIN.., 0);
        self.pos = MARGIN;
        self.wrapped = true;
    }

    /// Moves the dictionary from the output of a call that ends to the ring.
    #[inline(always)]
    fn leave_output(&mut self, output: &Output<'_>) {
        if let Backing::Output(base) = self.backing {
            self.move_to_ring(base, output);
        }
    }

    /// The dictionary is the output from byte `base` on.
    #[inline(never)]
    fn move_to_ring(&mut self, base: usize, output: &Output<'_>) {
        if self.pos == 0 {
            return self.reset(); // without data, the ring need not be touched
        }
        let written = output.written(base);
        let size = self.size();
        self.backing = Backing::Ring;
        if written.len() <= size {
            self.fill_ring(START, written);
        } else {
            // The position keeps its low four bits, and all of the latest
            // `size` bytes lie before it.
            let pos = self.end - written.len().wrapping_neg() % 16;
            self.wrapped = true;
            self.fill_ring(pos - size, &written[written.len() - size..]);
        }
        self.limit = self.pos;
    }

    /// Chooses where to write next, and how much.
    fn begin(&mut self, output: &Output<'_>) {
        if self.is_empty() && self.output_serves && !output.is_full() {
            self.backing = Backing::Output(output.len());
            self.pos = 0;
        }
        match self.backing {
            Backing::Output(_) => self.limit = self.pos + output.room(),
            Backing::Ring => self.begin_in_ring(output),
        }
    }

    fn begin_in_ring(&mut self, output: &Output<'_>) {
        if self.pos == self.end {
            self.wrap();
        }
        self.delivered = self.pos;
        self.limit = self.pos + output.room().min(self.end - self.pos).min(STEP);
    }

    /// Runs `decode`, which writes to the dictionary, as long as there is
    /// room in `output` and it fills what it may; delivers what it writes.
    #[inline]
    pub(crate) fn deliver(
        &mut self,
        output: &mut Output<'_>,
        mut decode: impl FnMut(&mut Dictionary, &mut Output<'_>) -> Result<Status>,
    ) -> Result<Status> {
        loop {
            self.begin(output);
            let result = decode(self, output);
            let backing = self.backing;
            if backing == Backing::Ring && self.pos != self.delivered {
                match self.ring[self.delivered..self.pos] {
                    [byte] => usize::from(output.push(byte)),
                    ref bytes => output.write(bytes),
                };
            }
            let filled = self.pos == self.limit;
            if result != Ok(Status::Ok) {
                return result;
            }
            if self.reset_wanted {
                self.reset();
                if output.is_full() {
                    return result;
                }
            } else if !filled || (output.is_full() && backing == Backing::Ring) {
                if !output.is_kept() {
                    self.leave_output(output);
                }
                return result;
            } else if output.is_full() && output.has_room_for_next_call() {
                return result;
            } else if output.is_full() {
                // A symbol is decoded even if there is no room for it.
                self.leave_output(output);
            }
        }
    }
}
