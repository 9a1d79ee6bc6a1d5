//! Two arrays of one length in one allocation, whose memory is touched only as far as
//! they have grown.

use super::{AllocatorHandle, Zeroable};
use crate::error::Result;
use core::marker::PhantomData;
use core::ptr::NonNull;
use core::slice;

/// Arrays of `A` and of `B` that grow together up to their capacity. An index that is
/// too large stands for the last one, which takes less time than to refuse it. So
/// there is one element of each from the start.
pub(crate) struct ParallelArrays<A: Zeroable, B: Zeroable> {
    /// Memory for `capacity` values of `A`.
    first: NonNull<A>,
    /// Memory for as many of `B`, in the same allocation after these. Before the arrays
    /// have grown, it is right after the first `A`, so that only one page is touched.
    second: NonNull<B>,
    capacity: usize,
    /// Index of the last element of each array. All up to it are initialised.
    last: usize,
    memory: AllocatorHandle,
    owns: PhantomData<(A, B)>,
}

/// As much memory as an element of each array takes.
#[repr(C)]
struct Both<A, B>(A, B);

// SAFETY: it is its elements and a handle, which is `Send`.
unsafe impl<A: Zeroable + Send, B: Zeroable + Send> Send for ParallelArrays<A, B> {}
// SAFETY: shared, it only gives out `&A` and `&B`.
unsafe impl<A: Zeroable + Sync, B: Zeroable + Sync> Sync for ParallelArrays<A, B> {}

impl AllocatorHandle {
    /// Allocates arrays of one element that can grow to `capacity`, at least 1.
    pub(crate) fn parallel_arrays<A: Zeroable, B: Zeroable>(
        &self,
        capacity: usize,
    ) -> Result<ParallelArrays<A, B>> {
        const { assert!(align_of::<A>() >= align_of::<B>(), "no gap between the arrays") };
        let capacity = capacity.max(1);
        let first = self.allocate_array::<Both<A, B>>(capacity)?.cast::<A>();
        // SAFETY: there is room for a value of each; the second is aligned, since `B`
        // needs no more than `A`; and zero bits are a value of both.
        let second = unsafe {
            let second = first.add(1).cast::<B>();
            first.write_bytes(0, 1);
            second.write_bytes(0, 1);
            second
        };
        let (memory, owns) = (self.clone(), PhantomData);
        Ok(ParallelArrays { first, second, capacity, last: 0, memory, owns })
    }
}

impl<A: Zeroable, B: Zeroable> ParallelArrays<A, B> {
    /// Number of elements in each array.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.last + 1
    }

    /// Grows to `count` elements, limited by the capacity. New elements are zero.
    pub(crate) fn grow(&mut self, count: usize) {
        let (from, count) = (self.len(), count.min(self.capacity));
        if count <= from {
            return;
        }
        // SAFETY: there is room for `capacity` values of `A`, and for as many of `B`
        // after them, which are aligned as in `parallel_arrays`. All of it is ours
        // alone. If there is but one of each, the `B` moves, and its old place, like
        // everything else that is new, becomes zero, a value of both types.
        unsafe {
            let second = self.first.add(self.capacity).cast::<B>();
            second.write(self.second.read());
            self.second = second;
            self.first.add(from).write_bytes(0, count - from);
            self.second.add(from).write_bytes(0, count - from);
        }
        self.last = count - 1;
    }

    /// Returns the element of the first array at `index`, or its last one.
    #[inline(always)]
    pub(crate) fn first(&self, index: usize) -> &A {
        // SAFETY: elements up to the last are initialised.
        unsafe { self.first.add(index.min(self.last)).as_ref() }
    }

    /// Returns the element of the first array at `index`, or its last one, to be
    /// changed.
    #[inline(always)]
    pub(crate) fn first_mut(&mut self, index: usize) -> &mut A {
        // SAFETY: as in `first`; and it is ours alone.
        unsafe { self.first.add(index.min(self.last)).as_mut() }
    }

    /// Returns the elements of the first array from `index` to the last, at least one.
    #[inline(always)]
    pub(crate) fn first_from(&mut self, index: usize) -> &mut [A] {
        let index = index.min(self.last);
        let count = self.len() - index;
        // SAFETY: as in `first_mut`, for all of them.
        unsafe { slice::from_raw_parts_mut(self.first.add(index).as_ptr(), count) }
    }

    /// Returns the element of the second array at `index`, or its last one.
    #[inline(always)]
    pub(crate) fn second(&self, index: usize) -> &B {
        // SAFETY: elements up to the last are initialised.
        unsafe { self.second.add(index.min(self.last)).as_ref() }
    }

    /// Returns the element of the second array at `index`, or its last one, to be
    /// changed.
    #[inline(always)]
    pub(crate) fn second_mut(&mut self, index: usize) -> &mut B {
        // SAFETY: as in `second`; and it is ours alone.
        unsafe { self.second.add(index.min(self.last)).as_mut() }
    }
}

impl<A: Zeroable, B: Zeroable> Drop for ParallelArrays<A, B> {
    fn drop(&mut self) {
        // SAFETY: the memory came from there, what is in it needs no dropping, and it
        // is not used any more.
        unsafe { self.memory.release(self.first) };
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};

    #[test]
    fn arrays_grow_together_and_end_with_the_last_element() {
        for memory in [malloc(), dirty()] {
            let mut arrays = memory.parallel_arrays::<[u32; 2], [u16; 3]>(10).unwrap();
            assert_eq!((arrays.len(), *arrays.first(7), *arrays.second(7)), (1, [0; 2], [0; 3]));
            (*arrays.first_mut(3), *arrays.second_mut(3)) = ([7; 2], [8; 3]);
            arrays.grow(4);
            assert_eq!((*arrays.first(0), *arrays.second(0)), ([7; 2], [8; 3]));
            assert_eq!((*arrays.first(1), *arrays.second(1)), ([0; 2], [0; 3]));
            for index in 0..4 {
                *arrays.first_mut(index) = [index as u32; 2];
                *arrays.second_mut(index) = [index as u16; 3];
            }
            arrays.grow(2);
            assert_eq!((arrays.len(), *arrays.first(100), *arrays.second(4)), (4, [3; 2], [3; 3]));
            arrays.grow(1000);
            assert_eq!((arrays.len(), *arrays.first(0), *arrays.second(0)), (10, [0; 2], [0; 3]));
            assert_eq!((*arrays.first(9), *arrays.second(9)), ([0; 2], [0; 3]));
            assert_eq!((*arrays.first(3), *arrays.second(3)), ([3; 2], [3; 3]));
            assert_eq!(arrays.first_from(2)[..3], [[2; 2], [3; 2], [0; 2]]);
            assert_eq!((arrays.first_from(2).len(), arrays.first_from(10).len()), (8, 1));
        }
    }
}
