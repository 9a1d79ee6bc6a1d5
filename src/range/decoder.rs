//! The range decoder, for a stretch of input that is known to be enough.
//!
//! Bits that say what comes next (literal or match, which distance) are
//! branched on. Bits of trees are not: the next node's probability is loaded
//! for both outcomes before the bit is known, and selected
//! ([`RangeCode::descend`]). Trees are arrays of exactly as many
//! probabilities as they have nodes, so that indices prove themselves.

#![forbid(unsafe_code)]

use super::{LITERAL_ROW, LiteralRow, MODEL_BITS, MOVE_BITS, Probability, RANGE_MIN};
use crate::cpu::polyfill::as_chunks;
use crate::cpu::{PathStep, RangeCode};
use core::slice;

/// Index in a [`LiteralRow`] of the probabilities of literals after matches, for bits
/// before which all are as the match would have continued.
pub(crate) const MATCHED: u32 = 0x100;

/// A range decoder that reads from `input`. The caller makes sure that there are
/// enough bytes for the symbols that it decodes; after the end, zeros are read.
///
/// Nothing may take its address, or it would live in memory: what is not
/// inlined takes a copy and returns one.
#[derive(Clone)]
pub(crate) struct RangeDecoder<'a> {
    pub(crate) rc: RangeCode,
    /// The rest of the input. A slice iterator is a pointer to advance and one to
    /// compare with, which takes one register less than an index.
    input: slice::Iter<'a, u8>,
    /// The address from which on input is short.
    short: usize,
}

/// Up to five bits in reverse order; as an index, they have a leading one.
const REVERSED: [u8; 64] = {
    let mut reversed = [0; 64];
    let mut i = 2;
    while i < 64 {
        let bits = 31 - (i as u32).leading_zeros();
        reversed[i] = ((i as u32).reverse_bits() >> (32 - bits)) as u8;
        i += 1;
    }
    reversed
};

/// Zero, the byte that is read after the end of the input. Only damaged data comes here.
#[cold]
#[inline(never)]
fn after_end() -> u8 {
    0
}

