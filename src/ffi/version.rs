//! lzma/version.h: the version of liblzma that this library is a drop-in for.

use core::ffi::{CStr, c_char};

/// First number of the version; another one would mean an incompatible library.
pub const LZMA_VERSION_MAJOR: u32 = 5;

/// Second number of the version: even in stable releases, odd in development.
pub const LZMA_VERSION_MINOR: u32 = 8;

/// Third number of the version: it counts the releases of one minor version.
pub const LZMA_VERSION_PATCH: u32 = 4;

/// The stability of an alpha release.
pub const LZMA_VERSION_STABILITY_ALPHA: u32 = 0;

/// The stability of a beta release.
pub const LZMA_VERSION_STABILITY_BETA: u32 = 1;

/// The stability of a stable release.
pub const LZMA_VERSION_STABILITY_STABLE: u32 = 2;

/// The stability of this version: one of the three values above.
pub const LZMA_VERSION_STABILITY: u32 = LZMA_VERSION_STABILITY_STABLE;

/// The part of the version string that tells the stability; empty if stable.
pub const LZMA_VERSION_STABILITY_STRING: &CStr = c"";

/// The part of the version string that tells a development snapshot.
pub const LZMA_VERSION_COMMIT: &CStr = c"";

/// The version as a number to compare with: its decimal digits are `xyyyzzzs`,
/// where x is the major, y the minor and z the patch version, and s the
/// stability. 5.8.4 is 50080042.
pub const LZMA_VERSION: u32 = LZMA_VERSION_MAJOR * 10_000_000
    + LZMA_VERSION_MINOR * 10_000
    + LZMA_VERSION_PATCH * 10
    + LZMA_VERSION_STABILITY;

/// The version as a string.
pub const LZMA_VERSION_STRING: &CStr = c"5.8.4";

/// The version of the library that is running, as `LZMA_VERSION` is that of the
/// headers.
///
/// # Returns
/// The version in decimal digits `xyyyzzzs`, as explained at `LZMA_VERSION`:
/// 50080042 for this version.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_version_number() -> u32 {
    LZMA_VERSION
}

/// The version of the library that is running, as a text.
///
/// # Returns
/// The version, such as "5.8.4". The text is part of the library: it is not to
/// be freed.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_version_string() -> *const c_char {
    LZMA_VERSION_STRING.as_ptr()
}
