//! Block encoder: Compressed Data, Block Padding and Check (xz-file-format
//! 1.2.1, sections 3.2 to 3.4). The Block Header is encoded by others.

#![forbid(unsafe_code)]

use super::block::{Block, COMPRESSED_SIZE_MAX};
use crate::bytes::{Pending, vli};
use crate::check::{self, Check};
use crate::coder::{self, Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::filter::{Chain, FilterSpec, memory_usage};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, Initial, OwnedBox};

/// The longest Block Padding in bytes.
const PADDING_MAX: usize = 3;

/// The part of the Block that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// No Block was started.
    None,
    /// Compressed Data.
    Data,
    /// The rest of Block Padding and Check.
    Tail,
    /// The next Block.
    End,
}

/// Encodes a Block.
pub(crate) struct BlockEncoder {
    chain: Chain,
    stage: Stage,
    /// Bytes of Compressed Data so far.
    compressed: u64,
    /// Bytes of uncompressed data so far.
    uncompressed: u64,
    check: Check,
    tail: Pending<{ PADDING_MAX + check::SIZE_MAX }>,
}

impl Initial for BlockEncoder {
    /// [`BlockEncoder::start`] comes before use.
    const INITIAL: BlockEncoder = BlockEncoder {
        chain: Chain::INITIAL,
        stage: Stage::None,
        compressed: 0,
        uncompressed: 0,
        check: Check::None,
        tail: Pending::new(),
    };
}

impl BlockEncoder {
    /// Begins a Block; of `block`, only the version and the check matter.
    /// [`Error::Options`]: unknown version; [`Error::Prog`]: no such check;
    /// [`Error::UnsupportedCheck`]; the errors of [`Chain::start_encoder`].
    pub(crate) fn start(
        &mut self,
        memory: &AllocatorHandle,
        block: &Block,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        self.stage = Stage::None;
        require_known_version(block)?;
        self.check = check_for(block)?;
        self.compressed = 0;
        self.uncompressed = 0;
        self.tail.clear();
        self.chain.start_encoder(memory, filters)?;
        self.stage = Stage::Data;
        Ok(())
    }

    /// Compressed Size and Uncompressed Size in bytes, once all data is
    /// encoded.
    pub(crate) fn sizes(&self) -> Option<(u64, u64)> {
        let encoded = matches!(self.stage, Stage::Tail | Stage::End);
        encoded.then_some((self.compressed, self.uncompressed))
    }

    /// The Check field, once the Block is complete.
    pub(crate) fn raw_check(&self) -> Option<([u8; check::SIZE_MAX], usize)> {
        (self.stage == Stage::End).then(|| self.check.finish())
    }

    fn data(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let (plain, written) = (input.rest(), output.len());
        let result = self.chain.code(input, output, action);
        let taken = plain.len() - input.len();
        let compressed = self.compressed.saturating_add((output.len() - written) as u64);
        if compressed > COMPRESSED_SIZE_MAX {
            return Err(Error::Data);
        }
        self.compressed = compressed;
        self.uncompressed += taken as u64; // `code` has seen to the limit
        self.check.update(&plain[..taken]);
        result
    }

    fn end_data(&mut self) {
        let padding = self.compressed.wrapping_neg() & 3;
        self.tail.push(&[0; PADDING_MAX][..padding as usize]);
        let (check, size) = self.check.finish();
        self.tail.push(&check[..size]);
        self.stage = Stage::Tail;
    }
}

impl Coder for BlockEncoder {
    fn actions(&self) -> Actions {
        Actions::SYNC
    }

    /// [`Status::StreamEnd`] at the end of the Block, or of a flush;
    /// [`Error::Data`] if the Block becomes too large; the errors of the
    /// chain.
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if vli::MAX - self.uncompressed < input.len() as u64 {
            return Err(Error::Data);
        }
        match self.stage {
            Stage::None => return Err(Error::Prog),
            Stage::Data => {
                let status = self.data(input, output, action)?;
                if status != Status::StreamEnd || action == Action::SyncFlush {
                    return Ok(status);
                }
                self.end_data();
            }
            Stage::Tail => {}
            Stage::End => return Ok(Status::StreamEnd),
        }
        if !self.tail.write_out(output) {
            return Ok(Status::Ok);
        }
        self.stage = Stage::End;
        Ok(Status::StreamEnd)
    }

    /// Changes options of filters; [`Error::Prog`] after Compressed Data, and
    /// the errors of [`Chain::update`].
    fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        memory_usage::validate_encoder(filters)?;
        if self.stage != Stage::Data {
            return Err(Error::Prog);
        }
        self.chain.update(filters)
    }
}

impl Restart for BlockEncoder {
    /// The Block, of which the version and the check matter, and its filters.
    type Options<'a> = (&'a Block, &'a [FilterSpec<'a>]);

    fn make(
        memory: &AllocatorHandle,
        options: (&Block, &[FilterSpec<'_>]),
    ) -> Result<OwnedBox<BlockEncoder>> {
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

/// Refuses an unknown version, on which the meaning of other members may depend.
pub(super) fn require_known_version(block: &Block) -> Result<()> {
    if block.version > 1 { Err(Error::Options) } else { Ok(()) }
}

/// The check that a new Block needs.
pub(super) fn check_for(block: &Block) -> Result<Check> {
    if block.check > check::ID_MAX {
        return Err(Error::Prog);
    }
    Check::new(block.check).ok_or(Error::UnsupportedCheck)
}
