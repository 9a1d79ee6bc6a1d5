//! Values that are too large for the stack: they begin where they live.

use super::{Memory, Own};
use crate::error::{Error, Result};
use core::marker::PhantomData;
use core::mem::{align_of, size_of};

/// Types that begin with a value that is always the same. As a constant it is
/// written straight to its place, whereas what a function returns is on the
/// stack before. If it is zero bits throughout, it takes no room in the
/// library either.
pub(crate) trait Initial {
    /// The value; that may not be usable yet.
    const INITIAL: Self;
}

impl Memory {
    /// What `make` returns, in memory of its own. While that is made it has a
    /// stack frame to itself, which is gone when this returns: for values of
    /// some size, before anything is called that goes deep.
    #[inline(never)]
    pub(crate) fn own_with<T>(&self, make: impl FnOnce() -> T) -> Result<Own<T>> {
        self.own(make())
    }

    /// [`Initial::INITIAL`] in memory of its own.
    #[inline]
    pub(crate) fn own_initial<T: Initial>(&self) -> Result<Own<T>> {
        const { assert!(align_of::<T>() <= 8, "more than malloc promises everywhere") };
        const { assert!(size_of::<T>() != 0, "nothing to keep") };
        let value = self.allocate_any(size_of::<T>()).ok_or(Error::Mem)?.cast::<T>();
        // SAFETY: freshly allocated, large enough and aligned.
        unsafe { value.write(T::INITIAL) };
        Ok(Own { value, memory: self.clone(), owns: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{dirty, malloc};
    use super::*;
    use crate::memory::Buf;

    struct Large {
        numbers: [u16; 5000],
        bytes: Buf<u8>,
        place: Option<Own<u8>>,
        last: u32,
    }

    impl Initial for Large {
        const INITIAL: Large =
            Large { numbers: [7; 5000], bytes: Buf::EMPTY, place: None, last: 9 };
    }

    #[test]
    fn a_value_begins_in_its_place_and_is_dropped_there() {
        for memory in [malloc(), dirty()] {
            let mut large = memory.own_initial::<Large>().unwrap();
            assert!(large.numbers.iter().all(|number| *number == 7));
            assert!(large.bytes.is_empty() && large.place.is_none() && large.last == 9);
            large.bytes = memory.zeroed(10).unwrap();
            large.place = Some(memory.own(3).unwrap());
            drop(memory);
            assert_eq!(large.place.as_deref(), Some(&3));
        }
    }
}
