//! Finds out what Streams and Blocks a `.xz` file has: reads it from the end,
//! Stream by Stream, and asks the application to seek.

#![forbid(unsafe_code)]

use super::reverse_reader::{Outcome, ReverseReader};
use super::stream_flags::{self, StreamFlags};
use crate::bytes::vli;
use crate::coder::{Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::index::{Index, IndexDecoder, ListedFlags, memory_usage};
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, Compatible, MemoryLimit, OwnedBox};
use core::mem::{self, MaybeUninit};

/// Size of a Stream Header and of a Stream Footer.
const HEADER: u64 = stream_flags::SIZE as u64;

/// The Stream Flags before the first Stream is known.
const NO_FLAGS: StreamFlags = StreamFlags { version: 0, backward_size: 0, check: 0 };

/// The part of the file that is read next. The file is read from its end towards
/// its beginning, Stream by Stream.
#[derive(Clone, Copy)]
enum Stage {
    /// Decoding has ended, or has failed.
    None,
    /// The Stream Header at the beginning of the file.
    FirstHeader,
    /// Stream Padding, or what it follows, which ends at the target: seek there
    /// first.
    SeekPadding,
    /// Stream Padding in the bytes that the reader holds.
    Padding,
    /// The Stream Footer, which ends at the target.
    Footer,
    /// The Index, which begins at the target: first make a decoder.
    StartIndex,
    /// The Index.
    Index,
    /// The Stream Header, which ends at the target.
    Header,
    /// No part: the Stream Header, which begins at the target, is to be compared
    /// with the Footer.
    Compare,
}

/// The next thing to do after a step.
enum Flow {
    Go(Stage),
    /// Return this, and continue with that stage.
    Return(Stage, Result<Status>),
    /// The Index of the file is complete.
    Complete,
}

/// Decodes the Indexes of a file into one.
pub(crate) struct FileInfoDecoder {
    /// For Indexes; gone when the last one is.
    memory: Option<AllocatorHandle>,
    stage: Stage,
    complete: bool,
    reader: ReverseReader,
    file_size: u64,
    /// The place in the file that matters next; `Stage` says what is there.
    target: u64,
    /// Flags of the Stream Header that the file begins with.
    first_header: StreamFlags,
    /// Flags of the latest Stream Header.
    header: StreamFlags,
    /// Flags and Backward Size of the latest Stream Footer.
    footer: StreamFlags,
    /// Bytes of the Index that are still to be decoded.
    index_left: u64,
    /// Bytes of Stream Padding behind the current Stream, as far as seen.
    padding: u64,
    /// Decodes the Index of the current Stream.
    decoder: Option<IndexDecoder>,
    /// The Index of the current Stream.
    current: Option<OwnedBox<Index>>,
    /// The Index of all Streams behind it.
    combined: Option<OwnedBox<Index>>,
    /// An Index without Streams, for the next one.
    spare: Option<OwnedBox<Index>>,
    /// Bytes that Indexes may need.
    limit: u64,
}

impl FileInfoDecoder {
    fn with(
        reader: ReverseReader,
        (index_memory, limit, file_size): (AllocatorHandle, u64, u64),
    ) -> FileInfoDecoder {
        FileInfoDecoder {
            memory: Some(index_memory),
            stage: Stage::FirstHeader,
            complete: false,
            reader,
            file_size,
            target: 0,
            first_header: NO_FLAGS,
            header: NO_FLAGS,
            footer: NO_FLAGS,
            index_left: 0,
            padding: 0,
            decoder: None,
            current: None,
            combined: None,
            spare: None,
            limit: limit.max(1),
        }
    }

    /// Bytes that Indexes need: those that are here, and the next one as far
    /// as that is known.
    fn memory_usage(&self) -> u64 {
        match self.combined_usage().saturating_add(self.current_usage()) {
            0 => memory_usage(1, 0),
            usage => usage,
        }
    }

    fn combined_usage(&self) -> u64 {
        self.combined.as_ref().map_or(0, |index| index.memory_usage())
    }

    fn current_usage(&self) -> u64 {
        match (&self.current, &self.decoder, self.stage) {
            (Some(index), ..) => index.memory_usage(),
            (None, Some(decoder), Stage::Index) => decoder.memory_limit().usage(),
            _ => 0,
        }
    }

    fn step(&mut self, stage: Stage, input: &mut Input<'_>) -> Result<Flow> {
        match stage {
            Stage::None => Err(Error::Prog),
            Stage::FirstHeader => self.first_header(input),
            Stage::SeekPadding => self.seek_to_target(Stage::Padding, input),
            Stage::Padding => self.padding(input),
            Stage::Footer => self.footer(input),
            Stage::StartIndex => self.start_index(),
            Stage::Index => self.index(input),
            Stage::Header => self.header(input),
            Stage::Compare => self.compare(input),
        }
    }

