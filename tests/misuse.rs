//! Arguments and sequences of calls that no careful program makes. Where the
//! original survives them, ours gives the same answers; everywhere, nothing
//! panics behind the C boundary and nothing is read that was not given.

mod common;

use std::ffi::c_void;
use std::mem::{self, MaybeUninit};
use std::panic;
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use common::chain::{END, FilterChain, preset_options};
use common::corpus::compress;
use common::{Allocator, Lib, Plan, Rng, Stream, data, seeds, zeroed};
use rlzma::ffi::*;

/// Panics of the library, even those that the C boundary has caught.
static PANICS: AtomicU32 = AtomicU32::new(0);

fn both() -> [&'static Lib; 2] {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if info.location().is_some_and(|place| !place.file().starts_with("tests/")) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            tell(info);
        }));
    });
    [Lib::reference(), Lib::ours()]
}

/// The answer of both libraries, which must be the same.
#[track_caller]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, mut ask: impl FnMut(&'static Lib) -> T) -> T {
    let [want, have] = both().map(&mut ask);
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "{what}: a panic was caught");
    assert_eq!(have, want, "{what}");
    have
}

/// Numbers at which something overflows or ends.
fn edge(rng: &mut Rng) -> u64 {
    let edges = [
        0,
        1,
        4,
        5,
        4095,
        4096,
        u64::from(u32::MAX),
        1 << 32,
        1 << 34,
        LZMA_VLI_MAX,
        LZMA_VLI_UNKNOWN,
        i64::MAX as u64,
        1 << 63,
        u64::MAX,
    ];
    let near = rng.below(3) as u64;
    match rng.below(3) {
        0 => rng.next_u64() >> rng.below(64),
        1 => rng.pick(&edges).wrapping_add(near),
        _ => rng.pick(&edges).wrapping_sub(near),
    }
}

#[test]
fn streams_without_a_coder() {
    let code = same("without a coder", |lib| {
        let mut strm = LZMA_STREAM_INIT;
        // SAFETY: the stream is as `LZMA_STREAM_INIT` makes it.
        unsafe {
            (lib.lzma_end)(ptr::null_mut());
            (lib.lzma_end)(&mut strm);
            (lib.lzma_end)(&mut strm);
            let set = (lib.lzma_memlimit_set)(&mut strm, 1);
            let sizes = ((lib.lzma_memusage)(&strm), (lib.lzma_memlimit_get)(&strm));
            ((lib.lzma_code)(&mut strm, LZMA_RUN), set, sizes)
        }
    });
    assert_eq!(code, (LZMA_PROG_ERROR, LZMA_PROG_ERROR, (0, 0)));

    // The original crashes for these.
    let lib = Lib::ours();
    let mut strm = LZMA_STREAM_INIT;
    let (mut taken, mut written) = (1, 1);
    // SAFETY: NULL, or a stream without a coder; the chain has its end.
    unsafe {
        assert_eq!((lib.lzma_code)(ptr::null_mut(), LZMA_RUN), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_memusage)(ptr::null()), 0);
        assert_eq!((lib.lzma_memlimit_get)(ptr::null()), 0);
        assert_eq!((lib.lzma_memlimit_set)(ptr::null_mut(), 1), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_get_check)(ptr::null()), LZMA_CHECK_NONE);
        assert_eq!((lib.lzma_get_check)(&strm), LZMA_CHECK_NONE);
        assert_eq!((lib.lzma_stream_decoder_mt)(&mut strm, ptr::null()), LZMA_PROG_ERROR);
        strm.total_in = 7;
        (lib.lzma_get_progress)(ptr::null_mut(), &mut taken, &mut written);
        (lib.lzma_get_progress)(&mut strm, &mut taken, &mut written);
        assert_eq!((taken, written), (7, 0));
        assert_eq!((lib.lzma_filters_update)(&mut strm, &END), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_filters_update)(ptr::null_mut(), &END), LZMA_PROG_ERROR);
    }
}

