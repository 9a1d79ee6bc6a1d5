//! lzma/block.h: Blocks of the .xz format.

#![allow(non_camel_case_types)]

use super::alloc::NewFilters;
use super::base::*;
use super::block_members::{self, UNSET};
use super::check::{LZMA_CHECK_SIZE_MAX, lzma_check};
use super::convert::{self, Reads};
use super::filter::{LZMA_FILTERS_MAX, NO_FILTER, lzma_filter};
use super::guard::guard;
use super::slices::input_slice;
use super::stream::ok_or_error;
use super::vli::lzma_vli;
use crate::container::xz::block::{Block, HEADER_SIZE_MAX};
use crate::container::xz::block_header;
use crate::error::{Error, Result};
use crate::filter::Specs;
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

/// The smallest Block Header in bytes.
pub const LZMA_BLOCK_HEADER_SIZE_MIN: u32 = 8;

/// The largest Block Header in bytes.
pub const LZMA_BLOCK_HEADER_SIZE_MAX: u32 = 1024;

/// Information about a Block. Each function says which members it reads and
/// which it writes; others need not be set. Reserved members are not read at
/// all.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_block {
    /// Version of this structure: 0, or 1 for applications that set
    /// `ignore_check`.
    pub version: u32,
    /// Size of the Block Header in bytes, a multiple of four. To encode: from
    /// `lzma_block_header_size`, or larger. To decode: from
    /// `lzma_block_header_size_decode`.
    pub header_size: u32,
    /// Type of the integrity check. The Block does not say it: it comes from
    /// the Stream Header.
    pub check: lzma_check,
    /// Size of the compressed data in bytes, or `LZMA_VLI_UNKNOWN`. The header
    /// holds it if it is known. A decoder compares it with what it finds;
    /// coders set it once they know it.
    pub compressed_size: lzma_vli,
    /// Size of the uncompressed data in bytes, or `LZMA_VLI_UNKNOWN`. The same
    /// as for `compressed_size` holds.
    pub uncompressed_size: lzma_vli,
    /// The filter chain. For `lzma_block_header_decode`, room for five entries;
    /// whoever calls it frees their options with `lzma_filters_free`.
    pub filters: *mut lzma_filter,
    /// The check as it stands in the file, as many bytes as `lzma_check_size`
    /// says. Coders set it. A CRC has its lowest byte first.
    pub raw_check: [u8; LZMA_CHECK_SIZE_MAX],
    /// Reserved.
    pub reserved_ptr1: *mut c_void,
    /// Reserved.
    pub reserved_ptr2: *mut c_void,
    /// Reserved.
    pub reserved_ptr3: *mut c_void,
    /// Reserved.
    pub reserved_int1: u32,
    /// Reserved.
    pub reserved_int2: u32,
    /// Reserved.
    pub reserved_int3: lzma_vli,
    /// Reserved.
    pub reserved_int4: lzma_vli,
    /// Reserved.
    pub reserved_int5: lzma_vli,
    /// Reserved.
    pub reserved_int6: lzma_vli,
    /// Reserved.
    pub reserved_int7: lzma_vli,
    /// Reserved.
    pub reserved_int8: lzma_vli,
    /// Reserved.
    pub reserved_enum1: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum2: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum3: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum4: lzma_reserved_enum,
    /// Decoder, if `version` is 1 at least: do not verify the check. Since 5.2.
    pub ignore_check: lzma_bool,
    /// Reserved.
    pub reserved_bool2: lzma_bool,
    /// Reserved.
    pub reserved_bool3: lzma_bool,
    /// Reserved.
    pub reserved_bool4: lzma_bool,
    /// Reserved.
    pub reserved_bool5: lzma_bool,
    /// Reserved.
    pub reserved_bool6: lzma_bool,
    /// Reserved.
    pub reserved_bool7: lzma_bool,
    /// Reserved.
    pub reserved_bool8: lzma_bool,
}

/// Size of a Block Header in bytes from its first byte `encoded`, which must
/// not be zero: that is where an Index begins.
pub const fn lzma_block_header_size_decode(encoded: u8) -> u32 {
    (encoded as u32 + 1) * 4
}

/// Finds out how large a Block Header must be. Sizes that are known but not
/// final count as large as they are: `LZMA_VLI_MAX` reserves room for any size.
///
/// # Parameters
/// - `block`: `version`, `compressed_size`, `uncompressed_size` and `filters`
///   are read, and `header_size` is set to the smallest size in bytes. Options
///   of filters need not be valid.
///
/// # Returns
/// - `LZMA_OK`: `header_size` is set.
/// - `LZMA_OPTIONS_ERROR`: the version or a filter is not supported.
/// - `LZMA_PROG_ERROR`: `block` or its `filters` are NULL, a size is
///   impossible, there is no filter or more than four, or the .xz format cannot
///   have one of them.
///
/// # Safety
/// `block` is NULL or valid, and its filters are NULL or a chain whose options
/// are NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_header_size(block: *mut lzma_block) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by block.h, what is listed as read by this function is
        // initialised: `version`, the sizes and `filters`.
        let read = unsafe { block_members::sizes(block) };
        ok_or_error(read.ok_or(Error::Prog).and_then(|read| {
            // SAFETY: as above, and not NULL.
            let size = unsafe {
                convert::with_list((*block).filters, Some(Reads::Size), |filters| {
                    block_header::size_for(&read, filters)
                })
            }?;
            // SAFETY: by block.h, this function writes the member.
            unsafe { (*block).header_size = size };
            Ok(())
        }))
    })
}

