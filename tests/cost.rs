//! Cost follows the data. Files that declare much and hold little, and coders
//! that are started over and over, take about the CPU time, the page faults
//! and the memory that they take with the original. Each measurement is in a
//! process of its own: this test starts itself for it.

mod common;

use std::env;
use std::fs;
use std::process::Command;
use std::ptr;
use std::slice;

use common::chain::preset_options;
use common::data::Kind;
use common::fields::{self, Block, delta, lzma2};
use common::{Lib, Rng, Stream, corpus, data, zeroed};
use rlzma::ffi::*;

/// Names what a child process has to measure: the numbers of a group and of a case in it,
/// and a library.
const TASK: &str = "RLZMA_COST_TASK";
/// Times that a child does the work; the first one tells the page faults and
/// the memory, the quickest the CPU time.
const REPETITIONS: usize = 7;
/// Times that a case which looks too slow is measured.
const ATTEMPTS: usize = 4;
const MIB: u64 = 1 << 20;
/// CPU time that most cases may take, in percent of the original's.
const PERCENT: u64 = 180;

/// Work of a library with an input.
type Work = Box<dyn Fn(&'static Lib, &[u8])>;

/// Something that must not cost more than with the original.
struct Case {
    name: String,
    input: Vec<u8>,
    run: Work,
    /// CPU time that it may take, in percent of the original's.
    percent: u64,
}

impl Case {
    fn new(name: &str, input: Vec<u8>, run: impl Fn(&'static Lib, &[u8]) + 'static) -> Case {
        Case { name: name.to_owned(), input, run: Box::new(run), percent: PERCENT }
    }

    /// Allows it this much CPU time, in percent of the original's, as other cases
    /// need less and some, which are mostly calls and checks, a bit more.
    fn allowing(self, percent: u64) -> Case {
        Case { percent, ..self }
    }
}

fn threaded(threads: u32) -> lzma_mt {
    let mut options: lzma_mt = zeroed();
    options.threads = threads;
    options.flags = LZMA_CONCATENATED;
    options.memlimit_threading = u64::MAX;
    options.memlimit_stop = u64::MAX;
    options
}

unsafe fn xz(lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
    // SAFETY: by contract, a stream of this library.
    unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, LZMA_CONCATENATED) }
}

unsafe fn lzip(lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
    // SAFETY: by contract, a stream of this library.
    unsafe { (lib.lzma_lzip_decoder)(strm, u64::MAX, LZMA_CONCATENATED) }
}

/// Decodes all of `input` to its end, in pieces of such sizes.
fn decode(
    lib: &'static Lib,
    input: &[u8],
    (input_step, output_step): (usize, usize),
    mut init: impl FnMut(&Lib, *mut lzma_stream) -> lzma_ret,
) {
    let mut stream = Stream::new(lib);
    assert_eq!(init(lib, stream.as_mut_ptr()), LZMA_OK);
    let mut out = vec![0; output_step];
    let strm = stream.as_mut();
    let mut given = 0;
    loop {
        if strm.avail_in == 0 {
            let piece = &input[given..input.len().min(given + input_step)];
            (strm.next_in, strm.avail_in) = (piece.as_ptr(), piece.len());
            given += piece.len();
        }
        (strm.next_out, strm.avail_out) = (out.as_mut_ptr(), out.len());
        let action = if given == input.len() { LZMA_FINISH } else { LZMA_RUN };
        // SAFETY: a stream of this library, and buffers as long as said.
        match unsafe { (lib.lzma_code)(strm, action) } {
            LZMA_OK => {}
            LZMA_SEEK_NEEDED => {
                given = strm.seek_pos as usize;
                strm.avail_in = 0;
            }
            ret => return assert_eq!(ret, LZMA_STREAM_END, "{}", lib.name),
        }
    }
}

/// Starts a coder, and gives it `input`, which is not all.
fn begin(
    stream: &mut Stream<'static>,
    input: &[u8],
    init: impl FnOnce(&Lib, *mut lzma_stream) -> lzma_ret,
) {
    let lib = stream.lib;
    assert_eq!(init(lib, stream.as_mut_ptr()), LZMA_OK);
    let mut out = [0; 256];
    let strm = stream.as_mut();
    (strm.next_in, strm.avail_in) = (input.as_ptr(), input.len());
    (strm.next_out, strm.avail_out) = (out.as_mut_ptr(), out.len());
    // SAFETY: a stream of this library, and buffers as long as said.
    assert_eq!(unsafe { (lib.lzma_code)(strm, LZMA_RUN) }, LZMA_OK, "{}", lib.name);
}

