//! The Index of a Stream, and what is known about Streams from it.

#![forbid(unsafe_code)]

mod cat;
mod cursor;
mod decoder;
mod encoder;
mod file;
mod hash;
mod memory_usage;
mod reader;
mod records;
pub(crate) mod size;
mod stream;
mod streams;

pub(crate) use cursor::{BlockInfo, Cursor, Found, Mode, StreamInfo, StreamSizes};
pub(crate) use decoder::IndexDecoder;
pub(crate) use encoder::IndexEncoder;
pub(crate) use file::Index;
pub(crate) use hash::IndexHash;
pub(crate) use memory_usage::memory_usage;
pub(crate) use stream::ListedFlags;
