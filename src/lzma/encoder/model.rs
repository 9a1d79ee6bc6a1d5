//! The probabilities that the encoder adapts (those of literals and lengths
//! apart), and the numbers of the LZMA format.

#![forbid(unsafe_code)]

pub(super) use crate::lz::MATCH_LEN_MAX;
use crate::lzma::state::{STATE_ROWS, State};
use crate::range::{PROB_INIT, Probability};

/// Number of previous distances that can be repeated.
pub(super) const REPS: usize = 4;
/// Shortest match, apart from the short rep, which is one byte.
pub(super) const MATCH_LEN_MIN: usize = 2;
/// Position states: up to `2^pb` of them are used.
pub(super) const POS_STATES: usize = 16;
/// Number of slot trees: one each for matches of 2, 3, 4, and more bytes.
pub(super) const DIST_STATES: usize = 4;
/// Values of the two highest bits of a distance with their place.
pub(super) const DIST_SLOTS: usize = 64;
/// From this slot on, the slot alone does not tell the distance.
pub(super) const DIST_MODEL_START: u32 = 4;
/// From this slot on, the middle bits of a distance have no probabilities.
pub(super) const DIST_MODEL_END: u32 = 14;
/// Distances of smaller slots.
pub(super) const FULL_DISTANCES: usize = 128;
/// The lowest bits of larger distances have a tree again.
pub(super) const ALIGN_BITS: u32 = 4;
/// Number of values that the lowest bits of larger distances can have.
pub(super) const ALIGN_SIZE: usize = 1 << ALIGN_BITS;

/// The slot of a distance: twice the index of its highest bit, plus the bit
/// below that.
#[inline(always)]
pub(super) fn dist_slot(dist: u32) -> u32 {
    if dist < DIST_MODEL_START {
        return dist;
    }
    let shift = dist.ilog2() - 1;
    (dist >> shift) + shift * 2 // the two highest bits are 2 or 3
}

/// Number of bits of a distance that its slot (not below
/// [`DIST_MODEL_START`]) leaves open, and the smallest distance with that slot.
#[inline(always)]
pub(super) fn slot_range(slot: u32) -> (u32, u32) {
    let bits = (slot >> 1) - 1;
    (bits, (2 | (slot & 1)) << bits)
}

/// The slot tree that matches of `len` bytes use.
#[inline(always)]
pub(super) fn dist_state(len: usize) -> usize {
    (len - MATCH_LEN_MIN).min(DIST_STATES - 1)
}

/// A probability for each state.
type ByState = [Probability; STATE_ROWS];
/// A probability for each state and position state.
type ByPosition = [[Probability; POS_STATES]; STATE_ROWS];

/// The probabilities, and what selects among them.
pub(super) struct Model {
    /// 1: a match or repeated match; 0: a literal.
    pub(super) is_match: ByPosition,
    /// 1: a repeated match; 0: a match with a distance of its own.
    pub(super) is_rep: ByState,
    /// 1: an earlier distance is repeated; 0: the latest.
    pub(super) is_rep0: ByState,
    /// 1: one of the two earliest distances; 0: the second latest.
    pub(super) is_rep1: ByState,
    /// 1: the earliest distance, of four; 0: the third latest.
    pub(super) is_rep2: ByState,
    /// 1: the latest distance is repeated for several bytes; 0: for one.
    pub(super) is_rep0_long: ByPosition,
    /// Trees of distance slots.
    pub(super) dist_slots: [[Probability; DIST_SLOTS]; DIST_STATES],
    /// The trees of the remaining bits of smaller distances.
    dist_special: [Probability; FULL_DISTANCES],
    /// The tree of the lowest bits of larger distances.
    pub(super) dist_align: [Probability; ALIGN_SIZE],
    pos_mask: u32,
}

impl Model {
    /// Not usable before [`Model::reset`].
    pub(super) const INIT: Model = Model {
        is_match: [[0; POS_STATES]; STATE_ROWS],
        is_rep: [0; STATE_ROWS],
        is_rep0: [0; STATE_ROWS],
        is_rep1: [0; STATE_ROWS],
        is_rep2: [0; STATE_ROWS],
        is_rep0_long: [[0; POS_STATES]; STATE_ROWS],
        dist_slots: [[0; DIST_SLOTS]; DIST_STATES],
        dist_special: [0; FULL_DISTANCES],
        dist_align: [0; ALIGN_SIZE],
        pos_mask: 0,
    };

