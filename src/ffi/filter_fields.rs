//! lzma/filter.h: Filter Properties and Filter Flags.

use super::base::*;
use super::convert::{self, Reads};
use super::filter::{NO_FILTER, lzma_filter};
use super::guard::guard;
use super::stream::{input_slice, ok_or_error, output_slice};
use super::vli::LZMA_VLI_UNKNOWN;
use crate::filter::{FilterOptions, FilterSpec, flags, properties};
use crate::io::Input;
use core::ptr;

/// Finds out how many bytes the Filter Properties of `filter` take.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when there is no such filter;
/// `LZMA_PROG_ERROR` when there can be none.
///
/// # Safety
/// `size` and `filter` are valid; options of BCJ filters are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_properties_size(
    size: *mut u32,
    filter: *const lzma_filter,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let spec = unsafe { convert::spec(&*filter, Reads::Size) };
        // SAFETY: by contract.
        ok_or_error(properties::size(&spec).map(|bytes| unsafe { size.write(bytes) }))
    })
}

/// Encodes the Filter Properties of `filter` to `props`, whose size is what
/// [`lzma_properties_size`] says.
///
/// # Returns
/// `LZMA_OK`; `LZMA_PROG_ERROR` when there is no such filter, or its options
/// are invalid.
///
/// # Safety
/// `filter` is valid, its options are NULL or what its ID demands, and
/// `props` is valid for writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_properties_encode(
    filter: *const lzma_filter,
    props: *mut u8,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let spec = unsafe { convert::spec(&*filter, Reads::Numbers) };
        ok_or_error(properties::encode(&spec).map(|encoded| {
            let bytes = encoded.bytes();
            // SAFETY: by contract; without Properties, `props` is not used.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), props, bytes.len()) };
        }))
    })
}

/// Decodes the Filter Properties `props` for the ID in `filter`. The options
/// are allocated with `allocator`; they are NULL when there are none, and
/// after an error.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when the filter, or what the Properties
/// say, is not supported; `LZMA_MEM_ERROR`.
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
        // SAFETY: by contract.
        let (filter, bytes) = unsafe { (&mut *filter, input_slice(props, props_size)) };
        filter.options = ptr::null_mut();
        ok_or_error(properties::decode(filter.id, bytes).and_then(|options| {
            // SAFETY: by contract.
            filter.options = unsafe { convert::new_options(allocator, &options) }?;
            Ok(())
        }))
    })
}

/// Finds out how many bytes the Filter Flags of `filter` take.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when there is no such filter;
/// `LZMA_PROG_ERROR` when the .xz format cannot have it.
///
/// # Safety
/// As for [`lzma_properties_size`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filter_flags_size(
    size: *mut u32,
    filter: *const lzma_filter,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let spec = unsafe { convert::spec(&*filter, Reads::Size) };
        // SAFETY: by contract.
        ok_or_error(flags::size(&spec).map(|bytes| unsafe { size.write(bytes) }))
    })
}

/// Encodes the Filter Flags of `filter` to `out`, from `*out_pos` on.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when there is no such filter;
/// `LZMA_PROG_ERROR` when the .xz format cannot have it, its options are
/// invalid, or there is not enough room.
///
/// # Safety
/// `filter` is valid, its options are NULL or what its ID demands, `out_pos`
/// is valid, and `out` is valid for writes of `out_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filter_flags_encode(
    filter: *const lzma_filter,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let (spec, start) = unsafe { (convert::spec(&*filter, Reads::Numbers), &mut *out_pos) };
        let room = out_size.saturating_sub(*start);
        // SAFETY: by contract; without room, the pointer is not used.
        let mut output = unsafe { output_slice(out.wrapping_add(*start), room) };
        let result = flags::encode(&spec, &mut output);
        *start += output.len();
        ok_or_error(result)
    })
}

/// Decodes Filter Flags from `in`, from `*in_pos` on. The options are
/// allocated with `allocator`; they are NULL when there are none, and after
/// an error.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when the filter (whose ID is set) or its
/// options are not supported; `LZMA_DATA_ERROR` when the Filter Flags are
/// damaged or incomplete; `LZMA_MEM_ERROR`.
///
/// # Safety
/// `filter` and `in_pos` are valid, `in` is valid for reads of `in_size`
/// bytes, and `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filter_flags_decode(
    filter: *mut lzma_filter,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let start = unsafe { &mut *in_pos };
        let rest = in_size.saturating_sub(*start);
        // SAFETY: by contract; without input, the pointer is not used.
        let mut input = Input::new(unsafe { input_slice(r#in.wrapping_add(*start), rest) });
        let mut spec = FilterSpec { id: LZMA_VLI_UNKNOWN, options: FilterOptions::None };
        let result = flags::decode(&mut spec, &mut input);
        *start += input.taken();
        // SAFETY: by contract. The structure need not be initialised.
        unsafe { filter.write(lzma_filter { id: spec.id, ..NO_FILTER }) };
        ok_or_error(result.and_then(|()| {
            // SAFETY: by contract.
            unsafe { (*filter).options = convert::new_options(allocator, &spec.options)? };
            Ok(())
        }))
    })
}
