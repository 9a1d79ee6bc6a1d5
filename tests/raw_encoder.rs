//! The raw encoders of LZMA1 and LZMA2 make the original's bytes, call by
//! call.

mod common;

use std::ptr;

use common::data::{KINDS, any, generate};
use common::{Allocator, Chunks, Lib, Plan, Rng, Stream, assert_same, run, seeds};
use rlzma::ffi::*;

/// A filter of the LZMA family with its options, and what comes before it.
struct Setup {
    before: Vec<Before>,
    id: lzma_vli,
    options: lzma_options_lzma,
    preset: Vec<u8>,
}

/// A filter that keeps the size of the data.
#[derive(Clone, Copy, Debug)]
enum Before {
    /// Of this distance.
    Delta(u32),
    /// With this ID and, unless there are no options, this start offset.
    Bcj(lzma_vli, Option<u32>),
}

impl Before {
    fn random(rng: &mut Rng) -> Before {
        if rng.one_in(2) {
            return Before::Delta(rng.range(1..257) as u32);
        }
        let start = rng.one_in(2).then(|| rng.next_u32() & !15);
        Before::Bcj(
            rng.range(LZMA_FILTER_X86 as usize..LZMA_FILTER_RISCV as usize + 1) as u64,
            start,
        )
    }

    /// Invalid now and then.
    fn spoil(&mut self, rng: &mut Rng) {
        match self {
            Before::Delta(dist) => *dist = rng.pick(&[0, 257, 1, 256, u32::MAX]),
            Before::Bcj(_, start) => *start = Some(rng.below(20) as u32),
        }
    }
}

fn preset(level: u32) -> lzma_options_lzma {
    // SAFETY: an integer or NULL is fine for each member.
    let mut options: lzma_options_lzma = unsafe { std::mem::zeroed() };
    // SAFETY: `options` is valid.
    let failed = unsafe { (Lib::reference().lzma_lzma_preset)(&raw mut options, level) };
    assert_eq!(failed, 0);
    options
}

impl Setup {
    fn new(id: lzma_vli, options: lzma_options_lzma) -> Setup {
        Setup { before: Vec::new(), id, options, preset: Vec::new() }
    }

    /// Any valid options.
    fn random(rng: &mut Rng) -> Setup {
        let mut options = preset(rng.below(10) as u32);
        let lc = rng.below(5);
        options.lc = lc as u32;
        options.lp = rng.below(5 - lc) as u32;
        options.pb = rng.below(5) as u32;
        options.mode = rng.pick(&[LZMA_MODE_FAST, LZMA_MODE_NORMAL]);
        let finders = [LZMA_MF_HC3, LZMA_MF_HC4, LZMA_MF_BT2, LZMA_MF_BT3, LZMA_MF_BT4];
        options.mf = rng.pick(&finders);
        options.nice_len = match rng.below(4) {
            0 => rng.range(2..8) as u32,
            1 => 273,
            _ => rng.range(2..274) as u32,
        };
        options.depth = if rng.one_in(2) { 0 } else { rng.range(1..60) as u32 };
        options.dict_size = match rng.below(4) {
            0 => 4096,
            1 => rng.range(4096..70_000) as u32,
            2 => 1 << rng.range(12..21),
            _ => rng.range(4096..1 << 21) as u32,
        };
        let id = rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2]);
        if id == LZMA_FILTER_LZMA1EXT {
            options.ext_flags = rng.below(2) as u32;
        }
        let mut setup = Setup::new(id, options);
        if rng.one_in(6) {
            let len = rng.skewed(10_000);
            setup.preset = any(len, rng);
        }
        if rng.one_in(3) {
            setup.before = (0..rng.range(1..4)).map(|_| Before::random(rng)).collect();
        }
        setup
    }

    /// Calls `call` with the chain.
    fn with<R>(&self, call: impl FnOnce(*const lzma_filter) -> R) -> R {
        let mut options = self.options;
        // SAFETY: an integer or NULL is fine for each member.
        let mut deltas: [lzma_options_delta; 4] = unsafe { std::mem::zeroed() };
        let mut bcjs = [lzma_options_bcj { start_offset: 0 }; 4];
        let mut filters = Vec::new();
        for (before, (delta, bcj)) in self.before.iter().zip(deltas.iter_mut().zip(&mut bcjs)) {
            filters.push(match *before {
                Before::Delta(dist) => {
                    delta.dist = dist;
                    lzma_filter { id: LZMA_FILTER_DELTA, options: (&raw mut *delta).cast() }
                }
                Before::Bcj(id, None) => lzma_filter { id, options: ptr::null_mut() },
                Before::Bcj(id, Some(start_offset)) => {
                    bcj.start_offset = start_offset;
                    lzma_filter { id, options: (&raw mut *bcj).cast() }
                }
            });
        }
        if !self.preset.is_empty() {
            options.preset_dict = self.preset.as_ptr();
            options.preset_dict_size = self.preset.len() as u32;
        }
        filters.push(lzma_filter { id: self.id, options: (&raw mut options).cast() });
        filters.push(lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() });
        call(filters.as_ptr())
    }

    fn init(&self) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
        |lib, strm| {
            self.with(|filters| {
                // SAFETY: `strm` is a stream of `lib`, the chain is valid.
                unsafe { (lib.lzma_raw_encoder)(strm, filters) }
            })
        }
    }

    fn compare(&self, plain: &[u8], plan: &Plan) {
        let [want, have] =
            [Lib::reference(), Lib::ours()].map(|lib| run(lib, self.init(), plain, plan));
        let what = format!(
            "{:?} {:x} {:?} {} bytes {plan:?}",
            self.before,
            self.id,
            self.options,
            plain.len()
        );
        assert_same(&want, &have, what);
    }
}