/// [`begin`] many times, with a new stream each or with one.
fn begin_often(
    lib: &'static Lib,
    (times, new): (usize, bool),
    input: &[u8],
    mut init: impl FnMut(usize, &Lib, *mut lzma_stream) -> lzma_ret,
) {
    let mut stream = Stream::new(lib);
    for time in 0..times {
        if new {
            stream = Stream::new(lib);
        }
        begin(&mut stream, input, |lib, strm| init(time, lib, strm));
    }
}

fn case(name: &str, input: Vec<u8>) -> Case {
    case_in_pieces(name, input, (usize::MAX / 2, 4096))
}

fn case_in_pieces(name: &str, input: Vec<u8>, sizes: (usize, usize)) -> Case {
    Case::new(name, input, move |lib, input| {
        // SAFETY: the driver gives streams of this library.
        decode(lib, input, sizes, |lib, strm| unsafe { xz(lib, strm) });
    })
}

/// Blocks and chunks that declare what they do not hold.
fn blocks() -> Vec<Case> {
    let (large, small) = (lzma2(24 * MIB), lzma2(16 * MIB));
    let dictionaries = [&large, &small].map(|filter| Block::empty(slice::from_ref(filter)));
    let bytes = [&large, &small].map(|filter| Block::one_byte(slice::from_ref(filter), false));
    let chains = |last: &fields::Filter| {
        [vec![last.clone()], vec![delta(), delta(), delta(), last.clone()]]
            .map(|chain| Block::empty(&chain))
    };
    let header = Block::new(&[lzma2(4096)], &[0], 0, false, 1024);
    let empty = [Block::empty(&[lzma2(4096)])];
    let mut stored = b"\x01\0\0A".to_vec();
    stored.extend(b"\x02\0\0A".repeat(100_000));
    stored.push(0);
    let stored =
        fields::alternating(&[Block::new(slice::from_ref(&large), &stored, 100_001, false, 0)], 1);
    vec![
        case(
            "empty Blocks, dictionary sizes alternate",
            fields::alternating(&dictionaries, 20_000),
        ),
        case("Blocks of one byte, dictionary sizes alternate", fields::alternating(&bytes, 20_000)),
        case("chains alternate, large dictionary", fields::alternating(&chains(&large), 20_000)),
        case(
            "chains alternate, small dictionary",
            fields::alternating(&chains(&lzma2(4096)), 20_000),
        ),
        case("Block Headers of 1024 bytes", fields::alternating(&[header], 10_000)),
        case("many empty Blocks", fields::alternating(&empty, 100_000)),
        case("many Streams", fields::alternating(&empty, 1).repeat(20_000)),
        case_in_pieces("chunks as they are, one byte in a call", stored.clone(), (1, 4096))
            .allowing(125),
        case_in_pieces("chunks as they are, one byte out a call", stored, (4096, 1)).allowing(125),
    ]
}

/// Ordinary data whose input comes in pieces, or whose output goes to such.
fn pieces() -> Vec<Case> {
    let mut plain = data::generate(Kind::Text, 20_000, &mut Rng::new(0));
    plain.extend(data::generate(Kind::Records, 20_000, &mut Rng::new(0)));
    let file = corpus::compress(Lib::reference(), &plain, 6).repeat(20);
    let case = |name: String, sizes| case_in_pieces(&name, file.clone(), sizes);
    let input = |size| case(format!("in pieces of {size} of input"), (size, 4096)).allowing(140);
    let output =
        |size| case(format!("in pieces of {size} of output"), (usize::MAX / 2, size)).allowing(170);
    [1, 20, 64, 500].map(input).into_iter().chain([1, 16].map(output)).collect()
}

