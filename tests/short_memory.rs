//! Encoders that have threads set by the user, in processes that are refused memory:
//! they do with as much as there is, and fail only where one thread would. Sanitizers
//! do not run this, since they need memory of their own.

mod common;

use common::chain::FilterChain;
use common::process::in_child;
use common::{Lib, Plan, Rng, Stream, data, zeroed};
use rlzma::ffi::*;

const MIB: usize = 1 << 20;

/// Threads for the encoders of this process, whose large buffers go back to the system
/// when they are freed: so nothing is left for those that are refused more.
fn set_threads(threads: u32) {
    // SAFETY: it takes any numbers.
    assert_eq!(unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, 100_000) }, 1);
    assert_eq!(rlzma_set_threads(threads), LZMA_OK);
}

/// From now on, the process gets no more than `bytes` of memory.
fn refuse_memory(bytes: usize) {
    let status = std::fs::read_to_string("/proc/self/status").expect("this is Linux");
    let data = status.lines().find_map(|line| line.strip_prefix("VmData:")).unwrap();
    let kib: usize = data.trim().trim_end_matches(" kB").parse().unwrap();
    let limit = ((kib << 10) + bytes) as u64;
    let limit = libc::rlimit { rlim_cur: limit, rlim_max: limit };
    // SAFETY: the limit is valid.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_DATA, &limit) }, 0);
}

/// Encodes in one call with a preset; the result is in the first bytes of `output`. Needs
/// no memory itself.
fn encode(
    stream: &mut Stream<'_>,
    preset: u32,
    plain: &[u8],
    output: &mut [u8],
) -> Result<usize, (&'static str, lzma_ret)> {
    let (strm, lib) = (stream.as_mut_ptr(), stream.lib);
    // SAFETY: a stream of this library; the buffers live until the end of the call.
    unsafe {
        match (lib.lzma_easy_encoder)(strm, preset, LZMA_CHECK_CRC32) {
            LZMA_OK => {}
            error => return Err(("start", error)),
        }
        stream.lend(plain, output);
        match (lib.lzma_code)(strm, LZMA_FINISH) {
            LZMA_STREAM_END => Ok((*strm).total_out as usize),
            error => Err(("code", error)),
        }
    }
}

fn text(len: usize) -> Vec<u8> {
    let mut plain = data::generate(data::Kind::Text, 200_000, &mut Rng::new(3));
    plain = plain.repeat(len / plain.len() + 1);
    plain.truncate(len);
    plain
}

/// The memory of a preset's encoder, and the size of its Blocks, in bytes.
fn needs(preset: u32) -> (usize, usize) {
    let filters = FilterChain::preset(preset).raw();
    // SAFETY: the chain is alive; the other takes any number.
    let (encoder, block) = unsafe {
        let lib = Lib::reference();
        ((lib.lzma_easy_encoder_memusage)(preset), (lib.lzma_mt_block_size)(filters.as_ptr()))
    };
    (encoder as usize, block as usize)
}

/// The files that are written if there is memory for everything: one Block, and Blocks.
fn files(preset: u32, plain: &[u8]) -> [Vec<u8>; 2] {
    let filters = FilterChain::preset(preset).raw();
    let mut options: lzma_mt = zeroed();
    options.threads = 1;
    options.filters = filters.as_ptr();
    options.check = LZMA_CHECK_CRC32;
    // SAFETY: a stream of this library; the chain is alive.
    let one = |lib: &Lib, strm| unsafe { (lib.lzma_easy_encoder)(strm, preset, LZMA_CHECK_CRC32) };
    // SAFETY: as above.
    let blocks = |lib: &Lib, strm| unsafe { (lib.lzma_stream_encoder_mt)(strm, &options) };
    [
        common::run(Lib::reference(), one, plain, &Plan::whole()).output,
        common::run(Lib::reference(), blocks, plain, &Plan::whole()).output,
    ]
}

