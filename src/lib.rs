//! rlzma: the C ABI of liblzma 5.8.4 on a safe Rust core.
//!
//! The public items of this crate are the C functions and types of `lzma.h`,
//! for use from C, in [`mod@ffi`]. Rust programs are better served by the crates
//! `liblzma` or `xz2`, which can be linked with this library
//! (`docs/using.md`). Everything else is private, and for those who read or
//! change the source:
//!
//! | Modules | What is in them |
//! |---|---|
//! | [`mod@ffi`] | The C boundary: pointers to slices, integers to enumerations, panics to error codes |
//! | [`session`] | [`AnyCoder`](session::AnyCoder), one of all coders, and the rules of `lzma_code` |
//! | [`threaded`] | Encoder and decoder of `.xz` that use several threads |
//! | [`reader`] | Random access to `.xz` files |
//! | [`container`] | File formats: `.xz`, `.lzma`, `.lz`, MicroLZMA, and their detection |
//! | [`coder`] | What all coders that an application can drive have in common |
//! | [`index`] | The Index of `.xz` files |
//! | [`filter`] | Filters as options, in headers and as text; the coders of a chain |
//! | [`delta`], [`bcj`] | The Delta filter; branch filters, one file for each instruction set |
//! | [`lzma`] | LZMA1 and LZMA2: decoder, encoder, parsers, options, presets |
//! | [`lz`] | The decoder's dictionary; the encoder's window and match finders |
//! | [`range`] | The range coder |
//! | [`check`] | CRC32, CRC64, SHA-256 |
//! | [`bytes`], [`io`] | Fields that arrive in pieces; input, output, actions |
//! | [`memory`] | The application's allocator and what lives in its memory; its output buffer; threads |
//! | [`settings`] | Threads and memory that the user lets coders use |
//! | [`sync`] | Locks and atomics, those of the standard library or of a model checker |
//! | [`cpu`] | Instructions of processors, and the operating system ([`cpu::sys`]), behind functions that are safe to call; what newer standard libraries have |
//! | [`error`], [`fault`] | Names for return codes; panics on purpose, for tests |
//!
//! A module imports from those below it in this table only, and `unsafe` stands
//! in [`mod@ffi`], [`memory`] and [`cpu`] only; `tests/structure.rs` holds both.
//!
//! In the source, beside `README.md`: `ARCHITECTURE.md` shows how data goes
//! through these modules, and how memory, threads and panics are dealt with;
//! `docs/glossary.md` explains the words; `CONTRIBUTING.md` tells how to build,
//! test, profile, and add things. `cargo doc --document-private-items` makes
//! this documentation with all modules in it.

#![warn(missing_docs)]
// Links to private modules lead somewhere once these are documented.
#![allow(rustdoc::private_intra_doc_links)]

mod bcj;
mod bytes;
mod check;
mod coder;
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
mod reader;
// The generator of the tests in `tests/`, for unit tests.
#[cfg(test)]
#[path = "../tests/common/rng.rs"]
#[allow(dead_code)]
mod rng;
mod session;
mod settings;
mod sync;
mod threaded;

pub mod ffi;
