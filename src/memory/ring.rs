//! Arrays whose indices wrap round, and whose memory is touched only as far as
//! they have grown.

use super::{AllocatorHandle, Buf, Zeroable};
use crate::error::Result;

/// An array whose length is a power of two and grows up to its capacity. Indices
/// are taken modulo the length by a mask, so no index needs a bounds check.
pub(crate) struct Ring<T: Zeroable> {
    /// More than `mask` elements are ready.
    elements: Buf<T>,
    /// The length less one, to be applied to indices.
    mask: usize,
}

impl AllocatorHandle {
    /// Allocates a ring of one element that can grow to `capacity`, a power of
    /// two.
    pub(crate) fn ring<T: Zeroable>(&self, capacity: usize) -> Result<Ring<T>> {
        assert!(capacity.is_power_of_two());
        let mut elements = self.buf_as_needed(capacity)?;
        elements.zero_up_to(1);
        Ok(Ring { elements, mask: 0 })
    }
}

impl<T: Zeroable> Ring<T> {
    /// Index of the last element.
    #[inline(always)]
    pub(crate) fn last(&self) -> usize {
        self.mask
    }

    /// Grows to at least `count` elements, rounded up to a power of two and
    /// limited by the capacity. New elements are zero.
    pub(crate) fn grow(&mut self, count: usize) {
        let count = count.min(self.elements.capacity()).next_power_of_two();
        self.mask = self.mask.max(self.elements.zero_up_to(count).len() - 1);
    }

    /// Returns the element at `index` modulo the length.
    #[inline(always)]
    pub(crate) fn at(&self, index: usize) -> &T {
        // SAFETY: more than `mask` elements are ready.
        unsafe { self.elements.start().add(index & self.mask).as_ref() }
    }

    /// Returns the element at `index` modulo the length, to be changed.
    #[inline(always)]
    pub(crate) fn at_mut(&mut self, index: usize) -> &mut T {
        // SAFETY: as in `at`; and they are ours alone.
        unsafe { self.elements.start().add(index & self.mask).as_mut() }
    }

    /// Returns the elements from `index` modulo the length to the last.
    #[inline(always)]
    pub(crate) fn from(&mut self, index: usize) -> &mut [T] {
        let index = index & self.mask;
        let count = self.mask + 1 - index;
        // SAFETY: as in `at_mut`, for all of them.
        unsafe { core::slice::from_raw_parts_mut(self.elements.start().add(index).as_ptr(), count) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};
    use super::*;

    #[test]
    fn grows_and_wraps() {
        for memory in [malloc(), dirty()] {
            let mut ring: Ring<u32> = memory.ring(64).unwrap();
            assert_eq!((ring.last(), *ring.at(5), ring.from(7).len()), (0, 0, 1));
            *ring.at_mut(0) = 7;
            ring.grow(5);
            assert_eq!((ring.last(), *ring.at(8), *ring.at(7)), (7, 7, 0));
            *ring.at_mut(8 + 6) = 9;
            assert_eq!(ring.from(8 + 5), [0, 9, 0]);
            ring.grow(2);
            assert_eq!(ring.last(), 7);
            ring.grow(1000);
            assert_eq!((ring.last(), *ring.at(64 + 6), ring.from(60).len()), (63, 9, 4));
        }
    }
}
