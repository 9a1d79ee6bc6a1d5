//! Sizes, alignments, offsets and values of everything that `lzma.h` defines,
//! compared with what a C program finds in the original's headers.
//!
//! The list at the end drives the Rust side. A field or constant that only
//! one side knows fails the test, and so does one that the headers define
//! and neither side lists.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::fs;
use std::mem::offset_of;
use std::path::Path;
use std::process::Command;

use rlzma::ffi::*;

/// One line of the C program's output, split into what and how much.
type Layout = BTreeMap<String, String>;

/// A constant of any type that the headers' constants have.
trait Number {
    fn number(self) -> u64;
}

macro_rules! numbers {
    ($($integer:ty),*) => {
        $(impl Number for $integer {
            fn number(self) -> u64 {
                self as u64
            }
        })*
    };
}
numbers!(u32, u64, usize);

/// Name of a field as C has it.
fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Adds what is known about one type.
fn add_type<T>(layout: &mut Layout, name: &str) {
    let value = format!("{} {}", size_of::<T>(), align_of::<T>());
    add(layout, format!("type {name}"), value);
}

/// Adds what is known about one field; `_field` only tells its type.
fn add_field<T, F>(layout: &mut Layout, name: &str, offset: usize, _field: fn(&T) -> &F) {
    let value = format!("{offset} {}", size_of::<F>());
    add(layout, format!("field {name}"), value);
}

fn add(layout: &mut Layout, key: String, value: String) {
    let old = layout.insert(key.clone(), value);
    assert!(old.is_none(), "{key} is listed twice");
}

macro_rules! layout {
    (
        integers: $($integer:ident),*;
        enums: $($enum:ident),*;
        $(struct $struct:ident { $($field:ident),* })*
        $(nested $outer:ident.$at:ident: $inner:ident { $($member:ident),* })*
        values: $($value:ident),*,;
        strings: $($string:ident),*;
    ) => {
        $(impl Number for $enum {
            fn number(self) -> u64 {
                u64::from(self.0)
            }
        })*

        /// Does not compile when a structure has a field that is not listed.
        #[allow(dead_code, non_snake_case, clippy::too_many_arguments)]
        fn every_field_is_listed($($struct: $struct,)* $($inner: $inner,)*) {
            $(let $struct { $($field: _),* } = $struct;)*
            $(let $inner { $($member: _),* } = $inner;)*
        }

        fn ours() -> Layout {
            let mut all = Layout::new();
            $(add_type::<$integer>(&mut all, stringify!($integer));)*
            $(add_type::<$enum>(&mut all, stringify!($enum));)*
            $(
                add_type::<$struct>(&mut all, stringify!($struct));
                $(
                    let name = format!("{}.{}", stringify!($struct), plain(stringify!($field)));
                    let offset = offset_of!($struct, $field);
                    add_field::<$struct, _>(&mut all, &name, offset, |it| &it.$field);
                )*
            )*
            $($(
                let name = [stringify!($outer), stringify!($at), stringify!($member)].join(".");
                let offset = offset_of!($outer, $at.$member);
                add_field::<$outer, _>(&mut all, &name, offset, |it| &it.$at.$member);
            )*)*
            $(
                let value = $value.number().to_string();
                add(&mut all, format!("value {}", stringify!($value)), value);
            )*
            $(
                let text: &CStr = $string;
                add(&mut all, format!("string {}", stringify!($string)), format!("{text:?}"));
            )*
            add_unlistable(&mut all);
            all
        }
    };
}

/// Union members, and macros with an argument.
fn add_unlistable(all: &mut Layout) {
    let slot = offset_of!(lzma_index_iter, internal);
    for (member, size) in [("p", size_of::<*const u8>()), ("s", size_of::<usize>()), ("v", 8)] {
        let name = format!("field lzma_index_iter.internal[0].{member}");
        add(all, name, format!("{slot} {size}"));
    }
    for encoded in [1, 255] {
        let name = format!("value lzma_block_header_size_decode({encoded})");
        add(all, name, lzma_block_header_size_decode(encoded).to_string());
    }
    for (text, vli) in [("LZMA_VLI_MAX", LZMA_VLI_MAX), ("LZMA_VLI_MAX + 1", LZMA_VLI_MAX + 1)] {
        let name = format!("value lzma_vli_is_valid({text})");
        add(all, name, u8::from(lzma_vli_is_valid(vli)).to_string());
    }
}

