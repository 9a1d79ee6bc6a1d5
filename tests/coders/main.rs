//! The coders, beside the original: raw, of containers, of Blocks. One program, since
//! each would take seconds to build.

#[path = "../common/mod.rs"]
mod common;

mod bcj_functions;
mod block_decoder;
mod buffer_encoders;
mod container_decoders;
mod container_encoders;
mod direct_output;
mod lzma1_end;
mod raw_decoder;
mod raw_encoder;
mod simple_filters;
mod vectors;
