//! The filters on instructions, and the coder in all its ways.

#![forbid(unsafe_code)]

use super::*;
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output, Source};
use crate::rng::Rng;

/// Bytes that are frequent in what the filters look for, and others.
fn dense(len: usize, seed: u32) -> Vec<u8> {
    const BYTES: [u8; 24] = [
        0xe8, 0xe9, 0x00, 0xff, 0x48, 0x01, 0x40, 0x7f, 0xc0, 0xeb, 0x94, 0x90, 0xf0, 0xf8, 0xf7,
        0xfc, 0xef, 0x17, 0x31, 0x97, 0x02, 0x16, 0x1d, 0x50,
    ];
    let mut random = Rng::new(u64::from(seed));
    let mut byte = || if random.one_in(4) { random.byte() } else { random.pick(&BYTES) };
    (0..len).map(|_| byte()).collect()
}

/// All that can be filtered is, the rest stays.
fn filtered(arch: Arch, encode: bool, start: u32, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    Converter::new(arch, encode, start).filter(&mut bytes);
    bytes
}

fn check(arch: Arch, start: u32, plain: &[u8], encoded: &[u8]) {
    assert_eq!(filtered(arch, true, start, plain), encoded, "{arch:?}");
    assert_eq!(filtered(arch, false, start, encoded), plain, "{arch:?}");
}

#[test]
fn instructions() {
    // call +0x10 at 0x1000 ends at 0x1005
    check(Arch::X86, 0x1000, &[0xe8, 0x10, 0, 0, 0], &[0xe8, 0x15, 0x10, 0, 0]);
    // bl +0x10 at 0x1000
    check(Arch::PowerPc, 0x1000, &[0x48, 0, 0, 0x11], &[0x48, 0, 0x10, 0x11]);
    // bl +4 words at 0x1000, which counts from 0x1008
    check(Arch::Arm, 0x1000, &[4, 0, 0, 0xeb], &[6, 4, 0, 0xeb]);
    // bl +4 halfwords at 0x1000, which counts from 0x1004
    check(Arch::ArmThumb, 0x1000, &[0, 0xf0, 4, 0xf8], &[1, 0xf0, 6, 0xf8]);
    // bl +4 words; adrp x0, +1 page, at 0x1000
    check(Arch::Arm64, 0x1000, &[4, 0, 0, 0x94], &[4, 4, 0, 0x94]);
    check(Arch::Arm64, 0x1000, &[0, 0, 0, 0xb0], &[0, 0, 0, 0xd0]);
    // call +4 words and -1 word at 0x1000
    check(Arch::Sparc, 0x1000, &[0x40, 0, 0, 4], &[0x40, 0, 4, 4]);
    check(Arch::Sparc, 0x1000, &[0x7f, 0xff, 0xff, 0xff], &[0x40, 0, 3, 0xff]);
    // jal ra, +0x10 at 0x1000: 0x1010 from bit 1 on, in big endian order
    check(
        Arch::RiscV,
        0x1000,
        &[0xef, 0x00, 0x00, 0x01, 0, 0, 0, 0],
        &[0xef, 0x00, 0x08, 0x08, 0, 0, 0, 0],
    );
    // auipc ra, 1; jalr ra, 8(ra) at 0x1000
    check(
        Arch::RiscV,
        0x1000,
        &[0x97, 0x10, 0, 0, 0xe7, 0x80, 0x80, 0x00],
        &[0x17, 0x71, 0x0e, 0x08, 0, 0, 0x20, 0x08],
    );
    // MFB with a call of +1 bundle in slot 2, at 0x1000 (bundle 0x100)
    let bundle = |target: u128| (0x1d | (5 << 37 | target << 13) << 87).to_le_bytes();
    check(Arch::Ia64, 0x1000, &bundle(1), &bundle(0x101));
}

#[test]
fn both_directions_are_inverse() {
    for arch in Arch::ALL.iter().copied() {
        for seed in 0..300 {
            let plain = dense(seed as usize, seed);
            for start in [0, 0x1230, 0xffff_ff00] {
                let encoded = filtered(arch, true, start, &plain);
                assert_eq!(filtered(arch, false, start, &encoded), plain, "{arch:?} {seed}");
                let decoded = filtered(arch, false, start, &plain);
                assert_eq!(filtered(arch, true, start, &decoded), plain, "{arch:?} {seed}");
            }
        }
    }
}

/// Data that is split anywhere gives the same result.
#[test]
fn splits() {
    for arch in Arch::ALL.iter().copied() {
        for seed in 0..40 {
            let plain = dense(70 + seed as usize, seed);
            for encode in [true, false] {
                let expected = filtered(arch, encode, 0x40, &plain);
                for split in 0..=plain.len() {
                    let mut bytes = plain.clone();
                    let mut filter = Converter::new(arch, encode, 0x40);
                    let done = filter.filter(&mut bytes[..split]);
                    assert!(split - done < arch.look_ahead(), "{arch:?}");
                    filter.filter(&mut bytes[done..]);
                    assert_eq!(bytes, expected, "{arch:?} {seed} {split}");
                }
            }
        }
    }
}

