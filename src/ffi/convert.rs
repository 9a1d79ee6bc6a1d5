//! Filters as C gives them, and as C gets them.

use super::alloc;
use super::base::{LZMA_RESERVED_ENUM, lzma_allocator};
use super::bcj::lzma_options_bcj;
use super::delta::{lzma_delta_type, lzma_options_delta};
use super::filter::{LZMA_FILTERS_MAX, lzma_filter};
use super::lzma12::{lzma_match_finder, lzma_mode, lzma_options_lzma};
use super::stream::input_slice;
use super::vli::LZMA_VLI_UNKNOWN;
use crate::error::Result;
use crate::filter::{self, FilterOptions, FilterSpec, Kind, Specs};
use crate::lzma::LzmaOptions;
use core::ffi::c_void;
use core::ptr;

/// Which options a call reads. Others may be anything, even a pointer to
/// nowhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Those that decide how large the Filter Properties are.
    Size,
    /// Everything but the preset dictionary.
    Numbers,
    /// Everything.
    All,
}

/// A chain of filters that is used as a whole: options are read only if the
/// IDs make a valid chain. A NULL pointer is an empty chain.
///
/// # Safety
/// `filters` is NULL or ends with `LZMA_VLI_UNKNOWN` or after five entries;
/// options that are read are NULL or what the ID demands, for `'a`.
pub(super) unsafe fn chain<'a>(filters: *const lzma_filter, reads: Reads) -> Specs<'a> {
    // SAFETY: by contract; no options are read.
    let ids = unsafe { collect(filters, None) };
    if filter::validate(&ids).is_err() {
        return ids;
    }
    // SAFETY: by contract.
    unsafe { collect(filters, Some(reads)) }
}

/// The same, but options that decide how large the Filter Properties are are
/// read of any chain: there may be no room for its Block Header, and that is
/// found out first.
///
/// # Safety
/// As for [`chain`], and for chains that are not valid as for [`list`].
pub(super) unsafe fn chain_with_header<'a>(filters: *const lzma_filter) -> Specs<'a> {
    // SAFETY: by contract.
    unsafe {
        let sizes = collect(filters, Some(Reads::Size));
        if filter::validate(&sizes).is_err() { sizes } else { collect(filters, Some(Reads::All)) }
    }
}

/// The IDs alone.
///
/// # Safety
/// As for [`chain`], but options may be anything.
pub(super) unsafe fn ids<'a>(filters: *const lzma_filter) -> Specs<'a> {
    // SAFETY: by contract.
    unsafe { collect(filters, None) }
}

/// Filters that are used one by one.
///
/// # Safety
/// As for [`chain`].
pub(super) unsafe fn list<'a>(filters: *const lzma_filter, reads: Reads) -> Specs<'a> {
    // SAFETY: by contract.
    unsafe { collect(filters, Some(reads)) }
}

/// # Safety
/// As for [`chain`]; without `reads`, options may be anything.
unsafe fn collect<'a>(filters: *const lzma_filter, reads: Option<Reads>) -> Specs<'a> {
    let mut specs = Specs::new();
    if filters.is_null() {
        return specs;
    }
    for i in 0..=LZMA_FILTERS_MAX {
        // SAFETY: by contract; no entry before was the last one.
        let filter = unsafe { &*filters.add(i) };
        if filter.id == LZMA_VLI_UNKNOWN {
            break;
        }
        specs.push(match reads {
            // SAFETY: by contract.
            Some(reads) => unsafe { spec(filter, reads) },
            None => FilterSpec { id: filter.id, options: unread(filter) },
        });
    }
    specs
}

/// One filter.
///
/// # Safety
/// Options that are read are NULL or what the ID demands, for `'a`.
pub(super) unsafe fn spec<'a>(filter: &lzma_filter, reads: Reads) -> FilterSpec<'a> {
    let options = match Kind::of(filter.id) {
        Some(Kind::Bcj) => {
            // SAFETY: by contract.
            unsafe { bcj(filter.options.cast()) }
        }
        Some(Kind::Delta) if reads != Reads::Size => {
            // SAFETY: by contract.
            unsafe { delta(filter.options.cast()) }
        }
        Some(Kind::Lzma1 | Kind::Lzma1Ext | Kind::Lzma2) if reads != Reads::Size => {
            // SAFETY: by contract.
            unsafe { lzma(filter.options.cast(), reads) }.map(FilterOptions::Lzma)
        }
        _ => None,
    };
    FilterSpec { id: filter.id, options: options.unwrap_or(unread(filter)) }
}

/// What is known about the options of a filter without reading them.
fn unread(filter: &lzma_filter) -> FilterOptions<'static> {
    match Kind::of(filter.id) {
        None if !filter.options.is_null() => FilterOptions::Unknown,
        _ => FilterOptions::None,
    }
}

/// # Safety
/// `options` is NULL or valid.
unsafe fn bcj<'a>(options: *const lzma_options_bcj) -> Option<FilterOptions<'a>> {
    // SAFETY: by contract.
    let options = unsafe { options.as_ref() }?;
    Some(FilterOptions::Bcj { start_offset: options.start_offset })
}

