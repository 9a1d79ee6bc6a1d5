//! The encoders of all containers beside the original: the same bytes, and
//! the same answer to every call.

use std::ptr;

use crate::common::chain::{self, FilterChain};
use crate::common::{Chunks, Lib, Plan, Rng, Stream, assert_same, run, seeds};
use rlzma::ffi::*;

/// An encoder and what it is told.
#[derive(Clone, Debug)]
enum Encoder {
    Raw(FilterChain),
    Stream(FilterChain, lzma_check),
    Easy(u32, lzma_check),
    Alone(FilterChain),
    Micro(FilterChain),
}

const CHECKS: [lzma_check; 4] =
    [LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_SHA256];

impl Encoder {
    fn init(&self, lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
        // SAFETY of all: the driver gives streams of the library, and chains
        // are as the structures demand.
        match self {
            // SAFETY: see above.
            Encoder::Raw(chain) => chain.with(|c| unsafe { (lib.lzma_raw_encoder)(strm, c) }),
            Encoder::Stream(chain, check) => {
                // SAFETY: see above.
                chain.with(|c| unsafe { (lib.lzma_stream_encoder)(strm, c, *check) })
            }
            Encoder::Easy(preset, check) => {
                // SAFETY: see above.
                unsafe { (lib.lzma_easy_encoder)(strm, *preset, *check) }
            }
            Encoder::Alone(chain) => {
                // SAFETY: see above.
                chain.with(|c| unsafe { (lib.lzma_alone_encoder)(strm, (*c).options.cast()) })
            }
            Encoder::Micro(chain) => {
                // SAFETY: see above.
                chain.with(|c| unsafe { (lib.lzma_microlzma_encoder)(strm, (*c).options.cast()) })
            }
        }
    }

    fn random_stream(rng: &mut Rng) -> Encoder {
        let mut chain = FilterChain::random(LZMA_FILTER_LZMA2, rng);
        if rng.one_in(10) {
            let len = rng.skewed(5000);
            chain.preset_dict = crate::common::data::any(len, rng);
        }
        Encoder::Stream(chain, rng.pick(&CHECKS))
    }

    fn random(rng: &mut Rng) -> Encoder {
        let lzma1 =
            |rng: &mut Rng| FilterChain::lzma(LZMA_FILTER_LZMA1, chain::random_options(rng));
        match rng.below(6) {
            0 => {
                let ids = [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];
                let last = rng.pick(&ids);
                Encoder::Raw(FilterChain::random(last, rng))
            }
            1 => Encoder::Easy(rng.below(4) as u32, rng.pick(&CHECKS)),
            2 => Encoder::Alone(lzma1(rng)),
            3 => Encoder::Micro(lzma1(rng)),
            _ => Encoder::random_stream(rng),
        }
    }
}

/// A random way to call an encoder. Large data is not worth a call for each
/// byte.
fn plan(len: usize, actions: &[lzma_action], rng: &mut Rng) -> Plan {
    let mut plan = Plan::random(rng);
    if len > 20_000 {
        for chunks in [&mut plan.input, &mut plan.output] {
            if matches!(chunks, Chunks::Fixed(1..100) | Chunks::Random(1..100)) {
                *chunks = Chunks::Random(3000);
            }
        }
    }
    if rng.one_in(2) && !actions.is_empty() {
        let mut places: Vec<_> = (0..rng.range(1..6)).map(|_| rng.below(len + 1)).collect();
        places.sort_unstable();
        plan.flushes = places.into_iter().map(|at| (at, rng.pick(actions))).collect();
    }
    plan
}

const FLUSHES: [lzma_action; 3] = [LZMA_SYNC_FLUSH, LZMA_FULL_FLUSH, LZMA_FULL_BARRIER];

#[track_caller]
fn compare(encoder: &Encoder, plain: &[u8], plan: &Plan) {
    let [want, have] = [Lib::reference(), Lib::ours()]
        .map(|lib| run(lib, |lib, strm| encoder.init(lib, strm), plain, plan));
    assert_same(&want, &have, format!("{encoder:?} {} bytes {plan:?}", plain.len()));
}

