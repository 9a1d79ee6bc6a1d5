//! Memory at its edges: buffers that end where memory ends, or are said to be
//! endless; chains without an end; allocators with one function of two; memory that
//! is not there. Nothing is read that was not given, and nothing panics.

use std::ffi::{c_long, c_void};
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::ask::{assert_no_panic, both, same};
use crate::common::chain::{END, FilterChain, preset_options};
use crate::common::corpus::compress;
use crate::common::starts::INITS;
use crate::common::{Allocator, Lib, Plan, Rng, Stream, data, seeds, zeroed};
use rlzma::ffi::*;

/// Callers who know that there is room enough need not say how much.
#[test]
fn buffers_said_to_be_endless() {
    let plain = data::generate(data::Kind::Text, 5000, &mut Rng::new(1));
    let xz = compress(Lib::reference(), &plain, 1);
    for (avail_in, avail_out) in [
        (xz.len(), usize::MAX),
        (usize::MAX, plain.len()),
        (usize::MAX, usize::MAX),
        (isize::MAX as usize + 1, isize::MAX as usize),
    ] {
        let said = same("endless", |lib| {
            let mut stream = Stream::new(lib);
            let mut room = vec![0; plain.len()];
            INITS[0].1(lib, stream.as_mut_ptr());
            let strm = stream.as_mut();
            (strm.next_in, strm.avail_in) = (xz.as_ptr(), avail_in);
            (strm.next_out, strm.avail_out) = (room.as_mut_ptr(), avail_out);
            // SAFETY: the decoder neither needs more input nor more room.
            let ret = unsafe { (lib.lzma_code)(strm, LZMA_RUN) };
            (ret, avail_in - strm.avail_in, avail_out - strm.avail_out, room)
        });
        assert!(said == (LZMA_STREAM_END, xz.len(), plain.len(), plain.clone()));
    }
    let said = same("endless buffers", |lib| {
        let mut room = vec![0; plain.len()];
        let (mut limit, mut in_pos, mut out_pos) = (u64::MAX, 0, 0);
        // SAFETY: as above.
        let ret = unsafe {
            (lib.lzma_stream_buffer_decode)(
                &mut limit,
                0,
                ptr::null(),
                xz.as_ptr(),
                &mut in_pos,
                usize::MAX,
                room.as_mut_ptr(),
                &mut out_pos,
                usize::MAX,
            )
        };
        (ret, in_pos, out_pos, room)
    });
    assert!(said == (LZMA_OK, xz.len(), plain.len(), plain.clone()));
    let encoded = same("endless room", |lib| {
        let mut room = vec![0; xz.len() + 1000];
        let mut out_pos = 0;
        // SAFETY: the data needs less than there is.
        let ret = unsafe {
            (lib.lzma_easy_buffer_encode)(
                1,
                LZMA_CHECK_CRC64,
                ptr::null(),
                plain.as_ptr(),
                plain.len(),
                room.as_mut_ptr(),
                &mut out_pos,
                usize::MAX,
            )
        };
        (ret, out_pos, room)
    });
    assert_eq!(encoded.0, LZMA_OK);
}

/// Five filters and no end: nothing behind them may be read. They stand at
/// the end of a page with nothing behind it.
#[test]
fn chains_without_an_end() {
    let page = Page::new();
    let mut options = preset_options(0);
    let mut delta: lzma_options_delta = zeroed();
    delta.dist = 1;
    let lzma2 = lzma_filter { id: LZMA_FILTER_LZMA2, options: (&raw mut options).cast() };
    let delta = lzma_filter { id: LZMA_FILTER_DELTA, options: (&raw mut delta).cast() };
    let x86 = lzma_filter { id: LZMA_FILTER_X86, options: ptr::null_mut() };
    for filters in [[lzma2; 5], [delta; 5], [x86, delta, x86, lzma2, lzma2], [x86; 5]] {
        let ended = [filters[0], filters[1], filters[2], filters[3], filters[4], END];
        // The original looks behind five filters now and then.
        let want = refused(Lib::reference(), ended.as_ptr());
        let have = refused(Lib::ours(), page.put(&filters));
        assert_eq!(have, want);
    }
    assert_no_panic();
}

