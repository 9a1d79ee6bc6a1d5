//! Indexes: both libraries go through the same operations, and all that they
//! say is compared.

use std::mem::MaybeUninit;
use std::ptr;

use rlzma::ffi::*;

use super::log::{Log, compare};
use super::{plan, split};
use crate::common::{Lib, Plan, Stream, zeroed};

/// Builds, copies, joins, encodes and walks through Indexes; decodes the data
/// as an Index, with an Index hash, and as a file that has one.
pub fn index(data: &[u8]) {
    let Some((rng, data)) = split(data) else { return };
    compare(&rng, |log| {
        log.build(data);
        log.decode(data);
        log.hash(data);
        log.file_info(data);
    });
}

impl Log {
    fn new_index(&self) -> *mut lzma_index {
        // SAFETY: NULL is malloc.
        let index = unsafe { (self.lib.lzma_index_init)(ptr::null()) };
        assert!(!index.is_null());
        index
    }

    fn end(&self, index: *mut lzma_index) {
        // SAFETY: the Index is of this library, and not used again.
        unsafe { (self.lib.lzma_index_end)(index, ptr::null()) };
    }

    /// Operations that the bytes of `data` choose.
    fn build(&mut self, data: &[u8]) {
        let lib = self.lib;
        let mut index = self.new_index();
        for &byte in data.iter().take(200) {
            // SAFETY: Indexes are of this library and not used after they
            // are freed; the flags are initialised.
            unsafe {
                match byte {
                    0..=180 => {
                        let (unpadded, plain) = (self.size(), self.size());
                        let ret = (lib.lzma_index_append)(index, ptr::null(), unpadded, plain);
                        self.say("append", ret.0);
                    }
                    181..=195 => {
                        let padding = self.size() & if byte & 1 == 0 { !3 } else { !0 };
                        let ret = (lib.lzma_index_stream_padding)(index, padding);
                        self.say("padding", ret.0);
                    }
                    196..=210 => {
                        let mut flags: lzma_stream_flags = zeroed();
                        flags.version = u32::from(byte == 196);
                        flags.backward_size =
                            if byte == 197 { self.size() } else { LZMA_VLI_UNKNOWN };
                        flags.check = lzma_check(self.rng.below(18) as u32);
                        let ret = (lib.lzma_index_stream_flags)(index, &flags);
                        self.say("flags", ret.0);
                    }
                    211..=230 => {
                        let copy = (lib.lzma_index_dup)(index, ptr::null());
                        if byte & 1 == 0 || (lib.lzma_index_stream_count)(index) > 500 {
                            self.end(index);
                            index = copy;
                        } else {
                            self.cat(index, copy);
                        }
                    }
                    _ => {
                        let other = self.new_index();
                        for _ in 0..self.rng.below(5) {
                            let (unpadded, plain) = (self.size(), self.size());
                            (lib.lzma_index_append)(other, ptr::null(), unpadded, plain);
                        }
                        self.cat(index, other);
                    }
                }
            }
        }
        self.describe(index);
        self.walk(index);
        self.encode(index);
        self.end(index);
    }

    fn size(&mut self) -> u64 {
        match self.rng.below(12) {
            0 => self.rng.pick(&[0, 4, 5, 6, LZMA_VLI_MAX, LZMA_VLI_MAX - 3, LZMA_VLI_UNKNOWN]),
            1 => self.rng.next_u64() >> self.rng.below(64),
            2 => 0,
            _ => 5 + self.rng.skewed(1 << 20) as u64,
        }
    }

    fn cat(&mut self, index: *mut lzma_index, other: *mut lzma_index) {
        // SAFETY: both are of this library; `other` is not used again.
        let ret = unsafe { (self.lib.lzma_index_cat)(index, other, ptr::null()) };
        self.say("cat", ret.0);
        if ret != LZMA_OK {
            self.end(other);
        }
    }

