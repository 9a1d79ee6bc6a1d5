//! Panics in coders and their workers.

use super::common::chain::{FilterChain, preset_options};
use super::common::corpus::compress_with;
use super::common::{Allocator, Chunks, Lib, Plan, Rng, Stream, data, run, zeroed};
use super::{at_every_place, has_panicked};
use rlzma::ffi::*;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The countdown to a panic is the process's: one test at a time.
pub fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A coder and what it shall code.
struct Case<'a> {
    name: &'a str,
    init: &'a dyn Fn(&Lib, *mut lzma_stream) -> lzma_ret,
    input: &'a [u8],
    plan: Plan,
    /// Fewer places to panic at than this would be too few to believe.
    least: u32,
}

impl Case<'_> {
    fn test(&self) {
        let _turn = alone();
        super::prepare();
        rlzma_test_panic(0);
        let lib = Lib::ours();
        let want = run(lib, self.init, self.input, &self.plan);
        assert!(want.is_end(), "{}: {want:?}", self.name);
        at_every_place(self.name, self.least, |place| {
            let allocators = [Allocator::new(), Allocator::new()];
            let mut stream = Stream::with_allocator(lib, &allocators[0]);
            let mut other = Other::begin(&allocators[1]);
            rlzma_test_panic(place);
            let have = stream.run(self.init, self.input, &self.plan);
            let panicked = has_panicked();
            let what = format!("{} at place {place}: {have:?}", self.name);
            if panicked {
                let failed = if have.init == LZMA_OK { have.last } else { have.init };
                assert_eq!(failed, LZMA_PROG_ERROR, "{what}");
                assert!(want.output.starts_with(&have.output), "{what}");
                self.go_on(&mut stream, &what);
            } else {
                assert_eq!(have.result(), want.result(), "{what}");
            }
            if place % 3 == 0 {
                let again = stream.run(self.init, self.input, &self.plan);
                assert_eq!(again.result(), want.result(), "again, after {what}");
            }
            drop(stream);
            allocators[0].check();
            other.finish(&what);
            panicked
        });
    }

    /// Everything that an application may still ask of a stream.
    fn go_on(&self, stream: &mut Stream<'_>, what: &str) {
        let lib = stream.lib;
        let strm = stream.as_mut_ptr();
        let (mut taken, mut written) = (0, 0);
        // SAFETY: the stream is one of this library.
        unsafe {
            assert_eq!((lib.lzma_code)(strm, LZMA_FINISH), LZMA_PROG_ERROR, "{what}");
            assert_eq!((lib.lzma_code)(strm, LZMA_RUN), LZMA_PROG_ERROR, "{what}");
            (lib.lzma_get_progress)(strm, &mut taken, &mut written);
            (lib.lzma_memusage)(strm);
            (lib.lzma_get_check)(strm);
            (lib.lzma_memlimit_set)(strm, (lib.lzma_memlimit_get)(strm));
        }
    }
}

/// Two more streams at work, which shall not notice: one that compresses, and
/// one that does so in threads.
struct Other<'a> {
    streams: [Stream<'a>; 2],
    plain: Vec<u8>,
    halves: [Vec<u8>; 2],
}

impl<'a> Other<'a> {
    fn begin(allocator: &'a Allocator) -> Other<'a> {
        let plain = data::generate(data::Kind::Text, 2000, &mut Rng::new(5));
        let mut streams = [(); 2].map(|()| Stream::with_allocator(Lib::ours(), allocator));
        // So that no thread is at work, and passes a place to panic at.
        let flushes = vec![(1000, LZMA_FULL_FLUSH)];
        let plan = Plan { finish: false, flushes, ..plan(4000) };
        let half = &plain[..1000];
        let first = |init: &dyn Fn(&Lib, *mut lzma_stream) -> lzma_ret, stream: &mut Stream<'_>| {
            let outcome = stream.run(init, half, &plan);
            assert_eq!(outcome.total_in, 1000, "{outcome:?}");
            outcome.output
        };
        let mut options: lzma_mt = zeroed();
        options.threads = 2;
        options.check = LZMA_CHECK_CRC32;
        options.block_size = 1 << 20;
        let [one, two] = &mut streams;
        // SAFETY: the streams are of this library, and options are valid.
        let halves = unsafe {
            [
                first(&|lib, strm| (lib.lzma_easy_encoder)(strm, 0, LZMA_CHECK_CRC64), one),
                first(&|lib, strm| (lib.lzma_stream_encoder_mt)(strm, &options), two),
            ]
        };
        Other { streams, plain, halves }
    }

