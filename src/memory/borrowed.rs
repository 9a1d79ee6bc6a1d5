//! A structure of the application that a coder reads while it works.

use core::ops::Deref;
use core::ptr::NonNull;

/// A reference whose validity the application has promised.
pub(crate) struct Borrowed<T>(NonNull<T>);

// SAFETY: as a reference, which this stands for.
unsafe impl<T: Sync> Send for Borrowed<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Borrowed<T> {}

impl<T> Borrowed<T> {
    /// Stands for `value`.
    ///
    /// # Safety
    /// `value` stays valid as long as this is used, and does not change
    /// while what dereferences it runs.
    pub(crate) unsafe fn new(value: NonNull<T>) -> Borrowed<T> {
        Borrowed(value)
    }
}

impl<T> Deref for Borrowed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: by contract of `new`.
        unsafe { self.0.as_ref() }
    }
}
