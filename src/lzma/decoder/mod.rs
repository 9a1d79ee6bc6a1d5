//! The LZMA decoder: turns calls with any amount of input and output into
//! runs of whole symbols.
//!
//! Where there is plenty of input, it is decoded by whole symbols. The last
//! [`SYMBOL_MAX`] bytes of a call may end within a symbol: they are decoded bit by bit,
//! and the next call resumes where they ended. What did not fit into the output of a
//! call is left for the next one, too.

#![forbid(unsafe_code)]

mod chunk;
mod model;
mod resumable;
mod symbols;

pub(crate) use chunk::Lzma2Decoder;

use super::LzmaOptions;
use crate::bytes::Gather;
use crate::cpu::polyfill::as_chunks_mut;
use crate::error::{Error, Result, Status};
use crate::fault;
use crate::io::{Action, Input, Output};
use crate::lz::Dictionary;
use crate::memory::figures::by_target;
use crate::memory::{AllocatorHandle, History, Initial, LazyBoxWithArray};
use crate::range::{LiteralRow, PROB_INIT, Probability, RANGE_MIN};
use model::LITERALS_MAX;
use resumable::{PartialSymbol, Pause};
use symbols::{Progress, SYMBOL_MAX, Stop, SymbolDecoder};

/// A symbol that is decoded but not written yet, for lack of space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parked {
    Nothing,
    Literal(u8),
    /// The rest of a match at the latest distance, in bytes.
    Match(usize),
}

/// Result of one step of decoding.
enum Flow {
    Go,
    /// Input or output has run out.
    Wait,
    /// The end of the data.
    End,
}

/// The dictionary, up to where the room for this call ends.
struct Window<'a> {
    history: History<'a>,
    /// True if nothing follows the input. The last byte of it may be one that is not
    /// to be taken.
    complete: bool,
    /// True if a literal may be written at the limit and taken back.
    slack: bool,
}

impl Window<'_> {
    fn is_full(&self) -> bool {
        self.history.pos() >= self.history.limit()
    }
}

/// The part of the data that comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The bytes that the range decoder starts with.
    Head,
    /// Symbols.
    Symbols,
    /// An end marker is decoded; a last byte may be missing.
    EndMarker,
    /// Nothing: the data has ended within a symbol, for good.
    Truncated,
}

/// Decodes LZMA symbols into a dictionary.
struct LzmaCore {
    /// The probabilities of literals stand behind all else. Not touched before there is
    /// LZMA data: there may be none; nor literals that `lc` and `lp` do not use.
    symbols: LazyBoxWithArray<SymbolDecoder, Probability, LITERALS_MAX>,
    /// The bytes that the range decoder starts with.
    rc_init: Gather<5>,
    stage: Stage,
    /// The beginning of a symbol that has not fully arrived.
    partial: PartialSymbol,
    parked: Parked,
    /// Number of bytes that are to come. `None`: an end marker will tell.
    ///
    /// It is the size of an LZMA2 chunk or, for LZMA1, what a container or the
    /// application says. Two other counts of uncompressed bytes go beside it, since each
    /// has another end: `uncompressed` of a Block decoder counts what the last filter of
    /// a chain gives, to the size in the Block Header, and is there although raw
    /// decoders have no Block; `limit` of the dictionary is how far the current call may
    /// write, by the room in its output and in the ring.
    remaining: Option<u64>,
    /// True if there may be an end marker although the size is known.
    end_marker_allowed: bool,
}

impl LzmaCore {
    fn new(memory: &AllocatorHandle) -> Result<LzmaCore> {
        Ok(LzmaCore {
            symbols: memory.lazy_box_with_array()?,
            rc_init: Gather::new(),
            stage: Stage::Head,
            partial: PartialSymbol::NONE,
            parked: Parked::Nothing,
            remaining: None,
            end_marker_allowed: true,
        })
    }

    #[inline(never)] // or each caller could make the model, which takes much code
    fn symbols(&mut self) -> &mut SymbolDecoder {
        self.model().0
    }

    /// All that symbols change, and the probabilities of literals, a row for each context.
    fn model(&mut self) -> (&mut SymbolDecoder, &mut [LiteralRow]) {
        let (symbols, literals) = self.symbols.parts_or(|| SymbolDecoder::INITIAL);
        (symbols, as_chunks_mut(literals).0)
    }

