//! The fuzz targets without a fuzzer: each is called with the test files of the xz
//! project and with files that the original has just made, as they are and
//! damaged.

#[path = "../fuzz/src/bodies/mod.rs"]
mod bodies;
mod common;

use std::fs;
use std::panic;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use common::{Rng, files, mutate, seeds};

/// Panics of the library, even those that the C boundary has caught.
static PANICS: AtomicU32 = AtomicU32::new(0);

fn count_panics() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if info.location().is_some_and(|place| !place.file().starts_with("tests/")) {
            PANICS.fetch_add(1, Ordering::Relaxed);
        }
        tell(info);
    }));
}

fn vectors() -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut paths: Vec<_> = fs::read_dir(directory)
        .expect("the test files are there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            matches!(extension, Some("xz" | "lzma" | "lz" | "lzma_raw"))
        })
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("readable")).collect()
}

/// Texts that are filter chains, nearly.
const TEXTS: [&str; 12] = [
    "6",
    "9e",
    "lzma2",
    "lzma2:preset=6e,dict=1MiB",
    "x86 lzma2:dict=64KiB,lc=0,lp=2,pb=0,mode=normal,nice=273,mf=bt4,depth=9",
    "delta:dist=4 lzma2:6",
    "--arm64=start=4096 --lzma2=preset=3,mf=hc3,mode=fast",
    " --delta--riscv:start=2--lzma1=9",
    "powerpc:start=4ia64 sparc lzma2",
    "lzma2:dict=4GiB",
    "lzma2:dict=1536MiB,nice=1,lc=5",
    "delta:dist=0257,dist=1  lzma2:,lc=1",
];

fn call(name: &str, body: fn(&[u8]), bytes: &[u8], rng: &mut Rng) {
    let data = [&rng.next_u64().to_le_bytes(), bytes].concat();
    body(&data);
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "{name}: a panic was caught");
}

#[test]
fn all_targets() {
    count_panics();
    let vectors = vectors();
    seeds(3, |rng| {
        for (name, body) in bodies::ALL {
            for file in &vectors {
                call(name, body, file, rng);
                call(name, body, &mutate::mutate(file, rng).bytes, rng);
            }
            for _ in 0..10 {
                let file = match rng.below(4) {
                    0 => files::alone(3000, rng),
                    1 => files::lzip(3000, rng),
                    2 => files::micro(3000, rng).bytes,
                    _ => files::xz(3000, rng),
                };
                call(name, body, &file, rng);
                call(name, body, &mutate::mutate(&file, rng).bytes, rng);
            }
            for text in TEXTS {
                call(name, body, text.as_bytes(), rng);
                call(name, body, &mutate::mutate(text.as_bytes(), rng).bytes, rng);
            }
        }
    });
}