    fn finish(&mut self, what: &str) {
        for (stream, half) in self.streams.iter_mut().zip(&self.halves) {
            let outcome = stream.code(&self.plain[1000..], &plan(4000));
            assert!(outcome.is_end(), "another stream after {what}: {outcome:?}");
            let whole = [half.as_slice(), &outcome.output].concat();
            let init = |lib: &Lib, strm| {
                // SAFETY: the stream is one of this library.
                unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, 0) }
            };
            let decoded = run(Lib::reference(), init, &whole, &plan(4000));
            assert!(decoded.output == self.plain, "another stream after {what}");
        }
    }
}

fn plan(capacity: usize) -> Plan {
    Plan { capacity, ..Plan::whole() }
}

fn in_pieces() -> Plan {
    Plan { input: Chunks::Fixed(97), output: Chunks::Fixed(131), ..Plan::whole() }
}

fn plain() -> Vec<u8> {
    data::generate(data::Kind::Mixture, 3000, &mut Rng::new(3))
}

fn small(preset: u32) -> lzma_options_lzma {
    lzma_options_lzma { dict_size: 1 << 12, ..preset_options(preset) }
}

fn long_chain() -> FilterChain {
    let mut chain = FilterChain::lzma(LZMA_FILTER_LZMA2, small(4));
    let mut delta: lzma_options_delta = zeroed();
    delta.dist = 3;
    chain.filters.insert(0, (LZMA_FILTER_X86, super::common::chain::Options::None));
    let delta = super::common::chain::Options::Delta(Box::new(delta));
    chain.filters.insert(0, (LZMA_FILTER_DELTA, delta));
    chain
}

type Init<'a> = dyn Fn(&Lib, *mut lzma_stream) -> lzma_ret + 'a;

fn encode(init: &Init<'_>, input: &[u8]) -> Vec<u8> {
    compress_with(Lib::reference(), input, init)
}

#[test]
fn encoders() {
    let input = plain();
    for preset in [0, 3, 6] {
        let chain = FilterChain::lzma(LZMA_FILTER_LZMA2, small(preset));
        let init = |lib: &Lib, strm| {
            // SAFETY: the stream is one of this library, the chain valid.
            chain.with(|filters| unsafe {
                (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_SHA256)
            })
        };
        let name = "stream encoder";
        Case { name, init: &init, input: &input, plan: in_pieces(), least: 80 }.test();
    }
    let options = small(1);
    // SAFETY: the stream is one of this library, and options are valid.
    let alone = |lib: &Lib, strm| unsafe { (lib.lzma_alone_encoder)(strm, &options) };
    let micro = |lib: &Lib, strm| {
        // SAFETY: as above.
        unsafe { (lib.lzma_microlzma_encoder)(strm, &options) }
    };
    let chain = long_chain();
    let raw = |lib: &Lib, strm| {
        // SAFETY: as above.
        chain.with(|filters| unsafe { (lib.lzma_raw_encoder)(strm, filters) })
    };
    Case { name: "alone encoder", init: &alone, input: &input, plan: in_pieces(), least: 40 }
        .test();
    Case { name: "microlzma encoder", init: &micro, input: &input, plan: plan(9000), least: 10 }
        .test();
    Case { name: "raw encoder", init: &raw, input: &input, plan: in_pieces(), least: 60 }.test();
}

