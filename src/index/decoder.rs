//! Decodes an Index (xz-file-format 1.2.1, section 4).

#![forbid(unsafe_code)]

use super::file::Index;
use super::memory_usage;
use super::reader::{IndexReader, Visitor};
use crate::error::{Error, Result, Status};
use crate::io::Input;
use crate::memory::{AllocatorHandle, MemoryLimit, OwnedBox};

/// Decodes an Index, in as many calls as it takes.
pub(crate) struct IndexDecoder {
    reader: IndexReader,
    builder: Builder,
}

/// Makes an Index of what is read.
struct Builder {
    /// The Index as far as it is decoded; taken away at the end. It has no Stream as
    /// long as there may be Records and none has come.
    index: Option<OwnedBox<Index>>,
    /// More Records than this do not fit in the input.
    records_max: u64,
    /// Of the Index as far as its size is known: 1 byte at first.
    limit: MemoryLimit,
}

impl Visitor for Builder {
    fn number_of_records(&mut self, records: u64) -> Result<()> {
        if records > self.records_max {
            return Err(Error::Data);
        }
        self.limit.set_usage(memory_usage(1, records));
        self.limit.check()?;
        let index = self.index.as_mut().ok_or(Error::Prog)?;
        if records == 0 {
            index.begin()?;
        }
        index.expect(records)
    }

    #[inline]
    fn record(&mut self, unpadded_size: u64, uncompressed_size: u64) -> Result<()> {
        let index = self.index.as_mut().ok_or(Error::Prog)?;
        if index.stream_count() == 0 {
            index.begin()?;
        }
        index.append(unpadded_size, uncompressed_size)
    }

    fn padding_size(&self) -> u64 {
        self.index.as_ref().map_or(0, |index| index.padding_size() as u64)
    }

    fn end_padding(&self) -> Result<()> {
        Ok(())
    }
}

impl IndexDecoder {
    /// Decodes to `index`, which has no Stream and may need `limit` bytes (0 means
    /// 1). The input is said to have `input_size` bytes at most.
    #[inline]
    pub(crate) fn new(index: OwnedBox<Index>, limit: u64, input_size: u64) -> IndexDecoder {
        // A Record has two bytes at least.
        let records_max = input_size / 2;
        let limit = MemoryLimit::with_usage(1, limit);
        let builder = Builder { index: Some(index), records_max, limit };
        IndexDecoder { reader: IndexReader::new(), builder }
    }

    /// The memory of the Index, as long as it is here.
    pub(crate) fn index_memory(&self) -> Option<&AllocatorHandle> {
        Some(self.builder.index.as_ref()?.memory())
    }

    /// Returns the memory usage of the Index, as far as it is known, and its limit.
    pub(crate) fn memory_limit(&self) -> MemoryLimit {
        self.builder.limit
    }

    /// Changes the limit; [`Error::MemLimit`] if more is needed already.
    pub(crate) fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        self.builder.limit.set_limit(limit)
    }

    /// The Index, once [`IndexDecoder::code`] has said that it is complete.
    pub(crate) fn take(&mut self) -> Option<OwnedBox<Index>> {
        self.builder.index.take_if(|_| self.reader.is_at_end())
    }

    /// Decodes; [`Status::StreamEnd`] when the Index is complete.
    pub(crate) fn code(&mut self, input: &mut Input<'_>) -> Result<Status> {
        self.reader.read(&mut self.builder, input)
    }
}

#[cfg(test)]
mod tests {
    use super::super::encoder::IndexEncoder;
    use super::super::size;
    use super::*;
    use crate::io::Output;

    fn encoded(blocks: &[(u64, u64)]) -> Vec<u8> {
        let mut index = Index::new(&AllocatorHandle::standard()).unwrap();
        for block in blocks {
            index.append(block.0, block.1).unwrap();
        }
        let size = index.size() as usize;
        let mut bytes = vec![0; size];
        let mut output = Output::new(&mut bytes);
        assert_eq!(IndexEncoder::new().code(&index, &mut output), Ok(Status::StreamEnd));
        assert_eq!(output.len(), size);
        let mut encoder = IndexEncoder::new();
        for (i, byte) in bytes.iter().enumerate() {
            let mut one = [!byte];
            let status = if i + 1 == size { Status::StreamEnd } else { Status::Ok };
            assert_eq!(encoder.code(&index, &mut Output::new(&mut one)), Ok(status));
            assert_eq!(one, [*byte]);
        }
        bytes
    }

    fn empty() -> OwnedBox<Index> {
        let memory = AllocatorHandle::standard();
        memory.own(Index::empty(&memory)).unwrap()
    }

    fn decoder() -> IndexDecoder {
        IndexDecoder::new(empty(), u64::MAX, size::BACKWARD_SIZE_MAX)
    }

    #[test]
    fn round_trip_at_every_split() {
        let blocks: Vec<_> = (0..600).map(|i| (5 + i * i, i << (i % 40))).collect();
        for count in [0, 1, 2, 3, 599, 600] {
            let bytes = encoded(&blocks[..count]);
            for len in [1, 7, bytes.len()] {
                let mut decoder = decoder();
                for (i, part) in bytes.chunks(len).enumerate() {
                    let last = i * len + part.len() == bytes.len();
                    let status = if last { Status::StreamEnd } else { Status::Ok };
                    assert!(decoder.take().is_none());
                    assert_eq!(decoder.code(&mut Input::new(part)), Ok(status));
                }
                let index = decoder.take().unwrap();
                assert_eq!(index.block_count(), count as u64);
                assert_eq!(index.size(), bytes.len() as u64);
            }
        }
    }

    #[test]
    fn damage() {
        let bytes = encoded(&[(100, 1000), (333, 5), (77, 0)]);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let result = decoder().code(&mut Input::new(&damaged));
            assert!(matches!(result, Err(Error::Data) | Ok(Status::Ok)), "bit {bit}: {result:?}");
        }
    }

    #[test]
    fn the_limit_can_be_raised() {
        let bytes = encoded(&[(100, 1000)]);
        let mut decoder = IndexDecoder::new(empty(), 0, 100);
        let mut input = Input::new(&bytes);
        let usage = memory_usage(1, 1);
        assert_eq!(decoder.code(&mut input), Err(Error::MemLimit));
        assert_eq!((input.taken(), decoder.memory_limit().usage()), (2, usage));
        assert_eq!(decoder.set_memory_limit(usage - 1), Err(Error::MemLimit));
        assert_eq!(decoder.set_memory_limit(usage), Ok(()));
        assert_eq!(decoder.code(&mut input), Ok(Status::StreamEnd));
    }
}
