//! Sizes of liblzma's structures, which its memory usage figures contain.
//! Applications set limits by these, so the figures are those that liblzma has
//! on the same target.

#![forbid(unsafe_code)]

/// A size in bytes of which liblzma's source determines no more than what
/// members a structure has: `wide` with pointers of 64 bits, `narrow` with
/// pointers of 32 bits, `packed` where integers of 64 bits are aligned to four
/// bytes besides, as on i386.
pub(crate) const fn by_target(wide: u64, narrow: u64, packed: u64) -> u64 {
    if size_of::<usize>() == 8 {
        wide
    } else if align_of::<u64>() == 8 {
        narrow
    } else {
        packed
    }
}

/// liblzma's `mythread_mutex` and `mythread_cond` together, in bytes.
pub(crate) const LOCK: u64 = lock::MUTEX + lock::CONDITION;

#[cfg(unix)]
mod lock {
    pub(super) const MUTEX: u64 = size_of::<libc::pthread_mutex_t>() as u64;
    /// Beside the condition variable, the ID of a clock.
    pub(super) const CONDITION: u64 = {
        let size = size_of::<libc::pthread_cond_t>() + size_of::<libc::clockid_t>();
        size.next_multiple_of(align_of::<u64>()) as u64
    };
}

#[cfg(not(unix))]
mod lock {
    /// `CRITICAL_SECTION` of Windows.
    pub(super) const MUTEX: u64 = super::by_target(40, 24, 24);
    /// `CONDITION_VARIABLE`.
    pub(super) const CONDITION: u64 = size_of::<usize>() as u64;
}
