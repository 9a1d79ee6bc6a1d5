//! Compiles the original's C source, as distributions do, into a shared
//! library that the tests load beside ours.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the library's own source lies, below `src/` of the source tree.
const DIRECTORIES: [&str; 7] = [
    "liblzma/check",
    "liblzma/common",
    "liblzma/delta",
    "liblzma/lz",
    "liblzma/lzma",
    "liblzma/rangecoder",
    "liblzma/simple",
];

/// Alternatives for small builds, and programs that generate tables.
fn is_wanted(path: &Path) -> bool {
    let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else {
        return false;
    };
    path.extension().is_some_and(|extension| extension == "c")
        && !stem.ends_with("_small")
        && !stem.ends_with("tablegen")
        && !stem.ends_with("_gen")
}

fn sources(src: &Path) -> Vec<PathBuf> {
    let mut files = vec![src.join("common/tuklib_cpucores.c"), src.join("common/tuklib_physmem.c")];
    for directory in DIRECTORIES {
        for entry in fs::read_dir(src.join(directory)).expect("the C source is readable") {
            let path = entry.expect("the C source is readable").path();
            if is_wanted(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=config.h");
    println!("cargo:rerun-if-env-changed=DEP_LZMA_INCLUDE");

    let api = PathBuf::from(env::var_os("DEP_LZMA_INCLUDE").expect("set by liblzma-sys"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by Cargo"));
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by Cargo"));
    let src = api.ancestors().nth(2).expect("the API headers are in src/liblzma/api").to_owned();

    let mut build = cc::Build::new();
    build
        .no_default_flags(true)
        .cargo_metadata(false)
        .warnings(false)
        .flag("-O2")
        .flag("-std=gnu99")
        .flag("-fPIC")
        .flag("-pthread")
        .flag("-fvisibility=hidden")
        .define("HAVE_CONFIG_H", None)
        .define("NDEBUG", None)
        .define("PIC", None)
        .define("TUKLIB_SYMBOL_PREFIX", "lzma_")
        .include(&here)
        .include(&api)
        .include(src.join("common"));
    for directory in DIRECTORIES {
        build.include(src.join(directory));
    }
    build.files(sources(&src));
    let objects = build.compile_intermediates();

    let library = out.join("liboracle_lzma.so");
    let mut link: Command = build.get_compiler().to_command();
    link.arg("-shared")
        .arg("-o")
        .arg(&library)
        .args([
            "-Wl,-soname,liboracle_lzma.so",
            "-Wl,-Bsymbolic",
            "-Wl,-z,defs",
            "-Wl,-z,relro",
            "-Wl,-z,now",
        ])
        .args(&objects);
    let status = link.status().expect("the C compiler runs");
    assert!(status.success(), "linking the oracle failed: {link:?}");

    println!("cargo:rustc-env=ORACLE_PATH={}", library.display());
    println!("cargo:rustc-env=ORACLE_INCLUDE={}", api.display());
}