    fn describe(&mut self, index: *const lzma_index) {
        let lib = self.lib;
        // SAFETY: the Index is of this library.
        unsafe {
            self.say("checks", (lib.lzma_index_checks)(index));
            self.say("streams", (lib.lzma_index_stream_count)(index));
            self.say("blocks", (lib.lzma_index_block_count)(index));
            self.say("size", (lib.lzma_index_size)(index));
            self.say("stream size", (lib.lzma_index_stream_size)(index));
            self.say("total size", (lib.lzma_index_total_size)(index));
            self.say("file size", (lib.lzma_index_file_size)(index));
            self.say("uncompressed size", (lib.lzma_index_uncompressed_size)(index));
        }
    }

    /// True if the size of all Blocks' data together can be encoded. Neither
    /// library checks that when Streams are added, and looking for a place in
    /// more data makes no sense.
    fn is_sane(&self, index: *const lzma_index) -> bool {
        let mut iter = MaybeUninit::<lzma_index_iter>::zeroed();
        let mut sum = 0_u128;
        // SAFETY: the Index is of this library, and lives; the iterator was
        // zeroed first.
        unsafe {
            (self.lib.lzma_index_iter_init)(iter.as_mut_ptr(), index);
            while (self.lib.lzma_index_iter_next)(iter.as_mut_ptr(), LZMA_INDEX_ITER_BLOCK) == 0 {
                sum += u128::from(iter.assume_init_ref().block.uncompressed_size);
            }
        }
        sum <= u128::from(LZMA_VLI_MAX)
    }

    fn walk(&mut self, index: *const lzma_index) {
        let lib = self.lib;
        let sane = self.is_sane(index);
        let mut iter = MaybeUninit::<lzma_index_iter>::zeroed();
        // SAFETY: the Index is of this library, and lives.
        unsafe { (lib.lzma_index_iter_init)(iter.as_mut_ptr(), index) };
        for _ in 0..100 {
            let failed = match self.rng.below(8) {
                0 if sane => {
                    let target = self.size();
                    self.say("locate", target);
                    // SAFETY: as above.
                    unsafe { (lib.lzma_index_iter_locate)(iter.as_mut_ptr(), target) }
                }
                1 => {
                    // SAFETY: as above.
                    unsafe { (lib.lzma_index_iter_rewind)(iter.as_mut_ptr()) };
                    continue;
                }
                _ => {
                    let mode = lzma_index_iter_mode(self.rng.below(5) as u32);
                    self.say("next", mode.0);
                    // SAFETY: as above.
                    unsafe { (lib.lzma_index_iter_next)(iter.as_mut_ptr(), mode) }
                }
            };
            self.say("iterator failed", failed);
            if failed == 0 {
                // SAFETY: zeroed first, so initialised throughout.
                self.place(unsafe { iter.assume_init_ref() });
            }
        }
    }

    fn place(&mut self, iter: &lzma_index_iter) {
        let (stream, block) = (&iter.stream, &iter.block);
        // SAFETY: NULL, or flags in the Index.
        if let Some(flags) = unsafe { stream.flags.as_ref() } {
            self.say("check of the Stream", flags.check.0);
            self.say("backward size", flags.backward_size);
        }
        self.say("number of the Stream", stream.number);
        self.say("blocks", stream.block_count);
        self.say("offset of the Stream", stream.compressed_offset);
        self.say("offset of its data", stream.uncompressed_offset);
        self.say("its size", stream.compressed_size);
        self.say("size of its data", stream.uncompressed_size);
        self.say("padding", stream.padding);
        if stream.block_count == 0 {
            return;
        }
        self.say("number of the Block", block.number_in_file);
        self.say("offset of the Block", block.compressed_file_offset);
        self.say("offset of its data", block.uncompressed_file_offset);
        self.say("number in the Stream", block.number_in_stream);
        self.say("offset in the Stream", block.compressed_stream_offset);
        self.say("offset of its data", block.uncompressed_stream_offset);
        self.say("size of its data", block.uncompressed_size);
        self.say("unpadded size", block.unpadded_size);
        self.say("total size", block.total_size);
    }