    /// Tells at once whether this is a `.xz` file; after that, damage is
    /// damage.
    fn first_header(&mut self, input: &mut Input<'_>) -> Result<Flow> {
        if self.file_size < HEADER {
            return Err(Error::Format);
        }
        if !self.reader.fill(input) {
            return Ok(Flow::Return(Stage::FirstHeader, Ok(Status::Ok)));
        }
        self.first_header = StreamFlags::decode_header(&self.reader.last_chunk()?)?;
        if self.file_size > vli::MAX || self.file_size % 4 != 0 {
            return Err(Error::Data);
        }
        self.target = self.file_size;
        Ok(Flow::Go(Stage::SeekPadding))
    }

    /// Goes back so far that the reader will hold what ends at the target.
    fn seek_to_target(&mut self, next: Stage, input: &mut Input<'_>) -> Result<Flow> {
        // A Stream Header must fit before what is read, and a Footer in it.
        if self.target < 2 * HEADER {
            return Err(Error::Data);
        }
        // The first Stream Header is known, and not worth seeking to.
        Ok(match self.reader.read_until(self.target, self.target - HEADER, input) {
            Outcome::There => Flow::Go(next),
            Outcome::Seek => Flow::Return(next, Ok(Status::SeekNeeded)),
        })
    }

    fn padding(&mut self, input: &mut Input<'_>) -> Result<Flow> {
        if !self.reader.fill(input) {
            return Ok(Flow::Return(Stage::Padding, Ok(Status::Ok)));
        }
        let zeros = self.reader.drop_zeros() as u64;
        self.padding = self.padding.saturating_add(zeros);
        self.target = self.target.saturating_sub(zeros);
        if self.reader.is_empty() {
            return Ok(Flow::Go(Stage::SeekPadding));
        }
        if self.padding % 4 != 0 {
            return Err(Error::Data);
        }
        if (self.reader.len() as u64) < HEADER {
            return self.seek_to_target(Stage::Footer, input);
        }
        Ok(Flow::Go(Stage::Footer))
    }

    fn footer(&mut self, input: &mut Input<'_>) -> Result<Flow> {
        if !self.reader.fill(input) {
            return Ok(Flow::Return(Stage::Footer, Ok(Status::Ok)));
        }
        let footer = self.reader.last_chunk()?;
        self.footer = StreamFlags::decode_footer(&footer).map_err(as_damage)?;
        self.reader.shorten(stream_flags::SIZE);
        self.target = self.target.saturating_sub(HEADER);
        // There must also be a Stream Header.
        let backward_size = self.footer.backward_size;
        if self.target < backward_size + HEADER {
            return Err(Error::Data);
        }
        self.target -= backward_size;
        if self.reader.go_back(backward_size) {
            return Ok(Flow::Go(Stage::StartIndex));
        }
        self.reader.forget();
        Ok(match self.reader.seek(self.target, input) {
            Outcome::There => Flow::Go(Stage::StartIndex),
            Outcome::Seek => Flow::Return(Stage::StartIndex, Ok(Status::SeekNeeded)),
        })
    }

    fn start_index(&mut self) -> Result<Flow> {
        let limit = self.limit.checked_sub(self.combined_usage()).ok_or(Error::Prog)?;
        let memory = self.memory.as_ref().ok_or(Error::Prog)?;
        self.index_left = self.footer.backward_size;
        let index = match self.spare.take() {
            Some(index) => index,
            None => memory.own(Index::empty(memory))?,
        };
        self.decoder = Some(IndexDecoder::new(index, limit, self.index_left));
        Ok(Flow::Go(Stage::Index))
    }

    fn index(&mut self, input: &mut Input<'_>) -> Result<Flow> {
        let decoder = self.decoder.as_mut().ok_or(Error::Prog)?;
        let max = usize::try_from(self.index_left).unwrap_or(usize::MAX);
        let (result, taken) = self.reader.pass(max, input, |input| decoder.code(input));
        self.index_left = self.index_left.saturating_sub(taken as u64);
        match result {
            Ok(Status::StreamEnd) => {}
            // All of the Index is there, and it is not enough.
            Ok(_) if self.index_left == 0 => {
                return Ok(Flow::Return(Stage::Index, Err(Error::Data)));
            }
            result => return Ok(Flow::Return(Stage::Index, result)),
        }
        let index = decoder.take().ok_or(Error::Prog)?;
        // The Index is behind all Blocks and the Stream Header.
        let back = index.blocks_size() + HEADER;
        self.current = Some(index);
        if self.index_left != 0 {
            return Err(Error::Data); // Backward Size says that there is more
        }
        self.target = self.target.checked_sub(back).ok_or(Error::Data)?;
        if self.target == 0 {
            self.header = self.first_header;
            return Ok(Flow::Go(Stage::Compare));
        }
        self.target += HEADER;
        // Blocks may be so small that the reader holds them all.
        if self.reader.shorten_before(self.footer.backward_size, back, HEADER) {
            return Ok(Flow::Go(Stage::Header));
        }
        self.seek_to_target(Stage::Header, input)
    }

