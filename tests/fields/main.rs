//! Fields, numbers, the Index, structures, beside the original. One program, since each
//! would take seconds to build.

#[path = "../common/mod.rs"]
mod common;

mod check;
mod file_info;
mod filter_fields;
mod filter_strings;
mod hardware;
mod header_fields;
mod index;
mod index_hash;
mod index_memory;
mod layout;
mod layout_rlzma;
mod vli;
