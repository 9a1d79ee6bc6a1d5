//! Arrays in memory from the caller's allocator.

use super::{AllocatorHandle, History, Layout, Output};
use crate::cpu::sys::{large_pages, unused_pages};
use crate::error::Result;
use core::marker::PhantomData;
use core::mem::size_of;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};
use core::slice;

impl AllocatorHandle {
    /// Allocates a buffer of `capacity` elements, none of them
    /// [ready](Buf::grow_zeroed) yet. Zeros are asked of the system, so this is for
    /// buffers that will be used as a whole: the time that it takes does not
    /// grow with `capacity`, unless `calloc` has to clear memory that was used
    /// before.
    pub(crate) fn buf<T: Zeroable>(&self, capacity: usize) -> Result<Buf<T>> {
        if capacity == 0 {
            return Ok(Buf::EMPTY);
        }
        let (start, zero) = self.allocate_zeros(capacity)?;
        Ok(Buf::new(start, capacity, if zero { capacity } else { 0 }, self.clone()))
    }

    /// Allocates a buffer of `capacity` elements, none of them
    /// [ready](Buf::grow_zeroed) yet, without asking for zeros: for buffers of which
    /// often no more than a small part is used.
    pub(crate) fn buf_with_capacity<T: Zeroable>(&self, capacity: usize) -> Result<Buf<T>> {
        if capacity == 0 {
            return Ok(Buf::EMPTY);
        }
        Ok(Buf::new(self.allocate_array(capacity)?, capacity, 0, self.clone()))
    }

    /// Allocates a buffer that holds a copy of `elements`, all of them ready.
    pub(crate) fn copy_of<T: Zeroable>(&self, elements: &[T]) -> Result<Buf<T>> {
        let mut copy = self.buf_with_capacity(elements.len())?;
        copy.copy_front(elements);
        Ok(copy)
    }

    /// Allocates a buffer of `len` zeros.
    pub(crate) fn zeroed<T: Zeroable>(&self, len: usize) -> Result<Buf<T>> {
        let mut buf = self.buf(len)?;
        buf.grow_zeroed(len);
        Ok(buf)
    }
}

/// Types for which a pattern of zero bits is a value.
///
/// # Safety
/// That must be so, and the type must not need dropping.
pub(crate) unsafe trait Zeroable: Copy {}
// SAFETY: zero bits are the integer 0, and it needs no dropping.
unsafe impl Zeroable for u8 {}
// SAFETY: zero bits are the integer 0, and it needs no dropping.
unsafe impl Zeroable for u16 {}
// SAFETY: zero bits are the integer 0, and it needs no dropping.
unsafe impl Zeroable for u32 {}
// SAFETY: zero bits are the integer 0, and it needs no dropping.
unsafe impl Zeroable for u64 {}
// SAFETY: zero bits are the integer 0, and it needs no dropping.
unsafe impl Zeroable for usize {}
// SAFETY: its elements are of such a type, one after the other.
unsafe impl<T: Zeroable, const N: usize> Zeroable for [T; N] {}

/// Buffers of at least twice as many bytes get large pages as soon as so many are
/// in use. Large pages are 2 MiB on most machines, and cleared as a whole.
const LARGE_PAGES_FROM: usize = 1 << 20;

/// An array of fixed capacity, of which only the first part, the elements that
/// are [ready](Buf::grow_zeroed), can be seen. Large buffers become ready as data
/// arrives, so that setting up costs nothing that grows with their size.
pub(crate) struct Buf<T: Zeroable> {
    /// The place before the first element; NULL if there is no allocation. So
    /// an empty buffer is zero bits throughout, and yet the first element has
    /// a place that is not NULL, as slices must.
    before: *mut T,
    capacity: usize,
    /// Number of elements that are initialised.
    ready: usize,
    /// The allocator that the memory came from.
    memory: Option<AllocatorHandle>,
    owns: PhantomData<T>,
}

// SAFETY: a `Buf` is its elements and a handle, which is `Send`.
unsafe impl<T: Zeroable + Send> Send for Buf<T> {}
// SAFETY: shared, it only gives out `&[T]`.
unsafe impl<T: Zeroable + Sync> Sync for Buf<T> {}

