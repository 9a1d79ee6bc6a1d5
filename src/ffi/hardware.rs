//! lzma/hardware.h: what the machine has.

use super::guard::guard;

/// Tells how much memory the machine has, for example to choose a limit.
///
/// # Returns
/// Bytes of physical memory, whoever uses it, and whatever limits this process
/// has; 0 if that cannot be found out.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_physmem() -> u64 {
    guard(0, || {
        // SAFETY: these have no preconditions.
        let (page, pages) =
            unsafe { (libc::sysconf(libc::_SC_PAGESIZE), libc::sysconf(libc::_SC_PHYS_PAGES)) };
        match (u64::try_from(page), u64::try_from(pages)) {
            (Ok(page), Ok(pages)) => page.saturating_mul(pages),
            _ => 0,
        }
    })
}

/// Tells how many threads can run at once, for example for `lzma_mt`.
///
/// # Returns
/// The number of processors that this process may use; 0 if that cannot be
/// found out.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_cputhreads() -> u32 {
    guard(0, || allowed().unwrap_or(0))
}

/// Processors that the scheduler may give to this process. Machines with so
/// many that the set is too small for them fail, here as in liblzma.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn allowed() -> Option<u32> {
    let mut set = core::mem::MaybeUninit::<libc::cpu_set_t>::zeroed();
    // SAFETY: the set is as large as said; 0 is the calling process.
    unsafe {
        let size = size_of::<libc::cpu_set_t>();
        if libc::sched_getaffinity(0, size, set.as_mut_ptr()) != 0 {
            return None;
        }
        u32::try_from(libc::CPU_COUNT(set.assume_init_ref())).ok()
    }
}

/// Processors that are running.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn allowed() -> Option<u32> {
    // SAFETY: this has no preconditions.
    u32::try_from(unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) }).ok()
}
