//! Options of the threaded encoder, and the sizes that follow from them.

#![forbid(unsafe_code)]

use crate::check;
use crate::container::xz::block_buffer_encoder;
use crate::error::{Error, Result};
use crate::filter::{self, FilterSpec};
use crate::memory::BASE_USAGE;
use crate::memory::figures::{LOCK, by_target};
use crate::settings::THREADS_MAX;
use crate::threaded::OUTPUT_OVERHEAD;

/// Larger Blocks are refused, in bytes.
const BLOCK_SIZE_MAX: u64 = u64::MAX / THREADS_MAX as u64;
/// Memory in bytes that liblzma states for the encoder itself.
const CODER_SIZE: u64 = by_target(472, 392, 332) + LOCK;
/// Memory in bytes that liblzma states for each thread.
const WORKER_SIZE: u64 = by_target(448, 376, 340) + LOCK;

/// Options of the threaded encoder.
#[derive(Clone, Copy)]
pub(crate) struct Options<'a> {
    /// There are none yet, so zero.
    pub(crate) flags: u32,
    /// Threads at most.
    pub(crate) threads: u32,
    /// Bytes of uncompressed data in a Block; 0 is what suits the filters.
    pub(crate) block_size: u64,
    /// Milliseconds that a call may wait; 0 is as long as it takes.
    pub(crate) timeout: u32,
    /// The chain; `None` if there is no such preset.
    pub(crate) filters: Option<&'a [FilterSpec<'a>]>,
    /// ID of the integrity check.
    pub(crate) check: u32,
    /// True if the application has not asked for threads: none is started before
    /// there is more than a Block to encode, nor needed.
    pub(crate) implicit_threads: bool,
}

/// The sizes of a Block, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sizes {
    /// Most uncompressed data.
    pub(super) block: u64,
    /// Most that it can become.
    pub(super) output: u64,
}

impl<'a> Options<'a> {
    /// The chain and the sizes of Blocks. [`Error::Options`] if anything but
    /// the options of filters and the check is invalid, [`Error::Mem`] if
    /// Blocks would be too large.
    pub(super) fn sizes(&self) -> Result<(&'a [FilterSpec<'a>], Sizes)> {
        if self.flags != 0 || self.threads == 0 || self.threads > THREADS_MAX {
            return Err(Error::Options);
        }
        let filters = self.filters.ok_or(Error::Options)?;
        let block = match self.block_size {
            0 => filter::block_size(filters.iter().copied()).ok_or(Error::Options)?,
            size => size,
        };
        if block > BLOCK_SIZE_MAX {
            return Err(Error::Options);
        }
        let output = block_buffer_encoder::bound(block).ok_or(Error::Mem)?;
        Ok((filters, Sizes { block, output }))
    }

    /// The chain and the sizes of Blocks, with everything checked that can be
    /// checked beforehand.
    pub(super) fn check(&self) -> Result<(&'a [FilterSpec<'a>], Sizes)> {
        let (filters, sizes) = self.sizes()?;
        if usize::try_from(sizes.block.max(sizes.output)).is_err() {
            return Err(Error::Mem); // no buffer can be as large
        }
        filter::memory_usage::encoder(filters).ok_or(Error::Options)?;
        if self.check > check::ID_MAX {
            return Err(Error::Prog);
        }
        if !check::is_supported(self.check) {
            return Err(Error::UnsupportedCheck);
        }
        Ok((filters, sizes))
    }

    /// Memory usage in bytes; `None` if options are invalid, or if it is more
    /// than can be said.
    pub(crate) fn memory_usage(&self) -> Option<u64> {
        const OUTPUT_MAX: u64 = u64::MAX / (2 * THREADS_MAX as u64) / 2;
        let (filters, sizes) = self.sizes().ok()?;
        let threads = u64::from(self.threads);
        let filters = filter::memory_usage::encoder(filters)?.checked_mul(threads)?;
        if sizes.output > OUTPUT_MAX {
            return None;
        }
        (BASE_USAGE + CODER_SIZE + threads * WORKER_SIZE)
            .checked_add(threads * sizes.block)?
            .checked_add(filters)?
            .checked_add(2 * threads * (sizes.output + OUTPUT_OVERHEAD))
    }
}
