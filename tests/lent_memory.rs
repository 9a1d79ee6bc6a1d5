//! Memory that an application lends to a coder is its own again at the moment
//! that the documentation says, and is freed at that moment here. An access after
//! that is seen without any tool, since the memory cannot be accessed any
//! more; with memory from `malloc`, AddressSanitizer (`scripts/sanitize
//! address --test lent_memory`) and Miri (`scripts/miri`) say where it came from.
//! The original is asked, too: nothing here is freed earlier than it allows.

mod common;

use common::Lib;
use rlzma::ffi::*;
use std::ffi::{CStr, c_void};
use std::mem::{MaybeUninit, zeroed};
use std::ptr;

/// The allocator of memory that is lent.
#[derive(Clone, Copy)]
struct Lender(&'static lzma_allocator);

/// `lzma_allocator` has a pointer, which is NULL here.
struct Constant(lzma_allocator);
// SAFETY: nothing changes it, and its functions may be called by any thread.
unsafe impl Sync for Constant {}

/// `malloc` and `free`.
static HEAP: Constant = Constant(lzma_allocator {
    alloc: Some(from_malloc),
    free: Some(to_free),
    opaque: ptr::null_mut(),
});
/// Pages that can be accessed until they are freed, and never used again.
#[cfg(not(miri))] // which sees everything, but has no mprotect
static PAGES: Constant = Constant(lzma_allocator {
    alloc: Some(pages::map),
    free: Some(pages::forbid),
    opaque: ptr::null_mut(),
});

unsafe extern "C" fn from_malloc(_: *mut c_void, _: usize, size: usize) -> *mut c_void {
    // SAFETY: any size is fine.
    unsafe { libc::malloc(size) }
}

unsafe extern "C" fn to_free(_: *mut c_void, bytes: *mut c_void) {
    // SAFETY: NULL, or what `from_malloc` has returned.
    unsafe { libc::free(bytes) };
}

#[cfg(not(miri))]
mod pages {
    use super::*;

    /// Bytes in each mapping.
    const SIZE: usize = 1 << 16;

    pub unsafe extern "C" fn map(_: *mut c_void, _: usize, size: usize) -> *mut c_void {
        assert!(size <= SIZE);
        let (access, flags) =
            (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping touches nothing that is there.
        let bytes = unsafe { libc::mmap(ptr::null_mut(), SIZE, access, flags, -1, 0) };
        assert_ne!(bytes, libc::MAP_FAILED);
        bytes
    }

    pub unsafe extern "C" fn forbid(_: *mut c_void, bytes: *mut c_void) {
        if !bytes.is_null() {
            // SAFETY: a mapping of `map`, of which nothing is used any more.
            assert_eq!(unsafe { libc::mprotect(bytes, SIZE, libc::PROT_NONE) }, 0);
        }
    }
}

/// Values that are lent. They are freed when this is dropped.
struct Loan<T> {
    values: *mut T,
    lender: Lender,
}

impl<T: Copy> Loan<T> {
    fn new(lender: Lender, value: T) -> Loan<T> {
        Loan::copy(lender, &[value])
    }

    fn copy(lender: Lender, values: &[T]) -> Loan<T> {
        let place = Loan::room(lender, values.len());
        // SAFETY: there is room for so many.
        unsafe { ptr::copy_nonoverlapping(values.as_ptr(), place.values, values.len()) };
        place
    }

    /// Room for `count` values, which are not initialised.
    fn room(lender: Lender, count: usize) -> Loan<T> {
        let size = (count * size_of::<T>()).max(1);
        // SAFETY: these allocators take any size up to that of their pages.
        let values = unsafe { lender.0.alloc.unwrap()(ptr::null_mut(), 1, size) };
        assert!(!values.is_null());
        Loan { values: values.cast(), lender }
    }
}

impl<T> Drop for Loan<T> {
    fn drop(&mut self) {
        // SAFETY: it came from this allocator.
        unsafe { self.lender.0.free.unwrap()(ptr::null_mut(), self.values.cast()) };
    }
}

/// Runs a case for each library and each kind of memory.
fn each(case: impl Fn(&Lib, Lender)) {
    case(Lib::ours(), Lender(&HEAP.0));
    #[cfg(not(miri))] // which has no dynamic linker
    for lib in [Lib::reference(), Lib::ours()] {
        case(lib, Lender(&HEAP.0));
        case(lib, Lender(&PAGES.0));
    }
}

const END: lzma_filter = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

/// The size of the data in bytes: for Miri, as small as will do.
const SIZE: usize = if cfg!(miri) { 60 } else { 300 };

fn data() -> Vec<u8> {
    (0..SIZE as u32).map(|i| ((i * i) >> 6) as u8).collect()
}

/// A chain with all that it refers to.
struct Chain {
    filters: Loan<lzma_filter>,
    _lzma: Loan<lzma_options_lzma>,
    _delta: Loan<lzma_options_delta>,
    _dictionary: Loan<u8>,
}

fn lzma(lender: Lender) -> Loan<lzma_options_lzma> {
    // SAFETY: zeros are a value of the structure, and a preset is set there.
    unsafe {
        let mut options: lzma_options_lzma = zeroed();
        assert_eq!((Lib::ours().lzma_lzma_preset)(&mut options, 0), 0);
        options.dict_size = LZMA_DICT_SIZE_MIN;
        (options.lc, options.pb) = (0, 0); // fewest probabilities
        Loan::new(lender, options)
    }
}

impl Chain {
    fn new(lender: Lender, id: lzma_vli) -> Chain {
        let lzma = lzma(lender);
        // SAFETY: zeros are a value of the structure.
        let mut delta: lzma_options_delta = unsafe { zeroed() };
        delta.dist = 2;
        let delta = Loan::new(lender, delta);
        let filters = [
            lzma_filter { id: LZMA_FILTER_DELTA, options: delta.values.cast() },
            lzma_filter { id, options: lzma.values.cast() },
            END,
        ];
        let (filters, _dictionary) = (Loan::copy(lender, &filters), Loan::room(lender, 1));
        Chain { filters, _lzma: lzma, _delta: delta, _dictionary }
    }

    /// A chain with a preset dictionary, which raw coders copy when they start.
    fn with_dictionary(lender: Lender, id: lzma_vli) -> Chain {
        let mut chain = Chain::new(lender, id);
        chain._dictionary = Loan::copy(lender, &data()[..50]);
        // SAFETY: the options are valid.
        unsafe {
            (*chain._lzma.values).preset_dict = chain._dictionary.values;
            (*chain._lzma.values).preset_dict_size = 50;
        }
        chain
    }
}

/// A stream, ended when it is dropped. All that a call borrows is new in that
/// call, and freed after it: the buffers and, without threads, the allocator.
struct Stream<'a> {
    lib: &'a Lib,
    lender: Lender,
    raw: Box<lzma_stream>,
    allocator: Option<Loan<lzma_allocator>>,
}

impl<'a> Stream<'a> {
    fn new(lib: &'a Lib, lender: Lender) -> Stream<'a> {
        Stream { lib, lender, raw: Box::new(LZMA_STREAM_INIT), allocator: None }
    }

    /// One whose allocator is at another place in each call.
    fn moving(lib: &'a Lib, lender: Lender) -> Stream<'a> {
        let mut stream = Stream::new(lib, lender);
        stream.move_allocator();
        stream
    }

    fn move_allocator(&mut self) {
        let next = Loan::new(self.lender, HEAP.0);
        self.raw.allocator = next.values;
        self.allocator = Some(next); // drops the one before
    }

    fn as_ptr(&mut self) -> *mut lzma_stream {
        &raw mut *self.raw
    }

    /// Calls `lzma_code` with so much input and room.
    fn call(&mut self, input: &[u8], room: usize, action: lzma_action) -> (lzma_ret, Vec<u8>) {
        if self.allocator.is_some() {
            self.move_allocator();
        }
        let given = Loan::copy(self.lender, input);
        let output = Loan::<u8>::room(self.lender, room);
        (self.raw.next_in, self.raw.avail_in) = (given.values, input.len());
        (self.raw.next_out, self.raw.avail_out) = (output.values, room);
        // SAFETY: the buffers are as large as said.
        let ret = unsafe { (self.lib.lzma_code)(self.as_ptr(), action) };
        let written = room - self.raw.avail_out;
        // SAFETY: so many bytes were written there.
        (ret, unsafe { std::slice::from_raw_parts(output.values, written) }.to_vec())
    }

    /// Codes `input` to the end, up to `step` bytes a call, from buffers that
    /// are freed after each call.
    fn code(&mut self, input: &[u8], step: usize, last: lzma_action) -> (lzma_ret, Vec<u8>) {
        let (mut at, mut output) = (0, Vec::new());
        loop {
            let given = &input[at..][..step.min(input.len() - at)];
            let action = if at + given.len() == input.len() { last } else { LZMA_RUN };
            let (ret, written) = self.call(given, step, action);
            output.extend(written);
            at += given.len() - self.raw.avail_in;
            match ret {
                LZMA_OK => {}
                LZMA_SEEK_NEEDED => at = usize::try_from(self.raw.seek_pos).unwrap(),
                _ => return (ret, output),
            }
        }
    }

    /// Calls everything that an application may call when a coder is done.
    fn afterwards(&mut self) {
        let strm = self.as_ptr();
        let (mut taken, mut written) = (0, 0);
        for action in [LZMA_RUN, LZMA_FINISH, LZMA_SYNC_FLUSH] {
            let (ret, output) = self.call(b"more", 100, action);
            assert!(matches!(ret, LZMA_STREAM_END | LZMA_PROG_ERROR), "{ret:?}");
            assert!(output.is_empty());
        }
        // SAFETY: the stream has a coder, and the counts are valid.
        unsafe {
            (self.lib.lzma_get_progress)(strm, &mut taken, &mut written);
            (self.lib.lzma_memusage)(strm);
            (self.lib.lzma_memlimit_get)(strm);
            (self.lib.lzma_memlimit_set)(strm, u64::MAX);
            (self.lib.lzma_get_check)(strm);
        }
    }

    /// Starts another coder on the stream, and uses it.
    fn start_another(&mut self) {
        // SAFETY: the stream is of this library.
        let ret = unsafe { (self.lib.lzma_alone_decoder)(self.as_ptr(), u64::MAX) };
        assert_eq!(ret, LZMA_OK);
        assert_eq!(self.call(&[0xFF; 20], 100, LZMA_RUN).0, LZMA_FORMAT_ERROR);
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        if self.allocator.is_some() {
            self.move_allocator();
        }
        // SAFETY: the stream is of this library.
        unsafe { (self.lib.lzma_end)(self.as_ptr()) };
    }
}

/// Something that is lent until the coder is done: it is freed when the coder
/// has come to its end, when it has failed, while it is at work and then
/// ended, and while it is at work and then replaced.
fn until_done<T>(
    lib: &Lib,
    lender: Lender,
    start: impl Fn(&mut Stream<'_>) -> T,
    good: &[u8],
    bad: &[u8],
    last: lzma_action,
) {
    let mut stream = Stream::new(lib, lender);
    let lent = start(&mut stream);
    assert_eq!(stream.code(good, 7, last).0, LZMA_STREAM_END);
    drop(lent);
    stream.afterwards();

    if !bad.is_empty() {
        let lent = start(&mut stream); // on the same stream
        let ret = stream.code(bad, 7, last).0;
        assert!(!matches!(ret, LZMA_OK | LZMA_STREAM_END), "{ret:?}");
        drop(lent);
        stream.afterwards();
    }

    let lent = start(&mut stream);
    stream.call(&good[..good.len() / 2], 3, LZMA_RUN);
    drop(lent);
    stream.start_another();

    let lent = start(&mut stream);
    stream.call(&good[..good.len() / 2], 3, LZMA_RUN);
    drop(lent);
    drop(stream); // lzma_end
}

fn block(lender: Lender, filters: *mut lzma_filter) -> Loan<lzma_block> {
    // SAFETY: zeros are a value of the structure.
    let mut block: lzma_block = unsafe { zeroed() };
    block.check = LZMA_CHECK_CRC32;
    block.filters = filters;
    block.compressed_size = LZMA_VLI_UNKNOWN;
    block.uncompressed_size = LZMA_VLI_UNKNOWN;
    block.header_size = 16;
    Loan::new(lender, block)
}

/// A Block without its header.
fn block_bytes() -> Vec<u8> {
    let lender = Lender(&HEAP.0);
    let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
    let block = block(lender, chain.filters.values);
    let mut stream = Stream::new(Lib::ours(), lender);
    // SAFETY: the stream is of this library, and the structure is valid.
    let ret = unsafe { (Lib::ours().lzma_block_encoder)(stream.as_ptr(), block.values) };
    assert_eq!(ret, LZMA_OK);
    let (ret, bytes) = stream.code(&data(), 1000, LZMA_FINISH);
    assert_eq!(ret, LZMA_STREAM_END);
    bytes
}

#[test]
fn the_block_of_a_block_decoder() {
    let good = block_bytes();
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
            let block = block(lender, chain.filters.values);
            // SAFETY: the stream is of this library, and the structure is
            // valid until it is done; the filters need not be so long.
            let ret = unsafe { (lib.lzma_block_decoder)(stream.as_ptr(), block.values) };
            assert_eq!(ret, LZMA_OK);
            block
        };
        until_done(lib, lender, start, &good, &bad, LZMA_RUN);
    });
}

#[test]
fn the_block_of_a_block_encoder() {
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
            let block = block(lender, chain.filters.values);
            // SAFETY: as above.
            let ret = unsafe { (lib.lzma_block_encoder)(stream.as_ptr(), block.values) };
            assert_eq!(ret, LZMA_OK);
            block
        };
        until_done(lib, lender, start, &data(), &[], LZMA_FINISH);

        // A flush is not the end: the sizes come later.
        let mut stream = Stream::new(lib, lender);
        let block = start(&mut stream);
        assert_eq!(stream.code(&data(), 100, LZMA_SYNC_FLUSH).0, LZMA_STREAM_END);
        assert_eq!(stream.code(&data(), 100, LZMA_FINISH).0, LZMA_STREAM_END);
        // SAFETY: still lent.
        assert_eq!(unsafe { (*block.values).uncompressed_size }, 2 * SIZE as u64);
    });
}

