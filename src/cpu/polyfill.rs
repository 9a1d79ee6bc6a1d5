//! What the standard library has gained since the oldest version of Rust that
//! may build this.

/// As many arrays of `N` as fit, and what is left over
/// (`[T]::as_chunks`, since Rust 1.88).
#[inline(always)]
pub(crate) fn as_chunks<const N: usize, T>(slice: &[T]) -> (&[[T; N]], &[T]) {
    const { assert!(N != 0) };
    let (whole, rest) = slice.split_at(slice.len() - slice.len() % N);
    // SAFETY: arrays lie in memory as their elements do, one after the other;
    // so this is the memory of `whole`, borrowed for as long.
    let chunks = unsafe { core::slice::from_raw_parts(whole.as_ptr().cast(), whole.len() / N) };
    (chunks, rest)
}

/// [`as_chunks`] of elements that may be changed.
#[inline(always)]
pub(crate) fn as_chunks_mut<const N: usize, T>(slice: &mut [T]) -> (&mut [[T; N]], &mut [T]) {
    const { assert!(N != 0) };
    let (whole, rest) = slice.split_at_mut(slice.len() - slice.len() % N);
    let (start, count) = (whole.as_mut_ptr().cast(), whole.len() / N);
    // SAFETY: arrays lie in memory as their elements do, one after the other;
    // so this is the memory of `whole`, borrowed for as long and not used
    // meanwhile.
    let chunks = unsafe { core::slice::from_raw_parts_mut(start, count) };
    (chunks, rest)
}

/// Chooses without a branch, because none would be predicted
/// (`core::hint::select_unpredictable`, since Rust 1.88).
#[inline(always)]
pub(crate) fn select_unpredictable<T: Copy>(condition: bool, yes: T, no: T) -> T {
    #[cfg(rlzma_has_select_unpredictable)]
    #[allow(clippy::incompatible_msrv)] // build.rs has asked for the version
    return core::hint::select_unpredictable(condition, yes, no);
    // Compilers before that select here of their own accord, mostly.
    #[cfg(not(rlzma_has_select_unpredictable))]
    if condition { yes } else { no }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_the_elements() {
        let mut slice = [1u16, 2, 3, 4, 5];
        assert_eq!(as_chunks(&slice), (&[[1, 2], [3, 4]][..], &[5][..]));
        assert_eq!(as_chunks(&slice), (&[[1, 2, 3, 4, 5]][..], &[][..]));
        assert_eq!(as_chunks::<6, _>(&slice), (&[][..], &slice[..]));
        assert_eq!(as_chunks::<4, u16>(&[]), (&[][..], &[][..]));
        let (chunks, rest) = as_chunks_mut(&mut slice);
        chunks[1] = [8, 9];
        rest[0] = 7;
        assert_eq!(slice, [1, 2, 8, 9, 7]);
    }

    #[test]
    fn selects() {
        assert_eq!(select_unpredictable(true, 1, 2), 1);
        assert_eq!(select_unpredictable(false, 1, 2), 2);
    }
}