impl<T: Zeroable> Buf<T> {
    /// Takes over the memory at `start`, which `memory` has allocated for
    /// `capacity` elements, and of which the first `ready` are initialised.
    fn new(start: NonNull<T>, capacity: usize, ready: usize, memory: AllocatorHandle) -> Buf<T> {
        let before = start.as_ptr().wrapping_sub(1);
        Buf { before, capacity, ready, memory: Some(memory), owns: PhantomData }
    }

    /// A buffer without capacity, and without an allocation. All of it is
    /// zero bits.
    pub(crate) const EMPTY: Buf<T> =
        Buf { before: ptr::null_mut(), capacity: 0, ready: 0, memory: None, owns: PhantomData };

    /// Replaces the buffer by what `make` returns, unless its capacity is
    /// `capacity` already. The old memory is freed first.
    pub(crate) fn resize(
        &mut self,
        capacity: usize,
        make: impl FnOnce(usize) -> Result<Buf<T>>,
    ) -> Result<()> {
        if self.capacity != capacity {
            *self = Buf::EMPTY;
            *self = make(capacity)?;
        }
        Ok(())
    }

    /// Moves the elements that are ready to what `make` returns, if the capacity is
    /// less than `capacity`. Without memory, nothing changes.
    pub(crate) fn grow(
        &mut self,
        capacity: usize,
        make: impl FnOnce(usize) -> Result<Buf<T>>,
    ) -> Result<()> {
        if self.capacity < capacity {
            let mut larger = make(capacity)?;
            larger.copy_front(self);
            *self = larger;
        }
        Ok(())
    }

    /// Number of elements that there is memory for.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Makes the first `len` elements ready (all, if there are not as many) and
    /// returns them. Those that were not ready before are zero.
    #[inline]
    pub(crate) fn grow_zeroed(&mut self, len: usize) -> &mut [T] {
        let len = len.min(self.capacity);
        if len > self.ready {
            // SAFETY: `ready..len` lies within the allocation, and zero bits
            // are a value of `T`.
            unsafe { self.start().add(self.ready).write_bytes(0, len - self.ready) };
            self.ready = len;
        }
        &mut self[..len]
    }

    /// [`Buf::grow_zeroed`] for tables that are accessed at random: once much of a
    /// large one is to be used, it gets large pages.
    #[inline]
    pub(crate) fn grow_table(&mut self, len: usize) -> &mut [T] {
        let is_much = |count: usize| count * size_of::<T>() >= LARGE_PAGES_FROM;
        if is_much(len) && !is_much(self.ready) {
            self.ask_for_large_pages();
        }
        self.grow_zeroed(len)
    }

    /// Asks the system for large pages for a table of which much will be used. An
    /// application's allocator may have views of its own on the memory that it
    /// gives.
    #[cold]
    pub(crate) fn ask_for_large_pages(&self) {
        let size = self.capacity * size_of::<T>();
        let memory = self.memory.as_ref().filter(|memory| memory.zeros_are_free());
        if memory.is_some() && size >= 2 * LARGE_PAGES_FROM {
            large_pages::ask_for(self.start().cast().as_ptr(), size);
        }
    }

    /// Gives the pages that are in use back to the system, which malloc might keep
    /// when the buffer is freed. All elements are gone.
    #[cold]
    pub(crate) fn give_back_pages(&mut self) {
        let size = self.ready * size_of::<T>();
        self.ready = 0;
        if self.memory.as_ref().is_some_and(AllocatorHandle::zeros_are_free) {
            // SAFETY: so many bytes are in the allocation, which is ours alone, and
            // none of them counts as initialised any more.
            let bytes = unsafe { slice::from_raw_parts_mut(self.start().as_ptr().cast(), size) };
            unused_pages::give_back(bytes);
        }
    }

    /// Appends `element` to those that are ready; false if there is no capacity for it.
    #[inline]
    pub(crate) fn push(&mut self, element: T) -> bool {
        if self.ready >= self.capacity {
            return false;
        }
        // SAFETY: the place lies within the allocation, which is ours alone.
        unsafe { self.start().add(self.ready).write(element) };
        self.ready += 1;
        true
    }

