//! The file formats.

#![forbid(unsafe_code)]

pub(crate) mod xz;
