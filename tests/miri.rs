//! Everything that the C boundary and the memory beneath it do, on data so
//! small that Miri (`scripts/miri`) can follow it: it sees reads of what is
//! not initialised, accesses out of bounds and after a free, pointers that
//! were invalidated, data races and leaks. What is initialised of structures
//! is the subject of `tests/uninitialised.rs`, and when they are given back that
//! of `tests/lent_memory.rs`.

use rlzma::ffi::*;
use std::alloc::{Layout, alloc, dealloc};
use std::ffi::{CStr, c_void};
use std::mem::{MaybeUninit, zeroed};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

fn data(size: usize) -> Vec<u8> {
    (0..size as u32).map(|i| ((i * i) >> 5) as u8).collect()
}

const END: lzma_filter = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

fn filter<T>(id: lzma_vli, options: &mut T) -> lzma_filter {
    lzma_filter { id, options: ptr::from_mut(options).cast() }
}

fn options(mf: lzma_match_finder, mode: lzma_mode) -> lzma_options_lzma {
    // SAFETY: zeros are a value of the structure, and a preset is set there.
    let mut options: lzma_options_lzma = unsafe { zeroed() };
    // SAFETY: as above.
    assert_eq!(unsafe { lzma_lzma_preset(&mut options, 0) }, 0);
    options.dict_size = LZMA_DICT_SIZE_MIN;
    (options.mf, options.mode) = (mf, mode);
    (options.lc, options.pb) = (0, 0); // fewest probabilities
    options
}

fn small() -> lzma_options_lzma {
    options(LZMA_MF_HC3, LZMA_MODE_FAST)
}

/// A stream that is somewhere else in each call, as it is when the structure
/// that it is a member of moves; ended when it is dropped.
struct Stream(Option<Box<lzma_stream>>);

impl Stream {
    fn new(allocator: *const lzma_allocator) -> Stream {
        Stream(Some(Box::new(lzma_stream { allocator, ..LZMA_STREAM_INIT })))
    }

    fn moved(&mut self) -> &mut lzma_stream {
        let copy = self.0.take().map(|old| Box::new(*old));
        self.0.insert(copy.expect("always there"))
    }

    /// Codes `input`, `step` bytes of it a call, into room for as many bytes,
    /// which are not initialised.
    fn code(&mut self, input: &[u8], step: usize, last: lzma_action) -> (lzma_ret, Vec<u8>) {
        let (mut given, mut output) = (0, Vec::new());
        loop {
            let chunk: Box<[u8]> = input[given..][..step.min(input.len() - given)].into();
            let mut room = vec![MaybeUninit::<u8>::uninit(); step].into_boxed_slice();
            let action = if given + chunk.len() == input.len() { last } else { LZMA_RUN };
            let strm = self.moved();
            (strm.next_in, strm.avail_in) = (chunk.as_ptr(), chunk.len());
            (strm.next_out, strm.avail_out) = (room.as_mut_ptr().cast(), step);
            // SAFETY: the buffers are as large as said.
            let ret = unsafe { lzma_code(strm, action) };
            given += chunk.len() - strm.avail_in;
            let written = &room[..step - strm.avail_out];
            // SAFETY: so many bytes were written.
            output.extend(written.iter().map(|byte| unsafe { byte.assume_init() }));
            match ret {
                LZMA_OK => {}
                LZMA_SEEK_NEEDED => given = usize::try_from(strm.seek_pos).expect("in the file"),
                _ => return (ret, output),
            }
        }
    }

    /// Codes to the end, which must be good.
    fn whole(&mut self, input: &[u8], step: usize) -> Vec<u8> {
        let (ret, output) = self.code(input, step, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);
        output
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the stream is this library's.
        unsafe { lzma_end(self.moved()) };
    }
}

