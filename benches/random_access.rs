//! Reading a `.xz` file at random places and from one end to the other, with the
//! reader of `rlzma.h` and by hand with the original's functions, in wall time.
//!
//! ```text
//! cargo bench --bench random_access -- [--rounds N] [--mib N] [--preset N] [FILE]
//! ```
//!
//! The file has `--mib` MiB of data, 256 unless said otherwise, in Blocks of 1 MiB
//! and Streams of 16 MiB: the same 16 MiB again and again, those of the file or,
//! without one, a share of each file of the corpus. Reads are of 4 KiB.
//!
//! By hand means: find the Block with `lzma_index_iter_locate`, start
//! `lzma_block_decoder`, decode as far as the read needs. That keeps no data; the
//! reader is measured like that, with `cache` 1, and with all Blocks kept.

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;
use std::ptr;
use std::thread;
use std::time::{Duration, Instant};

use common::reading::{From, Reader};
use common::{Lib, Rng, Stream, corpus, measure, zeroed};
use rlzma::ffi::*;

const READ: usize = 4096;
const PIECE: usize = 64 << 10;
const STREAM: usize = 16 << 20;

struct Options {
    rounds: usize,
    mib: usize,
    preset: u32,
    file: Option<String>,
    /// Started by `cargo bench`, not as a test.
    measure: bool,
}

fn options() -> Options {
    let mut options = Options { rounds: 5, mib: 256, preset: 6, file: None, measure: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|n| n.parse().ok()).expect("a number");
        match argument.as_str() {
            "--bench" => options.measure = true,
            "--rounds" => options.rounds = number(),
            "--mib" => options.mib = number(),
            "--preset" => options.preset = number() as u32,
            flag if flag.starts_with("--") => panic!("unknown option {flag}"),
            _ => options.file = Some(argument),
        }
    }
    if !options.measure {
        (options.rounds, options.mib, options.preset) = (1, 32, 0);
    }
    options
}

/// A Stream's data.
fn plain(options: &Options) -> Vec<u8> {
    let samples = match &options.file {
        Some(file) => vec![corpus::load(Path::new(file))],
        None if options.measure => corpus::samples(),
        None => corpus::generated(50_000),
    };
    let share = STREAM / samples.len();
    let part = || samples.iter().flat_map(|sample| sample.plain.iter().take(share)).copied();
    part().chain(part()).cycle().take(STREAM).collect()
}

fn compress(plain: &[u8], preset: u32) -> Vec<u8> {
    let mut mt: lzma_mt = zeroed();
    (mt.threads, mt.preset, mt.block_size) = (2, preset, 1 << 20);
    mt.check = LZMA_CHECK_CRC64;
    // SAFETY: `strm` is a stream of this library, and the options are alive.
    corpus::compress_with(Lib::ours(), plain, |lib, strm| unsafe {
        (lib.lzma_stream_encoder_mt)(strm, &mt)
    })
}

/// The file, and how a program reads it with liblzma's functions.
struct ByHand<'a> {
    lib: &'static Lib,
    file: &'a [u8],
    index: *mut lzma_index,
}

