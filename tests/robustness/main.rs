//! Calls that fail, calls that should not be made, and any sequence of calls. One
//! program, since each would take seconds to build.

#[path = "../common/mod.rs"]
mod common;

mod block_sequences;
mod buffer_sequences;
mod decoder_memory;
mod differences;
mod encoder_memory;
mod memory_edges;
mod misuse;
mod security;
mod stream_reuse;
