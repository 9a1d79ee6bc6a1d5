//! Coders that have threads set by the user (`rlzma.h`,
//! `RLZMA_THREADS`), beside the original's without any: the same answers.

mod common;

use std::sync::{Mutex, MutexGuard, PoisonError};

use common::chain::FilterChain;
use common::mutate::{self, Mutant};
use common::{Chunks, Lib, Outcome, Plan, Rng, Stream, data, files, seeds, zeroed};
use rlzma::ffi::*;

/// The process's number of threads while this lives. The setting belongs to the
/// process, so tests take turns.
struct Threads(#[allow(dead_code)] MutexGuard<'static, ()>);

impl Threads {
    fn set(threads: u32) -> Threads {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(rlzma_set_threads(threads), LZMA_OK);
        Threads(turn)
    }

    fn change(&self, threads: u32) {
        assert_eq!(rlzma_set_threads(threads), LZMA_OK);
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        rlzma_set_threads(RLZMA_THREADS_ENVIRONMENT);
        rlzma_set_memory(0);
    }
}

/// Number of threads that this process has.
fn running() -> usize {
    std::fs::read_dir("/proc/self/task").expect("threads").count()
}

/// A .xz Stream whose Block Headers have the sizes.
fn blocks(plain: &[u8], block_size: usize, chain: &FilterChain, rng: &mut Rng) -> Vec<u8> {
    let filters = chain.raw();
    let mut options: lzma_mt = zeroed();
    options.threads = 1;
    options.block_size = block_size as u64;
    options.filters = filters.as_ptr();
    options.check = rng.pick(&[LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_SHA256]);
    common::corpus::compress_with(Lib::reference(), plain, |lib, strm| {
        // SAFETY: a stream of this library; the chain is alive.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
    })
}

/// A file of some Streams, most of them with Blocks that are worth a thread.
fn file(rng: &mut Rng) -> Vec<u8> {
    let mut file = Vec::new();
    for _ in 0..if rng.one_in(3) { rng.range(2..4) } else { 1 } {
        let plain = data::any(600_000, rng);
        match rng.below(6) {
            0 => file.extend(files::stream(&plain, rng)),
            1 => {
                file.extend(blocks(&plain, 1 + rng.skewed(600_000), &FilterChain::cheap(rng), rng))
            }
            _ => file.extend(blocks(
                &plain,
                32_768 + rng.skewed(150_000),
                &FilterChain::cheap(rng),
                rng,
            )),
        }
        if rng.one_in(4) {
            file.resize(file.len() + 4 * rng.below(4), 0);
        }
    }
    file
}

/// The arguments of a decoder.
#[derive(Clone, Copy, Debug)]
struct Start {
    auto: bool,
    limit: u64,
    flags: u32,
}

impl Start {
    fn any(rng: &mut Rng) -> Start {
        let mut flags = if rng.one_in(2) { LZMA_CONCATENATED } else { 0 };
        if rng.one_in(2) {
            flags |= rng.below(0x40) as u32;
        }
        let limit = match rng.below(4) {
            0 => rng.pick(&[0, 1, 32768, 70_000, 100_000]),
            1 => rng.skewed(1 << 22) as u64,
            _ => 200 << 20,
        };
        Start { auto: rng.one_in(2), limit, flags }
    }

    fn init(self) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
        // SAFETY: the driver gives streams of the library.
        move |lib, strm| unsafe {
            match self.auto {
                false => (lib.lzma_stream_decoder)(strm, self.limit, self.flags),
                true => (lib.lzma_auto_decoder)(strm, self.limit, self.flags),
            }
        }
    }
}

fn any_plan(rng: &mut Rng) -> Plan {
    let mut plan = match rng.below(3) {
        0 => Plan::random(rng),
        _ => Plan { output: Plan::random(rng).output, ..Plan::whole() },
    };
    if [plan.input, plan.output].contains(&Chunks::Fixed(1)) {
        plan.output = Chunks::Random(100_000);
    }
    plan.capacity = if rng.one_in(4) { 1 + rng.skewed(5000) } else { 4 << 20 };
    plan.finish = !rng.one_in(8);
    plan.raise_memlimit = rng.one_in(2);
    plan.seed = rng.next_u64();
    plan
}

