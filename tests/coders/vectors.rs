//! The test files of the xz project: every row of `expected.tsv` is asked of
//! both libraries.

use std::fs;
use std::path::Path;

use crate::common::mutate::crc32;
use crate::common::{Chunks, Lib, Outcome, Plan, run};
use rlzma::ffi::*;

/// A line of `expected.tsv`.
struct Row {
    file: String,
    decoder: String,
    flags: u32,
    ret: lzma_ret,
    output: u64,
    input: u64,
    crc: u32,
}

fn directory() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors"))
}

fn ret(name: &str) -> lzma_ret {
    match name {
        "LZMA_STREAM_END" => LZMA_STREAM_END,
        "LZMA_FORMAT_ERROR" => LZMA_FORMAT_ERROR,
        "LZMA_OPTIONS_ERROR" => LZMA_OPTIONS_ERROR,
        "LZMA_DATA_ERROR" => LZMA_DATA_ERROR,
        "LZMA_BUF_ERROR" => LZMA_BUF_ERROR,
        _ => panic!("unknown return code {name}"),
    }
}

fn row(line: &str) -> Row {
    let [file, decoder, flags, name, output, input, crc] =
        line.split('\t').collect::<Vec<_>>().try_into().expect("seven columns");
    let hex = |text: &str| u32::from_str_radix(text.trim_start_matches("0x"), 16).expect("hex");
    Row {
        file: file.to_owned(),
        decoder: decoder.to_owned(),
        flags: hex(flags),
        ret: ret(name),
        output: output.parse().expect("a number"),
        input: input.parse().expect("a number"),
        crc: hex(crc),
    }
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(directory().join("expected.tsv")).expect("expected.tsv");
    text.lines().skip(1).map(row).collect()
}

fn read(file: &str) -> Vec<u8> {
    fs::read(directory().join(file)).expect("the file is there")
}

fn decode(lib: &Lib, row: &Row, bytes: &[u8], plan: &Plan) -> Outcome {
    let init = |lib: &Lib, strm| {
        // SAFETY: `strm` is a stream of this library.
        unsafe {
            match row.decoder.as_str() {
                "stream" => (lib.lzma_stream_decoder)(strm, u64::MAX, row.flags),
                "alone" => (lib.lzma_alone_decoder)(strm, u64::MAX),
                "lzip" => (lib.lzma_lzip_decoder)(strm, u64::MAX, row.flags),
                "auto" => (lib.lzma_auto_decoder)(strm, u64::MAX, row.flags),
                other => panic!("unknown decoder {other}"),
            }
        }
    };
    run(lib, init, bytes, plan)
}

/// The original refuses this good file when a call ends inside its end marker:
/// that a marker is allowed after the known size is forgotten between calls.
/// Ours has no reason to, as every split must give the same result.
const SPLIT_BADLY_BY_THE_ORIGINAL: &str = "good-known_size-with_eopm.lzma";

/// Plans that must all lead to the same result.
fn plans() -> Vec<Plan> {
    let mut plans = vec![Plan::whole(), Plan::bytewise()];
    for seed in 0..3 {
        let (input, output) = (Chunks::Random(20), Chunks::Random(50));
        plans.push(Plan { input, output, seed, ..Plan::whole() });
    }
    plans
}

/// Asks `lib` for every row.
fn check(lib: &Lib) {
    let mut wrong = Vec::new();
    for row in rows() {
        let bytes = read(&row.file);
        for (number, plan) in plans().into_iter().enumerate() {
            let is_original = std::ptr::eq(lib, Lib::reference());
            if is_original && number > 0 && row.file == SPLIT_BADLY_BY_THE_ORIGINAL {
                continue;
            }
            let outcome = decode(lib, &row, &bytes, &plan);
            let have = (outcome.init, outcome.last, outcome.total_out, outcome.total_in);
            if have != (LZMA_OK, row.ret, row.output, row.input)
                || crc32(&outcome.output) != row.crc
            {
                let Row { file, decoder, flags, .. } = &row;
                let want = (LZMA_OK, row.ret, row.output, row.input);
                let (input, output) = (plan.input, plan.output);
                wrong.push(format!(
                    "{file}, {decoder} {flags:#x}, {input:?} to {output:?}: {have:?}, not {want:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", lib.name, wrong.join("\n"));
}

#[test]
fn every_file_has_rows() {
    let mut files: Vec<_> = rows().into_iter().map(|row| row.file).collect();
    files.dedup();
    assert_eq!(files.len(), 97);
}

#[test]
fn the_original_answers_as_written() {
    check(Lib::reference());
}

#[test]
fn ours_answers_as_written() {
    check(Lib::ours());
}

/// Both libraries give the same answers, call by call.
#[test]
fn ours_answers_every_call_as_the_original() {
    for row in rows() {
        if row.file == SPLIT_BADLY_BY_THE_ORIGINAL {
            continue;
        }
        let bytes = read(&row.file);
        for plan in plans() {
            let want = decode(Lib::reference(), &row, &bytes, &plan);
            let have = decode(Lib::ours(), &row, &bytes, &plan);
            let what = format!("{}, {} {:#x}, {plan:?}", row.file, row.decoder, row.flags);
            crate::common::assert_same(&want, &have, what);
        }
    }
}