/// A way to start a coder with arguments that are fine.
type Init = (&'static str, fn(&Lib, *mut lzma_stream) -> lzma_ret);

// SAFETY of all: the stream is NULL or one of the library, and chains and
// options are as the structures demand.
const INITS: [Init; 12] = [
    // SAFETY: see above.
    ("stream_decoder", |lib, s| unsafe { (lib.lzma_stream_decoder)(s, u64::MAX, 0) }),
    // SAFETY: see above.
    ("auto_decoder", |lib, s| unsafe { (lib.lzma_auto_decoder)(s, u64::MAX, 0) }),
    // SAFETY: see above.
    ("alone_decoder", |lib, s| unsafe { (lib.lzma_alone_decoder)(s, u64::MAX) }),
    // SAFETY: see above.
    ("lzip_decoder", |lib, s| unsafe { (lib.lzma_lzip_decoder)(s, u64::MAX, 0) }),
    // SAFETY: see above.
    ("microlzma_decoder", |lib, s| unsafe { (lib.lzma_microlzma_decoder)(s, 50, 90, 1, 4096) }),
    ("raw_decoder", |lib, s| {
        // SAFETY: see above.
        FilterChain::preset(1).with(|filters| unsafe { (lib.lzma_raw_decoder)(s, filters) })
    }),
    ("stream_decoder_mt", |lib, s| {
        let options = lzma_mt {
            threads: 2,
            memlimit_threading: u64::MAX,
            memlimit_stop: u64::MAX,
            ..zeroed()
        };
        // SAFETY: see above.
        unsafe { (lib.lzma_stream_decoder_mt)(s, &options) }
    }),
    // SAFETY: see above.
    ("easy_encoder", |lib, s| unsafe { (lib.lzma_easy_encoder)(s, 1, LZMA_CHECK_CRC32) }),
    ("raw_encoder", |lib, s| {
        // SAFETY: see above.
        FilterChain::preset(1).with(|filters| unsafe { (lib.lzma_raw_encoder)(s, filters) })
    }),
    ("alone_encoder", |lib, s| {
        // SAFETY: see above.
        unsafe { (lib.lzma_alone_encoder)(s, &preset_options(1)) }
    }),
    ("microlzma_encoder", |lib, s| {
        // SAFETY: see above.
        unsafe { (lib.lzma_microlzma_encoder)(s, &preset_options(1)) }
    }),
    ("stream_encoder_mt", |lib, s| {
        let check = LZMA_CHECK_CRC32;
        let options = lzma_mt { threads: 2, preset: 1, check, block_size: 5000, ..zeroed() };
        // SAFETY: see above.
        unsafe { (lib.lzma_stream_encoder_mt)(s, &options) }
    }),
];

#[test]
fn no_stream_to_start() {
    for (name, init) in INITS {
        same(name, |lib| init(lib, ptr::null_mut()));
    }
}

#[test]
fn coders_ended_twice_and_replaced_by_each_other() {
    both();
    for (name, init) in INITS {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        for (_, other) in INITS {
            for init in [init, other, other, init] {
                assert_eq!(init(stream.lib, stream.as_mut_ptr()), LZMA_OK, "{name}");
            }
            // SAFETY: the stream is one of this library.
            unsafe {
                (stream.lib.lzma_end)(stream.as_mut_ptr());
                (stream.lib.lzma_end)(stream.as_mut_ptr());
            }
        }
    }
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}

/// Any sequence of actions, with any data, before and after errors.
#[test]
fn calls_in_any_sequence() {
    seeds(60, |rng| {
        for (name, init) in INITS.into_iter().filter(|(name, _)| !name.ends_with("_mt")) {
            let seed = rng.next_u64();
            let mut input = data::any(400, rng);
            if rng.one_in(2) {
                input = compress(Lib::reference(), &input, 0);
            }
            same(name, |lib| {
                let mut rng = Rng::new(seed);
                let mut stream = Stream::new(lib);
                let mut said = vec![init(lib, stream.as_mut_ptr()).0 as usize];
                let mut room = [0; 300];
                for _ in 0..40 {
                    let action = rng.pick(&[0, 0, 0, 1, 2, 3, 3, 4, 5, u32::MAX]);
                    let strm = stream.as_mut();
                    if rng.one_in(3) {
                        let (from, to) = (rng.below(input.len() + 1), rng.below(input.len() + 1));
                        let part = &input[from.min(to)..from.max(to)];
                        (strm.next_in, strm.avail_in) = (part.as_ptr(), part.len());
                    }
                    (strm.next_out, strm.avail_out) = (room.as_mut_ptr(), rng.below(300));
                    match rng.below(30) {
                        0 => strm.next_out = ptr::null_mut(),
                        1 => strm.next_in = ptr::null(),
                        2 => strm.reserved_int4 = 1,
                        _ => {}
                    }
                    // SAFETY: buffers are NULL or as long as said.
                    let ret = unsafe { (lib.lzma_code)(strm, lzma_action(action)) };
                    strm.reserved_int4 = 0;
                    if strm.next_in.is_null() {
                        strm.avail_in = 0;
                    }
                    said.extend([ret.0 as usize, strm.avail_in, strm.avail_out]);
                    said.push((strm.total_in ^ strm.total_out << 32) as usize);
                    let written = 300_usize.saturating_sub(strm.avail_out);
                    said.extend(room[..written].iter().map(|byte| usize::from(*byte)));
                    room.fill(0);
                    if rng.one_in(10) {
                        let limit = edge(&mut rng);
                        // SAFETY: the stream is one of this library.
                        let ret = unsafe { (lib.lzma_memlimit_set)(stream.as_mut_ptr(), limit) };
                        said.push(ret.0 as usize);
                    }
                }
                said
            });
        }
    });
}

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

/// Functions of numbers alone.
#[test]
fn numbers_at_the_edges() {
    seeds(20_000, |rng| {
        let (a, b) = (edge(rng), edge(rng));
        let small = edge(rng) as u32;
        // SAFETY: no pointers are involved.
        same(&format!("{a:#x} {b:#x} {small:#x}"), |lib| unsafe {
            [
                (lib.lzma_stream_buffer_bound)(a as usize) as u64,
                (lib.lzma_block_buffer_bound)(a as usize) as u64,
                (lib.lzma_index_memusage)(a, b),
                u64::from((lib.lzma_vli_size)(a)),
                u64::from((lib.lzma_check_size)(lzma_check(small))),
                (lib.lzma_check_is_supported)(lzma_check(small)).into(),
                (lib.lzma_filter_encoder_is_supported)(a).into(),
                (lib.lzma_filter_decoder_is_supported)(a).into(),
                (lib.lzma_mf_is_supported)(lzma_match_finder(small)).into(),
                (lib.lzma_mode_is_supported)(lzma_mode(small)).into(),
                (lib.lzma_easy_encoder_memusage)(small),
                (lib.lzma_easy_decoder_memusage)(small),
                (lib.lzma_crc32)(ptr::null(), 0, small).into(),
                (lib.lzma_crc64)(ptr::null(), 0, a),
            ]
        });
    });
}

#[test]
fn any_preset_check_and_flags() {
    seeds(300, |rng| {
        // The highest presets need much memory, and no other path.
        let preset = rng.pick(&[0, 1, 3, 10, 11, 31, 32, 1 << 30, 1 << 31 | 1, u32::MAX]);
        let check = lzma_check(rng.pick(&[0, 1, 2, 3, 4, 5, 10, 15, 16, 17, 1 << 31, u32::MAX]));
        let (limit, small) = (edge(rng), rng.next_u32() >> rng.below(32));
        let (a, b, exact) = (edge(rng), edge(rng), rng.byte());
        let text = format!("{preset:#x} {check:?} {limit:#x} {small:#x} {a:#x} {b:#x} {exact}");
        same(&text, |lib| {
            let mut stream = Stream::new(lib);
            let strm = stream.as_mut_ptr();
            let mut options: lzma_options_lzma = zeroed();
            // SAFETY: the stream is one of this library.
            unsafe {
                [
                    (lib.lzma_lzma_preset)(&mut options, preset).into(),
                    (lib.lzma_easy_encoder)(strm, preset, check).0,
                    (lib.lzma_stream_decoder)(strm, limit, small).0,
                    (lib.lzma_auto_decoder)(strm, limit, small).0,
                    (lib.lzma_lzip_decoder)(strm, limit, small).0,
                    (lib.lzma_alone_decoder)(strm, limit).0,
                    (lib.lzma_microlzma_decoder)(strm, a, b, exact, small & 0xFF_FFFF).0,
                ]
            }
        });
    });
}

/// Chains with anything wrong about them, in all functions that take one.
#[test]
fn any_chain() {
    seeds(600, |rng| {
        let last = rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2]);
        let mut chain = FilterChain::random(last, rng);
        for _ in 0..rng.below(4) {
            chain.spoil(rng);
        }
        let huge = chain.largest_dictionary() > 1 << 26;
        let check = lzma_check(rng.below(18) as u32);
        same(&format!("{chain:?} {check:?}"), |lib| {
            let mut stream = Stream::new(lib);
            let strm = stream.as_mut_ptr();
            // SAFETY: the chain is as the structures demand, or is refused
            // before that matters.
            chain.with(|filters| unsafe {
                let mut said = vec![
                    (lib.lzma_raw_encoder_memusage)(filters),
                    (lib.lzma_raw_decoder_memusage)(filters),
                ];
                // The original reads more than a chain may have.
                if chain.filters.len() <= LZMA_FILTERS_MAX + 1 {
                    said.push((lib.lzma_mt_block_size)(filters));
                }
                let mut size = 0;
                said.push((lib.lzma_filter_flags_size)(&mut size, filters).0.into());
                said.push(size.into());
                size = 0;
                said.push((lib.lzma_properties_size)(&mut size, filters).0.into());
                said.push(size.into());
                if !huge {
                    said.push((lib.lzma_raw_decoder)(strm, filters).0.into());
                    said.push((lib.lzma_raw_encoder)(strm, filters).0.into());
                    said.push((lib.lzma_stream_encoder)(strm, filters, check).0.into());
                }
                let mut block = lzma_block { filters, check, ..zeroed() };
                said.push((lib.lzma_block_header_size)(&mut block).0.into());
                said.push(block.header_size.into());
                said
            })
        });
    });
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
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
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
    fn mmap(at: *mut c_void, len: usize, prot: i32, flags: i32, fd: i32, off: i64) -> *mut c_void;
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
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
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
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
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
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}