/// Encodes a Block Header.
///
/// # Parameters
/// - `block`: `version`, `header_size`, `check`, `compressed_size`,
///   `uncompressed_size` and `filters` are read. Room that is not needed
///   becomes padding.
/// - `out`: the buffer, of `header_size` bytes.
///
/// # Returns
/// - `LZMA_OK`: encoded.
/// - `LZMA_OPTIONS_ERROR`: a filter is not supported.
/// - `LZMA_PROG_ERROR`: `block` is NULL, anything in it is not valid, or
///   `header_size` is too small.
///
/// # Safety
/// `block` is NULL or valid, its filters are NULL or a chain whose options are
/// NULL or what their IDs ask for, and `out` is valid for writes of
/// `header_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_header_encode(
    block: *const lzma_block,
    out: *mut u8,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by block.h, what is listed as read by this function is
        // initialised: all but `raw_check` and `ignore_check`.
        let read = unsafe { block_members::header(block) };
        ok_or_error(read.ok_or(Error::Prog).and_then(|read| {
            // Most headers are far shorter, and clearing all of it takes long.
            let mut space = [const { MaybeUninit::<u8>::uninit() }; HEADER_SIZE_MAX as usize];
            let space = space.get_mut(..read.header_size as usize).ok_or(Error::Prog)?;
            space.fill(MaybeUninit::new(0));
            // SAFETY: all of these bytes were just written.
            let bytes = unsafe { &mut *(ptr::from_mut(space) as *mut [u8]) };
            // SAFETY: as above, and not NULL.
            unsafe {
                convert::with_list((*block).filters, Some(Reads::Properties), |filters| {
                    block_header::encode(&read, filters, bytes)
                })
            }?;
            // SAFETY: by block.h, `out` has `header_size` bytes.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), out, bytes.len()) };
            Ok(())
        }))
    })
}

