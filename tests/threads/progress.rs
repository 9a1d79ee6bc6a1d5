//! `lzma_get_progress` from another thread while `lzma_code` is at work, as
//! programs do it that show progress. ThreadSanitizer (`scripts/sanitize`) and
//! Miri see whether that is a data race.

use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rlzma::ffi::*;

/// Bytes to encode: a Block of these takes a moment.
const SIZE: usize = if cfg!(miri) { 240 } else { 3_000_000 };
const BLOCK_SIZE: usize = SIZE / 3;

/// A stream that two threads use.
#[derive(Clone, Copy)]
struct Pointer(*mut lzma_stream);

// SAFETY: what the threads call is what this test is about.
unsafe impl Send for Pointer {}

impl Pointer {
    fn progress(self) -> (u64, u64) {
        let (mut taken, mut written) = (u64::MAX, u64::MAX);
        // SAFETY: the stream lives, and both places are valid.
        unsafe { lzma_get_progress(self.0, &mut taken, &mut written) };
        (taken, written)
    }
}

/// Input with some repetitions.
fn plain() -> Vec<u8> {
    (0..SIZE as u32).map(|i| (i.wrapping_mul(i) >> 11) as u8 & 15).collect()
}

/// Codes all of `input` with the coder on `stream`, giving and taking a few
/// bytes a call, while another thread asks for progress.
fn code(stream: &mut lzma_stream, input: &[u8], size: usize) -> Vec<u8> {
    let mut output = vec![0; size];
    let pointer = Pointer(stream);
    let done = &AtomicBool::new(false);
    let step = SIZE / 10;
    thread::scope(|scope| {
        let watcher = scope.spawn(move || {
            let (mut calls, mut before) = (0, (0, 0));
            loop {
                let last = done.load(Ordering::Acquire);
                let now = pointer.progress();
                assert!(before.0 <= now.0 && before.1 <= now.1, "{before:?}, then {now:?}");
                (before, calls) = (now, calls + 1);
                if last {
                    return (calls, before);
                }
                thread::yield_now();
            }
        });
        let (mut fed, mut taken) = (0, 0);
        // SAFETY: the stream has a coder and lives; the buffers are valid for
        // as many bytes as are said. Only pointers are used, as in C.
        let ret = unsafe {
            let strm = pointer.0;
            (*strm).next_in = input.as_ptr();
            (*strm).next_out = output.as_mut_ptr();
            ((*strm).avail_in, (*strm).avail_out) = (0, 0);
            loop {
                if (*strm).avail_in == 0 {
                    (*strm).avail_in = step.min(input.len() - fed);
                    fed += (*strm).avail_in;
                }
                if (*strm).avail_out == 0 {
                    (*strm).avail_out = step.min(size - taken);
                    taken += (*strm).avail_out;
                }
                let action = if fed == input.len() { LZMA_FINISH } else { LZMA_RUN };
                let ret = lzma_code(strm, action);
                if ret != LZMA_OK {
                    break ret;
                }
            }
        };
        done.store(true, Ordering::Release);
        let (calls, last) = watcher.join().unwrap();
        assert_eq!(ret, LZMA_STREAM_END);
        assert!(calls > 1);
        // SAFETY: as above.
        let totals = unsafe { ((*pointer.0).total_in, (*pointer.0).total_out) };
        assert_eq!(last, totals);
        output.truncate(totals.1 as usize);
    });
    output
}

#[test]
fn while_coding() {
    // SAFETY: zeros are what a stream starts as, and values of all options;
    // each stream is used as its coder demands, and ended.
    unsafe {
        let mut lzma: lzma_options_lzma = std::mem::zeroed();
        assert_eq!(lzma_lzma_preset(&mut lzma, 0), 0);
        (lzma.dict_size, lzma.lc, lzma.pb) = (4096, 0, 0); // little to do for Miri
        let filters = [
            lzma_filter { id: LZMA_FILTER_LZMA2, options: (&raw mut lzma).cast() },
            lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() },
        ];
        let mut options: lzma_mt = std::mem::zeroed();
        options.threads = 2;
        options.block_size = BLOCK_SIZE as u64;
        options.filters = filters.as_ptr();
        options.check = LZMA_CHECK_CRC32;
        options.memlimit_threading = u64::MAX;
        options.memlimit_stop = u64::MAX;

        let plain = plain();
        let mut stream: lzma_stream = std::mem::zeroed();
        assert_eq!(lzma_stream_encoder_mt(&mut stream, &options), LZMA_OK);
        let file = code(&mut stream, &plain, 2 * SIZE);
        assert_eq!(lzma_stream_decoder_mt(&mut stream, &options), LZMA_OK);
        assert!(code(&mut stream, &file, SIZE) == plain);
        // Without threads, progress is the stream's totals.
        assert_eq!(lzma_stream_decoder(&mut stream, u64::MAX, 0), LZMA_OK);
        assert!(code(&mut stream, &file, SIZE) == plain);
        lzma_end(&mut stream);
        // Without a coder, too.
        assert_eq!(Pointer(&mut stream).progress(), (file.len() as u64, SIZE as u64));
    }
}
