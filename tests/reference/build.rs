//! Compiles the original's C source, as distributions do, with symbol versions
//! and debug information, into a shared library that tests load beside rlzma.
//! `scripts/build-reference` takes it from here as well.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The library's own folders, below `src/` of the source tree.
const DIRECTORIES: [&str; 7] = [
    "liblzma/check",
    "liblzma/common",
    "liblzma/delta",
    "liblzma/lz",
    "liblzma/lzma",
    "liblzma/rangecoder",
    "liblzma/simple",
];

/// True if a file is part of the library: not an alternative for small builds, nor
/// a program that generates tables.
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
        .flag("-g")
        .flag("-std=gnu99")
        .flag("-fPIC")
        .flag("-pthread")
        .flag("-fvisibility=hidden")
        .define("HAVE_CONFIG_H", None)
        .define("HAVE_SYMBOL_VERSIONS_LINUX", "1")
        .define("NDEBUG", None)
        .define("PIC", None)
        .define("TUKLIB_SYMBOL_PREFIX", "lzma_")
        .include(&here)
        .include(&api)
        .include(src.join("common"));
    // Debian's compiler for i686 leaves SSE2 out unless it is told.
    if env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|features| features.contains("sse2")) {
        build.flag("-msse2");
    }
    for directory in DIRECTORIES {
        build.include(src.join(directory));
    }
    build.files(sources(&src));
    let objects = build.compile_intermediates();

    // Named like its SONAME, for what is linked with it.
    let library = out.join("liblzma.so.5");
    let map = src.join("liblzma/liblzma_linux.map");
    let mut link: Command = build.get_compiler().to_command();
    link.arg("-shared")
        .arg("-o")
        .arg(&library)
        .args([
            "-Wl,-soname,liblzma.so.5",
            "-Wl,-Bsymbolic", // its calls of itself stay in it, also beside rlzma
            "-Wl,-z,defs",
            "-Wl,-z,relro",
            "-Wl,-z,now",
        ])
        .arg(format!("-Wl,--version-script={}", map.display()))
        .args(&objects);
    let status = link.status().expect("the C compiler runs");
    assert!(status.success(), "linking the original liblzma failed: {link:?}");

    println!("cargo:rustc-env=REFERENCE_COMPILER={}", build.get_compiler().path().display());
    println!("cargo:rustc-env=REFERENCE_PATH={}", library.display());
    println!("cargo:rustc-env=REFERENCE_INCLUDE={}", api.display());
}
