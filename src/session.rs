//! Every coder there is, and the rules by which an application may use one:
//! which actions are allowed and in what sequence, and what happens when
//! calls make no progress (`lzma_code`).

#![forbid(unsafe_code)]

mod encoders;

use crate::container::alone::AloneDecoder;
use crate::container::alone_encoder::AloneEncoder;
use crate::container::auto::AutoDecoder;
use crate::container::decoder_flags::DecoderFlags;
use crate::container::lzip::LzipDecoder;
use crate::container::memory_limit::MemoryLimit;
use crate::container::microlzma::{MicroLzmaDecoder, MicroLzmaParameters};
use crate::container::microlzma_encoder::MicroLzmaEncoder;
use crate::container::xz::block::Block;
use crate::container::xz::block_decoder::BlockDecoder;
use crate::container::xz::block_encoder::BlockEncoder;
use crate::container::xz::file_info::FileInfoDecoder;
use crate::container::xz::stream_decoder::StreamDecoder;
use crate::container::xz::stream_encoder::StreamEncoder;
use crate::error::{Error, Result, Status};
use crate::fault;
use crate::filter::{Chain, FilterSpec};
use crate::index::{Index, IndexDecoder, IndexEncoder, size};
use crate::io::{Action, Input, Output};
use crate::memory::{Borrowed, Memory, Own, Shared};
use crate::threaded::Totals;
use crate::threaded::decoder as threaded_decoder;
use crate::threaded::encoder as threaded_encoder;
use core::mem;

/// A coder that an application can drive.
pub(crate) enum AnyCoder {
    /// None: nothing was started, or it failed to start.
    None,
    /// `lzma_raw_decoder`
    RawDecoder(Own<Chain>),
    /// `lzma_raw_encoder`
    RawEncoder(Own<Chain>),
    /// `lzma_block_decoder`
    BlockDecoder(Own<BlockDecoder>),
    /// `lzma_block_encoder`
    BlockEncoder(Own<BlockEncoder>),
    /// `lzma_stream_decoder`
    StreamDecoder(Own<StreamDecoder>),
    /// `lzma_stream_encoder`
    StreamEncoder(Own<StreamEncoder>),
    /// `lzma_stream_encoder_mt`
    ThreadedEncoder(Own<threaded_encoder::Encoder>),
    /// `lzma_stream_decoder_mt`
    ThreadedDecoder(Own<threaded_decoder::Decoder>),
    /// `lzma_auto_decoder`
    AutoDecoder(Own<AutoDecoder>),
    /// `lzma_alone_decoder`
    AloneDecoder(Own<AloneDecoder>),
    /// `lzma_alone_encoder`
    AloneEncoder(Own<AloneEncoder>),
    /// `lzma_lzip_decoder`
    LzipDecoder(Own<LzipDecoder>),
    /// `lzma_microlzma_decoder`
    MicroLzmaDecoder(Own<MicroLzmaDecoder>),
    /// `lzma_microlzma_encoder`
    MicroLzmaEncoder(Own<MicroLzmaEncoder>),
    /// `lzma_index_encoder`
    IndexEncoder(Own<(IndexEncoder, Borrowed<Index>)>),
    /// `lzma_index_decoder`
    IndexDecoder(Own<IndexDecoder>),
    /// `lzma_file_info_decoder`
    FileInfoDecoder(Own<FileInfoDecoder>),
}

/// A chain without a container.
#[inline(never)]
fn code_raw(
    chain: &mut Chain,
    input: &mut Input<'_>,
    output: &mut Output<'_>,
    action: Action,
) -> Result<Status> {
    chain.code(input, output, action)
}

