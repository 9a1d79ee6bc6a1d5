//! [`BatchPolicy`]: whether to search for many positions together or for one
//! after the other.
//!
//! Batched searches overlap the waiting for memory. Where there is little to
//! wait for, serial ones take fewer instructions. Two kinds of data are like
//! that: sparse files, zeros with something else here and there, where nearly
//! all candidates are close by; and highly redundant data, where the parser
//! skips most positions within long matches, and searches take the same ways
//! again and again.

#![forbid(unsafe_code)]

use crate::lz::match_finder::Tuning;

/// Searches become serial if fewer than one in this many steps is far.
const FAR_SHARE: u32 = 8;

/// Searches become serial if more than this percentage of positions is skipped.
const SKIPPED_PERCENT: u64 = 45;

/// Chooses batched or serial searches by the recent shares of far steps and of
/// positions that the parser has skipped.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchPolicy {
    /// Steps since the last decision, and how many of them were far.
    steps: u32,
    far: u32,
    /// Position of the last decision by skipped positions, and how many were
    /// skipped since.
    decided: u32,
    skipped: u32,
    /// Positions before this are searched serially.
    serial_until: u32,
}

impl BatchPolicy {
    /// The policy before the first search: batched.
    pub(super) const START: BatchPolicy =
        BatchPolicy { steps: 0, far: 0, decided: 0, skipped: 0, serial_until: 0 };

    /// Tells whether `position` should be inserted while no other search is
    /// under way.
    #[inline(always)]
    pub(super) fn is_serial(&self, position: u32) -> bool {
        position < self.serial_until
    }

    /// Counts steps of batched searches, and how many of them were far;
    /// `position` is the next whose search is to begin.
    #[inline(always)]
    pub(super) fn count_steps(&mut self, (steps, far): (u32, u32), position: u32, tuning: &Tuning) {
        self.steps += steps;
        self.far += far;
        if self.steps >= tuning.trial_steps {
            if self.far < self.steps / FAR_SHARE {
                self.serial_until = position.saturating_add(tuning.serial_positions);
            }
            (self.steps, self.far) = (0, 0);
        }
    }

    /// Counts positions that the parser has skipped within a match.
    #[inline(always)]
    pub(super) fn count_skipped(&mut self, count: u32) {
        self.skipped = self.skipped.saturating_add(count);
    }

    /// Takes skipped positions into account; the parser has come to `reached`.
    #[inline(always)]
    pub(super) fn decide(&mut self, reached: u32, tuning: &Tuning) {
        let seen = reached.saturating_sub(self.decided);
        if seen < tuning.skip_window {
            return;
        }
        if u64::from(self.skipped) * 100 > u64::from(seen) * SKIPPED_PERCENT {
            // Up to the next decision and a little longer.
            let until = reached.saturating_add(2 * tuning.skip_window);
            self.serial_until = self.serial_until.max(until);
        }
        (self.decided, self.skipped) = (reached, 0);
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        self.decided = self.decided.saturating_sub(less);
        self.serial_until = self.serial_until.saturating_sub(less);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TUNING: Tuning = Tuning::DEFAULT;
    const SPAN: u32 = TUNING.serial_positions;

    fn rounds(policy: &mut BatchPolicy, far: u32, position: u32) {
        for _ in 0..TUNING.trial_steps.div_ceil(32) {
            policy.count_steps((32, far), position, &TUNING);
        }
    }

    #[test]
    fn skipped_positions_make_it_serial_until_there_are_few() {
        let (mut policy, window) = (BatchPolicy::START, TUNING.skip_window);
        let mut reached = 5000;
        policy.decide(reached, &TUNING);
        for (share, serial) in [(40, false), (50, true), (90, true), (10, true), (10, false)] {
            policy.count_skipped(window * share / 100);
            reached += window;
            policy.decide(reached, &TUNING);
            assert_eq!(policy.is_serial(reached), serial, "{share} %");
        }
        policy.count_skipped(window);
        policy.decide(reached + window - 1, &TUNING); // too early
        assert!(!policy.is_serial(reached));
    }

    #[test]
    fn near_steps_make_it_serial_for_a_while() {
        let mut policy = BatchPolicy::START;
        assert!(!policy.is_serial(1000));
        rounds(&mut policy, 5, 1000);
        assert!(!policy.is_serial(1000));
        rounds(&mut policy, 2, 1000);
        assert!(policy.is_serial(1000) && policy.is_serial(999 + SPAN));
        assert!(!policy.is_serial(1000 + SPAN));
        policy.rebase(600);
        assert!(policy.is_serial(399 + SPAN) && !policy.is_serial(400 + SPAN));
        policy.rebase(SPAN + 1000);
        assert!(!policy.is_serial(0));
    }

    #[test]
    fn positions_at_the_end_of_their_range() {
        let mut policy = BatchPolicy::START;
        rounds(&mut policy, 0, u32::MAX - 10);
        assert!(policy.is_serial(u32::MAX - 1));
    }
}
