//! The encoder's window: what has passed, as far as matches may reach, and
//! what is still to be encoded.

#![forbid(unsafe_code)]

use super::match_finder::COMPARE_EXTRA;
use super::options::Sizes;
use crate::error::{Result, Status};
use crate::io::{Action, Input, Source};
use crate::memory::{Buf, Memory};

/// A sliding window over the input. Indices into it change when it is moved;
/// a *position* (`base` plus the index) stays the same until positions are
/// counted anew because 32 bits do not suffice any more.
pub(super) struct EncodeWindow {
    bytes: Buf<u8>,
    sizes: Sizes,
    /// Index of the next byte to run through the match finder.
    pub(super) read: usize,
    /// While `read` is below this index, the parser may run.
    pub(super) limit: usize,
    /// Index of the first byte that is not there yet.
    pub(super) end: usize,
    /// Position of the byte at index 0.
    pub(super) base: u32,
    /// Positions, which are less than 2^32, stay below that by this much.
    pub(super) spare: u32,
    /// What the application wants once all input is in the window;
    /// [`Action::Run`] until then.
    pub(super) action: Action,
}

/// What a match finder sees of the window.
#[derive(Clone, Copy)]
pub(super) struct WindowView<'a> {
    /// The bytes; [`COMPARE_EXTRA`] more than there are.
    pub(super) bytes: &'a [u8],
    /// Position of the first of them.
    pub(super) base: u32,
    /// Position of the first byte that is not there yet.
    pub(super) end: u32,
    /// No more bytes will come.
    pub(super) last: bool,
}

/// What moving the window did to positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Moved {
    /// They are as they were.
    Same,
    /// They are smaller by this much.
    Less(u32),
}

impl EncodeWindow {
    /// An empty window without capacity.
    pub(super) const EMPTY: EncodeWindow = EncodeWindow {
        bytes: Buf::EMPTY,
        sizes: Sizes { window: 0, before: 0, after: 0, hash_mask: 0, cyclic: 0, depth: 0 },
        read: 0,
        limit: 0,
        end: 0,
        base: 0,
        spare: 0,
        action: Action::Run,
    };

    /// Starts with `preset` as what has passed.
    pub(super) fn start(&mut self, memory: &Memory, sizes: &Sizes, preset: &[u8]) -> Result<()> {
        let size = sizes.window as usize;
        let capacity = size + COMPARE_EXTRA;
        self.bytes.resize(capacity, |capacity| memory.buf_as_needed(capacity))?;
        self.sizes = *sizes;
        // Not only as much of it as the dictionary holds: liblzma lets it
        // fill the window, and how much input fits then depends on that.
        let preset = &preset[preset.len().saturating_sub(size)..];
        let (_, end) = self.bytes.append(0, size, |output| output.write(preset));
        self.bytes.ready(end + COMPARE_EXTRA);
        self.read = end;
        self.limit = 0;
        self.end = end;
        // 0 in a table of positions is out of reach from everywhere.
        self.base = sizes.cyclic;
        self.action = Action::Run;
        Ok(())
    }

    /// Makes room behind the data if little of it is left, by dropping what
    /// is out of reach.
    pub(super) fn make_room(&mut self) -> Moved {
        let (size, after) = (self.sizes.window as usize, self.sizes.after as usize);
        if self.read < size - after {
            return Moved::Same;
        }
        // A multiple of 16, as in liblzma, where the copying is faster so.
        let by = self.read.saturating_sub(self.sizes.before as usize) & !15;
        self.bytes.copy_within(by..self.end, 0);
        self.read -= by;
        self.end -= by;
        self.limit = self.limit.saturating_sub(by);
        // `by` is less than the window's size, and positions end below 2^32.
        self.base += by as u32;
        if self.base < (u32::MAX - self.spare).saturating_sub(self.sizes.window) {
            return Moved::Same;
        }
        // Count from the start again. In rings that are indexed by position,
        // everything stays where it is.
        let less = (self.base - self.sizes.cyclic) & !0xFFFF;
        self.base -= less;
        Moved::Less(less)
    }

    /// Reads from `source` what there is and fits. Leaves the bytes that the
    /// parser may need to look ahead beyond the limit, unless no more will
    /// come for now.
    pub(super) fn read_from<S: Source>(
        &mut self,
        source: &mut S,
        input: &mut Input<'_>,
        action: Action,
    ) -> Result<()> {
        let size = self.sizes.window as usize;
        let (status, end) =
            self.bytes.append(self.end, size, |output| source.read(input, output, action));
        self.bytes.ready(end + COMPARE_EXTRA);
        self.end = end;
        if status? == Status::StreamEnd {
            self.action = action;
            self.limit = end;
        } else if end > self.sizes.after as usize {
            self.limit = end - self.sizes.after as usize;
        }
        Ok(())
    }

    /// The bytes that are there and [`COMPARE_EXTRA`] more.
    #[inline(always)]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes have not run through the match finder.
    #[inline(always)]
    pub(super) fn available(&self) -> usize {
        self.end - self.read
    }

    /// What a match finder sees.
    #[inline(always)]
    pub(super) fn text(&self) -> WindowView<'_> {
        WindowView {
            bytes: &self.bytes,
            base: self.base,
            end: self.base + self.end as u32,
            last: !matches!(self.action, Action::Run | Action::SyncFlush),
        }
    }
}
