//! Filter chains without a container: both libraries accept the same chains,
//! name the same memory usage, and decode alike; ours keeps to what it says.

mod common;

use std::ffi::c_void;
use std::ptr;

use common::data::any;
use common::mutate::{flip, insert, remove, truncate};
use common::{Allocator, Chunks, Lib, Outcome, Plan, Rng, Stream, assert_same, seeds};
use rlzma::ffi::*;

const NOTHING: lzma_filter = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

const LAST: [u64; 3] = [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];

const BCJ: [(u64, u32); 8] = [
    (LZMA_FILTER_X86, 1),
    (LZMA_FILTER_POWERPC, 4),
    (LZMA_FILTER_IA64, 16),
    (LZMA_FILTER_ARM, 4),
    (LZMA_FILTER_ARMTHUMB, 2),
    (LZMA_FILTER_SPARC, 4),
    (LZMA_FILTER_ARM64, 4),
    (LZMA_FILTER_RISCV, 2),
];

fn zeroed<T>() -> T {
    // SAFETY: only used for structures of integers and pointers.
    unsafe { std::mem::zeroed() }
}

/// Filters and the options that they point to.
struct Chain {
    lzma: Box<[lzma_options_lzma; 5]>,
    delta: Box<[lzma_options_delta; 5]>,
    bcj: Box<[lzma_options_bcj; 5]>,
    preset_dict: Vec<u8>,
    filters: Box<[lzma_filter; 6]>,
}

impl Chain {
    fn new(preset: u32) -> Chain {
        let mut new = Chain {
            lzma: Box::new(zeroed()),
            delta: Box::new(zeroed()),
            bcj: Box::new(zeroed()),
            preset_dict: Vec::new(),
            filters: Box::new([NOTHING; 6]),
        };
        for options in new.lzma.iter_mut() {
            // SAFETY: the structure is writable.
            unsafe { (Lib::reference().lzma_lzma_preset)(options, preset) };
        }
        new
    }

    /// Puts the filter `id` at place `i`.
    fn set(&mut self, i: usize, id: u64) {
        let options: *mut c_void = match id {
            LZMA_FILTER_DELTA => (&raw mut self.delta[i]).cast(),
            _ if LAST.contains(&id) => (&raw mut self.lzma[i]).cast(),
            _ if self.bcj[i].start_offset == 0 => ptr::null_mut(),
            _ => (&raw mut self.bcj[i]).cast(),
        };
        self.filters[i] = lzma_filter { id, options };
    }

    /// A chain that an encoder takes.
    fn valid(rng: &mut Rng) -> Chain {
        let mut new = Chain::new(rng.below(3) as u32);
        let count = if rng.one_in(2) { 0 } else { rng.below(4) };
        for i in 0..count {
            if rng.one_in(2) {
                new.delta[i].dist = 1 + rng.skewed(256) as u32;
                new.set(i, LZMA_FILTER_DELTA);
            } else {
                let (id, alignment) = rng.pick(&BCJ);
                new.bcj[i].start_offset = rng.below(3) as u32 * alignment;
                new.set(i, id);
            }
        }
        let options = &mut new.lzma[count];
        options.dict_size = 4096 << rng.below(8);
        options.lc = rng.below(5) as u32;
        options.lp = rng.below(5 - options.lc as usize) as u32;
        options.pb = rng.below(5) as u32;
        options.ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
        (options.ext_size_low, options.ext_size_high) = (u32::MAX, u32::MAX);
        if rng.one_in(3) {
            new.preset_dict = any(10_000, rng);
            if !new.preset_dict.is_empty() {
                options.preset_dict = new.preset_dict.as_ptr();
                options.preset_dict_size = new.preset_dict.len() as u32;
            }
        }
        new.set(count, rng.pick(&LAST));
        new
    }

    fn count(&self) -> usize {
        self.filters.iter().position(|filter| filter.id == LZMA_VLI_UNKNOWN).unwrap_or(6)
    }

