//! The .xz format.

#![forbid(unsafe_code)]

pub(crate) mod ahead;
pub(crate) mod block;
pub(crate) mod block_buffer_encoder;
pub(crate) mod block_decoder;
pub(crate) mod block_encoder;
pub(crate) mod block_header;
mod buffered_input;
mod buffering;
pub(crate) mod file_info;
mod pieces;
mod reverse_reader;
pub(crate) mod stream_buffer_decoder;
pub(crate) mod stream_buffer_encoder;
pub(crate) mod stream_decoder;
pub(crate) mod stream_encoder;
pub(crate) mod stream_flags;
pub(crate) mod stream_framing;
