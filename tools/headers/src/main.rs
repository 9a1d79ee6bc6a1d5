//! Writes `include/` anew: `cargo run -p headers`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let write = |(path, text): (String, String)| fs::write(root.join("include").join(path), text);
    let result = fs::create_dir_all(root.join("include/lzma"))
        .map_err(|error| error.to_string())
        .and_then(|()| headers::generate(&root))
        .and_then(|files| files.into_iter().try_for_each(|f| write(f).map_err(|e| e.to_string())));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
