//! Filter chains without a container: both libraries accept the same chains,
//! name the same memory usage, and decode alike; ours keeps to what it says.

use std::ptr;

use crate::common::chain::{END, FilterChain, LZMA_FILTERS, Options};
use crate::common::data::any;
use crate::common::mutate::{flip, insert, remove, truncate};
use crate::common::one_call::{self, Buffers};
use crate::common::{Allocator, Chunks, Lib, Outcome, Plan, Rng, Stream, assert_same, seeds};
use rlzma::ffi::*;

/// A chain that an encoder takes.
fn valid(rng: &mut Rng) -> FilterChain {
    let mut chain = FilterChain::random(rng.pick(&LZMA_FILTERS), rng);
    let options = chain.last();
    options.dict_size = 4096 << rng.below(8);
    options.ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
    lzma_set_ext_size(options, u64::MAX);
    if rng.one_in(3) {
        chain.preset_dict = any(10_000, rng);
    }
    chain
}

#[test]
fn memory_usage() {
    seeds(20_000, |rng| {
        let mut chain = valid(rng);
        chain.last().dict_size = rng.next_u32() >> rng.below(32);
        for _ in 0..rng.below(4) {
            chain.spoil(rng);
        }
        let filters = chain.raw();
        let [want, have] = [Lib::reference(), Lib::ours()]
            // SAFETY: the chain is as demanded.
            .map(|lib| unsafe { (lib.lzma_raw_decoder_memusage)(filters.as_ptr()) });
        assert_eq!(want, have, "{chain:?}");
    });
    for lib in [Lib::reference(), Lib::ours()] {
        // SAFETY: NULL is allowed.
        assert_eq!(unsafe { (lib.lzma_raw_decoder_memusage)(ptr::null()) }, u64::MAX);
    }
}

#[test]
fn memory_usage_of_presets() {
    for preset in (0..40).chain((0..32).map(|bit| 1 << bit | 5)).chain((0..10).map(|n| n | 1 << 31))
    {
        let [want, have] = [Lib::reference(), Lib::ours()]
            // SAFETY: any number is fine.
            .map(|lib| unsafe { (lib.lzma_easy_decoder_memusage)(preset) });
        assert_eq!(want, have, "{preset:#x}");
    }
}

/// NULL instead of LZMA options is an error, not a crash as in the original.
#[test]
fn missing_options() {
    let lib = Lib::ours();
    for id in LZMA_FILTERS {
        let filters = [lzma_filter { id, options: ptr::null_mut() }, END];
        let mut stream = Stream::new(lib);
        // SAFETY: the chain is as demanded.
        unsafe {
            assert_eq!((lib.lzma_raw_decoder_memusage)(filters.as_ptr()), u64::MAX);
            let ret = (lib.lzma_raw_decoder)(stream.as_mut_ptr(), filters.as_ptr());
            assert_eq!(ret, LZMA_PROG_ERROR);
        }
    }
}

/// A chain and data that it has encoded.
struct Sample {
    chain: FilterChain,
    data: Vec<u8>,
    bytes: Vec<u8>,
}

impl Sample {
    fn encoded(rng: &mut Rng) -> Sample {
        let mut chain = valid(rng);
        let data = any(rng.pick(&[30, 300, 60_000]), rng);
        if rng.one_in(2) {
            lzma_set_ext_size(chain.last(), data.len() as u64);
            chain.last().ext_flags = rng.below(2) as u32;
        }
        let mut bytes = vec![0; data.len() + data.len() / 4 + 4096];
        let mut size = 0;
        // SAFETY: structures and buffers are as demanded.
        let ret = chain.with(|filters| unsafe {
            (Lib::reference().lzma_raw_buffer_encode)(
                filters,
                ptr::null(),
                data.as_ptr(),
                data.len(),
                bytes.as_mut_ptr(),
                &mut size,
                bytes.len(),
            )
        });
        assert_eq!(ret, LZMA_OK, "{chain:?}");
        bytes.truncate(size);
        Sample { chain, data, bytes }
    }

    /// A plan to decode it. Where an end marker follows data whose size is
    /// known, the original says `LZMA_DATA_ERROR` if a call ends within it.
    fn plan(&self, rng: &mut Rng) -> Plan {
        let plan = Plan { capacity: 1 << 18, ..Plan::random(rng) };
        let has_both = |(id, options): &(lzma_vli, Options)| match options {
            Options::Lzma(options) => {
                *id == LZMA_FILTER_LZMA1EXT && options.ext_flags != 0 && options.ext_size_high == 0
            }
            _ => false,
        };
        match self.chain.filters.iter().any(has_both) {
            true => Plan { input: Chunks::Whole, ..plan },
            false => plan,
        }
    }

    /// Spoils the chain or the data.
    fn change(&mut self, rng: &mut Rng) {
        match rng.below(10) {
            0..=2 => {
                let mut chain = self.chain.clone();
                chain.spoil(rng);
                if chain.largest_dictionary() <= 1 << 24 {
                    self.chain = chain;
                }
            }
            3 => self.bytes = truncate(&self.bytes, rng).bytes,
            4 => self.bytes = insert(&self.bytes, rng).bytes,
            5 => self.bytes = remove(&self.bytes, rng).bytes,
            6 => self.bytes.extend((0..rng.below(80)).map(|_| rng.byte())),
            _ => self.bytes = flip(&self.bytes, rng).bytes,
        }
    }
}

