//! Block decoder: Compressed Data, Block Padding and Check (xz-file-format
//! 1.2.1, sections 3.2 to 3.4). The Block Header is decoded before.

#![forbid(unsafe_code)]

use super::block::Block;
use crate::bytes::{Gather, vli};
use crate::check::{self, Check};
use crate::coder::{self, Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::filter::{Chain, FilterSpec};
use crate::index::size::UNPADDED_SIZE_MAX;
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, Initial, OwnedBox};

/// Which field comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// No Block was started.
    None,
    /// Compressed Data.
    Data,
    /// Block Padding, with the number of bytes that are left.
    Padding(u8),
    /// Check.
    Check,
    /// The next Block.
    End,
}

/// Decodes a Block.
pub(crate) struct BlockDecoder {
    chain: Chain,
    stage: Stage,
    /// The Block; its sizes are set once they are certain.
    block: Block,
    /// Bytes of Compressed Data so far, and how many there may be.
    compressed: Counter,
    /// Bytes of uncompressed data so far, and how many there may be.
    uncompressed: Counter,
    /// `None`: there is nothing to verify.
    check: Option<Check>,
    raw_check: Gather<{ check::SIZE_MAX }>,
}

/// A count of bytes with a limit.
#[derive(Clone, Copy)]
struct Counter {
    /// Number of bytes up to the limit.
    left: u64,
    limit: u64,
}

impl Counter {
    /// Counts up to `expected`, or to `max` if that is not known.
    fn new(expected: u64, max: u64) -> Counter {
        let limit = if expected == vli::UNKNOWN { max } else { expected };
        Counter { left: limit, limit }
    }

    fn count(&self) -> u64 {
        self.limit - self.left
    }

    /// Returns the number of bytes up to the limit, as a length.
    fn left(&self) -> usize {
        usize::try_from(self.left).unwrap_or(usize::MAX)
    }

    fn add(&mut self, len: usize) {
        self.left = self.left.saturating_sub(len as u64);
    }
}

impl Initial for BlockDecoder {
    /// [`BlockDecoder::start`] comes before use.
    const INITIAL: BlockDecoder = BlockDecoder::new();
}

impl BlockDecoder {
    /// [`Initial::INITIAL`] as a part of something else: of a constant, all bytes would be
    /// copied, though few of them matter.
    #[inline(always)]
    pub(super) const fn new() -> BlockDecoder {
        BlockDecoder {
            chain: Chain::new(),
            stage: Stage::None,
            block: Block::INIT,
            compressed: Counter { left: 0, limit: 0 },
            uncompressed: Counter { left: 0, limit: 0 },
            check: None,
            raw_check: Gather::new(),
        }
    }

    /// Begins a Block whose header said `block` and `filters`.
    /// [`Error::Prog`] if `block` is invalid; the errors of
    /// [`Chain::start_decoder`].
    pub(crate) fn start(
        &mut self,
        memory: &AllocatorHandle,
        block: &Block,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        self.stage = Stage::None;
        block.unpadded_size()?;
        if !vli::is_valid(block.uncompressed_size) {
            return Err(Error::Prog);
        }
        // The Block as a whole must have a size that can be stored.
        let max = UNPADDED_SIZE_MAX - block.overhead()?;
        self.compressed = Counter::new(block.compressed_size, max);
        self.uncompressed = Counter::new(block.uncompressed_size, vli::MAX);
        let ignore_check = block.version >= 1 && block.ignore_check;
        self.check = if ignore_check { None } else { Check::new(block.check) };
        self.raw_check.clear();
        self.block = *block;
        self.chain.start_decoder(memory, filters)?;
        self.stage = Stage::Data;
        Ok(())
    }

    /// For the Block that was started: all that is written before an error is data,
    /// which it is not otherwise where a branch filter had no time for it.
    pub(crate) fn filter_before_errors(&mut self) {
        self.chain.filter_before_errors();
    }

    /// Frees what it has; [`BlockDecoder::start`] comes before use.
    pub(crate) fn end(&mut self) {
        self.stage = Stage::None;
        self.chain.end();
    }

    /// Compressed Size and Uncompressed Size in bytes, once they are certain.
    pub(crate) fn sizes(&self) -> Option<(u64, u64)> {
        let certain = self.stage != Stage::Data && self.stage != Stage::None;
        certain.then_some((self.block.compressed_size, self.block.uncompressed_size))
    }

    /// The Check field as far as it has arrived.
    pub(crate) fn raw_check(&self) -> &[u8] {
        self.raw_check.bytes()
    }

