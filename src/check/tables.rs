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
