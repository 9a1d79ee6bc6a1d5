//! Functions that code a buffer in one call, beside the original's.

use rlzma::ffi::*;

use super::encode::stretch;
use super::log::{Log, compare};
use super::{limit, split};
use crate::common::chain::FilterChain;
use crate::common::{Allocator, Lib, Rng, zeroed};

/// Decodes or encodes the data in one call, or reads it as headers. What
/// finds no memory says so and leaks nothing.
pub fn buffers(data: &[u8]) {
    let Some((rng, data)) = split(data) else { return };
    let want = compare(&rng, |log| log.one_call(data));

    let nth = 1 + Rng::new(rng.clone().next_u64()).below(8);
    let allocator = Allocator::failing_at(nth);
    let mut starved = Log::new(Lib::ours(), &rng);
    starved.allocator = allocator.as_ptr();
    starved.one_call(data);
    if allocator.failed() == 0 {
        assert_eq!(starved.said, want);
    } else {
        assert!(starved.found_no_memory, "{:#?}", starved.said);
    }
}

/// The most that is decoded in one call.
const ROOM_MAX: usize = 1 << 16;

/// The most memory that a decoder may ask for: a header may say 4 GiB.
pub(super) const MEMORY_MAX: u64 = 20 << 20;

impl Log {
    fn one_call(&mut self, data: &[u8]) {
        match self.rng.below(10) {
            0 | 1 => self.decode_stream(data),
            2 => self.decode_raw(data),
            3 | 4 => self.block(data),
            5 => self.stream_flags(data),
            6 => self.filter_flags(data),
            7 => self.numbers(data),
            _ => self.encode_buffer(data),
        }
    }

    /// Calls with room for at most `max` bytes behind what others have
    /// written, and says what was written. `call` is given the room, the
    /// position in it and its end.
    pub(super) fn write(
        &mut self,
        what: &'static str,
        max: usize,
        call: impl FnOnce(&Lib, *mut u8, *mut usize, usize) -> lzma_ret,
    ) {
        let before = self.rng.below(4);
        let space = if self.rng.one_in(3) { self.rng.skewed(max + 1) } else { max };
        let mut room = vec![0x5c; before + space];
        let (mut pos, end) = (before, room.len());
        room.reserve(1); // never NULL, even without room
        let ret = call(self.lib, room.as_mut_ptr(), &raw mut pos, end);
        self.returned(what, ret);
        assert!(before <= pos && pos <= end, "{what}: {pos} is outside of the room");
        assert!(room[..before].iter().all(|&byte| byte == 0x5c), "{what} wrote before its room");
        self.say_bytes(what, &room[before..pos]);
    }

    fn decode_stream(&mut self, data: &[u8]) {
        let mut limit = limit(&mut self.rng);
        let flags = if self.rng.one_in(4) { self.rng.below(0x40) as u32 } else { 0 };
        let mut at = self.rng.below(3).min(data.len()) * usize::from(self.rng.one_in(8));
        let (allocator, place) = (self.allocator, &raw mut limit);
        let (input, from, len) = (data.as_ptr(), &raw mut at, data.len());
        self.write("decode Streams", ROOM_MAX, |lib, out, out_pos, end| {
            // SAFETY: both buffers are as long as said.
            unsafe {
                (lib.lzma_stream_buffer_decode)(
                    place, flags, allocator, input, from, len, out, out_pos, end,
                )
            }
        });
        self.say("limit", limit);
        self.say("position", at as u64);
    }

    fn decode_raw(&mut self, data: &[u8]) {
        let ids = [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];
        let mut chain = FilterChain::random(self.rng.pick(&ids), &mut self.rng);
        let size = if self.rng.one_in(4) { u64::MAX } else { self.rng.skewed(ROOM_MAX) as u64 };
        lzma_set_ext_size(chain.last(), size);
        chain.last().ext_flags = if self.rng.one_in(2) { LZMA_LZMA1EXT_ALLOW_EOPM } else { 0 };
        let mut at = 0;
        let (allocator, input, from, len) =
            (self.allocator, data.as_ptr(), &raw mut at, data.len());
        chain.with(|filters| {
            self.write("decode a chain", ROOM_MAX, |lib, out, out_pos, end| {
                // SAFETY: both buffers are as long as said; the chain is as
                // the structures demand.
                unsafe {
                    (lib.lzma_raw_buffer_decode)(
                        filters, allocator, input, from, len, out, out_pos, end,
                    )
                }
            });
        });
        self.say("position", at as u64);
    }

    fn encode_buffer(&mut self, data: &[u8]) {
        let plain = stretch(data, &mut self.rng);
        let check = lzma_check(self.rng.pick(&[0, 1, 4, 10, 10, 4, 1, 2, 16]));
        let id = if self.rng.one_in(12) { LZMA_FILTER_LZMA1 } else { LZMA_FILTER_LZMA2 };
        let mut chain = FilterChain::random(id, &mut self.rng);
        if self.rng.one_in(8) {
            chain.spoil(&mut self.rng);
        }
        let (input, len, allocator) = (plain.as_ptr(), plain.len(), self.allocator);
        // SAFETY: any number may be asked about.
        let bound = unsafe { (self.lib.lzma_stream_buffer_bound)(len) };
        self.say("bound", bound as u64);
        match self.rng.below(4) {
            0 => {
                let preset = self.rng.pick(&[0, 1, 2, 3, 0, 1, 10, LZMA_PRESET_EXTREME]);
                self.write("encode easily", bound, |lib, out, out_pos, end| {
                    // SAFETY: both buffers are as long as said.
                    unsafe {
                        (lib.lzma_easy_buffer_encode)(
                            preset, check, allocator, input, len, out, out_pos, end,
                        )
                    }
                });
            }
            1 => chain.with(|filters| {
                self.write("encode a Stream", bound, |lib, out, out_pos, end| {
                    // SAFETY: both buffers are as long as said; the chain is
                    // as the structures demand.
                    unsafe {
                        (lib.lzma_stream_buffer_encode)(
                            filters, check, allocator, input, len, out, out_pos, end,
                        )
                    }
                });
            }),
            2 => chain.with(|filters| {
                self.write("encode a chain", bound, |lib, out, out_pos, end| {
                    // SAFETY: as for a Stream.
                    unsafe {
                        (lib.lzma_raw_buffer_encode)(
                            filters, allocator, input, len, out, out_pos, end,
                        )
                    }
                });
            }),
            _ => chain.with(|filters| self.encode_block(&plain, check, filters)),
        }
    }

    fn encode_block(&mut self, plain: &[u8], check: lzma_check, filters: *mut lzma_filter) {
        let mut block: lzma_block = zeroed();
        block.check = check;
        block.filters = filters;
        let store = self.rng.one_in(3);
        let (place, input, len, allocator) =
            (&raw mut block, plain.as_ptr(), plain.len(), self.allocator);
        // SAFETY: any number may be asked about.
        let bound = unsafe { (self.lib.lzma_block_buffer_bound)(len) };
        self.write("encode a Block", bound, |lib, out, out_pos, end| {
            // SAFETY: both buffers are as long as said; the Block is as the
            // structures demand.
            unsafe {
                if store {
                    (lib.lzma_block_uncomp_encode)(place, input, len, out, out_pos, end)
                } else {
                    (lib.lzma_block_buffer_encode)(place, allocator, input, len, out, out_pos, end)
                }
            }
        });
        self.say_block(&block);
    }
}
