//! [`HandleCount`]: how many handles to an allocator there are.

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// True as soon as the process has made anything that two threads can hold at once,
/// a [`Shared`](super::Shared). Before that, all handles to an allocator are in one
/// thread at a time: there is no other way to give one away, but for an application
/// that hands a stream over to another of its threads, and then waits or locks. An Index,
/// which an application may use beside the stream that has decoded it, has an allocator
/// of its own, to which the stream keeps no handle.
static THREADS_SHARE: AtomicBool = AtomicBool::new(false);

/// The number of handles to an allocator.
///
/// While handles cannot be in two threads at once, it is counted without instructions
/// that read and write as one: each takes as long as 50 others, and a decoder of an
/// Index that is started and ended has ten of them, a fifth of its time.
pub(super) struct HandleCount(AtomicUsize);

/// From now on, handles may be in several threads at once.
pub(super) fn threads_share() {
    // What makes a handle reach another thread comes later in this thread, and makes
    // this visible there as well.
    THREADS_SHARE.store(true, Ordering::Relaxed);
}

impl HandleCount {
    /// Begins with one handle.
    #[inline]
    pub(super) const fn one() -> HandleCount {
        HandleCount(AtomicUsize::new(1))
    }

    /// Counts one more.
    #[inline]
    pub(super) fn add(&self) {
        if THREADS_SHARE.load(Ordering::Relaxed) {
            self.0.fetch_add(1, Ordering::Relaxed);
        } else {
            self.0.store(self.0.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }

    /// Counts one less. Returns whether it was the last; then everything that other
    /// threads have done with theirs happened before.
    #[inline]
    pub(super) fn remove(&self) -> bool {
        if THREADS_SHARE.load(Ordering::Relaxed) {
            return self.0.fetch_sub(1, Ordering::AcqRel) == 1;
        }
        let left = self.0.load(Ordering::Relaxed) - 1;
        self.0.store(left, Ordering::Relaxed);
        left == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn the_last_handle_is_known_before_and_after_threads_share() {
        let count = HandleCount::one();
        // Other tests may share meanwhile, which changes nothing for one thread.
        for _ in 0..2 {
            count.add();
            count.add();
            assert!(!count.remove() && !count.remove());
            threads_share();
        }
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..if cfg!(miri) { 100 } else { 10_000 } {
                        count.add();
                        assert!(!count.remove());
                    }
                });
            }
        });
        assert!(count.remove());
    }
}
