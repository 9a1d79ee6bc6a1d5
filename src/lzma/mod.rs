//! LZMA1 and LZMA2.

#![forbid(unsafe_code)]

mod options;

pub(crate) use options::LzmaOptions;
