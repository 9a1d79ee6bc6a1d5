//! A file, its Index, and what all threads that read it share.

#![forbid(unsafe_code)]

use super::block_decoding::{BlockDecoding, Head, Located, Spare};
use super::budget::{Budget, Reserved, lock};
use super::failure::{Reason, Result};
use super::read_at::ReadAt;
use super::shelf::Shelf;
use crate::error;
use crate::index::{Cursor as IndexCursor, Index, Mode};
use crate::memory::{AllocatorHandle, OwnedBox, Shared};
use crate::sync::{AtomicUsize, Mutex, Ordering};

/// A file that is read.
pub(crate) struct File<S> {
    memory: AllocatorHandle,
    source: S,
    index: OwnedBox<Index>,
    /// Memory that the Index needs, in bytes.
    index_usage: u64,
    /// For everything but the Index.
    budget: Shared<Budget>,
    /// Bytes of decoded Blocks that are kept.
    cache: u64,
    pub(super) shelf: Mutex<Shelf>,
    /// Number of times that somebody has asked to stop.
    interruptions: AtomicUsize,
}

/// The permission to work on something until somebody asks to stop.
#[derive(Clone, Copy)]
pub(super) struct Ticket(usize);

impl<S: ReadAt> File<S> {
    /// A file with this Index. `memory_limit` counts for that as well.
    pub(super) fn new(
        memory: &AllocatorHandle,
        source: S,
        index: OwnedBox<Index>,
        memory_limit: u64,
        cache: u64,
        threads: u32,
    ) -> error::Result<File<S>> {
        let index_usage = index.memory_usage();
        let budget = memory.share(Budget::new(memory_limit.saturating_sub(index_usage)))?;
        Ok(File {
            memory: memory.clone(),
            source,
            index,
            index_usage,
            budget,
            cache,
            shelf: Mutex::new(Shelf::new(memory, threads)),
            interruptions: AtomicUsize::new(0),
        })
    }

    /// The allocator.
    pub(super) fn memory(&self) -> &AllocatorHandle {
        &self.memory
    }

    /// The file itself.
    pub(super) fn source(&self) -> &S {
        &self.source
    }

    /// The Index of all Streams.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Bytes of decoded Blocks that are kept.
    pub(super) fn cache(&self) -> u64 {
        self.cache
    }

    /// Work may begin.
    pub(super) fn ticket(&self) -> Ticket {
        Ticket(self.interruptions.load(Ordering::Relaxed))
    }

    /// Tells whether somebody has asked to stop since the ticket was given.
    pub(super) fn is_over(&self, ticket: Ticket) -> bool {
        self.interruptions.load(Ordering::Relaxed) != ticket.0
    }

    /// Asks all that are at work to stop.
    pub(super) fn interrupt(&self) {
        self.interruptions.fetch_add(1, Ordering::Relaxed);
        self.budget.notify();
    }

    /// The Block at a place in the Index.
    pub(super) fn block_at(&self, cursor: IndexCursor) -> Option<Located> {
        let info = self.index.block_at(cursor)?;
        let check = self.index.check_at(cursor)?;
        Some(Located { stream: cursor.stream as u64, check, info })
    }

    /// The place in the Index of the Block with byte `offset` of the data.
    pub(super) fn locate(&self, offset: u64) -> Option<IndexCursor> {
        self.index.locate(offset)
    }

    /// The next Block in the Index, one that has data.
    pub(super) fn next_block(&self, cursor: IndexCursor) -> Option<IndexCursor> {
        self.index.next(cursor, Mode::NonemptyBlock)
    }

    /// Begins to decode the Block `at`, and reserves `more` bytes of memory for
    /// its data. Waits for memory that others will free, if it `may_wait`.
    pub(super) fn begin(
        &self,
        at: &Located,
        more: u64,
        may_wait: bool,
    ) -> Result<(BlockDecoding, Reserved)> {
        let spare = lock(&self.shelf).take_spare().map(Spare::parts);
        let (spare, piece) =
            spare.map_or((None, None), |(spare, piece)| (Some(spare), Some(piece)));
        let head = Head::read(&self.memory, &self.source, at, piece)?;
        let bytes = head.usage.saturating_add(more);
        // Whoever waits for memory has none: if what the spare decoder has is too
        // little, it goes.
        let grown = spare.and_then(|(decoder, mut reserved)| {
            reserved.grow_to(bytes).then_some((decoder, reserved))
        });
        let (decoder, mut reserved) = match grown {
            Some((decoder, reserved)) => (Some(decoder), reserved),
            None => (None, self.reserve(at, bytes, may_wait)?),
        };
        let for_data = reserved.split(more);
        let decoding = BlockDecoding::start(&self.memory, at, head, decoder, reserved)?;
        Ok((decoding, for_data))
    }

    /// Takes memory from the budget; what is kept goes if that is necessary.
    fn reserve(&self, at: &Located, bytes: u64, may_wait: bool) -> Result<Reserved> {
        let ticket = self.ticket();
        let too_little =
            || Reason::MemoryLimit(self.index_usage.saturating_add(bytes)).at(at.place(0, 0));
        loop {
            if let Some(reserved) = Reserved::new(&self.budget, bytes) {
                return Ok(reserved);
            }
            if bytes > self.budget.limit() || (!may_wait && self.budget.used() != 0) {
                return Err(too_little());
            }
            if lock(&self.shelf).evict() {
                continue;
            }
            // Another thread has what is missing.
            self.budget.wait();
            if self.is_over(ticket) {
                return Err(Reason::Interrupted.at(at.place(0, 0)));
            }
        }
    }

    /// Keeps a decoder that is done with its Block.
    pub(super) fn put_aside(&self, decoding: BlockDecoding) {
        lock(&self.shelf).put_aside(decoding.into_spare());
        self.budget.notify();
    }

    /// Others may free what the caller has put on the shelf.
    pub(super) fn notify(&self) {
        self.budget.notify();
    }
}