    /// Block Padding and Check; apart, to keep short what calls with little
    /// data have to do.
    #[inline(never)]
    fn after_data(&mut self, input: &mut Input<'_>) -> Result<Status> {
        loop {
            self.stage = match self.stage {
                Stage::Padding(0) if self.block.check == check::id::NONE => Stage::End,
                Stage::Padding(0) => Stage::Check,
                Stage::Padding(left) => match input.next() {
                    None => return Ok(Status::Ok),
                    Some(0) => Stage::Padding(left - 1),
                    Some(_) => return Err(Error::Data),
                },
                Stage::Check => {
                    let size = check::size(self.block.check).unwrap_or(0) as usize;
                    match self.raw_check.fill(input, size) {
                        None => return Ok(Status::Ok),
                        Some(raw) => verify(self.check.as_ref(), raw)?,
                    }
                    Stage::End
                }
                Stage::End => return Ok(Status::StreamEnd),
                Stage::Data | Stage::None => return Err(Error::Prog),
            }
        }
    }

    /// [`Coder::code`] for the decoder of Streams, which nearly always calls it for
    /// Compressed Data.
    #[inline(always)]
    pub(super) fn step(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if self.stage == Stage::Data {
            match self.data(input, output, action)? {
                Status::StreamEnd => self.end_data()?,
                status => return Ok(status),
            }
        }
        self.after_data(input)
    }

    #[inline(always)]
    fn data(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let (taken, written) = (input.taken(), output.len());
        let (max_input, room) = (self.compressed.left(), self.uncompressed.left());
        let result = if input.len() <= max_input && output.room() <= room {
            self.chain.code(input, output, action) // as in most calls
        } else {
            input.limited(max_input, |input| {
                output.limited(room, |output| self.chain.code(input, output, action))
            })
        };
        self.compressed.add(input.taken() - taken);
        self.uncompressed.add(output.len() - written);
        if result == Ok(Status::Ok) && (self.compressed.left == 0 || self.uncompressed.left == 0) {
            self.more_must_be_possible(input, output)?;
        }
        if output.len() != written {
            if let Some(check) = &mut self.check {
                check.update(output.written_mut(written));
            }
        }
        result
    }

    /// The chain wants to go on. [`Error::Data`] if the sizes in the Block
    /// Header mean that it cannot.
    fn more_must_be_possible(&self, input: &Input<'_>, output: &Output<'_>) -> Result<()> {
        let no_input = self.compressed.count() == self.block.compressed_size;
        let no_room = self.uncompressed.count() == self.block.uncompressed_size;
        let nothing_left = no_input && no_room;
        let stuck = (no_input && !output.is_full()) || (no_room && !input.is_empty());
        if nothing_left || stuck {
            return Err(Error::Data);
        }
        Ok(())
    }

    /// The Compressed Data has ended.
    #[inline(never)]
    fn end_data(&mut self) -> Result<()> {
        let agree = |known: u64, counted: u64| known == vli::UNKNOWN || known == counted;
        if !agree(self.block.compressed_size, self.compressed.count())
            || !agree(self.block.uncompressed_size, self.uncompressed.count())
        {
            return Err(Error::Data);
        }
        self.block.compressed_size = self.compressed.count();
        self.block.uncompressed_size = self.uncompressed.count();
        self.stage = Stage::Padding((self.compressed.count().wrapping_neg() & 3) as u8);
        Ok(())
    }

    /// Decodes the whole Block in one call. [`Error::Data`] if it is damaged
    /// or incomplete, [`Error::Buf`] if there is not enough room.
    pub(crate) fn decode_whole(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
    ) -> Result<()> {
        match self.code(input, output, Action::Finish)? {
            Status::StreamEnd => Ok(()),
            // The last byte of a Block produces no output.
            _ if input.is_empty() => Err(Error::Data),
            _ => Err(Error::Buf),
        }
    }
}

impl Coder for BlockDecoder {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    /// [`Status::StreamEnd`] at the end of the Block; [`Error::Data`] if it
    /// is damaged; the errors of the chain.
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        self.step(input, output, action)
    }
}

