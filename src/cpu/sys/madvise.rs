//! Advice to the system about memory.

/// Gives advice about `size` bytes from `start` on. If it is not taken, nothing
/// happens; what the application finds in errno stays.
///
/// # Safety
/// Nobody relies on what the advice may change: the system rounds `size` up to whole
/// pages of its own.
pub(super) unsafe fn advise(start: *const u8, size: usize, advice: libc::c_int) {
    // SAFETY: by the contract above; and errno is this thread's own.
    unsafe {
        let errno = libc::__errno_location();
        let before = *errno;
        libc::madvise(start.cast_mut().cast(), size, advice);
        *errno = before;
    }
}
