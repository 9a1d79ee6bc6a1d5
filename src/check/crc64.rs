//! CRC64: the polynomial of ECMA-182.

#![forbid(unsafe_code)]

use super::tables;
use crate::cpu::clmul;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use crate::cpu::lazy_table;

/// The generator, reflected and without its highest power.
const GENERATOR: u64 = 0xc96c_5795_d787_0f42;

/// Continues from `crc`, the CRC64 of what came before (of nothing: 0).
#[inline]
pub(crate) fn crc64(bytes: &[u8], crc: u64) -> u64 {
    !clmul::update::<GENERATOR>(!crc, bytes, update_generic)
}

/// For processors that [`clmul`] does not know: eight bytes at a time by tables
/// ("slicing by 8").
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline(never)]
fn update_generic(state: u64, bytes: &[u8]) -> u64 {
    static TABLES: [u64; 8 * 256] = {
        let mut states = [0; 8 * 256];
        let mut i = 0;
        while i < states.len() {
            states[i] = tables::state(i, GENERATOR);
            i += 1;
        }
        states
    };
    tables::update::<8>(|i| TABLES[i], state, bytes)
}

/// For the few processors of these kinds that lack PCLMULQDQ or PMULL: four bytes at a
/// time.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[inline(never)]
fn update_generic(state: u64, bytes: &[u8]) -> u64 {
    let table = lazy_table::CRC64.get(|i| tables::state(i, GENERATOR));
    tables::update::<4>(table, state, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bit at a time, as the standard defines it.
    fn by_bits(bytes: &[u8], crc: u64) -> u64 {
        !bytes.iter().fold(!crc, |state, &byte| {
            (0..8).fold(state ^ u64::from(byte), |state, _| {
                state >> 1 ^ if state & 1 == 1 { GENERATOR } else { 0 }
            })
        })
    }

    #[test]
    fn all_implementations_agree() {
        let bytes: Vec<u8> = (0..600u32).map(|i| (i * i / 8) as u8).collect();
        for len in 0..bytes.len() {
            for crc in [0, 1, 0xdead_beef_0bad_cafe, u64::MAX] {
                assert_eq!(crc64(&bytes[..len], crc), by_bits(&bytes[..len], crc));
                assert_eq!(!update_generic(!crc, &bytes[..len]), by_bits(&bytes[..len], crc));
            }
        }
    }
}
