//! rlzma: the C ABI of liblzma 5.8.4 on a safe Rust core.
//!
//! The public items of this crate are the C functions and types of
//! `lzma.h`, for use from C. Everything behind them is safe Rust; `unsafe`
//! stands in [`mod@ffi`], `memory` and `cpu` only.

#![warn(missing_docs)]

mod bcj;
mod bytes;
mod check;
mod container;
mod cpu;
mod delta;
mod error;
mod fault;
mod filter;
mod index;
mod io;
mod lz;
mod lzma;
mod memory;
mod range;
mod session;
mod sync;
mod threaded;

pub mod ffi;
