//! Filter chains without a container, as coders.

#![forbid(unsafe_code)]

use crate::coder::{self, Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::filter::{Chain, FilterSpec, memory_usage};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, OwnedBox};

/// Decodes what a chain of filters has encoded.
pub(crate) struct RawDecoder(Chain);

impl Coder for RawDecoder {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    #[inline(never)]
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        self.0.code(input, output, action)
    }

    /// liblzma looks at the filters before it finds that there is nothing to
    /// update, if the first one reads from others.
    fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        if self.0.begins_with_bcj() {
            memory_usage::validate_encoder(filters)?;
        }
        Err(Error::Prog)
    }
}

impl Restart for RawDecoder {
    type Options<'a> = &'a [FilterSpec<'a>];

    fn make(memory: &AllocatorHandle, filters: &[FilterSpec<'_>]) -> Result<OwnedBox<RawDecoder>> {
        coder::make_from(memory, || RawDecoder(Chain::new()), filters)
    }

    fn restart(&mut self, memory: &AllocatorHandle, filters: &[FilterSpec<'_>]) -> Result<()> {
        self.0.start_decoder(memory, filters)
    }
}

/// Encodes with a chain of filters.
pub(crate) struct RawEncoder(Chain);

impl Coder for RawEncoder {
    fn actions(&self) -> Actions {
        Actions::SYNC
    }

    #[inline(never)]
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        self.0.code(input, output, action)
    }

    fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        memory_usage::validate_encoder(filters)?;
        self.0.update_raw(filters)
    }
}

impl Restart for RawEncoder {
    type Options<'a> = &'a [FilterSpec<'a>];

    fn make(memory: &AllocatorHandle, filters: &[FilterSpec<'_>]) -> Result<OwnedBox<RawEncoder>> {
        coder::make_from(memory, || RawEncoder(Chain::new()), filters)
    }

    fn restart(&mut self, memory: &AllocatorHandle, filters: &[FilterSpec<'_>]) -> Result<()> {
        self.0.start_encoder(memory, filters)
    }
}
