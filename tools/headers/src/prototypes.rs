//! Functions as liblzma's headers declare them.

use std::collections::BTreeMap;

/// The result depends on the arguments and on memory only.
const PURE: [&str; 22] = [
    "lzma_block_total_size",
    "lzma_block_unpadded_size",
    "lzma_crc32",
    "lzma_crc64",
    "lzma_easy_decoder_memusage",
    "lzma_easy_encoder_memusage",
    "lzma_index_block_count",
    "lzma_index_checks",
    "lzma_index_file_size",
    "lzma_index_hash_size",
    "lzma_index_size",
    "lzma_index_stream_count",
    "lzma_index_stream_size",
    "lzma_index_total_size",
    "lzma_index_uncompressed_size",
    "lzma_memlimit_get",
    "lzma_memusage",
    "lzma_raw_decoder_memusage",
    "lzma_raw_encoder_memusage",
    "lzma_stream_encoder_mt_memusage",
    "lzma_stream_flags_compare",
    "lzma_vli_size",
];

/// The result depends on the arguments only.
const CONST: [&str; 8] = [
    "lzma_check_is_supported",
    "lzma_check_size",
    "lzma_filter_decoder_is_supported",
    "lzma_filter_encoder_is_supported",
    "lzma_mf_is_supported",
    "lzma_mode_is_supported",
    "lzma_version_number",
    "lzma_version_string",
];

/// Ignoring the result is a mistake.
const MUST_USE: [&str; 44] = [
    "lzma_alone_decoder",
    "lzma_alone_encoder",
    "lzma_auto_decoder",
    "lzma_block_buffer_encode",
    "lzma_block_compressed_size",
    "lzma_block_decoder",
    "lzma_block_encoder",
    "lzma_block_header_decode",
    "lzma_block_header_encode",
    "lzma_block_header_size",
    "lzma_block_uncomp_encode",
    "lzma_code",
    "lzma_easy_encoder",
    "lzma_filter_flags_decode",
    "lzma_filter_flags_encode",
    "lzma_filter_flags_size",
    "lzma_filters_copy",
    "lzma_index_append",
    "lzma_index_cat",
    "lzma_index_decoder",
    "lzma_index_dup",
    "lzma_index_encoder",
    "lzma_index_hash_append",
    "lzma_index_hash_decode",
    "lzma_index_hash_init",
    "lzma_index_iter_next",
    "lzma_index_stream_flags",
    "lzma_index_stream_padding",
    "lzma_lzip_decoder",
    "lzma_raw_decoder",
    "lzma_raw_encoder",
    "lzma_str_from_filters",
    "lzma_str_list_filters",
    "lzma_str_to_filters",
    "lzma_stream_buffer_decode",
    "lzma_stream_buffer_encode",
    "lzma_stream_decoder",
    "lzma_stream_decoder_mt",
    "lzma_stream_encoder",
    "lzma_stream_encoder_mt",
    "lzma_stream_footer_decode",
    "lzma_stream_footer_encode",
    "lzma_stream_header_decode",
    "lzma_stream_header_encode",
];

/// Since which release a function exists, by name.
pub struct Versions(BTreeMap<String, String>);

impl Versions {
    /// Reads a linker's version script.
    pub fn parse(map: &str) -> Versions {
        let mut versions = BTreeMap::new();
        let mut release = "";
        for line in map.lines() {
            if let Some(node) = line.strip_prefix("XZ_").and_then(|line| line.strip_suffix(" {")) {
                release =
                    node.strip_suffix(".0").filter(|short| short.contains('.')).unwrap_or(node);
            } else if let Some(name) = line.trim().strip_suffix(';') {
                versions.insert(name.to_owned(), release.to_owned());
            }
        }
        Versions(versions)
    }
}

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
pub fn write(function: &str, versions: &Versions) -> Result<String, String> {
    let (comment, declaration) = function.split_once("extern ").ok_or("not a function")?;
    let (head, parameters) = declaration.split_once('(').ok_or("no parameters")?;
    let at = head.rfind(|c: char| c != '_' && !c.is_alphanumeric()).ok_or("no name")? + 1;
    let (result, name) = (head[..at].trim(), &head[at..]);
    let parameters: Vec<&str> = parameters.trim_end_matches([')', ';', '\n']).split(',').collect();
    let parameters: Vec<&str> = parameters.into_iter().map(str::trim).collect();
    let release = versions.0.get(name).ok_or(format!("{name} is not in the version script"))?;
    let comment = comment.trim_end().trim_end_matches("*/").trim_end();
    let comment = format!("{comment}\n *\n * Since {release}.\n */\n");
    let declaration = format!("extern LZMA_API({result}) {name}(");
    let list = wrap(&declaration, &parameters);
    Ok(format!("{comment}{declaration}{list})\n\t\t{};\n\n", attributes(name)))
}

fn attributes(name: &str) -> String {
    let mut all = "lzma_nothrow".to_owned();
    for (attribute, names) in [
        ("lzma_attr_pure", &PURE[..]),
        ("lzma_attr_const", &CONST[..]),
        ("lzma_attr_warn_unused_result", &MUST_USE[..]),
    ] {
        if names.contains(&name) {
            all += " ";
            all += attribute;
        }
    }
    all
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
