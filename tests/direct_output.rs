//! The .xz decoder uses the output of a call as its dictionary while it can,
//! if there is much data, and a ring after that. A program sees nothing of it:
//! not where one call ends and the next begins, nor in what lies after the
//! decoded bytes. Nor does it see that the end of a chunk is decoded in another
//! way if all of it is there.

mod common;

use common::chain::FilterChain;
use common::corpus::compress_with;
use common::data::{Kind, generate};
use common::{Lib, Rng, Stream, seeds};
use rlzma::ffi::*;

/// Fills the application's buffer before anything is decoded into it.
const UNTOUCHED: u8 = 0xEE;
/// Data of this size, in bytes, is decoded into the output.
const LARGE: usize = 1 << 16;

fn compressed(plain: &[u8], dict_size: u32) -> Vec<u8> {
    let mut chain = FilterChain::preset(1);
    chain.last().dict_size = dict_size;
    compress_with(Lib::reference(), plain, |lib, strm| {
        // SAFETY: stream and chain are valid.
        chain.with(|filters| unsafe { (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_CRC32) })
    })
}

/// The buffer after calls that have room for so many bytes each, and what
/// the calls returned.
fn decode(lib: &Lib, xz: &[u8], rooms: &[usize]) -> (Vec<u8>, Vec<lzma_ret>) {
    let mut buffer = vec![UNTOUCHED; rooms.iter().sum()];
    let mut stream = Stream::new(lib);
    // SAFETY: a new stream.
    assert_eq!(unsafe { (lib.lzma_stream_decoder)(stream.as_mut_ptr(), u64::MAX, 0) }, LZMA_OK);
    let strm = stream.as_mut();
    (strm.next_in, strm.avail_in) = (xz.as_ptr(), xz.len());
    let (mut at, mut answers) = (0, Vec::new());
    for room in rooms {
        let strm = stream.as_mut();
        (strm.next_out, strm.avail_out) = (buffer[at..].as_mut_ptr(), *room);
        // SAFETY: both buffers are as long as the stream says.
        answers.push(unsafe { (lib.lzma_code)(stream.as_mut_ptr(), LZMA_RUN) });
        at += room - stream.as_mut().avail_out;
    }
    (buffer, answers)
}

/// Text and matches; the decoder takes up to ten times as long for a byte of it
/// as for one of a run.
fn varied(rng: &mut Rng) -> Vec<u8> {
    let mut plain = generate(Kind::Text, 3000, rng);
    // Matches as far back as the dictionary goes, and overlapping ones.
    plain.extend_from_within(..2900);
    plain.extend_from_within(1804..5900);
    plain.extend([7; 400]);
    plain.extend(b"abcdefg".iter().cycle().take(300));
    plain
}

#[test]
fn every_split_of_the_output() {
    let mut rng = Rng::new(3);
    let small = varied(&mut rng);
    let mut large = small.clone();
    large.resize(LARGE, 7);
    large.extend(varied(&mut rng));
    check_splits(&small, 0..=small.len());
    check_splits(&large, (0..40).chain(LARGE - 40..LARGE + 400));
    check_splits(&large, (0..=large.len()).step_by(17));
}

fn check_splits(plain: &[u8], splits: impl Iterator<Item = usize> + Clone) {
    for dict_size in [4096, 1 << 20] {
        let xz = compressed(plain, dict_size);
        for split in splits.clone() {
            let rooms = [split, plain.len() - split, 30];
            let (buffer, answers) = decode(Lib::ours(), &xz, &rooms);
            assert!(buffer[..plain.len()] == *plain, "{split}");
            assert_eq!(buffer[plain.len()..], [UNTOUCHED; 30], "{split}");
            assert_eq!(answers, decode(Lib::reference(), &xz, &rooms).1, "{split}");
        }
    }
}

/// Damaged and truncated files: what lies after the decoded bytes stays, and
/// the bytes before the error are there.
#[test]
fn nothing_behind_the_output_is_touched() {
    seeds(400, |rng| {
        let len = rng.range(1..20_000) + if rng.one_in(2) { LARGE } else { 0 };
        let plain = generate(rng.pick(&[Kind::Text, Kind::Records, Kind::Code]), len, rng);
        let mut xz = compressed(&plain, rng.pick(&[4096, 8192, 1 << 16]));
        if rng.one_in(2) {
            xz.truncate(rng.below(xz.len()));
        } else {
            let at = rng.below(xz.len());
            xz[at] ^= 1 << rng.below(8);
        }
        let mut rooms = vec![rng.below(len + 1)];
        for _ in 0..rng.below(4) {
            rooms.push(rng.skewed(len));
        }
        rooms.push(len + 50);
        assert_eq!(decode(Lib::ours(), &xz, &rooms), decode(Lib::reference(), &xz, &rooms));
    });
}

/// Decodes into `room` bytes, with one byte of input a call. Returns the room and
/// the last return code.
fn decode_bytewise(xz: &[u8], room: usize) -> (Vec<u8>, lzma_ret) {
    let lib = Lib::ours();
    let mut buffer = vec![UNTOUCHED; room];
    let mut stream = Stream::new(lib);
    // SAFETY: a new stream.
    assert_eq!(unsafe { (lib.lzma_stream_decoder)(stream.as_mut_ptr(), u64::MAX, 0) }, LZMA_OK);
    let strm = stream.as_mut();
    (strm.next_out, strm.avail_out) = (buffer.as_mut_ptr(), room);
    let mut ret = LZMA_OK;
    for byte in xz {
        let strm = stream.as_mut();
        (strm.next_in, strm.avail_in) = (byte, 1);
        // SAFETY: one byte is there, and the room that is left in the buffer.
        ret = unsafe { (lib.lzma_code)(stream.as_mut_ptr(), LZMA_RUN) };
        if ret != LZMA_OK || stream.as_mut().avail_out == 0 {
            break;
        }
    }
    (buffer, ret)
}

/// Every bit of short files is damaged once, and each of the size fields gets
/// every value: chunks end early, late, and within a symbol.
#[test]
fn a_chunk_that_is_there_at_once_and_one_that_arrives() {
    for kind in [Kind::Text, Kind::Code, Kind::Records] {
        let plain = generate(kind, 250, &mut Rng::new(5));
        let xz = compressed(&plain, 4096);
        let check = |xz: &[u8], place: usize| {
            let room = plain.len() + 50;
            let (buffer, answers) = decode(Lib::ours(), xz, &[room]);
            assert_eq!((buffer, answers[0]), decode_bytewise(xz, room), "byte {place}");
        };
        for at in 0..xz.len() {
            let mut damaged = xz.clone();
            for bit in 0..8 {
                damaged[at] = xz[at] ^ 1 << bit;
                check(&damaged, at);
            }
        }
        // Stream Header, Block Header, control byte: the sizes.
        let sizes = 12 + 4 * (usize::from(xz[12]) + 1) + 1;
        for at in sizes..sizes + 4 {
            let mut damaged = xz.clone();
            for value in 0..=255 {
                damaged[at] = value;
                check(&damaged, at);
            }
        }
    }
}
