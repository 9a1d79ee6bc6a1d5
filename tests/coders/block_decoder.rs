//! Block decoding: both libraries answer each call alike and write the same
//! to the application's structure, for good Blocks and damaged ones.

use std::ptr;

use crate::common::chain::{FilterChain, Filters};
use crate::common::data::any;
use crate::common::mutate::{flip, insert, remove, truncate};
use crate::common::one_call::{self, Buffers};
use crate::common::{
    Allocator, Lib, Outcome, Plan, Rng, Stream, assert_same, is_enough, seeds, zeroed,
};
use rlzma::ffi::*;

/// A Block without its header, and what a decoder is told about it.
struct Sample {
    chain: FilterChain,
    /// The chain that `block` points to.
    _filters: Filters,
    block: lzma_block,
    bytes: Vec<u8>,
    /// Sizes of the data.
    compressed: u64,
    uncompressed: u64,
}

impl Sample {
    /// A good Block, about which everything is known.
    fn encoded(rng: &mut Rng) -> Sample {
        let mut chain = FilterChain::cheap(rng);
        chain.last().dict_size = 4096 << rng.below(8);
        let mut filters = chain.raw();
        let data = any(rng.pick(&[30, 300, 60_000]), rng);
        let mut block: lzma_block = zeroed();
        block.version = 1;
        block.check = lzma_check(rng.pick(&[0, 1, 4, 10]));
        block.filters = filters.as_mut_ptr();
        let mut bytes = vec![0; data.len() + data.len() / 4 + 4096];
        let mut size = 0;
        // SAFETY: structures and buffers are as demanded.
        let ret = unsafe {
            (Lib::reference().lzma_block_buffer_encode)(
                &mut block,
                ptr::null(),
                data.as_ptr(),
                data.len(),
                bytes.as_mut_ptr(),
                &mut size,
                bytes.len(),
            )
        };
        assert_eq!(ret, LZMA_OK);
        bytes.truncate(size);
        bytes.drain(..block.header_size as usize);
        block.raw_check = [0x77; 64];
        let (compressed, uncompressed) = (block.compressed_size, block.uncompressed_size);
        Sample { chain, _filters: filters, block, bytes, compressed, uncompressed }
    }

    /// Knows less about the Block, or the wrong thing; or damages it.
    fn change(&mut self, rng: &mut Rng) {
        if rng.one_in(2) {
            self.block.compressed_size = LZMA_VLI_UNKNOWN;
        }
        if rng.one_in(2) {
            self.block.uncompressed_size = LZMA_VLI_UNKNOWN;
        }
        self.block.version = rng.below(2) as u32;
        self.block.ignore_check = lzma_bool::from(rng.one_in(4));
        if rng.one_in(2) {
            return;
        }
        match rng.below(10) {
            0 => self.block.compressed_size = wrong(self.compressed, rng),
            1 => self.block.uncompressed_size = wrong(self.uncompressed, rng),
            2 => self.block.check = lzma_check(rng.below(18) as u32),
            3 => self.block.header_size = rng.below(300) as u32 * 4,
            4 => self.block.version = rng.below(4) as u32,
            5 => self.bytes = truncate(&self.bytes, rng).bytes,
            6 => self.bytes = insert(&self.bytes, rng).bytes,
            7 => self.bytes = remove(&self.bytes, rng).bytes,
            8 => {
                // In the padding and the Check.
                let from = self.compressed as usize;
                let tail = flip(&self.bytes[from..], rng).bytes;
                self.bytes.truncate(from);
                self.bytes.extend(tail);
            }
            _ => self.bytes = flip(&self.bytes, rng).bytes,
        }
        if rng.one_in(2) {
            // Bytes after the Block are none of the decoder's business.
            self.bytes.extend((0..rng.below(80)).map(|_| rng.byte()));
        }
    }

    fn describe(&self) -> String {
        let ids: Vec<u64> = self.chain.filters.iter().map(|filter| filter.0).collect();
        format!(
            "{ids:?} of {} to {} bytes, {:?}",
            self.uncompressed,
            self.compressed,
            described(&self.block)
        )
    }
}

fn wrong(size: u64, rng: &mut Rng) -> u64 {
    match rng.below(6) {
        0 => size.saturating_sub(1),
        1 => size + 1,
        2 => rng.skewed(size as usize + 2) as u64,
        3 => rng.next_u64(),
        4 => LZMA_VLI_MAX - rng.below(100) as u64,
        _ => size + rng.below(100) as u64,
    }
}

/// All that a decoder may look at or change.
fn described(block: &lzma_block) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        (block.version, block.header_size, block.check, block.ignore_check),
        (block.compressed_size, block.uncompressed_size),
        block.raw_check,
    )
}

