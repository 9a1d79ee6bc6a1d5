//! The part of the tests' shared code that fuzz targets use. The rest is about
//! programs and measuring, and needs more than a fuzzer has.

#![allow(dead_code, unused_imports)] // as in the tests, where each uses a part

#[path = "../../../tests/common/alloc.rs"]
pub mod alloc;
#[path = "../../../tests/common/chain.rs"]
pub mod chain;
#[path = "../../../tests/common/data.rs"]
pub mod data;
#[path = "../../../tests/common/decoder.rs"]
pub mod decoder;
#[path = "../../../tests/common/drive.rs"]
pub mod drive;
#[path = "../../../tests/common/lib.rs"]
pub mod lib;
#[path = "../../../tests/common/reading.rs"]
pub mod reading;
#[path = "../../../tests/common/rng.rs"]
pub mod rng;
#[path = "../../../tests/common/zeroed.rs"]
pub mod zeroed;

pub use alloc::Allocator;
pub use drive::{Chunks, Outcome, Plan, Stream, assert_same, run};
pub use lib::Lib;
pub use rng::Rng;
pub use zeroed::zeroed;
