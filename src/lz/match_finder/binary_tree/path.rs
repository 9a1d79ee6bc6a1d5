//! [`SearchPaths`]: the candidates that the latest search has met, and what
//! they tell about those of the next.
//!
//! Where texts agree for long, the search of a position meets nearly the
//! candidates of the search before, each a position later. Texts that agree up
//! to a difference further on do so from the next byte on, too, and sort the
//! same way, so these need not be compared again. Only the links have to be
//! followed: newer candidates may come between, and others disappear.
//!
//! Other data has few texts that agree for long, such as tables of numbers. Where
//! most candidates are not on the path before, searches do without for a while.

#![forbid(unsafe_code)]

use crate::lz::match_finder::Tuning;

/// Room for the steps of a path and its end.
const STEPS: usize = 128;

/// A candidate is remembered if it has more bytes than this in common with the
/// position: with fewer, it is in another tree at the next position.
const LEN_MIN: u32 = 4;

/// A candidate of a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Twice the distance from the candidate to the position, plus one if the
    /// candidate's text sorts before that of the position.
    key: u32,
    /// The first position whose byte differs from the one at that distance
    /// before it.
    pub(super) end: u32,
}

impl Step {
    /// After the last step: farther than any candidate.
    const END: Step = Step { key: u32::MAX, end: 0 };

    /// A candidate that is `distance` before the position, agrees with it up to position
    /// `end`, and is on this `side`: 1 if it sorts before the position, 0 if after it.
    #[inline(always)]
    pub(super) fn new(distance: u32, end: u32, side: usize) -> Step {
        Step { key: distance * 2 + side as u32, end }
    }

    /// Distance from the candidate to the position.
    #[inline(always)]
    pub(super) fn distance(self) -> u32 {
        self.key >> 1
    }

    /// 1 if the candidate sorts before the position, 0 if after it.
    #[inline(always)]
    pub(super) fn side(self) -> usize {
        (self.key & 1) as usize
    }
}

/// The paths of the latest search and of the one before.
pub(super) struct SearchPaths {
    /// Each by ascending distance, with [`Step::END`] at the end.
    paths: [[Step; STEPS]; 2],
    /// Which path is that of the latest search.
    latest: bool,
    /// The position after that of the latest search.
    next: u32,
    policy: PathPolicy,
}

/// Decides by the latest searches whether paths are worthwhile.
struct PathPolicy {
    /// Candidates that were met since the latest decision: those that were remembered,
    /// and those that were not on the path before.
    remembered: u32,
    missed: u32,
    /// Number of searches to come that do without paths.
    without: u32,
}

impl SearchPaths {
    /// Before the first search.
    pub(super) const NONE: SearchPaths = SearchPaths {
        paths: [[Step::END; STEPS]; 2],
        latest: false,
        next: u32::MAX,
        policy: PathPolicy { remembered: 0, missed: 0, without: 0 },
    };

    /// Tells whether the next search, which begins now, is to follow the path of the
    /// latest.
    #[inline(always)]
    pub(super) fn are_worthwhile(&mut self) -> bool {
        let worthwhile = self.policy.without == 0;
        self.policy.without -= u32::from(!worthwhile);
        worthwhile
    }

    /// Forgets the latest search.
    pub(super) fn clear(&mut self) {
        self.next = u32::MAX; // no position
    }

    /// Begins the search of `position`.
    #[inline(always)]
    pub(super) fn begin(&mut self, position: u32) -> PathCursor<'_> {
        let [first, second] = &mut self.paths;
        let (known, new) = if self.latest { (second, first) } else { (first, second) };
        if self.next != position {
            known[0] = Step::END;
        }
        self.latest = !self.latest;
        self.next = position + 1;
        PathCursor { known, next: 0, new, len: 0, missed: 0, policy: &mut self.policy }
    }
}

impl PathPolicy {
    /// Counts the candidates of a search.
    #[inline(always)]
    fn count(&mut self, remembered: u32, missed: u32, tuning: &Tuning) {
        self.remembered += remembered;
        self.missed += missed;
        if self.remembered + self.missed >= tuning.path_trial {
            if self.missed > self.remembered / 2 {
                self.without = tuning.pathless_searches;
            }
            (self.remembered, self.missed) = (0, 0);
        }
    }
}

/// A search under way: what is known from the search of the position before,
/// and the path to be written.
pub(super) struct PathCursor<'a> {
    known: &'a [Step; STEPS],
    /// The next step of the known path.
    next: usize,
    new: &'a mut [Step; STEPS],
    /// Steps of the new path.
    len: usize,
    /// Candidates that were not on the known path.
    missed: u32,
    policy: &'a mut PathPolicy,
}

