//! The range coder: binary arithmetic coding with adaptive probabilities.

#![forbid(unsafe_code)]

mod decoder;

pub(crate) use decoder::{PROB_INIT, RANGE_MIN, RangeDecoder};
