//! Literals: bytes that are not part of a match, and what they cost.

#![forbid(unsafe_code)]

use crate::cpu::polyfill::as_chunks_mut;
use crate::error::Result;
use crate::memory::{AllocatorHandle, Buf};
use crate::range::prices::both;
use crate::range::{LITERAL_ROW, LiteralRow, PROB_INIT, RangeEncoder};

/// Number of contexts at most; `2^(lc + lp)` of them are used.
const CONTEXTS: usize = 16;

/// The prices of a 0 and of a 1 with each probability: those of the bit that
/// leads to a node are at the index of the node. A power of two of them saves
/// checking indices.
type Prices = [u8; PRICES];
const PRICES: usize = (2 * LITERAL_ROW).next_power_of_two();

/// The probabilities of literals.
pub(super) struct Literals {
    /// Probabilities, once there is memory for them.
    trees: Buf<LiteralRow>,
    /// Prices, if they are wanted. They are kept because parsers ask for them far
    /// more often than probabilities change.
    prices: Buf<Prices>,
    /// Mask of the bits that select a context, of the previous byte and the
    /// position above it.
    mask: u32,
    /// Number of these bits that are of the previous byte.
    lc: u32,
}

impl Literals {
    /// Not usable before [`Literals::reset`].
    pub(super) const INIT: Literals =
        Literals { trees: Buf::EMPTY, prices: Buf::EMPTY, mask: 0, lc: 0 };

    /// Allocates memory for `lc` and `lp`, which must be valid: of probabilities, and
    /// of prices if these are `priced`. To be followed by [`Literals::reset`].
    pub(super) fn allocate(
        &mut self,
        memory: &AllocatorHandle,
        (lc, lp): (u32, u32),
        priced: bool,
    ) -> Result<()> {
        let contexts = 1 << (lc + lp);
        self.trees.resize(contexts, |count| memory.buf_with_capacity(count))?;
        let priced = if priced { contexts } else { 0 };
        self.prices.resize(priced, |count| memory.buf_with_capacity(count))
    }

    /// Allocates memory for `lc` and `lp` if there is not enough. Without memory,
    /// everything is as before.
    pub(super) fn grow(&mut self, memory: &AllocatorHandle, (lc, lp): (u32, u32)) -> Result<()> {
        let contexts = 1 << (lc + lp);
        self.trees.grow(contexts, |count| memory.buf_with_capacity(count))?;
        if self.prices.capacity() == 0 {
            return Ok(());
        }
        self.prices.grow(contexts, |count| memory.buf_with_capacity(count))
    }

    /// Resets everything. `lc` and `lp` must be valid.
    pub(super) fn reset(&mut self, lc: u32, lp: u32) {
        self.lc = lc;
        self.mask = (0x100 << lp) - (0x100 >> lc);
        let used = 1 << (lc + lp);
        for tree in self.trees.grow_zeroed(used) {
            tree.fill(PROB_INIT);
        }
        for prices in self.prices.grow_zeroed(used) {
            as_chunks_mut(prices).0.fill(both(PROB_INIT));
        }
    }

    /// The context of a literal at `position`, after the byte `previous`: the
    /// lowest `lp` bits of its position, highest `lc` bits of that byte.
    #[inline(always)]
    fn context(&self, position: u32, previous: u8) -> usize {
        let bits = (position << 8).wrapping_add(u32::from(previous)) & self.mask;
        ((bits << self.lc) >> 8) as usize % CONTEXTS
    }

    /// Encodes the literal `byte`. `matched`, unless the symbol before was a
    /// literal, is the byte that the latest distance points to.
    #[inline(always)]
    pub(super) fn encode(
        &mut self,
        range: &mut RangeEncoder,
        (position, previous): (u32, u8),
        matched: Option<u8>,
        byte: u8,
    ) {
        let context = self.context(position, previous);
        let Some(tree) = self.trees.get_mut(context) else {
            debug_assert!(false, "there is a tree for each context");
            return;
        };
        match matched {
            None => plain(byte, |node| {
                range.bit(&mut tree[(node / 2).min(LITERAL_ROW - 1)], node as u32 & 1)
            }),
            Some(matched) => {
                with_match(matched, byte, |node| {
                    range.bit(&mut tree[(node / 2).min(LITERAL_ROW - 1)], node as u32 & 1)
                });
            }
        }
        let Some(prices) = self.prices.get_mut(context) else { return };
        let tree = &*tree;
        let mut learn = |node: usize| {
            if let Some(pair) = as_chunks_mut(prices).0.get_mut(node / 2) {
                *pair = both(tree[(node / 2).min(LITERAL_ROW - 1)]);
            }
        };
        match matched {
            None => plain(byte, &mut learn),
            Some(matched) => with_match(matched, byte, learn),
        }
    }

    /// The price of the literal `byte` after a literal; 0 unless prices are
    /// kept.
    #[inline(always)]
    pub(super) fn price(&self, position: u32, previous: u8, byte: u8) -> u32 {
        let Some(prices) = self.prices.get(self.context(position, previous)) else { return 0 };
        let mut price = 0;
        plain(byte, |node| price += u32::from(prices[node % PRICES]));
        price
    }

