//! Keeps panics from crossing into C.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::fault;

/// Runs `body`. A panic in it, which would be a bug, becomes `on_panic`.
///
/// A panic leaves the values that `body` was changing half-changed, so `body` must
/// arrange for them not to be used again (a session marks itself as failed
/// beforehand).
///
/// A program that shares Rust's standard library with this one decides by its
/// panic hook how a panic is reported.
#[inline]
pub(super) fn guard<R>(on_panic: R, body: impl FnOnce() -> R) -> R {
    #[cfg(all(feature = "standalone", not(rlzma_panic_handler)))]
    super::report::install();
    let body = || {
        fault::entry();
        body()
    };
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(on_panic)
}

/// The switches of the tests of panics, in a module so that no header has them.
#[cfg(rlzma_test_panic)]
mod switch {
    /// For tests: the place in the library that is passed as number
    /// `countdown` from now on panics, in whatever thread. 0: none does.
    /// Returns what was left of the countdown before, which is 0 after the
    /// panic.
    #[unsafe(no_mangle)]
    pub extern "C" fn rlzma_test_panic(countdown: u64) -> u64 {
        crate::fault::set(countdown)
    }

    /// For tests: the next function that is guarded panics before it does
    /// anything, or, with false, none does. Returns true if that was still to come.
    pub fn rlzma_test_panic_at_entry(panics: bool) -> bool {
        crate::fault::set_at_entry(panics)
    }
}
#[cfg(rlzma_test_panic)]
pub use switch::{rlzma_test_panic, rlzma_test_panic_at_entry};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_value() {
        assert_eq!(guard(1, || 2), 2);
        assert_eq!(guard(1, || panic!("on purpose")), 1);
    }
}
