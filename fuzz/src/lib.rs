//! What the fuzz targets do. The tests of the library run the same bodies
//! without a fuzzer (`tests/fuzz_bodies.rs`).

pub mod bodies;
pub mod common;
