//! The reader of `rlzma.h` on files that are damaged, cut off, or have an Index that
//! lies: it says what is wrong, and where, and reads what is not.

mod common;

use std::thread;

use common::chain::BRANCH_FILTERS;
use common::reading::*;
use common::{Allocator, Lib, Rng, corpus, data, files, mutate, seeds};
use rlzma::ffi::*;

#[test]
fn damage_is_told_with_its_place() {
    let mut rng = Rng::new(3);
    let plain = data::generate(data::Kind::Text, 400_000, &mut rng);
    let parts: Vec<_> = plain.chunks(100_000).collect();
    let one = in_blocks(&parts, LZMA_CHECK_CRC32);
    let file = [one.as_slice(), &one].concat();
    let reader = Reader::open(&file, From::Buffer, &options(1, 0)).unwrap();
    // SAFETY: the reader is open, and the iterator is set before it is used.
    let block = unsafe {
        let mut iter = std::mem::zeroed::<lzma_index_iter>();
        lzma_index_iter_init(&mut iter, rlzma_reader_index(reader.raw()));
        assert_eq!(lzma_index_iter_locate(&mut iter, 650_000), 0);
        iter.block
    };
    assert_eq!((block.number_in_file, block.number_in_stream), (7, 3));
    let (start, total) = (block.compressed_file_offset as usize, block.total_size as usize);
    drop(reader);
    // The header, data, and the Check.
    for (at, reason, words) in [
        (start + 3, RLZMA_REASON_BLOCK_HEADER, "Block Header is damaged"),
        (start + total / 2, RLZMA_REASON_DATA, "compressed data is damaged"),
        (start + total - 1, RLZMA_REASON_CHECK, "Check does not fit"),
    ] {
        let mut file = file.clone();
        file[at] ^= 0x55;
        for (from, threads, cache) in
            [(From::Buffer, 1, 0), (From::Drops, 3, 0), (From::Function, 1, 1)]
        {
            let reader = Reader::open(&file, from, &options(threads, cache)).unwrap();
            // Twice, since what was found out is kept.
            for _ in 0..2 {
                let (bytes, result) = reader.read(0, 800_000);
                let failure = result.expect_err("damage");
                assert_eq!((failure.code, failure.reason), (LZMA_DATA_ERROR, reason));
                assert_eq!((failure.stream, failure.block), (2, 7));
                assert_eq!(failure.uncompressed_offset, bytes.len() as u64);
                let place = failure.compressed_offset as usize;
                assert!((start..=start + total).contains(&place), "{place}");
                let text = text(&failure);
                assert!(text.contains(words) && text.contains("(Stream 2, Block 7, "), "{text}");
                assert!((600_000..=700_000).contains(&bytes.len()), "{}", bytes.len());
                if reason != RLZMA_REASON_DATA {
                    assert!(bytes == [plain.as_slice(), &plain].concat()[..bytes.len()]);
                }
            }
            // All else is there as if nothing were wrong.
            assert!(reader.read_well(700_000, 100_000) == plain[300_000..]);
            assert!(reader.read_well(599_000, 1000) == plain[199_000..200_000]);
            for threads in [1, 2, 5] {
                let failure = reader.verify(threads, |_, _| true).expect_err("damage");
                assert_eq!((failure.reason, failure.block), (reason, 7));
            }
        }
    }
}

/// Data before the damage was decoded in the same step as the damage, and must have gone
/// through the filters all the same.
#[test]
fn branch_filters_before_damage() {
    let mut rng = Rng::new(8);
    // Numbers that all branch filters take for instructions, and some that they do not.
    let opcodes = [0xE8, 0xEB, 0x94, 0x48, 0x40, 0xF0, 0xF8, 0xEF, 0x17, 0x10];
    let plain: Vec<u8> = (0..400_000)
        .map(|_| if rng.one_in(3) { rng.pick(&opcodes) } else { rng.byte() & 1 })
        .collect();
    let mut filtered = 0;
    for (id, _) in BRANCH_FILTERS {
        let file = in_filtered_blocks(&[&plain], Some(id), 1 << 20);
        filtered += usize::from(file != in_filtered_blocks(&[&plain], None, 1 << 20));
        let mut damaged = file.clone();
        damaged[file.len() * 6 / 10] ^= 0x55;
        for (cache, sequential) in [(0, false), (0, true), (1, false), (1, true)] {
            let reader = Reader::open(&damaged, From::Buffer, &options(1, cache)).unwrap();
            if !sequential {
                let (bytes, result) = reader.read(399_000, 10);
                assert!(bytes.is_empty() && result.is_err(), "{id:#x}");
            }
            for offset in (0..200_000).step_by(20_000) {
                let bytes = reader.read_well(offset, 20_000);
                let offset = offset as usize;
                assert!(bytes == plain[offset..offset + 20_000], "{id:#x}, {offset}, {cache}");
            }
        }
    }
    assert!(filtered >= 7, "only {filtered} filters have changed anything");
}

