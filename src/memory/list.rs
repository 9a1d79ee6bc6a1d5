//! A list that grows at both ends.

use super::AllocatorHandle;
use crate::error::{Error, Result};
use core::marker::PhantomData;
use core::mem::size_of;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};
use core::slice;

/// A double-ended array that is one slice at any time, with room before the
/// first value and after the last. Appending and prepending any number of values
/// takes linear time.
pub(crate) struct List<T> {
    /// Place of the first value; dangling if there is no memory.
    first: NonNull<T>,
    /// Number of values that there is memory for, at most three times as many as
    /// were needed.
    capacity: usize,
    /// Number of places before the first value.
    before: usize,
    len: usize,
    pub(super) memory: AllocatorHandle,
    owns: PhantomData<T>,
}

// SAFETY: a `List` is its values and a handle, which is `Send`.
unsafe impl<T: Send> Send for List<T> {}
// SAFETY: shared, it only gives out `&[T]`.
unsafe impl<T: Sync> Sync for List<T> {}

impl<T> List<T> {
    /// Makes an empty list, without an allocation.
    pub(crate) fn new(memory: &AllocatorHandle) -> List<T> {
        List {
            first: NonNull::dangling(),
            capacity: 0,
            before: 0,
            len: 0,
            memory: memory.clone(),
            owns: PhantomData,
        }
    }

    /// The allocator that the memory comes from.
    pub(crate) fn memory(&self) -> &AllocatorHandle {
        &self.memory
    }

    /// The last value, and the allocator that the list's memory comes from.
    #[inline]
    pub(crate) fn last_and_memory(&mut self) -> Option<(&mut T, &AllocatorHandle)> {
        let last = self.len.checked_sub(1)?;
        // SAFETY: a value is there, and the list is borrowed with it.
        let value = unsafe { self.first.add(last).as_mut() };
        Some((value, &self.memory))
    }

    /// Makes sure that `more` values can be appended without an error.
    pub(crate) fn reserve_back(&mut self, more: usize) -> Result<()> {
        if self.capacity - self.before - self.len >= more {
            return Ok(());
        }
        self.relocate(self.before.min(self.len), more.max(self.len))
    }

    /// Makes sure that `more` values can be prepended without an error.
    pub(crate) fn reserve_front(&mut self, more: usize) -> Result<()> {
        if self.before >= more {
            return Ok(());
        }
        let behind = self.capacity - self.before - self.len;
        self.relocate(more.max(self.len), behind.min(self.len))
    }

    /// Moves the values to new memory with room for `before` more in front of
    /// them and `behind` more after them.
    fn relocate(&mut self, before: usize, behind: usize) -> Result<()> {
        const { assert!(size_of::<T>() != 0, "nothing to keep") };
        let capacity = self.len.checked_add(before).and_then(|sum| sum.checked_add(behind));
        let capacity = capacity.ok_or(Error::Mem)?;
        let start = self.memory.allocate_array::<T>(capacity)?;
        // SAFETY: `before..before + len` lies within the new room, and the
        // values are not used at their old place any more.
        let first = unsafe {
            let first = start.add(before);
            ptr::copy_nonoverlapping(self.first.as_ptr(), first.as_ptr(), self.len);
            first
        };
        self.free_room();
        self.first = first;
        self.capacity = capacity;
        self.before = before;
        Ok(())
    }

    fn free_room(&mut self) {
        if self.capacity != 0 {
            // SAFETY: it came from there, and whoever calls this puts another
            // in its place or drops the list.
            unsafe { self.memory.release(self.first.sub(self.before)) };
        }
    }

    /// Appends a value; drops it if there is no memory.
    pub(crate) fn push_back(&mut self, value: T) -> Result<()> {
        self.reserve_back(1)?;
        // SAFETY: the place is within the room, and empty.
        unsafe { self.first.add(self.len).write(value) };
        self.len += 1;
        Ok(())
    }

    /// Prepends a value; drops it if there is no memory.
    pub(crate) fn push_front(&mut self, value: T) -> Result<()> {
        self.reserve_front(1)?;
        self.before -= 1;
        self.len += 1;
        // SAFETY: the place before the first value is within the room, and empty.
        unsafe {
            self.first = self.first.sub(1);
            self.first.write(value);
        }
        Ok(())
    }

    /// Takes the last value away.
    pub(crate) fn pop_back(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        // SAFETY: a value is there, and does not belong to the list any more.
        Some(unsafe { self.first.add(self.len).read() })
    }

    /// Takes the first value away.
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        self.before += 1;
        let value = self.first;
        // SAFETY: as in `pop_back`; the place behind it is at most the room's end.
        unsafe {
            self.first = value.add(1);
            Some(value.read())
        }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: `len` values begin there.
        unsafe { slice::from_raw_parts(self.first.as_ptr(), self.len) }
    }
}

impl<T> DerefMut for List<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: `len` values begin there, and they are ours alone.
        unsafe { slice::from_raw_parts_mut(self.first.as_ptr(), self.len) }
    }
}

impl<T> Drop for List<T> {
    fn drop(&mut self) {
        let values = &raw mut **self;
        // SAFETY: they are dropped once, before their room is freed.
        unsafe { ptr::drop_in_place(values) };
        self.free_room();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};
    use super::*;
    use crate::memory::OwnedBox;
    use std::collections::VecDeque;

    #[test]
    fn behaves_as_a_deque() {
        for memory in [malloc(), dirty()] {
            let mut list: List<OwnedBox<u32>> = List::new(&memory);
            let mut model = VecDeque::new();
            let mut random = crate::rng::Rng::new(1);
            let (count, left) = if cfg!(miri) { (80, 10) } else { (3000, 500) };
            for i in 0..count {
                match random.below(8) {
                    0..=2 => {
                        list.push_back(memory.own(i).unwrap()).unwrap();
                        model.push_back(i);
                    }
                    3..=5 => {
                        list.push_front(memory.own(i).unwrap()).unwrap();
                        model.push_front(i);
                    }
                    6 => assert_eq!(list.pop_back().map(|value| *value), model.pop_back()),
                    _ => assert_eq!(list.pop_front().map(|value| *value), model.pop_front()),
                }
                assert!(list.iter().map(|value| **value).eq(model.iter().copied()));
            }
            assert!(list.len() > left);
        }
    }

    #[test]
    fn what_is_reserved_needs_no_more_memory() {
        let mut list = List::new(&malloc());
        list.push_back(1_u8).unwrap();
        list.reserve_back(100).unwrap();
        list.reserve_front(50).unwrap();
        let room = list.first.as_ptr().wrapping_sub(list.before);
        // Asking for the front has kept what room there was behind, as far
        // as it was not more than the values.
        for i in 0..50 {
            list.push_front(i).unwrap();
        }
        assert_eq!(list.first.as_ptr().wrapping_sub(list.before), room);
        assert_eq!(list.len(), 51);
        assert!(matches!(list.reserve_back(usize::MAX), Err(Error::Mem)));
    }
}