/// The answers of a library to a chain that is too long.
fn refused(lib: &Lib, filters: *const lzma_filter) -> Vec<u64> {
    let mut stream = Stream::new(lib);
    let strm = stream.as_mut_ptr();
    let mut copy = [END; 5];
    let mut block = lzma_block { filters: filters.cast_mut(), ..zeroed() };
    // SAFETY: the stream is one of this library; there are as many filters
    // as it reads.
    unsafe {
        let mut said = vec![
            (lib.lzma_raw_encoder_memusage)(filters),
            (lib.lzma_raw_decoder_memusage)(filters),
            (lib.lzma_raw_encoder)(strm, filters).0.into(),
            (lib.lzma_raw_decoder)(strm, filters).0.into(),
            (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_NONE).0.into(),
            (lib.lzma_filters_copy)(filters, copy.as_mut_ptr(), ptr::null()).0.into(),
            (lib.lzma_block_header_size)(&mut block).0.into(),
        ];
        let mut text = ptr::null_mut();
        said.push((lib.lzma_str_from_filters)(&mut text, filters, 0, ptr::null()).0.into());
        assert!(text.is_null());
        (lib.lzma_easy_encoder)(strm, 0, LZMA_CHECK_NONE);
        said.push((lib.lzma_filters_update)(strm, filters).0.into());
        said
    }
}

/// Memory with nothing behind it.
struct Page {
    start: *mut u8,
    size: usize,
}