/// Everything that a program sees of a decoder's calls but how the input was
/// shared out between them: a Block that was decoded ahead takes it in proportion
/// to its output.
fn seen(outcome: &Outcome) -> (common::drive::Summary<'_>, Vec<(lzma_ret, usize, usize)>) {
    let steps = outcome.steps.iter().map(|step| (step.ret, step.space, step.written));
    (outcome.result(), steps.collect())
}

#[track_caller]
fn assert_seen(want: &Outcome, have: &Outcome, what: impl Fn() -> String) {
    let (wanted, had) = (seen(want), seen(have));
    if wanted == had {
        return;
    }
    let both = want.steps.iter().zip(&have.steps);
    let at = wanted.1.iter().zip(&had.1).position(|(want, have)| want != have);
    let calls = at.and_then(|at| both.clone().nth(at));
    panic!("{}\nwant {want:#?}\nhave {have:#?}\ncall {at:?}: {calls:?}", what());
}

/// Good and damaged files, in one call and in many.
#[test]
fn decoders_answer_as_without_threads() {
    let threads = Threads::set(1);
    let (mut cases, mut most) = (0, 0);
    seeds(80, |rng| {
        let mut stream = Stream::new(Lib::ours());
        for _ in 0..2 {
            let mut file = file(rng);
            if rng.one_in(3) {
                let Mutant { bytes, .. } = mutate::mutate(&file, rng);
                file = bytes;
            }
            let (start, plan) = (Start::any(rng), any_plan(rng));
            let want = common::run(Lib::reference(), start.init(), &file, &plan);
            for count in [1, 2, 3] {
                threads.change(count);
                let have = stream.run(start.init(), &file, &plan);
                most = most.max(running());
                assert_seen(&want, &have, || format!("{count} threads: {start:?} {plan:?}"));
                cases += 1;
            }
        }
    });
    eprintln!("{cases} cases");
    assert!(most >= 4, "at most {most} threads were running");
}

/// A file of Blocks that are worth being taken before they are decoded, and where
/// each of them ends, in the file and in its data.
fn large_blocks(chain: &FilterChain, rng: &mut Rng) -> (Vec<u8>, Vec<(usize, usize)>) {
    let mut plain = data::any(200_000, rng);
    plain.push(1);
    let plain = plain.repeat(1 + 3_000_000 / plain.len());
    let block_size = 262_144 + rng.below(300_000);
    let file = blocks(&plain, block_size, chain, rng);
    let mut ends = Vec::new();
    let mut index: *mut lzma_index = std::ptr::null_mut();
    // SAFETY: the decoder of file information reads the file, which is alive, and
    // makes an Index, which is walked and freed.
    unsafe {
        let lib = Lib::reference();
        let mut strm = LZMA_STREAM_INIT;
        let init = (lib.lzma_file_info_decoder)(&mut strm, &mut index, u64::MAX, file.len() as u64);
        assert_eq!(init, LZMA_OK);
        (strm.next_in, strm.avail_in) = (file.as_ptr(), file.len());
        while (lib.lzma_code)(&mut strm, LZMA_RUN) != LZMA_STREAM_END {
            strm.next_in = file.as_ptr().add(strm.seek_pos as usize);
            strm.avail_in = file.len() - strm.seek_pos as usize;
        }
        let mut iter: lzma_index_iter = zeroed();
        (lib.lzma_index_iter_init)(&mut iter, index);
        while (lib.lzma_index_iter_next)(&mut iter, LZMA_INDEX_ITER_BLOCK) == 0 {
            let block = iter.block;
            let end = block.compressed_file_offset + block.total_size;
            let data = block.uncompressed_file_offset + block.uncompressed_size;
            ends.push((end as usize, data as usize));
        }
        (lib.lzma_index_end)(index, std::ptr::null());
        (lib.lzma_end)(&mut strm);
    }
    (file, ends)
}

