//! lzma/index_hash.h: a digest that an Index is compared with.

#![allow(non_camel_case_types)]

use core::marker::{PhantomData, PhantomPinned};

/// What remains of the sizes of all Blocks, in a fixed amount of memory.
#[repr(C)]
#[derive(Debug)]
pub struct lzma_index_hash {
    _opaque: [u8; 0],
    _not_ours: PhantomData<(*mut u8, PhantomPinned)>,
}
