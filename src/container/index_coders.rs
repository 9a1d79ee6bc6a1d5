//! Encoder and decoder of an Index alone, as coders.

#![forbid(unsafe_code)]

use crate::coder::{Actions, Coder, Restart};
use crate::error::{Result, Status};
use crate::index::{self, Index, size};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, Borrowed, MemoryLimit, OwnedBox};

/// Encodes an Index of the application's.
pub(crate) struct IndexEncoder {
    index: Borrowed<Index>,
    encoder: index::IndexEncoder,
}

impl Coder for IndexEncoder {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    fn code(&mut self, _: &mut Input<'_>, output: &mut Output<'_>, _: Action) -> Result<Status> {
        self.encoder.code(&self.index, output)
    }
}

impl Restart for IndexEncoder {
    type Options<'a> = Borrowed<Index>;

    fn make(memory: &AllocatorHandle, index: Borrowed<Index>) -> Result<OwnedBox<IndexEncoder>> {
        memory.own(IndexEncoder { index, encoder: index::IndexEncoder::new() })
    }

    fn restart(&mut self, _memory: &AllocatorHandle, index: Borrowed<Index>) -> Result<()> {
        *self = IndexEncoder { index, encoder: index::IndexEncoder::new() };
        Ok(())
    }
}

/// Decodes an Index, which the application takes.
pub(crate) struct IndexDecoder(index::IndexDecoder);

impl IndexDecoder {
    /// Decodes to `index`, which has no Stream and may need `limit` bytes.
    #[inline]
    fn with((index, limit): (OwnedBox<Index>, u64)) -> IndexDecoder {
        IndexDecoder(index::IndexDecoder::new(index, limit, size::BACKWARD_SIZE_MAX))
    }
}

impl Coder for IndexDecoder {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    fn code(&mut self, input: &mut Input<'_>, _: &mut Output<'_>, _: Action) -> Result<Status> {
        self.0.code(input)
    }

    fn memory_limit(&self) -> Option<MemoryLimit> {
        Some(self.0.memory_limit())
    }

    fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        self.0.set_memory_limit(limit)
    }

    fn take_index(&mut self) -> Option<OwnedBox<Index>> {
        self.0.take()
    }

    fn index_memory(&self) -> Option<&AllocatorHandle> {
        self.0.index_memory()
    }
}

impl Restart for IndexDecoder {
    /// An Index without Streams, and how many bytes it may need.
    type Options<'a> = (OwnedBox<Index>, u64);

    fn make(
        memory: &AllocatorHandle,
        options: (OwnedBox<Index>, u64),
    ) -> Result<OwnedBox<IndexDecoder>> {
        memory.own_made(|| IndexDecoder::with(options))
    }

    fn restart(
        &mut self,
        _memory: &AllocatorHandle,
        options: (OwnedBox<Index>, u64),
    ) -> Result<()> {
        *self = IndexDecoder::with(options);
        Ok(())
    }
}
