//! LZMA1 and LZMA2.

#![forbid(unsafe_code)]

mod decoder;
mod encoder;
pub(crate) mod lzma2_chunk;
mod options;
mod presets;
mod state;

pub(crate) use decoder::{
    Lzma2Decoder, LzmaDecoder, decoder_memory_usage, lzma2_decoder_memory_usage,
};
pub(crate) use encoder::{
    Lzma2Encoder, LzmaEncoder, encoder_memory_usage, lzma2_block_size, lzma2_encoder_memory_usage,
};
pub(crate) use options::{ALLOW_END_MARKER, LzmaOptions, match_finder, mode};
pub(crate) use presets::preset;
