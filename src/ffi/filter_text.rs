//! lzma/filter.h: chains of filters as text.

#![allow(non_camel_case_types)]

use super::alloc;
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
use core::ptr;

/// Reads a chain of filters from a text such as `x86 lzma2:dict=1MiB`, or a
/// preset such as `6` or `-9e`. `filters` needs room for five entries;
/// options are allocated with `allocator`.
///
/// # Returns
/// NULL; or a message, in English, that says what is wrong with the text at
/// byte `*error_pos`. `filters` changes only with NULL. `error_pos` may be
/// NULL.
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
    let mut unused = 0;
    // SAFETY: by contract.
    let error_pos = unsafe { error_pos.as_mut() }.unwrap_or(&mut unused);
    *error_pos = 0;
    if str.is_null() || filters.is_null() {
        return c"Unexpected NULL pointer argument(s) to lzma_str_to_filters()".as_ptr();
    }
    if flags & !(LZMA_STR_ALL_FILTERS | LZMA_STR_NO_VALIDATION) != 0 {
        return c"Unsupported flags to lzma_str_to_filters()".as_ptr();
    }
    // SAFETY: by contract.
    let bytes = unsafe { CStr::from_ptr(str) }.to_bytes();
    let any = flags & LZMA_STR_ALL_FILTERS != 0;
    let validated = flags & LZMA_STR_NO_VALIDATION == 0;
    let (pos, result) = guard((0, Err(c"Internal error (bug)")), || {
        let (pos, parsed) = text::parse(bytes, any, validated);
        // SAFETY: by contract.
        let stored = parsed.map(|parsed| unsafe { store(filters, allocator, &parsed) });
        match stored {
            Ok(Err(start)) => (start, Err(c"Memory allocation failed")),
            Ok(Ok(())) => (pos, Ok(())),
            Err(mistake) => (pos, Err(mistake)),
        }
    });
    *error_pos = c_int::try_from(pos).unwrap_or(c_int::MAX);
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
    let mut stored = [NO_FILTER; LZMA_FILTERS_MAX + 1];
    let places = stored.iter_mut().zip(parsed.filters.iter().zip(parsed.starts));
    let mut failed = None;
    for (place, (spec, start)) in places {
        // SAFETY: by contract.
        match unsafe { convert::new_options(allocator, &spec.options) } {
            Ok(options) => *place = lzma_filter { id: spec.id, options },
            Err(_) => {
                failed = Some(start);
                break;
            }
        }
    }
    if let Some(start) = failed {
        // SAFETY: these were allocated just now.
        unsafe { lzma_filters_free(stored.as_mut_ptr(), allocator) };
        return Err(start);
    }
    // SAFETY: by contract, there is room for these and the terminator.
    unsafe { ptr::copy_nonoverlapping(stored.as_ptr(), to, parsed.filters.len() + 1) };
    Ok(())
}

/// Has `writer` write a text, and gives it to the application.
///
/// # Safety
/// `to` is NULL or valid for writes, `allocator` is NULL or valid.
unsafe fn give_text(
    to: *mut *mut c_char,
    allocator: *const lzma_allocator,
    writer: impl FnOnce(&mut Output<'_>) -> Result<()>,
) -> lzma_ret {
    // SAFETY: by contract.
    let Some(to) = (unsafe { to.as_mut() }) else {
        return LZMA_PROG_ERROR;
    };
    *to = ptr::null_mut();
    ok_or_error(guard(Err(Error::Prog), || {
        let mut bytes = [0; SIZE_MAX + 1];
        let len = {
            let mut output = Output::new(&mut bytes[..SIZE_MAX]);
            writer(&mut output)?;
            output.len()
        };
        bytes[len] = 0;
        // SAFETY: by contract.
        *to = unsafe { alloc::new(allocator, bytes) }?.cast();
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

/// Writes a chain of filters as a text that [`lzma_str_to_filters`] reads,
/// with options if `flags` say so. It is allocated with `allocator`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when `flags` are not supported, there are
/// no filters or too many, or one has no name or lacks options;
/// `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer is NULL. After an
/// error, `*str` is NULL.
///
/// # Safety
/// `str` is NULL or valid for writes, `filters` is NULL or a chain as the
/// structures demand, and `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_str_from_filters(
    str: *mut *mut c_char,
    filters: *const lzma_filter,
    flags: u32,
    allocator: *const lzma_allocator,
) -> lzma_ret {
    const SUPPORTED: u32 =
        LZMA_STR_ENCODER | LZMA_STR_DECODER | LZMA_STR_GETOPT_LONG | LZMA_STR_NO_SPACES;
    // SAFETY: by contract.
    unsafe {
        give_text(str, allocator, |output| {
            if filters.is_null() {
                return Err(Error::Prog);
            }
            if flags & !SUPPORTED != 0 {
                return Err(Error::Options);
            }
            let mut specs = convert::ids(filters);
            if flags & (LZMA_STR_ENCODER | LZMA_STR_DECODER) != 0 && specs.len() <= LZMA_FILTERS_MAX
            {
                specs = convert::list(filters, Reads::Numbers);
            }
            text::write(&specs, show(flags), output)
        })
    }
}

/// Lists the filter `filter_id`, or (`LZMA_VLI_UNKNOWN`) all that the `.xz`
/// format has, or all, as `flags` say; with what options there are, and what
/// they may be. The text is allocated with `allocator`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when `flags` or the filter are not
/// supported; `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when `str` is NULL. After
/// an error, `*str` is NULL.
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
    // SAFETY: by contract.
    unsafe {
        give_text(str, allocator, |output| {
            if flags & !SUPPORTED != 0 {
                return Err(Error::Options);
            }
            text::list(filter_id, flags & LZMA_STR_ALL_FILTERS != 0, show(flags), output)
        })
    }
}
