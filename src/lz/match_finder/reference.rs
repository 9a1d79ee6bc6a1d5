//! The reference match finders: one position after the other, without any of
//! what makes the others fast. These must find the same.

#![forbid(unsafe_code)]

use super::Params;
use super::compare::{match_len, word};
use super::hash::{CRC, PerHash};
use crate::error::Result;
use crate::lz::window::EncodeWindow;
use crate::lz::{MATCH_LEN_MAX, Match};
use crate::memory::{AllocatorHandle, Buf, Initial};

/// The hashes of a position with these bytes, beside a main hash of
/// `hash_bytes` bytes whose table has `entries` entries; 0 for those that are
/// not used.
pub(super) fn hashes(hash_bytes: u32, bytes: [u8; 4], entries: u32) -> PerHash<u32> {
    let [first, second, third, fourth] = bytes;
    let two = CRC[usize::from(first)] ^ u32::from(second);
    let three = two ^ u32::from(third) << 8;
    let four = three ^ CRC[usize::from(fourth)] << 5;
    match hash_bytes {
        2 => PerHash { two: 0, three: 0, main: u32::from(u16::from_le_bytes([first, second])) },
        3 => PerHash { two: two % (1 << 10), three: 0, main: three % entries },
        _ => PerHash { two: two % (1 << 10), three: three % (1 << 16), main: four % entries },
    }
}

/// A match finder of any kind.
pub(super) struct Reference {
    /// The latest position with each hash.
    heads: PerHash<Buf<u32>>,
    /// For each position in reach: with hash chains, the position before that
    /// has the same hash; with binary trees, two children.
    links: Buf<u32>,
    /// The next position to be inserted, and its place in `links`.
    next: u32,
    slot: u32,
    matches: [Match; MATCH_LEN_MAX],
    count: usize,
}

/// Makes a table of `len` zeros.
fn reset(memory: &AllocatorHandle, table: &mut Buf<u32>, len: usize) -> Result<()> {
    table.resize(len, |len| memory.buf_as_needed(len))?;
    table.zero_up_to(len).fill(0);
    Ok(())
}

impl Initial for Reference {
    /// Not usable before [`Reference::start`].
    const INITIAL: Reference = Reference {
        heads: PerHash { two: Buf::EMPTY, three: Buf::EMPTY, main: Buf::EMPTY },
        links: Buf::EMPTY,
        next: 0,
        slot: 0,
        matches: [Match::NONE; MATCH_LEN_MAX],
        count: 0,
    };
}

