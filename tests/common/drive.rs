//! A driver for coders: calls `lzma_code` by a plan, and records every answer.

use std::fmt;
use std::ptr;

use rlzma::ffi::*;

use super::{Allocator, Lib, Rng};

/// The division of input, or of output space, into calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunks {
    /// All in one call. The output space is `Plan::capacity`.
    Whole,
    /// This number of bytes in each call.
    Fixed(usize),
    /// A random number of bytes from one to this; small numbers are frequent.
    Random(usize),
}

impl Chunks {
    fn draw(self, rng: &mut Rng, whole: usize) -> usize {
        match self {
            Chunks::Whole => whole,
            Chunks::Fixed(size) => size,
            Chunks::Random(max) => 1 + rng.skewed(max),
        }
    }
}

/// A plan to drive a coder by.
#[derive(Clone, Debug)]
pub struct Plan {
    pub input: Chunks,
    pub output: Chunks,
    /// Output space when it is given all at once.
    pub capacity: usize,
    /// Seed of the random chunk sizes.
    pub seed: u64,
    /// Use `LZMA_FINISH` once all input is handed over; otherwise
    /// `LZMA_RUN` to the end.
    pub finish: bool,
    /// Flushes: after how many bytes of input, in ascending order, and the action.
    pub flushes: Vec<(usize, lzma_action)>,
    /// After `LZMA_MEMLIMIT_ERROR`, raise the limit to what
    /// `lzma_memusage` says and go on.
    pub raise_memlimit: bool,
    /// Stop, as if the coder had ended, once the output has this many bytes.
    pub stop_after: Option<usize>,
}

impl Plan {
    /// All input at once, all output at once, `LZMA_FINISH`.
    pub fn whole() -> Plan {
        Plan {
            input: Chunks::Whole,
            output: Chunks::Whole,
            capacity: 64 << 20,
            seed: 0,
            finish: true,
            flushes: Vec::new(),
            raise_memlimit: false,
            stop_after: None,
        }
    }

    /// One byte at a time into one byte of space.
    pub fn bytewise() -> Plan {
        Plan { input: Chunks::Fixed(1), output: Chunks::Fixed(1), ..Plan::whole() }
    }

    /// A random way to divide input and output.
    pub fn random(rng: &mut Rng) -> Plan {
        let mut draw = || match rng.below(6) {
            0 => Chunks::Whole,
            1 => Chunks::Fixed(1),
            2 => Chunks::Fixed(1 + rng.skewed(5000)),
            3 => Chunks::Random(8),
            4 => Chunks::Random(300),
            _ => Chunks::Random(100_000),
        };
        let (input, output) = (draw(), draw());
        Plan { input, output, seed: rng.next_u64(), ..Plan::whole() }
    }
}

/// One call of `lzma_code`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    pub action: lzma_action,
    pub given: usize,
    pub space: usize,
    pub ret: lzma_ret,
    pub taken: usize,
    pub written: usize,
}

/// All that a coder answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The code of the initialisation.
    pub init: lzma_ret,
    /// The last code of `lzma_code`; `LZMA_OK` if it was never called.
    pub last: lzma_ret,
    /// The informational codes, after which coding went on, each with the answer of
    /// `lzma_get_check` at that moment.
    pub told: Vec<(lzma_ret, lzma_check)>,
    pub output: Vec<u8>,
    pub total_in: u64,
    pub total_out: u64,
    pub avail_in: usize,
    pub avail_out: usize,
    /// The positions that the coder wanted to seek to.
    pub seeks: Vec<u64>,
    pub steps: Vec<Step>,
}

/// The part of an outcome that does not depend on how the data was divided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary<'a> {
    pub init: lzma_ret,
    pub last: lzma_ret,
    pub told: &'a [(lzma_ret, lzma_check)],
    pub total_in: u64,
    pub total_out: u64,
    pub output: &'a [u8],
}

impl Outcome {
    /// The part that does not depend on how the data was divided.
    pub fn result(&self) -> Summary<'_> {
        Summary {
            init: self.init,
            last: self.last,
            told: &self.told,
            total_in: self.total_in,
            total_out: self.total_out,
            output: &self.output,
        }
    }

    pub fn is_end(&self) -> bool {
        self.init == LZMA_OK && self.last == LZMA_STREAM_END
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("init", &self.init)
            .field("last", &self.last)
            .field("told", &self.told)
            .field("output_len", &self.output.len())
            .field("total_in", &self.total_in)
            .field("total_out", &self.total_out)
            .field("avail_in", &self.avail_in)
            .field("avail_out", &self.avail_out)
            .field("seeks", &self.seeks)
            .field("calls", &self.steps.len())
            .field("last_call", &self.steps.last())
            .finish()
    }
}

/// An `lzma_stream` of one library; `lzma_end` is called when it is dropped.
pub struct Stream<'a> {
    pub lib: &'a Lib,
    raw: Box<lzma_stream>,
}

