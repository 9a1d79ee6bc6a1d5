//! One `lzma_block` and one filter array, through functions in any sequence,
//! whatever those before have answered: what one has left behind, good or
//! not, is what the next one is given. Both libraries leave the same.

use std::ffi::{CStr, CString};
use std::ptr;

use crate::common::chain::{END, FilterChain};
use crate::common::{Allocator, Lib, Rng, data, is_enough, seeds, zeroed};
use rlzma::ffi::*;

/// Room for a Block Header and a small Block.
const ROOM: usize = 3000;

#[derive(Clone, Debug)]
enum Op {
    /// The application sets members.
    Version(u32),
    HeaderSize(u32),
    Check(lzma_check),
    Compressed(u64),
    Uncompressed(u64),
    IgnoreCheck(lzma_bool),
    /// Damages a byte of what was written.
    Damage(usize, u8),
    /// Makes `header_size` what the first byte says.
    Believe,
    /// Another chain: a copy, or from text, or none.
    Copy(FilterChain),
    Text(CString, u32),
    Free,
    Header,
    HeaderEncode,
    HeaderDecode,
    CompressedSize(u64),
    Encode {
        len: usize,
        space: usize,
        store: bool,
    },
    Decode {
        space: usize,
    },
    Write(u32),
    FlagsEncode {
        at: usize,
        space: usize,
    },
    FlagsDecode {
        at: usize,
    },
}

fn size(rng: &mut Rng) -> u64 {
    match rng.below(6) {
        0 => rng.pick(&[0, 1, LZMA_VLI_MAX, LZMA_VLI_MAX + 1, LZMA_VLI_MAX - 40]),
        1 => rng.next_u64() >> rng.below(64),
        2 => LZMA_VLI_UNKNOWN,
        _ => rng.below(1000) as u64,
    }
}

fn any_chain(rng: &mut Rng) -> FilterChain {
    let last = if rng.one_in(6) { LZMA_FILTER_LZMA1 } else { LZMA_FILTER_LZMA2 };
    FilterChain::small_or_spoiled(last, rng)
}

fn any_text(rng: &mut Rng) -> CString {
    let filters = ["lzma2", "lzma2:dict=4KiB", "lzma2:dict=4KiB,lc=5", "lzma1:preset=0", "x86"];
    let others =
        ["delta:dist=3", "delta:dist=300", "arm64:start=7", "6e", "0", "", "nonsense", "--"];
    let mut text = String::new();
    for _ in 0..1 + rng.below(5) {
        let part = if rng.one_in(2) { rng.pick(&filters) } else { rng.pick(&others) };
        text += part;
        text += rng.pick(&[" ", "--", ""]);
    }
    CString::new(text).expect("no zeros")
}

fn op(rng: &mut Rng) -> Op {
    match rng.below(26) {
        0 => Op::Version(if rng.one_in(4) { rng.below(4) as u32 } else { rng.below(2) as u32 }),
        1 => Op::HeaderSize(4 * rng.skewed(300) as u32 + u32::from(rng.one_in(10))),
        2 => Op::Check(lzma_check(rng.pick(&[0, 1, 1, 4, 4, 10, 10, 2, 15, 16]))),
        3 => Op::Compressed(size(rng)),
        4 => Op::Uncompressed(size(rng)),
        5 => Op::IgnoreCheck(lzma_bool::from(rng.one_in(2))),
        6 => Op::Damage(rng.skewed(200), rng.byte()),
        7 | 8 => Op::Believe,
        9 | 10 => Op::Copy(any_chain(rng)),
        11 => Op::Text(any_text(rng), rng.below(4) as u32),
        12 if rng.one_in(3) => Op::Free,
        12 | 13 => Op::Header,
        14 | 15 => Op::HeaderEncode,
        16 | 17 => Op::HeaderDecode,
        18 => Op::CompressedSize(size(rng)),
        19 | 20 => Op::Encode {
            len: rng.skewed(1500),
            space: if rng.one_in(4) { rng.below(200) } else { ROOM },
            store: rng.one_in(3),
        },
        21 | 22 => Op::Decode { space: if rng.one_in(4) { rng.below(200) } else { ROOM } },
        // Options for encoders are not what a decoder makes sure of.
        23 => Op::Write(rng.next_u32() & 0xF0 & !LZMA_STR_ENCODER),
        24 => Op::FlagsEncode { at: rng.below(30), space: rng.below(50) },
        _ => Op::FlagsDecode { at: rng.below(30) },
    }
}

