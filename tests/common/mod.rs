//! The tools of integration tests and benchmarks: both libraries behind one
//! interface, an allocator that counts and fails, a driver for coders, seeded
//! random numbers, filter chains, data to compress, and ways to damage files.
//!
//! A test says `mod common;` and takes what it needs.

#![allow(dead_code, unused_imports)] // each test uses a part

pub mod alloc;
pub mod alloc_failure;
pub mod ask;
pub mod buffer_ops;
pub mod chain;
pub mod corpus;
pub mod data;
pub mod decoder;
pub mod drive;
pub mod fields;
pub mod files;
pub mod indexes;
pub mod lent;
pub mod lib;
pub mod measure;
pub mod mutate;
pub mod one_call;
pub mod process;
pub mod programs;
pub mod random_fields;
pub mod reading;
pub mod rng;
pub mod starts;
pub mod stream_ops;
pub mod uninitialised;
pub mod zeroed;

pub use alloc::Allocator;
pub use drive::{Chunks, Outcome, Plan, Stream, assert_same, run};
pub use lib::Lib;
pub use rng::{Rng, is_enough, is_tried, number, rounds, seeds};
pub use zeroed::zeroed;
