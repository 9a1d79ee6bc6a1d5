//! A decoder within a Block that is too large to be kept: it goes forward, and
//! keeps the latest data.

#![forbid(unsafe_code)]

use super::block_decoding::{BlockDecoding, Located};
use super::budget::Reserved;
use super::failure::{Failure, Reason, Result};
use super::file::{CancelToken, File};
use super::read_at::ReadAt;
use crate::io::Output;
use crate::memory::{Buf, OwnedBox};

/// Bytes of data that are kept, so that a read may begin a little before the last.
const WINDOW: u64 = 256 << 10;

/// The fewest bytes that are decoded at a time: many small steps cost more.
const STEP: usize = 16 << 10;

/// A place in a Block, and the data before it.
pub(super) struct LargeBlockDecoder {
    pub(super) at: Located,
    /// `None` once it is given away.
    decoding: Option<BlockDecoding>,
    /// The Block has ended, or what follows is damaged.
    end: Option<Option<Failure>>,
    window: Buf<u8>,
    /// Location in the Block of the window's first byte.
    start: u64,
    /// Bytes of data in the window.
    len: usize,
    #[allow(dead_code)] // until it is dropped
    reserved: Reserved,
}

impl LargeBlockDecoder {
    /// Begins at the beginning of the Block `at`.
    pub(super) fn begin<S: ReadAt>(
        file: &File<S>,
        at: &Located,
    ) -> Result<OwnedBox<LargeBlockDecoder>> {
        let capacity = at.info.uncompressed_size.min(WINDOW);
        let (decoding, reserved) = file.begin(at, capacity, true)?;
        let no_memory = |error| Reason::Memory.of(error).at(at.place(0, 0));
        let window = file.memory().buf_with_capacity(capacity as usize).map_err(no_memory)?;
        let decoder = LargeBlockDecoder {
            at: *at,
            decoding: Some(decoding),
            end: None,
            window,
            start: 0,
            len: 0,
            reserved,
        };
        file.memory().own(decoder).map_err(no_memory)
    }

    /// Gives the decoder away, for another Block.
    pub(super) fn take_decoding(&mut self) -> Option<BlockDecoding> {
        self.decoding.take()
    }

    /// The first byte of the Block that this can read.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    fn end(&self) -> u64 {
        self.start + self.len as u64
    }

    /// Tells whether it can go on, or has come to damage that will stay.
    pub(super) fn is_of_use(&self) -> bool {
        !self.end.flatten().is_some_and(|failure| failure.discards_block())
    }

    /// Reads from byte `from` of the Block, not before [`LargeBlockDecoder::start`], until
    /// `output` is full or the Block ends.
    pub(super) fn read<S: ReadAt>(
        &mut self,
        file: &File<S>,
        token: CancelToken,
        mut from: u64,
        output: &mut Output<'_>,
    ) -> Result<()> {
        let size = self.at.info.uncompressed_size;
        while !output.is_full() && from < size {
            if from < self.end() {
                let skip = from.saturating_sub(self.start) as usize; // in the window
                let bytes = self.window.get(skip..self.len).unwrap_or_default();
                from += output.write(bytes) as u64;
            } else {
                let until = from.saturating_add(output.room() as u64);
                self.advance(file, token, until)?;
            }
        }
        // A read to the end of the Block reports its Check.
        while from >= size && self.end.is_none() {
            self.advance(file, token, size)?;
        }
        match self.end {
            Some(Some(failure)) if from >= size => Err(failure),
            _ => Ok(()),
        }
    }

    /// Decodes a piece more, up to byte `until` of the Block or a little further.
    fn advance<S: ReadAt>(&mut self, file: &File<S>, token: CancelToken, until: u64) -> Result<()> {
        match self.end {
            Some(Some(failure)) => return Err(failure),
            Some(None) => return Err(Reason::Program.at(self.at.place(0, 0))),
            None => {}
        }
        if self.len == self.window.capacity() && self.end() < self.at.info.uncompressed_size {
            self.slide();
        }
        let Some(decoding) = &mut self.decoding else {
            return Err(Reason::Program.at(self.at.place(0, 0)));
        };
        let append = |output: &mut Output<'_>| decoding.step(file, token, output);
        let missing = usize::try_from(until.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let end = missing.max(self.len.saturating_add(STEP));
        let (result, len) = self.window.append(self.len, end, append);
        self.len = len;
        match result {
            Ok(false) => {}
            Ok(true) => self.end = Some(None),
            Err(failure) if failure.can_be_retried() => return Err(failure),
            Err(failure) => self.end = Some(Some(failure)),
        }
        Ok(())
    }

    /// Forgets the first half of the window.
    fn slide(&mut self) {
        let half = self.len / 2;
        self.window.copy_within(half..self.len, 0);
        self.start += half as u64;
        self.len -= half;
    }
}
