//! One buffer, one filter array, two `lzma_stream_flags`, one Index and one limit,
//! through functions that do all in one call, in any sequence, whatever those
//! before have answered: what one has left behind, good or not, is what the next
//! one is given. Both libraries leave the same. (`lzma_block` has
//! `block_sequences.rs`, streams have `stream_reuse.rs`.)

use std::ptr::{self, null_mut};

use crate::common::buffer_ops::{Null, Op, Part, ROOM, op};
use crate::common::chain::{END, FilterChain, LZMA_FILTERS, preset_options};
use crate::common::mutate::crc32;
use crate::common::random_fields::{check, describe, garbage};
use crate::common::{Allocator, Lib, Rng, data, is_enough, seeds};
use rlzma::ffi::*;

/// The largest Block Header of the chains here: two sizes of nine bytes, and four
/// filters with IDs of a byte and Properties of four.
const BLOCK_HEADER_MAX: usize = 2 + 2 * 9 + 4 * (2 + 4) + 4;

/// One library, and what it works on.
struct Player<'a> {
    lib: &'a Lib,
    allocator: &'a Allocator,
    flags: [lzma_stream_flags; 2],
    filters: Box<[lzma_filter; LZMA_FILTERS_MAX + 1]>,
    index: *mut lzma_index,
    limit: u64,
    bytes: Vec<u8>,
    data: &'a [u8],
}

/// The answer of a function, besides what it leaves in structures.
#[derive(PartialEq, Debug)]
struct Told {
    ret: lzma_ret,
    size: u32,
    in_pos: usize,
    out_pos: usize,
    /// All that there was room for, also after an error.
    output: Vec<u8>,
    /// A filter that an error keeps from becoming part of the chain.
    filter: String,
}

impl Told {
    fn new(ret: lzma_ret) -> Told {
        let (output, filter) = (Vec::new(), String::new());
        Told { ret, size: 0, in_pos: 0, out_pos: 0, output, filter }
    }
}

/// The answer of a function, and the state that it leaves behind.
#[derive(PartialEq, Debug)]
struct Answer {
    told: Told,
    flags: String,
    filters: Vec<String>,
    index: Option<[u64; 4]>,
    limit: u64,
    bytes: u32,
}