impl Reference {
    /// Starts at the begin of the window.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
        _preset: usize,
    ) -> Result<()> {
        let params = &window.params;
        self.next = window.base;
        self.slot = 0;
        self.count = 0;
        reset(memory, &mut self.heads.two, params.heads.two as usize)?;
        reset(memory, &mut self.heads.three, params.heads.three as usize)?;
        reset(memory, &mut self.heads.main, params.heads.main as usize)?;
        let links = params.cyclic_size as usize * if params.is_tree { 2 } else { 1 };
        reset(memory, &mut self.links, links)
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        let PerHash { two, three, main } = &mut self.heads;
        for table in [two, three, main, &mut self.links] {
            table.iter_mut().for_each(|position| *position = position.saturating_sub(less));
        }
        self.next -= less;
    }

    /// The matches that the last search has found.
    pub(super) fn matches(&self) -> &[Match] {
        &self.matches[..self.count]
    }

    /// Forgets the matches.
    pub(super) fn clear_matches(&mut self) {
        self.count = 0;
    }

    /// Looks for matches at the window's position.
    pub(super) fn find(&mut self, window: &EncodeWindow) {
        self.skip(window);
        self.count = 0;
        let limit = self.limit(window);
        if limit != 0 && self.next == window.position() {
            self.insert(window, limit, true);
        }
    }

    /// Inserts all positions before the window's that can be.
    pub(super) fn skip(&mut self, window: &EncodeWindow) {
        while self.next < window.position() {
            let limit = self.limit(window);
            if limit == 0 {
                return;
            }
            self.insert(window, limit, false);
        }
    }

    /// Number of bytes to compare at the position `next`; 0 if it cannot be
    /// inserted yet.
    fn limit(&self, window: &EncodeWindow) -> usize {
        let available = window.end_position() - self.next;
        let Params { nice_len, hash_bytes, is_tree, .. } = window.params;
        if available >= nice_len {
            nice_len as usize
        } else if available < hash_bytes || is_tree && !window.is_complete() {
            0
        } else {
            available as usize
        }
    }

    /// Inserts the position `next`, and finds its matches if they are `wanted`.
    fn insert(&mut self, window: &EncodeWindow, limit: usize, wanted: bool) {
        let (head, best) = self.insert_heads(window, limit);
        let longer_wanted = wanted && best < limit;
        if window.params.is_tree {
            self.search_tree(window, head, limit, longer_wanted.then_some(best));
        } else {
            self.links[self.slot as usize] = head;
            if longer_wanted {
                self.walk_chain(window, head, limit, best);
            }
        }
        if !wanted {
            self.count = 0;
        }
        self.next += 1;
        self.slot += 1;
        if self.slot == window.params.cyclic_size {
            self.slot = 0;
        }
    }

    /// Makes the position the head of its hashes, and notes the matches that
    /// the shorter hashes give. Returns the former head of the main hash, and
    /// the length that further matches must exceed.
    fn insert_heads(&mut self, window: &EncodeWindow, limit: usize) -> (u32, usize) {
        let Params { hash_bytes, cyclic_size: cyclic, heads, .. } = window.params;
        let (bytes, at, position) = (window.bytes(), window.index_of(self.next), self.next);
        let text = (word(bytes, at) as u32).to_le_bytes();
        let hashes = hashes(hash_bytes, text, heads.main);
        let exchange =
            |table: &mut [u32], hash: u32| core::mem::replace(&mut table[hash as usize], position);
        let head = exchange(&mut self.heads.main, hashes.main);
        self.count = 0;
        if hash_bytes == 2 {
            return (head, 1);
        }
        let mut near = position - exchange(&mut self.heads.two, hashes.two);
        let far = match hash_bytes {
            4 => position - exchange(&mut self.heads.three, hashes.three),
            _ => cyclic,
        };
        let begins_at =
            |distance: u32| distance < cyclic && bytes[at - distance as usize] == bytes[at];
        let mut best = 1;
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
        (head, best.max(hash_bytes as usize - 1))
    }

    fn add(&mut self, len: usize, distance: u32) {
        self.matches[self.count] = Match { len: len as u32, dist: distance - 1 };
        self.count += 1;
    }

    /// Place in `links` of the position at `distance`.
    fn slot_at(&self, cyclic: u32, distance: u32) -> usize {
        let cycle = if distance > self.slot { cyclic } else { 0 };
        self.slot.wrapping_sub(distance).wrapping_add(cycle) as usize
    }

    /// Notes the matches longer than `best` along the chain that begins at `candidate`.
    fn walk_chain(
        &mut self,
        window: &EncodeWindow,
        mut candidate: u32,
        limit: usize,
        mut best: usize,
    ) {
        let Params { depth, cyclic_size: cyclic, .. } = window.params;
        let (bytes, at) = (window.bytes(), window.index_of(self.next));
        for _ in 0..depth {
            let distance = self.next - candidate;
            if distance >= cyclic {
                return;
            }
            candidate = self.links[self.slot_at(cyclic, distance)];
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
    /// notes the matches longer than `best`, if that is given.
    fn search_tree(
        &mut self,
        window: &EncodeWindow,
        mut candidate: u32,
        limit: usize,
        mut best: Option<usize>,
    ) {
        let Params { depth, cyclic_size: cyclic, .. } = window.params;
        let (bytes, at) = (window.bytes(), window.index_of(self.next));
        // The links to be written next, to a node with a smaller text and to
        // one with a greater; and the bytes in common with the latest of each.
        let mut smaller = self.slot as usize * 2;
        let mut greater = smaller + 1;
        let (mut smaller_len, mut greater_len) = (0, 0);
        for _ in 0..depth {
            let distance = self.next - candidate;
            if distance >= cyclic {
                break;
            }
            let pair = self.slot_at(cyclic, distance) * 2;
            let start = at - distance as usize;
            let len = match_len(bytes, at, start, smaller_len.min(greater_len), limit);
            if best.is_some_and(|best| len > best) {
                best = Some(len);
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
