//! Matches from the hashes of 2 and 3 bytes, which have one candidate each.

#![forbid(unsafe_code)]

use super::compare::match_len;
use super::hash::PerHash;
use super::matches::MatchList;
use crate::lz::Match;
use crate::lz::window::EncodeWindow;

/// Appends the matches that the `candidates` of the window's position give, of
/// `limit` bytes at most. Returns the length of the longest, or 1.
#[inline(always)]
pub(super) fn short_matches(
    window: &EncodeWindow,
    candidates: PerHash<u32>,
    limit: usize,
    matches: &mut MatchList,
) -> usize {
    let (bytes, params, index) = (window.bytes(), &window.params, window.read);
    let position = window.position();
    let Some((older, [first, ..])) = bytes.split_at_checked(index) else { return 1 };
    // If the first bytes agree, so do all bytes that the hash covers: see
    // hash.rs.
    let distance = |candidate: u32| {
        let distance = position - candidate;
        let start = index.wrapping_sub(distance as usize);
        (distance < params.cyclic_size && older.get(start) == Some(first)).then_some(distance)
    };
    let two = if params.heads.two != 0 { distance(candidates.two) } else { None };
    let three = if params.heads.three != 0 { distance(candidates.three) } else { None };
    let (distance, known) = match (two, three) {
        (None, None) => return 1,
        (Some(two), Some(three)) if two != three => {
            matches.push(Match { len: 2, dist: two - 1 });
            (three, 3)
        }
        (None, Some(three)) => (three, 3),
        (Some(two), _) => (two, 2),
    };
    let len = match_len(bytes, index, index - distance as usize, known, limit);
    matches.push(Match { len: len as u32, dist: distance - 1 });
    len
}
