//! What is read from a Rust file line by line, because cbindgen does not
//! say it: which header the file belongs to, constants, enumerations.

use std::path::{Path, PathBuf};

/// A constant, or an enumerator.
pub struct Constant {
    pub docs: Vec<String>,
    pub name: String,
    pub r#type: String,
    pub value: String,
}

/// A type that C sees as an enumeration, or as incomplete.
pub struct Named {
    pub docs: Vec<String>,
    pub name: String,
}

/// One file of `src/ffi`.
pub struct Source {
    pub path: PathBuf,
    /// The header that it belongs to, without folder and extension.
    pub header: Option<String>,
    first: String,
    pub constants: Vec<Constant>,
    pub enums: Vec<Named>,
    pub opaque: Vec<Named>,
    /// Structures, unions and names for integers.
    pub structs: Vec<String>,
    pub functions: Vec<String>,
}

impl Source {
    pub fn parse(path: &Path, text: &str) -> Source {
        let first = first_paragraph(text);
        let header = first
            .strip_prefix("lzma/")
            .and_then(|rest| rest.split_once(".h: "))
            .map(|(name, _)| name.to_owned());
        let mut source = Source {
            path: path.to_owned(),
            header,
            first,
            constants: Vec::new(),
            enums: Vec::new(),
            opaque: Vec::new(),
            structs: Vec::new(),
            functions: Vec::new(),
        };
        source.read(text);
        source
    }

    /// What the header is about, if this is the file that it is named after.
    pub fn about(&self, header: &str) -> Option<String> {
        if self.path.file_stem()? != header {
            return None;
        }
        let (_, about) = self.first.split_once(".h: ")?;
        let mut letters = about.chars();
        Some(letters.next()?.to_uppercase().chain(letters).collect())
    }

    pub fn has(&self, function: &str) -> bool {
        self.functions.iter().any(|name| name == function)
    }

    /// Structures of Rust that are none in C.
    pub fn not_structs(&self) -> impl Iterator<Item = String> + '_ {
        self.enums.iter().chain(&self.opaque).map(|named| named.name.clone())
    }

    fn read(&mut self, text: &str) {
        let mut docs = Vec::new();
        let lines: Vec<&str> = text.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            if let Some(doc) = line.strip_prefix("///") {
                docs.push(doc.strip_prefix(' ').unwrap_or(doc).to_owned());
            } else if !line.starts_with("#[") {
                self.item(&lines[i..], std::mem::take(&mut docs));
            }
        }
    }

    /// The item that `lines` begin with, if it is of interest.
    fn item(&mut self, lines: &[&str], docs: Vec<String>) {
        let line = lines[0];
        if let Some(rest) = line.strip_prefix("pub const ") {
            if rest.starts_with("fn ") {
                return;
            }
            let end = lines.iter().position(|line| line.ends_with(';')).unwrap_or(0);
            let rest = rest.to_owned() + &lines[1..=end].join(" ");
            let Some((name, rest)) = rest.split_once(": ") else { return };
            let Some((r#type, value)) = rest.split_once(" = ") else { return };
            let (name, r#type) = (name.to_owned(), r#type.to_owned());
            let value = value.trim_end_matches(';').to_owned();
            self.constants.push(Constant { docs, name, r#type, value });
        } else if let Some(rest) =
            line.strip_prefix("pub struct ").or(line.strip_prefix("pub union "))
        {
            let name: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if rest.contains("(pub c_uint);") {
                self.enums.push(Named { docs, name });
            } else if lines[1].trim_start().starts_with("_opaque") {
                self.opaque.push(Named { docs, name });
            } else {
                self.structs.push(name);
            }
        } else if let Some((name, _)) =
            line.strip_prefix("pub type ").and_then(|rest| rest.split_once(" ="))
        {
            self.structs.push(name.to_owned());
        } else if line.starts_with("pub ")
            && ["extern \"C\" fn ", "extern \"C-unwind\" fn "].iter().any(|abi| line.contains(abi))
        {
            let name = line.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
            self.functions.extend(name.map(str::to_owned));
        }
    }
}

/// The first paragraph of the file's documentation, on one line.
fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//! "));
    lines.collect::<Vec<_>>().join(" ")
}