#[test]
fn flushes_and_single_bytes() {
    let input = data(120);
    // SAFETY: zeros are a value of the structure.
    let mut delta: lzma_options_delta = unsafe { zeroed() };
    delta.dist = 2;
    let mut lzma = small();
    let chain = [filter(LZMA_FILTER_DELTA, &mut delta), filter(LZMA_FILTER_LZMA2, &mut lzma), END];
    let mut stream = Stream::new(ptr::null());
    // SAFETY: the chain is valid.
    let ret = unsafe { lzma_stream_encoder(stream.moved(), chain.as_ptr(), LZMA_CHECK_CRC64) };
    assert_eq!(ret, LZMA_OK);
    let mut file = Vec::new();
    let parts = [(0, LZMA_SYNC_FLUSH), (40, LZMA_FULL_FLUSH), (80, LZMA_FINISH)];
    for (start, action) in parts {
        let (ret, bytes) = stream.code(&input[start..][..40], 1, action);
        assert_eq!(ret, LZMA_STREAM_END);
        file.extend(bytes);
        if action == LZMA_FULL_FLUSH {
            // SAFETY: the chain is valid.
            let ret = unsafe { lzma_filters_update(stream.moved(), chain.as_ptr()) };
            assert_eq!(ret, LZMA_OK);
        }
    }
    for step in [1, 1000] {
        // SAFETY: the stream is this library's.
        let ret = unsafe { lzma_stream_decoder(stream.moved(), u64::MAX, LZMA_CONCATENATED) };
        assert_eq!(ret, LZMA_OK);
        assert_eq!(stream.whole(&file, step), input);
    }
}

#[test]
fn match_finders() {
    let input = [data(60), data(60)].concat();
    for (mf, mode) in [
        (LZMA_MF_HC4, LZMA_MODE_FAST),
        (LZMA_MF_BT3, LZMA_MODE_FAST),
        (LZMA_MF_BT4, LZMA_MODE_NORMAL),
    ] {
        let mut lzma = options(mf, mode);
        let dictionary = data(30);
        lzma.preset_dict = dictionary.as_ptr();
        lzma.preset_dict_size = 30;
        let id = if mode == LZMA_MODE_FAST { LZMA_FILTER_LZMA1 } else { LZMA_FILTER_LZMA2 };
        let chain = [filter(id, &mut lzma), END];
        let mut stream = Stream::new(ptr::null());
        // SAFETY: the chain is valid.
        let ret = unsafe { lzma_raw_encoder(stream.moved(), chain.as_ptr()) };
        assert_eq!(ret, LZMA_OK);
        let bytes = stream.whole(&input, 50);
        // SAFETY: as above.
        let ret = unsafe { lzma_raw_decoder(stream.moved(), chain.as_ptr()) };
        assert_eq!(ret, LZMA_OK);
        assert_eq!(stream.whole(&bytes, 50), input);
    }
}

#[test]
fn branch_filters() {
    let input = data(100);
    let mut bcj = [lzma_options_bcj { start_offset: 32 }; 3];
    for first in [LZMA_FILTER_X86, LZMA_FILTER_ARM, LZMA_FILTER_SPARC] {
        let mut lzma = small();
        let mut chain = [END; 5];
        let ids = first..LZMA_FILTER_RISCV + 1;
        for ((id, options), place) in ids.zip(&mut bcj).zip(&mut chain) {
            *place = filter(id, options);
        }
        let last = filter(LZMA_FILTER_LZMA2, &mut lzma);
        *chain.iter_mut().find(|place| place.id == LZMA_VLI_UNKNOWN).expect("room") = last;
        let mut stream = Stream::new(ptr::null());
        // SAFETY: the chain is valid.
        let ret = unsafe { lzma_raw_encoder(stream.moved(), chain.as_ptr()) };
        assert_eq!(ret, LZMA_OK);
        let bytes = stream.whole(&input, 33);
        // SAFETY: as above.
        let ret = unsafe { lzma_raw_decoder(stream.moved(), chain.as_ptr()) };
        assert_eq!(ret, LZMA_OK);
        assert_eq!(stream.whole(&bytes, 33), input);
    }
    let mut bytes = input.clone();
    // SAFETY: the buffer is as large as said.
    unsafe {
        let done = lzma_bcj_x86_encode(0, bytes.as_mut_ptr(), 100);
        assert_eq!(lzma_bcj_x86_decode(0, bytes.as_mut_ptr(), 100), done);
        let done = lzma_bcj_arm64_encode(4, bytes.as_mut_ptr(), 100);
        assert_eq!(lzma_bcj_arm64_decode(4, bytes.as_mut_ptr(), 100), done);
        let done = lzma_bcj_riscv_encode(2, bytes.as_mut_ptr(), 100);
        assert_eq!(lzma_bcj_riscv_decode(2, bytes.as_mut_ptr(), 100), done);
    }
    assert_eq!(bytes, input);
}

