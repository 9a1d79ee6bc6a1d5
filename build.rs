//! Gives the shared library its SONAME, and tells the source what the compiler
//! knows.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let os = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if os == "linux" {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,librlzma.so.5");
    }
    // core::hint::select_unpredictable
    if minor_version_of_rust().is_some_and(|minor| minor >= 88) {
        println!("cargo:rustc-cfg=rlzma_has_select_unpredictable");
    }
}

/// 85 for `rustc 1.85.1 (4eb161250 2025-03-15)`.
fn minor_version_of_rust() -> Option<u32> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}
