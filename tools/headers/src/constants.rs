//! Enumerations, and constants as macros.

use crate::docs;
use crate::source::{Constant, Named, Source};

/// Macros of type `uint32_t`, where nothing in the value shows it.
const UNSIGNED: [&str; 2] = ["LZMA_PRESET_DEFAULT", "LZMA_DICT_SIZE_MIN"];

/// Macros that a fragment defines.
const IN_FRAGMENTS: [&str; 8] = [
    "LZMA_STREAM_INIT",
    "LZMA_VERSION_COMMIT",
    "LZMA_VERSION_STABILITY_STRING",
    "LZMA_VERSION_STRING",
    "RLZMA_ERROR_INIT",
    "RLZMA_INTERRUPTED",
    "RLZMA_READER_OPTIONS_INIT",
    "RLZMA_SOURCE_INIT",
];

/// Incomplete types, enumerations and macros of all files of a header.
pub fn write(sources: &[Source]) -> String {
    let mut text = String::new();
    let constants = || sources.iter().flat_map(|source| &source.constants);
    for constant in constants() {
        let is_macro = !sources.iter().any(|s| s.enums.iter().any(|e| e.name == constant.r#type));
        if is_macro && !IN_FRAGMENTS.contains(&&*constant.name) {
            text += &docs::block(&constant.docs, "");
            text += &format!("#define {} {}\n\n", constant.name, value(constant));
        }
    }
    for named in sources.iter().flat_map(|source| &source.opaque) {
        text += &docs::block(&named.docs, "");
        text += &format!("typedef struct {0}_s {0};\n\n", named.name);
    }
    for named in sources.iter().flat_map(|source| &source.enums) {
        text += &enumeration(named, constants().filter(|constant| constant.r#type == named.name));
    }
    text
}

fn enumeration<'a>(named: &Named, enumerators: impl Iterator<Item = &'a Constant>) -> String {
    let enumerators: Vec<String> = enumerators
        .map(|constant| {
            let number = constant.value.split(['(', ')']).nth(1).unwrap_or_default();
            docs::block(&constant.docs, "\t") + &format!("\t{} = {number}", constant.name)
        })
        .collect();
    let docs = docs::block(&named.docs, "");
    format!("{docs}typedef enum {{\n{}\n}} {};\n\n", enumerators.join(",\n\n"), named.name)
}

/// The value of a macro, of the type that it has in liblzma's headers.
fn value(constant: &Constant) -> String {
    let value = constant.value.replace("u64::MAX", "UINT64_MAX").replace(".0", "");
    let value = value.replace("u32::MAX", "UINT32_MAX");
    let is_vli = constant.r#type == "lzma_vli";
    let is_literal = value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains(' ');
    let is_typed = !is_literal || value.starts_with("0x") || UNSIGNED.contains(&&*constant.name);
    let literal = |number: &str| {
        let number = number.replace('_', "");
        match (is_typed, is_vli) {
            (false, _) => number,
            (true, false) => format!("UINT32_C({number})"),
            (true, true) => format!("LZMA_VLI_C({number})"),
        }
    };
    if let Some((left, right)) = value.split_once(" << ") {
        return format!("({} << {right})", literal(left));
    }
    if let Some((left, right)) = value.split_once(" / ") {
        return format!("({left} / {right})");
    }
    let words: Vec<String> = value
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| {
            if word.starts_with(|c: char| c.is_ascii_digit()) { literal(word) } else { word.into() }
        })
        .collect();
    let text = words.join(" ").replace(" + ", " \\\n\t\t+ ");
    if words.len() > 1 { format!("({text})") } else { text }
}