impl ByHand<'_> {
    fn open<'a>(lib: &'static Lib, file: &'a [u8]) -> ByHand<'a> {
        let mut index = ptr::null_mut();
        let mut stream = Stream::new(lib);
        let strm = stream.as_mut_ptr();
        // SAFETY: the input is as long as said, wherever the decoder seeks.
        unsafe {
            let ret = (lib.lzma_file_info_decoder)(strm, &mut index, u64::MAX, file.len() as u64);
            assert_eq!(ret, LZMA_OK);
            let mut ret = LZMA_SEEK_NEEDED;
            while ret != LZMA_STREAM_END {
                let at = (*strm).seek_pos as usize;
                ((*strm).next_in, (*strm).avail_in) = (file[at..].as_ptr(), file.len() - at);
                ret = (lib.lzma_code)(strm, LZMA_RUN);
                assert!(ret == LZMA_SEEK_NEEDED || ret == LZMA_STREAM_END, "{ret:?}");
            }
        }
        ByHand { lib, file, index }
    }

    fn read(&self, offset: u64, out: &mut [u8]) {
        let lib = self.lib;
        let mut iter: lzma_index_iter = zeroed();
        let mut filters = [lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() }; 5];
        let mut block: lzma_block = zeroed();
        let mut stream = Stream::new(lib);
        let strm = stream.as_mut_ptr();
        let mut skipped = vec![0; PIECE];
        // SAFETY: the Index is this library's; the header is as long as it says.
        unsafe {
            (lib.lzma_index_iter_init)(&mut iter, self.index);
            assert_eq!((lib.lzma_index_iter_locate)(&mut iter, offset), 0);
            let bytes = &self.file[iter.block.compressed_file_offset as usize..];
            (block.version, block.check) = (1, (*iter.stream.flags).check);
            block.filters = filters.as_mut_ptr();
            block.header_size = (u32::from(bytes[0]) + 1) * 4;
            let ret = (lib.lzma_block_header_decode)(&mut block, ptr::null(), bytes.as_ptr());
            assert_eq!(ret, LZMA_OK);
            let ret = (lib.lzma_block_compressed_size)(&mut block, iter.block.unpadded_size);
            assert_eq!(ret, LZMA_OK);
            assert_eq!((lib.lzma_block_decoder)(strm, &mut block), LZMA_OK);
            (lib.lzma_filters_free)(filters.as_mut_ptr(), ptr::null());
            let bytes = &bytes[block.header_size as usize..];
            ((*strm).next_in, (*strm).avail_in) = (bytes.as_ptr(), bytes.len());
            let mut skip = (offset - iter.block.uncompressed_file_offset) as usize;
            while skip != 0 {
                let step = skip.min(skipped.len());
                ((*strm).next_out, (*strm).avail_out) = (skipped.as_mut_ptr(), step);
                assert_eq!((lib.lzma_code)(strm, LZMA_RUN), LZMA_OK);
                skip -= step;
            }
            ((*strm).next_out, (*strm).avail_out) = (out.as_mut_ptr(), out.len());
            let ret = (lib.lzma_code)(strm, LZMA_RUN);
            assert!(ret == LZMA_OK || ret == LZMA_STREAM_END);
            assert_eq!((*strm).avail_out, 0);
        }
    }

    /// Reads all with the decoder that makes no use of the Index.
    fn read_all(&self, piece: usize) {
        let mut stream = Stream::new(self.lib);
        let strm = stream.as_mut_ptr();
        let mut out = vec![0; piece];
        // SAFETY: both buffers are as long as said.
        unsafe {
            let ret = (self.lib.lzma_stream_decoder)(strm, u64::MAX, LZMA_CONCATENATED);
            assert_eq!(ret, LZMA_OK);
            ((*strm).next_in, (*strm).avail_in) = (self.file.as_ptr(), self.file.len());
            let mut ret = LZMA_OK;
            while ret == LZMA_OK {
                ((*strm).next_out, (*strm).avail_out) = (out.as_mut_ptr(), piece);
                ret = (self.lib.lzma_code)(strm, LZMA_FINISH);
            }
            assert_eq!(ret, LZMA_STREAM_END);
        }
    }
}

impl Drop for ByHand<'_> {
    fn drop(&mut self) {
        // SAFETY: the Index is this library's, and not used any more.
        unsafe { (self.lib.lzma_index_end)(self.index, ptr::null()) };
    }
}

fn reader(file: &[u8], threads: u32, cache: u64) -> Reader {
    let options = rlzma_reader_options { threads, cache, ..RLZMA_READER_OPTIONS_INIT };
    match Reader::open(file, From::Buffer, &options) {
        Ok(reader) => reader,
        Err(failure) => panic!("{failure:?}"),
    }
}

/// Places for reads, which do not cross Blocks.
fn places(count: usize, size: usize, seed: u64) -> Vec<u64> {
    let mut rng = Rng::new(seed);
    (0..count).map(|_| (rng.below(size / READ) * READ) as u64).collect()
}

fn timed(work: impl FnOnce()) -> Duration {
    if std::env::var_os("CPU").is_some() {
        return measure::time(work);
    }
    let begin = Instant::now();
    work();
    begin.elapsed()
}

/// Reads at all places, divided among threads.
fn read_at(places: &[u64], threads: usize, read: impl Fn(u64, &mut [u8]) + Sync) -> Duration {
    timed(|| {
        thread::scope(|scope| {
            for part in places.chunks(places.len().div_ceil(threads)) {
                scope.spawn(|| {
                    let mut out = [0; READ];
                    part.iter().for_each(|&place| read(place, &mut out));
                });
            }
        });
    })
}

fn read_through(reader: &Reader, size: usize) -> Duration {
    timed(|| {
        let mut out = vec![0; PIECE];
        for offset in (0..size).step_by(PIECE) {
            read(reader, offset as u64, &mut out);
        }
    })
}

fn read(reader: &Reader, offset: u64, out: &mut [u8]) {
    let mut count = 0;
    // SAFETY: the reader is open, and the buffer as large as said.
    let ret = unsafe {
        let (out, size) = (out.as_mut_ptr(), out.len());
        rlzma_reader_read(reader.raw(), offset, out, size, &mut count, ptr::null_mut())
    };
    assert_eq!((ret, count), (LZMA_OK, out.len()));
}

