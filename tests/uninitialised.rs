//! Callers that initialise what the documentation tells them to, and nothing
//! else: for every function that takes a structure. Miri (`scripts/miri`) sees
//! it when anything else is read. Without Miri, all else is garbage, which
//! must not change an answer.

mod common;

use common::uninitialised::*;
use rlzma::ffi::*;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr;

#[test]
fn raw_coders() {
    for id in LZMA {
        let (encoder, decoder) = (Chain::encoder(id), Chain::decoder(id));
        let mut strm = LZMA_STREAM_INIT;
        // SAFETY: the chains are as filter.h and lzma12.h want them.
        unsafe {
            assert_ne!(lzma_raw_encoder_memusage(encoder.as_ptr()), u64::MAX);
            assert_ne!(lzma_raw_decoder_memusage(decoder.as_ptr()), u64::MAX);
            assert_eq!(lzma_raw_encoder(&mut strm, encoder.as_ptr()), LZMA_OK);
            let updated = lzma_filters_update(&mut strm, encoder.as_ptr());
            let can = id == LZMA_FILTER_LZMA2;
            assert_eq!(updated, if can { LZMA_OK } else { LZMA_PROG_ERROR });
            let bytes = code(&mut strm, &data(), LZMA_FINISH);
            assert_eq!(lzma_raw_decoder(&mut strm, decoder.as_ptr()), LZMA_OK);
            assert_eq!(code(&mut strm, &bytes, LZMA_FINISH), data());
        }
    }
}

#[test]
fn raw_buffers() {
    for id in LZMA {
        let (encoder, decoder) = (Chain::encoder(id), Chain::decoder(id));
        let (plain, mut coded, mut back) = (data(), room(), room());
        let (mut written, mut taken, mut decoded) = (0, 0, 0);
        // SAFETY: the chains are as filter.h and lzma12.h want them, and the
        // buffers are as large as said.
        unsafe {
            let ret = lzma_raw_buffer_encode(
                encoder.as_ptr(),
                ptr::null(),
                plain.as_ptr(),
                plain.len(),
                coded.as_mut_ptr(),
                &mut written,
                400,
            );
            assert_eq!(ret, LZMA_OK);
            let ret = lzma_raw_buffer_decode(
                decoder.as_ptr(),
                ptr::null(),
                coded.as_ptr(),
                &mut taken,
                written,
                back.as_mut_ptr(),
                &mut decoded,
                plain.len(),
            );
            assert_eq!(ret, LZMA_OK);
            back.set_len(decoded);
        }
        assert_eq!(back, plain);
    }
}

#[test]
fn properties_and_flags() {
    for id in LZMA {
        let chain = Chain::decoder(id);
        for i in 0..3 {
            let (filter, mut size) = (chain.entry(i), nothing());
            let mut bytes = nothing::<[u8; 20]>();
            // SAFETY: the filters are as filter.h wants them; there is room.
            unsafe {
                assert_eq!(lzma_properties_size(size.as_mut_ptr(), filter), LZMA_OK);
                let at = bytes.as_mut_ptr().cast();
                assert_eq!(lzma_properties_encode(filter, at), LZMA_OK);
                let mut back = only!(lzma_filter { id: (*filter).id });
                let len = size.assume_init() as usize;
                let ret = lzma_properties_decode(back.as_mut_ptr(), ptr::null(), at, len);
                assert_eq!(ret, LZMA_OK);
                libc::free((*back.as_ptr()).options);

                if id == LZMA_FILTER_LZMA2 {
                    let (mut end, mut taken, mut back) = (0, 0, nothing());
                    assert_eq!(lzma_filter_flags_size(size.as_mut_ptr(), filter), LZMA_OK);
                    let len = size.assume_init() as usize;
                    assert_eq!(lzma_filter_flags_encode(filter, at, &mut end, len), LZMA_OK);
                    let (to, from) = (back.as_mut_ptr(), ptr::null());
                    let ret = lzma_filter_flags_decode(to, from, at, &mut taken, end);
                    assert_eq!(ret, LZMA_OK);
                    libc::free((*back.as_ptr()).options);
                }
            }
        }
    }
}

/// Sizes depend on the IDs only, and on the options of BCJ filters.
#[test]
fn sizes_without_options() {
    for id in LZMA {
        let filter = only!(lzma_filter { id: id, options: ptr::dangling_mut::<u64>().cast() });
        let mut size = nothing();
        // SAFETY: such options are not read.
        unsafe {
            assert_eq!(lzma_properties_size(size.as_mut_ptr(), filter.as_ptr()), LZMA_OK);
            assert_eq!(size.assume_init(), if id == LZMA_FILTER_LZMA2 { 1 } else { 5 });
        }
    }
    let end = only!(lzma_filter { id: LZMA_VLI_UNKNOWN });
    let mut size = nothing();
    // SAFETY: such a filter has no options.
    let ret = unsafe { lzma_properties_size(size.as_mut_ptr(), end.as_ptr()) };
    assert_eq!(ret, LZMA_PROG_ERROR);
}

