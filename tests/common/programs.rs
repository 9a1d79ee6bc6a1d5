//! Programs of the system, as they are and with rlzma preloaded.

use super::corpus;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The library under test: `RLZMA_SO`, or what was built with this test.
pub fn library() -> PathBuf {
    if let Some(path) = std::env::var_os("RLZMA_SO") {
        return path.into();
    }
    let test = std::env::current_exe().expect("this test's path");
    let path = test.with_file_name("librlzma.so");
    assert!(path.exists(), "{} was not built", path.display());
    path
}

/// A folder of this test run, empty.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a temporary folder");
    path
}

/// Runs a shell command, with `library` preloaded if there is one.
fn shell_on(library: Option<PathBuf>, script: &str, folder: &Path) -> Output {
    let mut command = Command::new("bash");
    command.args(["-euc", script]).current_dir(folder).env("LC_ALL", "C");
    if let Some(library) = library {
        command.env("LD_PRELOAD", library);
    }
    command.output().expect("bash")
}

/// Runs a shell command, with rlzma preloaded or not.
pub fn shell(script: &str, folder: &Path, preloaded: bool) -> Output {
    shell_on(preloaded.then(library), script, folder)
}

pub fn succeeds(script: &str, folder: &Path, preloaded: bool) -> Vec<u8> {
    let output = shell(script, folder, preloaded);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} (preloaded: {preloaded}): {errors}");
    output.stdout
}

/// Runs `script` on the original and on rlzma; the same output, errors and
/// status are wanted. The original is that of the same version: the system's
/// may be older, and answer differently.
pub fn same(script: &str, folder: &Path) {
    let theirs = shell_on(Some(reference::path().into()), script, folder);
    let ours = shell(script, folder, true);
    let errors = String::from_utf8_lossy(&ours.stderr);
    assert_eq!(theirs.status.code(), ours.status.code(), "{script}: {errors}");
    assert_eq!(String::from_utf8_lossy(&theirs.stderr), errors, "{script}");
    assert!(theirs.stdout == ours.stdout, "{script}: other output");
}

/// Files to decompress, compressed by the original.
pub fn compressed(folder: &Path) -> Vec<PathBuf> {
    let samples = corpus::samples();
    assert!(!samples.is_empty());
    let write = |sample: &corpus::Sample| {
        let path = folder.join(format!("{}.xz", sample.name));
        fs::write(&path, &sample.xz).expect("a file");
        path
    };
    samples.iter().map(write).collect()
}

/// The libraries in which the dynamic linker found each function of liblzma that a
/// program uses.
pub fn bindings(script: &str, folder: &Path) -> BTreeMap<String, Vec<String>> {
    let prefix = folder.join("bindings");
    let script = format!("export LD_DEBUG=bindings LD_DEBUG_OUTPUT={}\n{script}", prefix.display());
    succeeds(&script, folder, true);
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if !path.to_string_lossy().starts_with(&*prefix.to_string_lossy()) {
            continue;
        }
        for line in String::from_utf8_lossy(&fs::read(path).expect("a report")).lines() {
            // «binding file A [0] to B [0]: normal symbol `lzma_code' [XZ_5.0]»
            let Some((head, tail)) = line.split_once("symbol `lzma_") else { continue };
            let Some((from, to)) = head.split_once(" to ") else { continue };
            if from.contains("librlzma") || from.contains("liblzma") {
                continue; // a library's own
            }
            let symbol = format!("lzma_{}", tail.split('\'').next().unwrap_or_default());
            found.entry(symbol).or_default().push(to.split(' ').next().unwrap().to_owned());
        }
    }
    found
}

/// All of the program's calls go to rlzma, `wanted` among them.
pub fn bound_to_rlzma(script: &str, folder: &Path, wanted: &[&str]) {
    let found = bindings(script, folder);
    for name in wanted {
        assert!(found.contains_key(*name), "{script} does not use {name}: {found:?}");
    }
    for (name, libraries) in found {
        for library in libraries {
            assert!(library.contains("librlzma.so"), "{script}: {name} is bound to {library}");
        }
    }
}
