//! Holds the architecture: which module may import from which, where
//! `unsafe` may stand, and how long a file may get; and that the documents
//! about it are true.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the bottom up: a file imports from its own module and from
/// modules before it.
const LAYERS: [&str; 23] = [
    "rng",
    "fault",
    "error",
    "cpu",
    "sync",
    "settings",
    "memory",
    "io",
    "bytes",
    "check",
    "range",
    "lz",
    "lzma",
    "bcj",
    "delta",
    "filter",
    "index",
    "coder",
    "container",
    "reader",
    "threaded",
    "session",
    "ffi",
];

/// The folders in which `unsafe` may stand.
const FENCE: [&str; 3] = ["src/ffi/", "src/memory/", "src/cpu/"];

/// A file longer than this many lines has more than one subject.
const LINES_MAX: usize = 600;

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the source") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Every Rust file in a folder, as a path from the package's root, with its text.
fn files_of(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    sources(&root.join(folder), &mut paths);
    assert!(paths.len() > 30, "the source was not found");
    let name = |path: &PathBuf| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// Every file of the library.
fn files() -> Vec<(String, String)> {
    files_of("src")
}

/// The module of a file: `lz` for `src/lz/window.rs`.
fn module(file: &str) -> &str {
    let inside = file.strip_prefix("src/").expect("a source file");
    inside.split('/').next().unwrap().trim_end_matches(".rs")
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|&layer| layer == module)
}

/// Names that follow `crate::` in code, as opposed to comments.
fn imports(text: &str) -> Vec<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
        .collect()
}

#[test]
fn imports_go_down_only() {
    for (file, text) in files() {
        if file == "src/lib.rs" {
            continue;
        }
        let own = layer(module(&file)).unwrap_or_else(|| panic!("{file} is in no layer"));
        for import in imports(&text) {
            let other = layer(import)
                .unwrap_or_else(|| panic!("{file} imports crate::{import}, which is no layer"));
            assert!(other <= own, "{file} imports crate::{import}, which is above it");
        }
    }
}

/// A document, by its path from the package's root.
fn document(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Cells of the table whose head is `head`.
fn table<'a>(text: &'a str, head: &str) -> Vec<Vec<&'a str>> {
    let rows = text.lines().skip_while(|line| *line != head).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The names that stand between backticks.
fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn the_architecture_lists_the_layers() {
    let text = document("ARCHITECTURE.md");
    let table = table(&text, "| Module | What is in it |");
    let listed: Vec<_> = table.iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(listed, LAYERS);
}

#[test]
fn words_of_the_glossary_are_in_the_code() {
    let text = document("docs/glossary.md");
    let table = table(&text, "| Word | Usual word, or meaning | Where |");
    assert!(table.len() > 40, "only {} words were found", table.len());
    for row in table {
        for file in names(row[2]) {
            let source = document(file);
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let words: Vec<_> = source.split(|c| !is_word(c)).collect();
            for name in names(row[0]) {
                let is_known =
                    |word: &&str| *word == name || word.split('_').any(|part| part == name);
                let known = words.iter().any(is_known);
                assert!(known, "docs/glossary.md: {name} is not in {file}");
            }
        }
    }
}

/// Tells whether a file has an `impl` of `owner`, or defines it, and the function or
/// variant `name`.
fn has_member(text: &str, owner: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str, word: &str| line.split(|c| !is_word(c)).any(|found| found == word);
    let introduces = ["impl", "pub", "enum", "struct", "trait", "type"];
    let is_owner = |line: &str| introduces.iter().any(|at| has(line, at)) && has(line, owner);
    let is_function = name.starts_with(char::is_lowercase);
    let is_member = |line: &str| has(line, name) && (!is_function || has(line, "fn"));
    text.lines().any(is_owner) && text.lines().any(is_member)
}

