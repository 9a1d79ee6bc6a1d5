//! LZMA1 and LZMA2.

#![forbid(unsafe_code)]

mod decoder;
mod options;
mod presets;

pub(crate) use decoder::{
    Lzma2Decoder, LzmaDecoder, decoder_memory_usage, lzma2_decoder_memory_usage,
};
pub(crate) use options::{LzmaOptions, match_finder, mode};
pub(crate) use presets::preset;