#[test]
fn raw_chains() {
    seeds(1000, |rng| {
        let last = rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2]);
        let chain = FilterChain::random(last, rng);
        let plain = chain::plain(rng);
        let plan = plan(plain.len(), &FLUSHES[..1], rng);
        compare(&Encoder::Raw(chain), &plain, &plan);
    });
}

#[test]
fn streams() {
    seeds(1500, |rng| {
        let encoder = Encoder::random_stream(rng);
        let plain = chain::plain(rng);
        let can_flush = matches!(&encoder, Encoder::Stream(chain, _) if chain.can_flush());
        let actions = if can_flush || rng.one_in(5) { &FLUSHES[..] } else { &FLUSHES[1..] };
        let plan = plan(plain.len(), actions, rng);
        compare(&encoder, &plain, &plan);
    });
}

#[test]
fn alone_files() {
    seeds(500, |rng| {
        let mut chain = FilterChain::lzma(LZMA_FILTER_LZMA1, chain::random_options(rng));
        if rng.one_in(10) {
            chain.preset_dict = chain::plain(rng);
        }
        let plain = chain::plain(rng);
        let plan = plan(plain.len(), &[], rng);
        compare(&Encoder::Alone(chain), &plain, &plan);
    });
}

/// All that fits into any size, and whether the right amount is taken.
#[test]
fn microlzma() {
    seeds(1500, |rng| {
        let mut chain = FilterChain::lzma(LZMA_FILTER_LZMA1, chain::random_options(rng));
        if rng.one_in(10) {
            chain.preset_dict = chain::plain(rng);
        }
        let plain = chain::plain(rng);
        let capacity = match rng.below(3) {
            0 => rng.below(40),
            1 => rng.skewed(plain.len() + 40),
            _ => plain.len() + 100,
        };
        let plan = Plan { capacity, ..Plan::whole() };
        compare(&Encoder::Micro(chain), &plain, &plan);
    });
}

#[test]
fn presets() {
    let rng = &mut Rng::new(1);
    for level in 0..10 {
        for preset in [level, level | LZMA_PRESET_EXTREME] {
            let plain = crate::common::data::any(30_000, rng);
            compare(&Encoder::Easy(preset, rng.pick(&CHECKS)), &plain, &Plan::whole());
        }
    }
    for wrong in [10, 31, 6 | 1 << 30, u32::MAX] {
        compare(&Encoder::Easy(wrong, LZMA_CHECK_CRC32), &[], &Plan::whole());
    }
}

#[test]
fn short_inputs() {
    for len in 0..20 {
        let plain = vec![b'a'; len];
        for preset in [0, 6] {
            let encoder = Encoder::Easy(preset, LZMA_CHECK_CRC32);
            for action in FLUSHES {
                for flushes in [vec![], vec![(len, action)], vec![(len, action), (len, action)]] {
                    compare(&encoder, &plain, &Plan { flushes, ..Plan::bytewise() });
                }
            }
        }
    }
}

/// Wrong options, chains and checks.
#[test]
fn invalid() {
    seeds(1500, |rng| {
        let mut encoder = Encoder::random(rng);
        match &mut encoder {
            Encoder::Raw(chain) => chain.spoil(rng),
            Encoder::Stream(chain, check) => {
                for _ in 0..rng.below(3) {
                    if !chain.filters.is_empty() {
                        chain.spoil(rng);
                    }
                }
                if rng.one_in(3) {
                    check.0 = rng.pick(&[2, 3, 9, 15, 16, 1 << 31, u32::MAX]);
                }
                if rng.one_in(20) {
                    chain.filters.last_mut().into_iter().for_each(|f| f.0 = LZMA_FILTER_LZMA1);
                }
            }
            Encoder::Easy(preset, check) => {
                *preset = rng.pick(&[0, 10, 1 << 30, 1 << 31]);
                check.0 = rng.below(20) as u32;
            }
            Encoder::Alone(chain) | Encoder::Micro(chain) => {
                chain::spoil_options(&mut chain.filters[0].1, rng);
            }
        }
        compare(&encoder, b"a little data", &Plan::whole());
    });
}

