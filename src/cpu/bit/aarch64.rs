//! The bit step in assembler for 64-bit ARM. `csel` selects without a branch
//! where compilers might have one, and the carry of the comparison, which is the
//! bit, goes straight into the node's number.

use super::{PathStep, RangeCode, lower};
use core::arch::asm;

/// The step's instructions. `$choose` are conditional selections on the flags
/// of the comparison (`hs`: the bit is 1), and `adc`, which uses the carry; `$then`
/// may change the flags. As 2017 = 2048 - 31, the update of the probability rounds
/// towards zero in both directions.
macro_rules! step {
    ($rc:ident, $prob:ident, [$($choose:literal),*], [$($then:literal),*], $($operands:tt)*) => {{
        let updated: u32;
        // SAFETY: arithmetic on registers only; no memory, no stack.
        unsafe {
            asm!(
                "lsr {bound:w}, {range:w}, #11",
                "sub {towards:w}, {prob:w}, #2017",
                "mul {bound:w}, {bound:w}, {prob:w}",
                "subs {above:w}, {code:w}, {bound:w}",
                "sub {range:w}, {range:w}, {bound:w}",
                "csel {code:w}, {above:w}, {code:w}, hs",
                "csel {range:w}, {range:w}, {bound:w}, hs",
                $($choose,)*
                "csel {towards:w}, {prob:w}, {towards:w}, hs",
                "sub {prob:w}, {prob:w}, {towards:w}, lsr #5",
                $($then,)*
                range = inout(reg) $rc.range,
                code = inout(reg) $rc.code,
                prob = inout(reg) $prob => updated,
                bound = out(reg) _,
                above = out(reg) _,
                towards = out(reg) _,
                $($operands)*
                options(pure, nomem, nostack),
            );
        }
        updated as u16
    }};
}

#[inline(always)]
pub(super) fn descend(
    rc: &mut RangeCode,
    prob: u32,
    children: [u32; 2],
    node: u32,
) -> (u16, u32, u32) {
    let (child, next): (u32, u64);
    let prob = step!(rc, prob, ["csel {c0:w}, {c1:w}, {c0:w}, hs", "adc {next:w}, {node:w}, {node:w}"], [],
        c0 = inout(reg) children[0] => child, c1 = in(reg) children[1],
        node = in(reg) node, next = out(reg) next,);
    (prob, child, lower(next))
}

#[inline(always)]
pub(super) fn descend_along(
    rc: &mut RangeCode,
    prob: u32,
    children: [u32; 2],
    node: u32,
    path: PathStep,
) -> (u16, u32, u32, u32) {
    let (child, next, index): (u32, u64, u64);
    let prob = step!(rc, prob,
        ["csel {c0:w}, {c1:w}, {c0:w}, hs", "adc {node:w}, {node:w}, {node:w}"],
        ["cmp {node:w}, {path:w}", "csel {c0:w}, {ahead:w}, {c0:w}, eq",
            "csel {index:w}, {index:w}, {node:w}, eq"],
        c0 = inout(reg) children[0] => child, c1 = in(reg) children[1],
        path = in(reg) path.node, ahead = in(reg) path.prob,
        index = inout(reg) u64::from(path.index) => index,
        node = inout(reg) u64::from(node) => next,);
    (prob, child, lower(next), lower(index))
}

#[inline(always)]
pub(super) fn descend_with(
    rc: &mut RangeCode,
    prob: u32,
    children: [u32; 2],
    node: u32,
    others: [u32; 2],
) -> (u16, u32, u32, u32) {
    let (child, next, other): (u32, u64, u32);
    let prob = step!(rc, prob,
        ["csel {c0:w}, {c1:w}, {c0:w}, hs", "csel {x0:w}, {x1:w}, {x0:w}, hs",
            "adc {next:w}, {node:w}, {node:w}"], [],
        c0 = inout(reg) children[0] => child, c1 = in(reg) children[1],
        x0 = inout(reg) others[0] => other, x1 = in(reg) others[1],
        node = in(reg) node, next = out(reg) next,);
    (prob, child, lower(next), other)
}

#[inline(always)]
pub(super) fn descend_by_value(
    rc: &mut RangeCode,
    prob: u32,
    children: [u32; 2],
    others: [u32; 2],
) -> (u16, u32, u32) {
    let (child, other): (u32, u32);
    let prob = step!(rc, prob, ["csel {c0:w}, {c1:w}, {c0:w}, hs", "csel {x0:w}, {x1:w}, {x0:w}, hs"], [],
        c0 = inout(reg) children[0] => child, c1 = in(reg) children[1],
        x0 = inout(reg) others[0] => other, x1 = in(reg) others[1],);
    (prob, child, other)
}

#[inline(always)]
pub(super) fn finish(rc: &mut RangeCode, prob: u32, node: u32) -> (u16, u32) {
    let next: u64;
    let prob = step!(rc, prob, ["adc {next:w}, {node:w}, {node:w}"], [],
        node = in(reg) node, next = out(reg) next,);
    (prob, lower(next))
}

#[inline(always)]
pub(super) fn choose(rc: &mut RangeCode, prob: u32, values: [u32; 2]) -> (u16, u32) {
    let value: u32;
    let prob = step!(rc, prob, ["csel {x0:w}, {x1:w}, {x0:w}, hs"], [],
        x0 = inout(reg) values[0] => value, x1 = in(reg) values[1],);
    (prob, value)
}

#[inline(always)]
pub(super) fn halve(range: u64, code: u64, bits: u32) -> (u64, u64, u32) {
    let (half, after, appended): (u64, u64, u32);
    // SAFETY: arithmetic on registers only; no memory, no stack.
    unsafe {
        asm!(
            "lsr {range}, {range}, #1",
            "subs {above}, {code}, {range}",
            "csel {code}, {above}, {code}, hs",
            "adc {bits:w}, {bits:w}, {bits:w}",
            range = inout(reg) range => half,
            code = inout(reg) code => after,
            bits = inout(reg) bits => appended,
            above = out(reg) _,
            options(pure, nomem, nostack),
        );
    }
    (half, after, appended)
}

/// The bits that [`halve`] has appended, the lowest ones.
#[inline(always)]
pub(super) fn appended(bits: u32) -> u32 {
    bits
}
