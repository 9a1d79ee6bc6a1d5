//! Memory that an application lends to a coder is its own again at the moment
//! that the documentation says, and is freed at that moment here. An access after
//! that is seen without any tool, since the memory cannot be accessed any
//! more; with memory from `malloc`, AddressSanitizer (`scripts/sanitize
//! address --test lent_memory`) and Miri (`scripts/miri`) say where it came from.
//! The original is asked, too: nothing here is freed earlier than it allows.

mod common;

use common::Lib;
use common::lent::*;
use common::mutate::crc32;
use rlzma::ffi::*;
use std::ffi::CStr;
use std::mem::{MaybeUninit, zeroed};
use std::ptr;

fn block(lender: Lender, filters: *mut lzma_filter) -> Loan<lzma_block> {
    // SAFETY: zeros are a value of the structure.
    let mut block: lzma_block = unsafe { zeroed() };
    block.check = LZMA_CHECK_CRC32;
    block.filters = filters;
    block.compressed_size = LZMA_VLI_UNKNOWN;
    block.uncompressed_size = LZMA_VLI_UNKNOWN;
    block.header_size = 16;
    Loan::new(lender, block)
}

/// A Block without its header.
fn block_bytes() -> Vec<u8> {
    let lender = Lender(&HEAP.0);
    let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
    let block = block(lender, chain.filters.values);
    let mut stream = Stream::new(Lib::ours(), lender);
    // SAFETY: the stream is of this library, and the structure is valid.
    let ret = unsafe { (Lib::ours().lzma_block_encoder)(stream.as_ptr(), block.values) };
    assert_eq!(ret, LZMA_OK);
    let (ret, bytes) = stream.code(&data(), 1000, LZMA_FINISH);
    assert_eq!(ret, LZMA_STREAM_END);
    bytes
}

#[test]
fn the_block_of_a_block_decoder() {
    let good = block_bytes();
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
            let block = block(lender, chain.filters.values);
            // SAFETY: the stream is of this library, and the structure is
            // valid until it is done; the filters need not be so long.
            let ret = unsafe { (lib.lzma_block_decoder)(stream.as_ptr(), block.values) };
            assert_eq!(ret, LZMA_OK);
            block
        };
        until_done(lib, lender, start, &good, &bad, LZMA_RUN);
    });
}

#[test]
fn the_block_of_a_block_encoder() {
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
            let block = block(lender, chain.filters.values);
            // SAFETY: as above.
            let ret = unsafe { (lib.lzma_block_encoder)(stream.as_ptr(), block.values) };
            assert_eq!(ret, LZMA_OK);
            block
        };
        until_done(lib, lender, start, &data(), &[], LZMA_FINISH);

        // A flush is not the end: the sizes come later.
        let mut stream = Stream::new(lib, lender);
        let block = start(&mut stream);
        assert_eq!(stream.code(&data(), 100, LZMA_SYNC_FLUSH).0, LZMA_STREAM_END);
        assert_eq!(stream.code(&data(), 100, LZMA_FINISH).0, LZMA_STREAM_END);
        // SAFETY: still lent.
        assert_eq!(unsafe { (*block.values).uncompressed_size }, 2 * SIZE as u64);
    });
}

/// A wrong action is refused, but is not an error that ends the coder: what is
/// lent stays lent.
#[test]
fn a_refusal_is_not_the_end() {
    each(|lib, lender| {
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        let block = block(lender, chain.filters.values);
        let mut stream = Stream::new(lib, lender);
        // SAFETY: the structure is valid until it is done.
        let ret = unsafe { (lib.lzma_block_encoder)(stream.as_ptr(), block.values) };
        assert_eq!(ret, LZMA_OK);
        assert_eq!(stream.call(&data(), 0, LZMA_FULL_FLUSH).0, LZMA_PROG_ERROR);
        assert_eq!(stream.call(&data(), 0, LZMA_FINISH).0, LZMA_OK);
        assert_eq!(stream.call(&data(), 1000, LZMA_RUN).0, LZMA_PROG_ERROR);
        let rest = &data()[SIZE - stream.raw.avail_in..];
        assert_eq!(stream.call(rest, 1000, LZMA_FINISH).0, LZMA_STREAM_END);
        // SAFETY: still lent.
        assert_eq!(unsafe { (*block.values).uncompressed_size }, SIZE as u64);
    });
}

