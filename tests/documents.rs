//! Documents say what is so: links lead somewhere, files and scripts that they
//! name exist, tables name all that they should. `scripts/run-doc-commands` runs the
//! commands in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All documents, as paths from the package's root.
fn documents() -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for folder in ["", "docs", "examples", "fuzz", "python", "tests", "tests/vectors"] {
        let entries = fs::read_dir(root().join(folder)).expect("a folder").flatten();
        let names = entries.map(|entry| Path::new(folder).join(entry.file_name()));
        paths.extend(names.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    let known = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];
    for name in known.into_iter().chain(["docs/using.md", "docs/glossary.md", "fuzz/README.md"]) {
        assert!(paths.contains(&PathBuf::from(name)), "{name} is missing");
    }
    paths
}

/// A document without what stands in blocks of code.
fn prose(text: &str) -> String {
    let mut inside = false;
    let lines = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Targets of the links in a document.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1);
    targets.filter_map(|rest| rest.split(')').next()).collect()
}

/// The anchors of headings, as GitHub and others name them: `#what-is-needed`.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text);
    let headings = headings.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| -> String {
        let text = line.trim_start_matches('#').trim().to_lowercase();
        let kept = text.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut count = 0;
    for document in documents() {
        let text = prose(&read(&root().join(&document)));
        for link in links(&text) {
            if link.starts_with("https://") {
                continue; // not ours to keep
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => root().join(&document),
                path => root().join(document.parent().expect("a folder")).join(path),
            };
            assert!(target.exists(), "{}: {link} does not exist", document.display());
            let known = anchor.is_empty() || anchors(&read(&target)).contains(anchor);
            assert!(known, "{}: {link}: no such heading", document.display());
            count += 1;
        }
    }
    assert!(count > 20, "only {count} links were found");
}

/// Words that begin like this are paths from the root.
const FOLDERS: [&str; 13] = [
    ".ci/",
    "benches/",
    "cmake/",
    "docs/",
    "examples/",
    "packaging/",
    "python/",
    "rust/",
    "scripts/",
    "src/",
    "tests/",
    "tests-c/",
    "tools/",
];

/// Paths that a text names: words in a program's font or in commands.
fn paths(text: &str) -> BTreeSet<String> {
    let is_path = |c: char| c.is_alphanumeric() || "./-_".contains(c);
    let words = text.split(|c: char| !is_path(c));
    let words = words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)));
    words.map(|word| word.trim_end_matches(['.', '/']).to_owned()).collect()
}

#[test]
fn named_files_exist() {
    let mut count = 0;
    for document in documents() {
        if document == Path::new("docs/functions.md") {
            continue; // `tests/functions.rs` knows what its words mean
        }
        let text = read(&root().join(&document));
        // An example makes files of its own.
        let example =
            |path: &str| document.ends_with("using.md") && path.starts_with("src/main.rs");
        for path in paths(&text).iter().filter(|path| !example(path)) {
            // Documents also say where they are from their own folder.
            let near = root().join(document.parent().expect("a folder")).join(path);
            let found = root().join(path).exists() || near.exists();
            assert!(found, "{}: there is no {path}", document.display());
            count += 1;
        }
    }
    assert!(count > 40, "only {count} paths were found");
}

/// Each row of the tables of differences names its test.
#[test]
fn differences_are_tested() {
    let text = read(&root().join("docs/differences.md"));
    let answers = text.split("## Threads").next().expect("the tables");
    let rows = answers.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Call"));
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() >= 15, "{rows:?}");
    for row in rows {
        let last = row.trim_end_matches('|').rsplit('|').next().expect("a cell");
        assert!(last.contains("`tests/"), "{row}");
    }
}