impl PathCursor<'_> {
    /// Looks up the candidate that is `distance` before the position; distances
    /// must ascend.
    ///
    /// Mostly it is the next step, so there is a branch for that alone.
    #[inline(always)]
    pub(super) fn find(&mut self, distance: u32) -> Option<Step> {
        let key = distance * 2;
        let mut step = self.known[self.next % STEPS];
        if step.distance() != distance {
            while step.key < key {
                self.next += 1;
                step = self.known[self.next % STEPS];
            }
            if step.distance() != distance {
                self.missed += 1;
                return None;
            }
        }
        self.next += 1;
        Some(step)
    }

    /// Appends a candidate that has `len` bytes in common with the position.
    #[inline(always)]
    pub(super) fn push(&mut self, step: Step, len: u32) {
        if let Some(place) = self.new[..STEPS - 1].get_mut(self.len) {
            *place = step;
            self.len += usize::from(len > LEN_MIN);
        }
    }

    /// Takes the latest candidate back, which is `distance` before the position, if
    /// there was room for it.
    pub(super) fn retract(&mut self, distance: u32) {
        if self.len > 0 && self.new[(self.len - 1) % STEPS].distance() == distance {
            self.len -= 1;
        }
    }

    /// Marks the end of the path. Must be called when the search is complete.
    #[inline(always)]
    pub(super) fn end(&mut self, tuning: &Tuning) {
        self.new[self.len % STEPS] = Step::END;
        self.policy.count(self.len as u32, self.missed, tuning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first difference and the side of a candidate, if it is known.
    fn find(path: &mut PathCursor<'_>, distance: u32) -> Option<(u32, usize)> {
        let step = path.find(distance)?;
        assert_eq!(step.distance(), distance);
        Some((step.end, step.side()))
    }

    /// Writes the path of `position` with candidates of these distances,
    /// lengths and sides.
    fn write(paths: &mut SearchPaths, position: u32, steps: &[(u32, u32, usize)]) {
        let mut path = paths.begin(position);
        for (distance, len, side) in steps.iter().copied() {
            path.push(Step::new(distance, position + len, side), len);
        }
        path.end(&Tuning::DEFAULT);
    }

    #[test]
    fn the_next_position_knows_the_candidates_with_bytes_left() {
        let mut paths = SearchPaths::NONE;
        write(&mut paths, 1000, &[(3, 5, 0), (9, 4, 1), (10, 20, 1), (1 << 30, 7, 0)]);
        let mut known = paths.begin(1001);
        let found = [1, 3, 4, 9, 10, 11, 1 << 30, (1 << 30) + 1].map(|at| find(&mut known, at));
        let [near, far, farthest] = [(1005, 0), (1020, 1), (1007, 0)].map(Some);
        assert_eq!(found, [None, near, None, None, far, None, farthest, None]);
    }

    #[test]
    fn other_positions_know_nothing() {
        let mut paths = SearchPaths::NONE;
        write(&mut paths, 30, &[(3, 50, 0)]);
        paths.clear();
        assert_eq!(find(&mut paths.begin(31), 3), None);
        for (position, next) in [(0, 2), (50, 50), (70, 69)] {
            write(&mut paths, position, &[(3, 50, 0)]);
            let mut known = paths.begin(next);
            assert_eq!(find(&mut known, 3), None);
        }
    }

    #[test]
    fn searches_do_without_paths_that_tell_little() {
        let tuning = &Tuning { path_trial: 30, pathless_searches: 4, ..Tuning::DEFAULT };
        let mut paths = SearchPaths::NONE;
        // A search that meets 6 candidates; whether it follows the path before.
        let mut search = |position, step: u32| {
            let worthwhile = paths.are_worthwhile();
            if worthwhile {
                let mut path = paths.begin(position);
                for distance in (1..=6).map(|number| number * step) {
                    let known = path.find(distance);
                    path.push(known.unwrap_or(Step::new(distance, 400, 0)), 400 - position);
                }
                path.end(tuning);
            }
            worthwhile
        };
        // Each finds the candidates of the one before: the first trial has four searches,
        // since the first one has no path to follow, others have five.
        assert!((100..109).all(|position| search(position, 7)));
        // None finds any, and the trials have three searches.
        let followed = (200..220).map(|position| search(position, 7 * (position % 2) + 1));
        let expected = [true, true, true, false, false, false, false].into_iter().cycle();
        assert!(followed.eq(expected.take(20)));
    }

    #[test]
    fn a_candidate_is_taken_back_if_it_was_written() {
        let mut paths = SearchPaths::NONE;
        let mut path = paths.begin(50);
        for (distance, len) in [(3, 9), (7, 4), (8, 20)] {
            path.push(Step::new(distance, 50 + len, 0), len);
        }
        path.retract(9); // never written
        path.retract(8);
        path.retract(7); // too short to be remembered
        path.end(&Tuning::DEFAULT);
        let mut known = paths.begin(51);
        assert_eq!([3, 7, 8].map(|at| find(&mut known, at)), [Some((59, 0)), None, None]);
    }

    #[test]
    fn a_path_that_is_too_long_loses_its_end() {
        let mut paths = SearchPaths::NONE;
        let steps: Vec<_> = (1..400).map(|at| (at * 2, 9, at as usize % 2)).collect();
        write(&mut paths, 300, &steps);
        let mut known = paths.begin(301);
        for (distance, _, side) in steps {
            let expected = (distance < 2 * STEPS as u32).then_some((309, side));
            assert_eq!(find(&mut known, distance), expected);
            assert_eq!(find(&mut known, distance + 1), None);
        }
    }
}
