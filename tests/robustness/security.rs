//! Every security bug that liblzma had, once more: none of them is here. The
//! original has been mended, so it knows the right answers.

use crate::common::chain::{BRANCH_FILTERS, FilterChain, Filters, cheap_options};
use crate::common::decoder::{Decoder, Start};
use crate::common::files;
use crate::common::{
    Allocator, Chunks, Lib, Outcome, Plan, Rng, Stream, assert_same, mutate, seeds, zeroed,
};
use rlzma::ffi::*;
use std::fs;
use std::path::Path;
use std::ptr;

fn vector(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Both libraries decode `file` the same; what ours says.
fn compare(start: Start, file: &[u8], plan: &Plan) -> Outcome {
    let have = crate::common::run(Lib::ours(), start.init(), file, plan);
    let want = crate::common::run(Lib::reference(), start.init(), file, plan);
    assert_same(&want, &have, format!("{start:?}"));
    have
}

fn start(decoder: Decoder) -> Start {
    Start { decoder, limit: u64::MAX, flags: 0 }
}

/// `fields` as an Index: a number each, padding and a CRC32 that is right.
fn index_bytes(fields: &[u64]) -> Vec<u8> {
    let mut bytes = vec![0];
    for &field in fields {
        let mut field = field;
        while field >= 0x80 {
            bytes.push(field as u8 | 0x80);
            field >>= 7;
        }
        bytes.push(field as u8);
    }
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes.extend(mutate::crc32(&bytes).to_le_bytes());
    bytes
}

fn decode_index(lib: &Lib, bytes: &[u8], allocator: &Allocator) -> (lzma_ret, *mut lzma_index) {
    let mut index = ptr::dangling_mut();
    let (mut limit, mut pos) = (u64::MAX, 0);
    // SAFETY: everything is valid, and the buffer as long as said.
    let ret = unsafe {
        (lib.lzma_index_buffer_decode)(
            &mut index,
            &mut limit,
            allocator.as_ptr(),
            bytes.as_ptr(),
            &mut pos,
            bytes.len(),
        )
    };
    (ret, index)
}

/// The room for Records was then zero, and written behind.
#[test]
fn index_append_after_decoding_an_index_without_records() {
    let lib = Lib::ours();
    let allocator = Allocator::new();
    let (ret, index) = decode_index(lib, &index_bytes(&[0]), &allocator);
    assert_eq!(ret, LZMA_OK);
    // SAFETY: it is an Index of ours, and freed in the end.
    unsafe {
        for _ in 0..2000 {
            assert_eq!((lib.lzma_index_append)(index, allocator.as_ptr(), 1000, 1), LZMA_OK);
        }
        assert_eq!((lib.lzma_index_block_count)(index), 2000);
        assert_eq!((lib.lzma_index_total_size)(index), 2_000_000);
        (lib.lzma_index_end)(index, allocator.as_ptr());
    }
    allocator.check();
}

/// Several Blocks with their sizes in their headers, as threads need them.
fn many_blocks(plain: &[u8], block_size: u64) -> Vec<u8> {
    crate::common::corpus::compress_with(Lib::reference(), plain, |lib, strm| {
        let mut options: lzma_mt = zeroed();
        options.threads = 1;
        options.block_size = block_size;
        options.check = LZMA_CHECK_CRC32;
        // SAFETY: the stream is of this library, and options are valid.
        unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) }
    })
}

/// Its buffers were freed then, although the main thread still used them.
#[test]
fn error_in_a_worker_while_the_main_thread_writes_its_input() {
    let mut rng = Rng::new(1);
    let plain = crate::common::data::generate(crate::common::data::Kind::Noise, 400_000, &mut rng);
    let file = many_blocks(&plain, 40_000);
    for round in 0..150 {
        let mut damaged = file.clone();
        // In the first half of a Block, whose input is then still coming.
        let at = 100 + rng.below(9) * 40_030 + rng.below(15_000);
        damaged[at] ^= 0xFF;
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        let init = |lib: &Lib, strm| {
            let mut options: lzma_mt = zeroed();
            options.threads = 4;
            options.flags = if round % 2 == 0 { LZMA_FAIL_FAST } else { 0 };
            options.memlimit_threading = u64::MAX;
            options.memlimit_stop = u64::MAX;
            // SAFETY: the stream is of this library, and options are valid.
            unsafe { (lib.lzma_stream_decoder_mt)(strm, &options) }
        };
        let input = Chunks::Fixed(rng.pick(&[1000, 7000, 50_000]));
        let plan = Plan { input, capacity: 1 << 20, ..Plan::whole() };
        let outcome = stream.run(init, &damaged, &plan);
        assert_eq!(outcome.last, LZMA_DATA_ERROR, "{at}");
        let single = start(Decoder::Stream).init();
        let want = crate::common::run(Lib::reference(), single, &damaged, &plan);
        assert_eq!(want.last, LZMA_DATA_ERROR);
        if round % 2 == 0 {
            assert!(want.output.starts_with(&outcome.output), "{at}");
        } else {
            assert!(want.output == outcome.output, "{at}");
        }
        drop(stream);
        allocator.check();
    }
}

