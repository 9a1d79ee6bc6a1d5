//! Compares an Index with the Blocks before it in memory that does not grow:
//! of all Records, only sums and a hash are kept.

#![forbid(unsafe_code)]

use super::size;
use crate::bytes::vli::{self, Vli};
use crate::check::{Sha256, crc32};
use crate::error::{Error, Result, Status};
use crate::io::Input;

/// What is kept of a list of Records. Sums are in bytes.
#[derive(Clone)]
struct Digest {
    blocks_size: u64,
    uncompressed_size: u64,
    records: u64,
    list_size: u64,
    hash: Sha256,
}

impl Digest {
    fn new() -> Digest {
        Digest {
            blocks_size: 0,
            uncompressed_size: 0,
            records: 0,
            list_size: 0,
            hash: Sha256::new(),
        }
    }

    /// Adds a Record. Sums wrap around; whoever adds checks them afterwards.
    fn add(&mut self, unpadded_size: u64, uncompressed_size: u64) {
        let sum = |sum: &mut u64, size| *sum = sum.wrapping_add(size);
        sum(&mut self.blocks_size, size::ceil4(unpadded_size));
        sum(&mut self.uncompressed_size, uncompressed_size);
        sum(&mut self.records, 1);
        for size in [unpadded_size, uncompressed_size] {
            sum(&mut self.list_size, vli::size(size).unwrap_or(0) as u64);
            self.hash.update(&size.to_le_bytes());
        }
    }

    /// Whether a Stream with these Records is within the limits of the
    /// format.
    fn is_valid(&self) -> bool {
        let Digest { blocks_size, uncompressed_size, records, list_size, .. } = *self;
        blocks_size <= vli::MAX
            && uncompressed_size <= vli::MAX
            && size::index(records, list_size) <= size::BACKWARD_SIZE_MAX
            && size::stream(blocks_size, records, list_size) <= vli::MAX
    }

    fn sums(&self) -> [u64; 3] {
        [self.blocks_size, self.uncompressed_size, self.list_size]
    }

    /// Whether the first of these Records could be those of `whole`.
    fn fits_in(&self, whole: &Digest) -> bool {
        self.sums().iter().zip(whole.sums()).all(|(part, whole)| *part <= whole)
    }

    fn equals(&self, other: &Digest) -> bool {
        self.sums() == other.sums() && self.hash.clone().finish() == other.hash.clone().finish()
    }
}

/// The field of the Index that comes next (xz-file-format 1.2.1, section 4).
#[derive(Clone, Copy)]
enum Stage {
    Indicator,
    NumberOfRecords,
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

/// A digest of the Blocks of a Stream, then of its Index.
pub(crate) struct IndexHash {
    stage: Stage,
    /// What the Blocks were like.
    blocks: Digest,
    /// What the Index says.
    records: Digest,
    /// Records that are not decoded yet.
    left: u64,
    /// The number being decoded.
    number: Vli,
    /// CRC32 of the Index so far.
    crc32: u32,
}

impl IndexHash {
    /// No Blocks yet.
    pub(crate) fn new() -> IndexHash {
        IndexHash {
            stage: Stage::Indicator,
            blocks: Digest::new(),
            records: Digest::new(),
            left: 0,
            number: Vli::new(),
            crc32: 0,
        }
    }

    /// Size in bytes that the Index of the Blocks so far has.
    pub(crate) fn size(&self) -> u64 {
        size::index(self.blocks.records, self.blocks.list_size)
    }

    /// Adds a Block. [`Error::Data`] if the Stream would become too large;
    /// [`Error::Prog`] for a size that no Block has, or when the Index is
    /// being decoded already.
    pub(crate) fn append(&mut self, unpadded_size: u64, uncompressed_size: u64) -> Result<()> {
        if !matches!(self.stage, Stage::Indicator)
            || !(size::UNPADDED_SIZE_MIN..=size::UNPADDED_SIZE_MAX).contains(&unpadded_size)
            || uncompressed_size > vli::MAX
        {
            return Err(Error::Prog);
        }
        self.blocks.add(unpadded_size, uncompressed_size);
        if self.blocks.is_valid() { Ok(()) } else { Err(Error::Data) }
    }

