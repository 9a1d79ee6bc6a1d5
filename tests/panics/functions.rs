//! Panics in functions that do all in one call.

use super::coders::alone;
use super::common::chain::{END, FilterChain, preset_options};
use super::common::{Allocator, Lib, zeroed};
use super::{at_every_place, has_panicked};
use rlzma::ffi::*;
use std::ffi::c_void;
use std::ptr;

/// `call` says whether it was refused as a panic is, and frees what it was
/// given.
fn test(name: &str, call: impl Fn(&Lib, *const lzma_allocator) -> bool) {
    let _turn = alone();
    at_every_place(name, 1, |place| {
        let allocator = Allocator::new();
        rlzma_test_panic(place);
        let refused = call(Lib::ours(), allocator.as_ptr());
        let panicked = has_panicked();
        assert_eq!(refused, panicked, "{name} at place {place}");
        allocator.check();
        panicked
    });
}

fn free(allocator: *const lzma_allocator, memory: *mut c_void) {
    if !memory.is_null() {
        // SAFETY: the allocator has a `free`, and the memory is its own.
        unsafe { ((*allocator).free.expect("it can free"))((*allocator).opaque, memory) };
    }
}

fn chain() -> FilterChain {
    let mut chain = FilterChain::preset(0);
    chain.last().dict_size = 4096;
    chain.filters.insert(0, (LZMA_FILTER_X86, super::common::chain::Options::None));
    chain
}

fn is_refused(ret: lzma_ret) -> bool {
    assert!(ret == LZMA_OK || ret == LZMA_PROG_ERROR, "{ret:?}");
    ret == LZMA_PROG_ERROR
}

// SAFETY of all: structures and buffers are as lzma.h demands.
#[test]
fn indexes() {
    let append = |lib: &Lib, index, allocator| {
        // SAFETY: see above.
        unsafe { (lib.lzma_index_append)(index, allocator, 100, 5) }
    };
    test("lzma_index_init", |lib, allocator| {
        // SAFETY: see above.
        unsafe {
            let index = (lib.lzma_index_init)(allocator);
            (lib.lzma_index_end)(index, allocator);
            index.is_null()
        }
    });
    test("lzma_index_append, _dup, _cat, _buffer_encode, _buffer_decode", |lib, allocator| {
        // SAFETY: see above.
        unsafe {
            let mut refused = false;
            let index = (lib.lzma_index_init)(allocator);
            if index.is_null() {
                return true;
            }
            for _ in 0..40 {
                refused |= is_refused(append(lib, index, allocator));
            }
            let copy = (lib.lzma_index_dup)(index, allocator);
            refused |= copy.is_null();
            if !copy.is_null() && is_refused((lib.lzma_index_cat)(index, copy, allocator)) {
                refused = true;
                (lib.lzma_index_end)(copy, allocator);
            }
            let (mut bytes, mut pos) = ([0; 1000], 0);
            let encode = lib.lzma_index_buffer_encode;
            refused |= is_refused(encode(index, bytes.as_mut_ptr(), &mut pos, bytes.len()));
            let (mut limit, size, mut pos) = (u64::MAX, pos, 0);
            let mut decoded = ptr::null_mut();
            if size != 0 {
                refused |= is_refused((lib.lzma_index_buffer_decode)(
                    &mut decoded,
                    &mut limit,
                    allocator,
                    bytes.as_ptr(),
                    &mut pos,
                    size,
                ));
            }
            (lib.lzma_index_end)(decoded, allocator);
            (lib.lzma_index_end)(index, allocator);
            refused
        }
    });
    test("lzma_index_hash", |lib, allocator| {
        let bytes = [0, 1, 100, 5, 0, 0, 0, 0, 0, 0, 0, 0];
        // SAFETY: see above.
        unsafe {
            let hash = (lib.lzma_index_hash_init)(ptr::null_mut(), allocator);
            if hash.is_null() {
                return true;
            }
            let mut refused = is_refused((lib.lzma_index_hash_append)(hash, 100, 5));
            let mut pos = 0;
            let ret = (lib.lzma_index_hash_decode)(hash, bytes.as_ptr(), &mut pos, 4);
            refused |= ret == LZMA_PROG_ERROR;
            (lib.lzma_index_hash_end)(hash, allocator);
            refused
        }
    });
}

