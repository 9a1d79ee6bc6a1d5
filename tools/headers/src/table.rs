//! The table of functions that tests use.

use std::collections::BTreeMap;

use crate::functions;
use crate::source::{Function, Source};

/// `tests/common/functions.rs`: an invocation of a macro with each function's
/// symbol version and prototype.
///
/// # Errors
/// A function that is missing from the list.
pub fn write<'a>(
    sources: impl Iterator<Item = &'a Source>,
    list: &BTreeMap<String, functions::Function>,
) -> Result<String, String> {
    let mut text = "// Generated from src/ffi and cmake/rlzma.map: cargo run -p headers\n\n\
                    functions! {\n"
        .to_owned();
    for function in sources.flat_map(|source| &source.functions) {
        let listed = list.get(&function.name).ok_or_else(|| not_listed(&function.name))?;
        text += &prototype(&listed.version, function);
    }
    Ok(text + "}\n")
}

pub fn not_listed(name: &str) -> String {
    format!("{name} is not in cmake/rlzma.map")
}

/// One line of the table.
fn prototype(version: &str, function: &Function) -> String {
    let Function { name, abi, parameters, result } = function;
    format!("    {version:?} extern {abi} fn {name}({}){result};\n", parameters.join(", "))
}
