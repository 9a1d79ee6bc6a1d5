#!/usr/bin/env python3
"""Writes a Rust test that holds a crate to the interface of the original.

    interface.py ORIGINAL.rs... > main.rs

ORIGINAL.rs are source files of the original bindings. The test includes them,
and compares every public item with that of the crate `sys`: types of constants,
functions and members at compile time, values, sizes and offsets when it runs.
Nothing calls a function of the original, so none is linked.
"""

import re
import sys

PREAMBLE = """\
#![allow(bad_style, dead_code, deprecated, unused_imports, unused_unsafe)]
#![allow(clashing_extern_declarations, improper_ctypes)]

use std::ffi::{c_char, c_int, c_uchar, c_uint, c_void};
use std::mem::{align_of, offset_of, size_of};
use sys::*;

type size_t = usize;

fn is_copy<T: Copy>() {}
fn is_debug<T: std::fmt::Debug>() {}
"""


def without_tests(text):
    """Without what bindgen writes to test itself, MSVC, and comments."""
    text = re.sub(r"#\[test\]\nfn .*?\n}\n", "", text, flags=re.S)
    text = re.sub(r'#\[cfg\(target_env = "msvc"\)\]\n(#\[.*\]\n)*.*\n', "", text)
    return re.sub(r"//.*", "", text)


def parameter_types(parameters):
    """`a: A, b: B` as `A, B`."""
    parts = [part.strip() for part in parameters.split(",") if part.strip()]
    return ", ".join(part.split(":", 1)[1].strip() for part in parts)


def fields(body):
    """Public members of a structure, with their types, commas of which stand in
    parentheses."""
    depth, part, parts = 0, "", []
    for letter in body:
        depth += letter in "(<[{"
        depth -= letter in ")>]}" and not part.endswith("-")
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    for part in parts + [part]:
        match = re.match(r"\s*pub (\w+):\s*(.*)", part, re.S)
        if match:
            yield match[1], " ".join(match[2].split())


def main():
    files = sys.argv[1:]
    out = [PREAMBLE]
    tests = []
    count = 0
    for number, path in enumerate(files):
        module = f"original{number}"
        # bindgen_wrap.rs says `crate::bindgen::*`.
        name = "bindgen" if path.endswith("/bindgen.rs") else module
        out.append(f'#[path = "{path}"]\nmod {name};')
        with open(path, encoding="utf-8") as file:
            text = without_tests(file.read())
        for item in re.finditer(r"^pub const (\w+): ([^=]+?) =", text, re.M):
            out.append(f"const _: {item[2]} = sys::{item[1]};")
            tests.append(f"assert_eq!(sys::{item[1]}, {name}::{item[1]}, {item[1]!r});")
            count += 1
        for item in re.finditer(r"^pub type (\w+) = ([^;]+);", text, re.M):
            out.append(f"const _: fn(*const sys::{item[1]}) -> *const {item[2]} = |same| same;")
            count += 1
        for item in re.finditer(r"pub fn (\w+)\(([^)]*)\)(?:\s*->\s*([^;]+))?;", text):
            result = f" -> {item[3]}" if item[3] else ""
            out.append(
                f'const _: unsafe extern "C" fn({parameter_types(item[2])}){result} = sys::{item[1]};'
            )
            count += 1
        types = r"((?:^#\[[^\n]*\]\n)*)^pub (struct|union|enum) (\w+) \{(.*?)\}$"
        for item in re.finditer(types, text, re.M | re.S):
            attributes, keyword, type_, body = item.groups()
            count += 1
            if keyword == "enum":
                out.append(f"const _: Option<sys::{type_}> = None;")
                continue
            for layout in ["size_of", "align_of"]:
                tests.append(f"assert_eq!({layout}::<sys::{type_}>(), {layout}::<{name}::{type_}>(), {type_!r});")
            for trait in ["Copy", "Debug"]:
                if re.search(rf"derive\(.*\b{trait}\b", attributes):
                    tests.append(f"is_{trait.lower()}::<sys::{type_}>();")
            for field, its_type in fields(body):
                access = f"|it| unsafe {{ &it.{field} }}"
                out.append(f"const _: fn(&sys::{type_}) -> &{its_type} = {access};")
                offset = f"offset_of!(sys::{type_}, {field}), offset_of!({name}::{type_}, {field})"
                tests.append(f"assert_eq!({offset}, {type_ + '.' + field!r});")
                count += 1
    assert count > 100, f"only {count} items were found"
    out.append("\nfn main() {")
    out.extend("    " + test.replace("'", '"') for test in tests)
    out.append(f'    println!("{count} items");')
    out.append("}")
    print("\n".join(out))


main()
