//! Files to measure and compare with: those of a corpus directory, or
//! generated ones when there is none.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rlzma::ffi::*;

use super::data::{KINDS, generate};
use super::{Lib, Plan, Rng, run};

/// One file, as it is and compressed.
pub struct Sample {
    pub name: String,
    pub plain: Vec<u8>,
    pub xz: Vec<u8>,
}

/// The directory with `*.xz` files: `RLZMA_CORPUS`, or `../shared/corpus`
/// beside the package.
pub fn directory() -> Option<PathBuf> {
    let path = match env::var_os("RLZMA_CORPUS") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
    };
    path.is_dir().then_some(path)
}

/// The corpus, or generated data if it is absent, which is said.
pub fn samples() -> Vec<Sample> {
    match directory() {
        Some(directory) => read(&directory),
        None => {
            eprintln!("no corpus (set RLZMA_CORPUS): generated data instead");
            generated(2 << 20)
        }
    }
}

/// The samples of a benchmark: `files` if there are any, else the corpus; and as a
/// test, when nothing is measured, a little of each kind of data.
pub fn chosen(files: &[String], measured: bool) -> Vec<Sample> {
    match (files, measured) {
        ([], true) => samples(),
        ([], false) => generated(50_000),
        _ => files.iter().map(|file| load(Path::new(file))).collect(),
    }
}

/// `len` bytes of each kind of generated data.
pub fn generated(len: usize) -> Vec<Sample> {
    let sample = |kind| {
        let plain = generate(kind, len, &mut Rng::new(1));
        let xz = compress(Lib::reference(), &plain, 6);
        Sample { name: format!("{kind:?}").to_lowercase(), plain, xz }
    };
    KINDS.into_iter().map(sample).collect()
}

fn read(directory: &Path) -> Vec<Sample> {
    let mut paths: Vec<_> = fs::read_dir(directory)
        .expect("the corpus is readable")
        .map(|entry| entry.expect("the corpus is readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xz"))
        .collect();
    paths.sort();
    paths.iter().map(|path| load(path)).collect()
}

/// One file: a `.xz` file as it is, any other compressed with preset 6.
pub fn load(path: &Path) -> Sample {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name.strip_suffix(".xz") {
        Some(name) => {
            let plain = decompress(Lib::reference(), &bytes);
            Sample { name: name.to_owned(), plain, xz: bytes }
        }
        None => {
            let xz = compress(Lib::reference(), &bytes, 6);
            Sample { name: name.into_owned(), plain: bytes, xz }
        }
    }
}

/// `plain` as a .xz Stream with CRC64.
pub fn compress(lib: &Lib, plain: &[u8], preset: u32) -> Vec<u8> {
    compress_with(lib, plain, |lib, strm| {
        // SAFETY: `strm` is a stream of this library.
        unsafe { (lib.lzma_easy_encoder)(strm, preset, LZMA_CHECK_CRC64) }
    })
}

/// `plain` as the encoder that `init` sets up writes it.
pub fn compress_with(
    lib: &Lib,
    plain: &[u8],
    init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret,
) -> Vec<u8> {
    let outcome = run(lib, init, plain, &Plan::whole());
    assert!(outcome.is_end(), "{outcome:?}");
    outcome.output
}

/// The data of all Streams in `xz`.
pub fn decompress(lib: &Lib, xz: &[u8]) -> Vec<u8> {
    let init = |lib: &Lib, strm| {
        // SAFETY: `strm` is a stream of this library.
        unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, LZMA_CONCATENATED) }
    };
    let outcome = run(lib, init, xz, &Plan::whole());
    assert!(outcome.is_end(), "{outcome:?}");
    outcome.output
}
