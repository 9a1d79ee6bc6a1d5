//! Chains of filters as text: `x86 lzma2:dict=1MiB,lc=4`.

#![forbid(unsafe_code)]

mod names;
mod parse;
mod write;

pub(crate) use parse::{Parsed, parse};
pub(crate) use write::{SIZE_MAX, Show, list, write};
