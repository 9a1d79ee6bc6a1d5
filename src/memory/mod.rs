//! Memory from the caller's allocator, and memory that the caller lends.
//!
//! Everything that grows with data or options is a [`Buf`] or an [`Own`];
//! both come from a [`Memory`], fail instead of aborting, and go back to the
//! allocator that is current when they are dropped. [`Output`] is the
//! caller's output buffer, whose bytes need not be initialised.
//!
//! `unsafe` is allowed in this module; what it exports is safe to use, except
//! for the functions marked `unsafe`, which only the C boundary calls.

use crate::cpu::cancellation;
use crate::error::{Error, Result};
use crate::fault;
use core::ffi::c_void;
use core::marker::PhantomData;
use core::mem::{MaybeUninit, align_of, size_of};
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

mod borrowed;
mod history;
mod initial;
mod later;
mod list;
mod output;
mod paired;
mod rehome;
#[cfg(any(feature = "standalone", test))]
mod reserve;
mod ring;
mod shared;
#[cfg_attr(rlzma_model, path = "thread_model.rs")]
mod thread;

pub(crate) use borrowed::Borrowed;
pub(crate) use history::{History, Layout};
pub(crate) use initial::Initial;
pub(crate) use later::Later;
pub(crate) use list::List;
pub(crate) use output::Output;
pub(crate) use paired::Paired;
pub(crate) use rehome::Compatible;
pub(crate) use ring::Ring;
pub(crate) use shared::{Appender, Reader, Shared};
pub(crate) use thread::{Thread, Work};

/// The layout of `lzma_allocator`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Allocator {
    /// Called with `opaque`, 1 and a size in bytes; `None`: `malloc`.
    pub(crate) alloc: Option<unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void>,
    /// Called with `opaque` and what `alloc` returned; `None`: `free`.
    pub(crate) free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void)>,
    /// The application's own value, passed to both functions.
    pub(crate) opaque: *mut c_void,
}

/// What all handles to one allocator share.
struct Root {
    handles: AtomicUsize,
    /// NULL: `malloc` and `free`. An application may use another allocator
    /// for each call (`strm->allocator` is its to change), so this is
    /// refreshed whenever a call enters the library.
    allocator: AtomicPtr<Allocator>,
}

/// A handle to the caller's allocator; cheap to clone.
pub(crate) struct Memory(NonNull<Root>);

// SAFETY: the root is shared through atomics only, and liblzma's interface
// demands thread-safe allocators of applications that use threads.
unsafe impl Send for Memory {}
// SAFETY: as for `Send`.
unsafe impl Sync for Memory {}

/// Allocates `size` bytes, zeroed when that is free of charge: the second
/// value tells whether they are. `None` is out of memory.
///
/// # Safety
/// `allocator` is NULL or points to an allocator that keeps `malloc`'s
/// contract.
pub(crate) unsafe fn allocate(
    allocator: *const Allocator,
    size: usize,
) -> Option<(NonNull<u8>, bool)> {
    fault::point();
    let size = size.max(1); // a malloc may return NULL for 0 bytes
    // SAFETY: by contract.
    if let Some(Allocator { alloc: Some(alloc), opaque, .. }) = unsafe { allocator.as_ref() } {
        // SAFETY: the allocator's contract.
        let bytes = cancellation::without(|| unsafe { alloc(*opaque, 1, size) });
        return Some((NonNull::new(bytes.cast())?, false));
    }
    // SAFETY: any size is fine for calloc.
    let bytes = unsafe { libc::calloc(1, size) };
    Some((NonNull::new(bytes.cast())?, true))
}

/// Whether memory comes from `malloc`.
///
/// # Safety
/// `allocator` is NULL or valid.
unsafe fn is_malloc(allocator: *const Allocator) -> bool {
    // SAFETY: by contract.
    !matches!(unsafe { allocator.as_ref() }, Some(Allocator { alloc: Some(_), .. }))
}

/// Allocates `size` bytes of any value, not 0: for little memory, `malloc` is
/// three times as fast as `calloc`. `None` is out of memory.
///
/// # Safety
/// As for [`allocate`].
unsafe fn allocate_any(allocator: *const Allocator, size: usize) -> Option<NonNull<u8>> {
    // SAFETY: by contract; any size is fine for malloc.
    unsafe {
        if is_malloc(allocator) {
            return NonNull::new(libc::malloc(size).cast());
        }
        Some(allocate(allocator, size)?.0)
    }
}

