//! What a reader keeps between calls: decoded Blocks, decoders within large
//! ones, and decoders that are not in use.

#![forbid(unsafe_code)]

use super::block_decoding::{Located, Spare};
use super::cached_block::{CachedBlock, size_of_block};
use super::large_block::LargeBlockDecoder;
use super::lru_map::LruMap;
use crate::error::Result;
use crate::memory::{AllocatorHandle, List, OwnedBox, Shared};

/// Decoders within large Blocks that are kept.
const LARGE_BLOCKS_MAX: usize = 4;
/// Blocks that are kept with their decoders, to go on, though they are not decoded
/// to their ends.
const RUNNING_MAX: usize = 4;
/// Reads that run side by side, each of which goes on where it has ended.
const READS: usize = 4;

/// Decoded Blocks and decoders, the least recently used of which go first.
pub(super) struct BlockCache {
    /// By their numbers in the file.
    blocks: LruMap<Shared<CachedBlock>>,
    /// Bytes that these take.
    bytes: u64,
    /// Numbers of Blocks that are decoded in part; the one that was used last is
    /// the last.
    running: List<u64>,
    /// The one that was used last is the last.
    large_blocks: List<OwnedBox<LargeBlockDecoder>>,
    spares: List<Spare>,
    spares_max: usize,
    /// Ends of the latest reads, in bytes of the data.
    read_ends: [u64; READS],
    /// The place in `read_ends` that is overwritten next.
    oldest_read: usize,
    /// Number of the Block behind which others were decoded ahead last.
    ahead_of: u64,
}

impl BlockCache {
    /// Nothing yet.
    pub(super) fn new(memory: &AllocatorHandle, threads: u32) -> BlockCache {
        BlockCache {
            blocks: LruMap::new(memory),
            bytes: 0,
            running: List::new(memory),
            large_blocks: List::new(memory),
            spares: List::new(memory),
            spares_max: threads.max(2) as usize,
            read_ends: [u64::MAX; READS],
            oldest_read: 0,
            ahead_of: 0,
        }
    }

    /// Notes that the Block `number` is used, or soon will be; tells whether it
    /// is here.
    pub(super) fn touch(&mut self, number: u64) -> bool {
        self.blocks.touch(number).is_some()
    }

    /// The Block `at`, new if it is not here; others go if they would be more
    /// than `limit` bytes together.
    pub(super) fn block(
        &mut self,
        memory: &AllocatorHandle,
        at: &Located,
        limit: u64,
    ) -> Result<Shared<CachedBlock>> {
        let number = at.info.number_in_file;
        if let Some(block) = self.blocks.touch(number) {
            return Ok(block.clone());
        }
        let size = size_of_block(at);
        while self.bytes.saturating_add(size) > limit && self.evict_block() {}
        let block = memory.share(CachedBlock::new(*at))?;
        self.blocks.insert(number, block.clone())?;
        self.bytes = self.bytes.saturating_add(size);
        Ok(block)
    }

    /// Notes that the Block `number` is decoded in part. If these are too many now,
    /// returns the one that was used least recently, for its decoder to be taken
    /// away.
    pub(super) fn note_running(&mut self, number: u64) -> Option<Shared<CachedBlock>> {
        match self.running.iter().position(|&known| known == number) {
            Some(place) => self.running.get_mut(place..)?.rotate_left(1),
            None => self.running.push_back(number).ok()?,
        }
        if self.running.len() <= RUNNING_MAX {
            return None;
        }
        let left = self.running.pop_front()?;
        self.blocks.get(left).cloned()
    }

    /// Drops the Block that was not used for the longest time.
    fn evict_block(&mut self) -> bool {
        let block = self.blocks.remove_oldest();
        self.note_removed(block)
    }

    /// Drops the Block `number`.
    pub(super) fn remove(&mut self, number: u64) {
        let block = self.blocks.remove(number);
        self.note_removed(block);
    }

    /// Gives back the room of a Block that was there; tells whether one was.
    fn note_removed(&mut self, block: Option<Shared<CachedBlock>>) -> bool {
        let size = block.as_ref().map_or(0, |block| block.size());
        self.bytes = self.bytes.saturating_sub(size);
        block.is_some()
    }

    /// Drops something, so that its memory can be used for something else.
    pub(super) fn evict(&mut self) -> bool {
        self.spares.pop_back().is_some()
            || self.large_blocks.pop_front().is_some()
            || self.evict_block()
    }

    /// The decoder within the Block `number` that is nearest before its byte
    /// `from`. It is the caller's until it is [given back](BlockCache::keep_large_block).
    pub(super) fn take_large_block(
        &mut self,
        number: u64,
        from: u64,
    ) -> Option<OwnedBox<LargeBlockDecoder>> {
        let fits = |decoder: &LargeBlockDecoder| {
            decoder.at.info.number_in_file == number && decoder.start() <= from
        };
        let fitting = self.large_blocks.iter().enumerate().filter(|(_, decoder)| fits(decoder));
        let (place, _) = fitting.max_by_key(|(_, decoder)| decoder.start())?;
        self.large_blocks.get_mut(place..)?.rotate_left(1);
        self.large_blocks.pop_back()
    }

    /// Keeps a decoder within a large Block, and drops another if there are too
    /// many.
    pub(super) fn keep_large_block(&mut self, decoder: OwnedBox<LargeBlockDecoder>) {
        // Without memory, it is not kept.
        let _ = self.large_blocks.push_back(decoder);
        if self.large_blocks.len() > LARGE_BLOCKS_MAX {
            self.large_blocks.pop_front();
        }
    }

    /// Takes the decoder within a large Block that was used least recently, if
    /// there are as many as may be: it will have to make room.
    pub(super) fn take_oldest_large_block(&mut self) -> Option<OwnedBox<LargeBlockDecoder>> {
        if self.large_blocks.len() < LARGE_BLOCKS_MAX {
            None
        } else {
            self.large_blocks.pop_front()
        }
    }

    /// A decoder that is not in use.
    pub(super) fn take_spare(&mut self) -> Option<Spare> {
        self.spares.pop_back()
    }

    /// Keeps a decoder that is not in use.
    pub(super) fn keep_spare(&mut self, spare: Spare) {
        if self.spares.len() < self.spares_max {
            let _ = self.spares.push_back(spare);
        }
    }

    /// Notes that the bytes from `from` to `to` of the data are read. Tells
    /// whether that goes on where another read has ended.
    pub(super) fn is_sequential(&mut self, from: u64, to: u64) -> bool {
        let end = self.read_ends.iter_mut().find(|end| **end == from);
        if let Some(end) = end {
            *end = to;
            return true;
        }
        if let Some(end) = self.read_ends.get_mut(self.oldest_read) {
            *end = to;
        }
        self.oldest_read = (self.oldest_read + 1) % READS;
        false
    }

    /// Tells whether Blocks behind the Block `number` are still to be decoded
    /// ahead, and takes it that they will be.
    pub(super) fn mark_prefetched(&mut self, number: u64) -> bool {
        core::mem::replace(&mut self.ahead_of, number) != number
    }
}