/// Splits `kind name rest` so that the first two are the key.
fn parse(line: &str) -> (String, String) {
    // Names of macro calls have spaces of their own.
    let start = line.find(')').unwrap_or(0);
    let kind = line.find(' ').expect("a kind");
    let from = start.max(kind + 1);
    let end = from + line[from..].find(' ').expect("a name");
    (line[..end].to_owned(), line[end + 1..].to_owned())
}

/// Compiles `tests-c/layout.c` against the headers in `include`, and runs it.
fn theirs(include: &str) -> Layout {
    let compiler = reference::compiler();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests-c/layout.c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("layout-{}", include.len()));
    let status = Command::new(compiler)
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"])
        .args(["-I", include, source, "-o"])
        .arg(&program)
        .status()
        .unwrap_or_else(|error| panic!("cannot run the C compiler {compiler}: {error}"));
    assert!(status.success(), "{compiler} refuses {source}");

    let output = reference::runner(&program).output().expect("the program runs");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("it prints ASCII");
    let mut all = Layout::new();
    for line in text.lines() {
        let (key, value) = parse(line);
        add(&mut all, key, value);
    }
    all
}

/// `text` without what C takes for a comment.
fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    plain + rest
}

/// Names of the constants and structures that the headers define.
fn defined_in(include: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(Path::new(include).join("lzma")).expect("headers") {
        let path = entry.expect("headers").path();
        if path.extension().is_none_or(|extension| extension != "h") {
            continue;
        }
        let text = without_comments(&fs::read_to_string(path).expect("a header"));
        let mut in_enum = false;
        for line in text.lines().map(str::trim) {
            let directive = line.strip_prefix('#').map(str::trim_start);
            if let Some(definition) = directive.and_then(|line| line.strip_prefix("define ")) {
                let name = definition.split_whitespace().next().expect("a name");
                if name.starts_with("LZMA_") && !name.contains('(') {
                    names.push(format!("value {name}"));
                }
            } else if line.starts_with("typedef enum") {
                in_enum = true;
            } else if let Some(name) = line.strip_prefix("} lzma_") {
                names.push(format!("type lzma_{}", name.trim_end_matches(';')));
                in_enum = false;
            } else if in_enum && line.starts_with("LZMA_") {
                let end = line.find(|c: char| c == ',' || c.is_whitespace());
                names.push(format!("value {}", &line[..end.unwrap_or(line.len())]));
            }
        }
    }
    names
}

/// The differences between this list and the headers in `include`.
fn differences(include: &str) -> Vec<String> {
    let (ours, theirs) = (ours(), theirs(include));
    let mut wrong = Vec::new();
    for (key, value) in &theirs {
        match ours.get(key) {
            None => wrong.push(format!("not listed here: {key}")),
            Some(other) if other != value => {
                wrong.push(format!("{key}: {value} in C, {other} in Rust"));
            }
            Some(_) => {}
        }
    }
    for key in ours.keys().filter(|key| !theirs.contains_key(*key)) {
        wrong.push(format!("not printed by the C program: {key}"));
    }
    wrong
}

/// Our own headers.
const INCLUDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include");