/// A wrong action is refused, but is not an error that ends the coder: what is
/// lent stays lent.
#[test]
fn a_refusal_is_not_the_end() {
    each(|lib, lender| {
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        let block = block(lender, chain.filters.values);
        let mut stream = Stream::new(lib, lender);
        // SAFETY: the structure is valid until it is done.
        let ret = unsafe { (lib.lzma_block_encoder)(stream.as_ptr(), block.values) };
        assert_eq!(ret, LZMA_OK);
        assert_eq!(stream.call(&data(), 0, LZMA_FULL_FLUSH).0, LZMA_PROG_ERROR);
        assert_eq!(stream.call(&data(), 0, LZMA_FINISH).0, LZMA_OK);
        assert_eq!(stream.call(&data(), 1000, LZMA_RUN).0, LZMA_PROG_ERROR);
        let rest = &data()[SIZE - stream.raw.avail_in..];
        assert_eq!(stream.call(rest, 1000, LZMA_FINISH).0, LZMA_STREAM_END);
        // SAFETY: still lent.
        assert_eq!(unsafe { (*block.values).uncompressed_size }, SIZE as u64);
    });
}

/// An Index of one Stream with three Blocks.
struct Index<'a> {
    lib: &'a Lib,
    lender: Lender,
    index: *mut lzma_index,
}

