//! Compiles the C code with the header that liblzma-sys names.

fn main() {
    println!("cargo:rerun-if-changed=code.c");
    let include = std::env::var("DEP_LZMA_INCLUDE").expect("from liblzma-sys");
    assert!(std::env::var_os("DEP_LZMA_ROOT").is_some(), "from liblzma-sys");
    cc::Build::new().include(include).warnings_into_errors(true).file("code.c").compile("code");
}