impl<'a> Stream<'a> {
    pub fn new(lib: &'a Lib) -> Stream<'a> {
        Stream { lib, raw: Box::new(LZMA_STREAM_INIT) }
    }

    /// A stream that allocates from `allocator`.
    pub fn with_allocator(lib: &'a Lib, allocator: &'a Allocator) -> Stream<'a> {
        let mut new = Stream::new(lib);
        new.raw.allocator = allocator.as_ptr();
        new
    }

    pub fn as_mut_ptr(&mut self) -> *mut lzma_stream {
        &raw mut *self.raw
    }

    pub fn as_mut(&mut self) -> &mut lzma_stream {
        &mut self.raw
    }

    /// Gives the stream all of `input`, and all of `out` for its output. Both
    /// must live until the stream is given others.
    pub fn lend(&mut self, input: &[u8], out: &mut [u8]) {
        (self.raw.next_in, self.raw.avail_in) = (input.as_ptr(), input.len());
        (self.raw.next_out, self.raw.avail_out) = (out.as_mut_ptr(), out.len());
    }

    /// Initialises a coder with `init`, then codes `input` by `plan`. The
    /// coder stays as it is afterwards and can be initialised again.
    pub fn run(
        &mut self,
        init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret,
        input: &[u8],
        plan: &Plan,
    ) -> Outcome {
        let ret = init(self.lib, self.as_mut_ptr());
        if ret == LZMA_OK {
            self.code(input, plan)
        } else {
            let mut outcome = self.outcome(Run::new(input, plan));
            outcome.init = ret;
            outcome
        }
    }

    /// Codes `input` by `plan` with the coder as it is.
    pub fn code(&mut self, input: &[u8], plan: &Plan) -> Outcome {
        let mut run = Run::new(input, plan);
        run.code(self);
        self.outcome(run)
    }

    fn outcome(&self, run: Run<'_>) -> Outcome {
        let raw = &self.raw;
        let outcome = Outcome {
            init: LZMA_OK,
            last: run.steps.last().map_or(LZMA_OK, |step| step.ret),
            told: run.told,
            output: run.output,
            total_in: raw.total_in,
            total_out: raw.total_out,
            avail_in: raw.avail_in,
            avail_out: raw.avail_out,
            seeks: run.seeks,
            steps: run.steps,
        };
        assert!(raw.reserved_ptr1.is_null() && raw.reserved_int2 == 0);
        outcome
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        // SAFETY: the stream was initialised by this library or by nobody.
        unsafe { (self.lib.lzma_end)(self.as_mut_ptr()) };
        assert!(self.raw.internal.is_null() || std::thread::panicking());
    }
}

/// Bytes behind the output space that the library must leave alone.
const GUARD: [u8; 16] = [0x5C; 16];

struct Run<'a> {
    input: &'a [u8],
    plan: &'a Plan,
    rng: Rng,
    /// Bytes of the input that were handed over.
    handed: usize,
    /// The chunk that was handed over last, in memory of exactly its size if
    /// it is small, so that tools see reads outside of it.
    chunk: Box<[u8]>,
    /// The number of flushes that are done.
    flushed: usize,
    output: Vec<u8>,
    told: Vec<(lzma_ret, lzma_check)>,
    seeks: Vec<u64>,
    steps: Vec<Step>,
}