/// A stream is used for one format after the other.
#[test]
fn files_of_all_formats() {
    let xz = &include_bytes!("vectors/good-1-check-sha256.xz")[..];
    let lz = &include_bytes!("vectors/good-1-v1.lz")[..];
    let lzma = &include_bytes!("vectors/good-known_size-without_eopm.lzma")[..];
    let mut stream = Stream::new(ptr::null());
    let mut decoded = Vec::new();
    // SAFETY: the stream is this library's.
    unsafe {
        assert_eq!(lzma_stream_decoder(stream.moved(), u64::MAX, 0), LZMA_OK);
        decoded.push(stream.whole(xz, 7));
        assert_eq!(lzma_lzip_decoder(stream.moved(), u64::MAX, 0), LZMA_OK);
        decoded.push(stream.whole(lz, 7));
        assert_eq!(lzma_alone_decoder(stream.moved(), u64::MAX), LZMA_OK);
        decoded.push(stream.whole(lzma, 7));
        for (file, plain) in [xz, lz, lzma].into_iter().zip(&decoded) {
            assert_eq!(lzma_auto_decoder(stream.moved(), u64::MAX, 0), LZMA_OK);
            assert_eq!(stream.whole(file, 100), *plain);
        }
        // A limit that is too low, and is raised.
        assert_eq!(lzma_stream_decoder(stream.moved(), 1, LZMA_TELL_ANY_CHECK), LZMA_OK);
        assert_eq!(stream.code(xz, 100, LZMA_FINISH).0, LZMA_GET_CHECK);
        assert_eq!(lzma_get_check(stream.moved()), LZMA_CHECK_SHA256);
        assert_eq!(stream.code(&xz[12..], 100, LZMA_FINISH).0, LZMA_MEMLIMIT_ERROR);
        let need = lzma_memusage(stream.moved());
        assert_eq!(lzma_memlimit_set(stream.moved(), need), LZMA_OK);
        assert_eq!(lzma_memlimit_get(stream.moved()), need);
        let (mut taken, mut written) = (0, 0);
        lzma_get_progress(stream.moved(), &mut taken, &mut written);
    }
}

/// A file of three Blocks, encoded by two threads.
fn threaded_file(stream: &mut Stream, input: &[u8]) -> Vec<u8> {
    let mut lzma = small();
    let chain = [filter(LZMA_FILTER_LZMA2, &mut lzma), END];
    // SAFETY: zeros are a value of the structure.
    let mut options: lzma_mt = unsafe { zeroed() };
    options.threads = 2;
    options.block_size = (input.len() as u64).div_ceil(3);
    options.filters = chain.as_ptr();
    options.check = LZMA_CHECK_CRC32;
    // SAFETY: the options are valid.
    assert_eq!(unsafe { lzma_stream_encoder_mt(stream.moved(), &options) }, LZMA_OK);
    stream.whole(input, 40)
}

fn start_threaded_decoder(stream: &mut Stream) {
    // SAFETY: zeros are a value of the structure.
    let mut options: lzma_mt = unsafe { zeroed() };
    options.threads = 2;
    options.memlimit_threading = u64::MAX;
    options.memlimit_stop = u64::MAX;
    // SAFETY: the options are valid.
    assert_eq!(unsafe { lzma_stream_decoder_mt(stream.moved(), &options) }, LZMA_OK);
}

#[test]
fn threads() {
    let input = data(90);
    let mut stream = Stream::new(ptr::null());
    let file = threaded_file(&mut stream, &input);
    for step in [25, 1000] {
        start_threaded_decoder(&mut stream);
        assert_eq!(stream.whole(&file, step), input);
    }
    // An error in a Block: what came before is put out.
    let mut bad = file.clone();
    bad[70] ^= 1;
    start_threaded_decoder(&mut stream);
    let (ret, output) = stream.code(&bad, 1000, LZMA_FINISH);
    assert_eq!(ret, LZMA_DATA_ERROR);
    assert!(input.starts_with(&output));
    // Ended while threads are at work.
    start_threaded_decoder(&mut stream);
    let strm = stream.moved();
    let mut room = [MaybeUninit::<u8>::uninit(); 5];
    (strm.next_in, strm.avail_in) = (file.as_ptr(), file.len());
    (strm.next_out, strm.avail_out) = (room.as_mut_ptr().cast(), 5);
    // SAFETY: the buffers are as large as said.
    assert_eq!(unsafe { lzma_code(strm, LZMA_RUN) }, LZMA_OK);
}