/// An Index of one Stream with three Blocks.
struct Index<'a> {
    lib: &'a Lib,
    lender: Lender,
    index: *mut lzma_index,
}

impl<'a> Index<'a> {
    fn new(lib: &'a Lib, lender: Lender) -> Index<'a> {
        // SAFETY: the allocator is valid.
        let index = unsafe { (lib.lzma_index_init)(lender.0) };
        for size in 1..=3 {
            // SAFETY: nothing else uses the Index.
            let ret = unsafe { (lib.lzma_index_append)(index, lender.0, 40 * size, 1000) };
            assert_eq!(ret, LZMA_OK);
        }
        Index { lib, lender, index }
    }

    fn encoded(&self) -> Vec<u8> {
        let (mut bytes, mut size) = (vec![0; 100], 0);
        // SAFETY: the Index is valid, and the buffer is as large as said.
        let ret = unsafe {
            (self.lib.lzma_index_buffer_encode)(self.index, bytes.as_mut_ptr(), &mut size, 100)
        };
        assert_eq!(ret, LZMA_OK);
        bytes.truncate(size);
        bytes
    }
}

impl Drop for Index<'_> {
    fn drop(&mut self) {
        // SAFETY: nothing uses it any more.
        unsafe { (self.lib.lzma_index_end)(self.index, self.lender.0) };
    }
}

#[test]
fn the_index_of_an_encoder() {
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let index = Index::new(lib, lender);
            // SAFETY: the Index is valid until it is encoded.
            let ret = unsafe { (lib.lzma_index_encoder)(stream.as_ptr(), index.index) };
            assert_eq!(ret, LZMA_OK);
            index
        };
        until_done(lib, lender, start, &[], &[], LZMA_RUN);
    });
}

/// The place where a decoder puts an Index, which is freed with the place.
struct Place<'a>(&'a Lib, Loan<*mut lzma_index>);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // SAFETY: NULL or an Index, of an allocator that uses `malloc`.
        unsafe { (self.0.lzma_index_end)(self.1.values.read(), ptr::null()) };
    }
}

#[test]
fn the_place_for_an_index() {
    let good = Index::new(Lib::ours(), Lender(&HEAP.0)).encoded();
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let place = Place(lib, Loan::new(lender, ptr::null_mut()));
            // SAFETY: the place is valid until it is decoded.
            let ret =
                unsafe { (lib.lzma_index_decoder)(stream.as_ptr(), place.1.values, u64::MAX) };
            assert_eq!(ret, LZMA_OK);
            place
        };
        until_done(lib, lender, start, &good, &bad, LZMA_RUN);
    });
}

#[test]
fn the_place_for_the_index_of_a_file() {
    let good = include_bytes!("vectors/good-1-check-crc32.xz");
    let mut bad = *good;
    bad[good.len() - 20] ^= 1;
    each(|lib, lender| {
        let start = |stream: &mut Stream<'_>| {
            let place = Place(lib, Loan::new(lender, ptr::null_mut()));
            let size = good.len() as u64;
            // SAFETY: the place is valid until it is decoded.
            let ret = unsafe {
                (lib.lzma_file_info_decoder)(stream.as_ptr(), place.1.values, u64::MAX, size)
            };
            assert_eq!(ret, LZMA_OK);
            place
        };
        until_done(lib, lender, start, good, &bad, LZMA_RUN);
    });
}

/// Chains, options, preset dictionaries, `lzma_mt`, buffers and the allocator are
/// lent for the time of one call.
#[test]
fn what_a_call_borrows() {
    each(|lib, lender| {
        for id in [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA2] {
            let mut stream = Stream::moving(lib, lender);
            let chain = Chain::with_dictionary(lender, id);
            // SAFETY: the chain is valid.
            let ret = unsafe { (lib.lzma_raw_encoder)(stream.as_ptr(), chain.filters.values) };
            drop(chain);
            assert_eq!(ret, LZMA_OK);
            let (ret, bytes) = stream.code(&data(), 5, LZMA_FINISH);
            assert_eq!(ret, LZMA_STREAM_END);

            let chain = Chain::with_dictionary(lender, id);
            // SAFETY: the chain is valid.
            let ret = unsafe { (lib.lzma_raw_decoder)(stream.as_ptr(), chain.filters.values) };
            drop(chain);
            assert_eq!(ret, LZMA_OK);
            assert_eq!(stream.code(&bytes, 5, LZMA_FINISH), (LZMA_STREAM_END, data()));
        }
    });
}

