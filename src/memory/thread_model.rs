//! Threads of the model checker, in the place of the system's.

use super::Shared;
use crate::error::{Error, Result};
use loom::thread::{Builder, JoinHandle};

/// The work of a thread.
pub(crate) trait Work: Send + Sync + 'static {
    /// Does it.
    fn work(&self);
}

/// A thread that was started.
pub(crate) struct Thread(JoinHandle<()>);

impl Thread {
    /// Starts a thread with a stack of a MiB, which the checker counts in words.
    pub(crate) fn start<W: Work>(work: Shared<W>) -> Result<Thread> {
        let builder = Builder::new().stack_size((1 << 20) / size_of::<usize>());
        let started = builder.spawn(move || {
            work.work();
            drop(work);
        });
        Ok(Thread(started.map_err(|_| Error::Mem)?))
    }

    /// Waits until it ends.
    pub(crate) fn join(self) {
        assert!(self.0.join().is_ok());
    }
}
