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
use crate::memory::{AllocatorHandle, Buf, BufferReader, Initial, Shared};
use crate::threaded::block_channel::{BlockChannel, Command};
use crate::threaded::pool::Job;
use core::{mem, ptr};

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
    /// The Block Header, once the Block is begun. Until they are known, the sizes in it
    /// are the most that they can be.
    pub(super) block: Option<Block>,
    pub(super) filters: Shared<OwnedSpecs>,
    pub(super) check: u32,
    /// Most bytes of uncompressed data.
    pub(super) block_size: u64,
    /// Its capacity is what there is room for.
    pub(super) output: Buf<u8>,
    /// Bytes of it so far.
    pub(super) len: usize,
    pub(super) channel: Shared<BlockChannel<Encoded>>,
}

/// A Block encoder, its input buffer, and the Block that it has to encode, if
/// any.
pub(super) struct Task {
    memory: AllocatorHandle,
    encoder: BlockEncoder,
    /// The filters with which the encoder is started for the next Block, if it is.
    started: Option<Shared<OwnedSpecs>>,
    pub(super) input: BufferReader,
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
    pub(super) fn new(memory: &AllocatorHandle, input: BufferReader) -> Task {
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

    /// Encodes up to `max` bytes of input, or a little more, and returns whether the Block
    /// has come to its end. The next time, it goes on from there.
    pub(super) fn run_part(&mut self, max: usize, wake_main: &dyn Fn()) -> bool {
        let Some(mut work) = self.work.take() else {
            return true;
        };
        match self.encode(&mut work, max, wake_main) {
            Ok(None) => {
                self.work = Some(work);
                return false;
            }
            Ok(Some(encoded)) => self.end = Some(Ok(encoded)),
            Err(error) => self.end = Some(Err(error)),
        }
        true
    }

    fn begin(&mut self, work: &mut Work) -> Result<Block> {
        let filters = work.filters.specs();
        let mut block = Block {
            version: 0,
            header_size: 0,
            check: work.check,
            compressed_size: work.output.capacity() as u64,
            uncompressed_size: work.block_size,
            ignore_check: false,
        };
        block.header_size = block_header::size_for(&block, &filters)?;
        if self.started.take().is_none() {
            self.encoder.start(&self.memory, &block, &filters)?;
        }
        work.len = work.output.grow_zeroed(block.header_size as usize).len();
        work.block = Some(block);
        Ok(block)
    }

    /// [`Task::run_part`]; `None` if there is more to do.
    fn encode(
        &mut self,
        work: &mut Work,
        max: usize,
        wake_main: &dyn Fn(),
    ) -> Result<Option<Encoded>> {
        let mut block = match work.block {
            Some(block) => block,
            None => self.begin(work)?,
        };
        let end = self.progress.taken.saturating_add(max);
        while work.len < work.output.capacity() {
            if self.encode_part(work, wake_main)? == Status::StreamEnd {
                let sizes = self.encoder.sizes().ok_or(Error::Prog)?;
                (block.compressed_size, block.uncompressed_size) = sizes;
                let mut output = mem::replace(&mut work.output, Buf::EMPTY);
                let header = output.grow_zeroed(block.header_size as usize);
                block_header::encode(&block, &work.filters.specs(), header)?;
                return encoded(&block, output, work.len).map(Some);
            }
            if self.progress.taken >= end {
                return Ok(None);
            }
        }
        self.store(block, work, wake_main).map(Some)
    }

    /// Encodes some input behind what there is of the output.
    fn encode_part(&mut self, work: &mut Work, wake_main: &dyn Fn()) -> Result<Status> {
        let input = &self.input;
        let taken = self.progress.taken;
        self.progress.written = work.len;
        let ready = || input.bytes().len() > taken;
        let last = match work.channel.report_and_wait(self.progress, ready, wake_main) {
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
        let end = work.output.capacity();
        let (result, len) = work
            .output
            .append(work.len, end, |output| self.encoder.code(&mut part, output, action));
        work.len = len;
        self.progress.taken += part.taken();
        result
    }

    /// The data has become larger: puts it out as it is.
    fn store(
        &mut self,
        mut block: Block,
        work: &mut Work,
        wake_main: &dyn Fn(),
    ) -> Result<Encoded> {
        loop {
            match work.channel.report_and_wait(self.progress, || false, wake_main) {
                Command::Stop => return Err(Error::Prog),
                Command::Work { last: true } => break,
                Command::Work { last: false } => {}
            }
        }
        let mut output = mem::replace(&mut work.output, Buf::EMPTY);
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
        self.run_part(usize::MAX, wake_main);
    }

    fn finish(&mut self) {
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
