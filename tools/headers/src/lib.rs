//! Generates what follows from `src/ffi` and from the lists of functions in
//! `cmake/`: the C headers, those of liblzma and `rlzma.h`, the table of functions
//! that tests call ([`tests_table`]), and declarations in Rust for the crates in
//! `rust/` ([`rust_files`]).
//!
//! cbindgen turns functions and structures into C. What it cannot express as
//! liblzma's headers do comes from here: constants (their types in C are not
//! those in Rust), enumerations (integers in Rust, as callers may pass any
//! value), attributes of functions, and macros with arguments.
//!
//! A file in `src/ffi` says in its first line which header it belongs to:
//! `//! lzma/index.h: ...`; those in `src/ffi/rlzma/` belong to `rlzma.h`.

mod bindings;
mod constants;
mod docs;
pub mod functions;
mod prototypes;
mod source;
mod structs;
mod table;

use functions::Function;
use source::{OWN_HEADER, Source};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Functions that liblzma declares in another header than their file's.
const ELSEWHERE: [(&str, &str); 1] = [("lzma_get_check", "check")];

/// One header, and the files that it is made of.
struct Header {
    name: String,
    sources: Vec<Source>,
}

/// All headers, by their path in `include/`.
///
/// # Errors
/// The file that cannot be read or understood.
pub fn generate(root: &Path) -> Result<BTreeMap<String, String>, String> {
    let fragments = root.join("tools/headers/fragments");
    let list = list(root)?;
    let mut files = BTreeMap::new();
    files.insert("lzma.h".to_owned(), read(&fragments.join("lzma.h"))?);
    let headers = headers(root)?;
    let defined = |name| headers.iter().flat_map(|h| &h.sources).any(|source| source.has(name));
    if let Some(name) = list.keys().find(|name| !defined(name)) {
        return Err(format!("a list in cmake/ has {name}, but src/ffi has not"));
    }
    for header in &headers {
        let fragment = fragments.join(format!("{}.h", header.name));
        if header.name == OWN_HEADER {
            let text = declarations(header, &headers, "", &list)?;
            let text = read(&fragment)?.replace("@DECLARATIONS@\n", &text);
            files.insert(format!("{OWN_HEADER}.h"), tidy(&text));
            continue;
        }
        // Not every header has macros that no Rust item stands for.
        let macros = fs::read_to_string(fragment).unwrap_or_default();
        let text = preamble(header) + &declarations(header, &headers, &macros, &list)?;
        files.insert(format!("lzma/{}.h", header.name), tidy(&text));
    }
    Ok(files)
}

/// The path of the table of functions that tests call.
pub const TESTS_TABLE: &str = "tests/common/functions.rs";

/// The text of the table of functions that tests call.
///
/// # Errors
/// The file that cannot be read or understood.
pub fn tests_table(root: &Path) -> Result<String, String> {
    let sources: Vec<_> = headers(root)?.into_iter().flat_map(|header| header.sources).collect();
    table::write(&sources, &list(root)?)
}

/// The declarations in Rust of what liblzma has, by their path from the root.
///
/// # Errors
/// What cannot be read or understood.
pub fn rust_files(root: &Path) -> Result<[(&'static str, String); 2], String> {
    let sources = headers(root)?.into_iter().flat_map(|header| header.sources);
    let sources: Vec<_> = sources.filter(|source| !source.is_own()).collect();
    let texts = sources.iter().map(|source| read(&source.path)).collect::<Result<Vec<_>, _>>()?;
    Ok([
        ("rust/bindings.rs", bindings::write(&sources, &texts)),
        ("rust/liblzma-sys/src/prefixed.rs", bindings::write_prefixed(&sources)),
    ])
}

/// All exported functions, those of liblzma and those of `rlzma.h`.
///
/// # Errors
/// The file that cannot be read or understood.
pub fn list(root: &Path) -> Result<BTreeMap<String, Function>, String> {
    let mut list = functions::parse(&read(&root.join("cmake/rlzma.map"))?)?;
    list.extend(functions::parse(&read(&root.join("cmake/librlzma.map"))?)?);
    Ok(list)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The headers that the files in `src/ffi` say they belong to.
fn headers(root: &Path) -> Result<Vec<Header>, String> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in ["src/ffi", "src/ffi/rlzma"] {
        let entries = fs::read_dir(root.join(folder)).map_err(|error| error.to_string())?;
        paths.extend(entries.flatten().map(|entry| entry.path()));
    }
    paths.sort();
    let mut headers = BTreeMap::<String, Vec<Source>>::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        let source = Source::parse(path, &read(path)?)?;
        match &source.header {
            Some(name) => headers.entry(name.clone()).or_default().push(source),
            None if source.functions.is_empty() => {}
            None => {
                let path = path.display();
                return Err(format!("{path}: the first line must be `//! HEADER.h: ...`"));
            }
        }
    }
    Ok(headers.into_iter().map(|(name, sources)| Header { name, sources }).collect())
}