#[test]
fn options_of_encoders_of_files() {
    each(|lib, lender| {
        let mut stream = Stream::moving(lib, lender);
        let options = lzma(lender);
        // SAFETY: the options are valid.
        let ret = unsafe { (lib.lzma_alone_encoder)(stream.as_ptr(), options.values) };
        drop(options);
        assert_eq!(ret, LZMA_OK);
        let (ret, bytes) = stream.code(&data(), 5, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);
        // SAFETY: the stream is of this library.
        assert_eq!(unsafe { (lib.lzma_auto_decoder)(stream.as_ptr(), u64::MAX, 0) }, LZMA_OK);
        assert_eq!(stream.code(&bytes, 5, LZMA_FINISH), (LZMA_STREAM_END, data()));

        let options = lzma(lender);
        // SAFETY: the options are valid.
        let ret = unsafe { (lib.lzma_microlzma_encoder)(stream.as_ptr(), options.values) };
        drop(options);
        assert_eq!(ret, LZMA_OK);
        let (ret, bytes) = stream.call(&data(), 200, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);
        let (taken, size) = (stream.raw.total_in, bytes.len() as u64);
        // SAFETY: the stream is of this library.
        let ret = unsafe { (lib.lzma_microlzma_decoder)(stream.as_ptr(), size, taken, 1, 4096) };
        assert_eq!(ret, LZMA_OK);
        let (ret, back) = stream.code(&bytes, 5, LZMA_FINISH);
        assert_eq!((ret, &back[..]), (LZMA_STREAM_END, &data()[..taken as usize]));
    });
}

#[test]
fn buffers_of_decoders_of_files() {
    let (xz, lz) = (
        &include_bytes!("vectors/good-1-check-none.xz")[..],
        &include_bytes!("vectors/good-1-v1.lz")[..],
    );
    each(|lib, lender| {
        let mut stream = Stream::moving(lib, lender);
        // SAFETY: the stream is of this library.
        assert_eq!(unsafe { (lib.lzma_stream_decoder)(stream.as_ptr(), u64::MAX, 0) }, LZMA_OK);
        let plain = stream.code(xz, 5, LZMA_FINISH);
        // SAFETY: as above.
        assert_eq!(unsafe { (lib.lzma_lzip_decoder)(stream.as_ptr(), u64::MAX, 0) }, LZMA_OK);
        assert_eq!(stream.code(lz, 5, LZMA_FINISH), plain);
    });
}

#[test]
fn filters_of_a_stream_and_of_an_update() {
    each(|lib, lender| {
        let mut stream = Stream::moving(lib, lender);
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        let (strm, check) = (stream.as_ptr(), LZMA_CHECK_CRC32);
        // SAFETY: the chain is valid.
        let ret = unsafe { (lib.lzma_stream_encoder)(strm, chain.filters.values, check) };
        drop(chain);
        assert_eq!(ret, LZMA_OK);
        let (ret, mut bytes) = stream.code(&data(), 5, LZMA_FULL_FLUSH);
        assert_eq!(ret, LZMA_STREAM_END);
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        // SAFETY: the chain is valid.
        let ret = unsafe { (lib.lzma_filters_update)(stream.as_ptr(), chain.filters.values) };
        drop(chain);
        assert_eq!(ret, LZMA_OK);
        let (ret, more) = stream.code(&data(), 5, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);
        bytes.extend(more);

        // SAFETY: the stream is of this library.
        assert_eq!(unsafe { (lib.lzma_stream_decoder)(stream.as_ptr(), u64::MAX, 0) }, LZMA_OK);
        let back = stream.code(&bytes, 5, LZMA_FINISH);
        assert_eq!(back, (LZMA_STREAM_END, [data(), data()].concat()));
    });
}

