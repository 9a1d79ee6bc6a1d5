//! The bit step in assembler for x86-64. Conditional moves select without a branch
//! where compilers might have one, and the carry of the comparison, which is the
//! inverted bit, goes straight into the node's number.

use super::{PathStep, RangeCode, lower};
use core::arch::asm;

/// The step's instructions. `$choose` are conditional moves on the flags of the
/// comparison (`ae`: the bit is 1), `$append` uses the carry last; `lea` leaves the
/// flags as they are. 2017 = 2048 - 31 makes the update of the probability round towards
/// zero in both directions.
macro_rules! step {
    ($rc:ident, $prob:ident, [$($choose:literal),*], [$($append:literal),*], $($operands:tt)*) => {{
        let updated: u32;
        // SAFETY: arithmetic on registers only; no memory, no stack.
        unsafe {
            asm!(
                "mov {above:e}, {range:e}",
                "shr {range:e}, 11",
                "imul {range:e}, {prob:e}",
                "sub {above:e}, {range:e}",
                "mov {below:e}, {code:e}",
                "sub {code:e}, {range:e}",
                "cmovae {range:e}, {above:e}",
                $($choose,)*
                "lea {above:e}, [{prob:r} - 2017]",
                "cmovb {code:e}, {below:e}",
                "cmovae {above:e}, {prob:e}",
                $($append,)*
                "shr {above:e}, 5",
                "sub {prob:e}, {above:e}",
                range = inout(reg) $rc.range,
                code = inout(reg) $rc.code,
                prob = inout(reg) $prob => updated,
                above = out(reg) _,
                below = out(reg) _,
                $($operands)*
                options(pure, nomem, nostack),
            );
        }
        updated as u16
    }};
}

/// The child of `node` for a bit that is 1; the carry takes one from it if the bit
/// is 0. That of a root is a constant.
#[inline(always)]
fn if_set(node: u32) -> u64 {
    u64::from(node << 1 | 1)
}

#[inline(always)]
pub(super) fn descend(
    rc: &mut RangeCode,
    prob: u32,
    children: [u32; 2],
    node: u32,
) -> (u16, u32, u32) {
    let (child, next): (u32, u64);
    let prob = step!(rc, prob, ["cmovae {c0:e}, {c1:e}"], ["sbb {next:e}, 0"],
        c0 = inout(reg) children[0] => child, c1 = in(reg) children[1],
        next = inout(reg) if_set(node) => next,);
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
    let prob = step!(rc, prob, ["cmovae {c0:e}, {c1:e}"],
        ["sbb {next:e}, 0", "cmp {next:e}, {path:e}",
            "cmove {c0:e}, {ahead:e}", "cmovne {index:e}, {next:e}"],
        c0 = inout(reg) children[0] => child, c1 = in(reg) children[1],
        path = in(reg) path.node, ahead = in(reg) path.prob,
        index = inout(reg) u64::from(path.index) => index,
        next = inout(reg) if_set(node) => next,);
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
    let prob = step!(rc, prob, ["cmovae {c0:e}, {c1:e}", "cmovae {x0:e}, {x1:e}"],
        ["sbb {next:e}, 0"],
        c0 = inout(reg) children[0] => child, c1 = in(reg) children[1],
        x0 = inout(reg) others[0] => other, x1 = in(reg) others[1],
        next = inout(reg) if_set(node) => next,);
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
    let prob = step!(rc, prob, ["cmovae {c0:e}, {c1:e}", "cmovae {x0:e}, {x1:e}"], [],
        c0 = inout(reg) children[0] => child, c1 = in(reg) children[1],
        x0 = inout(reg) others[0] => other, x1 = in(reg) others[1],);
    (prob, child, other)
}

#[inline(always)]
pub(super) fn finish(rc: &mut RangeCode, prob: u32, node: u32) -> (u16, u32) {
    let next: u64;
    let prob = step!(rc, prob, [], ["sbb {next:e}, 0"],
        next = inout(reg) if_set(node) => next,);
    (prob, lower(next))
}

#[inline(always)]
pub(super) fn choose(rc: &mut RangeCode, prob: u32, values: [u32; 2]) -> (u16, u32) {
    let value: u32;
    let prob = step!(rc, prob, ["cmovae {x0:e}, {x1:e}"], [],
        x0 = inout(reg) values[0] => value, x1 = in(reg) values[1],);
    (prob, value)
}

/// Like that of `portable`, but appends the inverted bit, which is the carry.
#[inline(always)]
pub(super) fn halve(range: u64, code: u64, bits: u32) -> (u64, u64, u32) {
    let (half, after, appended): (u64, u64, u32);
    // SAFETY: arithmetic on registers only; no memory, no stack.
    unsafe {
        asm!(
            "shr {range}, 1",
            "mov {before}, {code}",
            "sub {code}, {range}",
            "cmovb {code}, {before}",
            "adc {bits:e}, {bits:e}",
            range = inout(reg) range => half,
            code = inout(reg) code => after,
            bits = inout(reg) bits => appended,
            before = out(reg) _,
            options(pure, nomem, nostack),
        );
    }
    (half, after, appended)
}

/// The bits that [`halve`] has appended, the lowest ones.
#[inline(always)]
pub(super) fn appended(bits: u32) -> u32 {
    !bits
}
