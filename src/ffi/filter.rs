//! lzma/filter.h: filters and filter chains.

#![allow(non_camel_case_types)]

use super::alloc::{self, NewFilters};
use super::base::*;
use super::bcj::lzma_options_bcj;
use super::delta::lzma_options_delta;
use super::guard::guard;
use super::lzma12::lzma_options_lzma;
use super::stream::ok_or_error;
use super::vli::{LZMA_VLI_UNKNOWN, lzma_vli};
use crate::error::{Error, Result};
use crate::filter::{self, Kind};
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

/// The most filters in a chain, not counting the entry that ends it: arrays
/// that functions write a chain to need room for one more.
pub const LZMA_FILTERS_MAX: usize = 4;

/// One filter of a chain. A chain is an array of one to four filters that ends
/// with an entry whose ID is `LZMA_VLI_UNKNOWN`. When encoding, data goes
/// through it from the first to the last; the last one compresses.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_filter {
    /// Filter ID, one of the `LZMA_FILTER_*` constants, or `LZMA_VLI_UNKNOWN`
    /// at the end of the chain.
    pub id: lzma_vli,
    /// The options structure that the filter's ID asks for
    /// (`lzma_options_lzma`, `lzma_options_delta`, `lzma_options_bcj`). NULL
    /// when it needs none, which is so for BCJ filters only.
    pub options: *mut c_void,
}

/// Allow, or list, also filters that the .xz format cannot use, which are LZMA1
/// filters. Since 5.4.
pub const LZMA_STR_ALL_FILTERS: u32 = 0x01;

/// Do not check that the chain as a whole makes sense, such as that LZMA2 is
/// the last filter. Since 5.4.
pub const LZMA_STR_NO_VALIDATION: u32 = 0x02;

/// Write or list the options that an encoder reads. Since 5.4.
pub const LZMA_STR_ENCODER: u32 = 0x10;

/// Write or list the options that a decoder reads. Since 5.4.
pub const LZMA_STR_DECODER: u32 = 0x20;

/// Write filters as options of the `xz` program: `--delta=dist=2`. Since 5.4.
pub const LZMA_STR_GETOPT_LONG: u32 = 0x40;

/// Put two dashes instead of a space between filters, so that a shell takes the
/// text as one word. Since 5.4.
pub const LZMA_STR_NO_SPACES: u32 = 0x80;

/// A filter that is not there: what ends a chain.
pub(super) const NO_FILTER: lzma_filter =
    lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

/// Tells whether this library can encode with a filter.
///
/// # Parameters
/// - `id`: the Filter ID; any value is allowed.
///
/// # Returns
/// True or false.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_filter_encoder_is_supported(id: lzma_vli) -> lzma_bool {
    filter::is_supported(id).into()
}

/// Tells whether this library can decode with a filter.
///
/// # Parameters
/// - `id`: the Filter ID; any value is allowed.
///
/// # Returns
/// True or false: the same as `lzma_filter_encoder_is_supported`.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_filter_decoder_is_supported(id: lzma_vli) -> lzma_bool {
    filter::is_supported(id).into()
}

/// Copies a chain and its options. A preset dictionary is not copied: the copy
/// points to the same one. Options are not checked.
///
/// # Parameters
/// - `src`: the chain. Filters without options may have any ID.
/// - `dest`: where the copy goes: room for as many entries as the chain has,
///   with its end; five are enough for any. What was there is overwritten, not
///   freed. Free the copy with `lzma_filters_free`.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
///
/// # Returns
/// - `LZMA_OK`: copied.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: there are more than four filters, or one has options
///   and an unknown ID.
/// - `LZMA_PROG_ERROR`: `src` or `dest` is NULL.
///
/// After an error, `dest` is as it was, and nothing stays allocated.
///
/// # Safety
/// `src` is NULL or a chain whose options are NULL or what their IDs ask for,
/// `dest` is NULL or has room for it, and `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filters_copy(
    src: *const lzma_filter,
    dest: *mut lzma_filter,
    allocator: *const lzma_allocator,
) -> lzma_ret {
    if src.is_null() || dest.is_null() {
        return LZMA_PROG_ERROR;
    }
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by base.h, an allocator is NULL or valid.
        let mut copies = unsafe { NewFilters::new(allocator) };
        // SAFETY: by filter.h, a chain whose options are NULL or, where they
        // are not, what the ID says.
        let copied = unsafe { copy_filters(src, &mut copies.entries, allocator) };
        // SAFETY: by filter.h, there is room for as many entries as `src` has.
        ok_or_error(copied.map(|count| unsafe { copies.give(dest, count) }))
    })
}

