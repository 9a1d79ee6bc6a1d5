//! lzma/filter.h: filters and filter chains.

#![allow(non_camel_case_types)]

use core::ffi::c_void;

use super::alloc;
use super::base::*;
use super::bcj::lzma_options_bcj;
use super::buffers::encode_buffer;
use super::convert::{self, Reads};
use super::delta::lzma_options_delta;
use super::guard::guard;
use super::lzma12::lzma_options_lzma;
use super::stream::{self, code_of, input_slice, memory_of, ok_or_error, output_slice};
use super::vli::{LZMA_VLI_UNKNOWN, lzma_vli};
use crate::error::{Error, Result, Status};
use crate::filter::{
    self, Chain, FilterOptions, FilterSpec, Kind, flags, memory_usage, properties,
};
use crate::io::{Input, Output};
use crate::session::Actions;
use core::ptr;

/// The most filters in a chain, its terminator not counted.
pub const LZMA_FILTERS_MAX: usize = 4;

/// One filter of a chain. A chain is an array that ends with the ID
/// `LZMA_VLI_UNKNOWN`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_filter {
    /// Filter ID, one of the `LZMA_FILTER_*` constants.
    pub id: lzma_vli,
    /// The options structure of the filter; NULL when it needs none.
    pub options: *mut c_void,
}

/// Allow, or list, filters that the .xz format cannot use. Since 5.4.
pub const LZMA_STR_ALL_FILTERS: u32 = 0x01;

/// Do not check that the chain can be used in the .xz format. Since 5.4.
pub const LZMA_STR_NO_VALIDATION: u32 = 0x02;

/// Write the options that an encoder reads. Since 5.4.
pub const LZMA_STR_ENCODER: u32 = 0x10;

/// Write the options that a decoder reads. Since 5.4.
pub const LZMA_STR_DECODER: u32 = 0x20;

/// Write chains as long options of a command line. Since 5.4.
pub const LZMA_STR_GETOPT_LONG: u32 = 0x40;

/// Put dashes, not spaces, between filters. Since 5.4.
pub const LZMA_STR_NO_SPACES: u32 = 0x80;

/// A filter that is not there: what ends a chain.
pub(super) const NO_FILTER: lzma_filter =
    lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

/// Whether this library can encode with the filter `id`.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_filter_encoder_is_supported(id: lzma_vli) -> lzma_bool {
    filter::is_supported(id).into()
}

/// Whether this library can decode with the filter `id`.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_filter_decoder_is_supported(id: lzma_vli) -> lzma_bool {
    filter::is_supported(id).into()
}

/// Copies a chain and its options, which are allocated with `allocator`; a
/// preset dictionary is not copied. Filters without options may have any ID.
///
/// # Returns
/// `LZMA_OK`; `LZMA_MEM_ERROR`; `LZMA_OPTIONS_ERROR` when there are more
/// than four filters, or options of an unknown filter; `LZMA_PROG_ERROR` when
/// `src` or `dest` is NULL. `dest` changes only with `LZMA_OK`.
///
/// # Safety
/// `src` is NULL or a chain as the structures demand, `dest` is NULL or
/// has room for it, and `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filters_copy(
    src: *const lzma_filter,
    dest: *mut lzma_filter,
    allocator: *const lzma_allocator,
) -> lzma_ret {
    if src.is_null() || dest.is_null() {
        return LZMA_PROG_ERROR;
    }
    let mut copies = [NO_FILTER; LZMA_FILTERS_MAX + 1];
    // SAFETY: by contract.
    match unsafe { copy_filters(src, &mut copies, allocator) } {
        // SAFETY: by contract, there is room for these and the terminator.
        Ok(count) => unsafe {
            ptr::copy_nonoverlapping(copies.as_ptr(), dest, count + 1);
            LZMA_OK
        },
        Err(error) => {
            // SAFETY: the options were allocated just now.
            copies.iter().for_each(|copy| unsafe { alloc::free(allocator, copy.options) });
            error.into()
        }
    }
}

