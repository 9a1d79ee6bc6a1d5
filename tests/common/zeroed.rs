//! Structures of C as `memset` leaves them.

use rlzma::ffi::*;

/// A structure of C for which zeros are a value of every field.
///
/// # Safety
/// Integers and pointers, and nothing that refers to something.
pub unsafe trait Zeroed: Sized {}

macro_rules! zeroed {
    ($($name:ident)*) => {
        // SAFETY: the fields are integers and raw pointers.
        $(unsafe impl Zeroed for $name {})*
    };
}

zeroed! {
    lzma_block lzma_index_iter lzma_mt lzma_options_delta lzma_options_lzma lzma_stream_flags
}

/// A structure full of zeros, as callers make them.
pub fn zeroed<T: Zeroed>() -> T {
    // SAFETY: zeros are a value of every field.
    unsafe { std::mem::zeroed() }
}
