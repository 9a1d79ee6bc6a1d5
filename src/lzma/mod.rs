//! LZMA1 and LZMA2.

#![forbid(unsafe_code)]

mod decoder;
mod options;
mod presets;

pub(crate) use options::{LzmaOptions, match_finder, mode};
pub(crate) use presets::preset;
