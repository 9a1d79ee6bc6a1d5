//! Asking the processor to fetch memory ahead of its use.

/// Begins to bring `slice[index]` into the cache. Out of range, this fetches
/// something useless or nothing: a hint to the processor neither reads nor
/// faults, whatever the address.
#[inline(always)]
pub(crate) fn prefetch<T>(slice: &[T], index: usize) {
    prefetch_address(slice.as_ptr().wrapping_add(index).cast());
}

/// Begins to bring what lies at `address` into the cache; any address will do.
#[inline(always)]
pub(crate) fn prefetch_address(address: *const u8) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: the instruction is part of every x86-64; it accesses no memory
    // as far as the program can tell, and ignores addresses that are invalid.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    // SAFETY: as above: a hint that changes no register and no memory.
    unsafe {
        core::arch::asm!(
            "prfm pldl1keep, [{}]",
            in(reg) address,
            options(nomem, nostack, preserves_flags)
        );
    }
    #[cfg(not(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri))))]
    portable(address);
}

/// The portable twin: nothing.
#[cfg(any(test, miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn portable(_: *const u8) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_index_is_fine() {
        let slice = [1u64, 2, 3];
        for index in [0, 2, 3, 1000, usize::MAX >> 24, usize::MAX / 8, usize::MAX] {
            prefetch(&slice, index);
            prefetch::<u32>(&[], index);
            portable(slice.as_ptr().wrapping_add(index).cast());
        }
        assert_eq!(slice, [1, 2, 3]);
    }
}
