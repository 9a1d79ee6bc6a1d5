//! Functions as liblzma's headers declare them.

use std::collections::BTreeMap;

use crate::functions::Function;
use crate::table::not_listed;

/// The types in cbindgen's output, and the functions one by one, each with
/// its comment.
pub fn split(bindings: &str) -> (String, Vec<String>) {
    let mut types = String::new();
    let mut functions = Vec::new();
    let mut item = String::new();
    for line in bindings.lines() {
        item.push_str(line);
        item.push('\n');
        let is_function = item.starts_with("extern") || item.contains("\nextern ");
        if is_function && line.ends_with(';') {
            functions.push(std::mem::take(&mut item).trim_start().to_owned());
        } else if !is_function && line.is_empty() {
            types.push_str(&std::mem::take(&mut item));
        }
    }
    types.push_str(&item);
    (types, functions)
}

/// `function` with its attributes, and with the release that added it.
pub fn write(function: &str, list: &BTreeMap<String, Function>) -> Result<String, String> {
    let (comment, declaration) = function.split_once("extern ").ok_or("not a function")?;
    let (head, parameters) = declaration.split_once('(').ok_or("no parameters")?;
    let at = head.rfind(|c: char| c != '_' && !c.is_alphanumeric()).ok_or("no name")? + 1;
    let (result, name) = (head[..at].trim(), &head[at..]);
    let parameters: Vec<&str> = parameters.trim_end_matches([')', ';', '\n']).split(',').collect();
    let parameters: Vec<&str> = parameters.into_iter().map(str::trim).collect();
    let listed = list.get(name).ok_or_else(|| not_listed(name))?;
    let comment = comment.trim_end().trim_end_matches("*/").trim_end();
    let comment = format!("{comment}\n *\n * Since {}.\n */\n", listed.release());
    let declaration = format!("extern LZMA_API({result}) {name}(");
    let parameters = wrap(&declaration, &parameters);
    Ok(format!("{comment}{declaration}{parameters})\n\t\tlzma_nothrow{};\n\n", listed.attributes))
}

/// The parameters on lines of at most 79 characters, a tab counted as eight.
fn wrap(first: &str, parameters: &[&str]) -> String {
    let mut text = String::new();
    let mut column = first.len();
    for (i, parameter) in parameters.iter().enumerate() {
        let comma = if i + 1 < parameters.len() { "," } else { "" };
        if column + 1 + parameter.len() + comma.len() > 78 {
            text += "\n\t\t";
            column = 16;
        } else if i > 0 {
            text += " ";
            column += 1;
        }
        text += parameter;
        text += comma;
        column += parameter.len() + comma.len();
    }
    text
}
