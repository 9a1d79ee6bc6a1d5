//! Random access.

#![forbid(unsafe_code)]

use super::ahead::ReadAhead;
use super::block_decoding::Located;
use super::cached_block::size_of_block;
use super::failure::{Location, Reason, Result};
use super::file::{CancelToken, File};
use super::large_block::LargeBlockDecoder;
use super::open::{Options, read_index};
use super::read_at::ReadAt;
use crate::index::{Cursor as IndexCursor, Index, Mode};
use crate::io::Output;
use crate::memory::{AllocatorHandle, Shared};
use crate::sync::lock;
use core::mem;

/// Default size of the cache, in bytes of decoded Blocks.
const CACHE_DEFAULT: u64 = 64 << 20;

/// A sequential read decodes Blocks up to this size in bytes as a whole.
const AT_ONCE_MAX: u64 = 8 << 20;

/// A `.xz` file that is open for reading.
pub(crate) struct Reader<S: ReadAt> {
    /// `None` once it is closed.
    file: Option<Shared<File<S>>>,
    ahead: ReadAhead<S>,
}

impl<S: ReadAt> Reader<S> {
    /// Reads the Index of `source`.
    pub(crate) fn open(memory: &AllocatorHandle, source: S, options: Options) -> Result<Reader<S>> {
        let Options { memory_limit, threads, .. } = options;
        let index = read_index(memory, &source, memory_limit)?;
        let cache = match options.cache {
            0 => default_cache(&index, &options),
            cache => cache,
        };
        let file = File::new(memory, source, index, memory_limit, cache, threads)?;
        let file = Some(memory.share(file)?);
        Ok(Reader { file, ahead: ReadAhead::new(memory, threads) })
    }

    /// The file. A child of the process that has the threads has none.
    pub(super) fn file(&self) -> Result<&Shared<File<S>>> {
        let program = || Reason::Program.at(Location::default());
        if self.ahead.is_of_other_process() {
            return Err(program());
        }
        self.file.as_ref().ok_or_else(program)
    }

    /// The Index of all Streams.
    pub(crate) fn index(&self) -> Option<&Index> {
        self.file.as_ref().map(|file| file.index())
    }

    /// Cancels the reads of all threads.
    pub(crate) fn cancel(&self) {
        if let Some(file) = &self.file {
            file.cancel();
        }
    }

    /// Reads from byte `offset` of the data until `output` is full or the data
    /// ends. With an error, what is written was good.
    pub(crate) fn read(&self, mut offset: u64, output: &mut Output<'_>) -> Result<()> {
        let file = self.file()?;
        let token = file.cancel_token();
        let end = offset.saturating_add(output.room() as u64);
        let is_sequential = lock(&file.cache).is_sequential(offset, end);
        while !output.is_full() {
            let Some(cursor) = file.locate(offset) else {
                return Ok(());
            };
            let Some(at) = file.block_at(cursor) else {
                return Err(Reason::Program.at(Location::default()));
            };
            if is_sequential
                && self.ahead.is_wanted()
                && lock(&file.cache).mark_prefetched(at.info.number_in_file)
            {
                self.ahead.decode_behind(file, cursor);
            }
            let before = output.len();
            let wanted = Wanted { at: &at, offset, is_sequential };
            read_block(file, token, wanted, output)?;
            let written = (output.len() - before) as u64;
            if written == 0 {
                return Err(Reason::Program.at(at.place(0, 0)));
            }
            offset = offset.saturating_add(written);
        }
        Ok(())
    }
}

impl<S: ReadAt> Drop for Reader<S> {
    fn drop(&mut self) {
        let file = self.file.take();
        if !file.as_ref().is_some_and(|file| self.ahead.end(file)) {
            // Threads of the parent process may hold locks of the file, and parts of it.
            mem::forget(file);
        }
    }
}

/// The part of a Block that a read wants.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    at: &'a Located,
    /// Location in the data, which is in the Block.
    offset: u64,
    /// The read is sequential: it begins where another has ended.
    is_sequential: bool,
}

