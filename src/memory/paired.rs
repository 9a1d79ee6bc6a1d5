//! A value of ours, and one beside it that C reads.

use super::{Compatible, Memory, release};
use crate::error::{Error, Result};
use core::marker::PhantomData;
use core::mem::{align_of, size_of};
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

/// Two values in one piece of memory, so that many of them take little. They
/// are borrowed apart: to change the first does not concern those who have a
/// pointer to the second.
pub(crate) struct Paired<T, U: Copy> {
    place: NonNull<Place<T, U>>,
    memory: Memory,
    owns: PhantomData<(T, U)>,
}

struct Place<T, U> {
    value: T,
    beside: U,
}

// SAFETY: a `Paired` is its values and a handle, which is `Send`.
unsafe impl<T: Send, U: Copy + Send> Send for Paired<T, U> {}
// SAFETY: shared, it only gives out `&T`, and pointers to `U`.
unsafe impl<T: Sync, U: Copy + Sync> Sync for Paired<T, U> {}

impl Memory {
    /// Moves both values into memory of their own.
    pub(crate) fn pair<T, U: Copy>(&self, value: T, beside: U) -> Result<Paired<T, U>> {
        const { assert!(align_of::<Place<T, U>>() <= 8, "more than malloc promises everywhere") };
        const { assert!(size_of::<Place<T, U>>() != 0, "nothing to keep") };
        let bytes = self.allocate_any(size_of::<Place<T, U>>()).ok_or(Error::Mem)?;
        let place = bytes.cast::<Place<T, U>>();
        // SAFETY: freshly allocated, large enough and aligned.
        unsafe { place.write(Place { value, beside }) };
        Ok(Paired { place, memory: self.clone(), owns: PhantomData })
    }
}

impl<T, U: Copy> Paired<T, U> {
    /// Where the second value is, for C to read. That stays valid while the
    /// pair is there, whatever happens to the first value.
    pub(crate) fn beside(&self) -> *const U {
        self.beside_mut()
    }

    fn beside_mut(&self) -> *mut U {
        // SAFETY: the place is allocated; no reference is made.
        unsafe { &raw mut (*self.place.as_ptr()).beside }
    }

    /// Replaces the second value. What [`Paired::beside`] gave stays valid.
    pub(crate) fn set_beside(&mut self, value: U) {
        // SAFETY: the place is ours; what was there need not be dropped.
        unsafe { self.beside_mut().write(value) };
    }

    /// A copy of the second value.
    pub(crate) fn copy_beside(&self) -> U {
        // SAFETY: the value is initialised.
        unsafe { self.beside().read() }
    }

    /// From now on, the pair belongs to `memory` (what it refers to does
    /// not). Nothing changes if `proof` does not say that it may.
    pub(crate) fn rehome(&mut self, memory: &Memory, proof: &Compatible) {
        proof.rehome(&mut self.memory, memory);
    }
}

impl<T, U: Copy> Deref for Paired<T, U> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the value is initialised and ours.
        unsafe { &(*self.place.as_ptr()).value }
    }
}

impl<T, U: Copy> DerefMut for Paired<T, U> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the value is initialised and ours alone.
        unsafe { &mut (*self.place.as_ptr()).value }
    }
}

impl<T, U: Copy> Drop for Paired<T, U> {
    fn drop(&mut self) {
        // SAFETY: the value is initialised and dropped once; then its memory,
        // which came from `allocate_any`, is not used any more.
        unsafe {
            ptr::drop_in_place(&raw mut (*self.place.as_ptr()).value);
            release(self.memory.allocator(), self.place.cast());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};

    #[test]
    fn values_are_borrowed_apart() {
        for memory in [malloc(), dirty()] {
            let mut pair = memory.pair(memory.own(1).unwrap(), [2, 3]).unwrap();
            let beside = pair.beside();
            **pair = 4;
            // SAFETY: the pair is still there.
            assert_eq!(unsafe { beside.read() }, [2, 3]);
            pair.set_beside([5, 6]);
            // SAFETY: as above.
            assert_eq!(unsafe { beside.read() }, pair.copy_beside());
            assert_eq!((**pair, pair.copy_beside()), (4, [5, 6]));
        }
    }
}
