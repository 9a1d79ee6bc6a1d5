//! Starting encoders, and changing their filters.

#![forbid(unsafe_code)]

use super::AnyCoder;
use crate::container::alone_encoder::AloneEncoder;
use crate::container::microlzma_encoder::MicroLzmaEncoder;
use crate::container::xz::block::Block;
use crate::container::xz::block_encoder::BlockEncoder;
use crate::container::xz::stream_encoder::StreamEncoder;
use crate::error::{Error, Result};
use crate::filter::{Chain, FilterSpec, memory_usage};
use crate::lzma::LzmaOptions;
use crate::memory::Memory;
use crate::threaded::encoder as threaded_encoder;

impl AnyCoder {
    /// Starts an encoder for a chain of filters without a container.
    pub(crate) fn start_raw_encoder(
        &mut self,
        memory: &Memory,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        if let AnyCoder::RawEncoder(chain) = self {
            return chain.start_encoder(memory, filters);
        }
        *self = AnyCoder::None; // makes room
        let mut chain = memory.own_initial::<Chain>()?;
        chain.start_encoder(memory, filters)?;
        *self = AnyCoder::RawEncoder(chain);
        Ok(())
    }

    /// Starts an encoder for a Block of a `.xz` file, without its header.
    pub(crate) fn start_block_encoder(
        &mut self,
        memory: &Memory,
        block: &Block,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        if let AnyCoder::BlockEncoder(encoder) = self {
            return encoder.start(memory, block, filters);
        }
        *self = AnyCoder::None; // makes room
        let mut encoder = memory.own_initial::<BlockEncoder>()?;
        encoder.start(memory, block, filters)?;
        *self = AnyCoder::BlockEncoder(encoder);
        Ok(())
    }

    /// Starts an encoder for a `.xz` file.
    pub(crate) fn start_stream_encoder(
        &mut self,
        memory: &Memory,
        filters: &[FilterSpec<'_>],
        check: u32,
    ) -> Result<()> {
        if let AnyCoder::StreamEncoder(encoder) = self {
            return encoder.start(filters, check);
        }
        *self = AnyCoder::None; // makes room
        let mut encoder = StreamEncoder::new(memory)?;
        encoder.start(filters, check)?;
        *self = AnyCoder::StreamEncoder(encoder);
        Ok(())
    }

    /// Starts an encoder for a `.xz` file that uses threads.
    pub(crate) fn start_threaded_encoder(
        &mut self,
        memory: &Memory,
        options: &threaded_encoder::Options<'_>,
    ) -> Result<()> {
        if let AnyCoder::ThreadedEncoder(encoder) = self {
            return encoder.start(options);
        }
        *self = AnyCoder::None; // makes room
        let encoder = threaded_encoder::Encoder::new(memory, options)?;
        self.replace(memory, encoder, AnyCoder::ThreadedEncoder)
    }

    /// Starts an encoder for a `.lzma` file.
    pub(crate) fn start_alone_encoder(
        &mut self,
        memory: &Memory,
        options: &LzmaOptions<'_>,
    ) -> Result<()> {
        if let AnyCoder::AloneEncoder(encoder) = self {
            return encoder.start(options);
        }
        *self = AnyCoder::None; // makes room
        let mut encoder = AloneEncoder::new(memory)?;
        encoder.start(options)?;
        self.replace(memory, encoder, AnyCoder::AloneEncoder)
    }

    /// Starts an encoder for MicroLZMA.
    pub(crate) fn start_microlzma_encoder(
        &mut self,
        memory: &Memory,
        options: &LzmaOptions<'_>,
    ) -> Result<()> {
        if let AnyCoder::MicroLzmaEncoder(encoder) = self {
            return encoder.start(options);
        }
        *self = AnyCoder::None; // makes room
        let mut encoder = MicroLzmaEncoder::new(memory)?;
        encoder.start(options)?;
        self.replace(memory, encoder, AnyCoder::MicroLzmaEncoder)
    }

    /// Changes the filters of an encoder, as far as it can. [`Error::Prog`]
    /// if it cannot now, or at all; [`Error::Options`] if `filters` are not
    /// valid.
    pub(super) fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        let valid = memory_usage::encoder(filters).ok_or(Error::Options);
        match self {
            AnyCoder::RawEncoder(chain) => valid.and_then(|_| chain.update_raw(filters)),
            AnyCoder::BlockEncoder(encoder) => valid.and_then(|_| encoder.update(filters)),
            AnyCoder::StreamEncoder(encoder) => valid.and_then(|_| encoder.update(filters)),
            AnyCoder::ThreadedEncoder(encoder) => valid.and_then(|_| encoder.update(filters)),
            // In liblzma, these could if others in the chain could.
            AnyCoder::RawDecoder(chain) if chain.begins_with_bcj() => valid.and(Err(Error::Prog)),
            _ => Err(Error::Prog),
        }
    }
}