impl<'a> Index<'a> {
    fn new(lib: &'a Lib, lender: Lender) -> Index<'a> {
        // SAFETY: the allocator is valid.
        let index = unsafe { (lib.lzma_index_init)(lender.0) };
        for size in 1..=3 {
            // SAFETY: nothing else uses the Index.
            let ret = unsafe { (lib.lzma_index_append)(index, lender.0, 40 * size, 1000) };
            assert_eq!(ret, LZMA_OK);
        }
        Index { lib, lender, index }
    }

    fn encoded(&self) -> Vec<u8> {
        let (mut bytes, mut size) = (vec![0; 100], 0);
        // SAFETY: the Index is valid, and the buffer is as large as said.
        let ret = unsafe {
            (self.lib.lzma_index_buffer_encode)(self.index, bytes.as_mut_ptr(), &mut size, 100)
        };
        assert_eq!(ret, LZMA_OK);
        bytes.truncate(size);
        bytes
    }
}

impl Drop for Index<'_> {
    fn drop(&mut self) {
        // SAFETY: nothing uses it any more.
        unsafe { (self.lib.lzma_index_end)(self.index, self.lender.0) };
    }
}

#[test]
fn the_index_of_an_encoder() {
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let index = Index::new(lib, lender);
            // SAFETY: the Index is valid until it is encoded.
            let ret = unsafe { (lib.lzma_index_encoder)(stream.as_ptr(), index.index) };
            assert_eq!(ret, LZMA_OK);
            index
        };
        until_done(lib, lender, start, &[], &[], LZMA_RUN);
    });
}