/// One library, and what it works on.
struct Player<'a> {
    lib: &'a Lib,
    allocator: &'a Allocator,
    block: Box<lzma_block>,
    filters: Box<[lzma_filter; LZMA_FILTERS_MAX + 1]>,
    /// The Block that was encoded last.
    bytes: Vec<u8>,
    data: &'a [u8],
}

/// The answer of an operation, and the state that it leaves behind.
#[derive(PartialEq, Debug)]
struct Answer {
    ret: lzma_ret,
    text: Option<CString>,
    positions: (usize, usize),
    /// A CRC32 of all bytes.
    bytes: u32,
    output: Vec<u8>,
    sizes: [u64; 2],
    block: ([u32; 3], lzma_bool, [u64; 2], [u8; 64]),
    filters: Vec<(u64, Vec<u32>)>,
}

fn crc32(bytes: &[u8]) -> u32 {
    // SAFETY: the buffer is as long as said.
    unsafe { (Lib::reference().lzma_crc32)(bytes.as_ptr(), bytes.len(), 0) }
}

/// The options of a filter that a decoder or a copy makes sure of.
fn options(filter: &lzma_filter) -> Vec<u32> {
    if filter.options.is_null() {
        return Vec::new();
    }
    // SAFETY: the options are of the kind that the ID says.
    unsafe {
        match filter.id {
            LZMA_FILTER_LZMA1 | LZMA_FILTER_LZMA1EXT => {
                let options = &*filter.options.cast::<lzma_options_lzma>();
                vec![options.dict_size, options.lc, options.lp, options.pb]
            }
            LZMA_FILTER_LZMA2 => vec![(*filter.options.cast::<lzma_options_lzma>()).dict_size],
            LZMA_FILTER_DELTA => vec![(*filter.options.cast::<lzma_options_delta>()).dist],
            _ => vec![(*filter.options.cast::<lzma_options_bcj>()).start_offset],
        }
    }
}