/// Members, Streams and Records.
fn files() -> Vec<Case> {
    let members = [25 | 1 << 5, 24].map(fields::lzip_member).concat().repeat(5000);
    let info = |lib: &'static Lib, input: &[u8]| {
        let mut index = ptr::null_mut();
        decode(lib, input, (usize::MAX / 2, 1), |lib, strm| {
            // SAFETY: a stream of this library; the Index is freed below.
            unsafe { (lib.lzma_file_info_decoder)(strm, &mut index, u64::MAX, input.len() as u64) }
        });
        // SAFETY: the Index is complete, and not used any more.
        unsafe { (lib.lzma_index_end)(index, ptr::null()) };
    };
    let empty = fields::stream([].iter());
    let one = fields::alternating(&[Block::empty(&[lzma2(4096)])], 1);
    let many = fields::alternating(&[Block::empty(&[lzma2(4096)])], 200_000);
    vec![
        Case::new(".lz members, dictionary sizes alternate", members, |lib, input| {
            // SAFETY: the driver gives streams of this library.
            decode(lib, input, (usize::MAX / 2, 4096), |lib, strm| unsafe { lzip(lib, strm) });
        }),
        Case::new("file information of empty Streams", empty.repeat(100_000), info).allowing(135),
        Case::new("file information of Streams of a Block", one.repeat(50_000), info).allowing(135),
        Case::new("file information of many Blocks", many, info).allowing(125),
        Case::new(
            "an Index that claims many Records",
            fields::index_start(1_900_000),
            |lib, input| {
                let mut index = ptr::null_mut();
                begin_often(lib, (30_000, true), input, |_, lib, strm| {
                    // SAFETY: a stream of this library; there will be no Index.
                    unsafe { (lib.lzma_index_decoder)(strm, &mut index, u64::MAX) }
                });
            },
        )
        .allowing(145),
    ]
}

/// Sizes in Block Headers, with threads.
fn threads() -> Vec<Case> {
    let sized = [24, 16].map(|size| Block::one_byte(&[lzma2(size * MIB)], true));
    let mut data = b"\x01\xFF\xFF".to_vec(); // 64 KiB as they are
    data.resize(28 << 20, b'A');
    let large = Block::new(&[lzma2(16 * MIB)], &data, 28 * MIB, true, 0);
    let start = [fields::stream_header(), large.bytes()[..64].to_vec()].concat();
    let mut cases = Vec::new();
    for count in [1, 2, 16] {
        let name = format!("sizes in headers, {count} threads");
        cases.push(Case::new(&name, fields::alternating(&sized, 3000), move |lib, input| {
            decode(lib, input, (usize::MAX / 2, 4096), |lib, strm| {
                // SAFETY: a stream of this library.
                unsafe { (lib.lzma_stream_decoder_mt)(strm, &threaded(count)) }
            });
        }));
        let name = format!("a header that declares 28 MiB, {count} threads");
        cases.push(Case::new(&name, start.clone(), move |lib, input| {
            begin_often(lib, (50, true), input, |_, lib, strm| {
                // SAFETY: a stream of this library.
                unsafe { (lib.lzma_stream_decoder_mt)(strm, &threaded(count)) }
            });
        }));
        let name = format!("an encoder for Blocks of 64 MiB, {count} threads");
        cases.push(Case::new(&name, b"little data".to_vec(), move |lib, input| {
            begin_often(lib, (50, true), input, |_, lib, strm| {
                let mut options = threaded(count);
                (options.flags, options.block_size, options.preset) = (0, 64 * MIB, 6);
                // SAFETY: a stream of this library.
                unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
            });
        }));
    }
    cases
}

/// Blocks that threads decode, with little input or little room in each call.
fn threads_in_pieces() -> Vec<Case> {
    let plain = data::generate(Kind::Text, 600_000, &mut Rng::new(0));
    let mut options = threaded(1);
    (options.flags, options.block_size, options.preset) = (0, 64 << 10, 6);
    let file = corpus::compress_with(Lib::reference(), &plain, |lib, strm| {
        // SAFETY: a stream of this library.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
    });
    let case = |name: String, steps| {
        Case::new(&name, file.clone(), move |lib, input| {
            decode(lib, input, steps, |lib, strm| {
                // SAFETY: a stream of this library.
                unsafe { (lib.lzma_stream_decoder_mt)(strm, &threaded(2)) }
            });
        })
        .allowing(160)
    };
    let input = |size| case(format!("2 threads, in pieces of {size} of input"), (size, 64 << 10));
    let output = |size| case(format!("2 threads, {size} bytes out a call"), (usize::MAX / 2, size));
    [1, 16, 64].map(input).into_iter().chain([1, 16, 64].map(output)).collect()
}