/// The place where a decoder puts an Index, which is freed with the place.
struct Place<'a>(&'a Lib, Loan<*mut lzma_index>);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // SAFETY: NULL or an Index, of an allocator that uses `malloc`.
        unsafe { (self.0.lzma_index_end)(self.1.values.read(), ptr::null()) };
    }
}

#[test]
fn the_place_for_an_index() {
    let good = Index::new(Lib::ours(), Lender(&HEAP.0)).encoded();
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let place = Place(lib, Loan::new(lender, ptr::null_mut()));
            // SAFETY: the place is valid until it is decoded.
            let ret =
                unsafe { (lib.lzma_index_decoder)(stream.as_ptr(), place.1.values, u64::MAX) };
            assert_eq!(ret, LZMA_OK);
            place
        };
        until_done(lib, lender, start, &good, &bad, LZMA_RUN);
    });
}

#[test]
fn the_place_for_the_index_of_a_file() {
    let good = include_bytes!("vectors/good-1-check-crc32.xz");
    let mut bad = *good;
    bad[good.len() - 20] ^= 1;
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let place = Place(lib, Loan::new(lender, ptr::null_mut()));
            let size = good.len() as u64;
            // SAFETY: the place is valid until it is decoded.
            let ret = unsafe {
                (lib.lzma_file_info_decoder)(stream.as_ptr(), place.1.values, u64::MAX, size)
            };
            assert_eq!(ret, LZMA_OK);
            place
        };
        until_done(lib, lender, start, good, &bad, LZMA_RUN);
    });
}

