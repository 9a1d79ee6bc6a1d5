//! `docs/functions.md` says what tests each function: it lists all of them,
//! and what it says is so.

mod common;

use common::Lib;
use common::lib::{FUNCTIONS, Function, OWN_FUNCTIONS};
use std::collections::BTreeSet;
use std::ffi::CStr;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The table: name of the function, then the cells.
fn rows(text: &str) -> Vec<(&str, Vec<&str>)> {
    let cells = |line| -> Vec<&str> { str::split(line, '|').skip(1).map(str::trim).collect() };
    text.lines()
        .filter(|line| line.starts_with("| `lzma_") || line.starts_with("| `rlzma_"))
        .map(cells)
        .map(|cells| (cells[0].trim_matches('`'), cells[1..4].to_vec()))
        .collect()
}

#[test]
fn every_function_is_there() {
    let text = read("docs/functions.md");
    let rows = rows(&text);
    let names: BTreeSet<_> = rows.iter().map(|row| row.0).collect();
    let listed = FUNCTIONS.iter().chain(OWN_FUNCTIONS);
    let listed: BTreeSet<_> = listed.map(|function| function.name).collect();
    let either: Vec<_> = names.symmetric_difference(&listed).collect();
    assert!(either.is_empty(), "not both in docs/functions.md and in the list: {either:?}");
    assert_eq!(rows.len(), listed.len(), "docs/functions.md has a function twice");
}

/// The original has the functions at the versions that `cmake/rlzma.map` gives
/// them, and there are no newer ones: these would be the default.
#[test]
fn symbol_versions_are_those_of_the_original() {
    for Function { name, version } in FUNCTIONS {
        let found = reference::find_at(name, version);
        assert!(found.is_some() && found == reference::find(name), "{name} at {version}");
    }
}

/// The original has no function of `rlzma.h`.
#[test]
fn own_functions_are_in_no_other_library() {
    assert!(!OWN_FUNCTIONS.is_empty());
    for Function { name, version } in OWN_FUNCTIONS {
        assert!(version.starts_with("RLZMA_"), "{name} at {version}");
        assert!(reference::find(name).is_none(), "the original has {name}");
    }
}

/// True if `name` is in the source as a whole word: `lzma_stream_decoder` is
/// not in what names `lzma_stream_decoder_mt` only.
fn mentions(source: &str, name: &str) -> bool {
    source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == name)
}

/// The text of a file in a folder, or of the one of that name in the folders below:
/// tests that make up one program have a folder.
fn source(folder: &str, name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let below = fs::read_dir(&root).expect("a folder").flatten().map(|entry| entry.path());
    let places = std::iter::once(root.clone()).chain(below);
    let mut paths = places.map(|place| place.join(name));
    let found = paths.find(|path| path.exists()).unwrap_or_else(|| panic!("no {name} in {folder}"));
    fs::read_to_string(found).expect("a source")
}

/// Each file of a cell, `FILE.EXTENSION` in the folder, mentions the function.
/// `common` stands for those files of `tests/common`.
fn check_cell(name: &str, cell: &str, place: [&str; 2], common: &[&str]) {
    let [folder, extension] = place;
    for file in cell.split(", ").filter(|file| !file.is_empty()) {
        let source = match file {
            "common" => {
                common.iter().map(|file| read(&format!("tests/common/{file}.rs"))).collect()
            }
            file => source(folder, &format!("{file}.{extension}")),
        };
        assert!(mentions(&source, name), "{name} is not in {file}, {folder}");
    }
}

#[test]
fn the_table_is_true() {
    let text = read("docs/functions.md");
    for (name, cells) in rows(&text) {
        let [compared, c, fuzzed] = cells[..] else { panic!("{name} has {} cells", cells.len()) };
        assert!(!compared.is_empty(), "{name} is compared nowhere");
        let driver = ["decoder", "drive", "chain"];
        check_cell(
            name,
            compared,
            ["tests", "rs"],
            &[&driver[..], &["corpus", "files", "alloc_failure", "starts", "indexes", "reading"]]
                .concat(),
        );
        assert!(!c.is_empty(), "no C program uses {name}");
        match c {
            "all" => assert!(mentions(&read("tests-c/common.h"), name), "{name} is not in all"),
            programs => check_cell(name, programs, ["tests-c", "c"], &[]),
        }
        check_cell(name, fuzzed, ["fuzz/src/bodies", "rs"], &driver);
    }
}

#[test]
fn versions() {
    let version = |lib: &Lib| {
        // SAFETY: these have no preconditions, and give a string.
        unsafe { ((lib.lzma_version_number)(), CStr::from_ptr((lib.lzma_version_string)())) }
    };
    assert_eq!(version(Lib::ours()), version(Lib::reference()));
    assert_eq!(version(Lib::ours()), (50_080_042, c"5.8.4"));
}
