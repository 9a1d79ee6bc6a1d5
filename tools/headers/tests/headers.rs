//! `include/`, the tests' table and the declarations in `rust/` are what the
//! generator makes of `src/ffi` and the lists in `cmake/`; the headers declare what
//! liblzma's headers declare, and compile without a warning everywhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn include_dir() -> String {
    root().join("include").to_str().expect("a path in UTF-8").to_owned()
}

#[test]
fn are_up_to_date() {
    let generated = headers::generate(&root()).expect("headers");
    for (path, text) in &generated {
        let committed = fs::read_to_string(root().join("include").join(path)).unwrap_or_default();
        assert!(*text == committed, "include/{path} is not up to date: cargo run -p headers");
    }
    let folder = fs::read_dir(root().join("include/lzma")).expect("headers");
    let top = ["lzma.h", "rlzma.h"];
    assert!(top.iter().all(|name| generated.contains_key(*name)));
    assert_eq!(folder.count(), generated.len() - top.len(), "include/lzma has other files, too");
    for (path, text) in headers::rust_files(&root()).expect("declarations") {
        let committed = fs::read_to_string(root().join(path)).unwrap_or_default();
        assert!(text == committed, "{path} is not up to date: cargo run -p headers");
    }
    let table = headers::tests_table(&root()).expect("the table");
    let committed = fs::read_to_string(root().join(headers::TESTS_TABLE)).unwrap_or_default();
    assert!(table == committed, "{} is not up to date: cargo run -p headers", headers::TESTS_TABLE);
}

/// Checks that `compiler` accepts `source` with our headers, without a warning.
fn compiles(compiler: &str, language: &str, standard: &str, source: &Path) {
    let output = Command::new(compiler)
        .args(["-x", language, &format!("-std={standard}"), "-pedantic", "-fsyntax-only"])
        .args(["-Wall", "-Wextra", "-Wundef", "-Wshadow", "-Werror", "-I", &include_dir()])
        .arg(source)
        .output()
        .unwrap_or_else(|error| panic!("{compiler}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{compiler} -std={standard}:\n{errors}");
}

#[test]
fn compile_as_every_c_and_cxx() {
    for source in ["tests/uses_all.c", "tests/uses_rlzma.c"] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        for [c, cxx] in [["gcc", "g++"], ["clang", "clang++"]] {
            for standard in ["c89", "c99", "c11", "c17", "c2x", "gnu89", "gnu17"] {
                compiles(c, "c", standard, &source);
            }
            for standard in ["c++98", "c++03", "c++11", "c++14", "c++17", "c++20", "c++2b"] {
                compiles(cxx, "c++", standard, &source);
            }
        }
    }
}

/// The declarations in `include`, as the preprocessor leaves them, without
/// spaces where they do not matter.
fn declarations(include: &str) -> BTreeSet<String> {
    let output = Command::new("gcc")
        .args(["-E", "-P", "-DLZMA_MANUAL_HEADERS", "-x", "c", "-include", "lzma.h"])
        .args(["-I", include, "/dev/null"])
        .output()
        .expect("gcc");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut all = BTreeSet::new();
    let (mut item, mut depth) = (String::new(), 0);
    for letter in String::from_utf8(output.stdout).expect("ASCII").chars() {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        if letter == ';' && depth == 0 {
            all.insert(plain(&std::mem::take(&mut item)));
        } else {
            item.push(letter);
        }
    }
    assert!(item.trim().is_empty(), "no end: {item}");
    all
}

fn plain(item: &str) -> String {
    let item = item.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((_, name)) = item.split_once("typedef enum").and_then(|(_, e)| e.rsplit_once(' ')) {
        return format!("enum {name}"); // tests/fields/layout.rs compares the values
    }
    let mut plain = String::new();
    let tokens = ['(', ')', '{', '}', '[', ']', ',', ';', '*'];
    for letter in item.chars() {
        if tokens.contains(&letter) && plain.ends_with(' ') {
            plain.pop();
        }
        if [',', ')'].contains(&letter) {
            without_name(&mut plain);
        }
        if letter != ' ' || !plain.ends_with(tokens) {
            plain.push(letter);
        }
    }
    plain
}

/// Removes the name of a parameter, which may be any, from behind its type.
fn without_name(item: &mut String) {
    let Some(end) = item.rfind(|c: char| !c.is_alphanumeric() && c != '_') else { return };
    if item.ends_with(' ') || [" ", "*"].contains(&&item[end..=end]) {
        item.truncate(end + 1);
    }
}

#[test]
fn declare_what_liblzma_declares() {
    let (ours, theirs) = (declarations(&include_dir()), declarations(reference::include_dir()));
    let strange: Vec<_> = ours.difference(&theirs).collect();
    assert!(strange.is_empty(), "liblzma's headers have not:\n{strange:#?}");
    let missing: Vec<_> = theirs.difference(&ours).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Names of the macros in `include`, with the C type of those that are
/// numbers or strings: a program sees whether a comparison with one of them
/// mixes signed and unsigned.
fn macros(include: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(Path::new(include).join("lzma")).expect("headers").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|end| end != "h") {
            continue;
        }
        for line in fs::read_to_string(path).expect("a header").lines() {
            let directive = line.trim_start_matches(['#', '\t', ' ']);
            if let Some(definition) = directive.strip_prefix("define ") {
                names.insert(definition.split_whitespace().next().expect("a name").to_owned());
            }
        }
    }
    let is_value = |name: &&String| !name.contains('(') && *name != "LZMA_STREAM_INIT";
    let mut program = "#include <lzma.h>\n#include <stdio.h>\n#define T(x) _Generic((x), int: \"int\", \
        unsigned: \"unsigned\", unsigned long: \"unsigned long\", char *: \"string\")\nint main(void) {\n"
        .to_owned();
    for name in names.iter().filter(is_value) {
        program += &format!("puts(\"{name} \" T({name}));\n");
    }
    program += "return 0; }\n";
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("macros-{}.c", include.len()));
    let binary = file.with_extension("");
    fs::write(&file, program.replace("\" T(", "\"), puts(T(")).expect("a file");
    let status = Command::new("gcc").args(["-I", include, "-o"]).arg(&binary).arg(&file).status();
    assert!(status.expect("gcc").success());
    let output = Command::new(&binary).output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("ASCII");
    let mut lines = text.lines();
    let mut all: BTreeSet<String> = names.iter().filter(|name| !is_value(name)).cloned().collect();
    while let (Some(name), Some(r#type)) = (lines.next(), lines.next()) {
        all.insert(format!("{name}: {type}"));
    }
    all
}

#[test]
fn define_the_same_macros() {
    let plain = |name: String| name.split('(').next().expect("a name").to_owned();
    let [ours, theirs] = [include_dir().as_str(), reference::include_dir()]
        .map(|include| macros(include).into_iter().map(plain).collect::<BTreeSet<_>>());
    let different: Vec<_> = ours.symmetric_difference(&theirs).collect();
    assert!(different.is_empty(), "{different:#?}");
}
