//! Wishes that other threads have for a coder while it is at work.

#![forbid(unsafe_code)]

use crate::sync::{AtomicUsize, Ordering};

/// The bit for work in steps.
const STEPS: usize = 1;
/// The bit for stopping.
const STOP: usize = 2;

/// The most urgent wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Nobody has one.
    Nothing,
    /// Somebody may want to stop the coder, or to see how far it has come.
    Steps,
    /// The call that is under way, or the next one, shall end.
    Stop,
}

/// The wishes for one coder.
pub(crate) struct Control(AtomicUsize);

impl Control {
    /// No wishes.
    pub(crate) fn new() -> Control {
        Control(AtomicUsize::new(0))
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

    /// The most urgent wish. That to stop is fulfilled with this.
    #[inline]
    pub(crate) fn take_wish(&self) -> Wish {
        match self.0.load(Ordering::Relaxed) {
            0 => Wish::Nothing, // as nearly always
            STEPS => Wish::Steps,
            _ => {
                self.0.fetch_and(!STOP, Ordering::Relaxed);
                Wish::Stop
            }
        }
    }
}

#[cfg(all(test, not(rlzma_model)))]
mod tests {
    use super::*;

    #[test]
    fn stopping_is_a_wish_for_one_call() {
        let control = Control::new();
        assert_eq!(control.take_wish(), Wish::Nothing);
        control.stop();
        control.stop();
        assert_eq!(control.take_wish(), Wish::Stop);
        assert_eq!(control.take_wish(), Wish::Nothing);
        control.set_steps(true);
        control.stop();
        assert_eq!(control.take_wish(), Wish::Stop);
        assert_eq!(control.take_wish(), Wish::Steps);
        control.set_steps(false);
        assert_eq!(control.take_wish(), Wish::Nothing);
    }
}