/// Coders started without data, or with next to none.
fn starts() -> Vec<Case> {
    let mut cases = Vec::new();
    for (word, new) in [("new streams", true), ("one stream", false)] {
        let case = Case::new(&format!("raw decoders, {word}"), b"\0".to_vec(), move |lib, _| {
            begin_often(lib, (30_000, new), &[], |time, lib, strm| {
                let mut options = preset_options(6);
                options.dict_size = [24 << 20, 16 << 20][time % 2];
                raw(lib.lzma_raw_decoder, strm, &mut options)
            });
        });
        cases.push(case.allowing(if new { 120 } else { 145 }));
        cases.push(Case::new(
            &format!("raw encoders, {word}"),
            b"data".to_vec(),
            move |lib, input| {
                begin_often(lib, (300, new), input, |time, lib, strm| {
                    let mut options = preset_options(6);
                    options.dict_size = [24 << 20, 16 << 20][time % 2];
                    raw(lib.lzma_raw_encoder, strm, &mut options)
                });
            },
        ));
        let name = format!("easy encoders, preset 9, {word}");
        cases.push(Case::new(&name, b"data".to_vec(), move |lib, input| {
            begin_often(lib, (60, new), input, |_, lib, strm| {
                // SAFETY: a stream of this library.
                unsafe { (lib.lzma_easy_encoder)(strm, 9, LZMA_CHECK_CRC32) }
            });
        }));
    }
    cases
}

/// Many encoders at once, with little data each or none: what is allocated
/// for all of a dictionary or of the normal parser is not to be touched.
fn at_once() -> Vec<Case> {
    const STREAMS: usize = 100;
    let text = data::generate(Kind::Mixture, 60_000, &mut Rng::new(11));
    let mut cases = Vec::new();
    for (preset, dict_size, len) in [
        (0, 1 << 18, 0),
        (0, 1 << 18, 20_000),
        (6, 8 << 20, 0),
        (6, 1 << 16, 0),
        (6, 1 << 16, 20_000),
        (6, 1 << 16, 60_000),
        (6, 4096, 20_000),
        (9, 64 << 20, 0),
    ] {
        let name = format!("encoders at once, preset {preset}, {dict_size}, {len} bytes each");
        let case = Case::new(&name, text[..len].to_vec(), move |lib, input| {
            let mut options = preset_options(preset);
            options.dict_size = dict_size;
            let mut streams: Vec<_> = (0..STREAMS).map(|_| Stream::new(lib)).collect();
            for stream in &mut streams {
                begin(stream, input, |lib, strm| raw(lib.lzma_raw_encoder, strm, &mut options));
            }
        });
        cases.push(case.allowing(200)); // memory is what these are about
    }
    cases
}

fn raw(
    start: unsafe extern "C" fn(*mut lzma_stream, *const lzma_filter) -> lzma_ret,
    strm: *mut lzma_stream,
    options: &mut lzma_options_lzma,
) -> lzma_ret {
    let filters = [
        lzma_filter { id: LZMA_FILTER_LZMA2, options: ptr::from_mut(options).cast() },
        lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() },
    ];
    // SAFETY: a stream of the library, and a chain with its end.
    unsafe { start(strm, filters.as_ptr()) }
}

/// Functions that code no data.
fn functions() -> Vec<Case> {
    let case = |name: &str, call: fn(&'static Lib)| {
        let run = move |lib: &'static Lib, _: &[u8]| (0..30_000).for_each(|_| call(lib));
        // With the checks that a build for tests has, these take up to twice the time.
        Case::new(name, Vec::new(), run).allowing(300)
    };
    vec![
        case("Stream Headers and Footers", stream_flags),
        case("Block Headers", block_header),
        case("filter strings", filter_string),
        case("Indexes of three Blocks", small_index),
    ]
}

