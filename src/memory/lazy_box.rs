//! Memory for a large value that may never be needed.

use super::AllocatorHandle;
use crate::error::Result;
use core::marker::PhantomData;
use core::ptr::{self, NonNull};

/// A `Box` from the caller's allocator whose value is made when it is used for
/// the first time. The memory is allocated before, so that running out of it is an
/// error at the usual place, but it is not touched.
pub(crate) struct LazyBox<T> {
    place: NonNull<T>,
    made: bool,
    memory: AllocatorHandle,
    owns: PhantomData<T>,
}

// SAFETY: a `LazyBox` is its value and a handle, which is `Send`.
unsafe impl<T: Send> Send for LazyBox<T> {}
// SAFETY: shared, it gives out `&T` only.
unsafe impl<T: Sync> Sync for LazyBox<T> {}

impl AllocatorHandle {
    /// Allocates memory for a value that is made later.
    pub(crate) fn lazy_box<T>(&self) -> Result<LazyBox<T>> {
        Ok(LazyBox {
            place: self.allocate_value()?,
            made: false,
            memory: self.clone(),
            owns: PhantomData,
        })
    }
}

impl<T> LazyBox<T> {
    /// Returns the value, if it was made.
    #[inline(always)]
    pub(crate) fn get(&self) -> Option<&T> {
        if !self.made {
            return None;
        }
        // SAFETY: the value was made, so it is initialised.
        Some(unsafe { self.place.as_ref() })
    }

    /// Returns the value to be changed, if it was made.
    #[inline(always)]
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        if !self.made {
            return None;
        }
        // SAFETY: the value was made, so it is initialised; and it is ours alone.
        Some(unsafe { self.place.as_mut() })
    }

    /// Returns the value, which `make` makes the first time. A constant is
    /// written straight to its place.
    #[inline(always)]
    pub(crate) fn get_or(&mut self, make: impl FnOnce() -> T) -> &mut T {
        if !self.made {
            // SAFETY: allocated for a value, aligned, and empty.
            unsafe { self.place.write(make()) };
            self.made = true;
        }
        // SAFETY: the value is initialised and ours alone.
        unsafe { self.place.as_mut() }
    }
}

impl<T> Drop for LazyBox<T> {
    fn drop(&mut self) {
        // SAFETY: a value that was made is dropped once; then the memory,
        // which came from `memory`, is not used any more.
        unsafe {
            if self.made {
                ptr::drop_in_place(self.place.as_ptr());
            }
            self.memory.release(self.place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};

    #[test]
    fn made_once_and_dropped() {
        for memory in [malloc(), dirty()] {
            let mut value = memory.lazy_box().unwrap();
            assert!(value.get().is_none() && value.get_mut().is_none());
            *value.get_or(|| vec![1]) = vec![2];
            assert_eq!(value.get(), Some(&vec![2]));
            assert_eq!(value.get_mut(), Some(&mut vec![2]));
            assert_eq!(*value.get_or(|| vec![3]), [2]);
            drop(memory.lazy_box::<Vec<u8>>());
        }
    }
}