/// The decoder was half of the old one and half of the new one then.
#[test]
fn starting_alone_lzip_auto_and_microlzma_again_after_an_allocation_failed() {
    let mut rng = Rng::new(1);
    let micro = files::micro(3000, &mut rng);
    let micro_decoder = Decoder::MicroLzma {
        comp_size: micro.bytes.len() as u64,
        uncomp_size: micro.plain_size,
        exact: true.into(),
        dict_size: micro.dict_size,
    };
    let decoders = [
        (Decoder::Alone, files::alone(3000, &mut rng), files::alone(100, &mut rng)),
        (Decoder::Lzip, files::lzip(3000, &mut rng), files::lzip(100, &mut rng)),
        (Decoder::Auto, files::xz(3000, &mut rng), files::alone(3000, &mut rng)),
        (Decoder::Auto, files::alone(3000, &mut rng), files::lzip(3000, &mut rng)),
        (micro_decoder, micro.bytes.clone(), micro.bytes.clone()),
    ];
    for (decoder, first, second) in decoders {
        let start = Start { flags: LZMA_CONCATENATED, ..start(decoder) };
        for n in 1..12 {
            let allocator = Allocator::new();
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            let want = stream.run(start.init(), &first, &Plan::whole());
            assert!(want.is_end(), "{want:?}");
            allocator.fail_next(n);
            let outcome = stream.run(start.init(), &second, &Plan::whole());
            if allocator.failed() != 0 {
                let code = if outcome.init == LZMA_OK { outcome.last } else { outcome.init };
                assert_eq!(code, LZMA_MEM_ERROR);
                // SAFETY: the stream is one of ours.
                let ret = unsafe { (stream.lib.lzma_code)(stream.as_mut_ptr(), LZMA_RUN) };
                assert_eq!(ret, LZMA_PROG_ERROR);
            }
            allocator.stop_failing();
            let again = stream.run(start.init(), &first, &Plan::whole());
            assert_eq!(again.result(), want.result());
        }
    }
}

#[test]
fn lzma_file_with_a_known_size_and_an_end_marker() {
    for name in ["good-known_size-with_eopm.lzma", "bad-too_big_size-with_eopm.lzma"] {
        let file = vector(name);
        for decoder in [Decoder::Alone, Decoder::Auto] {
            let outcome = compare(start(decoder), &file, &Plan::whole());
            assert_eq!(outcome.is_end(), name.starts_with("good"), "{name}");
        }
    }
    // Any size but the right one, too large or too small.
    let file = vector("good-known_size-with_eopm.lzma");
    let size = u64::from_le_bytes(file[5..13].try_into().unwrap());
    for wrong in [0, 1, size - 1, size + 1, size + 300] {
        let mut file = file.clone();
        file[5..13].copy_from_slice(&wrong.to_le_bytes());
        assert!(
            !compare(start(Decoder::Alone), &file, &Plan::whole()).output.is_empty() || wrong == 0
        );
    }
}