impl<'a> Player<'a> {
    fn new(lib: &'a Lib, allocator: &'a Allocator, data: &'a [u8], rng: &mut Rng) -> Player<'a> {
        Player {
            lib,
            allocator,
            flags: [(); 2].map(|()| lzma_stream_flags {
                version: u32::from(rng.one_in(4)),
                check: check(rng),
                // SAFETY: integers only.
                ..unsafe { garbage(rng) }
            }),
            filters: Box::new([END; LZMA_FILTERS_MAX + 1]),
            // SAFETY: the allocator is valid.
            index: unsafe { (lib.lzma_index_init)(allocator.as_ptr()) },
            limit: u64::MAX,
            bytes: vec![0; ROOM],
            data,
        }
    }

    fn free(&mut self) {
        // SAFETY: what is in the array is of this allocator, or NULL.
        unsafe {
            (self.lib.lzma_filters_free)(self.filters.as_mut_ptr(), self.allocator.as_ptr());
        }
    }

    fn copy(&mut self, chain: &FilterChain) -> Told {
        let mut before = *self.filters;
        let (lib, allocator) = (self.lib, self.allocator.as_ptr());
        let to = self.filters.as_mut_ptr();
        // SAFETY: the chain has an end, and the array room for five.
        let ret = chain.with(|from| unsafe { (lib.lzma_filters_copy)(from, to, allocator) });
        if ret == LZMA_OK {
            // SAFETY: there are others now.
            unsafe { (lib.lzma_filters_free)(before.as_mut_ptr(), allocator) };
            // A copy ends before those that are gone, which nobody may use.
            let after = self.filters.iter_mut().skip_while(|f| f.id != LZMA_VLI_UNKNOWN);
            after.for_each(|filter| *filter = END);
        }
        Told::new(ret)
    }

    fn copy_null(&mut self, from: bool) -> Told {
        let (mut other, allocator) = ([END; LZMA_FILTERS_MAX + 1], self.allocator.as_ptr());
        let (source, to) = if from {
            (ptr::null(), other.as_mut_ptr())
        } else {
            (self.filters.as_ptr(), null_mut())
        };
        // SAFETY: NULL is an error, no more.
        let ret = unsafe { (self.lib.lzma_filters_copy)(source, to, allocator) };
        Told::new(ret)
    }

    /// Makes a filter that has been decoded the chain.
    fn decoded(&mut self, filter: lzma_filter, told: Told) -> Told {
        if told.ret == LZMA_OK {
            self.free();
            *self.filters = [END; LZMA_FILTERS_MAX + 1];
            self.filters[0] = filter;
            self.complete();
            return told;
        }
        // SAFETY: a library has left it.
        Told { filter: unsafe { describe(&filter) }, ..told }
    }

    /// Sets what a decoder leaves to the application, which wants to encode as well,
    /// with little memory.
    fn complete(&mut self) {
        if !LZMA_FILTERS.contains(&self.filters[0].id) {
            return;
        }
        // SAFETY: these are the options of an LZMA filter; only members that are
        // set are read.
        unsafe {
            let options = self.filters[0].options.cast::<lzma_options_lzma>();
            let mut all = preset_options(0);
            all.dict_size = (*options).dict_size.min(1 << 16);
            if self.filters[0].id != LZMA_FILTER_LZMA2 {
                (all.lc, all.lp, all.pb) = ((*options).lc, (*options).lp, (*options).pb);
            }
            all.ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
            lzma_set_ext_size(&mut all, 100);
            *options = all;
        }
    }

    fn properties_decode(&mut self, id: u64, at: usize, size: usize) -> Told {
        // Not to be believed.
        let mut filter = lzma_filter { id, options: ptr::dangling_mut::<u64>().cast() };
        let props = self.bytes[at..][..size].as_ptr();
        let decode = self.lib.lzma_properties_decode;
        // SAFETY: the buffer is as long as said.
        let ret = unsafe { decode(&mut filter, self.allocator.as_ptr(), props, size) };
        self.decoded(filter, Told::new(ret))
    }

    fn filter_decode(&mut self, part: Part) -> Told {
        let (mut filter, mut in_pos) = (END, part.pos);
        let (bytes, decode) = (self.bytes.as_ptr(), self.lib.lzma_filter_flags_decode);
        let allocator = self.allocator.as_ptr();
        // SAFETY: the buffer is as long as said.
        let ret = unsafe { decode(&mut filter, allocator, bytes, &mut in_pos, part.end) };
        self.decoded(filter, Told { in_pos, ..Told::new(ret) })
    }

    /// Has `encode` write to a part of the buffer, and tells what lies there then.
    /// After an error, it is as before for who comes next.
    fn write(
        &mut self,
        part: Part,
        null: Null,
        encode: impl FnOnce(&Self, *mut u8, *mut usize) -> lzma_ret,
    ) -> Told {
        let (mut bytes, mut pos) = (self.bytes.clone(), part.pos);
        let out = if null == Null::Output { null_mut() } else { bytes.as_mut_ptr() };
        let out_pos = if null == Null::OutPos { null_mut() } else { &raw mut pos };
        let ret = encode(self, out, out_pos);
        assert!(bytes[..part.pos.min(ROOM)] == self.bytes[..part.pos.min(ROOM)]);
        assert!(bytes[part.end..] == self.bytes[part.end..]);
        if ret == LZMA_OK {
            self.bytes[..pos].copy_from_slice(&bytes[..pos]);
        }
        let output = bytes.get(part.pos..part.end).unwrap_or_default().to_vec();
        Told { out_pos: pos, output, ..Told::new(ret) }
    }

    /// As [`Player::write`], for a Stream with a Block. After an error, the place of
    /// the Block Header may have anything, as nobody has written one there.
    fn write_stream(
        &mut self,
        part: Part,
        null: Null,
        encode: impl FnOnce(&Self, *mut u8, *mut usize) -> lzma_ret,
    ) -> Told {
        let mut told = self.write(part, null, encode);
        if told.ret != LZMA_OK {
            let block = told.output.iter_mut().skip(LZMA_STREAM_HEADER_SIZE);
            block.take(BLOCK_HEADER_MAX).for_each(|byte| *byte = 0);
        }
        told
    }

    /// Has `decode` read a part of the buffer, and write to another buffer.
    fn read(
        &mut self,
        (from, to): (Part, Part),
        null: Null,
        decode: impl FnOnce(&mut Self, (*const u8, *mut usize), (*mut u8, *mut usize)) -> lzma_ret,
    ) -> Told {
        let mut output = vec![0; ROOM];
        let (mut in_pos, mut out_pos) = (from.pos, to.pos);
        let input = if null == Null::Input { ptr::null() } else { self.bytes.as_ptr() };
        let out = if null == Null::Output { null_mut() } else { output.as_mut_ptr() };
        let at_in = if null == Null::InPos { null_mut() } else { &raw mut in_pos };
        let at_out = if null == Null::OutPos { null_mut() } else { &raw mut out_pos };
        let ret = decode(self, (input, at_in), (out, at_out));
        assert!(output[to.end..].iter().all(|byte| *byte == 0));
        output.truncate(to.end);
        Told { in_pos, out_pos, output, ..Told::new(ret) }
    }

    /// Data, or NULL, of which nothing may be read then.
    fn data(&self, len: usize, null: Null) -> *const u8 {
        if null == Null::Input { ptr::null() } else { self.data[..len].as_ptr() }
    }

    fn chain(&self, null: Null) -> *mut lzma_filter {
        if null == Null::Filters { null_mut() } else { self.filters.as_ptr().cast_mut() }
    }

    fn index_decode(&mut self, part: Part, null: Null) -> Told {
        let mut in_pos = part.pos;
        let input = if null == Null::Input { ptr::null() } else { self.bytes.as_ptr() };
        let pos = if null == Null::InPos { null_mut() } else { &raw mut in_pos };
        let limit = if null == Null::OutPos { null_mut() } else { &raw mut self.limit };
        let mut index = ptr::dangling_mut();
        let place = if null == Null::Output { null_mut() } else { &raw mut index };
        let (lib, allocator) = (self.lib, self.allocator.as_ptr());
        // SAFETY: pointers are NULL or valid; the Index before is freed once there
        // is another, or none.
        let ret = unsafe {
            let ret = (lib.lzma_index_buffer_decode)(place, limit, allocator, input, pos, part.end);
            if null != Null::Output {
                (lib.lzma_index_end)(self.index, allocator);
                self.index = index;
            }
            ret
        };
        Told { in_pos, ..Told::new(ret) }
    }

    /// A Stream Header or Footer, whose encoder may leave a part of it after an error
    /// (`header_fields.rs` tests that ours does not).
    fn field_encode(&mut self, which: usize, at: usize, footer: bool) -> Told {
        let mut field = [0; LZMA_STREAM_HEADER_SIZE];
        let (lib, flags) = (self.lib, &self.flags[which]);
        let encode =
            if footer { lib.lzma_stream_footer_encode } else { lib.lzma_stream_header_encode };
        // SAFETY: the buffer has room for either.
        let ret = unsafe { encode(flags, field.as_mut_ptr()) };
        if ret == LZMA_OK {
            self.bytes[at..][..field.len()].copy_from_slice(&field);
        }
        Told::new(ret)
    }

    fn field_decode(&mut self, which: usize, at: usize, footer: bool) -> Told {
        let lib = self.lib;
        let decode =
            if footer { lib.lzma_stream_footer_decode } else { lib.lzma_stream_header_decode };
        let field = &self.bytes[at..][..LZMA_STREAM_HEADER_SIZE];
        // SAFETY: the buffer is as long as either.
        let ret = unsafe { decode(&mut self.flags[which], field.as_ptr()) };
        Told::new(ret)
    }

    fn repair(&mut self, at: usize, footer: bool) {
        let field = &mut self.bytes[at..][..LZMA_STREAM_HEADER_SIZE];
        let (covered, crc) = if footer { (4..10, 0) } else { (6..8, 8) };
        let sum = crc32(&field[covered]);
        field[crc..][..4].copy_from_slice(&sum.to_le_bytes());
    }

    /// Functions that read or write fields.
    fn fields(&mut self, op: &Op) -> Told {
        let lib = self.lib;
        let mut told = Told::new(LZMA_OK);
        // SAFETY of all: structures and buffers are as demanded.
        match *op {
            Op::Version(which, version) => self.flags[which].version = version,
            Op::Check(which, check) => self.flags[which].check = check,
            Op::Backward(which, size) => self.flags[which].backward_size = size,
            Op::HeaderEncode(which, at) => return self.field_encode(which, at, false),
            Op::FooterEncode(which, at) => return self.field_encode(which, at, true),
            Op::HeaderDecode(which, at) => return self.field_decode(which, at, false),
            Op::FooterDecode(which, at) => return self.field_decode(which, at, true),
            Op::FlagsCompare => {
                let [a, b] = &self.flags;
                // SAFETY: see above.
                told.ret = unsafe { (lib.lzma_stream_flags_compare)(a, b) };
            }
            Op::Damage(at, byte) => self.bytes[at] ^= byte,
            Op::Repair(at, footer) => self.repair(at, footer),
            Op::CopyNull(from) => return self.copy_null(from),
            Op::Free => self.free(),
            Op::PropertiesSize(which) => {
                let filter = &self.filters[which];
                // SAFETY: see above.
                told.ret = unsafe { (lib.lzma_properties_size)(&mut told.size, filter) };
            }
            Op::PropertiesEncode(which, at) => {
                let (filter, props) = (&self.filters[which], self.bytes[at..].as_mut_ptr());
                // SAFETY: see above.
                told.ret = unsafe { (lib.lzma_properties_encode)(filter, props) };
            }
            Op::PropertiesDecode(id, at, size) => return self.properties_decode(id, at, size),
            Op::FilterSize(which) => {
                let filter = &self.filters[which];
                // SAFETY: see above.
                told.ret = unsafe { (lib.lzma_filter_flags_size)(&mut told.size, filter) };
            }
            Op::FilterEncode(which, part) => {
                return self.write(part, Null::None, |player, out, pos| {
                    let filter = &player.filters[which];
                    // SAFETY: see above.
                    unsafe { (lib.lzma_filter_flags_encode)(filter, out, pos, part.end) }
                });
            }
            Op::FilterDecode(part) => return self.filter_decode(part),
            ref other => return self.coders(other),
        }
        told
    }

    /// Functions that encode or decode all that there is.
    fn coders(&mut self, op: &Op) -> Told {
        let (lib, allocator) = (self.lib, self.allocator.as_ptr());
        // SAFETY of all: pointers are NULL or valid, and buffers as long as said.
        match *op {
            Op::RawEncode(len, to, null) => self.write(to, null, |player, out, pos| {
                let (filters, data) = (player.chain(null), player.data(len, null));
                let encode = lib.lzma_raw_buffer_encode;
                // SAFETY: see above.
                unsafe { encode(filters, allocator, data, len, out, pos, to.end) }
            }),
            Op::StreamEncode(check, len, to, null) => {
                self.write_stream(to, null, |player, out, pos| {
                    let (filters, data) = (player.chain(null), player.data(len, null));
                    let encode = lib.lzma_stream_buffer_encode;
                    // SAFETY: see above.
                    unsafe { encode(filters, check, allocator, data, len, out, pos, to.end) }
                })
            }
            Op::EasyEncode(preset, check, len, to, null) => {
                self.write_stream(to, null, |player, out, pos| {
                    let data = player.data(len, null);
                    let encode = lib.lzma_easy_buffer_encode;
                    // SAFETY: see above.
                    unsafe { encode(preset, check, allocator, data, len, out, pos, to.end) }
                })
            }
            Op::RawDecode(from, to, null) => {
                self.read((from, to), null, |player, (input, in_pos), (out, out_pos)| {
                    let filters = player.chain(null);
                    let decode = lib.lzma_raw_buffer_decode;
                    let (len, size) = (from.end, to.end);
                    // SAFETY: see above.
                    unsafe { decode(filters, allocator, input, in_pos, len, out, out_pos, size) }
                })
            }
            Op::StreamDecode(flags, from, to, null) => {
                self.read((from, to), null, |player, (input, in_pos), (out, out_pos)| {
                    let limit = &mut player.limit;
                    let decode = lib.lzma_stream_buffer_decode;
                    let (len, size) = (from.end, to.end);
                    // SAFETY: see above.
                    unsafe {
                        decode(limit, flags, allocator, input, in_pos, len, out, out_pos, size)
                    }
                })
            }
            Op::Limit(limit) => {
                self.limit = limit;
                Told::new(LZMA_OK)
            }
            Op::Append(unpadded, uncompressed) => {
                let append = lib.lzma_index_append;
                // SAFETY: see above.
                let ret = unsafe { append(self.index, allocator, unpadded, uncompressed) };
                Told::new(ret)
            }
            Op::IndexEncode(to, null) => self.write(to, null, |player, out, pos| {
                let index = if null == Null::Filters { null_mut() } else { player.index };
                // SAFETY: see above.
                unsafe { (lib.lzma_index_buffer_encode)(index, out, pos, to.end) }
            }),
            Op::IndexDecode(from, null) => self.index_decode(from, null),
            Op::Copy(ref chain) => self.copy(chain),
            ref other => unreachable!("{other:?} is no coder"),
        }
    }

    fn apply(&mut self, op: &Op) -> Answer {
        let told = self.fields(op);
        let (lib, index) = (self.lib, self.index);
        let filters = self.filters.iter().take_while(|filter| filter.id != LZMA_VLI_UNKNOWN);
        Answer {
            told,
            flags: format!("{:?}", self.flags),
            // SAFETY: a library has made them.
            filters: filters.map(|filter| unsafe { describe(filter) }).collect(),
            // SAFETY: an Index of this library.
            index: (!index.is_null()).then(|| unsafe {
                [
                    (lib.lzma_index_block_count)(index),
                    (lib.lzma_index_total_size)(index),
                    (lib.lzma_index_size)(index),
                    (lib.lzma_index_uncompressed_size)(index),
                ]
            }),
            limit: self.limit,
            bytes: crc32(&self.bytes),
        }
    }
}

impl Drop for Player<'_> {
    fn drop(&mut self) {
        self.free();
        // SAFETY: an Index of this library and allocator, or NULL.
        unsafe { (self.lib.lzma_index_end)(self.index, self.allocator.as_ptr()) };
    }
}

