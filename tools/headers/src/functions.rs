//! The lists of exported functions: `cmake/rlzma.map`, those of liblzma, and
//! `cmake/librlzma.map`, those that only `librlzma.so` has.
//!
//! They are version scripts for linkers. A comment after a name says which
//! attributes the function has in the headers:
//! `lzma_check_size; /* const */`.

use std::collections::BTreeMap;

/// The attributes of liblzma's headers, by the words that the list has for
/// them.
const ATTRIBUTES: [(&str, &str); 3] = [
    ("pure", "lzma_attr_pure"),
    ("const", "lzma_attr_const"),
    ("must use", "lzma_attr_warn_unused_result"),
];

/// A row of the list.
#[derive(Debug)]
pub struct Function {
    /// The symbol version, such as `XZ_5.2`.
    pub version: String,
    /// The attributes in the header, each after a space.
    pub attributes: String,
}

impl Function {
    /// The release of liblzma that added the function, such as `5.2`; for one of
    /// rlzma's own, the symbol version, such as `RLZMA_1.0`.
    pub fn release(&self) -> &str {
        let Some(release) = self.version.strip_prefix("XZ_") else { return &self.version };
        release.strip_suffix(".0").filter(|short| short.contains('.')).unwrap_or(release)
    }
}

/// Reads a list: its functions by their names.
///
/// # Errors
/// The line that cannot be understood.
pub fn parse(map: &str) -> Result<BTreeMap<String, Function>, String> {
    let mut functions = BTreeMap::new();
    let mut version = "";
    for line in map.lines() {
        if let Some(node) = line.strip_suffix(" {") {
            version = node;
        } else if let Some((name, rest)) = entry(line) {
            let attributes = attributes(rest).ok_or(format!("{version}: {line}"))?;
            let function = Function { version: version.to_owned(), attributes };
            functions.insert(name.to_owned(), function);
        }
    }
    Ok(functions)
}

/// A line that names a function: its name, and what follows.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix('\t')?.split_once(';')?;
    (name.starts_with("lzma_") || name.starts_with("rlzma_")).then_some((name, rest))
}

/// The attributes that a comment names, as headers have them.
fn attributes(comment: &str) -> Option<String> {
    let comment = comment.trim();
    if comment.is_empty() {
        return Some(String::new());
    }
    let words = comment.strip_prefix("/* ")?.strip_suffix(" */")?;
    let attribute =
        |word| Some(format!(" {}", ATTRIBUTES.iter().find(|(known, _)| *known == word)?.1));
    words.split(", ").map(attribute).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_attributes_are_read() {
        let map = "XZ_5.0 {\nglobal:\n\tlzma_a;\nlocal:\n\t*;\n};\n\nXZ_5.6.0 {\nglobal:\n\tlzma_b; /* pure, must use */\n} XZ_5.0;\n\nRLZMA_1.0 {\nglobal:\n\trlzma_c;\n};\n";
        let functions = parse(map).expect("a list");
        let all: Vec<_> = functions
            .iter()
            .map(|(name, f)| (name.as_str(), f.release(), f.attributes.as_str()))
            .collect();
        assert_eq!(
            all,
            [
                ("lzma_a", "5.0", ""),
                ("lzma_b", "5.6", " lzma_attr_pure lzma_attr_warn_unused_result"),
                ("rlzma_c", "RLZMA_1.0", ""),
            ]
        );
        assert!(parse("\tlzma_c; /* purr */").is_err_and(|error| error.contains("lzma_c")));
    }
}
