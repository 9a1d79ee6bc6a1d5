//! The decoder's probability model.

#![forbid(unsafe_code)]

use crate::range::{LITERAL_ROW, PROB_INIT, Probability};

/// `lc + lp` is at most 4.
const LITERAL_BITS_MAX: u32 = 4;

/// Match lengths: 2 to 9, 10 to 17, 18 to 273.
#[derive(Clone)]
pub(super) struct LengthModel {
    pub(super) choice: [Probability; 2],
    pub(super) low: [[Probability; 8]; 16],
    pub(super) mid: [[Probability; 8]; 16],
    pub(super) high: [Probability; 256],
}

/// All probabilities but those of literals. There are 12 states, and dimensions of 16 so that an
/// index can be masked; there are at most 16 position states.
#[derive(Clone)]
pub(super) struct Model {
    pub(super) is_match: [[Probability; 16]; 16],
    pub(super) is_rep: [Probability; 16],
    pub(super) is_rep0: [Probability; 16],
    pub(super) is_rep1: [Probability; 16],
    pub(super) is_rep2: [Probability; 16],
    pub(super) is_rep0_long: [[Probability; 16]; 16],
    /// By the length of the match: 2, 3, 4, more.
    pub(super) dist_slot: [[Probability; 64]; 4],
    /// By distance slot (4 to 13): the remaining bits of near distances.
    pub(super) dist_special: [[Probability; 32]; 16],
    /// The low four bits of far distances.
    pub(super) align: [Probability; 16],
    pub(super) match_len: LengthModel,
    pub(super) rep_len: LengthModel,
}

/// The number of probabilities of literals, with `lc` and `lp` as large as they can
/// be.
pub(super) const LITERALS_MAX: usize = literals(LITERAL_BITS_MAX);

const LENGTH: LengthModel =
    LengthModel { choice: [0; 2], low: [[0; 8]; 16], mid: [[0; 8]; 16], high: [0; 256] };

impl LengthModel {
    fn reset(&mut self) {
        self.choice.fill(PROB_INIT);
        self.low.as_flattened_mut().fill(PROB_INIT);
        self.mid.as_flattened_mut().fill(PROB_INIT);
        self.high.fill(PROB_INIT);
    }
}

impl Model {
    /// For the beginning; [`Model::reset`] comes before use. Zeros need no
    /// room in the library.
    pub(super) const INIT: Model = Model {
        is_match: [[0; 16]; 16],
        is_rep: [0; 16],
        is_rep0: [0; 16],
        is_rep1: [0; 16],
        is_rep2: [0; 16],
        is_rep0_long: [[0; 16]; 16],
        dist_slot: [[0; 64]; 4],
        dist_special: [[0; 32]; 16],
        align: [0; 16],
        match_len: LENGTH,
        rep_len: LENGTH,
    };

    /// All bits are as likely 0 as 1.
    pub(super) fn reset(&mut self) {
        self.is_match.as_flattened_mut().fill(PROB_INIT);
        self.is_rep.fill(PROB_INIT);
        self.is_rep0.fill(PROB_INIT);
        self.is_rep1.fill(PROB_INIT);
        self.is_rep2.fill(PROB_INIT);
        self.is_rep0_long.as_flattened_mut().fill(PROB_INIT);
        self.dist_slot.as_flattened_mut().fill(PROB_INIT);
        self.dist_special.as_flattened_mut().fill(PROB_INIT);
        self.align.fill(PROB_INIT);
        self.match_len.reset();
        self.rep_len.reset();
    }
}

/// The number of probabilities of literals; `literal_bits` is the sum of `lc` and
/// `lp`.
pub(super) const fn literals(literal_bits: u32) -> usize {
    LITERAL_ROW << literal_bits
}
