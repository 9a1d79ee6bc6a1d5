//! Definitions in a file of `src/ffi` that cbindgen does not tell: the header that
//! the file belongs to, constants, enumerations, and functions.

use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::{Attribute, Expr, Fields, Item, Lit, Meta, ReturnType, Signature, Visibility};

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

/// An exported function.
pub struct Function {
    pub name: String,
    /// The ABI's name, such as `"C"`.
    pub abi: String,
    /// The parameters with their types.
    pub parameters: Vec<String>,
    /// The type of the result, after an arrow; empty if there is none.
    pub result: String,
}

/// One file of `src/ffi`.
pub struct Source {
    pub path: PathBuf,
    /// The header that the file belongs to, without folder and extension:
    /// `index` for `lzma/index.h`, `rlzma` for `rlzma.h`.
    pub header: Option<String>,
    first: String,
    pub constants: Vec<Constant>,
    pub enums: Vec<Named>,
    pub opaque: Vec<Named>,
    /// Structures, unions and names for integers.
    pub structs: Vec<String>,
    pub functions: Vec<Function>,
}

/// The header, without extension, of what liblzma does not have.
pub const OWN_HEADER: &str = "rlzma";

impl Source {
    /// True if the file belongs to `rlzma.h`.
    pub fn is_own(&self) -> bool {
        self.header.as_deref() == Some(OWN_HEADER)
    }

    /// # Errors
    /// The place where `text` is not Rust.
    pub fn parse(path: &Path, text: &str) -> Result<Source, String> {
        let file = syn::parse_file(text).map_err(|error| format!("{}: {error}", path.display()))?;
        let first: Vec<_> =
            docs(&file.attrs).into_iter().take_while(|line| !line.is_empty()).collect();
        let first = first.join(" ");
        let header = first.split_once(".h: ").and_then(|(path, _)| match path {
            OWN_HEADER => Some(path.to_owned()),
            _ => path.strip_prefix("lzma/").map(str::to_owned),
        });
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
        file.items.iter().for_each(|item| source.add(item));
        Ok(source)
    }

    /// The subject of the header, if this is the file that it is named after.
    pub fn about(&self, header: &str) -> Option<String> {
        if self.path.file_stem()? != header {
            return None;
        }
        let (_, about) = self.first.split_once(".h: ")?;
        let mut letters = about.chars();
        Some(letters.next()?.to_uppercase().chain(letters).collect())
    }

    pub fn has(&self, function: &str) -> bool {
        self.functions.iter().any(|known| known.name == function)
    }

    /// Structures of Rust that are none in C.
    pub fn not_structs(&self) -> impl Iterator<Item = String> + '_ {
        self.enums.iter().chain(&self.opaque).map(|named| named.name.clone())
    }

    /// Adds a public item of the kinds that C can see.
    fn add(&mut self, item: &Item) {
        match item {
            Item::Const(item) if is_public(&item.vis) => self.constants.push(Constant {
                docs: docs(&item.attrs),
                name: item.ident.to_string(),
                r#type: text(&item.ty),
                value: text(&item.expr),
            }),
            Item::Struct(item) if is_public(&item.vis) => {
                let named = Named { docs: docs(&item.attrs), name: item.ident.to_string() };
                match &item.fields {
                    Fields::Unnamed(_) => self.enums.push(named),
                    fields if is_opaque(fields) => self.opaque.push(named),
                    _ => self.structs.push(named.name),
                }
            }
            Item::Union(item) if is_public(&item.vis) => self.structs.push(item.ident.to_string()),
            Item::Type(item) if is_public(&item.vis) => self.structs.push(item.ident.to_string()),
            Item::Fn(item) if is_public(&item.vis) && item.sig.abi.is_some() => {
                self.functions.push(function(&item.sig));
            }
            _ => {}
        }
    }
}

fn function(signature: &Signature) -> Function {
    let abi = signature.abi.as_ref().and_then(|abi| abi.name.as_ref());
    Function {
        name: signature.ident.to_string(),
        abi: abi.map_or_else(|| "\"C\"".to_owned(), text),
        parameters: signature.inputs.iter().map(text).collect(),
        result: match &signature.output {
            ReturnType::Default => String::new(),
            output => format!(" {}", text(output)),
        },
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// True if a structure hides what it consists of.
fn is_opaque(fields: &Fields) -> bool {
    let first = fields.iter().next().and_then(|field| field.ident.as_ref());
    first.is_some_and(|name| name == "_opaque")
}

/// A part of the source on one line.
fn text(part: &impl Spanned) -> String {
    let text = part.span().source_text().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines of an item's documentation.
fn docs(attributes: &[Attribute]) -> Vec<String> {
    let line = |attribute: &Attribute| {
        let Meta::NameValue(meta) = &attribute.meta else { return None };
        let Expr::Lit(value) = &meta.value else { return None };
        let (true, Lit::Str(line)) = (meta.path.is_ident("doc"), &value.lit) else { return None };
        let line = line.value();
        Some(line.strip_prefix(' ').unwrap_or(&line).to_owned())
    };
    attributes.iter().filter_map(line).collect()
}