/// Positions in them need 32 bits, and sums with them more.
#[test]
fn dictionaries_of_2_gib_and_more() {
    let mut file = vector("good-known_size-without_eopm.lzma");
    for dict_size in [1 << 31, (1 << 31) + (1 << 30), u32::MAX] {
        file[1..5].copy_from_slice(&dict_size.to_le_bytes());
        let outcome = compare(start(Decoder::Alone), &file, &Plan::whole());
        let ret = if size_of::<usize>() == 8 { LZMA_STREAM_END } else { LZMA_MEM_ERROR };
        assert_eq!(outcome.last, ret, "{dict_size}: {outcome:?}");
    }
    // An LZMA2 dictionary of 4 GiB - 1, and the largest that can be written.
    let mut rng = Rng::new(1);
    for dict_size in [(3 << 29) + 1, 1 << 31, u32::MAX] {
        let options = lzma_options_lzma { dict_size, ..cheap_options(&mut rng) };
        let filters = FilterChain::lzma(LZMA_FILTER_LZMA2, options).raw();
        for lib in [Lib::ours(), Lib::reference()] {
            let mut stream = Stream::new(lib);
            // SAFETY: the stream is of this library; the chain is alive.
            let ret = unsafe { (lib.lzma_raw_encoder)(stream.as_mut_ptr(), filters.as_ptr()) };
            assert_eq!(ret, LZMA_OPTIONS_ERROR, "{dict_size}");
            // SAFETY: as above.
            let usage = unsafe { (lib.lzma_raw_decoder_memusage)(filters.as_ptr()) };
            assert!(usage > dict_size.into(), "{dict_size}");
        }
    }
}

/// Memory is not asked for on the word of a few bytes.
#[test]
fn index_with_an_absurd_number_of_records() {
    for records in [1000, 1 << 20, 1 << 32, (1 << 33) + 1, 1 << 60, LZMA_VLI_MAX] {
        let bytes = index_bytes(&[records, 100, 100]);
        let mut answers = Vec::new();
        for lib in [Lib::ours(), Lib::reference()] {
            let allocator = Allocator::new();
            let (ret, index) = decode_index(lib, &bytes, &allocator);
            assert_eq!((ret, index.is_null()), (LZMA_DATA_ERROR, true));
            // A stream does not know how much will come: the limit counts.
            let mut stream = Stream::with_allocator(lib, &allocator);
            let mut index = ptr::null_mut();
            let place = &raw mut index;
            let init = |lib: &Lib, strm| {
                // SAFETY: the place outlives the stream.
                unsafe { (lib.lzma_index_decoder)(strm, place, 1 << 20) }
            };
            let outcome = stream.run(init, &bytes, &Plan::whole());
            assert!(allocator.largest() < 1 << 20);
            answers.push(outcome.last);
        }
        assert_eq!(answers[0], answers[1], "{records}");
        assert!(!matches!(answers[0], LZMA_OK | LZMA_STREAM_END));
    }
}

/// Rounded up or added to, these have become small.
#[test]
fn huge_unpadded_size() {
    let largest = LZMA_VLI_MAX & !3;
    for unpadded in (largest - 60..=largest).chain([LZMA_VLI_MAX, LZMA_VLI_MAX + 1, u64::MAX]) {
        for before in [false, true] {
            let append = |lib: &Lib| {
                // SAFETY: these are of this library, and freed in the end.
                unsafe {
                    let index = (lib.lzma_index_init)(ptr::null());
                    let hash = (lib.lzma_index_hash_init)(ptr::null_mut(), ptr::null());
                    if before {
                        (lib.lzma_index_append)(index, ptr::null(), 100, 100);
                        (lib.lzma_index_hash_append)(hash, 100, 100);
                    }
                    let rets = (
                        (lib.lzma_index_append)(index, ptr::null(), unpadded, 1),
                        (lib.lzma_index_hash_append)(hash, unpadded, 1),
                        (lib.lzma_index_file_size)(index),
                    );
                    (lib.lzma_index_end)(index, ptr::null());
                    (lib.lzma_index_hash_end)(hash, ptr::null());
                    rets
                }
            };
            assert_eq!(append(Lib::ours()), append(Lib::reference()), "{unpadded}");
        }
        if unpadded <= LZMA_VLI_MAX {
            let bytes = index_bytes(&[2, 100, 100, unpadded, 100]);
            let allocator = Allocator::new();
            assert_eq!(decode_index(Lib::ours(), &bytes, &allocator).0, LZMA_DATA_ERROR);
        }
    }
}

