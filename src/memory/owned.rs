//! A single value in memory from the caller's allocator.

use super::AllocatorHandle;
use crate::error::Result;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

impl AllocatorHandle {
    /// Moves `value` into memory of its own.
    pub(crate) fn own<T>(&self, value: T) -> Result<OwnedBox<T>> {
        self.clone().into_box(value)
    }

    /// [`AllocatorHandle::own`] for a handle that is not needed any more.
    pub(crate) fn into_box<T>(self, value: T) -> Result<OwnedBox<T>> {
        let place = self.allocate_value::<T>()?;
        // SAFETY: freshly allocated, large enough and aligned.
        unsafe { place.write(value) };
        Ok(OwnedBox::new(place, self))
    }
}

/// A `Box` from the caller's allocator.
pub(crate) struct OwnedBox<T> {
    value: NonNull<T>,
    memory: AllocatorHandle,
    owns: PhantomData<T>,
}

// SAFETY: an `OwnedBox` is its value and a handle, which is `Send`.
unsafe impl<T: Send> Send for OwnedBox<T> {}
// SAFETY: shared, it only gives out `&T`.
unsafe impl<T: Sync> Sync for OwnedBox<T> {}

impl<T> OwnedBox<T> {
    /// Takes over `value`, which `memory` has allocated and which is
    /// initialised.
    pub(super) fn new(value: NonNull<T>, memory: AllocatorHandle) -> OwnedBox<T> {
        OwnedBox { value, memory, owns: PhantomData }
    }

    /// The allocator that the value came from.
    pub(crate) fn memory(&self) -> &AllocatorHandle {
        &self.memory
    }

    pub(super) fn memory_mut(&mut self) -> &mut AllocatorHandle {
        &mut self.memory
    }

    /// Gives the value to C as a pointer, to come back through
    /// [`OwnedBox::from_raw`].
    pub(crate) fn into_raw(self) -> *mut T {
        let holder = MaybeUninit::new(self);
        // SAFETY: `holder` is initialised and never dropped; the handle moves
        // into the raw form, where it stays counted.
        let (value, memory) = unsafe {
            let this = holder.as_ptr();
            (ptr::read(&raw const (*this).value), ptr::read(&raw const (*this).memory))
        };
        core::mem::forget(memory);
        value.as_ptr()
    }

    /// Takes back what [`OwnedBox::into_raw`] gave away.
    ///
    /// # Safety
    /// `value` came from `into_raw`, was not taken back before, and `memory`
    /// is a handle to the allocator it came from.
    pub(crate) unsafe fn from_raw(value: NonNull<T>, memory: &AllocatorHandle) -> OwnedBox<T> {
        // SAFETY: `into_raw` left its handle counted.
        OwnedBox::new(value, unsafe { memory.take_back() })
    }
}

impl<T> Deref for OwnedBox<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the value is initialised and ours.
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for OwnedBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the value is initialised and ours alone.
        unsafe { self.value.as_mut() }
    }
}

impl<T> Drop for OwnedBox<T> {
    fn drop(&mut self) {
        // SAFETY: the value is initialised and dropped once; then its memory,
        // which came from `memory`, is not used any more.
        unsafe {
            ptr::drop_in_place(self.value.as_ptr());
            self.memory.release(self.value);
        }
    }
}
