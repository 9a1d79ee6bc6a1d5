//! Encoders: what they write can be decoded, and is the data.

use rlzma::ffi::*;

use super::split;
use crate::common::chain::{self, FilterChain};
use crate::common::{Chunks, Lib, Plan, Rng, Stream, data, run, zeroed};

/// An encoder and its decoder.
#[derive(Clone, Debug)]
pub(super) enum Coder {
    Raw(FilterChain),
    Stream(FilterChain, lzma_check),
    Easy(u32, lzma_check),
    Alone(FilterChain),
    Threaded { chain: FilterChain, check: lzma_check, threads: u32, timeout: u32, block_size: u64 },
}

impl Coder {
    pub(super) fn random(rng: &mut Rng) -> Coder {
        let check =
            rng.pick(&[LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_SHA256]);
        match rng.below(8) {
            0 => Coder::Raw(FilterChain::random(LZMA_FILTER_LZMA1, rng)),
            1 => Coder::Raw(FilterChain::random(LZMA_FILTER_LZMA2, rng)),
            2 => Coder::Easy(rng.below(4) as u32, check),
            3 => Coder::Alone(FilterChain::lzma(LZMA_FILTER_LZMA1, chain::random_options(rng))),
            4 => Coder::Threaded {
                chain: FilterChain::random(LZMA_FILTER_LZMA2, rng),
                check,
                threads: 1 + rng.below(4) as u32,
                timeout: if rng.one_in(3) { 1 + rng.below(20) as u32 } else { 0 },
                block_size: 1 + rng.skewed(100_000) as u64,
            },
            _ => Coder::Stream(FilterChain::random(LZMA_FILTER_LZMA2, rng), check),
        }
    }

    /// Flushes that this encoder takes.
    fn flushes(&self) -> &'static [lzma_action] {
        match self {
            Coder::Raw(chain) if chain.can_flush() && chain.last_id() == LZMA_FILTER_LZMA2 => {
                &[LZMA_SYNC_FLUSH]
            }
            Coder::Raw(_) | Coder::Alone(_) => &[],
            Coder::Stream(chain, _) if !chain.can_flush() => &[LZMA_FULL_FLUSH, LZMA_FULL_BARRIER],
            Coder::Threaded { .. } => &[LZMA_FULL_FLUSH, LZMA_FULL_BARRIER],
            Coder::Stream(..) | Coder::Easy(..) => {
                &[LZMA_SYNC_FLUSH, LZMA_FULL_FLUSH, LZMA_FULL_BARRIER]
            }
        }
    }

    /// Starts the encoder.
    pub(super) fn encoder(&self, lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
        // SAFETY of all: the driver gives streams of the library, and chains
        // are as the structures demand.
        match self {
            // SAFETY: see above.
            Coder::Raw(chain) => chain.with(|c| unsafe { (lib.lzma_raw_encoder)(strm, c) }),
            Coder::Stream(chain, check) => {
                // SAFETY: see above.
                chain.with(|c| unsafe { (lib.lzma_stream_encoder)(strm, c, *check) })
            }
            // SAFETY: see above.
            Coder::Easy(preset, check) => unsafe { (lib.lzma_easy_encoder)(strm, *preset, *check) },
            Coder::Alone(chain) => {
                // SAFETY: see above.
                chain.with(|c| unsafe { (lib.lzma_alone_encoder)(strm, (*c).options.cast()) })
            }
            Coder::Threaded { chain, check, threads, timeout, block_size } => chain.with(|c| {
                let mut options: lzma_mt = zeroed();
                options.threads = *threads;
                options.timeout = *timeout;
                options.block_size = *block_size;
                options.filters = c;
                options.check = *check;
                // SAFETY: see above.
                unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
            }),
        }
    }

    fn decoder(&self, lib: &Lib, strm: *mut lzma_stream) -> lzma_ret {
        match self {
            // SAFETY: as for `encoder`.
            Coder::Raw(chain) => chain.with(|c| unsafe { (lib.lzma_raw_decoder)(strm, c) }),
            // SAFETY: as for `encoder`.
            Coder::Alone(_) => unsafe { (lib.lzma_alone_decoder)(strm, u64::MAX) },
            // SAFETY: as for `encoder`.
            _ => unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, 0) },
        }
    }
}

/// Encodes data, and decodes it again.
pub fn encode_round_trip(data: &[u8]) {
    let Some((mut rng, seed)) = split(data) else { return };
    let rng = &mut rng;
    let coder = Coder::random(rng);
    let plain = stretch(seed, rng);
    let plan = encoder_plan(&coder, plain.len(), rng);
    let lib = Lib::ours();
    let mut stream = Stream::new(lib);
    if rng.one_in(4) {
        // Started, not ended, and started again.
        let half = &plain[..rng.below(plain.len() + 1)];
        let plan = Plan { flushes: Vec::new(), finish: false, ..plan.clone() };
        stream.run(|lib, strm| Coder::random(&mut rng.clone()).encoder(lib, strm), half, &plan);
    }
    let encoded = stream.run(|lib, strm| coder.encoder(lib, strm), &plain, &plan);
    assert!(encoded.is_end(), "{coder:?} {plan:?}\n{encoded:?}");
    // A raw decoder of LZMA2 knows its end by itself; all can be asked to
    // finish.
    let whole = Plan { capacity: plain.len() + 1, ..Plan::whole() };
    let decoded = run(lib, |lib, strm| coder.decoder(lib, strm), &encoded.output, &whole);
    assert!(decoded.is_end(), "{coder:?} {plan:?}\n{decoded:?}");
    assert!(decoded.output == plain, "{coder:?} {plan:?}");
}

/// Longer data made of a little: encoders have nothing to do for a few
/// bytes.
pub(super) fn stretch(seed: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut plain = seed.to_vec();
    let len = rng.skewed(40_000);
    while plain.len() < len {
        if plain.is_empty() || rng.one_in(8) {
            plain.extend(data::any(2000, rng));
        } else {
            let from = rng.below(plain.len());
            let to = (from + 1 + rng.skewed(3000)).min(plain.len());
            plain.extend_from_within(from..to);
        }
    }
    plain
}

/// A random plan to call an encoder by; with few calls for long data.
pub(super) fn encoder_plan(coder: &Coder, len: usize, rng: &mut Rng) -> Plan {
    let mut plan = Plan { capacity: 2 * len + 10_000, ..Plan::random(rng) };
    if len > 5000 {
        for chunks in [&mut plan.input, &mut plan.output] {
            if matches!(chunks, Chunks::Fixed(..100) | Chunks::Random(..100)) {
                *chunks = Chunks::Random(3000);
            }
        }
    }
    let actions = coder.flushes();
    if !actions.is_empty() && rng.one_in(2) {
        let mut places: Vec<_> = (0..rng.range(1..6)).map(|_| rng.below(len + 1)).collect();
        places.sort_unstable();
        plan.flushes = places.into_iter().map(|at| (at, rng.pick(actions))).collect();
    }
    plan
}
