//! The LZMA2 encoder: chunks of LZMA, or of data as it is where LZMA makes it
//! no smaller.

#![forbid(unsafe_code)]

use super::core::{Core, Next};
use super::model::MATCH_LEN_MAX;
use super::options::AHEAD_MAX;
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output, Source};
use crate::lzma::{LzmaOptions, lzma2_chunk};
use crate::memory::{AllocatorHandle, OwnedBox};

/// An LZMA2 encoder.
pub(crate) struct Lzma2Encoder {
    core: OwnedBox<Core>,
    chunks: Chunks,
}

/// The part of the output that comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Between chunks.
    Between,
    /// In a chunk that is being encoded.
    Encode,
    /// Writing out the header of a chunk, then the chunk.
    Header,
    /// Writing out a compressed chunk.
    Compressed,
    /// Writing out this many more bytes of an uncompressed chunk.
    Raw(u32),
}

struct Chunks {
    /// Of the options in use, what can change between chunks; nothing else
    /// matters here.
    options: LzmaOptions<'static>,
    stage: Stage,
    /// The next chunk needs new properties.
    new_properties: bool,
    /// The next compressed chunk needs a reset of the state.
    reset_state: bool,
    /// The next chunk needs a reset of the dictionary.
    reset_dictionary: bool,
    /// [`Core::uncompressed`] where the chunk begins.
    begin: u64,
    header: Header,
}

/// The header of a chunk, as far as it is not written out.
struct Header {
    bytes: [u8; 6],
    start: usize,
    end: usize,
    then: Stage,
}

impl Lzma2Encoder {
    /// Not usable before [`Lzma2Encoder::start`].
    pub(crate) fn new(memory: &AllocatorHandle) -> Result<Lzma2Encoder> {
        let core = Core::new(memory, lzma2_chunk::SIZE_MAX as usize)?;
        Ok(Lzma2Encoder { core, chunks: Chunks::new() })
    }

    /// Starts. [`Error::Options`] if any option is out of range.
    pub(crate) fn start(&mut self, options: &LzmaOptions<'_>) -> Result<()> {
        let memory = self.core.memory().clone();
        // A whole chunk has to stay in the window, in case that it is not
        // compressed.
        self.core.start_with(&memory, options, lzma2_chunk::SIZE_MAX)?;
        self.chunks = Chunks {
            options: LzmaOptions { preset_dict: &[], ..*options },
            reset_dictionary: options.preset_dict.is_empty(),
            ..Chunks::new()
        };
        Ok(())
    }

    /// Changes `lc`, `lp` and `pb` from the next chunk on. [`Error::Prog`]
    /// within a chunk, [`Error::Options`] if they are out of range. After any error,
    /// they are as before.
    pub(crate) fn update(&mut self, options: &LzmaOptions<'_>) -> Result<()> {
        let chunks = &mut self.chunks;
        if chunks.stage != Stage::Between {
            return Err(Error::Prog);
        }
        let (lc, lp, pb) = (options.lc, options.lp, options.pb);
        if (lc, lp, pb) == (chunks.options.lc, chunks.options.lp, chunks.options.pb) {
            return Ok(());
        }
        if !options.lclppb_valid() {
            return Err(Error::Options);
        }
        let memory = self.core.memory().clone();
        self.core.prepare_reset(&memory, options)?;
        chunks.options = LzmaOptions { lc, lp, pb, ..chunks.options };
        chunks.new_properties = true;
        chunks.reset_state = true;
        Ok(())
    }

    /// Encodes.
    pub(crate) fn code(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let Lzma2Encoder { core, chunks } = self;
        core.drive(source, input, output, action, |core, output| chunks.encode(core, output))
    }
}

impl Chunks {
    fn new() -> Chunks {
        Chunks {
            options: LzmaOptions::ZERO,
            stage: Stage::Between,
            new_properties: true,
            reset_state: false,
            reset_dictionary: true,
            begin: 0,
            header: Header { bytes: [0; 6], start: 0, end: 0, then: Stage::Between },
        }
    }

