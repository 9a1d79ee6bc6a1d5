//! Questions to the system about this process and its machine.

use core::ffi::{CStr, c_char};

/// Copies the value of an environment variable to `buffer`. `None`: there is no
/// such variable, it does not fit, or the process has privileges that its
/// environment must not influence (set-user-ID programs and the like).
pub(crate) fn variable<'a>(name: &CStr, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    // SAFETY: `name` is a string; the result is NULL or one. It stays as it is
    // while nobody changes the environment, which POSIX forbids other threads
    // to do while one reads it.
    let value = unsafe {
        let value = get(name.as_ptr());
        if value.is_null() {
            return None;
        }
        CStr::from_ptr(value).to_bytes()
    };
    let copy = buffer.get_mut(..value.len())?;
    copy.copy_from_slice(value);
    Some(copy)
}

#[cfg(all(target_os = "linux", not(miri)))]
unsafe extern "C" {
    #[link_name = "secure_getenv"]
    fn get(name: *const c_char) -> *mut c_char;
}

/// `getenv`, unless the process has privileges.
///
/// # Safety
/// As that of `getenv`.
#[cfg(not(all(target_os = "linux", not(miri))))]
unsafe fn get(name: *const c_char) -> *mut c_char {
    // SAFETY: by the contract above; the others have no preconditions.
    unsafe {
        let privileged =
            !cfg!(miri) && (libc::getuid() != libc::geteuid() || libc::getgid() != libc::getegid());
        if privileged { core::ptr::null_mut() } else { libc::getenv(name) }
    }
}

/// Bytes of physical memory. `None`: the system does not tell.
pub(crate) fn physical_memory() -> Option<u64> {
    // SAFETY: these have no preconditions.
    let (page, pages) =
        unsafe { (libc::sysconf(libc::_SC_PAGESIZE), libc::sysconf(libc::_SC_PHYS_PAGES)) };
    Some(u64::try_from(page).ok()?.saturating_mul(u64::try_from(pages).ok()?))
}

/// Number of processors that the scheduler may give to this process. Machines
/// with so many that the set is too small for them fail, here as in liblzma.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn processors() -> Option<u32> {
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

/// Number of processors that are running.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn processors() -> Option<u32> {
    // SAFETY: this has no preconditions.
    u32::try_from(unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) }).ok()
}