/// Gives back what [`allocate`] returned.
///
/// # Safety
/// `bytes` came from `allocate` and is not used any more; `allocator` as
/// there, and able to free it.
pub(crate) unsafe fn release(allocator: *const Allocator, bytes: NonNull<u8>) {
    // SAFETY: by contract.
    if let Some(Allocator { free: Some(free), opaque, .. }) = unsafe { allocator.as_ref() } {
        // SAFETY: by contract.
        cancellation::without(|| unsafe { free(*opaque, bytes.as_ptr().cast()) });
    } else {
        // SAFETY: without a `free`, the application's `alloc` is `malloc`
        // or compatible with it; that is liblzma's contract.
        unsafe { libc::free(bytes.as_ptr().cast()) };
    }
}

impl Memory {
    /// The memory of `allocator`. [`Error::Mem`] if even that cannot be
    /// allocated.
    ///
    /// # Safety
    /// `allocator` is NULL or points to an allocator that keeps `malloc`'s
    /// contract, from any thread, until every handle and everything
    /// allocated through it is gone or [`Memory::refresh`] names another.
    pub(crate) unsafe fn new(allocator: *const Allocator) -> Result<Memory> {
        fault::point();
        // SAFETY: by contract.
        let bytes = unsafe { allocate_any(allocator, size_of::<Root>()) }.ok_or(Error::Mem)?;
        let root = bytes.cast::<Root>();
        // SAFETY: freshly allocated, large enough and aligned as malloc aligns.
        unsafe {
            root.write(Root {
                handles: AtomicUsize::new(1),
                allocator: AtomicPtr::new(allocator.cast_mut()),
            });
        }
        Ok(Memory(root))
    }

    /// The memory of `malloc` and `free`.
    #[cfg(test)]
    pub(crate) fn standard() -> Memory {
        // SAFETY: NULL stands for malloc and free.
        unsafe { Memory::new(ptr::null()) }.expect("malloc gives a few bytes")
    }

    /// From now on, allocate and free through `allocator`.
    ///
    /// # Safety
    /// As for [`Memory::new`]; and the new allocator can free what the old
    /// one has allocated.
    pub(crate) unsafe fn refresh(&self, allocator: *const Allocator) {
        self.root().allocator.store(allocator.cast_mut(), Ordering::Relaxed);
    }

    fn root(&self) -> &Root {
        // SAFETY: the root lives as long as any handle.
        unsafe { self.0.as_ref() }
    }

    fn allocator(&self) -> *const Allocator {
        self.root().allocator.load(Ordering::Relaxed)
    }

    /// Moves `value` into memory of its own.
    pub(crate) fn own<T>(&self, value: T) -> Result<Own<T>> {
        const { assert!(align_of::<T>() <= 8, "more than malloc promises everywhere") };
        let bytes = self.allocate_any(size_of::<T>().max(1)).ok_or(Error::Mem)?;
        let place = bytes.cast::<T>();
        // SAFETY: freshly allocated, large enough and aligned.
        unsafe { place.write(value) };
        Ok(Own { value: place, memory: self.clone(), owns: PhantomData })
    }

    /// Room for `capacity` elements, none of them [ready](Buf::ready) yet.
    /// Costs no time that grows with `capacity`, except when zeros were asked
    /// of `calloc` and it uses memory again.
    pub(crate) fn buf<T: Zeroable>(&self, capacity: usize) -> Result<Buf<T>> {
        // SAFETY: the contract of `new`.
        self.buf_from(capacity, |size| unsafe { allocate(self.allocator(), size) })
    }

    /// The same without asking for zeros: for buffers of which often no more
    /// than a small part is used.
    pub(crate) fn buf_as_needed<T: Zeroable>(&self, capacity: usize) -> Result<Buf<T>> {
        self.buf_from(capacity, |size| Some((self.allocate_any(size)?, false)))
    }

    /// Allocates `size` bytes of any value, not 0. `None` is out of memory.
    fn allocate_any(&self, size: usize) -> Option<NonNull<u8>> {
        // SAFETY: the contract of `new`.
        unsafe { allocate_any(self.allocator(), size) }
    }

    /// Whether fresh memory is zero without anyone having to clear it, as far
    /// as it comes from the system.
    pub(crate) fn zeros_are_free(&self) -> bool {
        // SAFETY: the contract of `new`.
        unsafe { is_malloc(self.allocator()) }
    }