/// It is damage, not a lack of input that could be mended.
#[test]
fn truncated_input_in_stream_buffer_decode() {
    let file = vector("good-1-check-crc64.xz");
    for len in 0..=file.len() {
        for room in [0, 5, 4096] {
            let decode = |lib: &Lib| {
                let (mut limit, mut in_pos, mut out_pos) = (u64::MAX, 0, 0);
                let mut out = vec![0; room];
                // SAFETY: everything is valid, and buffers as long as said.
                let ret = unsafe {
                    (lib.lzma_stream_buffer_decode)(
                        &mut limit,
                        0,
                        ptr::null(),
                        file.as_ptr(),
                        &mut in_pos,
                        len,
                        out.as_mut_ptr(),
                        &mut out_pos,
                        room,
                    )
                };
                (ret, in_pos, out_pos)
            };
            let answer = decode(Lib::ours());
            assert_eq!(answer, decode(Lib::reference()), "{len} {room}");
            if room == 4096 {
                let want = if len == file.len() { LZMA_OK } else { LZMA_DATA_ERROR };
                assert_eq!(answer.0, want, "{len}");
            }
        }
    }
}

/// They were more than the text had room for.
#[test]
fn more_than_four_filters_in_str_from_filters() {
    let mut rng = Rng::new(1);
    for count in 0..8 {
        let ids = vec![LZMA_FILTER_DELTA; count];
        let filters =
            FilterChain::with_ids(&ids, LZMA_FILTER_LZMA2, cheap_options(&mut rng), &mut rng).raw();
        for lib in [Lib::ours(), Lib::reference()] {
            let mut text = ptr::dangling_mut();
            // SAFETY: everything is valid.
            unsafe {
                let filters = filters.as_ptr();
                let flags = LZMA_STR_ENCODER | LZMA_STR_GETOPT_LONG;
                let ret = (lib.lzma_str_from_filters)(&mut text, filters, flags, ptr::null());
                assert_eq!(ret, if count < 4 { LZMA_OK } else { LZMA_OPTIONS_ERROR });
                assert_eq!(text.is_null(), ret != LZMA_OK);
                libc::free(text.cast());
            }
        }
    }
}

fn raw_decoder(lib: &Lib, strm: *mut lzma_stream, filters: &Filters) -> lzma_ret {
    // SAFETY: the stream is of this library; the chain is alive.
    unsafe { (lib.lzma_raw_decoder)(strm, filters.as_ptr()) }
}

#[test]
fn empty_lzma2_streams() {
    let mut rng = Rng::new(1);
    let filters = FilterChain::lzma(LZMA_FILTER_LZMA2, cheap_options(&mut rng)).raw();
    for plan in [Plan::whole(), Plan::bytewise()] {
        // The end and nothing else; a chunk of no data cannot be said.
        for bytes in [&[0][..], &[0, 0], &[], &[1, 0, 0], &[1]] {
            let init = |lib: &Lib, strm| raw_decoder(lib, strm, &filters);
            let have = crate::common::run(Lib::ours(), init, bytes, &plan);
            let want = crate::common::run(Lib::reference(), init, bytes, &plan);
            assert_same(&want, &have, format!("{bytes:?}"));
            assert_eq!(have.is_end(), bytes.starts_with(&[0]));
        }
        for name in ["good-0-empty.xz", "good-1-lzma2-5.xz", "good-1-empty-bcj-lzma2.xz"] {
            assert!(compare(start(Decoder::Stream), &vector(name), &plan).is_end(), "{name}");
        }
    }
}

