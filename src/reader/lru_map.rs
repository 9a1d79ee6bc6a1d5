//! Values by number, in the order of their latest uses.

#![forbid(unsafe_code)]

use crate::error::Result;
use crate::memory::{AllocatorHandle, List};
use core::mem;

/// Values that are found by a number that is not 0, the least recently used of which can be
/// taken away: a hash table with a doubly linked list through it. However many there are,
/// no operation takes longer; only that the table now and then doubles.
pub(super) struct LruMap<T> {
    /// A power of two, of which at least a quarter is free; none in the beginning. A value is
    /// at the place of its hash, or behind that one without a free place between.
    places: List<Option<Entry<T>>>,
    len: usize,
    /// Number of the least recently used value; 0 if there are none.
    oldest: u64,
    /// Number of the value that was used last; 0 if there are none.
    newest: u64,
}

struct Entry<T> {
    number: u64,
    value: T,
    /// Number of the value that was used before this one; 0 if there is none.
    older: u64,
    /// Number of the value that was used after this one; 0 if there is none.
    newer: u64,
}

impl<T> LruMap<T> {
    /// Nothing yet, without an allocation.
    pub(super) fn new(memory: &AllocatorHandle) -> LruMap<T> {
        LruMap { places: List::new(memory), len: 0, oldest: 0, newest: 0 }
    }

    /// The value with this number, which does not count as a use.
    pub(super) fn get(&self, number: u64) -> Option<&T> {
        let entry = self.places.get(self.find(number)?)?;
        entry.as_ref().map(|entry| &entry.value)
    }

    /// The value with this number, which is used now.
    pub(super) fn touch(&mut self, number: u64) -> Option<&T> {
        let place = self.find(number)?;
        self.unlink(number);
        self.link(number);
        let entry = self.places.get(place)?;
        entry.as_ref().map(|entry| &entry.value)
    }

    /// Adds a value with a number that no other has; it is used now.
    pub(super) fn insert(&mut self, number: u64, value: T) -> Result<()> {
        if self.len >= self.places.len() / 4 * 3 {
            self.grow()?;
        }
        self.put(Entry { number, value, older: 0, newer: 0 });
        self.len += 1;
        self.link(number);
        Ok(())
    }

    /// Takes the value with this number away.
    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        let place = self.find(number)?;
        self.unlink(number);
        let entry = self.places.get_mut(place)?.take()?;
        self.len -= 1;
        self.close(place);
        Some(entry.value)
    }

    /// Takes the least recently used value away.
    pub(super) fn remove_oldest(&mut self) -> Option<T> {
        self.remove(self.oldest)
    }

    /// The place at which the search for a number begins.
    fn home(&self, number: u64) -> usize {
        const ODD: u64 = 0x9E37_79B9_7F4A_7C15; // 2^64 by the golden ratio
        (number.wrapping_mul(ODD) >> 32) as usize & self.mask()
    }

    /// The number of places, less one.
    fn mask(&self) -> usize {
        self.places.len().saturating_sub(1)
    }

    /// The place behind another; behind the last one is the first.
    fn next(&self, place: usize) -> usize {
        place.wrapping_add(1) & self.mask()
    }

    fn find(&self, number: u64) -> Option<usize> {
        let mut place = self.home(number);
        while self.places.get(place)?.as_ref()?.number != number {
            place = self.next(place);
        }
        Some(place)
    }

    fn entry(&mut self, number: u64) -> Option<&mut Entry<T>> {
        let place = self.find(number)?;
        self.places.get_mut(place)?.as_mut()
    }

    /// Puts an entry into the table, which has a free place.
    fn put(&mut self, entry: Entry<T>) {
        let mut place = self.home(entry.number);
        while let Some(Some(_)) = self.places.get(place) {
            place = self.next(place);
        }
        if let Some(free) = self.places.get_mut(place) {
            *free = Some(entry);
        }
    }

    /// Moves entries behind a place that has become free, so that none of them has a free
    /// place between its hash's and its own.
    fn close(&mut self, mut hole: usize) {
        let mut place = self.next(hole);
        while let Some(Some(entry)) = self.places.get(place) {
            let from = |start: usize| place.wrapping_sub(start) & self.mask();
            if from(self.home(entry.number)) >= from(hole) {
                self.places.swap(hole, place);
                hole = place;
            }
            place = self.next(place);
        }
    }

    /// Doubles the table.
    fn grow(&mut self) -> Result<()> {
        let count = self.places.len().saturating_mul(2).max(8);
        let mut places = List::new(self.places.memory());
        places.reserve_back(count)?;
        for _ in 0..count {
            places.push_back(None)?;
        }
        let mut old = mem::replace(&mut self.places, places);
        while let Some(place) = old.pop_back() {
            if let Some(entry) = place {
                self.put(entry);
            }
        }
        Ok(())
    }

    /// Takes an entry out of the order of uses.
    fn unlink(&mut self, number: u64) {
        let Some(&mut Entry { older, newer, .. }) = self.entry(number) else {
            return;
        };
        match self.entry(older) {
            Some(entry) => entry.newer = newer,
            None => self.oldest = newer,
        }
        match self.entry(newer) {
            Some(entry) => entry.older = older,
            None => self.newest = older,
        }
    }

    /// Makes an entry, which is out of the order of uses, the newest.
    fn link(&mut self, number: u64) {
        let older = mem::replace(&mut self.newest, number);
        match self.entry(older) {
            Some(entry) => entry.newer = number,
            None => self.oldest = number,
        }
        if let Some(entry) = self.entry(number) {
            (entry.older, entry.newer) = (older, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// Numbers with their values, the least recently used first.
    type Model = Vec<(u64, u64)>;

    fn found(model: &Model, number: u64) -> Option<usize> {
        model.iter().position(|(known, _)| *known == number)
    }

    fn step(map: &mut LruMap<u64>, model: &mut Model, number: u64, random: &mut Rng) {
        let known = found(model, number);
        match random.below(8) {
            0 => {
                let expected = known.map(|place| model.remove(place).1);
                assert_eq!(map.remove(number), expected);
            }
            1 => {
                let expected = if model.is_empty() { None } else { Some(model.remove(0).1) };
                assert_eq!(map.remove_oldest(), expected);
            }
            2 => assert_eq!(map.get(number).copied(), known.map(|place| model[place].1)),
            _ => match known {
                Some(place) => {
                    let entry = model.remove(place);
                    model.push(entry);
                    assert_eq!(map.touch(number), Some(&entry.1));
                }
                None => {
                    let value = random.next_u64();
                    model.push((number, value));
                    assert_eq!(map.touch(number), None);
                    map.insert(number, value).unwrap();
                }
            },
        }
    }

    #[test]
    fn behaves_as_a_list_in_order_of_uses() {
        let memory = AllocatorHandle::standard();
        let rounds = if cfg!(miri) { 200 } else { 10_000 };
        // Few numbers are mostly found, many fill the table.
        for numbers in [1, 7, 50, 1000] {
            let (mut map, mut model) = (LruMap::new(&memory), Model::new());
            let mut random = Rng::new(numbers);
            for _ in 0..rounds {
                let number = 1 + random.below(numbers as usize) as u64;
                step(&mut map, &mut model, number, &mut random);
                assert_eq!(map.len, model.len());
            }
            for (number, value) in &model {
                assert_eq!(map.get(*number), Some(value));
            }
            for (_, value) in model {
                assert_eq!(map.remove_oldest(), Some(value));
            }
            assert_eq!((map.len, map.oldest, map.newest), (0, 0, 0));
        }
    }
}