#[test]
fn options_of_threaded_coders() {
    each(|lib, lender| {
        // Threads need one allocator until lzma_end.
        let mut stream = Stream::new(lib, lender);
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        // SAFETY: zeros are a value of the structure.
        let mut options: lzma_mt = unsafe { zeroed() };
        options.threads = 2;
        options.block_size = SIZE as u64 / 3;
        options.check = LZMA_CHECK_CRC32;
        options.filters = chain.filters.values;
        options.memlimit_threading = u64::MAX;
        options.memlimit_stop = u64::MAX;
        let encoder = Loan::new(lender, options);
        // SAFETY: the options are valid.
        let ret = unsafe { (lib.lzma_stream_encoder_mt)(stream.as_ptr(), encoder.values) };
        drop((encoder, chain));
        assert_eq!(ret, LZMA_OK);
        let (ret, bytes) = stream.code(&data(), 50, LZMA_FINISH);
        assert_eq!(ret, LZMA_STREAM_END);

        let decoder = Loan::new(lender, options);
        // SAFETY: the options are valid.
        let ret = unsafe { (lib.lzma_stream_decoder_mt)(stream.as_ptr(), decoder.values) };
        drop(decoder);
        assert_eq!(ret, LZMA_OK);
        assert_eq!(stream.code(&bytes, 50, LZMA_FINISH), (LZMA_STREAM_END, data()));
    });
}

#[test]
fn copies_do_not_refer_to_what_they_were_made_from() {
    each(|lib, lender| {
        let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
        let copy = Loan::<lzma_filter>::room(lender, 5);
        // SAFETY: the chain is valid, and five filters have room.
        let ret = unsafe { (lib.lzma_filters_copy)(chain.filters.values, copy.values, lender.0) };
        drop(chain);
        assert_eq!(ret, LZMA_OK);
        let mut text = ptr::null_mut();
        // SAFETY: the copy is a chain, and the text is freed where it is from.
        unsafe {
            let flags = LZMA_STR_DECODER;
            let ret = (lib.lzma_str_from_filters)(&mut text, copy.values, flags, lender.0);
            assert_eq!(ret, LZMA_OK);
            (lib.lzma_filters_free)(copy.values, lender.0);
            assert_eq!(CStr::from_ptr(text), c"delta:dist=2 lzma2:dict=4KiB");
            let written = Loan::copy(lender, CStr::from_ptr(text).to_bytes_with_nul());
            lender.0.free.unwrap()(ptr::null_mut(), text.cast());
            let from = written.values.cast();
            let position = Loan::room(lender, 1);
            let message =
                (lib.lzma_str_to_filters)(from, position.values, copy.values, 0, lender.0);
            drop((written, position));
            assert!(message.is_null());
            assert_eq!((*(*copy.values).options.cast::<lzma_options_delta>()).dist, 2);
            (lib.lzma_filters_free)(copy.values, lender.0);
        }
    });
}

#[test]
fn an_index_holds_nothing_of_others() {
    each(|lib, lender| {
        let (first, second) = (Index::new(lib, lender), Index::new(lib, lender));
        // SAFETY: the Indexes are valid; `second` is used up.
        unsafe {
            let mut flags: lzma_stream_flags = zeroed();
            flags.backward_size = LZMA_VLI_UNKNOWN;
            flags.check = LZMA_CHECK_CRC64;
            let flags = Loan::new(lender, flags);
            assert_eq!((lib.lzma_index_stream_flags)(first.index, flags.values), LZMA_OK);
            drop(flags);
            assert_eq!((lib.lzma_index_cat)(first.index, second.index, lender.0), LZMA_OK);
            std::mem::forget(second);
            let copy = (lib.lzma_index_dup)(first.index, lender.0);
            drop(first);
            let copy = Index { lib, lender, index: copy };
            assert_eq!((lib.lzma_index_block_count)(copy.index), 6);
            let mut iter = MaybeUninit::uninit();
            (lib.lzma_index_iter_init)(iter.as_mut_ptr(), copy.index);
            assert_eq!((lib.lzma_index_iter_locate)(iter.as_mut_ptr(), 5500), 0);
            assert_eq!((*iter.as_ptr()).block.number_in_file, 6);
            assert_eq!((lib.lzma_index_iter_next)(iter.as_mut_ptr(), LZMA_INDEX_ITER_BLOCK), 1);
        }
    });
}

