//! lzma/filter.h: chains of filters as text.

#![allow(non_camel_case_types)]

use super::alloc::{self, NewFilters};
use super::base::*;
use super::convert::{self, Reads};
use super::filter::*;
use super::guard::guard;
use super::stream::ok_or_error;
use super::vli::lzma_vli;
use crate::error::{Error, Result};
use crate::filter::text::{self, Parsed, SIZE_MAX, Show};
use crate::io::Output;
use core::ffi::{CStr, c_char, c_int};
use core::mem::{self, MaybeUninit};
use core::ptr::{self, NonNull};

/// Makes a chain of filters from a text, as users may write it.
///
/// The text is a preset, such as `6` or `-9e`, or a chain, such as `x86
/// lzma2:preset=6,dict=1MiB`: names of filters, a colon or an equals sign,
/// options with commas between them. Between filters stand spaces or two
/// dashes; dashes may also come before the first. `lzma_str_list_filters` tells
/// the names.
///
/// # Parameters
/// - `str`: the text.
/// - `error_pos`: set to the place that the message is about, in bytes from the
///   start of `str`; after success, to the length of what was read. May be
///   NULL.
/// - `filters`: where the chain goes: room for five entries. What was there is
///   overwritten, not freed. Free the options with `lzma_filters_free`. It
///   changes only if all went well.
/// - `flags`: `LZMA_STR_ALL_FILTERS`, `LZMA_STR_NO_VALIDATION`, both, or 0.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
///
/// # Returns
/// NULL if all went well; otherwise a message, in English, that says what is
/// wrong. The message is part of the library: it is not to be freed.
///
/// # Safety
/// `str` is NULL or a string, `filters` is NULL or has room for five entries,
/// `error_pos` and `allocator` are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_str_to_filters(
    str: *const c_char,
    error_pos: *mut c_int,
    filters: *mut lzma_filter,
    flags: u32,
    allocator: *const lzma_allocator,
) -> *const c_char {
    let set_error_pos = |pos: usize| {
        if !error_pos.is_null() {
            // SAFETY: by filter.h, NULL or the place for an `int`.
            unsafe { error_pos.write(c_int::try_from(pos).unwrap_or(c_int::MAX)) };
        }
    };
    set_error_pos(0);
    if str.is_null() || filters.is_null() {
        return c"Unexpected NULL pointer argument(s) to lzma_str_to_filters()".as_ptr();
    }
    if flags & !(LZMA_STR_ALL_FILTERS | LZMA_STR_NO_VALIDATION) != 0 {
        return c"Unsupported flags to lzma_str_to_filters()".as_ptr();
    }
    // SAFETY: by filter.h, a string.
    let bytes = unsafe { CStr::from_ptr(str) }.to_bytes();
    let any = flags & LZMA_STR_ALL_FILTERS != 0;
    let validated = flags & LZMA_STR_NO_VALIDATION == 0;
    let (pos, result) = guard((0, Err(c"Internal error (bug)")), || {
        let mut parsed = Parsed::new();
        let (pos, result) = text::parse(&mut parsed, bytes, any, validated);
        // SAFETY: by filter.h, there is room for LZMA_FILTERS_MAX + 1 filters;
        // by base.h, an allocator is NULL or valid.
        let stored = result.map(|()| unsafe { store(filters, allocator, &parsed) });
        match stored {
            Ok(Err(start)) => (start, Err(c"Memory allocation failed")),
            Ok(Ok(())) => (pos, Ok(())),
            Err(mistake) => (pos, Err(mistake)),
        }
    });
    set_error_pos(pos);
    result.map_or_else(|mistake| mistake.as_ptr(), |()| ptr::null())
}

