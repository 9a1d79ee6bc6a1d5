//! Giving back pages of memory that is about to be freed: malloc may keep it, with
//! what was written to it, for as long as the process lives.

use core::mem::MaybeUninit;

/// Tells the system that nothing in `bytes` is needed any more, as far as they are
/// whole pages: afterwards they may hold anything.
#[cfg(all(target_os = "linux", not(miri)))]
#[cold]
pub(crate) fn give_back(bytes: &mut [MaybeUninit<u8>]) {
    const PAGE: usize = 4096;
    let skipped = bytes.as_ptr().align_offset(PAGE).min(bytes.len());
    let size = (bytes.len() - skipped) / PAGE * PAGE;
    // SAFETY: it changes at most what the bytes hold, which are borrowed, and need not
    // be initialised. Where pages are larger and the address is no multiple of theirs,
    // the call fails. What the application finds in errno stays.
    unsafe {
        let errno = libc::__errno_location();
        let before = *errno;
        libc::madvise(bytes[skipped..].as_mut_ptr().cast(), size, libc::MADV_DONTNEED);
        *errno = before;
    }
}

/// The portable twin: nothing.
#[cfg(any(miri, not(target_os = "linux")))]
pub(crate) fn give_back(_: &mut [MaybeUninit<u8>]) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_before_and_after_stay_as_they_are() {
        let mut bytes = vec![MaybeUninit::new(7u8); 1 << 20];
        for (from, to) in [(5000, 505_000), (0, 0), (8191, 8192), (0, 1 << 20)] {
            bytes.fill(MaybeUninit::new(7));
            give_back(&mut bytes[from..to]);
            for kept in bytes[..from].iter().chain(&bytes[to..]) {
                // SAFETY: it is initialised, and was not given back.
                assert_eq!(unsafe { kept.assume_init() }, 7);
            }
        }
    }
}
