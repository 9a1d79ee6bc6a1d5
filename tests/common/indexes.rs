//! Indexes in both libraries, which are asked the same things in random sequences
//! of operations, with every return code, value and field of iterators compared.

use super::mutate::crc32;
use super::{Allocator, Lib, Rng, zeroed};
use rlzma::ffi::*;
use std::mem::MaybeUninit;
use std::ptr;

/// An Index in both libraries. They are asked the same things.
pub struct Pair {
    pub ours: *mut lzma_index,
    pub theirs: *mut lzma_index,
}

/// An iterator of both.
#[derive(Clone, Copy)]
pub struct Iters {
    /// The number of the Index that is iterated.
    pub of: usize,
    pub ours: lzma_index_iter,
    pub theirs: lzma_index_iter,
}

/// Some Indexes and iterators.
pub struct Indexes<'a> {
    pub allocator: Option<&'a Allocator>,
    pub pairs: Vec<Option<Pair>>,
    pub iters: Vec<Iters>,
}

/// The fields of an iterator for the Stream and the Block, and the Stream Flags.
pub type Told = (StreamBytes, BlockBytes, Option<[u64; 7]>);

pub type StreamBytes = [u8; size_of::<lzma_index_iter_stream>()];
pub type BlockBytes = [u8; size_of::<lzma_index_iter_block>()];

pub fn told(iter: &lzma_index_iter) -> Told {
    // SAFETY: both structures are without padding, as four pointers are as long
    // as a number of integers of 64 bits, and were filled.
    let (mut stream, block) = unsafe {
        (
            std::mem::transmute::<lzma_index_iter_stream, StreamBytes>(iter.stream),
            std::mem::transmute::<lzma_index_iter_block, BlockBytes>(iter.block),
        )
    };
    // The pointer to the flags, which are compared below.
    stream[..size_of::<usize>()].fill(0);
    // The beginning of a test's iterator has the pattern there.
    let known = iter.stream.flags.addr() != PATTERN as usize && !iter.stream.flags.is_null();
    let flags = known.then(|| {
        // SAFETY: it is from a library whose Index is valid.
        let flags = unsafe { &*iter.stream.flags };
        [
            flags.version.into(),
            flags.backward_size,
            flags.check.0.into(),
            flags.reserved_enum1.0.into(),
            flags.reserved_enum4.0.into(),
            flags.reserved_int1.into(),
            flags.reserved_int2.into(),
        ]
    });
    (stream, block, flags)
}

/// Bytes for 512 Records.
pub const CHUNK: u64 = 8192;

/// Fills fields that nobody has written.
pub const PATTERN: u64 = 0x5A5A_5A5A_5A5A_5A5A;

pub fn fresh_iter() -> lzma_index_iter {
    let mut iter = MaybeUninit::<lzma_index_iter>::uninit();
    // SAFETY: any bits are a value of every field.
    unsafe {
        iter.as_mut_ptr().cast::<u8>().write_bytes(PATTERN as u8, size_of::<lzma_index_iter>());
        iter.assume_init()
    }
}

pub fn unpadded(rng: &mut Rng) -> u64 {
    match rng.below(12) {
        0 => rng.below(8) as u64,
        1 => LZMA_VLI_MAX - rng.below(300) as u64,
        2 => rng.next_u64() >> rng.below(20),
        3 => rng.next_u64() >> rng.range(1..64),
        _ => 5 + rng.skewed(100_000) as u64,
    }
}

pub fn uncompressed(rng: &mut Rng) -> u64 {
    match rng.below(10) {
        0..=2 => 0,
        3 => LZMA_VLI_MAX - rng.below(300) as u64,
        4 => rng.next_u64() >> rng.below(20),
        _ => rng.skewed(1_000_000) as u64,
    }
}