/// Filters that were decoded do not refer to the bytes.
#[test]
fn filters_hold_nothing_of_what_they_were_decoded_from() {
    each(|lib, lender| {
        let filters = Loan::<lzma_filter>::copy(lender, &[END; 5]);
        let position = || Loan::new(lender, 0_usize);
        let dictionary = |filter: *mut lzma_filter| {
            // SAFETY: LZMA2 was decoded there.
            unsafe { (*(*filter).options.cast::<lzma_options_lzma>()).dict_size }
        };
        // SAFETY: all are valid when they are used, and as long as said.
        unsafe {
            let (bytes, pos) = (Loan::copy(lender, &[0x21, 1, 2]), position());
            let decode = lib.lzma_filter_flags_decode;
            let ret = decode(filters.values, lender.0, bytes.values, pos.values, 3);
            drop((bytes, pos));
            assert_eq!((ret, dictionary(filters.values)), (LZMA_OK, 8192));
            (lib.lzma_filters_free)(filters.values, lender.0);

            (*filters.values).id = LZMA_FILTER_LZMA2;
            let bytes = Loan::copy(lender, &[2]);
            let decode = lib.lzma_properties_decode;
            let ret = decode(filters.values, lender.0, bytes.values, 1);
            drop(bytes);
            assert_eq!((ret, dictionary(filters.values)), (LZMA_OK, 8192));
            (lib.lzma_filters_free)(filters.values, lender.0);

            let mut header = vec![2, 0, 0x21, 1, 2, 0, 0, 0];
            header.extend(crc32(&header).to_le_bytes());
            let (bytes, block) = (Loan::copy(lender, &header), block(lender, filters.values));
            (*block.values).header_size = 12;
            let ret = (lib.lzma_block_header_decode)(block.values, lender.0, bytes.values);
            drop((bytes, block));
            assert_eq!((ret, dictionary(filters.values)), (LZMA_OK, 8192));
            (lib.lzma_filters_free)(filters.values, lender.0);
        }
    });
}

/// Blocks and Streams that are coded in one call; a Block outlives its chain and
/// buffers.
#[test]
fn buffers_of_one_call() {
    each(|lib, lender| {
        let (size, check) = (data().len(), LZMA_CHECK_CRC32);
        let heap = &raw const HEAP.0; // which has memory enough
        let block = block(lender, ptr::null_mut());
        let plain = || Loan::copy(lender, &data());
        let buffer = || (Loan::<u8>::room(lender, 500), Loan::new(lender, 0_usize));
        // SAFETY: all are valid when they are used, and as long as said.
        unsafe {
            for store in [true, false] {
                let (input, (out, pos)) = (plain(), buffer());
                let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
                (*block.values).filters = chain.filters.values;
                let ret = if store {
                    let encode = lib.lzma_block_uncomp_encode;
                    encode(block.values, input.values, size, out.values, pos.values, 500)
                } else {
                    let encode = lib.lzma_block_buffer_encode;
                    encode(block.values, heap, input.values, size, out.values, pos.values, 500)
                };
                assert_eq!(ret, LZMA_OK);
                let coded = std::slice::from_raw_parts(out.values, *pos.values).to_vec();
                drop((chain, input, out, pos));
                assert_eq!((lib.lzma_block_total_size)(block.values), coded.len() as u64);

                let (input, at) = (Loan::copy(lender, &coded), Loan::new(lender, 0_usize));
                let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
                let alone = chain.filters.values.add(usize::from(store)); // without Delta
                (*block.values).filters = alone;
                *at.values = (*block.values).header_size as usize;
                let ((out, pos), len) = (buffer(), coded.len());
                let ret = (lib.lzma_block_buffer_decode)(
                    block.values,
                    heap,
                    input.values,
                    at.values,
                    len,
                    out.values,
                    pos.values,
                    500,
                );
                assert_eq!((ret, *pos.values), (LZMA_OK, size));
                drop((chain, input, at, out, pos));
                assert_eq!((lib.lzma_block_total_size)(block.values), len as u64);
            }
            let (input, (out, pos)) = (plain(), buffer());
            let chain = Chain::new(lender, LZMA_FILTER_LZMA2);
            let (filters, from, to) = (chain.filters.values, input.values, out.values);
            let encode = lib.lzma_stream_buffer_encode;
            let ret = encode(filters, check, heap, from, size, to, pos.values, 500);
            assert_eq!(ret, LZMA_OK);
        }
    });
}

