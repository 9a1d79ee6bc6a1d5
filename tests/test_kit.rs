//! The tests' own tools: a tool that is wrong would hide what it is for.

mod common;

use common::data::{KINDS, generate};
use common::mutate::{crc32, mutate, structure};
use common::{Allocator, Chunks, Lib, Plan, Rng, Stream, assert_same, corpus, run, seeds};
use rlzma::ffi::*;

fn easy(preset: u32) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
    // SAFETY: callers pass a stream of `lib`.
    move |lib, strm| unsafe { (lib.lzma_easy_encoder)(strm, preset, LZMA_CHECK_CRC32) }
}

fn decoder(flags: u32) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
    // SAFETY: callers pass a stream of `lib`.
    move |lib, strm| unsafe { (lib.lzma_stream_decoder)(strm, u64::MAX, flags) }
}

#[test]
fn both_libraries_say_the_same_version() {
    for lib in [Lib::reference(), Lib::ours()] {
        // SAFETY: the function has no preconditions.
        assert_eq!(unsafe { (lib.lzma_version_number)() }, 50080042, "{}", lib.name);
    }
}

#[test]
fn random_numbers_are_as_published() {
    // The first number of xoshiro256** that splitmix64 has seeded with zero.
    let mut rng = Rng::new(0);
    assert_eq!(rng.next_u64(), 0x99EC_5F36_CB75_F2B4);
    assert!((0..1000).all(|_| rng.below(7) < 7 && rng.skewed(1000) < 1000));
}

#[test]
fn crc32_is_as_published() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}

#[test]
fn every_way_to_divide_gives_the_same() {
    seeds(30, |rng| {
        let kind = rng.pick(&KINDS);
        let plain = generate(kind, 30_000, rng);
        assert_eq!(plain.len(), 30_000);
        let xz = run(Lib::reference(), easy(1), &plain, &Plan::random(rng));
        assert!(xz.is_end(), "{xz:?}");
        let whole = run(Lib::reference(), easy(1), &plain, &Plan::whole());
        assert_eq!(xz.result(), whole.result());

        let back = run(Lib::reference(), decoder(0), &xz.output, &Plan::random(rng));
        assert!(back.is_end(), "{back:?}");
        assert_eq!(back.output, plain);
    });
}

#[test]
fn the_same_plan_gives_the_same_calls() {
    let plain = generate(common::data::Kind::Mixture, 50_000, &mut Rng::new(3));
    let plan = Plan::random(&mut Rng::new(4));
    let first = run(Lib::reference(), easy(6), &plain, &plan);
    assert_same(&first, &run(Lib::reference(), easy(6), &plain, &plan), "itself");
}

#[test]
fn flushes_divide_the_blocks() {
    let plain = generate(common::data::Kind::Text, 10_000, &mut Rng::new(5));
    let flushes = vec![(3000, LZMA_FULL_FLUSH), (3000, LZMA_SYNC_FLUSH), (7000, LZMA_FULL_FLUSH)];
    let input = Chunks::Random(900);
    let plan = Plan { flushes, input, output: Chunks::Fixed(64), ..Plan::whole() };
    let xz = run(Lib::reference(), easy(6), &plain, &plan);
    assert!(xz.is_end(), "{xz:?}");
    let parts = structure(&xz.output).expect("a Stream");
    assert_eq!(parts.iter().filter(|part| part.name == "Block Header").count(), 3);
    assert_eq!(corpus::decompress(Lib::reference(), &xz.output), plain);
}

#[test]
fn informational_codes_are_stepped_over() {
    let xz = corpus::compress(Lib::reference(), b"abc", 0);
    let outcome = run(Lib::reference(), decoder(LZMA_TELL_ANY_CHECK), &xz, &Plan::bytewise());
    assert!(outcome.is_end(), "{outcome:?}");
    assert_eq!(outcome.told, [(LZMA_GET_CHECK, LZMA_CHECK_CRC64)]);
    assert_eq!(outcome.output, b"abc");
}

#[test]
fn truncated_input_ends_with_buf_error() {
    let xz = corpus::compress(Lib::reference(), b"abc", 0);
    let outcome = run(Lib::reference(), decoder(0), &xz[..xz.len() - 1], &Plan::whole());
    assert_eq!((outcome.last, outcome.total_out), (LZMA_BUF_ERROR, 3));
}

