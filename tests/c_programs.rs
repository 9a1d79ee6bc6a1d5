//! The C programs in `tests-c/`, compiled with our headers: they find all as
//! they expect it with the original, and with rlzma; those whose names begin with
//! `rlzma_` need `rlzma.h`, and run with rlzma only. `scripts/test-c-programs` runs
//! them on an installed rlzma; `tests/functions.rs` checks which uses what.

mod common;

use common::programs::{folder, library};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs, but for the one that `tests/fields/layout.rs` runs.
fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-c");
    let entries = fs::read_dir(folder).expect("the programs").flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "c"));
    paths.retain(|path| !path.ends_with("layout.c"));
    assert!(paths.len() >= 10, "{paths:?}");
    paths
}

/// `defines` tells programs about [differences](../docs/differences.md).
fn run_with(library: &Path, folder: &Path, programs: &[PathBuf], defines: &[&str]) {
    let include = concat!(env!("CARGO_MANIFEST_DIR"), "/include");
    for program in programs {
        let name = program.file_stem().expect("a name");
        let binary = folder.join(name);
        let status = Command::new("cc")
            .args(["-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-I", include, "-o"])
            .args([&binary, program, library])
            .args(defines)
            .arg(format!("-Wl,-rpath,{}", library.parent().expect("a folder").display()))
            .status()
            .expect("a C compiler");
        assert!(status.success(), "{program:?} does not compile");
        let link = folder.join(format!("{}.5", library.file_name().unwrap().to_str().unwrap()));
        let _ = std::os::unix::fs::symlink(library, link); // what the SONAME says
        let output =
            Command::new(&binary).env("LD_LIBRARY_PATH", folder).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program:?} with {}:\n{errors}", library.display());
    }
}

#[test]
fn expect_what_liblzma_does() {
    let mut all = programs();
    all.retain(|path| {
        !path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"rlzma_"))
    });
    run_with(Path::new(reference::path()), &folder("c-reference"), &all, &["-DREFERENCE"]);
}

#[test]
fn run_on_rlzma() {
    run_with(&library(), &folder("c-rlzma"), &programs(), &[]);
}
