//! `rlzma_cancel` and `rlzma_set_cancellable`: calls of `lzma_code` in steps give
//! what others give, can be stopped at any of them, and go on.

mod common;

use std::cell::RefCell;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::chain::{FilterChain, preset_options};
use common::starts::INITS;
use common::{Chunks, Lib, Outcome, Plan, Rng, Stream, assert_same, corpus, data, rounds, seeds};
use rlzma::ffi::*;

/// Runs a coder in steps, beside one that does not.
fn compare(init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret, input: &[u8], plan: &Plan) {
    let plain = common::run(Lib::ours(), &init, input, plan);
    let steps = |lib: &Lib, strm| {
        let ret = init(lib, strm);
        // SAFETY: `strm` is a stream of this library.
        assert_eq!(unsafe { rlzma_set_cancellable(strm, 1) }, LZMA_OK);
        ret
    };
    let in_steps: Outcome = common::run(Lib::ours(), steps, input, plan);
    assert_same(&plain, &in_steps, "in steps");
}

#[test]
fn results_are_the_same() {
    // More than a step of input, and of output.
    let mut rng = Rng::new(1);
    let text = data::generate(data::Kind::Text, 5 << 19, &mut rng);
    let mut noise = vec![0; (2 << 20) + 7];
    rng.fill(&mut noise);
    let plans = [
        Plan::whole(),
        Plan { output: Chunks::Fixed((1 << 20) + 1), ..Plan::whole() },
        Plan { output: Chunks::Fixed(1 << 20), ..Plan::whole() },
        Plan { input: Chunks::Fixed((2 << 20) - 5), ..Plan::whole() },
        Plan {
            flushes: vec![(1_500_000, LZMA_FULL_FLUSH), (2_000_000, LZMA_FULL_FLUSH)],
            ..Plan::whole()
        },
    ];
    for plan in plans.iter().take(rounds(plans.len(), 2)) {
        let zeros = vec![0; 3 << 20];
        for data in [&text, &noise, &zeros].into_iter().take(rounds(3, 1)) {
            let encoder = |lib: &Lib, strm| {
                // SAFETY: `strm` is a stream of this library.
                unsafe { (lib.lzma_easy_encoder)(strm, 0, LZMA_CHECK_CRC32) }
            };
            compare(encoder, data, plan);
            if !plan.flushes.is_empty() {
                continue;
            }
            let xz = corpus::compress(Lib::reference(), data, 0);
            for flags in [0, LZMA_CONCATENATED] {
                let decoder = |lib: &Lib, strm| {
                    // SAFETY: `strm` is a stream of this library.
                    unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, flags) }
                };
                compare(decoder, &xz, plan);
                compare(decoder, &xz[..xz.len() - 7], plan);
            }
        }
    }
}

/// A call: the action, by how much the input is less than it was left, and the room.
type Call = (lzma_action, usize, usize);

/// Makes `calls`: their answers, and how much output there is after each.
fn answers(
    lib: &'static Lib,
    init: &dyn Fn(&Lib, *mut lzma_stream) -> lzma_ret,
    in_steps: bool,
    input: &[u8],
    calls: &[Call],
) -> Vec<(lzma_ret, u64)> {
    let mut stream = Stream::new(lib);
    let strm = stream.as_mut_ptr();
    assert_eq!(init(lib, strm), LZMA_OK);
    if in_steps {
        // SAFETY: `strm` is a stream of this library.
        assert_eq!(unsafe { rlzma_set_cancellable(strm, 1) }, LZMA_OK);
    }
    stream.lend(input, &mut []);
    let answer = |&(action, less, room): &Call| {
        let mut output = vec![0; room];
        let strm = stream.as_mut();
        strm.avail_in = strm.avail_in.saturating_sub(less);
        (strm.next_out, strm.avail_out) = (output.as_mut_ptr(), room);
        // SAFETY: both buffers are as long as said.
        let ret = unsafe { (lib.lzma_code)(stream.as_mut_ptr(), action) };
        stream.as_mut().avail_in += less;
        (ret, stream.as_mut().total_out)
    };
    calls.iter().map(answer).collect()
}