/// The filter had bytes left that it did not know where to put.
#[test]
fn bcj_with_output_space_exactly_used_up() {
    let mut rng = Rng::new(1);
    for (id, _) in BRANCH_FILTERS {
        for len in (0..40).chain([1000, 4095, 4096, 4097]) {
            let plain =
                crate::common::data::generate(crate::common::data::Kind::Code, len, &mut rng);
            let filters =
                FilterChain::with_ids(&[id], LZMA_FILTER_LZMA2, cheap_options(&mut rng), &mut rng)
                    .raw();
            let encode = |lib: &Lib, strm| {
                // SAFETY: the stream is of this library; the chain is alive.
                unsafe { (lib.lzma_raw_encoder)(strm, filters.as_ptr()) }
            };
            let encoded = crate::common::corpus::compress_with(Lib::reference(), &plain, encode);
            for output in [Chunks::Fixed(len.max(1)), Chunks::Fixed(len / 2 + 1), Chunks::Fixed(1)]
            {
                let plan = Plan { output, ..Plan::whole() };
                let init = |lib: &Lib, strm| raw_decoder(lib, strm, &filters);
                let have = crate::common::run(Lib::ours(), init, &encoded, &plan);
                let want = crate::common::run(Lib::reference(), init, &encoded, &plan);
                assert_same(&want, &have, format!("filter {id}, {len} bytes"));
                assert!(have.is_end() && have.output == plain);
            }
            let decode = |lib: &Lib, room: usize| {
                let (mut in_pos, mut out_pos) = (0, 0);
                let mut out = vec![0; room];
                // SAFETY: everything is valid, and buffers as long as said.
                let ret = unsafe {
                    (lib.lzma_raw_buffer_decode)(
                        filters.as_ptr(),
                        ptr::null(),
                        encoded.as_ptr(),
                        &mut in_pos,
                        encoded.len(),
                        out.as_mut_ptr(),
                        &mut out_pos,
                        room,
                    )
                };
                (ret, in_pos, out_pos)
            };
            for room in [len.saturating_sub(1), len, len + 1] {
                assert_eq!(decode(Lib::ours(), room), decode(Lib::reference(), room), "{id} {len}");
            }
            assert_eq!(decode(Lib::ours(), len).0, LZMA_OK);
        }
    }
}

/// A Stream of Blocks of these lengths, each with its sizes in its header.
fn blocks(lens: &[usize], filters: &Filters) -> Vec<u8> {
    let lib = Lib::reference();
    // SAFETY: everything is valid, and buffers as long as said.
    unsafe {
        let mut flags: lzma_stream_flags = zeroed();
        flags.check = LZMA_CHECK_CRC32;
        let mut file = vec![0; 1 << 16];
        assert_eq!((lib.lzma_stream_header_encode)(&flags, file.as_mut_ptr()), LZMA_OK);
        let index = (lib.lzma_index_init)(ptr::null());
        let (mut pos, size) = (12, file.len());
        for &len in lens {
            let mut block: lzma_block = zeroed();
            block.check = LZMA_CHECK_CRC32;
            block.filters = filters.as_ptr().cast_mut();
            let plain = vec![b'x'; len];
            let ret = (lib.lzma_block_buffer_encode)(
                &mut block,
                ptr::null(),
                plain.as_ptr(),
                len,
                file.as_mut_ptr(),
                &mut pos,
                size,
            );
            assert_eq!(ret, LZMA_OK);
            let unpadded = (lib.lzma_block_unpadded_size)(&block);
            let ret = (lib.lzma_index_append)(index, ptr::null(), unpadded, len as u64);
            assert_eq!(ret, LZMA_OK);
        }
        flags.backward_size = (lib.lzma_index_size)(index);
        let ret = (lib.lzma_index_buffer_encode)(index, file.as_mut_ptr(), &mut pos, size);
        assert_eq!(ret, LZMA_OK);
        (lib.lzma_index_end)(index, ptr::null());
        assert_eq!((lib.lzma_stream_footer_encode)(&flags, file.as_mut_ptr().add(pos)), LZMA_OK);
        file.truncate(pos + 12);
        file
    }
}

#[test]
fn empty_blocks() {
    seeds(300, |rng| {
        let filters = FilterChain::cheap(rng).raw();
        let lens: Vec<_> = (0..rng.below(6)).map(|_| rng.pick(&[0, 0, 1, 100])).collect();
        let file = blocks(&lens, &filters);
        let plan = Plan { capacity: 1 << 12, ..Plan::random(rng) };
        let outcome = compare(start(Decoder::Stream), &file, &plan);
        let total: usize = lens.iter().sum();
        assert!(outcome.is_end() && outcome.output == vec![b'x'; total], "{lens:?}");
        let init = |lib: &Lib, strm| {
            let mut options: lzma_mt = zeroed();
            options.threads = 3;
            options.memlimit_threading = u64::MAX;
            options.memlimit_stop = u64::MAX;
            // SAFETY: the stream is of this library, and options are valid.
            unsafe { (lib.lzma_stream_decoder_mt)(strm, &options) }
        };
        let threaded = crate::common::run(Lib::ours(), init, &file, &plan);
        assert_eq!(threaded.result(), outcome.result(), "{lens:?}");
    });
    let outcome =
        compare(start(Decoder::Stream), &vector("good-1-empty-bcj-lzma2.xz"), &Plan::whole());
    assert!(outcome.is_end() && outcome.output.is_empty());
}
