//! Threads made by `pthread_create`. Those of Rust's standard library allocate
//! with its allocator, which aborts the process when there is no memory left.

use super::Shared;
use crate::cpu::cancellation;
use crate::error::{Error, Result};
use core::ffi::c_void;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ptr;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The work of a thread.
pub(crate) trait Work: Send + Sync + 'static {
    /// Runs in the new thread. A panic, which is a bug, ends the thread and
    /// nothing else.
    fn work(&self);
}

/// A running thread, which has to be joined: one that is not goes on by itself
/// and is never cleaned up.
pub(crate) struct Thread(libc::pthread_t);

/// The start routine of threads.
extern "C" fn begin<W: Work>(work: *mut c_void) -> *mut c_void {
    // SAFETY: `start` has given its handle to this thread.
    let work = unsafe { Shared::<W>::from_raw(work) };
    let _ = catch_unwind(AssertUnwindSafe(|| work.work()));
    // The handle is dropped here, before somebody learns of the end.
    drop(work);
    ptr::null_mut()
}

/// Calls `create` with attributes that ask for a stack of `size` bytes. The
/// result is an error number, or 0.
fn with_stack(size: usize, create: impl FnOnce(*const libc::pthread_attr_t) -> i32) -> i32 {
    // Miri has no attributes, nor stacks of a size.
    if cfg!(miri) {
        return create(ptr::null());
    }
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: the attributes are initialised before they are used, and
    // destroyed afterwards.
    unsafe {
        let mut failed = libc::pthread_attr_init(attributes.as_mut_ptr());
        if failed == 0 {
            failed = libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), size);
            if failed == 0 {
                failed = create(attributes.as_ptr());
            }
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
        }
        failed
    }
}

impl Thread {
    /// Starts a thread with a stack of `stack_size` bytes. [`Error::Mem`] if
    /// the system refuses it.
    pub(crate) fn start<W: Work>(stack_size: usize, work: Shared<W>) -> Result<Thread> {
        let work = ManuallyDrop::new(work);
        let mut thread = MaybeUninit::<libc::pthread_t>::uninit();
        let failed = with_stack(stack_size, |attributes| {
            // SAFETY: the attributes are NULL or initialised; the thread gets
            // a handle of its own, or it is dropped below.
            unsafe {
                libc::pthread_create(thread.as_mut_ptr(), attributes, begin::<W>, work.as_raw())
            }
        });
        if failed != 0 {
            drop(ManuallyDrop::into_inner(work));
            return Err(Error::Mem);
        }
        // SAFETY: written, as `pthread_create` has succeeded.
        Ok(Thread(unsafe { thread.assume_init() }))
    }

    /// Waits until the thread has ended.
    pub(crate) fn join(self) {
        // SAFETY: there is one `Thread` for each thread, which is used up.
        cancellation::without(|| unsafe { libc::pthread_join(self.0, ptr::null_mut()) });
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
        let start = |_| Thread::start(1 << 20, count.clone()).unwrap();
        let threads: Vec<Thread> = (0..4).map(start).collect();
        threads.into_iter().for_each(Thread::join);
        assert_eq!(count.0.load(Ordering::Relaxed), 4);
    }

    #[test]
    #[cfg_attr(miri, ignore = "no stacks of a size there")]
    fn what_the_system_refuses_is_an_error() {
        let count = testing::dirty().share(Count(AtomicU32::new(0))).unwrap();
        assert!(Thread::start(1, count.clone()).is_err()); // not even a page
        assert!(Thread::start(usize::MAX - (1 << 20), count.clone()).is_err());
        assert!(count.is_unique());
    }
}