    /// Forgets everything, and takes `lc`, `lp` and `pb` from `options`.
    fn reset(&mut self, options: &LzmaOptions<'_>) {
        self.symbols().configure(options);
        self.reset_state();
    }

    /// Forgets all symbols, but keeps `lc`, `lp` and `pb`.
    fn reset_state(&mut self) {
        let symbols = self.symbols();
        symbols.reset();
        let literals = model::literals(symbols.literal_bits);
        self.symbols.fill_up_to(literals, PROB_INIT);
        self.parked = Parked::Nothing;
        self.expect_head();
    }

    /// The range decoder starts anew.
    fn expect_head(&mut self) {
        self.symbols().rc.range = u32::MAX;
        self.rc_init.clear();
        self.stage = Stage::Head;
        self.partial = PartialSymbol::NONE;
    }

    fn set_size(&mut self, size: Option<u64>, end_marker_allowed: bool) {
        self.remaining = size;
        self.end_marker_allowed = end_marker_allowed;
    }

    /// Returns the number of bytes that are to come, or the largest number if
    /// that is not known.
    fn size_left(&self) -> usize {
        self.remaining.map_or(usize::MAX, |left| left.try_into().unwrap_or(usize::MAX))
    }

    /// Decodes as much as there is input and room for. `complete`: nothing follows
    /// the input, or it is an error if all of it is taken.
    fn decode(
        &mut self,
        dictionary: &mut Dictionary,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        complete: bool,
    ) -> Result<Status> {
        if !self.read_head(input)? {
            return Ok(Status::Ok);
        }
        let room = self.size_left();
        if let Some(written) = self.fill_with_match(dictionary, room) {
            return self.settle(written, Ok(Flow::Wait));
        }
        let start = dictionary.pos();
        let last = self.remaining.is_some_and(|left| left <= dictionary.room() as u64);
        let slack = dictionary.has_slack();
        let mut window = Window { history: dictionary.history(output, room), complete, slack };
        let result = self.decode_to(&mut window, input, last);
        fault::point();
        let pos = window.history.finish();
        dictionary.advance_to(pos);
        self.settle(pos - start, result)
    }

    /// Fills all the room that there is with a part of a match that was decoded before,
    /// where that is simple; returns how much. Most calls that have room for a byte only
    /// need no more.
    fn fill_with_match(&mut self, dictionary: &mut Dictionary, room: usize) -> Option<usize> {
        let Parked::Match(left) = self.parked else { return None };
        let room = room.min(dictionary.room());
        if room >= left || !dictionary.repeat(self.symbols().reps[0], room) {
            return None;
        }
        self.parked = Parked::Match(left - room);
        Some(room)
    }

    /// Accounts for `written` bytes.
    fn settle(&mut self, written: usize, result: Result<Flow>) -> Result<Status> {
        if let Some(remaining) = &mut self.remaining {
            *remaining = remaining.saturating_sub(written as u64);
        }
        match result? {
            // All is written, but there is more.
            Flow::Wait | Flow::Go
                if self.remaining == Some(0) && self.parked != Parked::Nothing =>
            {
                Err(Error::Data)
            }
            Flow::Wait | Flow::Go => Ok(Status::Ok),
            Flow::End => {
                self.expect_head(); // of the next chunk of LZMA2
                Ok(Status::StreamEnd)
            }
        }
    }

    /// Collects the range decoder's first bytes; true once they are there.
    fn read_head(&mut self, input: &mut Input<'_>) -> Result<bool> {
        if self.stage != Stage::Head {
            return Ok(true);
        }
        if self.rc_init.len() == 0 && input.peek().is_some_and(|byte| byte != 0) {
            return Err(Error::Data);
        }
        let Some(&[_, code @ ..]) = self.rc_init.fill_all(input) else {
            return Ok(false);
        };
        let code = u32::from_be_bytes(code);
        self.symbols().rc.code = code;
        self.stage = Stage::Symbols;
        Ok(true)
    }

    /// `last`: the data ends where the window does.
    fn decode_to(
        &mut self,
        window: &mut Window<'_>,
        input: &mut Input<'_>,
        last: bool,
    ) -> Result<Flow> {
        self.write_parked(window);
        if self.parked != Parked::Nothing || self.stage == Stage::Truncated {
            return Ok(Flow::Wait);
        }
        // An end marker is in order where the size is not known, and where
        // the data has ended and one is allowed.
        let mut marker_valid = self.remaining.is_none();
        if self.stage == Stage::EndMarker {
            return self.end_at_marker(input);
        }
        loop {
            if last && window.is_full() {
                // Within a symbol, this was asked before it.
                let at_end = if self.partial.is_none() { self.check_end(input)? } else { Flow::Go };
                match at_end {
                    Flow::Go => marker_valid = true,
                    flow => return Ok(flow),
                }
            }
            if window.is_full() && !window.slack {
                return Ok(Flow::Wait);
            }
            match self.step(window, input, marker_valid)? {
                Flow::Go => {}
                flow => return Ok(flow),
            }
        }
    }

