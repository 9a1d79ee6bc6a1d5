//! lzma/index_hash.h: a digest that an Index is compared with.

#![allow(non_camel_case_types)]

use super::base::*;
use super::guard::guard;
use super::stream::{code_of, input_slice, memory_of, ok_or_error};
use super::vli::lzma_vli;
use crate::error::{Error, Result};
use crate::index::IndexHash;
use crate::io::Input;
use crate::memory::{Memory, Own};
use core::marker::{PhantomData, PhantomPinned};
use core::ptr::{self, NonNull};

/// What remains of the sizes of all Blocks, in a fixed amount of memory.
#[repr(C)]
#[derive(Debug)]
pub struct lzma_index_hash {
    _opaque: [u8; 0],
    _not_ours: PhantomData<(*mut u8, PhantomPinned)>,
}

/// What an `lzma_index_hash` is.
struct Holder {
    hash: IndexHash,
    memory: Memory,
}

/// # Safety
/// As for [`memory_of`].
unsafe fn new_holder(allocator: *const lzma_allocator) -> Result<*mut lzma_index_hash> {
    // SAFETY: by contract.
    let memory = unsafe { memory_of(allocator) }?;
    let owner = memory.clone();
    Ok(owner.own(Holder { hash: IndexHash::new(), memory })?.into_raw().cast())
}

/// # Safety
/// `index_hash` is NULL, or came from [`lzma_index_hash_init`] and was not
/// freed since; nothing else uses it during `'a`.
unsafe fn hash_of<'a>(index_hash: *mut lzma_index_hash) -> Option<&'a mut IndexHash> {
    // SAFETY: by contract.
    Some(unsafe { &mut index_hash.cast::<Holder>().as_mut()?.hash })
}

/// Prepares a digest: a new one if `index_hash` is NULL, otherwise that one
/// is emptied and used again.
///
/// # Returns
/// The digest; NULL without memory.
///
/// # Safety
/// `index_hash` is NULL or came from this function; `allocator` is NULL or
/// valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_init(
    index_hash: *mut lzma_index_hash,
    allocator: *const lzma_allocator,
) -> *mut lzma_index_hash {
    guard(ptr::null_mut(), || {
        // SAFETY: by contract.
        if let Some(hash) = unsafe { hash_of(index_hash) } {
            *hash = IndexHash::new();
            return index_hash;
        }
        // SAFETY: by contract.
        unsafe { new_holder(allocator) }.unwrap_or(ptr::null_mut())
    })
}

/// Frees a digest. NULL is fine.
///
/// # Safety
/// `index_hash` is NULL or came from [`lzma_index_hash_init`], and is not
/// used again; `allocator` can free what was allocated there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_end(
    index_hash: *mut lzma_index_hash,
    allocator: *const lzma_allocator,
) {
    let Some(holder) = NonNull::new(index_hash.cast::<Holder>()) else {
        return;
    };
    guard((), || {
        // SAFETY: by contract.
        let memory = unsafe { &holder.as_ref().memory }.clone();
        // SAFETY: by contract.
        unsafe { memory.refresh(allocator.cast()) };
        // SAFETY: it came from `into_raw` in `new_holder`.
        drop(unsafe { Own::from_raw(holder, memory) });
    });
}

/// Adds a Block that was decoded.
///
/// # Returns
/// `LZMA_OK`; `LZMA_DATA_ERROR` when the Stream would become too large;
/// `LZMA_PROG_ERROR` when no Block has these sizes, or the Index is being
/// decoded already.
///
/// # Safety
/// `index_hash` is NULL or came from [`lzma_index_hash_init`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_append(
    index_hash: *mut lzma_index_hash,
    unpadded_size: lzma_vli,
    uncompressed_size: lzma_vli,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let hash = unsafe { hash_of(index_hash) }.ok_or(Error::Prog);
        ok_or_error(hash.and_then(|hash| hash.append(unpadded_size, uncompressed_size)))
    })
}

/// Decodes the Index, or a part of it, and compares it with the Blocks.
///
/// # Returns
/// `LZMA_OK` when more input is needed; `LZMA_STREAM_END` at the end of an
/// Index that is right; `LZMA_DATA_ERROR` when it is not; `LZMA_BUF_ERROR`
/// without input.
///
/// # Safety
/// `index_hash` came from [`lzma_index_hash_init`], `in_pos` is valid, `in`
/// is valid for reads of `in_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_decode(
    index_hash: *mut lzma_index_hash,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let (Some(hash), Some(start)) = (unsafe { (hash_of(index_hash), in_pos.as_mut()) }) else {
            return LZMA_PROG_ERROR;
        };
        // SAFETY: by contract.
        let bytes = unsafe { input_slice(r#in, in_size) };
        let mut input = Input::new(bytes.get(*start..).unwrap_or_default());
        let result = hash.decode(&mut input);
        *start += input.taken();
        code_of(result)
    })
}

/// Size in bytes that the Index of the Blocks so far has.
///
/// # Safety
/// `index_hash` came from [`lzma_index_hash_init`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_size(index_hash: *const lzma_index_hash) -> lzma_vli {
    // SAFETY: by contract.
    let hash = unsafe { hash_of(index_hash.cast_mut()) };
    hash.map_or(0, |hash| hash.size())
}
