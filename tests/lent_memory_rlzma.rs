//! Memory that an application lends to functions of `rlzma.h`, as `lent_memory.rs`
//! has it for those of `lzma.h`: it is freed at the moment that the documentation
//! says, and cannot be accessed any more.

mod common;

use common::lent::*;
use rlzma::ffi::*;
use std::ffi::{c_int, c_void};
use std::ptr::{null, null_mut};

/// A file of several Streams, which have a Block each.
fn file() -> Vec<u8> {
    include_bytes!("vectors/good-1-check-crc32.xz").repeat(3)
}

/// The data in it.
fn plain() -> Vec<u8> {
    let file = file();
    let mut decoder = Stream::new(common::Lib::ours(), Lender(&HEAP.0));
    // SAFETY: the stream is of this library.
    let ret = unsafe { lzma_stream_decoder(decoder.as_ptr(), u64::MAX, LZMA_CONCATENATED) };
    assert_eq!(ret, LZMA_OK);
    let (ret, plain) = decoder.code(&file, 1000, LZMA_FINISH);
    assert_eq!(ret, LZMA_STREAM_END);
    plain
}

/// A case for each kind of memory.
fn each_lender(case: impl Fn(Lender)) {
    case(Lender(&HEAP.0));
    #[cfg(not(miri))] // which has no mprotect
    case(Lender(&PAGES.0));
}

/// The file that the function of a source reads.
#[derive(Clone, Copy)]
struct Bytes {
    start: *const u8,
    len: usize,
}

unsafe extern "C" fn read_at(
    opaque: *mut c_void,
    offset: u64,
    buffer: *mut u8,
    size: usize,
) -> i64 {
    // SAFETY: `opaque` is lent until the reader is closed, and so are its bytes;
    // the reader asks for what is there.
    unsafe {
        let Bytes { start, len } = *opaque.cast::<Bytes>();
        let offset = (offset as usize).min(len);
        let count = size.min(len - offset);
        buffer.copy_from_nonoverlapping(start.add(offset), count);
        count as i64
    }
}

/// A source of `size` bytes, which `opaque` has.
fn source(lender: Lender, opaque: &Loan<Bytes>, size: usize) -> Loan<rlzma_source> {
    Loan::new(
        lender,
        rlzma_source {
            read_at: Some(read_at),
            opaque: opaque.values.cast(),
            size: size as u64,
            ..RLZMA_SOURCE_INIT
        },
    )
}

unsafe extern "C" fn note(opaque: *mut c_void, done: u64, _: u64) -> c_int {
    // SAFETY: `opaque` is lent for the call.
    unsafe { opaque.cast::<u64>().write(done) };
    0
}

/// A reader, and what stays lent until it is closed.
struct Open {
    raw: *mut rlzma_reader,
    _bytes: Loan<u8>,
    _opaque: Loan<Bytes>,
}

impl Drop for Open {
    /// Closes the reader; what was lent to it is freed right after that.
    fn drop(&mut self) {
        // SAFETY: nobody uses the reader any more.
        unsafe { rlzma_reader_close(self.raw) };
    }
}

/// Opens a file by a function or as a buffer, and frees what was lent for that.
fn open(lender: Lender, file: &[u8], by_function: bool, threads: u32) -> (lzma_ret, Open) {
    let bytes = Loan::copy(lender, file);
    let opaque = Loan::new(lender, Bytes { start: bytes.values, len: file.len() });
    let options = Loan::new(
        lender,
        rlzma_reader_options { allocator: &HEAP.0, threads, ..RLZMA_READER_OPTIONS_INIT },
    );
    let place = Loan::new(lender, null_mut());
    let error = Loan::new(lender, RLZMA_ERROR_INIT);
    let source = source(lender, &opaque, file.len());
    // SAFETY: all are valid, and as long as said; the file and what the function
    // is given stay until the reader is closed.
    let ret = unsafe {
        if by_function {
            rlzma_reader_open(place.values, source.values, options.values, error.values)
        } else {
            let len = file.len();
            rlzma_reader_open_buffer(place.values, bytes.values, len, options.values, error.values)
        }
    };
    // SAFETY: the place has NULL or a reader.
    let raw = unsafe { place.values.read() };
    assert_eq!(raw.is_null(), ret != LZMA_OK);
    (ret, Open { raw, _bytes: bytes, _opaque: opaque })
}

/// Reads all, piece by piece, to places that are freed after each call.
fn read_through(lender: Lender, reader: &Open, plain: &[u8]) {
    for (at, piece) in plain.chunks(plain.len().div_ceil(5)).enumerate() {
        let out = Loan::<u8>::room(lender, piece.len());
        let read = Loan::new(lender, 0_usize);
        let error = Loan::new(lender, RLZMA_ERROR_INIT);
        let offset = (at * plain.len().div_ceil(5)) as u64;
        // SAFETY: all are valid, and as long as said.
        unsafe {
            let (to, len) = (out.values, piece.len());
            let ret = rlzma_reader_read(reader.raw, offset, to, len, read.values, error.values);
            assert_eq!((ret, read.values.read()), (LZMA_OK, len));
            assert_eq!(std::slice::from_raw_parts(out.values, len), piece);
        }
    }
}

