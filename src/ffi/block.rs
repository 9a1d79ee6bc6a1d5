//! lzma/block.h: Blocks of the .xz format.

#![allow(non_camel_case_types)]

use super::base::*;
use super::check::{LZMA_CHECK_SIZE_MAX, lzma_check};
use super::convert::{self, Reads};
use super::filter::{LZMA_FILTERS_MAX, NO_FILTER, lzma_filter, lzma_filters_free};
use super::guard::guard;
use super::stream::{input_slice, ok_or_error};
use super::vli::lzma_vli;
use crate::container::xz::block::Block;
use crate::container::xz::block_header;
use crate::error::{Error, Result};
use crate::filter::Specs;
use core::ffi::c_void;
use core::ptr;

/// The smallest Block Header in bytes.
pub const LZMA_BLOCK_HEADER_SIZE_MIN: u32 = 8;

/// The largest Block Header in bytes.
pub const LZMA_BLOCK_HEADER_SIZE_MAX: u32 = 1024;

/// What is known about a Block.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_block {
    /// Version of this structure: zero, or one when `ignore_check` is meant.
    pub version: u32,
    /// Size of the Block Header in bytes, a multiple of four.
    pub header_size: u32,
    /// Type of the integrity check.
    pub check: lzma_check,
    /// Size of the compressed data in bytes, or `LZMA_VLI_UNKNOWN`.
    pub compressed_size: lzma_vli,
    /// Size of the uncompressed data in bytes, or `LZMA_VLI_UNKNOWN`.
    pub uncompressed_size: lzma_vli,
    /// The filter chain, terminated; room for five entries.
    pub filters: *mut lzma_filter,
    /// The Check field as it is in the file.
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
    /// Decoder, from version one on: do not verify the check. Since 5.2.
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

impl From<&lzma_block> for Block {
    fn from(block: &lzma_block) -> Block {
        Block {
            version: block.version,
            header_size: block.header_size,
            check: block.check.0,
            compressed_size: block.compressed_size,
            uncompressed_size: block.uncompressed_size,
            ignore_check: block.version >= 1 && block.ignore_check != 0,
        }
    }
}

/// Finds out how large the Block Header of `block` must be, and sets
/// `header_size`. Padding is kept to what is needed.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when `version` or a filter is not
/// supported; `LZMA_PROG_ERROR` when a size or the number of filters is
/// invalid.
///
/// # Safety
/// `block` is valid, with filters as the structures demand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_header_size(block: *mut lzma_block) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let Some(block) = (unsafe { block.as_mut() }) else {
            return LZMA_PROG_ERROR;
        };
        // SAFETY: by contract.
        let filters = unsafe { convert::list(block.filters, Reads::Size) };
        let size = block_header::size_for(&Block::from(&*block), &filters);
        ok_or_error(size.map(|size| block.header_size = size))
    })
}

/// Encodes the Block Header of `block`: `header_size` bytes at `out`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when a filter is not supported;
/// `LZMA_PROG_ERROR` when anything is invalid, or `header_size` too small.
///
/// # Safety
/// `block` is valid, with filters as the structures demand, and `out` is
/// valid for writes of `header_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_header_encode(
    block: *const lzma_block,
    out: *mut u8,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let Some(block) = (unsafe { block.as_ref() }) else {
            return LZMA_PROG_ERROR;
        };
        // SAFETY: by contract.
        let filters = unsafe { convert::list(block.filters, Reads::Numbers) };
        ok_or_error(block_header::encode(&Block::from(block), &filters).map(|header| {
            let bytes = header.bytes();
            // SAFETY: by contract; that many bytes `header_size` says.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), out, bytes.len()) };
        }))
    })
}

