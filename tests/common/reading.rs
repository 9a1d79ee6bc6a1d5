//! The reader of `rlzma.h` behind a safe interface, on sources of all kinds.

use std::ffi::c_void;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::ptr;

use super::{Chunks, Lib, Plan, Rng, run};
use rlzma::ffi::*;

/// The kind of place that a file is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Buffer,
    Descriptor,
    /// A function that gives all that it is asked for.
    Function,
    /// A function that gives up to seven bytes at a time.
    Drops,
}

pub const EVERYWHERE: [From; 4] = [From::Buffer, From::Descriptor, From::Function, From::Drops];

/// An open reader, and what it reads from.
pub struct Reader {
    raw: *mut rlzma_reader,
    /// The reader refers to them.
    _bytes: Box<Bytes>,
    _file: Option<File>,
}

struct Bytes {
    bytes: Vec<u8>,
    /// The most that is given at a time.
    max: usize,
}

// SAFETY: rlzma.h allows all threads to use a reader.
unsafe impl Send for Reader {}
// SAFETY: as above.
unsafe impl Sync for Reader {}

unsafe extern "C" fn read_at(
    opaque: *mut c_void,
    offset: u64,
    buffer: *mut u8,
    size: usize,
) -> i64 {
    // SAFETY: it is what `Reader::open` has passed.
    let Bytes { bytes, max } = unsafe { &*opaque.cast::<Bytes>() };
    let rest = bytes.get(offset as usize..).unwrap_or_default();
    let count = rest.len().min(size).min(*max);
    // SAFETY: by the contract of `rlzma_source`.
    unsafe { buffer.copy_from_nonoverlapping(rest.as_ptr(), count) };
    count as i64
}

/// A call that has failed.
pub type Failure = rlzma_error;

/// The text of a failure.
pub fn text(failure: &Failure) -> String {
    let mut bytes = [0_u8; 300];
    // SAFETY: the structure says its size; the buffer is as large as said.
    let len = unsafe { rlzma_error_text(failure, bytes.as_mut_ptr().cast(), bytes.len()) };
    assert_eq!(bytes[len], 0);
    String::from_utf8(bytes[..len].to_vec()).expect("English")
}

fn checked(ret: lzma_ret, error: rlzma_error) -> Result<(), Failure> {
    if ret == LZMA_OK {
        assert_eq!(error.reason, RLZMA_REASON_NONE, "it was written without need");
        return Ok(());
    }
    assert_eq!(error.code, ret);
    assert_ne!(error.reason, RLZMA_REASON_NONE);
    Err(error)
}

impl Reader {
    pub fn open(
        bytes: &[u8],
        from: From,
        options: &rlzma_reader_options,
    ) -> Result<Reader, Failure> {
        let max = if from == From::Drops { 7 } else { usize::MAX };
        let bytes = Box::new(Bytes { bytes: bytes.to_vec(), max });
        let mut raw = ptr::dangling_mut();
        let mut error = RLZMA_ERROR_INIT;
        let mut file = None;
        // SAFETY: what the reader refers to lives as long as it does.
        let ret = unsafe {
            match from {
                From::Buffer => {
                    let Bytes { bytes, .. } = &*bytes;
                    rlzma_reader_open_buffer(
                        &mut raw,
                        bytes.as_ptr(),
                        bytes.len(),
                        options,
                        &mut error,
                    )
                }
                From::Descriptor => {
                    let file = file.insert(temporary(&bytes.bytes));
                    rlzma_reader_open_fd(&mut raw, file.as_raw_fd(), options, &mut error)
                }
                From::Function | From::Drops => {
                    let source = rlzma_source {
                        read_at: Some(read_at),
                        opaque: (&raw const *bytes).cast_mut().cast(),
                        size: bytes.bytes.len() as u64,
                        ..RLZMA_SOURCE_INIT
                    };
                    rlzma_reader_open(&mut raw, &source, options, &mut error)
                }
            }
        };
        checked(ret, error).inspect_err(|_| assert!(raw.is_null()))?;
        Ok(Reader { raw, _bytes: bytes, _file: file })
    }

    pub fn raw(&self) -> *mut rlzma_reader {
        self.raw
    }

    pub fn size(&self) -> u64 {
        // SAFETY: it is open.
        unsafe { rlzma_reader_size(self.raw) }
    }

    /// Reads; gives the data also before a failure.
    pub fn read(&self, offset: u64, size: usize) -> (Vec<u8>, Result<(), Failure>) {
        let mut bytes = vec![0xEE; size];
        let (mut read, mut error) = (usize::MAX, RLZMA_ERROR_INIT);
        // SAFETY: it is open, and the buffer as large as said.
        let ret = unsafe {
            rlzma_reader_read(self.raw, offset, bytes.as_mut_ptr(), size, &mut read, &mut error)
        };
        // After a panic, which the tests of those have on purpose, it may have.
        let beyond = bytes[read..].iter().any(|&byte| byte != 0xEE);
        assert!(!beyond || ret == LZMA_PROG_ERROR, "it wrote more than it says");
        bytes.truncate(read);
        (bytes, checked(ret, error))
    }

