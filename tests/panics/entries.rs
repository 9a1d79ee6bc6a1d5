//! A panic in each function of the library, before it has done anything: it
//! answers as it does after every panic, nothing has changed, and all can be freed.
//! Only those that go without the panic guard have no place to panic.

use std::collections::BTreeSet;
use std::ptr::{self, null, null_mut};

use super::coders::alone;
use super::common::chain::{END, FilterChain, preset_options};
use super::common::lib::{FUNCTIONS, OWN_FUNCTIONS, UNGUARDED};
use super::common::{Allocator, zeroed};
use rlzma::ffi::*;

/// Size of each buffer.
const ROOM: usize = 2000;

/// Valid arguments of all kinds, for a function that will not use them.
struct Things<'a> {
    allocator: &'a Allocator,
    stream: lzma_stream,
    indexes: [*mut lzma_index; 2],
    /// The place for an Index that a decoder makes.
    place: *mut lzma_index,
    hash: *mut lzma_index_hash,
    iter: lzma_index_iter,
    filters: [lzma_filter; LZMA_FILTERS_MAX + 1],
    block: lzma_block,
    flags: lzma_stream_flags,
    lzma: lzma_options_lzma,
    mt: lzma_mt,
    /// A `.xz` file.
    file: [u8; ROOM],
    out: [u8; ROOM],
    positions: [usize; 2],
    numbers: [u64; 2],
    text: *mut std::ffi::c_char,
    reader: *mut rlzma_reader,
    /// The place for another reader.
    reader_place: *mut rlzma_reader,
    error: rlzma_error,
}

impl<'a> Things<'a> {
    fn new(allocator: &'a Allocator) -> Box<Things<'a>> {
        let mut new = Box::new(Things {
            allocator,
            stream: LZMA_STREAM_INIT,
            indexes: [null_mut(); 2],
            place: null_mut(),
            hash: null_mut(),
            iter: zeroed(),
            filters: [END; LZMA_FILTERS_MAX + 1],
            block: zeroed(),
            flags: zeroed(),
            lzma: preset_options(0),
            mt: lzma_mt { threads: 2, check: LZMA_CHECK_CRC32, ..zeroed() },
            file: [0; ROOM],
            out: [0; ROOM],
            positions: [0; 2],
            numbers: [u64::MAX; 2],
            text: null_mut(),
            reader: null_mut(),
            reader_place: null_mut(),
            error: RLZMA_ERROR_INIT,
        });
        new.begin();
        new
    }

    /// Makes what the library has to make.
    fn begin(&mut self) {
        let allocator = self.allocator();
        self.stream.allocator = allocator;
        (self.block.header_size, self.block.check) = (12, LZMA_CHECK_CRC32);
        (self.error.code, self.error.reason) = (LZMA_DATA_ERROR, RLZMA_REASON_NOT_XZ);
        let options = rlzma_reader_options { allocator, ..RLZMA_READER_OPTIONS_INIT };
        let (data, size, file) = (self.out.as_ptr(), self.file.len(), self.file.as_mut_ptr());
        let mut written = 0;
        // SAFETY: structures and buffers are as lzma.h and rlzma.h demand.
        unsafe {
            // Only a coder with threads is asked about progress.
            assert_eq!(lzma_stream_encoder_mt(&mut self.stream, &self.mt), LZMA_OK);
            self.indexes = [lzma_index_init(allocator), lzma_index_init(allocator)];
            assert_eq!(lzma_index_append(self.indexes[0], allocator, 100, 5), LZMA_OK);
            lzma_index_iter_init(&mut self.iter, self.indexes[0]);
            self.hash = lzma_index_hash_init(null_mut(), allocator);
            let to = self.filters.as_mut_ptr();
            let ret = FilterChain::preset(0).with(|from| lzma_filters_copy(from, to, allocator));
            assert_eq!(ret, LZMA_OK);
            let check = LZMA_CHECK_CRC32;
            let ret =
                lzma_easy_buffer_encode(0, check, allocator, data, 9, file, &mut written, size);
            assert_eq!(ret, LZMA_OK);
            let reader = &mut self.reader;
            let ret = rlzma_reader_open_buffer(reader, file, written, &options, null_mut());
            assert_eq!(ret, LZMA_OK);
        }
        self.block.filters = self.filters.as_mut_ptr();
    }

    fn allocator(&self) -> *const lzma_allocator {
        self.allocator.as_ptr()
    }

    fn stream(&mut self) -> *mut lzma_stream {
        &mut self.stream
    }

    fn chain(&mut self) -> *mut lzma_filter {
        self.filters.as_mut_ptr()
    }

    fn file(&self) -> *const u8 {
        self.file.as_ptr()
    }

    fn out(&mut self) -> *mut u8 {
        self.out.as_mut_ptr()
    }

    fn in_pos(&mut self) -> *mut usize {
        &mut self.positions[0]
    }

    fn out_pos(&mut self) -> *mut usize {
        &mut self.positions[1]
    }

    fn number(&mut self) -> *mut u64 {
        &mut self.numbers[0]
    }
}

impl Drop for Things<'_> {
    fn drop(&mut self) {
        let allocator = self.allocator();
        // SAFETY: all is of this library and allocator, or NULL.
        unsafe {
            lzma_end(&mut self.stream);
            self.indexes.iter().for_each(|index| lzma_index_end(*index, allocator));
            lzma_index_end(self.place, allocator);
            lzma_index_hash_end(self.hash, allocator);
            lzma_filters_free(self.filters.as_mut_ptr(), allocator);
            rlzma_reader_close(self.reader);
            rlzma_reader_close(self.reader_place);
        }
        assert!(self.text.is_null());
    }
}

