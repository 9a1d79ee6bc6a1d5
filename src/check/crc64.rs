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

/// `TABLES[n][b]` is the state that the byte `b` leads to, followed by `n`
/// zeros.
static TABLES: [[u64; 256]; 8] = {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut state = byte as u64;
        let mut n = 0;
        while n < 8 {
            let mut bit = 0;
            while bit < 8 {
                state = state >> 1 ^ if state & 1 == 1 { GENERATOR } else { 0 };
                bit += 1;
            }
            tables[n][byte] = state;
            n += 1;
        }
        byte += 1;
    }
    tables
};

/// For processors that [`clmul`] does not know: eight bytes at a time by
/// tables ("slicing by 8").
#[inline(never)]
fn elsewhere(bytes: &[u8], crc: u64) -> u64 {
    let mut state = !crc;
    let words = bytes.chunks_exact(8);
    let rest = words.remainder();
    for word in words {
        let word = word.first_chunk().copied().map_or(0, u64::from_le_bytes);
        let looked_up = (state ^ word).to_le_bytes();
        state = looked_up
            .iter()
            .zip(TABLES.iter().rev())
            .fold(0, |sum, (&byte, table)| sum ^ table[usize::from(byte)]);
    }
    for &byte in rest {
        state = state >> 8 ^ TABLES[0][usize::from(state as u8 ^ byte)];
    }
    !state
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
                assert_eq!(elsewhere(&bytes[..len], crc), by_bits(&bytes[..len], crc));
            }
        }
    }
}
