//! Questions to the system about this process and its machine.

use core::ffi::{CStr, c_char, c_int};

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

/// Reads a file, as much as the buffer takes. (`std::fs` would be 5 KB of code, which
/// writes errors as text.)
pub(crate) fn read_file<'a>(path: &CStr, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    // SAFETY: `path` is a string.
    let file = unsafe { libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC) };
    if file < 0 {
        return None;
    }
    let len = read_all(file, buffer);
    // SAFETY: it was opened here.
    unsafe { libc::close(file) };
    Some(&buffer[..len?])
}

/// Reads until the end of the file or of the buffer. `None`: that failed.
fn read_all(file: c_int, buffer: &mut [u8]) -> Option<usize> {
    let mut len = 0;
    while len < buffer.len() {
        let room = &mut buffer[len..];
        // SAFETY: `room` is valid for writes.
        let more = unsafe { libc::read(file, room.as_mut_ptr().cast(), room.len()) };
        match usize::try_from(more) {
            Ok(0) => break,
            Ok(more) => len += more,
            Err(_) if was_interrupted() => {}
            Err(_) => return None,
        }
    }
    Some(len)
}

fn was_interrupted() -> bool {
    std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR)
}

/// Bytes of physical memory. `None`: the system does not tell, or Miri is asked, which
/// does not know.
pub(crate) fn physical_memory() -> Option<u64> {
    if cfg!(miri) {
        return None;
    }
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