/// A function's name, and a call of it: true if the answer is that of a panic.
type Entry = (&'static str, Call);
type Call = fn(&mut Things<'_>) -> bool;

/// Calls, and the answers, as patterns, that they give after a panic.
macro_rules! entries {
    ($things:ident: $($name:ident($($arg:expr),* $(,)?) => $answer:pat $(if $guard:expr)?,)*) => {
        vec![$({
            #[allow(unused_unsafe)] // not all are `unsafe`
            let call: Call = |$things| {
                let _: &Things<'_> = $things; // which not all need
                // SAFETY: the arguments are valid.
                unsafe { matches!($name($($arg),*), $answer $(if $guard)?) }
            };
            (stringify!($name), call)
        }),*]
    };
}

#[rustfmt::skip] // one row each
fn streams() -> Vec<Entry> {
    entries! { t:
        lzma_code(t.stream(), LZMA_RUN) => LZMA_PROG_ERROR,
        lzma_end(t.stream()) => (),
        lzma_get_progress(t.stream(), &mut t.numbers[0], &mut t.numbers[1]) => (),
        lzma_get_check(t.stream()) => LZMA_CHECK_NONE,
        lzma_memusage(t.stream()) => 0,
        lzma_memlimit_get(t.stream()) => 0,
        lzma_memlimit_set(t.stream(), 1 << 30) => LZMA_PROG_ERROR,
        lzma_filters_update(t.stream(), t.chain()) => LZMA_PROG_ERROR,
        lzma_easy_encoder(t.stream(), 0, LZMA_CHECK_CRC32) => LZMA_PROG_ERROR,
        lzma_stream_encoder(t.stream(), t.chain(), LZMA_CHECK_CRC32) => LZMA_PROG_ERROR,
        lzma_stream_encoder_mt(t.stream(), &t.mt) => LZMA_PROG_ERROR,
        lzma_alone_encoder(t.stream(), &t.lzma) => LZMA_PROG_ERROR,
        lzma_microlzma_encoder(t.stream(), &t.lzma) => LZMA_PROG_ERROR,
        lzma_raw_encoder(t.stream(), t.chain()) => LZMA_PROG_ERROR,
        lzma_block_encoder(t.stream(), &mut t.block) => LZMA_PROG_ERROR,
        lzma_index_encoder(t.stream(), t.indexes[0]) => LZMA_PROG_ERROR,
        lzma_stream_decoder(t.stream(), u64::MAX, 0) => LZMA_PROG_ERROR,
        lzma_stream_decoder_mt(t.stream(), &t.mt) => LZMA_PROG_ERROR,
        lzma_auto_decoder(t.stream(), u64::MAX, 0) => LZMA_PROG_ERROR,
        lzma_alone_decoder(t.stream(), u64::MAX) => LZMA_PROG_ERROR,
        lzma_lzip_decoder(t.stream(), u64::MAX, 0) => LZMA_PROG_ERROR,
        lzma_microlzma_decoder(t.stream(), 50, 90, 1, 4096) => LZMA_PROG_ERROR,
        lzma_raw_decoder(t.stream(), t.chain()) => LZMA_PROG_ERROR,
        lzma_block_decoder(t.stream(), &mut t.block) => LZMA_PROG_ERROR,
        lzma_index_decoder(t.stream(), &mut t.place, u64::MAX) => LZMA_PROG_ERROR,
        lzma_file_info_decoder(t.stream(), &mut t.place, u64::MAX, 100) => LZMA_PROG_ERROR,
        rlzma_set_cancellable(t.stream(), 1) => LZMA_PROG_ERROR,
        rlzma_cancel(t.stream()) => (),
    }
}

#[rustfmt::skip] // one row each
fn buffers() -> Vec<Entry> {
    entries! { t:
        lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, t.allocator(), t.file(), 9, t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_stream_buffer_encode(t.chain(), LZMA_CHECK_CRC32, t.allocator(), t.file(), 9, t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_stream_buffer_decode(t.number(), 0, t.allocator(), t.file(), t.in_pos(), ROOM, t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_raw_buffer_encode(t.chain(), t.allocator(), t.file(), 9, t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_raw_buffer_decode(t.chain(), t.allocator(), t.file(), t.in_pos(), ROOM, t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_block_buffer_encode(&mut t.block, t.allocator(), t.file(), 9, t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_block_uncomp_encode(&mut t.block, t.file(), 9, t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_block_buffer_decode(&mut t.block, t.allocator(), t.file(), t.in_pos(), ROOM, t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_stream_buffer_bound(9) => 0,
        lzma_block_buffer_bound(9) => 0,
        lzma_vli_encode(9, null_mut(), t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_vli_decode(t.number(), null_mut(), t.file(), t.in_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_crc32(t.file(), ROOM, 77) => 77,
        lzma_crc64(t.file(), ROOM, 77) => 77,
        lzma_bcj_arm64_encode(0, t.out(), ROOM) => 0,
        lzma_bcj_arm64_decode(0, t.out(), ROOM) => 0,
        lzma_bcj_riscv_encode(0, t.out(), ROOM) => 0,
        lzma_bcj_riscv_decode(0, t.out(), ROOM) => 0,
        lzma_bcj_x86_encode(0, t.out(), ROOM) => 0,
        lzma_bcj_x86_decode(0, t.out(), ROOM) => 0,
        lzma_physmem() => 0,
        lzma_cputhreads() => 0,
    }
}

#[rustfmt::skip] // one row each
fn fields() -> Vec<Entry> {
    entries! { t:
        lzma_stream_header_encode(&t.flags, t.out()) => LZMA_PROG_ERROR,
        lzma_stream_footer_encode(&t.flags, t.out()) => LZMA_PROG_ERROR,
        lzma_stream_header_decode(&mut t.flags, t.file()) => LZMA_PROG_ERROR,
        lzma_stream_footer_decode(&mut t.flags, t.file()) => LZMA_PROG_ERROR,
        lzma_stream_flags_compare(&t.flags, &t.flags) => LZMA_PROG_ERROR,
        lzma_block_header_size(&mut t.block) => LZMA_PROG_ERROR,
        lzma_block_header_encode(&t.block, t.out()) => LZMA_PROG_ERROR,
        lzma_block_header_decode(&mut t.block, t.allocator(), t.file().add(12)) => LZMA_PROG_ERROR,
        lzma_block_compressed_size(&mut t.block, 100) => LZMA_PROG_ERROR,
        lzma_block_unpadded_size(&t.block) => 0,
        lzma_block_total_size(&t.block) => 0,
        lzma_filters_copy(t.chain(), [END; LZMA_FILTERS_MAX + 1].as_mut_ptr(), t.allocator()) => LZMA_PROG_ERROR,
        lzma_properties_size(&mut 0, t.chain()) => LZMA_PROG_ERROR,
        lzma_properties_encode(t.chain(), t.out()) => LZMA_PROG_ERROR,
        lzma_properties_decode(&mut filter(), t.allocator(), t.file(), 1) => LZMA_PROG_ERROR,
        lzma_filter_flags_size(&mut 0, t.chain()) => LZMA_PROG_ERROR,
        lzma_filter_flags_encode(t.chain(), t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_filter_flags_decode(&mut filter(), t.allocator(), t.file(), t.in_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_str_to_filters(c"x86".as_ptr(), null_mut(), [END; LZMA_FILTERS_MAX + 1].as_mut_ptr(), 0, t.allocator()) => message if !message.is_null(),
        lzma_str_from_filters(&mut t.text, t.chain(), 0, t.allocator()) => LZMA_PROG_ERROR,
        lzma_str_list_filters(&mut t.text, LZMA_VLI_UNKNOWN, 0, t.allocator()) => LZMA_PROG_ERROR,
        lzma_lzma_preset(&mut t.lzma, 0) => 1,
        lzma_easy_encoder_memusage(0) => u64::MAX,
        lzma_easy_decoder_memusage(0) => u64::MAX,
        lzma_raw_encoder_memusage(t.chain()) => u64::MAX,
        lzma_raw_decoder_memusage(t.chain()) => u64::MAX,
        lzma_stream_encoder_mt_memusage(&t.mt) => u64::MAX,
        lzma_mt_block_size(t.chain()) => u64::MAX,
    }
}

/// A place for a filter that is decoded.
fn filter() -> lzma_filter {
    lzma_filter { id: LZMA_FILTER_LZMA2, ..END }
}

#[rustfmt::skip] // one row each
fn indexes() -> Vec<Entry> {
    entries! { t:
        lzma_index_memusage(1, 1) => u64::MAX,
        lzma_index_memused(t.indexes[0]) => 0,
        lzma_index_init(t.allocator()) => index if index.is_null(),
        lzma_index_end(t.indexes[0], t.allocator()) => (),
        lzma_index_append(t.indexes[0], t.allocator(), 100, 5) => LZMA_PROG_ERROR,
        lzma_index_stream_flags(t.indexes[0], &t.flags) => LZMA_PROG_ERROR,
        lzma_index_checks(t.indexes[0]) => 0,
        lzma_index_stream_padding(t.indexes[0], 4) => LZMA_PROG_ERROR,
        lzma_index_stream_count(t.indexes[0]) => 0,
        lzma_index_block_count(t.indexes[0]) => 0,
        lzma_index_size(t.indexes[0]) => 0,
        lzma_index_stream_size(t.indexes[0]) => 0,
        lzma_index_total_size(t.indexes[0]) => 0,
        lzma_index_file_size(t.indexes[0]) => 0,
        lzma_index_uncompressed_size(t.indexes[0]) => 0,
        lzma_index_cat(t.indexes[0], t.indexes[1], t.allocator()) => LZMA_PROG_ERROR,
        lzma_index_dup(t.indexes[0], t.allocator()) => index if index.is_null(),
        lzma_index_buffer_encode(t.indexes[0], t.out(), t.out_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_index_buffer_decode(&mut t.place, t.number(), t.allocator(), t.file(), t.in_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_index_iter_next(&mut t.iter, LZMA_INDEX_ITER_ANY) => 1,
        lzma_index_iter_locate(&mut t.iter, 1) => 1,
        lzma_index_hash_init(t.hash, t.allocator()) => hash if hash.is_null(),
        lzma_index_hash_end(t.hash, t.allocator()) => (),
        lzma_index_hash_append(t.hash, 100, 5) => LZMA_PROG_ERROR,
        lzma_index_hash_decode(t.hash, t.file(), t.in_pos(), ROOM) => LZMA_PROG_ERROR,
        lzma_index_hash_size(t.hash) => 0,
    }
}

/// The functions of `rlzma.h`, but for those of streams.
#[rustfmt::skip] // one row each
fn own() -> Vec<Entry> {
    entries! { t:
        rlzma_error_text(&t.error, t.out().cast(), ROOM) => 0,
        rlzma_reader_open(&mut t.reader_place, &RLZMA_SOURCE_INIT, null(), &mut t.error) => LZMA_PROG_ERROR,
        rlzma_reader_open_fd(&mut t.reader_place, 0, null(), &mut t.error) => LZMA_PROG_ERROR,
        rlzma_reader_open_buffer(&mut t.reader_place, t.file(), ROOM, null(), &mut t.error) => LZMA_PROG_ERROR,
        rlzma_reader_size(t.reader) => 0,
        rlzma_reader_index(t.reader) => index if index.is_null(),
        rlzma_reader_read(t.reader, 0, t.out(), 9, t.out_pos(), &mut t.error) => LZMA_PROG_ERROR,
        rlzma_reader_verify(t.reader, 1, None, null_mut(), &mut t.error) => LZMA_PROG_ERROR,
        rlzma_reader_cancel(t.reader) => (),
        rlzma_reader_close(t.reader) => (),
        rlzma_size(t.number(), &RLZMA_SOURCE_INIT, u64::MAX, t.allocator(), &mut t.error) => LZMA_PROG_ERROR,
        rlzma_size_fd(t.number(), 0, u64::MAX, t.allocator(), &mut t.error) => LZMA_PROG_ERROR,
        rlzma_size_buffer(t.number(), t.file(), ROOM, u64::MAX, t.allocator(), &mut t.error) => LZMA_PROG_ERROR,
        rlzma_set_threads(1) => LZMA_OPTIONS_ERROR,
        rlzma_threads() => 1,
        rlzma_set_memory(1 << 30) => (),
        rlzma_memory() => 0,
    }
}

fn entries() -> Vec<Entry> {
    [streams(), buffers(), fields(), indexes(), own()].concat()
}

#[test]
fn every_function_is_called() {
    let called: BTreeSet<_> = entries().into_iter().map(|entry| entry.0).collect();
    let listed = FUNCTIONS.iter().chain(OWN_FUNCTIONS).map(|function| function.name);
    let listed: BTreeSet<_> = listed.filter(|name| !UNGUARDED.contains(name)).collect();
    let either: Vec<_> = called.symmetric_difference(&listed).collect();
    assert!(either.is_empty(), "with no panic, or no function: {either:?}");
}

#[test]
fn every_function_catches_a_panic() {
    let _turn = alone();
    super::prepare();
    rlzma_test_panic(0);
    for (name, call) in entries() {
        let allocator = Allocator::new();
        let mut things = Things::new(&allocator);
        let (file, chain) = (things.file, things.filters.map(|filter| filter.id));
        rlzma_test_panic_at_entry(true);
        let is_refused = call(&mut things);
        assert!(!rlzma_test_panic_at_entry(false), "{name}: no panic");
        assert!(is_refused, "{name}: another answer");
        assert_eq!((things.out, things.positions), ([0; ROOM], [0; 2]), "{name} has written");
        assert!(things.file == file && things.filters.map(|filter| filter.id) == chain, "{name}");
        let places = [things.place.cast::<u8>(), things.reader_place.cast()];
        assert_eq!(places, [ptr::null_mut(); 2], "{name} has made something");
        drop(things);
        allocator.check();
    }
}
