//! Encodes an Index (xz-file-format 1.2.1, section 4).

#![forbid(unsafe_code)]

use super::cursor::Cursor;
use super::file::Index;
use crate::bytes::{Pending, vli};
use crate::check::crc32;
use crate::error::{Error, Result, Status};
use crate::io::Output;

/// The fields that come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Index Indicator and Number of Records.
    Beginning,
    /// List of Records.
    Records,
    /// Index Padding and CRC32.
    Ending,
    /// None.
    Nothing,
}

/// The most bytes that a Record takes. Nothing else that is encoded at once takes more.
const RECORD_MAX: usize = 2 * vli::BYTES_MAX;

/// Encodes an Index, in as many calls as it takes.
#[derive(Clone)]
pub(crate) struct IndexEncoder {
    stage: Stage,
    /// The Record that comes next.
    cursor: Cursor,
    /// CRC32 of what is encoded.
    crc32: u32,
    /// Encoded fields that wait for room: several Records, so that callers with little
    /// room need not have the CRC32 calculated for a byte or two at a time.
    pending: Pending<64>,
}

impl IndexEncoder {
    /// Makes an encoder at the beginning of an Index.
    pub(crate) fn new() -> IndexEncoder {
        let cursor = Cursor { stream: 1, record: 0 };
        IndexEncoder { stage: Stage::Beginning, cursor, crc32: 0, pending: Pending::new() }
    }

    /// Encodes `index`, the same one in each call; [`Status::StreamEnd`] when
    /// it is complete.
    pub(crate) fn code(&mut self, index: &Index, output: &mut Output<'_>) -> Result<Status> {
        while self.pending.write_out(output) {
            if self.stage == Stage::Nothing {
                return Ok(Status::StreamEnd);
            }
            self.encode_some(index)?;
        }
        Ok(Status::Ok)
    }

    /// Encodes as much as may wait.
    #[inline(never)]
    fn encode_some(&mut self, index: &Index) -> Result<()> {
        let space = self.pending.space();
        let mut len = 0;
        if self.stage == Stage::Beginning {
            len = 1 + put(index.block_count(), &mut space[1..])?;
            space[0] = 0; // Index Indicator
            self.stage = Stage::Records;
        }
        if self.stage == Stage::Records {
            let (size, is_complete) = put_records(index, &mut self.cursor, &mut space[len..])?;
            len += size;
            if is_complete {
                self.stage = Stage::Ending;
            }
        }
        let is_end = self.stage == Stage::Ending && space.len() - len >= RECORD_MAX;
        if is_end {
            let padding = index.padding_size();
            space[len..len + padding].fill(0);
            len += padding;
        }
        self.crc32 = crc32(&space[..len], self.crc32);
        if is_end {
            space[len..len + 4].copy_from_slice(&self.crc32.to_le_bytes());
            len += 4;
            self.stage = Stage::Nothing;
        }
        self.pending.add(len);
        Ok(())
    }
}

/// Encodes a number to the front of `space`, which is large enough. Returns its size.
#[inline(always)]
fn put(value: u64, space: &mut [u8]) -> Result<usize> {
    vli::put(value, space).ok_or(Error::Prog)
}

/// Encodes Records from `cursor` on, as long as there is room for any. Returns their size
/// in bytes, and whether there are no more.
fn put_records(index: &Index, cursor: &mut Cursor, space: &mut [u8]) -> Result<(usize, bool)> {
    let mut len = 0;
    while let Some((mut before, run)) = index.records_from(cursor) {
        for &record in run {
            let Some(room) = space.get_mut(len..).filter(|room| room.len() >= RECORD_MAX) else {
                return Ok((len, false));
            };
            let unpadded_size = record[0].wrapping_sub(before.end());
            let uncompressed_size = record[1].wrapping_sub(before.uncompressed);
            let middle = put(unpadded_size, room)?;
            len += middle + put(uncompressed_size, &mut room[middle..])?;
            before = record.into();
            cursor.record += 1;
        }
    }
    Ok((len, true))
}
