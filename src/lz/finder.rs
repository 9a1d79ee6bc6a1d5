//! The match finder of an encoder.

#![forbid(unsafe_code)]

pub(super) use super::plain::Plain as Finder;