fn stream_flags(lib: &Lib) {
    let flags = lzma_stream_flags { backward_size: 4096, check: LZMA_CHECK_CRC64, ..zeroed() };
    let (mut header, mut footer): (lzma_stream_flags, _) = (zeroed(), zeroed());
    let mut bytes = [0; LZMA_STREAM_HEADER_SIZE];
    let (to, from) = (bytes.as_mut_ptr(), bytes.as_ptr());
    // SAFETY: structures of which all members are set, and buffers of twelve bytes.
    unsafe {
        assert_eq!((lib.lzma_stream_header_encode)(&flags, to), LZMA_OK);
        assert_eq!((lib.lzma_stream_header_decode)(&mut header, from), LZMA_OK);
        assert_eq!((lib.lzma_stream_footer_encode)(&flags, to), LZMA_OK);
        assert_eq!((lib.lzma_stream_footer_decode)(&mut footer, from), LZMA_OK);
        assert_eq!((lib.lzma_stream_flags_compare)(&header, &footer), LZMA_OK);
    }
}

fn block_header(lib: &Lib) {
    let mut options = lzma_options_lzma { dict_size: 1 << 23, ..zeroed() };
    let end = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };
    let mut chain = [end; 2];
    chain[0] = lzma_filter { id: LZMA_FILTER_LZMA2, options: (&raw mut options).cast() };
    let mut block = lzma_block { check: LZMA_CHECK_CRC32, ..zeroed() };
    (block.compressed_size, block.uncompressed_size) = (1000, 100_000);
    block.filters = chain.as_mut_ptr();
    let (mut bytes, mut decoded) = ([0; 64], [end; LZMA_FILTERS_MAX + 1]);
    // SAFETY: a Block of which all members are set, and room for its header and filters.
    unsafe {
        assert_eq!((lib.lzma_block_header_size)(&mut block), LZMA_OK);
        assert_eq!((lib.lzma_block_header_encode)(&block, bytes.as_mut_ptr()), LZMA_OK);
        block.filters = decoded.as_mut_ptr();
        let (block, from) = (&mut block, bytes.as_ptr());
        assert_eq!((lib.lzma_block_header_decode)(block, ptr::null(), from), LZMA_OK);
        (lib.lzma_filters_free)(decoded.as_mut_ptr(), ptr::null());
    }
}

fn filter_string(lib: &Lib) {
    let text = c"x86 delta:dist=4 lzma2:preset=6e,dict=1MiB".as_ptr();
    let end = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };
    let (mut chain, mut written) = ([end; LZMA_FILTERS_MAX + 1], ptr::null_mut());
    let filters = chain.as_mut_ptr();
    // SAFETY: a string, room for a chain, and a place for a pointer.
    unsafe {
        let mistake = (lib.lzma_str_to_filters)(text, ptr::null_mut(), filters, 0, ptr::null());
        assert!(mistake.is_null());
        let flags = LZMA_STR_ENCODER;
        let ret = (lib.lzma_str_from_filters)(&mut written, filters, flags, ptr::null());
        assert_eq!(ret, LZMA_OK);
        libc::free(written.cast());
        (lib.lzma_filters_free)(filters, ptr::null());
    }
}

fn small_index(lib: &Lib) {
    let (mut bytes, mut len, mut pos, mut limit) = ([0; 64], 0, 0, u64::MAX);
    let mut decoded = ptr::null_mut();
    // SAFETY: an Index until it is freed, and a buffer with room for it.
    unsafe {
        let index = (lib.lzma_index_init)(ptr::null());
        for _ in 0..3 {
            assert_eq!((lib.lzma_index_append)(index, ptr::null(), 1000, 100_000), LZMA_OK);
        }
        let ret = (lib.lzma_index_buffer_encode)(index, bytes.as_mut_ptr(), &mut len, 64);
        assert_eq!(ret, LZMA_OK);
        let (limit, pos, from) = (&mut limit, &mut pos, bytes.as_ptr());
        let decode = lib.lzma_index_buffer_decode;
        assert_eq!(decode(&mut decoded, limit, ptr::null(), from, pos, len), LZMA_OK);
        (lib.lzma_index_end)(decoded, ptr::null());
        (lib.lzma_index_end)(index, ptr::null());
    }
}

/// Groups of cases. A child process makes only those of the group that it is to measure,
/// since the inputs of all take longer to make than most cases.
const GROUPS: [fn() -> Vec<Case>; 8] =
    [blocks, pieces, files, threads, threads_in_pieces, starts, at_once, functions];

/// The cost that a child process has measured.
#[derive(Debug)]
struct Cost {
    nanoseconds: u64,
    faults: u64,
    /// Most memory in use, in KiB, beyond what was in use before; without code and
    /// tables of the programs' files, of which the system maps more than is used.
    memory: u64,
}