/// Everything that the header declares: constants, types, `macros`, functions.
fn declarations(
    header: &Header,
    all: &[Header],
    macros: &str,
    list: &BTreeMap<String, Function>,
) -> Result<String, String> {
    let mut text = constants::write(&header.sources);
    let bindings = bindings(header, all)?;
    let (mut types, functions) = prototypes::split(&bindings);
    types = structs::nest(&types);
    text.push_str(&docs::to_c(&types));
    // A macro may need a type; no type needs one of these.
    text.push_str(macros);
    for function in functions {
        text.push_str(&docs::to_c(&prototypes::write(&function, list)?));
    }
    Ok(text)
}

/// The beginning of every header of liblzma's.
fn preamble(header: &Header) -> String {
    let name = &header.name;
    let about = header.sources.iter().find_map(|source| source.about(name)).unwrap_or_default();
    format!(
        "/* SPDX-License-Identifier: 0BSD */\n\n\
         /**\n * \\file   lzma/{name}.h\n * \\brief  {about}\n */\n\n\
         /* Generated from rlzma's src/ffi by tools/headers; edit that. */\n\n\
         #ifndef LZMA_H_INTERNAL\n#\terror Include <lzma.h>, not its parts.\n#endif\n\n"
    )
}

/// The output of cbindgen for the header's files: structures, then functions.
fn bindings(header: &Header, all: &[Header]) -> Result<String, String> {
    let mut config = cbindgen::Config {
        language: cbindgen::Language::C,
        style: cbindgen::Style::Type,
        no_includes: true,
        usize_is_size_t: true,
        documentation_style: cbindgen::DocumentationStyle::Doxy,
        ..Default::default()
    };
    config.function.args = cbindgen::Layout::Horizontal;
    config.function.prefix = Some("extern".to_owned());
    config.export.item_types =
        vec![cbindgen::ItemType::Structs, cbindgen::ItemType::Unions, cbindgen::ItemType::Typedefs];
    config.export.item_types.push(cbindgen::ItemType::Functions);
    let mut builder = cbindgen::Builder::new();
    let mut sources: Vec<&Source> = header.sources.iter().collect();
    for (function, home) in ELSEWHERE {
        let guest = all.iter().flat_map(|h| &h.sources).find(|s| s.has(function));
        let Some(guest) = guest else { continue };
        if home == header.name {
            // Only this one function of the other file.
            let functions = guest.functions.iter().map(|function| &function.name);
            let others = functions.chain(&guest.structs).filter(|name| *name != function);
            config.export.exclude.extend(others.cloned());
            sources.push(guest);
        } else if header.sources.iter().any(|s| s.has(function)) {
            config.export.exclude.push(function.to_owned());
        }
    }
    for source in &sources {
        config.export.exclude.extend(source.not_structs());
        builder = builder.with_src(&source.path);
    }
    for source in &header.sources {
        config.export.include.extend(source.structs.iter().cloned());
    }
    let bindings = builder.with_config(config).generate().map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).map_err(|error| error.to_string())
}

/// At most one empty line in a row, no spaces at the ends of lines.
fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && (tidy.is_empty() || tidy.ends_with("\n\n"))) {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    while tidy.ends_with("\n\n") {
        tidy.pop();
    }
    tidy
}