#[test]
fn memory_usage_is_as_liblzma_says() {
    seeds(1500, |rng| {
        let mut chain = FilterChain::random(LZMA_FILTER_LZMA2, rng);
        chain.last().dict_size = rng.range(4096..(3 << 29) + 1) as u32;
        if rng.one_in(2) {
            chain.spoil(rng);
        }
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            // SAFETY: a chain as the structures demand.
            chain.with(|filters| unsafe { (lib.lzma_raw_encoder_memusage)(filters) })
        });
        assert_eq!(want, have, "{chain:?}");
    });
    for preset in (0..64).flat_map(|n| [n, n | LZMA_PRESET_EXTREME, n | 1 << 20]) {
        // SAFETY: any number will do.
        let [want, have] = [Lib::reference(), Lib::ours()]
            .map(|lib| unsafe { (lib.lzma_easy_encoder_memusage)(preset) });
        assert_eq!(want, have, "{preset:#x}");
    }
}

/// One step of a session: a call of `lzma_code`, or a change of filters.
#[derive(Clone, Debug)]
enum Move {
    Code { action: lzma_action, given: usize, space: usize },
    Update(FilterChain),
}

/// A sequence of calls, mostly reasonable.
fn moves(encoder: &Encoder, rng: &mut Rng) -> Vec<Move> {
    let chain = match encoder {
        Encoder::Raw(chain) | Encoder::Stream(chain, _) => chain.clone(),
        _ => FilterChain::preset(0),
    };
    let mut moves = Vec::new();
    for _ in 0..rng.range(1..12) {
        if rng.one_in(3) {
            moves.push(Move::Update(other_chain(&chain, rng)));
        }
        let action = match rng.below(12) {
            0..5 => LZMA_RUN,
            5..7 => LZMA_SYNC_FLUSH,
            7..9 => LZMA_FULL_FLUSH,
            9 => LZMA_FULL_BARRIER,
            10 => LZMA_FINISH,
            _ => lzma_action(rng.below(7) as u32),
        };
        let given = if rng.one_in(4) { 0 } else { rng.skewed(30_000) };
        let space = if rng.one_in(2) { 1 << 17 } else { rng.skewed(200) };
        moves.push(Move::Code { action, given, space });
        // Again until it is done, or not.
        for _ in 0..rng.below(4) {
            let space = if rng.one_in(2) { 1 << 17 } else { rng.skewed(200) };
            moves.push(Move::Code { action, given: 0, space });
        }
    }
    moves
}

/// Other options, or another chain, or one that is not valid.
fn other_chain(chain: &FilterChain, rng: &mut Rng) -> FilterChain {
    let mut other = chain.clone();
    match rng.below(4) {
        0 => other = FilterChain::random(LZMA_FILTER_LZMA2, rng),
        1 => other.spoil(rng),
        2 => {
            if let Some((id, _)) = other.filters.last_mut() {
                *id = rng.pick(&[LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2]);
            }
        }
        _ => {
            let options = other.last();
            options.lc = rng.below(5) as u32;
            options.lp = rng.below(3) as u32;
            options.pb = rng.below(6) as u32;
        }
    }
    other
}

