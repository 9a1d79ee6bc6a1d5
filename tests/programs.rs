//! Stock programs on rlzma: each runs twice, as it is and with rlzma
//! preloaded, on real files, and must do the same both times. The dynamic
//! linker's own report shows that the calls went to rlzma.
//!
//! The programs must be installed (`scripts/test` sees to that): a missing
//! one is a failure, not a reason to skip.

mod common;

use common::corpus;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The library under test: `RLZMA_SO`, or what was built with this test.
fn library() -> PathBuf {
    if let Some(path) = std::env::var_os("RLZMA_SO") {
        return path.into();
    }
    let test = std::env::current_exe().expect("this test's path");
    let path = test.with_file_name("librlzma.so");
    assert!(path.exists(), "{} was not built", path.display());
    path
}

/// A folder of this test run, empty.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a temporary folder");
    path
}

/// A shell command, with rlzma preloaded or not. It must succeed.
fn shell(script: &str, folder: &Path, preloaded: bool) -> Output {
    let mut command = Command::new("bash");
    command.args(["-euc", script]).current_dir(folder).env("LC_ALL", "C");
    if preloaded {
        command.env("LD_PRELOAD", library());
    }
    command.output().expect("bash")
}

fn succeeds(script: &str, folder: &Path, preloaded: bool) -> Vec<u8> {
    let output = shell(script, folder, preloaded);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} (preloaded: {preloaded}): {errors}");
    output.stdout
}

/// Runs `script` both ways; the same output, errors and status are wanted.
fn same(script: &str, folder: &Path) {
    let stock = shell(script, folder, false);
    let ours = shell(script, folder, true);
    let errors = String::from_utf8_lossy(&ours.stderr);
    assert_eq!(stock.status.code(), ours.status.code(), "{script}: {errors}");
    assert_eq!(String::from_utf8_lossy(&stock.stderr), errors, "{script}");
    assert!(stock.stdout == ours.stdout, "{script}: other output");
}

/// Files to decompress, compressed by the original.
fn compressed(folder: &Path) -> Vec<PathBuf> {
    let samples = corpus::samples();
    assert!(!samples.is_empty());
    let write = |sample: &corpus::Sample| {
        let path = folder.join(format!("{}.xz", sample.name));
        fs::write(&path, &sample.xz).expect("a file");
        path
    };
    samples.iter().map(write).collect()
}

/// What `program` needs of the library, and where the dynamic linker found
/// it: symbol by library.
fn bindings(script: &str, folder: &Path) -> BTreeMap<String, Vec<String>> {
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

/// What the library under test exports.
fn exported() -> BTreeSet<String> {
    let report = Command::new("nm").args(["-D", "--defined-only"]).arg(library()).output();
    let report = String::from_utf8(report.expect("nm").stdout).expect("text");
    report.lines().filter_map(|line| Some(line.rsplit(' ').next()?.to_owned())).collect()
}

/// All of the program's calls go to rlzma, `wanted` among them; but for
/// functions that rlzma does not have yet, and the program does not call.
fn bound_to_rlzma(script: &str, folder: &Path, wanted: &[&str]) {
    let found = bindings(script, folder);
    let exported = exported();
    for name in wanted {
        assert!(found.contains_key(*name), "{script} does not use {name}: {found:?}");
    }
    for (name, libraries) in found {
        for library in libraries {
            let ours = library.contains("librlzma.so") || !exported.contains(&name);
            assert!(ours, "{script}: {name} is bound to {library}");
        }
    }
}

#[test]
fn xz_decompresses() {
    let folder = folder("xz");
    for file in compressed(&folder) {
        let file = file.display();
        same(&format!("xz -dc {file}"), &folder);
        same(&format!("xz -t -v {file} 2>/dev/null"), &folder);
        same(&format!("xz -dc --memlimit=1MiB {file}"), &folder);
        same(&format!("head -c 100000 {file} | xz -dc"), &folder);
    }
    let files = folder.join("*.xz");
    bound_to_rlzma(&format!("xz -t {}", files.display()), &folder, &["lzma_code", "lzma_end"]);
}

#[test]
fn xz_judges_the_test_files() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut count = 0;
    for entry in fs::read_dir(&vectors).expect("the test files") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        if name.ends_with(".xz") || name.ends_with(".lzma") {
            same(&format!("xz -dc {name}"), &vectors);
            count += 1;
        }
    }
    assert!(count > 70, "only {count} test files");
}

