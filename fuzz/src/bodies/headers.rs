//! Functions for headers and numbers that have no state, beside the
//! original's; Blocks, whose header says how they are decoded.

use std::ptr;

use rlzma::ffi::*;

use super::buffers::MEMORY_MAX;
use super::log::Log;
use crate::common::chain::END;
use crate::common::{Lib, zeroed};

/// The first `len` bytes of the data, with zeros after them if there are fewer.
fn padded(data: &[u8], len: usize) -> Vec<u8> {
    let mut bytes = data[..len.min(data.len())].to_vec();
    bytes.resize(len, 0);
    bytes
}

/// Puts the right CRC32 of the bytes from `from` to `to` where it belongs.
fn mend(bytes: &mut [u8], from: usize, to: usize, at: usize) {
    // SAFETY: the range is within the bytes.
    let crc = unsafe { (Lib::reference().lzma_crc32)(bytes[from..to].as_ptr(), to - from, 0) };
    bytes[at..at + 4].copy_from_slice(&crc.to_le_bytes());
}

impl Log {
    /// Reads a Block Header, which says how to decode what follows.
    pub(super) fn block(&mut self, data: &[u8]) {
        let lib = self.lib;
        let Some(&first @ 1..) = data.first() else { return };
        let size = lzma_block_header_size_decode(first) as usize;
        let mut header = padded(data, size);
        if !self.rng.one_in(8) {
            mend(&mut header, 0, size - 4, size - 4);
        }
        let mut filters = [END; 5];
        let mut block: lzma_block = zeroed();
        block.version = self.rng.below(2) as u32;
        block.ignore_check = self.rng.one_in(8).into();
        block.header_size = size as u32;
        block.check = lzma_check(self.rng.pick(&[0, 1, 4, 10, 4, 1, 3, 16]));
        block.filters = filters.as_mut_ptr();
        // SAFETY: there is room for five filters, and the header is as long
        // as its first byte says.
        let ret =
            unsafe { (lib.lzma_block_header_decode)(&mut block, self.allocator, header.as_ptr()) };
        if !self.returned("decode a Block Header", ret) {
            return;
        }
        self.say_block(&block);
        self.filter_properties(&filters);
        let unpadded = self.rng.skewed(2000) as u64;
        // SAFETY: the Block comes from its header.
        unsafe {
            if self.rng.one_in(4) {
                let ret = (lib.lzma_block_compressed_size)(&mut block, unpadded);
                self.returned("compressed size", ret);
            }
            self.say("unpadded size", (lib.lzma_block_unpadded_size)(&block));
            self.say("total size", (lib.lzma_block_total_size)(&block));
        }
        self.encode_block_header(&block);
        // SAFETY: the chain comes from the header.
        let memory = unsafe { (lib.lzma_raw_decoder_memusage)(filters.as_ptr()) };
        self.say("memory", memory);
        if memory <= MEMORY_MAX {
            self.decode_block(&mut block, data.get(size..).unwrap_or_default());
        }
        // SAFETY: the options come from this allocator, and are freed once.
        unsafe { (lib.lzma_filters_free)(filters.as_mut_ptr(), self.allocator) };
    }

    fn decode_block(&mut self, block: &mut lzma_block, data: &[u8]) {
        let mut at = 0;
        let (place, allocator) = (&raw mut *block, self.allocator);
        let (input, from, len) = (data.as_ptr(), &raw mut at, data.len());
        self.write("decode a Block", 1 << 16, |lib, out, out_pos, end| {
            // SAFETY: both buffers are as long as said; the Block and its
            // filters live.
            unsafe {
                (lib.lzma_block_buffer_decode)(
                    place, allocator, input, from, len, out, out_pos, end,
                )
            }
        });
        self.say("position", at as u64);
        self.say_block(block);
    }