/// An Index, or a hash, that was decoded does not refer to the bytes.
#[test]
fn indexes_hold_nothing_of_what_they_were_decoded_from() {
    each(|lib, lender| {
        let encoded = Index::new(lib, lender).encoded();
        let size = encoded.len();
        let bytes = || (Loan::copy(lender, &encoded), Loan::new(lender, 0_usize));
        // SAFETY: all are valid when they are used, and as long as said.
        unsafe {
            let ((input, pos), limit) = (bytes(), Loan::new(lender, u64::MAX));
            let place = Loan::<*mut lzma_index>::room(lender, 1);
            let (to, limit_at, at) = (place.values, limit.values, pos.values);
            let decode = lib.lzma_index_buffer_decode;
            assert_eq!(decode(to, limit_at, lender.0, input.values, at, size), LZMA_OK);
            let index = Index { lib, lender, index: *place.values };
            drop((input, pos, limit, place));
            assert_eq!(index.encoded(), encoded);

            let hash = (lib.lzma_index_hash_init)(ptr::null_mut(), lender.0);
            for size in 1..=3 {
                assert_eq!((lib.lzma_index_hash_append)(hash, 40 * size, 1000), LZMA_OK);
            }
            for at in 0..size {
                let (input, pos) = (Loan::copy(lender, &encoded[at..=at]), Loan::new(lender, 0));
                let ret = (lib.lzma_index_hash_decode)(hash, input.values, pos.values, 1);
                assert_eq!(ret, if at + 1 < size { LZMA_OK } else { LZMA_STREAM_END });
            }
            (lib.lzma_index_hash_end)(hash, lender.0);
        }
    });
}

/// Counts are written once; the stream goes on without the places for them.
#[test]
fn places_for_progress() {
    each(|lib, lender| {
        let mut stream = Stream::moving(lib, lender);
        // SAFETY: the stream is of this library.
        let ret = unsafe { (lib.lzma_easy_encoder)(stream.as_ptr(), 0, LZMA_CHECK_NONE) };
        assert_eq!(ret, LZMA_OK);
        assert_eq!(stream.call(&data(), 100, LZMA_RUN).0, LZMA_OK);
        let (taken, written) = (Loan::new(lender, 0), Loan::new(lender, 0));
        // SAFETY: the places are valid.
        unsafe { (lib.lzma_get_progress)(stream.as_ptr(), taken.values, written.values) };
        drop((taken, written));
        assert_eq!(stream.code(b"more", 5, LZMA_FINISH).0, LZMA_STREAM_END);
    });
}

/// By the prototypes of all functions: what has a structure or a handle to keep a
/// pointer in, and another pointer than that and the allocator, is called here.
#[test]
#[cfg_attr(miri, ignore = "about the text of files")]
fn every_function_that_could_keep_a_pointer_is_here() {
    const KEEPERS: [&str; 6] = [
        "*mut lzma_stream",
        "*mut lzma_filter",
        "*mut lzma_block",
        "*mut lzma_index",
        "*mut lzma_index_iter",
        "*mut lzma_index_hash",
    ];
    let tests = concat!(include_str!("lent_memory.rs"), include_str!("common/lent.rs"));
    let mut count = 0;
    for prototype in include_str!("common/functions.rs").split(" fn lzma_").skip(1) {
        let (name, rest) = prototype.split_once('(').expect("arguments");
        let (arguments, _) = rest.split_once(')').expect("an end");
        let types = arguments.split(", ").filter_map(|argument| argument.split_once(": "));
        let pointers: Vec<_> = types
            .map(|(_, r#type)| r#type)
            .filter(|r#type| r#type.starts_with('*') && !r#type.ends_with("lzma_allocator"))
            .collect();
        let keeps = |pointer: &&str| KEEPERS.iter().any(|keeper| pointer.ends_with(keeper));
        if pointers.len() > 1 && pointers.iter().any(keeps) {
            let call = format!("lib.lzma_{name}");
            assert!(
                tests.contains(&format!("{call})(")) || tests.contains(&format!("{call};")),
                "{call}"
            );
            count += 1;
        }
    }
    assert!(count > 25, "only {count}");
}
