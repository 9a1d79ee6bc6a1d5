//! Arguments and sequences of calls that no careful program makes. Where the
//! original survives them, ours gives the same answers; everywhere, nothing
//! panics behind the C boundary and nothing is read that was not given.

use std::mem::MaybeUninit;
use std::ptr;

use crate::common::ask::{assert_no_panic, both, same};
use crate::common::chain::{END, FilterChain, LZMA_FILTERS};
use crate::common::corpus::compress;
use crate::common::starts::INITS;
use crate::common::{Allocator, Lib, Rng, Stream, data, seeds, zeroed};
use rlzma::ffi::*;

/// Numbers at which something overflows or ends.
fn edge(rng: &mut Rng) -> u64 {
    let edges = [
        0,
        1,
        4,
        5,
        4095,
        4096,
        u64::from(u32::MAX),
        1 << 32,
        1 << 34,
        LZMA_VLI_MAX,
        LZMA_VLI_UNKNOWN,
        i64::MAX as u64,
        1 << 63,
        u64::MAX,
    ];
    let near = rng.below(3) as u64;
    match rng.below(3) {
        0 => rng.next_u64() >> rng.below(64),
        1 => rng.pick(&edges).wrapping_add(near),
        _ => rng.pick(&edges).wrapping_sub(near),
    }
}

#[test]
fn streams_without_a_coder() {
    let code = same("without a coder", |lib| {
        let mut strm = LZMA_STREAM_INIT;
        // SAFETY: the stream is as `LZMA_STREAM_INIT` makes it.
        unsafe {
            (lib.lzma_end)(ptr::null_mut());
            (lib.lzma_end)(&mut strm);
            (lib.lzma_end)(&mut strm);
            let set = (lib.lzma_memlimit_set)(&mut strm, 1);
            let sizes = ((lib.lzma_memusage)(&strm), (lib.lzma_memlimit_get)(&strm));
            ((lib.lzma_code)(&mut strm, LZMA_RUN), set, sizes)
        }
    });
    assert_eq!(code, (LZMA_PROG_ERROR, LZMA_PROG_ERROR, (0, 0)));

    // The original crashes for these.
    let lib = Lib::ours();
    let mut strm = LZMA_STREAM_INIT;
    let (mut taken, mut written) = (1, 1);
    // SAFETY: NULL, or a stream without a coder; the chain has its end.
    unsafe {
        assert_eq!((lib.lzma_code)(ptr::null_mut(), LZMA_RUN), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_memusage)(ptr::null()), 0);
        assert_eq!((lib.lzma_memlimit_get)(ptr::null()), 0);
        assert_eq!((lib.lzma_memlimit_set)(ptr::null_mut(), 1), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_get_check)(ptr::null()), LZMA_CHECK_NONE);
        assert_eq!((lib.lzma_get_check)(&strm), LZMA_CHECK_NONE);
        assert_eq!((lib.lzma_stream_decoder_mt)(&mut strm, ptr::null()), LZMA_PROG_ERROR);
        strm.total_in = 7;
        (lib.lzma_get_progress)(ptr::null_mut(), &mut taken, &mut written);
        (lib.lzma_get_progress)(&mut strm, &mut taken, &mut written);
        assert_eq!((taken, written), (7, 0));
        assert_eq!((lib.lzma_filters_update)(&mut strm, &END), LZMA_PROG_ERROR);
        assert_eq!((lib.lzma_filters_update)(ptr::null_mut(), &END), LZMA_PROG_ERROR);
    }
}

#[test]
fn no_stream_to_start() {
    for (name, init) in INITS {
        same(name, |lib| init(lib, ptr::null_mut()));
    }
}

