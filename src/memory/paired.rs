//! A value of Rust's with one beside it that C reads.

use super::{AllocatorHandle, Compatible};
use crate::error::Result;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

/// Two values in one allocation, which saves memory where there are many pairs.
/// They are borrowed separately: pointers to the second stay valid while the
/// first is changed.
pub(crate) struct Paired<T, U: Copy> {
    place: NonNull<Inner<T, U>>,
    memory: AllocatorHandle,
    owns: PhantomData<(T, U)>,
}

struct Inner<T, U> {
    value: T,
    beside: U,
}

// SAFETY: a `Paired` is its values and a handle, which is `Send`.
unsafe impl<T: Send, U: Copy + Send> Send for Paired<T, U> {}
// SAFETY: shared, it only gives out `&T`, and pointers to `U`.
unsafe impl<T: Sync, U: Copy + Sync> Sync for Paired<T, U> {}

impl AllocatorHandle {
    /// Moves both values into memory of their own.
    pub(crate) fn pair<T, U: Copy>(&self, value: T, beside: U) -> Result<Paired<T, U>> {
        self.pair_made(|| value, beside)
    }

    /// Puts what `make` returns into memory of its own, which is allocated before, with
    /// another value beside it.
    #[inline]
    pub(crate) fn pair_made<T, U: Copy>(
        &self,
        make: impl FnOnce() -> T,
        beside: U,
    ) -> Result<Paired<T, U>> {
        let place = self.allocate_value::<Inner<T, U>>()?;
        // SAFETY: freshly allocated, large enough and aligned.
        unsafe { place.write(Inner { value: make(), beside }) };
        Ok(Paired { place, memory: self.clone(), owns: PhantomData })
    }
}

impl<T, U: Copy> Paired<T, U> {
    /// Address of the second value, for C to read. It stays valid while the pair
    /// exists, whatever happens to the first value.
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

    /// Copies the second value.
    pub(crate) fn copy_beside(&self) -> U {
        // SAFETY: the value is initialised.
        unsafe { self.beside().read() }
    }

    /// Makes `memory` free the pair one day (not what its values own). Nothing
    /// changes unless `proof` covers both allocators.
    pub(crate) fn rehome(&mut self, memory: &AllocatorHandle, proof: &Compatible) {
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
        // which came from `memory`, is not used any more.
        unsafe {
            ptr::drop_in_place(&raw mut (*self.place.as_ptr()).value);
            self.memory.release(self.place);
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
