//! Runs: stretches of text that repeat what came a fixed distance before, such
//! as one byte again and again, periods, and copies of long passages.

#![forbid(unsafe_code)]

use crate::lz::match_finder::compare::match_len;
use crate::lz::window::EncodeWindow;

/// Number of positions in a row that must have candidates at one distance before
/// it is worth comparing ahead.
const TIMES_MIN: u32 = 3;
/// Number of bytes to compare beyond those needed, so that the next positions
/// need no comparison.
const AHEAD: usize = 256;

/// Detects runs from the first candidates of consecutive positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunDetector {
    /// The distance over which the text repeats itself.
    distance: u32,
    /// The bytes at positions before this equal those `distance` before.
    end: u32,
    /// The byte at `end` does not.
    ends: bool,
    /// The distance to the candidate of the latest position, and how many
    /// positions right before it had theirs at that distance.
    latest: u32,
    times: u32,
}

impl RunDetector {
    /// A detector that has seen no position.
    pub(super) const NONE: RunDetector =
        RunDetector { distance: 0, end: 0, ends: false, latest: 0, times: 0 };

    /// Returns the number of bytes at `position` that are known to equal those
    /// `distance` before, where its candidate is; never more than `limit`. Must
    /// be called for consecutive positions, but for those that
    /// [`RunDetector::count`] has counted.
    #[inline(always)]
    pub(super) fn known(
        &mut self,
        window: &EncodeWindow,
        position: u32,
        distance: u32,
        limit: usize,
    ) -> usize {
        if distance != self.latest {
            self.latest = distance;
            self.times = 0;
        } else {
            self.times = self.times.saturating_add(1);
        }
        if distance != self.distance {
            if self.times < TIMES_MIN {
                return 0;
            }
            self.distance = distance;
            self.end = 0;
            self.ends = false;
        }
        let known = self.end.saturating_sub(position) as usize;
        if known >= limit {
            return limit;
        }
        if self.times < TIMES_MIN && known == 0 {
            return 0;
        }
        if self.ends && position <= self.end {
            return known;
        }
        let index = window.index_of(position);
        let start = index - distance as usize;
        let far = ((window.end_position() - position) as usize).min(limit + AHEAD);
        let known = match_len(window.bytes(), index, start, known, far);
        self.end = position + known as u32;
        self.ends = known < far;
        known.min(limit)
    }

    /// Counts positions from `position` on that have their candidate, which
    /// `roots` tells, at the distance of the run and are known to have `limit`
    /// bytes in common with it. The first is one of these.
    #[inline(always)]
    pub(super) fn count(&mut self, position: u32, roots: &[u32], limit: usize) -> usize {
        let end = self.end.saturating_sub(limit as u32);
        let same = roots.iter().zip(position..=end);
        let count = same.take_while(|(root, at)| at - *root == self.distance).count().max(1);
        self.times = self.times.saturating_add(count as u32 - 1);
        count
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        self.end = self.end.saturating_sub(less);
    }
}
