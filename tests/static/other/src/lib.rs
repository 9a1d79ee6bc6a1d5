//! A second Rust library in the same C program, with a standard library of
//! its own: it panics in a thread, and catches a panic.

use std::ffi::c_int;
use std::{panic, thread};

/// The number of panics, out of two, that were caught.
#[unsafe(no_mangle)]
pub extern "C" fn other_panics(number: c_int) -> c_int {
    let caught = panic::catch_unwind(|| assert_ne!(number, number, "a panic in this thread"));
    let joined = thread::spawn(move || assert_ne!(number, number, "a panic in a thread")).join();
    c_int::from(caught.is_err()) + c_int::from(joined.is_err())
}