impl Wanted<'_> {
    /// Location in the Block.
    fn from(&self) -> u64 {
        self.offset.saturating_sub(self.at.info.uncompressed_file_offset)
    }
}

/// Reads until `output` is full or the Block ends.
fn read_block<S: ReadAt>(
    file: &Shared<File<S>>,
    token: CancelToken,
    wanted: Wanted<'_>,
    output: &mut Output<'_>,
) -> Result<()> {
    if size_of_block(wanted.at) > file.cache_size() {
        return read_large(file, token, wanted, output);
    }
    let mut retried = false;
    loop {
        match read_small(file, token, wanted, output) {
            Ok(true) => return Ok(()),
            // Other Blocks have got its decoder.
            Ok(false) => {}
            // Another thread had no memory for it.
            Err(failure) if failure.discards_block() && !retried => retried = true,
            Err(failure) => return Err(failure),
        }
    }
}

/// [`read_block`] for Blocks that are kept. Returns false if nothing is read, because
/// the decoder was taken away.
fn read_small<S: ReadAt>(
    file: &Shared<File<S>>,
    token: CancelToken,
    wanted: Wanted<'_>,
    output: &mut Output<'_>,
) -> Result<bool> {
    let Wanted { at, is_sequential, .. } = wanted;
    let no_memory = |error| Reason::Data.of(error).at(at.place(0, 0));
    let block = lock(&file.cache).block(file.memory(), at, file.cache_size()).map_err(no_memory)?;
    let (from, size) = (wanted.from(), at.info.uncompressed_size);
    let until = from.saturating_add(output.room() as u64).min(size);
    // A sequential read will want all of the Block, which is faster in one step.
    let preferred_end = if is_sequential && size <= AT_ONCE_MAX { size } else { 0 };
    let result = block.decode(file, token, until, preferred_end, true);
    let is_lost = match result {
        Ok(there) => !there,
        Err(failure) => failure.discards_block(),
    };
    if is_lost {
        lock(&file.cache).remove(at.info.number_in_file);
        return result;
    }
    block.copy(from, output);
    if block.is_running() {
        let left = lock(&file.cache).note_running(at.info.number_in_file);
        if let Some(left) = left {
            left.leave(file);
        }
    }
    result
}

/// [`read_block`] for Blocks that are too large to be kept.
fn read_large<S: ReadAt>(
    file: &Shared<File<S>>,
    token: CancelToken,
    wanted: Wanted<'_>,
    output: &mut Output<'_>,
) -> Result<()> {
    let (at, from) = (wanted.at, wanted.from());
    let kept = lock(&file.cache).take_large_block(at.info.number_in_file, from);
    let mut decoder = match kept {
        Some(decoder) => decoder,
        None => {
            let oldest = lock(&file.cache).take_oldest_large_block();
            if let Some(decoding) = oldest.and_then(|mut decoder| decoder.take_decoding()) {
                file.keep_spare(decoding);
            }
            LargeBlockDecoder::begin(file, at)?
        }
    };
    let result = decoder.read(file, token, from, output);
    if decoder.is_of_use() {
        lock(&file.cache).keep_large_block(decoder);
    }
    file.notify();
    result
}

/// Size of the cache in bytes, if the application does not set it: enough Blocks for
/// all threads to be busy, but at most half of the memory limit.
fn default_cache(index: &Index, options: &Options) -> u64 {
    let at_once = match options.threads {
        0 | 1 => 1,
        threads => u64::from(threads) + 2,
    };
    // Most files have Blocks of one size, but for the last.
    let first = index.next(IndexCursor::START, Mode::NonemptyBlock);
    let first = first.and_then(|first| index.at(first)?.block());
    let block = first.map_or(0, |block| block.uncompressed_size);
    let wanted = block.saturating_add(4096).saturating_mul(at_once).max(CACHE_DEFAULT);
    wanted.min(options.memory_limit / 2).min(options.cache_max).max(1)
}