impl<'a> Indexes<'a> {
    pub fn new(allocator: Option<&'a Allocator>) -> Indexes<'a> {
        Indexes { allocator, pairs: Vec::new(), iters: Vec::new() }
    }

    pub fn allocator(&self) -> *const lzma_allocator {
        self.allocator.map_or(ptr::null(), Allocator::as_ptr)
    }

    pub fn add(&mut self, ours: *mut lzma_index, theirs: *mut lzma_index) {
        assert_eq!(ours.is_null(), theirs.is_null());
        if ours.is_null() {
            return;
        }
        self.pairs.push(Some(Pair { ours, theirs }));
        self.compare(self.pairs.len() - 1);
    }

    /// A random Index that is there.
    pub fn choose(&self, rng: &mut Rng) -> Option<usize> {
        let alive: Vec<_> = (0..self.pairs.len()).filter(|&i| self.pairs[i].is_some()).collect();
        (!alive.is_empty()).then(|| rng.pick(&alive))
    }

    pub fn pair(&self, at: usize) -> &Pair {
        self.pairs[at].as_ref().unwrap()
    }

    /// Asks both libraries all questions about an Index.
    pub fn compare(&self, at: usize) {
        let Pair { ours, theirs } = self.pair(at);
        let ask = |lib: &Lib, i: *const lzma_index| {
            // SAFETY: `i` is an Index of this library.
            unsafe {
                [
                    (lib.lzma_index_memused)(i),
                    (lib.lzma_index_checks)(i).into(),
                    (lib.lzma_index_stream_count)(i),
                    (lib.lzma_index_block_count)(i),
                    (lib.lzma_index_size)(i),
                    (lib.lzma_index_stream_size)(i),
                    (lib.lzma_index_total_size)(i),
                    (lib.lzma_index_file_size)(i),
                    (lib.lzma_index_uncompressed_size)(i),
                ]
            }
        };
        assert_eq!(ask(Lib::ours(), *ours), ask(Lib::reference(), *theirs));
    }

    /// Bytes that all Indexes may use.
    pub fn memory_used(&self) -> usize {
        let used = |pair: &Pair| {
            // SAFETY: it is an Index of ours.
            let (used, streams) = unsafe {
                let ours = Lib::ours();
                ((ours.lzma_index_memused)(pair.ours), (ours.lzma_index_stream_count)(pair.ours))
            };
            (used + if streams > 1 { CHUNK } else { 0 }) as usize
        };
        self.pairs.iter().flatten().map(used).sum()
    }

    /// Both answer `call` the same.
    pub fn same<R: PartialEq + std::fmt::Debug>(
        &self,
        at: usize,
        call: impl Fn(&Lib, *mut lzma_index, *const lzma_allocator) -> R,
    ) -> R {
        let Pair { ours, theirs } = self.pair(at);
        let answer = call(Lib::ours(), *ours, self.allocator());
        assert_eq!(answer, call(Lib::reference(), *theirs, ptr::null()));
        self.compare(at);
        answer
    }

    pub fn append(&self, at: usize, unpadded: u64, uncompressed: u64) -> lzma_ret {
        self.same(at, |lib, i, allocator| {
            // SAFETY: `i` is an Index of this library.
            unsafe { (lib.lzma_index_append)(i, allocator, unpadded, uncompressed) }
        })
    }

    pub fn init(&mut self) {
        // SAFETY: the allocator is NULL or valid.
        let ours = unsafe { (Lib::ours().lzma_index_init)(self.allocator()) };
        // SAFETY: NULL is allowed.
        let theirs = unsafe { (Lib::reference().lzma_index_init)(ptr::null()) };
        self.add(ours, theirs);
    }

    pub fn dup(&mut self, at: usize) {
        let Pair { ours, theirs } = self.pair(at);
        // SAFETY: these are Indexes of their libraries.
        let (ours, theirs) = unsafe {
            (
                (Lib::ours().lzma_index_dup)(*ours, self.allocator()),
                (Lib::reference().lzma_index_dup)(*theirs, ptr::null()),
            )
        };
        self.add(ours, theirs);
    }

    pub fn end(&mut self, at: usize) {
        let pair = self.pairs[at].take().unwrap();
        self.iters.retain(|iter| iter.of != at);
        // SAFETY: these are Indexes of their libraries, and forgotten here.
        unsafe {
            (Lib::ours().lzma_index_end)(pair.ours, self.allocator());
            (Lib::reference().lzma_index_end)(pair.theirs, ptr::null());
        }
    }

    pub fn cat(&mut self, dest: usize, src: usize) {
        let source = self.pairs[src].take().unwrap();
        let answer = self.same(dest, |lib, i, allocator| {
            let source = if ptr::eq(lib, Lib::ours()) { source.ours } else { source.theirs };
            // SAFETY: these are Indexes of this library.
            unsafe { (lib.lzma_index_cat)(i, source, allocator) }
        });
        if answer == LZMA_OK {
            self.iters.retain(|iter| iter.of != src);
        } else {
            self.pairs[src] = Some(source);
            self.compare(src);
        }
    }

    pub fn set_flags(&self, at: usize, rng: &mut Rng) {
        let mut flags: lzma_stream_flags = zeroed();
        flags.version = if rng.one_in(20) { 1 } else { 0 };
        flags.check = lzma_check(rng.below(17) as u32);
        flags.backward_size = match rng.below(4) {
            0 => LZMA_VLI_UNKNOWN,
            1 => rng.next_u64() >> rng.below(64),
            _ => 4 + 4 * rng.skewed_u64(1 << 32),
        };
        flags.reserved_enum1.0 = rng.next_u32();
        flags.reserved_enum4.0 = rng.next_u32();
        flags.reserved_int1 = rng.next_u32();
        flags.reserved_int2 = rng.next_u32();
        self.same(at, |lib, i, _| {
            // SAFETY: `i` is an Index of this library.
            unsafe { (lib.lzma_index_stream_flags)(i, &flags) }
        });
    }

    pub fn set_padding(&self, at: usize, rng: &mut Rng) {
        let padding = match rng.below(5) {
            0 => rng.next_u64() >> rng.below(64),
            1 => (LZMA_VLI_MAX - rng.below(1000) as u64) & !3,
            _ => 4 * rng.skewed(1000) as u64,
        };
        self.same(at, |lib, i, _| {
            // SAFETY: `i` is an Index of this library.
            unsafe { (lib.lzma_index_stream_padding)(i, padding) }
        });
    }

    pub fn new_iter(&mut self, at: usize) {
        let Pair { ours, theirs } = self.pair(at);
        let mut iters = Iters { of: at, ours: fresh_iter(), theirs: fresh_iter() };
        // SAFETY: the Indexes are of their libraries.
        unsafe {
            (Lib::ours().lzma_index_iter_init)(&mut iters.ours, *ours);
            (Lib::reference().lzma_index_iter_init)(&mut iters.theirs, *theirs);
        }
        self.iters.push(iters);
    }

    /// Moves both iterators, and compares what they tell.
    pub fn go(
        &mut self,
        which: usize,
        call: impl Fn(&Lib, *mut lzma_index_iter) -> lzma_bool,
    ) -> bool {
        let iters = &mut self.iters[which];
        let answer = call(Lib::ours(), &mut iters.ours);
        assert_eq!(answer, call(Lib::reference(), &mut iters.theirs));
        assert_eq!(told(&iters.ours), told(&iters.theirs));
        answer != 0
    }

    pub fn next(&mut self, which: usize, mode: u32) -> bool {
        self.go(which, |lib, iter| {
            // SAFETY: the iterator is initialised, and its Index is there.
            unsafe { (lib.lzma_index_iter_next)(iter, lzma_index_iter_mode(mode)) }
        })
    }

    /// Size of all data, counted in numbers that it cannot be too large for.
    pub fn data(&self, at: usize) -> u128 {
        let mut iter = fresh_iter();
        let mut sum = 0;
        // SAFETY: it is an Index of ours.
        unsafe {
            (Lib::ours().lzma_index_iter_init)(&mut iter, self.pair(at).ours);
            while (Lib::ours().lzma_index_iter_next)(&mut iter, LZMA_INDEX_ITER_STREAM) == 0 {
                sum += u128::from(iter.stream.uncompressed_size);
            }
        }
        sum
    }

    pub fn locate(&mut self, which: usize, rng: &mut Rng) {
        // Blocks of more than 2^63 bytes together can be listed, by mistake
        // of the original, but not sensibly located: numbers wrap around.
        if self.data(self.iters[which].of) > LZMA_VLI_MAX.into() {
            return;
        }
        let Pair { ours, .. } = self.pair(self.iters[which].of);
        // SAFETY: it is an Index of ours.
        let size = unsafe { (Lib::ours().lzma_index_uncompressed_size)(*ours) };
        let target = match rng.below(4) {
            0 => size.saturating_sub(rng.below(3) as u64),
            1 => rng.next_u64() % size.max(1),
            2 => rng.skewed(1 << 20) as u64,
            // Right where a Block begins or ends.
            _ => {
                let block = &self.iters[which].ours.block;
                let begin = block.uncompressed_file_offset;
                begin.wrapping_add(block.uncompressed_size).wrapping_sub(rng.below(2) as u64)
            }
        };
        self.go(which, |lib, iter| {
            // SAFETY: the iterator is initialised, and its Index is there.
            unsafe { (lib.lzma_index_iter_locate)(iter, target) }
        });
    }

    pub fn iterate(&mut self, rng: &mut Rng) {
        if self.iters.is_empty() {
            return;
        }
        let which = rng.below(self.iters.len());
        match rng.below(12) {
            0 => {
                let iters = &mut self.iters[which];
                // SAFETY: the iterators are initialised.
                unsafe {
                    (Lib::ours().lzma_index_iter_rewind)(&mut iters.ours);
                    (Lib::reference().lzma_index_iter_rewind)(&mut iters.theirs);
                }
            }
            1 => self.iters.push(self.iters[which]),
            2..=4 => self.locate(which, rng),
            5 => {
                let mode = rng.below(4) as u32;
                while !self.next(which, mode) {}
            }
            6 => {
                self.next(which, rng.next_u32());
            }
            _ => {
                self.next(which, rng.below(4) as u32);
            }
        }
        if self.iters.len() > 8 {
            self.iters.swap_remove(which);
        }
    }

    pub fn encode(&self, at: usize, rng: &mut Rng) -> Vec<u8> {
        let room = rng.below(3) + if rng.one_in(4) { rng.below(100) } else { 1 << 16 };
        let start = rng.below(3);
        let answer = self.same(at, |lib, i, _| {
            let mut bytes = vec![0xEE; room];
            let mut pos = start;
            // SAFETY: `i` is an Index of this library, and the buffer is so long.
            let ret = unsafe {
                (lib.lzma_index_buffer_encode)(i, bytes.as_mut_ptr(), &mut pos, bytes.len())
            };
            (ret, pos, bytes)
        });
        if answer.0 == LZMA_OK { answer.2[start..answer.1].to_vec() } else { Vec::new() }
    }

    pub fn decode(&mut self, bytes: &[u8], rng: &mut Rng) {
        let mut bytes = bytes.to_vec();
        match rng.below(6) {
            0 => bytes.truncate(rng.below(bytes.len() + 1)),
            1 if !bytes.is_empty() => {
                let at = rng.below(bytes.len());
                bytes[at] ^= 1 << rng.below(8);
            }
            2 if bytes.len() > 8 => {
                // Another value, and a CRC32 that fits.
                let end = bytes.len() - 4;
                let at = rng.below(end);
                bytes[at] = rng.byte();
                let crc32 = crc32(&bytes[..end]);
                bytes[end..].copy_from_slice(&crc32.to_le_bytes());
            }
            3 => bytes.extend([0; 3]),
            _ => {}
        }
        let limit = match rng.below(4) {
            0 => rng.skewed(20_000) as u64,
            _ => u64::MAX,
        };
        let call = |lib: &Lib, allocator| {
            let mut index = ptr::dangling_mut();
            let (mut limit, mut pos) = (limit, 0);
            // SAFETY: the buffer is so long; everything is valid.
            let ret = unsafe {
                (lib.lzma_index_buffer_decode)(
                    &mut index,
                    &mut limit,
                    allocator,
                    bytes.as_ptr(),
                    &mut pos,
                    bytes.len(),
                )
            };
            (index, (ret, limit, pos))
        };
        let (ours, answer) = call(Lib::ours(), self.allocator());
        let (theirs, wanted) = call(Lib::reference(), ptr::null());
        assert_eq!(answer, wanted);
        self.add(ours, theirs);
    }

    pub fn step(&mut self, rng: &mut Rng) {
        let Some(at) = self.choose(rng) else {
            return self.init();
        };
        match rng.below(40) {
            0 | 1 => self.init(),
            2 => self.dup(at),
            3 if rng.one_in(3) => self.end(at),
            4..=6 => {
                let src = self.choose(rng).unwrap();
                if at != src {
                    self.cat(at, src);
                }
            }
            7 | 8 => self.set_flags(at, rng),
            9 | 10 => self.set_padding(at, rng),
            11 | 12 => self.new_iter(at),
            13 if rng.one_in(4) => {
                for _ in 0..rng.skewed(1200) {
                    self.append(at, 5 + rng.below(200) as u64, rng.below(3) as u64);
                }
            }
            14 => {
                let bytes = self.encode(at, rng);
                self.decode(&bytes, rng);
            }
            15..=22 => {
                self.append(at, unpadded(rng), uncompressed(rng));
            }
            _ => self.iterate(rng),
        }
    }
}

/// Operations for which there may be no memory in ours: then nothing is changed,
/// and the original does not hear of it.
impl Indexes<'_> {
    /// The answer of `call`; `None` if an allocation has failed.
    pub fn starved<R>(&self, rng: &mut Rng, call: impl FnOnce() -> R) -> Option<R> {
        let allocator = self.allocator.expect("one that can fail");
        let before = allocator.failed();
        allocator.fail_next(1 + rng.below(3));
        let answer = call();
        allocator.stop_failing();
        (allocator.failed() == before).then_some(answer)
    }

