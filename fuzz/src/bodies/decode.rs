//! Decoders: they stay within their buffers (the driver sees to that), and
//! what they answer does not depend on how the data is divided.

use std::ptr;

use rlzma::ffi::*;

use super::{limit, plan, split, whole};
use crate::common::chain::FilterChain;
use crate::common::decoder::{Decoder, Start};
use crate::common::{Allocator, Lib, Outcome, Plan, Rng, Stream, zeroed};

/// Decodes .xz files.
pub fn decode_stream(data: &[u8]) {
    let Some((mut rng, file)) = split(data) else { return };
    let start = Start { decoder: Decoder::Stream, limit: limit(&mut rng), flags: flags(&mut rng) };
    decode(file, start.init(), &mut rng);
}

/// Decodes .lzma, .lz, MicroLZMA, whatever `lzma_auto_decoder` takes, and
/// chains without a container.
pub fn decode_other(data: &[u8]) {
    let Some((mut rng, file)) = split(data) else { return };
    let decoder = match rng.below(6) {
        0 => Decoder::Auto,
        1 => Decoder::Lzip,
        2 => Decoder::MicroLzma {
            comp_size: size(file.len(), &mut rng),
            uncomp_size: size(file.len() * 3, &mut rng),
            exact: rng.one_in(2).into(),
            dict_size: 1 + rng.skewed(1 << 20) as u32,
        },
        3 => return decode_raw(file, &mut rng),
        _ => Decoder::Alone,
    };
    let start = Start { decoder, limit: limit(&mut rng), flags: flags(&mut rng) };
    decode(file, start.init(), &mut rng);
}

/// Decodes .xz files in threads: what comes out is what one thread makes.
pub fn decode_threaded(data: &[u8]) {
    let Some((mut rng, file)) = split(data) else { return };
    let lib = Lib::ours();
    let flags = flags(&mut rng);
    let mut options: lzma_mt = zeroed();
    options.flags = flags | if rng.one_in(4) { LZMA_FAIL_FAST } else { 0 };
    options.threads = 1 + rng.below(4) as u32;
    options.timeout = if rng.one_in(3) { 1 + rng.below(20) as u32 } else { 0 };
    options.memlimit_stop = limit(&mut rng);
    options.memlimit_threading = limit(&mut rng).min(options.memlimit_stop);
    let init = |lib: &Lib, strm| {
        // SAFETY: the driver gives streams of the library.
        unsafe { (lib.lzma_stream_decoder_mt)(strm, &options) }
    };
    let mut stream = Stream::new(lib);
    let plan = plan(&mut rng);
    let have = stream.run(init, file, &plan);
    if rng.one_in(2) {
        // Started again, with threads still at work.
        stream.run(init, file, &Plan { stop_after: Some(rng.below(5000)), ..plan });
    }
    let start = Start { decoder: Decoder::Stream, limit: options.memlimit_stop, flags };
    let want = Stream::new(lib).run(start.init(), file, &whole());
    if want.last != LZMA_MEMLIMIT_ERROR && have.last != LZMA_MEMLIMIT_ERROR {
        agree(&want, &have, options.flags & LZMA_FAIL_FAST != 0);
    }
}

fn decode_raw(data: &[u8], rng: &mut Rng) {
    let ids = [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];
    let mut chain = FilterChain::random(rng.pick(&ids), rng);
    if rng.one_in(4) {
        chain.preset_dict = vec![b'x'; rng.skewed(5000)];
    }
    let ext_size = if rng.one_in(4) { u64::MAX } else { rng.skewed(100_000) as u64 };
    lzma_set_ext_size(chain.last(), ext_size);
    if rng.one_in(2) {
        chain.last().ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
    }
    decode(
        data,
        // SAFETY: the driver gives streams of the library, and the chain is
        // as the structures demand.
        |lib, strm| chain.with(|filters| unsafe { (lib.lzma_raw_decoder)(strm, filters) }),
        rng,
    );
}

fn flags(rng: &mut Rng) -> u32 {
    match rng.below(3) {
        0 => 0,
        1 => LZMA_CONCATENATED,
        _ => rng.below(0x20) as u32,
    }
}

fn size(end: usize, rng: &mut Rng) -> u64 {
    if rng.one_in(20) {
        return rng.pick(&[0, 1, u64::MAX, u64::MAX / 2, u64::MAX / 2 + 1]);
    }
    rng.skewed(end.max(20)) as u64
}

/// Decodes `file` in several ways.
fn decode(file: &[u8], init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret, rng: &mut Rng) {
    let lib = Lib::ours();
    let whole = whole();
    let want = Stream::new(lib).run(&init, file, &whole);
    assert_ne!(want.last, LZMA_PROG_ERROR, "{want:?}");
    let plan = plan(rng);
    if rng.one_in(4) {
        let allocator = Allocator::failing_at(1 + rng.below(12));
        let mut stream = Stream::with_allocator(lib, &allocator);
        let starved = stream.run(&init, file, &plan);
        let failed = [starved.init, starved.last].contains(&LZMA_MEM_ERROR);
        assert_eq!(failed, allocator.failed() != 0, "{starved:?}");
        // A decoder that failed can be started again.
        allocator.stop_failing();
        agree(&want, &stream.run(&init, file, &plan), false);
    } else {
        let mut stream = Stream::new(lib);
        agree(&want, &stream.run(&init, file, &plan), false);
        use_after_the_end(&mut stream);
        agree(&want, &stream.run(&init, file, &whole), false);
    }
}

/// Calls with empty buffers, whatever came before.
fn use_after_the_end(stream: &mut Stream<'_>) {
    let lib = stream.lib;
    let strm = stream.as_mut();
    (strm.next_in, strm.avail_in) = (ptr::null(), 0);
    (strm.next_out, strm.avail_out) = (ptr::null_mut(), 0);
    // SAFETY: the buffers are empty, and the coder is one of this library.
    unsafe {
        for action in [LZMA_RUN, LZMA_FINISH, LZMA_RUN, LZMA_SYNC_FLUSH] {
            (lib.lzma_code)(stream.as_mut_ptr(), action);
        }
        let (mut taken, mut written) = (0, 0);
        (lib.lzma_get_progress)(stream.as_mut_ptr(), &mut taken, &mut written);
        (lib.lzma_memlimit_set)(stream.as_mut_ptr(), (lib.lzma_memusage)(stream.as_mut_ptr()));
    }
}

/// Panics unless both are the same data. One may have been stopped before
/// the other; with `fail_fast`, an error may come early. How much comes out
/// before an error depends on the division of the data where filters hold
/// some back, in the original too.
fn agree(want: &Outcome, have: &Outcome, fail_fast: bool) {
    let stopped = |outcome: &Outcome| {
        matches!(outcome.last, LZMA_OK | LZMA_GET_CHECK | LZMA_NO_CHECK | LZMA_UNSUPPORTED_CHECK)
    };
    let good = |outcome: &Outcome| outcome.last == LZMA_STREAM_END || stopped(outcome);
    assert_eq!(want.init, have.init);
    if good(want) && good(have) {
        let common = want.output.len().min(have.output.len());
        assert!(want.output[..common] == have.output[..common], "{want:#?}\n{have:#?}");
    }
    if stopped(want) || stopped(have) || (fail_fast && want.last != LZMA_STREAM_END) {
        return;
    }
    assert_eq!(want.last, have.last, "{want:#?}\n{have:#?}");
    assert_eq!(want.told, have.told);
    if want.last == LZMA_STREAM_END {
        assert_eq!(want.output.len(), have.output.len(), "{want:#?}\n{have:#?}");
    }
}