    fn encode_block_header(&mut self, block: &lzma_block) {
        let lib = self.lib;
        let mut again = *block;
        // SAFETY: the Block comes from its header.
        let ret = unsafe { (lib.lzma_block_header_size)(&mut again) };
        if self.returned("size of the Block Header", ret) {
            let mut header = [0; LZMA_BLOCK_HEADER_SIZE_MAX as usize];
            // SAFETY: no header is larger.
            let ret = unsafe { (lib.lzma_block_header_encode)(&again, header.as_mut_ptr()) };
            if self.returned("encode the Block Header", ret) {
                self.say_bytes("the Block Header", &header[..again.header_size as usize]);
            }
        }
    }

    /// Records the members of a Block that functions write.
    pub(super) fn say_block(&mut self, block: &lzma_block) {
        self.say("header size", block.header_size);
        self.say("compressed size", block.compressed_size);
        self.say("uncompressed size", block.uncompressed_size);
        self.say_bytes("raw check", &block.raw_check);
        self.say("ignore the check", block.ignore_check);
    }

    /// Filters with options, as their properties.
    fn filter_properties(&mut self, filters: &[lzma_filter]) {
        let lib = self.lib;
        for filter in filters.iter().take_while(|filter| filter.id != LZMA_VLI_UNKNOWN) {
            self.say("filter", filter.id);
            self.say("options", u64::from(!filter.options.is_null()));
            let mut size = 0;
            // SAFETY: the library has made the filter.
            let ret = unsafe { (lib.lzma_properties_size)(&mut size, filter) };
            if self.returned("size of properties", ret) {
                let mut properties = vec![0; size as usize];
                // SAFETY: the buffer is as long as was asked for.
                let ret = unsafe { (lib.lzma_properties_encode)(filter, properties.as_mut_ptr()) };
                self.returned("encode properties", ret);
                self.say_bytes("properties", &properties);
            }
        }
    }

