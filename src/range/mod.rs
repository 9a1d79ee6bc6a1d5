//! The range coder: binary arithmetic coding with adaptive probabilities.

#![forbid(unsafe_code)]

mod decoder;
mod encoder;
pub(crate) mod prices;

pub(crate) use decoder::{LITERAL_ROW, LiteralRow, MATCHED, PROB_INIT, RANGE_MIN, RangeDecoder};
pub(crate) use encoder::RangeEncoder;

/// The chance that a bit is 0, in units of 1/2048.
pub(crate) type Probability = u16;

/// Probabilities have this many bits.
const MODEL_BITS: u32 = 11;
