//! Stretches of text that repeat what came a fixed distance before: runs of
//! one byte, periods, copies of long passages.

#![forbid(unsafe_code)]

use super::super::compare::match_len;

/// How many positions in a row must point back over one distance before it is
/// worth comparing ahead.
const PATIENCE: u32 = 3;
/// By how much more than needed to compare, so that the next positions need
/// not.
const AHEAD: usize = 256;

/// A distance over which the text repeats, and how far that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunDetector {
    distance: u32,
    /// The bytes at positions below this are those `distance` before.
    end: u32,
    /// The one at `end` is not.
    ends: bool,
    /// The distance that the last position pointed back over, and how many
    /// before it did so.
    last: u32,
    times: u32,
}

impl RunDetector {
    /// No distance is known.
    pub(super) const NONE: RunDetector =
        RunDetector { distance: 0, end: 0, ends: false, last: 0, times: 0 };

    /// How many bytes at `position` are known to repeat what came `distance`
    /// before; to be asked for each position in turn. `limit` or a little
    /// more if all that matter do; `available` bytes may be compared.
    #[inline(always)]
    pub(super) fn known(
        &mut self,
        bytes: &[u8],
        index: usize,
        position: u32,
        distance: u32,
        limit: usize,
        available: usize,
    ) -> usize {
        if distance != self.last {
            self.last = distance;
            self.times = 0;
        } else {
            self.times = self.times.saturating_add(1);
        }
        if distance != self.distance {
            if self.times < PATIENCE {
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
        if self.times < PATIENCE && known == 0 {
            return 0;
        }
        if self.ends && position <= self.end {
            return known;
        }
        let start = index - distance as usize;
        let far = available.min(limit + AHEAD);
        let known = match_len(bytes, index, start, known, far);
        self.end = position + known as u32;
        self.ends = known < far;
        known.min(limit)
    }

    /// `limit` bytes at `position` are known to repeat what came before over
    /// the distance to the first of `roots`, the last positions with the same
    /// hash. Counts how many positions from that on the same is known of.
    #[inline(always)]
    pub(super) fn count(&mut self, position: u32, roots: &[u32], limit: usize) -> usize {
        let end = self.end.saturating_sub(limit as u32);
        let same = roots.iter().zip(position..=end);
        let count = same.take_while(|(root, at)| at - *root == self.distance).count().max(1);
        self.times = self.times.saturating_add(count as u32 - 1);
        count
    }

    /// Positions are smaller by `less` from now on.
    pub(super) fn rebase(&mut self, less: u32) {
        self.end = self.end.saturating_sub(less);
    }
}
