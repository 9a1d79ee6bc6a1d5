//! Options of the threaded decoder.

#![forbid(unsafe_code)]

use crate::container::decoder_flags::DecoderFlags;
use crate::error::{Error, Result};
use crate::settings::THREADS_MAX;

/// Options of the threaded decoder.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    /// Threads at most.
    pub(crate) threads: u32,
    /// Milliseconds that a call may wait; 0 is as long as it takes.
    pub(crate) timeout: u32,
    /// Flags of decoders.
    pub(crate) flags: u32,
    /// Bytes that must not be exceeded for the sake of more threads.
    pub(crate) limit_threading: u64,
    /// Bytes that must not be exceeded.
    pub(crate) limit_stop: u64,
}

impl Options {
    /// [`Error::Options`] if something is invalid.
    pub(super) fn check(&self) -> Result<DecoderFlags> {
        if self.threads == 0 || self.threads > THREADS_MAX {
            return Err(Error::Options);
        }
        DecoderFlags::new(self.flags)
    }

    /// Limits of 0 mean 1, and one is never above the other.
    pub(super) fn normalised(mut self) -> Options {
        self.limit_stop = self.limit_stop.max(1);
        self.limit_threading = self.limit_threading.max(1).min(self.limit_stop);
        self
    }
}
