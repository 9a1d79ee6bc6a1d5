//! Instructions of processors that Rust has no other way to ask for, or no other way
//! yet, and what goes with them; the operating system, in [`sys`]. All of it is sound
//! for every argument, except for functions of [`sys`] that are marked `unsafe`.

mod bit;
pub(crate) mod blend;
pub(crate) mod clmul;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) mod lazy_table;
pub(crate) mod polyfill;
mod prefetch;
pub(crate) mod scan;
pub(crate) mod sys;

pub(crate) use bit::{PathStep, RangeCode};
pub(crate) use prefetch::{prefetch, prefetch_address};
