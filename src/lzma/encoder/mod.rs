//! The encoders of LZMA1 and LZMA2.
//!
//! From the bottom: [`model`] has the probabilities, [`length`] and
//! [`prices`] what symbols cost; [`fast`] and [`normal`] are the two parsers
//! that turn data into symbols; [`symbols`] encodes those. [`core`] joins
//! them, and [`lzma1`] and [`lzma2`] make streams of it.
//!
//! Every choice, and every moment when a table of prices is refreshed, shows
//! in the output; all are liblzma's.

#![forbid(unsafe_code)]

mod core;
mod fast;
mod length;
mod literals;
mod lzma1;
mod lzma2;
mod model;
mod nodes;
mod normal;
mod options;
mod prices;
mod symbols;
mod window_bytes;

pub(crate) use lzma1::LzmaEncoder;
pub(crate) use lzma2::Lzma2Encoder;
pub(crate) use options::{encoder_memory_usage, lzma2_block_size, lzma2_encoder_memory_usage};
