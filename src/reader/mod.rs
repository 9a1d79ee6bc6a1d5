//! Random access to the data of `.xz` files: finds the Block that has it, decodes
//! that, and keeps it for the next time.
//!
//! A [`Reader`] may be used from several threads at once. What they share is
//! locked while it is looked up or changed; decoding runs unlocked, but for the
//! lock of the Block that is being decoded.

#![forbid(unsafe_code)]

mod ahead;
mod block_cache;
mod block_decoding;
mod budget;
mod cached_block;
mod failure;
mod file;
mod large_block;
mod lru_map;
mod open;
mod read;
mod read_at;
mod threads;
mod verify;

pub(crate) use failure::{Failure, Location, Reason};
pub(crate) use open::{Options, read_index};
pub(crate) use read::Reader;
pub(crate) use read_at::{ReadAt, ReadError};
pub(crate) use verify::verify;