/// An action must be repeated with the input that it has left, also if the output is
/// full before the last step.
#[test]
fn wrong_sequences_are_noticed() {
    let mut noise = vec![0; 2_200_000];
    Rng::new(4).fill(&mut noise);
    let xz = corpus::compress(Lib::reference(), &noise, 0);
    let encoder = |lib: &Lib, strm| {
        // SAFETY: `strm` is a stream of this library.
        unsafe { (lib.lzma_easy_encoder)(strm, 0, LZMA_CHECK_CRC32) }
    };
    let decoder = |lib: &Lib, strm| {
        // SAFETY: `strm` is a stream of this library.
        unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, 0) }
    };
    let all = 4 << 20;
    let actions = [LZMA_FINISH, LZMA_FULL_FLUSH, LZMA_SYNC_FLUSH, LZMA_FULL_BARRIER];
    for action in actions.into_iter().take(rounds(4, 1)) {
        let other = if action == LZMA_FINISH { LZMA_RUN } else { LZMA_FINISH };
        for room in [5, 1_500_000].into_iter().take(rounds(2, 1)) {
            let calls = [
                (action, 0, room),
                (other, 0, all),
                (action, 1, all),
                (action, 0, room),
                (action, 0, all),
                (LZMA_RUN, 0, all),
            ];
            let decoder = (&decoder as &dyn Fn(&Lib, _) -> _, &xz);
            let decoder = (action == LZMA_FINISH).then_some(decoder);
            for (init, input) in [Some((&encoder as _, &noise)), decoder].into_iter().flatten() {
                let want = answers(Lib::reference(), init, false, input, &calls);
                assert_eq!(want[1].0, LZMA_PROG_ERROR);
                assert_eq!(want[2].0, LZMA_PROG_ERROR);
                let have = answers(Lib::ours(), init, true, input, &calls);
                assert_eq!(want, have, "{action:?} {room}");
            }
        }
    }
}

