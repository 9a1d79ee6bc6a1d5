//! The range decoder's bit step.
//!
//! A bit is decoded by comparing `code` with a fraction of `range`; which
//! one it is cannot be predicted, so everything that depends on it has to be
//! selected, not branched to. Compilers undo that, or need five more
//! instructions; hence assembler on x86-64 and 64-bit ARM. It has register operands only,
//! so whatever the arguments, it cannot touch memory. [`portable`] is the
//! same in Rust, for other processors, for tests, and for comparison (with
//! `--cfg rlzma_portable`).

/// State of a range decoder: the width of its interval, and the offset of the
/// encoded value in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RangeCode {
    pub(crate) range: u32,
    pub(crate) code: u32,
}

/// The node that a bit may lead to, and what comes next if it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathStep {
    pub(crate) node: u32,
    pub(crate) prob: u32,
    pub(crate) index: u32,
}

#[cfg(all(target_arch = "aarch64", not(miri)))]
#[cfg_attr(rlzma_portable, allow(dead_code))]
mod aarch64;

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[cfg_attr(rlzma_portable, allow(dead_code))]
mod x86_64;

#[cfg(all(target_arch = "aarch64", not(any(miri, rlzma_portable))))]
use aarch64 as steps;
#[cfg(any(not(any(target_arch = "aarch64", target_arch = "x86_64")), miri, rlzma_portable))]
use portable as steps;
#[cfg(all(target_arch = "x86_64", not(any(miri, rlzma_portable))))]
use x86_64 as steps;

/// The value of a register of which assembler wrote the lower half; the compiler
/// need not clear the upper one to have an index.
#[allow(dead_code)]
#[inline(always)]
fn lower(register: u64) -> u32 {
    // SAFETY: on both processors, an instruction that writes the lower half sets the
    // upper one to 0.
    unsafe { core::hint::assert_unchecked(register <= u64::from(u32::MAX)) };
    register as u32
}

/// Each step takes `prob`, the probability of a 0 bit in 2048ths, of the
/// node of a bit tree that is being decoded, and gives its new value first.
/// The caller has normalised: `range` is at least 2^24.
impl RangeCode {
    /// Decodes the bit at `node`, which is below `END` (or it costs a mask);
    /// chooses between the children's probabilities. Returns
    /// `(prob, child, 2 * node + bit)`.
    #[inline(always)]
    pub(crate) fn descend<const END: u32>(
        &mut self,
        prob: u32,
        children: [u32; 2],
        node: u32,
    ) -> (u16, u32, u32) {
        let (prob, child, next) = steps::descend(self, prob, children, node);
        (prob, child, child_below::<END>(node, next))
    }

    /// Decodes a bit; chooses between the children's probabilities and between
    /// two more values, which are below `END`. Returns `(prob, child, other)`.
    #[inline(always)]
    pub(crate) fn descend_by_value<const END: u32>(
        &mut self,
        prob: u32,
        children: [u32; 2],
        others: [u32; 2],
    ) -> (u16, u32, u32) {
        let (prob, child, other) = steps::descend_by_value(self, prob, children, others);
        if others[0] < END && others[1] < END {
            // SAFETY: it is one of the two, whatever the arguments are.
            unsafe { core::hint::assert_unchecked(other < END) };
        }
        (prob, child, other)
    }

    /// Like [`RangeCode::descend`], but also selects one of two more values.
    /// Returns `(prob, child, 2 * node + bit, other)`.
    #[inline(always)]
    pub(crate) fn descend_with<const END: u32>(
        &mut self,
        prob: u32,
        children: [u32; 2],
        node: u32,
        others: [u32; 2],
    ) -> (u16, u32, u32, u32) {
        let (prob, child, next, other) = steps::descend_with(self, prob, children, node, others);
        (prob, child, child_below::<END>(node, next), other)
    }

    /// Like [`RangeCode::descend`], on the way along a path: if the bit leads to the
    /// node `path.node`, `path.prob` and `path.index` come next, else the child's
    /// probability and the node itself as index. Indices are below `INDEX_END`.
    /// Returns `(prob, child, 2 * node + bit, index)`.
    #[inline(always)]
    pub(crate) fn descend_along<const END: u32, const INDEX_END: u32>(
        &mut self,
        prob: u32,
        children: [u32; 2],
        node: u32,
        path: PathStep,
    ) -> (u16, u32, u32, u32) {
        const { assert!(2 * END <= INDEX_END) };
        let (prob, child, next, index) = steps::descend_along(self, prob, children, node, path);
        let next = child_below::<END>(node, next);
        if path.index < INDEX_END && next < INDEX_END {
            // SAFETY: it is one of the two, whatever the arguments are.
            unsafe { core::hint::assert_unchecked(index < INDEX_END) };
        }
        (prob, child, next, index)
    }

