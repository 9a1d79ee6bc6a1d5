//! A Block whose data is kept as a whole: as far as it is decoded, any thread
//! may read it.

#![forbid(unsafe_code)]

use super::block_decoding::{BlockDecoding, Located};
use super::budget::Reserved;
use super::failure::{Failure, Reason, Result};
use super::file::{CancelToken, File};
use super::read_at::ReadAt;
use crate::io::Output;
use crate::memory::{BufferReader, BufferWriter};
use crate::sync::{Mutex, lock};
use core::mem;
use std::sync::OnceLock;

/// The fewest bytes that are decoded at a time: many small steps cost more.
const STEP: u64 = 16 << 10;

/// Bytes that a Block takes beside its data, roughly.
const OVERHEAD: u64 = 512;

/// The state of a Block's decoding.
enum DecodeState {
    /// Nothing is decoded yet.
    New,
    /// A part is decoded; a read that needs more continues.
    Running(BufferWriter, BlockDecoding),
    /// A part is decoded, and the decoder was taken away.
    Left,
    /// All is decoded, or what follows is damaged.
    Ended(Option<Failure>),
}

/// The data of a Block, and the memory that is reserved for it.
struct Data {
    bytes: BufferReader,
    #[allow(dead_code)] // until it is dropped
    reserved: Reserved,
}

/// A Block, its data as far as it is decoded, and how to go on.
pub(super) struct CachedBlock {
    pub(super) at: Located,
    data: OnceLock<Data>,
    state: Mutex<DecodeState>,
}

impl CachedBlock {
    /// The Block `at`, of which nothing is decoded yet.
    pub(super) fn new(at: Located) -> CachedBlock {
        CachedBlock { at, data: OnceLock::new(), state: Mutex::new(DecodeState::New) }
    }

    /// Bytes of memory that the Block takes.
    pub(super) fn size(&self) -> u64 {
        size_of_block(&self.at)
    }

    /// The data as far as it is decoded.
    fn bytes(&self) -> &[u8] {
        self.data.get().map_or(&[], |data| data.bytes.bytes())
    }

    /// Decodes at least up to byte `until` of the data. If that byte is not decoded
    /// yet, goes on to `preferred_end`, which may be further. Who may not wait does
    /// nothing where another thread is at work on the Block, for that one may be waiting.
    ///
    /// Returns false if the decoder was taken away before that byte: the Block must be
    /// decoded anew.
    pub(super) fn decode<S: ReadAt>(
        &self,
        file: &File<S>,
        token: CancelToken,
        until: u64,
        preferred_end: u64,
        may_wait: bool,
    ) -> Result<bool> {
        let size = self.at.info.uncompressed_size;
        // The end of the data is good only if the Check is, which is known under the lock.
        if self.has(until) {
            return Ok(true);
        }
        let mut state = match may_wait {
            true => lock(&self.state),
            false => match self.state.try_lock() {
                Ok(state) => state,
                Err(_) => return Ok(true),
            },
        };
        if let DecodeState::New = *state {
            *state = self.begin(file, may_wait)?;
        }
        // The state after a panic.
        let broken = DecodeState::Ended(Some(Reason::Program.at(self.at.place(0, 0))));
        match mem::replace(&mut *state, broken) {
            DecodeState::New => Err(Reason::Program.at(self.at.place(0, 0))),
            DecodeState::Running(mut to, mut decoding) => {
                let step = (to.len() as u64).saturating_add(STEP);
                let target = until.max(step).max(preferred_end).min(size);
                let result = advance(file, token, &mut to, &mut decoding, target, size);
                *state = match result {
                    Ok(false) => DecodeState::Running(to, decoding),
                    Ok(true) => {
                        file.keep_spare(decoding);
                        DecodeState::Ended(None)
                    }
                    Err(failure) if failure.can_be_retried() => DecodeState::Running(to, decoding),
                    Err(failure) => DecodeState::Ended(Some(failure)),
                };
                self.outcome(until, result.err())
            }
            DecodeState::Left => {
                *state = DecodeState::Left;
                Ok(self.has(until))
            }
            DecodeState::Ended(failure) => {
                *state = DecodeState::Ended(failure);
                self.outcome(until, failure)
            }
        }
    }

    /// Tells whether the data before `until` is decoded, and known to be good.
    fn has(&self, until: u64) -> bool {
        until < self.at.info.uncompressed_size && self.bytes().len() as u64 >= until
    }

    /// Returns `failure` only if it concerns the data before `until`.
    fn outcome(&self, until: u64, failure: Option<Failure>) -> Result<bool> {
        match failure {
            Some(failure) if !self.has(until) => Err(failure),
            _ => Ok(true),
        }
    }

    /// Takes the decoder away, unless another thread uses it at the moment. A later read
    /// that needs more of the data decodes the Block from its beginning.
    pub(super) fn leave<S: ReadAt>(&self, file: &File<S>) {
        let Ok(mut state) = self.state.try_lock() else {
            return;
        };
        if let DecodeState::Running(..) = *state {
            if let DecodeState::Running(_, decoding) = mem::replace(&mut *state, DecodeState::Left)
            {
                file.keep_spare(decoding);
            }
        }
    }

    /// Tells whether the decoder is still there, to go on.
    pub(super) fn is_running(&self) -> bool {
        self.state.try_lock().is_ok_and(|state| matches!(*state, DecodeState::Running(..)))
    }

    /// Copies data from byte `from` on to `output`, as far as it is decoded.
    pub(super) fn copy(&self, from: u64, output: &mut Output<'_>) -> u64 {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let bytes = self.bytes().get(from..).unwrap_or_default();
        output.write(bytes) as u64
    }

    fn begin<S: ReadAt>(&self, file: &File<S>, may_wait: bool) -> Result<DecodeState> {
        let place = self.at.place(0, 0);
        let size = self.at.info.uncompressed_size;
        let (decoding, reserved) = file.begin(&self.at, size, may_wait)?;
        let capacity = usize::try_from(size).map_err(|_| Reason::Memory.at(place))?;
        let to = BufferWriter::new(file.memory(), capacity)
            .map_err(|error| Reason::Memory.of(error).at(place))?;
        // The lock on the state keeps other threads from setting the data.
        let _ = self.data.set(Data { bytes: to.reader(), reserved });
        Ok(DecodeState::Running(to, decoding))
    }
}

/// Bytes of memory that the Block `at` would take.
pub(super) fn size_of_block(at: &Located) -> u64 {
    at.info.uncompressed_size.saturating_add(OVERHEAD)
}

/// Decodes up to byte `target` of the Block, which has `size`. Returns whether
/// the Block has ended.
fn advance<S: ReadAt>(
    file: &File<S>,
    token: CancelToken,
    to: &mut BufferWriter,
    decoding: &mut BlockDecoding,
    target: u64,
    size: u64,
) -> Result<bool> {
    loop {
        let left = target.saturating_sub(to.len() as u64);
        if left == 0 && target < size {
            return Ok(false);
        }
        let room = usize::try_from(left).unwrap_or(usize::MAX);
        if to.append(room, |output| decoding.step(file, token, output))? {
            return Ok(true);
        }
    }
}