/// The timeout of a threaded coder is that of the call, of whatever steps it is made.
#[test]
fn a_timeout_is_for_all_steps() {
    let mut rng = Rng::new(5);
    let text = data::generate(data::Kind::Text, 1 << 20, &mut rng);
    let slow = text.repeat(rounds(16, 2));
    let fast = text[..2000].repeat(rounds(16_000, 1500));
    // Much longer than a step.
    let timeout = 20;
    let mt = lzma_mt {
        threads: 2,
        block_size: 1 << 18,
        timeout,
        memlimit_threading: u64::MAX,
        memlimit_stop: u64::MAX,
        check: LZMA_CHECK_CRC32,
        ..common::zeroed()
    };
    let encoder = |lib: &Lib, strm| {
        // SAFETY: `strm` is a stream of this library, the options are alive.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &mt) }
    };
    let decoder = |lib: &Lib, strm| {
        // SAFETY: as said above.
        unsafe { (lib.lzma_stream_decoder_mt)(strm, &mt) }
    };
    let xz = corpus::compress_with(Lib::reference(), &slow, encoder);
    type Start<'a> = &'a dyn Fn(&Lib, *mut lzma_stream) -> lzma_ret;
    for (init, input) in [(&encoder as Start<'_>, &fast), (&decoder, &xz)] {
        // How long a call takes, if it can be stopped or not.
        let mean = |cancellable| {
            let begin = Instant::now();
            let init = |lib: &Lib, strm| {
                let ret = init(lib, strm);
                // SAFETY: `strm` is a stream of this library.
                assert_eq!(unsafe { rlzma_set_cancellable(strm, cancellable) }, LZMA_OK);
                ret
            };
            let outcome = common::run(Lib::ours(), init, input, &Plan::whole());
            assert!(outcome.is_end());
            begin.elapsed() / outcome.steps.len() as u32
        };
        let (plain, in_steps) = (mean(0), mean(1));
        // Other programs may be in the way of one more than of the other.
        let limit = 3 * plain.max(Duration::from_millis(timeout.into()));
        assert!(in_steps < limit, "{in_steps:?}, without steps {plain:?}");
    }
}

/// MicroLZMA fills the room that there is, which may be more than a step.
#[test]
fn room_is_a_size_for_micro_lzma() {
    let mut noise = vec![0; rounds(4 << 20, 2 << 20)];
    Rng::new(3).fill(&mut noise);
    let options = preset_options(0);
    let encoder = |lib: &Lib, strm| {
        // SAFETY: `strm` is a stream of this library, the options are alive.
        unsafe { (lib.lzma_microlzma_encoder)(strm, &options) }
    };
    for room in [1_500_000, 500_000, 3_500_000].into_iter().take(rounds(3, 1)) {
        compare(encoder, &noise, &Plan { capacity: room, ..Plan::whole() });
    }
}

/// Decoders of other formats, and of a Block alone.
#[test]
fn other_decoders_take_steps() {
    let mut noise = vec![0; rounds(5 << 19, 5 << 18)];
    Rng::new(6).fill(&mut noise);
    let options = preset_options(0);
    let chain = FilterChain::lzma(LZMA_FILTER_LZMA2, options);
    let filters = chain.raw();
    let alone = corpus::compress_with(Lib::reference(), &noise, |lib, strm| {
        // SAFETY: `strm` is a stream of this library, the options are alive.
        unsafe { (lib.lzma_alone_encoder)(strm, &options) }
    });
    let raw = corpus::compress_with(Lib::reference(), &noise, |lib, strm| {
        // SAFETY: as said above.
        unsafe { (lib.lzma_raw_encoder)(strm, filters.as_ptr()) }
    });
    // A Block without a Check is its data, and what makes its length a multiple of four.
    let block = [&raw[..], &[0; 3][..raw.len().wrapping_neg() % 4]].concat();
    let blocks = RefCell::new(Vec::new());
    let block_decoder = |lib: &Lib, strm| {
        let mut block: Box<lzma_block> = Box::new(common::zeroed());
        block.header_size = 12;
        block.filters = filters.as_ptr().cast_mut();
        (block.compressed_size, block.uncompressed_size) = (LZMA_VLI_UNKNOWN, LZMA_VLI_UNKNOWN);
        let lent = &raw mut *block;
        blocks.borrow_mut().push(block);
        // SAFETY: the Block and its filters live longer than the stream.
        unsafe { (lib.lzma_block_decoder)(strm, lent) }
    };
    for plan in [Plan::whole(), Plan { output: Chunks::Fixed((1 << 20) + 1), ..Plan::whole() }] {
        let alone_decoder = |lib: &Lib, strm| {
            // SAFETY: `strm` is a stream of this library.
            unsafe { (lib.lzma_auto_decoder)(strm, u64::MAX, 0) }
        };
        compare(alone_decoder, &alone, &plan);
        let raw_decoder = |lib: &Lib, strm| {
            // SAFETY: `strm` is a stream of this library, the filters are alive.
            unsafe { (lib.lzma_raw_decoder)(strm, filters.as_ptr()) }
        };
        compare(raw_decoder, &raw, &plan);
        compare(block_decoder, &block, &plan);
    }
}

/// The decoder of file information moves about in the input that it has, which may be
/// more than a step.
#[test]
fn file_information_is_read_without_seeking() {
    let mut noise = vec![0; 5 << 18];
    Rng::new(7).fill(&mut noise);
    let file = corpus::compress(Lib::reference(), &noise, 0).repeat(2);
    let indexes = RefCell::new(Vec::new());
    let init = |lib: &Lib, strm| {
        let mut index = Box::new(ptr::null_mut::<lzma_index>());
        let lent = &raw mut *index;
        indexes.borrow_mut().push(index);
        // SAFETY: the place of the Index lives longer than the stream.
        unsafe { (lib.lzma_file_info_decoder)(strm, lent, u64::MAX, file.len() as u64) }
    };
    for input in [Chunks::Fixed(usize::MAX), Chunks::Fixed((1 << 20) + 5), Chunks::Fixed(7000)] {
        compare(init, &file, &Plan { input, ..Plan::whole() });
    }
    for index in indexes.into_inner() {
        // SAFETY: all of them are of this library, which both streams are of.
        unsafe {
            assert_eq!(lzma_index_uncompressed_size(*index), 2 * noise.len() as u64);
            lzma_index_end(*index, ptr::null());
        }
    }
}

/// All coders, with small data: there is one step.
#[test]
fn every_coder() {
    seeds(20, |rng| {
        let input = data::any(5000, rng);
        for (_, init) in INITS {
            compare(init, &input, &Plan::random(rng));
        }
    });
}

/// Codes all of `input` while another thread stops it again and again. Returns the
/// output, and how often it was stopped.
fn code_with_stops(
    init: impl Fn(*mut lzma_stream) -> lzma_ret,
    input: &[u8],
    room: usize,
) -> (Vec<u8>, u32) {
    /// The stream as the other thread sees it.
    struct Shared(*mut lzma_stream);
    // SAFETY: the functions that are called may be called from any thread.
    unsafe impl Sync for Shared {}

    let mut output = vec![0; room];
    let mut stream = Stream::new(Lib::ours());
    assert_eq!(init(stream.as_mut_ptr()), LZMA_OK);
    stream.lend(input, &mut output);
    let shared = Shared(stream.as_mut_ptr());
    // SAFETY: the coder was started.
    assert_eq!(unsafe { rlzma_set_cancellable(shared.0, 1) }, LZMA_OK);
    let (done, stops) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        let shared = &shared;
        scope.spawn(|| {
            let mut last = (0, 0);
            while !done.load(Ordering::Relaxed) {
                let mut now = (0, 0);
                // SAFETY: the stream lives as long as this thread.
                unsafe {
                    lzma_get_progress(shared.0, &mut now.0, &mut now.1);
                    rlzma_cancel(shared.0);
                }
                assert!(now.0 >= last.0 && now.1 >= last.1, "{last:?} {now:?}");
                last = now;
                thread::sleep(Duration::from_millis(3));
            }
        });
        loop {
            // SAFETY: both buffers are as long as said.
            match unsafe { lzma_code(shared.0, LZMA_FINISH) } {
                RLZMA_INTERRUPTED => _ = stops.fetch_add(1, Ordering::Relaxed),
                ret => {
                    done.store(true, Ordering::Relaxed);
                    assert_eq!(ret, LZMA_STREAM_END);
                    break;
                }
            }
        }
    });
    output.truncate(stream.as_mut().total_out as usize);
    drop(stream);
    (output, stops.into_inner())
}