    fn header(&mut self, input: &mut Input<'_>) -> Result<Flow> {
        if !self.reader.fill(input) {
            return Ok(Flow::Return(Stage::Header, Ok(Status::Ok)));
        }
        let header = self.reader.last_chunk()?;
        self.reader.shorten(stream_flags::SIZE);
        self.target = self.target.saturating_sub(HEADER);
        self.header = StreamFlags::decode_header(&header).map_err(as_damage)?;
        Ok(Flow::Go(Stage::Compare))
    }

    fn compare(&mut self, input: &mut Input<'_>) -> Result<Flow> {
        self.header.compare(&self.footer)?;
        let index = self.current.as_mut().ok_or(Error::Prog)?;
        index.set_stream_flags(ListedFlags {
            version: self.footer.version,
            backward_size: self.footer.backward_size,
            check: self.footer.check,
            reserved: MaybeUninit::zeroed(),
        })?;
        index.set_stream_padding(self.padding).map_err(|_| Error::Prog)?;
        self.padding = 0;
        if let Some(behind) = &mut self.combined {
            // After an error, both count for the memory usage, as in liblzma.
            index.cat(behind, &Compatible::WITH_ITSELF)?;
            self.spare = self.combined.take();
        }
        self.combined = self.current.take();
        if self.target == 0 {
            // A total of what was taken means little after seeking; this is
            // the best guess.
            input.take(usize::MAX);
            self.spare = None; // the memory will be the application's business
            return Ok(Flow::Complete);
        }
        let stage = if self.reader.is_empty() { Stage::SeekPadding } else { Stage::Padding };
        Ok(Flow::Go(stage))
    }
}

impl Coder for FileInfoDecoder {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    /// Reads on; [`Status::SeekNeeded`] when the next input must come from
    /// [`Coder::seek_position`], [`Status::StreamEnd`] when the Index is
    /// complete.
    #[inline(never)]
    fn code(&mut self, input: &mut Input<'_>, _: &mut Output<'_>, _: Action) -> Result<Status> {
        // Whatever comes behind the end is not the file.
        let rest = self.file_size.saturating_sub(self.reader.position());
        let rest = usize::try_from(rest).unwrap_or(usize::MAX);
        input.limited(rest, |input| {
            self.reader.begin(input);
            loop {
                let stage = mem::replace(&mut self.stage, Stage::None);
                match self.step(stage, input)? {
                    Flow::Go(stage) => self.stage = stage,
                    Flow::Return(stage, result) => {
                        self.stage = stage;
                        return result;
                    }
                    Flow::Complete => {
                        self.complete = true;
                        return Ok(Status::StreamEnd);
                    }
                }
            }
        })
    }

    fn memory_limit(&self) -> Option<MemoryLimit> {
        Some(MemoryLimit::with_usage(self.memory_usage(), self.limit))
    }

    fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        if limit < self.memory_usage() {
            return Err(Error::MemLimit);
        }
        let rest = limit.saturating_sub(self.combined_usage());
        if let (None, Some(decoder), Stage::Index) = (&self.current, &mut self.decoder, self.stage)
        {
            decoder.set_memory_limit(rest)?;
        }
        self.limit = limit;
        Ok(())
    }

    fn take_index(&mut self) -> Option<OwnedBox<Index>> {
        let index = self.combined.take_if(|_| self.complete)?;
        // Memory of the Index is the application's business now.
        self.memory = None;
        Some(index)
    }

    fn index_memory(&self) -> Option<&AllocatorHandle> {
        self.memory.as_ref()
    }

    fn seek_position(&self) -> Option<u64> {
        Some(self.reader.position())
    }
}

impl Restart for FileInfoDecoder {
    /// The memory for Indexes, how many bytes all of them may need (0 means
    /// 1), and the size of the file.
    type Options<'a> = (AllocatorHandle, u64, u64);

    fn make(
        memory: &AllocatorHandle,
        options: (AllocatorHandle, u64, u64),
    ) -> Result<OwnedBox<FileInfoDecoder>> {
        let reader = ReverseReader::new(memory, stream_flags::SIZE)?;
        memory.own(FileInfoDecoder::with(reader, options))
    }

    fn restart(
        &mut self,
        _memory: &AllocatorHandle,
        options: (AllocatorHandle, u64, u64),
    ) -> Result<()> {
        let reader = self.reader.restart(stream_flags::SIZE);
        *self = FileInfoDecoder::with(reader, options);
        Ok(())
    }
}

/// That this is a `.xz` file, its first bytes have shown.
fn as_damage(error: Error) -> Error {
    if error == Error::Format { Error::Data } else { error }
}
