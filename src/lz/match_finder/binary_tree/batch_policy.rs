//! Whether searches in trees go together, or one after the other.
//!
//! Together they overlap the waiting for memory. Where there is little to wait
//! for, since nearly all that is looked at is not far back, one after the other
//! takes fewer instructions. Sparse files are like that: zeros with something
//! else here and there.

#![forbid(unsafe_code)]

use super::batched::Round;

/// What is less far back is likely to be in the cache: its links are within
/// half a mebibyte. Tests have little text.
pub(super) const FAR: u32 = if cfg!(test) { 1 << 8 } else { 1 << 16 };
/// How many steps are looked at before it is decided.
const TRIAL: u32 = if cfg!(test) { 1 << 7 } else { 1 << 14 };
/// If fewer than one in so many of them go far back, the next positions are
/// inserted one after the other.
const SHARE: u32 = 8;
/// How many positions, before it is tried again.
const SPAN: u32 = if cfg!(test) { 200 } else { 1 << 16 };

/// How searches have gone.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchPolicy {
    steps: u32,
    far: u32,
    /// Positions below this are to be inserted one after the other.
    until: u32,
}

impl BatchPolicy {
    /// Before the first search.
    pub(super) const START: BatchPolicy = BatchPolicy { steps: 0, far: 0, until: 0 };

    /// Whether `position` is to be inserted with no other under way.
    #[inline(always)]
    pub(super) fn is_serial(&self, position: u32) -> bool {
        position < self.until
    }

    /// Takes a round into account; `position` is the next one to be started.
    #[inline(always)]
    pub(super) fn note(&mut self, round: &Round, position: u32) {
        self.steps += round.steps;
        self.far += round.far;
        if self.steps >= TRIAL {
            if self.far < self.steps / SHARE {
                self.until = position.saturating_add(SPAN);
            }
            (self.steps, self.far) = (0, 0);
        }
    }

    /// Positions are smaller by `less` from now on.
    pub(super) fn rebase(&mut self, less: u32) {
        self.until = self.until.saturating_sub(less);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(policy: &mut BatchPolicy, far: u32, position: u32) {
        for _ in 0..TRIAL.div_ceil(32) {
            policy.note(&Round { moved: true, steps: 32, far }, position);
        }
    }

    #[test]
    fn short_steps_make_it_single_for_a_while() {
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