/// Decodes the Block Header at `in` into `block`, whose `header_size` and
/// `check` are set already. Options of filters are allocated with
/// `allocator`. `ignore_check` becomes false, and `version` at most one.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when it uses what is not supported;
/// `LZMA_DATA_ERROR` when it is damaged; `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR`
/// when a pointer is NULL, or `header_size` or `check` is wrong. After an
/// error, `filters` is empty.
///
/// # Safety
/// `block` is NULL or valid, `filters` in it is NULL or has room for five
/// entries (their content does not matter), `in` is NULL or valid for reads
/// of `header_size` bytes, and `allocator` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_header_decode(
    block: *mut lzma_block,
    allocator: *const lzma_allocator,
    r#in: *const u8,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let Some(block) = (unsafe { block.as_mut() }) else {
            return LZMA_PROG_ERROR;
        };
        if block.filters.is_null() || r#in.is_null() {
            return LZMA_PROG_ERROR;
        }
        for i in 0..=LZMA_FILTERS_MAX {
            // SAFETY: by contract, there is room for five.
            unsafe { block.filters.add(i).write(NO_FILTER) };
        }
        // SAFETY: by contract; one byte is there in any case.
        let size = lzma_block_header_size_decode(unsafe { *r#in });
        // Where the caller and the header disagree, nobody knows how many
        // bytes there are.
        let len = if size == block.header_size { size as usize } else { 1 };
        // SAFETY: by contract.
        let bytes = unsafe { input_slice(r#in, len) };
        // SAFETY: by contract.
        ok_or_error(unsafe { decode_header(block, allocator, bytes) })
    })
}

/// # Safety
/// `block.filters` has room for five entries, and `allocator` is NULL or
/// valid.
unsafe fn decode_header(
    block: &mut lzma_block,
    allocator: *const lzma_allocator,
    bytes: &[u8],
) -> Result<()> {
    let mut decoded = Block::from(&*block);
    let filters = block_header::decode(&mut decoded, bytes);
    block.version = decoded.version;
    block.ignore_check = decoded.ignore_check.into();
    block.compressed_size = decoded.compressed_size;
    block.uncompressed_size = decoded.uncompressed_size;
    // SAFETY: by contract.
    unsafe { store_filters(block.filters, allocator, &filters?) }
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
    for (i, spec) in filters.iter().enumerate() {
        // SAFETY: by contract.
        match unsafe { convert::new_options(allocator, &spec.options) } {
            // SAFETY: by contract.
            Ok(options) => unsafe { to.add(i).write(lzma_filter { id: spec.id, options }) },
            Err(error) => {
                // SAFETY: what is stored was allocated just now, and is
                // followed by entries that are empty.
                unsafe { lzma_filters_free(to, allocator) };
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Calculates `compressed_size` from an Unpadded Size, and sets it; if it is
/// known already, the two must agree.
///
/// # Returns
/// `LZMA_OK`; `LZMA_DATA_ERROR` when `unpadded_size` is impossible, or the
/// sizes disagree; `LZMA_PROG_ERROR` when `block` is invalid.
///
/// # Safety
/// `block` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_compressed_size(
    block: *mut lzma_block,
    unpadded_size: lzma_vli,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let Some(block) = (unsafe { block.as_mut() }) else {
            return LZMA_PROG_ERROR;
        };
        let mut sizes = Block::from(&*block);
        let result = sizes.set_unpadded_size(unpadded_size);
        ok_or_error(result.map(|()| block.compressed_size = sizes.compressed_size))
    })
}

/// # Safety
/// `block` is NULL or valid.
unsafe fn size_or_0(block: *const lzma_block, size: fn(&Block) -> Result<u64>) -> lzma_vli {
    // SAFETY: by contract.
    let block = unsafe { block.as_ref() }.ok_or(Error::Prog);
    guard(0, || block.and_then(|block| size(&Block::from(block))).unwrap_or(0))
}

/// Unpadded Size: Block Header, Compressed Data and Check, in bytes.
/// `LZMA_VLI_UNKNOWN` if `compressed_size` is, 0 if `block` is invalid.
///
/// # Safety
/// `block` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_unpadded_size(block: *const lzma_block) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { size_or_0(block, Block::unpadded_size) }
}

/// Size of the whole Block, with Block Padding, in bytes. `LZMA_VLI_UNKNOWN`
/// if `compressed_size` is, 0 if `block` is invalid.
///
/// # Safety
/// `block` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_block_total_size(block: *const lzma_block) -> lzma_vli {
    // SAFETY: by contract.
    unsafe { size_or_0(block, Block::total_size) }
}
