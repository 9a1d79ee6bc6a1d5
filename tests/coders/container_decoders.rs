//! The decoders of whole files beside the original: the same answer to every
//! call, for good files and damaged ones.

use crate::common::decoder::{Decoder, Start, is_split_badly};
use crate::common::mutate::{self, Mutant};
use crate::common::{Chunks, Lib, Plan, Rng, Stream, assert_same, files, seeds};
use rlzma::ffi::*;

/// A random way to start `decoder`, or now and then another.
fn any_start(decoder: Decoder, rng: &mut Rng) -> Start {
    let decoder = match rng.below(10) {
        0 => rng.pick(&[Decoder::Stream, Decoder::Alone, Decoder::Lzip]),
        1 | 2 => Decoder::Auto,
        _ => decoder,
    };
    let mut flags = if rng.one_in(2) { LZMA_CONCATENATED } else { 0 };
    if rng.one_in(2) {
        flags |= rng.below(0x40) as u32;
    }
    if rng.one_in(100) {
        flags |= 1 << rng.below(32);
    }
    // A damaged header may ask for gigabytes.
    let limit = match rng.below(8) {
        0 => rng.pick(&[0, 1, 32767, 32768, 33000, 70_000, 100_000]),
        1 => rng.skewed(1 << 22) as u64,
        _ => 200 << 20,
    };
    Start { decoder, limit, flags }
}

/// One of our decoders and one of the original, both treated alike.
struct Pair<'a> {
    want: Stream<'a>,
    have: Stream<'a>,
}

impl Pair<'_> {
    fn new() -> Pair<'static> {
        Pair { want: Stream::new(Lib::reference()), have: Stream::new(Lib::ours()) }
    }

    /// Decodes `file` with both.
    fn compare(&mut self, start: Start, file: &Mutant, plan: &Plan, rng: &mut Rng) {
        let want = self.want.run(start.init(), &file.bytes, plan);
        let have = self.have.run(start.init(), &file.bytes, plan);
        let what = format!("{start:?} {}, {plan:?}", file.what);
        if want != have && is_split_badly(&want, &file.bytes) {
            let (input, output) = (Chunks::Whole, Chunks::Whole);
            let plan = Plan { input, output, capacity: 1 << 20, ..plan.clone() };
            let whole = crate::common::run(Lib::reference(), start.init(), &file.bytes, &plan);
            assert!(whole.result() == have.result(), "{what}\n{whole:#?}\n{have:#?}");
            *self = Pair::new(); // what is left in the streams differs as well
            return;
        }
        assert_same(&want, &have, &what);
        assert_eq!(self.want.limits(), self.have.limits(), "{what}");
        if rng.one_in(4) {
            let limit = rng.pick(&[0, 1, 32767, 32768, 33280, 70_000, 1 << 22, u64::MAX]);
            assert_eq!(self.want.set_limit(limit), self.have.set_limit(limit), "{what}");
            assert_eq!(self.want.limits(), self.have.limits(), "{what}");
        }
    }
}

/// Memory usage and limit, as an application sees them.
trait Limits {
    fn limits(&mut self) -> (u64, u64);
    fn set_limit(&mut self, limit: u64) -> lzma_ret;
}

impl Limits for Stream<'_> {
    fn limits(&mut self) -> (u64, u64) {
        let (lib, strm) = (self.lib, self.as_mut_ptr());
        // SAFETY: `strm` is a stream of this library.
        unsafe { ((lib.lzma_memusage)(strm), (lib.lzma_memlimit_get)(strm)) }
    }

    fn set_limit(&mut self, limit: u64) -> lzma_ret {
        // SAFETY: `strm` is a stream of this library.
        unsafe { (self.lib.lzma_memlimit_set)(self.as_mut_ptr(), limit) }
    }
}

fn any_plan(rng: &mut Rng) -> Plan {
    let mut plan = Plan::random(rng);
    plan.capacity = if rng.one_in(4) { rng.skewed(5000) } else { 1 << 20 };
    plan.finish = !rng.one_in(8);
    plan.raise_memlimit = rng.one_in(2);
    plan
}

