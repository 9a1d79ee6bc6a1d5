//! The raw encoders of LZMA1 and LZMA2 make the original's bytes, call by
//! call.

use std::ptr;

use crate::common::chain::{FilterChain, LZMA_FILTERS, preset_options, spoil_options};
use crate::common::data::{KINDS, any, generate};
use crate::common::{Allocator, Chunks, Lib, Plan, Rng, Stream, assert_same, run, seeds};
use rlzma::ffi::*;

/// A valid chain that ends with a filter of the LZMA family.
fn random_chain(rng: &mut Rng) -> FilterChain {
    let mut chain = FilterChain::random(rng.pick(&LZMA_FILTERS), rng);
    if chain.last_id() == LZMA_FILTER_LZMA1EXT {
        chain.last().ext_flags = rng.below(2) as u32;
    }
    match rng.below(8) {
        0 => chain.last().nice_len = rng.range(2..8) as u32,
        1 => chain.last().dict_size = rng.range(4096..1 << 21) as u32,
        _ => {}
    }
    if rng.one_in(6) {
        chain.preset_dict = any(10_000, rng);
    }
    chain
}

/// Starts the raw encoder of a chain.
fn encoder(chain: &FilterChain) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
    // SAFETY: `strm` is a stream of `lib`, the chain is alive.
    |lib, strm| chain.with(|filters| unsafe { (lib.lzma_raw_encoder)(strm, filters) })
}

fn compare(chain: &FilterChain, plain: &[u8], plan: &Plan) {
    let [want, have] =
        [Lib::reference(), Lib::ours()].map(|lib| run(lib, encoder(chain), plain, plan));
    assert_same(&want, &have, format_args!("{chain:?} {} bytes {plan:?}", plain.len()));
}

/// Compares the memory usage that both libraries say encoding has.
fn compare_memory_usage(chain: &FilterChain) {
    let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
        // SAFETY: the chain is alive.
        chain.with(|filters| unsafe { (lib.lzma_raw_encoder_memusage)(filters) })
    });
    assert_eq!(want, have, "{chain:?}");
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
    seeds(3000, |rng| {
        let chain = random_chain(rng);
        let plain = plain(rng);
        compare(&chain, &plain, &plan(rng, plain.len()));
    });
}

#[test]
fn presets() {
    seeds(10, |rng| {
        for level in 0..10 {
            for flags in [0, LZMA_PRESET_EXTREME] {
                for id in [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA2] {
                    let plain = any(20_000, rng);
                    let chain = FilterChain::lzma(id, preset_options(level | flags));
                    compare(&chain, &plain, &Plan::whole());
                }
            }
        }
    });
}

#[test]
fn large_data() {
    seeds(6, |rng| {
        let mut chain = random_chain(rng);
        // Small enough for the window to move, now and then; or so large that
        // trees outgrow the cache.
        chain.last().dict_size = 1 << rng.range(12..23);
        let len = rng.range(2 << 20..6 << 20);
        let plain = generate(rng.pick(&KINDS), len, rng);
        compare(&chain, &plain, &plan(rng, len));
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
            let chain = FilterChain::lzma(id, preset_options(level));
            for plain in [vec![b'a'; len], (0..len as u8).collect(), any(len, &mut Rng::new(1))] {
                compare(&chain, &plain, &Plan::bytewise());
                let plan = Plan { flushes: vec![(len, LZMA_SYNC_FLUSH)], ..Plan::whole() };
                compare(&chain, &plain, &plan);
            }
        }
    }
}

#[test]
fn invalid_options() {
    seeds(3000, |rng| {
        let mut chain = random_chain(rng);
        for _ in 0..rng.range(1..3) {
            let at = rng.below(chain.filters.len());
            spoil_options(&mut chain.filters[at].1, rng);
        }
        if rng.one_in(10) {
            chain.last().dict_size = rng.next_u32() >> rng.range(8..20);
        }
        compare_memory_usage(&chain);
        compare(&chain, b"abcabcabc", &Plan::whole());
    });
}

#[test]
fn memory_usage_is_as_liblzma_says() {
    seeds(300, |rng| {
        let mut chain = random_chain(rng);
        chain.last().dict_size = rng.range(4096..(3 << 29) + 1) as u32;
        compare_memory_usage(&chain);
    });
}

fn set_last_id(chain: &mut FilterChain, id: lzma_vli) {
    chain.filters.last_mut().expect("a filter").0 = id;
}