impl AnyCoder {
    /// Calls the coder. None of them is inlined, so that this is a jump, and
    /// none has to save registers and to make room on the stack for another.
    #[inline]
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        fault::point();
        match self {
            AnyCoder::None => Err(Error::Prog),
            AnyCoder::RawDecoder(chain) => code_raw(chain, input, output, action),
            AnyCoder::RawEncoder(chain) => code_raw(chain, input, output, action),
            AnyCoder::BlockDecoder(coder) => coder.code(input, output, action),
            AnyCoder::BlockEncoder(coder) => coder.code(input, output, action),
            AnyCoder::StreamDecoder(coder) => coder.code(input, output, action),
            AnyCoder::StreamEncoder(coder) => coder.code(input, output, action),
            AnyCoder::ThreadedEncoder(coder) => coder.code(input, output, action),
            AnyCoder::ThreadedDecoder(coder) => coder.code(input, output, action),
            AnyCoder::AutoDecoder(coder) => coder.code(input, output, action),
            AnyCoder::AloneDecoder(coder) => coder.code(input, output, action),
            AnyCoder::AloneEncoder(coder) => coder.code(input, output, action),
            AnyCoder::LzipDecoder(coder) => coder.code(input, output, action),
            AnyCoder::MicroLzmaDecoder(coder) => coder.code(input, output, action),
            AnyCoder::MicroLzmaEncoder(coder) => coder.code(input, output, action),
            AnyCoder::IndexEncoder(coder) => {
                let (encoder, index) = &mut **coder;
                encoder.code(index, output)
            }
            AnyCoder::IndexDecoder(coder) => coder.code(input),
            AnyCoder::FileInfoDecoder(coder) => coder.code(input),
        }
    }

    /// Frees the coder, then allocates another, which is small.
    fn replace<T>(
        &mut self,
        memory: &Memory,
        coder: T,
        variant: fn(Own<T>) -> AnyCoder,
    ) -> Result<()> {
        *self = AnyCoder::None;
        *self = variant(memory.own(coder)?);
        Ok(())
    }

    /// Starts a decoder for a chain of filters without a container.
    pub(crate) fn start_raw_decoder(
        &mut self,
        memory: &Memory,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        if let AnyCoder::RawDecoder(chain) = self {
            return chain.start_decoder(memory, filters);
        }
        *self = AnyCoder::None; // makes room
        let mut chain = memory.own_initial::<Chain>()?;
        chain.start_decoder(memory, filters)?;
        *self = AnyCoder::RawDecoder(chain);
        Ok(())
    }

    /// Starts a decoder for a Block of a `.xz` file.
    pub(crate) fn start_block_decoder(
        &mut self,
        memory: &Memory,
        block: &Block,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        if let AnyCoder::BlockDecoder(decoder) = self {
            return decoder.start(memory, block, filters);
        }
        *self = AnyCoder::None; // makes room
        let mut decoder = memory.own_initial::<BlockDecoder>()?;
        decoder.start(memory, block, filters)?;
        *self = AnyCoder::BlockDecoder(decoder);
        Ok(())
    }

    /// Starts a decoder for `.xz` files.
    pub(crate) fn start_stream_decoder(
        &mut self,
        memory: &Memory,
        limit: u64,
        flags: u32,
    ) -> Result<()> {
        let flags = DecoderFlags::new(flags)?;
        if let AnyCoder::StreamDecoder(coder) = self {
            coder.start(limit, flags);
            return Ok(());
        }
        *self = AnyCoder::None; // makes room
        *self = AnyCoder::StreamDecoder(StreamDecoder::new(memory, limit, flags)?);
        Ok(())
    }

    /// Starts a decoder for `.xz` files that uses threads.
    pub(crate) fn start_threaded_decoder(
        &mut self,
        memory: &Memory,
        options: threaded_decoder::Options,
    ) -> Result<()> {
        if let AnyCoder::ThreadedDecoder(coder) = self {
            return coder.start(options);
        }
        *self = AnyCoder::None; // makes room
        *self = AnyCoder::ThreadedDecoder(threaded_decoder::Decoder::new(memory, options)?);
        Ok(())
    }

    /// Starts a decoder for files of several formats.
    pub(crate) fn start_auto_decoder(
        &mut self,
        memory: &Memory,
        limit: u64,
        flags: u32,
    ) -> Result<()> {
        let flags = DecoderFlags::new(flags)?;
        if let AnyCoder::AutoDecoder(coder) = self {
            coder.start(limit, flags);
            return Ok(());
        }
        let coder = AutoDecoder::new(memory, limit, flags);
        self.replace(memory, coder, AnyCoder::AutoDecoder)
    }

    /// Starts a decoder for `.lzma` files.
    pub(crate) fn start_alone_decoder(&mut self, memory: &Memory, limit: u64) -> Result<()> {
        if let AnyCoder::AloneDecoder(coder) = self {
            coder.start(limit, false);
            return Ok(());
        }
        let coder = AloneDecoder::new(memory, limit, false);
        self.replace(memory, coder, AnyCoder::AloneDecoder)
    }

    /// Starts a decoder for `.lz` files.
    pub(crate) fn start_lzip_decoder(
        &mut self,
        memory: &Memory,
        limit: u64,
        flags: u32,
    ) -> Result<()> {
        let flags = DecoderFlags::new(flags)?;
        if let AnyCoder::LzipDecoder(coder) = self {
            coder.start(limit, flags);
            return Ok(());
        }
        let coder = LzipDecoder::new(memory, limit, flags);
        self.replace(memory, coder, AnyCoder::LzipDecoder)
    }

    /// Starts a decoder for MicroLZMA.
    pub(crate) fn start_microlzma_decoder(
        &mut self,
        memory: &Memory,
        parameters: MicroLzmaParameters,
    ) -> Result<()> {
        if let AnyCoder::MicroLzmaDecoder(coder) = self {
            return coder.start(parameters);
        }
        let coder = MicroLzmaDecoder::new(memory, parameters)?;
        self.replace(memory, coder, AnyCoder::MicroLzmaDecoder)
    }

    /// Starts an encoder for `index`.
    pub(crate) fn start_index_encoder(
        &mut self,
        memory: &Memory,
        index: Borrowed<Index>,
    ) -> Result<()> {
        self.replace(memory, (IndexEncoder::new(), index), AnyCoder::IndexEncoder)
    }

    /// Starts a decoder for an Index, which comes from `index_memory`.
    pub(crate) fn start_index_decoder(
        &mut self,
        memory: &Memory,
        index_memory: &Memory,
        limit: u64,
    ) -> Result<()> {
        *self = AnyCoder::None; // makes room
        let coder = IndexDecoder::new(index_memory, limit, size::BACKWARD_SIZE_MAX)?;
        self.replace(memory, coder, AnyCoder::IndexDecoder)
    }

    /// Starts a decoder for the Indexes of a file of `file_size` bytes; what
    /// comes out is from `index_memory`.
    pub(crate) fn start_file_info_decoder(
        &mut self,
        memory: &Memory,
        index_memory: Memory,
        limit: u64,
        file_size: u64,
    ) -> Result<()> {
        *self = AnyCoder::None; // makes room
        let coder = FileInfoDecoder::new(memory, index_memory, limit, file_size)?;
        self.replace(memory, coder, AnyCoder::FileInfoDecoder)
    }

    /// The Index that was decoded, when it is complete.
    pub(crate) fn take_index(&mut self) -> Option<Own<Index>> {
        match self {
            AnyCoder::IndexDecoder(coder) => coder.take(),
            AnyCoder::FileInfoDecoder(coder) => coder.take(),
            _ => None,
        }
    }

    /// The memory of an Index that is being decoded. It is not the coder's,
    /// since the Index outlives that.
    pub(crate) fn index_memory(&self) -> Option<&Memory> {
        match self {
            AnyCoder::IndexDecoder(coder) => coder.index_memory(),
            AnyCoder::FileInfoDecoder(coder) => coder.index_memory(),
            _ => None,
        }
    }

    /// Where in its input the application shall seek, after
    /// [`Status::SeekNeeded`].
    pub(crate) fn seek_position(&self) -> Option<u64> {
        match self {
            AnyCoder::FileInfoDecoder(coder) => Some(coder.seek_position()),
            _ => None,
        }
    }

    /// The memory usage limit and what is known about memory usage, for
    /// coders that have one.
    fn limit(&self) -> Option<&MemoryLimit> {
        match self {
            AnyCoder::StreamDecoder(coder) => Some(coder.memory_limit()),
            AnyCoder::AutoDecoder(coder) => Some(coder.memory_limit()),
            AnyCoder::AloneDecoder(coder) => Some(coder.memory_limit()),
            AnyCoder::LzipDecoder(coder) => Some(coder.memory_limit()),
            _ => None,
        }
    }

    /// How far coders with threads have come, which the totals of the stream
    /// do not tell. May be asked from any thread.
    pub(crate) fn totals(&self) -> Option<&Shared<Totals>> {
        match self {
            AnyCoder::ThreadedEncoder(coder) => Some(coder.totals()),
            AnyCoder::ThreadedDecoder(coder) => Some(coder.totals()),
            _ => None,
        }
    }

    /// ID of the integrity check of the Stream that is being decoded;
    /// `None` if this coder cannot know.
    pub(crate) fn check(&self) -> Option<u32> {
        match self {
            AnyCoder::StreamDecoder(coder) => Some(coder.check()),
            AnyCoder::ThreadedDecoder(coder) => Some(coder.check()),
            AnyCoder::AutoDecoder(coder) => Some(coder.check()),
            AnyCoder::LzipDecoder(coder) => Some(coder.check()),
            _ => None,
        }
    }

    /// How much memory the coder needs, or would need to go on, in bytes.
    /// `None`: this coder has no limit.
    pub(crate) fn memory_usage(&self) -> Option<u64> {
        match self {
            AnyCoder::ThreadedDecoder(coder) => Some(coder.memory_usage()),
            AnyCoder::IndexDecoder(coder) => Some(coder.memory_usage()),
            AnyCoder::FileInfoDecoder(coder) => Some(coder.memory_usage()),
            _ => Some(self.limit()?.usage()),
        }
    }

    /// The memory usage limit in bytes. `None`: this coder has no limit.
    pub(crate) fn memory_limit(&self) -> Option<u64> {
        match self {
            AnyCoder::ThreadedDecoder(coder) => Some(coder.memory_limit()),
            AnyCoder::IndexDecoder(coder) => Some(coder.memory_limit()),
            AnyCoder::FileInfoDecoder(coder) => Some(coder.memory_limit()),
            _ => Some(self.limit()?.limit()),
        }
    }

    /// Changes the memory usage limit (not 0). [`Error::MemLimit`] if more is
    /// in use already, [`Error::Prog`] if this coder has no limit.
    pub(crate) fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        match self {
            AnyCoder::StreamDecoder(coder) => coder.memory_limit_mut().set_limit(limit),
            AnyCoder::ThreadedDecoder(coder) => coder.set_memory_limit(limit),
            AnyCoder::AutoDecoder(coder) => coder.set_memory_limit(limit),
            AnyCoder::AloneDecoder(coder) => coder.memory_limit_mut().set_limit(limit),
            AnyCoder::LzipDecoder(coder) => coder.memory_limit_mut().set_limit(limit),
            AnyCoder::IndexDecoder(coder) => coder.set_memory_limit(limit),
            AnyCoder::FileInfoDecoder(coder) => coder.set_memory_limit(limit),
            _ => Err(Error::Prog),
        }
    }
}

