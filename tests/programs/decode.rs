//! Programs of the system on rlzma: each runs twice on real files, with the original
//! preloaded and with rlzma, and must do the same both times. The dynamic
//! linker's own report shows that the calls went to rlzma.
//!
//! The programs must be installed (`scripts/test` sees to that): a missing
//! one is a failure, not a reason to skip.

use crate::common::programs::{bound_to_rlzma, compressed, folder, same, succeeds};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
