//! Coders that use several threads.
//!
//! A worker owns what it works on: its Block's coder and one end of each of
//! its buffers. The main thread, which is the application's, owns the other
//! ends and the queue of Blocks, whose output it delivers in order.
//!
//! Everything comes from the caller's allocator, except for what
//! [`std::thread`] allocates for each thread.

#![forbid(unsafe_code)]

mod clock;
pub(crate) mod decoder;
mod flow;
mod list;
mod pool;

/// The most threads that may be asked for.
pub(crate) const THREADS_MAX: u32 = 16_384;
