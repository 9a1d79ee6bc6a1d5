//! The reader of `rlzma.h`: on whatever file, it stays within its buffers and its
//! memory, reads in any order what it reads from one end to the other, and
//! what it has verified is what a decoder gives.

use std::ptr;

use rlzma::ffi::*;

use super::{OUTPUT_MAX, limit, split, whole};
use crate::common::decoder::{Decoder, Start};
use crate::common::reading::{EVERYWHERE, Failure, From, Reader};
use crate::common::{Allocator, Lib, Rng, run};

/// Opens a file and reads, verifies and measures it.
pub fn reader(data: &[u8]) {
    let Some((mut rng, file)) = split(data) else { return };
    let allocator = match rng.below(4) {
        0 => Allocator::failing_at(1 + rng.skewed(100)),
        _ => Allocator::new(),
    };
    let options = rlzma_reader_options {
        allocator: allocator.as_ptr(),
        memlimit: 1 + limit(&mut rng),
        cache: rng.pick(&[0, 1, 1000, 100_000]),
        threads: 1 + rng.below(3) as u32,
        ..RLZMA_READER_OPTIONS_INIT
    };
    // Files on a disk take long, and are read as those in memory are.
    let from = rng.pick(&EVERYWHERE.map(|from| match from {
        From::Descriptor => From::Function,
        from => from,
    }));
    size(file, &options);
    let Ok(reader) = Reader::open(file, from, &options) else { return };
    let all = reader.read(0, OUTPUT_MAX);
    for _ in 0..10 {
        anywhere(&reader, &all, &mut rng);
    }
    if reader.verify(rng.below(4) as u32, |_, _| true).is_ok() {
        let start = Start { decoder: Decoder::Stream, limit: u64::MAX, flags: LZMA_CONCATENATED };
        let decoded = run(Lib::ours(), start.init(), file, &whole()).output;
        assert_eq!(decoded.len() as u64, reader.size().min(OUTPUT_MAX as u64));
        assert!(all.1.is_err() || all.0 == decoded);
    }
    // The limit is kept, but for pieces of the file of up to 256 KiB, one for each
    // thread, that are read before it is known what they need.
    let pieces = 4 * (300 << 10);
    assert!((allocator.peak_bytes() as u64) < options.memlimit.max(1 << 16) + pieces);
}

/// Reads at a random place, and compares with what was read from the beginning.
fn anywhere(reader: &Reader, all: &(Vec<u8>, Result<(), Failure>), rng: &mut Rng) {
    let offset = match rng.below(3) {
        0 => rng.next_u64() % reader.size().saturating_add(2),
        _ => rng.below(OUTPUT_MAX) as u64,
    };
    let (bytes, _) = reader.read(offset, rng.below(5000));
    let known = usize::try_from(offset).ok().and_then(|offset| all.0.get(offset..));
    let known = known.unwrap_or_default();
    let both = known.len().min(bytes.len());
    assert!(bytes[..both] == known[..both], "other bytes at {offset}");
}

/// The size that the file's Index says.
fn size(file: &[u8], options: &rlzma_reader_options) {
    let mut size = 0;
    let (bytes, len) = (file.as_ptr(), file.len());
    // SAFETY: the buffer is as long as said, the allocator valid.
    let ret = unsafe {
        let (limit, allocator) = (options.memlimit, options.allocator);
        rlzma_size_buffer(&mut size, bytes, len, limit, allocator, ptr::null_mut())
    };
    assert!(ret != LZMA_PROG_ERROR);
}
