//! Chains with Delta and branch filters are decoded and encoded exactly as by
//! the original: bytes, return codes, and what each call takes and puts out.

mod common;

use std::ffi::c_void;

use common::data::{Kind, generate};
use common::{Chunks, Lib, Plan, Rng, assert_same, run, seeds};
use rlzma::ffi::*;

const BRANCH_FILTERS: [lzma_vli; 8] = [
    LZMA_FILTER_X86,
    LZMA_FILTER_POWERPC,
    LZMA_FILTER_IA64,
    LZMA_FILTER_ARM,
    LZMA_FILTER_ARMTHUMB,
    LZMA_FILTER_SPARC,
    LZMA_FILTER_ARM64,
    LZMA_FILTER_RISCV,
];

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

/// One to three filters and LZMA2, and what their options point to.
struct Chain {
    filters: Vec<lzma_filter>,
    _options: Vec<Box<dyn std::any::Any>>,
}

impl Chain {
    /// Options are mostly valid.
    fn random(rng: &mut Rng) -> Chain {
        let mut chain = Chain { filters: Vec::new(), _options: Vec::new() };
        for _ in 0..rng.range(1..4) {
            if rng.one_in(3) {
                chain.push(LZMA_FILTER_DELTA, delta(rng));
            } else if rng.one_in(2) {
                chain.push_pointer(rng.pick(&BRANCH_FILTERS), std::ptr::null_mut());
            } else {
                let aligned = if rng.one_in(10) { u32::MAX } else { !15 };
                let start_offset = rng.next_u32() & aligned;
                chain.push(rng.pick(&BRANCH_FILTERS), lzma_options_bcj { start_offset });
            }
        }
        // SAFETY: plain integers and pointers, which the preset fills in.
        let mut lzma: lzma_options_lzma = unsafe { std::mem::zeroed() };
        // SAFETY: the structure is the library's own.
        assert_eq!(unsafe { (Lib::reference().lzma_lzma_preset)(&raw mut lzma, 0) }, 0);
        lzma.dict_size = 4096;
        chain.push(LZMA_FILTER_LZMA2, lzma);
        chain.push_pointer(LZMA_VLI_UNKNOWN, std::ptr::null_mut());
        chain
    }

    fn push<T: 'static>(&mut self, id: lzma_vli, options: T) {
        let mut options = Box::new(options);
        self.push_pointer(id, (&raw mut *options).cast());
        self._options.push(options);
    }

    fn push_pointer(&mut self, id: lzma_vli, options: *mut c_void) {
        self.filters.push(lzma_filter { id, options });
    }
}

fn delta(rng: &mut Rng) -> lzma_options_delta {
    // SAFETY: plain integers and pointers.
    let mut options: lzma_options_delta = unsafe { std::mem::zeroed() };
    options.dist = rng.pick(&[1, 2, 3, 4, 5, 7, 8, 9, 16, 255, 256]);
    if rng.one_in(20) {
        options.dist = rng.pick(&[0, 257, u32::MAX]);
    }
    options.r#type = lzma_delta_type(u32::from(rng.one_in(40)));
    options
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
        let chain = Chain::random(rng);
        let filters = chain.filters.as_ptr();
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
        assert_same(&expected, &outcome, format_args!("{plan:?}\n{:?}", chain.filters));
        if outcome.is_end() && input == encoded.output {
            assert_eq!(outcome.output, plain);
            valid += 1;
        }
    });
    let repeated = std::env::var_os("RLZMA_SEED").is_some();
    assert!(valid > 1000 || repeated, "only {valid} chains were valid");
}

#[test]
fn encoding() {
    seeds(1000, |rng| {
        let chain = Chain::random(rng);
        let filters = chain.filters.as_ptr();
        let plain = data(10_000, rng);
        let mut plan = plan(rng);
        if rng.one_in(4) {
            plan.flushes = vec![(rng.below(plain.len() + 1), LZMA_SYNC_FLUSH)];
        }
        // SAFETY: the chain is terminated and its options live.
        let encoder = |lib: &Lib, stream| unsafe { (lib.lzma_raw_encoder)(stream, filters) };
        let outcome = run(Lib::ours(), encoder, &plain, &plan);
        let expected = run(Lib::reference(), encoder, &plain, &plan);
        assert_same(&expected, &outcome, format_args!("{plan:?}\n{:?}", chain.filters));
    });
}

#[test]
fn memory_usage() {
    seeds(1000, |rng| {
        let chain = Chain::random(rng);
        let [ours, theirs] = [Lib::ours(), Lib::reference()]
            // SAFETY: the chain is terminated and its options live.
            .map(|lib| unsafe { (lib.lzma_raw_decoder_memusage)(chain.filters.as_ptr()) });
        assert_eq!(ours, theirs);
    });
}
