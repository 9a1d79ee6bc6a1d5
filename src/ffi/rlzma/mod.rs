//! The functions of `rlzma.h`, which liblzma does not have. Only `librlzma.so`
//! and the static libraries export them (`cmake/librlzma.map`).
//!
//! A file here is about one part of the header; the first line of each names
//! it. Structures that the application fills in begin with their size, so that
//! later versions can add members.

mod cancel;
mod error;
mod reader;
mod size;
mod source;
mod threads;

pub use cancel::*;
pub use error::*;
pub use reader::*;
pub use size::*;
pub use source::*;
pub use threads::*;
