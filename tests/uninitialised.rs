//! Callers that initialise what the documentation tells them to, and nothing
//! else: for every function that takes a structure. Miri (`scripts/miri`) sees
//! it when anything else is read. Without Miri, all else is garbage, which
//! must not change an answer.

use rlzma::ffi::*;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr;

/// A place of which nothing is initialised.
fn nothing<T>() -> MaybeUninit<T> {
    let mut place = MaybeUninit::uninit();
    if cfg!(not(miri)) {
        // SAFETY: it is as large as said.
        unsafe { ptr::write_bytes(&mut place, 0xA5, 1) };
    }
    place
}

/// A structure of which these members are initialised.
macro_rules! only {
    ($type:ident { $($member:ident: $value:expr),* $(,)? }) => {{
        let mut place = nothing::<$type>();
        let pointer = place.as_mut_ptr();
        #[allow(unused_unsafe)] // in a block that is unsafe already
        // SAFETY: the place is valid for writes.
        unsafe { $((&raw mut (*pointer).$member).write($value);)* }
        place
    }};
}

/// Values on the heap, as many as there are, which need not be initialised.
struct Heap<T>(*mut MaybeUninit<T>);

impl<T> Heap<T> {
    fn new(value: MaybeUninit<T>) -> Heap<T> {
        Heap(Box::into_raw(Box::new(value)))
    }

    fn as_ptr<U>(&self) -> *mut U {
        self.0.cast()
    }
}

