//! Memory of a server with many streams: what one of them keeps in use, by options
//! and by how much data it was given, is no more than with the original. Each
//! library is measured in a process of its own: this test starts itself for it.

mod common;

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};

use common::chain::{FilterChain, preset_options};
use common::corpus::compress_with;
use common::data::Kind;
use common::{Lib, Rng, Stream, data};
use rlzma::ffi::*;

/// Names what a child process has to measure: a library.
const TASK: &str = "RLZMA_MEMORY_TASK";
/// About how many bytes a library takes for the streams of a row.
const ALL_STREAMS: usize = 50 << 20;

/// Bytes that a stream may take more than with the original, beside 3 percent: less than a
/// page, which is the least that any memory takes.
const ROOM: u64 = 2048;

/// The coders.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Coder {
    Stream,
    Alone,
    Raw,
}

/// Streams that all do the same.
struct Row {
    coder: Coder,
    /// Of an encoder; `None`: a decoder.
    preset: Option<u32>,
    dict_size: u32,
    /// Uncompressed bytes for each stream, after which it waits for more.
    len: usize,
    streams: usize,
}

impl Row {
    fn encoder(coder: Coder, preset: u32, dict_size: u32, len: usize) -> Row {
        // A head table of a large dictionary is touched all over.
        let large = dict_size > 1 << 16 && len > 0;
        let each = if large { dict_size as usize * 2 } else { 1 << 20 };
        let streams = (ALL_STREAMS / each).clamp(10, 50);
        Row { coder, preset: Some(preset), dict_size, len, streams }
    }

    fn decoder(coder: Coder, dict_size: u32, len: usize) -> Row {
        Row { coder, preset: None, dict_size, len, streams: 50 }
    }

    /// The input of each stream.
    fn data(&self, text: &[u8]) -> Vec<u8> {
        let text = &text[..self.len];
        if self.preset.is_some() || self.len == 0 {
            return text.to_vec();
        }
        let chain = chain(self.coder, 6, self.dict_size);
        let mut file = compress_with(Lib::reference(), text, |lib, strm| {
            start_encoder(lib, strm, self.coder, &chain)
        });
        file.truncate(file.len() - 8); // the end would end the decoder
        file
    }

    fn start(&self, lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
        match self.preset {
            Some(preset) => {
                start_encoder(lib, strm, self.coder, &chain(self.coder, preset, self.dict_size))
            }
            // SAFETY: a stream of the library, and a valid chain.
            None => chain(self.coder, 6, self.dict_size).with(|filters| unsafe {
                match self.coder {
                    Coder::Stream => (lib.lzma_stream_decoder)(strm, u64::MAX, 0),
                    Coder::Alone => (lib.lzma_alone_decoder)(strm, u64::MAX),
                    Coder::Raw => (lib.lzma_raw_decoder)(strm, filters),
                }
            }),
        }
    }