#[test]
fn indexes() {
    let (none, many) = (ptr::null(), 530); // more than one group of Records
    // SAFETY: the Indexes are valid until they are ended.
    unsafe {
        let [a, b, c, d] = [0; 4].map(|_| lzma_index_init(none));
        for i in 0..5 {
            assert_eq!(lzma_index_append(a, none, 20 + i, 100 * i), LZMA_OK);
            assert_eq!(lzma_index_append(b, none, 50 + i, i), LZMA_OK);
            assert_eq!(lzma_index_append(c, none, 60 + i, 3), LZMA_OK);
        }
        for i in 0..many {
            assert_eq!(lzma_index_append(d, none, 20 + i, 100 * i), LZMA_OK);
        }
        let mut flags: lzma_stream_flags = zeroed();
        flags.backward_size = LZMA_VLI_UNKNOWN;
        assert_eq!(lzma_index_stream_flags(a, &flags), LZMA_OK);
        assert_eq!(lzma_index_stream_padding(a, 8), LZMA_OK);
        assert_eq!(lzma_index_cat(b, c, none), LZMA_OK);
        let mut iter = MaybeUninit::uninit();
        lzma_index_iter_init(iter.as_mut_ptr(), a);
        assert_eq!(lzma_index_iter_next(iter.as_mut_ptr(), LZMA_INDEX_ITER_BLOCK), 0);
        assert_eq!(lzma_index_cat(a, b, none), LZMA_OK);
        // The values that the iterator has shown are still there, and it goes on.
        assert_eq!((*(*iter.as_ptr()).stream.flags).check, LZMA_CHECK_NONE);
        let mut blocks = 1;
        while lzma_index_iter_next(iter.as_mut_ptr(), LZMA_INDEX_ITER_BLOCK) == 0 {
            blocks += 1;
        }
        assert_eq!(blocks, 15);
        assert_eq!(lzma_index_iter_locate(iter.as_mut_ptr(), 200), 0);
        assert_eq!(lzma_index_cat(a, d, none), LZMA_OK);
        let copy = lzma_index_dup(a, none);
        lzma_index_end(a, none);
        assert_eq!(lzma_index_block_count(copy), 15 + many);
        assert_eq!(lzma_index_stream_count(copy), 4);
        lzma_index_end(copy, none);
    }
}

#[test]
fn encoded_indexes() {
    let none = ptr::null();
    let mut stream = Stream::new(none);
    // SAFETY: the Indexes are valid until they are ended.
    unsafe {
        let index = lzma_index_init(none);
        let hash = lzma_index_hash_init(ptr::null_mut(), none);
        for i in 0..5 {
            assert_eq!(lzma_index_append(index, none, 40 + i, 100 * i), LZMA_OK);
            assert_eq!(lzma_index_hash_append(hash, 40 + i, 100 * i), LZMA_OK);
        }
        assert_eq!(lzma_index_encoder(stream.moved(), index), LZMA_OK);
        let bytes = stream.whole(&[], 3);
        assert_eq!(bytes.len() as u64, lzma_index_size(index));
        let mut decoded = ptr::null_mut();
        assert_eq!(lzma_index_decoder(stream.moved(), &mut decoded, u64::MAX), LZMA_OK);
        assert!(stream.whole(&bytes, 3).is_empty());
        assert_eq!(lzma_index_block_count(decoded), 5);
        lzma_index_end(decoded, none);
        // One that is decoded, but never taken.
        assert_eq!(lzma_index_decoder(stream.moved(), &mut decoded, u64::MAX), LZMA_OK);
        assert_eq!(stream.code(&bytes[..9], 3, LZMA_RUN).0, LZMA_BUF_ERROR);

        let mut at = 0;
        for byte in 0..bytes.len() {
            let ret = lzma_index_hash_decode(hash, bytes.as_ptr(), &mut at, byte + 1);
            let last = byte + 1 == bytes.len();
            assert_eq!(ret, if last { LZMA_STREAM_END } else { LZMA_OK });
        }
        lzma_index_hash_end(hash, none);
        lzma_index_end(index, none);
    }
}

