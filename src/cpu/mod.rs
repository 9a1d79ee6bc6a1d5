//! Instructions of processors that Rust has no other way to ask for, or no other way
//! yet, and what goes with them. All of it is sound for every argument.

mod bit;
pub(crate) mod blend;
pub(crate) mod clmul;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) mod lazy_table;
pub(crate) mod polyfill;
mod prefetch;
pub(crate) mod scan;

pub(crate) use bit::{PathStep, RangeCode};
pub(crate) use prefetch::{prefetch, prefetch_address};
