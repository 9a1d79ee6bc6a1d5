//! The memory of a `lzma_index`: no more than the figures say, nothing lost where
//! there is none, and from whichever allocator a call names.

use crate::common::indexes::*;
use crate::common::{Allocator, Lib, is_enough, seeds};
use rlzma::ffi::*;
use std::ptr;

#[test]
fn no_more_memory_than_the_figures_say() {
    seeds(3000, |rng| {
        let allocator = Allocator::new();
        let mut indexes = Indexes::new(Some(&allocator));
        for _ in 0..60 {
            indexes.step(rng);
            let used = indexes.memory_used();
            assert!(allocator.live_bytes() <= used, "{} > {used}", allocator.live_bytes());
        }
        drop(indexes);
    });
}

/// While Blocks are added, not even for a moment.
#[test]
fn growing_keeps_within_the_figures() {
    let lib = Lib::ours();
    let allocator = Allocator::new();
    // SAFETY: everything is valid as long as it is used.
    unsafe {
        let index = (lib.lzma_index_init)(allocator.as_ptr());
        for _ in 0..20_000 {
            assert_eq!((lib.lzma_index_append)(index, allocator.as_ptr(), 100, 1), LZMA_OK);
            assert!(allocator.peak_bytes() as u64 <= (lib.lzma_index_memused)(index));
        }
        (lib.lzma_index_end)(index, allocator.as_ptr());
    }
}

/// The last Stream of several has room for more Blocks (in the original too),
/// and while they are put together, there is the copy of a chunk.
#[test]
fn concatenating_keeps_near_the_figures() {
    let lib = Lib::ours();
    seeds(200, |rng| {
        let allocator = Allocator::new();
        let raw = allocator.as_ptr();
        // SAFETY: everything is valid as long as it is used.
        unsafe {
            let mut all = (lib.lzma_index_init)(raw);
            let mut peak = (lib.lzma_index_memused)(all);
            for _ in 0..100 {
                let new = (lib.lzma_index_init)(raw);
                let max = if rng.one_in(10) { 2000 } else { 4 };
                for _ in 0..rng.skewed(max) {
                    assert_eq!((lib.lzma_index_append)(new, raw, 100, 1), LZMA_OK);
                }
                peak = peak.max((lib.lzma_index_memused)(all) + (lib.lzma_index_memused)(new));
                let (dest, src) = if rng.one_in(2) { (all, new) } else { (new, all) };
                assert_eq!((lib.lzma_index_cat)(dest, src, raw), LZMA_OK);
                all = dest;
                assert!(allocator.peak_bytes() as u64 <= peak + 2 * CHUNK);
                assert!(allocator.live_bytes() as u64 <= (lib.lzma_index_memused)(all) + CHUNK);
            }
            (lib.lzma_index_end)(all, raw);
        }
    });
}

#[test]
fn memory_usage_figures() {
    let compare = |streams, blocks| {
        // SAFETY: there is nothing to keep.
        unsafe {
            let want = (Lib::reference().lzma_index_memusage)(streams, blocks);
            assert_eq!((Lib::ours().lzma_index_memusage)(streams, blocks), want);
        }
    };
    seeds(1, |rng| {
        for _ in 0..100_000 {
            let mut number = || match rng.below(4) {
                0 => u64::MAX - rng.skewed(5000) as u64,
                1 => (LZMA_VLI_MAX - 2) + rng.below(5) as u64,
                2 => (1 << 32) - 2 + rng.below(4) as u64,
                _ => rng.next_u64() >> rng.below(64),
            };
            compare(number(), number());
        }
    });
}