    /// Makes IDs and options invalid, or other than they were. LZMA filters
    /// keep their options, without which the original crashes.
    fn change(&mut self, rng: &mut Rng) {
        let i = rng.below(self.count());
        let alignment = rng.pick(&[1, 2, 3, 4, 16]);
        match rng.below(10) {
            0 => {
                for at in self.count()..rng.range(self.count()..6) {
                    let id = any_id(rng);
                    self.delta[at].dist = 1;
                    self.set(at, id);
                }
            }
            1 | 2 => {
                let id = any_id(rng);
                self.set(i, id);
            }
            3 => {
                self.bcj[i].start_offset = rng.below(100) as u32 * alignment;
                let id = self.filters[i].id;
                self.set(i, id);
            }
            4 => self.delta[i].dist = rng.pick(&[0, 1, 255, 256, 257, u32::MAX]),
            5 => self.delta[i].r#type = lzma_delta_type(rng.below(2) as u32),
            6 => self.lzma[i].lc = rng.below(6) as u32,
            7 => self.lzma[i].lp = rng.below(6) as u32,
            8 => self.lzma[i].pb = rng.below(6) as u32,
            _ => self.lzma[i].ext_flags = rng.below(3) as u32,
        }
        if rng.one_in(20) {
            self.filters[0] = NOTHING;
        }
    }