impl Restart for BlockDecoder {
    /// The fields of the Block Header.
    type Options<'a> = (&'a Block, &'a [FilterSpec<'a>]);

    fn make(
        memory: &AllocatorHandle,
        options: (&Block, &[FilterSpec<'_>]),
    ) -> Result<OwnedBox<BlockDecoder>> {
        coder::make_in_place(memory, options)
    }

    fn restart(
        &mut self,
        memory: &AllocatorHandle,
        (block, filters): (&Block, &[FilterSpec<'_>]),
    ) -> Result<()> {
        self.start(memory, block, filters)
    }
}

/// Compares the check that was calculated with the one in the file.
fn verify(check: Option<&Check>, raw: &[u8]) -> Result<()> {
    let Some(check) = check else {
        return Ok(());
    };
    let (bytes, size) = check.finish();
    if bytes[..size] == *raw { Ok(()) } else { Err(Error::Data) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{FilterOptions, id};
    use crate::lzma::LzmaOptions;

    const LZMA2: FilterSpec<'static> = FilterSpec {
        id: id::LZMA2,
        options: FilterOptions::Lzma(LzmaOptions { dict_size: 4096, ..LzmaOptions::ZERO }),
    };
    const BLOCK: Block = Block {
        version: 1,
        header_size: 12,
        check: check::id::CRC32,
        compressed_size: vli::UNKNOWN,
        uncompressed_size: 3,
        ignore_check: false,
    };
    /// "abc" as LZMA2 stores it, a byte of padding, the Check.
    const BYTES: [u8; 12] = [1, 0, 2, b'a', b'b', b'c', 0, 0, 0xc2, 0x41, 0x24, 0x35];

    fn started(block: &Block) -> BlockDecoder {
        let mut decoder = BlockDecoder::INITIAL;
        assert_eq!(decoder.start(&AllocatorHandle::standard(), block, &[LZMA2]), Ok(()));
        decoder
    }

    fn decode(block: &Block, bytes: &[u8]) -> Result<()> {
        started(block).decode_whole(&mut Input::new(bytes), &mut Output::new(&mut [0; 9]))
    }

    #[test]
    fn byte_by_byte() {
        let mut decoder = started(&BLOCK);
        let mut data = [0; 4];
        let mut output = Output::new(&mut data);
        for (i, byte) in BYTES.iter().enumerate() {
            assert_eq!(decoder.sizes(), (i > 6).then_some((7, 3)));
            assert_eq!(decoder.raw_check(), &BYTES[8..i.max(8)]);
            let status = decoder.code(&mut Input::new(&[*byte]), &mut output, Action::Run);
            assert_eq!(status, Ok(if i == 11 { Status::StreamEnd } else { Status::Ok }));
        }
        assert_eq!(output.written_mut(0), b"abc");
        assert_eq!(decoder.raw_check(), &BYTES[8..]);
    }

    #[test]
    fn damage() {
        assert_eq!(decode(&BLOCK, &BYTES), Ok(()));
        for i in [6, 7, 8, 11] {
            let mut bytes = BYTES;
            bytes[i] ^= 0x80;
            assert_eq!(decode(&BLOCK, &bytes), Err(Error::Data), "{i}");
        }
        assert_eq!(decode(&BLOCK, &BYTES[..11]), Err(Error::Data));
        for (compressed_size, uncompressed_size) in [(6, 3), (8, 3), (7, 2), (7, 4)] {
            let block = Block { compressed_size, uncompressed_size, ..BLOCK };
            assert_eq!(decode(&block, &BYTES), Err(Error::Data));
        }
    }

    #[test]
    fn checks_that_are_not_verified() {
        let mut bytes = BYTES;
        bytes[8] ^= 1;
        assert_eq!(decode(&Block { ignore_check: true, ..BLOCK }, &bytes), Ok(()));
        let old = Block { ignore_check: true, version: 0, ..BLOCK };
        assert_eq!(decode(&old, &bytes), Err(Error::Data));
        let unsupported = Block { check: 2, ..BLOCK };
        assert_eq!(decode(&unsupported, &bytes), Ok(()));
    }

    #[test]
    fn a_failed_start_leaves_nothing() {
        let mut decoder = started(&BLOCK);
        let wrong = Block { uncompressed_size: vli::MAX + 1, ..BLOCK };
        assert_eq!(decoder.start(&AllocatorHandle::standard(), &wrong, &[LZMA2]), Err(Error::Prog));
        let go = |decoder: &mut BlockDecoder| {
            decoder.decode_whole(&mut Input::new(&BYTES), &mut Output::new(&mut [0; 9]))
        };
        assert_eq!(go(&mut decoder), Err(Error::Prog));
        assert_eq!(
            decoder.start(&AllocatorHandle::standard(), &BLOCK, &[LZMA2, LZMA2]),
            Err(Error::Options)
        );
        assert_eq!(go(&mut decoder), Err(Error::Prog));
        assert_eq!(decoder.sizes(), None);
        assert_eq!(decoder.start(&AllocatorHandle::standard(), &BLOCK, &[LZMA2]), Ok(()));
        assert_eq!(go(&mut decoder), Ok(()));
    }
}