/// With whatever is wrong in a file, Blocks that are not damaged are read well, and
/// nothing crashes.
#[test]
fn damaged_files() {
    let allocator = Allocator::new();
    let mut opened = 0;
    seeds(300, |rng| {
        let plain = data::any(20_000, rng);
        let parts: Vec<_> = plain.chunks(1 + rng.below(8000)).collect();
        let mut file = in_blocks(&parts, LZMA_CHECK_CRC32);
        if rng.one_in(3) {
            file = files::xz(3000, rng);
        }
        let mutant = mutate::mutate(&file, rng);
        let options = rlzma_reader_options {
            allocator: allocator.as_ptr(),
            memlimit: 100 << 20,
            ..options(1 + rng.below(3) as u32, rng.pick(&[0, 1, 5000]))
        };
        let from = rng.pick(&EVERYWHERE);
        let Ok(reader) = Reader::open(&mutant.bytes, from, &options) else {
            return;
        };
        opened += 1;
        let size = reader.size();
        for _ in 0..10 {
            let offset = rng.next_u64() % (size + 1);
            let (bytes, result) = reader.read(offset, rng.below(20_000));
            if result.is_ok() && size == 0 {
                assert!(bytes.is_empty());
            }
        }
        let threads = 1 + rng.below(3) as u32;
        let verified = reader.verify(threads, |_, _| true);
        if verified.is_ok() {
            // Then all of it is what the original makes of it.
            let all = corpus::decompress(Lib::reference(), &mutant.bytes);
            assert!(reader.read_well(0, all.len() + 1) == all);
        }
    });
    assert!(opened >= 3, "only {opened} files were opened");
}

/// A Stream of Blocks that are real, with an Index that says what it likes.
fn with_index(blocks: &[u8], records: &[(u64, u64)], backward: Option<u64>) -> Vec<u8> {
    let lib = Lib::reference();
    let mut file = in_blocks(&[], LZMA_CHECK_CRC32)[..12].to_vec();
    file.extend(blocks);
    let mut flags: lzma_stream_flags = common::zeroed();
    flags.check = LZMA_CHECK_CRC32;
    let mut footer = [0; 12];
    // SAFETY: everything is valid, and buffers are as long as said.
    unsafe {
        let index = (lib.lzma_index_init)(std::ptr::null());
        for &(unpadded, uncompressed) in records {
            let ret = (lib.lzma_index_append)(index, std::ptr::null(), unpadded, uncompressed);
            assert_eq!(ret, LZMA_OK);
        }
        flags.backward_size = backward.unwrap_or((lib.lzma_index_size)(index));
        let mut pos = file.len();
        file.resize(pos + (lib.lzma_index_size)(index) as usize, 0);
        let (out, size) = (file.as_mut_ptr(), file.len());
        assert_eq!((lib.lzma_index_buffer_encode)(index, out, &mut pos, size), LZMA_OK);
        (lib.lzma_index_end)(index, std::ptr::null());
        assert_eq!((lib.lzma_stream_footer_encode)(&flags, footer.as_mut_ptr()), LZMA_OK);
    }
    file.extend(footer);
    file
}