/// Short more often than long.
fn plain(rng: &mut Rng) -> Vec<u8> {
    let len = match rng.below(10) {
        0..4 => rng.below(300),
        4..8 => rng.skewed(30_000),
        8 => rng.skewed(200_000),
        _ => rng.skewed(1 << 21),
    };
    generate(rng.pick(&KINDS), len, rng)
}

/// Flushes now and then, at any places.
fn plan(rng: &mut Rng, len: usize) -> Plan {
    let mut plan = Plan::random(rng);
    if len > 100_000 {
        // One byte a call takes too long.
        for chunks in [&mut plan.input, &mut plan.output] {
            if matches!(chunks, Chunks::Fixed(1..100) | Chunks::Random(1..100)) {
                *chunks = Chunks::Random(3000);
            }
        }
    }
    if rng.one_in(2) {
        let mut places: Vec<_> = (0..rng.below(5)).map(|_| rng.below(len + 1)).collect();
        places.sort_unstable();
        plan.flushes = places.into_iter().map(|at| (at, LZMA_SYNC_FLUSH)).collect();
    }
    plan
}

#[test]
fn any_options_data_and_calls() {
    seeds(20_000, |rng| {
        let setup = Setup::random(rng);
        let plain = plain(rng);
        setup.compare(&plain, &plan(rng, plain.len()));
    });
}

#[test]
fn presets() {
    seeds(10, |rng| {
        for level in 0..10 {
            for flags in [0, LZMA_PRESET_EXTREME] {
                for id in [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA2] {
                    let plain = any(20_000, rng);
                    Setup::new(id, preset(level | flags)).compare(&plain, &Plan::whole());
                }
            }
        }
    });
}

#[test]
fn large_data() {
    seeds(12, |rng| {
        let mut setup = Setup::random(rng);
        // Small enough for the window to move, now and then; or so large that
        // trees outgrow the cache.
        setup.options.dict_size = 1 << rng.range(12..23);
        let len = rng.range(2 << 20..6 << 20);
        let plain = generate(rng.pick(&KINDS), len, rng);
        setup.compare(&plain, &plan(rng, len));
    });
}

#[test]
fn all_short_inputs() {
    for len in 0..40 {
        for (id, level) in [
            (LZMA_FILTER_LZMA1, 6),
            (LZMA_FILTER_LZMA2, 6),
            (LZMA_FILTER_LZMA1, 1),
            (LZMA_FILTER_LZMA2, 0),
        ] {
            let setup = Setup::new(id, preset(level));
            for plain in [vec![b'a'; len], (0..len as u8).collect(), any(len, &mut Rng::new(1))] {
                setup.compare(&plain, &Plan::bytewise());
                let plan = Plan { flushes: vec![(len, LZMA_SYNC_FLUSH)], ..Plan::whole() };
                setup.compare(&plain, &plan);
            }
        }
    }
}

#[test]
fn invalid_options() {
    seeds(3000, |rng| {
        let mut setup = Setup::random(rng);
        for _ in 0..rng.range(1..3) {
            let any = rng.next_u32();
            let small = rng.below(300) as u32;
            if let Some(before) = setup.before.first_mut() {
                before.spoil(rng);
            }
            let value = rng.pick(&[any, small, 0, 1, u32::MAX, 4095, (3 << 29) + 1]);
            match rng.below(10) {
                0 => setup.options.dict_size = value.min(1 << 24).max(value & 0xFFFF),
                1 => setup.options.dict_size = rng.pick(&[0, 1, 4095, (3 << 29) + 1, u32::MAX]),
                2 => setup.options.lc = value,
                3 => setup.options.lp = value,
                4 => setup.options.pb = value,
                5 => setup.options.mode = lzma_mode(value),
                6 => setup.options.nice_len = value,
                7 => setup.options.mf = lzma_match_finder(value),
                8 => setup.options.depth = value,
                _ => setup.options.ext_flags = value,
            }
        }
        let usage = [Lib::reference(), Lib::ours()].map(|lib| {
            // SAFETY: the chain is valid.
            setup.with(|filters| unsafe { (lib.lzma_raw_encoder_memusage)(filters) })
        });
        assert_eq!(usage[0], usage[1], "{:?}", setup.options);
        setup.compare(b"abcabcabc", &Plan::whole());
    });
}

