//! A file, its Index, and what all threads that read it share.

#![forbid(unsafe_code)]

use super::block_cache::BlockCache;
use super::block_decoding::{BlockDecoding, Located, OpenedBlock, Spare};
use super::budget::{Budget, Reserved};
use super::failure::{Reason, Result};
use super::read_at::ReadAt;
use crate::error;
use crate::index::{Cursor as IndexCursor, Index, Mode};
use crate::memory::{AllocatorHandle, OwnedBox, Shared};
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};

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
    cache_size: u64,
    pub(super) cache: Mutex<BlockCache>,
    /// Number of times that all work was cancelled.
    cancellations: AtomicUsize,
}

/// Tells whoever works on something when it is cancelled: the number of
/// cancellations when the work began.
#[derive(Clone, Copy)]
pub(super) struct CancelToken(usize);

impl<S: ReadAt> File<S> {
    /// A file with this Index. `memory_limit` counts for that as well.
    pub(super) fn new(
        memory: &AllocatorHandle,
        source: S,
        index: OwnedBox<Index>,
        memory_limit: u64,
        cache_size: u64,
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
            cache_size,
            cache: Mutex::new(BlockCache::new(memory, threads)),
            cancellations: AtomicUsize::new(0),
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
    pub(super) fn cache_size(&self) -> u64 {
        self.cache_size
    }

    /// A token for work that begins now.
    pub(super) fn cancel_token(&self) -> CancelToken {
        CancelToken(self.cancellations.load(Ordering::Relaxed))
    }

    /// Tells whether work was cancelled since the token was made.
    pub(super) fn is_cancelled(&self, token: CancelToken) -> bool {
        self.cancellations.load(Ordering::Relaxed) != token.0
    }

    /// Cancels the work of all threads.
    pub(super) fn cancel(&self) {
        self.cancellations.fetch_add(1, Ordering::Relaxed);
        self.budget.notify();
    }

    /// The Block at a place in the Index.
    pub(super) fn block_at(&self, cursor: IndexCursor) -> Option<Located> {
        let found = self.index.at(cursor)?;
        let (info, check) = (found.block()?, found.check()?);
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
        let spare = lock(&self.cache).take_spare().map(Spare::parts);
        let (spare, piece) =
            spare.map_or((None, None), |(spare, piece)| (Some(spare), Some(piece)));
        let opened = OpenedBlock::read(&self.memory, &self.source, at, piece)?;
        let bytes = opened.usage.saturating_add(more);
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
        let decoding = BlockDecoding::start(&self.memory, at, opened, decoder, reserved)?;
        Ok((decoding, for_data))
    }

    /// Takes memory from the budget; what is kept goes if that is necessary.
    fn reserve(&self, at: &Located, bytes: u64, may_wait: bool) -> Result<Reserved> {
        let token = self.cancel_token();
        let too_little =
            || Reason::MemoryLimit(self.index_usage.saturating_add(bytes)).at(at.place(0, 0));
        loop {
            if let Some(reserved) = Reserved::new(&self.budget, bytes) {
                return Ok(reserved);
            }
            if bytes > self.budget.limit() || (!may_wait && self.budget.used() != 0) {
                return Err(too_little());
            }
            if self.evict() {
                continue;
            }
            // Another thread has what is missing.
            self.budget.wait();
            if self.is_cancelled(token) {
                return Err(Reason::Interrupted.at(at.place(0, 0)));
            }
        }
    }

    /// Drops something that is kept, if anything is.
    pub(super) fn evict(&self) -> bool {
        lock(&self.cache).evict()
    }

    /// Keeps a decoder that is done with its Block.
    pub(super) fn keep_spare(&self, decoding: BlockDecoding) {
        lock(&self.cache).keep_spare(decoding.into_spare());
        self.budget.notify();
    }

    /// Others may free what the caller has put into the cache.
    pub(super) fn notify(&self) {
        self.budget.notify();
    }
}