    /// The price of the literal `byte` after a match, where `matched` is the
    /// byte that would have continued the match; 0 unless prices are kept.
    #[inline(always)]
    pub(super) fn matched_price(&self, position: u32, previous: u8, matched: u8, byte: u8) -> u32 {
        let Some(prices) = self.prices.get(self.context(position, previous)) else { return 0 };
        let [mut low, mut high] = nodes_with_match(matched, byte);
        let mut price = 0;
        for _ in 0..4 {
            price += u32::from(prices[low as usize % PRICES]);
            price += u32::from(prices[high as usize % PRICES]);
            (low, high) = (low >> 16, high >> 16);
        }
        price
    }
}

/// Walks down the tree to a literal: `step` is called with each node, but for
/// the root. A node is twice the index of its parent's probability, plus the
/// bit that leads to it.
#[inline(always)]
fn plain(byte: u8, mut step: impl FnMut(usize)) {
    let leaf = usize::from(byte) | 0x100;
    // Not a loop, since cmake/ has the compiler unroll short ones only.
    macro_rules! steps {
        ($($bits:literal)*) => {$( step(leaf >> $bits); )*};
    }
    steps!(7 6 5 4 3 2 1 0);
}

/// Walks down the trees to a literal after a match, which are chosen by the bits
/// of `matched` as long as they agree with those of `byte`. All nodes are
/// below `2 * LITERAL_ROW`.
#[inline(always)]
fn with_match(matched: u8, byte: u8, mut step: impl FnMut(usize)) {
    let (mut matched, leaf) = (usize::from(matched) << 2, usize::from(byte) | 0x100);
    // 0x200 while the bits agree; then 0.
    let mut offset = 0x200;
    macro_rules! steps {
        ($($bits:literal)*) => {$(
            let node = leaf >> $bits;
            let chosen = matched & offset;
            step(offset + chosen + node);
            offset &= !(chosen ^ (node << 9));
            matched <<= 1;
        )*};
    }
    steps!(7 6 5 4 3 2 1 0);
    let _ = (matched, offset);
}

/// The nodes of [`with_match`], each in 16 bits: the first one in the lowest bits of the
/// first number, the fifth one in those of the second. Calculated all at once.
#[inline(always)]
fn nodes_with_match(matched: u8, byte: u8) -> [u64; 2] {
    /// Multiplying puts a number into all lanes, shifted by one more bit in each.
    const SHIFTED: u64 = 1 | 1 << 17 | 1 << 34 | 1 << 51;
    const ONES: u64 = 0x0001_0001_0001_0001;
    /// Lanes from the first to the first whose bits differ.
    static AGREE: [[u64; 2]; 8] = {
        let mut masks = [[0, 0]; 8];
        let mut lane = 0;
        while lane < 8 {
            let mask = u128::MAX >> (112 - 16 * lane);
            masks[lane] = [mask as u64, (mask >> 64) as u64];
            lane += 1;
        }
        masks
    };
    let leaf = u64::from(byte) | 0x100;
    let bits = u64::from(matched) << 2;
    // The lowest bit is in the last lane, whether it differs or not.
    let agree = AGREE[((byte ^ matched) | 1).leading_zeros() as usize % 8];
    let lanes = |shift: u32, agree: u64| {
        let node = ((leaf << shift).wrapping_mul(SHIFTED) >> 7) & (0x1FF * ONES);
        let chosen = (bits << shift).wrapping_mul(SHIFTED) & (0x200 * ONES);
        node + ((chosen + 0x200 * ONES) & agree)
    };
    [lanes(0, agree[0]), lanes(4, agree[1])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_after_a_match_leaves_its_trees_where_the_bytes_differ() {
        let nodes = |matched, byte| {
            let mut nodes = Vec::new();
            with_match(matched, byte, |node| nodes.push(node));
            nodes
        };
        let agree = [0x403, 0x206, 0x40D, 0x21A, 0x234, 0x469, 0x2D2, 0x5A5];
        assert_eq!(nodes(0xA5, 0xA5), agree);
        assert_eq!(nodes(0xA5, 0xA1), [&agree[..5], &[0x468, 0xD0, 0x1A1]].concat());
        assert_eq!(nodes(0xA5, 0x25), [0x402, 4, 9, 0x12, 0x24, 0x49, 0x92, 0x125]);
    }

    #[test]
    fn all_nodes_of_a_literal_after_a_match_at_once() {
        for (matched, byte) in (0..=0xFF).flat_map(|byte| (0..=0xFF).map(move |m| (m, byte))) {
            let lanes = nodes_with_match(matched, byte);
            let mut lane = 0;
            with_match(matched, byte, |node| {
                assert_eq!(lanes[lane / 4] >> (lane % 4 * 16) & 0xFFFF, node as u64);
                lane += 1;
            });
        }
    }

    #[test]
    fn prices_follow_the_probabilities() {
        let memory = AllocatorHandle::standard();
        let mut literals = Literals::INIT;
        literals.allocate(&memory, (3, 0), true).unwrap();
        literals.reset(3, 0);
        let mut range = RangeEncoder::new(&memory, 1 << 16).unwrap();
        for step in 0..5000u32 {
            let byte = (step * step / 7) as u8;
            let matched = (step % 3 != 0).then_some(byte ^ (1 << (step % 11)) as u8);
            literals.encode(&mut range, (step, byte / 3), matched, byte);
        }
        assert_eq!((literals.trees.len(), literals.prices.len()), (8, 8));
        for (tree, prices) in literals.trees.iter().zip(literals.prices.iter()) {
            let expected = tree.iter().flat_map(|probability| both(*probability));
            assert!(expected.eq(prices[..2 * LITERAL_ROW].iter().copied()));
        }
    }
}
