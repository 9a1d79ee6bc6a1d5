//! Coders that have threads by decision of the user (`rlzma.h`,
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
fn blocks(plain: &[u8], block_size: usize, rng: &mut Rng) -> Vec<u8> {
    let filters = FilterChain::cheap(rng).raw();
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
            1 => file.extend(blocks(&plain, 1 + rng.skewed(600_000), rng)),
            _ => file.extend(blocks(&plain, 32_768 + rng.skewed(150_000), rng)),
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