#[test]
fn the_index_of_a_file() {
    let file = &include_bytes!("vectors/good-0catpad-empty.xz")[..];
    let mut stream = Stream::new(ptr::null());
    let mut index = ptr::null_mut();
    // SAFETY: the place is valid until the Index is there.
    unsafe {
        let size = file.len() as u64;
        let ret = lzma_file_info_decoder(stream.moved(), &mut index, u64::MAX, size);
        assert_eq!(ret, LZMA_OK);
        assert!(stream.whole(file, 16).is_empty());
        assert_eq!(lzma_index_stream_count(index), 2);
        lzma_index_end(index, ptr::null());
    }
}

#[test]
fn texts() {
    let none = ptr::null();
    // SAFETY: there is room for five filters, and texts are freed.
    unsafe {
        let (mut filters, mut error_pos, mut text) = ([END; 5], 0, ptr::null_mut());
        let from = c"x86:start=16 delta:dist=4 lzma2:preset=1,lc=0".as_ptr();
        let to = filters.as_mut_ptr();
        assert!(lzma_str_to_filters(from, &mut error_pos, to, 0, none).is_null());
        let flags = LZMA_STR_ENCODER;
        assert_eq!(lzma_str_from_filters(&mut text, to, flags, none), LZMA_OK);
        assert!(CStr::from_ptr(text).to_str().is_ok_and(|text| text.contains("lc=0")));
        libc::free(text.cast());
        lzma_filters_free(to, none);
        let message = lzma_str_to_filters(c"lzma2:lc=9".as_ptr(), &mut error_pos, to, 0, none);
        assert!(!CStr::from_ptr(message).is_empty());
        let flags = LZMA_STR_ENCODER | LZMA_STR_ALL_FILTERS;
        assert_eq!(lzma_str_list_filters(&mut text, LZMA_VLI_UNKNOWN, flags, none), LZMA_OK);
        libc::free(text.cast());
    }
}

/// Counts down to an allocation that fails, and counts what is not freed.
struct Countdown {
    until_failure: AtomicUsize,
    live: AtomicUsize,
}

/// Stands before each allocation, and tells its size.
const HEADER: usize = 16;

unsafe extern "C" fn take(countdown: *mut c_void, _: usize, size: usize) -> *mut c_void {
    // SAFETY: what `without_memory` has put there.
    let countdown = unsafe { &*countdown.cast::<Countdown>() };
    if countdown.until_failure.fetch_sub(1, Ordering::Relaxed) == 1 {
        return ptr::null_mut();
    }
    countdown.live.fetch_add(1, Ordering::Relaxed);
    let layout = Layout::from_size_align(size + HEADER, HEADER).expect("a small size");
    // SAFETY: the size is not 0, and there is room for the header.
    unsafe {
        let place = alloc(layout);
        place.cast::<usize>().write(size);
        place.add(HEADER).cast()
    }
}

unsafe extern "C" fn give_back(countdown: *mut c_void, bytes: *mut c_void) {
    if bytes.is_null() {
        return;
    }
    // SAFETY: what `without_memory` has put there, and what `take` returned.
    unsafe {
        (*countdown.cast::<Countdown>()).live.fetch_sub(1, Ordering::Relaxed);
        let place = bytes.cast::<u8>().sub(HEADER);
        let size = place.cast::<usize>().read();
        dealloc(place, Layout::from_size_align_unchecked(size + HEADER, HEADER));
    }
}

/// Calls `body` with an allocator whose first allocation fails, then with one
/// whose second does, and so on until it says that none has failed. Nothing
/// may be left when it returns.
fn without_memory(body: impl Fn(*const lzma_allocator) -> lzma_ret) {
    for n in 1..50 {
        let countdown = Countdown { until_failure: n.into(), live: 0.into() };
        let opaque = (&raw const countdown).cast_mut().cast();
        let allocator = lzma_allocator { alloc: Some(take), free: Some(give_back), opaque };
        let ret = body(&raw const allocator);
        assert_eq!(countdown.live.load(Ordering::Relaxed), 0, "allocation {n}");
        if countdown.until_failure.load(Ordering::Relaxed) as isize > 0 {
            assert_ne!(ret, LZMA_MEM_ERROR);
            assert!(n > 1, "nothing is allocated");
            return;
        }
        assert_eq!(ret, LZMA_MEM_ERROR, "allocation {n}");
    }
    panic!("more than 50 allocations");
}