    fn encode(&mut self, core: &mut Core, output: &mut Output<'_>) -> Result<Status> {
        while !output.is_full() {
            match self.stage {
                Stage::Between => {
                    if core.lz.unencoded() == 0 {
                        return Ok(end(core, output));
                    }
                    if self.reset_state {
                        core.reset(&self.options);
                    }
                    self.begin = core.uncompressed;
                    self.stage = Stage::Encode;
                }
                Stage::Encode => {
                    if !self.encode_chunk(core) {
                        return Ok(Status::Ok);
                    }
                    self.finish_chunk(core);
                    self.stage = Stage::Header;
                }
                Stage::Header => {
                    let rest = &self.header.bytes[self.header.start..self.header.end];
                    self.header.start += output.write(rest);
                    if self.header.start < self.header.end {
                        return Ok(Status::Ok);
                    }
                    self.stage = self.header.then;
                }
                Stage::Compressed => {
                    if !core.range.write_out(output) {
                        return Ok(Status::Ok);
                    }
                    self.stage = Stage::Between;
                }
                Stage::Raw(left) => {
                    let (bytes, read) = core.lz.window();
                    let rest = bytes.get(read.saturating_sub(left as usize)..read);
                    let written = output.write(rest.unwrap_or_default()) as u32;
                    self.stage = Stage::Raw(left - written);
                    if written < left {
                        return Ok(Status::Ok);
                    }
                    self.stage = Stage::Between;
                }
            }
        }
        Ok(Status::Ok)
    }

    /// Encodes until the chunk is complete; `false`: more input is needed for
    /// that.
    fn encode_chunk(&mut self, core: &mut Core) -> bool {
        if !core.begin() {
            return false;
        }
        // The next symbol could be too long for the uncompressed size. The limit of the
        // compressed size leaves room for storing: a chunk that LZMA makes no smaller has
        // no more bytes than its symbols take, and what the parser has read ahead comes
        // on top; one stored chunk must hold both.
        let full = u64::from(lzma2_chunk::SIZE_MAX - AHEAD_MAX);
        let end = self.begin + u64::from(lzma2_chunk::UNCOMPRESSED_SIZE_MAX - MATCH_LEN_MAX as u32);
        while core.uncompressed < end && core.range.buffered_len() + core.range.pending() < full {
            match core.next() {
                Next::Symbol => {}
                Next::Wait => return false,
                Next::End => break,
            }
            core.encode_symbol();
        }
        core.range.flush();
        true
    }

    /// Prepares the header, and what to write out after it.
    fn finish_chunk(&mut self, core: &mut Core) {
        let compressed = core.range.buffered_len() as u32;
        let uncompressed = (core.uncompressed - self.begin) as u32;
        if compressed < uncompressed {
            self.compressed_header(compressed, uncompressed);
            return;
        }
        // Not worth it: as it is, with all that the parser has seen.
        core.range.clear();
        let ahead = core.lz.read_ahead();
        core.lz.encoded(ahead);
        self.raw_header(uncompressed + ahead);
        self.reset_state = true;
    }

    fn compressed_header(&mut self, compressed: u32, uncompressed: u32) {
        // Other sizes would lose their highest bits in the header.
        assert!((1..=lzma2_chunk::SIZE_MAX).contains(&compressed));
        assert!((1..=lzma2_chunk::UNCOMPRESSED_SIZE_MAX).contains(&uncompressed));
        let control = match (self.new_properties, self.reset_dictionary, self.reset_state) {
            (true, true, _) => lzma2_chunk::DICTIONARY_RESET,
            (true, false, _) => lzma2_chunk::NEW_PROPERTIES,
            (false, _, true) => lzma2_chunk::STATE_RESET,
            (false, _, false) => lzma2_chunk::COMPRESSED,
        };
        let [_, high, middle, low] = (uncompressed - 1).to_be_bytes();
        let [_, _, size_high, size_low] = (compressed - 1).to_be_bytes();
        let properties = self.options.lclppb_byte();
        debug_assert!(properties.is_some(), "options are checked when they are set");
        self.header = Header {
            bytes: [
                control | high,
                middle,
                low,
                size_high,
                size_low,
                properties.unwrap_or_default(),
            ],
            start: 0,
            end: if self.new_properties { 6 } else { 5 },
            then: Stage::Compressed,
        };
        self.new_properties = false;
        self.reset_state = false;
        self.reset_dictionary = false;
    }

    fn raw_header(&mut self, uncompressed: u32) {
        // A larger size would lose its highest bits in the header.
        assert!((1..=lzma2_chunk::SIZE_MAX).contains(&uncompressed));
        let control = if self.reset_dictionary {
            lzma2_chunk::UNCOMPRESSED_RESET
        } else {
            lzma2_chunk::UNCOMPRESSED
        };
        let [_, _, high, low] = (uncompressed - 1).to_be_bytes();
        self.header = Header {
            bytes: [control, high, low, 0, 0, 0],
            start: 0,
            end: 3,
            then: Stage::Raw(uncompressed),
        };
        self.reset_dictionary = false;
    }
}

/// All is encoded. `output` has room for a byte.
fn end(core: &Core, output: &mut Output<'_>) -> Status {
    match core.lz.action() {
        Action::Run => Status::Ok,
        Action::Finish => {
            output.write(&[lzma2_chunk::END]);
            Status::StreamEnd
        }
        _ => Status::StreamEnd,
    }
}
