//! The matches of one position, as the parser gets them.

#![forbid(unsafe_code)]

use super::Match;

/// One match of each length from 2 to 273, and one more.
const MATCHES_MAX: usize = 273;

/// The matches of a position: ever longer, at ever larger distances.
pub(super) struct Found {
    matches: [Match; MATCHES_MAX],
    count: usize,
}

impl Found {
    pub(super) const NOTHING: Found = Found { matches: [Match::NONE; MATCHES_MAX], count: 0 };

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    #[inline(always)]
    pub(super) fn push(&mut self, found: Match) {
        if let Some(place) = self.matches.get_mut(self.count) {
            *place = found;
            self.count += 1;
        }
    }

    /// Keeps the first `count`.
    #[inline(always)]
    pub(super) fn truncate(&mut self, count: usize) {
        self.count = self.count.min(count);
    }

    #[inline(always)]
    pub(super) fn as_slice(&self) -> &[Match] {
        self.matches.get(..self.count).unwrap_or_default()
    }
}