#[test]
fn encoders_without_memory() {
    let input = data(20);
    without_memory(|allocator| {
        let mut lzma = small();
        // SAFETY: zeros are a value of the structure.
        let mut delta: lzma_options_delta = unsafe { zeroed() };
        delta.dist = 2;
        let chain =
            [filter(LZMA_FILTER_DELTA, &mut delta), filter(LZMA_FILTER_LZMA2, &mut lzma), END];
        let mut stream = Stream::new(allocator);
        // SAFETY: the chain is valid.
        let ret = unsafe { lzma_stream_encoder(stream.moved(), chain.as_ptr(), LZMA_CHECK_CRC32) };
        if ret != LZMA_OK { ret } else { stream.code(&input, 100, LZMA_FINISH).0 }
    });
}

#[test]
fn decoders_without_memory() {
    let file = &include_bytes!("vectors/good-1-delta-lzma2.tiff.xz")[..200];
    without_memory(|allocator| {
        let mut stream = Stream::new(allocator);
        // SAFETY: the stream is this library's.
        let ret = unsafe { lzma_stream_decoder(stream.moved(), u64::MAX, 0) };
        if ret != LZMA_OK { ret } else { stream.code(file, 100, LZMA_RUN).0 }
    });
    let index = [0, 2, 40, 100, 41, 100, 0, 0];
    without_memory(|allocator| {
        let (mut place, mut stream) = (ptr::null_mut(), Stream::new(allocator));
        // SAFETY: the place is valid until the coder is done.
        let ret = unsafe { lzma_index_decoder(stream.moved(), &mut place, u64::MAX) };
        if ret != LZMA_OK { ret } else { stream.code(&index, 100, LZMA_RUN).0 }
    });
}

#[test]
fn threads_without_memory() {
    let input = data(40);
    let file = threaded_file(&mut Stream::new(ptr::null()), &input);
    without_memory(|allocator| {
        let mut stream = Stream::new(allocator);
        // SAFETY: zeros are a value of the structure.
        let mut options: lzma_mt = unsafe { zeroed() };
        options.threads = 2;
        options.memlimit_threading = u64::MAX;
        options.memlimit_stop = u64::MAX;
        // SAFETY: the options are valid.
        let ret = unsafe { lzma_stream_decoder_mt(stream.moved(), &options) };
        if ret != LZMA_OK { ret } else { stream.code(&file, 200, LZMA_FINISH).0 }
    });
}

#[test]
fn indexes_and_filters_without_memory() {
    // SAFETY: the Indexes are valid until they are ended.
    without_memory(|allocator| unsafe {
        let [a, b] = [0; 2].map(|_| lzma_index_init(allocator));
        let mut ret = if a.is_null() || b.is_null() { LZMA_MEM_ERROR } else { LZMA_OK };
        for index in [a, b] {
            if ret == LZMA_OK {
                ret = lzma_index_append(index, allocator, 40, 100);
            }
        }
        if ret == LZMA_OK {
            ret = lzma_index_cat(a, b, allocator);
            if ret == LZMA_OK {
                let copy = lzma_index_dup(a, allocator);
                ret = if copy.is_null() { LZMA_MEM_ERROR } else { LZMA_OK };
                lzma_index_end(copy, allocator);
                lzma_index_end(a, allocator);
                return ret;
            }
        }
        lzma_index_end(a, allocator);
        lzma_index_end(b, allocator);
        ret
    });
    // SAFETY: there is room for five filters.
    without_memory(|allocator| unsafe {
        let (mut filters, mut copy, mut text) = ([END; 5], [END; 5], ptr::null_mut());
        let (to, from) = (filters.as_mut_ptr(), c"delta lzma2:preset=6".as_ptr());
        if !lzma_str_to_filters(from, ptr::null_mut(), to, 0, allocator).is_null() {
            return LZMA_MEM_ERROR;
        }
        let mut ret = lzma_filters_copy(to, copy.as_mut_ptr(), allocator);
        if ret == LZMA_OK {
            ret = lzma_str_from_filters(&mut text, to, LZMA_STR_DECODER, allocator);
        }
        if !text.is_null() {
            give_back((*allocator).opaque, text.cast());
        }
        lzma_filters_free(copy.as_mut_ptr(), allocator);
        lzma_filters_free(to, allocator);
        ret
    });
}
