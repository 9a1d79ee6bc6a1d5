//! Memory from the caller's allocator, and memory that the caller lends.
//!
//! Everything that grows with data or options is a [`Buf`] or an [`OwnedBox`];
//! both come from an [`AllocatorHandle`], fail instead of aborting, and go back to the
//! allocator that is current when they are dropped. [`Output`] is the
//! caller's output buffer, whose bytes need not be initialised.
//!
//! `unsafe` is allowed in this module; what it exports is safe to use, except
//! for the functions marked `unsafe`, which only the C boundary calls.

mod allocator;
mod borrowed;
mod buffer;
mod copy;
pub(crate) mod figures;
mod handle_count;
mod history;
mod initial;
mod lazy_box;
mod lazy_box_with_array;
mod limit;
mod list;
mod output;
mod owned;
mod paired;
mod parallel_arrays;
mod rehome;
#[cfg(any(feature = "standalone", test))]
mod reserve;
mod shared;
#[cfg(test)]
pub(crate) mod testing;
#[cfg_attr(rlzma_model, path = "thread_model.rs")]
mod thread;

pub(crate) use allocator::{Allocator, AllocatorHandle, allocate_any, release};
pub(crate) use borrowed::Borrowed;
pub(crate) use buffer::{Buf, Zeroable};
pub(crate) use history::{History, Layout, MatchEnd, Room};
pub(crate) use initial::Initial;
pub(crate) use lazy_box::LazyBox;
pub(crate) use lazy_box_with_array::LazyBoxWithArray;
pub(crate) use limit::{BASE_USAGE, MemoryLimit};
pub(crate) use list::List;
pub(crate) use output::Output;
pub(crate) use owned::OwnedBox;
pub(crate) use paired::Paired;
pub(crate) use parallel_arrays::ParallelArrays;
pub(crate) use rehome::Compatible;
pub(crate) use shared::{BufferReader, BufferWriter, Shared};
pub(crate) use thread::{Thread, Work};
