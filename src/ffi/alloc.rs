//! Structures that the application gets, and frees itself.

use super::base::lzma_allocator;
use super::filter::{LZMA_FILTERS_MAX, NO_FILTER, lzma_filter};
use crate::error::{Error, Result};
use crate::memory::{Allocator, allocate_any, release};
use core::ffi::c_void;
use core::mem;
use core::ptr::{self, NonNull};

/// Moves `value` into memory of its own, for the application to keep.
///
/// # Safety
/// `allocator` is NULL or valid.
pub(super) unsafe fn new<T: Copy>(allocator: *const lzma_allocator, value: T) -> Result<*mut T> {
    // SAFETY: by the contract above.
    let place = unsafe { new_uninit::<T>(allocator) }?.as_ptr();
    // SAFETY: freshly allocated for such a value.
    unsafe { place.write(value) };
    Ok(place)
}

/// Allocates memory for a value, which is not initialised.
///
/// # Safety
/// `allocator` is NULL or valid.
#[inline]
pub(super) unsafe fn new_uninit<T: Copy>(allocator: *const lzma_allocator) -> Result<NonNull<T>> {
    const { assert!(align_of::<T>() <= 8, "more than malloc promises everywhere") };
    // SAFETY: by the contract above; `Allocator` has the layout of
    // `lzma_allocator`.
    let memory = unsafe { allocate_any(allocator.cast::<Allocator>(), size_of::<T>()) };
    Ok(memory.ok_or(Error::Mem)?.cast())
}

/// Frees what [`new`] or the application has allocated; NULL is fine.
///
/// # Safety
/// `allocator` is NULL or valid, and can free `memory`, which is not used
/// any more.
pub(super) unsafe fn free(allocator: *const lzma_allocator, memory: *mut c_void) {
    if let Some(memory) = NonNull::new(memory.cast::<u8>()) {
        // SAFETY: by the contract above.
        unsafe { release(allocator.cast::<Allocator>(), memory) };
    }
}

/// Filters whose options are allocated one after the other. Until they are
/// given to the application, they are freed whatever happens.
pub(super) struct NewFilters {
    pub(super) entries: [lzma_filter; LZMA_FILTERS_MAX + 1],
    allocator: *const lzma_allocator,
}

impl NewFilters {
    /// Makes an empty list.
    ///
    /// # Safety
    /// `allocator` is NULL or valid as long as this exists, and everything
    /// that options in `entries` point to is from there.
    pub(super) unsafe fn new(allocator: *const lzma_allocator) -> NewFilters {
        NewFilters { entries: [NO_FILTER; LZMA_FILTERS_MAX + 1], allocator }
    }

    /// Stores the first `count` at `to`, and a terminator. They are the
    /// application's from now on.
    ///
    /// # Safety
    /// `count` is at most four, and `to` has room for one more.
    pub(super) unsafe fn give(self, to: *mut lzma_filter, count: usize) {
        // SAFETY: by the contract above.
        unsafe { ptr::copy_nonoverlapping(self.entries.as_ptr(), to, count + 1) };
        mem::forget(self);
    }
}

impl Drop for NewFilters {
    fn drop(&mut self) {
        for filter in &self.entries {
            // SAFETY: by the contract of `new`, and nobody else has them.
            unsafe { free(self.allocator, filter.options) };
        }
    }
}
