//! Decoders without memory: every allocation fails once, in turn. The answer
//! is `LZMA_MEM_ERROR`, nothing leaks (the allocator looks when it is
//! dropped), and the stream can be used again.

mod common;

use common::decoder::{Decoder, Start};
use common::{Allocator, Lib, Outcome, Plan, Rng, Stream, files};
use rlzma::ffi::*;

/// A file and how to decode it.
struct Case {
    file: Vec<u8>,
    plain: Vec<u8>,
    start: Start,
}

impl Case {
    fn new(decoder: Decoder, file: &[u8]) -> Case {
        let start = Start { decoder, limit: u64::MAX, flags: LZMA_CONCATENATED };
        let outcome = common::run(Lib::reference(), start.init(), file, &plan());
        assert!(outcome.is_end(), "{start:?}: {outcome:?}");
        Case { file: file.to_vec(), plain: outcome.output, start }
    }

    fn run(&self, stream: &mut Stream<'_>) -> Outcome {
        stream.run(self.start.init(), &self.file, &plan())
    }

    /// Runs without a failure.
    #[track_caller]
    fn succeed(&self, stream: &mut Stream<'_>) {
        let outcome = self.run(stream);
        assert!(outcome.is_end() && outcome.output == self.plain, "{:?}: {outcome:?}", self.start);
    }

    /// Runs with a failure, unless there are fewer allocations than it takes
    /// to get to it; then the result is `false`.
    #[track_caller]
    fn fail(&self, stream: &mut Stream<'_>, allocator: &Allocator) -> bool {
        let failed = allocator.failed();
        let outcome = self.run(stream);
        if allocator.failed() == failed {
            assert!(outcome.is_end(), "{:?}: {outcome:?}", self.start);
            return false;
        }
        let code = if outcome.init == LZMA_OK { outcome.last } else { outcome.init };
        assert_eq!(code, LZMA_MEM_ERROR, "{:?}", self.start);
        assert!(self.plain.starts_with(&outcome.output), "{:?}", self.start);
        // Nothing is left that could be used.
        // SAFETY: a stream of this library, without input or room.
        let ret = unsafe { (stream.lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH) };
        assert_eq!(ret, LZMA_PROG_ERROR, "{:?}", self.start);
        true
    }
}

fn plan() -> Plan {
    Plan { capacity: 1 << 18, ..Plan::whole() }
}

/// Several files for every decoder, so that dictionaries of several sizes are
/// needed.
fn cases() -> Vec<Case> {
    let rng = &mut Rng::new(0);
    let mut cases = Vec::new();
    for _ in 0..3 {
        let xz = files::stream(&common::data::any(50_000, rng), rng);
        let alone = files::alone(50_000, rng);
        let lzip = files::lzip(50_000, rng);
        let micro = files::micro(50_000, rng);
        for file in [&xz, &alone, &lzip] {
            cases.push(Case::new(Decoder::Auto, file));
        }
        cases.push(Case::new(Decoder::Stream, &xz));
        cases.push(Case::new(Decoder::Alone, &alone));
        cases.push(Case::new(Decoder::Lzip, &lzip));
        let decoder = Decoder::MicroLzma {
            comp_size: micro.bytes.len() as u64,
            uncomp_size: micro.plain_size,
            exact: 1,
            dict_size: micro.dict_size,
        };
        cases.push(Case::new(decoder, &micro.bytes));
    }
    cases
}

/// Every allocation of a new stream.
#[test]
fn new_streams() {
    for case in cases() {
        for n in 1.. {
            let allocator = Allocator::failing_at(n);
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            if !case.fail(&mut stream, &allocator) {
                assert!(n > 2, "{:?}: only {n} allocations", case.start);
                break;
            }
            case.succeed(&mut stream);
        }
    }
}

/// Every allocation when a stream that has decoded something else is started
/// again.
#[test]
fn used_streams() {
    let cases = cases();
    for before in &cases {
        for case in &cases {
            for n in 1.. {
                let allocator = Allocator::new();
                let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
                before.succeed(&mut stream);
                allocator.fail_next(n);
                if !case.fail(&mut stream, &allocator) {
                    break;
                }
                // What works without the memory that is missing, works.
                before.succeed(&mut stream);
                case.succeed(&mut stream);
            }
        }
    }
}

/// All further allocations fail, then the stream is ended.
#[test]
fn nothing_left_at_all() {
    for case in cases() {
        for n in 1.. {
            let allocator = Allocator::failing_from(n);
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            if !case.fail(&mut stream, &allocator) {
                break;
            }
            // Once more, while nothing has become better.
            case.fail(&mut stream, &allocator);
        }
    }
}

/// What is in use is not more than what is said to be.
#[test]
fn no_more_than_memory_usage_says() {
    for case in cases() {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        case.succeed(&mut stream);
        // SAFETY: a stream of this library.
        let usage = unsafe { (stream.lib.lzma_memusage)(stream.as_mut_ptr()) };
        let used = allocator.live_bytes() as u64; // earlier members may have needed more
        assert!(usage == 0 || used <= usage, "{:?}: {used} of {usage}", case.start);
    }
}
