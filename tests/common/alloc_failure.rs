//! Coders without memory: every allocation fails once, in turn. The answer is
//! `LZMA_MEM_ERROR`, nothing leaks (the allocator looks when it is dropped),
//! and the stream can be used again.

use std::fmt::Debug;

use rlzma::ffi::*;

use super::{Allocator, Lib, Outcome, Plan, Stream};

/// A coder and its input, from which it is known what comes out.
pub trait Case {
    /// Starts the coder and codes all of the input.
    fn run(&self, stream: &mut Stream<'_>) -> Outcome;

    fn expected(&self) -> &[u8];

    /// The name of the coder in messages.
    fn coder(&self) -> impl Debug;

    /// Runs without a failure.
    #[track_caller]
    fn succeed(&self, stream: &mut Stream<'_>) {
        let outcome = self.run(stream);
        let good = outcome.is_end() && outcome.output == self.expected();
        assert!(good, "{:?}: {outcome:?}", self.coder());
    }

    /// Runs with a failure, unless there are fewer allocations than it takes
    /// to get to it; then the result is `false`.
    #[track_caller]
    fn fail(&self, stream: &mut Stream<'_>, allocator: &Allocator) -> bool {
        let failed = allocator.failed();
        let outcome = self.run(stream);
        if allocator.failed() == failed {
            let good = outcome.is_end() && outcome.output == self.expected();
            assert!(good, "{:?}: {outcome:?}", self.coder());
            return false;
        }
        let code = if outcome.init == LZMA_OK { outcome.last } else { outcome.init };
        assert_eq!(code, LZMA_MEM_ERROR, "{:?}", self.coder());
        assert!(self.expected().starts_with(&outcome.output), "{:?}", self.coder());
        // Nothing is left that could be used.
        // SAFETY: a stream of this library, without input or room.
        let ret = unsafe { (stream.lib.lzma_code)(stream.as_mut_ptr(), LZMA_FINISH) };
        assert_eq!(ret, LZMA_PROG_ERROR, "{:?}", self.coder());
        true
    }
}

/// A coder that a function starts, and that takes all of its input in one call.
pub struct OneCall<'a, F> {
    pub init: F,
    pub input: &'a [u8],
    pub expected: &'a [u8],
    pub name: String,
}

impl<F: Fn(&Lib, *mut lzma_stream) -> lzma_ret> Case for OneCall<'_, F> {
    fn run(&self, stream: &mut Stream<'_>) -> Outcome {
        stream.run(&self.init, self.input, &Plan::whole())
    }

    fn expected(&self) -> &[u8] {
        self.expected
    }

    fn coder(&self) -> impl Debug {
        &self.name
    }
}

/// Fails every allocation of a new stream, of which there are more than
/// `least`.
pub fn new_streams<C: Case>(cases: &[C], least: usize) {
    for case in cases {
        for n in 1.. {
            let allocator = Allocator::failing_at(n);
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            if !case.fail(&mut stream, &allocator) {
                assert!(n > least, "{:?}: only {n} allocations", case.coder());
                break;
            }
            case.succeed(&mut stream);
        }
    }
}

/// Fails every allocation of a stream that has coded something else and is
/// started again.
pub fn used_streams<C: Case>(cases: &[C]) {
    for (before, case) in cases.iter().flat_map(|case| cases.iter().map(move |other| (case, other)))
    {
        for n in 1.. {
            let allocator = Allocator::new();
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            before.succeed(&mut stream);
            allocator.fail_next(n);
            if !case.fail(&mut stream, &allocator) {
                break;
            }
            // Coders that do without the missing memory still work.
            before.succeed(&mut stream);
            case.succeed(&mut stream);
        }
    }
}

/// Fails an allocation and all that follow it, then ends the stream.
pub fn nothing_left_at_all<C: Case>(cases: &[C]) {
    for case in cases {
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