impl<T> Drop for Heap<T> {
    fn drop(&mut self) {
        // SAFETY: it came from `into_raw`.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

/// x86, Delta and an LZMA filter, ended by an entry without options.
struct Chain {
    filters: Heap<[lzma_filter; 4]>,
    _bcj: Heap<lzma_options_bcj>,
    _delta: Heap<lzma_options_delta>,
    _lzma: Heap<lzma_options_lzma>,
}

impl Chain {
    fn new(id: lzma_vli, lzma: MaybeUninit<lzma_options_lzma>) -> Chain {
        let bcj = Heap::new(only!(lzma_options_bcj { start_offset: 16 }));
        let delta = Heap::new(only!(lzma_options_delta { r#type: LZMA_DELTA_TYPE_BYTE, dist: 3 }));
        let lzma = Heap::new(lzma);
        let filters = Heap::new(nothing::<[lzma_filter; 4]>());
        let entries = [
            only!(lzma_filter { id: LZMA_FILTER_X86, options: bcj.as_ptr() }),
            only!(lzma_filter { id: LZMA_FILTER_DELTA, options: delta.as_ptr() }),
            only!(lzma_filter { id: id, options: lzma.as_ptr() }),
            only!(lzma_filter { id: LZMA_VLI_UNKNOWN }),
        ];
        for (i, entry) in entries.into_iter().enumerate() {
            // SAFETY: there is room for four.
            unsafe { filters.as_ptr::<MaybeUninit<lzma_filter>>().add(i).write(entry) };
        }
        Chain { filters, _bcj: bcj, _delta: delta, _lzma: lzma }
    }

    fn encoder(id: lzma_vli) -> Chain {
        Chain::new(id, encoder_options(id))
    }

    fn decoder(id: lzma_vli) -> Chain {
        Chain::new(id, decoder_options(id))
    }

    fn as_ptr(&self) -> *mut lzma_filter {
        self.filters.as_ptr()
    }

    fn entry(&self, i: usize) -> *mut lzma_filter {
        // SAFETY: there are four.
        unsafe { self.as_ptr().add(i) }
    }
}

/// Options with the members that `lzma_lzma_preset` initialises, and the flags where
/// they count.
fn encoder_options(id: lzma_vli) -> MaybeUninit<lzma_options_lzma> {
    let mut options = nothing::<lzma_options_lzma>();
    let pointer = options.as_mut_ptr();
    // SAFETY: the place is valid for writes.
    unsafe {
        assert_eq!(lzma_lzma_preset(pointer, 0), 0);
        (&raw mut (*pointer).dict_size).write(LZMA_DICT_SIZE_MIN);
        (&raw mut (*pointer).lc).write(0); // fewest probabilities
        (&raw mut (*pointer).pb).write(0);
        if id == LZMA_FILTER_LZMA1EXT {
            (&raw mut (*pointer).ext_flags).write(LZMA_LZMA1EXT_ALLOW_EOPM);
        }
    }
    options
}

/// Options with the members that a raw decoder needs.
fn decoder_options(id: lzma_vli) -> MaybeUninit<lzma_options_lzma> {
    let (dict_size, no_dict, unknown) = (LZMA_DICT_SIZE_MIN, ptr::null(), u32::MAX);
    match id {
        LZMA_FILTER_LZMA2 => {
            only!(lzma_options_lzma { dict_size: dict_size, preset_dict: no_dict })
        }
        LZMA_FILTER_LZMA1 => only!(lzma_options_lzma {
            dict_size: dict_size,
            preset_dict: no_dict,
            lc: 0,
            lp: 0,
            pb: 0,
        }),
        _ => only!(lzma_options_lzma {
            dict_size: dict_size,
            preset_dict: no_dict,
            lc: 0,
            lp: 0,
            pb: 0,
            ext_flags: 0,
            ext_size_low: unknown,
            ext_size_high: unknown,
        }),
    }
}

const LZMA: [lzma_vli; 3] = [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];

fn data() -> Vec<u8> {
    (0..80_u32).map(|i| ((i * i) >> 5) as u8).collect()
}

/// Room for results, which are not initialised.
fn room() -> Vec<u8> {
    Vec::with_capacity(400)
}

/// Codes `input` with the coder on `strm` in one call, and ends it.
fn code(strm: &mut lzma_stream, input: &[u8], action: lzma_action) -> Vec<u8> {
    let mut output = room();
    (strm.next_in, strm.avail_in) = (input.as_ptr(), input.len());
    (strm.next_out, strm.avail_out) = (output.as_mut_ptr(), 400);
    // SAFETY: the buffers are as large as said; what was written is
    // initialised.
    unsafe {
        assert_eq!(lzma_code(strm, action), LZMA_STREAM_END);
        output.set_len(400 - strm.avail_out);
        lzma_end(strm);
    }
    output
}

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

/// A Block, encoded in one call by what needs the fewest members, and what it
/// is known by then.
fn encoded_block(store: bool) -> (Vec<u8>, MaybeUninit<lzma_block>) {
    let chain = Chain::encoder(LZMA_FILTER_LZMA2);
    let (plain, mut bytes, mut size) = (data(), room(), 0);
    let (to, room, from) = (bytes.as_mut_ptr(), bytes.capacity(), plain.as_ptr());
    let (version, check) = (0, LZMA_CHECK_CRC32);
    // SAFETY: the structures are as block.h wants them, and the buffers are as
    // large as said.
    unsafe {
        let mut block;
        let ret = if store {
            block = only!(lzma_block { version: version, check: check });
            let place = block.as_mut_ptr();
            lzma_block_uncomp_encode(place, from, plain.len(), to, &mut size, room)
        } else {
            block = only!(lzma_block { version: version, check: check, filters: chain.as_ptr() });
            let (place, none) = (block.as_mut_ptr(), ptr::null());
            lzma_block_buffer_encode(place, none, from, plain.len(), to, &mut size, room)
        };
        assert_eq!(ret, LZMA_OK);
        bytes.set_len(size);
        assert_eq!((*block.as_ptr()).uncompressed_size, plain.len() as u64);
        (bytes, block)
    }
}

/// The Block that `lzma_block_header_decode` reads from a header.
fn decoded_header(bytes: &[u8], filters: &mut MaybeUninit<[lzma_filter; 5]>) -> Heap<lzma_block> {
    let block = Heap::new(only!(lzma_block {
        version: 1,
        header_size: lzma_block_header_size_decode(bytes[0]),
        check: LZMA_CHECK_CRC32,
        filters: filters.as_mut_ptr().cast(),
    }));
    // SAFETY: the structure is as block.h wants it.
    let ret = unsafe { lzma_block_header_decode(block.as_ptr(), ptr::null(), bytes.as_ptr()) };
    assert_eq!(ret, LZMA_OK);
    block
}

#[test]
fn blocks_in_one_call() {
    for store in [false, true] {
        let (bytes, _) = encoded_block(store);
        let mut filters = nothing();
        let block = decoded_header(&bytes, &mut filters);
        let (mut back, mut written) = (room(), 0);
        // SAFETY: the structure is as block.h wants it, and the buffers are as
        // large as said.
        unsafe {
            let header_size = (*block.as_ptr::<lzma_block>()).header_size;
            let mut taken = header_size as usize;
            let ret = lzma_block_buffer_decode(
                block.as_ptr(),
                ptr::null(),
                bytes.as_ptr(),
                &mut taken,
                bytes.len(),
                back.as_mut_ptr(),
                &mut written,
                400,
            );
            assert_eq!(ret, LZMA_OK);
            back.set_len(written);
            lzma_filters_free(filters.as_mut_ptr().cast(), ptr::null());
        }
        assert_eq!(back, data());
    }
}

#[test]
fn block_coders() {
    let chain = Chain::encoder(LZMA_FILTER_LZMA2);
    let block = Heap::new(only!(lzma_block {
        version: 0,
        check: LZMA_CHECK_CRC32,
        filters: chain.as_ptr(),
    }));
    let mut strm = LZMA_STREAM_INIT;
    // SAFETY: the structures are as block.h wants them for each function.
    unsafe {
        assert_eq!(lzma_block_encoder(&mut strm, block.as_ptr()), LZMA_OK);
        let bytes = code(&mut strm, &data(), LZMA_FINISH);
        let encoded = block.as_ptr::<lzma_block>();
        let (compressed, uncompressed) = ((*encoded).compressed_size, (*encoded).uncompressed_size);

        // Of version 0, it is not read whether to ignore the check.
        let filters = Chain::decoder(LZMA_FILTER_LZMA2);
        let decoder = Heap::new(only!(lzma_block {
            version: 0,
            header_size: 20,
            check: LZMA_CHECK_CRC32,
            compressed_size: compressed,
            uncompressed_size: uncompressed,
            filters: filters.as_ptr(),
        }));
        assert_eq!(lzma_block_decoder(&mut strm, decoder.as_ptr()), LZMA_OK);
        assert_eq!(code(&mut strm, &bytes, LZMA_RUN), data());
        let (a, b) = (encoded, decoder.as_ptr::<lzma_block>());
        assert_eq!((&(*a).raw_check)[..4], (&(*b).raw_check)[..4]);
    }
}

#[test]
fn headers_and_sizes_of_blocks() {
    let chain = Chain::decoder(LZMA_FILTER_LZMA2);
    let mut sized = only!(lzma_block {
        version: 0,
        compressed_size: 40,
        uncompressed_size: LZMA_VLI_UNKNOWN,
        filters: chain.as_ptr(),
    });
    let header = only!(lzma_block {
        version: 0,
        header_size: 20,
        check: LZMA_CHECK_CRC32,
        compressed_size: 40,
        uncompressed_size: LZMA_VLI_UNKNOWN,
        filters: chain.as_ptr(),
    });
    let mut known = only!(lzma_block {
        version: 0,
        header_size: 20,
        check: LZMA_CHECK_CRC32,
        compressed_size: 40,
    });
    let mut bytes = nothing::<[u8; 20]>();
    // SAFETY: the structures are as block.h wants them for each function.
    unsafe {
        assert_eq!(lzma_block_header_size(sized.as_mut_ptr()), LZMA_OK);
        assert_eq!((*sized.as_ptr()).header_size, 20);
        assert_eq!(lzma_block_header_encode(header.as_ptr(), bytes.as_mut_ptr().cast()), LZMA_OK);
        let mut filters = nothing();
        let decoded = decoded_header(&bytes.assume_init(), &mut filters);
        assert_eq!((*decoded.as_ptr::<lzma_block>()).compressed_size, 40);
        lzma_filters_free(filters.as_mut_ptr().cast(), ptr::null());

        assert_eq!(lzma_block_unpadded_size(known.as_ptr()), 64);
        assert_eq!(lzma_block_total_size(known.as_ptr()), 64);
        assert_eq!(lzma_block_compressed_size(known.as_mut_ptr(), 64), LZMA_OK);
        assert_eq!(lzma_block_compressed_size(known.as_mut_ptr(), 65), LZMA_DATA_ERROR);
    }
}

/// A call that is refused leaves the members that it would have set as they
/// are, initialised or not.
#[test]
fn refusals_of_blocks() {
    let (mut size, mut bytes) = (0, room());
    let mut block = only!(lzma_block { version: 2, check: LZMA_CHECK_CRC32, header_size: 1 });
    // SAFETY: the structures are as block.h wants them, and there is room.
    unsafe {
        let (to, from) = (bytes.as_mut_ptr(), ptr::null());
        let ret = lzma_block_uncomp_encode(block.as_mut_ptr(), from, 0, to, &mut size, 400);
        assert_eq!(ret, LZMA_OPTIONS_ERROR);
        assert_eq!((*block.as_ptr()).header_size, 1);
        let mut filters = nothing::<[lzma_filter; 5]>();
        (&raw mut (*block.as_mut_ptr()).filters).write(filters.as_mut_ptr().cast());
        let ret = lzma_block_header_decode(block.as_mut_ptr(), ptr::null(), [9].as_ptr());
        assert_eq!(ret, LZMA_PROG_ERROR);
        assert_eq!((*filters.as_ptr())[4].id, LZMA_VLI_UNKNOWN);
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
/// stream and the allocator, all of which are initialised, is tested here.
#[test]
#[cfg_attr(miri, ignore = "about the text of this file")]
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
    let mut count = 0;
    for prototype in prototypes.split(" fn lzma_").skip(1) {
        let (name, arguments) = prototype.split_once('(').expect("arguments");
        let (arguments, _) = arguments.split_once(';').expect("an end");
        let mut words = arguments.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if words.any(|word| STRUCTURES.contains(&word)) {
            let call = format!("lzma_{name}(");
            assert!(include_str!("uninitialised.rs").contains(&call), "{call} is not here");
            count += 1;
        }
    }
    assert!(count > 35, "only {count}");
}