#[test]
fn filters() {
    test("lzma_str_to_filters, _from_filters, _list_filters", |lib, allocator| {
        let mut filters = [END; 5];
        let (mut text, mut list, mut position) = (ptr::null_mut(), ptr::null_mut(), 0);
        // SAFETY: see above.
        unsafe {
            let message = (lib.lzma_str_to_filters)(
                c"x86 delta:dist=4 lzma2:preset=0".as_ptr(),
                &mut position,
                filters.as_mut_ptr(),
                0,
                allocator,
            );
            if !message.is_null() {
                return true;
            }
            let from = lib.lzma_str_from_filters;
            let mut refused = is_refused(from(&mut text, filters.as_ptr(), 0x10, allocator));
            let list_all = lib.lzma_str_list_filters;
            let ret = list_all(&mut list, LZMA_VLI_UNKNOWN, 0x30, allocator);
            refused |= is_refused(ret);
            free(allocator, text.cast());
            free(allocator, list.cast());
            (lib.lzma_filters_free)(filters.as_mut_ptr(), allocator);
            refused
        }
    });
    test("lzma_filters_copy", |lib, allocator| {
        let mut copy = [END; 5];
        // SAFETY: see above.
        unsafe {
            let to = copy.as_mut_ptr();
            let ret = chain().with(|filters| (lib.lzma_filters_copy)(filters, to, allocator));
            (lib.lzma_filters_free)(to, allocator);
            is_refused(ret)
        }
    });
    test("lzma_properties_decode, lzma_filter_flags_decode", |lib, allocator| {
        let mut filters = [END; 2];
        // SAFETY: see above.
        unsafe {
            let mut pos = 0;
            let bytes = [0x21, 1, 16];
            let decode = lib.lzma_filter_flags_decode;
            let ret = decode(&mut filters[0], allocator, bytes.as_ptr(), &mut pos, bytes.len());
            let mut refused = is_refused(ret);
            (lib.lzma_filters_free)(filters.as_mut_ptr(), allocator);
            filters[0].id = LZMA_FILTER_LZMA2;
            let decode = lib.lzma_properties_decode;
            refused |= is_refused(decode(&mut filters[0], allocator, [16].as_ptr(), 1));
            (lib.lzma_filters_free)(filters.as_mut_ptr(), allocator);
            refused
        }
    });
}

#[test]
fn buffers() {
    let plain = [5; 700];
    test("lzma_block_buffer_encode, _header_decode, _buffer_decode", |lib, allocator| {
        let (mut bytes, mut size) = ([0; 2000], 0);
        let mut filters = [END; 5];
        let mut block: lzma_block = zeroed();
        block.check = LZMA_CHECK_CRC32;
        // SAFETY: see above.
        unsafe {
            let ret = chain().with(|chain| {
                block.filters = chain;
                (lib.lzma_block_buffer_encode)(
                    &mut block,
                    allocator,
                    plain.as_ptr(),
                    plain.len(),
                    bytes.as_mut_ptr(),
                    &mut size,
                    bytes.len(),
                )
            });
            if is_refused(ret) {
                return true;
            }
            block.filters = filters.as_mut_ptr();
            if is_refused((lib.lzma_block_header_decode)(&mut block, allocator, bytes.as_ptr())) {
                return true; // and there is nothing to free
            }
            let (mut out, mut out_pos) = ([0; 700], 0);
            let mut pos = block.header_size as usize;
            let ret = (lib.lzma_block_buffer_decode)(
                &mut block,
                allocator,
                bytes.as_ptr(),
                &mut pos,
                size,
                out.as_mut_ptr(),
                &mut out_pos,
                out.len(),
            );
            (lib.lzma_filters_free)(filters.as_mut_ptr(), allocator);
            is_refused(ret)
        }
    });
    test("lzma_easy_buffer_encode, lzma_stream_buffer_decode", |lib, allocator| {
        let (mut bytes, mut size) = ([0; 2000], 0);
        let (mut out, mut out_pos) = ([0; 700], 0);
        // SAFETY: see above.
        unsafe {
            let ret = (lib.lzma_easy_buffer_encode)(
                0,
                LZMA_CHECK_SHA256,
                allocator,
                plain.as_ptr(),
                plain.len(),
                bytes.as_mut_ptr(),
                &mut size,
                bytes.len(),
            );
            if is_refused(ret) {
                assert_eq!(size, 0);
                return true;
            }
            let (mut limit, mut pos) = (u64::MAX, 0);
            is_refused((lib.lzma_stream_buffer_decode)(
                &mut limit,
                0,
                allocator,
                bytes.as_ptr(),
                &mut pos,
                size,
                out.as_mut_ptr(),
                &mut out_pos,
                out.len(),
            ))
        }
    });
    test("lzma_stream_buffer_encode", |lib, allocator| {
        let (mut bytes, mut size) = ([0; 2000], 0);
        let (check, data, to) = (LZMA_CHECK_CRC64, plain.as_ptr(), bytes.as_mut_ptr());
        let encode = lib.lzma_stream_buffer_encode;
        // SAFETY: see above.
        let ret = chain().with(|filters| unsafe {
            encode(filters, check, allocator, data, plain.len(), to, &mut size, 2000)
        });
        assert_eq!(size == 0, ret != LZMA_OK);
        is_refused(ret)
    });
    test("lzma_block_uncomp_encode", |lib, _| {
        let (mut bytes, mut size) = ([0; 2000], 0);
        let mut block = lzma_block { check: LZMA_CHECK_SHA256, ..zeroed() };
        let (data, to) = (plain.as_ptr(), bytes.as_mut_ptr());
        let encode = lib.lzma_block_uncomp_encode;
        // SAFETY: see above.
        let ret = unsafe { encode(&mut block, data, plain.len(), to, &mut size, 2000) };
        assert_eq!(size == 0, ret != LZMA_OK);
        is_refused(ret)
    });
    test("lzma_raw_buffer_encode, _decode", |lib, allocator| {
        let (mut bytes, mut size) = ([0; 2000], 0);
        let (mut out, mut out_pos) = ([0; 700], 0);
        chain().with(|filters| {
            // SAFETY: see above.
            unsafe {
                let to = bytes.as_mut_ptr();
                let encode = lib.lzma_raw_buffer_encode;
                let ret = encode(filters, allocator, plain.as_ptr(), 700, to, &mut size, 2000);
                if is_refused(ret) {
                    return true;
                }
                let (mut pos, to) = (0, out.as_mut_ptr());
                let decode = lib.lzma_raw_buffer_decode;
                let from = bytes.as_ptr();
                is_refused(decode(filters, allocator, from, &mut pos, size, to, &mut out_pos, 700))
            }
        })
    });
}

