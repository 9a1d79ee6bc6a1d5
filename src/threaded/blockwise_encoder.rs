//! The encoder of `.xz` files for applications that ask for no threads, where the
//! user wants some: it writes what the threaded encoder writes.

#![forbid(unsafe_code)]

use super::encoder::{Encoder, Options};
use crate::coder::{Actions, Coder, Restart, Totals};
use crate::container::xz::block::Block;
use crate::container::xz::block_header;
use crate::container::xz::stream_buffer_encoder;
use crate::error::{Error, Result, Status};
use crate::filter::{self, FilterSpec, memory_usage};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, OwnedBox, Shared};
use crate::settings::{self, Threads};

/// The encoder. Its memory comes from `malloc`, since the application's allocator
/// need not bear to be called from other threads.
pub(crate) struct BlockwiseEncoder {
    encoder: OwnedBox<Encoder>,
    place: Place,
}

/// The place in its Stream at which the encoder without threads would be, which
/// decides what changes of filters it would take. Here, Blocks end elsewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before a Block: any filters that the format can have.
    BetweenBlocks,
    /// In a Block, all of which is written: other options of the same filters.
    Flushed,
    /// In a Block: none.
    InBlock,
}

/// The options: threads, filters and the ID of the integrity check.
type Chosen<'a> = (u32, &'a [FilterSpec<'a>], u32);

/// Options of the threaded encoder, with as many threads as there is memory for.
fn options<'a>((threads, filters, check): Chosen<'a>) -> Result<Options<'a>> {
    validate_for_block(filters)?;
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

/// Validates what is left to find out for a chain of known memory usage:
/// [`Error::Prog`] for filters that only other containers may have, [`Error::Options`]
/// for positions at which filters cannot begin.
fn validate_for_block(filters: &[FilterSpec<'_>]) -> Result<()> {
    block_header::size_for(&Block::INIT, filters)?;
    filter::validate_start_offsets(filters)
}

/// Encodes a `.xz` file in one call: with threads if the user wants some. If that
/// fails, without, which needs less room and memory, and whose errors are the answer.
pub(crate) fn encode(
    memory: &AllocatorHandle,
    filters: &[FilterSpec<'_>],
    check: u32,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<()> {
    let (threads, start) = (Threads::current().count(), output.len());
    if threads > 1 && encode_blocks((threads, filters, check), input, output).is_ok() {
        return Ok(());
    }
    output.truncate(start);
    stream_buffer_encoder::encode(memory, filters, check, input, output)
}

/// [`encode`] with threads.
fn encode_blocks(chosen: Chosen<'_>, input: &[u8], output: &mut Output<'_>) -> Result<()> {
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
        let before = input.taken();
        let act = if action == Action::SyncFlush { Action::FullFlush } else { action };
        let result = self.encoder.code(input, output, act);
        if input.taken() != before {
            self.place = Place::InBlock;
        }
        if result == Ok(Status::StreamEnd) {
            self.place = self.place.after(action);
        }
        result
    }

    fn set_continues(&mut self, continues: bool) {
        self.encoder.set_continues(continues);
    }

    fn totals(&self) -> Option<&Shared<Totals>> {
        self.encoder.totals()
    }

    /// The answers, and the order of checks, are those of the encoder without threads.
    /// What it would change within a Block is changed for the next Block, which begins
    /// at this place.
    fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        memory_usage::validate_encoder(filters)?;
        let possible = match self.place {
            Place::BetweenBlocks => true,
            Place::Flushed => self.encoder.has_same_ids(filters),
            Place::InBlock => false,
        };
        if !possible || !self.encoder.takes_filters() {
            return Err(Error::Prog);
        }
        validate_for_block(filters)?;
        self.encoder.update(filters)
    }
}

impl Place {
    /// The place after `action`, which is done.
    fn after(self, action: Action) -> Place {
        match (action, self) {
            (Action::FullFlush | Action::FullBarrier, _) => Place::BetweenBlocks,
            (Action::SyncFlush, Place::InBlock) => Place::Flushed,
            (_, place) => place,
        }
    }
}

impl Restart for BlockwiseEncoder {
    type Options<'a> = Chosen<'a>;

    fn make(memory: &AllocatorHandle, chosen: Chosen<'_>) -> Result<OwnedBox<BlockwiseEncoder>> {
        let encoder = Encoder::make(&AllocatorHandle::of_system()?, &options(chosen)?)?;
        memory.own(BlockwiseEncoder { encoder, place: Place::BetweenBlocks })
    }

    fn restart(&mut self, _memory: &AllocatorHandle, chosen: Chosen<'_>) -> Result<()> {
        let memory = self.encoder.memory().clone();
        self.encoder.restart(&memory, &options(chosen)?)?;
        self.place = Place::BetweenBlocks;
        Ok(())
    }
}