/// Any options for threads, as far as the number of threads is bearable.
#[test]
fn any_thread_options() {
    seeds(400, |rng| {
        let mut options = lzma_mt {
            flags: if rng.one_in(2) { 0 } else { edge(rng) as u32 },
            threads: rng.pick(&[0, 1, 2, 4, 16_384, 16_385, u32::MAX]),
            block_size: if rng.one_in(2) { 10_000 } else { edge(rng) },
            timeout: if rng.one_in(2) { 0 } else { edge(rng) as u32 },
            preset: rng.pick(&[0, 1, 10, u32::MAX]),
            check: lzma_check(rng.pick(&[0, 1, 4, 5, 15, 16, u32::MAX])),
            memlimit_threading: edge(rng),
            memlimit_stop: edge(rng),
            ..zeroed()
        };
        let mut chain = FilterChain::random(LZMA_FILTER_LZMA2, rng);
        if rng.one_in(2) {
            chain.spoil(rng);
        }
        let with_filters = rng.one_in(2);
        let text = format!("{options:?} {with_filters} {chain:?}");
        chain.with(|filters| {
            options.filters = if with_filters { filters } else { ptr::null() };
            if chain.largest_dictionary() > 1 << 26 {
                return;
            }
            same(&text, |lib| {
                let mut stream = Stream::new(lib);
                // SAFETY: the stream is one of this library, the options
                // are as demanded or refused.
                unsafe {
                    let strm = stream.as_mut_ptr();
                    [
                        (lib.lzma_stream_encoder_mt)(strm, &options).0.into(),
                        (lib.lzma_stream_encoder_mt)(strm, ptr::null()).0.into(),
                        (lib.lzma_stream_encoder_mt_memusage)(&options),
                        (lib.lzma_stream_encoder_mt_memusage)(ptr::null()),
                        (lib.lzma_stream_decoder_mt)(strm, &options).0.into(),
                    ]
                }
            });
        });
    });
}

