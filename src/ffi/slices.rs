//! Buffers of C as slices: NULL is a buffer of no bytes there.

use crate::io::{Input, Output};
use core::mem::MaybeUninit;
use core::{ptr, slice};

/// The longest slice that there may be. Callers may say `SIZE_MAX` for "enough
/// room", so longer lengths are cut to this.
const LEN_MAX: usize = isize::MAX as usize;

/// A buffer of C as a slice.
///
/// # Safety
/// `bytes` is NULL with `len` 0, or valid for reads of `len` bytes for `'a`.
#[inline]
pub(super) unsafe fn input_slice<'a>(bytes: *const u8, len: usize) -> &'a [u8] {
    if bytes.is_null() {
        return &[]; // fine for C, not for a slice
    }
    // SAFETY: by the contract above; any other pointer is valid for no bytes.
    unsafe { slice::from_raw_parts(bytes, len.min(LEN_MAX)) }
}

/// A buffer of C, whose bytes need not be initialised, as an output.
///
/// # Safety
/// `bytes` is NULL with `len` 0, or valid for writes of `len` bytes for `'a`,
/// and nothing else uses it.
#[inline]
pub(super) unsafe fn output_slice<'a>(bytes: *mut u8, len: usize) -> Output<'a> {
    if bytes.is_null() {
        return Output::uninit(&mut []);
    }
    let bytes = bytes.cast::<MaybeUninit<u8>>();
    // SAFETY: by the contract above; any other pointer is valid for no bytes.
    Output::uninit(unsafe { slice::from_raw_parts_mut(bytes, len.min(LEN_MAX)) })
}

/// The input of `lzma_code`. `None`: it is NULL with a size.
///
/// # Safety
/// `bytes` is NULL, or valid for reads of `len` bytes for `'a`.
#[inline(always)]
pub(super) unsafe fn checked_input<'a>(bytes: *const u8, len: usize) -> Option<Input<'a>> {
    if bytes.is_null() && len != 0 {
        return None;
    }
    let start = if bytes.is_null() { ptr::dangling() } else { bytes };
    // SAFETY: by the contract above; any pointer but NULL is valid for no bytes.
    Some(Input::new(unsafe { slice::from_raw_parts(start, len.min(LEN_MAX)) }))
}

/// The output of `lzma_code`. `None`: it is NULL with a size.
///
/// # Safety
/// `bytes` is NULL, or valid for writes of `len` bytes for `'a`, and nothing else
/// uses it.
#[inline(always)]
pub(super) unsafe fn checked_output<'a>(bytes: *mut u8, len: usize) -> Option<Output<'a>> {
    if bytes.is_null() && len != 0 {
        return None;
    }
    let start = if bytes.is_null() { ptr::dangling_mut() } else { bytes.cast() };
    // SAFETY: by the contract above; any pointer but NULL is valid for no bytes.
    Some(Output::uninit(unsafe { slice::from_raw_parts_mut(start, len.min(LEN_MAX)) }))
}