/// Decodes a Block Header.
///
/// # Parameters
/// - `block`: `version`, `header_size`, `check` and `filters` (the pointer) are
///   read; `version` (at most 1), `ignore_check` (false), the two sizes and the
///   entries at `filters` are set. What was in the entries is not freed; after
///   an error they are empty.
/// - `allocator`: where options of filters are allocated; NULL means `malloc`.
///   They are the caller's to free.
/// - `in`: the header, of `header_size` bytes.
///
/// # Returns
/// - `LZMA_OK`: decoded.
/// - `LZMA_OPTIONS_ERROR`: the header, or a filter in it, needs what is not
///   supported.
/// - `LZMA_DATA_ERROR`: the header is damaged.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_PROG_ERROR`: a pointer or `filters` is NULL, `header_size` is not
///   what the first byte says, or `check` is larger than `LZMA_CHECK_ID_MAX`.
///
/// # Safety
/// `block` is NULL or valid, `filters` in it is NULL or has room for five
/// entries (their content does not matter), `in` is NULL or valid for reads of
/// `header_size` bytes, and `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_header_decode(
    block: *mut lzma_block,
    allocator: *const lzma_allocator,
    r#in: *const u8,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by block.h, what is listed as read by this function is
        // initialised: `version`, `header_size`, `check` and `filters`.
        let (read, filters) = match unsafe { block_members::overhead(block) } {
            // SAFETY: as above, and not NULL.
            Some(read) => (read, unsafe { (*block).filters }),
            None => return LZMA_PROG_ERROR,
        };
        if filters.is_null() || r#in.is_null() {
            return LZMA_PROG_ERROR;
        }
        for i in 0..=LZMA_FILTERS_MAX {
            // SAFETY: by block.h, the array has LZMA_FILTERS_MAX + 1 members.
            unsafe { filters.add(i).write(NO_FILTER) };
        }
        // SAFETY: by block.h, `in` has `header_size` bytes; if that is wrong,
        // one byte is there nevertheless, which it was calculated from.
        let size = lzma_block_header_size_decode(unsafe { *r#in });
        // Where the caller and the header disagree, nobody knows how many
        // bytes there are.
        let len = if size == read.header_size { size as usize } else { 1 };
        // SAFETY: as above.
        let bytes = unsafe { input_slice(r#in, len) };
        // SAFETY: `block` is not NULL, and has room for five filters.
        ok_or_error(unsafe { decode_header(block, read, allocator, bytes) })
    })
}

/// Decodes a header into `block`, of which `decoded` is known so far.
///
/// # Safety
/// `block` is valid for writes, `filters` in it has room for five entries, and
/// `allocator` is NULL or valid.
unsafe fn decode_header(
    block: *mut lzma_block,
    mut decoded: Block,
    allocator: *const lzma_allocator,
    bytes: &[u8],
) -> Result<()> {
    let mut filters = Specs::new();
    let result = block_header::decode(&mut decoded, &mut filters, bytes);
    // SAFETY: by the contract above.
    unsafe {
        (*block).version = decoded.version;
        (*block).ignore_check = decoded.ignore_check.into();
        if decoded.compressed_size != UNSET {
            (*block).compressed_size = decoded.compressed_size;
        }
        if decoded.uncompressed_size != UNSET {
            (*block).uncompressed_size = decoded.uncompressed_size;
        }
        result?;
        store_filters((*block).filters, allocator, &filters)
    }
}

/// Stores `filters` at `to`, with options from `allocator`; none if there is
/// not enough memory.
///
/// # Safety
/// `to` has room for all of them, and `allocator` is NULL or valid.
unsafe fn store_filters(
    to: *mut lzma_filter,
    allocator: *const lzma_allocator,
    filters: &Specs<'static>,
) -> Result<()> {
    // SAFETY: by the contract above.
    let mut stored = unsafe { NewFilters::new(allocator) };
    for (place, spec) in stored.entries.iter_mut().zip(filters.iter()) {
        // SAFETY: by the contract above.
        let options = unsafe { convert::new_options(allocator, &spec.options) }?;
        *place = lzma_filter { id: spec.id, options };
    }
    // SAFETY: by the contract above, there is room for these and the
    // terminator.
    unsafe { stored.give(to, filters.len()) };
    Ok(())
}

/// Calculates the compressed size from the Unpadded Size that an Index holds,
/// and compares the two if both are known. To be called between decoding the
/// header and the Block.
///
/// # Parameters
/// - `block`: `version`, `header_size`, `check` and `compressed_size` are read,
///   and `compressed_size` is set, in bytes, with `LZMA_OK` only.
/// - `unpadded_size`: size in bytes of header, compressed data and check.
///
/// # Returns
/// - `LZMA_OK`: `compressed_size` is set.
/// - `LZMA_DATA_ERROR`: no compressed data is left for this Unpadded Size, or
///   it contradicts the compressed size that was known.
/// - `LZMA_PROG_ERROR`: `block` is NULL, or something in it is not valid.
///
/// # Safety
/// `block` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_compressed_size(
    block: *mut lzma_block,
    unpadded_size: lzma_vli,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by block.h, what is listed as read by this function is
        // initialised: `version`, `header_size`, `check`, `compressed_size`.
        let read = unsafe { block_members::unpadded(block) };
        ok_or_error(read.ok_or(Error::Prog).and_then(|mut read| {
            read.set_unpadded_size(unpadded_size)?;
            // SAFETY: by block.h, this function writes the member.
            unsafe { (*block).compressed_size = read.compressed_size };
            Ok(())
        }))
    })
}

/// # Safety
/// As for [`block_members::unpadded`].
#[inline]
unsafe fn size_or_0(block: *const lzma_block, size: fn(&Block) -> Result<u64>) -> lzma_vli {
    // SAFETY: by the contract above.
    let block = unsafe { block_members::unpadded(block) }.ok_or(Error::Prog);
    guard(0, || block.and_then(|block| size(&block)).unwrap_or(0))
}

/// Calculates the Unpadded Size, which `lzma_index_append` wants: the size of
/// header, compressed data and check.
///
/// # Parameters
/// - `block`: `version`, `header_size`, `check` and `compressed_size` are read.
///
/// # Returns
/// Size in bytes; `LZMA_VLI_UNKNOWN` if `compressed_size` is; 0 if `block` is
/// NULL, or something in it is not valid.
///
/// # Safety
/// `block` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_unpadded_size(block: *const lzma_block) -> lzma_vli {
    // SAFETY: by block.h, what is listed as read by this function is
    // initialised: `version`, `header_size`, `check` and `compressed_size`.
    unsafe { size_or_0(block, Block::unpadded_size) }
}

/// Calculates the size of a whole Block: the Unpadded Size, rounded up to a
/// multiple of four.
///
/// # Parameters
/// - `block`: `version`, `header_size`, `check` and `compressed_size` are read.
///
/// # Returns
/// Size in bytes; `LZMA_VLI_UNKNOWN` if `compressed_size` is; 0 if `block` is
/// NULL, or something in it is not valid.
///
/// # Safety
/// `block` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_total_size(block: *const lzma_block) -> lzma_vli {
    // SAFETY: by block.h, what is listed as read by this function is
    // initialised: `version`, `header_size`, `check` and `compressed_size`.
    unsafe { size_or_0(block, Block::total_size) }
}