    /// Reads, which must be possible.
    #[track_caller]
    pub fn read_well(&self, offset: u64, size: usize) -> Vec<u8> {
        let (bytes, result) = self.read(offset, size);
        if let Err(failure) = result {
            panic!("{} bytes from {offset}: {failure:?}, {}", size, text(&failure));
        }
        bytes
    }

    pub fn verify(
        &self,
        threads: u32,
        mut progress: impl FnMut(u64, u64) -> bool,
    ) -> Result<(), Failure> {
        unsafe extern "C" fn call<F: FnMut(u64, u64) -> bool>(
            progress: *mut c_void,
            done: u64,
            total: u64,
        ) -> i32 {
            // SAFETY: it is what is passed below.
            i32::from(!unsafe { (*progress.cast::<F>())(done, total) })
        }
        fn pointer<F: FnMut(u64, u64) -> bool>(_: &F) -> rlzma_progress {
            Some(call::<F>)
        }
        let mut error = RLZMA_ERROR_INIT;
        let call = pointer(&progress);
        // SAFETY: it is open, and the function is there as long as the call.
        let ret = unsafe {
            rlzma_reader_verify(self.raw, threads, call, (&raw mut progress).cast(), &mut error)
        };
        checked(ret, error)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: it is open, and not used any more.
        unsafe { rlzma_reader_close(self.raw) };
    }
}

/// A file without a name that has these bytes, at whose end one is.
pub fn temporary(bytes: &[u8]) -> File {
    let path = std::env::temp_dir().join(format!(
        "rlzma-reading-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    let open = || File::options().read(true).write(true).create(true).truncate(true).open(&path);
    let mut file = open().expect("a temporary file");
    std::fs::remove_file(&path).expect("nobody else needs its name");
    file.write_all(bytes).expect("room on the disk");
    file
}

/// Options that keep so many bytes of Blocks.
pub fn options(threads: u32, cache: u64) -> rlzma_reader_options {
    rlzma_reader_options { threads, cache, ..RLZMA_READER_OPTIONS_INIT }
}

/// A .xz file of one Stream: each of `parts` is a Block.
pub fn in_blocks(parts: &[&[u8]], check: lzma_check) -> Vec<u8> {
    // SAFETY: `strm` is a stream of this library.
    blocks_by(parts, |lib, strm| unsafe { (lib.lzma_easy_encoder)(strm, 1, check) })
}

/// As [`in_blocks`], with a branch filter or none before LZMA2, whose dictionary has
/// `dict_size` bytes.
pub fn in_filtered_blocks(parts: &[&[u8]], filter: Option<lzma_vli>, dict_size: u32) -> Vec<u8> {
    let mut lzma: lzma_options_lzma = super::zeroed();
    // SAFETY: a place for the options.
    assert_eq!(unsafe { (Lib::reference().lzma_lzma_preset)(&mut lzma, 1) }, 0);
    lzma.dict_size = dict_size;
    let lzma2 = lzma_filter { id: LZMA_FILTER_LZMA2, options: (&raw mut lzma).cast() };
    let branch = filter.map(|id| lzma_filter { id, options: ptr::null_mut() });
    let chain: Vec<_> = branch.into_iter().chain([lzma2, super::chain::END]).collect();
    blocks_by(parts, |lib, strm| {
        // SAFETY: `strm` is a stream of this library, and the chain is valid.
        unsafe { (lib.lzma_stream_encoder)(strm, chain.as_ptr(), LZMA_CHECK_CRC32) }
    })
}

/// The output of the encoder that `init` starts, with each of `parts` in a Block of its own.
fn blocks_by(parts: &[&[u8]], init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret) -> Vec<u8> {
    let plain = parts.concat();
    let mut at = 0;
    let ends = parts.iter().map(|part| {
        at += part.len();
        (at, LZMA_FULL_FLUSH)
    });
    let plan = Plan { flushes: ends.collect(), output: Chunks::Fixed(1 << 16), ..Plan::whole() };
    let outcome = run(Lib::reference(), init, &plain, &plan);
    assert!(outcome.is_end(), "{outcome:?}");
    outcome.output
}

/// Reads at random places, and compares with `plain`.
pub fn read_anywhere(reader: &Reader, plain: &[u8], count: usize, rng: &mut Rng) {
    for _ in 0..count {
        let offset = rng.below(plain.len() + 3);
        let max = rng.pick(&[1, 20, 5000, 1 << 20]);
        let size = rng.below(max + 1);
        let have = reader.read_well(offset as u64, size);
        let want = plain.get(offset..).unwrap_or_default();
        let want = &want[..want.len().min(size)];
        assert!(have == want, "{size} bytes from {offset} of {}", plain.len());
    }
}

/// Reads piece by piece.
pub fn read_through(reader: &Reader, plain: &[u8], piece: usize) {
    let mut offset = 0;
    while offset < plain.len() {
        let have = reader.read_well(offset as u64, piece);
        assert!(have == plain[offset..plain.len().min(offset + piece)], "at {offset}");
        offset += piece;
    }
    assert!(reader.read_well(offset as u64, piece).is_empty());
}
