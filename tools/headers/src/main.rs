//! Writes `include/`, `tests/common/functions.rs` and the declarations in `rust/`
//! anew: `cargo run -p headers`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(root: &Path) -> Result<(), String> {
    let write = |path: &str, text: &str| {
        fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))
    };
    fs::create_dir_all(root.join("include/lzma")).map_err(|error| error.to_string())?;
    for (path, text) in headers::generate(root)? {
        write(&format!("include/{path}"), &text)?;
    }
    for (path, text) in headers::rust_files(root)? {
        write(path, &text)?;
    }
    write(headers::TESTS_TABLE, &headers::tests_table(root)?)
}
