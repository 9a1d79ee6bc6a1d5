//! Coders that use several threads.
//!
//! A worker owns what it works on: its Block's coder and one end of each of
//! its buffers. The main thread, which is the application's, owns the other
//! ends and the queue of Blocks, whose output it delivers in order.
//!
//! Everything comes from the caller's allocator, except for the threads'
//! stacks.

#![forbid(unsafe_code)]

mod block_channel;
pub(crate) mod blockwise_encoder;
mod clock;
pub(crate) mod decoder;
pub(crate) mod encoder;
mod feed;
mod list;
pub(crate) mod look_ahead;
#[cfg(all(test, rlzma_model))]
mod model;
mod ordered_blocks;
mod pool;

use crate::memory::figures::by_target;

/// Memory in bytes that liblzma adds to the size of every output buffer.
const OUTPUT_OVERHEAD: u64 = by_target(64, 48, 44);

/// Memory usage in bytes of an output buffer for `size` bytes.
fn output_usage(size: u64) -> u64 {
    size.saturating_add(OUTPUT_OVERHEAD)
}