/// Decodes each of `count` files as it is, and several times damaged. A
/// stream decodes many of them, so that coders are also started again.
fn compare_all(count: u64, mut file: impl FnMut(&mut Rng) -> (Decoder, Vec<u8>)) {
    seeds(count, |rng| {
        let mut pair = Pair::new();
        for _ in 0..3 {
            let (decoder, bytes) = file(rng);
            for round in 0..8 {
                let file = match round {
                    0 | 1 => Mutant { bytes: bytes.clone(), what: "undamaged".to_owned() },
                    _ => damage(decoder, &bytes, rng),
                };
                let start = any_start(decoder, rng);
                pair.compare(start, &file, &any_plan(rng), rng);
            }
        }
    });
}

/// Damage where it matters: in the first bytes as often as in the others.
fn damage(decoder: Decoder, bytes: &[u8], rng: &mut Rng) -> Mutant {
    if decoder == Decoder::Stream || rng.one_in(2) || bytes.is_empty() {
        return mutate::mutate(bytes, rng);
    }
    let edge = if rng.one_in(2) { 0..13 } else { bytes.len().saturating_sub(20)..bytes.len() };
    let at = rng.range(edge).min(bytes.len() - 1);
    let mut bytes = bytes.to_vec();
    let flipped = bytes[at] ^ 1 << rng.below(8);
    bytes[at] = rng.pick(&[0, 1, 0xff, flipped]);
    Mutant { what: format!("byte {at} is {:#04x}", bytes[at]), bytes }
}

#[test]
fn xz_files() {
    compare_all(150, |rng| (Decoder::Stream, files::xz(20_000, rng)));
}

#[test]
fn lzma_files() {
    compare_all(150, |rng| (Decoder::Alone, files::alone(20_000, rng)));
}

#[test]
fn lzip_files() {
    compare_all(150, |rng| (Decoder::Lzip, files::lzip(20_000, rng)));
}

#[test]
fn micro_lzma() {
    compare_all(150, |rng| {
        let micro = files::micro(20_000, rng);
        let mut nearly = |size: u64| match rng.below(6) {
            0 => size.saturating_sub(rng.skewed(100) as u64),
            1 => size + rng.skewed(100) as u64,
            2 if rng.one_in(10) => rng.pick(&[0, 1, u64::MAX, u64::MAX / 2]),
            _ => size,
        };
        let comp_size = nearly(micro.bytes.len() as u64);
        let uncomp_size = nearly(micro.plain_size);
        let exact = lzma_bool::from(rng.one_in(2));
        let dict_size = micro.dict_size;
        let decoder = Decoder::MicroLzma { comp_size, uncomp_size, exact, dict_size };
        (decoder, micro.bytes)
    });
}

/// Dictionaries of 2 GiB and more, of which little is used.
#[test]
fn huge_dictionaries() {
    let rng = &mut Rng::new(0);
    for dict_size in [1 << 31, (1 << 31) + 1, u32::MAX - 15, u32::MAX] {
        let mut bytes = files::alone(20_000, rng);
        bytes[1..5].copy_from_slice(&dict_size.to_le_bytes());
        let file = Mutant { bytes, what: format!("dictionary of {dict_size:#x} bytes") };
        for limit in [u64::MAX, dict_size.into()] {
            let start = Start { decoder: Decoder::Alone, limit, flags: 0 };
            let plan = Plan { capacity: 1 << 16, ..Plan::whole() };
            Pair::new().compare(start, &file, &plan, rng);
        }
    }
}

/// Nothing that could be a file.
#[test]
fn noise() {
    compare_all(40, |rng| {
        let mut bytes = vec![0; rng.skewed(200)];
        rng.fill(&mut bytes);
        let starts: [&[u8]; 4] = [b"", b"\xFD7zXZ\0", b"LZIP", b"\x5D\0\0\x80\0"];
        (Decoder::Auto, [rng.pick(&starts), &bytes].concat())
    });
}

