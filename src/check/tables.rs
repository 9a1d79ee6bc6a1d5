//! Tables for CRCs of several bytes at a time ("slicing").

#![forbid(unsafe_code)]

/// `tables[n][b]` is the state that the byte `b` leads to, followed by `n` zeros.
/// The generator is reflected, and without its highest power.
pub(super) const fn tables<const N: usize>(generator: u64) -> [[u64; 256]; N] {
    let mut tables = [[0; 256]; N];
    let mut byte = 0;
    while byte < 256 {
        let mut state = byte as u64;
        let mut n = 0;
        while n < N {
            let mut bit = 0;
            while bit < 8 {
                state = state >> 1 ^ if state & 1 == 1 { generator } else { 0 };
                bit += 1;
            }
            tables[n][byte] = state;
            n += 1;
        }
        byte += 1;
    }
    tables
}

/// The state that `bytes` lead to from `state`: `N` bytes at a time, each looked up
/// in the table that is for its place. Tables of states of 32 bits hold those.
#[inline(always)]
pub(super) fn update<T: Copy + Into<u64>, const N: usize>(
    tables: &[[T; 256]; N],
    mut state: u64,
    bytes: &[u8],
) -> u64 {
    const { assert!(N <= size_of::<u64>()) };
    let words = bytes.chunks_exact(N);
    let rest = words.remainder();
    for word in words {
        let mut padded = [0; size_of::<u64>()];
        padded[..N].copy_from_slice(word);
        let looked_up = (state ^ u64::from_le_bytes(padded)).to_le_bytes();
        let unaffected = state.checked_shr(8 * N as u32).unwrap_or(0);
        state = looked_up
            .iter()
            .zip(tables.iter().rev())
            .fold(unaffected, |sum, (&byte, table)| sum ^ table[usize::from(byte)].into());
    }
    for &byte in rest {
        state = state >> 8 ^ tables[0][usize::from(state as u8 ^ byte)].into();
    }
    state
}