    /// `take` allocates that many bytes, not 0, and tells whether they are
    /// zeros.
    fn buf_from<T: Zeroable>(
        &self,
        capacity: usize,
        take: impl FnOnce(usize) -> Option<(NonNull<u8>, bool)>,
    ) -> Result<Buf<T>> {
        const { assert!(align_of::<T>() <= 8, "more than malloc promises everywhere") };
        if capacity == 0 {
            return Ok(Buf::EMPTY);
        }
        let size = capacity.checked_mul(size_of::<T>()).ok_or(Error::Mem)?;
        if size > isize::MAX as usize {
            return Err(Error::Mem); // no slice may be larger
        }
        let (bytes, zeroed) = take(size).ok_or(Error::Mem)?;
        let ready = if zeroed { capacity } else { 0 };
        let before = bytes.cast::<T>().as_ptr().wrapping_sub(1);
        Ok(Buf { before, capacity, ready, memory: Some(self.clone()), owns: PhantomData })
    }

    /// `len` zeros.
    pub(crate) fn zeroed<T: Zeroable>(&self, len: usize) -> Result<Buf<T>> {
        let mut buf = self.buf(len)?;
        buf.ready(len);
        Ok(buf)
    }
}

impl Clone for Memory {
    fn clone(&self) -> Memory {
        self.root().handles.fetch_add(1, Ordering::Relaxed);
        Memory(self.0)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.root().handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            let allocator = self.allocator();
            // SAFETY: this was the last handle, so nothing uses the root.
            unsafe { release(allocator, self.0.cast()) };
        }
    }
}

/// A value in memory of its own: a `Box` from the caller's allocator.
pub(crate) struct Own<T> {
    value: NonNull<T>,
    memory: Memory,
    owns: PhantomData<T>,
}

// SAFETY: an `Own` is its value and a handle, which is `Send`.
unsafe impl<T: Send> Send for Own<T> {}
// SAFETY: shared, it only gives out `&T`.
unsafe impl<T: Sync> Sync for Own<T> {}

impl<T> Own<T> {
    /// The allocator that the value came from.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Gives the value to C as a pointer, to come back through
    /// [`Own::from_raw`].
    pub(crate) fn into_raw(self) -> *mut T {
        let holder = MaybeUninit::new(self);
        // SAFETY: `holder` is initialised and never dropped; the handle moves
        // into the raw form, where it stays counted.
        let (value, memory) = unsafe {
            let this = holder.as_ptr();
            (ptr::read(&raw const (*this).value), ptr::read(&raw const (*this).memory))
        };
        core::mem::forget(memory);
        value.as_ptr()
    }

    /// Takes back what [`Own::into_raw`] gave away.
    ///
    /// # Safety
    /// `value` came from `into_raw`, was not taken back before, and `memory`
    /// is a handle to the allocator it came from.
    pub(crate) unsafe fn from_raw(value: NonNull<T>, memory: Memory) -> Own<T> {
        // `into_raw` left its handle counted; `memory` is one too many.
        memory.root().handles.fetch_sub(1, Ordering::Relaxed);
        Own { value, memory, owns: PhantomData }
    }
}

impl<T> Deref for Own<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the value is initialised and ours.
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for Own<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the value is initialised and ours alone.
        unsafe { self.value.as_mut() }
    }
}

impl<T> Drop for Own<T> {
    fn drop(&mut self) {
        // SAFETY: the value is initialised and dropped once; then its memory,
        // which came from `allocate`, is not used any more.
        unsafe {
            ptr::drop_in_place(self.value.as_ptr());
            release(self.memory.allocator(), self.value.cast());
        }
    }
}

/// Types for which a pattern of zero bits is a value.
///
/// # Safety
/// That must be so, and the type must not need dropping.
pub(crate) unsafe trait Zeroable: Copy {}
// SAFETY: zero is an integer.
unsafe impl Zeroable for u8 {}
// SAFETY: zero is an integer.
unsafe impl Zeroable for u16 {}
// SAFETY: zero is an integer.
unsafe impl Zeroable for u32 {}
// SAFETY: zero is an integer.
unsafe impl Zeroable for u64 {}
// SAFETY: zero is an integer.
unsafe impl Zeroable for usize {}
// SAFETY: an array of zeros is zero bits throughout.
unsafe impl<T: Zeroable, const N: usize> Zeroable for [T; N] {}

/// A block of elements of fixed capacity. Only the first part of it, what is
/// [ready](Buf::ready), can be seen; large buffers become ready as data
/// arrives, so that setting up costs nothing that grows with their size.
pub(crate) struct Buf<T: Zeroable> {
    /// The place before the first element; NULL if there is no allocation. So
    /// an empty buffer is zero bits throughout, and yet the first element has
    /// a place that is not NULL, as slices must.
    before: *mut T,
    capacity: usize,
    /// This many elements are initialised.
    ready: usize,
    /// Where the allocation came from.
    memory: Option<Memory>,
    owns: PhantomData<T>,
}