#[test]
fn copies() {
    for id in LZMA {
        for chain in [Chain::encoder(id), Chain::decoder(id)] {
            let mut copy = nothing::<[lzma_filter; 5]>();
            let to = copy.as_mut_ptr().cast::<lzma_filter>();
            // SAFETY: there is room for five filters.
            unsafe {
                assert_eq!(lzma_filters_copy(chain.as_ptr(), to, ptr::null()), LZMA_OK);
                let dict_size = (*(*to.add(2)).options.cast::<lzma_options_lzma>()).dict_size;
                assert_eq!(dict_size, LZMA_DICT_SIZE_MIN);
                lzma_filters_free(to, ptr::null());
                // Chains are freed up to their last entry.
                let end = only!(lzma_filter { id: LZMA_VLI_UNKNOWN });
                to.cast::<MaybeUninit<lzma_filter>>().write(end);
                lzma_filters_free(to, ptr::null());
            }
        }
    }
}

#[test]
fn texts() {
    for (flags, chain) in [
        (0, Chain::new(LZMA_FILTER_LZMA2, nothing())),
        (LZMA_STR_DECODER, Chain::decoder(LZMA_FILTER_LZMA1)),
        (LZMA_STR_DECODER, Chain::decoder(LZMA_FILTER_LZMA2)),
        (LZMA_STR_ENCODER | LZMA_STR_DECODER, Chain::encoder(LZMA_FILTER_LZMA2)),
    ] {
        text_and_back(&chain, flags);
    }
}

/// To a text, and that to a chain again.
fn text_and_back(chain: &Chain, flags: u32) {
    let (mut text, mut error_pos) = (nothing::<*mut c_char>(), nothing());
    let mut back = nothing::<[lzma_filter; 5]>();
    let (to, flags_back) = (back.as_mut_ptr().cast(), LZMA_STR_ALL_FILTERS);
    // SAFETY: the chain is as filter.h wants it; there is room for five.
    unsafe {
        let ret = lzma_str_from_filters(text.as_mut_ptr(), chain.as_ptr(), flags, ptr::null());
        assert_eq!(ret, LZMA_OK);
        let text = text.assume_init();
        assert!(CStr::from_ptr(text).to_bytes().starts_with(b"x86"));
        let at = error_pos.as_mut_ptr();
        let message = lzma_str_to_filters(text, at, to, flags_back, ptr::null());
        libc::free(text.cast());
        assert!(message.is_null(), "{:?}", CStr::from_ptr(message));
        assert!(error_pos.assume_init() > 0);
        lzma_filters_free(to, ptr::null());
    }
}

/// Starts an encoder, encodes, and decodes with what `decoder` starts.
fn round_trip(
    encoder: impl Fn(*mut lzma_stream) -> lzma_ret,
    decoder: impl Fn(*mut lzma_stream) -> lzma_ret,
) {
    let mut strm = LZMA_STREAM_INIT;
    assert_eq!(encoder(&mut strm), LZMA_OK);
    let bytes = code(&mut strm, &data(), LZMA_FINISH);
    assert_eq!(decoder(&mut strm), LZMA_OK);
    assert_eq!(code(&mut strm, &bytes, LZMA_FINISH), data());
}

#[test]
fn coders_of_files() {
    let chain = Chain::encoder(LZMA_FILTER_LZMA2);
    let options = Heap::new(encoder_options(LZMA_FILTER_LZMA1));
    // SAFETY: the structures are as the headers want them.
    unsafe {
        round_trip(
            |strm| lzma_stream_encoder(strm, chain.as_ptr(), LZMA_CHECK_CRC32),
            |strm| lzma_stream_decoder(strm, u64::MAX, 0),
        );
        round_trip(
            |strm| lzma_alone_encoder(strm, options.as_ptr()),
            |strm| lzma_alone_decoder(strm, u64::MAX),
        );
        let size = data().len() as u64;
        let mut strm = LZMA_STREAM_INIT;
        assert_eq!(lzma_microlzma_encoder(&mut strm, options.as_ptr()), LZMA_OK);
        let bytes = code(&mut strm, &data(), LZMA_FINISH);
        let written = bytes.len() as u64;
        let ret = lzma_microlzma_decoder(&mut strm, written, size, 1, LZMA_DICT_SIZE_MIN);
        assert_eq!(ret, LZMA_OK);
        assert_eq!(code(&mut strm, &bytes, LZMA_FINISH), data());
    }
}

