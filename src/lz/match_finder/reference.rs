//! The match finders in their plain form: one position after the other. What
//! the fast ones do must come to the same.

#![forbid(unsafe_code)]

use super::compare::{match_len, word};
use super::hash::{Hashes, hashes};
use crate::error::Result;
use crate::lz::Match;
use crate::lz::options::{HASH2_SIZE, HASH3_SIZE, LzOptions, MatchFinderKind, Sizes};
use crate::lz::window::WindowView;
use crate::memory::{Buf, Initial, Memory};

/// Room for the matches of a position: one of each length from 2 to 273.
const MATCHES_MAX: usize = 274;

/// A plain match finder of any kind.
pub(super) struct Reference {
    /// For each hash of 2 or 3 bytes and each main hash, the last position
    /// that has it.
    heads2: Buf<u32>,
    heads3: Buf<u32>,
    heads: Buf<u32>,
    /// ChainLinks: the position before with the same hash. Trees: two children.
    links: Buf<u32>,
    kind: MatchFinderKind,
    sizes: Sizes,
    nice_len: usize,
    /// The next position to be inserted, and its place in `links`.
    next: u32,
    slot: u32,
    matches: [Match; MATCHES_MAX],
    count: usize,
}

/// Throws away what `table` holds; it has `len` entries afterwards.
fn reset(memory: &Memory, table: &mut Buf<u32>, len: usize) -> Result<()> {
    table.resize(len, |len| memory.buf_as_needed(len))?;
    table.ready(len).fill(0);
    Ok(())
}

impl Initial for Reference {
    /// Not usable before [`Reference::start`].
    const INITIAL: Reference = Reference {
        heads2: Buf::EMPTY,
        heads3: Buf::EMPTY,
        heads: Buf::EMPTY,
        links: Buf::EMPTY,
        kind: MatchFinderKind::Hc3,
        sizes: Sizes { window: 0, before: 0, after: 0, hash_mask: 0, cyclic: 0, depth: 0 },
        nice_len: 0,
        next: 0,
        slot: 0,
        matches: [Match::NONE; MATCHES_MAX],
        count: 0,
    };
}

impl Reference {
    /// Starts with `first` as the first position.
    pub(super) fn start(
        &mut self,
        memory: &Memory,
        options: &LzOptions<'_>,
        sizes: &Sizes,
        first: u32,
    ) -> Result<()> {
        self.kind = options.match_finder;
        self.sizes = *sizes;
        self.nice_len = options.nice_len as usize;
        self.next = first;
        self.slot = 0;
        self.count = 0;
        let links = sizes.cyclic as usize * if self.kind.is_tree() { 2 } else { 1 };
        let bytes = self.kind.hash_bytes();
        reset(memory, &mut self.heads2, if bytes > 2 { HASH2_SIZE as usize } else { 0 })?;
        reset(memory, &mut self.heads3, if bytes > 3 { HASH3_SIZE as usize } else { 0 })?;
        reset(memory, &mut self.heads, sizes.hash_mask as usize + 1)?;
        reset(memory, &mut self.links, links)
    }

    /// Positions are smaller by `less` from now on.
    pub(super) fn rebase(&mut self, less: u32) {
        for table in [&mut self.heads2, &mut self.heads3, &mut self.heads, &mut self.links] {
            table.iter_mut().for_each(|position| *position = position.saturating_sub(less));
        }
        self.next -= less;
    }

    pub(super) fn matches(&self) -> &[Match] {
        &self.matches[..self.count]
    }

    /// There are no matches.
    pub(super) fn forget(&mut self) {
        self.count = 0;
    }

    /// Looks for matches at index `at`.
    pub(super) fn find(&mut self, text: &WindowView<'_>, at: usize) {
        self.insert_up_to(text, at);
        self.count = 0;
        let limit = self.limit(text, at);
        if limit != 0 && self.next == text.base + at as u32 {
            self.insert(text.bytes, at, limit, true);
        }
    }

    /// Inserts `count` positions from index `at` on.
    pub(super) fn skip(&mut self, text: &WindowView<'_>, at: usize, count: usize) {
        self.insert_up_to(text, at + count);
    }

    /// Inserts all positions before index `at` that can be.
    fn insert_up_to(&mut self, text: &WindowView<'_>, at: usize) {
        while self.next < text.base + at as u32 {
            let index = (self.next - text.base) as usize;
            let limit = self.limit(text, index);
            if limit == 0 {
                return;
            }
            self.insert(text.bytes, index, limit, false);
        }
    }

    /// How many bytes to compare at index `at`; 0: it cannot be inserted yet.
    fn limit(&self, text: &WindowView<'_>, at: usize) -> usize {
        let available = (text.end - text.base) as usize - at;
        if available >= self.nice_len {
            self.nice_len
        } else if available < self.kind.hash_bytes() as usize || self.kind.is_tree() && !text.last {
            0
        } else {
            available
        }
    }

