//! Programs of the system that compress, list and use threads, on rlzma: the same
//! bytes and the same words as without.

use crate::common::programs::{bound_to_rlzma, compressed, folder, same, shell, succeeds};
use std::fs;
use std::path::{Path, PathBuf};

fn source() -> String {
    format!("-C {} src tests/common include LICENSE", env!("CARGO_MANIFEST_DIR"))
}

/// About a megabyte of source text.
fn archive(folder: &Path) -> PathBuf {
    let sorted = "--sort=name --mtime=2026-01-01 --owner=0 --group=0";
    succeeds(&format!("tar cf all.tar {sorted} {}", source()), folder, false);
    folder.join("all.tar")
}

#[test]
fn xz_compresses() {
    let folder = folder("xz-encode");
    archive(&folder);
    for preset in ["0", "1e", "2", "3e", "6", "9", "9e"] {
        same(&format!("xz -c -{preset} all.tar | sha256sum"), &folder);
    }
    for options in [
        "--format=lzma",
        "--format=lzma --lzma1=lc=0,lp=2,pb=1,mf=hc3",
        "--format=raw --x86 --delta=dist=4 --lzma2=preset=2,mf=bt2",
        "--check=sha256 --arm64 --lzma2=dict=64KiB,nice=5",
        "--check=none --block-size=100KiB",
        "--flush-timeout=1 --riscv --lzma2",
        "--lzma2=pb=7",
        "--memlimit-compress=1MiB",
    ] {
        same(&format!("xz -c {options} all.tar | sha256sum"), &folder);
    }
    let used = ["lzma_code", "lzma_stream_encoder_mt"];
    bound_to_rlzma("xz -kf all.tar", &folder, &used);
}

#[test]
fn xz_uses_threads() {
    let folder = folder("xz-threads");
    archive(&folder);
    for threads in ["-T1", "-T2", "-T3", "-T0"] {
        let split = "--block-size=64KiB";
        same(&format!("xz -c {threads} {split} all.tar | sha256sum"), &folder);
        succeeds(&format!("xz -kf {threads} {split} all.tar"), &folder, true);
        same(&format!("xz -dc {threads} all.tar.xz | sha256sum"), &folder);
        same(&format!("xz -t {threads} --memlimit-mt-decompress=1MiB all.tar.xz"), &folder);
        same(&format!("head -c 50000 all.tar.xz | xz -dc {threads} | sha256sum"), &folder);
    }
}

/// With a terminal, xz asks for progress all the time.
#[test]
fn xz_shows_progress() {
    let folder = folder("xz-progress");
    archive(&folder);
    succeeds("for i in 1 2 3 4 5; do cat all.tar; done > many", &folder, false);
    for command in ["xz -vf -T0 --block-size=64KiB many", "xz -dvf -T2 many.xz"] {
        let output = shell(&format!("script -qec '{command}' /dev/null"), &folder, true);
        assert!(output.status.success());
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains("100"), "{command}: {shown}");
    }
}

#[test]
fn xz_lists() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    for list in ["xz --list -vv", "xz --robot --list -vv"] {
        for entry in fs::read_dir(&vectors).expect("the test files") {
            let name = entry.expect("an entry").file_name().into_string().expect("a name");
            if name.ends_with(".xz") {
                same(&format!("{list} {name}"), &vectors);
            }
        }
    }
    let folder = folder("xz-list");
    for file in compressed(&folder) {
        same(&format!("xz --list -vv {}", file.display()), &folder);
    }
    let script = "echo a | xz > one; for i in $(seq 14); do cat one one > two; mv two one; done";
    succeeds(script, &folder, false);
    same("xz --list one; xz --robot --list -v one", &folder);
}