/// An Index that says other sizes than the Blocks have, also so that they seem to
/// overlap: whoever reads there gets an error, and nobody gets wrong data.
#[test]
fn an_index_that_lies() {
    let one = in_blocks(&[&[b'a'; 1000]], LZMA_CHECK_CRC32);
    // Between Stream Header and Index.
    let index_size = 4 * (u64::from(one[one.len() - 8]) + 1);
    let block = &one[12..one.len() - 12 - index_size as usize];
    let total = block.len() as u64;
    let three = block.repeat(3);
    let open = |records: &[(u64, u64)]| {
        let file = with_index(&three, records, None);
        Reader::open(&file, From::Buffer, &options(1, 0)).map_err(|failure| failure.reason)
    };
    let unpadded = {
        let mut iter: lzma_index_iter = common::zeroed();
        let reader = Reader::open(&one, From::Buffer, &options(1, 0)).unwrap();
        // SAFETY: the reader is open, and the iterator is set before it is used.
        unsafe {
            lzma_index_iter_init(&mut iter, rlzma_reader_index(reader.raw()));
            assert_eq!(lzma_index_iter_next(&mut iter, LZMA_INDEX_ITER_BLOCK), 0);
        }
        iter.block.unpadded_size
    };
    let honest = open(&[(unpadded, 1000); 3]).expect("that is so");
    assert_eq!(honest.read_well(0, 5000), [b'a'; 3000]);

    // Other sizes of data: more, less, nothing, the most there can be.
    for lie in [1001, 999, 0, 1 << 40, LZMA_VLI_MAX - 2000] {
        let reader = open(&[(unpadded, 1000), (unpadded, lie), (unpadded, 1000)]).unwrap();
        assert_eq!(reader.read_well(0, 1000), [b'a'; 1000]);
        let failure = reader.verify(2, |_, _| true).expect_err("the second is wrong");
        assert_eq!((failure.code, failure.block), (LZMA_DATA_ERROR, 2), "{lie}");
        if lie != 0 {
            let (bytes, result) = reader.read(1000, 1500);
            assert_eq!(result.expect_err("the second is wrong").block, 2);
            assert!(bytes.len() <= 1000 && bytes.iter().all(|&byte| byte == b'a'));
            // The third is where it should be, however large the second seems.
            assert_eq!(reader.read_well(1000 + lie, 1000), [b'a'; 1000]);
        }
    }
    // Other places: the same sum, but Blocks begin within each other.
    let shifted = [(unpadded + 4, 1000), (unpadded, 1000), (unpadded - 4, 1000)];
    let reader = open(&shifted).expect("the sum is right");
    for (block, offset) in [(1, 0), (2, 1000), (3, 2000)] {
        let failure = reader.read(offset, 1000).1.expect_err("none is there");
        assert_eq!((failure.code, failure.block), (LZMA_DATA_ERROR, block));
    }
    // A Block that is too short even for its header.
    let reader = open(&[(5, 1000), (unpadded, 1000), (2 * total - 8, 1000)]).unwrap();
    let failure = reader.read(0, 10).1.expect_err("five bytes are no Block");
    assert_eq!(failure.reason, RLZMA_REASON_BLOCK_HEADER);
    // A sum that does not fit the file.
    assert_eq!(open(&[(unpadded, 1000); 2]).err(), Some(RLZMA_REASON_INDEX));
    assert_eq!(open(&[(unpadded, 1000); 4]).err(), Some(RLZMA_REASON_INDEX));
}

/// An Index that claims 2^30 Records costs no more than the bytes that are there.
#[test]
fn an_index_that_claims_much() {
    let mut rng = Rng::new(7);
    for (from, memlimit) in [(From::Function, 100 << 20), (From::Drops, u64::MAX)] {
        let mut file = in_blocks(&[&[0; 100]], LZMA_CHECK_CRC32);
        // The Number of Records, 1 so far, in an Index of a MiB.
        let at = file.len() - 12 - 4 * (usize::from(file[file.len() - 8]) + 1) + 1;
        file.splice(at..at + 1, [0x80, 0x80, 0x80, 0x80, 0x04]);
        let mut noise = vec![0; 1 << 20];
        rng.fill(&mut noise);
        file.splice(at + 5..file.len() - 12, noise);
        let backward = (file.len() - 12 - (at - 1)) as u64;
        let mut footer = [0; 12];
        let mut flags: lzma_stream_flags = common::zeroed();
        (flags.check, flags.backward_size) = (LZMA_CHECK_CRC32, backward & !3);
        file.truncate(file.len() - 12 - (backward & 3) as usize);
        // SAFETY: both are valid.
        let ret =
            unsafe { (Lib::reference().lzma_stream_footer_encode)(&flags, footer.as_mut_ptr()) };
        assert_eq!(ret, LZMA_OK);
        file.extend(footer);
        let allocator = Allocator::new();
        let options =
            rlzma_reader_options { allocator: allocator.as_ptr(), memlimit, ..options(2, 0) };
        let failure = Reader::open(&file, from, &options).err().expect("they are not there");
        assert_eq!((failure.code, failure.reason), (LZMA_DATA_ERROR, RLZMA_REASON_INDEX));
        assert!(allocator.peak_bytes() < 1 << 20, "{} bytes", allocator.peak_bytes());
    }
}

#[test]
fn truncated_and_foreign_files() {
    let file = in_blocks(&[&[1; 5000], &[2; 5000]], LZMA_CHECK_CRC32);
    for from in EVERYWHERE {
        let open = |bytes: &[u8]| Reader::open(bytes, from, &options(1, 0));
        for len in 0..12 {
            let failure = open(&file[..len]).err().expect("that is no file");
            assert_eq!(failure.reason, RLZMA_REASON_NOT_XZ, "{len}");
        }
        for len in [12, 24, 100, file.len() - 4] {
            let failure = open(&file[..len]).err().expect("the end is missing");
            assert_eq!((failure.code, failure.reason), (LZMA_DATA_ERROR, RLZMA_REASON_INDEX));
        }
        let failure = open(&[b'x'; 1000]).err().expect("another format");
        assert_eq!((failure.code, failure.reason), (LZMA_FORMAT_ERROR, RLZMA_REASON_NOT_XZ));
    }
}