/// # Safety
/// `options` is NULL or valid.
unsafe fn delta<'a>(options: *const lzma_options_delta) -> Option<FilterOptions<'a>> {
    // SAFETY: by contract.
    let options = unsafe { options.as_ref() }?;
    Some(FilterOptions::Delta { kind: options.r#type.0, dist: options.dist })
}

/// # Safety
/// `options` is NULL or valid; so is its preset dictionary, if it is read.
pub(super) unsafe fn lzma<'a>(
    options: *const lzma_options_lzma,
    reads: Reads,
) -> Option<LzmaOptions<'a>> {
    // SAFETY: by contract.
    let options = unsafe { options.as_ref() }?;
    let preset_dict = if reads == Reads::All && !options.preset_dict.is_null() {
        // SAFETY: by contract.
        unsafe { input_slice(options.preset_dict, options.preset_dict_size as usize) }
    } else {
        &[]
    };
    Some(LzmaOptions {
        dict_size: options.dict_size,
        preset_dict,
        lc: options.lc,
        lp: options.lp,
        pb: options.pb,
        mode: options.mode.0,
        nice_len: options.nice_len,
        mf: options.mf.0,
        depth: options.depth,
        ext_flags: options.ext_flags,
        ext_size: u64::from(options.ext_size_low) | u64::from(options.ext_size_high) << 32,
    })
}

/// Allocates an options structure for C; NULL for no options.
///
/// # Safety
/// `allocator` is NULL or valid.
pub(super) unsafe fn new_options(
    allocator: *const lzma_allocator,
    options: &FilterOptions<'static>,
) -> Result<*mut c_void> {
    // SAFETY: by contract, in all cases.
    Ok(unsafe {
        match options {
            FilterOptions::None | FilterOptions::Unknown => ptr::null_mut(),
            FilterOptions::Lzma(options) => alloc::new(allocator, lzma_to_c(options))?.cast(),
            FilterOptions::Delta { kind, dist } => {
                alloc::new(allocator, delta_to_c(*kind, *dist))?.cast()
            }
            FilterOptions::Bcj { start_offset } => {
                alloc::new(allocator, lzma_options_bcj { start_offset: *start_offset })?.cast()
            }
        }
    })
}

fn delta_to_c(kind: u32, dist: u32) -> lzma_options_delta {
    lzma_options_delta {
        r#type: lzma_delta_type(kind),
        dist,
        reserved_int1: 0,
        reserved_int2: 0,
        reserved_int3: 0,
        reserved_int4: 0,
        reserved_ptr1: ptr::null_mut(),
        reserved_ptr2: ptr::null_mut(),
    }
}

fn lzma_to_c(options: &LzmaOptions<'static>) -> lzma_options_lzma {
    lzma_options_lzma {
        dict_size: options.dict_size,
        preset_dict: ptr::null(), // nothing that is decoded has one
        preset_dict_size: 0,
        lc: options.lc,
        lp: options.lp,
        pb: options.pb,
        mode: lzma_mode(options.mode),
        nice_len: options.nice_len,
        mf: lzma_match_finder(options.mf),
        depth: options.depth,
        ext_flags: options.ext_flags,
        ext_size_low: options.ext_size as u32,
        ext_size_high: (options.ext_size >> 32) as u32,
        reserved_int4: 0,
        reserved_int5: 0,
        reserved_int6: 0,
        reserved_int7: 0,
        reserved_int8: 0,
        reserved_enum1: LZMA_RESERVED_ENUM,
        reserved_enum2: LZMA_RESERVED_ENUM,
        reserved_enum3: LZMA_RESERVED_ENUM,
        reserved_enum4: LZMA_RESERVED_ENUM,
        reserved_ptr1: ptr::null_mut(),
        reserved_ptr2: ptr::null_mut(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::id;

    fn filter(id: u64, options: *mut c_void) -> lzma_filter {
        lzma_filter { id, options }
    }

    #[test]
    fn options_of_invalid_chains_are_not_read() {
        let nowhere = ptr::dangling_mut::<u64>().cast();
        let filters = [filter(id::LZMA2, nowhere); 5]; // no terminator either
        // SAFETY: there are five entries.
        let specs = unsafe { chain(filters.as_ptr(), Reads::All) };
        assert_eq!(specs.len(), 5);
        // SAFETY: NULL is allowed.
        assert!(unsafe { chain(ptr::null(), Reads::All) }.is_empty());
    }

    #[test]
    fn what_is_read() {
        let dictionary = [1, 2, 3];
        let mut options = lzma_to_c(&LzmaOptions { dict_size: 4096, ..LzmaOptions::ZERO });
        options.preset_dict = dictionary.as_ptr();
        options.preset_dict_size = 3;
        options.ext_size_high = 1;
        let lzma1 = filter(id::LZMA1, (&raw mut options).cast());
        let read = |reads| {
            // SAFETY: the options are valid.
            match unsafe { spec(&lzma1, reads) }.options {
                FilterOptions::Lzma(options) => Some(options),
                _ => None,
            }
        };
        assert_eq!(read(Reads::Size), None);
        let numbers = LzmaOptions { dict_size: 4096, ext_size: 1 << 32, ..LzmaOptions::ZERO };
        assert_eq!(read(Reads::Numbers), Some(numbers));
        assert_eq!(read(Reads::All), Some(LzmaOptions { preset_dict: &dictionary, ..numbers }));
    }
}
