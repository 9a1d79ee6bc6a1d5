//! Panics on purpose, for tests of what becomes of one. Only a library built
//! with `--cfg rlzma_test_panic` has them, which `scripts/test-panics` makes for
//! itself; in every other, there is nothing here.

#![forbid(unsafe_code)]

#[cfg(rlzma_test_panic)]
use core::sync::atomic::{AtomicU64, Ordering};

/// Number of places to pass before the panic; 0 if there will be none.
#[cfg(rlzma_test_panic)]
static COUNTDOWN: AtomicU64 = AtomicU64::new(0);

/// A place where a test can have a panic, in any thread.
#[cfg(rlzma_test_panic)]
pub(crate) fn point() {
    let count = |left: u64| left.checked_sub(1);
    if let Ok(left @ 1) = COUNTDOWN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count) {
        // A message that has to be put together, as those of failed checks.
        panic!("on purpose, {left:>200} place later");
    }
}

/// A place where a test can have a panic.
#[cfg(not(rlzma_test_panic))]
#[inline(always)]
pub(crate) fn point() {}

/// Has the place that is passed as number `countdown` from now on panic, once;
/// with 0, none. Returns what was left of the countdown before.
#[cfg(rlzma_test_panic)]
pub(crate) fn set(countdown: u64) -> u64 {
    COUNTDOWN.swap(countdown, Ordering::Relaxed)
}