#[test]
fn a_file_in_one_call() {
    let chain = Chain::encoder(LZMA_FILTER_LZMA2);
    let (plain, mut file, mut size) = (data(), room(), 0);
    // SAFETY: the chain is as filter.h wants it, and the buffers are as large
    // as said.
    let ret = unsafe {
        lzma_stream_buffer_encode(
            chain.as_ptr(),
            LZMA_CHECK_CRC64,
            ptr::null(),
            plain.as_ptr(),
            plain.len(),
            file.as_mut_ptr(),
            &mut size,
            400,
        )
    };
    assert_eq!(ret, LZMA_OK);
}

/// Of `lzma_mt`, what container.h calls for encoders only is not read by
/// decoders, nor the other way round; with filters, the preset is ignored, and
/// what only starts an encoder does not count for its memory usage.
#[test]
fn options_of_threads() {
    let chain = Chain::encoder(LZMA_FILTER_LZMA2);
    let for_memory =
        only!(lzma_mt { flags: 0, threads: 1, block_size: 1000, filters: chain.as_ptr() });
    let encoder = only!(lzma_mt {
        flags: 0,
        threads: 1,
        block_size: 1000,
        timeout: 0,
        filters: chain.as_ptr(),
        check: LZMA_CHECK_CRC32,
    });
    let decoder = only!(lzma_mt {
        flags: 0,
        threads: 1,
        timeout: 0,
        memlimit_threading: u64::MAX,
        memlimit_stop: u64::MAX,
    });
    let preset =
        only!(lzma_mt { flags: 0, threads: 1, block_size: 0, preset: 0, filters: ptr::null() });
    // SAFETY: the structures are as container.h wants them.
    unsafe {
        assert_ne!(lzma_stream_encoder_mt_memusage(for_memory.as_ptr()), u64::MAX);
        assert_ne!(lzma_stream_encoder_mt_memusage(preset.as_ptr()), u64::MAX);
        assert_eq!(lzma_mt_block_size(chain.as_ptr()), 1 << 20);
        round_trip(
            |strm| lzma_stream_encoder_mt(strm, encoder.as_ptr()),
            |strm| lzma_stream_decoder_mt(strm, decoder.as_ptr()),
        );
    }
}

#[test]
fn stream_flags() {
    let header = only!(lzma_stream_flags { version: 0, check: LZMA_CHECK_CRC32 });
    let footer = only!(lzma_stream_flags { version: 0, backward_size: 8, check: LZMA_CHECK_CRC32 });
    let mut bytes = nothing::<[u8; LZMA_STREAM_HEADER_SIZE]>();
    let at = bytes.as_mut_ptr().cast();
    let (mut a, mut b) = (nothing(), nothing());
    // SAFETY: the structures are as stream_flags.h wants them.
    unsafe {
        assert_eq!(lzma_stream_header_encode(header.as_ptr(), at), LZMA_OK);
        assert_eq!(lzma_stream_header_decode(a.as_mut_ptr(), at), LZMA_OK);
        assert_eq!(lzma_stream_footer_encode(footer.as_ptr(), at), LZMA_OK);
        assert_eq!(lzma_stream_footer_decode(b.as_mut_ptr(), at), LZMA_OK);
        assert_eq!(lzma_stream_flags_compare(a.as_ptr(), b.as_ptr()), LZMA_OK);
        assert_eq!(lzma_stream_flags_compare(footer.as_ptr(), b.as_ptr()), LZMA_OK);

        let index = lzma_index_init(ptr::null());
        assert_eq!(lzma_index_append(index, ptr::null(), 40, 100), LZMA_OK);
        assert_eq!(lzma_index_stream_flags(index, footer.as_ptr()), LZMA_OK);
        let mut iter = nothing::<lzma_index_iter>();
        lzma_index_iter_init(iter.as_mut_ptr(), index);
        assert_eq!(lzma_index_iter_locate(iter.as_mut_ptr(), 50), 0);
        assert_eq!((*(*iter.as_ptr()).stream.flags).backward_size, 8);
        lzma_index_iter_rewind(iter.as_mut_ptr());
        assert_eq!(lzma_index_iter_next(iter.as_mut_ptr(), LZMA_INDEX_ITER_ANY), 0);
        lzma_index_end(index, ptr::null());
    }
}

