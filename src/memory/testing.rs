//! Allocators for tests.

use super::{Allocator, AllocatorHandle};
use core::ffi::c_void;
use core::ptr;

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

/// Returns a handle to `malloc` and `free`.
pub(crate) fn malloc() -> AllocatorHandle {
    // SAFETY: NULL is an allocator that lives for ever.
    unsafe { AllocatorHandle::new(ptr::null()) }.expect("a little memory")
}

/// Returns a handle to an application's allocator, whose memory is not zero.
pub(crate) fn dirty() -> AllocatorHandle {
    // SAFETY: the allocator keeps the contract and lives for ever.
    unsafe { AllocatorHandle::new(&raw const DIRTY) }.expect("a little memory")
}
