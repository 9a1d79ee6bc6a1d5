//! The Streams of an Index.

#![forbid(unsafe_code)]

use super::stream::ListedStream;
use crate::error::Result;
use crate::memory::{AllocatorHandle, List};
use core::ops::{Deref, DerefMut};
use core::slice;

/// A list of Streams that grows at both ends. Most files have one, which takes no
/// allocation but its own. Whoever looks at many should do so through one slice: where
/// they are has to be found out.
pub(super) struct Streams {
    only: Option<ListedStream>,
    /// Empty as long as there is `only`.
    list: List<ListedStream>,
}

impl Streams {
    /// Makes an empty list, without an allocation.
    #[inline]
    pub(super) fn new(memory: &AllocatorHandle) -> Streams {
        Streams { only: None, list: List::new(memory) }
    }

    /// The allocator that the memory comes from.
    pub(super) fn memory(&self) -> &AllocatorHandle {
        self.list.memory()
    }

    /// The last Stream, and the allocator that the memory comes from.
    #[inline]
    pub(super) fn last_and_memory(&mut self) -> Option<(&mut ListedStream, &AllocatorHandle)> {
        match &mut self.only {
            Some(only) => Some((only, self.list.memory())),
            None => self.list.last_and_memory(),
        }
    }

    /// Makes sure that `more` Streams can be appended without an error.
    pub(super) fn reserve_back(&mut self, more: usize) -> Result<()> {
        if self.is_empty() && more <= 1 {
            return Ok(());
        }
        self.list.reserve_back(more + usize::from(self.only.is_some()))?;
        match self.only.take() {
            Some(only) => self.list.push_back(only),
            None => Ok(()),
        }
    }

    /// Makes sure that `more` Streams can be prepended without an error.
    pub(super) fn reserve_front(&mut self, more: usize) -> Result<()> {
        self.list.reserve_front(more + usize::from(self.only.is_some()))?;
        match self.only.take() {
            Some(only) => self.list.push_front(only),
            None => Ok(()),
        }
    }

    /// Appends a Stream; drops it if there is no memory.
    pub(super) fn push_back(&mut self, stream: ListedStream) -> Result<()> {
        if self.is_empty() {
            self.only = Some(stream);
            return Ok(());
        }
        self.reserve_back(1)?;
        self.list.push_back(stream)
    }

    /// Prepends a Stream; drops it if there is no memory.
    pub(super) fn push_front(&mut self, stream: ListedStream) -> Result<()> {
        self.reserve_front(1)?;
        self.list.push_front(stream)
    }

    /// Takes the last Stream away.
    pub(super) fn pop_back(&mut self) -> Option<ListedStream> {
        self.only.take().or_else(|| self.list.pop_back())
    }

    /// Takes the first Stream away.
    pub(super) fn pop_front(&mut self) -> Option<ListedStream> {
        self.only.take().or_else(|| self.list.pop_front())
    }
}

impl Deref for Streams {
    type Target = [ListedStream];
    #[inline]
    fn deref(&self) -> &[ListedStream] {
        match &self.only {
            Some(only) => slice::from_ref(only),
            None => &self.list,
        }
    }
}

impl DerefMut for Streams {
    #[inline]
    fn deref_mut(&mut self) -> &mut [ListedStream] {
        match &mut self.only {
            Some(only) => slice::from_mut(only),
            None => &mut self.list,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stream::{Extent, Stream};
    use super::*;
    use crate::error::Error;
    use std::collections::VecDeque;

    #[test]
    fn behaves_as_a_deque() {
        let memory = AllocatorHandle::standard();
        let mut streams = Streams::new(&memory);
        let mut model = VecDeque::new();
        let mut random = crate::rng::Rng::new(1);
        let number = |stream: &ListedStream| stream.start.blocks;
        for i in 0..if cfg!(miri) { 80 } else { 1000 } {
            let new = Stream::new(&memory, Extent { blocks: i, ..Extent::ZERO }).unwrap();
            match random.below(5) {
                0 => {
                    streams.push_back(new).unwrap();
                    model.push_back(i);
                }
                1 => {
                    streams.push_front(new).unwrap();
                    model.push_front(i);
                }
                2 => assert_eq!(streams.pop_back().as_ref().map(number), model.pop_back()),
                3 => assert_eq!(streams.pop_front().as_ref().map(number), model.pop_front()),
                _ => {
                    streams.reserve_back(random.below(3)).unwrap();
                    streams.reserve_front(random.below(3)).unwrap();
                }
            }
            assert!(streams.iter().map(number).eq(model.iter().copied()));
            let last = streams.last_mut().map(|last| number(last));
            assert_eq!(streams.last_and_memory().map(|(last, _)| number(last)), last);
        }
    }

    #[test]
    fn a_stream_survives_that_there_is_no_memory_for_more() {
        let memory = AllocatorHandle::standard();
        let mut streams = Streams::new(&memory);
        streams.push_back(Stream::new(&memory, Extent::ZERO).unwrap()).unwrap();
        let too_many = usize::MAX / 16;
        assert_eq!(streams.reserve_back(too_many), Err(Error::Mem));
        assert_eq!(streams.reserve_front(too_many), Err(Error::Mem));
        assert_eq!(streams.len(), 1);
    }
}
