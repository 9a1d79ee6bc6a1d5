//! The reference match finders: one position after the other, without any of
//! what makes the others fast. These must find the same.

#![forbid(unsafe_code)]

use super::Params;
use super::compare::{match_len, word};
use super::hash::{CRC, PerHash};
use super::matches::MatchList;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::window::EncodeWindow;
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
}

/// Makes a table of `len` zeros.
fn reset(memory: &AllocatorHandle, table: &mut Buf<u32>, len: usize) -> Result<()> {
    table.resize(len, |len| memory.buf_with_capacity(len))?;
    table.grow_zeroed(len).fill(0);
    Ok(())
}

impl Initial for Reference {
    /// Not usable before [`Reference::start`].
    const INITIAL: Reference = Reference {
        heads: PerHash { two: Buf::EMPTY, three: Buf::EMPTY, main: Buf::EMPTY },
        links: Buf::EMPTY,
        next: 0,
        slot: 0,
    };
}

impl Reference {
    /// Starts at the beginning of the window.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        window: &EncodeWindow,
        _preset: usize,
    ) -> Result<()> {
        let params = &window.params;
        self.next = window.base;
        self.slot = 0;
        for (heads, entries) in self.heads.each_mut().into_iter().zip(params.heads.each()) {
            reset(memory, heads, *entries as usize)?;
        }
        let links = params.cyclic_size as usize * if params.is_tree { 2 } else { 1 };
        reset(memory, &mut self.links, links)
    }

    /// Makes all positions smaller by `less`.
    pub(super) fn rebase(&mut self, less: u32) {
        let [two, three, main] = self.heads.each_mut();
        for table in [two, three, main, &mut self.links] {
            table.iter_mut().for_each(|position| *position = position.saturating_sub(less));
        }
        self.next -= less;
    }

    /// Appends the matches at the window's position to `matches`.
    pub(super) fn find(&mut self, window: &EncodeWindow, matches: &mut MatchList) {
        self.skip(window);
        let limit = self.limit(window);
        if limit != 0 && self.next == window.position() {
            self.insert(window, limit, Some(matches));
        }
    }

    /// Inserts all positions before the window's that can be.
    pub(super) fn skip(&mut self, window: &EncodeWindow) {
        while self.next < window.position() {
            let limit = self.limit(window);
            if limit == 0 {
                return;
            }
            self.insert(window, limit, None);
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

    /// Inserts the position `next`, and appends its matches to `matches` if they
    /// are wanted.
    fn insert(&mut self, window: &EncodeWindow, limit: usize, matches: Option<&mut MatchList>) {
        let candidates = self.exchange_heads(window);
        let longer = matches.and_then(|matches| {
            let best = self.short_matches(window, candidates, limit, matches);
            (best < limit).then_some((best, matches))
        });
        if window.params.is_tree {
            self.search_tree(window, candidates.main, limit, longer);
        } else {
            self.links[self.slot as usize] = candidates.main;
            if let Some((best, matches)) = longer {
                self.walk_chain(window, candidates.main, limit, best, matches);
            }
        }
        self.next += 1;
        self.slot += 1;
        if self.slot == window.params.cyclic_size {
            self.slot = 0;
        }
    }

    /// Makes the position the head of its hashes. Returns the former heads; 0,
    /// which is out of reach, for hashes that are not used.
    fn exchange_heads(&mut self, window: &EncodeWindow) -> PerHash<u32> {
        let (bytes, position) = (window.bytes(), self.next);
        let text = (word(bytes, window.index_of(position)) as u32).to_le_bytes();
        let hashes = hashes(window.params.hash_bytes, text, window.params.heads.main);
        let exchange = |table: &mut [u32], hash: u32| {
            table.get_mut(hash as usize).map_or(0, |head| core::mem::replace(head, position))
        };
        PerHash {
            two: exchange(&mut self.heads.two, hashes.two),
            three: exchange(&mut self.heads.three, hashes.three),
            main: exchange(&mut self.heads.main, hashes.main),
        }
    }

    /// Appends the matches that the shorter hashes give. Returns the length that
    /// further matches must exceed.
    fn short_matches(
        &self,
        window: &EncodeWindow,
        candidates: PerHash<u32>,
        limit: usize,
        matches: &mut MatchList,
    ) -> usize {
        let Params { hash_bytes, cyclic_size: cyclic, .. } = window.params;
        let (bytes, at) = (window.bytes(), window.index_of(self.next));
        let begins_at =
            |distance: u32| distance < cyclic && bytes[at - distance as usize] == bytes[at];
        let (near, far) = (self.next - candidates.two, self.next - candidates.three);
        let mut longest = begins_at(near).then_some((2, near));
        if near != far && begins_at(far) {
            if longest.is_some() {
                matches.push(Match { len: 2, dist: near - 1 });
            }
            longest = Some((3, far));
        }
        let Some((len, distance)) = longest else { return hash_bytes as usize - 1 };
        let len = match_len(bytes, at, at - distance as usize, len, limit);
        matches.push(Match { len: len as u32, dist: distance - 1 });
        len.max(hash_bytes as usize - 1)
    }

    /// Place in `links` of the position at `distance`.
    fn slot_at(&self, cyclic: u32, distance: u32) -> usize {
        let cycle = if distance > self.slot { cyclic } else { 0 };
        self.slot.wrapping_sub(distance).wrapping_add(cycle) as usize
    }

    /// Appends the matches longer than `best` along the chain that begins at `candidate`.
    fn walk_chain(
        &self,
        window: &EncodeWindow,
        mut candidate: u32,
        limit: usize,
        mut best: usize,
        matches: &mut MatchList,
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
                matches.push(Match { len: len as u32, dist: distance - 1 });
                if len == limit {
                    return;
                }
            }
        }
    }

    /// Makes the position the root of the tree whose root is `candidate`, and
    /// appends the matches longer than a length to a list, if these are given.
    fn search_tree(
        &mut self,
        window: &EncodeWindow,
        mut candidate: u32,
        limit: usize,
        mut longer: Option<(usize, &mut MatchList)>,
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
            if let Some((best, matches)) = longer.as_mut().filter(|(best, _)| len > *best) {
                *best = len;
                matches.push(Match { len: len as u32, dist: distance - 1 });
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
