//! Tells crates that compile C code against liblzma where its header is, as
//! liblzma-sys and lzma-sys do: cargo sets `DEP_LZMA_INCLUDE` and `DEP_LZMA_ROOT`
//! for their build scripts.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=../build.rs");
    let manifest = env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
    let header = Path::new(&manifest).ancestors().map(|folder| folder.join("include"));
    let mut header = header.filter(|folder| folder.join("lzma.h").exists());
    println!("cargo:include={}", header.next().expect("rlzma's header").display());
    println!("cargo:root={}", env::var("OUT_DIR").expect("set by cargo"));
}