    /// Appends `elements` to those that are ready, as many as there is capacity for.
    pub(crate) fn extend(&mut self, elements: &[T]) {
        let count = elements.len().min(self.capacity - self.ready);
        // SAFETY: `count` elements more lie within the allocation, which is ours
        // alone, and `elements` is not part of it.
        unsafe {
            let to = self.start().add(self.ready).as_ptr();
            ptr::copy_nonoverlapping(elements.as_ptr(), to, count);
        }
        self.ready += count;
    }

    /// Copies `elements` to the front of the buffer, as many as it has capacity
    /// for, and makes them ready.
    pub(crate) fn copy_front(&mut self, elements: &[T]) {
        let len = elements.len().min(self.capacity);
        // SAFETY: `len` elements lie within the allocation, which is ours alone, and
        // `elements` is not part of it.
        unsafe { ptr::copy_nonoverlapping(elements.as_ptr(), self.start().as_ptr(), len) };
        self.ready = self.ready.max(len);
    }

    pub(super) fn memory_mut(&mut self) -> Option<&mut AllocatorHandle> {
        self.memory.as_mut()
    }

    /// The allocator that the memory came from; `None` if there is no memory.
    pub(crate) fn memory(&self) -> Option<&AllocatorHandle> {
        self.memory.as_ref()
    }

    /// The address of the first element; if there is none, an aligned address
    /// that is not NULL.
    #[inline(always)]
    pub(super) fn start(&self) -> NonNull<T> {
        const { assert!(size_of::<T>() != 0, "nothing to keep") };
        // SAFETY: it is the start of an allocation, or the first aligned
        // address after NULL.
        unsafe { NonNull::new_unchecked(self.before.wrapping_add(1)) }
    }
}

impl Buf<u8> {
    /// Returns the buffer as a history of the data that was decoded into it.
    #[inline]
    pub(crate) fn history(&mut self, layout: Layout) -> History<'_> {
        self.grow_zeroed(layout.pos);
        let bytes = (self.start().cast(), self.capacity);
        // SAFETY: the allocation is ours alone; the first `ready` bytes are
        // initialised, and what is written after them is counted.
        unsafe { History::new(bytes, self.ready, layout, (&mut self.ready, 0)) }
    }

    /// Lets `writer` write after the first `len` bytes, up to byte `end`.
    /// Returns its result, and the number of bytes that are written then; those
    /// are ready.
    pub(crate) fn append<R>(
        &mut self,
        len: usize,
        end: usize,
        writer: impl FnOnce(&mut Output<'_>) -> R,
    ) -> (R, usize) {
        let len = self.grow_zeroed(len).len();
        let room = self.capacity.min(end).saturating_sub(len);
        // SAFETY: `len..len + room` lies within the allocation, which is ours
        // alone; the bytes need not be initialised.
        let rest =
            unsafe { slice::from_raw_parts_mut(self.start().add(len).cast().as_ptr(), room) };
        let mut output = Output::uninit(rest);
        let result = writer(&mut output);
        // A writer could have put another output in the place of ours.
        let to = self.start().as_ptr().wrapping_add(len).cast();
        let Some(written) = output.written_to(to).filter(|written| *written <= room) else {
            return (result, len);
        };
        // What an output counts is initialised.
        self.ready = self.ready.max(len + written);
        (result, len + written)
    }
}

impl<T: Zeroable> Deref for Buf<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: the first `ready` elements are initialised.
        unsafe { slice::from_raw_parts(self.start().as_ptr(), self.ready) }
    }
}

impl<T: Zeroable> DerefMut for Buf<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: the first `ready` elements are initialised, and ours alone.
        unsafe { slice::from_raw_parts_mut(self.start().as_ptr(), self.ready) }
    }
}

impl<T: Zeroable> Drop for Buf<T> {
    fn drop(&mut self) {
        if let Some(memory) = &self.memory {
            // SAFETY: the memory came from there and is not used any more.
            unsafe { memory.release(self.start()) };
        }
    }
}
