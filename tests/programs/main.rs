//! Programs of the system on rlzma. One program, since each would take seconds to build.

#[path = "../common/mod.rs"]
mod common;

mod decode;
mod encode;