/// Input in small pieces is taken before it is decoded, so that calls differ; what
/// comes of all of them does not.
#[test]
fn pieces_become_what_they_become_without_threads() {
    let threads = Threads::set(1);
    let mut most = 0;
    seeds(60, |rng| {
        let damaged = rng.one_in(4);
        // In the call that finds damage, filters leave data as it is, and how much
        // that is depends on the calls.
        let chain = match damaged {
            true => FilterChain::lzma(LZMA_FILTER_LZMA2, common::chain::cheap_options(rng)),
            false => FilterChain::cheap(rng),
        };
        let (mut file, _) = large_blocks(&chain, rng);
        match rng.below(4) {
            _ if damaged => file = mutate::mutate(&file, rng).bytes,
            1 => file.truncate(rng.below(file.len())),
            2 => file.extend(files::stream(&data::any(1000, rng), rng)),
            _ => {}
        }
        let mut start = Start::any(rng);
        if rng.one_in(2) {
            start.limit = u64::MAX;
        }
        let mut plan = any_plan(rng);
        plan.input =
            rng.pick(&[Chunks::Random(8192), Chunks::Fixed(8192), Chunks::Random(200_000)]);
        let want = common::run(Lib::reference(), start.init(), &file, &plan);
        let mut stream = Stream::new(Lib::ours());
        for count in [2, 3] {
            threads.change(count);
            let have = stream.run(start.init(), &file, &plan);
            most = most.max(running());
            let settled = |outcome: &Outcome| {
                let Outcome { last, total_in, .. } = *outcome;
                let total_in = if outcome.is_end() { total_in } else { 0 };
                (last, total_in, outcome.told.clone(), outcome.output.clone())
            };
            assert!(
                settled(&want) == settled(&have),
                "{count} threads: {start:?} {plan:?}\nwant {want:#?}\nhave {have:#?}"
            );
        }
    });
    assert!(most >= 5, "at most {most} threads were running");
}

/// A program that has sent or received whole Blocks, and waits for what is in them,
/// gets it, whatever comes afterwards. Where there is data left, there is input left.
#[test]
fn complete_blocks_are_not_kept_back() {
    let threads = Threads::set(1);
    seeds(20, |rng| {
        let (file, ends) = large_blocks(&FilterChain::cheap(rng), rng);
        threads.change(rng.pick(&[2, 3]));
        let lib = Lib::ours();
        let mut stream = Stream::new(lib);
        assert_eq!(
            Start { auto: rng.one_in(2), limit: u64::MAX, flags: 0 }.init()(
                lib,
                stream.as_mut_ptr()
            ),
            LZMA_OK
        );
        let mut output = vec![0; 6 << 20];
        let room = rng.pick(&[output.len(), 50_000]);
        let (mut fed, mut written) = (0, 0);
        for (end, data) in ends {
            while fed < end {
                let piece = (1 + rng.below(60_000)).min(end - fed);
                let strm = stream.as_mut();
                (strm.next_in, strm.avail_in) = (file[fed..].as_ptr(), piece);
                loop {
                    let room = room.min(output.len() - written);
                    strm.next_out = output[written..].as_mut_ptr();
                    strm.avail_out = room;
                    // SAFETY: the buffers are alive.
                    assert_eq!(unsafe { (lib.lzma_code)(strm, LZMA_RUN) }, LZMA_OK);
                    written += room - strm.avail_out;
                    // As programs do that know zlib.
                    if strm.avail_out != 0 && strm.avail_in == 0 {
                        break;
                    }
                    if strm.avail_in == 0 && fed + piece == end {
                        assert_eq!(written, data, "there is data, but no input");
                        break;
                    }
                }
                fed += piece;
            }
            assert_eq!(written, data, "up to byte {end}");
        }
    });
}

/// All that a program gets of a file which it reads in pieces of one size, if it takes
/// the end of the file for an error and makes no call after that: Python's `lzma.open`.
fn read_in_pieces(lib: &Lib, file: &[u8], piece: usize, room: usize) -> Vec<u8> {
    let mut stream = Stream::new(lib);
    let start = Start { auto: false, limit: u64::MAX, flags: 0 };
    assert_eq!(start.init()(lib, stream.as_mut_ptr()), LZMA_OK);
    let mut output = Vec::new();
    let mut part = vec![0; room];
    let strm = stream.as_mut();
    for piece in file.chunks(piece) {
        (strm.next_in, strm.avail_in) = (piece.as_ptr(), piece.len());
        loop {
            (strm.next_out, strm.avail_out) = (part.as_mut_ptr(), room);
            // SAFETY: the buffers are alive.
            assert_eq!(unsafe { (lib.lzma_code)(strm, LZMA_RUN) }, LZMA_OK);
            output.extend_from_slice(&part[..room - strm.avail_out]);
            if strm.avail_in == 0 && strm.avail_out != 0 {
                break;
            }
        }
    }
    output
}

