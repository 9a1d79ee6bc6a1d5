//! Values that are too large for the stack: they begin where they live.

use super::{AllocatorHandle, OwnedBox};
use crate::error::Result;

/// A type with a constant initial value. A constant is written straight to its
/// place, whereas what a function returns passes through the stack. If all of
/// its bits are zero, it takes no room in the library either.
pub(crate) trait Initial {
    /// The initial value, which may not be usable yet.
    const INITIAL: Self;
}

impl AllocatorHandle {
    /// Puts what `make` returns into memory of its own, which is allocated before: what
    /// is simple enough is made there.
    #[inline]
    pub(crate) fn own_made<T>(&self, make: impl FnOnce() -> T) -> Result<OwnedBox<T>> {
        let place = self.allocate_value::<T>()?;
        // SAFETY: freshly allocated, large enough and aligned.
        unsafe { place.write(make()) };
        Ok(OwnedBox::new(place, self.clone()))
    }

    /// Puts [`Initial::INITIAL`] into memory of its own.
    #[inline]
    pub(crate) fn own_initial<T: Initial>(&self) -> Result<OwnedBox<T>> {
        self.own_made(|| T::INITIAL)
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
        place: Option<OwnedBox<u8>>,
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
