//! Every exported function goes through the panic guard: what panics in one
//! that does not would end the process.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::lib::{FUNCTIONS, OWN_FUNCTIONS, UNGUARDED};

/// Names of the functions in a file, their bodies, and whether C sees them.
fn functions(text: &str) -> Vec<(String, String, bool)> {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        // Functions stand at the margin, and so does the end of each.
        let Some((before, after)) = line.split_once("fn ") else {
            continue;
        };
        if line.starts_with([' ', '/']) || line.ends_with('}') {
            continue;
        }
        let name = after.split(['(', '<']).next().unwrap_or_default();
        let body: Vec<_> = lines.by_ref().take_while(|line| *line != "}").collect();
        found.push((name.to_owned(), body.join("\n"), before.contains("extern \"C")));
    }
    found
}

/// True if `body` calls the function of this name.
fn calls(body: &str, function: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    body.match_indices(function).any(|(at, _)| {
        let after = &body[at + function.len()..];
        !body[..at].ends_with(is_part) && (after.starts_with('(') || after.starts_with("::<"))
    })
}

#[test]
fn every_function_is_guarded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = ["src/ffi", "src/ffi/rlzma"]
        .map(|folder| fs::read_dir(root.join(folder)).expect("the C boundary"));
    let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
    let mut bodies = BTreeMap::new();
    let mut exported = BTreeSet::new();
    for path in paths.filter(|path| path.is_file()) {
        let text = fs::read_to_string(path).expect("a source file");
        for (name, body, is_exported) in functions(&text) {
            if is_exported {
                exported.insert(name.clone());
            }
            bodies.insert(name, body);
        }
    }
    let listed = FUNCTIONS.iter().chain(OWN_FUNCTIONS);
    let listed = listed.map(|function| function.name.to_owned()).collect();
    let either: Vec<_> = exported.symmetric_difference(&listed).collect();
    assert!(either.is_empty(), "not both in src/ffi and in the list: {either:?}");
    let mut guarded = BTreeSet::from(["guard".to_owned()]);
    loop {
        let new: Vec<_> = bodies
            .iter()
            .filter(|(name, body)| {
                !guarded.contains(*name) && guarded.iter().any(|function| calls(body, function))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if new.is_empty() {
            break;
        }
        guarded.extend(new);
    }
    let bare = exported.difference(&guarded).map(String::as_str).collect();
    let either: Vec<_> = BTreeSet::from(UNGUARDED).symmetric_difference(&bare).copied().collect();
    assert!(either.is_empty(), "without the guard, or no longer: {either:?}");
}
