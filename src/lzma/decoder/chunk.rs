//! The LZMA2 decoder: chunks of LZMA symbols, or of bytes as they are, with
//! a header each that says what starts anew.
//!
//! The first byte of a chunk (there is no specification; this is what the
//! XZ Embedded and liblzma decoders agree on):
//!
//! | control | chunk | starts anew |
//! |---|---|---|
//! | 0x00 | the end | |
//! | 0x01 | uncompressed | dictionary |
//! | 0x02 | uncompressed | |
//! | 0x80 | LZMA | |
//! | 0xA0 | LZMA | state |
//! | 0xC0 | LZMA | state, new properties |
//! | 0xE0 | LZMA | state, new properties, dictionary |
//!
//! The low five bits of an LZMA chunk's control byte are the highest of its
//! uncompressed size.

#![forbid(unsafe_code)]

use super::LzmaCore;
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};
use crate::lz::Dictionary;
use crate::lzma::LzmaOptions;
use crate::lzma::lzma2_chunk::{
    self, COMPRESSED, DICTIONARY_RESET, NEW_PROPERTIES, STATE_RESET, UNCOMPRESSED,
    UNCOMPRESSED_RESET,
};
use crate::memory::AllocatorHandle;

/// The part of a chunk that comes next, with the fields that are decoded.
#[derive(Clone, Copy)]
enum Stage {
    Control,
    /// An LZMA chunk's uncompressed size, less one: two more bytes.
    UncompressedHigh {
        size: u32,
        properties: bool,
    },
    UncompressedLow {
        size: u32,
        properties: bool,
    },
    /// The size of what follows, less one.
    SizeHigh {
        then: Kind,
    },
    SizeLow {
        then: Kind,
        size: usize,
    },
    Properties {
        size: usize,
    },
    /// So much of the input belongs to the chunk.
    Lzma {
        size: usize,
    },
    Copy {
        size: usize,
    },
}

/// The kind of data after the sizes.
#[derive(Clone, Copy)]
enum Kind {
    Properties,
    Lzma,
    Copy,
}

/// The chunks, decoded to a dictionary.
struct Chunks {
    core: LzmaCore,
    stage: Stage,
    /// No chunk has set `lc`, `lp` and `pb` yet.
    properties_needed: bool,
    /// No chunk has reset the dictionary yet.
    reset_needed: bool,
}

impl Chunks {
    fn decode(
        &mut self,
        dictionary: &mut Dictionary,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
    ) -> Result<Status> {
        loop {
            let next = match self.stage {
                Stage::Lzma { size } => self.lzma(dictionary, input, output, size)?,
                Stage::Copy { .. } if input.is_empty() || dictionary.room() == 0 => {
                    return Ok(Status::Ok);
                }
                Stage::Copy { size } => {
                    dictionary.announce(size, output);
                    let left = size - dictionary.copy_from(input, output, size);
                    if left == 0 {
                        Next::Stage(Stage::Control)
                    } else {
                        Next::Wait(Stage::Copy { size: left })
                    }
                }
                stage => match input.next() {
                    Some(byte) => self.header(stage, dictionary, byte)?,
                    None => return Ok(Status::Ok),
                },
            };
            match next {
                Next::Stage(stage) => self.stage = stage,
                Next::Wait(stage) => {
                    self.stage = stage;
                    return Ok(Status::Ok);
                }
                Next::End => return Ok(Status::StreamEnd),
            }
        }
    }

    /// One byte of a chunk's header.
    #[inline]
    fn header(&mut self, stage: Stage, dictionary: &mut Dictionary, byte: u8) -> Result<Next> {
        let low = u32::from(byte);
        Ok(Next::Stage(match stage {
            Stage::UncompressedHigh { size, properties } => {
                Stage::UncompressedLow { size: size + (low << 8), properties }
            }
            Stage::UncompressedLow { size, properties } => {
                self.core.set_size(Some(u64::from(size + low) + 1), false);
                let then = if properties { Kind::Properties } else { Kind::Lzma };
                Stage::SizeHigh { then }
            }
            Stage::SizeHigh { then } => Stage::SizeLow { then, size: usize::from(byte) << 8 },
            Stage::SizeLow { then, size } => {
                let size = size + usize::from(byte) + 1;
                match then {
                    Kind::Properties => Stage::Properties { size },
                    Kind::Lzma => Stage::Lzma { size },
                    Kind::Copy => Stage::Copy { size },
                }
            }
            Stage::Properties { size } => {
                let mut options = LzmaOptions::default();
                options.set_lclppb(byte).ok_or(Error::Data)?;
                self.core.reset(&options);
                Stage::Lzma { size }
            }
            _ => return self.control(dictionary, byte),
        }))
    }