/// Another chain for an encoder at work. After a panic in `lzma_filters_update` the
/// stream goes on with the chain that it had, or is refused.
#[test]
fn filters_update() {
    let chains = [chain(), FilterChain::preset(1)];
    let plain = [5; 700];
    test("lzma_filters_update", |lib, allocator| {
        let mut out = [0; 2000];
        let mut strm = LZMA_STREAM_INIT;
        (strm.allocator, strm.next_in, strm.avail_in) = (allocator, plain.as_ptr(), 350);
        (strm.next_out, strm.avail_out) = (out.as_mut_ptr(), out.len());
        let mut refused = false;
        // SAFETY: see above.
        unsafe {
            let check = LZMA_CHECK_CRC32;
            refused |= is_refused(
                chains[0].with(|filters| (lib.lzma_stream_encoder)(&mut strm, filters, check)),
            );
            if !refused {
                let ret = (lib.lzma_code)(&mut strm, LZMA_FULL_FLUSH);
                refused |= ret == LZMA_PROG_ERROR;
                refused |= is_refused(
                    chains[1].with(|filters| (lib.lzma_filters_update)(&mut strm, filters)),
                );
                strm.avail_in = 350;
                refused |= (lib.lzma_code)(&mut strm, LZMA_FINISH) == LZMA_PROG_ERROR;
            }
            (lib.lzma_end)(&mut strm);
        }
        refused
    });
}

/// Functions that only calculate need no allocator, and often pass no place to panic.
#[test]
fn headers_and_numbers() {
    test("lzma_vli_encode, _decode", |lib, _| {
        let (mut bytes, mut pos, mut vli) = ([0; 9], 0, 0);
        // SAFETY: see above.
        unsafe {
            let to = bytes.as_mut_ptr();
            let encode = lib.lzma_vli_encode;
            let mut refused = is_refused(encode(1 << 40, ptr::null_mut(), to, &mut pos, 9));
            let (mut from, state) = (0, ptr::null_mut());
            if !refused {
                let decode = lib.lzma_vli_decode;
                refused = is_refused(decode(&mut vli, state, bytes.as_ptr(), &mut from, 9));
            }
            refused
        }
    });
    test("lzma_block_header_size, lzma_block_header_encode", |lib, _| {
        let mut bytes = [0; 1024];
        let mut block = lzma_block { check: LZMA_CHECK_CRC32, ..zeroed() };
        (block.compressed_size, block.uncompressed_size) = (LZMA_VLI_UNKNOWN, 9);
        // SAFETY: see above.
        chain().with(|filters| unsafe {
            block.filters = filters;
            is_refused((lib.lzma_block_header_size)(&mut block))
                || is_refused((lib.lzma_block_header_encode)(&block, bytes.as_mut_ptr()))
        })
    });
    test("lzma_filter_flags_encode", |lib, _| {
        let (mut bytes, mut pos, options) = ([0; 20], 0, preset_options(0));
        let options = (&raw const options).cast_mut().cast();
        let filter = lzma_filter { id: LZMA_FILTER_LZMA2, options };
        // SAFETY: see above.
        unsafe {
            let encode = lib.lzma_filter_flags_encode;
            is_refused(encode(&filter, bytes.as_mut_ptr(), &mut pos, bytes.len()))
        }
    });
}
