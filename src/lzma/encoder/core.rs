//! The part of the LZMA1 and LZMA2 encoders that is the same: window, parser,
//! symbols and range encoder.

#![forbid(unsafe_code)]

use super::fast::FastParser;
use super::normal::NormalParser;
use super::options::lz_options;
use super::symbols::SymbolEncoder;
use crate::error::{Result, Status};
use crate::fault;
use crate::io::{Action, Input, Output, Source};
use crate::lz::MatchFinder;
use crate::lzma::{LzmaOptions, mode};
use crate::memory::{AllocatorHandle, Initial, OwnedBox};
use crate::range::RangeEncoder;

/// Decides which symbols stand for the data.
enum Parser {
    Fast(FastParser),
    Normal(NormalParser),
}

/// The answer to whether another symbol can be encoded.
pub(super) enum Next {
    /// A symbol can be encoded.
    Symbol,
    /// No symbol can be encoded before there is more input.
    Wait,
    /// All input is encoded, and the application wants to see the end of it.
    End,
}

/// The encoder of one LZMA stream or, with LZMA2, of one chunk after another.
pub(super) struct Core {
    pub(super) lz: MatchFinder,
    symbols: SymbolEncoder,
    pub(super) range: RangeEncoder,
    parser: Parser,
    nice_len: u32,
    /// True if there is a previous byte, which gives symbols a context.
    begun: bool,
    /// Uncompressed bytes that encoded symbols stand for. Excludes the bytes
    /// that the parser had read ahead when an LZMA2 chunk was stored.
    pub(super) uncompressed: u64,
}

impl Initial for Core {
    const INITIAL: Core = Core {
        lz: MatchFinder::INIT,
        symbols: SymbolEncoder::INIT,
        range: RangeEncoder::INIT,
        parser: Parser::Fast(FastParser::START),
        nice_len: 0,
        begun: false,
        uncompressed: 0,
    };
}

impl Core {
    /// An encoder that keeps up to `capacity` bytes of output. Not usable
    /// before [`Core::start`].
    pub(super) fn new(memory: &AllocatorHandle, capacity: usize) -> Result<OwnedBox<Core>> {
        let mut core = memory.own_initial::<Core>()?;
        core.range.allocate(memory, capacity)?;
        Ok(core)
    }

    /// Starts with these options.
    pub(super) fn start(
        &mut self,
        memory: &AllocatorHandle,
        options: &LzmaOptions<'_>,
    ) -> Result<()> {
        self.start_with(memory, options, 0)
    }

    /// Starts with these options. At least `history` bytes stay in the window
    /// after they were encoded.
    pub(super) fn start_with(
        &mut self,
        memory: &AllocatorHandle,
        options: &LzmaOptions<'_>,
        history: u32,
    ) -> Result<()> {
        let mut lz = lz_options(options)?;
        lz.before_size = lz.before_size.max(history.saturating_sub(lz.dict_size));
        self.lz.start(memory, &lz)?;
        self.nice_len = lz.nice_len;
        if options.mode == mode::FAST {
            self.parser = Parser::Fast(FastParser::START);
            self.symbols.allocate(memory, options, None)?;
        } else {
            if !matches!(self.parser, Parser::Normal(_)) {
                self.parser = Parser::Normal(NormalParser::new(memory)?);
            }
            self.symbols.allocate(memory, options, Some(lz.nice_len as usize))?;
        }
        self.begun = !options.preset_dict.is_empty();
        self.uncompressed = 0;
        self.reset(options);
        Ok(())
    }

    /// Allocates what [`Core::reset`] to these options needs. `lc`, `lp` and `pb` must
    /// be valid. Without memory, everything is as before.
    pub(super) fn prepare_reset(
        &mut self,
        memory: &AllocatorHandle,
        options: &LzmaOptions<'_>,
    ) -> Result<()> {
        self.symbols.grow(memory, options)
    }

    /// Resets everything except the window. `lc`, `lp` and `pb` must be valid.
    pub(super) fn reset(&mut self, options: &LzmaOptions<'_>) {
        self.symbols.reset(options);
        self.range.reset();
        match &mut self.parser {
            Parser::Fast(parser) => *parser = FastParser::START,
            Parser::Normal(parser) => parser.reset(),
        }
    }

    /// Encodes the first byte, which has no context and so is a literal, unless
    /// that has been done. False: there is no input for it yet.
    pub(super) fn begin(&mut self) -> bool {
        if !self.lz.at_limit() || self.lz.action() != Action::Run {
            self.symbols.prepare();
        }
        if self.begun {
            return true;
        }
        if self.lz.at_limit() {
            if self.lz.action() == Action::Run {
                return false;
            }
            self.begun = true;
            return true;
        }
        self.begun = true;
        self.lz.skip(1);
        let first = self.lz.window().0.first().copied().unwrap_or_default();
        self.lz.encoded(1);
        self.symbols.encode_first(&mut self.range, first);
        self.uncompressed += 1;
        true
    }

    /// Tells whether another symbol can be encoded.
    #[inline(always)]
    pub(super) fn next(&self) -> Next {
        if !self.lz.at_limit() {
            Next::Symbol
        } else if self.lz.action() == Action::Run {
            Next::Wait
        } else if self.lz.read_ahead() == 0 {
            Next::End
        } else {
            Next::Symbol
        }
    }

    /// Encodes a symbol.
    #[inline(always)]
    pub(super) fn encode_symbol(&mut self) {
        let position = self.uncompressed as u32;
        let symbols = &mut self.symbols;
        let symbol = match &mut self.parser {
            Parser::Fast(parser) => parser.next(symbols, &mut self.lz, self.nice_len),
            Parser::Normal(parser) => {
                if self.lz.read_ahead() == 0 {
                    symbols.distances.refresh(&symbols.model);
                }
                parser.next(symbols, &mut self.lz, self.nice_len, position)
            }
        };
        symbols.encode(&mut self.range, symbol, &self.lz, position);
        self.lz.encoded(symbol.len);
        self.uncompressed += u64::from(symbol.len);
    }

    /// Encodes the end marker.
    pub(super) fn encode_end(&mut self) {
        self.symbols.encode_end(&mut self.range, self.uncompressed as u32);
    }

    /// Fills the window and has `encode` encode what is in it, until output is
    /// full or input is used up.
    pub(super) fn drive(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
        mut encode: impl FnMut(&mut Core, &mut Output<'_>) -> Result<Status>,
    ) -> Result<Status> {
        while !output.is_full() && (!input.is_empty() || action != Action::Run) {
            if self.lz.wants_input() {
                self.lz.fill(source, input, action)?;
            }
            let result = encode(self, output);
            fault::point();
            if result != Ok(Status::Ok) {
                self.lz.end_flush();
                return result;
            }
        }
        Ok(Status::Ok)
    }
}
