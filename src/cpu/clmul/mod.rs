//! CRCs by carry-less multiplication.
//!
//! A CRC is the remainder of a polynomial over GF(2). 16 bytes of it can be
//! replaced by what they are congruent to any number of bytes further on,
//! which costs two multiplications ("folding"), until 16 bytes are left; two
//! more multiplications (Barrett) give the remainder of these. See Gopal et
//! al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ".
//!
//! Everything is reflected: bit *i* of a 64-bit word is the coefficient of
//! x^(63-*i*), of 128 bits that of x^(127-*i*). The first byte is the lowest,
//! so it has the highest powers. The product of two such words comes out one
//! bit too low, that is, divided by x; the constants make up for it.
//!
//! The only thing unsafe here is to call a function that needs instructions
//! which the processor may lack; memory is accessed by references alone.

#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
mod blocks;
#[cfg_attr(target_arch = "x86_64", path = "x86.rs")]
#[cfg_attr(target_arch = "aarch64", path = "arm64.rs")]
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
mod vector;
#[cfg(target_arch = "x86_64")]
mod wide;

/// The constants of a CRC, derived from its generator polynomial of degree 64,
/// which is given without its highest power.
///
/// A CRC of 32 bits has its generator multiplied by x^32; then its state is
/// the lower half of the 64-bit state.
#[allow(dead_code)] // not every processor needs it
struct Polynomial<const GENERATOR: u64>;

/// Moves 128 bits by a distance of D bits: the first 64 are multiplied by
/// `near` = x^(D+64) / x, the other 64 by `far` = x^D / x.
#[derive(Clone, Copy)]
#[allow(dead_code)]
struct Fold {
    near: u64,
    far: u64,
}

#[allow(dead_code)]
impl<const GENERATOR: u64> Polynomial<GENERATOR> {
    const FOLD_16: Fold = fold(16, GENERATOR);
    const FOLD_32: Fold = fold(32, GENERATOR);
    const FOLD_64: Fold = fold(64, GENERATOR);
    const FOLD_128: Fold = fold(128, GENERATOR);
    /// The upper 64 coefficients of the quotient x^128 / generator.
    const QUOTIENT: u64 = quotient(GENERATOR);
    /// The upper 64 coefficients of the generator.
    const UPPER: u64 = GENERATOR << 1 | 1;
    /// All ones if the generator has the remaining coefficient, that of x^0.
    const LOWEST: u64 = 0u64.wrapping_sub(GENERATOR >> 63);
}

/// `value` times x, modulo the generator.
const fn times_x(value: u64, generator: u64) -> u64 {
    value >> 1 ^ if value & 1 == 1 { generator } else { 0 }
}

const fn power_of_x(exponent: u32, generator: u64) -> u64 {
    let mut power = 1 << 63;
    let mut i = 0;
    while i < exponent {
        power = times_x(power, generator);
        i += 1;
    }
    power
}

const fn fold(bytes: u32, generator: u64) -> Fold {
    Fold { near: power_of_x(bytes * 8 + 63, generator), far: power_of_x(bytes * 8 - 1, generator) }
}

/// Long division; each step yields a coefficient.
const fn quotient(generator: u64) -> u64 {
    let mut quotient = 1;
    let mut rest = generator;
    let mut i = 1;
    while i < 64 {
        quotient |= (rest & 1) << i;
        rest = times_x(rest, generator);
        i += 1;
    }
    quotient
}

/// The portable twin, a bit at a time.
#[cfg(test)]
fn portable<const GENERATOR: u64>(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |state, &byte| {
        (0..8).fold(state ^ u64::from(byte), |state, _| times_x(state, GENERATOR))
    })
}

/// Continues the CRC `state` (without the complements at the beginning and
/// the end that are customary); by `otherwise` if this processor cannot do it.
#[inline]
pub(crate) fn update<const GENERATOR: u64>(
    state: u64,
    bytes: &[u8],
    otherwise: fn(u64, &[u8]) -> u64,
) -> u64 {
    #[cfg(target_arch = "x86_64")]
    match support::known() {
        support::WIDE if bytes.len() >= wide::WIDE_MIN => {
            // SAFETY: the processor has the instructions.
            return unsafe { wide::update_wide::<GENERATOR>(state, bytes) };
        }
        support::BLOCKS | support::WIDE => {
            // SAFETY: the processor has the instructions.
            return unsafe { blocks::update::<GENERATOR>(state, bytes) };
        }
        support::UNKNOWN => return first_update::<GENERATOR>(state, bytes, otherwise),
        _ => {}
    }
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    if std::arch::is_aarch64_feature_detected!("aes") {
        // SAFETY: the processor has the instructions; PMULL counts as AES.
        return unsafe { blocks::update::<GENERATOR>(state, bytes) };
    }
    otherwise(state, bytes)
}

/// The first [`update`] of the process. No other call stands in the way of those that
/// come later, so they need not save registers for one.
#[cfg(target_arch = "x86_64")]
#[cold]
fn first_update<const GENERATOR: u64>(
    state: u64,
    bytes: &[u8],
    otherwise: fn(u64, &[u8]) -> u64,
) -> u64 {
    support::detect();
    update::<GENERATOR>(state, bytes, otherwise)
}

/// The instructions that the processor has for this. What the standard library knows of
/// them would have to be asked three times for each update.
#[cfg(target_arch = "x86_64")]
mod support {
    use core::sync::atomic::{AtomicU8, Ordering};
    use std::arch::is_x86_feature_detected as has;

    pub(super) const UNKNOWN: u8 = 0;
    const NOTHING: u8 = 1;
    /// A multiplication at a time.
    pub(super) const BLOCKS: u8 = 2;
    /// Two at a time as well.
    pub(super) const WIDE: u8 = 3;

    static SUPPORT: AtomicU8 = AtomicU8::new(UNKNOWN);

    #[inline]
    pub(super) fn known() -> u8 {
        SUPPORT.load(Ordering::Relaxed)
    }

    #[inline(never)]
    pub(super) fn detect() {
        let support = match has!("pclmulqdq") {
            true if has!("vpclmulqdq") && has!("avx2") => WIDE,
            true => BLOCKS,
            false => NOTHING,
        };
        SUPPORT.store(support, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_the_known_ones() {
        // Published for CRC-64/XZ by several implementations.
        type Crc64 = Polynomial<0xc96c_5795_d787_0f42>;
        assert_eq!(Crc64::FOLD_16.far, 0xdabe_95af_c787_5f40);
        assert_eq!(Crc64::FOLD_16.near, 0xe05d_d497_ca39_3ae4);
        assert_eq!(Crc64::QUOTIENT, 0x9c3e_466c_1729_63d5);
        assert_eq!(Crc64::UPPER, 0x92d8_af2b_af0e_1e85);
    }

    fn compare<const GENERATOR: u64>(states: [u64; 3]) {
        let mut bytes = [0; 700];
        crate::rng::Rng::new(1).fill(&mut bytes);
        for len in 0..680 {
            let bytes = &bytes[len % 17..][..len];
            for state in states {
                let new = update::<GENERATOR>(state, bytes, portable::<GENERATOR>);
                assert_eq!(new, portable::<GENERATOR>(state, bytes), "{len} bytes");
            }
        }
    }

    #[test]
    fn agrees_with_the_portable_twin() {
        compare::<0xc96c_5795_d787_0f42>([0, u64::MAX, 0x0123_4567_89ab_cdef]);
        compare::<0xedb8_8320>([0, 0xffff_ffff, 0x89ab_cdef]);
    }
}