/// Chains, options, preset dictionaries, `lzma_mt`, buffers and the allocator are
/// lent for the time of one call.
#[test]
fn what_a_call_borrows() {
    each(|lib, lender| {
        for id in [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA2] {
            let mut stream = Stream::moving(lib, lender);
            let chain = Chain::with_dictionary(lender, id);
            // SAFETY: the chain is valid.
            let ret = unsafe { (lib.lzma_raw_encoder)(stream.as_ptr(), chain.filters.values) };
            drop(chain);
            assert_eq!(ret, LZMA_OK);
            let (ret, bytes) = stream.code(&data(), 5, LZMA_FINISH);
            assert_eq!(ret, LZMA_STREAM_END);

            let chain = Chain::with_dictionary(lender, id);
            // SAFETY: the chain is valid.
            let ret = unsafe { (lib.lzma_raw_decoder)(stream.as_ptr(), chain.filters.values) };
            drop(chain);
            assert_eq!(ret, LZMA_OK);
            assert_eq!(stream.code(&bytes, 5, LZMA_FINISH), (LZMA_STREAM_END, data()));
        }
    });
}

#[test]
fn options_of_encoders_of_files() {
    each(|lib, lender| {
        let mut stream = Stream::moving(lib, lender);
        let options = lzma(lender);
        // SAFETY: the options are valid.
        let ret = unsafe { (lib.lzma_alone_encoder)(stream.as_ptr(), options.values) };
        drop(options);
        assert_eq!(ret, LZMA_OK);
        let (ret, bytes) = stream.code(&data(), 5, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);
        // SAFETY: the stream is of this library.
        assert_eq!(unsafe { (lib.lzma_auto_decoder)(stream.as_ptr(), u64::MAX, 0) }, LZMA_OK);
        assert_eq!(stream.code(&bytes, 5, LZMA_FINISH), (LZMA_STREAM_END, data()));

        let options = lzma(lender);
        // SAFETY: the options are valid.
        let ret = unsafe { (lib.lzma_microlzma_encoder)(stream.as_ptr(), options.values) };
        drop(options);
        assert_eq!(ret, LZMA_OK);
        let (ret, bytes) = stream.call(&data(), 200, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);
        let (taken, size) = (stream.raw.total_in, bytes.len() as u64);
        // SAFETY: the stream is of this library.
        let ret = unsafe { (lib.lzma_microlzma_decoder)(stream.as_ptr(), size, taken, 1, 4096) };
        assert_eq!(ret, LZMA_OK);
        let (ret, back) = stream.code(&bytes, 5, LZMA_FINISH);
        assert_eq!((ret, &back[..]), (LZMA_STREAM_END, &data()[..taken as usize]));
    });
}

