//! Blocks of which the first bytes are new: how a copy leaves alone what follows
//! it, without a branch on its length.
//!
//! The bytes need not be initialised, as those of an application's output are not
//! before they are written. Rust's vector types have to be; operands of
//! assembler do not. It has register operands only, so whatever the arguments,
//! it cannot touch memory. `portable` is the same in Rust, for tests and for
//! Miri; what compilers make of it is slower than branches.

use core::mem::MaybeUninit;

/// Number of bytes in a block.
pub(crate) const BLOCK: usize = 16;

/// Bytes that may be uninitialised.
pub(crate) type Block = [MaybeUninit<u8>; BLOCK];

/// True if [`Blend::block`] takes few instructions and no branch.
pub(crate) const HAS_BLEND: bool = cfg!(any(target_arch = "x86_64", target_arch = "aarch64", miri));

#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)))]
use assembler as steps;
#[cfg(not(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri))))]
use portable as steps;

/// The number of bytes that are new in two blocks that follow each other.
#[derive(Clone, Copy)]
pub(crate) struct Blend(steps::Masks);

impl Blend {
    /// The first `count` bytes are new; more than two blocks count as two.
    #[inline(always)]
    pub(crate) fn first(count: usize) -> Blend {
        Blend(steps::masks(count.min(2 * BLOCK)))
    }

    /// Returns the first bytes of `new` and then those of `old`, for block
    /// `INDEX`, 0 or 1.
    #[inline(always)]
    pub(crate) fn block<const INDEX: usize>(self, new: Block, old: Block) -> Block {
        const { assert!(INDEX < 2) };
        steps::blend(self.0[INDEX], new, old)
    }
}

#[cfg(any(test, miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod portable {
    use super::{BLOCK, Block};

    /// For each block, the number of bytes that are new.
    pub(super) type Masks = [usize; 2];

    pub(super) fn masks(count: usize) -> Masks {
        [count.min(BLOCK), count.saturating_sub(BLOCK)]
    }

    pub(super) fn blend(count: usize, new: Block, old: Block) -> Block {
        let mut block = old;
        block[..count].copy_from_slice(&new[..count]);
        block
    }
}

#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)))]
mod assembler {
    use super::{BLOCK, Block};
    #[cfg(target_arch = "aarch64")]
    use core::arch::aarch64::uint8x16_t as Vector;
    use core::arch::asm;
    #[cfg(target_arch = "x86_64")]
    use core::arch::x86_64::__m128i as Vector;
    use core::mem::{MaybeUninit, transmute};

    /// For each block, all ones where bytes are new.
    pub(super) type Masks = [[u8; BLOCK]; 2];

    /// Two blocks of ones, then two of zeros.
    static ONES_AND_ZEROS: [u8; 4 * BLOCK] = {
        let mut bytes = [0; 4 * BLOCK];
        let mut at = 0;
        while at < 2 * BLOCK {
            bytes[at] = 0xff;
            at += 1;
        }
        bytes
    };

    /// `count` is at most two blocks.
    #[inline(always)]
    pub(super) fn masks(count: usize) -> Masks {
        let start = 2 * BLOCK - count;
        // SAFETY: two blocks begin at 0 to `2 * BLOCK`.
        unsafe { ONES_AND_ZEROS.as_ptr().add(start).cast::<Masks>().read() }
    }

    /// The two are masked and then joined: after fewer steps, with `xor`, valgrind
    /// would take new bytes over uninitialised ones for uninitialised.
    #[inline(always)]
    pub(super) fn blend(mask: [u8; BLOCK], new: Block, old: Block) -> Block {
        // SAFETY: these are as large, and any bytes will do; arithmetic on
        // registers only; no memory, no stack.
        unsafe {
            let mask: Vector = transmute(mask);
            let new: MaybeUninit<Vector> = transmute(new);
            let old: MaybeUninit<Vector> = transmute(old);
            let blended: MaybeUninit<Vector>;
            #[cfg(target_arch = "x86_64")]
            asm!(
                "pand {new}, {mask}",
                "pandn {mask}, {old}",
                "por {new}, {mask}",
                new = inout(xmm_reg) new => blended,
                old = in(xmm_reg) old,
                mask = inout(xmm_reg) mask => _,
                options(pure, nomem, nostack, preserves_flags),
            );
            #[cfg(target_arch = "aarch64")]
            asm!(
                "and {new:v}.16b, {new:v}.16b, {mask:v}.16b",
                "bic {old:v}.16b, {old:v}.16b, {mask:v}.16b",
                "orr {new:v}.16b, {new:v}.16b, {old:v}.16b",
                new = inout(vreg) new => blended,
                old = inout(vreg) old => _,
                mask = in(vreg) mask,
                options(pure, nomem, nostack, preserves_flags),
            );
            transmute(blended)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count() {
        let new: Block = core::array::from_fn(|at| MaybeUninit::new(at as u8));
        let old = new.map(|_| MaybeUninit::new(0xEE));
        // SAFETY: all of them are initialised.
        let plain = |block: Block| block.map(|byte| unsafe { byte.assume_init() });
        for count in (0..=2 * BLOCK).chain([2 * BLOCK + 1, usize::MAX]) {
            let blend = Blend::first(count);
            let blocks = [blend.block::<0>(new, old), blend.block::<1>(new, old)].map(plain);
            let counts = portable::masks(count.min(2 * BLOCK));
            let expected = counts.map(|count| plain(portable::blend(count, new, old)));
            assert_eq!(blocks, expected, "{count}");
            for (at, byte) in blocks.as_flattened().iter().enumerate() {
                let byte_of_new = (at % BLOCK) as u8;
                assert_eq!(*byte, if at < count { byte_of_new } else { 0xEE }, "{count}");
            }
        }
    }

    #[test]
    fn uninitialised_bytes_stay_so() {
        let new = [MaybeUninit::new(7); BLOCK];
        let block = Blend::first(3).block::<0>(new, [MaybeUninit::uninit(); BLOCK]);
        // SAFETY: the first three are of `new`.
        let first = [0, 1, 2].map(|at| unsafe { block[at].assume_init() });
        assert_eq!(first, [7; 3]);
    }
}
