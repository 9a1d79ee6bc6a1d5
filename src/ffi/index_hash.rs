//! lzma/index_hash.h: a digest that an Index is compared with.

#![allow(non_camel_case_types)]

use super::base::*;
use super::guard::guard;
use super::slices::input_slice;
use super::stream::{boxed_with_memory, code_of, ok_or_error};
use super::vli::lzma_vli;
use crate::error::{Error, Result};
use crate::index::IndexHash;
use crate::io::Input;
use crate::memory::{AllocatorHandle, OwnedBox};
use core::marker::{PhantomData, PhantomPinned};
use core::ptr::{self, NonNull};

/// A digest of the sizes of all Blocks of a Stream, in a fixed amount of
/// memory. With it, a decoder finds out whether an Index is right without
/// keeping all sizes.
#[repr(C)]
#[derive(Debug)]
pub struct lzma_index_hash {
    _opaque: [u8; 0],
    _not_ours: PhantomData<(*mut u8, PhantomPinned)>,
}

/// The structure that an `lzma_index_hash` pointer points to.
struct Holder {
    hash: IndexHash,
    memory: AllocatorHandle,
}

/// # Safety
/// As for [`boxed_with_memory`].
unsafe fn new_holder(allocator: *const lzma_allocator) -> Result<*mut lzma_index_hash> {
    let make = |memory: &AllocatorHandle| Holder { hash: IndexHash::new(), memory: memory.clone() };
    // SAFETY: by the contract above.
    Ok(unsafe { boxed_with_memory(allocator, make) }?.into_raw().cast())
}

/// # Safety
/// `index_hash` is NULL, or came from [`lzma_index_hash_init`] and was not
/// freed since; nothing else uses it during `'a`.
unsafe fn hash_of<'a>(index_hash: *mut lzma_index_hash) -> Option<&'a mut IndexHash> {
    // SAFETY: by the contract above.
    Some(unsafe { &mut index_hash.cast::<Holder>().as_mut()?.hash })
}

/// Makes a digest, or empties one to use it again.
///
/// # Parameters
/// - `index_hash`: NULL for a new digest, or the one to empty.
/// - `allocator`: where memory of a new one comes from; NULL means `malloc` and
///   `free`.
///
/// # Returns
/// The digest, to be freed with `lzma_index_hash_end`; NULL if memory could not
/// be allocated.
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
        // SAFETY: by index_hash.h, NULL or what this function has returned.
        if let Some(hash) = unsafe { hash_of(index_hash) } {
            *hash = IndexHash::new();
            return index_hash;
        }
        // SAFETY: by base.h, an allocator is NULL or valid.
        unsafe { new_holder(allocator) }.unwrap_or(ptr::null_mut())
    })
}

/// Frees a digest.
///
/// # Parameters
/// - `index_hash`: the digest; if it is NULL, nothing happens.
/// - `allocator`: the one that it was made with; NULL means `free`.
///
/// # Safety
/// `index_hash` is NULL or came from `lzma_index_hash_init`, and is not used
/// again; `allocator` is NULL or valid, and can free what was allocated there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_end(
    index_hash: *mut lzma_index_hash,
    allocator: *const lzma_allocator,
) {
    let Some(holder) = NonNull::new(index_hash.cast::<Holder>()) else {
        return;
    };
    guard((), || {
        // SAFETY: by index_hash.h, what `lzma_index_hash_init` has returned.
        let memory = unsafe { &holder.as_ref().memory };
        // SAFETY: by base.h, an allocator is NULL or valid, and the one that
        // the digest was made with.
        unsafe { memory.refresh(allocator.cast()) };
        // SAFETY: it came from `into_raw` in `new_holder`.
        drop(unsafe { OwnedBox::from_raw(holder, memory) });
    });
}

/// Adds a Block that was decoded.
///
/// # Parameters
/// - `index_hash`: the digest.
/// - `unpadded_size`: size in bytes of header, compressed data and check, from
///   `lzma_block_unpadded_size`.
/// - `uncompressed_size`: size of the data in bytes.
///
/// # Returns
/// - `LZMA_OK`: added.
/// - `LZMA_DATA_ERROR`: the Stream or its Index would become too large.
/// - `LZMA_PROG_ERROR`: `index_hash` is NULL, no Block can have these sizes, or
///   the Index is being decoded already.
///
/// # Safety
/// `index_hash` is NULL or came from `lzma_index_hash_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_append(
    index_hash: *mut lzma_index_hash,
    unpadded_size: lzma_vli,
    uncompressed_size: lzma_vli,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by index_hash.h, what `lzma_index_hash_init` has returned.
        let hash = unsafe { hash_of(index_hash) }.ok_or(Error::Prog);
        ok_or_error(hash.and_then(|hash| hash.append(unpadded_size, uncompressed_size)))
    })
}

/// Decodes the Index, all at once or in pieces as they arrive, and compares it
/// with the Blocks.
///
/// # Parameters
/// - `index_hash`: the digest, with all Blocks of the Stream.
/// - `in`: the bytes.
/// - `in_pos`: where in `in` they begin; moved behind what was decoded.
/// - `in_size`: size in bytes of `in`, counted from its start.
///
/// # Returns
/// - `LZMA_OK`: right so far; more input is needed.
/// - `LZMA_STREAM_END`: the Index has ended, and is right.
/// - `LZMA_DATA_ERROR`: the Index is damaged, or of other Blocks.
/// - `LZMA_BUF_ERROR`: there is no input.
/// - `LZMA_PROG_ERROR`: `index_hash` or `in_pos` is NULL.
///
/// # Safety
/// `index_hash` is NULL or came from `lzma_index_hash_init`, `in_pos` is NULL
/// or valid, and `in` is valid for reads of `in_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_decode(
    index_hash: *mut lzma_index_hash,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by index_hash.h, what `lzma_index_hash_init` has returned,
        // and a position.
        let (Some(hash), Some(start)) = (unsafe { (hash_of(index_hash), in_pos.as_mut()) }) else {
            return LZMA_PROG_ERROR;
        };
        // SAFETY: by index_hash.h, `in` has `in_size` bytes.
        let bytes = unsafe { input_slice(r#in, in_size) };
        let mut input = Input::new(bytes.get(*start..).unwrap_or_default());
        let result = hash.decode(&mut input);
        *start += input.taken();
        code_of(result)
    })
}

/// Tells how large the Index of the Blocks so far is in a file.
///
/// # Parameters
/// - `index_hash`: the digest.
///
/// # Returns
/// Size in bytes; 0 if `index_hash` is NULL.
///
/// # Safety
/// `index_hash` is NULL or came from `lzma_index_hash_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_index_hash_size(index_hash: *const lzma_index_hash) -> lzma_vli {
    // SAFETY: by index_hash.h, what `lzma_index_hash_init` has returned.
    let hash = unsafe { hash_of(index_hash.cast_mut()) };
    guard(0, || hash.map_or(0, |hash| hash.size()))
}