    /// Forgets everything; with `pb` position bits.
    pub(super) fn reset(&mut self, pb: u32) {
        self.pos_mask = (1 << pb) - 1;
        self.is_match = [[PROB_INIT; POS_STATES]; STATE_ROWS];
        self.is_rep = [PROB_INIT; STATE_ROWS];
        self.is_rep0 = [PROB_INIT; STATE_ROWS];
        self.is_rep1 = [PROB_INIT; STATE_ROWS];
        self.is_rep2 = [PROB_INIT; STATE_ROWS];
        self.is_rep0_long = [[PROB_INIT; POS_STATES]; STATE_ROWS];
        self.dist_slots = [[PROB_INIT; DIST_SLOTS]; DIST_STATES];
        self.dist_special = [PROB_INIT; FULL_DISTANCES];
        self.dist_align = [PROB_INIT; ALIGN_SIZE];
    }

    /// Number of position states in use.
    pub(super) fn pos_states(&self) -> usize {
        self.pos_mask as usize + 1
    }

    /// The position state, an index into tables of [`POS_STATES`].
    #[inline(always)]
    pub(super) fn pos_state(&self, position: u32) -> usize {
        (position & self.pos_mask) as usize % POS_STATES
    }

    /// Index where the tree of a slot (from [`DIST_MODEL_START`] on, below
    /// [`DIST_MODEL_END`]) begins. Trees follow one another without a gap.
    #[inline(always)]
    fn special(slot: u32) -> usize {
        (slot_range(slot).1 - slot) as usize % FULL_DISTANCES
    }

    /// The tree of the remaining bits for a slot below [`DIST_MODEL_END`].
    #[inline(always)]
    pub(super) fn dist_tree(&self, slot: u32) -> &[Probability] {
        &self.dist_special[Model::special(slot)..]
    }

    /// The tree of the remaining bits for a slot below [`DIST_MODEL_END`], to be
    /// adapted.
    #[inline(always)]
    pub(super) fn dist_tree_mut(&mut self, slot: u32) -> &mut [Probability] {
        &mut self.dist_special[Model::special(slot)..]
    }

    /// The price of saying which distance a repeated match of at least two bytes
    /// repeats; apart from the length, and from saying that it is a repeated match.
    #[inline(always)]
    pub(super) fn rep_price(&self, rep: u32, state: State, pos_state: usize) -> u32 {
        use crate::range::prices::{bit, one, zero};
        let state = state.index();
        if rep == 0 {
            return zero(self.is_rep0[state]) + one(self.is_rep0_long[state][pos_state]);
        }
        let other = one(self.is_rep0[state]);
        if rep == 1 {
            return other + zero(self.is_rep1[state]);
        }
        other + one(self.is_rep1[state]) + bit(self.is_rep2[state], rep - 2)
    }

    /// The price of saying that a repeated match is a short rep; apart from saying
    /// that it is a repeated match.
    #[inline(always)]
    pub(super) fn short_rep_price(&self, state: State, pos_state: usize) -> u32 {
        use crate::range::prices::zero;
        let state = state.index();
        zero(self.is_rep0[state]) + zero(self.is_rep0_long[state][pos_state])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_divide_the_distances() {
        let mut last = 0;
        for dist in (0..5000).chain([u32::MAX / 2, u32::MAX]) {
            let slot = dist_slot(dist);
            assert!(slot >= last && slot < DIST_SLOTS as u32);
            if slot >= DIST_MODEL_START {
                let (bits, base) = slot_range(slot);
                assert!(dist >= base && dist - base < 1 << bits);
                assert_eq!(dist < FULL_DISTANCES as u32, slot < DIST_MODEL_END);
            }
            last = slot;
        }
        assert_eq!(last, 63);
    }

    #[test]
    fn slot_trees_do_not_overlap() {
        let mut next = 0;
        for slot in DIST_MODEL_START..DIST_MODEL_END {
            assert_eq!(Model::special(slot), next);
            next += (1 << slot_range(slot).0) - 1;
        }
        assert!(next <= FULL_DISTANCES);
    }
}