/// One call of `lzma_stream_buffer_decode`: its answer, the positions, the
/// limit afterwards, and what it has put out.
fn buffer_decode(
    lib: &Lib,
    file: &[u8],
    room: usize,
    mut limit: u64,
    flags: u32,
) -> (lzma_ret, usize, usize, u64, Vec<u8>) {
    let (mut in_pos, mut out_pos) = (1, 3);
    let file = [&[0xfd], file].concat();
    let mut out = vec![0xa5; 3 + room];
    // SAFETY: the buffers are as long as said.
    let ret = unsafe {
        (lib.lzma_stream_buffer_decode)(
            &mut limit,
            flags,
            std::ptr::null(),
            file.as_ptr(),
            &mut in_pos,
            file.len(),
            out.as_mut_ptr(),
            &mut out_pos,
            out.len(),
        )
    };
    out.truncate(out_pos);
    (ret, in_pos, out_pos, limit, out)
}

#[test]
fn whole_buffers() {
    seeds(400, |rng| {
        let file = files::xz(5000, rng);
        let flags = if rng.one_in(2) { LZMA_CONCATENATED } else { 0 };
        let start = Start { decoder: Decoder::Stream, limit: u64::MAX, flags };
        let plan = Plan { capacity: 1 << 16, ..Plan::whole() };
        let plain = crate::common::run(Lib::reference(), start.init(), &file, &plan).output.len();
        for round in 0..8 {
            let file = match round {
                0 | 1 => Mutant { bytes: file.clone(), what: "undamaged".to_owned() },
                _ => mutate::mutate(&file, rng),
            };
            let Start { limit, flags, .. } = any_start(Decoder::Stream, rng);
            let room = if rng.one_in(2) { plain } else { rng.below(2 * plain + 1) };
            let want = buffer_decode(Lib::reference(), &file.bytes, room, limit, flags);
            let have = buffer_decode(Lib::ours(), &file.bytes, room, limit, flags);
            assert!(
                want == have,
                "{} {room} {limit} {flags:#x}: {:?} {} {} {}, not {:?} {} {} {}",
                file.what,
                have.0,
                have.1,
                have.2,
                have.3,
                want.0,
                want.1,
                want.2,
                want.3,
            );
        }
    });
}

#[test]
fn impossible_buffers() {
    let file = [0; 10];
    for lib in [Lib::reference(), Lib::ours()] {
        let call = |input: bool, in_pos: usize, out: bool, out_pos: usize, flags: u32| {
            let (mut limit, mut in_pos, mut out_pos) = (u64::MAX, in_pos, out_pos);
            let mut room = [0; 10];
            let input = if input { file.as_ptr() } else { std::ptr::null() };
            let out = if out { room.as_mut_ptr() } else { std::ptr::null_mut() };
            // SAFETY: the buffers are NULL or as long as said.
            unsafe {
                (lib.lzma_stream_buffer_decode)(
                    &mut limit,
                    flags,
                    std::ptr::null(),
                    input,
                    &mut in_pos,
                    10,
                    out,
                    &mut out_pos,
                    10,
                )
            }
        };
        assert_eq!(call(true, 0, true, 0, 0), LZMA_DATA_ERROR); // too short to tell
        assert_eq!(call(true, 11, true, 0, 0), LZMA_PROG_ERROR);
        assert_eq!(call(true, 0, true, 11, 0), LZMA_PROG_ERROR);
        assert_eq!(call(false, 0, true, 0, 0), LZMA_PROG_ERROR);
        assert_eq!(call(true, 0, false, 0, 0), LZMA_PROG_ERROR);
        assert_eq!(call(false, 10, false, 10, 0), LZMA_DATA_ERROR);
        assert_eq!(call(true, 0, true, 0, LZMA_TELL_ANY_CHECK), LZMA_PROG_ERROR);
        assert_eq!(call(true, 0, true, 0, 0x40), LZMA_OPTIONS_ERROR);
    }
}