#[test]
fn buffers_of_decoders_of_files() {
    let (xz, lz) = (
        &include_bytes!("vectors/good-1-check-none.xz")[..],
        &include_bytes!("vectors/good-1-v1.lz")[..],
    );
    each(|lib, lender| {
        let mut stream = Stream::moving(lib, lender);
        // SAFETY: the stream is of this library.
        assert_eq!(unsafe { (lib.lzma_stream_decoder)(stream.as_ptr(), u64::MAX, 0) }, LZMA_OK);
        let plain = stream.code(xz, 5, LZMA_FINISH);
        // SAFETY: as above.
        assert_eq!(unsafe { (lib.lzma_lzip_decoder)(stream.as_ptr(), u64::MAX, 0) }, LZMA_OK);
        assert_eq!(stream.code(lz, 5, LZMA_FINISH), plain);
    });
}

#[test]
fn filters_of_a_stream_and_of_an_update() {
    each(|lib, lender| {
        let mut stream = Stream::moving(lib, lender);
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        let (strm, check) = (stream.as_ptr(), LZMA_CHECK_CRC32);
        // SAFETY: the chain is valid.
        let ret = unsafe { (lib.lzma_stream_encoder)(strm, chain.filters.values, check) };
        drop(chain);
        assert_eq!(ret, LZMA_OK);
        let (ret, mut bytes) = stream.code(&data(), 5, LZMA_FULL_FLUSH);
        assert_eq!(ret, LZMA_STREAM_END);
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        // SAFETY: the chain is valid.
        let ret = unsafe { (lib.lzma_filters_update)(stream.as_ptr(), chain.filters.values) };
        drop(chain);
        assert_eq!(ret, LZMA_OK);
        let (ret, more) = stream.code(&data(), 5, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);
        bytes.extend(more);

        // SAFETY: the stream is of this library.
        assert_eq!(unsafe { (lib.lzma_stream_decoder)(stream.as_ptr(), u64::MAX, 0) }, LZMA_OK);
        let back = stream.code(&bytes, 5, LZMA_FINISH);
        assert_eq!(back, (LZMA_STREAM_END, [data(), data()].concat()));
    });
}

