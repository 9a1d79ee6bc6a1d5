//! Fields of a byte stream that may arrive in pieces.

#![forbid(unsafe_code)]

mod gather;
pub(crate) mod vli;

pub(crate) use gather::Gather;