/// Decodes with a stream; both structures start out the same.
fn decode(stream: &mut Stream<'_>, sample: &Sample, plan: &Plan) -> (Outcome, lzma_block) {
    let mut block = sample.block;
    let lent = &raw mut block;
    let outcome = stream.run(
        // SAFETY: the structure lives until the run has ended.
        |lib, strm| unsafe { (lib.lzma_block_decoder)(strm, lent) },
        &sample.bytes,
        plan,
    );
    (outcome, block)
}

#[test]
fn any_block_in_any_chunks() {
    let mut ends = 0;
    seeds(4_000, |rng| {
        let mut sample = Sample::encoded(rng);
        sample.change(rng);
        let mut plan = Plan::random(rng);
        plan.capacity = 1 << 18;
        let (reference, ours) = (Lib::reference(), Lib::ours());
        let (want, want_block) = decode(&mut Stream::new(reference), &sample, &plan);
        let (have, have_block) = decode(&mut Stream::new(ours), &sample, &plan);
        assert_same(&want, &have, sample.describe());
        assert_eq!(described(&want_block), described(&have_block), "{}", sample.describe());
        ends += usize::from(want.is_end());
    });
    assert!(is_enough(ends, 1000), "only {ends} good Blocks");
}

/// Each decoder is started where the one before it was, whatever became of
/// that.
#[test]
fn one_stream_for_many_blocks() {
    seeds(100, |rng| {
        let allocators = [Allocator::new(), Allocator::new()];
        let mut want = Stream::with_allocator(Lib::reference(), &allocators[0]);
        let mut have = Stream::with_allocator(Lib::ours(), &allocators[1]);
        for _ in 0..20 {
            let mut sample = Sample::encoded(rng);
            if rng.one_in(3) {
                sample.change(rng);
            }
            let plan = Plan { capacity: 1 << 18, ..Plan::random(rng) };
            let (want, want_block) = decode(&mut want, &sample, &plan);
            let (have, have_block) = decode(&mut have, &sample, &plan);
            assert_same(&want, &have, sample.describe());
            assert_eq!(described(&want_block), described(&have_block), "{}", sample.describe());
        }
        drop((want, have));
        assert!(allocators[1].peak_bytes() <= allocators[0].peak_bytes());
    });
}

#[test]
fn without_memory() {
    seeds(30, |rng| {
        let sample = Sample::encoded(rng);
        for n in 1.. {
            let allocator = Allocator::failing_at(n);
            let mut stream = Stream::with_allocator(Lib::ours(), &allocator);
            let (outcome, _) = decode(&mut stream, &sample, &Plan::whole());
            if allocator.failed() == 0 {
                assert!(outcome.is_end(), "{outcome:?}");
                break;
            }
            assert_eq!(outcome.init, LZMA_MEM_ERROR);
            let (again, _) = decode(&mut stream, &sample, &Plan::whole());
            assert!(again.is_end(), "{again:?}");
        }
    });
}

/// Calls `lzma_block_buffer_decode` of `lib`.
fn buffer_decode(
    lib: &Lib,
    block: *mut lzma_block,
    allocator: *const lzma_allocator,
    to: Buffers,
) -> lzma_ret {
    // SAFETY: the structure is as demanded or NULL, and so are the buffers.
    unsafe {
        (lib.lzma_block_buffer_decode)(
            block,
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
        sample.change(rng);
        let room = one_call::room(sample.uncompressed as usize, rng);
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            let mut block = sample.block;
            let answer = one_call::decode(&sample.bytes, room, |allocator, buffers| {
                buffer_decode(lib, &raw mut block, allocator, buffers)
            });
            (answer, block)
        });
        assert_eq!(want.0, have.0, "{} with room for {room}", sample.describe());
        assert_eq!(described(&want.1), described(&have.1), "{}", sample.describe());
    });
}

#[test]
fn null_pointers_and_wrong_positions() {
    let sample = Sample::encoded(&mut Rng::new(1));
    let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
        let call = |buffers, no_block| {
            let mut block = sample.block;
            let block = if no_block { ptr::null_mut() } else { &raw mut block };
            buffer_decode(lib, block, ptr::null(), buffers)
        };
        let mut answers = one_call::null_pointers_and_wrong_positions(&sample.bytes, call);
        let mut stream = Stream::new(lib);
        // SAFETY: NULL is allowed.
        answers.push(unsafe { (lib.lzma_block_decoder)(stream.as_mut_ptr(), ptr::null_mut()) });
        answers
    });
    assert_eq!(want, have);
}