fn decode(stream: &mut Stream<'_>, sample: &Sample, plan: &Plan) -> Outcome {
    let filters = sample.chain.raw();
    stream.run(
        // SAFETY: the chain is as demanded.
        |lib, strm| unsafe { (lib.lzma_raw_decoder)(strm, filters.as_ptr()) },
        &sample.bytes,
        plan,
    )
}

#[test]
fn any_chain_in_any_chunks() {
    seeds(4_000, |rng| {
        let mut sample = Sample::encoded(rng);
        let good = rng.one_in(3);
        if !good {
            sample.change(rng);
        }
        let plan = sample.plan(rng);
        let want = decode(&mut Stream::new(Lib::reference()), &sample, &plan);
        let have = decode(&mut Stream::new(Lib::ours()), &sample, &plan);
        assert_same(&want, &have, format_args!("{:?}", sample.chain));
        if good {
            assert!(have.is_end() && have.output == sample.data, "{:?}", sample.chain);
        }
    });
}

/// Each decoder is started where the one before it was, whatever became of
/// that, and keeps to the memory that its chain may use.
#[test]
fn one_stream_for_many_chains() {
    seeds(100, |rng| {
        let allocators = [Allocator::new(), Allocator::new()];
        let mut want = Stream::with_allocator(Lib::reference(), &allocators[0]);
        let mut have = Stream::with_allocator(Lib::ours(), &allocators[1]);
        for _ in 0..20 {
            let mut sample = Sample::encoded(rng);
            if rng.one_in(3) {
                sample.change(rng);
            }
            let plan = sample.plan(rng);
            let want = decode(&mut want, &sample, &plan);
            let have = decode(&mut have, &sample, &plan);
            assert_same(&want, &have, format_args!("{:?}", sample.chain));
            if have.init == LZMA_OK {
                // SAFETY: the chain is as demanded.
                let allowed = sample
                    .chain
                    .with(|filters| unsafe { (Lib::ours().lzma_raw_decoder_memusage)(filters) });
                let used = allocators[1].live_bytes() as u64;
                assert!(used <= allowed, "{used} > {allowed}: {:?}", sample.chain);
            }
        }
        drop((want, have));
        assert!(allocators[1].peak_bytes() <= allocators[0].peak_bytes());
    });
}

#[test]
fn without_memory() {
    seeds(50, |rng| {
        let sample = Sample::encoded(rng);
        for n in 1.. {
            let allocator = Allocator::failing_at(n);
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            let outcome = decode(&mut stream, &sample, &Plan::whole());
            if allocator.failed() == 0 {
                assert!(outcome.is_end(), "{outcome:?}");
                break;
            }
            assert_eq!(outcome.init, LZMA_MEM_ERROR);
            assert!(decode(&mut stream, &sample, &Plan::whole()).is_end());
        }
    });
}

/// A decoder that was in use must not be usable when starting it again fails.
#[test]
fn without_memory_again() {
    seeds(100, |rng| {
        let (first, second) = (Sample::encoded(rng), Sample::encoded(rng));
        for n in 1.. {
            let allocator = Allocator::new();
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            assert!(decode(&mut stream, &first, &Plan::whole()).is_end());
            allocator.fail_next(n);
            let outcome = decode(&mut stream, &second, &Plan::whole());
            if allocator.failed() == 0 {
                assert!(outcome.is_end(), "{outcome:?}");
                break;
            }
            assert_eq!(outcome.init, LZMA_MEM_ERROR);
            // SAFETY: the stream is as the library left it.
            let ret = unsafe { (Lib::ours().lzma_code)(stream.as_mut_ptr(), LZMA_RUN) };
            assert_eq!(ret, LZMA_PROG_ERROR);
        }
    });
}

/// Calls `lzma_raw_buffer_decode` of `lib`.
fn buffer_decode(
    lib: &Lib,
    filters: *const lzma_filter,
    allocator: *const lzma_allocator,
    to: Buffers,
) -> lzma_ret {
    // SAFETY: the chain is as demanded or NULL, and so are the buffers.
    unsafe {
        (lib.lzma_raw_buffer_decode)(
            filters,
            allocator,
            to.input,
            to.in_pos,
            to.in_size,
            to.out,
            to.out_pos,
            to.out_size,
        )
    }
}

#[test]
fn in_one_call() {
    seeds(4_000, |rng| {
        let mut sample = Sample::encoded(rng);
        if rng.one_in(2) {
            sample.change(rng);
        }
        let filters = sample.chain.raw();
        let room = one_call::room(sample.data.len(), rng);
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            one_call::decode(&sample.bytes, room, |allocator, buffers| {
                buffer_decode(lib, filters.as_ptr(), allocator, buffers)
            })
        });
        assert_eq!(want, have, "{:?} with room for {room}", sample.chain);
    });
}

#[test]
fn null_pointers_and_wrong_positions() {
    let sample = Sample::encoded(&mut Rng::new(1));
    let filters = sample.chain.raw();
    let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
        let call = |buffers, no_filters| {
            let filters = if no_filters { ptr::null() } else { filters.as_ptr() };
            buffer_decode(lib, filters, ptr::null(), buffers)
        };
        let mut answers = one_call::null_pointers_and_wrong_positions(&sample.bytes, call);
        let mut stream = Stream::new(lib);
        // SAFETY: NULL is allowed.
        answers.push(unsafe { (lib.lzma_raw_decoder)(stream.as_mut_ptr(), ptr::null()) });
        answers
    });
    assert_eq!(want, have);
}
