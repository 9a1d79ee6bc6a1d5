//! The C ABI: types, one file per header of liblzma, and the conversions
//! between C's view (pointers, lengths, integers) and the core's.
//!
//! Names, fields and values are those of the C headers. What C declares as
//! an enumeration is a newtype of an integer here, since callers may pass
//! any value.

#![deny(missing_docs)]

mod alloc;
pub mod base;
pub mod bcj;
pub mod block;
pub mod block_coder;
mod block_members;
mod buffers;
pub mod check;
pub mod container;
mod convert;
pub mod decoders;
pub mod delta;
pub mod encoders;
pub mod filter;
pub mod filter_fields;
pub mod filter_text;
mod guard;
pub mod hardware;
pub mod index;
pub mod index_coder;
pub mod index_hash;
pub mod index_iter;
mod lent;
pub mod lzma12;
pub mod raw;
#[cfg(any(feature = "standalone", test))]
#[allow(dead_code)] // how the library is linked decides what is used
mod report;
mod rlzma;
mod slices;
mod stream;
pub mod stream_flags;
mod total;
pub mod version;
pub mod vli;

pub use self::rlzma::*;
pub use base::*;
pub use bcj::*;
pub use block::*;
pub use block_coder::*;
pub use check::*;
pub use container::*;
pub use decoders::*;
pub use delta::*;
pub use encoders::*;
pub use filter::*;
pub use filter_fields::*;
pub use filter_text::*;
#[cfg(rlzma_test_panic)]
pub use guard::{rlzma_test_panic, rlzma_test_panic_at_entry};
pub use hardware::*;
pub use index::*;
pub use index_coder::*;
pub use index_hash::*;
pub use index_iter::*;
pub use lzma12::*;
pub use raw::*;
pub use stream::{
    lzma_code, lzma_end, lzma_get_check, lzma_get_progress, lzma_memlimit_get, lzma_memlimit_set,
    lzma_memusage,
};
pub use stream_flags::*;
pub use version::*;
pub use vli::*;
