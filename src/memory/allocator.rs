//! The caller's allocator, and handles to it.

use crate::cpu::sys::cancellation;
use crate::error::{Error, Result};
use crate::fault;
use crate::memory::handle_count::HandleCount;
use core::ffi::c_void;
use core::mem::{MaybeUninit, align_of, offset_of, size_of};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, Ordering};

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

/// The part that all handles to one allocator share.
struct Root {
    handles: HandleCount,
    /// The current allocator; NULL stands for `malloc` and `free`. An
    /// application may change `strm->allocator` between two calls, so this is
    /// refreshed whenever a call enters the library.
    allocator: AtomicPtr<Allocator>,
    /// True if this is the root of a [`Rooted`].
    has_place: bool,
}

/// A root with a place for a value, which saves an allocation.
#[repr(C)]
struct Rooted<T> {
    root: Root,
    place: MaybeUninit<T>,
}

/// A handle to the caller's allocator; cheap to clone.
pub(crate) struct AllocatorHandle(NonNull<Root>);

// SAFETY: the root is shared through atomics only, and liblzma's interface demands
// thread-safe allocators of applications that use threads. Until there is a `Shared`,
// handles are counted as one thread alone can ([`HandleCount`]). That is enough, since
// `memory::thread` alone starts threads, with a `Shared`; `tests/structure.rs` holds
// this (`threads_begin_in_one_place`).
unsafe impl Send for AllocatorHandle {}
// SAFETY: as for `Send`.
unsafe impl Sync for AllocatorHandle {}