/// One stream is started with few dictionaries and many options: what it keeps of
/// one start must not show in the next.
#[test]
fn one_stream_with_the_same_dictionaries() {
    seeds(80, |rng| {
        let dictionaries: Vec<_> =
            (0..2).map(|_| generate(rng.pick(&KINDS), rng.skewed(1 << 18), rng)).collect();
        let mut chains: Vec<_> = (0..2).map(|_| random_chain(rng)).collect();
        let [mut theirs, mut ours] = [Lib::reference(), Lib::ours()].map(Stream::new);
        for start in 0..8 {
            let chain = &mut chains[rng.below(2)];
            chain.preset_dict.clone_from(&dictionaries[rng.below(2)]);
            let plain = generate(rng.pick(&KINDS), rng.skewed(60_000), rng);
            let plan = plan(rng, plain.len());
            let [want, have] =
                [&mut theirs, &mut ours].map(|s| s.run(encoder(chain), &plain, &plan));
            assert_same(&want, &have, format_args!("start {start} {chain:?} {plan:?}"));
        }
    });
}

/// Encodes `plain` in pieces with a flush and changed options after each.
fn changing(
    lib: &Lib,
    chain: &FilterChain,
    changes: &[(usize, u32, u32, u32)],
    plain: &[u8],
) -> (Vec<lzma_ret>, Vec<u8>) {
    let mut stream = Stream::new(lib);
    let mut rets = vec![encoder(chain)(lib, stream.as_mut_ptr())];
    let (mut start, mut bytes) = (0, Vec::new());
    for &(end, lc, lp, pb) in changes {
        let flush =
            Plan { flushes: vec![(end - start, LZMA_SYNC_FLUSH)], finish: false, ..Plan::whole() };
        let outcome = stream.code(&plain[start..end], &flush);
        bytes.extend_from_slice(&outcome.output);
        rets.push(outcome.last);
        start = end;
        let mut other = FilterChain { preset_dict: Vec::new(), ..chain.clone() };
        (other.last().lc, other.last().lp, other.last().pb) = (lc, lp, pb);
        if lc == 0 && other.filters.len() > 1 {
            other.filters.remove(0); // that changes the IDs
        }
        if lp == 2 {
            set_last_id(&mut other, LZMA_FILTER_LZMA1);
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
    seeds(1000, |rng| {
        let mut chain = random_chain(rng);
        if !rng.one_in(5) {
            set_last_id(&mut chain, LZMA_FILTER_LZMA2);
        }
        let plain = plain(rng);
        let mut ends: Vec<_> = (0..rng.below(5)).map(|_| rng.below(plain.len() + 1)).collect();
        ends.sort_unstable();
        let changes: Vec<_> = ends
            .into_iter()
            .map(|end| (end, rng.below(5) as u32, rng.below(3) as u32, rng.below(6) as u32))
            .collect();
        let [want, have] =
            [Lib::reference(), Lib::ours()].map(|lib| changing(lib, &chain, &changes, &plain));
        assert_eq!(want.0, have.0);
        assert!(want.1 == have.1, "{:?} {changes:?}", chain);
    });
}

#[test]
fn whole_buffers() {
    seeds(1000, |rng| {
        let mut chain = random_chain(rng);
        if rng.one_in(10) {
            chain.last().nice_len = 1;
        }
        let plain = plain(rng);
        let (room, start) = (rng.below(plain.len() + 100), rng.below(4));
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            let (mut out, mut pos) = (vec![0; room], start);
            let ret = chain.with(|filters| {
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
        assert!(want == have, "{:?} {:?} {room}: {:?}", chain, want.0, have.0);
    });
}

#[test]
fn every_allocation_fails_once() {
    seeds(60, |rng| {
        let chain = random_chain(rng);
        let plain = any(1000, rng);
        for n in 1.. {
            let allocator = Allocator::failing_at(n);
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            let failed = stream.run(encoder(&chain), &plain, &Plan::whole());
            if allocator.failed() == 0 {
                assert!(failed.is_end());
                return;
            }
            assert_eq!(failed.init, LZMA_MEM_ERROR);
            let again = stream.run(encoder(&chain), &plain, &Plan::whole());
            assert_same(&run(Lib::reference(), encoder(&chain), &plain, &Plan::whole()), &again, n);
        }
    });
}

#[test]
fn a_stream_is_used_again() {
    seeds(250, |rng| {
        let mut streams = [Lib::reference(), Lib::ours()].map(Stream::new);
        for _ in 0..rng.range(2..6) {
            let chain = random_chain(rng);
            let plain = plain(rng);
            let mut plan = plan(rng, plain.len());
            if rng.one_in(2) {
                plan.stop_after = Some(rng.below(1000));
            }
            let [want, have] =
                streams.each_mut().map(|stream| stream.run(encoder(&chain), &plain, &plan));
            assert_same(&want, &have, format!("{:?}", chain));
        }
    });
}
