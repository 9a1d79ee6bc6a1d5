//! Filters and chains of them.

#![forbid(unsafe_code)]

mod block_size;
mod chain;
pub(crate) mod flags;
mod kind;
pub(crate) mod memory_usage;
mod owned;
pub(crate) mod properties;
mod spec;
pub(crate) mod text;

pub(crate) use block_size::block_size;
pub(crate) use chain::{Chain, validate_start_offsets};
pub(crate) use kind::{Kind, is_supported, validate, validate_ids};
pub(crate) use owned::OwnedSpecs;
pub(crate) use spec::{FILTERS_MAX, FilterOptions, FilterSpec, Specs, id};