#[test]
fn stopped_calls_go_on() {
    let mut rng = Rng::new(2);
    let plain = data::generate(data::Kind::Text, 8 << 20, &mut rng);
    let xz = corpus::compress(Lib::reference(), &plain, 0);
    let mt = lzma_mt {
        threads: 2,
        block_size: 1 << 20,
        memlimit_threading: u64::MAX,
        memlimit_stop: u64::MAX,
        check: LZMA_CHECK_CRC32,
        ..common::zeroed()
    };
    type Start<'a> = Box<dyn Fn(*mut lzma_stream) -> lzma_ret + 'a>;
    let coders: [(Start<'_>, bool); 4] = [
        // SAFETY: `strm` is a stream of this library, the options are alive.
        (Box::new(|s| unsafe { lzma_stream_decoder(s, u64::MAX, 0) }), true),
        // SAFETY: as said above.
        (Box::new(|s| unsafe { lzma_stream_decoder_mt(s, &mt) }), true),
        // SAFETY: as said above.
        (Box::new(|s| unsafe { lzma_easy_encoder(s, 0, LZMA_CHECK_CRC32) }), false),
        // SAFETY: as said above.
        (Box::new(|s| unsafe { lzma_stream_encoder_mt(s, &mt) }), false),
    ];
    for (init, decodes) in coders {
        let (output, stops) = if decodes {
            code_with_stops(init, &xz, plain.len() + 1)
        } else {
            code_with_stops(init, &plain, plain.len())
        };
        let output = if decodes { output } else { corpus::decompress(Lib::reference(), &output) };
        assert!(output == plain);
        assert!(stops >= 3, "it was stopped {stops} times");
    }
}

#[test]
fn a_wish_without_a_call_is_for_the_next() {
    let mut stream = Stream::new(Lib::ours());
    let strm = stream.as_mut_ptr();
    // SAFETY: `strm` is a stream of this library; NULL is allowed.
    unsafe {
        assert_eq!(rlzma_set_cancellable(ptr::null_mut(), 1), LZMA_PROG_ERROR);
        assert_eq!(rlzma_set_cancellable(strm, 1), LZMA_PROG_ERROR);
        rlzma_cancel(ptr::null_mut());
        rlzma_cancel(strm);
        assert_eq!(lzma_easy_encoder(strm, 0, LZMA_CHECK_CRC32), LZMA_OK);
        for _ in 0..2 {
            let mut out = [0; 100];
            stream.lend(b"abc", &mut out);
            rlzma_cancel(strm);
            assert_eq!(lzma_code(strm, LZMA_RUN), RLZMA_INTERRUPTED);
            assert_eq!((stream.as_mut().avail_in, stream.as_mut().avail_out), (3, 100));
            assert_eq!(lzma_code(strm, LZMA_RUN), LZMA_OK);
            assert_eq!(stream.as_mut().avail_in, 0);
        }
        // The next call may be one on another coder.
        rlzma_cancel(strm);
        assert_eq!(lzma_easy_encoder(strm, 0, LZMA_CHECK_CRC32), LZMA_OK);
        let mut out = [0; 100];
        stream.lend(b"abc", &mut out);
        assert_eq!(lzma_code(strm, LZMA_FINISH), RLZMA_INTERRUPTED);
        assert_eq!(lzma_code(strm, LZMA_FINISH), LZMA_STREAM_END);
    }
}
