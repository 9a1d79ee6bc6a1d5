//! The file that is read: in memory, a descriptor, or a function of the application.

#![forbid(unsafe_code)]

use crate::error::Result;
use crate::memory::{AllocatorHandle, Buf};

/// Why a file could not be read: the number that the application's function gave, or
/// `errno`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReadError(pub(crate) i32);

/// A file with random access, by several threads at once. It does not change
/// meanwhile.
pub(crate) trait ReadAt: Send + Sync + 'static {
    /// The size of the file in bytes.
    fn size(&self) -> u64;

    /// All of the file, if it is in memory.
    fn bytes(&self) -> Option<&[u8]> {
        None
    }

    /// Reads from byte `offset` on to the front of `to`, and returns how many
    /// bytes that are: at least one, unless the file has none there.
    fn read_at(&self, offset: u64, to: &mut [u8]) -> core::result::Result<usize, ReadError>;
}

/// A piece of a file that is in memory.
pub(super) struct Piece {
    /// The bytes that were read; empty for a file that is in memory.
    buffer: Buf<u8>,
    /// Location of the buffer's first byte in the file.
    offset: u64,
    /// Number of bytes that were read.
    len: usize,
}

impl Piece {
    /// A piece of up to `capacity` bytes.
    pub(super) fn new(
        memory: &AllocatorHandle,
        file: &impl ReadAt,
        capacity: usize,
    ) -> Result<Piece> {
        let capacity = if file.bytes().is_some() { 0 } else { capacity };
        Ok(Piece { buffer: memory.buf(capacity)?, offset: 0, len: 0 })
    }

    /// Bytes that were allocated.
    pub(super) fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    /// Forgets what was read, so that it can be used for another file's place.
    pub(super) fn forget(&mut self) {
        self.len = 0;
    }

    /// Returns the file's bytes from `offset` on, at most `max`, and at least
    /// one unless the file ends there.
    pub(super) fn get<'a>(
        &'a mut self,
        file: &'a impl ReadAt,
        offset: u64,
        max: u64,
    ) -> core::result::Result<&'a [u8], ReadError> {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        if let Some(bytes) = file.bytes() {
            let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..));
            let rest = rest.unwrap_or_default();
            return Ok(rest.get(..max).unwrap_or(rest));
        }
        if !(self.offset..self.offset + self.len as u64).contains(&offset) {
            let capacity = self.buffer.capacity();
            let to = self.buffer.grow_zeroed(max.min(capacity));
            self.len = 0;
            // A source that claims more than there is room for is wrong.
            self.len = file.read_at(offset, to)?.min(to.len());
            self.offset = offset;
        }
        // Less than the buffer's length, if there is anything there.
        let skip = (offset - self.offset) as usize;
        let rest = self.buffer.get(skip..self.len).unwrap_or_default();
        Ok(rest.get(..max).unwrap_or(rest))
    }

    /// As [`Piece::get`], but with `size` bytes at least, if the file has as
    /// many and the piece can be as long. Nothing from before `offset` is kept.
    pub(super) fn whole<'a>(
        &'a mut self,
        file: &'a impl ReadAt,
        offset: u64,
        max: u64,
        size: usize,
    ) -> core::result::Result<&'a [u8], ReadError> {
        if file.bytes().is_none() {
            if self.offset != offset {
                (self.offset, self.len) = (offset, 0);
            }
            let end = usize::try_from(max).unwrap_or(usize::MAX).min(self.buffer.capacity());
            while self.len < size.min(end) {
                let to = self.buffer.grow_zeroed(end);
                let to = to.get_mut(self.len..).unwrap_or_default();
                match file.read_at(offset + self.len as u64, to)?.min(to.len()) {
                    0 => break,
                    more => self.len += more,
                }
            }
        }
        self.get(file, offset, max)
    }
}