    fn describe(&self) -> String {
        let mut text = String::new();
        for (i, filter) in self.filters.iter().take(self.count()).enumerate() {
            text += &format!("{:#x}", filter.id);
            if filter.id == LZMA_FILTER_DELTA {
                text += &format!(" {} {}", self.delta[i].r#type.0, self.delta[i].dist);
            } else if LAST.contains(&filter.id) {
                let o = &self.lzma[i];
                let (model, size) = ([o.lc, o.lp, o.pb], [o.ext_size_high, o.ext_size_low]);
                text += &format!(
                    " {model:?} {:#x} {} {size:x?} {}",
                    o.dict_size, o.ext_flags, o.preset_dict_size
                );
            } else if !filter.options.is_null() {
                text += &format!(" {}", self.bcj[i].start_offset);
            }
            text += ", ";
        }
        text
    }
}

fn any_id(rng: &mut Rng) -> u64 {
    match rng.below(8) {
        0 => rng.next_u64() >> rng.below(64),
        1 => rng.below(40) as u64,
        2 | 3 => LZMA_FILTER_DELTA,
        4 => rng.pick(&LAST),
        _ => rng.pick(&BCJ).0,
    }
}

#[test]
fn memory_usage() {
    seeds(20_000, |rng| {
        let mut chain = Chain::valid(rng);
        let last = chain.count() - 1;
        chain.lzma[last].dict_size = rng.next_u32() >> rng.below(32);
        for _ in 0..rng.below(3) {
            chain.change(rng);
            if chain.count() == 0 {
                break;
            }
        }
        let [want, have] = [Lib::reference(), Lib::ours()]
            // SAFETY: the chain is as demanded.
            .map(|lib| unsafe { (lib.lzma_raw_decoder_memusage)(chain.filters.as_ptr()) });
        assert_eq!(want, have, "{}", chain.describe());
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
    for id in LAST {
        let filters = [lzma_filter { id, options: ptr::null_mut() }, NOTHING];
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
    chain: Chain,
    data: Vec<u8>,
    bytes: Vec<u8>,
}

impl Sample {
    fn encoded(rng: &mut Rng) -> Sample {
        let mut chain = Chain::valid(rng);
        let data = any(rng.pick(&[30, 300, 60_000]), rng);
        let last = chain.count() - 1;
        if rng.one_in(2) {
            let options = &mut chain.lzma[last];
            (options.ext_size_low, options.ext_size_high) = (data.len() as u32, 0);
            options.ext_flags = rng.below(2) as u32;
        }
        let mut bytes = vec![0; data.len() + data.len() / 4 + 4096];
        let mut size = 0;
        // SAFETY: structures and buffers are as demanded.
        let ret = unsafe {
            (Lib::reference().lzma_raw_buffer_encode)(
                chain.filters.as_ptr(),
                ptr::null(),
                data.as_ptr(),
                data.len(),
                bytes.as_mut_ptr(),
                &mut size,
                bytes.len(),
            )
        };
        assert_eq!(ret, LZMA_OK, "{}", chain.describe());
        bytes.truncate(size);
        Sample { chain, data, bytes }
    }

    /// A plan to decode it. Where an end marker follows data whose size is
    /// known, the original says `LZMA_DATA_ERROR` if a call ends within it.
    fn plan(&self, rng: &mut Rng) -> Plan {
        let plan = Plan { capacity: 1 << 18, ..Plan::random(rng) };
        let both =
            |i: usize| self.chain.lzma[i].ext_flags != 0 && self.chain.lzma[i].ext_size_high == 0;
        let filters = self.chain.filters.iter().enumerate();
        let ext = filters.filter(|(_, filter)| filter.id == LZMA_FILTER_LZMA1EXT);
        match ext.map(|(i, _)| i).any(both) {
            true => Plan { input: Chunks::Whole, ..plan },
            false => plan,
        }
    }

    fn change(&mut self, rng: &mut Rng) {
        match rng.below(10) {
            0..=2 => self.chain.change(rng),
            3 => self.bytes = truncate(&self.bytes, rng).bytes,
            4 => self.bytes = insert(&self.bytes, rng).bytes,
            5 => self.bytes = remove(&self.bytes, rng).bytes,
            6 => self.bytes.extend((0..rng.below(80)).map(|_| rng.byte())),
            _ => self.bytes = flip(&self.bytes, rng).bytes,
        }
    }
}

fn decode(stream: &mut Stream<'_>, sample: &Sample, plan: &Plan) -> Outcome {
    let filters = sample.chain.filters.as_ptr();
    stream.run(
        // SAFETY: the chain is as demanded.
        |lib, strm| unsafe { (lib.lzma_raw_decoder)(strm, filters) },
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
        assert_same(&want, &have, sample.chain.describe());
        if good {
            assert!(have.is_end() && have.output == sample.data, "{}", sample.chain.describe());
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
            assert_same(&want, &have, sample.chain.describe());
            if have.init == LZMA_OK {
                let filters = sample.chain.filters.as_ptr();
                // SAFETY: the chain is as demanded.
                let allowed = unsafe { (Lib::ours().lzma_raw_decoder_memusage)(filters) };
                let used = allocators[1].live_bytes() as u64;
                assert!(used <= allowed, "{used} > {allowed}: {}", sample.chain.describe());
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

fn decode_buffer(lib: &Lib, sample: &Sample, room: usize) -> (lzma_ret, usize, usize, Vec<u8>) {
    let allocator = Allocator::new();
    let mut out = vec![0; room + 3];
    let (mut in_pos, mut out_pos) = (2, 3);
    let input = [&[1, 2][..], &sample.bytes].concat();
    // SAFETY: structures and buffers are as demanded.
    let ret = unsafe {
        (lib.lzma_raw_buffer_decode)(
            sample.chain.filters.as_ptr(),
            allocator.as_ptr(),
            input.as_ptr(),
            &mut in_pos,
            input.len(),
            out.as_mut_ptr(),
            &mut out_pos,
            out.len(),
        )
    };
    out.truncate(out_pos);
    (ret, in_pos, out_pos, out)
}

#[test]
fn in_one_call() {
    seeds(4_000, |rng| {
        let mut sample = Sample::encoded(rng);
        if rng.one_in(2) {
            sample.change(rng);
        }
        let size = sample.data.len();
        let room = match rng.below(4) {
            0 => size,
            1 => rng.below(size + 1),
            2 => size + 1,
            _ => size + 1000,
        };
        let want = decode_buffer(Lib::reference(), &sample, room);
        let have = decode_buffer(Lib::ours(), &sample, room);
        assert_eq!(want, have, "{} with room for {room}", sample.chain.describe());
    });
}

#[test]
fn null_pointers_and_wrong_positions() {
    let sample = Sample::encoded(&mut Rng::new(1));
    let answers = [Lib::reference(), Lib::ours()].map(|lib| {
        let mut answers = Vec::new();
        let (bytes, mut out) = (&sample.bytes, vec![0; 100_000]);
        let mut call = |in_pos: *mut usize, out_pos: *mut usize, nulls: u32| {
            let input = if nulls & 1 != 0 { ptr::null() } else { bytes.as_ptr() };
            let output = if nulls & 2 != 0 { ptr::null_mut() } else { out.as_mut_ptr() };
            let filters = if nulls & 4 != 0 { ptr::null() } else { sample.chain.filters.as_ptr() };
            // SAFETY: what is not NULL is as demanded.
            answers.push(unsafe {
                (lib.lzma_raw_buffer_decode)(
                    filters,
                    ptr::null(),
                    input,
                    in_pos,
                    bytes.len(),
                    output,
                    out_pos,
                    100_000,
                )
            });
        };
        for nulls in 0..8 {
            for (in_pos, out_pos) in [
                (0, 0),
                (bytes.len(), 0),
                (bytes.len() + 1, 0),
                (0, 100_000),
                (0, 100_001),
                (bytes.len(), 100_000),
            ] {
                call(&mut { in_pos }, &mut { out_pos }, nulls);
            }
        }
        call(ptr::null_mut(), &mut 0, 0);
        call(&mut 0, ptr::null_mut(), 0);
        let mut stream = Stream::new(lib);
        // SAFETY: NULL is allowed.
        answers.push(unsafe { (lib.lzma_raw_decoder)(stream.as_mut_ptr(), ptr::null()) });
        answers
    });
    assert_eq!(answers[0], answers[1]);
}
