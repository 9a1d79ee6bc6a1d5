//! Stream encoder (xz-file-format 1.2.1, section 2.1): Stream Header, Blocks,
//! Index, Stream Footer.

#![forbid(unsafe_code)]

use super::block::{Block, HEADER_SIZE_MAX};
use super::block_encoder::BlockEncoder;
use super::block_header;
use super::stream_flags::StreamFlags;
use crate::bytes::{Pending, vli};
use crate::coder::{Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::filter::{FilterSpec, OwnedSpecs, memory_usage};
use crate::index::{Index, IndexEncoder};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, Initial, OwnedBox};

/// Which part of the Stream comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// No Stream was started.
    None,
    /// The rest of the Stream Header.
    StreamHeader,
    /// The decision whether there is another Block.
    BetweenBlocks,
    /// The rest of a Block Header.
    BlockHeader,
    /// The rest of a Block.
    Block,
    /// The rest of the Index.
    Index,
    /// The rest of the Stream Footer.
    StreamFooter,
}

/// Encodes a Stream.
pub(crate) struct StreamEncoder {
    memory: AllocatorHandle,
    stage: Stage,
    /// The header of each Block.
    block: Block,
    /// The filters of the next Block.
    filters: OwnedSpecs,
    /// `encoder` has been started for the next Block already.
    block_started: bool,
    encoder: BlockEncoder,
    index: Index,
    index_encoder: IndexEncoder,
    /// Stream Header, Block Header or Stream Footer.
    header: Pending<{ HEADER_SIZE_MAX as usize }>,
}

impl StreamEncoder {
    /// Starts the next Block already, to see that these filters are valid.
    fn replace_filters(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        let copy = OwnedSpecs::new(&self.memory, filters)?;
        self.block_started = false;
        self.start_block(filters)?;
        self.block_started = true;
        self.filters = copy;
        Ok(())
    }

    fn start_block(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        // This finds filters that other containers may have.
        self.block.header_size = block_header::size_for(&self.block, filters)?;
        self.encoder.start(&self.memory, &self.block, filters)
    }

    fn begin_block(&mut self) -> Result<Stage> {
        let filters = self.filters.take();
        let result = self.begin_block_with(&filters.specs());
        self.filters = filters;
        result
    }

    fn begin_block_with(&mut self, filters: &[FilterSpec<'_>]) -> Result<Stage> {
        if !self.block_started {
            self.start_block(filters)?;
        }
        self.block_started = false;
        self.header.clear();
        let header = self.header.push_zeros(self.block.header_size as usize);
        block_header::encode(&self.block, filters, header).map_err(|_| Error::Prog)?;
        Ok(Stage::BlockHeader)
    }

    /// Adds the Block to the Index.
    fn end_block(&mut self) -> Result<()> {
        let (compressed_size, uncompressed_size) = self.encoder.sizes().ok_or(Error::Prog)?;
        let unpadded_size = Block { compressed_size, ..self.block }.unpadded_size()?;
        self.index.append(unpadded_size, uncompressed_size)
    }

    fn begin_footer(&mut self) -> Result<Stage> {
        let backward_size = self.index.size();
        let flags = StreamFlags { version: 0, backward_size, check: self.block.check };
        self.header.clear();
        self.header.push(&flags.encode_footer()?);
        Ok(Stage::StreamFooter)
    }
}

impl Coder for StreamEncoder {
    fn actions(&self) -> Actions {
        Actions::SYNC_AND_FULL
    }

    /// Encodes as much as there is input and room for.
    /// [`Status::StreamEnd`] at the end of the Stream, or of a flush; the
    /// errors of [`BlockEncoder::code`] and [`Index::append`].
    #[inline(never)]
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        while !output.is_full() {
            self.stage = match self.stage {
                Stage::None => return Err(Error::Prog),
                Stage::StreamHeader | Stage::BlockHeader | Stage::StreamFooter => {
                    if !self.header.write_out(output) {
                        return Ok(Status::Ok);
                    }
                    match self.stage {
                        Stage::StreamHeader => Stage::BetweenBlocks,
                        Stage::BlockHeader => Stage::Block,
                        _ => return Ok(Status::StreamEnd),
                    }
                }
                Stage::BetweenBlocks if !input.is_empty() => self.begin_block()?,
                Stage::BetweenBlocks => match action {
                    Action::Run => return Ok(Status::Ok),
                    Action::Finish => {
                        self.index_encoder = IndexEncoder::new();
                        Stage::Index
                    }
                    _ => return Ok(Status::StreamEnd), // there is nothing to flush
                },
                Stage::Block => {
                    let status = self.encoder.code(input, output, in_block(action))?;
                    if status != Status::StreamEnd || action == Action::SyncFlush {
                        return Ok(status);
                    }
                    self.end_block()?;
                    Stage::BetweenBlocks
                }
                Stage::Index => match self.index_encoder.code(&self.index, output)? {
                    Status::StreamEnd => self.begin_footer()?,
                    status => return Ok(status),
                },
            }
        }
        Ok(Status::Ok)
    }

    /// Changes filters: all of them between Blocks, options of LZMA2 in a
    /// Block. [`Error::Prog`] after the last Block; the errors of
    /// [`Restart::restart`] and [`BlockEncoder::update`]. After an error,
    /// everything is as before, but see there.
    fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        memory_usage::validate_encoder(filters)?;
        match self.stage {
            Stage::StreamHeader | Stage::BetweenBlocks => self.replace_filters(filters),
            Stage::BlockHeader | Stage::Block => {
                let copy = OwnedSpecs::new(&self.memory, filters)?;
                self.encoder.update(filters)?;
                self.filters = copy;
                Ok(())
            }
            Stage::None | Stage::Index | Stage::StreamFooter => Err(Error::Prog),
        }
    }
}

impl Restart for StreamEncoder {
    /// The filters, and the ID of the integrity check.
    type Options<'a> = (&'a [FilterSpec<'a>], u32);

    fn make(
        memory: &AllocatorHandle,
        options: (&[FilterSpec<'_>], u32),
    ) -> Result<OwnedBox<StreamEncoder>> {
        let index = Index::new(memory)?;
        let mut encoder = memory.own_made(|| StreamEncoder {
            memory: memory.clone(),
            stage: Stage::None,
            block: Block::INIT,
            filters: OwnedSpecs::empty(),
            block_started: false,
            encoder: BlockEncoder::INITIAL,
            index,
            index_encoder: IndexEncoder::new(),
            header: Pending::new(),
        })?;
        encoder.restart(memory, options)?;
        Ok(encoder)
    }

    /// [`Error::Options`], [`Error::Prog`] or [`Error::UnsupportedCheck`] if
    /// the chain or the check cannot be used.
    fn restart(
        &mut self,
        _memory: &AllocatorHandle,
        (filters, check): (&[FilterSpec<'_>], u32),
    ) -> Result<()> {
        self.stage = Stage::None;
        let flags = StreamFlags { version: 0, backward_size: vli::UNKNOWN, check };
        let header = flags.encode_header()?;
        self.block.check = check;
        if self.index.block_count() > 0 {
            self.index = Index::new(&self.memory)?;
        }
        self.header.clear();
        self.header.push(&header);
        self.replace_filters(filters)?;
        self.stage = Stage::StreamHeader;
        Ok(())
    }
}

/// Returns the action for the Block when the Stream is to take `action`.
fn in_block(action: Action) -> Action {
    match action {
        Action::Run | Action::SyncFlush => action,
        Action::FullFlush | Action::FullBarrier | Action::Finish => Action::Finish,
    }
}
