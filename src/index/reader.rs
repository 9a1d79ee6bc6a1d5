//! Reads the fields of an Index (xz-file-format 1.2.1, section 4), in as many
//! calls as it takes. What they mean is for a [`Visitor`].

#![forbid(unsafe_code)]

use super::size;
use crate::bytes::vli::{BYTES_MAX, Vli};
use crate::check::crc32;
use crate::error::{Error, Result, Status};
use crate::io::Input;

/// Is told what an Index says.
pub(super) trait Visitor {
    /// The Number of Records. After [`Error::MemLimit`] the same number may
    /// come again; after other errors, another one.
    fn number_of_records(&mut self, records: u64) -> Result<()>;

    /// A Record, whose Unpadded Size is in range.
    fn record(&mut self, unpadded_size: u64, uncompressed_size: u64) -> Result<()>;

    /// Bytes of Index Padding. All Records were there.
    fn padding_size(&self) -> u64;

    /// Index Padding was there; the CRC32 comes next.
    fn end_padding(&self) -> Result<()>;
}

/// The field that comes next.
#[derive(Clone, Copy)]
enum Stage {
    Indicator,
    NumberOfRecords,
    /// None yet: the visitor must accept so many Records first.
    MemoryLimit {
        records: u64,
    },
    UnpaddedSize,
    UncompressedSize {
        unpadded_size: u64,
    },
    Padding {
        /// Bytes that are missing.
        left: u64,
    },
    Crc32 {
        /// Bytes that have been compared.
        pos: usize,
    },
}

/// State of a decoder within an Index.
pub(super) struct IndexReader {
    stage: Stage,
    /// Records that are missing.
    left: u64,
    /// The number being decoded.
    number: Vli,
    /// CRC32 of the Index so far.
    crc32: u32,
}

impl IndexReader {
    /// The beginning of an Index.
    pub(super) const fn new() -> IndexReader {
        IndexReader { stage: Stage::Indicator, left: 0, number: Vli::new(), crc32: 0 }
    }

    /// Tells whether nothing was decoded yet.
    pub(super) fn is_at_start(&self) -> bool {
        matches!(self.stage, Stage::Indicator)
    }

    /// Tells whether the Index is complete.
    pub(super) fn is_at_end(&self) -> bool {
        matches!(self.stage, Stage::Crc32 { pos: 4 })
    }

    /// Reads on; [`Status::StreamEnd`] when the Index is complete,
    /// [`Error::Data`] if it is damaged, and the errors of the visitor.
    ///
    /// An application may go on after an error of its Index hash. As in
    /// liblzma, a value that was refused may come again then, and the CRC32 is
    /// without what the call has taken, unless a number was wrong in itself.
    pub(super) fn read(
        &mut self,
        visitor: &mut impl Visitor,
        input: &mut Input<'_>,
    ) -> Result<Status> {
        let start = input.taken();
        let result = self.read_fields(visitor, start, input);
        if matches!(result, Ok(()) | Err(Error::MemLimit)) {
            self.cover(start, input);
        }
        result?;
        match self.stage {
            Stage::Crc32 { pos } => self.compare_crc32(pos, input),
            _ => Ok(Status::Ok),
        }
    }

    /// Adds what was taken since `start` bytes were to the CRC32.
    fn cover(&mut self, start: usize, input: &Input<'_>) {
        self.crc32 = crc32(input.taken_since(start), self.crc32);
    }

