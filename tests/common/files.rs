//! Files of every format, made by the original's encoders with random
//! options; formats that it cannot encode are put together here.

use rlzma::ffi::*;

use super::chain::{FilterChain, Filters, cheap_options};
use super::corpus::compress_with;
use super::data;
use super::mutate::crc32;
use super::{Chunks, Lib, Plan, Rng, run};

/// A plan that makes several Blocks now and then.
fn flushing(len: usize, rng: &mut Rng) -> Plan {
    let count = if rng.one_in(2) { rng.below(5) } else { 0 };
    let mut flushes: Vec<_> = (0..count)
        .map(|_| (rng.below(len + 1), rng.pick(&[LZMA_FULL_FLUSH, LZMA_SYNC_FLUSH])))
        .collect();
    flushes.sort_by_key(|flush| flush.0);
    Plan { flushes, output: Chunks::Fixed(1 << 16), ..Plan::whole() }
}

/// A .xz Stream of `plain`.
pub fn stream(plain: &[u8], rng: &mut Rng) -> Vec<u8> {
    let check = rng.pick(&[LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_SHA256]);
    let chain = FilterChain::cheap(rng);
    let filters = chain.raw();
    let mut plan = flushing(plain.len(), rng);
    if chain.filters.len() > 1 {
        // Not every filter can do with less than the end of a Block.
        plan.flushes.iter_mut().for_each(|flush| flush.1 = LZMA_FULL_FLUSH);
    }
    let init = |lib: &Lib, strm| {
        // SAFETY: `strm` is a stream of this library; the chain is alive.
        unsafe { (lib.lzma_stream_encoder)(strm, filters.as_ptr(), check) }
    };
    let outcome = run(Lib::reference(), init, plain, &plan);
    assert!(outcome.is_end(), "{outcome:?}");
    outcome.output
}

/// A .xz file: now and then with more Streams than one, and with Stream
/// Padding.
pub fn xz(len: usize, rng: &mut Rng) -> Vec<u8> {
    let mut file = Vec::new();
    let count = if rng.one_in(3) { rng.range(2..5) } else { 1 };
    for _ in 0..count {
        file.extend(stream(&data::any(len, rng), rng));
        if rng.one_in(4) {
            let padding = if rng.one_in(4) { rng.below(9) } else { 4 * rng.below(4) };
            file.resize(file.len() + padding, 0);
        }
    }
    file
}

/// LZMA1 data with an end marker, with no header.
fn raw_lzma1(plain: &[u8], options: lzma_options_lzma) -> Vec<u8> {
    raw(plain, &FilterChain::lzma(LZMA_FILTER_LZMA1, options).raw())
}

fn raw(plain: &[u8], filters: &Filters) -> Vec<u8> {
    compress_with(Lib::reference(), plain, |lib, strm| {
        // SAFETY: `strm` is a stream of this library; the chain is alive.
        unsafe { (lib.lzma_raw_encoder)(strm, filters.as_ptr()) }
    })
}

/// A .lzma file: with an end marker, with a size, or with both.
pub fn alone(len: usize, rng: &mut Rng) -> Vec<u8> {
    let plain = data::any(len, rng);
    let options = cheap_options(rng);
    let mut file = compress_with(Lib::reference(), &plain, |lib, strm| {
        // SAFETY: `strm` is a stream of this library.
        unsafe { (lib.lzma_alone_encoder)(strm, &options) }
    });
    let size = plain.len() as u64;
    match rng.below(3) {
        0 => {}
        1 => file[5..13].copy_from_slice(&size.to_le_bytes()),
        _ => {
            let mut options = options;
            options.ext_flags = if rng.one_in(2) { LZMA_LZMA1EXT_ALLOW_EOPM } else { 0 };
            lzma_set_ext_size(&mut options, size);
            file.truncate(13);
            file[5..13].copy_from_slice(&size.to_le_bytes());
            let filters = FilterChain::lzma(LZMA_FILTER_LZMA1EXT, options).raw();
            file.extend(raw(&plain, &filters));
        }
    }
    file
}

/// One member of a .lz file.
fn member(plain: &[u8], rng: &mut Rng) -> Vec<u8> {
    let version = u8::from(!rng.one_in(4));
    let dict_size = rng.pick(&[12, 13, 15 | 3 << 5, 16, 20 | 7 << 5]);
    let mut options = cheap_options(rng);
    (options.lc, options.lp, options.pb, options.dict_size) = (3, 0, 2, 4096);
    let mut file = [b"LZIP".as_slice(), &[version, dict_size]].concat();
    file.extend(raw_lzma1(plain, options));
    file.extend(crc32(plain).to_le_bytes());
    file.extend((plain.len() as u64).to_le_bytes());
    if version == 1 {
        file.extend((file.len() as u64 + 8).to_le_bytes());
    }
    file
}

/// A .lz file: now and then with more members than one, and with something
/// else behind them.
pub fn lzip(len: usize, rng: &mut Rng) -> Vec<u8> {
    let mut file = Vec::new();
    let count = if rng.one_in(3) { rng.range(2..4) } else { 1 };
    for _ in 0..count {
        file.extend(member(&data::any(len, rng), rng));
    }
    if rng.one_in(4) {
        let behind = [b"".as_slice(), b"LZI", b"LZ77 is a dictionary coder", b"L", b"\0\0\0\0"];
        file.extend(rng.pick(&behind));
    }
    file
}

/// MicroLZMA data, and the numbers that its decoder must be told.
pub struct Micro {
    pub bytes: Vec<u8>,
    /// Bytes of data that it holds.
    pub plain_size: u64,
    pub dict_size: u32,
}

/// MicroLZMA of as much of some data as fits into a random number of bytes.
pub fn micro(len: usize, rng: &mut Rng) -> Micro {
    let plain = data::any(len, rng);
    let options = cheap_options(rng);
    let mut bytes = vec![0; 6 + rng.skewed(len + 10)];
    let lib = Lib::reference();
    let mut strm = LZMA_STREAM_INIT;
    strm.next_in = plain.as_ptr();
    strm.avail_in = plain.len();
    strm.next_out = bytes.as_mut_ptr();
    strm.avail_out = bytes.len();
    // SAFETY: the stream is new and its buffers are alive; it is ended here.
    let ret = unsafe {
        assert_eq!((lib.lzma_microlzma_encoder)(&mut strm, &options), LZMA_OK);
        let ret = (lib.lzma_code)(&mut strm, LZMA_FINISH);
        (lib.lzma_end)(&mut strm);
        ret
    };
    assert_eq!(ret, LZMA_STREAM_END);
    bytes.truncate(strm.total_out as usize);
    Micro { bytes, plain_size: strm.total_in, dict_size: options.dict_size }
}
