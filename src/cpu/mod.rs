//! Wrappers around single instructions, or a few, that Rust has no other way
//! to ask for, or no other way yet. All of them are sound for every argument.

mod bit;
pub(crate) mod cancellation;
pub(crate) mod clmul;
pub(crate) mod large_pages;
pub(crate) mod polyfill;
mod prefetch;
pub(crate) mod process;
pub(crate) mod scan;
pub(crate) mod signals;

pub(crate) use bit::RangeCode;
pub(crate) use prefetch::{prefetch, prefetch_address};
