//! Encodes an Index (xz-file-format 1.2.1, section 4).

#![forbid(unsafe_code)]

use super::cursor::{BlockInfo, Cursor, Mode};
use super::file::Index;
use crate::bytes::vli;
use crate::check::crc32;
use crate::error::{Error, Result, Status};
use crate::io::Output;

/// The field that comes next, and how many of its bytes are written.
#[derive(Clone, Copy)]
enum Stage {
    Indicator,
    NumberOfRecords { pos: usize },
    NextRecord,
    UnpaddedSize { block: BlockInfo, pos: usize },
    UncompressedSize { block: BlockInfo, pos: usize },
    Padding { left: usize },
    Crc32 { pos: usize },
}

/// Encodes an Index, in as many calls as it takes.
#[derive(Clone)]
pub(crate) struct IndexEncoder {
    stage: Stage,
    /// The last Record that is written, or about to be.
    cursor: Cursor,
    /// CRC32 of what is written.
    crc32: u32,
}

impl IndexEncoder {
    /// Makes an encoder at the beginning of an Index.
    pub(crate) fn new() -> IndexEncoder {
        IndexEncoder { stage: Stage::Indicator, cursor: Cursor::START, crc32: 0 }
    }

    /// Encodes `index`, the same one in each call; [`Status::StreamEnd`] when
    /// it is complete.
    pub(crate) fn code(&mut self, index: &Index, output: &mut Output<'_>) -> Result<Status> {
        let start = output.len();
        let result = self.encode_fields(index, output);
        self.crc32 = crc32(output.written_mut(start), self.crc32);
        result?;
        match self.stage {
            Stage::Crc32 { pos } => Ok(self.encode_crc32(pos, output)),
            _ => Ok(Status::Ok),
        }
    }

    /// Encodes what the CRC32 covers, as far as there is room.
    fn encode_fields(&mut self, index: &Index, output: &mut Output<'_>) -> Result<()> {
        while !output.is_full() {
            self.stage = match self.stage {
                Stage::Indicator => {
                    output.write(&[0]);
                    Stage::NumberOfRecords { pos: 0 }
                }
                Stage::NumberOfRecords { mut pos } => {
                    match vli::encode(index.block_count(), &mut pos, output)? {
                        Status::StreamEnd => Stage::NextRecord,
                        _ => Stage::NumberOfRecords { pos },
                    }
                }
                Stage::NextRecord => match index.next(self.cursor, Mode::Block) {
                    None => Stage::Padding { left: index.padding_size() },
                    Some(next) => {
                        self.cursor = next;
                        let found = index.at(next).ok_or(Error::Prog)?;
                        let block = found.block().ok_or(Error::Prog)?;
                        Stage::UnpaddedSize { block, pos: 0 }
                    }
                },
                Stage::UnpaddedSize { block, mut pos } => {
                    match vli::encode(block.unpadded_size, &mut pos, output)? {
                        Status::StreamEnd => Stage::UncompressedSize { block, pos: 0 },
                        _ => Stage::UnpaddedSize { block, pos },
                    }
                }
                Stage::UncompressedSize { block, mut pos } => {
                    match vli::encode(block.uncompressed_size, &mut pos, output)? {
                        Status::StreamEnd => Stage::NextRecord,
                        _ => Stage::UncompressedSize { block, pos },
                    }
                }
                Stage::Padding { left: 0 } => Stage::Crc32 { pos: 0 },
                Stage::Padding { left } => {
                    output.write(&[0]);
                    Stage::Padding { left: left - 1 }
                }
                Stage::Crc32 { .. } => return Ok(()),
            };
        }
        Ok(())
    }

    fn encode_crc32(&mut self, pos: usize, output: &mut Output<'_>) -> Status {
        let crc32 = self.crc32.to_le_bytes();
        let rest = crc32.get(pos..).unwrap_or_default();
        let written = output.write(rest);
        self.stage = Stage::Crc32 { pos: pos + written };
        if written == rest.len() { Status::StreamEnd } else { Status::Ok }
    }
}