#[test]
fn coders_ended_twice_and_replaced_by_each_other() {
    both();
    for (name, init) in INITS {
        let allocator = Allocator::new();
        let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
        for (_, other) in INITS {
            for init in [init, other, other, init] {
                assert_eq!(init(stream.lib, stream.as_mut_ptr()), LZMA_OK, "{name}");
            }
            // SAFETY: the stream is one of this library.
            unsafe {
                (stream.lib.lzma_end)(stream.as_mut_ptr());
                (stream.lib.lzma_end)(stream.as_mut_ptr());
            }
        }
    }
    assert_no_panic();
}

/// Any sequence of actions, with any data, before and after errors.
#[test]
fn calls_in_any_sequence() {
    seeds(60, |rng| {
        for (name, init) in INITS.into_iter().filter(|(name, _)| !name.ends_with("_mt")) {
            let seed = rng.next_u64();
            let mut input = data::any(400, rng);
            if rng.one_in(2) {
                input = compress(Lib::reference(), &input, 0);
            }
            same(name, |lib| {
                let mut rng = Rng::new(seed);
                let mut stream = Stream::new(lib);
                let mut said = vec![init(lib, stream.as_mut_ptr()).0 as usize];
                let mut room = [0; 300];
                for _ in 0..40 {
                    let action = rng.pick(&[0, 0, 0, 1, 2, 3, 3, 4, 5, u32::MAX]);
                    let strm = stream.as_mut();
                    if rng.one_in(3) {
                        let (from, to) = (rng.below(input.len() + 1), rng.below(input.len() + 1));
                        let part = &input[from.min(to)..from.max(to)];
                        (strm.next_in, strm.avail_in) = (part.as_ptr(), part.len());
                    }
                    (strm.next_out, strm.avail_out) = (room.as_mut_ptr(), rng.below(300));
                    match rng.below(30) {
                        0 => strm.next_out = ptr::null_mut(),
                        1 => strm.next_in = ptr::null(),
                        2 => strm.reserved_int4 = 1,
                        _ => {}
                    }
                    // SAFETY: buffers are NULL or as long as said.
                    let ret = unsafe { (lib.lzma_code)(strm, lzma_action(action)) };
                    strm.reserved_int4 = 0;
                    if strm.next_in.is_null() {
                        strm.avail_in = 0;
                    }
                    said.extend([ret.0 as usize, strm.avail_in, strm.avail_out]);
                    said.push((strm.total_in ^ strm.total_out << 32) as usize);
                    let written = 300_usize.saturating_sub(strm.avail_out);
                    said.extend(room[..written].iter().map(|byte| usize::from(*byte)));
                    room.fill(0);
                    if rng.one_in(10) {
                        let limit = edge(&mut rng);
                        // SAFETY: the stream is one of this library.
                        let ret = unsafe { (lib.lzma_memlimit_set)(stream.as_mut_ptr(), limit) };
                        said.push(ret.0 as usize);
                    }
                }
                said
            });
        }
    });
}

/// Functions of numbers alone.
#[test]
fn numbers_at_the_edges() {
    seeds(20_000, |rng| {
        let (a, b) = (edge(rng), edge(rng));
        let small = edge(rng) as u32;
        // SAFETY: no pointers are involved.
        same(&format!("{a:#x} {b:#x} {small:#x}"), |lib| unsafe {
            [
                (lib.lzma_stream_buffer_bound)(a as usize) as u64,
                (lib.lzma_block_buffer_bound)(a as usize) as u64,
                (lib.lzma_index_memusage)(a, b),
                u64::from((lib.lzma_vli_size)(a)),
                u64::from((lib.lzma_check_size)(lzma_check(small))),
                (lib.lzma_check_is_supported)(lzma_check(small)).into(),
                (lib.lzma_filter_encoder_is_supported)(a).into(),
                (lib.lzma_filter_decoder_is_supported)(a).into(),
                (lib.lzma_mf_is_supported)(lzma_match_finder(small)).into(),
                (lib.lzma_mode_is_supported)(lzma_mode(small)).into(),
                (lib.lzma_easy_encoder_memusage)(small),
                (lib.lzma_easy_decoder_memusage)(small),
                (lib.lzma_crc32)(ptr::null(), 0, small).into(),
                (lib.lzma_crc64)(ptr::null(), 0, a),
            ]
        });
    });
}