/// Stores filters for the application. Without memory, the error is where the
/// filter begins that there is none for.
///
/// # Safety
/// `to` has room for five entries; `allocator` is NULL or valid.
unsafe fn store(
    to: *mut lzma_filter,
    allocator: *const lzma_allocator,
    parsed: &Parsed,
) -> core::result::Result<(), usize> {
    // SAFETY: by the contract above.
    let mut stored = unsafe { NewFilters::new(allocator) };
    let places = stored.entries.iter_mut().zip(parsed.filters.iter().zip(parsed.starts));
    for (place, (spec, start)) in places {
        // SAFETY: by the contract above.
        match unsafe { convert::new_options(allocator, &spec.options) } {
            Ok(options) => *place = lzma_filter { id: spec.id, options },
            Err(_) => return Err(start),
        }
    }
    // SAFETY: by the contract above, there is room for these and the
    // terminator.
    unsafe { stored.give(to, parsed.filters.len()) };
    Ok(())
}

/// The memory of a text with its zero at the end. Until it is given to the
/// application, it is freed whatever happens.
struct NewText {
    bytes: NonNull<[MaybeUninit<u8>; SIZE_MAX + 1]>,
    allocator: *const lzma_allocator,
}

impl NewText {
    /// # Safety
    /// `allocator` is NULL or valid as long as this exists.
    unsafe fn new(allocator: *const lzma_allocator) -> Result<NewText> {
        // SAFETY: by the contract above.
        let bytes = unsafe { alloc::new_uninit(allocator) }?;
        Ok(NewText { bytes, allocator })
    }

    fn bytes(&mut self) -> &mut [MaybeUninit<u8>; SIZE_MAX + 1] {
        // SAFETY: `new` has allocated them, and nobody else has them.
        unsafe { self.bytes.as_mut() }
    }

    /// The application's from now on.
    fn give(self) -> *mut c_char {
        let bytes = self.bytes;
        mem::forget(self);
        bytes.as_ptr().cast()
    }
}

impl Drop for NewText {
    fn drop(&mut self) {
        // SAFETY: by the contract of `new`, and nobody else has them.
        unsafe { alloc::free(self.allocator, self.bytes.as_ptr().cast()) };
    }
}