    /// Reads what the CRC32 covers, as far as there is input. The call began
    /// when `start` bytes were taken.
    fn read_fields(
        &mut self,
        visitor: &mut impl Visitor,
        start: usize,
        input: &mut Input<'_>,
    ) -> Result<()> {
        while !input.is_empty() {
            self.stage = match self.stage {
                // Whoever looks for an Index here has read the file's end, or
                // all Blocks, so something else is damage, not another format.
                Stage::Indicator => match input.next() {
                    Some(0) => Stage::NumberOfRecords,
                    _ => return Err(Error::Data),
                },
                Stage::NumberOfRecords => match self.read_number(start, input)? {
                    None => return Ok(()),
                    Some(records) => self.begin_records(visitor, records)?,
                },
                Stage::MemoryLimit { records } => self.begin_records(visitor, records)?,
                Stage::UnpaddedSize => match self.read_size(start, input)? {
                    None => return Ok(()),
                    Some(unpadded_size @ size::UNPADDED_SIZE_MIN..=size::UNPADDED_SIZE_MAX) => {
                        Stage::UncompressedSize { unpadded_size }
                    }
                    Some(_) => return Err(Error::Data),
                },
                Stage::UncompressedSize { unpadded_size } => match self.read_size(start, input)? {
                    None => return Ok(()),
                    Some(uncompressed_size) => {
                        visitor.record(unpadded_size, uncompressed_size)?;
                        self.left = self.left.wrapping_sub(1);
                        self.next_record(visitor)
                    }
                },
                Stage::Padding { left: 0 } => {
                    visitor.end_padding()?;
                    Stage::Crc32 { pos: 0 }
                }
                Stage::Padding { left } => {
                    self.stage = Stage::Padding { left: left - 1 };
                    match input.next() {
                        Some(0) => self.stage,
                        _ => return Err(Error::Data),
                    }
                }
                Stage::Crc32 { .. } => return Ok(()),
            };
        }
        Ok(())
    }

    /// Takes input until the Number of Records is complete. It stays here: if
    /// it is refused, more bytes may still make it the right one.
    fn read_number(&mut self, start: usize, input: &mut Input<'_>) -> Result<Option<u64>> {
        if self.number.len() == BYTES_MAX {
            return Err(Error::Prog); // an error came before
        }
        let (added, result) = self.number.add(input.rest());
        input.advance(added);
        match result {
            Ok(true) => Ok(Some(self.number.value())),
            Ok(false) => Ok(None),
            Err(error) => Err(self.wrong_number(error, start, input)),
        }
    }

    /// Takes input until a size is complete; then the next one can come.
    #[inline]
    fn read_size(&mut self, start: usize, input: &mut Input<'_>) -> Result<Option<u64>> {
        if self.number.len() == BYTES_MAX {
            return Err(Error::Prog); // an error came before
        }
        self.number.fill(input).map_err(|error| self.wrong_number(error, start, input))
    }

    /// The CRC32 covers also what cannot be a number.
    #[cold]
    fn wrong_number(&mut self, error: Error, start: usize, input: &Input<'_>) -> Error {
        self.cover(start, input);
        error
    }

    fn begin_records(&mut self, visitor: &mut impl Visitor, records: u64) -> Result<Stage> {
        let result = visitor.number_of_records(records);
        if result == Err(Error::MemLimit) {
            self.stage = Stage::MemoryLimit { records };
        }
        result?;
        self.number = Vli::new();
        self.left = records;
        Ok(self.next_record(visitor))
    }

    fn next_record(&self, visitor: &impl Visitor) -> Stage {
        match self.left {
            0 => Stage::Padding { left: visitor.padding_size() },
            _ => Stage::UnpaddedSize,
        }
    }

    fn compare_crc32(&mut self, pos: usize, input: &mut Input<'_>) -> Result<Status> {
        let crc32 = self.crc32.to_le_bytes();
        if pos == 0 && input.rest().starts_with(&crc32) {
            // Whole and right, as nearly all are.
            input.advance(crc32.len());
            self.stage = Stage::Crc32 { pos: crc32.len() };
            return Ok(Status::StreamEnd);
        }
        for (done, byte) in (pos + 1..).zip(crc32.get(pos..).unwrap_or_default()) {
            match input.next() {
                None => return Ok(Status::Ok),
                Some(stored) if stored != *byte => return Err(Error::Data),
                Some(_) => self.stage = Stage::Crc32 { pos: done },
            }
        }
        Ok(Status::StreamEnd)
    }
}
