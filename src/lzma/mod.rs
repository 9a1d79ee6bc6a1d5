//! LZMA1 and LZMA2.

#![forbid(unsafe_code)]

mod decoder;
mod encoder;
mod options;
mod presets;
mod state;

pub(crate) use decoder::{
    Lzma2Decoder, LzmaDecoder, decoder_memory_usage, lzma2_decoder_memory_usage,
};
pub(crate) use encoder::{
    Lzma2Encoder, LzmaEncoder, encoder_memory_usage, lzma2_block_size, lzma2_encoder_memory_usage,
};
pub(crate) use options::{ALLOW_END_MARKER, DICT_SIZE_MIN, LzmaOptions, match_finder, mode};
pub(crate) use presets::preset;