    /// At the end of data of known size: is this all, or must an end marker
    /// follow?
    fn check_end(&mut self, input: &mut Input<'_>) -> Result<Flow> {
        let rc = &mut self.symbols().rc;
        if rc.range < RANGE_MIN {
            // Sometimes there is one more byte.
            let Some(byte) = input.next() else {
                return Ok(Flow::Wait);
            };
            rc.range <<= 8;
            rc.code = rc.code << 8 | u32::from(byte);
        }
        if rc.code == 0 {
            return Ok(Flow::End);
        }
        if self.end_marker_allowed { Ok(Flow::Go) } else { Err(Error::Data) }
    }

    /// Decodes many symbols if there is plenty of input and room, else one.
    fn step(
        &mut self,
        window: &mut Window<'_>,
        input: &mut Input<'_>,
        marker_valid: bool,
    ) -> Result<Flow> {
        if input.len() > SYMBOL_MAX && self.partial.is_none() {
            let reserve = if window.is_full() { usize::MAX } else { SYMBOL_MAX };
            let mut progress = Progress::default();
            let (symbols, literals) = self.model();
            let (history, rest) = (&mut window.history, input.rest());
            let result = symbols.decode(literals, history, rest, reserve, &mut progress);
            input.take(progress.taken);
            return self.conclude(window, result, input, marker_valid);
        }
        if window.complete && window.slack && !window.is_full() && self.partial.is_none() {
            return self.step_to_end(window, input, marker_valid);
        }
        self.step_by_bits(window, input, marker_valid)
    }

    /// Decodes the last symbols of data that is complete. If they take more
    /// input than there is, the data is damaged or truncated, and nothing can be
    /// decoded after that: then it does not matter that the symbol which does so
    /// has changed the model, but what it has written is taken back.
    fn step_to_end(
        &mut self,
        window: &mut Window<'_>,
        input: &mut Input<'_>,
        marker_valid: bool,
    ) -> Result<Flow> {
        let rest = input.rest();
        let mut bytes = [0; 2 * SYMBOL_MAX];
        bytes[..rest.len()].copy_from_slice(rest);
        let bytes = &bytes[..rest.len() + SYMBOL_MAX];
        let mut progress = Progress::default();
        let (symbols, literals) = self.model();
        let history = &mut window.history;
        let result = symbols.decode(literals, history, bytes, SYMBOL_MAX, &mut progress);
        input.take(progress.taken);
        if progress.taken > rest.len() {
            window.history.go_to(window.history.pos() - progress.latest);
            self.stage = Stage::Truncated;
            return Ok(Flow::Wait);
        }
        self.conclude(window, result, input, marker_valid)
    }

    /// Decodes symbols whose input may not be complete yet.
    fn step_by_bits(
        &mut self,
        window: &mut Window<'_>,
        input: &mut Input<'_>,
        marker_valid: bool,
    ) -> Result<Flow> {
        let (symbols, literals) = self.symbols.parts_or(|| SymbolDecoder::INITIAL);
        let literals = as_chunks_mut(literals).0;
        let history = &mut window.history;
        match symbols.resume(literals, history, &mut self.partial, input)? {
            Pause::Limit => Ok(Flow::Go),
            Pause::Input => Ok(Flow::Wait),
            Pause::Literal(byte) => {
                self.parked = Parked::Literal(byte);
                Ok(Flow::Wait)
            }
            Pause::Match(left) => {
                self.parked = Parked::Match(left);
                Ok(Flow::Wait)
            }
            Pause::EndMarker if !marker_valid => Err(Error::Data),
            Pause::EndMarker => {
                self.stage = Stage::EndMarker;
                self.end_at_marker(input)
            }
        }
    }

    /// After an end marker, nothing may follow.
    fn end_at_marker(&mut self, input: &mut Input<'_>) -> Result<Flow> {
        match self.check_end(input)? {
            Flow::Go => Err(Error::Data),
            flow => Ok(flow),
        }
    }