    /// The first byte of a chunk.
    fn control(&mut self, dictionary: &mut Dictionary, control: u8) -> Result<Next> {
        if control == lzma2_chunk::END {
            return Ok(Next::End);
        }
        let resets = control >= DICTIONARY_RESET || control == UNCOMPRESSED_RESET;
        if resets {
            self.properties_needed = true;
        } else if self.reset_needed {
            return Err(Error::Data);
        }
        let stage = match control {
            COMPRESSED.. => {
                let properties = control >= NEW_PROPERTIES;
                if properties {
                    self.properties_needed = false;
                } else if self.properties_needed {
                    return Err(Error::Data);
                } else if control >= STATE_RESET {
                    self.core.reset_state();
                }
                Stage::UncompressedHigh { size: u32::from(control & 0x1f) << 16, properties }
            }
            UNCOMPRESSED_RESET | UNCOMPRESSED => Stage::SizeHigh { then: Kind::Copy },
            _ => return Err(Error::Data),
        };
        if !resets {
            return Ok(Next::Stage(stage));
        }
        self.reset_needed = false;
        dictionary.request_reset();
        Ok(Next::Wait(stage))
    }

    /// LZMA data; `size` bytes of it are still to come.
    fn lzma(
        &mut self,
        dictionary: &mut Dictionary,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        size: usize,
    ) -> Result<Next> {
        // At least the end marker follows the chunk, so one byte more may be
        // read; needing it means that the sizes do not fit the data.
        let before = input.taken();
        let complete = input.len() > size;
        dictionary.announce(self.core.size_left(), output);
        let result =
            input.limited(size + 1, |input| self.core.decode(dictionary, input, output, complete));
        let left = size.checked_sub(input.taken() - before).ok_or(Error::Data)?;
        // What was taken counts even if an error ends it all here.
        self.stage = Stage::Lzma { size: left };
        match result? {
            Status::StreamEnd if left == 0 => Ok(Next::Stage(Stage::Control)),
            Status::StreamEnd => Err(Error::Data),
            _ => Ok(Next::Wait(self.stage)),
        }
    }
}

enum Next {
    Stage(Stage),
    /// The caller must deliver output before anything more can be decoded.
    Wait(Stage),
    End,
}

/// Decodes LZMA2.
pub(crate) struct Lzma2Decoder {
    chunks: Chunks,
    dictionary: Dictionary,
}

impl Lzma2Decoder {
    /// [`Lzma2Decoder::start`] comes before use.
    pub(crate) fn new(memory: &AllocatorHandle) -> Result<Lzma2Decoder> {
        let core = LzmaCore::new(memory)?;
        let (stage, properties_needed, reset_needed) = (Stage::Control, true, true);
        Ok(Lzma2Decoder {
            chunks: Chunks { core, stage, properties_needed, reset_needed },
            dictionary: Dictionary::new(memory),
        })
    }

    /// Begins a new stream. Of the options only the dictionary matters.
    /// `output_serves`: nobody changes the output of a call before the next.
    pub(crate) fn start(&mut self, options: &LzmaOptions<'_>, output_serves: bool) -> Result<()> {
        self.chunks.stage = Stage::Control;
        self.chunks.properties_needed = true;
        self.chunks.reset_needed = options.preset_dict.is_empty();
        self.dictionary.start(options.dict_size, options.preset_dict, output_serves)
    }

    /// Decodes as much as there is input and room for.
    /// [`Status::StreamEnd`] at the end, [`Error::Data`] if damaged.
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        _action: Action,
    ) -> Result<Status> {
        let chunks = &mut self.chunks;
        self.dictionary
            .deliver(output, |dictionary, output| chunks.decode(dictionary, input, output))
    }
}