    /// Inserts the position `next`, at index `at`; adds its matches to the
    /// list if they are `wanted`.
    fn insert(&mut self, bytes: &[u8], at: usize, limit: usize, wanted: bool) {
        let (head, best, done) = self.heads(bytes, at, limit);
        if !wanted {
            self.count = 0;
        }
        let count = self.count;
        if !self.kind.is_tree() {
            self.links[self.slot as usize] = head;
            if wanted && !done {
                self.walk_chain(bytes, at, head, limit, best);
            }
        } else {
            self.descend(bytes, at, head, limit, best);
            if done {
                self.count = count; // the descent was for insertion only
            }
        }
        if !wanted {
            self.count = 0;
        }
        self.next += 1;
        self.slot += 1;
        if self.slot == self.sizes.cyclic {
            self.slot = 0;
        }
    }

    /// Exchanges the heads, and notes the matches that the shorter hashes
    /// give. Returns the head of the main hash, the length that further
    /// matches must exceed, and whether no further are needed.
    fn heads(&mut self, bytes: &[u8], at: usize, limit: usize) -> (u32, usize, bool) {
        let (position, cyclic) = (self.next, self.sizes.cyclic);
        let head_bytes = self.kind.hash_bytes() as usize;
        let text = word(bytes, at) as u32;
        let Hashes { two, three, main } = match head_bytes {
            2 => hashes::<2>(text, self.sizes.hash_mask),
            3 => hashes::<3>(text, self.sizes.hash_mask),
            _ => hashes::<4>(text, self.sizes.hash_mask),
        };
        let mut exchange = |table: usize, hash: u32| {
            let tables = [&mut self.heads2, &mut self.heads3, &mut self.heads];
            core::mem::replace(&mut tables[table][hash as usize], position)
        };
        let head = exchange(2, main);
        if head_bytes == 2 {
            return (head, 1, false);
        }
        let mut near = position - exchange(0, two);
        let far = if head_bytes == 4 { position - exchange(1, three) } else { cyclic };
        let begins_at =
            |distance: u32| distance < cyclic && bytes[at - distance as usize] == bytes[at];
        let mut best = 1;
        self.count = 0;
        if begins_at(near) {
            best = 2;
            self.matches[0] = Match { len: 2, dist: near - 1 };
            self.count = 1;
        }
        if near != far && begins_at(far) {
            best = 3;
            near = far;
            self.matches[self.count].dist = near - 1;
            self.count += 1;
        }
        if let Some(last) = self.count.checked_sub(1) {
            best = match_len(bytes, at, at - near as usize, best, limit);
            self.matches[last].len = best as u32;
        }
        (head, best.max(head_bytes - 1), best == limit)
    }

    fn add(&mut self, len: usize, distance: u32) {
        self.matches[self.count] = Match { len: len as u32, dist: distance - 1 };
        self.count += 1;
    }

    /// Place in `links` of the position at `distance`.
    fn slot_at(&self, distance: u32) -> usize {
        let cycle = if distance > self.slot { self.sizes.cyclic } else { 0 };
        self.slot.wrapping_sub(distance).wrapping_add(cycle) as usize
    }

    /// Matches longer than `best` along the chain that begins at `candidate`.
    fn walk_chain(
        &mut self,
        bytes: &[u8],
        at: usize,
        mut candidate: u32,
        limit: usize,
        mut best: usize,
    ) {
        for _ in 0..self.sizes.depth {
            let distance = self.next - candidate;
            if distance >= self.sizes.cyclic {
                return;
            }
            candidate = self.links[self.slot_at(distance)];
            let start = at - distance as usize;
            if bytes[start + best] != bytes[at + best] || bytes[start] != bytes[at] {
                continue;
            }
            let len = match_len(bytes, at, start, 1, limit);
            if len > best {
                best = len;
                self.add(len, distance);
                if len == limit {
                    return;
                }
            }
        }
    }

    /// Makes the position the root of the tree whose root is `candidate`, and
    /// notes the matches longer than `best` that are met on the way.
    fn descend(
        &mut self,
        bytes: &[u8],
        at: usize,
        mut candidate: u32,
        limit: usize,
        mut best: usize,
    ) {
        // Where the next node with a smaller text, and with a greater one,
        // is to be linked; and how many bytes the last such node shares.
        let mut smaller = self.slot as usize * 2;
        let mut greater = smaller + 1;
        let (mut smaller_len, mut greater_len) = (0, 0);
        for _ in 0..self.sizes.depth {
            let distance = self.next - candidate;
            if distance >= self.sizes.cyclic {
                break;
            }
            let pair = self.slot_at(distance) * 2;
            let start = at - distance as usize;
            let len = match_len(bytes, at, start, smaller_len.min(greater_len), limit);
            if len > best {
                best = len;
                self.add(len, distance);
            }
            if len == limit {
                self.links[smaller] = self.links[pair];
                self.links[greater] = self.links[pair + 1];
                return;
            }
            if bytes[start + len] < bytes[at + len] {
                self.links[smaller] = candidate;
                smaller = pair + 1;
                candidate = self.links[smaller];
                smaller_len = len;
            } else {
                self.links[greater] = candidate;
                greater = pair;
                candidate = self.links[greater];
                greater_len = len;
            }
        }
        self.links[smaller] = 0;
        self.links[greater] = 0;
    }
}
