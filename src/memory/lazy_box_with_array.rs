//! Memory for a large value and an array, which may never be needed.

use super::{AllocatorHandle, Zeroable};
use crate::error::Result;
use core::marker::PhantomData;
use core::ptr::{self, NonNull};
use core::slice;

/// A [`LazyBox`](super::LazyBox) with an array in the same allocation. Of the array, as of
/// a [`Buf`](super::Buf), only the first elements are ready, and none at first; the
/// rest is not touched.
pub(crate) struct LazyBoxWithArray<T, U: Zeroable, const N: usize> {
    place: NonNull<Inner<T, U, N>>,
    made: bool,
    /// Number of elements that are initialised.
    ready: usize,
    memory: AllocatorHandle,
    owns: PhantomData<(T, U)>,
}

struct Inner<T, U, const N: usize> {
    value: T,
    array: [U; N],
}

// SAFETY: as for `LazyBox`, and a handle is `Send`.
unsafe impl<T: Send, U: Zeroable + Send, const N: usize> Send for LazyBoxWithArray<T, U, N> {}
// SAFETY: shared, it gives out nothing.
unsafe impl<T: Sync, U: Zeroable + Sync, const N: usize> Sync for LazyBoxWithArray<T, U, N> {}

impl AllocatorHandle {
    /// Allocates memory for a value that is made later, and for an array of `N`
    /// elements, none of them ready yet.
    pub(crate) fn lazy_box_with_array<T, U: Zeroable, const N: usize>(
        &self,
    ) -> Result<LazyBoxWithArray<T, U, N>> {
        Ok(LazyBoxWithArray {
            place: self.allocate_value()?,
            made: false,
            ready: 0,
            memory: self.clone(),
            owns: PhantomData,
        })
    }
}

impl<T, U: Zeroable, const N: usize> LazyBoxWithArray<T, U, N> {
    /// Returns the value, which `make` makes the first time, and the elements that are
    /// ready. A constant is written straight to its place.
    #[inline(always)]
    pub(crate) fn parts_or(&mut self, make: impl FnOnce() -> T) -> (&mut T, &mut [U]) {
        // SAFETY: the place is allocated, and ours alone; no reference is made.
        let (value, array) = unsafe {
            let place = self.place.as_ptr();
            (&raw mut (*place).value, &raw mut (*place).array)
        };
        if !self.made {
            // SAFETY: allocated for a value, aligned, and empty.
            unsafe { value.write(make()) };
            self.made = true;
        }
        // SAFETY: the value and the first elements are initialised and ours alone;
        // they do not overlap.
        unsafe { (&mut *value, slice::from_raw_parts_mut(array.cast(), self.ready)) }
    }

    /// Makes the first `len` elements of the array ready (all, if there are not as
    /// many), each of which is `element` then.
    #[inline]
    pub(crate) fn fill_up_to(&mut self, len: usize, element: U) {
        let len = len.min(N);
        // SAFETY: the place is allocated; no reference is made.
        let array = unsafe { &raw mut (*self.place.as_ptr()).array }.cast::<U>();
        for at in 0..len {
            // SAFETY: `at` lies within the array, which is ours alone.
            unsafe { array.add(at).write(element) };
        }
        self.ready = self.ready.max(len);
    }
}

impl<T, U: Zeroable, const N: usize> Drop for LazyBoxWithArray<T, U, N> {
    fn drop(&mut self) {
        // SAFETY: a value that was made is dropped once, elements need no dropping;
        // then the memory, which came from `memory`, is not used any more.
        unsafe {
            if self.made {
                ptr::drop_in_place(&raw mut (*self.place.as_ptr()).value);
            }
            self.memory.release(self.place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};
    use super::LazyBoxWithArray;

    #[test]
    fn both_are_made_when_they_are_needed() {
        for memory in [malloc(), dirty()] {
            let mut both: LazyBoxWithArray<Vec<u8>, u16, 10> =
                memory.lazy_box_with_array().unwrap();
            both.fill_up_to(3, 7);
            assert_eq!(both.parts_or(|| vec![1]), (&mut vec![1], &mut [7; 3][..]));
            both.parts_or(|| vec![3]).0.push(2);
            both.fill_up_to(2, 8);
            assert_eq!(both.parts_or(|| vec![3]), (&mut vec![1, 2], &mut [8, 8, 7][..]));
            both.fill_up_to(20, 9);
            assert_eq!(both.parts_or(|| vec![3]).1, [9; 10]);
        }
    }

    #[test]
    fn never_made() {
        for memory in [malloc(), dirty()] {
            drop(memory.lazy_box_with_array::<Vec<u8>, u16, 10>());
        }
    }
}
