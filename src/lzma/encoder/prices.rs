//! What distances cost.

#![forbid(unsafe_code)]

use super::model::{
    ALIGN_BITS, ALIGN_SIZE, DIST_MODEL_END, DIST_MODEL_START, DIST_SLOTS, DIST_STATES,
    FULL_DISTANCES, Model, dist_slot, slot_range,
};
use crate::range::prices::{direct, reverse_tree, tree};

/// Slot prices are calculated again after so many matches.
const MATCHES: u32 = 128;
/// Far beyond the thresholds, far from overflow.
const LONG_AGO: u32 = u32::MAX / 2;

/// Prices of distances, as they were some matches ago.
pub(super) struct DistancePrices {
    /// By length class and slot; with the bits that have no probabilities,
    /// without those of the align tree.
    slots: [[u32; DIST_SLOTS]; DIST_STATES],
    /// Of small distances, by length class.
    full: [[u32; FULL_DISTANCES]; DIST_STATES],
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
    pub(super) fn new() -> DistancePrices {
        DistancePrices {
            slots: [[0; DIST_SLOTS]; DIST_STATES],
            full: [[0; FULL_DISTANCES]; DIST_STATES],
            align: [0; ALIGN_SIZE],
            used_slots: 0,
            matches: LONG_AGO,
            aligned: LONG_AGO,
        }
    }

    /// Distances go up to `dict_size`.
    pub(super) fn set_dict_size(&mut self, dict_size: u32) {
        let bits = dict_size.saturating_sub(1).checked_ilog2().map_or(0, |log| log + 1);
        self.used_slots = (bits as usize * 2).min(DIST_SLOTS);
    }

    /// All prices are to be calculated before they are used.
    pub(super) fn reset(&mut self) {
        self.matches = LONG_AGO;
        self.aligned = LONG_AGO;
    }

    /// A match was encoded.
    #[inline(always)]
    pub(super) fn count_match(&mut self) {
        self.matches = self.matches.saturating_add(1);
    }

    /// The align tree was used.
    #[inline(always)]
    pub(super) fn count_align(&mut self) {
        self.aligned = self.aligned.saturating_add(1);
    }

    /// Calculates what was used often enough since the last time.
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
        for (probabilities, prices) in model.dist_slots.iter().zip(&mut self.slots) {
            let used = prices.get_mut(..self.used_slots).unwrap_or_default();
            tree(probabilities, 0, used);
            for (slot, price) in (0..).zip(used).skip(DIST_MODEL_END as usize) {
                *price += direct(slot_range(slot).0 - ALIGN_BITS);
            }
        }
        for dist in 0..FULL_DISTANCES {
            let slot = dist_slot(dist as u32);
            let mut rest = 0;
            if slot >= DIST_MODEL_START {
                let (bits, base) = slot_range(slot);
                rest = reverse_tree(model.dist_tree(slot), bits, dist as u32 - base);
            }
            for (full, slots) in self.full.iter_mut().zip(&self.slots) {
                full[dist] = rest + slots[slot as usize % DIST_SLOTS];
            }
        }
    }

    /// What selects the price of `dist`.
    #[inline(always)]
    pub(super) fn of(&self, dist: u32) -> DistancePrice<'_> {
        if dist < FULL_DISTANCES as u32 {
            let index = dist as usize % FULL_DISTANCES;
            return DistancePrice { prices: self, small: true, index, align: 0 };
        }
        let index = dist_slot(dist) as usize % DIST_SLOTS;
        let align = self.align[dist as usize % ALIGN_SIZE];
        DistancePrice { prices: self, small: false, index, align }
    }
}

/// The prices of one distance.
#[derive(Clone, Copy)]
pub(super) struct DistancePrice<'a> {
    prices: &'a DistancePrices,
    small: bool,
    index: usize,
    align: u32,
}

impl DistancePrice<'_> {
    /// The price with a length of the class `dist_state`.
    #[inline(always)]
    pub(super) fn with(&self, dist_state: usize) -> u32 {
        let dist_state = dist_state % DIST_STATES;
        if self.small {
            self.prices.full[dist_state][self.index % FULL_DISTANCES]
        } else {
            self.prices.slots[dist_state][self.index % DIST_SLOTS] + self.align
        }
    }
}