/// One allocation fails: both Indexes are as before, and nothing leaks.
#[test]
fn without_memory() {
    let lib = Lib::ours();
    let totals = |index| {
        // SAFETY: it is an Index of ours.
        unsafe { ((lib.lzma_index_file_size)(index), (lib.lzma_index_block_count)(index)) }
    };
    for n in 1.. {
        let allocator = Allocator::new();
        // SAFETY: everything is valid as long as it is used.
        let failed = unsafe {
            let raw = allocator.as_ptr();
            let one = (lib.lzma_index_init)(raw);
            let other = (lib.lzma_index_init)(raw);
            for _ in 0..5 {
                assert_eq!((lib.lzma_index_append)(one, raw, 100, 1), LZMA_OK);
            }
            for _ in 0..3 {
                let more = (lib.lzma_index_init)(raw);
                assert_eq!((lib.lzma_index_append)(more, raw, 100, 1), LZMA_OK);
                assert_eq!((lib.lzma_index_cat)(other, more, raw), LZMA_OK);
            }
            let before = (totals(one), totals(other));
            allocator.fail_next(n);
            let copy = (lib.lzma_index_dup)(one, raw);
            let ret = (lib.lzma_index_cat)(one, other, raw);
            if ret != LZMA_OK {
                assert_eq!((ret, totals(one), totals(other)), (LZMA_MEM_ERROR, before.0, before.1));
                (lib.lzma_index_end)(other, raw);
            }
            let failed = ret != LZMA_OK || copy.is_null();
            allocator.stop_failing();
            assert_eq!((lib.lzma_index_append)(one, raw, 100, 1), LZMA_OK);
            (lib.lzma_index_end)(one, raw);
            (lib.lzma_index_end)(copy, raw);
            failed
        };
        allocator.check();
        if !failed {
            return assert!(n > 4);
        }
    }
}

/// Sequences that go on after allocations that failed. Everything is as if the
/// call had not been made.
#[test]
fn going_on_without_memory() {
    let mut failed = 0;
    seeds(10_000, |rng| {
        let allocator = Allocator::new();
        let mut indexes = Indexes::new(Some(&allocator));
        for _ in 0..60 {
            let starved = if rng.one_in(3) { indexes.choose(rng) } else { None };
            let Some(at) = starved else {
                indexes.step(rng);
                continue;
            };
            indexes.starved_step(at, rng);
            (0..indexes.pairs.len())
                .filter(|&at| indexes.pairs[at].is_some())
                .for_each(|at| indexes.compare(at));
        }
        drop(indexes);
        failed += allocator.failed();
    });
    assert!(is_enough(failed, 10_000), "{failed}");
}

/// The application's allocator may be another structure in each call.
#[test]
fn allocators_that_do_not_stay() {
    let lib = Lib::ours();
    let allocator = Allocator::new();
    // SAFETY: each copy is valid during its call.
    unsafe {
        let call = |body: &dyn Fn(*const lzma_allocator)| {
            let mut copy = Box::new(*allocator.as_ptr());
            body(&*copy);
            copy.alloc = None;
            copy.free = None;
            copy.opaque = ptr::dangling_mut();
        };
        let indexes = std::cell::RefCell::new(Vec::new());
        for _ in 0..4 {
            call(&|raw| indexes.borrow_mut().push((lib.lzma_index_init)(raw)));
        }
        let [a, b, c, d] = indexes.into_inner()[..] else { unreachable!() };
        call(&|raw| assert_eq!((lib.lzma_index_append)(c, raw, 100, 1), LZMA_OK));
        call(&|raw| assert_eq!((lib.lzma_index_cat)(c, d, raw), LZMA_OK));
        // A small one before a large one, and behind one.
        call(&|raw| assert_eq!((lib.lzma_index_cat)(b, c, raw), LZMA_OK));
        call(&|raw| assert_eq!((lib.lzma_index_cat)(a, b, raw), LZMA_OK));
        call(&|raw| assert_eq!((lib.lzma_index_append)(a, raw, 100, 1), LZMA_OK));
        assert_eq!((lib.lzma_index_stream_count)(a), 4);
        call(&|raw| (lib.lzma_index_end)(a, raw));
    }
    allocator.check();
}
