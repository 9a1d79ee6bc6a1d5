//! Every function in `include/` says what each parameter is, which codes it
//! returns, what it requires, and since when it exists; every type, member,
//! constant and macro says what it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A comment, and the declaration that follows it, on one line.
struct Item {
    header: String,
    comment: Vec<String>,
    declaration: String,
}

impl Item {
    fn name(&self) -> &str {
        let before = self.declaration.split('(').nth(1).expect("LZMA_API(type)");
        let behind = before.split_once(") ").expect("a name").1;
        behind.trim()
    }

    fn parameters(&self) -> BTreeSet<String> {
        let list = self.declaration.split('(').nth(2).expect("parameters");
        let list = list.split(')').next().expect("an end");
        let name = |parameter: &str| {
            let name = parameter.rsplit([' ', '*']).next().expect("a name");
            name.to_owned()
        };
        list.split(',').filter(|parameter| parameter.trim() != "void").map(name).collect()
    }

    fn returns(&self) -> &str {
        let from = self.declaration.split_once('(').expect("LZMA_API(type)").1;
        from.split_once(')').expect("an end").0
    }

    /// The lines below a heading, without those that go on.
    fn section(&self, heading: &str) -> Option<Vec<&str>> {
        let start = self.comment.iter().position(|line| line == heading)? + 1;
        let lines = self.comment[start..].iter().map(String::as_str);
        Some(lines.take_while(|line| !line.is_empty()).filter(|l| !l.starts_with("  ")).collect())
    }
}

/// The words before the colon of each item of a list.
fn labels<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    lines.iter().filter_map(|line| Some(line.strip_prefix("- ")?.split_once(':')?.0)).collect()
}

fn headers() -> Vec<(String, String)> {
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../include");
    let entries = fs::read_dir(include.join("lzma")).expect("headers").flatten();
    let read = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("a header"))
    };
    let own = read(&include.join("rlzma.h"));
    entries.map(|entry| read(&entry.path())).chain([own]).collect()
}

fn functions() -> Vec<Item> {
    let mut items = Vec::new();
    for (header, text) in headers() {
        let (mut comment, mut declaration) = (Vec::new(), String::new());
        for line in text.lines() {
            if line == "/**" {
                comment.clear();
            } else if let Some(rest) = line.strip_prefix(" *").filter(|rest| *rest != "/") {
                comment.push(rest.strip_prefix(' ').unwrap_or(rest).to_owned());
            } else if line.starts_with("extern LZMA_API(") || !declaration.is_empty() {
                declaration = format!("{declaration} {}", line.trim());
                if line.ends_with(';') {
                    let declaration = std::mem::take(&mut declaration);
                    items.push(Item {
                        header: header.clone(),
                        comment: comment.clone(),
                        declaration,
                    });
                }
            }
        }
    }
    items
}

#[test]
fn every_parameter_is_described() {
    let functions = functions();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let declared: BTreeSet<_> = functions.iter().map(|item| item.name().to_owned()).collect();
    let listed = headers::list(&root).expect("the list").into_keys().collect();
    let either: Vec<_> = declared.symmetric_difference(&listed).collect();
    assert!(either.is_empty(), "not both in include/ and in the list: {either:?}");
    for function in functions {
        let name = function.name();
        let lines = function.section("Parameters:").unwrap_or_default();
        let described = labels(&lines);
        assert_eq!(described.len(), lines.len(), "{name}: not a list");
        let described: BTreeSet<_> = described.into_iter().map(str::to_owned).collect();
        assert_eq!(described, function.parameters(), "{name} in {}", function.header);
    }
}

/// The values of `lzma_ret` that functions return.
fn codes() -> BTreeSet<String> {
    let (_, text) = headers().into_iter().find(|(name, _)| name == "base.h").expect("base.h");
    let (before, _) = text.split_once("} lzma_ret;").expect("lzma_ret");
    let (_, values) = before.rsplit_once("typedef enum {").expect("its values");
    let name = |line: &str| Some(line.trim().split_once(" = ")?.0.to_owned());
    values.lines().filter_map(name).filter(|name| !name.contains("INTERNAL")).collect()
}

