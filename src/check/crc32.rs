//! CRC32: the polynomial of IEEE 802.3.

#![forbid(unsafe_code)]

use super::tables;
use crate::cpu::clmul;
#[cfg(target_arch = "x86_64")]
use crate::cpu::lazy_table;

/// The generator, reflected and without its highest power.
const GENERATOR: u64 = 0xedb8_8320;

/// The states that each byte leads to from the state 0.
pub(crate) const fn crc32_of_bytes() -> [u32; 256] {
    let mut states = [0; 256];
    let mut byte = 0;
    while byte < states.len() {
        states[byte] = tables::state(byte, GENERATOR) as u32;
        byte += 1;
    }
    states
}

/// Continues from `crc`, the CRC32 of what came before (of nothing: 0).
#[inline]
pub(crate) fn crc32(bytes: &[u8], crc: u32) -> u32 {
    let state = u64::from(!crc);
    // 64-bit ARM has instructions for this polynomial, which crc32fast uses.
    let state = if cfg!(target_arch = "aarch64") {
        update_generic(state, bytes)
    } else {
        clmul::update::<GENERATOR>(state, bytes, update_generic)
    };
    !(state as u32)
}

/// By crc32fast, for other processors than x86-64.
#[cfg(not(target_arch = "x86_64"))]
#[inline(never)]
fn update_generic(state: u64, bytes: &[u8]) -> u64 {
    let mut hasher = crc32fast::Hasher::new_with_initial(!(state as u32));
    hasher.update(bytes);
    u64::from(!hasher.finalize())
}

/// For processors of x86-64 without PCLMULQDQ, which are old: eight bytes at a time by
/// tables ("slicing by 8"). Those of crc32fast are larger.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
fn update_generic(state: u64, bytes: &[u8]) -> u64 {
    let table = lazy_table::CRC32.get(|i| tables::state(i, GENERATOR));
    tables::update::<8>(table, state, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_implementations_agree() {
        let bytes: Vec<u8> = (0..600u32).map(|i| (i * i / 8) as u8).collect();
        for len in 0..bytes.len() {
            for crc in [0, 1, 0xdead_beef, u32::MAX] {
                let state = update_generic(u64::from(!crc), &bytes[..len]);
                assert_eq!(crc32(&bytes[..len], crc), !(state as u32));
            }
        }
    }
}
