//! Values that change from one allocator to another without moving: two
//! structures of an application become one.

use super::list::List;
use super::{AllocatorHandle, Buf, OwnedBox, Zeroable};

/// Proof that two allocators can free what the other one has allocated.
pub(crate) struct Compatible {
    /// `None`: both are one, which proves itself.
    pair: Option<(AllocatorHandle, AllocatorHandle)>,
}

impl Compatible {
    /// The proof that an allocator is compatible with itself.
    pub(crate) const WITH_ITSELF: Compatible = Compatible { pair: None };

    /// Makes the proof for two allocators that the caller knows to be
    /// compatible.
    ///
    /// # Safety
    /// Each can free what the other one has allocated, now and whatever they
    /// are refreshed to later.
    pub(crate) unsafe fn new(one: &AllocatorHandle, other: &AllocatorHandle) -> Compatible {
        Compatible { pair: Some((one.clone(), other.clone())) }
    }

    /// Tells whether nothing changes by it.
    pub(crate) fn is_with_itself(&self) -> bool {
        self.pair.is_none()
    }

    fn covers(&self, from: &AllocatorHandle, to: &AllocatorHandle) -> bool {
        self.pair.as_ref().is_some_and(|(one, other)| {
            let known = |memory: &AllocatorHandle| memory == one || memory == other;
            known(from) && known(to)
        })
    }

    /// Replaces the handle in `home` by one to `to`, if the proof covers both.
    pub(super) fn rehome(&self, home: &mut AllocatorHandle, to: &AllocatorHandle) {
        if home != to && self.covers(home, to) {
            *home = to.clone();
        }
    }
}

impl<T: Zeroable> Buf<T> {
    /// Makes `memory` free the buffer one day. Nothing changes unless `proof`
    /// covers both allocators.
    pub(crate) fn rehome(&mut self, memory: &AllocatorHandle, proof: &Compatible) {
        if let Some(home) = self.memory_mut() {
            proof.rehome(home, memory);
        }
    }
}

impl<T> List<T> {
    /// Makes `memory` free the list one day (not what its values own). Nothing
    /// changes unless `proof` covers both allocators.
    pub(crate) fn rehome(&mut self, memory: &AllocatorHandle, proof: &Compatible) {
        proof.rehome(&mut self.memory, memory);
    }
}

impl<T> OwnedBox<T> {
    /// Makes `memory` free the place of the value one day (not what the value owns).
    /// Nothing changes unless `proof` covers both allocators, nor if the place is
    /// one with the root of its own.
    pub(crate) fn rehome(&mut self, memory: &AllocatorHandle, proof: &Compatible) {
        if !self.is_with_root() {
            proof.rehome(self.memory_mut(), memory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};
    use super::*;

    #[test]
    fn only_between_the_two() {
        let (one, other, third) = (malloc(), dirty(), malloc());
        // SAFETY: both use malloc and free.
        let proof = unsafe { Compatible::new(&one, &other) };
        let mut values = List::new(&one);
        values.push_back(1).unwrap();
        values.rehome(&third, &proof);
        assert!(*values.memory() == one);
        values.rehome(&other, &proof);
        assert!(*values.memory() == other);
        values.rehome(&one, &Compatible::WITH_ITSELF);
        assert!(*values.memory() == other);
        drop(other);
        drop(proof);
        assert_eq!(*values, [1]);
    }
}