/// Has `writer` write a text, and gives it to the application. There must be memory
/// for it before `writer` finds out whether the arguments make a text.
///
/// # Safety
/// `to` is valid for writes, `allocator` is NULL or valid.
unsafe fn give_text(
    to: *mut *mut c_char,
    allocator: *const lzma_allocator,
    writer: impl FnOnce(&mut Output<'_>) -> Result<()>,
) -> lzma_ret {
    ok_or_error(guard(Err(Error::Prog), || {
        // SAFETY: by the contract above.
        let mut text = unsafe { NewText::new(allocator) }?;
        let bytes = text.bytes();
        let mut output = Output::uninit(&mut bytes[..SIZE_MAX]);
        writer(&mut output)?;
        let len = output.len();
        bytes[len].write(0);
        // SAFETY: by the contract above.
        unsafe { to.write(text.give()) };
        Ok(())
    }))
}

fn show(flags: u32) -> Show {
    Show {
        encoder: flags & LZMA_STR_ENCODER != 0,
        decoder: flags & LZMA_STR_DECODER != 0,
        dashes: flags & LZMA_STR_GETOPT_LONG != 0,
        no_spaces: flags & LZMA_STR_NO_SPACES != 0,
    }
}

/// Writes a chain of filters as a text that `lzma_str_to_filters` reads.
///
/// # Parameters
/// - `str`: set to the text, which the caller frees with `allocator`; to NULL
///   after an error. What was there is not freed.
/// - `filters`: the chain. Without flags for options, its options are not read.
/// - `flags`: whose options to write, and how: `LZMA_STR_ENCODER`,
///   `LZMA_STR_DECODER`, `LZMA_STR_GETOPT_LONG`, `LZMA_STR_NO_SPACES`, any of
///   them, or 0 for the names alone.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
///
/// # Returns
/// - `LZMA_OK`: `*str` is set.
/// - `LZMA_OPTIONS_ERROR`: unknown flags; no filters or more than four; a
///   filter that has no name, or lacks options that shall be written.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_PROG_ERROR`: `str` or `filters` is NULL.
///
/// # Safety
/// `str` is NULL or valid for writes, `filters` is NULL or a chain whose
/// options are NULL or what their IDs ask for, and `allocator` is NULL or
/// valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_str_from_filters(
    str: *mut *mut c_char,
    filters: *const lzma_filter,
    flags: u32,
    allocator: *const lzma_allocator,
) -> lzma_ret {
    const SUPPORTED: u32 =
        LZMA_STR_ENCODER | LZMA_STR_DECODER | LZMA_STR_GETOPT_LONG | LZMA_STR_NO_SPACES;
    if str.is_null() {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by filter.h, where a pointer goes; it need not be initialised.
    unsafe { str.write(ptr::null_mut()) };
    if filters.is_null() {
        return LZMA_PROG_ERROR;
    }
    if flags & !SUPPORTED != 0 {
        return LZMA_OPTIONS_ERROR;
    }
    // SAFETY: by filter.h, a chain ends with `LZMA_VLI_UNKNOWN`.
    let len = unsafe { convert::len(filters) };
    if len == 0 {
        return LZMA_OPTIONS_ERROR;
    }
    // SAFETY: by filter.h, `str` is where a pointer goes, and options are NULL or
    // the structure that the ID asks for; by base.h, an allocator is NULL or valid.
    unsafe {
        give_text(str, allocator, |output| {
            let reads = if len > LZMA_FILTERS_MAX {
                None
            } else if flags & LZMA_STR_ENCODER != 0 {
                Some(Reads::EncoderNumbers)
            } else if flags & LZMA_STR_DECODER != 0 {
                Some(Reads::Properties)
            } else {
                None
            };
            convert::with_list(filters, reads, |specs| text::write(specs, show(flags), output))
        })
    }
}

/// Lists filters by the names that `lzma_str_to_filters` takes, for help texts.
/// With a flag for options, each filter has a line of its own, with its options
/// and what values they take; without, all names are on one line.
///
/// # Parameters
/// - `str`: set to the text, which the caller frees with `allocator`; to NULL
///   after an error. What was there is not freed.
/// - `filter_id`: the only filter to list; `LZMA_VLI_UNKNOWN` lists all that
///   the .xz format can have.
/// - `flags`: `LZMA_STR_ALL_FILTERS` lists others, too; `LZMA_STR_ENCODER` and
///   `LZMA_STR_DECODER` say whose options, `LZMA_STR_GETOPT_LONG` how. Any of
///   them, or 0.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
///
/// # Returns
/// - `LZMA_OK`: `*str` is set.
/// - `LZMA_OPTIONS_ERROR`: unknown flags, or no filter with this ID.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_PROG_ERROR`: `str` is NULL.
///
/// # Safety
/// `str` is NULL or valid for writes, and `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_str_list_filters(
    str: *mut *mut c_char,
    filter_id: lzma_vli,
    flags: u32,
    allocator: *const lzma_allocator,
) -> lzma_ret {
    const SUPPORTED: u32 =
        LZMA_STR_ALL_FILTERS | LZMA_STR_ENCODER | LZMA_STR_DECODER | LZMA_STR_GETOPT_LONG;
    if str.is_null() {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by filter.h, where a pointer goes; it need not be initialised.
    unsafe { str.write(ptr::null_mut()) };
    if flags & !SUPPORTED != 0 {
        return LZMA_OPTIONS_ERROR;
    }
    // SAFETY: by filter.h, `str` is where a pointer goes; by base.h, an
    // allocator is NULL or valid.
    unsafe {
        give_text(str, allocator, |output| {
            text::list(filter_id, flags & LZMA_STR_ALL_FILTERS != 0, show(flags), output)
        })
    }
}