/// Gives its data in pieces.
struct Pieces<'a> {
    rest: &'a [u8],
    size: usize,
}

impl Source for Pieces<'_> {
    fn read(&mut self, _: &mut Input<'_>, output: &mut Output<'_>, _: Action) -> Result<Status> {
        let count = output.write(&self.rest[..self.rest.len().min(self.size)]);
        self.rest = &self.rest[count..];
        Ok(if self.rest.is_empty() { Status::StreamEnd } else { Status::Ok })
    }
}

/// Everything, with at most `room` bytes of room for each call.
fn code(arch: Arch, encode: bool, plain: &[u8], size: usize, room: usize) -> Vec<u8> {
    let mut coder = Bcj::new(arch, encode, 0x40).unwrap();
    let mut source = Pieces { rest: plain, size };
    let mut bytes = vec![0; plain.len() + 10];
    let mut output = Output::new(&mut bytes);
    loop {
        let status = output.limited(room, |output| {
            coder.code(&mut source, &mut Input::new(&[]), output, Action::Run)
        });
        if status.unwrap() == Status::StreamEnd {
            let len = output.len();
            bytes.truncate(len);
            return bytes;
        }
    }
}

#[test]
fn coder_at_every_size() {
    for arch in Arch::ALL.iter().copied() {
        for len in (0..20).chain([33, 64, 100, 131]) {
            let plain = dense(len, len as u32);
            for encode in [true, false] {
                let expected = filtered(arch, encode, 0x40, &plain);
                for size in (1..40).chain([1000]) {
                    for room in (1..40).chain([len.max(1), len + 1, 1000]) {
                        let bytes = code(arch, encode, &plain, size, room);
                        assert_eq!(bytes, expected, "{arch:?} {len} {size} {room}");
                    }
                }
            }
        }
    }
}

#[test]
fn end_is_told_when_room_is_exactly_used_up() {
    for arch in Arch::ALL.iter().copied() {
        let plain = dense(64, 1);
        let mut bytes = [0; 64];
        let mut output = Output::new(&mut bytes);
        let mut coder = Bcj::new(arch, false, 0).unwrap();
        let mut source = Pieces { rest: &plain, size: 64 };
        let status = coder.code(&mut source, &mut Input::new(&[]), &mut output, Action::Run);
        assert_eq!(status, Ok(Status::StreamEnd));
        assert_eq!(output.len(), 64);
    }
}

#[test]
fn start_offset_is_aligned() {
    for arch in Arch::ALL.iter().copied() {
        for start in 0..64 {
            let result = Bcj::new(arch, true, start).err();
            let expected = (start % arch.alignment() != 0).then_some(Error::Options);
            assert_eq!(result, expected);
        }
    }
}

#[test]
fn sync_flush_is_refused() {
    let mut bytes = [0; 8];
    let mut coder = Bcj::new(Arch::X86, true, 0).unwrap();
    let result = coder.code(
        &mut Pieces { rest: &[], size: 1 },
        &mut Input::new(&[]),
        &mut Output::new(&mut bytes),
        Action::SyncFlush,
    );
    assert_eq!(result, Err(Error::Options));
}

/// Gives an instruction and a half, then fails.
struct Broken {
    calls: usize,
}

impl Source for Broken {
    fn read(&mut self, _: &mut Input<'_>, output: &mut Output<'_>, _: Action) -> Result<Status> {
        self.calls += 1;
        output.write(&[0, 0, 0, 0x94, 9, 9]);
        if self.calls == 1 { Ok(Status::Ok) } else { Err(Error::Data) }
    }
}

#[test]
fn what_came_before_an_error_stays_unfiltered() {
    let mut bytes = [0xaa; 20];
    let mut output = Output::new(&mut bytes);
    let mut coder = Bcj::new(Arch::Arm64, false, 4096).unwrap();
    let mut source = Broken { calls: 0 };
    let mut call = |output: &mut Output<'_>, room| {
        output.limited(room, |output| {
            coder.code(&mut source, &mut Input::new(&[]), output, Action::Run)
        })
    };
    // The first instruction is converted; two bytes are kept, and the source
    // is asked for more of them right away, which fails.
    assert_eq!(call(&mut output, 6), Err(Error::Data));
    assert_eq!(output.len(), 4);
    // It fails again, behind what was kept.
    assert_eq!(call(&mut output, 16), Err(Error::Data));
    assert_eq!(output.len(), 18);
    assert_eq!(bytes[..4], [0, 0xfc, 0xff, 0x97]);
    assert_eq!(bytes[4..], [9, 9, 0, 0, 0, 0x94, 9, 9, 0, 0, 0, 0x94, 9, 9, 0xaa, 0xaa]);
}