    /// `None`: there was no memory.
    pub fn starved_step(&mut self, at: usize, rng: &mut Rng) -> Option<()> {
        let allocator = self.allocator();
        let (ours, theirs) = (self.pair(at).ours, self.pair(at).theirs);
        let (lib, reference) = (Lib::ours(), Lib::reference());
        match rng.below(3) {
            0 => {
                let (a, b) = (unpadded(rng), uncompressed(rng));
                // SAFETY: these are Indexes of their libraries.
                let append = || unsafe { (lib.lzma_index_append)(ours, allocator, a, b) };
                let answer = self.starved(rng, append)?;
                // SAFETY: as above.
                let want = unsafe { (reference.lzma_index_append)(theirs, ptr::null(), a, b) };
                assert_eq!(answer, want);
            }
            1 => {
                // SAFETY: as above.
                let dup = || unsafe { (lib.lzma_index_dup)(ours, allocator) };
                let copy = self.starved(rng, dup)?;
                // SAFETY: as above.
                let theirs = unsafe { (reference.lzma_index_dup)(theirs, ptr::null()) };
                self.add(copy, theirs);
            }
            _ => {
                let src = self.choose(rng).filter(|&src| src != at)?;
                let Pair { ours: from, theirs: their_source } = *self.pair(src);
                // SAFETY: as above.
                let cat = || unsafe { (lib.lzma_index_cat)(ours, from, allocator) };
                let answer = self.starved(rng, cat)?;
                // SAFETY: as above.
                let want = unsafe { (reference.lzma_index_cat)(theirs, their_source, ptr::null()) };
                assert_eq!(answer, want);
                if answer == LZMA_OK {
                    self.pairs[src] = None;
                    self.iters.retain(|iter| iter.of != src);
                }
            }
        }
        Some(())
    }
}

impl Drop for Indexes<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            for at in 0..self.pairs.len() {
                if self.pairs[at].is_some() {
                    self.end(at);
                }
            }
        }
    }
}
