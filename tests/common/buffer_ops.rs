//! Random calls of functions that do all in one call, on a buffer that they share.

use rlzma::ffi::*;

use super::Rng;
use super::chain::FilterChain;
use super::random_fields::{self, check, size};

/// Size of the buffer: room for a small Stream, and for fields in front of it.
pub const ROOM: usize = 3000;

/// A pointer that is NULL instead of what the function needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    None,
    Input,
    Output,
    InPos,
    OutPos,
    Filters,
}

/// A part of the buffer as a function is given it: a position, and the size of
/// what lies before it and behind. The position may be beyond the end.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub pos: usize,
    pub end: usize,
}

#[derive(Clone, Debug)]
pub enum Op {
    /// The application sets members of one of the two.
    Version(usize, u32),
    Check(usize, lzma_check),
    Backward(usize, u64),
    HeaderEncode(usize, usize),
    FooterEncode(usize, usize),
    HeaderDecode(usize, usize),
    FooterDecode(usize, usize),
    FlagsCompare,
    /// Damages a byte of the buffer.
    Damage(usize, u8),
    /// Makes the CRC32 of a Stream Header or of a Footer right.
    Repair(usize, bool),
    /// Another chain: a copy, or none.
    Copy(FilterChain),
    CopyNull(bool),
    Free,
    PropertiesSize(usize),
    PropertiesEncode(usize, usize),
    PropertiesDecode(u64, usize, usize),
    FilterSize(usize),
    FilterEncode(usize, Part),
    FilterDecode(Part),
    RawEncode(usize, Part, Null),
    StreamEncode(lzma_check, usize, Part, Null),
    EasyEncode(u32, lzma_check, usize, Part, Null),
    RawDecode(Part, Part, Null),
    StreamDecode(u32, Part, Part, Null),
    Limit(u64),
    Append(u64, u64),
    IndexEncode(Part, Null),
    IndexDecode(Part, Null),
}

/// A position in the buffer: often its beginning, or where the last encoder
/// has begun.
fn position(rng: &mut Rng) -> usize {
    rng.pick(&[0, 0, 0, 12, 100])
}

/// All behind a position, mostly.
fn part(rng: &mut Rng) -> Part {
    let pos = position(rng);
    match rng.below(12) {
        0 => Part { pos, end: pos + rng.below(60) },
        1 => Part { pos, end: pos + rng.skewed(1000) },
        2 => Part { pos: pos + rng.below(3), end: pos },
        _ => Part { pos, end: ROOM },
    }
}

/// The part of a buffer that a decoder writes to.
fn space(rng: &mut Rng) -> Part {
    let pos = rng.below(3);
    let end = if rng.one_in(4) { rng.skewed(900) } else { ROOM };
    Part { pos, end }
}

fn null_pointer(rng: &mut Rng) -> Null {
    match rng.below(40) {
        0 => Null::Input,
        1 => Null::Output,
        2 => Null::InPos,
        3 => Null::OutPos,
        4 => Null::Filters,
        _ => Null::None,
    }
}

fn any_chain(rng: &mut Rng) -> FilterChain {
    let last = rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA2, LZMA_FILTER_LZMA2]);
    FilterChain::small_or_spoiled(last, rng)
}

fn flags_op(rng: &mut Rng) -> Op {
    let which = rng.below(2);
    let at = position(rng);
    match rng.below(12) {
        0 => Op::Version(which, u32::from(rng.one_in(4))),
        1 => Op::Check(which, if rng.one_in(3) { check(rng) } else { LZMA_CHECK_CRC32 }),
        2 if rng.one_in(2) => Op::Backward(which, size(rng)),
        2 => Op::Backward(which, 4 + 4 * rng.skewed_u64(1 << 32)),
        3 | 4 => Op::HeaderEncode(which, at),
        5 | 6 => Op::FooterEncode(which, at),
        7 | 8 => Op::HeaderDecode(which, at),
        9 | 10 => Op::FooterDecode(which, at),
        _ => Op::FlagsCompare,
    }
}

fn filter_op(rng: &mut Rng) -> Op {
    let which = rng.below(3);
    match rng.below(12) {
        0..3 => Op::Copy(any_chain(rng)),
        3 => Op::CopyNull(rng.one_in(2)),
        4 if rng.one_in(3) => Op::Free,
        4 | 5 => Op::PropertiesSize(which),
        6 => Op::PropertiesEncode(which, position(rng)),
        7 | 8 => {
            let id = random_fields::filter_id(rng);
            let size = rng.pick(&[0, 1, 1, 4, 5, 5, 6]);
            Op::PropertiesDecode(id, position(rng), size)
        }
        9 => Op::FilterSize(which),
        10 => Op::FilterEncode(which, part(rng)),
        _ => Op::FilterDecode(part(rng)),
    }
}

fn coder_op(rng: &mut Rng) -> Op {
    let len = rng.skewed(1500);
    let (null, check) = (null_pointer(rng), check(rng));
    match rng.below(12) {
        0..2 => Op::RawEncode(len, part(rng), null),
        2..4 => Op::StreamEncode(check, len, part(rng), null),
        4 => {
            let preset = rng.pick(&[0, 0, 1, 10, 1 << 20]);
            Op::EasyEncode(preset, check, len, part(rng), null)
        }
        5..8 => Op::RawDecode(part(rng), space(rng), null),
        8..11 => {
            let flag = 1 << rng.below(8);
            let flags = if rng.one_in(3) { flag } else { 0 };
            Op::StreamDecode(flags, part(rng), space(rng), null)
        }
        _ => Op::Limit(if rng.one_in(2) { rng.skewed_u64(1 << 20) } else { u64::MAX }),
    }
}

fn index_op(rng: &mut Rng) -> Op {
    match rng.below(6) {
        0..2 => Op::Append(size(rng), size(rng)),
        2 => Op::Append(5 + rng.below(1000) as u64, rng.below(1000) as u64),
        3 => Op::IndexEncode(part(rng), null_pointer(rng)),
        4 => Op::IndexDecode(part(rng), null_pointer(rng)),
        _ => Op::Limit(if rng.one_in(2) { rng.skewed_u64(10_000) } else { u64::MAX }),
    }
}

/// A random call.
pub fn op(rng: &mut Rng) -> Op {
    match rng.below(12) {
        // Where headers are, or anywhere.
        0 => Op::Damage(position(rng) + rng.below(12), 1 << rng.below(8)),
        1 if rng.one_in(2) => Op::Damage(rng.skewed(300), rng.byte()),
        1 => Op::Repair(position(rng), rng.one_in(2)),
        2..5 => flags_op(rng),
        5..8 => filter_op(rng),
        8..10 => coder_op(rng),
        _ => index_op(rng),
    }
}
