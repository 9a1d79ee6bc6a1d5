//! Opening a file: reading its Index.

#![forbid(unsafe_code)]

use super::failure::{Location, Reason, Result};
use super::read_at::{Piece, ReadAt};
use crate::coder::{Coder, Restart};
use crate::container::xz::file_info::FileInfoDecoder;
use crate::error::{Error, Status};
use crate::index::Index;
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, OwnedBox};

/// Bytes that are read at a time. Small files are read at once.
const PIECE_SIZE: usize = 16 << 10;

/// Options for reading a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Bytes of memory that may be used for the Index, decoders, and data.
    pub(crate) memory_limit: u64,
    /// Bytes of decoded Blocks to keep; 0: as many as suit the file.
    pub(crate) cache: u64,
    /// The most that suits any file.
    pub(crate) cache_max: u64,
    /// Threads that decode ahead of sequential reads; with 0 or 1, none.
    pub(crate) threads: u32,
}

/// Reads the Index of all Streams, which may need `limit` bytes of memory.
pub(crate) fn read_index<S: ReadAt>(
    memory: &AllocatorHandle,
    source: &S,
    limit: u64,
) -> Result<OwnedBox<Index>> {
    let size = source.size();
    let mut position = 0;
    let mut decoder = FileInfoDecoder::make(memory, (memory.clone(), limit, size))?;
    let mut piece = Piece::new(memory, source, PIECE_SIZE)?;
    loop {
        let failed = |reason: Reason| {
            reason.at(Location { compressed_offset: position, ..Location::default() })
        };
        let bytes = piece.get(source, position, PIECE_SIZE as u64);
        let bytes = bytes.map_err(|error| failed(Reason::Read(error)))?;
        let mut input = Input::new(bytes);
        let result = decoder.code(&mut input, &mut Output::uninit(&mut []), Action::Run);
        let taken = input.taken() as u64;
        match result {
            Ok(Status::StreamEnd) => return decoder.take_index().ok_or(failed(Reason::Program)),
            Ok(Status::SeekNeeded) => position = decoder.seek_position().unwrap_or(position),
            Ok(_) if taken == 0 => return Err(failed(Reason::Truncated)),
            Ok(_) => position += taken,
            Err(error) => {
                let usage = decoder.memory_limit().map_or(0, |limit| limit.usage());
                return Err(failed(reason_of(error, usage)));
            }
        }
    }
}

/// The meaning of an error of the Index decoder, which needs `usage` bytes.
fn reason_of(error: Error, usage: u64) -> Reason {
    match error {
        Error::Mem => Reason::Memory,
        Error::MemLimit => Reason::MemoryLimit(usage),
        Error::Format => Reason::NotXz,
        Error::Prog => Reason::Program,
        _ => Reason::Index,
    }
}
