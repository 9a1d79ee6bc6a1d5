//! Encoding of one Block in a worker.

#![forbid(unsafe_code)]

use crate::bytes::vli;
use crate::coder::{Coder, Progress};
use crate::container::xz::block::Block;
use crate::container::xz::block_buffer_encoder::{self, Method};
use crate::container::xz::block_encoder::BlockEncoder;
use crate::container::xz::block_header;
use crate::error::{Error, Result, Status};
use crate::filter::OwnedSpecs;
use crate::io::{Action, Input};
use crate::memory::{AllocatorHandle, Buf, Initial, Reader, Shared};
use crate::threaded::block_channel::{BlockChannel, Command};
use crate::threaded::pool::Job;
use core::ptr;

/// A worker looks up after so many bytes of input, so that it tells about its
/// progress and can be stopped.
const STEP: usize = 16 << 10;

/// A Block as it goes to the file.
pub(super) struct Encoded {
    /// The first `len` bytes of this.
    pub(super) output: Buf<u8>,
    pub(super) len: usize,
    /// For the Index, in bytes.
    pub(super) unpadded_size: u64,
    pub(super) uncompressed_size: u64,
}

/// Everything that a Block is encoded from.
pub(super) struct Work {
    pub(super) filters: Shared<OwnedSpecs>,
    pub(super) check: u32,
    /// Most bytes of uncompressed data.
    pub(super) block_size: u64,
    /// Its capacity is what there is room for.
    pub(super) output: Buf<u8>,
    pub(super) channel: Shared<BlockChannel<Encoded>>,
}

/// A Block encoder, its input buffer, and the Block that it has to encode, if
/// any.
pub(super) struct Task {
    memory: AllocatorHandle,
    encoder: BlockEncoder,
    /// The filters with which the encoder is started for the next Block, if it is.
    started: Option<Shared<OwnedSpecs>>,
    pub(super) input: Reader,
    work: Option<Work>,
    channel: Option<Shared<BlockChannel<Encoded>>>,
    end: Option<Result<Encoded>>,
    /// Copy of the error in `end`, for [`Task::error`] after `end` has gone to
    /// the main thread.
    error: Option<Error>,
    progress: Progress,
}

impl Task {
    /// Makes a task with nothing to do yet.
    pub(super) fn new(memory: &AllocatorHandle, input: Reader) -> Task {
        Task {
            memory: memory.clone(),
            encoder: BlockEncoder::INITIAL,
            started: None,
            input,
            work: None,
            channel: None,
            end: None,
            error: None,
            progress: Progress::default(),
        }
    }

    /// Starts the encoder for the next Block, unless it is. Otherwise the worker does
    /// it, which needs memory then.
    pub(super) fn start(&mut self, filters: &Shared<OwnedSpecs>, check: u32) -> Result<()> {
        if !self.started.take().is_some_and(|started| ptr::eq(&*started, &**filters)) {
            let block = Block { check, ..Block::INIT };
            self.encoder.start(&self.memory, &block, &filters.specs())?;
        }
        self.started = Some(filters.clone());
        Ok(())
    }

    /// Gives it something to do. The input comes through `input`.
    pub(super) fn assign(&mut self, work: Work) {
        self.channel = Some(work.channel.clone());
        self.work = Some(work);
        self.end = None;
        self.error = None;
        self.progress = Progress::default();
    }

    /// Returns the error of the Block, if there was one.
    pub(super) fn error(&self) -> Option<Error> {
        self.error
    }

    fn encode(&mut self, work: Work, wake_main: &dyn Fn()) -> Result<Encoded> {
        let Work { filters, check, block_size, mut output, channel } = work;
        let filters = filters.specs();
        let mut block = Block {
            version: 0,
            header_size: 0,
            check,
            // Until it is known, the most that they can be.
            compressed_size: output.capacity() as u64,
            uncompressed_size: block_size,
            ignore_check: false,
        };
        block.header_size = block_header::size_for(&block, &filters)?;
        if self.started.take().is_none() {
            self.encoder.start(&self.memory, &block, &filters)?;
        }
        let header_size = block.header_size as usize;
        let mut len = output.grow_zeroed(header_size).len();
        while len < output.capacity() {
            let status;
            (status, len) = self.encode_part(&channel, &mut output, len, wake_main)?;
            if status == Status::StreamEnd {
                let sizes = self.encoder.sizes().ok_or(Error::Prog)?;
                (block.compressed_size, block.uncompressed_size) = sizes;
                block_header::encode(&block, &filters, output.grow_zeroed(header_size))?;
                return encoded(&block, output, len);
            }
        }
        self.store(block, output, &channel, wake_main)
    }

    /// Encodes some input behind the first `len` bytes of `output`; tells how
    /// many bytes there are then.
    fn encode_part(
        &mut self,
        channel: &BlockChannel<Encoded>,
        output: &mut Buf<u8>,
        len: usize,
        wake_main: &dyn Fn(),
    ) -> Result<(Status, usize)> {
        let input = &self.input;
        let taken = self.progress.taken;
        self.progress.written = len;
        let last =
            match channel.report_and_wait(self.progress, || input.bytes().len() > taken, wake_main)
            {
                Command::Stop => return Err(Error::Prog), // nobody asks any more
                Command::Work { last } => last,
            };
        let bytes = input.bytes().get(taken..).unwrap_or_default();
        let (bytes, action) = match bytes.get(..STEP) {
            Some(part) if bytes.len() > STEP => (part, Action::Run),
            _ if last => (bytes, Action::Finish),
            _ => (bytes, Action::Run),
        };
        let mut part = Input::new(bytes);
        let end = output.capacity();
        let (result, len) =
            output.append(len, end, |output| self.encoder.code(&mut part, output, action));
        self.progress.taken += part.taken();
        Ok((result?, len))
    }

    /// The data has become larger: puts it out as it is.
    fn store(
        &mut self,
        mut block: Block,
        mut output: Buf<u8>,
        channel: &BlockChannel<Encoded>,
        wake_main: &dyn Fn(),
    ) -> Result<Encoded> {
        loop {
            match channel.report_and_wait(self.progress, || false, wake_main) {
                Command::Stop => return Err(Error::Prog),
                Command::Work { last: true } => break,
                Command::Work { last: false } => {}
            }
        }
        let capacity = output.capacity();
        block.compressed_size = vli::UNKNOWN;
        block.uncompressed_size = vli::UNKNOWN;
        let (result, len) = output.append(0, capacity, |output| {
            block_buffer_encoder::encode(&mut block, Method::Store, self.input.bytes(), output)
        });
        result.map_err(|_| Error::Prog)?;
        encoded(&block, output, len)
    }
}

fn encoded(block: &Block, output: Buf<u8>, len: usize) -> Result<Encoded> {
    let unpadded_size = block.unpadded_size()?;
    Ok(Encoded { output, len, unpadded_size, uncompressed_size: block.uncompressed_size })
}

impl Job for Task {
    fn run(&mut self, wake_main: &dyn Fn()) {
        if let Some(work) = self.work.take() {
            self.end = Some(self.encode(work, wake_main));
        }
    }

    fn finish(&mut self, _panicked: bool) {
        self.work = None;
        let end = self.end.take().unwrap_or(Err(Error::Prog)); // after a panic
        match &end {
            Err(error) => self.error = Some(*error),
            Ok(encoded) => {
                self.progress.taken = encoded.uncompressed_size as usize;
                self.progress.written = encoded.len;
            }
        }
        if let Some(channel) = self.channel.take() {
            channel.finish(self.progress, end);
        }
    }
}