    /// Decodes a bit without children. Returns `(prob, 2 * node + bit)`.
    #[inline(always)]
    pub(crate) fn finish(&mut self, prob: u32, node: u32) -> (u16, u32) {
        steps::finish(self, prob, node)
    }

    /// Decodes a bit, chooses between two values.
    /// Returns `(prob, value)`.
    #[inline(always)]
    pub(crate) fn choose(&mut self, prob: u32, values: [u32; 2]) -> (u16, u32) {
        steps::choose(self, prob, values)
    }
}

/// Tells the compiler what it cannot see in assembler: the child of a node
/// below `END` is below twice that. Indices of trees then need no masks, each
/// of which would be one more cycle from one bit to the next.
#[inline(always)]
fn child_below<const END: u32>(node: u32, next: u32) -> u32 {
    const { assert!(END <= 1 << 16) };
    if node < END {
        // SAFETY: `next` is 2 * node or 2 * node + 1, whatever the arguments
        // of a step are.
        unsafe { core::hint::assert_unchecked(next < 2 * END) };
    }
    next
}

impl RangeCode {
    /// The probability of a 0 bit after one has come: that of a 1 bit is less by a
    /// 32nd.
    #[inline(always)]
    pub(crate) fn more_likely(prob: u32) -> u16 {
        // 2017 = 2048 - 31 makes the shift round as it does in (2048 - prob) / 32.
        if cfg!(target_arch = "aarch64") {
            (prob + ((2048 - prob) >> 5)) as u16 // one instruction less there
        } else {
            prob.wrapping_sub(prob.wrapping_sub(2017) >> 5) as u16
        }
    }

    /// Decodes 8 - `surplus` bits of fixed probability, 1 to 8, that need no input
    /// in between: the range stays at least 2^23 before the last of them.
    /// `code` must be less than `range`.
    #[inline(always)]
    pub(crate) fn direct(&mut self, surplus: u32) -> u32 {
        // Eight steps however many bits it are, without a branch between them. The
        // range before them is one that the surplus steps bring down to the actual
        // one: they compare with no less than that, and find zeros.
        let mut half = u64::from(self.range) << (surplus & 7);
        let (mut code, mut bits) = (u64::from(self.code), 0);
        for _ in 0..8 {
            (half, code, bits) = steps::halve(half, code, bits);
        }
        *self = RangeCode { range: half as u32, code: code as u32 };
        steps::appended(bits) & 0xff
    }

    /// Decodes `count` bits of fixed probability, 1 to 8, of a range whose low eight
    /// bits are zeros, which makes it one division.
    #[inline(always)]
    pub(crate) fn direct_by_division(&mut self, count: u32) -> u32 {
        self.range >>= count & 31;
        let bits = self.code / self.range.max(1);
        self.code = self.code.wrapping_sub(bits.wrapping_mul(self.range));
        bits
    }
}

#[allow(dead_code)]
mod portable {
    use super::{PathStep, RangeCode};
    use crate::cpu::polyfill::select_unpredictable as select;

    #[inline(always)]
    fn bit(rc: &mut RangeCode, prob: u32) -> (u16, bool) {
        let bound = (rc.range >> 11).wrapping_mul(prob);
        let (above, zero) = rc.code.overflowing_sub(bound);
        rc.range = select(zero, bound, rc.range.wrapping_sub(bound));
        rc.code = select(zero, rc.code, above);
        let towards = select(zero, prob.wrapping_sub(2017), prob);
        (prob.wrapping_sub(towards >> 5) as u16, !zero)
    }

    #[inline(always)]
    pub(super) fn descend(
        rc: &mut RangeCode,
        prob: u32,
        children: [u32; 2],
        node: u32,
    ) -> (u16, u32, u32) {
        let (prob, bit) = bit(rc, prob);
        (prob, select(bit, children[1], children[0]), node << 1 | u32::from(bit))
    }

    #[inline(always)]
    pub(super) fn descend_along(
        rc: &mut RangeCode,
        prob: u32,
        children: [u32; 2],
        node: u32,
        path: PathStep,
    ) -> (u16, u32, u32, u32) {
        let (prob, child, next) = descend(rc, prob, children, node);
        let on_path = next == path.node;
        (prob, select(on_path, path.prob, child), next, select(on_path, path.index, next))
    }

    #[inline(always)]
    pub(super) fn descend_with(
        rc: &mut RangeCode,
        prob: u32,
        children: [u32; 2],
        node: u32,
        others: [u32; 2],
    ) -> (u16, u32, u32, u32) {
        let (prob, bit) = bit(rc, prob);
        let child = select(bit, children[1], children[0]);
        (prob, child, node << 1 | u32::from(bit), select(bit, others[1], others[0]))
    }

