//! When a call has to return.

#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

/// A call that waits returns to the C boundary once in this time, so that the
/// application's thread can be cancelled there: where it waits, there are
/// frames that must not be unwound. Workers are busy meanwhile, so that this
/// costs nothing that matters. In the model checker, time does not pass.
const PAUSE: Duration = Duration::from_millis(if cfg!(rlzma_model) { 1 << 40 } else { 20 });

/// The timeout of one call. It counts from when the call has to wait for the
/// first time.
pub(super) struct Clock {
    timeout: Option<Duration>,
    deadline: Option<Instant>,
    pause: Option<Instant>,
}

impl Clock {
    /// A timeout of so many milliseconds; 0 is none.
    pub(super) fn new(timeout: u32) -> Clock {
        let timeout = (timeout != 0).then(|| Duration::from_millis(timeout.into()));
        Clock { timeout, deadline: None, pause: None }
    }

    /// The call goes on after a pause.
    pub(super) fn resume(&mut self) {
        self.pause = Some(Instant::now() + PAUSE);
    }

    /// When to pause. `None`: at once, as the call has not done so yet.
    pub(super) fn pause(&self) -> Option<Instant> {
        self.pause
    }

    /// Until when to wait; `None` is for ever.
    pub(super) fn deadline(&mut self) -> Option<Instant> {
        let timeout = self.timeout?;
        Some(*self.deadline.get_or_insert_with(|| Instant::now() + timeout))
    }

    /// Tells whether the time is over. Starts to count if nothing has yet.
    pub(super) fn is_over(&mut self) -> bool {
        self.deadline().is_some_and(|deadline| Instant::now() >= deadline)
    }
}