unsafe extern "C" {
    fn mmap(
        at: *mut c_void,
        len: usize,
        prot: i32,
        flags: i32,
        fd: i32,
        off: c_long,
    ) -> *mut c_void;
    fn mprotect(at: *mut c_void, len: usize, prot: i32) -> i32;
    fn munmap(at: *mut c_void, len: usize) -> i32;
    fn malloc(size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
}

impl Page {
    fn new() -> Page {
        let size = 1 << 16;
        // SAFETY: a private anonymous mapping, readable and writable, whose
        // second half is then closed.
        unsafe {
            let start = mmap(ptr::null_mut(), 2 * size, 3, 0x22, -1, 0);
            assert_ne!(start.addr(), usize::MAX);
            assert_eq!(mprotect(start.byte_add(size), size, 0), 0);
            Page { start: start.cast(), size }
        }
    }

    /// A copy of `values` at the end.
    fn put<T: Copy>(&self, values: &[T]) -> *mut T {
        // SAFETY: the page is larger, and aligned for anything.
        unsafe {
            let place = self.start.add(self.size - mem::size_of_val(values)).cast::<T>();
            place.copy_from_nonoverlapping(values.as_ptr(), values.len());
            place
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // SAFETY: it was mapped so.
        unsafe { munmap(self.start.cast(), 2 * self.size) };
    }
}

/// No byte behind the input is read, and none behind the output written,
/// however close the buffers' ends are.
#[test]
fn buffers_at_the_end_of_memory() {
    both();
    let (pages, room) = ([Page::new(), Page::new()], Page::new());
    seeds(40, |rng| {
        let plain = data::any(3000, rng);
        let lib = Lib::ours();
        let mut stream = Stream::new(lib);
        let out = room.put(&vec![0_u8; plain.len() + 500]);
        let next_in = pages[0].put(&plain);
        let mut code = |init: fn(&Lib, *mut lzma_stream) -> lzma_ret, input, len, out, room| {
            assert_eq!(init(lib, stream.as_mut_ptr()), LZMA_OK);
            let strm = stream.as_mut();
            (strm.next_in, strm.avail_in) = (input, len);
            (strm.next_out, strm.avail_out) = (out, room);
            // SAFETY: the buffers are as long as said.
            let ret = unsafe { (lib.lzma_code)(strm, LZMA_FINISH) };
            assert_eq!(ret, LZMA_STREAM_END);
            strm.total_out as usize
        };
        let encoder = INITS.iter().find(|init| init.0 == "easy_encoder").unwrap().1;
        let len = code(encoder, next_in, plain.len(), out, plain.len() + 500);
        // SAFETY: so much was written there.
        let encoded = pages[1].put(unsafe { std::slice::from_raw_parts(out, len) });
        let out = room.put(&vec![0_u8; plain.len()]);
        let len = code(INITS[0].1, encoded, len, out, plain.len());
        // SAFETY: so much was written there.
        assert!(unsafe { std::slice::from_raw_parts(out, len) } == plain);
    });
    assert_no_panic();
}

static ALLOCS: AtomicUsize = AtomicUsize::new(0);
static FREES: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn counting_alloc(_: *mut c_void, count: usize, size: usize) -> *mut c_void {
    ALLOCS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: any size will do.
    unsafe { malloc(count * size) }
}

unsafe extern "C" fn counting_free(_: *mut c_void, memory: *mut c_void) {
    FREES.fetch_add(1, Ordering::Relaxed);
    // SAFETY: it came from malloc.
    unsafe { free(memory) };
}

/// Half an allocator is malloc or free in place of the other half.
#[test]
fn half_an_allocator() {
    let opaque = ptr::null_mut();
    let halves = [
        lzma_allocator { alloc: Some(counting_alloc), free: None, opaque },
        lzma_allocator { alloc: None, free: Some(counting_free), opaque },
        lzma_allocator { alloc: None, free: None, opaque },
    ];
    let plain = data::generate(data::Kind::Text, 3000, &mut Rng::new(1));
    let xz = compress(Lib::reference(), &plain, 1);
    let lib = Lib::ours();
    for half in &halves {
        let mut stream = Stream::new(lib);
        stream.as_mut().allocator = half;
        for (_, init) in INITS {
            stream.run(init, &xz, &Plan { capacity: 1 << 16, ..Plan::whole() });
        }
        // SAFETY: the Index is of this library and freed once.
        unsafe {
            let index = (lib.lzma_index_init)(half);
            assert_eq!((lib.lzma_index_append)(index, half, 5, 5), LZMA_OK);
            (lib.lzma_index_end)(index, half);
        }
    }
    assert!(ALLOCS.load(Ordering::Relaxed) > 10 && FREES.load(Ordering::Relaxed) > 10);
}

/// Dictionaries that there is no memory for.
#[test]
fn memory_that_is_not_there() {
    both();
    let lib = Lib::ours();
    for dict_size in [1 << 24, 1 << 30, 3 << 29] {
        let allocator = Allocator::with_limit(1 << 21);
        let mut stream = Stream::with_allocator(lib, &allocator);
        let strm = stream.as_mut_ptr();
        let mut options = preset_options(6);
        options.dict_size = dict_size;
        let chain = FilterChain::lzma(LZMA_FILTER_LZMA2, options);
        let checks = [
            // SAFETY: the stream is one of this library, and so on below.
            chain.with(|filters| unsafe { (lib.lzma_raw_encoder)(strm, filters) }),
            // SAFETY: see above.
            chain.with(|filters| unsafe { (lib.lzma_raw_decoder)(strm, filters) }),
            // SAFETY: see above.
            unsafe { (lib.lzma_alone_encoder)(strm, &options) },
            // SAFETY: see above.
            unsafe { (lib.lzma_microlzma_encoder)(strm, &options) },
        ];
        assert_eq!(checks, [LZMA_MEM_ERROR; 4], "{dict_size}");
        // SAFETY: see above.
        let code = unsafe { (lib.lzma_code)(strm, LZMA_FINISH) };
        assert_eq!(code, LZMA_PROG_ERROR);
        // Small coders still have room.
        assert_eq!(INITS[0].1(lib, strm), LZMA_OK);
    }
    assert_no_panic();
}

/// The largest dictionary that a header can ask for.
#[test]
fn headers_that_ask_for_gigabytes() {
    let mut alone = vec![0x5D];
    alone.extend(u32::MAX.to_le_bytes());
    alone.extend([0xFF; 8]);
    alone.extend([0; 50]);
    let lzip = [b"LZIP\x01\x1D".as_slice(), &[0; 50]].concat();
    both();
    for file in [alone, lzip] {
        let allocator = Allocator::with_limit(1 << 22);
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        // SAFETY: the driver gives streams of the library.
        let init = |lib: &Lib, strm| unsafe { (lib.lzma_auto_decoder)(strm, u64::MAX, 0) };
        let outcome = stream.run(init, &file, &Plan { capacity: 100, ..Plan::whole() });
        assert_eq!(outcome.last, LZMA_MEM_ERROR, "{outcome:?}");
    }
    assert_no_panic();
}