fn median(times: Vec<Duration>) -> f64 {
    measure::median(times.iter().map(Duration::as_secs_f64).collect())
}

fn main() {
    let options = options();
    let stream_plain = plain(&options);
    let stream = compress(&stream_plain, options.preset);
    let streams = options.mib.div_ceil(16);
    let file = stream.repeat(streams);
    let size = STREAM * streams;
    let hand = || ByHand::open(Lib::reference(), &file);
    println!("{} MiB of data in {} KiB, {} rounds", size >> 20, file.len() >> 10, options.rounds);

    // All ways give the same.
    let (check, ours) = (hand(), reader(&file, 1, 1));
    for place in places(20, size, 7) {
        let (mut a, mut b) = ([0; READ], [1; READ]);
        check.read(place, &mut a);
        read(&ours, place, &mut b);
        let at = place as usize % STREAM;
        assert!(a == b && a == stream_plain[at..at + READ]);
    }
    drop((check, ours));

    let few = places(if options.measure { 200 } else { 4 }, size, 1);
    let many = places(if options.measure { 100_000 } else { 100 }, size, 2);
    let mut rows: Vec<(&str, Vec<Duration>)> = Vec::new();
    let mut note = |name, time| match rows.iter_mut().find(|row| row.0 == name) {
        Some(row) => row.1.push(time),
        None => rows.push((name, vec![time])),
    };
    let kept = reader(&file, 1, u64::MAX >> 1);
    read_through(&kept, size);
    for round in 0..options.rounds {
        let first = places(1, size, round as u64)[0];
        let mut out = [0; READ];
        note("open and read 4 KiB, by hand", timed(|| hand().read(first, &mut out)));
        let open = || reader_in_place(&file);
        note("open and read 4 KiB, reader", timed(|| read_raw(open(), first, &mut out)));
        let theirs = hand();
        let each = |time: Duration, count: usize| time / count as u32;
        let by_hand = |place, out: &mut [u8]| theirs.read(place, out);
        let theirs_shared = Shared(by_hand);
        for (threads, names) in [
            (1, ["read 4 KiB, by hand", "read 4 KiB, reader", "read 4 KiB, reader, Blocks kept"]),
            (
                2,
                [
                    "the same with 2 threads, by hand",
                    "the same with 2 threads, reader",
                    "the same with 2 threads, reader, Blocks kept",
                ],
            ),
        ] {
            let time = read_at(&few, threads, |place, out| theirs_shared.call(place, out));
            note(names[0], each(time, few.len()));
            let none = reader(&file, 1, 1);
            let time = read_at(&few, threads, |place, out| read(&none, place, out));
            note(names[1], each(time, few.len()));
            let time = read_at(&many, threads, |place, out| read(&kept, place, out));
            note(names[2], each(time, many.len()));
        }
        note("read all, lzma_stream_decoder", timed(|| theirs.read_all(PIECE)));
        let same = ByHand::open(Lib::ours(), &file);
        note("read all, lzma_stream_decoder of rlzma", timed(|| same.read_all(PIECE)));
        note("read all, reader", read_through(&reader(&file, 1, 0), size));
        note("read all, reader with 2 threads", read_through(&reader(&file, 2, 0), size));
    }
    for (name, times) in rows {
        let time = median(times);
        println!("{name:48} {:12.1} µs {:12.0} per second", time * 1e6, 1.0 / time);
    }
}

/// A function that threads may call at the same time: it changes nothing.
struct Shared<F>(F);

// SAFETY: `ByHand::read` only reads the Index, which several threads may.
unsafe impl<F> Sync for Shared<F> {}

impl<F: Fn(u64, &mut [u8])> Shared<F> {
    fn call(&self, place: u64, out: &mut [u8]) {
        (self.0)(place, out);
    }
}

/// Opens the file as a program does, without a copy.
fn reader_in_place(file: &[u8]) -> *mut rlzma_reader {
    let mut raw = ptr::null_mut();
    // SAFETY: the file outlives the reader.
    let ret = unsafe {
        let (bytes, size) = (file.as_ptr(), file.len());
        rlzma_reader_open_buffer(&mut raw, bytes, size, ptr::null(), ptr::null_mut())
    };
    assert_eq!(ret, LZMA_OK);
    raw
}

/// Reads, and closes the reader.
fn read_raw(raw: *mut rlzma_reader, offset: u64, out: &mut [u8]) {
    let mut count = 0;
    // SAFETY: the reader is open until here, and the buffer as large as said.
    unsafe {
        let (out, size) = (out.as_mut_ptr(), out.len());
        let ret = rlzma_reader_read(raw, offset, out, size, &mut count, ptr::null_mut());
        assert_eq!((ret, count), (LZMA_OK, READ));
        rlzma_reader_close(raw);
    }
}
