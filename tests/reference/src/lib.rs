//! The original liblzma 5.8.4, compiled by `build.rs` into a shared library
//! that no linker sees. It is loaded by hand and with local symbols, so that
//! it answers beside rlzma in one process although both export the same
//! names.

use std::env;
use std::ffi::{CStr, CString, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr::NonNull;
use std::sync::OnceLock;

/// Path of the shared library, where it was built.
pub fn path() -> &'static str {
    env!("REFERENCE_PATH")
}

/// Path of the shared library: where it was built, or else beside the program,
/// for fuzzers that run on another machine.
fn found() -> PathBuf {
    let built = PathBuf::from(path());
    match env::current_exe() {
        Ok(program) if !built.exists() => program.with_file_name("liblzma.so.5"),
        _ => built,
    }
}

/// Directory of the original's `lzma.h`, for C programs to compile against.
pub fn include_dir() -> &'static str {
    env!("REFERENCE_INCLUDE")
}

/// The C compiler that has compiled the original, for the target of the tests.
pub fn compiler() -> &'static str {
    env!("REFERENCE_COMPILER")
}

/// A command that runs `program`, which [`compiler`] has made. Where the tests
/// are for another machine than this, `RLZMA_RUNNER` in the environment says by
/// which command, such as an emulator's.
pub fn runner(program: &Path) -> Command {
    let runner = env::var("RLZMA_RUNNER").unwrap_or_default();
    let mut words = runner.split_whitespace();
    match words.next() {
        None => Command::new(program),
        Some(first) => {
            let mut command = Command::new(first);
            command.args(words).arg(program);
            command
        }
    }
}

/// A handle of the dynamic linker; it stays open until the process ends.
struct Handle(NonNull<c_void>);

// SAFETY: `dlsym` may be called with one handle from any thread.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

fn reason() -> String {
    // SAFETY: `dlerror` has no preconditions.
    let message = unsafe { libc::dlerror() };
    if message.is_null() {
        return "no reason given".to_owned();
    }
    // SAFETY: a non-null result is a C string, valid until the next call of
    // the dynamic linker's functions in this thread.
    unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned()
}

fn handle() -> &'static Handle {
    static HANDLE: OnceLock<Handle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let path = CString::new(found().as_os_str().as_bytes()).expect("a path has no zero byte");
        // SAFETY: `path` is a C string. The library's constructor only looks
        // at the processor's features.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        match NonNull::new(handle) {
            Some(handle) => Handle(handle),
            None => panic!("cannot load the original liblzma: {}", reason()),
        }
    })
}

/// Address of the function `name`, or `None` if the original has none.
pub fn find(name: &str) -> Option<NonNull<c_void>> {
    let name = CString::new(name).ok()?;
    // SAFETY: the handle is open and `name` is a C string.
    NonNull::new(unsafe { libc::dlsym(handle().0.as_ptr(), name.as_ptr()) })
}

/// Address of the function `name` at a symbol version, or `None` if the original
/// does not have it there.
pub fn find_at(name: &str, version: &str) -> Option<NonNull<c_void>> {
    let (name, version) = (CString::new(name).ok()?, CString::new(version).ok()?);
    // SAFETY: the handle is open, the others are C strings.
    NonNull::new(unsafe { libc::dlvsym(handle().0.as_ptr(), name.as_ptr(), version.as_ptr()) })
}

/// Address of the function `name`.
///
/// # Panics
///
/// If the original has no such function.
pub fn symbol(name: &str) -> *mut c_void {
    match find(name) {
        Some(address) => address.as_ptr(),
        None => panic!("the original liblzma has no {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_version_that_we_follow() {
        // SAFETY: the prototype in lzma/version.h.
        let version: extern "C" fn() -> u32 =
            unsafe { std::mem::transmute(symbol("lzma_version_number")) };
        assert_eq!(version(), 50080042);
    }

    #[test]
    fn lies_beside_its_headers() {
        let header = std::path::Path::new(include_dir()).join("lzma/base.h");
        assert!(header.exists(), "{}", header.display());
    }

    #[test]
    fn has_no_other_names() {
        assert!(find("lzma_no_such_function").is_none());
        assert!(find_at("lzma_code", "XZ_5.0").is_some());
        assert!(find_at("lzma_code", "XZ_5.2").is_none());
    }
}
