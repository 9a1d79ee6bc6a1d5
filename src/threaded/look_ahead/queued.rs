//! Blocks that may be decoded ahead, and those that are.

#![forbid(unsafe_code)]

use crate::container::xz::ahead::{self, InputView};
use crate::container::xz::block::Block;
use crate::container::xz::block_header;
use crate::error::Result;
use crate::filter::{self, Specs};
use crate::io::Input;
use crate::memory::{AllocatorHandle, BufferReader, BufferWriter, Shared};
use crate::threaded::block_channel::BlockChannel;
use crate::threaded::list::Item;
use crate::threaded::output_usage;

/// A Block that is in the application's input as a whole, with sizes in its
/// header.
pub(super) struct Candidate<'a> {
    pub(super) block: Block,
    pub(super) filters: Specs<'static>,
    header: &'a [u8],
    /// The bytes between the body of the Block before and this one's.
    header_size: usize,
    /// Everything behind the header.
    pub(super) body: &'a [u8],
    pub(super) uncompressed_size: usize,
    /// Memory usage of its decoder in bytes.
    pub(super) filters_usage: u64,
}

impl<'a> Candidate<'a> {
    /// The Block whose turn it is.
    pub(super) fn first(view: &InputView<'a>) -> Option<Candidate<'a>> {
        Candidate::new(view, view.framing.block_header(), 0, view.input)
    }

    /// The Block that begins, with its header, at position `start` of the input.
    pub(super) fn following(view: &InputView<'a>, start: usize) -> Option<Candidate<'a>> {
        let bytes = view.input.get(start..)?;
        let header_size = block_header::size(*bytes.first()?)?;
        let (header, rest) = bytes.split_at_checked(header_size)?;
        Candidate::new(view, header, header_size, rest)
    }

    fn new(
        view: &InputView<'a>,
        header: &'a [u8],
        header_size: usize,
        rest: &'a [u8],
    ) -> Option<Candidate<'a>> {
        let mut filters = Specs::new();
        let block = view.framing.parse_block(&mut filters, header).ok()?;
        let filters_usage = filter::memory_usage::decoder(&filters)?;
        if filters_usage > view.block_limit {
            return None; // an error, when it is its turn
        }
        let body = rest.get(..usize::try_from(ahead::body_size(&block)?).ok()?)?;
        let uncompressed_size = usize::try_from(block.uncompressed_size).ok()?;
        Some(Candidate {
            block,
            filters,
            header,
            header_size,
            body,
            uncompressed_size,
            filters_usage,
        })
    }

    /// Memory usage in bytes of its buffers.
    pub(super) fn buffers(&self) -> u64 {
        let output = output_usage(self.uncompressed_size as u64);
        output.saturating_add((self.header.len() + self.body.len()) as u64)
    }

    /// Memory usage in bytes of all that it takes to decode it.
    pub(super) fn usage(&self) -> u64 {
        self.buffers().saturating_add(self.filters_usage)
    }

    /// Bytes from the end of the Block before to the end of this one.
    pub(super) fn distance(&self) -> usize {
        self.header_size + self.body.len()
    }
}

/// A Block that a worker has.
pub(super) struct Queued {
    /// Copies of the header and of the body.
    header: BufferReader,
    body: BufferReader,
    pub(super) body_size: usize,
    pub(super) header_size: usize,
    pub(super) output: BufferReader,
    pub(super) channel: Shared<BlockChannel<()>>,
    /// Memory usage in bytes of its buffers.
    pub(super) usage: u64,
}

impl Queued {
    pub(super) fn new(
        memory: &AllocatorHandle,
        candidate: &Candidate<'_>,
        body: &BufferWriter,
        output: &BufferWriter,
        channel: &Shared<BlockChannel<()>>,
    ) -> Result<Item<Queued>> {
        let mut header = BufferWriter::new(memory, candidate.header.len())?;
        let mut bytes = Input::new(candidate.header);
        header.append(candidate.header.len(), |output| bytes.copy_to(output));
        Item::new(
            memory,
            Queued {
                header: header.reader(),
                body: body.reader(),
                body_size: candidate.body.len(),
                header_size: candidate.header.len(),
                output: output.reader(),
                channel: channel.clone(),
                usage: candidate.buffers(),
            },
        )
    }

    /// Tells whether this is the Block whose turn it is, as far as the application
    /// shows it.
    pub(super) fn is(&self, view: &InputView<'_>) -> bool {
        let seen = view.input.len().min(self.body_size);
        self.header.bytes() == view.framing.block_header()
            && self.body.bytes()[..seen] == view.input[..seen]
    }
}