/// The options in the document are those of `cmake/`.
#[test]
fn cmake_options_are_documented() {
    let files = ["CMakeLists.txt", "cargo.cmake", "shared.cmake", "static.cmake", "windows.cmake"];
    let cmake: String = files.map(|name| read(&root().join("cmake").join(name))).concat();
    let name = |line: &str| {
        let rest = line
            .strip_prefix("option(")
            .or_else(|| line.strip_prefix("set(").filter(|rest| rest.contains(" CACHE ")))
            .or_else(|| {
                line.strip_prefix("find_program(").filter(|rest| rest.starts_with("RLZMA_"))
            })?;
        Some(rest.split(' ').next()?.to_owned())
    };
    let options: BTreeSet<_> = cmake.lines().filter_map(name).collect();
    let text = read(&root().join("docs/installing.md"));
    let documented = text.lines().filter_map(|line| line.strip_prefix("| `RLZMA_"));
    let documented: BTreeSet<_> =
        documented.filter_map(|rest| Some(format!("RLZMA_{}", rest.split('`').next()?))).collect();
    assert_eq!(documented, options);
}

/// Contributors are told of each script that the gate runs.
#[test]
fn steps_of_the_gate_are_documented() {
    let text = read(&root().join("CONTRIBUTING.md"));
    let gate = paths(&read(&root().join(".ci/run")));
    let scripts: Vec<_> = gate.iter().filter(|path| path.starts_with("scripts/")).collect();
    assert!(scripts.len() > 10, "{scripts:?}");
    for script in scripts {
        assert!(paths(&text).contains(script), "CONTRIBUTING.md does not tell of {script}");
    }
}

/// Documents that tell how many functions there are count as many as
/// `cmake/rlzma.map` lists.
#[test]
fn functions_are_counted() {
    let map = read(&root().join("cmake/rlzma.map"));
    let listed = map.lines().filter(|line| line.starts_with("\tlzma_")).count().to_string();
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "docs/compatibility.md",
        "docs/functions.md",
    ] {
        let text = read(&root().join(name)).replace('\n', " ");
        let before =
            text.match_indices(" functions").filter_map(|(at, _)| text[..at].rsplit(' ').next());
        let counts: Vec<_> = before.filter(|word| word.parse::<usize>().is_ok()).collect();
        assert!(
            !counts.is_empty() && counts.iter().all(|count| *count == listed),
            "{name}: {counts:?}"
        );
    }
}

/// Names of the files in a folder.
fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder").flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Folders of tests that are one program, whose `main.rs` names the files. That in
/// `panics` needs a library of its own, and stands among the other folders.
const PROGRAMS: [&str; 5] = ["coders", "fields", "programs", "robustness", "threads"];

/// Each test has a row in the index of tests, and no other file has.
#[test]
fn tests_are_listed() {
    let text = read(&root().join("tests/README.md"));
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let listed = rows.flat_map(|row| row.split('|').nth(1).expect("a cell").split(", "));
    let listed = listed.map(|name| name.trim().trim_matches('`').to_owned());
    let listed: Vec<_> = listed.filter(|name| name.ends_with(".rs")).collect();
    let mut tests: BTreeSet<_> = names("tests").into_iter().collect();
    for program in PROGRAMS {
        let main = read(&root().join("tests").join(program).join("main.rs"));
        for name in names(&format!("tests/{program}")).iter().filter(|name| *name != "main.rs") {
            let module = format!("\nmod {};", name.trim_end_matches(".rs"));
            assert!(main.contains(&module), "tests/{program}/{name} is in no program");
            tests.insert(format!("{program}/{name}"));
        }
    }
    tests.retain(|name| name.ends_with(".rs"));
    assert_eq!(listed.len(), tests.len(), "a test is listed twice, or not at all");
    assert_eq!(BTreeSet::from_iter(listed), tests);
}

/// Each example has a row in the index of examples, and a command.
#[test]
fn examples_are_listed() {
    let text = read(&root().join("examples/README.md"));
    let examples: Vec<_> =
        names("examples").into_iter().filter(|name| name.ends_with(".c")).collect();
    assert!(examples.len() >= 6, "{examples:?}");
    for name in examples {
        let stem = name.trim_end_matches(".c");
        assert!(text.contains(&format!("| [{name}]({name}) | ")), "{name} has no row");
        assert!(text.contains(&format!(" -o {stem} {name} ")), "{name} is not compiled");
        assert!(text.contains(&format!("$ ./{stem}")), "{name} is not called");
    }
}

