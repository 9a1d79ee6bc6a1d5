//! From Rust's documentation comments to C's.

/// `text` with its comments as C programmers expect them: no links and no
/// Markdown headings.
pub fn to_c(text: &str) -> String {
    let mut plain = String::new();
    for line in text.lines() {
        let is_comment = line.trim_start().starts_with(['*', '/']);
        plain.push_str(&if is_comment { comment(line) } else { line.to_owned() });
        plain.push('\n');
    }
    one_line(&plain)
}

/// Comments of one line take one line.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut short = String::new();
    let mut i = 0;
    while i < lines.len() {
        let begins = lines[i].trim_start() == "/**";
        let ends = lines.get(i + 2).is_some_and(|line| line.trim_start() == "*/");
        if begins && ends && lines[i + 1].len() < 70 {
            let comment = lines[i + 1].trim_start().trim_start_matches("* ");
            let indent = lines[i].trim_end_matches("/**");
            short += &format!("{indent}/** {comment} */\n");
            i += 3;
        } else {
            short += lines[i];
            short.push('\n');
            i += 1;
        }
    }
    short
}

/// A comment of `docs`, as C has them.
pub fn block(docs: &[String], indent: &str) -> String {
    let lines: String = docs.iter().map(|line| format!("{indent} * {line}\n")).collect();
    to_c(&format!("{indent}/**\n{lines}{indent} */\n"))
}

fn comment(line: &str) -> String {
    let line = line
        .replace("# Parameters", "Parameters:")
        .replace("# Returns", "Returns:")
        .replace("# Safety", "Requirements:");
    without_links(&line).replace('`', "")
}

/// `[text](target)` and ``[`text`]`` become `text`.
fn without_links(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((text, behind)) = after.split_once("`]") else { break };
        plain.push_str(before);
        plain.push_str(text);
        rest = match behind.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, behind)) => behind,
            None => behind,
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_names() {
        assert_eq!(without_links("see [`a`] and [`b`](super::b)."), "see a and b.");
    }
}