#[test]
fn tar_and_bsdtar_compress() {
    let folder = folder("tar-encode");
    let sorted = "--sort=name --mtime=2026-01-01 --owner=0 --group=0";
    same(&format!("tar cJf - {sorted} {} | sha256sum", source()), &folder);
    for format in ["xz", "lzma", "lzip"] {
        same(&format!("bsdtar cf - --{format} {} | sha256sum", source()), &folder);
    }
    bound_to_rlzma(&format!("bsdtar cJf a.xz {}", source()), &folder, &["lzma_code"]);
}

#[test]
fn dpkg_deb_builds() {
    let folder = folder("dpkg-encode");
    archive(&folder);
    let control = "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a\nDescription: a\n";
    fs::create_dir_all(folder.join("a/DEBIAN")).expect("a folder");
    fs::write(folder.join("a/DEBIAN/control"), control).expect("a file");
    succeeds("tar xf all.tar -C a; chmod -R go-w a", &folder, false);
    for options in ["-Zxz -z6", "-Zxz -z1 -Sextreme", "-Zxz --threads-max=2"] {
        let script = format!("SOURCE_DATE_EPOCH=1 dpkg-deb {options} -b a a.deb; sha256sum a.deb");
        same(&script, &folder);
    }
    let used = ["lzma_stream_encoder_mt", "lzma_code"];
    bound_to_rlzma("dpkg-deb -Zxz --threads-max=2 -b a a.deb", &folder, &used);
    // Several Blocks, as it is told to read them by the original's and ours.
    let script = "xz -T2 --block-size=64KiB < all.tar > data.tar.xz; ar x a.deb debian-binary \
        control.tar.xz; ar r b.deb debian-binary control.tar.xz data.tar.xz 2> /dev/null";
    succeeds(script, &folder, true);
    same("dpkg-deb --fsys-tarfile b.deb | cmp - all.tar; dpkg-deb -c b.deb", &folder);
}

/// A program that encodes and decodes Blocks in threads of its own, and keeps
/// an index of the files in an archive.
#[test]
fn pixz_compresses_and_finds() {
    let folder = folder("pixz");
    archive(&folder);
    // Small Blocks, so that there are several. pixz does not truncate a file
    // that is there.
    for threads in [1, 2, 3] {
        let compress = format!("rm -f a.*; pixz -p {threads} -1 -f 0.1");
        same(&format!("{compress} all.tar a.tpxz; sha256sum a.tpxz; xz -lvv a.tpxz"), &folder);
        same(&format!("{compress} -t all.tar a.xz; sha256sum a.xz"), &folder);
        same(&format!("pixz -p {threads} -d a.xz b.tar; cmp b.tar all.tar; rm b.tar"), &folder);
        same(&format!("{compress} < all.tar | pixz -p {threads} -d | cmp - all.tar"), &folder);
    }
    succeeds("pixz -1 -f 0.1 all.tar a.tpxz", &folder, true);
    succeeds("pixz -d a.tpxz b.tar; cmp b.tar all.tar", &folder, true);
    let blocks = succeeds("xz --robot -l a.tpxz | awk '/^file/ { print $3 }'", &folder, true);
    let blocks: usize = String::from_utf8_lossy(&blocks).trim().parse().expect("a number");
    assert!(blocks > 3, "{blocks} Blocks");
    same("pixz -l a.tpxz", &folder);
    let license = concat!("cmp - ", env!("CARGO_MANIFEST_DIR"), "/LICENSE");
    succeeds(&format!("pixz -x LICENSE < a.tpxz | tar xO | {license}"), &folder, true);
    same("pixz -x src/threaded < a.tpxz | tar xO | sha256sum", &folder);
    // Cut off; its threads may all complain.
    same("head -c 20000 a.tpxz > cut; pixz -d cut c.tar 2> /dev/null", &folder);
    same("pixz -l cut", &folder);
    let used = ["lzma_block_encoder", "lzma_block_decoder", "lzma_index_append", "lzma_code"];
    bound_to_rlzma("pixz all.tar d.tpxz; pixz -d d.tpxz d.tar; cmp d.tar all.tar", &folder, &used);
}
