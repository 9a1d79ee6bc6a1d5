//! The memory of decoders: nothing is lost when an allocation fails; no more is used
//! than `lzma_memusage` says, and that is the dictionary, its margins, and little
//! else.

use crate::common::alloc_failure::{self, Case as _};
use crate::common::chain::{FilterChain, preset_options};
use crate::common::corpus::compress_with;
use crate::common::data::{Kind, generate};
use crate::common::decoder::{Decoder, Start};
use crate::common::{Allocator, Lib, Outcome, Plan, Rng, Stream, files};
use rlzma::ffi::*;

/// A file and how to decode it.
struct Case {
    file: Vec<u8>,
    plain: Vec<u8>,
    start: Start,
}

impl Case {
    fn new(decoder: Decoder, file: &[u8]) -> Case {
        let start = Start { decoder, limit: u64::MAX, flags: LZMA_CONCATENATED };
        let outcome = crate::common::run(Lib::reference(), start.init(), file, &plan());
        assert!(outcome.is_end(), "{start:?}: {outcome:?}");
        Case { file: file.to_vec(), plain: outcome.output, start }
    }
}

impl alloc_failure::Case for Case {
    fn run(&self, stream: &mut Stream<'_>) -> Outcome {
        stream.run(self.start.init(), &self.file, &plan())
    }

    fn expected(&self) -> &[u8] {
        &self.plain
    }

    fn coder(&self) -> impl std::fmt::Debug {
        self.start
    }
}

fn plan() -> Plan {
    Plan { capacity: 1 << 18, ..Plan::whole() }
}

/// Several files for every decoder, so that dictionaries of several sizes are
/// needed.
fn cases() -> Vec<Case> {
    let rng = &mut Rng::new(0);
    let mut cases = Vec::new();
    for _ in 0..3 {
        let xz = files::stream(&crate::common::data::any(50_000, rng), rng);
        let alone = files::alone(50_000, rng);
        let lzip = files::lzip(50_000, rng);
        let micro = files::micro(50_000, rng);
        for file in [&xz, &alone, &lzip] {
            cases.push(Case::new(Decoder::Auto, file));
        }
        cases.push(Case::new(Decoder::Stream, &xz));
        cases.push(Case::new(Decoder::Alone, &alone));
        cases.push(Case::new(Decoder::Lzip, &lzip));
        let decoder = Decoder::MicroLzma {
            comp_size: micro.bytes.len() as u64,
            uncomp_size: micro.plain_size,
            exact: 1,
            dict_size: micro.dict_size,
        };
        cases.push(Case::new(decoder, &micro.bytes));
    }
    cases
}

#[test]
fn every_allocation_of_a_new_stream_fails() {
    alloc_failure::new_streams(&cases(), 2);
}

#[test]
fn every_allocation_of_a_used_stream_fails() {
    alloc_failure::used_streams(&cases());
}

#[test]
fn all_allocations_fail_from_some_moment_on() {
    alloc_failure::nothing_left_at_all(&cases());
}

/// No more memory is in use than `lzma_memusage` says.
#[test]
fn no_more_than_memory_usage_says() {
    for case in cases() {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        case.succeed(&mut stream);
        // SAFETY: a stream of this library.
        let usage = unsafe { (stream.lib.lzma_memusage)(stream.as_mut_ptr()) };
        let used = allocator.live_bytes() as u64; // earlier members may have needed more
        assert!(usage == 0 || used <= usage, "{:?}: {used} of {usage}", case.start);
    }
}

/// Beyond the dictionary: the model (30 KiB), margins, and a few KiB.
const EXTRA: usize = 40 << 10;

/// Peak memory in bytes of decoding `xz` with `lib`.
fn peak(lib: &Lib, xz: &[u8], plain: &[u8]) -> usize {
    let allocator = Allocator::new();
    let mut stream = Stream::with_allocator(lib, &allocator);
    let plan = Plan::random(&mut Rng::new(xz.len() as u64));
    let outcome = stream.run(
        |lib, strm| {
            // SAFETY: the stream is valid.
            unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, 0) }
        },
        xz,
        &plan,
    );
    assert!(outcome.last == LZMA_STREAM_END && outcome.output == plain);
    drop(stream);
    allocator.peak_bytes()
}

#[test]
fn decoding_holds_the_dictionary_and_little_else() {
    let plain = generate(Kind::Text, 3 << 20, &mut Rng::new(7));
    for dict_size in [4096, 1 << 16, 1 << 20, 8 << 20] {
        let options = lzma_options_lzma { dict_size, ..preset_options(1) };
        let chain = FilterChain::lzma(LZMA_FILTER_LZMA2, options);
        let xz = compress_with(Lib::reference(), &plain, |lib, strm| {
            // SAFETY: stream and chain are valid.
            chain.with(|filters| unsafe {
                (lib.lzma_stream_encoder)(strm, filters, LZMA_CHECK_CRC64)
            })
        });
        let (theirs, ours) = (peak(Lib::reference(), &xz, &plain), peak(Lib::ours(), &xz, &plain));
        println!("dictionary {dict_size}: liblzma {theirs}, rlzma {ours} bytes");
        assert!(ours <= dict_size as usize + EXTRA, "dictionary {dict_size}: {ours} bytes");
        // SAFETY: the chain is valid.
        let promised =
            chain.with(|filters| unsafe { (Lib::reference().lzma_raw_decoder_memusage)(filters) });
        assert!(ours as u64 <= promised, "{ours} bytes, {promised} promised");
    }
}
