//! Tables for CRCs of several bytes at a time ("slicing").

#![forbid(unsafe_code)]

/// Entry `i` of the tables, one after the other, of 256 states each: the state after
/// byte `i % 256` and `i / 256` zero bytes. The generator is reflected, and without
/// its highest power.
pub(super) const fn state(i: usize, generator: u64) -> u64 {
    let mut state = (i % 256) as u64;
    let mut bits = 8 * (1 + i / 256);
    while bits > 0 {
        state = state >> 1 ^ if state & 1 == 1 { generator } else { 0 };
        bits -= 1;
    }
    state
}

/// The state that `bytes` lead to from `state`: `N` bytes at a time, each looked up
/// in the table that is for its place. `table` gives numbers of a row of `N` tables.
#[inline(always)]
pub(super) fn update<const N: usize>(
    table: impl Fn(usize) -> u64,
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
        state = (0..N).fold(unaffected, |sum, place| {
            sum ^ table((N - 1 - place) * 256 + usize::from(looked_up[place]))
        });
    }
    for &byte in rest {
        state = state >> 8 ^ table(usize::from(state as u8 ^ byte));
    }
    state
}