/// Allocates `size` bytes, by `calloc` unless the application has a function
/// of its own. Returns whether the bytes are zero as well; `None` if there is
/// no memory.
///
/// # Safety
/// `allocator` is NULL or points to an allocator that keeps `malloc`'s
/// contract.
unsafe fn allocate(allocator: *const Allocator, size: usize) -> Option<(NonNull<u8>, bool)> {
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

/// Tells whether memory comes from `malloc` and not from a function of the
/// application's.
///
/// # Safety
/// `allocator` is NULL or valid.
unsafe fn is_malloc(allocator: *const Allocator) -> bool {
    // SAFETY: by contract.
    !matches!(unsafe { allocator.as_ref() }, Some(Allocator { alloc: Some(_), .. }))
}

/// Allocates `size` uninitialised bytes, at least one. `malloc` is three times
/// as fast as `calloc` for little memory. `None` if there is no memory.
///
/// # Safety
/// As for [`allocate`].
pub(crate) unsafe fn allocate_any(allocator: *const Allocator, size: usize) -> Option<NonNull<u8>> {
    // SAFETY: by contract; any size is fine for malloc.
    unsafe {
        if is_malloc(allocator) {
            fault::point();
            return NonNull::new(libc::malloc(size).cast());
        }
        Some(allocate(allocator, size)?.0)
    }
}

/// Gives back what [`allocate`] or [`allocate_any`] returned.
///
/// # Safety
/// `bytes` came from one of these and is not used any more; `allocator` as
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

/// The size of `count` values in bytes. [`Error::Mem`] if no slice can be as
/// large.
fn array_size<T>(count: usize) -> Result<usize> {
    const { assert!(align_of::<T>() <= 8, "more than malloc promises everywhere") };
    let size = count.checked_mul(size_of::<T>()).ok_or(Error::Mem)?;
    if size > isize::MAX as usize {
        return Err(Error::Mem);
    }
    Ok(size)
}

impl AllocatorHandle {
    /// Makes the first handle to `allocator`. [`Error::Mem`] if there is no
    /// memory for the part that handles share.
    ///
    /// # Safety
    /// `allocator` is NULL or points to an allocator that keeps `malloc`'s
    /// contract, from any thread, until every handle and everything
    /// allocated through it is gone or [`AllocatorHandle::refresh`] names another.
    pub(crate) unsafe fn new(allocator: *const Allocator) -> Result<AllocatorHandle> {
        // SAFETY: by contract; there is room for a root.
        unsafe { AllocatorHandle::with_size(allocator, size_of::<Root>(), false) }
    }

    /// As [`AllocatorHandle::new`], with a place for a value in the same
    /// allocation, which is freed when no handle is left. The value is not
    /// initialised.
    ///
    /// # Safety
    /// As for [`AllocatorHandle::new`].
    pub(super) unsafe fn with_place<T>(
        allocator: *const Allocator,
    ) -> Result<(AllocatorHandle, NonNull<T>)> {
        const { assert!(align_of::<T>() <= 8, "more than malloc promises everywhere") };
        // SAFETY: by contract; there is room for both.
        let memory =
            unsafe { AllocatorHandle::with_size(allocator, size_of::<Rooted<T>>(), true) }?;
        let place = memory.place();
        Ok((memory, place))
    }

    /// Makes the first handle to `allocator`, with an allocation of `size` bytes.
    ///
    /// # Safety
    /// As for [`AllocatorHandle::new`]; and there is room for a root or, if it
    /// `has_place`, for a [`Rooted`] of the value that is to be there.
    unsafe fn with_size(
        allocator: *const Allocator,
        size: usize,
        has_place: bool,
    ) -> Result<AllocatorHandle> {
        // SAFETY: by contract.
        let bytes = unsafe { allocate_any(allocator, size) }.ok_or(Error::Mem)?;
        let root = bytes.cast::<Root>();
        // SAFETY: freshly allocated, large enough and aligned as malloc aligns.
        unsafe {
            root.write(Root {
                handles: HandleCount::one(),
                allocator: AtomicPtr::new(allocator.cast_mut()),
                has_place,
            });
        }
        Ok(AllocatorHandle(root))
    }

    /// The place of a value in one allocation with the root, if it has one.
    fn place<T>(&self) -> NonNull<T> {
        let place = self.0.as_ptr().wrapping_byte_add(offset_of!(Rooted<T>, place));
        // SAFETY: what follows an allocated value is not at address 0.
        unsafe { NonNull::new_unchecked(place.cast()) }
    }

    /// Tells whether `value` is in one allocation with the root.
    #[inline]
    pub(super) fn has_in_place<T>(&self, value: NonNull<T>) -> bool {
        self.root().has_place && self.place() == value
    }

    /// Makes a handle to `malloc` and `free`: for threads that the application
    /// has not asked for, from which its own allocator must not be called.
    pub(crate) fn of_system() -> Result<AllocatorHandle> {
        // SAFETY: NULL stands for malloc and free.
        unsafe { AllocatorHandle::new(core::ptr::null()) }
    }

    /// Makes a handle to `malloc` and `free`.
    #[cfg(test)]
    pub(crate) fn standard() -> AllocatorHandle {
        AllocatorHandle::of_system().expect("malloc gives a few bytes")
    }

    /// Makes all handles allocate and free through `allocator` from now on.
    ///
    /// # Safety
    /// As for [`AllocatorHandle::new`]; and the new allocator can free what the old
    /// one has allocated.
    pub(crate) unsafe fn refresh(&self, allocator: *const Allocator) {
        self.root().allocator.store(allocator.cast_mut(), Ordering::Relaxed);
    }

    fn root(&self) -> &Root {
        // SAFETY: the root lives as long as any handle.
        unsafe { self.0.as_ref() }
    }

    pub(super) fn allocator(&self) -> *const Allocator {
        self.root().allocator.load(Ordering::Relaxed)
    }

    /// A handle that was given away without being dropped, and so is still counted.
    /// Counting costs more than all else here, so handles are not counted twice.
    ///
    /// # Safety
    /// It was a handle to this allocator, and is taken back once.
    pub(super) unsafe fn take_back(&self) -> AllocatorHandle {
        AllocatorHandle(self.0)
    }

    /// Allocates memory for one value, which is not initialised.
    pub(super) fn allocate_value<T>(&self) -> Result<NonNull<T>> {
        self.allocate_array(1)
    }

    /// Allocates memory for `count` values, which are not initialised.
    pub(super) fn allocate_array<T>(&self, count: usize) -> Result<NonNull<T>> {
        let size = array_size::<T>(count)?.max(1);
        // SAFETY: the contract of `new`.
        let bytes = unsafe { allocate_any(self.allocator(), size) };
        Ok(bytes.ok_or(Error::Mem)?.cast())
    }

    /// Allocates memory for `count` values; tells whether it is zero as well,
    /// which it is where that costs nothing.
    pub(super) fn allocate_zeros<T>(&self, count: usize) -> Result<(NonNull<T>, bool)> {
        let size = array_size::<T>(count)?;
        // SAFETY: the contract of `new`.
        let (bytes, zero) = unsafe { allocate(self.allocator(), size) }.ok_or(Error::Mem)?;
        Ok((bytes.cast(), zero))
    }

    /// Gives memory back that this handle, or another one to the allocator,
    /// has allocated.
    ///
    /// # Safety
    /// It is not used any more.
    pub(super) unsafe fn release<T>(&self, memory: NonNull<T>) {
        // SAFETY: by contract; a new allocator can free what an old one gave.
        unsafe { release(self.allocator(), memory.cast()) };
    }

    /// Tells whether fresh memory of some size comes from the system, which
    /// clears it: then zeros cost nothing.
    pub(crate) fn zeros_are_free(&self) -> bool {
        // SAFETY: the contract of `new`.
        unsafe { is_malloc(self.allocator()) }
    }
}

impl PartialEq for AllocatorHandle {
    /// Tells whether both are handles to one allocator.
    fn eq(&self, other: &AllocatorHandle) -> bool {
        self.0 == other.0
    }
}

impl Clone for AllocatorHandle {
    fn clone(&self) -> AllocatorHandle {
        self.root().handles.add();
        AllocatorHandle(self.0)
    }
}

impl Drop for AllocatorHandle {
    fn drop(&mut self) {
        if self.root().handles.remove() {
            let allocator = self.allocator();
            // SAFETY: this was the last handle, so nothing uses the root.
            unsafe { release(allocator, self.0.cast()) };
        }
    }
}