#[test]
fn any_preset_check_and_flags() {
    seeds(300, |rng| {
        // The highest presets need much memory, and no other path.
        let preset = rng.pick(&[0, 1, 3, 10, 11, 31, 32, 1 << 30, 1 << 31 | 1, u32::MAX]);
        let check = lzma_check(rng.pick(&[0, 1, 2, 3, 4, 5, 10, 15, 16, 17, 1 << 31, u32::MAX]));
        let (limit, small) = (edge(rng), rng.next_u32() >> rng.below(32));
        let (a, b, exact) = (edge(rng), edge(rng), rng.byte());
        let text = format!("{preset:#x} {check:?} {limit:#x} {small:#x} {a:#x} {b:#x} {exact}");
        same(&text, |lib| {
            let mut stream = Stream::new(lib);
            let strm = stream.as_mut_ptr();
            let mut options: lzma_options_lzma = zeroed();
            // SAFETY: the stream is one of this library.
            unsafe {
                [
                    (lib.lzma_lzma_preset)(&mut options, preset).into(),
                    (lib.lzma_easy_encoder)(strm, preset, check).0,
                    (lib.lzma_stream_decoder)(strm, limit, small).0,
                    (lib.lzma_auto_decoder)(strm, limit, small).0,
                    (lib.lzma_lzip_decoder)(strm, limit, small).0,
                    (lib.lzma_alone_decoder)(strm, limit).0,
                    (lib.lzma_microlzma_decoder)(strm, a, b, exact, small & 0xFF_FFFF).0,
                ]
            }
        });
    });
}

/// Chains with anything wrong about them, in all functions that take one.
#[test]
fn any_chain() {
    seeds(600, |rng| {
        let last = rng.pick(&LZMA_FILTERS);
        let mut chain = FilterChain::random(last, rng);
        for _ in 0..rng.below(4) {
            chain.spoil(rng);
        }
        let huge = chain.largest_dictionary() > 1 << 26;
        let check = lzma_check(rng.below(18) as u32);
        same(&format!("{chain:?} {check:?}"), |lib| {
            let mut stream = Stream::new(lib);
            let strm = stream.as_mut_ptr();
            // SAFETY: the chain is as the structures demand, or is refused
            // before that matters.
            chain.with(|filters| unsafe {
                let mut said = vec![
                    (lib.lzma_raw_encoder_memusage)(filters),
                    (lib.lzma_raw_decoder_memusage)(filters),
                ];
                // The original reads more than a chain may have.
                if chain.filters.len() <= LZMA_FILTERS_MAX + 1 {
                    said.push((lib.lzma_mt_block_size)(filters));
                }
                let mut size = 0;
                said.push((lib.lzma_filter_flags_size)(&mut size, filters).0.into());
                said.push(size.into());
                size = 0;
                said.push((lib.lzma_properties_size)(&mut size, filters).0.into());
                said.push(size.into());
                if !huge {
                    said.push((lib.lzma_raw_decoder)(strm, filters).0.into());
                    said.push((lib.lzma_raw_encoder)(strm, filters).0.into());
                    said.push((lib.lzma_stream_encoder)(strm, filters, check).0.into());
                }
                let mut block = lzma_block { filters, check, ..zeroed() };
                said.push((lib.lzma_block_header_size)(&mut block).0.into());
                said.push(block.header_size.into());
                said
            })
        });
    });
}