#[test]
fn encoders_do_with_the_memory_that_there_is() {
    set_threads(4);
    let preset = 1;
    let (encoder, block) = needs(preset);
    let (buffers, rest) = (2 * block, 2 * MIB);
    let all = encoder + buffers;
    for plain in [text(5), text(4 * block + 1000)] {
        let [one, blocks] = files(preset, &plain);
        for (memory, want) in [
            (encoder - rest, Err(("start", LZMA_MEM_ERROR))),
            // Not for the buffers of a Block.
            (encoder + rest, Ok(&one)),
            (all - rest, Ok(&one)),
            // For one thread, and nothing, buffers or an encoder of another.
            (all + rest, Ok(&blocks)),
            (all + buffers + 2 * rest, Ok(&blocks)),
            (all + encoder + 2 * rest, Ok(&blocks)),
            // For two threads or three.
            (2 * all + 2 * rest, Ok(&blocks)),
            (2 * all + buffers + 3 * rest, Ok(&blocks)),
            (3 * all + 3 * rest, Ok(&blocks)),
        ] {
            println!("{} bytes in {memory} bytes", plain.len());
            let mut output = vec![0; blocks.len() + 1];
            in_child(|| {
                refuse_memory(memory);
                let theirs =
                    encode(&mut Stream::new(Lib::reference()), preset, &plain, &mut output);
                let mut stream = Stream::new(Lib::ours());
                let same = |_| match (encode(&mut stream, preset, &plain, &mut output), want) {
                    (Ok(len), Ok(want)) => output[..len] == want[..],
                    (have, want) => have.err() == want.err(),
                };
                // The second time, there is memory from the first.
                theirs.err() == want.err() && (0..2).all(same)
            });
        }
    }
}

/// A larger encoder for the next Blocks, where those of several threads have taken all
/// memory, has theirs.
#[test]
fn new_filters_have_the_memory_of_all_threads() {
    set_threads(4);
    let [small, large] = [1, 3].map(needs);
    let [before, after] = [1, 3].map(|preset| FilterChain::preset(preset).raw());
    let plain = text(8 * small.1);
    let (first, second) = plain.split_at(7 * small.1);
    let encode = |lib: &'static Lib, mt: bool, output: &mut [u8]| {
        let mut options: lzma_mt = zeroed();
        options.threads = 1;
        options.filters = before.as_ptr();
        options.check = LZMA_CHECK_CRC32;
        let mut stream = Stream::new(lib);
        let strm = stream.as_mut_ptr();
        // SAFETY: a stream of this library; buffers and chains are alive.
        unsafe {
            let started = match mt {
                true => (lib.lzma_stream_encoder_mt)(strm, &options),
                false => (lib.lzma_stream_encoder)(strm, before.as_ptr(), LZMA_CHECK_CRC32),
            };
            stream.lend(first, output);
            let flushed = (lib.lzma_code)(strm, LZMA_FULL_FLUSH);
            let updated = (lib.lzma_filters_update)(strm, after.as_ptr());
            (*strm).next_in = second.as_ptr();
            (*strm).avail_in = second.len();
            let ended = (lib.lzma_code)(strm, LZMA_FINISH);
            let good = [LZMA_OK, LZMA_STREAM_END, LZMA_OK, LZMA_STREAM_END];
            ([started, flushed, updated, ended] == good).then_some((*strm).total_out as usize)
        }
    };
    let mut want = vec![0; plain.len()];
    let len = encode(Lib::reference(), true, &mut want).expect("a file");
    want.truncate(len);
    let mut output = vec![0; len];
    // More than the large one takes, but not beside those that there are then.
    let memory = 4 * (small.0 + 2 * small.1) + 6 * MIB;
    assert!(large.0 + 2 * small.1 < memory && large.0 + 3 * small.0 + 8 * small.1 > memory);
    in_child(|| {
        refuse_memory(memory);
        encode(Lib::ours(), false, &mut output).is_some() && output == want
    });
}
