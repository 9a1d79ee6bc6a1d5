//! Lists whose nodes are allocated before they are needed, so that moving a
//! value from one list to another cannot fail.

#![forbid(unsafe_code)]

use crate::error::Result;
use crate::memory::{AllocatorHandle, Initial, OwnedBox};
use core::ops::{Deref, DerefMut};

/// A value that can be put on a list.
pub(super) struct Item<T>(OwnedBox<Node<T>>);

struct Node<T> {
    value: T,
    next: Option<OwnedBox<Node<T>>>,
}

impl<T: Initial> Initial for Node<T> {
    const INITIAL: Node<T> = Node { value: T::INITIAL, next: None };
}

impl<T> Item<T> {
    /// Allocates.
    pub(super) fn new(memory: &AllocatorHandle, value: T) -> Result<Item<T>> {
        Ok(Item(memory.own(Node { value, next: None })?))
    }

    /// Allocates for what `make` returns, which may be large.
    pub(super) fn with(memory: &AllocatorHandle, make: impl FnOnce() -> T) -> Result<Item<T>> {
        Ok(Item(memory.own_made(|| Node { value: make(), next: None })?))
    }

    /// Allocates for [`Initial::INITIAL`].
    pub(super) fn initial(memory: &AllocatorHandle) -> Result<Item<T>>
    where
        T: Initial,
    {
        Ok(Item(memory.own_initial()?))
    }
}

impl<T> Deref for Item<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> DerefMut for Item<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0.value
    }
}

/// Last in, first out.
pub(super) struct Stack<T> {
    top: Option<OwnedBox<Node<T>>>,
}

impl<T> Stack<T> {
    pub(super) const fn new() -> Stack<T> {
        Stack { top: None }
    }

    pub(super) fn push(&mut self, mut item: Item<T>) {
        item.0.next = self.top.take();
        self.top = Some(item.0);
    }

    pub(super) fn pop(&mut self) -> Option<Item<T>> {
        let mut node = self.top.take()?;
        self.top = node.next.take();
        Some(Item(node))
    }

    pub(super) fn top(&self) -> Option<&T> {
        self.top.as_ref().map(|node| &node.value)
    }

    pub(super) fn top_mut(&mut self) -> Option<&mut T> {
        self.top.as_mut().map(|node| &mut node.value)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.top.is_none()
    }

    pub(super) fn clear(&mut self) {
        while self.pop().is_some() {}
    }

    /// All values, from the top down.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        core::iter::successors(self.top.as_deref(), |node| node.next.as_deref())
            .map(|node| &node.value)
    }
}

impl<T> Drop for Stack<T> {
    /// Not one inside of the other: the list may be long.
    fn drop(&mut self) {
        self.clear();
    }
}

/// First in, first out.
pub(super) struct Queue<T> {
    /// The next one is on top.
    front: Stack<T>,
    /// The last one is on top.
    back: Stack<T>,
    len: usize,
}

impl<T> Queue<T> {
    pub(super) const fn new() -> Queue<T> {
        Queue { front: Stack::new(), back: Stack::new(), len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn push(&mut self, item: Item<T>) {
        self.len += 1;
        self.back.push(item);
    }

    /// The one that [`Queue::pop`] would give.
    pub(super) fn front(&mut self) -> Option<&mut T> {
        if self.front.is_empty() {
            while let Some(item) = self.back.pop() {
                self.front.push(item);
            }
        }
        self.front.top_mut()
    }

    pub(super) fn pop(&mut self) -> Option<Item<T>> {
        self.front()?;
        self.len -= 1;
        self.front.pop()
    }

    pub(super) fn clear(&mut self) {
        self.front.clear();
        self.back.clear();
        self.len = 0;
    }

    /// All values, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.front.iter().chain(self.back.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_of_arrival() {
        let memory = AllocatorHandle::standard();
        let mut queue = Queue::new();
        let (mut next, mut expected) = (0, 0);
        for round in 0..50 {
            for _ in 0..round % 7 {
                queue.push(Item::new(&memory, next).unwrap());
                next += 1;
            }
            for _ in 0..round % 5 {
                assert_eq!(queue.front().copied(), (expected < next).then_some(expected));
                if let Some(item) = queue.pop() {
                    assert_eq!(*item, expected);
                    expected += 1;
                }
            }
            assert_eq!((queue.len(), queue.iter().count()), (next - expected, next - expected));
        }
    }

    #[test]
    fn long_lists_are_dropped_one_by_one() {
        let memory = AllocatorHandle::standard();
        let mut stack = Stack::new();
        for value in 0..1_000_000 {
            stack.push(Item::new(&memory, value).unwrap());
        }
        assert_eq!(stack.top(), Some(&999_999));
    }
}
