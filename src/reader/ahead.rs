//! Decoding ahead of sequential reads: worker threads, and the queue of Blocks that
//! they take.
//!
//! After `fork()`, a child has none of the threads, and locks may be held by
//! threads that it does not have. There, nothing of a reader is touched.

#![forbid(unsafe_code)]

use super::cached_block::{CachedBlock, size_of_block};
use super::file::File;
use super::read_at::ReadAt;
use crate::error::Result;
use crate::index::Cursor as IndexCursor;
use crate::memory::{AllocatorHandle, List, Shared, Thread, Work};
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
    exit: bool,
}

impl<S: ReadAt> Work for Workers<S> {
    fn work(&self) {
        let mut queue = lock(&self.queue);
        while !queue.exit {
            let Some(block) = queue.blocks.pop_front() else {
                queue = self.available.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(queue);
            let token = self.file.cancel_token();
            // The read of the Block reports errors.
            let size = block.at.info.uncompressed_size;
            let _ = block.decode(&self.file, token, size, size, false);
            drop(block);
            self.file.notify();
            queue = lock(&self.queue);
        }
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
    threads: List<Thread>,
    /// The system has refused a thread: no more are tried.
    refused: bool,
}

impl<S: ReadAt> ReadAhead<S> {
    /// Up to `max` threads, none of which is started yet.
    pub(super) fn new(memory: &AllocatorHandle, max: u32) -> ReadAhead<S> {
        let state = State { workers: None, threads: List::new(memory), refused: false };
        ReadAhead { max, state: Mutex::new(state), process: AtomicUsize::new(0) }
    }

    /// Tells whether there are to be threads at all.
    pub(super) fn is_wanted(&self) -> bool {
        self.max > 1
    }

    /// Queues the Blocks behind the one at `cursor`, as many as keep the threads busy
    /// and fit into the cache.
    pub(super) fn decode_behind(&self, file: &Shared<File<S>>, mut cursor: IndexCursor) {
        let mut state = lock(&self.state);
        let started = state.start(file, self.max);
        if !started {
            return;
        }
        self.process.store(process::id() as usize, Ordering::Relaxed);
        let Some(workers) = &state.workers else {
            return;
        };
        // The Block that is being read and those behind it must stay in the cache, which
        // drops the least recently used first.
        let mut room = file.cache_size();
        if let Some(at) = file.block_at(cursor) {
            room = room.saturating_sub(size_of_block(&at));
            lock(&file.cache).touch(at.info.number_in_file);
        }
        for _ in 0..self.max.saturating_mul(2) {
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
            let mut cache = lock(&file.cache);
            if cache.touch(at.info.number_in_file) {
                continue;
            }
            let Ok(block) = cache.block(file.memory(), &at, file.cache_size()) else {
                return;
            };
            drop(cache);
            if lock(&workers.queue).blocks.push_back(block).is_err() {
                return;
            }
            workers.available.notify_one();
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
        let threads = mem::replace(&mut state.threads, List::new(file.memory()));
        drop(state);
        if let Some(workers) = workers {
            let mut queue = lock(&workers.queue);
            queue.exit = true;
            while queue.blocks.pop_front().is_some() {}
            drop(queue);
            file.cancel();
            workers.available.notify_all();
        }
        join_all(threads);
        true
    }
}

/// Waits until all `threads` have ended.
pub(super) fn join_all(mut threads: List<Thread>) {
    while let Some(thread) = threads.pop_back() {
        thread.join();
    }
}

impl<S: ReadAt> State<S> {
    /// Starts threads until there are `max`, or as many as the system allows.
    /// Tells whether there are any.
    fn start(&mut self, file: &Shared<File<S>>, max: u32) -> bool {
        while !self.refused && self.threads.len() < max as usize {
            self.refused = self.start_one(file).is_err();
        }
        !self.threads.is_empty()
    }

    fn start_one(&mut self, file: &Shared<File<S>>) -> Result<()> {
        let workers = match &self.workers {
            Some(workers) => workers.clone(),
            None => {
                let queue = Queue { blocks: List::new(file.memory()), exit: false };
                let workers = Workers {
                    file: file.clone(),
                    queue: Mutex::new(queue),
                    available: Condvar::new(),
                };
                file.memory().share(workers)?
            }
        };
        // What is started can be joined.
        self.threads.reserve_back(1)?;
        let thread = Thread::start(workers.clone())?;
        self.threads.push_back(thread)?;
        self.workers = Some(workers);
        Ok(())
    }
}
