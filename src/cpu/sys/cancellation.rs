//! Cancellation of the calling thread (`pthread_cancel`).
//!
//! A cancelled thread ends at its next cancellation point or, if its
//! cancellation is asynchronous, at any instruction: the C library unwinds its
//! stack from there. What of that stack is Rust's must have nothing to drop, or
//! the behaviour is undefined; and a `catch_unwind` in between makes the C
//! library end the process. So cancellation is disabled around what may contain
//! a cancellation point: calls of the application's allocator and of blocking C
//! functions. And it is deferred in `lzma_code`.

use core::ffi::c_int;

/// Systems without cancellation, and Miri, which does not know of it.
#[cfg(any(not(unix), target_os = "android", miri))]
mod system {
    use core::ffi::c_int;

    pub(super) const DISABLE: c_int = 1;
    pub(super) const DEFERRED: c_int = 0;

    pub(super) fn set_state(_: c_int) -> c_int {
        DISABLE
    }

    pub(super) fn set_type(_: c_int) -> c_int {
        DEFERRED
    }

    pub(super) fn test() {}
}

#[cfg(not(any(not(unix), target_os = "android", miri)))]
mod system {
    use core::ffi::c_int;

    /// `PTHREAD_CANCEL_DISABLE`.
    pub(super) const DISABLE: c_int = if cfg!(target_vendor = "apple") { 0 } else { 1 };
    /// `PTHREAD_CANCEL_DEFERRED`.
    pub(super) const DEFERRED: c_int = if cfg!(target_vendor = "apple") { 2 } else { 0 };

    // They may unwind: a cancelled thread ends in them.
    unsafe extern "C-unwind" {
        fn pthread_setcancelstate(state: c_int, before: *mut c_int) -> c_int;
        fn pthread_setcanceltype(kind: c_int, before: *mut c_int) -> c_int;
        fn pthread_testcancel();
    }

    /// Returns the state before.
    #[inline]
    pub(super) fn set_state(state: c_int) -> c_int {
        let mut before = DISABLE;
        // SAFETY: `before` is valid for writes. It stays as it is if the call
        // fails, which it does for other states only.
        unsafe { pthread_setcancelstate(state, &raw mut before) };
        before
    }

    /// Returns the type before.
    #[inline]
    pub(super) fn set_type(kind: c_int) -> c_int {
        let mut before = DEFERRED;
        // SAFETY: as in `set_state`.
        unsafe { pthread_setcanceltype(kind, &raw mut before) };
        before
    }

    #[inline]
    pub(super) fn test() {
        // SAFETY: this has no preconditions but those on unwinding, which our
        // own callers have to keep.
        unsafe { pthread_testcancel() }
    }
}

/// The cancellation state before [`defer`] has changed it, for [`restore`].
#[derive(Clone, Copy)]
pub(crate) struct Before(c_int);

/// From now on, the calling thread is cancelled at cancellation points only.
/// That changes nothing, and costs next to nothing, but for the few threads
/// whose cancellation is asynchronous.
#[inline]
pub(crate) fn defer() -> Before {
    Before(system::set_type(system::DEFERRED))
}

/// Undoes [`defer`]. A thread whose cancellation is asynchronous, and that was
/// cancelled meanwhile, ends here.
///
/// # Safety
/// No frame between here and C has anything to drop, nor catches panics.
#[inline]
pub(crate) unsafe fn restore(before: Before) {
    if before.0 != system::DEFERRED {
        system::set_type(before.0);
    }
}

/// A cancellation point: a thread that was cancelled ends here, unless its
/// cancellation is disabled.
///
/// # Safety
/// No frame between here and C has anything to drop, nor catches panics.
#[inline]
pub(crate) unsafe fn test() {
    system::test();
}

/// Calls `body`, which may contain cancellation points, with cancellation
/// disabled.
///
/// POSIX forbids calling this library while cancellation is asynchronous, as
/// it is not async-cancel-safe; `lzma_code` tolerates it by deferring it. So a
/// thread that was cancelled does not end where this enables cancellation.
#[inline]
pub(crate) fn without<R>(body: impl FnOnce() -> R) -> R {
    /// Restores the state, also when `body` panics.
    struct Restore(c_int);
    impl Drop for Restore {
        fn drop(&mut self) {
            system::set_state(self.0);
        }
    }
    let _restore = Restore(system::set_state(system::DISABLE));
    body()
}
