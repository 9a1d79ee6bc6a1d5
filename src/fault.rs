//! Panics on purpose, for tests of what becomes of one. Only a library built
//! with `--cfg rlzma_test_panic` has them, which `scripts/test-panics` makes for
//! itself; in every other, there is nothing here.

#![forbid(unsafe_code)]

#[cfg(rlzma_test_panic)]
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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

/// True if the next call of C shall panic.
#[cfg(rlzma_test_panic)]
static AT_ENTRY: AtomicBool = AtomicBool::new(false);

/// The place where a call of C is guarded from, which a test can have panic as
/// well. It is not among those that [`set`] counts, since nothing is done yet.
#[cfg(rlzma_test_panic)]
pub(crate) fn entry() {
    if AT_ENTRY.swap(false, Ordering::Relaxed) {
        panic!("on purpose, at the entry");
    }
}

/// The place where a call of C is guarded from.
#[cfg(not(rlzma_test_panic))]
#[inline(always)]
pub(crate) fn entry() {}

/// Has the next call of C panic, or none. Returns true if there was to be one
/// and it has not come.
#[cfg(rlzma_test_panic)]
pub(crate) fn set_at_entry(panics: bool) -> bool {
    AT_ENTRY.swap(panics, Ordering::Relaxed)
}