/// A set of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Actions(u8);

impl Actions {
    /// No action at all.
    pub(crate) const NONE: Actions = Actions(0);
    /// What decoders take.
    pub(crate) const DECODE: Actions = Actions::of(&[Action::Run, Action::Finish]);
    /// What encoders of filters and Blocks take.
    pub(crate) const ENCODE: Actions =
        Actions::of(&[Action::Run, Action::SyncFlush, Action::Finish]);
    /// What threaded encoders of Streams take.
    pub(crate) const ENCODE_BLOCKS: Actions =
        Actions::of(&[Action::Run, Action::FullFlush, Action::FullBarrier, Action::Finish]);
    /// What encoders of Streams take.
    pub(crate) const ENCODE_STREAM: Actions = Actions::of(&[
        Action::Run,
        Action::SyncFlush,
        Action::FullFlush,
        Action::FullBarrier,
        Action::Finish,
    ]);
    /// What encoders that cannot flush take.
    pub(crate) const ENCODE_ALONE: Actions = Actions::of(&[Action::Run, Action::Finish]);
    /// What encoders take that do all in one call.
    pub(crate) const ENCODE_WHOLE: Actions = Actions::of(&[Action::Finish]);

    /// The set of these.
    pub(crate) const fn of(actions: &[Action]) -> Actions {
        let mut set = 0;
        let mut i = 0;
        while i < actions.len() {
            set |= 1 << actions[i] as u8;
            i += 1;
        }
        Actions(set)
    }