    /// Reads Filter Flags, and properties without flags.
    pub(super) fn filter_flags(&mut self, data: &[u8]) {
        let lib = self.lib;
        let mut at = 0;
        while at < data.len() {
            let mut filters = [END; 2];
            // SAFETY: the buffer is as long as said.
            let ret = unsafe {
                (lib.lzma_filter_flags_decode)(
                    &mut filters[0],
                    self.allocator,
                    data.as_ptr(),
                    &mut at,
                    data.len(),
                )
            };
            self.say("position", at as u64);
            if !self.returned("decode Filter Flags", ret) {
                break;
            }
            self.filter(&mut filters);
        }
        let (size, ids) = (self.rng.below(7).min(data.len()), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        let id = if self.rng.one_in(2) { self.rng.pick(&ids) } else { LZMA_FILTER_LZMA2 };
        let id = if self.rng.one_in(3) { LZMA_FILTER_LZMA1 } else { id };
        let mut filters = [lzma_filter { id, options: ptr::null_mut() }, END];
        // SAFETY: the buffer is as long as said.
        let ret = unsafe {
            (lib.lzma_properties_decode)(&mut filters[0], self.allocator, data.as_ptr(), size)
        };
        if self.returned("decode properties", ret) {
            self.filter(&mut filters);
        }
    }

    /// One filter that was decoded: encodes and frees it.
    fn filter(&mut self, filters: &mut [lzma_filter; 2]) {
        let lib = self.lib;
        self.filter_properties(filters);
        let place = filters.as_mut_ptr();
        self.write("encode Filter Flags", 40, |lib, out, out_pos, end| {
            // SAFETY: the library has made the filter.
            unsafe { (lib.lzma_filter_flags_encode)(place, out, out_pos, end) }
        });
        // SAFETY: the options come from this allocator, and are freed once.
        unsafe { (lib.lzma_filters_free)(place, self.allocator) };
    }

    /// Reads a Stream Header and Footer.
    pub(super) fn stream_flags(&mut self, data: &[u8]) {
        let lib = self.lib;
        // SAFETY: zeros are fine for each member.
        let mut flags: [lzma_stream_flags; 2] = unsafe { std::mem::zeroed() };
        let (mut header, mut footer) =
            (padded(data, 12), padded(data.get(12..).unwrap_or(&[]), 12));
        if !self.rng.one_in(4) {
            header[..6].copy_from_slice(b"\xfd7zXZ\0");
            footer[10..].copy_from_slice(b"YZ");
            mend(&mut header, 6, 8, 8);
            mend(&mut footer, 4, 10, 0);
        }
        // SAFETY: headers have twelve bytes.
        let (first, second) = unsafe {
            (
                (lib.lzma_stream_header_decode)(&mut flags[0], header.as_ptr()),
                (lib.lzma_stream_footer_decode)(&mut flags[1], footer.as_ptr()),
            )
        };
        let first = self.returned("decode a Stream Header", first);
        let second = self.returned("decode a Stream Footer", second);
        if !first || !second {
            return;
        }
        // SAFETY: the flags are decoded ones, and headers have twelve bytes.
        unsafe {
            let ret = (lib.lzma_stream_flags_compare)(&flags[0], &flags[1]);
            self.returned("compare", ret);
            for flags in &flags {
                self.say("backward size", flags.backward_size);
                self.say("check", flags.check.0);
                let ret = (lib.lzma_stream_header_encode)(flags, header.as_mut_ptr());
                self.returned("encode a Stream Header", ret);
                let ret = (lib.lzma_stream_footer_encode)(flags, footer.as_mut_ptr());
                if self.returned("encode a Stream Footer", ret) {
                    self.say_bytes("the Footer", &footer);
                }
            }
        }
        self.say_bytes("the Header", &header);
    }

    /// Reads variable-length integers, in one call and in several; checks and
    /// branch filters of the same bytes.
    pub(super) fn numbers(&mut self, data: &[u8]) {
        let lib = self.lib;
        let (mut at, mut number) = (0, 0);
        // SAFETY of all: buffers are as long as said.
        // SAFETY: see above.
        let ret = unsafe {
            (lib.lzma_vli_decode)(&mut number, ptr::null_mut(), data.as_ptr(), &mut at, data.len())
        };
        self.returned("decode a number", ret);
        self.say("position", at as u64);
        self.say("number", number);
        // SAFETY: any number may be asked about.
        self.say("its size", unsafe { (lib.lzma_vli_size)(number) });
        self.write("encode the number", 12, |lib, out, out_pos, end| {
            // SAFETY: see above.
            unsafe { (lib.lzma_vli_encode)(number, ptr::null_mut(), out, out_pos, end) }
        });

        let (mut pos, mut number) = (0, 0);
        for chunk in data.chunks(1 + self.rng.below(3)).take(12) {
            let mut at = 0;
            // SAFETY: see above.
            let ret = unsafe {
                (lib.lzma_vli_decode)(&mut number, &mut pos, chunk.as_ptr(), &mut at, chunk.len())
            };
            self.returned("decode a part of a number", ret);
            self.say("number", number);
            if ret != LZMA_OK {
                break;
            }
        }

        let (first, second) = data.split_at(self.rng.below(data.len() + 1));
        let (mut crc32, mut crc64) = (0, 0);
        for part in [first, second] {
            // SAFETY: see above.
            unsafe {
                crc32 = (lib.lzma_crc32)(part.as_ptr(), part.len(), crc32);
                crc64 = (lib.lzma_crc64)(part.as_ptr(), part.len(), crc64);
            }
        }
        self.say("CRC32", crc32);
        self.say("CRC64", crc64);
        self.branches(data);
    }

    fn branches(&mut self, data: &[u8]) {
        let lib = self.lib;
        let start = (self.rng.next_u32() >> self.rng.below(32)) & !3;
        for filter in [
            lib.lzma_bcj_arm64_encode,
            lib.lzma_bcj_arm64_decode,
            lib.lzma_bcj_riscv_encode,
            lib.lzma_bcj_riscv_decode,
            lib.lzma_bcj_x86_encode,
            lib.lzma_bcj_x86_decode,
        ] {
            let mut bytes = data.to_vec();
            // SAFETY: the buffer is as long as said.
            let done = unsafe { filter(start, bytes.as_mut_ptr(), bytes.len()) };
            self.say("filtered", done as u64);
            self.say_bytes("branches", &bytes);
        }
    }
}
