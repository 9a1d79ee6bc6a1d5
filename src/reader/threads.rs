//! Threads that work for a reader.

#![forbid(unsafe_code)]

use crate::error::Result;
use crate::memory::{AllocatorHandle, List, Shared, Thread, Work};

/// Running threads. Whoever has them joins them: they go on otherwise.
pub(super) struct Threads(List<Thread>);

impl Threads {
    /// None yet.
    pub(super) fn new(memory: &AllocatorHandle) -> Threads {
        Threads(List::new(memory))
    }

    /// Number of threads.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Starts one more; an error if there is no memory, or if the system refuses it.
    pub(super) fn start<W: Work>(&mut self, work: Shared<W>) -> Result<()> {
        // What is started can be joined.
        self.0.reserve_back(1)?;
        self.0.push_back(Thread::start(work)?)
    }

    /// Waits until all of them have ended.
    pub(super) fn join(&mut self) {
        while let Some(thread) = self.0.pop_back() {
            thread.join();
        }
    }
}