    /// Whether `action` is in the set.
    pub(crate) fn contain(self, action: Action) -> bool {
        self.0 & 1 << action as u8 != 0
    }
}

/// How far the application has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sequence {
    /// Any action may come.
    Run,
    /// This action must be repeated, without new input, until it is done.
    Doing(Action),
    /// The coder is done.
    End,
    /// The coder cannot go on.
    Failed,
}

/// A coder and the application's dealings with it.
pub(crate) struct Session {
    /// The coder; whoever starts one puts it here.
    pub(crate) coder: AnyCoder,
    actions: Actions,
    sequence: Sequence,
    /// How much input was left after the previous call, in bytes.
    left: usize,
    /// The previous call made no progress; another one is an error.
    stalled: bool,
    /// The call that is under way, while it is interrupted.
    paused: Option<Call>,
}

/// What is known of a call before it is over.
#[derive(Clone, Copy)]
struct Call {
    /// Where the application is if the coder goes on.
    sequence: Sequence,
    /// It has taken input, or written output.
    progress: bool,
}

impl Session {
    /// A session without a coder.
    pub(crate) fn new() -> Session {
        Session {
            coder: AnyCoder::None,
            actions: Actions::NONE,
            sequence: Sequence::Failed,
            left: 0,
            stalled: false,
            paused: None,
        }
    }

