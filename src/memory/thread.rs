//! Threads made by the system. Those of Rust's standard library allocate with
//! its allocator, which aborts the process when there is no memory left.

use super::Shared;
use crate::cpu::sys::{signals, thread};
use crate::error::{Error, Result};
use core::ffi::c_void;
use core::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Stack of a thread in bytes: far more than any coder needs.
const STACK_SIZE: usize = 1 << 20;

/// The work of a thread.
pub(crate) trait Work: Send + Sync + 'static {
    /// Runs in the new thread. A panic, which is a bug, ends the thread and
    /// nothing else.
    fn work(&self);
}

/// A running thread, which has to be joined: one that is not goes on by itself
/// and is never cleaned up.
pub(crate) struct Thread(thread::Thread);

/// The start routine of threads.
extern "system" fn begin<W: Work>(work: *mut c_void) -> thread::Exit {
    // SAFETY: `start` has given its handle to this thread.
    let work = unsafe { Shared::<W>::from_raw(work) };
    let _ = catch_unwind(AssertUnwindSafe(|| work.work()));
    // The handle is dropped here, before somebody learns of the end.
    drop(work);
    thread::EXIT
}

impl Thread {
    /// Starts a thread that blocks all signals, so that an application's handlers do not
    /// run in it. [`Error::Mem`] if the system refuses it.
    pub(crate) fn start<W: Work>(work: Shared<W>) -> Result<Thread> {
        Thread::start_with_stack(STACK_SIZE, work)
    }

    fn start_with_stack<W: Work>(stack_size: usize, work: Shared<W>) -> Result<Thread> {
        let _blocked = signals::block_all(); // the thread inherits that
        let work = ManuallyDrop::new(work);
        // SAFETY: the thread gets a handle of its own, or it is dropped below.
        let started = unsafe { thread::Thread::start(stack_size, begin::<W>, work.as_raw()) };
        if started.is_none() {
            drop(ManuallyDrop::into_inner(work));
        }
        started.map(Thread).ok_or(Error::Mem)
    }

    /// Waits until the thread has ended.
    pub(crate) fn join(self) {
        self.0.join();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Count(AtomicU32);

    impl Work for Count {
        fn work(&self) {
            assert!(self.0.fetch_add(1, Ordering::Relaxed) != 1, "the second panics");
        }
    }

    #[test]
    fn threads_share_what_they_work_on() {
        let count = testing::dirty().share(Count(AtomicU32::new(0))).unwrap();
        let start = |_| Thread::start_with_stack(1 << 20, count.clone()).unwrap();
        let threads: Vec<Thread> = (0..4).map(start).collect();
        threads.into_iter().for_each(Thread::join);
        assert_eq!(count.0.load(Ordering::Relaxed), 4);
    }

    #[test]
    #[cfg_attr(miri, ignore = "no stacks of a size there")]
    fn what_the_system_refuses_is_an_error() {
        let count = testing::dirty().share(Count(AtomicU32::new(0))).unwrap();
        assert!(Thread::start_with_stack(1, count.clone()).is_err()); // not even a page
        assert!(Thread::start_with_stack(usize::MAX - (1 << 20), count.clone()).is_err());
        assert!(count.is_unique());
    }
}