    /// Sees to what the loop has ended with.
    fn conclude(
        &mut self,
        window: &mut Window<'_>,
        result: Result<Stop>,
        input: &mut Input<'_>,
        marker_valid: bool,
    ) -> Result<Flow> {
        match result? {
            Stop::Limit if window.history.pos() > window.history.limit() => {
                self.parked = Parked::Literal(window.history.latest());
                window.history.go_to(window.history.limit());
                Ok(Flow::Wait)
            }
            Stop::Limit => Ok(Flow::Go),
            Stop::Match(left) => {
                self.parked = Parked::Match(left);
                Ok(Flow::Wait)
            }
            Stop::EndMarker if !marker_valid => Err(Error::Data),
            Stop::EndMarker => {
                self.stage = Stage::EndMarker;
                self.end_at_marker(input)
            }
        }
    }

    /// Writes what was decoded before, as far as it fits now.
    fn write_parked(&mut self, window: &mut Window<'_>) {
        let room = window.history.limit() - window.history.pos();
        match self.parked {
            Parked::Literal(byte) if room > 0 => {
                window.history.push(byte);
                self.parked = Parked::Nothing;
            }
            Parked::Match(left) if room > 0 => {
                let written = window.history.repeat(self.symbols().reps[0], left).unwrap_or(left);
                self.parked =
                    if written == left { Parked::Nothing } else { Parked::Match(left - written) };
            }
            _ => {}
        }
    }
}

/// Memory in bytes that liblzma states for its LZMA1 decoder beside the
/// dictionary: its two structures, the margins, and another one where it copies by
/// SSE2. This decoder needs no more: a model of 30 KiB and the margins.
const LZMA1_OVERHEAD: u64 =
    by_target(33_216, 33_136, 33_120) + if cfg!(target_feature = "sse2") { 32 } else { 0 };
/// Memory in bytes that liblzma states for LZMA2 on top of that for LZMA1.
const LZMA2_OVERHEAD: u64 = by_target(184, 136, 136);

/// Memory that an LZMA1 decoder needs, in bytes: the same figure as
/// liblzma's. It covers the model, the bookkeeping and the dictionary with
/// its margins.
pub(crate) fn decoder_memory_usage(options: &LzmaOptions<'_>) -> u64 {
    u64::from(options.dict_size) + LZMA1_OVERHEAD
}

/// Memory usage of an LZMA2 decoder in bytes, as liblzma states it.
pub(crate) fn lzma2_decoder_memory_usage(options: &LzmaOptions<'_>) -> u64 {
    decoder_memory_usage(options) + LZMA2_OVERHEAD
}

/// Decodes LZMA1: data of known size, or with an end marker, or both.
pub(crate) struct LzmaDecoder {
    core: LzmaCore,
    dictionary: Dictionary,
}

impl LzmaDecoder {
    /// [`LzmaDecoder::start`] comes before use.
    pub(crate) fn new(memory: &AllocatorHandle) -> Result<LzmaDecoder> {
        Ok(LzmaDecoder { core: LzmaCore::new(memory)?, dictionary: Dictionary::new(memory) })
    }

    /// Begins a new stream of `size` bytes, or of unknown size (`None`).
    /// With a size known, an end marker may follow if `end_marker_allowed`.
    /// `output_serves`: nobody changes the output of a call before the next.
    /// [`Error::Prog`] if `lc`, `lp` or `pb` is out of range.
    pub(crate) fn start(
        &mut self,
        options: &LzmaOptions<'_>,
        (size, end_marker_allowed): (Option<u64>, bool),
        output_serves: bool,
    ) -> Result<()> {
        if !options.lclppb_valid() {
            return Err(Error::Prog);
        }
        self.core.reset(options);
        self.core.set_size(size, end_marker_allowed);
        self.dictionary.start(options.dict_size, options.preset_dict, output_serves)
    }

    /// Decodes as much as there is input and room for.
    /// [`Status::StreamEnd`] at the end, [`Error::Data`] if damaged.
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let core = &mut self.core;
        let complete = action == Action::Finish;
        self.dictionary.deliver(output, |dictionary, output| {
            // As much as there is if the size is not known: most data is not compressed
            // to less than a 16th.
            let at_hand = input.len().saturating_mul(16).min(output.room());
            dictionary.announce(core.size_left().min(at_hand), output);
            core.decode(dictionary, input, output, complete)
        })
    }
}