    /// Lets `init` start a coder, or start the one that is there again, and
    /// accepts `actions` from then on. When that fails, no coder is left.
    pub(crate) fn start(
        &mut self,
        actions: Actions,
        init: impl FnOnce(&mut AnyCoder) -> Result<()>,
    ) -> Result<()> {
        // Nothing may use the coder if `init` fails half-way, or panics.
        self.actions = Actions::NONE;
        self.sequence = Sequence::Failed;
        let mut coder = mem::replace(&mut self.coder, AnyCoder::None);
        init(&mut coder)?;
        let sequence = Sequence::Run;
        *self = Session { coder, actions, sequence, left: 0, stalled: false, paused: None };
        Ok(())
    }

    /// Whether the coder has nothing more to do, and will not be asked to: it
    /// has come to the end, or to an error that it cannot go on after.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.sequence, Sequence::End | Sequence::Failed) && self.paused.is_none()
    }

    /// Whether the coder takes `action` at all.
    pub(crate) fn supports(&self, action: Action) -> bool {
        self.actions.contain(action)
    }

    /// Changes filters while an encoder is at work.
    pub(crate) fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        let sequence = mem::replace(&mut self.sequence, Sequence::Failed); // should it panic
        let result = self.coder.update(filters);
        self.sequence = sequence;
        result
    }

    /// One call of the application. `input` is all that it has now: with any
    /// action but [`Action::Run`], the same until the action is done. After
    /// [`Status::Paused`], calling this to `resume` goes on with the call, of
    /// which `input` is what was left; if it never comes to that, the coder has
    /// failed.
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
        resume: bool,
    ) -> Result<Status> {
        let paused = self.paused.take();
        let mut call = if resume {
            paused.ok_or(Error::Prog)?
        } else {
            let sequence = match self.sequence {
                Sequence::Run if action == Action::Run => Sequence::Run,
                Sequence::Run => Sequence::Doing(action),
                Sequence::Doing(same) if same == action && self.left == input.len() => {
                    self.sequence
                }
                Sequence::End => return Ok(Status::StreamEnd),
                Sequence::Doing(_) | Sequence::Failed => return Err(Error::Prog),
            };
            Call { sequence, progress: false }
        };
        let before = (input.taken(), output.len());
        self.sequence = Sequence::Failed; // if the coder should panic, or pauses for ever
        let result = self.coder.code(input, output, action);
        self.left = input.len();
        call.progress |= before != (input.taken(), output.len());
        if result == Ok(Status::Paused) {
            self.paused = Some(call);
            return result;
        }
        if result == Ok(Status::Ok) && call.progress {
            // As in most calls; otherwise, there is more to think about.
            (self.sequence, self.stalled) = (call.sequence, false);
            return result;
        }
        self.conclude(call.sequence, result, call.progress)
    }

    #[inline(never)]
    fn conclude(
        &mut self,
        sequence: Sequence,
        result: Result<Status>,
        progress: bool,
    ) -> Result<Status> {
        let stalled = mem::replace(&mut self.stalled, false);
        self.sequence = match (result, sequence) {
            (Ok(Status::StreamEnd), Sequence::Doing(action)) if action != Action::Finish => {
                Sequence::Run
            }
            (Ok(Status::StreamEnd), _) => Sequence::End,
            // New input may come from elsewhere in the file.
            (Ok(Status::SeekNeeded), Sequence::Doing(Action::Finish)) => Sequence::Run,
            (Ok(_) | Err(Error::MemLimit), _) => sequence,
            (Err(_), _) => Sequence::Failed,
        };
        match result {
            Ok(Status::Ok) if !progress => {
                // Once is fine: there may have been no room for output, and
                // no output left either.
                self.stalled = true;
                if stalled { Err(Error::Buf) } else { Ok(Status::Ok) }
            }
            Ok(Status::TimedOut) => Ok(Status::Ok),
            result => result,
        }
    }
}