#[test]
fn options_of_threaded_coders() {
    each(|lib, lender| {
        // Threads need one allocator until lzma_end.
        let mut stream = Stream::new(lib, lender);
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        // SAFETY: zeros are a value of the structure.
        let mut options: lzma_mt = unsafe { zeroed() };
        options.threads = 2;
        options.block_size = SIZE as u64 / 3;
        options.check = LZMA_CHECK_CRC32;
        options.filters = chain.filters.values;
        options.memlimit_threading = u64::MAX;
        options.memlimit_stop = u64::MAX;
        let encoder = Loan::new(lender, options);
        // SAFETY: the options are valid.
        let ret = unsafe { (lib.lzma_stream_encoder_mt)(stream.as_ptr(), encoder.values) };
        drop((encoder, chain));
        assert_eq!(ret, LZMA_OK);
        let (ret, bytes) = stream.code(&data(), 50, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);

        let decoder = Loan::new(lender, options);
        // SAFETY: the options are valid.
        let ret = unsafe { (lib.lzma_stream_decoder_mt)(stream.as_ptr(), decoder.values) };
        drop(decoder);
        assert_eq!(ret, LZMA_OK);
        assert_eq!(stream.code(&bytes, 50, LZMA_FINISH), (LZMA_STREAM_END, data()));
    });
}

#[test]
fn copies_do_not_refer_to_what_they_were_made_from() {
    each(|lib, lender| {
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        let copy = Loan::<lzma_filter>::room(lender, 5);
        // SAFETY: the chain is valid, and five filters have room.
        let ret = unsafe { (lib.lzma_filters_copy)(chain.filters.values, copy.values, lender.0) };
        drop(chain);
        assert_eq!(ret, LZMA_OK);
        let mut text = ptr::null_mut();
        // SAFETY: the copy is a chain, and the text is freed where it is from.
        unsafe {
            let flags = LZMA_STR_DECODER;
            let ret = (lib.lzma_str_from_filters)(&mut text, copy.values, flags, lender.0);
            assert_eq!(ret, LZMA_OK);
            (lib.lzma_filters_free)(copy.values, lender.0);
            assert_eq!(CStr::from_ptr(text), c"delta:dist=2 lzma2:dict=4KiB");
            let written = Loan::copy(lender, CStr::from_ptr(text).to_bytes_with_nul());
            lender.0.free.unwrap()(ptr::null_mut(), text.cast());
            let from = written.values.cast();
            let position = Loan::room(lender, 1);
            let message =
                (lib.lzma_str_to_filters)(from, position.values, copy.values, 0, lender.0);
            drop((written, position));
            assert!(message.is_null());
            assert_eq!((*(*copy.values).options.cast::<lzma_options_delta>()).dist, 2);
            (lib.lzma_filters_free)(copy.values, lender.0);
        }
    });
}

#[test]
fn an_index_holds_nothing_of_others() {
    each(|lib, lender| {
        let (first, second) = (Index::new(lib, lender), Index::new(lib, lender));
        // SAFETY: the Indexes are valid; `second` is used up.
        unsafe {
            let mut flags: lzma_stream_flags = zeroed();
            flags.backward_size = LZMA_VLI_UNKNOWN;
            flags.check = LZMA_CHECK_CRC64;
            let flags = Loan::new(lender, flags);
            assert_eq!((lib.lzma_index_stream_flags)(first.index, flags.values), LZMA_OK);
            drop(flags);
            assert_eq!((lib.lzma_index_cat)(first.index, second.index, lender.0), LZMA_OK);
            std::mem::forget(second);
            let copy = (lib.lzma_index_dup)(first.index, lender.0);
            drop(first);
            let copy = Index { lib, lender, index: copy };
            assert_eq!((lib.lzma_index_block_count)(copy.index), 6);
            let mut iter = MaybeUninit::uninit();
            (lib.lzma_index_iter_init)(iter.as_mut_ptr(), copy.index);
            assert_eq!((lib.lzma_index_iter_locate)(iter.as_mut_ptr(), 5500), 0);
            assert_eq!((*iter.as_ptr()).block.number_in_file, 6);
            assert_eq!((lib.lzma_index_iter_next)(iter.as_mut_ptr(), LZMA_INDEX_ITER_BLOCK), 1);
        }
    });
}
