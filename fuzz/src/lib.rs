//! The bodies of the fuzz targets. `tests/fuzz_bodies.rs` runs them without a
//! fuzzer.

pub mod bodies;
pub mod common;
