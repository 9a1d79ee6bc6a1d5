//! Fields of a byte stream that may come or go in pieces.

#![forbid(unsafe_code)]

mod gather;
mod pending;
pub(crate) mod vli;

pub(crate) use gather::Gather;
pub(crate) use pending::Pending;