#[test]
fn is_the_same_as_in_c() {
    for include in [reference::include_dir(), INCLUDE] {
        let wrong = differences(include);
        assert!(wrong.is_empty(), "{include}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn nothing_of_the_headers_is_left_out() {
    let ours = ours();
    let defined = defined_in(reference::include_dir());
    assert!(defined.len() > 100, "the headers were not understood");
    let missing: Vec<_> = defined
        .iter()
        // Not a number; the next test looks at it.
        .filter(|key| *key != "value LZMA_STREAM_INIT")
        .filter(|key| {
            !ours.contains_key(*key) && !ours.contains_key(&key.replace("value ", "string "))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn an_initial_stream_is_all_zeros() {
    let stream = LZMA_STREAM_INIT;
    // SAFETY: the structure has no padding, as its fields are ordered so that
    // each is aligned where the one before it ends; all its bytes are set.
    let bytes = unsafe {
        std::slice::from_raw_parts((&raw const stream).cast::<u8>(), size_of::<lzma_stream>())
    };
    assert!(bytes.iter().all(|byte| *byte == 0));
}

layout! {
    integers: lzma_bool, lzma_vli;
    enums:
        lzma_reserved_enum, lzma_ret, lzma_action, lzma_check, lzma_delta_type,
        lzma_match_finder, lzma_mode, lzma_index_iter_mode;
    struct lzma_allocator { alloc, free, opaque }
    struct lzma_stream {
         next_in, avail_in, total_in, next_out, avail_out, total_out, allocator, internal,
        reserved_ptr1, reserved_ptr2, reserved_ptr3, reserved_ptr4, seek_pos, reserved_int2,
        reserved_int3, reserved_int4, reserved_enum1, reserved_enum2
    }
    struct lzma_filter { id, options }
    struct lzma_options_bcj { start_offset }
    struct lzma_options_delta {
         r#type, dist, reserved_int1, reserved_int2, reserved_int3, reserved_int4,
        reserved_ptr1, reserved_ptr2
    }
    struct lzma_options_lzma {
         dict_size, preset_dict, preset_dict_size, lc, lp, pb, mode, nice_len, mf, depth,
        ext_flags, ext_size_low, ext_size_high, reserved_int4, reserved_int5, reserved_int6,
        reserved_int7, reserved_int8, reserved_enum1, reserved_enum2, reserved_enum3,
        reserved_enum4, reserved_ptr1, reserved_ptr2
    }
    struct lzma_mt {
         flags, threads, block_size, timeout, preset, filters, check, reserved_enum1,
        reserved_enum2, reserved_enum3, reserved_int1, reserved_int2, reserved_int3,
        reserved_int4, memlimit_threading, memlimit_stop, reserved_int7, reserved_int8,
        reserved_ptr1, reserved_ptr2, reserved_ptr3, reserved_ptr4
    }
    struct lzma_stream_flags {
         version, backward_size, check, reserved_enum1, reserved_enum2, reserved_enum3,
        reserved_enum4, reserved_bool1, reserved_bool2, reserved_bool3, reserved_bool4,
        reserved_bool5, reserved_bool6, reserved_bool7, reserved_bool8, reserved_int1,
        reserved_int2
    }
    struct lzma_block {
         version, header_size, check, compressed_size, uncompressed_size, filters,
        raw_check, reserved_ptr1, reserved_ptr2, reserved_ptr3, reserved_int1,
        reserved_int2, reserved_int3, reserved_int4, reserved_int5, reserved_int6,
        reserved_int7, reserved_int8, reserved_enum1, reserved_enum2, reserved_enum3,
        reserved_enum4, ignore_check, reserved_bool2, reserved_bool3, reserved_bool4,
        reserved_bool5, reserved_bool6, reserved_bool7, reserved_bool8
    }
    struct lzma_index_iter { stream, block, internal }
    nested lzma_index_iter.stream: lzma_index_iter_stream {
         flags, reserved_ptr1, reserved_ptr2, reserved_ptr3, number, block_count,
        compressed_offset, uncompressed_offset, compressed_size, uncompressed_size, padding,
        reserved_vli1, reserved_vli2, reserved_vli3, reserved_vli4
    }
    nested lzma_index_iter.block: lzma_index_iter_block {
         number_in_file, compressed_file_offset, uncompressed_file_offset, number_in_stream,
        compressed_stream_offset, uncompressed_stream_offset, uncompressed_size,
        unpadded_size, total_size, reserved_vli1, reserved_vli2, reserved_vli3,
        reserved_vli4, reserved_ptr1, reserved_ptr2, reserved_ptr3, reserved_ptr4
    }
    values:
        LZMA_VERSION_MAJOR, LZMA_VERSION_MINOR, LZMA_VERSION_PATCH, LZMA_VERSION_STABILITY,
        LZMA_VERSION_STABILITY_ALPHA, LZMA_VERSION_STABILITY_BETA,
        LZMA_VERSION_STABILITY_STABLE, LZMA_VERSION,
        LZMA_RESERVED_ENUM, LZMA_OK, LZMA_STREAM_END, LZMA_NO_CHECK, LZMA_UNSUPPORTED_CHECK,
        LZMA_GET_CHECK, LZMA_MEM_ERROR, LZMA_MEMLIMIT_ERROR, LZMA_FORMAT_ERROR,
        LZMA_OPTIONS_ERROR, LZMA_DATA_ERROR, LZMA_BUF_ERROR, LZMA_PROG_ERROR,
        LZMA_SEEK_NEEDED, LZMA_RET_INTERNAL1, LZMA_RET_INTERNAL2, LZMA_RET_INTERNAL3,
        LZMA_RET_INTERNAL4, LZMA_RET_INTERNAL5, LZMA_RET_INTERNAL6, LZMA_RET_INTERNAL7,
        LZMA_RET_INTERNAL8, LZMA_RUN, LZMA_SYNC_FLUSH, LZMA_FULL_FLUSH, LZMA_FULL_BARRIER,
        LZMA_FINISH,
        LZMA_VLI_MAX, LZMA_VLI_UNKNOWN, LZMA_VLI_BYTES_MAX,
        LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_SHA256,
        LZMA_CHECK_ID_MAX, LZMA_CHECK_SIZE_MAX,
        LZMA_FILTERS_MAX, LZMA_STR_ALL_FILTERS, LZMA_STR_NO_VALIDATION, LZMA_STR_ENCODER,
        LZMA_STR_DECODER, LZMA_STR_GETOPT_LONG, LZMA_STR_NO_SPACES,
        LZMA_FILTER_X86, LZMA_FILTER_POWERPC, LZMA_FILTER_IA64, LZMA_FILTER_ARM,
        LZMA_FILTER_ARMTHUMB, LZMA_FILTER_SPARC, LZMA_FILTER_ARM64, LZMA_FILTER_RISCV,
        LZMA_FILTER_DELTA, LZMA_DELTA_TYPE_BYTE, LZMA_DELTA_DIST_MIN, LZMA_DELTA_DIST_MAX,
        LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2, LZMA_MF_HC3,
        LZMA_MF_HC4, LZMA_MF_BT2, LZMA_MF_BT3, LZMA_MF_BT4, LZMA_MODE_FAST,
        LZMA_MODE_NORMAL, LZMA_DICT_SIZE_MIN, LZMA_DICT_SIZE_DEFAULT, LZMA_LCLP_MIN,
        LZMA_LCLP_MAX, LZMA_LC_DEFAULT, LZMA_LP_DEFAULT, LZMA_PB_MIN, LZMA_PB_MAX,
        LZMA_PB_DEFAULT, LZMA_LZMA1EXT_ALLOW_EOPM,
        LZMA_PRESET_DEFAULT, LZMA_PRESET_LEVEL_MASK, LZMA_PRESET_EXTREME,
        LZMA_TELL_NO_CHECK, LZMA_TELL_UNSUPPORTED_CHECK, LZMA_TELL_ANY_CHECK,
        LZMA_IGNORE_CHECK, LZMA_CONCATENATED, LZMA_FAIL_FAST,
        LZMA_STREAM_HEADER_SIZE, LZMA_BACKWARD_SIZE_MIN, LZMA_BACKWARD_SIZE_MAX,
        LZMA_BLOCK_HEADER_SIZE_MIN, LZMA_BLOCK_HEADER_SIZE_MAX,
        LZMA_INDEX_ITER_ANY, LZMA_INDEX_ITER_STREAM, LZMA_INDEX_ITER_BLOCK,
        LZMA_INDEX_ITER_NONEMPTY_BLOCK, LZMA_INDEX_CHECK_MASK_NONE,
        LZMA_INDEX_CHECK_MASK_CRC32, LZMA_INDEX_CHECK_MASK_CRC64,
        LZMA_INDEX_CHECK_MASK_SHA256,
    ;
    strings: LZMA_VERSION_COMMIT, LZMA_VERSION_STABILITY_STRING, LZMA_VERSION_STRING;
}