/// Copies filters to `copies`, and counts them. What has been copied when an
/// error occurs is left there.
///
/// # Safety
/// As for [`lzma_filters_copy`].
unsafe fn copy_filters(
    src: *const lzma_filter,
    copies: &mut [lzma_filter; LZMA_FILTERS_MAX + 1],
    allocator: *const lzma_allocator,
) -> Result<usize> {
    for (i, copy) in copies.iter_mut().enumerate() {
        // SAFETY: by contract; no entry before was the last one.
        let filter = unsafe { *src.add(i) };
        if filter.id == LZMA_VLI_UNKNOWN {
            return Ok(i);
        }
        if i == LZMA_FILTERS_MAX {
            break;
        }
        // SAFETY: by contract.
        copy.options = unsafe { copy_options(&filter, allocator) }?;
        copy.id = filter.id;
    }
    Err(Error::Options)
}

/// # Safety
/// The options are NULL or what the ID demands; `allocator` is NULL or valid.
unsafe fn copy_options(
    filter: &lzma_filter,
    allocator: *const lzma_allocator,
) -> Result<*mut c_void> {
    let options = filter.options;
    if options.is_null() {
        return Ok(options);
    }
    // SAFETY: by contract; everything is copied, reserved members too.
    Ok(unsafe {
        match Kind::of(filter.id).ok_or(Error::Options)? {
            Kind::Lzma1 | Kind::Lzma1Ext | Kind::Lzma2 => {
                alloc::new(allocator, *options.cast::<lzma_options_lzma>())?.cast()
            }
            Kind::Delta => alloc::new(allocator, *options.cast::<lzma_options_delta>())?.cast(),
            Kind::Bcj => alloc::new(allocator, *options.cast::<lzma_options_bcj>())?.cast(),
        }
    })
}

/// Frees the options of a chain, and empties it: all IDs become
/// `LZMA_VLI_UNKNOWN`. NULL is fine.
///
/// # Safety
/// `filters` is NULL or a chain of at most four filters, whose options are
/// NULL or were allocated with `allocator`, which is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filters_free(
    filters: *mut lzma_filter,
    allocator: *const lzma_allocator,
) {
    if filters.is_null() {
        return;
    }
    for i in 0..LZMA_FILTERS_MAX {
        // SAFETY: by contract; no entry before was the last one.
        let filter = unsafe { &mut *filters.add(i) };
        if filter.id == LZMA_VLI_UNKNOWN {
            return;
        }
        // SAFETY: by contract.
        unsafe { alloc::free(allocator, filter.options) };
        *filter = NO_FILTER;
    }
}

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

/// Memory that [`lzma_raw_encoder`] needs for `filters`, in bytes;
/// `UINT64_MAX` if they are not valid.
///
/// # Safety
/// `filters` is NULL or a chain as the structures demand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_encoder_memusage(filters: *const lzma_filter) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by contract.
        let chain = unsafe { convert::chain(filters, Reads::Numbers) };
        memory_usage::encoder(&chain).unwrap_or(u64::MAX)
    })
}

/// Starts an encoder for `filters` without a container. It takes `LZMA_RUN`,
/// `LZMA_SYNC_FLUSH` (LZMA1 and BCJ filters: `LZMA_OPTIONS_ERROR`) and
/// `LZMA_FINISH`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` or `LZMA_PROG_ERROR` when the chain or
/// its options are invalid; `LZMA_MEM_ERROR`.
///
/// # Safety
/// `strm` as for `lzma_code`; `filters` is NULL or a chain as the structures
/// demand, and is not used after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_encoder(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        stream::start(strm, Actions::ENCODE, |memory, coder| {
            coder.start_raw_encoder(memory, &convert::chain(filters, Reads::All))
        })
    }
}

/// Changes the filters of the encoder on `strm`, as far as it can: the
/// options `lc`, `lp` and `pb` of LZMA2 after `LZMA_SYNC_FLUSH`, or at the
/// beginning; a chain as a whole between Blocks.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when the chain is invalid;
/// `LZMA_PROG_ERROR` when the encoder cannot do that now, or not with these
/// filters; `LZMA_MEM_ERROR`.
///
/// # Safety
/// `strm` as for `lzma_code`; `filters` is NULL or a chain as the structures
/// demand, and is not used after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_filters_update(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe { stream::update(strm, &convert::chain(filters, Reads::All)) }
}

