//! The table of functions that tests use.

use std::collections::BTreeMap;

use crate::functions;
use crate::source::{Function, Source};

/// `tests/common/functions.rs`: invocations of two macros with each function's
/// symbol version and prototype, one for liblzma's functions, one for those of
/// `rlzma.h`.
///
/// # Errors
/// A function that is missing from the list.
pub fn write(
    sources: &[Source],
    list: &BTreeMap<String, functions::Function>,
) -> Result<String, String> {
    let mut text =
        "// Generated from src/ffi and the lists in cmake/: cargo run -p headers\n".to_owned();
    for (r#macro, own) in [("functions", false), ("own_functions", true)] {
        text += &format!("\n{macro}! {{\n");
        let sources = sources.iter().filter(|source| source.is_own() == own);
        for function in sources.flat_map(|source| &source.functions) {
            let listed = list.get(&function.name).ok_or_else(|| not_listed(&function.name))?;
            text += &prototype(&listed.version, function);
        }
        text += "}\n";
    }
    Ok(text)
}

pub fn not_listed(name: &str) -> String {
    format!("{name} is in no list in cmake/")
}

/// One line of the table.
fn prototype(version: &str, function: &Function) -> String {
    let Function { name, abi, parameters, result } = function;
    format!("    {version:?} extern {abi} fn {name}({}){result};\n", parameters.join(", "))
}
