//! Wrappers around single instructions, or a few, that Rust has no other way
//! to ask for, or no other way yet. All of them are sound for every argument.

mod bit;
pub(crate) mod blend;
pub(crate) mod cancellation;
pub(crate) mod clmul;
pub(crate) mod large_pages;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) mod late;
#[cfg(all(target_os = "linux", not(miri)))]
mod madvise;
pub(crate) mod polyfill;
mod prefetch;
pub(crate) mod scan;
#[cfg(unix)]
mod unix;
pub(crate) mod unused_pages;
#[cfg(target_os = "wasi")]
mod wasi;
#[cfg(windows)]
mod windows;

pub(crate) use bit::{PathStep, RangeCode};
pub(crate) use prefetch::{prefetch, prefetch_address};
#[cfg(all(unix, not(rlzma_model)))] // models have threads of their own
pub(crate) use unix::thread;
#[cfg(unix)]
pub(crate) use unix::{process, signals};
#[cfg(target_os = "wasi")]
pub(crate) use wasi::{process, signals, thread};
#[cfg(windows)]
pub(crate) use windows::{file, process, signals, thread};