/// Numbers of good answers and of others, by kind of function.
#[derive(Default, Debug)]
struct Counts {
    headers: [usize; 2],
    filters: [usize; 2],
    encoders: [usize; 2],
    decoders: [usize; 2],
    indexes: [usize; 2],
}

impl Counts {
    fn add(&mut self, op: &Op, ret: lzma_ret) {
        let of = match op {
            Op::HeaderEncode(..)
            | Op::FooterEncode(..)
            | Op::HeaderDecode(..)
            | Op::FooterDecode(..) => &mut self.headers,
            Op::PropertiesSize(_)
            | Op::PropertiesEncode(..)
            | Op::PropertiesDecode(..)
            | Op::FilterSize(_)
            | Op::FilterEncode(..)
            | Op::FilterDecode(_) => &mut self.filters,
            Op::RawEncode(..) | Op::StreamEncode(..) | Op::EasyEncode(..) => &mut self.encoders,
            Op::RawDecode(..) | Op::StreamDecode(..) => &mut self.decoders,
            Op::IndexEncode(..) | Op::IndexDecode(..) => &mut self.indexes,
            _ => return,
        };
        of[usize::from(ret != LZMA_OK)] += 1;
    }
}

#[test]
fn any_sequence_of_functions() {
    let mut counts = Counts::default();
    let data = data::generate(data::Kind::Mixture, 1500, &mut Rng::new(1));
    seeds(3000, |rng| {
        let allocators = [Allocator::new(), Allocator::new()];
        let mut same = rng.clone();
        let mut want = Player::new(Lib::reference(), &allocators[0], &data, &mut same);
        let mut have = Player::new(Lib::ours(), &allocators[1], &data, rng);
        let mut ops = Vec::new();
        for _ in 0..60 {
            ops.push(op(rng));
            let last = ops.last().expect("one at least");
            let answer = want.apply(last);
            assert_eq!(answer, have.apply(last), "after {ops:?}");
            counts.add(last, answer.told.ret);
        }
        drop((want, have));
        allocators.iter().for_each(Allocator::check);
    });
    eprintln!("good and refused: {counts:?}");
    let Counts { headers, filters, encoders, decoders, indexes } = counts;
    for [good, refused] in [headers, filters, encoders, decoders, indexes] {
        assert!(is_enough(good, 300) && is_enough(refused, 300), "{good} {refused}");
    }
}
