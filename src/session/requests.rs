//! Requests of other threads to a coder while it is at work.

#![forbid(unsafe_code)]

use crate::sync::{AtomicUsize, Ordering};

/// The bit for work in steps.
const STEPS: usize = 1;
/// The bit for stopping.
const STOP: usize = 2;

/// The most urgent request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// There is none.
    None,
    /// Somebody may want to stop the coder, or to see how far it has come.
    Steps,
    /// The call that is under way, or the next one, shall end.
    Stop,
}

/// The requests to one coder.
pub(crate) struct Requests(AtomicUsize);

impl Requests {
    /// No requests.
    pub(crate) fn new() -> Requests {
        Requests(AtomicUsize::new(0))
    }

    /// Asks for work in steps, or no more.
    pub(crate) fn set_steps(&self, steps: bool) {
        if steps {
            self.0.fetch_or(STEPS, Ordering::Relaxed);
        } else {
            self.0.fetch_and(!STEPS, Ordering::Relaxed);
        }
    }

    /// Asks to stop, once.
    pub(crate) fn stop(&self) {
        self.0.fetch_or(STOP, Ordering::Relaxed);
    }

    /// The most urgent request. One to stop is fulfilled with this.
    #[inline]
    pub(crate) fn take_request(&self) -> Request {
        match self.0.load(Ordering::Relaxed) {
            0 => Request::None, // as nearly always
            STEPS => Request::Steps,
            _ => {
                self.0.fetch_and(!STOP, Ordering::Relaxed);
                Request::Stop
            }
        }
    }
}

#[cfg(all(test, not(rlzma_model)))]
mod tests {
    use super::*;

    #[test]
    fn stopping_is_requested_for_one_call() {
        let requests = Requests::new();
        assert_eq!(requests.take_request(), Request::None);
        requests.stop();
        requests.stop();
        assert_eq!(requests.take_request(), Request::Stop);
        assert_eq!(requests.take_request(), Request::None);
        requests.set_steps(true);
        requests.stop();
        assert_eq!(requests.take_request(), Request::Stop);
        assert_eq!(requests.take_request(), Request::Steps);
        requests.set_steps(false);
        assert_eq!(requests.take_request(), Request::None);
    }
}