/// Each script says at its beginning how it is called, and has a row in
/// `CONTRIBUTING.md`.
#[test]
fn scripts_are_listed() {
    let text = read(&root().join("CONTRIBUTING.md"));
    let rows: String = text.lines().filter(|line| line.starts_with("| ")).collect();
    let listed = paths(&rows);
    for name in names("scripts") {
        let path = format!("scripts/{name}");
        assert!(listed.contains(&path), "CONTRIBUTING.md does not list {path}");
        let script = read(&root().join(&path));
        let head = script.lines().skip(1).take_while(|line| line.starts_with('#'));
        let said = head.filter(|line| line.contains(&path)).count();
        assert!(said == 1, "{path} says {said} times how it is called");
    }
}

/// A function of one line is defined in one script, or in `scripts/lib`.
#[test]
fn functions_of_scripts_stand_once() {
    let of_folder = |folder: &str| {
        names(folder).into_iter().map(move |name| format!("{folder}/{name}")).collect::<Vec<_>>()
    };
    let mut seen = BTreeSet::new();
    for path in ["scripts", "scripts/lib", ".ci"].into_iter().flat_map(of_folder) {
        let script = read(&root().join(&path));
        let is_function = |line: &&str| line.contains("() { ") && line.ends_with('}');
        for line in script.lines().map(str::trim).filter(is_function) {
            assert!(seen.insert(line.to_owned()), "{path} has once more: {line}");
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

/// Doc comments stand alone and name their subject first, which these words are
/// not.
#[test]
fn doc_comments_name_their_subject() {
    const RIDDLES: [&str; 5] = ["The same", "What ", "How ", "Whether ", "Where "];
    let mut count = 0;
    let mut riddles = Vec::new();
    let mut folders: Vec<_> =
        ["src", "tests", "benches", "tools", "fuzz/src"].map(|folder| root().join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = read(&path);
                let lines: Vec<_> = text.lines().map(str::trim_start).collect();
                let docs = lines.windows(2).filter_map(|pair| {
                    let doc = pair[1].strip_prefix("/// ")?;
                    (!pair[0].starts_with("///")).then_some(doc)
                });
                let docs: Vec<_> = docs.collect();
                count += docs.len();
                let is_riddle = |doc: &&str| RIDDLES.iter().any(|start| doc.starts_with(start));
                riddles.extend(docs.into_iter().filter(is_riddle).map(str::to_owned));
            }
        }
    }
    assert!(count > 3000 && riddles.is_empty(), "{count} comments; {riddles:#?}");
}

/// Documents name the Rust version that `Cargo.toml` does.
#[test]
fn one_rust_version() {
    let manifest = read(&root().join("Cargo.toml"));
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    let version = version.expect("a version").trim_matches('"');
    for name in ["README.md", "CONTRIBUTING.md", "docs/installing.md"] {
        let text = read(&root().join(name));
        let told = text.split(&format!("{version} or later")).count() - 1;
        assert!(told > 0, "{name} does not say that Rust must be {version} or later");
    }
}

/// The documents whose commands are run have some, and blocks that end.
#[test]
fn commands_are_marked() {
    let script = read(&root().join("scripts/run-doc-commands"));
    let list = script.lines().find_map(|line| line.strip_prefix("for document in "));
    let list = list.and_then(|list| list.strip_suffix("; do")).expect("a list");
    let known =
        ["sh", "console", "c", "cmake", "meson", "m4", "make", "toml", "rust", "python", "text"];
    for document in list.split(' ') {
        let text = read(&root().join(document));
        let fences: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("```")).collect();
        assert!(fences.len() % 2 == 0, "{document}: a block without an end");
        for pair in fences.chunks(2) {
            let language = pair[0].split(' ').next().unwrap_or_default();
            assert!(known.contains(&language), "{document}: what is in a block of «{}»?", pair[0]);
            assert_eq!(pair[1], "", "{document}: the block of {} does not end", pair[0]);
        }
        assert!(fences.contains(&"sh"), "{document} has no commands");
    }
}
