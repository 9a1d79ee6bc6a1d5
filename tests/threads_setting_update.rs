//! `lzma_filters_update` on encoders that have threads set by the user, beside the
//! original's without any: the same answers.

mod common;

use common::chain::{BRANCH_FILTERS, FilterChain, Options, cheap_options};
use common::{Lib, Rng, Stream, corpus, data, is_enough, seeds};
use rlzma::ffi::*;

/// An encoder of a library, and what it has written.
struct Encoder {
    stream: Stream<'static>,
    room: Vec<u8>,
    written: Vec<u8>,
}

impl Encoder {
    fn start(lib: &'static Lib, chain: &FilterChain) -> Encoder {
        assert_eq!(rlzma_set_threads(2), LZMA_OK);
        let mut stream = Stream::new(lib);
        let strm = stream.as_mut_ptr();
        // SAFETY: a stream of this library; the chain is alive.
        let start = |filters| unsafe { (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_CRC32) };
        assert_eq!(chain.with(|filters| start(filters)), LZMA_OK);
        Encoder { stream, room: vec![0; 4 << 20], written: Vec::new() }
    }

    fn update(&mut self, chain: &FilterChain) -> lzma_ret {
        let (lib, strm) = (self.stream.lib, self.stream.as_mut_ptr());
        // SAFETY: a stream of this library; the chain is alive.
        chain.with(|filters| unsafe { (lib.lzma_filters_update)(strm, filters) })
    }

    /// Codes until all of `input` is taken and the action is done.
    fn code(&mut self, input: &[u8], action: lzma_action) -> lzma_ret {
        self.stream.lend(input, &mut self.room);
        loop {
            // SAFETY: both buffers are as long as said.
            let ret = unsafe { (self.stream.lib.lzma_code)(self.stream.as_mut_ptr(), action) };
            if ret != LZMA_OK || (action == LZMA_RUN && self.stream.as_mut().avail_in == 0) {
                let len = self.room.len() - self.stream.as_mut().avail_out;
                self.written.extend(&self.room[..len]);
                return ret;
            }
        }
    }
}

/// A chain that .xz files can have.
fn valid_chain(rng: &mut Rng) -> FilterChain {
    let mut chain = FilterChain::cheap(rng);
    chain.last().dict_size = rng.pick(&[4096, 65_536]);
    chain
}

/// Other options of the filters of `chain`, another chain, one that .xz files cannot
/// have, or one that is not valid.
fn other_chain(chain: &FilterChain, rng: &mut Rng) -> FilterChain {
    let mut other = if rng.one_in(2) { chain.clone() } else { valid_chain(rng) };
    match rng.below(6) {
        0 => other.spoil(rng),
        1 => {
            let others = [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];
            other.filters.last_mut().expect("a filter").0 = rng.pick(&others);
        }
        2 => {
            let (id, _) = rng.pick(&BRANCH_FILTERS);
            let start_offset = rng.below(9) as u32;
            let options = Options::Bcj(Box::new(lzma_options_bcj { start_offset }));
            other.filters.insert(0, (id, options));
        }
        3 | 4 => {
            let last = other.last();
            (last.lc, last.lp, last.pb) =
                (rng.below(5) as u32, rng.below(3) as u32, rng.below(6) as u32);
        }
        _ => {}
    }
    other
}

/// Before a Block, within one, and after each kind of flush.
#[test]
fn answers_are_those_without_threads() {
    let mut taken = 0;
    seeds(300, |rng| {
        let mut chain = valid_chain(rng);
        let mut plain = Vec::new();
        let mut encoders = [Lib::reference(), Lib::ours()].map(|lib| Encoder::start(lib, &chain));
        for _ in 0..rng.range(2..12) {
            for _ in 0..rng.below(3) {
                let other = other_chain(&chain, rng);
                let [want, have] = encoders.each_mut().map(|encoder| encoder.update(&other));
                assert_eq!(want, have, "{chain:?} {other:?}");
                if want == LZMA_OK {
                    taken += 1;
                    chain = other;
                }
            }
            let action = match rng.below(4) {
                0 => LZMA_FULL_FLUSH,
                1 => LZMA_FULL_BARRIER,
                2 if chain.can_flush() => LZMA_SYNC_FLUSH,
                _ => LZMA_RUN,
            };
            let more = match rng.below(10) {
                0..4 => Vec::new(),
                // Less than branch filters need would not reach LZMA2.
                4..9 => data::any(100 + rng.skewed(30_000), rng),
                _ => data::any(1000, rng).repeat(1200),
            };
            let more = if more.len() < 100 { Vec::new() } else { more };
            let answers = encoders
                .each_mut()
                .map(|encoder| (encoder.code(&more, action), encoder.stream.as_mut().total_in));
            plain.extend(more);
            assert_eq!(answers[0], answers[1], "{chain:?} {action:?}");
        }
        let ends = encoders.each_mut().map(|encoder| encoder.code(&[], LZMA_FINISH));
        assert_eq!(ends, [LZMA_STREAM_END; 2]);
        let other = other_chain(&chain, rng);
        let [want, have] = encoders.each_mut().map(|encoder| encoder.update(&other));
        assert_eq!(want, have, "after the end: {other:?}");
        for encoder in &encoders {
            assert!(corpus::decompress(Lib::reference(), &encoder.written) == plain);
        }
    });
    assert!(is_enough(taken, 100), "only {taken} changes");
}

/// Refused changes have no consequences.
#[test]
fn refused_chains_are_forgotten() {
    let rng = &mut Rng::new(1);
    let good = FilterChain::lzma(LZMA_FILTER_LZMA2, cheap_options(rng));
    let mut lzma1 = good.clone();
    lzma1.filters[0].0 = LZMA_FILTER_LZMA1;
    let mut odd = good.clone();
    let options = Options::Bcj(Box::new(lzma_options_bcj { start_offset: 1 }));
    odd.filters.insert(0, (LZMA_FILTER_ARM64, options));
    let plain = data::generate(data::Kind::Text, 100_000, rng);
    for lib in [Lib::reference(), Lib::ours()] {
        let mut encoder = Encoder::start(lib, &good);
        let between = |encoder: &mut Encoder| [encoder.update(&lzma1), encoder.update(&odd)];
        assert_eq!(between(&mut encoder), [LZMA_PROG_ERROR, LZMA_OPTIONS_ERROR]);
        assert_eq!(encoder.code(&plain, LZMA_RUN), LZMA_OK);
        assert_eq!(between(&mut encoder), [LZMA_PROG_ERROR; 2]);
        assert_eq!(encoder.code(&[], LZMA_SYNC_FLUSH), LZMA_STREAM_END);
        assert_eq!(between(&mut encoder), [LZMA_PROG_ERROR; 2]);
        assert_eq!(encoder.code(&[], LZMA_FULL_FLUSH), LZMA_STREAM_END);
        assert_eq!(between(&mut encoder), [LZMA_PROG_ERROR, LZMA_OPTIONS_ERROR]);
        assert_eq!(encoder.code(&plain, LZMA_FINISH), LZMA_STREAM_END);
        assert_eq!(between(&mut encoder), [LZMA_PROG_ERROR; 2]);
        assert!(corpus::decompress(Lib::reference(), &encoder.written) == plain.repeat(2));
    }
}