#[test]
fn tar_extracts() {
    let folder = folder("tar");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = format!("tar cJf all.tar.xz -C {} src tests LICENSE", source.display());
    succeeds(&script, &folder, false);
    same("tar tvJf all.tar.xz", &folder);
    for preloaded in [false, true] {
        let script = format!("mkdir {preloaded}; tar xJf all.tar.xz -C {preloaded}");
        succeeds(&script, &folder, preloaded);
    }
    succeeds("diff -r true false", &folder, false);
    bound_to_rlzma("tar xJf all.tar.xz -O | wc -c", &folder, &["lzma_code"]);
}

/// A package of the distribution, of several MB.
fn package(folder: &Path) -> PathBuf {
    if let Some(path) = std::env::var_os("RLZMA_DEB") {
        return path.into();
    }
    let script = "apt-get download coreutils || { apt-get update; apt-get download coreutils; }";
    succeeds(script, folder, false);
    let mut files = fs::read_dir(folder).expect("the folder").map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|end| end == "deb")).expect("a package")
}

#[test]
fn dpkg_deb_unpacks() {
    let folder = folder("dpkg");
    let package = package(&folder);
    let package = package.display();
    same(&format!("dpkg-deb -c {package}"), &folder);
    same(&format!("dpkg-deb -I {package}"), &folder);
    for preloaded in [false, true] {
        succeeds(&format!("dpkg-deb -x {package} {preloaded}"), &folder, preloaded);
    }
    succeeds("diff -r true false", &folder, false);
    let script = format!("dpkg-deb -c {package} > /dev/null");
    bound_to_rlzma(&script, &folder, &["lzma_code", "lzma_end"]);
}

#[test]
fn bsdtar_extracts() {
    let folder = folder("bsdtar");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    for format in ["xz", "lzma", "lzip"] {
        let file = format!("all.tar.{format}");
        let script = format!("bsdtar cf {file} --{format} -C {} src LICENSE", source.display());
        succeeds(&script, &folder, false);
        same(&format!("bsdtar tvf {file}"), &folder);
        same(&format!("bsdtar xOf {file}"), &folder);
    }
    succeeds(
        &format!("bsdtar cf all.7z --format 7zip -C {} src", source.display()),
        &folder,
        false,
    );
    same("bsdtar xOf all.7z", &folder);
    bound_to_rlzma("bsdtar xOf all.tar.xz | wc -c", &folder, &["lzma_stream_decoder", "lzma_code"]);
}

const PYTHON: &str = r#"
import hashlib, io, lzma, sys
for name in sys.argv[1:]:
    digest = hashlib.sha256()
    with lzma.open(name) as file:
        while data := file.read(1 << 16):
            digest.update(data)
    print(name, digest.hexdigest())
    whole = open(name, "rb").read()
    print(hashlib.sha256(lzma.decompress(whole)).hexdigest())
    decoder, parts = lzma.LZMADecompressor(memlimit=1 << 28), io.BytesIO()
    while not decoder.eof:
        parts.write(decoder.decompress(whole if decoder.needs_input else b"", max_length=100_000))
        whole = b""
    print(decoder.check, hashlib.sha256(parts.getvalue()).hexdigest())
    for damage in (b"", b"\x80"):
        try:
            lzma.decompress(open(name, "rb").read()[:5000] + damage)
        except (EOFError, lzma.LZMAError) as error:
            print(type(error), error)
"#;

#[test]
fn python_reads() {
    let folder = folder("python");
    let files: Vec<_> = compressed(&folder).iter().map(|path| path.display().to_string()).collect();
    let script = folder.join("read.py");
    fs::File::create(&script).unwrap().write_all(PYTHON.as_bytes()).unwrap();
    let script = format!("python3 {} {}", script.display(), files.join(" "));
    same(&script, &folder);
    bound_to_rlzma(&script, &folder, &["lzma_code", "lzma_end"]);
}

#[test]
fn the_programs_are_here() {
    for program in ["xz", "tar", "dpkg-deb", "bsdtar", "python3"] {
        let found = Command::new(program).arg("--version").stdout(Stdio::null()).status();
        assert!(found.is_ok_and(|status| status.success()), "{program} is not installed");
    }
}