/// Calls that bring a byte each, of a Block that is decoded ahead, take it.
#[test]
fn single_bytes_behind_a_block_that_is_decoded() {
    let _threads = Threads::set(2);
    let mut rng = Rng::new(4);
    let mut noise = vec![0; 200_000];
    rng.fill(&mut noise);
    let file = blocks(&noise, 100_000, &FilterChain::preset(0), &mut rng);
    let mut output = vec![0; noise.len()];
    let mut stream = Stream::new(Lib::ours());
    // SAFETY: it is a stream of this library.
    assert_eq!(unsafe { lzma_stream_decoder(stream.as_mut_ptr(), u64::MAX, 0) }, LZMA_OK);
    let mut code = |input: &[u8], output: &mut [u8]| {
        stream.lend(input, output);
        // SAFETY: the decoder was started, and both buffers are as long as said.
        let ret = unsafe { lzma_code(stream.as_mut_ptr(), LZMA_RUN) };
        let strm = stream.as_mut();
        (ret, input.len() - strm.avail_in, output.len() - strm.avail_out)
    };
    let (_, mut taken, mut written) = code(&file, &mut output[..10]);
    for _ in 0..3000 {
        let (ret, more, out) = code(&file[taken..][..1], &mut output[written..]);
        assert_eq!((ret, more), (LZMA_OK, 1), "at byte {taken}");
        (taken, written) = (taken + more, written + out);
    }
    let (ret, ..) = code(&file[taken..], &mut output[written..]);
    assert!(ret == LZMA_STREAM_END && output == noise, "{ret:?}");
}

/// A file of several pieces, the last of which is smaller than the others, as it is but
/// for one file of so many.
#[test]
fn truncated_files_are_given_up_to_their_end() {
    let threads = Threads::set(1);
    seeds(40, |rng| {
        let (mut file, _) = large_blocks(&FilterChain::cheap(rng), rng);
        let sizes =
            [8192, 32_768, 1000 + rng.below(100_000), 8192, 1 << 20, 1 + rng.below(100_000)];
        let (piece, room) = (rng.pick(&sizes[..3]), rng.pick(&sizes[3..]));
        file.truncate(file.len() / 2 + rng.below(file.len() / 2));
        let piece = piece.min(file.len() - 1);
        if file.len() % piece == 0 {
            file.pop();
        }
        let want = read_in_pieces(Lib::reference(), &file, piece, room);
        for count in [2, 3] {
            threads.change(count);
            let have = read_in_pieces(Lib::ours(), &file, piece, room);
            let lens = (want.len(), have.len());
            assert!(
                want == have,
                "{count} threads, {} bytes in pieces of {piece}, {room}: {lens:?}",
                file.len()
            );
        }
    });
}

#[test]
fn settings() {
    let threads = Threads::set(7);
    assert_eq!(rlzma_threads(), 7);
    assert_eq!(rlzma_set_threads(RLZMA_THREADS_MAX + 1), LZMA_OPTIONS_ERROR);
    assert_eq!(rlzma_threads(), 7);
    threads.change(0);
    assert!((1..=lzma_cputhreads()).contains(&rlzma_threads()));
    rlzma_set_memory(1);
    assert_eq!(rlzma_memory(), 1);
    rlzma_set_memory(0);
    assert!(rlzma_memory() > 1);
}

/// A random chain, with a Block size that tests can exceed: three times the
/// dictionary, but at least 1 MiB.
fn chain(rng: &mut Rng) -> FilterChain {
    let mut chain = FilterChain::cheap(rng);
    chain.last().dict_size = rng.pick(&[4096, 65_536, 300_000, 400_000]);
    chain
}

/// The threaded encoder of the original, with the Block size that it chooses.
fn encoder_mt<'a>(
    filters: &'a common::chain::Filters,
    check: lzma_check,
) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret + 'a {
    move |lib, strm| {
        let mut options: lzma_mt = zeroed();
        options.threads = 1;
        options.filters = filters.as_ptr();
        options.check = check;
        // SAFETY: a stream of this library; the chain is alive.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
    }
}

