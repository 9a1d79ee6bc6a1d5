//! One Stream of an Index.

#![forbid(unsafe_code)]

use super::records::Records;
use super::size;
use crate::error::Result;
use crate::memory::{AllocatorHandle, Compatible, Paired};
use core::mem::MaybeUninit;

/// Stream Flags as an application sees them: the layout of
/// `lzma_stream_flags`, which C code gets a pointer to.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct ListedFlags {
    /// Version of the structure.
    pub(crate) version: u32,
    /// Size of the Index in bytes.
    pub(crate) backward_size: u64,
    /// ID of the integrity check.
    pub(crate) check: u32,
    /// Reserved members, kept as they came and never read.
    pub(crate) reserved: MaybeUninit<[u32; 8]>,
}

impl ListedFlags {
    const NOTHING: ListedFlags =
        ListedFlags { version: 0, backward_size: 0, check: 0, reserved: MaybeUninit::zeroed() };
}

/// A position in a file: the sizes and the number of Blocks before it. Also used
/// for sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Bytes of the file.
    pub(super) compressed: u64,
    /// Bytes of data.
    pub(super) uncompressed: u64,
    /// Blocks.
    pub(super) blocks: u64,
}

impl Extent {
    /// The beginning of a file.
    pub(super) const ZERO: Extent = Extent { compressed: 0, uncompressed: 0, blocks: 0 };

    /// The sum. It wraps around; see [`Extent::minus`].
    #[inline]
    pub(super) fn plus(self, other: Extent) -> Extent {
        Extent {
            compressed: self.compressed.wrapping_add(other.compressed),
            uncompressed: self.uncompressed.wrapping_add(other.uncompressed),
            blocks: self.blocks.wrapping_add(other.blocks),
        }
    }

    /// The difference, which may be negative: only differences of those have
    /// a meaning.
    #[inline]
    pub(super) fn minus(self, other: Extent) -> Extent {
        Extent {
            compressed: self.compressed.wrapping_sub(other.compressed),
            uncompressed: self.uncompressed.wrapping_sub(other.uncompressed),
            blocks: self.blocks.wrapping_sub(other.blocks),
        }
    }
}

/// A Stream and the Stream Padding behind it.
pub(super) struct Stream {
    /// Position of the Stream, counted from the origin of the Index.
    pub(super) start: Extent,
    /// Its Blocks.
    pub(super) records: Records,
    /// Size of the List of Records in bytes.
    pub(super) list_size: u64,
    /// Size of the Stream Padding in bytes.
    pub(super) padding: u64,
    /// ID of the integrity check, if the Stream Flags are known.
    pub(super) check: Option<u32>,
}

/// A Stream with its Stream Flags, which the application has pointers to.
pub(super) type ListedStream = Paired<Stream, ListedFlags>;

impl Stream {
    /// A Stream without Blocks.
    pub(super) fn new(memory: &AllocatorHandle, start: Extent) -> Result<ListedStream> {
        let records = Records::EMPTY;
        let stream = || Stream { start, records, list_size: 0, padding: 0, check: None };
        memory.pair_made(stream, ListedFlags::NOTHING)
    }

    /// Number of Blocks.
    #[inline]
    pub(super) fn blocks(&self) -> u64 {
        self.records.len() as u64
    }

    /// Size in bytes without Stream Padding, and size of the data.
    #[inline(always)]
    pub(super) fn sizes(&self) -> (u64, u64) {
        let (blocks, total) = self.records.totals();
        (size::stream(total.end(), blocks as u64, self.list_size), total.uncompressed)
    }

    /// Size in bytes, without Stream Padding.
    pub(super) fn size(&self) -> u64 {
        self.sizes().0
    }

    /// A copy in `memory`, without its flags.
    fn duplicate(&self, memory: &AllocatorHandle) -> Result<Stream> {
        let records = self.records.duplicate(memory)?;
        let &Stream { start, list_size, padding, check, .. } = self;
        Ok(Stream { start, records, list_size, padding, check })
    }
}

/// A copy of `stream` in `memory`.
pub(super) fn duplicate(stream: &ListedStream, memory: &AllocatorHandle) -> Result<ListedStream> {
    memory.pair(stream.duplicate(memory)?, stream.copy_beside())
}

/// Makes all memory of `stream` belong to `memory`.
pub(super) fn rehome(stream: &mut ListedStream, memory: &AllocatorHandle, proof: &Compatible) {
    stream.rehome(memory, proof);
    stream.records.rehome(memory, proof);
}
