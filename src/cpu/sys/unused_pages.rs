//! Giving back pages of memory that is about to be freed: malloc may keep it, with
//! what was written to it, for as long as the process lives.

#[cfg(all(target_os = "linux", not(miri)))]
use super::madvise::advise;
use core::mem::MaybeUninit;

/// Tells the system that nothing in `bytes` is needed any more, as far as they are
/// whole pages: afterwards they may hold anything.
#[cfg(all(target_os = "linux", not(miri)))]
#[cold]
pub(crate) fn give_back(bytes: &mut [MaybeUninit<u8>]) {
    let Some(page) = page_size() else { return };
    let skipped = bytes.as_ptr().align_offset(page).min(bytes.len());
    let size = (bytes.len() - skipped) / page * page;
    let bytes = &mut bytes[skipped..][..size];
    // SAFETY: it changes at most what these whole pages hold, which are borrowed, and
    // need not be initialised.
    unsafe { advise(bytes.as_mut_ptr().cast(), size, libc::MADV_DONTNEED) };
}

/// Size of the system's pages, in bytes: a power of two.
#[cfg(all(target_os = "linux", not(miri)))]
fn page_size() -> Option<usize> {
    // SAFETY: it only returns a number; asked for this, it does not fail.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).ok().filter(|size| size.is_power_of_two())
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