impl<'a> Player<'a> {
    fn new(lib: &'a Lib, allocator: &'a Allocator, data: &'a [u8]) -> Player<'a> {
        let mut block: Box<lzma_block> = Box::new(zeroed());
        let mut filters = Box::new([END; LZMA_FILTERS_MAX + 1]);
        block.filters = filters.as_mut_ptr();
        Player { lib, allocator, block, filters, bytes: vec![0; ROOM], data }
    }

    /// The filters in the array before its end.
    fn chain(&self) -> impl Iterator<Item = &lzma_filter> {
        self.filters.iter().take_while(|filter| filter.id != LZMA_VLI_UNKNOWN)
    }

    fn free(&mut self) {
        // SAFETY: what is in the array is of this allocator, or NULL.
        unsafe {
            (self.lib.lzma_filters_free)(self.filters.as_mut_ptr(), self.allocator.as_ptr());
        }
    }

    /// Has `call` fill the array. It is the caller's task to free what was
    /// there, when it is there no more.
    fn fill<R>(&mut self, call: impl FnOnce(&mut Self) -> R) -> R {
        let mut before = *self.filters;
        let result = call(self);
        let same = |(a, b): (&lzma_filter, &lzma_filter)| a.id == b.id && a.options == b.options;
        let same = before.iter().zip(&*self.filters).all(same);
        if !same {
            let allocator = self.allocator.as_ptr();
            // SAFETY: the array holds others now.
            unsafe { (self.lib.lzma_filters_free)(before.as_mut_ptr(), allocator) };
        }
        result
    }

    fn header_encode(&mut self) -> lzma_ret {
        let mut header = vec![0; 1100];
        // SAFETY: no header is larger.
        let ret = unsafe { (self.lib.lzma_block_header_encode)(&*self.block, header.as_mut_ptr()) };
        if ret == LZMA_OK {
            let size = self.block.header_size as usize;
            self.bytes[..size].copy_from_slice(&header[..size]);
        }
        ret
    }

    fn encode(&mut self, len: usize, space: usize, store: bool) -> (lzma_ret, usize) {
        let mut out = vec![0; ROOM];
        let mut pos = 0;
        let data = &self.data[..len.min(self.data.len())];
        // SAFETY: the buffers are as long as said.
        let ret = unsafe {
            let (to, len) = (out.as_mut_ptr(), data.len());
            let block = &raw mut *self.block;
            if store {
                let encode = self.lib.lzma_block_uncomp_encode;
                encode(block, data.as_ptr(), len, to, &mut pos, space)
            } else {
                let encode = self.lib.lzma_block_buffer_encode;
                encode(block, self.allocator.as_ptr(), data.as_ptr(), len, to, &mut pos, space)
            }
        };
        if ret == LZMA_OK {
            self.bytes = out;
        }
        (ret, pos)
    }

    fn decode(&mut self, space: usize) -> (lzma_ret, (usize, usize), Vec<u8>) {
        let mut out = vec![0; space];
        let mut in_pos = (self.block.header_size as usize).min(ROOM);
        let mut out_pos = 0;
        // SAFETY: the buffers are as long as said.
        let ret = unsafe {
            (self.lib.lzma_block_buffer_decode)(
                &mut *self.block,
                self.allocator.as_ptr(),
                self.bytes.as_ptr(),
                &mut in_pos,
                ROOM,
                out.as_mut_ptr(),
                &mut out_pos,
                space,
            )
        };
        out.truncate(out_pos);
        (ret, (in_pos, out_pos), out)
    }

    fn text(&mut self, text: &CStr, flags: u32) -> (Option<CString>, usize) {
        let mut position = 77;
        let message = self.fill(|player| {
            let (filters, allocator) = (player.filters.as_mut_ptr(), player.allocator.as_ptr());
            let (lib, text) = (player.lib, text.as_ptr());
            // SAFETY: there is room for five.
            unsafe { (lib.lzma_str_to_filters)(text, &mut position, filters, flags, allocator) }
        });
        // SAFETY: a message is a string of the library's.
        let message = (!message.is_null()).then(|| unsafe { CStr::from_ptr(message).to_owned() });
        (message, position as usize)
    }

    fn write(&mut self, flags: u32) -> (lzma_ret, Option<CString>) {
        let mut text = ptr::dangling_mut();
        let (filters, allocator) = (self.filters.as_ptr(), self.allocator.as_ptr());
        // SAFETY: the chain has an end; the text is freed where it came from.
        unsafe {
            let ret = (self.lib.lzma_str_from_filters)(&mut text, filters, flags, allocator);
            if text.is_null() {
                return (ret, None);
            }
            let copy = CStr::from_ptr(text).to_owned();
            let allocator = &*allocator;
            allocator.free.expect("it can free")(allocator.opaque, text.cast());
            (ret, Some(copy))
        }
    }

    fn apply(&mut self, op: &Op) -> Answer {
        let (lib, allocator) = (self.lib, self.allocator.as_ptr());
        let (mut positions, mut output, mut text) = ((0, 0), Vec::new(), None);
        let mut ret = LZMA_OK;
        match op {
            Op::Version(version) => self.block.version = *version,
            Op::HeaderSize(size) => self.block.header_size = *size,
            Op::Check(check) => self.block.check = *check,
            Op::Compressed(size) => self.block.compressed_size = *size,
            Op::Uncompressed(size) => self.block.uncompressed_size = *size,
            Op::IgnoreCheck(ignore) => self.block.ignore_check = *ignore,
            Op::Damage(at, byte) => self.bytes[*at] ^= byte,
            Op::Believe => {
                self.block.header_size = lzma_block_header_size_decode(self.bytes[0]);
            }
            Op::Copy(chain) => {
                ret = self.fill(|player| {
                    let to = player.filters.as_mut_ptr();
                    // SAFETY: the chain has an end, and the array room for five.
                    chain.with(|from| unsafe { (lib.lzma_filters_copy)(from, to, allocator) })
                });
            }
            Op::Text(string, flags) => (text, positions.0) = self.text(string, *flags),
            Op::Free => self.free(),
            // SAFETY: the structure is valid.
            Op::Header => ret = unsafe { (lib.lzma_block_header_size)(&mut *self.block) },
            Op::HeaderEncode => ret = self.header_encode(),
            Op::HeaderDecode => {
                self.block.filters = self.filters.as_mut_ptr();
                let mut before = *self.filters;
                let bytes = self.bytes.as_ptr();
                // SAFETY: there is room for five; no header is larger than
                // the buffer. What was in the array is not freed there.
                unsafe {
                    ret = (lib.lzma_block_header_decode)(&mut *self.block, allocator, bytes);
                    (lib.lzma_filters_free)(before.as_mut_ptr(), allocator);
                }
            }
            Op::CompressedSize(unpadded) => {
                // SAFETY: the structure is valid.
                ret = unsafe { (lib.lzma_block_compressed_size)(&mut *self.block, *unpadded) };
            }
            Op::Encode { len, space, store } => {
                (ret, positions.1) = self.encode(*len, *space, *store);
            }
            Op::Decode { space } => (ret, positions, output) = self.decode(*space),
            Op::Write(flags) => (ret, text) = self.write(*flags),
            Op::FlagsEncode { at, space } => {
                let mut pos = *at;
                let end = (at + space).min(ROOM);
                let bytes = self.bytes.as_mut_ptr();
                // SAFETY: the buffer is larger.
                ret = unsafe {
                    (lib.lzma_filter_flags_encode)(&self.filters[0], bytes, &mut pos, end)
                };
                positions.1 = pos;
            }
            Op::FlagsDecode { at } => {
                let mut filters = [END; 2];
                positions.0 = *at;
                let bytes = self.bytes.as_ptr();
                // SAFETY: the buffer is larger; what comes out is freed.
                unsafe {
                    ret = (lib.lzma_filter_flags_decode)(
                        &mut filters[0],
                        allocator,
                        bytes,
                        &mut positions.0,
                        at + 40,
                    );
                    output.extend(filters[0].id.to_le_bytes());
                    output.extend(options(&filters[0]).iter().flat_map(|n| n.to_le_bytes()));
                    (lib.lzma_filters_free)(filters.as_mut_ptr(), allocator);
                }
            }
        }
        self.answer(ret, text, positions, output)
    }

    fn answer(
        &self,
        ret: lzma_ret,
        text: Option<CString>,
        positions: (usize, usize),
        output: Vec<u8>,
    ) -> Answer {
        let block = &*self.block;
        // SAFETY: the structure is valid.
        let sizes = unsafe {
            [(self.lib.lzma_block_unpadded_size)(block), (self.lib.lzma_block_total_size)(block)]
        };
        Answer {
            ret,
            text,
            positions,
            bytes: crc32(&self.bytes),
            output,
            sizes,
            block: (
                [block.version, block.header_size, block.check.0],
                block.ignore_check,
                [block.compressed_size, block.uncompressed_size],
                block.raw_check,
            ),
            filters: self.chain().map(|filter| (filter.id, options(filter))).collect(),
        }
    }
}

impl Drop for Player<'_> {
    fn drop(&mut self) {
        self.free();
    }
}

#[test]
fn any_sequence_of_functions() {
    let (mut errors, mut good) = (0, 0);
    let data = data::generate(data::Kind::Mixture, 1500, &mut Rng::new(1));
    seeds(10_000, |rng| {
        let allocators = [Allocator::new(), Allocator::new()];
        let mut want = Player::new(Lib::reference(), &allocators[0], &data);
        let mut have = Player::new(Lib::ours(), &allocators[1], &data);
        let mut ops = Vec::new();
        for _ in 0..40 {
            ops.push(op(rng));
            let last = ops.last().expect("one at least");
            let answer = want.apply(last);
            assert_eq!(answer, have.apply(last), "after {ops:?}");
            match (last, answer.ret) {
                (_, ret) if ret != LZMA_OK => errors += 1,
                (Op::HeaderDecode | Op::Decode { .. } | Op::Encode { .. }, _) => good += 1,
                _ => {}
            }
        }
        drop((want, have));
        allocators.iter().for_each(Allocator::check);
    });
    eprintln!("{errors} errors, {good} Blocks and headers");
    let all = is_enough(errors, 100_000) && is_enough(good, 15_000);
    assert!(all, "{errors} errors, {good} good");
}
