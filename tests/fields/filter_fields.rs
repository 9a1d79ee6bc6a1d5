//! Filter Flags, Filter Properties, copies of chains and presets: both libraries
//! decode and encode random and damaged ones with the same return codes, and leave
//! the same structures behind.

use std::ptr;

use crate::common::chain::END;
use crate::common::random_fields::*;
use crate::common::{Allocator, Lib, Rng, seeds};
use rlzma::ffi::*;

mod filters {
    use super::*;

    #[test]
    fn support() {
        seeds(5_000, |rng| {
            let id = filter_id(rng);
            let number = if rng.one_in(4) { rng.next_u32() } else { rng.below(30) as u32 };
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                // SAFETY: any number is fine.
                unsafe {
                    [
                        (lib.lzma_filter_encoder_is_supported)(id),
                        (lib.lzma_filter_decoder_is_supported)(id),
                        (lib.lzma_mf_is_supported)(lzma_match_finder(number)),
                        (lib.lzma_mode_is_supported)(lzma_mode(number)),
                    ]
                }
            });
            assert_eq!(want, have, "{id:#x} {number}");
        });
    }

    #[test]
    fn encode_properties_and_flags() {
        seeds(20_000, |rng| {
            let id = filter_id(rng);
            let mut options = Options::random(rng);
            let filter = lzma_filter { id, options: options.of(id, rng) };
            let (start, end) = (rng.below(4), rng.range(4..24));
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                let mut sizes = [77; 2];
                let (mut bytes, mut props) = ([0xAA; 24], [0xAA; 8]);
                let mut pos = start;
                // SAFETY: structures and buffers are as demanded.
                let rets = unsafe {
                    [
                        (lib.lzma_properties_size)(&mut sizes[0], &filter),
                        (lib.lzma_filter_flags_size)(&mut sizes[1], &filter),
                        (lib.lzma_properties_encode)(&filter, props.as_mut_ptr()),
                        (lib.lzma_filter_flags_encode)(&filter, bytes.as_mut_ptr(), &mut pos, end),
                    ]
                };
                (rets, sizes, props, pos, bytes)
            });
            assert_eq!(want, have, "{id:#x}");
        });
    }

    #[test]
    fn decode_properties() {
        seeds(20_000, |rng| {
            let id = filter_id(rng);
            let mut props = vec![0; rng.pick(&[0, 0, 1, 1, 1, 4, 4, 5, 5, 6, 20])];
            rng.fill(&mut props);
            if rng.one_in(4) {
                props.fill(0);
            } else if let Some(first) = props.first_mut() {
                *first %= rng.pick(&[46, 120, 255]);
            }
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                let allocator = Allocator::new();
                let options = ptr::dangling_mut::<u64>().cast();
                let mut filters = [lzma_filter { id, options }, END];
                // SAFETY: structures and buffers are as demanded.
                unsafe {
                    let ret = (lib.lzma_properties_decode)(
                        &mut filters[0],
                        allocator.as_ptr(),
                        props.as_ptr(),
                        props.len(),
                    );
                    let text = describe(&filters[0]);
                    if id != LZMA_VLI_UNKNOWN {
                        (lib.lzma_filters_free)(filters.as_mut_ptr(), allocator.as_ptr());
                    }
                    assert_eq!(filters[0].id, LZMA_VLI_UNKNOWN);
                    (ret, text)
                }
            });
            assert_eq!(want, have, "{id:#x} {props:x?}");
        });
    }

    #[test]
    fn decode_flags() {
        seeds(20_000, |rng| {
            let mut bytes = vec![0; rng.below(3)];
            let start = bytes.len();
            filter_flags(rng, &mut bytes);
            let end = if rng.one_in(4) { rng.range(start..bytes.len()) } else { bytes.len() };
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                let allocator = Allocator::new();
                let mut filters = [END; 2];
                let mut pos = start;
                // SAFETY: structures and buffers are as demanded.
                unsafe {
                    let ret = (lib.lzma_filter_flags_decode)(
                        &mut filters[0],
                        allocator.as_ptr(),
                        bytes.as_ptr(),
                        &mut pos,
                        end,
                    );
                    let text = describe(&filters[0]);
                    (lib.lzma_filters_free)(filters.as_mut_ptr(), allocator.as_ptr());
                    (ret, pos, text)
                }
            });
            assert_eq!(want, have, "{bytes:x?}");
        });
    }

    #[test]
    fn copy() {
        seeds(5_000, |rng| {
            let mut options: Vec<_> = (0..5).map(|_| Options::random(rng)).collect();
            let mut filters = [END; 6];
            for (filter, options) in filters.iter_mut().zip(&mut options).take(rng.below(6)) {
                filter.id = filter_id(rng);
                filter.options = options.of(filter.id, rng);
            }
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                let allocator = Allocator::new();
                let untouched = lzma_filter { id: 99, ..END };
                let mut copies = [untouched; 6];
                // SAFETY: structures and buffers are as demanded.
                unsafe {
                    let ret = (lib.lzma_filters_copy)(
                        filters.as_ptr(),
                        copies.as_mut_ptr(),
                        allocator.as_ptr(),
                    );
                    for (copy, filter) in copies.iter().zip(&filters) {
                        assert!(copy.options.is_null() || copy.options != filter.options);
                    }
                    let text = copies.map(|copy| describe(&copy));
                    if ret == LZMA_OK {
                        (lib.lzma_filters_free)(copies.as_mut_ptr(), allocator.as_ptr());
                    }
                    (ret, text, copies.map(|copy| (copy.id, copy.options.is_null())))
                }
            });
            assert_eq!(want, have);
            // SAFETY: NULL is allowed.
            unsafe {
                let (null, lib) = (ptr::null(), Lib::ours());
                let to = filters.as_mut_ptr();
                assert_eq!((lib.lzma_filters_copy)(null, to, null.cast()), LZMA_PROG_ERROR);
                assert_eq!(
                    (lib.lzma_filters_copy)(to, ptr::null_mut(), null.cast()),
                    LZMA_PROG_ERROR
                );
                (lib.lzma_filters_free)(ptr::null_mut(), null.cast());
            }
        });
    }

    #[test]
    fn copy_without_memory() {
        let mut options = Options::random(&mut Rng::new(1));
        let mut filters = [END; 5];
        for (filter, id) in filters.iter_mut().zip([4, 3, LZMA_FILTER_LZMA2]) {
            filter.id = id;
        }
        filters[0].options = (&raw mut options.bcj).cast();
        filters[1].options = (&raw mut options.delta).cast();
        filters[2].options = (&raw mut options.lzma).cast();
        for n in 1..=3 {
            let allocator = Allocator::failing_at(n);
            let mut copies = [END; 5];
            // SAFETY: structures and buffers are as demanded.
            let ret = unsafe {
                (Lib::ours().lzma_filters_copy)(
                    filters.as_ptr(),
                    copies.as_mut_ptr(),
                    allocator.as_ptr(),
                )
            };
            assert_eq!(ret, LZMA_MEM_ERROR);
            assert!(copies.iter().all(|copy| copy.id == LZMA_VLI_UNKNOWN));
        }
    }
}

mod presets {
    use super::*;

    #[test]
    fn all_levels() {
        seeds(5_000, |rng| {
            let flags = if rng.one_in(2) { 0 } else { 1 << rng.below(32) };
            let preset = rng.below(34) as u32 | flags;
            // SAFETY: integers and pointers that nobody follows.
            let before: lzma_options_lzma = unsafe { garbage(rng) };
            let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
                let mut options = before;
                // SAFETY: the structure is writable.
                let ret = unsafe { (lib.lzma_lzma_preset)(&mut options, preset) };
                (ret, format!("{options:?}"))
            });
            assert_eq!(want, have, "{preset:#x}");
        });
    }
}
