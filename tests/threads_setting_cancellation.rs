//! Calls in steps (`rlzma_set_cancellable`) of coders that have threads set by the
//! user: they give what others give, and stop soon.

mod common;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use common::{Lib, Outcome, Plan, Rng, Stream, assert_same, corpus, data, rounds, zeroed};
use rlzma::ffi::*;

/// Runs the decoder of `.xz` with three threads.
fn decode(in_steps: bool, xz: &[u8], plan: &Plan) -> Outcome {
    assert_eq!(rlzma_set_threads(3), LZMA_OK);
    let init = |lib: &Lib, strm| {
        // SAFETY: `strm` is a stream of this library.
        unsafe {
            let ret = (lib.lzma_stream_decoder)(strm, u64::MAX, 0);
            assert_eq!(rlzma_set_cancellable(strm, in_steps.into()), LZMA_OK);
            ret
        }
    };
    common::run(Lib::ours(), init, xz, plan)
}

/// Blocks that are larger than a step, so that input is taken before it is decoded.
#[test]
fn decoders_take_the_same() {
    let mut noise = vec![0; rounds(6 << 20, 4 << 20)];
    Rng::new(1).fill(&mut noise);
    for block_size in [300_000, 1_500_000] {
        let options = lzma_mt { threads: 1, block_size, check: LZMA_CHECK_CRC32, ..zeroed() };
        let xz = corpus::compress_with(Lib::reference(), &noise, |lib, strm| {
            // SAFETY: a stream of this library; the options are alive.
            unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
        });
        for cut in [0, 700_000] {
            let xz = &xz[..xz.len() - cut];
            let plan = Plan::whole();
            let [want, have] = [false, true].map(|in_steps| decode(in_steps, xz, &plan));
            assert_same(&want, &have, format!("{block_size} {cut}"));
            // How much data a call with input gives depends on how far threads are. The
            // one after that, without input, gives all.
            let plan = Plan { finish: false, ..plan };
            let [want, have] = [false, true].map(|in_steps| decode(in_steps, xz, &plan));
            assert!(want.result() == have.result(), "{block_size} {cut} {want:?} {have:?}");
            let late = have.steps.iter().skip(2).map(|step| step.written);
            assert_eq!(late.sum::<usize>(), 0, "{block_size} {cut}");
        }
    }
}

/// A stream as other threads see it.
struct Shared(*mut lzma_stream);
// SAFETY: the functions that are called may be called from any thread.
unsafe impl Sync for Shared {}

/// Starts an encoder with two threads.
fn encoder(preset: u32) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
    assert_eq!(rlzma_set_threads(2), LZMA_OK);
    // SAFETY: the stream is one of this library.
    move |lib, strm| unsafe { (lib.lzma_easy_encoder)(strm, preset, LZMA_CHECK_CRC64) }
}

/// A Block that the calling thread encodes can be stopped within, and goes on there.
#[test]
fn blocks_of_the_calling_thread_stop() {
    let plain = data::generate(data::Kind::Text, rounds(2 << 20, 1 << 20), &mut Rng::new(2));
    let init = encoder(4);
    let want = common::run(Lib::ours(), &init, &plain, &Plan::whole()).output;
    let (mut stream, mut output) = (Stream::new(Lib::ours()), vec![0; plain.len()]);
    assert_eq!(init(stream.lib, stream.as_mut_ptr()), LZMA_OK);
    stream.lend(&plain, &mut output);
    let shared = &Shared(stream.as_mut_ptr());
    // SAFETY: the stream lives as long as the threads, the buffers are as long as said.
    let taken = || unsafe {
        let mut taken = 0;
        lzma_get_progress(shared.0, &mut taken, &mut 0);
        taken
    };
    // SAFETY: as said above.
    let (at_request, at_end) = thread::scope(|scope| unsafe {
        assert_eq!(rlzma_set_cancellable(shared.0, 1), LZMA_OK);
        let at_request = scope.spawn(move || {
            while taken() < 1 << 18 {
                thread::sleep(Duration::from_millis(1));
            }
            rlzma_cancel(shared.0);
            taken()
        });
        assert_eq!(lzma_code(shared.0, LZMA_FINISH), RLZMA_INTERRUPTED);
        (at_request.join().expect("a number"), taken())
    });
    assert!(at_end <= at_request + (1 << 18), "{at_request} to {at_end}");
    // SAFETY: as said above.
    assert_eq!(unsafe { lzma_code(shared.0, LZMA_FINISH) }, LZMA_STREAM_END);
    assert!(output.starts_with(&want));
}

/// Stopped at any place, in calls of all sizes, an encoder writes the same.
#[test]
fn stopped_encoders_go_on() {
    let plain = data::generate(data::Kind::Text, rounds(5 << 20, 2 << 20), &mut Rng::new(3));
    let init = encoder(0);
    let want = common::run(Lib::ours(), &init, &plain, &Plan::whole()).output;
    for (in_steps, piece) in [(false, 6 << 20), (true, 6 << 20), (true, 700_000)] {
        let (mut stream, mut output) = (Stream::new(Lib::ours()), vec![0; plain.len()]);
        assert_eq!(init(stream.lib, stream.as_mut_ptr()), LZMA_OK);
        stream.lend(&[], &mut output);
        let (shared, done) = (&Shared(stream.as_mut_ptr()), AtomicBool::new(false));
        let mut stops = 0;
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    // SAFETY: the stream lives as long as this thread.
                    unsafe { rlzma_cancel(shared.0) };
                    thread::sleep(Duration::from_millis(2));
                }
            });
            let mut code = |action| {
                loop {
                    // SAFETY: the buffers are as long as said.
                    match unsafe { lzma_code(shared.0, action) } {
                        RLZMA_INTERRUPTED => stops += 1,
                        ret => return ret,
                    }
                }
            };
            // SAFETY: a stream of this library, which no other thread borrows.
            unsafe { rlzma_set_cancellable(shared.0, in_steps.into()) };
            for part in plain.chunks(piece) {
                // SAFETY: no call is under way, and the other thread leaves this alone.
                unsafe {
                    ((*shared.0).next_in, (*shared.0).avail_in) = (part.as_ptr(), part.len())
                };
                assert_eq!(code(LZMA_RUN), LZMA_OK);
            }
            assert_eq!(code(LZMA_FINISH), LZMA_STREAM_END);
            done.store(true, Ordering::Relaxed);
        });
        let written = stream.as_mut().total_out as usize;
        assert!(want == output[..written], "{in_steps} {piece}");
        assert!(stops > 3, "{in_steps} {piece}: {stops} stops");
    }
}
