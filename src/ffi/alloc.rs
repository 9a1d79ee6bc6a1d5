//! Structures that the application gets, and frees itself.

use super::base::lzma_allocator;
use crate::error::{Error, Result};
use crate::memory::{Allocator, allocate, release};
use core::ffi::c_void;
use core::ptr::NonNull;

/// Moves `value` into memory of its own, for the application to keep.
///
/// # Safety
/// `allocator` is NULL or valid.
pub(super) unsafe fn new<T: Copy>(allocator: *const lzma_allocator, value: T) -> Result<*mut T> {
    const { assert!(align_of::<T>() <= 8, "more than malloc promises everywhere") };
    // SAFETY: by the contract above; `Allocator` has the layout of
    // `lzma_allocator`.
    let memory = unsafe { allocate(allocator.cast::<Allocator>(), size_of::<T>()) };
    let place = memory.ok_or(Error::Mem)?.0.cast::<T>().as_ptr();
    // SAFETY: freshly allocated, large enough and aligned.
    unsafe { place.write(value) };
    Ok(place)
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
