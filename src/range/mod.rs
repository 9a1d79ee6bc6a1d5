//! The range coder: binary arithmetic coding with adaptive probabilities.

#![forbid(unsafe_code)]

mod decoder;
mod encoder;
pub(crate) mod prices;

pub(crate) use decoder::{MATCHED, RangeDecoder};
pub(crate) use encoder::RangeEncoder;

/// The chance that a bit is 0, in units of 1/2048.
pub(crate) type Probability = u16;

/// Probabilities have this many bits.
pub(crate) const MODEL_BITS: u32 = 11;

/// Probabilities move by 1/2^`MOVE_BITS` of the difference to what the bit was.
pub(crate) const MOVE_BITS: u32 = 5;

/// A probability to start with: one half.
pub(crate) const PROB_INIT: Probability = 1 << (MODEL_BITS - 1);

/// Below this, the range needs another byte.
pub(crate) const RANGE_MIN: u32 = 1 << 24;

/// The number of probabilities of one literal context.
pub(crate) const LITERAL_ROW: usize = 0x300;

/// Probabilities of one literal context: a tree of 256 for plain literals, and two for
/// literals after matches, by the next bit of the match byte.
pub(crate) type LiteralRow = [Probability; LITERAL_ROW];