#[test]
fn decoders() {
    let plain = plain();
    let chain = long_chain();
    let options = small(1);
    // SAFETY of all: the stream is one of the library, chains and options are
    // valid.
    let encoders: [(&str, &Init<'_>); 3] = [
        ("xz", &|lib, strm| {
            // SAFETY: see above.
            chain.with(|filters| unsafe {
                (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_CRC64)
            })
        }),
        // SAFETY: see above.
        ("lzma", &|lib, strm| unsafe { (lib.lzma_alone_encoder)(strm, &options) }),
        ("raw", &|lib, strm| {
            // SAFETY: see above.
            chain.with(|filters| unsafe { (lib.lzma_raw_encoder)(strm, filters) })
        }),
    ];
    let [xz, lzma, raw] = encoders.map(|(_, init)| encode(init, &plain));
    let lzip = include_bytes!("../vectors/good-2-v1-v1.lz");
    let decoders: [(&str, &Init<'_>, &[u8]); 6] = [
        // SAFETY: see above.
        ("stream decoder", &|lib, s| unsafe { (lib.lzma_stream_decoder)(s, u64::MAX, 0) }, &xz),
        // SAFETY: see above.
        ("auto decoder, xz", &|lib, s| unsafe { (lib.lzma_auto_decoder)(s, u64::MAX, 0) }, &xz),
        // SAFETY: see above.
        ("auto decoder, lzma", &|lib, s| unsafe { (lib.lzma_auto_decoder)(s, u64::MAX, 0) }, &lzma),
        // SAFETY: see above.
        ("alone decoder", &|lib, s| unsafe { (lib.lzma_alone_decoder)(s, u64::MAX) }, &lzma),
        (
            "lzip decoder",
            // SAFETY: see above.
            &|lib, s| unsafe { (lib.lzma_lzip_decoder)(s, u64::MAX, LZMA_CONCATENATED) },
            lzip,
        ),
        (
            "raw decoder",
            // SAFETY: see above.
            &|lib, s| chain.with(|filters| unsafe { (lib.lzma_raw_decoder)(s, filters) }),
            &raw,
        ),
    ];
    for (name, init, input) in decoders {
        Case { name, init, input, plan: in_pieces(), least: 25 }.test();
    }
    let mut micro = vec![0; 2000];
    let mut strm = LZMA_STREAM_INIT;
    (strm.next_in, strm.avail_in) = (plain.as_ptr(), plain.len());
    (strm.next_out, strm.avail_out) = (micro.as_mut_ptr(), micro.len());
    let lib = Lib::reference();
    // SAFETY: see above.
    unsafe {
        assert_eq!((lib.lzma_microlzma_encoder)(&mut strm, &options), LZMA_OK);
        assert_eq!((lib.lzma_code)(&mut strm, LZMA_FINISH), LZMA_STREAM_END);
        (lib.lzma_end)(&mut strm);
    }
    micro.truncate(strm.total_out as usize);
    let (size, whole) = (micro.len() as u64, strm.total_in);
    let init = |lib: &Lib, s| {
        // SAFETY: see above.
        unsafe { (lib.lzma_microlzma_decoder)(s, size, whole, 1, 1 << 12) }
    };
    let name = "microlzma decoder";
    Case { name, init: &init, input: &micro, plan: in_pieces(), least: 20 }.test();
}

#[test]
fn blocks() {
    let plain = plain();
    let mut lent: Box<lzma_block> = Box::new(zeroed());
    lent.check = LZMA_CHECK_CRC32;
    lent.version = 1;
    lent.header_size = 12;
    let lent = Box::into_raw(lent);
    let chain = FilterChain::lzma(LZMA_FILTER_LZMA2, small(2));
    let start = |decode: bool| {
        let chain = &chain;
        move |lib: &Lib, strm: *mut lzma_stream| {
            // SAFETY: the structure is never freed, the chain is valid.
            chain.with(|filters| unsafe {
                (*lent).filters = filters;
                (*lent).compressed_size = LZMA_VLI_UNKNOWN;
                (*lent).uncompressed_size = LZMA_VLI_UNKNOWN;
                let init = if decode { lib.lzma_block_decoder } else { lib.lzma_block_encoder };
                init(strm, lent)
            })
        }
    };
    let (encoder, decoder) = (start(false), start(true));
    let block = encode(&encoder, &plain);
    Case { name: "block encoder", init: &encoder, input: &plain, plan: in_pieces(), least: 40 }
        .test();
    Case { name: "block decoder", init: &decoder, input: &block, plan: in_pieces(), least: 40 }
        .test();
}

/// The place where decoders put an Index; whoever reads it frees it.
struct Place(Box<*mut lzma_index>);

impl Place {
    fn new() -> Place {
        Place(Box::new(ptr::null_mut()))
    }

    fn as_ptr(&self) -> *mut *mut lzma_index {
        (&raw const *self.0).cast_mut()
    }

    /// # Safety
    /// The Index at the place is one of `lib` and of `strm`'s allocator.
    unsafe fn clear(&self, lib: &Lib, strm: *mut lzma_stream) {
        // SAFETY: by contract.
        unsafe {
            (lib.lzma_index_end)(self.as_ptr().read(), (*strm).allocator);
            self.as_ptr().write(ptr::null_mut());
        }
    }
}

#[test]
fn indexes() {
    let lib = Lib::ours();
    // SAFETY: the Index is never freed.
    let index = unsafe {
        let index = (lib.lzma_index_init)(ptr::null());
        for i in 0..50 {
            assert_eq!((lib.lzma_index_append)(index, ptr::null(), 100 + i, i << i), LZMA_OK);
        }
        index
    };
    // SAFETY: the Index is of ours.
    let encoder = |lib: &Lib, strm| unsafe { (lib.lzma_index_encoder)(strm, index) };
    let bytes = run(lib, encoder, &[], &in_pieces()).output;
    Case { name: "index encoder", init: &encoder, input: &[], plan: in_pieces(), least: 5 }.test();

    index_decoder("index decoder", &bytes, |lib, strm, place| {
        // SAFETY: the place outlives the stream.
        unsafe { (lib.lzma_index_decoder)(strm, place, u64::MAX) }
    });
    let file = encode(
        // SAFETY: the stream is one of the library.
        &|lib, strm| unsafe { (lib.lzma_easy_encoder)(strm, 0, LZMA_CHECK_CRC32) },
        &plain(),
    );
    let size = file.len() as u64;
    index_decoder("file information", &file, |lib, strm, place| {
        // SAFETY: the place outlives the stream.
        unsafe { (lib.lzma_file_info_decoder)(strm, place, u64::MAX, size) }
    });
}

/// The Index that comes out is the application's: it is freed before the
/// allocator is asked whether anything is left.
fn index_decoder(
    name: &str,
    input: &[u8],
    init: impl Fn(&Lib, *mut lzma_stream, *mut *mut lzma_index) -> lzma_ret,
) {
    let _turn = alone();
    let lib = Lib::ours();
    let plan = Plan { capacity: 1, ..Plan::bytewise() };
    at_every_place(name, 20, |number| {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(lib, &allocator);
        let place = Place::new();
        let strm = stream.as_mut_ptr();
        let go = |stream: &mut Stream<'_>| {
            let outcome = stream.run(|lib, strm| init(lib, strm, place.as_ptr()), input, &plan);
            // SAFETY: the Index is of this library and allocator.
            unsafe { place.clear(lib, strm) };
            if outcome.init == LZMA_OK { outcome.last } else { outcome.init }
        };
        rlzma_test_panic(number);
        let ret = go(&mut stream);
        let panicked = has_panicked();
        let want = if panicked { LZMA_PROG_ERROR } else { LZMA_STREAM_END };
        assert_eq!(ret, want, "{name} at place {number}");
        assert_eq!(go(&mut stream), LZMA_STREAM_END, "{name}, again");
        drop(stream);
        allocator.check();
        panicked
    });
}

/// In the main thread and in workers.
#[test]
fn threads() {
    let plain = data::generate(data::Kind::Mixture, 12_000, &mut Rng::new(7));
    let chain = FilterChain::lzma(LZMA_FILTER_LZMA2, small(1));
    for threads in [1, 3] {
        let encoder = |lib: &Lib, strm| {
            chain.with(|filters| {
                let mut options: lzma_mt = zeroed();
                options.threads = threads;
                options.block_size = 4000;
                options.check = LZMA_CHECK_CRC32;
                options.filters = filters;
                // SAFETY: the stream is one of this library; options are valid.
                unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
            })
        };
        let file = encode(&encoder, &plain);
        let decoder = |lib: &Lib, strm| {
            let mut options: lzma_mt = zeroed();
            options.threads = threads;
            options.memlimit_threading = u64::MAX;
            options.memlimit_stop = u64::MAX;
            // SAFETY: the stream is one of this library; options are valid.
            unsafe { (lib.lzma_stream_decoder_mt)(strm, &options) }
        };
        let plan = Plan { input: Chunks::Fixed(701), output: Chunks::Fixed(977), ..Plan::whole() };
        let case =
            Case { name: "threaded encoder", init: &encoder, input: &plain, plan, least: 60 };
        case.test();
        let name = "threaded decoder";
        Case { name, init: &decoder, input: &file, plan: case.plan, least: 60 }.test();
    }
}
