//! The end of LZMA1 data, where its last symbols are decoded in another way if
//! `LZMA_FINISH` says that nothing follows: whole, truncated at every byte, and
//! with every bit damaged, both libraries give the same answer to every call.

use crate::common::ask;
use crate::common::chain::FilterChain;
use crate::common::corpus::compress_with;
use crate::common::data::{Kind, generate};
use crate::common::{Lib, Rng, Stream};
use rlzma::ffi::*;

/// Bytes at the end that are truncated and damaged: more than two symbols of the
/// largest size, so that the decoder gets there in its usual way.
const END: usize = 48;
/// Calls after the first one that makes no progress.
const IDLE_CALLS: usize = 4;

/// The sign of the data's end, or two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Marker,
    Size,
    Both,
}

const ENDINGS: [Ending; 3] = [Ending::Marker, Ending::Size, Ending::Both];

/// Encoded data, and the chain that decodes it.
struct Sample {
    ending: Ending,
    chain: FilterChain,
    bytes: Vec<u8>,
    plain: Vec<u8>,
}

impl Sample {
    fn new(ending: Ending, kind: Kind, size: usize, branch_filter: bool) -> Sample {
        let plain = generate(kind, size, &mut Rng::new(size as u64));
        let mut options = crate::common::chain::preset_options(6);
        options.dict_size = 4096;
        options.ext_flags = if ending == Ending::Size { 0 } else { LZMA_LZMA1EXT_ALLOW_EOPM };
        lzma_set_ext_size(&mut options, u64::MAX);
        if ending != Ending::Marker {
            lzma_set_ext_size(&mut options, plain.len() as u64);
        }
        let mut chain = FilterChain::lzma(LZMA_FILTER_LZMA1EXT, options);
        if branch_filter {
            chain.filters.insert(0, (LZMA_FILTER_X86, crate::common::chain::Options::None));
        }
        let bytes = compress_with(Lib::reference(), &plain, |lib, strm| {
            // SAFETY: stream and chain are valid.
            chain.with(|filters| unsafe { (lib.lzma_raw_encoder)(strm, filters) })
        });
        Sample { ending, chain, bytes, plain }
    }
}

/// The answer to a call: its code, the totals afterwards.
type Answer = (lzma_ret, u64, u64);

/// Decodes `bytes`, of which each call gets all that are left, into `room` bytes of
/// space a call, until some calls in a row have made no progress, and once more with
/// another byte of space then. All of the output, and every answer.
fn decode(
    lib: &Lib,
    chain: &FilterChain,
    bytes: &[u8],
    room: usize,
    action: lzma_action,
) -> (Vec<u8>, Vec<Answer>) {
    let mut stream = Stream::new(lib);
    // SAFETY: a new stream, and a chain as demanded.
    let ret = chain.with(|filters| unsafe { (lib.lzma_raw_decoder)(stream.as_mut_ptr(), filters) });
    assert_eq!(ret, LZMA_OK);
    stream.as_mut().next_in = bytes.as_ptr();
    stream.as_mut().avail_in = bytes.len();
    let (mut output, mut answers) = (Vec::new(), Vec::new());
    let (mut part, mut idle) = (vec![0; room], 0);
    while idle < IDLE_CALLS {
        let strm = stream.as_mut();
        let before = (strm.avail_in, strm.total_out);
        (strm.next_out, strm.avail_out) = (part.as_mut_ptr(), room);
        // SAFETY: both buffers are as long as the stream says.
        let ret = unsafe { (lib.lzma_code)(stream.as_mut_ptr(), action) };
        let strm = stream.as_mut();
        output.extend_from_slice(&part[..room - strm.avail_out]);
        answers.push((ret, strm.total_in, strm.total_out));
        let progress = (strm.avail_in, strm.total_out) != before;
        idle = if ret == LZMA_OK && progress { 0 } else { idle + 1 };
    }
    (output, answers)
}

/// Decodes `bytes` in several ways: as with the original, and as when more could
/// follow.
fn check(sample: &Sample, bytes: &[u8], rooms: &[usize], what: &str) {
    for &room in rooms {
        let what = format!("{:?}, {what}, {room} bytes of space", sample.ending);
        let [want, have] =
            ask::both().map(|lib| decode(lib, &sample.chain, bytes, room, LZMA_FINISH));
        let run = decode(Lib::ours(), &sample.chain, bytes, room, LZMA_RUN);
        assert_eq!(have, run, "{what}: LZMA_FINISH and LZMA_RUN");
        // Of an end marker after a known size, the original forgets that it is in
        // order when a call ends within it.
        let forgets = sample.ending == Ending::Both
            && want.1.last().map(|answer| answer.0) == Some(LZMA_DATA_ERROR);
        if !forgets {
            assert_eq!(have, want, "{what}");
        }
    }
    ask::assert_no_panic();
}

fn samples() -> impl Iterator<Item = Sample> {
    let kinds = [(Kind::Text, 400), (Kind::Code, 3000), (Kind::Records, 5000), (Kind::Noise, 90)];
    ENDINGS.into_iter().flat_map(move |ending| {
        kinds.into_iter().flat_map(move |(kind, size)| {
            [false, true].map(|branch_filter| Sample::new(ending, kind, size, branch_filter))
        })
    })
}

#[test]
fn truncated_at_every_byte() {
    for sample in samples() {
        let size = sample.plain.len();
        for len in sample.bytes.len().saturating_sub(END)..=sample.bytes.len() {
            let rooms = [1, 7, size - 1, size, size + 1, 2 * size];
            check(&sample, &sample.bytes[..len], &rooms, &format!("{len} bytes"));
        }
    }
}

#[test]
fn every_bit_damaged() {
    for sample in samples() {
        let size = sample.plain.len();
        for at in sample.bytes.len().saturating_sub(END)..sample.bytes.len() {
            for bit in 0..8 {
                let mut damaged = sample.bytes.clone();
                damaged[at] ^= 1 << bit;
                check(&sample, &damaged, &[size, size + 400], &format!("bit {bit} of byte {at}"));
            }
        }
    }
}

#[test]
fn bytes_that_follow() {
    for sample in samples() {
        let size = sample.plain.len();
        for count in [1, 5, 30] {
            let mut bytes = sample.bytes.clone();
            bytes.extend((0..count).map(|byte| byte * 7));
            check(&sample, &bytes, &[1, size, size + 10], &format!("{count} bytes follow"));
        }
    }
}
