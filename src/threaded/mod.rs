//! Coders that use several threads.
//!
//! A worker owns what it works on: its Block's coder and one end of each of
//! its buffers. The main thread, which is the application's, owns the other
//! ends and the queue of Blocks, whose output it delivers in order.
//!
//! Everything comes from the caller's allocator, except for the threads'
//! stacks.

#![forbid(unsafe_code)]

mod clock;
pub(crate) mod decoder;
pub(crate) mod encoder;
mod flow;
mod list;
#[cfg(all(test, rlzma_model))]
mod model;
mod pool;

use crate::error::{Result, Status};

/// The most threads that may be asked for.
pub(crate) const THREADS_MAX: u32 = 16_384;

/// A worker that waits for input is woken for so many bytes, or when the main
/// thread has nothing else to do.
const ANNOUNCE_STEP: usize = 4 << 10;

/// What liblzma adds to the size of every output buffer, in bytes.
const OUTPUT_OVERHEAD: u64 = 64;

/// What a stage comes to: the answer to the application, or `None` to go on.
type Step = Result<Option<Status>>;
