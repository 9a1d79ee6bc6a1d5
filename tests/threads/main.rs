//! Coders with threads. One program, since each would take seconds to build.

#[path = "../common/mod.rs"]
mod common;

mod decoder;
mod encoder;
mod memory;
mod progress;
mod stress;