#[test]
fn every_return_value_is_described() {
    let mut known = codes();
    assert_eq!(known.len(), 13);
    known.insert("RLZMA_INTERRUPTED".to_owned());
    let mut seen = BTreeSet::new();
    for function in functions() {
        let name = function.name();
        let section = function.section("Returns:");
        match function.returns() {
            "void" => assert!(section.is_none(), "{name} returns nothing"),
            "lzma_ret" => {
                let lines = section.unwrap_or_else(|| panic!("{name}: no codes"));
                let list = labels(&lines);
                assert_eq!(list.len(), lines.len(), "{name}: not a list");
                // Codes that belong together may share an item.
                let codes: Vec<_> = list.iter().flat_map(|label| label.split(", ")).collect();
                let different: BTreeSet<_> = codes.iter().map(|code| (*code).to_owned()).collect();
                assert_eq!(codes.len(), different.len(), "{name}: a code twice");
                assert!(different.is_subset(&known), "{name}: {different:?}");
                assert!(different.contains("LZMA_OK"), "{name} never succeeds");
                assert!(different.len() >= 2, "{name} never fails");
                seen.extend(different);
            }
            _ => assert!(section.is_some_and(|lines| !lines.is_empty()), "{name}: no value"),
        }
    }
    assert_eq!(seen, known, "a code that no function returns");
}

/// Functions that take pointers say what they require of them.
#[test]
fn pointers_come_with_requirements() {
    for function in functions() {
        let list = function.declaration.split('(').nth(2).expect("parameters");
        let requirements = function.section("Requirements:").is_some();
        assert_eq!(list.contains('*'), requirements, "{}", function.name());
    }
}

#[test]
fn every_function_says_since_when() {
    let liblzma = ["5.0", "5.2", "5.4", "5.6", "5.8"];
    for function in functions() {
        let own = function.header == "rlzma.h";
        let releases = if own { &["RLZMA_1.0"][..] } else { &liblzma };
        let last = function.comment.last().expect("a comment");
        let release = last.strip_prefix("Since ").and_then(|rest| rest.strip_suffix('.'));
        assert!(release.is_some_and(|r| releases.contains(&r)), "{}: {last}", function.name());
    }
}

/// True if a line of a header declares something that needs a comment.
fn declares(line: &str) -> bool {
    let code = line.trim_start();
    let is_member = line.starts_with('\t');
    let is_macro = code.starts_with("#define ") || code.starts_with("#\tdefine LZMA_VERSION");
    let is_value = code.trim_start_matches('R').starts_with("LZMA_") && code.contains(" = ");
    let is_type = line.starts_with("typedef ");
    let ends = code.ends_with(';') || code.starts_with("struct {") || code.starts_with("union {");
    is_macro || is_value || is_type || is_member && ends && code.starts_with(char::is_alphabetic)
}

#[test]
fn everything_else_has_a_comment() {
    for (header, text) in headers() {
        let lines: Vec<_> = text.lines().collect();
        let mut inside_function = false;
        let mut count = 0;
        for (i, line) in lines.iter().enumerate() {
            inside_function |= line.starts_with("extern ");
            if !inside_function && declares(line) && !lines[i - 1].ends_with('\\') {
                // A conditional may stand between.
                let before = lines[..i].iter().rev().find(|line| !line.starts_with('#'));
                assert!(before.is_some_and(|b| b.ends_with("*/")), "{header}:{}: {line}", i + 1);
                count += 1;
            }
            inside_function &= !line.ends_with(';');
        }
        let functions = text.matches("extern LZMA_API(").count();
        assert!(count + functions > 1, "{header} is empty");
    }
}

/// The program in the introduction is one.
#[test]
fn the_example_compiles() {
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../include");
    let text = fs::read_to_string(include.join("lzma.h")).expect("lzma.h");
    let code = text.lines().filter_map(|line| line.strip_prefix(" *     "));
    let code: Vec<_> = code.skip_while(|line| !line.starts_with("lzma_stream strm")).collect();
    assert!(code.len() > 10, "{code:?}");
    let program = format!(
        "#include <lzma.h>\n#include <stdio.h>\nint main(void)\n{{\n{}\n}}\n",
        code.join("\n")
    );
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("example.c");
    fs::write(&file, program).expect("a file");
    let status = Command::new("gcc")
        .args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-I"])
        .args([&include, &file])
        .status();
    assert!(status.expect("gcc").success());
}
