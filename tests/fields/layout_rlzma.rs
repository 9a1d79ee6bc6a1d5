//! Sizes, offsets and values of what `rlzma.h` defines: as the header says in C,
//! and as `src/ffi/rlzma` has them.
//!
//! The list at the end makes the C program as well as the Rust side. What the
//! header defines and the list does not have fails the test.

use std::fs;
use std::path::Path;
use std::process::Command;

use rlzma::ffi::*;

const INCLUDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include");

/// A constant of `rlzma.h`.
trait Number {
    fn number(self) -> u64;
}

impl Number for u32 {
    fn number(self) -> u64 {
        self.into()
    }
}

impl Number for lzma_ret {
    fn number(self) -> u64 {
        self.0.into()
    }
}

impl Number for rlzma_reason {
    fn number(self) -> u64 {
        self.0.into()
    }
}

macro_rules! layout {
    (
        $(struct $struct:ident { $($field:ident),* })*
        values: $($value:ident),*;
    ) => {
        /// Lines `NAME NUMBER...`, as Rust sees it.
        fn ours() -> Vec<String> {
            let mut lines = Vec::<String>::new();
            $(
                lines.push(format!("{} {}", stringify!($struct), size_of::<$struct>()));
                $(lines.push(format!(
                    "{}.{} {}", stringify!($struct), stringify!($field), std::mem::offset_of!($struct, $field)
                ));)*
            )*
            $(lines.push(format!("{} {}", stringify!($value), $value.number()));)*
            lines
        }

        /// Statements that print these lines in C.
        fn statements() -> String {
            let mut text = String::new();
            $(
                text += &print(stringify!($struct), concat!("sizeof(", stringify!($struct), ")"));
                $(text += &print(
                    concat!(stringify!($struct), ".", stringify!($field)),
                    concat!("offsetof(", stringify!($struct), ", ", stringify!($field), ")"),
                );)*
            )*
            $(text += &print(stringify!($value), stringify!($value));)*
            text
        }

        const NAMES: &[&str] = &[$(stringify!($struct),)* $(stringify!($value)),*];
    };
}

/// A statement that prints a line.
fn print(name: &str, value: &str) -> String {
    format!("\tprintf(\"{name} %llu\\n\", (unsigned long long)({value}));\n")
}

#[test]
fn is_the_same_in_c() {
    let program = format!(
        "#include <rlzma.h>\n#include <stdio.h>\nint main(void) {{\n{}\treturn 0;\n}}\n",
        statements()
    );
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join("own-layout.c");
    let binary = source.with_extension("");
    fs::write(&source, program).expect("a file");
    let status = Command::new(reference::compiler())
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I", INCLUDE, "-o"])
        .args([&binary, &source])
        .status();
    assert!(status.expect("a C compiler").success());
    let output = reference::runner(&binary).output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("ASCII");
    assert_eq!(text.lines().collect::<Vec<_>>(), ours());
}

/// Names of macros, enumerators and complete structures that the header defines.
fn defined() -> Vec<String> {
    let text = fs::read_to_string(Path::new(INCLUDE).join("rlzma.h")).expect("rlzma.h");
    let name = |line: &str| {
        let is_value = |rest: &&str| rest.contains(' ') && !rest.contains("_INIT ");
        let macro_name = line.strip_prefix("#define ").filter(is_value);
        let value = line.strip_prefix("\tRLZMA_").filter(|rest| rest.contains(" = "));
        let structure = line.strip_prefix("} rlzma_");
        let rest = match (macro_name, value, structure) {
            (Some(rest), ..) => rest.to_owned(),
            (_, Some(rest), _) => format!("RLZMA_{rest}"),
            (.., Some(rest)) => format!("rlzma_{rest}"),
            _ => return None,
        };
        Some(rest.split([' ', ';', '(']).next()?.to_owned())
    };
    text.lines().filter_map(name).collect()
}

#[test]
fn nothing_of_the_header_is_left_out() {
    let defined = defined();
    assert!(defined.iter().any(|name| name == "RLZMA_THREADS_MAX"), "{defined:?}");
    let missing: Vec<_> = defined.iter().filter(|name| !NAMES.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

layout! {
    struct rlzma_error {
        size, code, reason, stream, block, compressed_offset, uncompressed_offset,
        memory_needed, read_error, reserved
    }
    struct rlzma_reason {}
    struct rlzma_reader_options { size, allocator, memlimit, cache, threads, flags }
    struct rlzma_source { struct_size, read_at, opaque, size }
    values: RLZMA_THREADS_MAX, RLZMA_THREADS_ENVIRONMENT, RLZMA_INTERRUPTED,
        RLZMA_REASON_NONE, RLZMA_REASON_READ, RLZMA_REASON_TRUNCATED, RLZMA_REASON_NOT_XZ,
        RLZMA_REASON_INDEX, RLZMA_REASON_BLOCK_HEADER, RLZMA_REASON_SIZES, RLZMA_REASON_FILTERS,
        RLZMA_REASON_DATA, RLZMA_REASON_CHECK, RLZMA_REASON_UNKNOWN_CHECK, RLZMA_REASON_MEMORY,
        RLZMA_REASON_MEMLIMIT, RLZMA_REASON_INTERRUPTED, RLZMA_REASON_PROGRAM;
}