#[test]
fn memory_usage_is_as_liblzma_says() {
    seeds(300, |rng| {
        let mut setup = Setup::random(rng);
        setup.options.dict_size = rng.range(4096..(3 << 29) + 1) as u32;
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            // SAFETY: the chain is valid.
            setup.with(|filters| unsafe { (lib.lzma_raw_encoder_memusage)(filters) })
        });
        assert_eq!(want, have, "{:?}", setup.options);
    });
}

/// Encodes `plain` in pieces with a flush and changed options after each.
fn changing(
    lib: &Lib,
    setup: &Setup,
    changes: &[(usize, u32, u32, u32)],
    plain: &[u8],
) -> (Vec<lzma_ret>, Vec<u8>) {
    let mut stream = Stream::new(lib);
    let mut rets = vec![setup.init()(lib, stream.as_mut_ptr())];
    let (mut start, mut bytes) = (0, Vec::new());
    for &(end, lc, lp, pb) in changes {
        let flush =
            Plan { flushes: vec![(end - start, LZMA_SYNC_FLUSH)], finish: false, ..Plan::whole() };
        let outcome = stream.code(&plain[start..end], &flush);
        bytes.extend_from_slice(&outcome.output);
        rets.push(outcome.last);
        start = end;
        let mut other = Setup::new(setup.id, setup.options);
        other.before.clone_from(&setup.before);
        (other.options.lc, other.options.lp, other.options.pb) = (lc, lp, pb);
        if lc == 0 {
            other.before.pop(); // that changes the IDs, if there are any
        }
        if lp == 2 {
            other.id = LZMA_FILTER_LZMA1;
        }
        let strm = stream.as_mut_ptr();
        // SAFETY: the stream is of this library, the chain is valid.
        rets.push(other.with(|filters| unsafe { (lib.lzma_filters_update)(strm, filters) }));
    }
    let outcome = stream.code(&plain[start..], &Plan::whole());
    rets.push(outcome.last);
    bytes.extend_from_slice(&outcome.output);
    (rets, bytes)
}

#[test]
fn options_change_between_chunks() {
    seeds(2000, |rng| {
        let mut setup = Setup::random(rng);
        if !rng.one_in(5) {
            setup.id = LZMA_FILTER_LZMA2;
        }
        let plain = plain(rng);
        let mut ends: Vec<_> = (0..rng.below(5)).map(|_| rng.below(plain.len() + 1)).collect();
        ends.sort_unstable();
        let changes: Vec<_> = ends
            .into_iter()
            .map(|end| (end, rng.below(5) as u32, rng.below(3) as u32, rng.below(6) as u32))
            .collect();
        let [want, have] =
            [Lib::reference(), Lib::ours()].map(|lib| changing(lib, &setup, &changes, &plain));
        assert_eq!(want.0, have.0);
        assert!(want.1 == have.1, "{:?} {changes:?}", setup.options);
    });
}

#[test]
fn whole_buffers() {
    seeds(2000, |rng| {
        let mut setup = Setup::random(rng);
        if rng.one_in(10) {
            setup.options.nice_len = 1;
        }
        let plain = plain(rng);
        let (room, start) = (rng.below(plain.len() + 100), rng.below(4));
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            let (mut out, mut pos) = (vec![0; room], start);
            let ret = setup.with(|filters| {
                // SAFETY: the chain is valid, buffers are as long as said.
                unsafe {
                    (lib.lzma_raw_buffer_encode)(
                        filters,
                        ptr::null(),
                        plain.as_ptr(),
                        plain.len(),
                        out.as_mut_ptr(),
                        &raw mut pos,
                        room,
                    )
                }
            });
            if ret == LZMA_OK {
                out.truncate(pos);
            } else {
                out.clear();
            }
            (ret, pos, out)
        });
        assert!(want == have, "{:?} {:?} {room}: {:?}", setup.options, want.0, have.0);
    });
}

#[test]
fn every_allocation_fails_once() {
    seeds(60, |rng| {
        let setup = Setup::random(rng);
        let plain = any(1000, rng);
        for n in 1.. {
            let allocator = Allocator::failing_at(n);
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            let failed = stream.run(setup.init(), &plain, &Plan::whole());
            if allocator.failed() == 0 {
                assert!(failed.is_end());
                return;
            }
            assert_eq!(failed.init, LZMA_MEM_ERROR);
            let again = stream.run(setup.init(), &plain, &Plan::whole());
            assert_same(&run(Lib::reference(), setup.init(), &plain, &Plan::whole()), &again, n);
        }
    });
}

#[test]
fn a_stream_is_used_again() {
    seeds(500, |rng| {
        let mut streams = [Lib::reference(), Lib::ours()].map(Stream::new);
        for _ in 0..rng.range(2..6) {
            let setup = Setup::random(rng);
            let plain = plain(rng);
            let mut plan = plan(rng, plain.len());
            if rng.one_in(2) {
                plan.stop_after = Some(rng.below(1000));
            }
            let [want, have] =
                streams.each_mut().map(|stream| stream.run(setup.init(), &plain, &plan));
            assert_same(&want, &have, format!("{:?}", setup.options));
        }
    });
}