/// Places for results need not be initialised, even where the result comes
/// later.
#[test]
fn places_for_results() {
    let (mut number, mut pos, mut taken) = (nothing(), 0, 0);
    let bytes = [0x81, 0x01];
    // SAFETY: the positions are initialised, and the buffers as large as said.
    unsafe {
        let ret =
            lzma_vli_decode(number.as_mut_ptr(), ptr::null_mut(), bytes.as_ptr(), &mut taken, 2);
        assert_eq!((ret, number.assume_init()), (LZMA_OK, 129));
        let mut number = nothing();
        for (end, expected) in [(1, LZMA_OK), (2, LZMA_STREAM_END)] {
            let mut at = end - 1;
            let from = bytes.as_ptr();
            let ret = lzma_vli_decode(number.as_mut_ptr(), &mut pos, from, &mut at, end);
            assert_eq!(ret, expected);
        }
        assert_eq!(number.assume_init(), 129);

        let index = lzma_index_init(ptr::null());
        assert_eq!(lzma_index_append(index, ptr::null(), 40, 100), LZMA_OK);
        let (mut encoded, mut size, mut limit) = (room(), 0, u64::MAX);
        let to = encoded.as_mut_ptr();
        assert_eq!(lzma_index_buffer_encode(index, to, &mut size, 400), LZMA_OK);
        encoded.set_len(size);
        lzma_index_end(index, ptr::null());
        let mut place = nothing::<*mut lzma_index>();
        let (at, none, mut start) = (place.as_mut_ptr(), ptr::null(), 0);
        let ret = lzma_index_buffer_decode(at, &mut limit, none, to, &mut start, size);
        assert_eq!(ret, LZMA_OK);
        lzma_index_end(place.assume_init(), ptr::null());

        let place = Heap::new(nothing::<*mut lzma_index>());
        let mut strm = LZMA_STREAM_INIT;
        assert_eq!(lzma_index_decoder(&mut strm, place.as_ptr(), u64::MAX), LZMA_OK);
        assert!(code(&mut strm, &encoded, LZMA_RUN).is_empty());
        lzma_index_end(*place.as_ptr::<*mut lzma_index>(), ptr::null());

        let (mut progress_in, mut progress_out) = (nothing(), nothing());
        lzma_get_progress(&mut strm, progress_in.as_mut_ptr(), progress_out.as_mut_ptr());
        assert_eq!(progress_in.assume_init(), encoded.len() as u64);
        let mut text = nothing::<*mut c_char>();
        let (all, none) = (LZMA_VLI_UNKNOWN, ptr::null());
        assert_eq!(lzma_str_list_filters(text.as_mut_ptr(), all, 0, none), LZMA_OK);
        libc::free(text.assume_init().cast());
    }
}

#[test]
fn the_place_for_the_index_of_a_file() {
    let file = include_bytes!("vectors/good-1-check-crc32.xz");
    let place = Heap::new(nothing::<*mut lzma_index>());
    let (mut strm, size) = (LZMA_STREAM_INIT, file.len() as u64);
    // SAFETY: the place is valid until the Index is there.
    unsafe {
        let ret = lzma_file_info_decoder(&mut strm, place.as_ptr(), u64::MAX, size);
        assert_eq!(ret, LZMA_OK);
        assert!(code(&mut strm, file, LZMA_FINISH).is_empty());
        lzma_index_end(*place.as_ptr::<*mut lzma_index>(), ptr::null());
    }
}

/// By the prototypes of all functions: what takes a structure, but for the
/// stream and the allocator, all of which are initialised, is tested here,
/// in `uninitialised_blocks.rs`, or by what both have in common.
#[test]
#[cfg_attr(miri, ignore = "about the text of files")]
fn every_function_that_takes_a_structure_is_here() {
    const STRUCTURES: [&str; 6] = [
        "lzma_block",
        "lzma_filter",
        "lzma_index_iter",
        "lzma_mt",
        "lzma_options_lzma",
        "lzma_stream_flags",
    ];
    let prototypes = include_str!("common/functions.rs");
    let tests = concat!(
        include_str!("uninitialised.rs"),
        include_str!("uninitialised_blocks.rs"),
        include_str!("common/uninitialised.rs"),
    );
    let mut count = 0;
    for prototype in prototypes.split(" fn lzma_").skip(1) {
        let (name, arguments) = prototype.split_once('(').expect("arguments");
        let (arguments, _) = arguments.split_once(';').expect("an end");
        let mut words = arguments.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if words.any(|word| STRUCTURES.contains(&word)) {
            let call = format!("lzma_{name}(");
            assert!(tests.contains(&call), "{call} is not here");
            count += 1;
        }
    }
    assert!(count > 35, "only {count}");
}