/// `LZMA_SYNC_FLUSH` ends a Block, which is `LZMA_FULL_FLUSH` for the original.
#[test]
fn encoders_write_what_the_threaded_encoder_writes() {
    let threads = Threads::set(1);
    let mut most = 0;
    seeds(30, |rng| {
        let mut stream = Stream::new(Lib::ours());
        for _ in 0..2 {
            let len = rng.pick(&[0, 10, 5000, 900_000, 1 << 20, 2 << 20, 5_000_000]);
            let mut plain = data::any(100_000, rng).repeat(60);
            plain.truncate(len);
            let chain = chain(rng);
            let filters = chain.raw();
            let check = rng.pick(&[LZMA_CHECK_NONE, LZMA_CHECK_CRC64, LZMA_CHECK_SHA256]);
            let flushes = [LZMA_SYNC_FLUSH, LZMA_FULL_FLUSH, LZMA_FULL_BARRIER];
            let mut ours = any_plan(rng);
            let count = if rng.one_in(2) { rng.below(4) } else { 0 };
            ours.flushes =
                (0..count).map(|_| (rng.below(plain.len() + 1), rng.pick(&flushes))).collect();
            ours.flushes.sort_by_key(|flush| flush.0);
            ours.finish = true;
            let full = |&(at, action)| {
                (at, if action == LZMA_SYNC_FLUSH { LZMA_FULL_FLUSH } else { action })
            };
            let theirs = Plan { flushes: ours.flushes.iter().map(full).collect(), ..Plan::whole() };
            let want = common::run(Lib::reference(), encoder_mt(&filters, check), &plain, &theirs);
            let init = |lib: &Lib, strm| {
                // SAFETY: a stream of this library; the chain is alive.
                unsafe { (lib.lzma_stream_encoder)(strm, filters.as_ptr(), check) }
            };
            for count in [2, 3, 16] {
                threads.change(count);
                let have = stream.run(init, &plain, &ours);
                most = most.max(running());
                assert!(
                    want.result() == have.result(),
                    "{count} threads, {ours:?}\nwant {want:#?}\nhave {have:#?}"
                );
            }
        }
    });
    assert!(most >= 4, "at most {most} threads were running");
}

/// Wrong arguments are answered as without threads.
#[test]
fn encoders_refuse_what_they_refuse_without_threads() {
    let threads = Threads::set(1);
    let mut refused = 0;
    seeds(300, |rng| {
        let mut chain = FilterChain::small_or_spoiled(rng.pick(&IDS), rng);
        if rng.one_in(2) {
            chain.spoil(rng);
        }
        let check = lzma_check(rng.pick(&[0, 1, 4, 10, 2, 15, 16, u32::MAX]));
        let preset = rng.pick(&[0, 1, 2, 10, 99, LZMA_PRESET_EXTREME | 31]);
        let [want, have] = [(Lib::reference(), 1), (Lib::ours(), 2)].map(|(lib, count)| {
            threads.change(count);
            let mut stream = Stream::new(lib);
            // SAFETY: a stream of this library; the chain is alive.
            unsafe {
                let strm = stream.as_mut_ptr();
                let with =
                    |filters: *mut lzma_filter| (lib.lzma_stream_encoder)(strm, filters, check);
                [chain.with(with), (lib.lzma_easy_encoder)(strm, preset, check)]
            }
        });
        refused += want.iter().filter(|ret| **ret != LZMA_OK).count();
        assert_eq!(want, have, "{chain:?} {check:?} {preset}");
    });
    assert!(refused > 10, "only {refused}");
}

const IDS: [lzma_vli; 3] = [LZMA_FILTER_LZMA2, LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA2];

