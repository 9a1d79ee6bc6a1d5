//! The interface of all coders that an application can drive: `lzma_code`
//! and the functions that ask a coder something, with answers for coders that
//! have none.

#![forbid(unsafe_code)]

mod actions;
mod totals;

use crate::error::{Error, Result, Status};
use crate::filter::FilterSpec;
use crate::index::Index;
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, Initial, MemoryLimit, OwnedBox, Shared};
pub(crate) use actions::Actions;
pub(crate) use totals::{Progress, Totals};

/// Result of a stage of coding: the return code for the application, or `None`
/// to go on with the next stage.
pub(crate) type Step = Result<Option<Status>>;

/// A decoder or encoder that an application can drive.
pub(crate) trait Coder {
    /// The actions that the coder takes. The same as long as it is in use.
    fn actions(&self) -> Actions;

    /// Takes as much input and writes as much output as possible.
    /// [`Status::StreamEnd`] at the end of the data, and when what was to be
    /// flushed is written.
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status>;

    /// Says whether the next call of [`Coder::code`] is a part of the application's call
    /// that the one before was a part of: it is where that call is made in steps, and not
    /// where it was interrupted, though the coder may have returned [`Status::Paused`].
    fn set_continues(&mut self, _continues: bool) {}

    /// Memory usage, as far as it is known, and its limit. `None`: this coder
    /// has no limit.
    fn memory_limit(&self) -> Option<MemoryLimit> {
        None
    }

    /// Changes the memory usage limit (not 0). [`Error::MemLimit`] if more is
    /// in use already, [`Error::Prog`] if this coder has no limit.
    fn set_memory_limit(&mut self, _limit: u64) -> Result<()> {
        Err(Error::Prog)
    }

    /// ID of the integrity check of the Stream that is being decoded. `None`:
    /// this coder cannot know.
    fn check(&self) -> Option<u32> {
        None
    }

    /// Returns the progress of a coder with threads, which the totals of the stream
    /// do not tell. May be read from any thread.
    fn totals(&self) -> Option<&Shared<Totals>> {
        None
    }

    /// Changes the filters of an encoder, as far as it can. [`Error::Prog`]
    /// if it cannot now, or at all; [`Error::Options`] if `filters` are not
    /// valid.
    fn update(&mut self, _filters: &[FilterSpec<'_>]) -> Result<()> {
        Err(Error::Prog)
    }

    /// The decoded Index, once, when it is complete.
    fn take_index(&mut self) -> Option<OwnedBox<Index>> {
        None
    }

    /// The memory of an Index that is being decoded. It is not the coder's
    /// own, since the Index outlives the coder.
    fn index_memory(&self) -> Option<&AllocatorHandle> {
        None
    }

    /// Returns the position of the input that the application is to seek, after
    /// [`Status::SeekNeeded`].
    fn seek_position(&self) -> Option<u64> {
        None
    }
}

/// A coder that can be made, and started again.
pub(crate) trait Restart: Coder + Sized {
    /// The application's options.
    type Options<'a>;

    /// A coder, ready to be used.
    fn make(memory: &AllocatorHandle, options: Self::Options<'_>) -> Result<OwnedBox<Self>>;

    /// Starts with other data; buffers are used again as far as they fit.
    /// `memory` is the one that the coder was made with. After an error, the
    /// coder is not used any more.
    fn restart(&mut self, memory: &AllocatorHandle, options: Self::Options<'_>) -> Result<()>;
}

/// [`Restart::make`] of a coder with a constant initial value: it is made in its
/// place and started there.
pub(crate) fn make_in_place<T: Restart + Initial>(
    memory: &AllocatorHandle,
    options: T::Options<'_>,
) -> Result<OwnedBox<T>> {
    make_from(memory, || T::INITIAL, options)
}

/// [`make_in_place`] of what `make` makes. Of a constant, all bytes are copied, which
/// takes longer if few of them matter.
#[inline]
pub(crate) fn make_from<T: Restart>(
    memory: &AllocatorHandle,
    make: impl FnOnce() -> T,
    options: T::Options<'_>,
) -> Result<OwnedBox<T>> {
    let mut coder = memory.own_made(make)?;
    coder.restart(memory, options)?;
    Ok(coder)
}

/// The coder of a stream on which none was started.
pub(crate) struct NoCoder;

impl Coder for NoCoder {
    fn actions(&self) -> Actions {
        Actions::NONE
    }

    fn code(&mut self, _: &mut Input<'_>, _: &mut Output<'_>, _: Action) -> Result<Status> {
        Err(Error::Prog)
    }
}
