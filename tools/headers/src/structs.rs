//! Structures inside structures.

/// Helper types that C has no names for.
const NAMELESS: [&str; 3] =
    ["lzma_index_iter_stream", "lzma_index_iter_block", "lzma_index_iter_internal"];

/// Moves the definition of each nameless type to the member that has it, and
/// indents with tabs.
pub fn nest(types: &str) -> String {
    // Pointers to functions that the application passes in.
    let mut types = with_tabs(types).replace("(*", "(LZMA_API_CALL *");
    for name in NAMELESS {
        if let Some((rest, keyword, body)) = cut(&types, name) {
            let body: String = body.lines().map(|line| format!("\t{line}\n")).collect();
            let body = format!("\t{keyword} {{\n{body}\t}} ");
            types = rest.replace(&format!("\t{name} "), &body);
        }
    }
    types
}

fn with_tabs(text: &str) -> String {
    let line = |line: &str| {
        let plain = line.trim_start_matches("  ");
        "\t".repeat((line.len() - plain.len()) / 2) + plain + "\n"
    };
    text.lines().map(line).collect()
}

/// `types` without the type `name` and its comment; `struct` or `union`; and
/// what is between its braces.
fn cut<'a>(types: &'a str, name: &str) -> Option<(String, &'a str, &'a str)> {
    let closing = format!("\n}} {name};\n");
    let end = types.find(&closing)?;
    let start = types[..end].rfind("typedef ")?;
    let (keyword, body) = types[start + "typedef ".len()..end].split_once(" {\n")?;
    let comment = types[..start].rfind("/**")?;
    let rest = types[..comment].to_owned() + &types[end + closing.len()..];
    Some((rest, keyword, body))
}
