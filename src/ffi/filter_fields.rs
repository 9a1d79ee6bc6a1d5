//! lzma/filter.h: Filter Properties and Filter Flags.

use super::base::*;
use super::convert::{self, Reads};
use super::filter::{NO_FILTER, lzma_filter};
use super::guard::guard;
use super::slices::{input_slice, output_slice};
use super::stream::ok_or_error;
use super::vli::LZMA_VLI_UNKNOWN;
use crate::filter::{FilterOptions, FilterSpec, flags, properties};
use crate::io::Input;
use core::ptr;

/// Tells how large the Filter Properties are: a filter's options as they are
/// stored in files.
///
/// # Parameters
/// - `size`: set to the size in bytes, from 0 to 5, with `LZMA_OK` only.
/// - `filter`: the filter. Its options need not be valid; only those of BCJ
///   filters are read.
///
/// # Returns
/// - `LZMA_OK`: `*size` is set.
/// - `LZMA_OPTIONS_ERROR`: there is no such filter in this library.
/// - `LZMA_PROG_ERROR`: the ID is larger than `LZMA_VLI_MAX`.
///
/// # Safety
/// `size` and `filter` are valid; options of BCJ filters are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_properties_size(
    size: *mut u32,
    filter: *const lzma_filter,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by filter.h, it has a Filter ID and options.
        let spec = unsafe { convert::spec(filter, Reads::Size) };
        // SAFETY: by filter.h, the place for the size.
        ok_or_error(properties::size(&spec).map(|bytes| unsafe { size.write(bytes) }))
    })
}

/// Stores the options of a filter as Filter Properties.
///
/// # Parameters
/// - `filter`: the filter. Only options that are stored are checked: those that
///   an encoder needs besides may still be wrong.
/// - `props`: the buffer, of the size that `lzma_properties_size` says. It may
///   be NULL if that is 0.
///
/// # Returns
/// - `LZMA_OK`: stored.
/// - `LZMA_PROG_ERROR`: there is no such filter, its options are NULL (unless
///   it is a BCJ filter), or they are out of range.
///
/// # Safety
/// `filter` is valid, its options are NULL or what its ID asks for, and `props`
/// is valid for writes of that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_properties_encode(
    filter: *const lzma_filter,
    props: *mut u8,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by filter.h, it has a Filter ID and options.
        let spec = unsafe { convert::spec(filter, Reads::Properties) };
        ok_or_error(properties::encode(&spec, |bytes| {
            // SAFETY: by filter.h, `props` has the size that
            // `lzma_properties_size` says; without any, it is not used.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), props, bytes.len()) };
        }))
    })
}

/// Makes options of a filter from Filter Properties.
///
/// # Parameters
/// - `filter`: its `id` says which filter it is. Its `options` are set; what
///   was there is not freed. They are NULL after an error, and for BCJ filters
///   that start at 0. The caller frees them, as `lzma_filters_free` does.
///   Options that only encoders need are zero.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
/// - `props`: the Filter Properties; may be NULL if `props_size` is 0.
/// - `props_size`: their exact size in bytes.
///
/// # Returns
/// - `LZMA_OK`: the options are set.
/// - `LZMA_OPTIONS_ERROR`: there is no such filter, or its Properties cannot be
///   like that.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
///
/// # Safety
/// `filter` is valid, `props` is valid for reads of `props_size` bytes, and
/// `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_properties_decode(
    filter: *mut lzma_filter,
    allocator: *const lzma_allocator,
    props: *const u8,
    props_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by filter.h, the ID is set, but the options need not be
        // initialised; `props` has `props_size` bytes.
        let (id, bytes) = unsafe { ((*filter).id, input_slice(props, props_size)) };
        // SAFETY: by filter.h, this function sets the options.
        unsafe { (*filter).options = ptr::null_mut() };
        let mut options = FilterOptions::None;
        ok_or_error(properties::decode(&mut options, id, bytes).and_then(|()| {
            // SAFETY: as above, and by base.h for the allocator.
            unsafe { (*filter).options = convert::new_options(allocator, &options)? };
            Ok(())
        }))
    })
}

