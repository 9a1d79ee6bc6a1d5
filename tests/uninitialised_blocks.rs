//! An `lzma_block` of which only those members are initialised that the documentation
//! of a function asks for, as `uninitialised.rs` has it for other structures.

mod common;

use common::uninitialised::*;
use rlzma::ffi::*;
use std::mem::MaybeUninit;
use std::ptr;

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