impl<'a> Run<'a> {
    fn new(input: &'a [u8], plan: &'a Plan) -> Run<'a> {
        Run {
            input,
            plan,
            rng: Rng::new(plan.seed),
            handed: 0,
            chunk: Box::default(),
            flushed: 0,
            output: Vec::new(),
            told: Vec::new(),
            seeks: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// The end of the input that may be handed over before the next flush.
    fn end(&self) -> usize {
        let flush = self.plan.flushes.get(self.flushed);
        flush.map_or(self.input.len(), |(at, _)| (*at).min(self.input.len()))
    }

    fn action(&self) -> lzma_action {
        if self.handed < self.end() {
            return LZMA_RUN;
        }
        match self.plan.flushes.get(self.flushed) {
            Some((_, action)) => *action,
            None if self.plan.finish => LZMA_FINISH,
            None => LZMA_RUN,
        }
    }

    /// Hands over the next chunk of the input.
    fn hand_over(&mut self, strm: &mut lzma_stream) {
        let rest = self.end().saturating_sub(self.handed);
        if rest == 0 {
            return;
        }
        let size = self.plan.input.draw(&mut self.rng, rest).clamp(1, rest);
        let chunk = &self.input[self.handed..][..size];
        self.handed += size;
        strm.avail_in = size;
        if size <= 4096 {
            self.chunk = chunk.into();
            strm.next_in = self.chunk.as_ptr();
        } else {
            strm.next_in = chunk.as_ptr();
        }
    }

    /// One call: returns what `lzma_code` said and how much it took and wrote.
    fn call(&mut self, stream: &mut Stream<'_>, space: usize) -> Step {
        let action = self.action();
        let done = self.output.len();
        self.output.reserve(space + GUARD.len());
        let room = &mut self.output.spare_capacity_mut()[space..][..GUARD.len()];
        for (slot, byte) in room.iter_mut().zip(GUARD) {
            slot.write(byte);
        }
        let strm = stream.as_mut();
        strm.next_out = self.output.spare_capacity_mut().as_mut_ptr().cast();
        strm.avail_out = space;
        let before = *strm;
        // SAFETY: the buffers are as long as the stream says, and the coder
        // was set up by this library.
        let ret = unsafe { (stream.lib.lzma_code)(stream.as_mut_ptr(), action) };
        let after = *stream.as_mut();

        let name = stream.lib.name;
        assert!(after.avail_in <= before.avail_in, "{name} grew the input");
        assert!(after.avail_out <= before.avail_out, "{name} grew the output");
        let step = Step {
            action,
            given: before.avail_in,
            space,
            ret,
            taken: before.avail_in - after.avail_in,
            written: before.avail_out - after.avail_out,
        };
        assert_eq!(after.next_in.addr(), before.next_in.addr() + step.taken, "{name}: next_in");
        assert_eq!(
            after.next_out.addr(),
            before.next_out.addr() + step.written,
            "{name}: next_out"
        );
        // SAFETY: the library wrote so many bytes; the guard was written here
        // and stands in the capacity behind the space.
        let guard = unsafe {
            self.output.set_len(done + step.written);
            std::slice::from_raw_parts(before.next_out.add(space), GUARD.len())
        };
        assert_eq!(guard, GUARD, "{name} wrote behind the output");
        self.steps.push(step);
        step
    }

    fn code(&mut self, stream: &mut Stream<'_>) {
        let lib = stream.lib;
        stream.as_mut().next_in = ptr::null();
        stream.as_mut().avail_in = 0;
        let mut space = 0;
        let mut idle = 0_u32;
        loop {
            if stream.as_mut().avail_in == 0 {
                self.hand_over(stream.as_mut());
            }
            if space == 0 {
                space = self.plan.output.draw(&mut self.rng, self.plan.capacity).max(1);
            }
            let step = self.call(stream, space);
            space -= step.written;

            // A threaded coder with a timeout may be idle for a while.
            idle = if step.taken + step.written == 0 { idle + 1 } else { 0 };
            assert!(idle < 1_000_000, "{} makes no progress: {step:?}", lib.name);
            if self.plan.stop_after.is_some_and(|stop| self.output.len() >= stop) {
                return;
            }
            match step.ret {
                LZMA_OK => {}
                LZMA_STREAM_END if self.flushed < self.plan.flushes.len() => {
                    if step.action == LZMA_RUN {
                        return;
                    }
                    self.flushed += 1;
                }
                LZMA_NO_CHECK | LZMA_UNSUPPORTED_CHECK | LZMA_GET_CHECK => {
                    // SAFETY: the coder was set up by this library.
                    let check = unsafe { (lib.lzma_get_check)(stream.as_mut_ptr()) };
                    self.told.push((step.ret, check));
                }
                LZMA_SEEK_NEEDED => {
                    let strm = stream.as_mut();
                    self.seeks.push(strm.seek_pos);
                    self.handed = usize::try_from(strm.seek_pos).expect("a position in the input");
                    assert!(self.handed <= self.input.len(), "seeks behind the end");
                    strm.avail_in = 0;
                }
                LZMA_MEMLIMIT_ERROR if self.plan.raise_memlimit => {
                    let strm = stream.as_mut_ptr();
                    // SAFETY: the coder was set up by this library.
                    let ret = unsafe { (lib.lzma_memlimit_set)(strm, (lib.lzma_memusage)(strm)) };
                    if ret != LZMA_OK {
                        return;
                    }
                }
                _ => return,
            }
        }
    }
}

/// Initialises a coder of `lib` with `init`, codes `input` by `plan`, ends.
pub fn run(
    lib: &Lib,
    init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret,
    input: &[u8],
    plan: &Plan,
) -> Outcome {
    Stream::new(lib).run(init, input, plan)
}

/// Panics with the first difference between what the original (`want`) and
/// ours (`have`) answered. The calls count: both must have been driven by
/// the same plan.
#[track_caller]
pub fn assert_same(want: &Outcome, have: &Outcome, what: impl fmt::Display) {
    if want == have {
        return;
    }
    let mut text = String::new();
    let both = want.steps.iter().zip(&have.steps);
    if let Some(at) = both.clone().position(|(want, have)| want != have) {
        text = format!("call {at}: {:?}\n      not {:?}\n", have.steps[at], want.steps[at]);
    }
    let both = want.output.iter().zip(&have.output);
    if let Some(at) = both.clone().position(|(want, have)| want != have) {
        text += &format!("byte {at}: {:#04x} not {:#04x}\n", have.output[at], want.output[at]);
    }
    panic!("{what}\n{text}want {want:#?}\nhave {have:#?}");
}
