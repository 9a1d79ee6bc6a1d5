//! Chains with Delta and branch filters are decoded and encoded exactly as by
//! the original: bytes, return codes, and what each call takes and puts out.

use crate::common::chain::{FilterChain, preset_options, random_filter, spoil_options};
use crate::common::data::{Kind, generate};
use crate::common::{Chunks, Lib, Plan, Rng, assert_same, is_enough, run, seeds};
use rlzma::ffi::*;

/// Bytes that are frequent in what branch filters look for.
const DENSE: [u8; 24] = [
    0xe8, 0xe9, 0x00, 0xff, 0x48, 0x01, 0x40, 0x7f, 0xc0, 0xeb, 0x94, 0x90, 0xf0, 0xf8, 0xf7, 0xfc,
    0xef, 0x17, 0x31, 0x97, 0x02, 0x16, 0x1d, 0x50,
];

fn data(end: usize, rng: &mut Rng) -> Vec<u8> {
    let len = rng.skewed(end);
    if rng.one_in(4) {
        return generate(rng.pick(&[Kind::Code, Kind::Noise, Kind::Records]), len, rng);
    }
    // Runs make matches, which end anywhere in an instruction.
    let mut data = Vec::new();
    while data.len() < len {
        let start = rng.below(data.len() + 1);
        let count = rng.below(20);
        if rng.one_in(3) && start + count < data.len() {
            data.extend_from_within(start..start + count);
        } else {
            data.push(if rng.one_in(5) { rng.byte() } else { rng.pick(&DENSE) });
        }
    }
    data
}

/// One to three filters and LZMA2, with options that are mostly valid.
fn any_chain(rng: &mut Rng) -> FilterChain {
    let options = lzma_options_lzma { dict_size: 4096, ..preset_options(0) };
    let mut chain = FilterChain::lzma(LZMA_FILTER_LZMA2, options);
    for _ in 0..rng.range(1..4) {
        let mut filter = random_filter(rng);
        if rng.one_in(15) {
            spoil_options(&mut filter.1, rng);
        }
        chain.filters.insert(0, filter);
    }
    chain
}

fn plan(rng: &mut Rng) -> Plan {
    let mut plan = Plan::random(rng);
    if rng.one_in(2) {
        plan.output = Chunks::Random(40);
    }
    plan.capacity = 20_000;
    plan
}

#[test]
fn decoding() {
    let mut valid = 0;
    seeds(3000, |rng| {
        let chain = any_chain(rng);
        let array = chain.raw();
        let filters = array.as_ptr();
        let plain = data(10_000, rng);
        // SAFETY: the chain is terminated and its options live.
        let encoder = |lib: &Lib, stream| unsafe { (lib.lzma_raw_encoder)(stream, filters) };
        // SAFETY: as above.
        let decoder = |lib: &Lib, stream| unsafe { (lib.lzma_raw_decoder)(stream, filters) };
        let encoded = run(Lib::reference(), encoder, &plain, &Plan::whole());
        let mut input = encoded.output.clone();
        if rng.one_in(4) && !input.is_empty() {
            let at = rng.below(input.len());
            if rng.one_in(2) { input.truncate(at) } else { input[at] ^= 1 << rng.below(8) }
        }
        let plan = plan(rng);
        let outcome = run(Lib::ours(), decoder, &input, &plan);
        let expected = run(Lib::reference(), decoder, &input, &plan);
        assert_same(&expected, &outcome, format_args!("{plan:?}\n{chain:?}"));
        if outcome.is_end() && input == encoded.output {
            assert_eq!(outcome.output, plain);
            valid += 1;
        }
    });
    assert!(is_enough(valid, 1000), "only {valid} chains were valid");
}

#[test]
fn encoding() {
    seeds(1000, |rng| {
        let chain = any_chain(rng);
        let array = chain.raw();
        let filters = array.as_ptr();
        let plain = data(10_000, rng);
        let mut plan = plan(rng);
        if rng.one_in(4) {
            plan.flushes = vec![(rng.below(plain.len() + 1), LZMA_SYNC_FLUSH)];
        }
        // SAFETY: the chain is terminated and its options live.
        let encoder = |lib: &Lib, stream| unsafe { (lib.lzma_raw_encoder)(stream, filters) };
        let outcome = run(Lib::ours(), encoder, &plain, &plan);
        let expected = run(Lib::reference(), encoder, &plain, &plan);
        assert_same(&expected, &outcome, format_args!("{plan:?}\n{chain:?}"));
    });
}

#[test]
fn memory_usage() {
    seeds(1000, |rng| {
        let chain = any_chain(rng);
        let [ours, theirs] = [Lib::ours(), Lib::reference()].map(|lib| {
            chain.with(|filters| {
                // SAFETY: the chain is terminated and its options live.
                unsafe { (lib.lzma_raw_decoder_memusage)(filters) }
            })
        });
        assert_eq!(ours, theirs, "{chain:?}");
    });
}