/// Any options for threads, as far as the number of threads is bearable.
#[test]
fn any_thread_options() {
    seeds(400, |rng| {
        let mut options = lzma_mt {
            flags: if rng.one_in(2) { 0 } else { edge(rng) as u32 },
            threads: rng.pick(&[0, 1, 2, 4, 16_384, 16_385, u32::MAX]),
            block_size: if rng.one_in(2) { 10_000 } else { edge(rng) },
            timeout: if rng.one_in(2) { 0 } else { edge(rng) as u32 },
            preset: rng.pick(&[0, 1, 10, u32::MAX]),
            check: lzma_check(rng.pick(&[0, 1, 4, 5, 15, 16, u32::MAX])),
            memlimit_threading: edge(rng),
            memlimit_stop: edge(rng),
            ..zeroed()
        };
        let mut chain = FilterChain::random(LZMA_FILTER_LZMA2, rng);
        if rng.one_in(2) {
            chain.spoil(rng);
        }
        let with_filters = rng.one_in(2);
        let text = format!("{options:?} {with_filters} {chain:?}");
        chain.with(|filters| {
            options.filters = if with_filters { filters } else { ptr::null() };
            if chain.largest_dictionary() > 1 << 26 {
                return;
            }
            same(&text, |lib| {
                let mut stream = Stream::new(lib);
                // SAFETY: the stream is one of this library, the options
                // are as demanded or refused.
                unsafe {
                    let strm = stream.as_mut_ptr();
                    [
                        (lib.lzma_stream_encoder_mt)(strm, &options).0.into(),
                        (lib.lzma_stream_encoder_mt)(strm, ptr::null()).0.into(),
                        (lib.lzma_stream_encoder_mt_memusage)(&options),
                        (lib.lzma_stream_encoder_mt_memusage)(ptr::null()),
                        (lib.lzma_stream_decoder_mt)(strm, &options).0.into(),
                    ]
                }
            });
        });
    });
}

#[test]
fn null_where_it_is_allowed() {
    same("NULL", |lib| {
        let mut stream = Stream::new(lib);
        let strm = stream.as_mut_ptr();
        let mut copy = [END; 5];
        let mut flags = MaybeUninit::<lzma_stream_flags>::zeroed();
        // SAFETY: these functions look for NULL.
        unsafe {
            (lib.lzma_filters_free)(ptr::null_mut(), ptr::null());
            (lib.lzma_index_end)(ptr::null_mut(), ptr::null());
            (lib.lzma_index_hash_end)(ptr::null_mut(), ptr::null());
            let index = (lib.lzma_index_init)(ptr::null());
            let said = [
                (lib.lzma_raw_encoder)(strm, ptr::null()).0,
                (lib.lzma_raw_decoder)(strm, ptr::null()).0,
                (lib.lzma_stream_encoder)(strm, ptr::null(), LZMA_CHECK_CRC32).0,
                (lib.lzma_filters_copy)(ptr::null(), copy.as_mut_ptr(), ptr::null()).0,
                (lib.lzma_filters_copy)(copy.as_ptr(), ptr::null_mut(), ptr::null()).0,
                (lib.lzma_raw_decoder_memusage)(ptr::null()) as u32,
                (lib.lzma_raw_encoder_memusage)(ptr::null()) as u32,
                (lib.lzma_block_header_size)(&mut zeroed()).0,
                (lib.lzma_block_encoder)(strm, ptr::null_mut()).0,
                (lib.lzma_block_encoder)(strm, &mut zeroed()).0,
                (lib.lzma_block_unpadded_size)(ptr::null()) as u32,
                (lib.lzma_index_append)(ptr::null_mut(), ptr::null(), 5, 5).0,
                (lib.lzma_index_stream_flags)(index, ptr::null()).0,
                (lib.lzma_index_stream_flags)(ptr::null_mut(), flags.as_mut_ptr()).0,
                (lib.lzma_index_stream_padding)(ptr::null_mut(), 4).0,
                (lib.lzma_index_cat)(index, ptr::null_mut(), ptr::null()).0,
                (lib.lzma_index_cat)(ptr::null_mut(), index, ptr::null()).0,
                (lib.lzma_index_hash_append)(ptr::null_mut(), 5, 5).0,
            ];
            (lib.lzma_index_end)(index, ptr::null());
            said
        }
    });
}