    #[inline(always)]
    pub(super) fn descend_by_value(
        rc: &mut RangeCode,
        prob: u32,
        children: [u32; 2],
        others: [u32; 2],
    ) -> (u16, u32, u32) {
        let (prob, bit) = bit(rc, prob);
        (prob, select(bit, children[1], children[0]), select(bit, others[1], others[0]))
    }

    #[inline(always)]
    pub(super) fn finish(rc: &mut RangeCode, prob: u32, node: u32) -> (u16, u32) {
        let (prob, bit) = bit(rc, prob);
        (prob, node << 1 | u32::from(bit))
    }

    #[inline(always)]
    pub(super) fn choose(rc: &mut RangeCode, prob: u32, values: [u32; 2]) -> (u16, u32) {
        let (prob, bit) = bit(rc, prob);
        (prob, select(bit, values[1], values[0]))
    }

    /// Decodes a bit of fixed probability: compares `code` with half of `range`.
    /// Returns the new `range`, the new `code`, and `bits` with the bit appended.
    #[inline(always)]
    pub(super) fn halve(range: u64, code: u64, bits: u32) -> (u64, u64, u32) {
        let half = range >> 1;
        let (above, below) = code.overflowing_sub(half);
        (half, select(below, code, above), bits << 1 | u32::from(!below))
    }

    /// The bits that [`halve`] has appended, the lowest ones.
    #[inline(always)]
    pub(super) fn appended(bits: u32) -> u32 {
        bits
    }
}

#[cfg(all(test, any(target_arch = "aarch64", target_arch = "x86_64"), not(miri)))]
mod tests {
    #[cfg(target_arch = "aarch64")]
    use super::aarch64 as assembler;
    #[cfg(target_arch = "x86_64")]
    use super::x86_64 as assembler;
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn assembler_and_rust_agree() {
        let mut random = Rng::new(0);
        for i in 0..200_000 {
            let range = random.next_u32() | 1 << 24;
            // Mostly a valid offset, sometimes the bound itself or nonsense.
            let prob = 31 + random.next_u32() % (2048 - 62);
            let bound = (range >> 11) * prob;
            let code = match i % 8 {
                0 => bound,
                1 => bound - 1,
                2 => random.next_u32(),
                _ => random.next_u32() % range,
            };
            let start = RangeCode { range, code };
            let (children, others) =
                ([random.next_u32(), random.next_u32()], [random.next_u32(), 7]);
            let node = random.next_u32() & 0xff;
            let (mut a, mut b) = (start, start);
            assert_eq!(
                assembler::descend(&mut a, prob, children, node),
                portable::descend(&mut b, prob, children, node)
            );
            assert_eq!(a, b);
            let path = PathStep { node: 2 * node + (i & 1), prob: others[0], index: 0x17 };
            assert_eq!(
                assembler::descend_along(&mut a, prob, children, node, path),
                portable::descend_along(&mut b, prob, children, node, path)
            );
            assert_eq!(a, b);
            assert_eq!(
                assembler::descend_with(&mut a, prob, children, node, others),
                portable::descend_with(&mut b, prob, children, node, others)
            );
            assert_eq!(
                assembler::descend_by_value(&mut a, prob, children, others),
                portable::descend_by_value(&mut b, prob, children, others)
            );
            assert_eq!(assembler::finish(&mut a, prob, node), portable::finish(&mut b, prob, node));
            assert_eq!(
                assembler::choose(&mut a, prob, children),
                portable::choose(&mut b, prob, children)
            );
            assert_eq!(a, b);
            let (range, code) = (u64::from(range) << (i % 8), u64::from(code));
            let (ours, bits) = split(assembler::halve(range, code, node));
            let (expected, expected_bits) = split(portable::halve(range, code, node));
            assert_eq!(ours, expected);
            assert_eq!(assembler::appended(bits) & 1, portable::appended(expected_bits) & 1);
        }
    }

    fn split((range, code, bits): (u64, u64, u32)) -> ((u64, u64), u32) {
        ((range, code), bits)
    }

    #[test]
    fn direct_bits_are_single_steps_together() {
        let mut random = Rng::new(1);
        for i in 0..100_000 {
            let range = random.next_u32() | 1 << 31;
            // Damaged data may have the largest offset there is.
            let code = if i % 3 == 0 { range - 1 } else { random.next_u32() % range };
            let n = 1 + i % 8;
            let mut together = RangeCode { range, code };
            let bits = together.direct(8 - n);
            let mut single = RangeCode { range, code };
            let mut expected = 0;
            for _ in 0..n {
                single.range >>= 1;
                let bit = single.code >= single.range;
                single.code -= if bit { single.range } else { 0 };
                expected = expected << 1 | u32::from(bit);
            }
            assert_eq!((bits, together), (expected, single));
        }
    }
}
