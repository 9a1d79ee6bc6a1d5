//! Numbers that depend on the machine, and those for threads that follow from
//! them, beside the original's.

use crate::common::chain::END;
use crate::common::{Lib, Rng, zeroed};
use rlzma::ffi::*;
use std::ptr;

#[test]
fn memory_and_processors() {
    // SAFETY: these have no preconditions.
    unsafe {
        let (ours, theirs) = (Lib::ours(), Lib::reference());
        assert_eq!((ours.lzma_physmem)(), (theirs.lzma_physmem)());
        assert_eq!((ours.lzma_cputhreads)(), (theirs.lzma_cputhreads)());
        assert_ne!((ours.lzma_physmem)(), 0);
        assert_ne!((ours.lzma_cputhreads)(), 0);
    }
}

#[test]
fn block_sizes() {
    let mut rng = Rng::new(1);
    let size = |lib: &Lib, filters: &[lzma_filter]| {
        // SAFETY: the chain ends as chains do.
        unsafe { (lib.lzma_mt_block_size)(filters.as_ptr()) }
    };
    for _ in 0..10_000 {
        let mut lzma: lzma_options_lzma = zeroed();
        lzma.dict_size = rng.next_u32() >> rng.below(32);
        let options = (&raw mut lzma).cast();
        let chain = [
            lzma_filter {
                id: rng.pick(&[3, 4, 0x20, LZMA_FILTER_LZMA1]),
                options: ptr::null_mut(),
            },
            lzma_filter { id: LZMA_FILTER_LZMA2, options },
            END,
        ];
        let chain = &chain[rng.below(3)..];
        assert_eq!(size(Lib::ours(), chain), size(Lib::reference(), chain));
    }
    // SAFETY: NULL is refused.
    assert_eq!(unsafe { (Lib::ours().lzma_mt_block_size)(ptr::null()) }, u64::MAX);
    // The original crashes for these.
    let lacking = [lzma_filter { id: LZMA_FILTER_LZMA2, options: ptr::null_mut() }, END];
    assert_eq!(size(Lib::ours(), &lacking), u64::MAX);
}