impl<'a> RangeDecoder<'a> {
    /// Input is short when no more than `reserve` bytes of it are left.
    #[inline(always)]
    pub(crate) fn new(rc: RangeCode, input: &'a [u8], reserve: usize) -> RangeDecoder<'a> {
        let short = input.as_ptr().addr() + input.len().saturating_sub(reserve);
        RangeDecoder { rc, input: input.iter(), short }
    }

    /// Tells whether input is short.
    #[inline(always)]
    pub(crate) fn is_short(&self) -> bool {
        self.input.as_slice().as_ptr().addr() >= self.short
    }

    /// Returns the number of bytes of input that are left.
    #[inline(always)]
    pub(crate) fn left(&self) -> usize {
        self.input.len()
    }

    /// Takes another byte if the range has become small.
    #[inline(always)]
    pub(crate) fn normalize(&mut self) {
        if self.rc.range < RANGE_MIN {
            let byte = self.input.next().copied().unwrap_or_else(after_end);
            self.rc.range <<= 8;
            self.rc.code = self.rc.code << 8 | u32::from(byte);
        }
    }

    /// A bit that the caller branches on.
    #[inline(always)]
    pub(crate) fn bit(&mut self, prob: &mut Probability) -> bool {
        self.normalize();
        let p = u32::from(*prob);
        let bound = (self.rc.range >> MODEL_BITS) * p;
        if self.rc.code < bound {
            self.rc.range = bound;
            *prob = RangeCode::more_likely(p);
            false
        } else {
            self.rc.range -= bound;
            self.rc.code -= bound;
            *prob = (p - (p >> MOVE_BITS)) as Probability;
            true
        }
    }

    /// A tree of log2(`N`) bits, the highest first: 3, 6 or 8 of them.
    #[inline(always)]
    pub(crate) fn tree<const N: usize>(&mut self, tree: &mut [Probability; N]) -> u32 {
        self.tree_and_start(tree).0
    }

    /// All bits of a tree but the last: the node of that one and its probability,
    /// then the number of the node after the first four bits, which is known
    /// long before the rest. `root` is the probability of the first node.
    #[inline(always)]
    fn before_last_bit<const N: usize>(
        &mut self,
        tree: &mut [Probability; N],
        root: u32,
    ) -> (u32, u32, u32) {
        const { assert!(N == 8 || N == 64 || N == 256) };
        let mut node = 1;
        let mut start = 1;
        let mut prob = root;
        macro_rules! inner {
            ($bits:literal) => {
                if N >= 1 << $bits {
                    let i = node as usize & (N / 2 - 1);
                    let [zero, one] = &as_chunks::<2, _>(tree).0[i];
                    let children = [u32::from(*zero), u32::from(*one)];
                    self.normalize();
                    (tree[i], prob, node) =
                        self.rc.descend::<{ 1 << ($bits - 1) }>(prob, children, i as u32);
                }
            };
        }
        inner!(2);
        inner!(3);
        inner!(4);
        inner!(5);
        if N >= 1 << 5 {
            start = node;
        }
        inner!(6);
        inner!(7);
        inner!(8);
        (node & (N as u32 - 1), prob, start)
    }

    /// A tree as in [`RangeDecoder::tree`]; also the number of the node after
    /// the first four bits.
    #[inline(always)]
    fn tree_and_start<const N: usize>(&mut self, tree: &mut [Probability; N]) -> (u32, u32) {
        let (i, prob, start) = self.before_last_bit(tree, u32::from(tree[1]));
        self.normalize();
        let node;
        (tree[i as usize], node) = self.rc.finish(prob, i);
        (node & (N as u32 - 1), start)
    }

    /// A tree of three bits whose leaf says which tree comes next: leaf `n` is
    /// followed by `trees[n]`, or the last of them. Returns the leaf, the index of
    /// that tree and the probability of its root, which is here sooner than if it
    /// were loaded once the leaf is known.
    #[inline(always)]
    pub(crate) fn tree_before(
        &mut self,
        tree: &mut [Probability; 8],
        trees: &[[Probability; 64]; 4],
    ) -> (u32, usize, u32) {
        let (i, prob, _) = self.before_last_bit(tree, u32::from(tree[1]));
        // The leaves below `i`, of which the second of 5 and all of 6 and 7 have the last.
        let next = [[0, 1], [2, 3], [3, 3], [3, 3]][i as usize & 3];
        let roots = next.map(|index| u32::from(trees[index as usize][1]));
        self.normalize();
        let (root, node, index);
        (tree[i as usize], root, node, index) = self.rc.descend_with::<8>(prob, roots, i, next);
        (node & 7, index as usize, root)
    }

    /// A tree of six bits, `root` being the probability of its first node. Its leaf
    /// may be followed by a tree in `trees`; returns the leaf, and the probability
    /// of that tree's root.
    #[inline(always)]
    pub(crate) fn tree_between(
        &mut self,
        root: u32,
        tree: &mut [Probability; 64],
        trees: &[[Probability; 32]; 16],
    ) -> (u32, u32) {
        let (i, prob, _) = self.before_last_bit(tree, root);
        let roots = [2 * i, 2 * i + 1].map(|node| u32::from(trees[node as usize & 15][1]));
        self.normalize();
        let (root, node);
        (tree[i as usize], root, node) = self.rc.descend::<64>(prob, roots, i);
        (node & 63, root)
    }

    /// A literal; first the byte, then one whose high four bits are the same,
    /// and known earlier: they choose the next literal's context.
    #[inline(always)]
    pub(crate) fn literal(&mut self, row: &mut LiteralRow) -> (u8, u8) {
        let tree = row.first_chunk_mut::<0x100>().map(|tree| self.tree_and_start(tree));
        let (byte, start) = tree.unwrap_or_default();
        (byte as u8, (start << 4) as u8)
    }

    /// A tree of four bits, the lowest first.
    #[inline(always)]
    pub(crate) fn reverse_tree_4(&mut self, tree: &mut [Probability; 16]) -> u32 {
        // Nodes are numbered as their low bits are found: with k bits known
        // to be `value`, the node is 2^k + value.
        let mut value = 0;
        let mut prob = u32::from(tree[1]);
        macro_rules! inner {
            ($k:literal) => {
                let i = value as usize & ($k - 1);
                let children = [u32::from(tree[i + 2 * $k]), u32::from(tree[i + 3 * $k])];
                self.normalize();
                (tree[i + $k], prob, value) =
                    self.rc.descend_by_value::<{ 2 * $k }>(prob, children, [value, value + $k]);
            };
        }
        inner!(1);
        inner!(2);
        inner!(4);
        self.normalize();
        let i = value as usize & 7;
        (tree[i + 8], value) = self.rc.choose(prob, [value, value + 8]);
        value & 15
    }

    /// A tree of `bits` bits, 1 to 5, the lowest first. `root` is the probability of
    /// its first node.
    #[inline(always)]
    pub(crate) fn reverse_tree(
        &mut self,
        root: u32,
        tree: &mut [Probability; 32],
        bits: u32,
    ) -> u32 {
        let mut node = 1;
        let mut prob = root;
        let mut left = bits;
        loop {
            // Both children are loaded before it is known which is next. (The
            // last bit has none; what is loaded then is not used.)
            let i = node as usize & 31;
            let [zero, one] = as_chunks::<2, _>(tree).0[i & 15];
            let children = [u32::from(zero), u32::from(one)];
            self.normalize();
            (tree[i], prob, node) = self.rc.descend::<32>(prob, children, i as u32);
            left -= 1;
            if left == 0 {
                return u32::from(REVERSED[node as usize & 63]);
            }
        }
    }

    /// `n` bits of fixed probability, 2 to 26, appended to `high`.
    #[inline(always)]
    pub(crate) fn direct(&mut self, high: u32, n: u32) -> u32 {
        self.normalize();
        if self.rc.code >= self.rc.range {
            // Only damaged data does this.
            let bits;
            (*self, bits) = self.clone().direct_singly(high, n);
            return bits;
        }
        // As many as need no input.
        let zeros = self.rc.range.leading_zeros() & 7;
        let surplus = (zeros as i32).max(8 - n as i32) as u32;
        let bits = self.rc.direct(surplus);
        let mut high = (high << (8 - surplus)).wrapping_add(bits);
        let mut rest = n - (8 - surplus);
        while rest != 0 {
            // Damaged data may get there only now, by halving an odd range.
            if self.rc.code >= self.rc.range {
                (*self, high) = self.clone().direct_singly(high, rest);
                return high;
            }
            let count = rest.min(8);
            self.normalize();
            high = (high << count).wrapping_add(self.rc.direct_by_division(count));
            rest -= count;
        }
        high
    }

    /// Bit by bit. liblzma decides by the sign of the difference, which is
    /// the same as long as the offset is within the range.
    #[cold]
    #[inline(never)]
    fn direct_singly(mut self, mut high: u32, n: u32) -> (RangeDecoder<'a>, u32) {
        for _ in 0..n {
            self.normalize();
            self.rc.range >>= 1;
            let above = self.rc.code.wrapping_sub(self.rc.range);
            let bit = above >> 31 == 0;
            self.rc.code = if bit { above } else { self.rc.code };
            high = high << 1 | u32::from(bit);
        }
        (self, high)
    }

    /// A literal after a match, `expected` being the byte that the match
    /// would have continued with; returns what [`RangeDecoder::literal`] does.
    /// As long as all bits are as expected, their probabilities are those at
    /// [`MATCHED`] plus the number of the node that the bit is expected to lead to;
    /// after that, those of a plain literal.
    #[inline(always)]
    pub(crate) fn matched_literal(&mut self, row: &mut LiteralRow, expected: u8) -> (u8, u8) {
        // The path depends on `expected` alone, so its probabilities are loaded ahead.
        let path = u32::from(expected) | 0x100;
        let mut node = 1;
        let mut index = MATCHED + (path >> 7);
        let mut prob = u32::from(row[index as usize]);
        macro_rules! inner {
            ($left:literal) => {
                let ahead = MATCHED + (path >> ($left - 1));
                let on_path = PathStep {
                    node: path >> $left,
                    prob: u32::from(row[ahead as usize]),
                    index: ahead,
                };
                let [zero, one] = &as_chunks::<2, _>(row).0[node as usize & 0x7f];
                let children = [u32::from(*zero), u32::from(*one)];
                self.normalize();
                let i = index as usize;
                (row[i], prob, node, index) =
                    self.rc.descend_along::<{ 1 << (8 - $left) }, { LITERAL_ROW as u32 }>(
                        prob, children, node, on_path,
                    );
            };
        }
        inner!(7);
        inner!(6);
        inner!(5);
        inner!(4);
        let start = node;
        inner!(3);
        inner!(2);
        inner!(1);
        self.normalize();
        (row[index as usize], node) = self.rc.finish(prob, node);
        (node as u8, (start << 4) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_bits_together_and_singly() {
        let mut random = crate::rng::Rng::new(1);
        for i in 0..200_000 {
            let range = (random.next_u32() >> (i % 9)).max(RANGE_MIN);
            // Damaged data may have any offset.
            let code = match i % 4 {
                0 => range - 1,
                1 => random.next_u32(),
                _ => random.next_u32() % range,
            };
            let input = [random.next_u32().to_le_bytes(), random.next_u32().to_le_bytes()].concat();
            let rc = RangeCode { range, code };
            let mut together = RangeDecoder::new(rc, &input, 0);
            let n = 2 + random.next_u32() % 25;
            let bits = together.direct(1, n);
            let (single, expected) = RangeDecoder::new(rc, &input, 0).direct_singly(1, n);
            // One of them may have taken a byte early.
            let mut single = single;
            single.normalize();
            together.normalize();
            assert_eq!((bits, together.rc), (expected, single.rc), "{range} {code} {n}");
            assert_eq!(together.left(), single.left());
        }
    }
}