/// Encodes `in_size` bytes from `in` without a container in one call, to
/// `out`, from `*out_pos` on.
///
/// # Returns
/// `LZMA_OK`; `LZMA_BUF_ERROR` when there is not enough room;
/// `LZMA_OPTIONS_ERROR`, `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer
/// is NULL or the position is beyond the end. Only with `LZMA_OK`, the
/// position changes.
///
/// # Safety
/// Pointers are NULL or valid, and buffers as large as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_buffer_encode(
    filters: *const lzma_filter,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            let mut chain = Chain::new(&memory_of(allocator)?);
            chain.start_encoder(&convert::chain(filters, Reads::All))?;
            chain.encode_whole(&mut Input::new(input), output)
        })
    }
}

/// Memory that [`lzma_raw_decoder`] needs for `filters`, in bytes;
/// `UINT64_MAX` if they are not valid.
///
/// # Safety
/// `filters` is NULL or a chain as the structures demand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_decoder_memusage(filters: *const lzma_filter) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by contract.
        let chain = unsafe { convert::chain(filters, Reads::Numbers) };
        memory_usage::decoder(&chain).unwrap_or(u64::MAX)
    })
}

/// Starts a decoder for `filters` without a container. It takes `LZMA_RUN`
/// and `LZMA_FINISH`, and returns `LZMA_STREAM_END` when the last filter
/// knows that the data has ended.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` or `LZMA_PROG_ERROR` when the chain or
/// its options are invalid; `LZMA_MEM_ERROR`.
///
/// # Safety
/// `strm` as for `lzma_code`; `filters` is NULL or a chain as the structures
/// demand, and is not used after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_decoder(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        stream::start(strm, Actions::DECODE, |memory, coder| {
            coder.start_raw_decoder(memory, &convert::chain(filters, Reads::All))
        })
    }
}

/// Decodes data without a container in one call: from `in`, from `*in_pos`
/// on, to `out`, from `*out_pos` on.
///
/// # Returns
/// `LZMA_OK`; `LZMA_BUF_ERROR` when there is not enough room;
/// `LZMA_DATA_ERROR` when the data is damaged or incomplete;
/// `LZMA_OPTIONS_ERROR`, `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer
/// is NULL or a position is beyond its end. Only with `LZMA_OK`, the
/// positions change.
///
/// # Safety
/// Pointers are NULL or valid, and buffers as large as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_raw_buffer_decode(
    filters: *const lzma_filter,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    if r#in.is_null() || out.is_null() {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by contract.
    unsafe {
        decode_buffer(r#in, in_pos, in_size, out, out_pos, out_size, |input, output| {
            let mut chain = Chain::new(&memory_of(allocator)?);
            chain.start_decoder(&convert::chain(filters, Reads::All))?;
            chain.decode_whole(input, output).map(|()| Status::Ok)
        })
    }
}

/// Calls `decoder` with what is left of two buffers, and advances the
/// positions if its answer is [`Status::Ok`].
///
/// # Safety
/// Pointers are NULL or valid, and buffers as large as said.
pub(super) unsafe fn decode_buffer(
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
    decoder: impl FnOnce(&mut Input<'_>, &mut Output<'_>) -> Result<Status>,
) -> lzma_ret {
    // SAFETY: by contract.
    let (Some(taken), Some(written)) = (unsafe { (in_pos.as_mut(), out_pos.as_mut()) }) else {
        return LZMA_PROG_ERROR;
    };
    let (Some(rest), Some(room)) = (in_size.checked_sub(*taken), out_size.checked_sub(*written))
    else {
        return LZMA_PROG_ERROR;
    };
    if (r#in.is_null() && rest != 0) || (out.is_null() && room != 0) {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by contract; without input, the pointer is not used.
    let mut input = Input::new(unsafe { input_slice(r#in.wrapping_add(*taken), rest) });
    // SAFETY: by contract; without room, the pointer is not used.
    let mut output = unsafe { output_slice(out.wrapping_add(*written), room) };
    let result = guard(Err(Error::Prog), || decoder(&mut input, &mut output));
    if result == Ok(Status::Ok) {
        *taken += input.taken();
        *written += output.len();
    }
    code_of(result)
}
