//! The memory that a reader may use.

#![forbid(unsafe_code)]

use crate::memory::Shared;
use crate::sync::{Condvar, Mutex, lock};
use core::mem;
use std::time::Duration;

/// The time that a thread waits for memory before it looks again whether it should
/// stop.
const PATIENCE: Duration = Duration::from_millis(50);

/// A number of bytes, parts of which are in use.
pub(super) struct Budget {
    used: Mutex<u64>,
    /// Some memory is not in use any more, or can be freed now.
    freed: Condvar,
    limit: u64,
}

impl Budget {
    /// Nothing of `limit` bytes is in use.
    pub(super) fn new(limit: u64) -> Budget {
        Budget { used: Mutex::new(0), freed: Condvar::new(), limit }
    }

    /// Bytes that may be in use.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Bytes that are in use.
    pub(super) fn used(&self) -> u64 {
        *lock(&self.used)
    }

    /// Waits until memory may have become free, at most [`PATIENCE`].
    pub(super) fn wait(&self) {
        let used = lock(&self.used);
        let _ = crate::cpu::sys::cancellation::without(|| self.freed.wait_timeout(used, PATIENCE));
    }

    /// Wakes threads that wait in [`Budget::wait`]: memory has become free, or can be freed.
    pub(super) fn notify(&self) {
        self.freed.notify_all();
    }
}

/// A part of a budget, in use until this is dropped.
pub(super) struct Reserved {
    budget: Shared<Budget>,
    bytes: u64,
}

impl Reserved {
    /// Takes `bytes` of `budget`; `None` if there are not as many left.
    pub(super) fn new(budget: &Shared<Budget>, bytes: u64) -> Option<Reserved> {
        let mut used = lock(&budget.used);
        let sum = used.checked_add(bytes).filter(|&sum| sum <= budget.limit)?;
        *used = sum;
        drop(used);
        Some(Reserved { budget: budget.clone(), bytes })
    }

    /// Makes this at least `bytes`, if there are as many left.
    pub(super) fn grow_to(&mut self, bytes: u64) -> bool {
        let Some(missing) = bytes.checked_sub(self.bytes) else {
            return true;
        };
        match Reserved::new(&self.budget, missing) {
            None => false,
            Some(mut more) => {
                self.bytes = bytes;
                more.bytes = 0; // they are counted here
                true
            }
        }
    }

    /// Makes this two parts, of which the second has `bytes`, or all there are.
    pub(super) fn split(&mut self, bytes: u64) -> Reserved {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        Reserved { budget: self.budget.clone(), bytes }
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let bytes = mem::take(&mut self.bytes);
        if bytes != 0 {
            let mut used = lock(&self.budget.used);
            *used = used.saturating_sub(bytes);
            drop(used);
            self.budget.notify();
        }
    }
}

#[cfg(all(test, not(rlzma_model)))]
mod tests {
    use super::*;
    use crate::memory::AllocatorHandle;

    #[test]
    fn parts_add_up() {
        let budget = AllocatorHandle::standard().share(Budget::new(100)).unwrap();
        let mut first = Reserved::new(&budget, 60).unwrap();
        assert!(Reserved::new(&budget, 41).is_none());
        assert!(Reserved::new(&budget, u64::MAX).is_none());
        let second = first.split(25);
        assert_eq!((first.bytes, second.bytes, budget.used()), (35, 25, 60));
        assert!(first.grow_to(30) && first.grow_to(75));
        assert!(!first.grow_to(76));
        assert_eq!(budget.used(), 100);
        drop(second);
        assert_eq!(budget.used(), 75);
        let all = first.split(u64::MAX);
        drop(first);
        assert_eq!(budget.used(), 75);
        drop(all);
        assert_eq!(budget.used(), 0);
    }
}
