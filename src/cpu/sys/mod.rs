//! The operating system: questions about the process and its machine, threads, signals,
//! cancellation, advice about memory, files. All of it is sound for every argument,
//! except for functions marked `unsafe`: starting a thread, and two of cancellation.

pub(crate) mod cancellation;
pub(crate) mod large_pages;
#[cfg(all(target_os = "linux", not(miri)))]
mod madvise;
#[cfg(unix)]
mod unix;
pub(crate) mod unused_pages;
#[cfg(target_os = "wasi")]
mod wasi;
#[cfg(windows)]
mod windows;

#[cfg(all(unix, not(rlzma_model)))] // models have threads of their own
pub(crate) use unix::thread;
#[cfg(unix)]
pub(crate) use unix::{process, signals};
#[cfg(target_os = "wasi")]
pub(crate) use wasi::{process, signals, thread};
#[cfg(windows)]
pub(crate) use windows::{file, process, signals, thread};
