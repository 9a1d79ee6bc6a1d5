//! A single value in memory from the caller's allocator.

use super::{Allocator, AllocatorHandle};
use crate::error::Result;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

impl AllocatorHandle {
    /// Moves `value` into memory of its own.
    pub(crate) fn own<T>(&self, value: T) -> Result<OwnedBox<T>> {
        self.own_made(|| value)
    }
}

/// A `Box` from the caller's allocator. Its value may be in one allocation with what
/// all handles to that allocator share; then that is freed when no handle is left.
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

    /// Makes the first handle to `allocator`, and puts what `make` makes of it into
    /// the same allocation; what is simple enough is made there.
    ///
    /// # Safety
    /// As for [`AllocatorHandle::new`].
    #[inline]
    pub(crate) unsafe fn with_root(
        allocator: *const Allocator,
        make: impl FnOnce(&AllocatorHandle) -> T,
    ) -> Result<OwnedBox<T>> {
        // SAFETY: by contract.
        let (memory, place) = unsafe { AllocatorHandle::with_place::<T>(allocator) }?;
        // SAFETY: freshly allocated, large enough and aligned.
        unsafe { place.write(make(&memory)) };
        Ok(OwnedBox::new(place, memory))
    }

    /// The allocator that the value came from.
    pub(crate) fn memory(&self) -> &AllocatorHandle {
        &self.memory
    }

    /// Tells whether the value is in one allocation with the root of its handle.
    pub(super) fn is_with_root(&self) -> bool {
        self.memory.has_in_place(self.value)
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
        // which came from `memory`, is not used any more. The last handle frees
        // it if it is the root's as well.
        unsafe {
            ptr::drop_in_place(self.value.as_ptr());
            if !self.is_with_root() {
                self.memory.release(self.value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};
    use super::*;
    use core::ptr::null;

    /// A value that has a handle to the allocator that it is with.
    struct Holder {
        memory: AllocatorHandle,
        number: OwnedBox<u64>,
    }

    fn holder() -> OwnedBox<Holder> {
        let make = |memory: &AllocatorHandle| {
            let number = memory.own(7).unwrap();
            Holder { memory: memory.clone(), number }
        };
        // SAFETY: NULL stands for malloc and free.
        unsafe { OwnedBox::with_root(null(), make) }.unwrap()
    }

    #[test]
    fn in_one_allocation_with_the_root() {
        let mut value = holder();
        assert!(value.memory.has_in_place(value.value));
        assert!(!value.memory.has_in_place(value.number.value));
        *value.number = 8;
        // The value goes first, then its place with the last handle.
        let memory = value.memory.clone();
        let number = memory.own(9).unwrap();
        drop(value);
        assert_eq!((*number, *memory.own(10).unwrap()), (9, 10));
    }

    #[test]
    fn given_to_c_and_taken_back() {
        let raw = NonNull::new(holder().into_raw()).unwrap();
        // SAFETY: it came from there, and the handle is that of its allocator.
        let value = unsafe { OwnedBox::from_raw(raw, &raw.as_ref().memory) };
        assert_eq!(*value.number, 7);
    }

    #[test]
    fn beside_the_root_of_nobody() {
        for memory in [malloc(), dirty()] {
            let value = memory.own(1).unwrap();
            assert!(!memory.has_in_place(value.value));
        }
    }
}