/// Tells the size of the Filter Flags: a filter as it stands in a Block Header,
/// with ID and Filter Properties.
///
/// # Parameters
/// - `size`: set to the size in bytes, with `LZMA_OK` only.
/// - `filter`: the filter. Its options need not be valid; only those of BCJ
///   filters are read.
///
/// # Returns
/// - `LZMA_OK`: `*size` is set.
/// - `LZMA_OPTIONS_ERROR`: there is no such filter in this library.
/// - `LZMA_PROG_ERROR`: the .xz format cannot have such an ID (LZMA1, for
///   example).
///
/// # Safety
/// As for `lzma_properties_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filter_flags_size(
    size: *mut u32,
    filter: *const lzma_filter,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by filter.h, it has a Filter ID and options.
        let spec = unsafe { convert::spec(filter, Reads::Size) };
        // SAFETY: by filter.h, the place for the size.
        ok_or_error(flags::size(&spec).map(|bytes| unsafe { size.write(bytes) }))
    })
}

/// Stores a filter as Filter Flags.
///
/// # Parameters
/// - `filter`: the filter.
/// - `out`: the buffer.
/// - `out_pos`: where in `out` to write, in bytes from its start; moved behind
///   what was written.
/// - `out_size`: size in bytes of `out`, counted from its start.
///
/// # Returns
/// - `LZMA_OK`: stored.
/// - `LZMA_OPTIONS_ERROR`: there is no such filter in this library.
/// - `LZMA_PROG_ERROR`: the .xz format cannot have such an ID, the options are
///   missing or out of range, or there is less room than
///   `lzma_filter_flags_size` says.
///
/// # Safety
/// `filter` is valid, its options are NULL or what its ID asks for, `out_pos`
/// is valid, and `out` is valid for writes of `out_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filter_flags_encode(
    filter: *const lzma_filter,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by filter.h, it has a Filter ID and options, and the
        // position is one in `out`.
        let (spec, start) = unsafe { (convert::spec(filter, Reads::Properties), &mut *out_pos) };
        let room = out_size.saturating_sub(*start);
        // SAFETY: by filter.h, `out` has `out_size` bytes; without room, the
        // pointer is not used.
        let mut output = unsafe { output_slice(out.wrapping_add(*start), room) };
        let result = flags::encode(&spec, &mut output);
        *start += output.len();
        ok_or_error(result)
    })
}

/// Makes a filter from Filter Flags.
///
/// # Parameters
/// - `filter`: set to ID and options; what was there is not freed. Options are
///   as from `lzma_properties_decode`, and NULL after an error.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
/// - `in`: the bytes.
/// - `in_pos`: where in `in` the Filter Flags begin, in bytes; moved behind
///   what was read, also when an error was found.
/// - `in_size`: size in bytes of `in`, counted from its start.
///
/// # Returns
/// - `LZMA_OK`: the filter is set.
/// - `LZMA_OPTIONS_ERROR`: the filter (whose ID is set) or its options are not
///   supported.
/// - `LZMA_DATA_ERROR`: the Filter Flags are damaged or incomplete.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
///
/// # Safety
/// `filter` and `in_pos` are valid, `in` is valid for reads of `in_size` bytes,
/// and `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filter_flags_decode(
    filter: *mut lzma_filter,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by filter.h, a position in `in`.
        let start = unsafe { &mut *in_pos };
        let rest = in_size.saturating_sub(*start);
        // SAFETY: by filter.h, `in` has `in_size` bytes; without input, the
        // pointer is not used.
        let mut input = Input::new(unsafe { input_slice(r#in.wrapping_add(*start), rest) });
        let mut spec = FilterSpec { id: LZMA_VLI_UNKNOWN, options: FilterOptions::None };
        let result = flags::decode(&mut spec, &mut input);
        *start += input.taken();
        // SAFETY: by filter.h, where the result goes; it need not be
        // initialised.
        unsafe { filter.write(lzma_filter { id: spec.id, ..NO_FILTER }) };
        ok_or_error(result.and_then(|()| {
            // SAFETY: as above, and by base.h for the allocator.
            unsafe { (*filter).options = convert::new_options(allocator, &spec.options)? };
            Ok(())
        }))
    })
}