/// Filters change between Blocks, as in the threaded encoder.
#[test]
fn filters_change_between_blocks() {
    let threads = Threads::set(2);
    let rng = &mut Rng::new(5);
    let plain = data::generate(data::Kind::Text, 2 << 20, rng);
    let options: Vec<_> = [4096, 100_000]
        .map(|dict_size| {
            let mut chain = FilterChain::lzma(LZMA_FILTER_LZMA2, common::chain::cheap_options(rng));
            chain.last().dict_size = dict_size;
            chain.raw()
        })
        .into();
    let encode = |lib: &'static Lib,
                  flush: lzma_action,
                  init: &dyn Fn(&Lib, *mut lzma_stream) -> lzma_ret| {
        let mut stream = Stream::new(lib);
        let mut output = vec![0; 4 << 20];
        assert_eq!(init(lib, stream.as_mut_ptr()), LZMA_OK);
        let (first, second) = plain.split_at(700_000);
        // SAFETY: a stream of this library; buffers and chains are alive.
        unsafe {
            stream.lend(first, &mut output);
            let strm = stream.as_mut_ptr();
            assert_eq!((lib.lzma_code)(strm, LZMA_RUN), LZMA_OK);
            let in_block = (lib.lzma_filters_update)(strm, options[1].as_ptr());
            assert_eq!(in_block, LZMA_PROG_ERROR);
            while (lib.lzma_code)(strm, flush) == LZMA_OK {}
            assert_eq!((lib.lzma_filters_update)(strm, options[1].as_ptr()), LZMA_OK);
            (*strm).next_in = second.as_ptr();
            (*strm).avail_in = second.len();
            assert_eq!((lib.lzma_code)(strm, LZMA_FINISH), LZMA_STREAM_END);
            output.truncate((*strm).total_out as usize);
        }
        output
    };
    let want =
        encode(Lib::reference(), LZMA_FULL_FLUSH, &encoder_mt(&options[0], LZMA_CHECK_CRC32));
    for count in [2, 3] {
        threads.change(count);
        for flush in [LZMA_FULL_FLUSH, LZMA_SYNC_FLUSH] {
            // SAFETY: a stream of this library; the chain is alive.
            let have = encode(Lib::ours(), flush, &|lib, strm| unsafe {
                (lib.lzma_stream_encoder)(strm, options[0].as_ptr(), LZMA_CHECK_CRC32)
            });
            assert!(want == have, "{count} threads, {flush:?}");
        }
    }
}

/// `lzma_easy_buffer_encode` and `lzma_stream_buffer_encode` with as much room as
/// there is, or as a file without threads needs.
#[test]
fn buffers_are_encoded_blockwise() {
    let threads = Threads::set(2);
    let rng = &mut Rng::new(6);
    for len in [0, 1, 100, 1 << 20, 2_500_000] {
        let plain = data::generate(data::Kind::Mixture, len, rng);
        let chain = FilterChain::preset(0);
        let filters = chain.raw();
        let init = encoder_mt(&filters, LZMA_CHECK_CRC64);
        let want = common::run(Lib::reference(), init, &plain, &Plan::whole()).output;
        for count in [1, 2, 3] {
            threads.change(count);
            for small in [false, true] {
                let lib = if count == 1 { Lib::reference() } else { Lib::ours() };
                let encode = |lib: &Lib, room: usize, easy: bool| {
                    let (mut output, mut pos) = (vec![0; room], 0);
                    // SAFETY: buffers and chains are alive.
                    let ret = unsafe {
                        let (check, null) = (LZMA_CHECK_CRC64, std::ptr::null());
                        let (input, len, out) = (plain.as_ptr(), plain.len(), output.as_mut_ptr());
                        match easy {
                            true => (lib.lzma_easy_buffer_encode)(
                                0, check, null, input, len, out, &mut pos, room,
                            ),
                            false => chain.with(|filters| {
                                (lib.lzma_stream_buffer_encode)(
                                    filters, check, null, input, len, out, &mut pos, room,
                                )
                            }),
                        }
                    };
                    output.truncate(pos);
                    (ret, output)
                };
                for easy in [false, true] {
                    // A file of one Block may take less room than one of many.
                    let (_, one) = encode(Lib::reference(), len + (1 << 16), easy);
                    let room = if small { one.len() } else { len + (1 << 16) };
                    let (ret, have) = encode(lib, room, easy);
                    let blockwise = count > 1 && want.len() <= room;
                    assert_eq!(ret, LZMA_OK);
                    assert!(have == *if blockwise { &want } else { &one }, "{len} {count} {small}");
                }
            }
        }
    }
}
