//! Encoding the lengths of matches, and their prices.

#![forbid(unsafe_code)]

use super::model::{MATCH_LEN_MAX, MATCH_LEN_MIN, POS_STATES};
use crate::error::Result;
use crate::memory::{AllocatorHandle, Buf};
use crate::range::prices::{one, tree, zero};
use crate::range::{PROB_INIT, Probability, RangeEncoder};

/// Number of lengths that can be encoded.
const LENGTHS: usize = MATCH_LEN_MAX - MATCH_LEN_MIN + 1;
/// Number of lengths that take three bits: the shortest, and as many after them.
const SHORT: usize = 8;
/// Number of lengths that take eight bits: all others.
const LONG: usize = 256;

/// Prices of lengths, from [`MATCH_LEN_MIN`] on.
type LengthPrices = [u16; LENGTHS];

/// The probabilities of lengths, of matches or of repeated matches.
pub(super) struct LengthEncoder {
    /// Not one of the shortest.
    choice: Probability,
    /// Not one of the second shortest, either.
    choice2: Probability,
    low: [[Probability; SHORT]; POS_STATES],
    mid: [[Probability; SHORT]; POS_STATES],
    high: [Probability; LONG],
    /// Prices, if they are wanted.
    prices: Buf<LengthPrices>,
    /// Number of lengths whose prices are wanted.
    priced: usize,
    /// Number of lengths to be encoded before prices are calculated again.
    countdown: [usize; POS_STATES],
}

impl LengthEncoder {
    /// Not usable before [`LengthEncoder::reset`].
    pub(super) const INIT: LengthEncoder = LengthEncoder {
        choice: 0,
        choice2: 0,
        low: [[0; SHORT]; POS_STATES],
        mid: [[0; SHORT]; POS_STATES],
        high: [0; LONG],
        prices: Buf::EMPTY,
        priced: 0,
        countdown: [0; POS_STATES],
    };

    /// Prices are wanted of lengths up to `longest`; `None`: of none. Allocates memory
    /// for those of `pos_states` position states. To be followed by
    /// [`LengthEncoder::reset`].
    pub(super) fn want_prices(
        &mut self,
        memory: &AllocatorHandle,
        longest: Option<usize>,
        pos_states: usize,
    ) -> Result<()> {
        self.priced = longest.map_or(0, |len| (len + 1 - MATCH_LEN_MIN).min(LENGTHS));
        let count = if longest.is_some() { pos_states } else { 0 };
        self.prices.resize(count, |count| memory.buf_with_capacity(count))
    }

    /// Allocates memory for the prices of `pos_states` position states if there is not
    /// enough. Without memory, everything is as before.
    pub(super) fn grow(&mut self, memory: &AllocatorHandle, pos_states: usize) -> Result<()> {
        if self.prices.capacity() == 0 {
            return Ok(());
        }
        self.prices.grow(pos_states, |count| memory.buf_with_capacity(count))
    }

    /// Forgets everything; `pos_states` position states are in use.
    pub(super) fn reset(&mut self, pos_states: usize) {
        self.choice = PROB_INIT;
        self.choice2 = PROB_INIT;
        self.low = [[PROB_INIT; SHORT]; POS_STATES];
        self.mid = [[PROB_INIT; SHORT]; POS_STATES];
        self.high = [PROB_INIT; LONG];
        if self.priced == 0 {
            return;
        }
        self.prices.grow_zeroed(pos_states);
        for pos_state in 0..pos_states.min(POS_STATES) {
            self.calculate_prices(pos_state);
        }
    }

    /// The prices of lengths from [`MATCH_LEN_MIN`] on; 0 unless prices are
    /// wanted.
    #[inline(always)]
    pub(super) fn prices(&self, pos_state: usize) -> &LengthPrices {
        self.prices.get(pos_state).unwrap_or(&[0; LENGTHS])
    }

    /// The price of a length.
    #[inline(always)]
    pub(super) fn price(&self, len: usize, pos_state: usize) -> u32 {
        let index = len.wrapping_sub(MATCH_LEN_MIN);
        self.prices(pos_state).get(index).copied().unwrap_or_default().into()
    }

    #[inline(never)]
    fn calculate_prices(&mut self, pos_state: usize) {
        let pos_state = pos_state % POS_STATES;
        let Some(prices) = self.prices.get_mut(pos_state) else { return };
        self.countdown[pos_state] = self.priced;
        let short = zero(self.choice);
        let longer = one(self.choice);
        let mid = longer + zero(self.choice2);
        let high = longer + one(self.choice2);
        let prices = &mut prices[..self.priced.min(LENGTHS)];
        let (first, rest) = prices.split_at_mut(SHORT.min(prices.len()));
        let (second, rest) = rest.split_at_mut(SHORT.min(rest.len()));
        tree(&self.low[pos_state], short, first);
        tree(&self.mid[pos_state], mid, second);
        tree(&self.high, high, rest);
    }

    /// Encodes a length.
    #[inline(always)]
    pub(super) fn encode(&mut self, range: &mut RangeEncoder, len: usize, pos_state: usize) {
        let pos_state = pos_state % POS_STATES;
        // Before the probabilities learn of this length.
        if self.priced > 0 {
            self.countdown[pos_state] = self.countdown[pos_state].wrapping_sub(1);
            if self.countdown[pos_state] == 0 {
                self.calculate_prices(pos_state);
            }
        }
        let symbol = (len - MATCH_LEN_MIN) as u32;
        let short = SHORT as u32;
        if symbol < short {
            range.bit(&mut self.choice, 0);
            range.tree(&mut self.low[pos_state], symbol);
            return;
        }
        range.bit(&mut self.choice, 1);
        if symbol < 2 * short {
            range.bit(&mut self.choice2, 0);
            range.tree(&mut self.mid[pos_state], symbol - short);
            return;
        }
        range.bit(&mut self.choice2, 1);
        range.tree(&mut self.high, symbol - 2 * short);
    }
}
