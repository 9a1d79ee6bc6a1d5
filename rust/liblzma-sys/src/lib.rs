//! The interface of the crate `liblzma-sys`, on rlzma.
//!
//! Everything that the original has is here, whatever its features are.
//! Functions are those of the crate `rlzma`, under their names in C, so a
//! program has one copy of them, whoever calls it.

#![allow(non_camel_case_types, non_upper_case_globals)]

// Nothing of it is named here; the linker finds the functions in it.
extern crate rlzma as _;

#[path = "../../bindings.rs"]
mod bindings;
mod prefixed;

pub use bindings::*;
use core::ffi::c_void;
pub use prefixed::*;

/// The functions that allocate and free memory for the library.
#[cfg(feature = "bindgen")]
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_allocator {
    pub alloc:
        Option<unsafe extern "C" fn(opaque: *mut c_void, nmemb: usize, size: usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(opaque: *mut c_void, ptr: *mut c_void)>,
    pub opaque: *mut c_void,
}

/// The functions that allocate and free memory for the library.
#[cfg(not(feature = "bindgen"))]
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_allocator {
    pub alloc: Option<extern "C" fn(*mut c_void, usize, usize) -> *mut c_void>,
    pub free: Option<extern "C" fn(*mut c_void, *mut c_void)>,
    pub opaque: *mut c_void,
}
