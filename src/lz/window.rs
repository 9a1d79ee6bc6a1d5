//! The encoder's window: the dictionary, and the bytes that are still to be
//! encoded.
//!
//! ```text
//! 0        read - keep_before      read            limit            end       size
//! |--------|-----------------------|---------------|----------------|---------|
//!  may be   dictionary              the parser may  keep_after bytes  room for
//!  dropped                          begin symbols   that it may need  input
//! ```
//!
//! These are indices, which change when the window is moved. A *position*
//! (`base` plus the index) stays the same until positions are rebased because
//! 32 bits do not suffice any more.

#![forbid(unsafe_code)]

use super::match_finder::{COMPARE_EXTRA, Params};
use crate::error::{Result, Status};
use crate::io::{Action, Input, Source};
use crate::memory::{AllocatorHandle, Buf};

/// A sliding window over the input, as both the parser and the searches see it.
pub(super) struct EncodeWindow {
    /// Of the window, and of the searches in it.
    pub(super) params: Params,
    bytes: Buf<u8>,
    /// Index of the next byte to run through the match finder.
    pub(super) read: usize,
    /// Index from which on the parser may not begin a symbol.
    limit: usize,
    /// Index after the last byte.
    pub(super) end: usize,
    /// Position of the byte at index 0.
    pub(super) base: u32,
    /// The application's action once all input is in the window; [`Action::Run`]
    /// until then.
    pub(super) action: Action,
}

impl EncodeWindow {
    /// An empty window without capacity.
    pub(super) const EMPTY: EncodeWindow = EncodeWindow {
        params: Params::ZERO,
        bytes: Buf::EMPTY,
        read: 0,
        limit: 0,
        end: 0,
        base: 0,
        action: Action::Run,
    };

    /// Starts with the preset dictionary as what was encoded before.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        params: Params,
        preset_dict: &[u8],
    ) -> Result<()> {
        self.params = params;
        let size = params.window_size as usize;
        let capacity = size + COMPARE_EXTRA;
        self.bytes.resize(capacity, |capacity| memory.buf_with_capacity(capacity))?;
        // The preset dictionary may be larger than the dictionary: liblzma lets
        // it fill the window, and how much input fits then depends on that.
        let preset_dict = &preset_dict[preset_dict.len().saturating_sub(size)..];
        let (_, end) = self.bytes.append(0, size, |output| output.write(preset_dict));
        self.bytes.grow_table(end + COMPARE_EXTRA);
        self.read = end;
        self.limit = 0;
        self.end = end;
        // In head tables and links, 0 must be out of reach from everywhere.
        self.base = params.cyclic_size.max(params.tuning.position_min);
        self.action = Action::Run;
        Ok(())
    }

    /// The bytes that have run through the match finder.
    pub(super) fn dictionary(&self) -> &[u8] {
        &self.bytes[..self.read]
    }

    /// Makes room for input if little of it is left, by dropping bytes that
    /// are out of reach. If positions were rebased, returns the number by
    /// which they are smaller now.
    #[must_use]
    pub(super) fn move_window(&mut self) -> Option<u32> {
        let params = &self.params;
        if self.read < (params.window_size - params.keep_after) as usize {
            return None;
        }
        // A multiple of 16, as in liblzma, which copies faster so.
        let dropped = self.read.saturating_sub(params.keep_before as usize) & !15;
        self.bytes.copy_within(dropped..self.end, 0);
        self.read -= dropped;
        self.end -= dropped;
        self.limit = self.limit.saturating_sub(dropped);
        // `dropped` is less than the window's size, so this does not overflow.
        self.base += dropped as u32;
        if self.base < params.tuning.position_max.saturating_sub(params.window_size) {
            return None;
        }
        // By a multiple of the length of all rings that are indexed by
        // position, so that everything stays at its place there.
        let less = (self.base - params.cyclic_size) & !0xFFFF;
        self.base -= less;
        Some(less)
    }

    /// Reads as much input from `source` as there is and as fits. The limit
    /// leaves the bytes that the parser may look at beyond it, unless no more
    /// will come for now.
    pub(super) fn read_from(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        action: Action,
    ) -> Result<()> {
        let params = &self.params;
        let size = params.window_size as usize;
        let (status, end) =
            self.bytes.append(self.end, size, |output| source.read(input, output, action));
        self.bytes.grow_table(end + COMPARE_EXTRA);
        self.end = end;
        if status? == Status::StreamEnd {
            self.action = action;
            self.limit = end;
        } else if end > params.keep_after as usize {
            self.limit = end - params.keep_after as usize;
        }
        Ok(())
    }

    /// The bytes, and [`COMPARE_EXTRA`] more of any value.
    #[inline(always)]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Tells whether the parser may not begin another symbol.
    #[inline(always)]
    pub(super) fn at_limit(&self) -> bool {
        self.read >= self.limit
    }

    /// Number of bytes that have not run through the match finder.
    #[inline(always)]
    pub(super) fn available(&self) -> usize {
        self.end - self.read
    }

    /// Position of the next byte to run through the match finder.
    #[inline(always)]
    pub(super) fn position(&self) -> u32 {
        self.base + self.read as u32
    }

    /// Position after the last byte.
    #[inline(always)]
    pub(super) fn end_position(&self) -> u32 {
        self.base + self.end as u32
    }

    /// Index of the byte at `position`.
    #[inline(always)]
    pub(super) fn index_of(&self, position: u32) -> usize {
        (position - self.base) as usize
    }

    /// Tells whether no more bytes will come.
    #[inline(always)]
    pub(super) fn is_complete(&self) -> bool {
        !matches!(self.action, Action::Run | Action::SyncFlush)
    }
}
