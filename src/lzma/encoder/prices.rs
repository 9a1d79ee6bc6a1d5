//! Prices of distances.

#![forbid(unsafe_code)]

use super::model::{
    ALIGN_BITS, ALIGN_SIZE, DIST_MODEL_END, DIST_MODEL_START, DIST_SLOTS, DIST_STATES,
    FULL_DISTANCES, Model, dist_slot, slot_range,
};
use crate::range::prices::{direct, reverse_tree, tree};

/// Number of matches after which slot prices are calculated again.
const MATCHES: u32 = 128;
/// Far beyond the thresholds, far from overflow.
const LONG_AGO: u32 = u32::MAX / 2;

/// Index where the prices of slots begin.
const SLOTS: usize = FULL_DISTANCES;
/// Prices of small distances and of slots, and as many as save checking
/// indices.
const ROWS: usize = 256;

/// The price of a distance with each class of lengths.
pub(super) type ByLength = [u32; DIST_STATES];

/// Prices of distances. They may be some matches old.
pub(super) struct DistancePrices {
    /// First those of small distances; then by slot, with the bits that have
    /// no probabilities, without those of the align tree.
    rows: [ByLength; ROWS],
    align: [u32; ALIGN_SIZE],
    /// Slots that distances within the dictionary can have.
    used_slots: usize,
    /// Matches since the slot prices were calculated.
    matches: u32,
    /// Uses of the align tree since its prices were calculated.
    aligned: u32,
}

impl DistancePrices {
    /// Not usable before [`DistancePrices::reset`].
    pub(super) const INIT: DistancePrices = DistancePrices {
        rows: [[0; DIST_STATES]; ROWS],
        align: [0; ALIGN_SIZE],
        used_slots: 0,
        matches: 0,
        aligned: 0,
    };

    /// Limits the slots to those of distances up to `dict_size`.
    pub(super) fn set_dict_size(&mut self, dict_size: u32) {
        let bits = dict_size.saturating_sub(1).checked_ilog2().map_or(0, |log| log + 1);
        self.used_slots = (bits as usize * 2).min(DIST_SLOTS);
    }

    /// Has all prices calculated before they are used.
    pub(super) fn reset(&mut self) {
        self.matches = LONG_AGO;
        self.aligned = LONG_AGO;
    }

    /// Counts a match that was encoded.
    #[inline(always)]
    pub(super) fn count_match(&mut self) {
        self.matches = self.matches.saturating_add(1);
    }

    /// Counts a use of the align tree.
    #[inline(always)]
    pub(super) fn count_align(&mut self) {
        self.aligned = self.aligned.saturating_add(1);
    }

    /// Calculates the prices whose probabilities were used often enough since the
    /// last time.
    #[inline(always)]
    pub(super) fn refresh(&mut self, model: &Model) {
        if self.matches >= MATCHES {
            self.matches = 0;
            self.calculate_slots(model);
        }
        if self.aligned >= ALIGN_SIZE as u32 {
            self.aligned = 0;
            for (value, price) in (0..).zip(&mut self.align) {
                *price = reverse_tree(&model.dist_align[1..], ALIGN_BITS, value);
            }
        }
    }

    #[inline(never)]
    fn calculate_slots(&mut self, model: &Model) {
        for (class, probabilities) in model.dist_slots.iter().enumerate() {
            let mut prices = [0; DIST_SLOTS];
            tree(probabilities, 0, &mut prices[..self.used_slots.min(DIST_SLOTS)]);
            for ((slot, price), row) in (0..).zip(&prices).zip(&mut self.rows[SLOTS..]) {
                row[class] = u32::from(*price) + no_probabilities(slot);
            }
        }
        for dist in 0..FULL_DISTANCES {
            let slot = dist_slot(dist as u32);
            let mut rest = 0;
            if slot >= DIST_MODEL_START {
                let (bits, base) = slot_range(slot);
                rest = reverse_tree(model.dist_tree(slot), bits, dist as u32 - base);
            }
            let slot = self.rows[SLOTS + slot as usize % DIST_SLOTS];
            self.rows[dist] = slot.map(|price| rest + price);
        }
    }

    /// The price of `dist` with each class of lengths: the sum of a row of the
    /// table, and what does not depend on the length.
    #[inline(always)]
    pub(super) fn of(&self, dist: u32) -> (&ByLength, u32) {
        if dist < FULL_DISTANCES as u32 {
            return (&self.rows[dist as usize % ROWS], 0);
        }
        let row = SLOTS + dist_slot(dist) as usize;
        (&self.rows[row % ROWS], self.align[dist as usize % ALIGN_SIZE])
    }
}

/// The price of the bits of distances with this slot that have no
/// probabilities.
fn no_probabilities(slot: u32) -> u32 {
    if slot < DIST_MODEL_END { 0 } else { direct(slot_range(slot).0 - ALIGN_BITS) }
}
