//! `docs/functions.md` says what tests each function: it lists all of them,
//! and what it says is so.

mod common;

use common::Lib;
use common::lib::NAMES;
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
        .filter(|line| line.starts_with("| `lzma_"))
        .map(cells)
        .map(|cells| (cells[0].trim_matches('`'), cells[1..4].to_vec()))
        .collect()
}

#[test]
fn every_function_is_there() {
    assert_eq!(NAMES.len(), 114);
    assert_eq!(Lib::ours().missing(), [""; 0]);
    let text = read("docs/functions.md");
    let mut names: Vec<_> = rows(&text).iter().map(|row| row.0).collect();
    let mut wanted = NAMES.to_vec();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
}

#[test]
fn every_function_is_compared() {
    let text = read("docs/functions.md");
    let common: String = ["corpus", "decoder", "drive", "files", "chain"]
        .map(|file| read(&format!("tests/common/{file}.rs")))
        .concat();
    for (name, cells) in rows(&text) {
        let tests: Vec<_> = cells[0].split(", ").filter(|test| !test.is_empty()).collect();
        assert!(!tests.is_empty(), "{name} is compared nowhere");
        for test in tests {
            let source = match test {
                "common" => common.clone(),
                test => read(&format!("tests/{test}.rs")),
            };
            assert!(source.contains(name), "{name} is not in {test}");
        }
    }
}

#[test]
fn versions() {
    let version = |lib: &Lib| {
        // SAFETY: these have no preconditions, and give a string.
        unsafe { ((lib.lzma_version_number)(), CStr::from_ptr((lib.lzma_version_string)())) }
    };
    assert_eq!(version(Lib::ours()), version(Lib::oracle()));
    assert_eq!(version(Lib::ours()), (50_080_042, c"5.8.4"));
}