/// The answer to each move, and all output.
fn play(
    stream: &mut Stream<'_>,
    encoder: &Encoder,
    moves: &[Move],
    plain: &[u8],
) -> (Vec<(lzma_ret, u64, u64)>, Vec<u8>) {
    let ret = encoder.init(stream.lib, stream.as_mut_ptr());
    let mut answers = vec![(ret, 0, 0)];
    let mut output = Vec::new();
    let mut rest = plain;
    stream.as_mut().next_in = ptr::null();
    stream.as_mut().avail_in = 0;
    for step in moves {
        let ret = match step {
            Move::Update(chain) => {
                if ret != LZMA_OK {
                    continue; // without a coder, the original crashes
                }
                let strm = stream.as_mut_ptr();
                // SAFETY: the stream has a coder, the chain is as demanded.
                chain.with(|filters| unsafe { (stream.lib.lzma_filters_update)(strm, filters) })
            }
            Move::Code { action, given, space } => {
                let mut room = vec![0; *space];
                let strm = stream.as_mut();
                if strm.avail_in == 0 {
                    let (now, later) = rest.split_at(rest.len().min(*given));
                    (strm.next_in, strm.avail_in) = (now.as_ptr(), now.len());
                    rest = later;
                }
                (strm.next_out, strm.avail_out) = (room.as_mut_ptr(), room.len());
                // SAFETY: the buffers are as long as said.
                let ret = unsafe { (stream.lib.lzma_code)(stream.as_mut_ptr(), *action) };
                room.truncate(space - stream.as_mut().avail_out);
                output.extend(room);
                ret
            }
        };
        answers.push((ret, stream.as_mut().total_in, stream.as_mut().total_out));
    }
    (answers, output)
}

/// Any sequence of calls; the streams are used again and again.
#[test]
fn any_sequence_of_calls() {
    let mut streams = [Lib::reference(), Lib::ours()].map(Stream::new);
    seeds(600, |rng| {
        let encoder = Encoder::random(rng);
        let moves = moves(&encoder, rng);
        let plain = crate::common::data::any(100_000, rng);
        let [want, have] = streams.each_mut().map(|stream| play(stream, &encoder, &moves, &plain));
        for (i, (want, have)) in want.0.iter().zip(&have.0).enumerate() {
            assert_eq!(want, have, "answer {i}: {encoder:?} {moves:?}");
        }
        assert!(want == have, "{encoder:?} {moves:?}");
    });
}

/// Every Block of a Stream with another chain.
#[test]
fn a_chain_for_each_block() {
    seeds(400, |rng| {
        let encoder = Encoder::random_stream(rng);
        let mut moves = Vec::new();
        for _ in 0..rng.range(1..6) {
            let given = rng.skewed(60_000);
            moves.push(Move::Update(FilterChain::random(LZMA_FILTER_LZMA2, rng)));
            moves.push(Move::Code { action: LZMA_FULL_FLUSH, given, space: 1 << 17 });
        }
        moves.push(Move::Code { action: LZMA_FINISH, given: 1000, space: 1 << 17 });
        let plain = crate::common::data::any(300_000, rng);
        let [want, have] = [Lib::reference(), Lib::ours()]
            .map(|lib| play(&mut Stream::new(lib), &encoder, &moves, &plain));
        assert_eq!(want.0.last().map(|(ret, ..)| *ret), Some(LZMA_STREAM_END));
        assert!(want == have, "{encoder:?} {moves:?}");
    });
}

/// Decoders do not take changes of filters.
#[test]
fn filters_of_decoders_do_not_change() {
    seeds(300, |rng| {
        let mut chain = FilterChain::random(LZMA_FILTER_LZMA2, rng);
        // With Delta behind a branch filter, the original calls NULL.
        chain.filters.drain(..chain.filters.len().saturating_sub(2));
        let mut other = chain.clone();
        if rng.one_in(2) {
            other.spoil(rng);
        }
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            let mut stream = Stream::new(lib);
            let strm = stream.as_mut_ptr();
            // SAFETY: the chain is valid.
            let ret = chain.with(|filters| unsafe { (lib.lzma_raw_decoder)(strm, filters) });
            assert_eq!(ret, LZMA_OK);
            // SAFETY: a chain as the structures demand.
            other.with(|filters| unsafe { (lib.lzma_filters_update)(strm, filters) })
        });
        assert_eq!(want, have, "{chain:?} {other:?}");
    });
}