/// The source has less than it has promised.
#[test]
fn a_file_that_shrinks() {
    let mut rng = Rng::new(4);
    let mut noise = vec![0; 600_000];
    rng.fill(&mut noise);
    let file = in_blocks(&[&noise[..300_000], &noise[300_000..]], LZMA_CHECK_CRC32);
    let disk = temporary(&file);
    let mut raw = std::ptr::null_mut();
    // SAFETY: the descriptor stays open; a reader is closed once.
    unsafe {
        use std::os::fd::AsRawFd;
        let options = options(2, 0);
        let fd = disk.as_raw_fd();
        let ret = rlzma_reader_open_fd(&mut raw, fd, &options, std::ptr::null_mut());
        assert_eq!(ret, LZMA_OK);
        disk.set_len(400_000).expect("it can be cut");
        let mut bytes = vec![0; 600_000];
        let (mut read, mut error) = (0, RLZMA_ERROR_INIT);
        let ret = rlzma_reader_read(raw, 0, bytes.as_mut_ptr(), 600_000, &mut read, &mut error);
        assert_eq!((ret, error.reason), (LZMA_BUF_ERROR, RLZMA_REASON_TRUNCATED));
        assert_eq!(error.block, 2);
        assert!(read >= 300_000 && bytes[..read] == noise[..read]);
        assert!(text(&error).contains("cut off"), "{}", text(&error));
        rlzma_reader_close(raw);
    }
}

#[test]
fn verification_reports_and_stops() {
    let mut rng = Rng::new(6);
    let plain = data::generate(data::Kind::Text, 30_000_000, &mut rng);
    let parts: Vec<_> = plain.chunks(1_000_000).collect();
    let file = in_blocks(&parts, LZMA_CHECK_SHA256);
    let reader = Reader::open(&file, From::Function, &options(1, 0)).unwrap();
    for threads in [1, 3] {
        let mut seen = Vec::new();
        let result = reader.verify(threads, |done, total| {
            assert_eq!(total, file.len() as u64);
            seen.push(done);
            true
        });
        assert!(result.is_ok());
        assert!(seen.is_sorted() && seen.last() == Some(&(file.len() as u64)), "{seen:?}");
        let mut calls = 0;
        let result = reader.verify(threads, |_, _| {
            calls += 1;
            false
        });
        let failure = result.expect_err("it was stopped");
        assert_eq!((failure.code, failure.reason), (RLZMA_INTERRUPTED, RLZMA_REASON_INTERRUPTED));
        assert!(calls >= 1);
    }
    // Somebody else may ask as well, and it goes on afterwards.
    let stopped = thread::scope(|scope| {
        let verifying = scope.spawn(|| reader.verify(2, |_, _| true));
        while !verifying.is_finished() {
            // SAFETY: the reader is open.
            unsafe { rlzma_reader_cancel(reader.raw()) };
            thread::yield_now();
        }
        verifying.join().unwrap()
    });
    assert_eq!(stopped.expect_err("it was stopped").code, RLZMA_INTERRUPTED);
    assert!(reader.read_well(29_999_000, 1000) == plain[29_999_000..]);
}

/// A Check that nobody knows is no damage.
#[test]
fn unknown_checks() {
    let lib = Lib::reference();
    let mut file = in_blocks(&[b"some data"], LZMA_CHECK_CRC32);
    // The Check IDs of header and footer: 2 has four bytes, too.
    let end = file.len();
    for (flags, crc, range) in [(7, 8, 6..8), (end - 3, end - 12, end - 8..end - 2)] {
        file[flags] = 2;
        let covered = &file[range];
        // SAFETY: it is a slice.
        let value = unsafe { (lib.lzma_crc32)(covered.as_ptr(), covered.len(), 0) };
        file[crc..crc + 4].copy_from_slice(&value.to_le_bytes());
    }
    let reader = Reader::open(&file, From::Buffer, &options(1, 0)).unwrap();
    assert_eq!(reader.read_well(0, 100), b"some data");
    let failure = reader.verify(1, |_, _| true).expect_err("it cannot be verified");
    assert_eq!(
        (failure.code, failure.reason),
        (LZMA_UNSUPPORTED_CHECK, RLZMA_REASON_UNKNOWN_CHECK)
    );
}
