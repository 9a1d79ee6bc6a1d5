//! Decoding of one Block in a worker.

#![forbid(unsafe_code)]

use crate::coder::{Coder, Progress};
use crate::container::xz::block_decoder::BlockDecoder;
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input};
use crate::memory::{BufferReader, BufferWriter, Initial, Shared};
use crate::threaded::block_channel::{BlockChannel, Command};
use crate::threaded::pool::Job;

/// A worker looks up after so many bytes of input, or of output, so that it
/// tells about its progress and can be stopped.
#[derive(Clone, Copy)]
pub(in crate::threaded) struct Steps {
    pub(in crate::threaded) input: usize,
    pub(in crate::threaded) output: usize,
}

impl Steps {
    /// Short enough for somebody who waits for output.
    const SHORT: Steps = Steps { input: 16 << 10, output: 256 << 10 };
}

/// A Block decoder, and the Block that it has to decode, if any.
pub(in crate::threaded) struct Task {
    pub(in crate::threaded) decoder: BlockDecoder,
    /// Memory usage of the decoder in bytes.
    pub(in crate::threaded) filters: u64,
    /// Size of the input buffer in bytes.
    pub(in crate::threaded) input_size: u64,
    pub(in crate::threaded) steps: Steps,
    work: Option<Work>,
    channel: Option<Shared<BlockChannel<()>>>,
    /// Result of the Block.
    end: Result<()>,
    progress: Progress,
}

struct Work {
    input: BufferReader,
    output: BufferWriter,
}

impl Initial for Task {
    /// A task with nothing to do yet.
    const INITIAL: Task = Task {
        decoder: BlockDecoder::INITIAL,
        filters: 0,
        input_size: 0,
        steps: Steps::SHORT,
        work: None,
        channel: None,
        end: Ok(()),
        progress: Progress { taken: 0, written: 0 },
    };
}

impl Task {
    /// The decoder was started for this.
    pub(in crate::threaded) fn assign(
        &mut self,
        input: BufferReader,
        output: BufferWriter,
        channel: Shared<BlockChannel<()>>,
    ) {
        self.work = Some(Work { input, output });
        self.channel = Some(channel);
        self.progress = Progress::default();
    }

    /// Returns the result of the Block.
    pub(in crate::threaded) fn end(&self) -> Result<()> {
        self.end
    }

    fn decode(
        &mut self,
        work: &mut Work,
        channel: &BlockChannel<()>,
        wake_main: &dyn Fn(),
    ) -> Result<()> {
        let input = &work.input;
        let steps = self.steps;
        let mut full = false;
        loop {
            self.progress.written = work.output.len();
            let taken = self.progress.taken;
            let ready = || full || input.bytes().len() > taken;
            if channel.report_and_wait(self.progress, ready, wake_main) == Command::Stop {
                return Err(Error::Prog); // nobody asks any more
            }
            let bytes = input.bytes().get(taken..).unwrap_or_default();
            let mut part = Input::new(bytes.get(..steps.input).unwrap_or(bytes));
            let before = work.output.len();
            let room = work.output.room();
            let status = work
                .output
                .append(steps.output, |output| self.decoder.code(&mut part, output, Action::Run))?;
            self.progress.taken += part.taken();
            if status == Status::StreamEnd {
                return Ok(());
            }
            let written = work.output.len() - before;
            full = written == steps.output && room > steps.output;
            let no_more = self.progress.taken == input.capacity() && !full;
            if no_more || part.taken() + written == 0 {
                // A Block decoder ends, or fails, before it comes to this.
                return Err(Error::Prog);
            }
        }
    }
}

impl Job for Task {
    fn run(&mut self, wake_main: &dyn Fn()) {
        self.end = Err(Error::Prog); // in case of a panic
        if let (Some(mut work), Some(channel)) = (self.work.take(), self.channel.clone()) {
            self.end = self.decode(&mut work, &channel, wake_main);
            self.progress.written = work.output.len();
        }
    }

    fn finish(&mut self) {
        if let Some(channel) = self.channel.take() {
            channel.finish(self.progress, self.end);
        }
    }
}
