//! Compares an Index with the Blocks before it in memory that does not grow:
//! of all Records, only sums and a hash are kept.

#![forbid(unsafe_code)]

use super::reader::{IndexReader, Visitor};
use super::size;
use crate::bytes::vli;
use crate::check::Sha256;
use crate::error::{Error, Result, Status};
use crate::io::Input;

/// Summary of a list of Records. Sums are in bytes.
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

    /// Tells whether a Stream with these Records is within the limits of the
    /// format.
    fn is_valid(&self) -> bool {
        let Digest { blocks_size, uncompressed_size, records, list_size, .. } = *self;
        blocks_size <= vli::MAX
            && uncompressed_size <= vli::MAX
            && size::index_is_valid(records, list_size)
            && size::stream(blocks_size, records, list_size) <= vli::MAX
    }

    fn sums(&self) -> [u64; 3] {
        [self.blocks_size, self.uncompressed_size, self.list_size]
    }

    /// Tells whether the first of these Records could be those of `whole`.
    fn fits_in(&self, whole: &Digest) -> bool {
        self.sums().iter().zip(whole.sums()).all(|(part, whole)| *part <= whole)
    }

    fn equals(&self, other: &Digest) -> bool {
        self.sums() == other.sums() && self.hash.clone().finish() == other.hash.clone().finish()
    }
}

/// A digest of the Blocks of a Stream, then of its Index.
pub(crate) struct IndexHash {
    reader: IndexReader,
    digests: Digests,
}

struct Digests {
    /// Summary of the Blocks.
    blocks: Digest,
    /// Summary of the Records of the Index.
    records: Digest,
}

impl Visitor for Digests {
    fn number_of_records(&mut self, records: u64) -> Result<()> {
        if records == self.blocks.records { Ok(()) } else { Err(Error::Data) }
    }

    fn record(&mut self, unpadded_size: u64, uncompressed_size: u64) -> Result<()> {
        self.records.add(unpadded_size, uncompressed_size);
        if self.records.fits_in(&self.blocks) { Ok(()) } else { Err(Error::Data) }
    }

    fn padding_size(&self) -> u64 {
        let unpadded = size::index_unpadded(self.records.records, self.records.list_size);
        size::ceil4(unpadded).wrapping_sub(unpadded)
    }

    fn end_padding(&self) -> Result<()> {
        if self.records.equals(&self.blocks) { Ok(()) } else { Err(Error::Data) }
    }
}

impl IndexHash {
    /// No Blocks yet.
    pub(crate) fn new() -> IndexHash {
        let digests = Digests { blocks: Digest::new(), records: Digest::new() };
        IndexHash { reader: IndexReader::new(), digests }
    }

    /// Size in bytes that the Index of the Blocks so far has.
    pub(crate) fn size(&self) -> u64 {
        size::index(self.digests.blocks.records, self.digests.blocks.list_size)
    }

    /// Adds a Block. [`Error::Data`] if the Stream would become too large;
    /// [`Error::Prog`] for a size that no Block has, or when the Index is
    /// being decoded already.
    pub(crate) fn append(&mut self, unpadded_size: u64, uncompressed_size: u64) -> Result<()> {
        if !self.reader.is_at_start()
            || !(size::UNPADDED_SIZE_MIN..=size::UNPADDED_SIZE_MAX).contains(&unpadded_size)
            || uncompressed_size > vli::MAX
        {
            return Err(Error::Prog);
        }
        let blocks = &mut self.digests.blocks;
        blocks.add(unpadded_size, uncompressed_size);
        if blocks.is_valid() { Ok(()) } else { Err(Error::Data) }
    }

    /// Decodes the Index, or a part of it. [`Status::StreamEnd`] once it was
    /// the Index of the Blocks; [`Error::Data`] if it is not;
    /// [`Error::Buf`] without any input. After an error, decoding may go on.
    pub(crate) fn decode(&mut self, input: &mut Input<'_>) -> Result<Status> {
        if input.is_empty() {
            return Err(Error::Buf);
        }
        self.reader.read(&mut self.digests, input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::crc32;

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
