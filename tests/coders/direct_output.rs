//! Decoders use the output of a call as their dictionary while they can,
//! if there is much data, and a ring after that. A program sees nothing of it:
//! not where one call ends and the next begins, nor in what lies after the
//! decoded bytes. Nor does it see that the end of a chunk is decoded in another
//! way if all of it is there.

use crate::common::chain::FilterChain;
use crate::common::corpus::compress_with;
use crate::common::data::{Kind, generate};
use crate::common::{Lib, Rng, Stream, seeds};
use rlzma::ffi::*;

/// Fills the application's buffer before anything is decoded into it.
const UNTOUCHED: u8 = 0xEE;
/// Data of this size, in bytes, is decoded into the output.
const LARGE: usize = 1 << 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Xz,
    /// With an end marker, as liblzma writes it.
    Lzma,
    /// The size stands in the header, and there is an end marker as well.
    SizedLzma,
}

const FORMATS: [Format; 3] = [Format::Xz, Format::Lzma, Format::SizedLzma];

impl Format {
    fn compress(self, plain: &[u8], dict_size: u32) -> Vec<u8> {
        let mut chain = FilterChain::preset(1);
        chain.last().dict_size = dict_size;
        let options = *chain.last();
        let mut bytes = compress_with(Lib::reference(), plain, |lib, strm| match self {
            // SAFETY: stream and chain are valid.
            Format::Xz => chain.with(|filters| unsafe {
                (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_CRC32)
            }),
            // SAFETY: as above, and so are the options.
            _ => unsafe { (lib.lzma_alone_encoder)(strm, &options) },
        });
        if self == Format::SizedLzma {
            bytes[5..13].copy_from_slice(&(plain.len() as u64).to_le_bytes());
        }
        bytes
    }

    /// A decoder for this format.
    fn decoder(self, lib: &Lib) -> Stream<'_> {
        let mut stream = Stream::new(lib);
        let strm = stream.as_mut_ptr();
        // SAFETY: a new stream.
        let ret = unsafe {
            match self {
                Format::Xz => (lib.lzma_stream_decoder)(strm, u64::MAX, 0),
                _ => (lib.lzma_alone_decoder)(strm, u64::MAX),
            }
        };
        assert_eq!(ret, LZMA_OK);
        stream
    }
}

/// The buffer after calls that have room for so many bytes each, and what
/// the calls returned.
fn decode(
    (lib, format): (&Lib, Format),
    bytes: &[u8],
    rooms: &[usize],
) -> (Vec<u8>, Vec<lzma_ret>) {
    let mut buffer = vec![UNTOUCHED; rooms.iter().sum()];
    let mut stream = format.decoder(lib);
    let strm = stream.as_mut();
    (strm.next_in, strm.avail_in) = (bytes.as_ptr(), bytes.len());
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
    large.extend(generate(Kind::Noise, 4000, &mut rng));
    large.resize(LARGE, 7);
    large.extend(varied(&mut rng));
    check_splits(&small, 0..=small.len());
    check_splits(&large, (0..40).chain(LARGE - 40..LARGE + 400));
    check_splits(&large, (0..=large.len()).step_by(67));
}

fn check_splits(plain: &[u8], splits: impl Iterator<Item = usize> + Clone) {
    for (format, dict_size) in FORMATS.iter().flat_map(|f| [(*f, 4096), (*f, 1 << 20)]) {
        let bytes = format.compress(plain, dict_size);
        // So much that the .lzma decoder expects large data.
        assert!(plain.len() < LARGE || bytes.len() * 16 >= LARGE, "{}", bytes.len());
        for split in splits.clone() {
            let rooms = [split, plain.len() - split, 30];
            let (buffer, answers) = decode((Lib::ours(), format), &bytes, &rooms);
            assert!(buffer[..plain.len()] == *plain, "{format:?} {split}");
            assert_eq!(buffer[plain.len()..], [UNTOUCHED; 30], "{format:?} {split}");
            let expected = decode((Lib::reference(), format), &bytes, &rooms).1;
            assert_eq!(answers, expected, "{format:?} {split}");
        }
    }
}

/// Damaged and truncated files: what lies after the decoded bytes stays, and
/// the bytes before the error are there.
#[test]
fn nothing_behind_the_output_is_touched() {
    seeds(800, |rng| {
        let format = rng.pick(&FORMATS);
        let len = rng.range(1..20_000) + if rng.one_in(2) { LARGE } else { 0 };
        let plain = generate(rng.pick(&[Kind::Text, Kind::Records, Kind::Code]), len, rng);
        let mut bytes = format.compress(&plain, rng.pick(&[4096, 8192, 1 << 16]));
        if rng.one_in(2) {
            bytes.truncate(rng.below(bytes.len()));
        } else {
            let at = rng.below(bytes.len());
            bytes[at] ^= 1 << rng.below(8);
        }
        let mut rooms = vec![rng.below(len + 1)];
        for _ in 0..rng.below(4) {
            rooms.push(rng.skewed(len));
        }
        rooms.push(len + 50);
        let [ours, original] =
            [Lib::ours(), Lib::reference()].map(|lib| decode((lib, format), &bytes, &rooms));
        assert!(ours == original, "{format:?} {rooms:?} {:?} {:?}", ours.1, original.1);
    });
}

/// Decodes into `room` bytes, with one byte of input a call. Returns the room and
/// the last return code.
fn decode_bytewise(xz: &[u8], room: usize) -> (Vec<u8>, lzma_ret) {
    let lib = Lib::ours();
    let mut buffer = vec![UNTOUCHED; room];
    let mut stream = Format::Xz.decoder(lib);
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
        let xz = Format::Xz.compress(&plain, 4096);
        let check = |xz: &[u8], place: usize| {
            let room = plain.len() + 50;
            let (buffer, answers) = decode((Lib::ours(), Format::Xz), xz, &[room]);
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
