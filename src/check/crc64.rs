//! CRC64: the polynomial of ECMA-182.

#![forbid(unsafe_code)]

use crate::cpu::clmul;

/// The generator, reflected and without its highest power.
const GENERATOR: u64 = 0xc96c_5795_d787_0f42;

/// Continues from `crc`, the CRC64 of what came before (of nothing: 0).
#[inline]
pub(crate) fn crc64(bytes: &[u8], crc: u64) -> u64 {
    match clmul::update::<GENERATOR>(!crc, bytes) {
        Some(state) => !state,
        None => elsewhere(bytes, crc),
    }
}

/// For processors that [`clmul`] does not know.
#[inline(never)]
fn elsewhere(bytes: &[u8], crc: u64) -> u64 {
    if bytes.is_empty() {
        return crc;
    }
    let mut digest = crc64fast::Digest::new();
    if crc != 0 {
        digest.write(&leading_to(crc));
    }
    digest.write(bytes);
    digest.sum64()
}

/// Eight bytes whose CRC64 is `crc`: a digest of [`crc64fast`] cannot start
/// anywhere but at the beginning.
///
/// 64 steps forwards are `state = (state >> 1) ^ (GENERATOR if it was odd)`
/// beginning with `bytes ^ u64::MAX`. As the generator's highest bit is set,
/// that bit tells which case it was, so each step can be undone.
fn leading_to(crc: u64) -> [u8; 8] {
    let start = (0..64).fold(!crc, |state, _| {
        let odd = state >> 63;
        (state ^ if odd == 1 { GENERATOR } else { 0 }) << 1 | odd
    });
    (!start).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_lead_to_any_crc() {
        for crc in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef, 1 << 63] {
            let mut digest = crc64fast::Digest::new();
            digest.write(&leading_to(crc));
            assert_eq!(digest.sum64(), crc);
        }
    }

    #[test]
    fn all_implementations_agree() {
        let bytes: Vec<u8> = (0..600u32).map(|i| (i * i / 8) as u8).collect();
        for len in 0..bytes.len() {
            for crc in [0, 1, 0xdead_beef_0bad_cafe, u64::MAX] {
                assert_eq!(crc64(&bytes[..len], crc), elsewhere(&bytes[..len], crc));
            }
        }
    }
}