#[test]
fn a_raised_memory_limit_lets_decoding_go_on() {
    let xz = corpus::compress(Lib::reference(), b"abc", 6);
    // SAFETY: `run` passes a stream of `lib`.
    let init = |lib: &Lib, strm| unsafe { (lib.lzma_stream_decoder)(strm, 1, 0) };
    let outcome = run(Lib::reference(), init, &xz, &Plan::whole());
    assert_eq!(outcome.last, LZMA_MEMLIMIT_ERROR);
    let plan = Plan { raise_memlimit: true, ..Plan::whole() };
    let outcome = run(Lib::reference(), init, &xz, &plan);
    assert!(outcome.is_end(), "{outcome:?}");
}

#[test]
fn seeks_are_followed() {
    let plain = generate(common::data::Kind::Noise, 50_000, &mut Rng::new(1));
    let xz = corpus::compress(Lib::reference(), &plain, 0);
    let size = xz.len() as u64;
    let mut index = std::ptr::null_mut();
    let at = &raw mut index;
    // SAFETY: `run` passes a stream of `lib`; `index` outlives it.
    let init = |lib: &Lib, strm| unsafe { (lib.lzma_file_info_decoder)(strm, at, u64::MAX, size) };
    let plan = Plan { input: Chunks::Fixed(16), finish: false, ..Plan::whole() };
    let outcome = run(Lib::reference(), init, &xz, &plan);
    assert!(outcome.is_end() && !outcome.seeks.is_empty(), "{outcome:?}");
    let lib = Lib::reference();
    // SAFETY: the decoder ended well, so the Index is there.
    unsafe {
        assert_eq!((lib.lzma_index_uncompressed_size)(index), 50_000);
        (lib.lzma_index_end)(index, std::ptr::null());
    }
}

#[test]
fn every_allocation_can_fail() {
    let xz = corpus::compress(Lib::reference(), b"abc", 0);
    let counting = Allocator::new();
    let outcome =
        Stream::with_allocator(Lib::reference(), &counting).run(decoder(0), &xz, &Plan::whole());
    assert!(outcome.is_end());
    counting.check();
    assert!(counting.allocs() > 3 && counting.peak_bytes() > 1000);
    assert!(counting.largest() <= counting.peak_bytes());

    for n in 1..=counting.allocs() {
        let failing = Allocator::failing_at(n);
        let mut stream = Stream::with_allocator(Lib::reference(), &failing);
        let outcome = stream.run(decoder(0), &xz, &Plan::whole());
        assert!(outcome.init == LZMA_MEM_ERROR || outcome.last == LZMA_MEM_ERROR);
        assert_eq!(failing.failed(), 1);
        let again = stream.run(decoder(0), &xz, &Plan::whole());
        assert!(again.is_end());
    }
}

#[test]
#[should_panic(expected = "leaked")]
fn leaks_are_noticed() {
    let allocator = Allocator::new();
    // SAFETY: the allocator outlives the Index.
    unsafe { (Lib::reference().lzma_index_init)(allocator.as_ptr()) };
    allocator.check();
}

#[test]
#[should_panic(expected = "is not allocated")]
fn foreign_frees_are_noticed() {
    let allocator = Allocator::new();
    // SAFETY: the Index is valid; it is freed by the wrong allocator, which
    // looks at the address only.
    unsafe {
        let index = (Lib::reference().lzma_index_init)(std::ptr::null());
        (Lib::reference().lzma_index_end)(index, allocator.as_ptr());
    }
    allocator.check();
}

#[test]
fn mutants_differ_and_repaired_headers_pass_their_checksum() {
    let plain = generate(common::data::Kind::Records, 5000, &mut Rng::new(1));
    let xz = corpus::compress(Lib::reference(), &plain, 1);
    let parts = structure(&xz).expect("a Stream");
    assert_eq!(parts.len(), 4);
    for part in &parts {
        let mut same = xz.clone();
        part.repair(&mut same);
        assert_eq!(same, xz, "{part:?}");
    }
    let mut refused = 0;
    seeds(300, |rng| {
        let mutant = mutate(&xz, rng);
        let outcome = run(Lib::reference(), decoder(0), &mutant.bytes, &Plan::whole());
        refused += usize::from(!outcome.is_end());
    });
    assert!(refused > 0);
}

#[test]
fn the_corpus_decodes() {
    if corpus::directory().is_none() {
        eprintln!("no corpus (set RLZMA_CORPUS)");
        return;
    }
    let samples = corpus::samples();
    assert!(!samples.is_empty());
    assert!(samples.iter().all(|sample| sample.plain.len() > sample.xz.len()));
}