    fn run(
        &mut self,
        stream: &mut Stream<'_>,
        init: impl Fn(&Lib, *mut lzma_stream) -> lzma_ret,
        input: &[u8],
        plan: &Plan,
    ) {
        let outcome = stream.run(init, input, plan);
        self.say("init", outcome.init.0);
        self.say("last", outcome.last.0);
        self.say("taken", outcome.total_in);
        self.say("calls", outcome.steps.len() as u64);
        for seek in outcome.seeks {
            self.say("seek", seek);
        }
        for byte in outcome.output {
            self.say("byte", byte);
        }
    }

    fn encode(&mut self, index: *const lzma_index) {
        let plan = plan(&mut self.rng);
        let init = |lib: &Lib, strm| {
            // SAFETY: the Index is of this library and outlives the stream.
            unsafe { (lib.lzma_index_encoder)(strm, index) }
        };
        self.run(&mut Stream::new(self.lib), init, &[], &plan);
    }

    fn decode(&mut self, data: &[u8]) {
        let lib = self.lib;
        let plan = plan(&mut self.rng);
        let limit = if self.rng.one_in(4) { self.rng.skewed(100_000) as u64 } else { 1 << 20 };
        let mut index = ptr::null_mut();
        let place = &raw mut index;
        let init = |lib: &Lib, strm| {
            // SAFETY: the place outlives the stream.
            unsafe { (lib.lzma_index_decoder)(strm, place, limit) }
        };
        self.run(&mut Stream::new(lib), init, data, &plan);
        self.found(index);

        let (mut index, mut limit, mut at) = (ptr::null_mut(), limit, 0);
        // SAFETY: the buffer is as long as said.
        let ret = unsafe {
            (lib.lzma_index_buffer_decode)(
                &mut index,
                &mut limit,
                ptr::null(),
                data.as_ptr(),
                &mut at,
                data.len(),
            )
        };
        self.say("buffer", ret.0);
        self.say("limit", limit);
        self.say("position", at as u64);
        self.found(index);
    }

    /// An Index that a decoder has made, if any.
    fn found(&mut self, index: *mut lzma_index) {
        self.say("an Index", u64::from(!index.is_null()));
        if !index.is_null() {
            self.describe(index);
            self.walk(index);
            self.encode(index);
            self.end(index);
        }
    }

    fn hash(&mut self, data: &[u8]) {
        let lib = self.lib;
        // SAFETY: the hash is of this library and freed once; the buffer is
        // as long as said.
        unsafe {
            let hash = (lib.lzma_index_hash_init)(ptr::null_mut(), ptr::null());
            for _ in 0..self.rng.below(4) {
                let (unpadded, plain) = (self.size(), self.size());
                let ret = (lib.lzma_index_hash_append)(hash, unpadded, plain);
                self.say("hash append", ret.0);
            }
            self.say("hash size", (lib.lzma_index_hash_size)(hash));
            let mut at = 0;
            for chunk in data.chunks(1 + self.rng.skewed(100)) {
                at = 0;
                let ret = (lib.lzma_index_hash_decode)(hash, chunk.as_ptr(), &mut at, chunk.len());
                self.say("hash decode", ret.0);
                if ret != LZMA_OK {
                    break;
                }
            }
            self.say("hash position", at as u64);
            (lib.lzma_index_hash_end)(hash, ptr::null());
        }
    }

    fn file_info(&mut self, data: &[u8]) {
        let plan = plan(&mut self.rng);
        let size = match self.rng.below(8) {
            0 => self.rng.skewed(2 * data.len() + 2) as u64,
            _ => data.len() as u64,
        };
        let mut index = ptr::null_mut();
        let place = &raw mut index;
        let init = |lib: &Lib, strm| {
            // SAFETY: the place outlives the stream.
            unsafe { (lib.lzma_file_info_decoder)(strm, place, 1 << 20, size) }
        };
        if size <= data.len() as u64 {
            self.run(&mut Stream::new(self.lib), init, data, &plan);
            self.found(index);
        }
    }
}