// SAFETY: a `Buf` is its elements and a handle, which is `Send`.
unsafe impl<T: Zeroable + Send> Send for Buf<T> {}
// SAFETY: shared, it only gives out `&[T]`.
unsafe impl<T: Zeroable + Sync> Sync for Buf<T> {}

impl<T: Zeroable> Buf<T> {
    /// A buffer without capacity, and without an allocation. All of it is
    /// zero bits.
    pub(crate) const EMPTY: Buf<T> =
        Buf { before: ptr::null_mut(), capacity: 0, ready: 0, memory: None, owns: PhantomData };

    /// Replaces the buffer by what `make` returns, unless it has room for
    /// `capacity` elements and no others. The old memory goes first.
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

    /// How many elements there is room for.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The first `len` elements, or all if there are not as many. Those that
    /// were not ready before are zero.
    #[inline]
    pub(crate) fn ready(&mut self, len: usize) -> &mut [T] {
        let len = len.min(self.capacity);
        if len > self.ready {
            // SAFETY: `ready..len` lies within the allocation, and zero bits
            // are a value of `T`.
            unsafe { self.start().add(self.ready).write_bytes(0, len - self.ready) };
            self.ready = len;
        }
        &mut self[..len]
    }

    /// The allocator that the buffer came from; `None`: from none, as it is
    /// empty.
    pub(crate) fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    /// Where the first element is, or would be.
    #[inline(always)]
    fn start(&self) -> NonNull<T> {
        const { assert!(size_of::<T>() != 0, "nothing to keep") };
        // SAFETY: it is the start of an allocation, or the first aligned
        // address after NULL.
        unsafe { NonNull::new_unchecked(self.before.wrapping_add(1)) }
    }
}

impl Buf<u8> {
    /// The buffer as a history of what was decoded into it.
    #[inline]
    pub(crate) fn history(&mut self, layout: Layout) -> History<'_> {
        self.ready(layout.pos);
        // SAFETY: the allocation is ours alone; the bytes need not be
        // initialised.
        let bytes =
            unsafe { slice::from_raw_parts_mut(self.start().cast().as_ptr(), self.capacity) };
        // SAFETY: the first `ready` bytes are initialised, and what is written
        // after them is counted.
        unsafe { History::new(bytes, self.ready, layout, (&mut self.ready, 0)) }
    }

    /// Has `writer` put bytes behind the first `len`, up to `end` of them in
    /// all. Returns its result, and how many bytes there are then; those are
    /// ready.
    pub(crate) fn append<R>(
        &mut self,
        len: usize,
        end: usize,
        writer: impl FnOnce(&mut Output<'_>) -> R,
    ) -> (R, usize) {
        let len = self.ready(len).len();
        let room = self.capacity.min(end).saturating_sub(len);
        // SAFETY: `len..len + room` lies within the allocation, which is ours
        // alone; the bytes need not be initialised.
        let rest =
            unsafe { slice::from_raw_parts_mut(self.start().add(len).cast().as_ptr(), room) };
        let mut output = Output::uninit(rest);
        let start = output.bytes.as_ptr();
        let result = writer(&mut output);
        // A writer could have put another output in the place of ours.
        if output.bytes.as_ptr() != start || output.len > room {
            return (result, len);
        }
        // What an output counts is initialised.
        self.ready = self.ready.max(len + output.len);
        (result, len + output.len)
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
            // SAFETY: it came from `allocate` and is not used any more.
            unsafe { release(memory.allocator(), self.start().cast()) };
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Memory for tests.

    use super::*;

    unsafe extern "C" fn dirty_alloc(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
        let size = count * size;
        // SAFETY: any size is fine for malloc, and what it returns is that
        // large.
        unsafe {
            let bytes = libc::malloc(size);
            if !bytes.is_null() {
                bytes.cast::<u8>().write_bytes(0xA5, size.min(1 << 22));
            }
            bytes
        }
    }

    static DIRTY: Allocator =
        Allocator { alloc: Some(dirty_alloc), free: None, opaque: ptr::null_mut() };

    // SAFETY: what is shared is never changed, and has no state.
    unsafe impl Sync for Allocator {}

    /// The memory of `malloc`.
    pub(crate) fn malloc() -> Memory {
        // SAFETY: NULL is an allocator that lives for ever.
        unsafe { Memory::new(ptr::null()) }.expect("a little memory")
    }

    /// The memory of an application's allocator, which is not zero.
    pub(crate) fn dirty() -> Memory {
        // SAFETY: the allocator keeps the contract and lives for ever.
        unsafe { Memory::new(&raw const DIRTY) }.expect("a little memory")
    }
}
