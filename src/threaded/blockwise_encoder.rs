//! The encoder of `.xz` files for applications that ask for no threads, where the
//! user wants some: it writes what the threaded encoder writes.

#![forbid(unsafe_code)]

use super::encoder::{Encoder, Options};
use crate::coder::{Actions, Coder, Restart, Totals};
use crate::container::xz::block::Block;
use crate::container::xz::block_header;
use crate::error::{Error, Result, Status};
use crate::filter::{self, FilterSpec, memory_usage};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, OwnedBox, Shared};
use crate::settings;

/// The encoder. Its memory comes from `malloc`, since the application's allocator
/// need not bear to be called from other threads.
pub(crate) struct BlockwiseEncoder(OwnedBox<Encoder>);

/// The options: threads, filters and the ID of the integrity check.
type Chosen<'a> = (u32, &'a [FilterSpec<'a>], u32);

/// Options of the threaded encoder, with as many threads as there is memory for.
fn options<'a>((threads, filters, check): Chosen<'a>) -> Result<Options<'a>> {
    // Filters that only other containers may have.
    block_header::size_for(&Block { check, ..Block::INIT }, filters)?;
    filter::validate_positions(filters)?;
    let mut options = Options {
        flags: 0,
        threads,
        block_size: 0,
        timeout: 0,
        filters: Some(filters),
        check,
        implicit_threads: true,
    };
    let alone = memory_usage::encoder(filters).ok_or(Error::Options)?;
    let limit = settings::memory().saturating_add(alone);
    let usage = |threads| Options { threads, ..options }.memory_usage().unwrap_or(u64::MAX);
    let (one, two) = (usage(1), usage(2));
    let each = two.saturating_sub(one).max(1);
    options.threads = match limit.checked_sub(one) {
        None => 1,
        Some(rest) => threads.min(u32::try_from(rest / each).unwrap_or(u32::MAX).saturating_add(1)),
    };
    Ok(options)
}

/// Encodes `input` as a Stream in one call.
pub(crate) fn encode(chosen: Chosen<'_>, input: &[u8], output: &mut Output<'_>) -> Result<()> {
    let memory = AllocatorHandle::of_system()?;
    let mut encoder = Encoder::make(&memory, &options(chosen)?)?;
    let mut input = Input::new(input);
    loop {
        match encoder.code(&mut input, output, Action::Finish)? {
            Status::StreamEnd => return Ok(()),
            _ if output.is_full() => return Err(Error::Buf),
            _ => {}
        }
    }
}

impl Coder for BlockwiseEncoder {
    fn actions(&self) -> Actions {
        Actions::SYNC_AND_FULL
    }

    /// As the threaded encoder; [`Action::SyncFlush`] ends the Block, too.
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let action = if action == Action::SyncFlush { Action::FullFlush } else { action };
        self.0.code(input, output, action)
    }

    fn totals(&self) -> Option<&Shared<Totals>> {
        self.0.totals()
    }

    fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        memory_usage::validate_encoder(filters)?;
        filter::validate_positions(filters)?;
        self.0.update(filters)
    }
}

impl Restart for BlockwiseEncoder {
    type Options<'a> = Chosen<'a>;

    fn make(memory: &AllocatorHandle, chosen: Chosen<'_>) -> Result<OwnedBox<BlockwiseEncoder>> {
        let encoder = Encoder::make(&AllocatorHandle::of_system()?, &options(chosen)?)?;
        memory.own(BlockwiseEncoder(encoder))
    }

    fn restart(&mut self, _memory: &AllocatorHandle, chosen: Chosen<'_>) -> Result<()> {
        let memory = self.0.memory().clone();
        self.0.restart(&memory, &options(chosen)?)
    }
}