#[test]
fn null_where_it_is_allowed() {
    same("NULL", |lib| {
        let mut stream = Stream::new(lib);
        let strm = stream.as_mut_ptr();
        let mut copy = [END; 5];
        let mut flags = MaybeUninit::<lzma_stream_flags>::zeroed();
        // SAFETY: these functions look for NULL.
        unsafe {
            (lib.lzma_filters_free)(ptr::null_mut(), ptr::null());
            (lib.lzma_index_end)(ptr::null_mut(), ptr::null());
            (lib.lzma_index_hash_end)(ptr::null_mut(), ptr::null());
            let index = (lib.lzma_index_init)(ptr::null());
            let said = [
                (lib.lzma_raw_encoder)(strm, ptr::null()).0,
                (lib.lzma_raw_decoder)(strm, ptr::null()).0,
                (lib.lzma_stream_encoder)(strm, ptr::null(), LZMA_CHECK_CRC32).0,
                (lib.lzma_filters_copy)(ptr::null(), copy.as_mut_ptr(), ptr::null()).0,
                (lib.lzma_filters_copy)(copy.as_ptr(), ptr::null_mut(), ptr::null()).0,
                (lib.lzma_raw_decoder_memusage)(ptr::null()) as u32,
                (lib.lzma_raw_encoder_memusage)(ptr::null()) as u32,
                (lib.lzma_block_header_size)(&mut zeroed()).0,
                (lib.lzma_block_encoder)(strm, ptr::null_mut()).0,
                (lib.lzma_block_encoder)(strm, &mut zeroed()).0,
                (lib.lzma_block_unpadded_size)(ptr::null()) as u32,
                (lib.lzma_index_append)(ptr::null_mut(), ptr::null(), 5, 5).0,
                (lib.lzma_index_stream_flags)(index, ptr::null()).0,
                (lib.lzma_index_stream_flags)(ptr::null_mut(), flags.as_mut_ptr()).0,
                (lib.lzma_index_stream_padding)(ptr::null_mut(), 4).0,
                (lib.lzma_index_cat)(index, ptr::null_mut(), ptr::null()).0,
                (lib.lzma_index_cat)(ptr::null_mut(), index, ptr::null()).0,
                (lib.lzma_index_hash_append)(ptr::null_mut(), 5, 5).0,
            ];
            (lib.lzma_index_end)(index, ptr::null());
            said
        }
    });
}
