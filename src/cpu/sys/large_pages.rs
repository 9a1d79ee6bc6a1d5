//! Large pages, for tables that are accessed at random: the processor finds more of
//! their addresses in its cache of translations.

#[cfg(all(target_os = "linux", not(miri)))]
use super::madvise::advise;

/// Asks the system to back the `size` bytes from `start` on with large pages as far
/// as they are not in use yet. A hint: the system may have none, or not grant them.
/// It does not change what the memory holds, so any address will do.
#[cfg(all(target_os = "linux", not(miri)))]
#[cold]
pub(crate) fn ask_for(start: *const u8, size: usize) {
    const PAGE: usize = 4096;
    // Only whole pages of the range: others may lie in the first and the last.
    let skipped = start.align_offset(PAGE);
    let size = size.saturating_sub(skipped) / PAGE * PAGE;
    // SAFETY: the advice changes no contents and no access. Where pages are larger
    // and the address is no multiple of theirs, the call fails.
    unsafe { advise(start.wrapping_add(skipped), size, libc::MADV_HUGEPAGE) };
}

/// The portable twin: nothing.
#[cfg(any(miri, not(target_os = "linux")))]
pub(crate) fn ask_for(_: *const u8, _: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_range_will_do_and_keeps_what_it_holds() {
        let bytes = vec![7u8; 3 << 20];
        for (start, size) in [(0, bytes.len()), (1, 4095), (4095, 2 << 20), (0, 0)] {
            ask_for(bytes[start..].as_ptr(), size);
        }
        ask_for(core::ptr::null(), 4096);
        assert!(bytes.iter().all(|byte| *byte == 7));
    }
}
