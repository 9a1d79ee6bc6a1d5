//! Decoding ahead of sequential reads: worker threads, and the queue of Blocks that
//! they take.
//!
//! After `fork()`, a child has none of the threads, and locks may be held by
//! threads that it does not have. There, nothing of a reader is touched.

#![forbid(unsafe_code)]

use super::block_decoding::Located;
use super::cached_block::{CachedBlock, size_of_block};
use super::file::File;
use super::read_at::ReadAt;
use super::threads::Threads;
use crate::error::Result;
use crate::index::Cursor as IndexCursor;
use crate::memory::{AllocatorHandle, List, Shared, Work};
use crate::sync::{AtomicUsize, Condvar, Mutex, Ordering, PoisonError, lock};
use core::mem;
use std::process;

/// The state that all workers share.
struct Workers<S> {
    file: Shared<File<S>>,
    queue: Mutex<Queue>,
    /// Workers wait here for Blocks.
    available: Condvar,
}

/// Blocks to decode.
struct Queue {
    blocks: List<Shared<CachedBlock>>,
    /// Workers that are at work on a Block that was in the queue.
    at_work: usize,
    exit: bool,
}

impl Queue {
    fn clear(&mut self) {
        while self.blocks.pop_front().is_some() {}
    }
}

impl<S: ReadAt> Work for Workers<S> {
    fn work(&self) {
        let mut queue = lock(&self.queue);
        while !queue.exit {
            let Some(block) = queue.blocks.pop_front() else {
                queue = self.available.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            queue.at_work += 1;
            drop(queue);
            let token = self.file.cancel_token();
            // The read of the Block reports errors.
            let size = block.at.info.uncompressed_size;
            let _ = block.decode(&self.file, token, size, size, false);
            drop(block);
            self.file.notify();
            queue = lock(&self.queue);
            queue.at_work -= 1;
        }
    }
}

impl<S: ReadAt> Workers<S> {
    /// Workers for the Blocks of `file`, whose threads are still to be started.
    fn new(file: &Shared<File<S>>) -> Workers<S> {
        let queue = Queue { blocks: List::new(file.memory()), at_work: 0, exit: false };
        Workers { file: file.clone(), queue: Mutex::new(queue), available: Condvar::new() }
    }

    /// Queues the Blocks behind the one at `cursor`, of the next `max` those that are not
    /// in the cache, as far as all of them fit into it.
    fn queue_behind(&self, mut cursor: IndexCursor, max: u32) {
        let file = &self.file;
        // The Block that is being read and those behind it must stay in the cache, which
        // drops the least recently used first.
        let mut room = file.cache_size();
        if let Some(at) = file.block_at(cursor) {
            room = room.saturating_sub(size_of_block(&at));
            lock(&file.cache).touch(at.info.number_in_file);
        }
        for _ in 0..max {
            let Some(next) = file.next_block(cursor) else {
                return;
            };
            let Some(at) = file.block_at(next) else {
                return;
            };
            room = match room.checked_sub(size_of_block(&at)) {
                Some(left) => left,
                None => return,
            };
            cursor = next;
            if self.queue_block(&at).is_err() {
                return;
            }
        }
    }

    /// Queues a Block, unless it is in the cache, where others that it needs the room of
    /// make way for it.
    fn queue_block(&self, at: &Located) -> Result<()> {
        let file = &self.file;
        let mut cache = lock(&file.cache);
        if cache.touch(at.info.number_in_file) {
            return Ok(());
        }
        let block = cache.block(file.memory(), at, file.cache_size())?;
        drop(cache);
        lock(&self.queue).blocks.push_back(block)?;
        self.available.notify_one();
        Ok(())
    }

    /// Tells whether `threads` are too few for what is queued: each takes a Block at a time.
    fn need_more_than(&self, threads: usize) -> bool {
        let queue = lock(&self.queue);
        queue.blocks.len() > threads.saturating_sub(queue.at_work)
    }
}

/// The threads that decode ahead.
pub(super) struct ReadAhead<S> {
    max: u32,
    state: Mutex<State<S>>,
    /// ID of the process that has threads; 0 if there are none.
    process: AtomicUsize,
}

/// The threads, once there are any.
struct State<S> {
    workers: Option<Shared<Workers<S>>>,
    threads: Threads,
    /// The system has refused a thread: no more are tried.
    refused: bool,
}

impl<S: ReadAt> ReadAhead<S> {
    /// Up to `max` threads, none of which is started yet.
    pub(super) fn new(memory: &AllocatorHandle, max: u32) -> ReadAhead<S> {
        let state = State { workers: None, threads: Threads::new(memory), refused: false };
        ReadAhead { max, state: Mutex::new(state), process: AtomicUsize::new(0) }
    }

    /// Tells whether there are to be threads at all.
    pub(super) fn is_wanted(&self) -> bool {
        self.max > 1
    }

    /// Has the Blocks behind the one at `cursor` decoded, as many as keep the threads busy
    /// and fit into the cache.
    pub(super) fn decode_behind(&self, file: &Shared<File<S>>, cursor: IndexCursor) {
        let mut state = lock(&self.state);
        let Some(workers) = state.workers(file) else {
            return;
        };
        workers.queue_behind(cursor, self.max.saturating_mul(2));
        state.start(&workers, self.max);
        match state.threads.count() == 0 {
            true => lock(&workers.queue).clear(),
            false => self.process.store(process::id() as usize, Ordering::Relaxed),
        }
    }

    /// Tells whether the threads are another process's: the one that this
    /// process is a child of.
    pub(super) fn is_of_other_process(&self) -> bool {
        match self.process.load(Ordering::Relaxed) {
            0 => false,
            process => process != process::id() as usize,
        }
    }

    /// Ends all threads; what they decode is not finished. In a child of the
    /// process that has them, returns false: nothing may be freed.
    pub(super) fn end(&self, file: &File<S>) -> bool {
        if self.is_of_other_process() {
            return false;
        }
        let mut state = lock(&self.state);
        let workers = state.workers.take();
        let mut threads = mem::replace(&mut state.threads, Threads::new(file.memory()));
        drop(state);
        if let Some(workers) = workers {
            let mut queue = lock(&workers.queue);
            queue.exit = true;
            queue.clear();
            drop(queue);
            file.cancel();
            workers.available.notify_all();
        }
        threads.join();
        true
    }
}

impl<S: ReadAt> State<S> {
    /// The workers' state; `None` if there is no memory for it, or if the system allows no
    /// threads.
    fn workers(&mut self, file: &Shared<File<S>>) -> Option<Shared<Workers<S>>> {
        if self.refused && self.threads.count() == 0 {
            return None;
        }
        if self.workers.is_none() {
            self.workers = file.memory().share(Workers::new(file)).ok();
        }
        self.workers.clone()
    }

    /// Starts threads until there are enough for the Blocks that are queued, `max`, or as
    /// many as the system allows.
    fn start(&mut self, workers: &Shared<Workers<S>>, max: u32) {
        while !self.refused
            && self.threads.count() < max as usize
            && workers.need_more_than(self.threads.count())
        {
            self.refused = self.threads.start(workers.clone()).is_err();
        }
    }
}