#[test]
fn members_that_the_architecture_names_exist() {
    let (text, files) = (document("ARCHITECTURE.md"), files());
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    let paths = words.filter_map(|word| word.trim_end_matches(':').rsplit_once("::"));
    let mut count = 0;
    for (owner, name) in paths.filter(|(owner, _)| owner.starts_with(char::is_uppercase)) {
        let known = files.iter().any(|(_, text)| has_member(text, owner, name));
        assert!(known, "ARCHITECTURE.md names {owner}::{name}, which does not exist");
        count += 1;
    }
    assert!(count > 10, "only {count} members were found");
}

#[test]
fn unsafe_stands_inside_its_fence_only() {
    for (file, text) in files() {
        if file == "src/lib.rs" || FENCE.iter().any(|fence| file.starts_with(fence)) {
            continue;
        }
        let first = text.lines().find(|line| !line.starts_with("//") && !line.is_empty());
        assert_eq!(first, Some("#![forbid(unsafe_code)]"), "{file} must begin with it");
    }
    let root = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"));
    assert!(!root.unwrap().contains("unsafe {"));
}

/// The handles to an allocator are counted in a way that is sound only if all threads
/// of the library get what they work on as a `Shared`, which this place demands.
#[test]
fn threads_begin_in_one_place() {
    const OTHER_WAYS: [&str; 3] = ["thread::spawn(", "thread::scope(", "thread::Builder"];
    let is_model = |file: &str| file == "src/threaded/model.rs"; // a test
    for (file, text) in files().into_iter().filter(|(file, _)| !is_model(file)) {
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let code = code.split("#[cfg(all(test, not(rlzma_model)))]\nmod tests").next();
        for way in OTHER_WAYS {
            assert!(!code.unwrap_or_default().contains(way), "{file} has {way}");
        }
        let starts = text.contains("thread::Thread::start(");
        assert_eq!(starts, file == "src/memory/thread.rs", "{file}");
    }
}

/// Not every processor has atomic integers of 64 bits; `src/sync.rs` has some for all.
#[test]
fn atomics_of_64_bits_come_from_one_place() {
    // The next two have twins for such processors, and the last is for tests.
    const PLACES: [&str; 4] =
        ["src/sync.rs", "src/cpu/lazy_table.rs", "src/ffi/total.rs", "src/fault.rs"];
    for (file, text) in files().into_iter().filter(|(file, _)| !PLACES.contains(&&**file)) {
        let found =
            text.lines().find(|line| line.contains("sync::atomic") && line.contains("AtomicU64"));
        assert_eq!(found, None, "{file}");
    }
}

#[test]
fn comments_fit_on_a_screen() {
    for (file, text) in files().into_iter().chain(files_of("tests")) {
        for (i, line) in text.lines().enumerate() {
            let is_table = line.starts_with("//! |");
            let is_comment = line.trim_start().starts_with("//") && !is_table;
            let columns = line.chars().count();
            assert!(!is_comment || columns <= 100, "{file}:{}: {columns} columns", i + 1);
        }
    }
}

#[test]
fn every_unsafe_block_says_why_it_is_sound() {
    for (file, text) in files() {
        let lines: Vec<_> = text.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            let code = line.trim_start();
            if code.starts_with("//")
                || !(code.contains("unsafe {") || code.contains("unsafe impl"))
            {
                continue;
            }
            // The comment stands before the statement that the block is in.
            let before = &lines[i.saturating_sub(12)..i];
            let said = before.iter().any(|line| line.contains("SAFETY:"));
            assert!(said, "{file}:{}: no SAFETY comment", i + 1);
        }
    }
}

/// SAFETY comments that say "by contract" name it: the header for a contract with C,
/// the comment of the function for one within Rust.
#[test]
fn contracts_are_named() {
    for (file, text) in files() {
        if !file.starts_with("src/ffi/") {
            continue;
        }
        for (i, line) in text.lines().enumerate() {
            let vague = line.contains("// SAFETY: by contract");
            assert!(!vague, "{file}:{}: by which header, or by the contract above?", i + 1);
        }
    }
}

#[test]
fn a_file_has_one_subject() {
    for (file, text) in files().into_iter().chain(files_of("tests")) {
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{file} has {lines} lines: where is the seam?");
    }
}
