//! Filters and chains of them.

#![forbid(unsafe_code)]

mod spec;

pub(crate) use spec::{FilterOptions, FilterSpec, id};