    /// Decodes the Index, or a part of it. [`Status::StreamEnd`] once it was
    /// the Index of the Blocks; [`Error::Data`] if it is not;
    /// [`Error::Buf`] without any input.
    ///
    /// After an error, decoding goes on as in liblzma: a value that was
    /// refused may come again, and the CRC32 is without what the call took.
    pub(crate) fn decode(&mut self, input: &mut Input<'_>) -> Result<Status> {
        if input.is_empty() {
            return Err(Error::Buf);
        }
        let start = input.clone();
        self.decode_fields(&start, input)?;
        self.cover(start, input);
        match self.stage {
            Stage::Crc32 { pos } => self.compare_crc32(pos, input),
            _ => Ok(Status::Ok),
        }
    }

    /// Adds what was taken since `start` to the CRC32.
    fn cover(&mut self, mut start: Input<'_>, input: &Input<'_>) {
        let count = input.taken() - start.taken();
        self.crc32 = crc32(start.take(count), self.crc32);
    }

    /// Decodes what the CRC32 covers, as far as there is input. The call
    /// began at `start`.
    fn decode_fields(&mut self, start: &Input<'_>, input: &mut Input<'_>) -> Result<()> {
        while !input.is_empty() {
            self.stage = match self.stage {
                Stage::Indicator => match input.next() {
                    Some(0) => Stage::NumberOfRecords,
                    _ => return Err(Error::Data),
                },
                Stage::NumberOfRecords => match self.decode_number(start, input)? {
                    None => return Ok(()),
                    // More bytes may still make it the right number.
                    Some(number) if number != self.blocks.records => return Err(Error::Data),
                    Some(number) => {
                        self.number = Vli::new();
                        self.next_record(number)
                    }
                },
                Stage::UnpaddedSize => match self.decode_size(start, input)? {
                    None => return Ok(()),
                    Some(unpadded_size @ size::UNPADDED_SIZE_MIN..=size::UNPADDED_SIZE_MAX) => {
                        Stage::UncompressedSize { unpadded_size }
                    }
                    Some(_) => return Err(Error::Data),
                },
                Stage::UncompressedSize { unpadded_size } => {
                    match self.decode_size(start, input)? {
                        None => return Ok(()),
                        Some(uncompressed_size) => {
                            self.records.add(unpadded_size, uncompressed_size);
                            if !self.records.fits_in(&self.blocks) {
                                return Err(Error::Data);
                            }
                            self.next_record(self.left.wrapping_sub(1))
                        }
                    }
                }
                Stage::Padding { left: 0 } => {
                    if !self.records.equals(&self.blocks) {
                        return Err(Error::Data);
                    }
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

    /// Takes input until a number is complete. The CRC32 covers also what
    /// cannot be a number, which more bytes are added to in the next call.
    fn decode_number(&mut self, start: &Input<'_>, input: &mut Input<'_>) -> Result<Option<u64>> {
        // [`Error::Prog`] if all bytes that it may have were there before.
        let mut number = Vli::resume(self.number.value(), self.number.len())?;
        let result = number.decode(input);
        self.number = number;
        if result.is_err() {
            self.cover(start.clone(), input);
        }
        Ok((result? == Status::StreamEnd).then_some(number.value()))
    }

    /// Takes input until a size is complete; then the next one can come.
    fn decode_size(&mut self, start: &Input<'_>, input: &mut Input<'_>) -> Result<Option<u64>> {
        let size = self.decode_number(start, input)?;
        if size.is_some() {
            self.number = Vli::new();
        }
        Ok(size)
    }

    /// What follows when `left` Records are left.
    fn next_record(&mut self, left: u64) -> Stage {
        self.left = left;
        if left != 0 {
            return Stage::UnpaddedSize;
        }
        let unpadded = size::index_unpadded(self.records.records, self.records.list_size);
        Stage::Padding { left: size::ceil4(unpadded).wrapping_sub(unpadded) }
    }

    fn compare_crc32(&mut self, pos: usize, input: &mut Input<'_>) -> Result<Status> {
        let crc32 = self.crc32.to_le_bytes();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The Index of some Blocks.
    fn index(records: &[(u64, u64)]) -> Vec<u8> {
        let mut bytes = vec![0];
        let mut push = |value: u64| {
            let mut field = [0; vli::BYTES_MAX];
            let mut output = crate::io::Output::new(&mut field);
            vli::write(value, &mut output).unwrap();
            bytes.extend_from_slice(output.written_mut(0));
        };
        push(records.len() as u64);
        for record in records {
            push(record.0);
            push(record.1);
        }
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let crc32 = crc32(&bytes, 0);
        bytes.extend(crc32.to_le_bytes());
        bytes
    }

    fn hash(blocks: &[(u64, u64)]) -> IndexHash {
        let mut hash = IndexHash::new();
        for block in blocks {
            hash.append(block.0, block.1).unwrap();
        }
        hash
    }

    const BLOCKS: [(u64, u64); 3] = [(5, 0), (1000, 1 << 40), (77, 300)];

    #[test]
    fn the_right_index_at_every_split() {
        for count in 0..=BLOCKS.len() {
            let blocks = &BLOCKS[..count];
            let bytes = index(blocks);
            assert_eq!(hash(blocks).size(), bytes.len() as u64);
            let mut whole = Input::new(&bytes);
            assert_eq!(hash(blocks).decode(&mut whole), Ok(Status::StreamEnd));
            assert!(whole.is_empty());
            let mut hash = hash(blocks);
            for (i, byte) in bytes.chunks(1).enumerate() {
                let last = i + 1 == bytes.len();
                let want = if last { Status::StreamEnd } else { Status::Ok };
                assert_eq!(hash.decode(&mut Input::new(byte)), Ok(want));
            }
        }
    }

    #[test]
    fn nothing_follows_from_no_input() {
        assert_eq!(IndexHash::new().decode(&mut Input::new(&[])), Err(Error::Buf));
    }

    #[test]
    fn any_other_index_is_refused() {
        let swapped = [BLOCKS[1], BLOCKS[0], BLOCKS[2]];
        // The same sums: only the hash can tell.
        assert_eq!(hash(&BLOCKS).decode(&mut Input::new(&index(&swapped))), Err(Error::Data));
        assert_eq!(hash(&BLOCKS).decode(&mut Input::new(&index(&BLOCKS[..2]))), Err(Error::Data));
        let bytes = index(&BLOCKS);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let result = hash(&BLOCKS).decode(&mut Input::new(&damaged));
            assert!(matches!(result, Err(Error::Data) | Ok(Status::Ok)), "bit {bit}: {result:?}");
        }
    }

    #[test]
    fn blocks_come_before_the_index() {
        let mut hash = hash(&BLOCKS);
        assert_eq!(hash.append(4, 0), Err(Error::Prog));
        assert_eq!(hash.append(size::UNPADDED_SIZE_MAX + 1, 0), Err(Error::Prog));
        assert_eq!(hash.append(5, vli::MAX + 1), Err(Error::Prog));
        hash.decode(&mut Input::new(&[0])).unwrap();
        assert_eq!(hash.append(5, 0), Err(Error::Prog));
    }

    #[test]
    fn streams_have_limits() {
        let mut hash = IndexHash::new();
        // With Stream Header, Index and Stream Footer, this is too much.
        assert_eq!(hash.append(size::UNPADDED_SIZE_MAX, 0), Err(Error::Data));
        let mut hash = IndexHash::new();
        assert_eq!(hash.append(5, vli::MAX), Ok(()));
        assert_eq!(hash.append(5, 1), Err(Error::Data));
        // Sums that wrap around are not an accident either.
        for _ in 0..4 {
            let _ = hash.append(size::UNPADDED_SIZE_MAX, vli::MAX);
        }
    }
}
