//! Progress of a coder with threads. Applications ask for it from any
//! thread, at any time, also while another thread is in `lzma_code`.

#![forbid(unsafe_code)]

use crate::sync::{AtomicU64, Ordering};

/// Progress of a worker with its Block, in bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Progress {
    pub(crate) taken: usize,
    pub(crate) written: usize,
}

/// Bytes of input and output that are done. Whoever gets something done adds
/// it: workers for their Blocks, the main thread for everything else.
///
/// Relaxed atomics are enough: nothing else is concluded from the figures.
/// What was added before a Block's end is seen by whoever has seen that end,
/// as that is published through a lock.
pub(crate) struct Totals {
    taken: AtomicU64,
    written: AtomicU64,
    /// Bytes that the application has got. A worker adds what it has written
    /// after it can be delivered, so this may be more for a moment.
    delivered: AtomicU64,
}

impl Totals {
    pub(crate) fn new() -> Totals {
        Totals {
            taken: AtomicU64::new(0),
            written: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
        }
    }

    /// Starts again. No worker is at work.
    pub(crate) fn reset(&self) {
        self.taken.store(0, Ordering::Relaxed);
        self.written.store(0, Ordering::Relaxed);
        self.delivered.store(0, Ordering::Relaxed);
    }

    pub(crate) fn add(&self, taken: u64, written: u64) {
        self.taken.fetch_add(taken, Ordering::Relaxed);
        self.written.fetch_add(written, Ordering::Relaxed);
    }

    /// A Block has come from `before` to `now`. It may have become smaller.
    pub(crate) fn advance(&self, before: Progress, now: Progress) {
        let more = |before: usize, now: usize| (now as u64).wrapping_sub(before as u64);
        self.add(more(before.taken, now.taken), more(before.written, now.written));
    }

    pub(crate) fn add_delivered(&self, bytes: usize) {
        self.delivered.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes that are done, and bytes that they have become.
    pub(crate) fn get(&self) -> (u64, u64) {
        let written = self.written.load(Ordering::Relaxed);
        let delivered = self.delivered.load(Ordering::Relaxed);
        (self.taken.load(Ordering::Relaxed), written.max(delivered))
    }
}

#[cfg(all(test, not(rlzma_model)))]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_added_up() {
        let totals = Totals::new();
        totals.add(0, 12);
        let step = |taken, written| Progress { taken, written };
        totals.advance(step(0, 0), step(100, 90));
        totals.advance(step(100, 90), step(150, 80)); // stored after all
        assert_eq!(totals.get(), (150, 92));
        totals.add_delivered(95);
        assert_eq!(totals.get(), (150, 95));
        totals.reset();
        assert_eq!(totals.get(), (0, 0));
    }
}
