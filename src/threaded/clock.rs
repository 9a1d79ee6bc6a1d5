//! When a call has to return.

#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

/// The timeout of one call. It counts from when the call has to wait for the
/// first time.
pub(super) struct Clock {
    timeout: Option<Duration>,
    deadline: Option<Instant>,
}

impl Clock {
    /// A timeout of so many milliseconds; 0 is none.
    pub(super) fn new(timeout: u32) -> Clock {
        let timeout = (timeout != 0).then(|| Duration::from_millis(timeout.into()));
        Clock { timeout, deadline: None }
    }

    /// Until when to wait; `None` is for ever.
    pub(super) fn deadline(&mut self) -> Option<Instant> {
        let timeout = self.timeout?;
        Some(*self.deadline.get_or_insert_with(|| Instant::now() + timeout))
    }

    /// Whether the time is over. Starts to count if nothing has yet.
    pub(super) fn is_over(&mut self) -> bool {
        self.deadline().is_some_and(|deadline| Instant::now() >= deadline)
    }
}
