//! Declarations in Rust, for the crates in `rust/` that stand in for
//! liblzma-sys and lzma-sys. What is a newtype in `src/ffi` is an integer
//! there, and some names are those that bindgen invents.

use crate::source::{Constant, Function, Source};

const PREAMBLE: &str = "\
// Generated from rlzma's src/ffi by tools/headers; edit that. What each item
// means is told in rlzma's headers, include/lzma/.

use super::lzma_allocator;
use core::ffi::{c_char, c_int, c_uchar, c_uint, c_void};

#[doc(hidden)]
pub type __enum_ty = c_uint;
pub const LZMA_H_INTERNAL: u32 = 1;
";

/// Differs between the two crates, which define it themselves.
const ALLOCATOR: &str = "lzma_allocator";

/// Names that C does not have, in `src/ffi` and as bindgen invents them.
const NAMELESS: [(&str, &str); 3] = [
    ("lzma_index_iter_stream", "lzma_index_iter__bindgen_ty_1"),
    ("lzma_index_iter_block", "lzma_index_iter__bindgen_ty_2"),
    ("lzma_index_iter_internal", "lzma_index_iter__bindgen_ty_3"),
];

/// All types, constants and functions of `sources`, whose texts are `texts`.
pub fn write(sources: &[Source], texts: &[String]) -> String {
    let mut text = PREAMBLE.to_owned();
    for named in sources.iter().flat_map(|source| &source.enums) {
        text += &format!("pub type {} = __enum_ty;\n", named.name);
    }
    let constants = sources.iter().flat_map(|source| &source.constants);
    constants.filter_map(constant).for_each(|line| text += &line);
    for (source, rust) in sources.iter().zip(texts) {
        for named in &source.opaque {
            text += &format!(
                "\n#[repr(C)]\n#[derive(Clone, Copy, Debug)]\npub struct {0}_s {{\n    \
                 _unused: [u8; 0],\n}}\npub type {0} = {0}_s;\n",
                named.name
            );
        }
        for name in source.structs.iter().filter(|name| *name != ALLOCATOR) {
            text += &r#type(rust, name);
        }
    }
    text += "\nunsafe extern \"C\" {\n";
    let functions = sources.iter().flat_map(|source| &source.functions);
    functions.map(function).for_each(|declaration| text += &declaration);
    text + "}\n"
}

/// The names of enumerators with the name of their type in front, which
/// bindgen gives them.
pub fn write_prefixed(sources: &[Source]) -> String {
    let mut text = String::from(
        "// Generated from rlzma's src/ffi by tools/headers; edit that. The names that\n\
         // bindgen gives to enumerators.\n\nuse super::bindings::*;\n\n",
    );
    let enums = sources.iter().flat_map(|source| &source.enums);
    for named in enums {
        let constants = sources.iter().flat_map(|source| &source.constants);
        for constant in constants.filter(|constant| constant.r#type == named.name) {
            let (name, r#type) = (&constant.name, &named.name);
            let line = format!("pub const {type}_{name}: {type} = {name};\n");
            text += &if line.len() <= 101 { line } else { line.replace(" = ", " =\n    ") };
        }
    }
    text
}

/// A constant of Rust with the type that bindgen gives it, on one line.
fn constant(constant: &Constant) -> Option<String> {
    let name = &constant.name;
    if constant.r#type == "&CStr" {
        // As an array; only those that are empty have a size that stays.
        let empty = constant.value == "c\"\"";
        return empty.then(|| format!("pub const {name}: &[u8; 1] = b\"\\0\";\n"));
    }
    if constant.r#type == "lzma_stream" {
        return None; // a macro in C
    }
    let r#type = match constant.r#type.as_str() {
        "usize" if name != "LZMA_VLI_BYTES_MAX" => "u32",
        "c_uint" => "u32",
        other => other,
    };
    let newtype = format!("{type}(");
    let value = constant.value.strip_prefix(&newtype).and_then(|rest| rest.strip_suffix(')'));
    let value = value.unwrap_or(&constant.value).replace(".0", "");
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = format!("pub const {name}: {type} = {value};\n");
    Some(if line.len() <= 101 { line } else { line.replace(" + ", "\n    + ") })
}

/// A structure, a union or a name for a type, as it stands in `rust`.
fn r#type(rust: &str, name: &str) -> String {
    let lines: Vec<&str> = rust.lines().collect();
    if let Some(alias) = lines.iter().find(|line| line.starts_with(&format!("pub type {name} ="))) {
        return format!("\n{alias}\n");
    }
    let begins = |line: &&str| {
        ["struct", "union"]
            .iter()
            .any(|keyword| line.starts_with(&format!("pub {keyword} {name} ")))
    };
    let start = lines.iter().position(begins).expect("the type is in its file");
    let attributes = lines[..start].iter().rev().take_while(|line| line.starts_with("#[")).count();
    let body = lines[start - attributes..].iter().take_while(|line| **line != "}");
    let body = body.filter(|line| !line.trim_start().starts_with("///"));
    let body: String = body.map(|line| format!("{line}\n")).collect();
    let body = body.replace("r#type:", "type_:").replace("LZMA_CHECK_SIZE_MAX", "64");
    let rename = |text: String, (from, to): (&str, &str)| {
        text.replace(&format!(" {from} "), &format!(" {to} "))
            .replace(&format!(": {from},"), &format!(": {to},"))
            .replace(&format!("[{from};"), &format!("[{to};"))
    };
    format!("\n{}}}\n", NAMELESS.into_iter().fold(body, rename))
}

/// The declaration of a function.
fn function(function: &Function) -> String {
    let (name, result) = (&function.name, &function.result);
    let parameters = function.parameters.iter();
    // As bindgen calls those whose names are words of Rust.
    let parameters = parameters.map(|one| one.replace("r#in:", "in_:").replace("str:", "str_:"));
    let parameters: Vec<_> = parameters.collect();
    let line = format!("    pub fn {name}({}){result};\n", parameters.join(", "));
    if line.len() <= 101 {
        return line;
    }
    let parameters: String = parameters.iter().map(|one| format!("        {one},\n")).collect();
    format!("    pub fn {name}(\n{parameters}    ){result};\n")
}
