//! The Index of a Stream, and what is known about Streams from it.

#![forbid(unsafe_code)]

mod hash;
pub(crate) mod size;

pub(crate) use hash::IndexHash;
