//! Locks and atomics. In the model checker's build (`scripts/model`) they are
//! the checker's own, so that it can try the orders in which threads may run.

#![forbid(unsafe_code)]

#[cfg(not(rlzma_model))]
mod kinds {
    #[cfg(target_has_atomic = "64")]
    pub(crate) use core::sync::atomic::AtomicU64;
    pub(crate) use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
}

#[cfg(rlzma_model)]
mod kinds {
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
    pub(crate) use std::sync::PoisonError;
}

pub(crate) use kinds::*;

/// An atomic integer for a static, which the checker's own cannot be.
#[cfg(target_has_atomic = "64")]
pub(crate) use core::sync::atomic::AtomicU64 as StaticAtomicU64;

/// Locks. A panic elsewhere is no reason to panic here: what is shared is never left
/// half-changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `body`, and tells whether it has panicked.
#[cfg(not(rlzma_model))]
pub(crate) fn panics(body: impl FnOnce()) -> bool {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    catch_unwind(AssertUnwindSafe(body)).is_err()
}

/// A panic that a model wants to be caught.
#[cfg(rlzma_model)]
pub(crate) struct Planned;

/// Runs `body`, and tells whether it has panicked as planned. With any other
/// panic, the checker tells what it has found.
#[cfg(rlzma_model)]
pub(crate) fn panics(body: impl FnOnce()) -> bool {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(()) => false,
        Err(panic) if panic.is::<Planned>() => true,
        Err(panic) => resume_unwind(panic),
    }
}

/// An atomic integer for processors that have none of 64 bits.
#[cfg(any(all(test, not(rlzma_model)), not(target_has_atomic = "64")))]
mod locked {
    use super::{Mutex, Ordering, PoisonError};

    pub(crate) struct AtomicU64(Mutex<u64>);

    impl AtomicU64 {
        pub(crate) const fn new(value: u64) -> AtomicU64 {
            AtomicU64(Mutex::new(value))
        }

        fn change(&self, change: impl FnOnce(u64) -> u64) -> u64 {
            let mut value = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let before = *value;
            *value = change(before);
            before
        }

        pub(crate) fn load(&self, _: Ordering) -> u64 {
            self.change(|value| value)
        }

        pub(crate) fn store(&self, value: u64, _: Ordering) {
            self.change(|_| value);
        }

        pub(crate) fn fetch_add(&self, more: u64, _: Ordering) -> u64 {
            self.change(|value| value.wrapping_add(more))
        }
    }
}

#[cfg(not(target_has_atomic = "64"))]
pub(crate) use locked::{AtomicU64, AtomicU64 as StaticAtomicU64};

#[cfg(all(test, not(rlzma_model)))]
mod tests {
    use super::{Ordering, locked};
    use std::thread;

    #[test]
    fn an_integer_behind_a_lock_is_atomic() {
        let sum = locked::AtomicU64::new(u64::MAX);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| _ = sum.fetch_add(1, Ordering::Relaxed)));
            }
        });
        assert_eq!(sum.load(Ordering::Relaxed), 3999);
        sum.store(7, Ordering::Relaxed);
        assert_eq!(sum.fetch_add(1, Ordering::Relaxed), 7);
    }
}
