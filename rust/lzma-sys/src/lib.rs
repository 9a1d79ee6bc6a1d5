//! The interface of the crate `lzma-sys`, on rlzma.
//!
//! Everything that the original has is here, and what liblzma has got since.
//! Functions are those of the crate `rlzma`, under their names in C, so a
//! program has one copy of them, whoever calls it.

#![allow(non_camel_case_types)]

// Nothing of it is named here; the linker finds the functions in it.
extern crate rlzma as _;

#[path = "../../bindings.rs"]
mod bindings;

pub use bindings::*;
use core::ffi::c_void;

/// The functions that allocate and free memory for the library.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_allocator {
    pub alloc: Option<extern "C" fn(*mut c_void, usize, usize) -> *mut c_void>,
    pub free: Option<extern "C" fn(*mut c_void, *mut c_void)>,
    pub opaque: *mut c_void,
}
