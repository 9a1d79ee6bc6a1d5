//! Values that change from one allocator to another without moving: two
//! structures of an application become one.

use super::list::List;
use super::{Buf, Memory, Zeroable};

/// Proof that two allocators can free what the other one has allocated.
pub(crate) struct Compatible {
    one: Memory,
    other: Memory,
}

impl Compatible {
    /// An allocator is compatible with itself.
    pub(crate) fn with_itself(memory: &Memory) -> Compatible {
        Compatible { one: memory.clone(), other: memory.clone() }
    }

    /// Two that are said to be compatible.
    ///
    /// # Safety
    /// Each can free what the other one has allocated, now and whatever they
    /// are refreshed to later.
    pub(crate) unsafe fn new(one: &Memory, other: &Memory) -> Compatible {
        Compatible { one: one.clone(), other: other.clone() }
    }

    fn covers(&self, from: &Memory, to: &Memory) -> bool {
        let known = |memory: &Memory| memory.0 == self.one.0 || memory.0 == self.other.0;
        from.0 == to.0 || (known(from) && known(to))
    }

    /// Replaces the handle in `home`, if that is allowed.
    pub(super) fn rehome(&self, home: &mut Memory, to: &Memory) {
        if self.covers(home, to) {
            *home = to.clone();
        }
    }
}

impl<T: Zeroable> Buf<T> {
    /// From now on, this belongs to `memory` (what it refers to does not).
    /// Nothing changes if `proof` does not say that it may.
    pub(crate) fn rehome(&mut self, memory: &Memory, proof: &Compatible) {
        if let Some(home) = &mut self.memory {
            proof.rehome(home, memory);
        }
    }
}

impl<T> List<T> {
    /// As [`Buf::rehome`].
    pub(crate) fn rehome(&mut self, memory: &Memory, proof: &Compatible) {
        proof.rehome(&mut self.memory, memory);
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
        assert_eq!(values.memory().0, one.0);
        values.rehome(&other, &proof);
        assert_eq!(values.memory().0, other.0);
        values.rehome(&one, &Compatible::with_itself(&one));
        assert_eq!(values.memory().0, other.0);
        drop(other);
        drop(proof);
        assert_eq!(*values, [1]);
    }
}
