//! Filters and chains of them.

#![forbid(unsafe_code)]

pub(crate) mod flags;
mod kind;
pub(crate) mod properties;
mod spec;

pub(crate) use kind::{Kind, is_supported, validate};
pub(crate) use spec::{FILTERS_MAX, FilterOptions, FilterSpec, Specs, id};