/// A line of `/proc/self/status`, in KiB.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("a known name");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("KiB")
}

fn usage() -> (u64, u64) {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: zeros are a value of each field, and both are there to be
    // written.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, &mut usage), 0);
        assert_eq!(libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time), 0);
        usage
    };
    (time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64, usage.ru_minflt as u64)
}

/// Has glibc give large pieces back to the system as they are freed. Otherwise each of
/// them raises the limit from which on it does so, and the pages that a case touches
/// depend on what was done before it.
fn keep_nothing_freed() {
    #[cfg(target_env = "gnu")]
    // SAFETY: nothing that is in use moves.
    assert_eq!(unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, 128 << 10) }, 1);
}

/// Does what the parent has asked for, and prints what it cost.
fn child(task: &str) {
    keep_nothing_freed();
    let words: Vec<_> = task.split(' ').collect();
    let [group, number, library] = words[..] else { panic!("{task}: not three words") };
    let [group, number] = [group, number].map(|word| word.parse::<usize>().expect("a number"));
    let case = GROUPS[group]().into_iter().nth(number).expect("a case");
    let lib = if library == "ours" { Lib::ours() } else { Lib::reference() };
    let mut cost = Cost { nanoseconds: u64::MAX, faults: 0, memory: 0 };
    for time in 0..REPETITIONS {
        let (before, files) = (status("VmRSS"), status("RssFile"));
        fs::write("/proc/self/clear_refs", "5").expect("forgets the peak");
        let (start, faults) = usage();
        (case.run)(lib, &case.input);
        let (end, faults_after) = usage();
        cost.nanoseconds = cost.nanoseconds.min(end - start);
        if time == 0 {
            cost.faults = faults_after - faults;
            let mapped = status("RssFile").saturating_sub(files);
            cost.memory = status("VmHWM").saturating_sub(before + mapped);
        }
    }
    println!("cost {} {} {}", cost.nanoseconds, cost.faults, cost.memory);
}

fn measure((group, number): (usize, usize), library: &str) -> Cost {
    let output = Command::new(env::current_exe().expect("this test"))
        .args(["--exact", "cost_is_that_of_the_original", "--nocapture"])
        .env(TASK, format!("{group} {number} {library}"))
        .output()
        .expect("starts itself");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    let line = text.lines().find_map(|line| line.split_once("cost ")).expect("a line with it");
    let mut numbers = line.1.split_whitespace().map(|word| word.parse().expect("a number"));
    let mut next = || numbers.next().expect("three numbers");
    Cost { nanoseconds: next(), faults: next(), memory: next() }
}

/// The part of our cost that is too high, if any.
fn excess(theirs: &Cost, ours: &Cost, case: &Case) -> Option<&'static str> {
    const NOISE: u64 = 500_000; // nanoseconds
    // Checks for overflow and the like, which only tests have, take a quarter
    // of the time or more where there are many calls.
    let percent = if cfg!(debug_assertions) { case.percent * 13 / 10 } else { case.percent };
    if ours.nanoseconds > theirs.nanoseconds * percent / 100 + NOISE {
        return Some("CPU time");
    }
    // A few pages are for code and data of the library itself.
    if ours.faults > theirs.faults + theirs.faults / 8 + 100 {
        return Some("page faults");
    }
    if ours.memory > theirs.memory + theirs.memory / 16 + 256 {
        return Some("memory");
    }
    None
}

#[test]
fn cost_is_that_of_the_original() {
    if let Ok(task) = env::var(TASK) {
        return child(&task);
    }
    let mut wrong = Vec::new();
    for (group, cases) in GROUPS.iter().enumerate() {
        for (number, case) in cases().iter().enumerate() {
            wrong.extend(confirmed_excess((group, number), case));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Measures a case with both libraries, several times if our cost is too high: others may be
/// at work on this machine. Returns the last excess if there was one every time.
fn confirmed_excess(place: (usize, usize), case: &Case) -> Option<String> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let [theirs, ours] = ["reference", "ours"].map(|library| measure(place, library));
        println!("{}: {theirs:?}, ours {ours:?}", case.name);
        let what = excess(&theirs, &ours, case)?;
        last = Some(format!("{}, {what}: {theirs:?}, ours {ours:?}", case.name));
    }
    last
}