/// Copies filters to `copies`, and counts them. After an error, those that were
/// copied before it are left there.
///
/// # Safety
/// As for [`lzma_filters_copy`].
unsafe fn copy_filters(
    src: *const lzma_filter,
    copies: &mut [lzma_filter; LZMA_FILTERS_MAX + 1],
    allocator: *const lzma_allocator,
) -> Result<usize> {
    for (i, copy) in copies.iter_mut().enumerate() {
        // SAFETY: by the contract above; no entry before was the last one.
        let filter = unsafe { src.add(i) };
        // SAFETY: as above. The last entry's options are not read: by
        // filter.h, they need not be initialised.
        let id = unsafe { (*filter).id };
        if id == LZMA_VLI_UNKNOWN {
            return Ok(i);
        }
        if i == LZMA_FILTERS_MAX {
            break;
        }
        // SAFETY: as above.
        copy.options = unsafe { copy_options(id, (*filter).options, allocator) }?;
        copy.id = id;
    }
    Err(Error::Options)
}

/// # Safety
/// `options` are NULL or what `id` demands; members of them need not be
/// initialised. `allocator` is NULL or valid.
unsafe fn copy_options(
    id: lzma_vli,
    options: *const c_void,
    allocator: *const lzma_allocator,
) -> Result<*mut c_void> {
    if options.is_null() {
        return Ok(ptr::null_mut());
    }
    // SAFETY: by the contract above. Everything is copied as it is, reserved
    // members too.
    unsafe {
        match Kind::of(id).ok_or(Error::Options)? {
            Kind::Lzma1 | Kind::Lzma1Ext | Kind::Lzma2 => {
                copy::<lzma_options_lzma>(options, allocator)
            }
            Kind::Delta => copy::<lzma_options_delta>(options, allocator),
            Kind::Bcj => copy::<lzma_options_bcj>(options, allocator),
        }
    }
}

/// # Safety
/// As for [`copy_options`], with `T` for the structure.
unsafe fn copy<T: Copy>(
    options: *const c_void,
    allocator: *const lzma_allocator,
) -> Result<*mut c_void> {
    // SAFETY: by the contract above; any bytes are a `MaybeUninit`.
    Ok(unsafe { alloc::new(allocator, options.cast::<MaybeUninit<T>>().read())? }.cast())
}

/// Frees the options of a chain, and empties it: all IDs become
/// `LZMA_VLI_UNKNOWN`, and all options NULL. The array itself is the caller's.
///
/// # Parameters
/// - `filters`: the chain; if it is NULL, nothing happens.
/// - `allocator`: the one that the options were allocated with; NULL means
///   `free`.
///
/// # Safety
/// `filters` is NULL or a chain of at most four filters, whose options are NULL
/// or were allocated with `allocator`, which is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filters_free(
    filters: *mut lzma_filter,
    allocator: *const lzma_allocator,
) {
    if filters.is_null() {
        return;
    }
    for i in 0..LZMA_FILTERS_MAX {
        // SAFETY: by filter.h, the last entry has the ID `LZMA_VLI_UNKNOWN`;
        // none before was that. The options of others can be freed.
        unsafe {
            let filter = filters.add(i);
            if (*filter).id == LZMA_VLI_UNKNOWN {
                return;
            }
            alloc::free(allocator, (*filter).options);
            filter.write(NO_FILTER);
        }
    }
}