    /// A stream that has been given its data, and waits for more.
    fn stream(&self, lib: &'static Lib, data: &[u8]) -> Stream<'static> {
        let mut stream = Stream::new(lib);
        assert_eq!(self.start(lib, stream.as_mut_ptr()), LZMA_OK, "{}", lib.name);
        let mut out = [0; 1 << 16]; // for all, as input is taken before it is encoded
        let strm = stream.as_mut();
        (strm.next_in, strm.avail_in) = (data.as_ptr(), data.len());
        loop {
            (strm.next_out, strm.avail_out) = (out.as_mut_ptr(), out.len());
            // SAFETY: a stream of this library, and buffers as long as said.
            let ret = unsafe { (lib.lzma_code)(strm, LZMA_RUN) };
            if ret == LZMA_BUF_ERROR || strm.avail_out > 0 {
                assert!(strm.avail_in == 0, "{}: {ret:?}", lib.name);
                return stream;
            }
            assert_eq!(ret, LZMA_OK, "{}", lib.name);
        }
    }

    /// Bytes that each stream keeps in use.
    fn measure(&self, lib: &'static Lib, data: &[u8]) -> u64 {
        // What is needed once: pages of the library, tables.
        let _first = self.stream(lib, data);
        let mut streams = Vec::with_capacity(self.streams);
        let before = in_use();
        streams.extend((0..self.streams).map(|_| self.stream(lib, data)));
        (in_use() - before) / self.streams as u64
    }

    fn name(&self) -> String {
        let what = self.preset.map_or("decoder".to_owned(), |n| format!("encoder, preset {n}"));
        format!(
            "{:?} {what}, dictionary {} KiB, {} bytes",
            self.coder,
            self.dict_size >> 10,
            self.len
        )
    }
}

fn chain(coder: Coder, preset: u32, dict_size: u32) -> FilterChain {
    let id = if coder == Coder::Alone { LZMA_FILTER_LZMA1 } else { LZMA_FILTER_LZMA2 };
    FilterChain::lzma(id, lzma_options_lzma { dict_size, ..preset_options(preset) })
}

fn start_encoder(lib: &Lib, strm: *mut lzma_stream, coder: Coder, chain: &FilterChain) -> lzma_ret {
    // SAFETY: a stream of the library, and a valid chain.
    chain.with(|filters| unsafe {
        match coder {
            Coder::Stream => (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_CRC64),
            Coder::Alone => (lib.lzma_alone_encoder)(strm, (*filters).options.cast()),
            Coder::Raw => (lib.lzma_raw_encoder)(strm, filters),
        }
    })
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for coder in [Coder::Stream, Coder::Alone, Coder::Raw] {
        for len in [0, 1000, 60_000] {
            let presets = if coder == Coder::Stream { &[0, 3, 6, 9][..] } else { &[0, 6] };
            for &preset in presets {
                for dict_size in [1 << 12, 1 << 16, preset_options(preset).dict_size] {
                    rows.push(Row::encoder(coder, preset, dict_size, len));
                }
            }
            for dict_size in [1 << 12, 1 << 16, 1 << 20, 1 << 23] {
                rows.push(Row::decoder(coder, dict_size, len));
            }
        }
    }
    rows
}

/// Bytes of this process that are in memory and its alone.
fn in_use() -> u64 {
    let text = fs::read_to_string("/proc/self/smaps_rollup").expect("this is Linux");
    let line = text.lines().find_map(|line| line.strip_prefix("Private_Dirty:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("a number of KiB") << 10
}

/// Does what the parent has asked for, with data from it: to make them here would
/// leave memory behind that the streams then use.
fn child(task: &str) {
    let (row, library) = task.split_once(' ').expect("two words");
    let row = rows().into_iter().nth(row.parse().expect("a number")).expect("a row");
    let lib = if library == "ours" { Lib::ours() } else { Lib::reference() };
    let mut data = Vec::with_capacity(1 << 16);
    io::stdin().read_to_end(&mut data).expect("data from the parent");
    println!("bytes {}", row.measure(lib, &data));
}

/// Bytes that each stream of a row keeps in use with a library.
fn measure(row: usize, data: &[u8], library: &str) -> u64 {
    let mut child = Command::new(env::current_exe().expect("this test"))
        .args(["--exact", "memory_is_that_of_the_original", "--nocapture"])
        .env(TASK, format!("{row} {library}"))
        // As in a program without threads. The test's thread would get its own arena.
        .env("MALLOC_ARENA_MAX", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts itself");
    child.stdin.take().expect("a pipe").write_all(data).expect("the child reads");
    let output = child.wait_with_output().expect("ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.split_once("bytes ")).expect("a line with it");
    line.1.parse().expect("a number")
}

#[test]
fn memory_is_that_of_the_original() {
    if let Ok(task) = env::var(TASK) {
        return child(&task);
    }
    let text = data::generate(Kind::Mixture, 60_000, &mut Rng::new(11));
    let mut wrong = Vec::new();
    for (number, row) in rows().iter().enumerate() {
        let data = row.data(&text);
        let [theirs, ours] = ["reference", "ours"].map(|library| measure(number, &data, library));
        let mark = if ours > theirs + theirs / 33 + ROOM { "more" } else { "" };
        let line = format!("{:>6} {:>6} KiB {mark:4} {}", theirs >> 10, ours >> 10, row.name());
        println!("{line}");
        if !mark.is_empty() {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "theirs, ours:\n{}", wrong.join("\n"));
}