#[test]
fn what_a_reader_is_lent() {
    let (file, plain) = (file(), plain());
    each_lender(|lender| {
        for (by_function, threads) in [(true, 1), (false, 1), (true, 3), (false, 3)] {
            let (ret, reader) = open(lender, &file, by_function, threads);
            assert_eq!(ret, LZMA_OK);
            read_through(lender, &reader, &plain);
            let done = Loan::new(lender, 0_u64);
            let error = Loan::new(lender, RLZMA_ERROR_INIT);
            let opaque = done.values.cast();
            // SAFETY: all are valid; the function may write to `done`.
            let ret = unsafe {
                rlzma_reader_verify(reader.raw, threads, Some(note), opaque, error.values)
            };
            drop((done, error));
            assert_eq!(ret, LZMA_OK);
            // SAFETY: the reader is open.
            assert_eq!(unsafe { rlzma_reader_size(reader.raw) }, plain.len() as u64);
        }
    });
}

/// A file that cannot be opened is not read after that, and an error that was told is
/// as good elsewhere.
#[test]
fn what_a_reader_that_fails_was_lent() {
    let mut file = file();
    let end = file.len() - 20;
    file[end] ^= 1;
    each_lender(|lender| {
        for by_function in [true, false] {
            let (ret, reader) = open(lender, &file, by_function, 2);
            assert_eq!(ret, LZMA_DATA_ERROR);
            drop(reader);
        }
        let bytes = Loan::copy(lender, &file);
        let size = Loan::new(lender, 0);
        let error = Loan::new(lender, RLZMA_ERROR_INIT);
        let text = Loan::room(lender, 200);
        // SAFETY: all are valid, and as long as said.
        unsafe {
            let (of, len) = (bytes.values, file.len());
            let ret = rlzma_size_buffer(size.values, of, len, u64::MAX, &HEAP.0, error.values);
            drop((bytes, size));
            assert_eq!(ret, LZMA_DATA_ERROR);
            let told = Loan::new(lender, error.values.read());
            drop(error);
            assert!(rlzma_error_text(told.values, text.values, 200) > 0);
        }
    });
}

#[test]
fn what_sizes_are_told_from() {
    let (file, plain) = (file(), plain());
    each_lender(|lender| {
        let bytes = Loan::copy(lender, &file);
        let size = Loan::new(lender, 0);
        // SAFETY: all are valid, and as long as said.
        unsafe {
            let opaque = Loan::new(lender, Bytes { start: bytes.values, len: file.len() });
            let source = source(lender, &opaque, file.len());
            let ret = rlzma_size(size.values, source.values, u64::MAX, &HEAP.0, null_mut());
            drop((source, opaque));
            assert_eq!((ret, size.values.read()), (LZMA_OK, plain.len() as u64));
            let (of, len) = (bytes.values, file.len());
            let ret = rlzma_size_buffer(size.values, of, len, u64::MAX, &HEAP.0, null_mut());
            assert_eq!(ret, LZMA_OK);
        }
    });
}

#[test]
#[cfg_attr(miri, ignore = "needs a file")]
fn what_is_lent_with_a_descriptor() {
    use std::os::fd::AsRawFd;
    let plain = plain();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/good-1-check-crc32.xz");
    each_lender(|lender| {
        let file = std::fs::File::open(path).expect("a vector");
        let place = Loan::new(lender, null_mut());
        let options = Loan::new(lender, RLZMA_READER_OPTIONS_INIT);
        let error = Loan::new(lender, RLZMA_ERROR_INIT);
        let size = Loan::new(lender, 0);
        let fd = file.as_raw_fd();
        // SAFETY: all are valid; the descriptor is open until the reader is closed.
        unsafe {
            let ret = rlzma_reader_open_fd(place.values, fd, options.values, error.values);
            let raw = place.values.read();
            drop((place, options, error));
            assert_eq!(ret, LZMA_OK);
            let mut out = vec![0; plain.len() / 3];
            let ret =
                rlzma_reader_read(raw, 0, out.as_mut_ptr(), out.len(), null_mut(), null_mut());
            assert_eq!((ret, &out[..]), (LZMA_OK, &plain[..plain.len() / 3]));
            rlzma_reader_close(raw);
            let error = Loan::new(lender, RLZMA_ERROR_INIT);
            let ret = rlzma_size_fd(size.values, fd, u64::MAX, null(), error.values);
            assert_eq!((ret, size.values.read()), (LZMA_OK, out.len() as u64));
        }
    });
}

/// By the prototypes of the header: what has more than one pointer besides the
/// allocator is called here.
#[test]
#[cfg_attr(miri, ignore = "about the text of files")]
fn every_function_that_could_keep_a_pointer_is_here() {
    let tests = include_str!("lent_memory_rlzma.rs");
    let mut count = 0;
    for prototype in include_str!("../include/rlzma.h").split("extern LZMA_API").skip(1) {
        let (_, rest) = prototype.split_once(") ").expect("a return type");
        let (name, rest) = rest.split_once('(').expect("arguments");
        let (arguments, _) = rest.split_once(')').expect("an end");
        let pointers = arguments.split(',').filter(|argument| argument.contains('*'));
        let kept = pointers.filter(|argument| !argument.contains("lzma_allocator")).count();
        if kept > 1 {
            assert!(tests.contains(&format!("{}(", name.trim())), "{name}");
            count += 1;
        }
    }
    assert!(count > 8, "only {count}");
}
