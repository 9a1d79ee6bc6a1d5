//! Block Header (xz-file-format 1.2.1, section 3.1).

#![forbid(unsafe_code)]

use super::block::{Block, HEADER_SIZE_MAX, HEADER_SIZE_MIN};
use crate::bytes::vli;
use crate::check;
use crate::error::{Error, Result};
use crate::filter::{FILTERS_MAX, FilterSpec, Specs, flags};
use crate::io::{Input, Output};

/// Size of the CRC32 at the end, in bytes.
const CRC_SIZE: usize = 4;
/// Block Flags: the number of filters, less one.
const FILTER_COUNT_MASK: u8 = 0x03;
/// Block Flags that do not exist yet.
const RESERVED_FLAGS: u8 = 0x3c;
/// Block Flag: Compressed Size is present.
const COMPRESSED_SIZE: u8 = 0x40;
/// Block Flag: Uncompressed Size is present.
const UNCOMPRESSED_SIZE: u8 = 0x80;

/// Size of the Block Header in bytes, from its first byte `encoded`
/// (section 3.1.1). `None`: the byte is the Index Indicator, so no more
/// Blocks follow (section 4.1).
pub(crate) fn size(encoded: u8) -> Option<usize> {
    match encoded {
        0 => None,
        n => Some((usize::from(n) + 1) * 4),
    }
}

/// Decodes the Block Header `bytes` into `block`, whose header size and check
/// are known already, and into `filters`, which are empty. [`Error::Data`]:
/// damaged; [`Error::Options`]: not supported; [`Error::Prog`]: what is known is
/// wrong.
pub(crate) fn decode(block: &mut Block, filters: &mut Specs<'static>, bytes: &[u8]) -> Result<()> {
    // Later versions of the structure only add to this one.
    block.version = block.version.min(1);
    block.ignore_check = false;
    let size = bytes.first().map_or(0, |&encoded| (u32::from(encoded) + 1) * 4);
    if size != block.header_size
        || size as usize != bytes.len()
        || check::size(block.check).is_none()
    {
        return Err(Error::Prog);
    }
    let (fields, crc) = bytes.split_last_chunk::<CRC_SIZE>().ok_or(Error::Data)?;
    if check::crc32(fields, 0) != u32::from_le_bytes(*crc) {
        return Err(Error::Data);
    }
    // Of four bytes, all zero, which is no header but their own CRC32, liblzma
    // takes one for Block Flags.
    let (flags, fields) = match fields {
        &[_, flags, ref fields @ ..] => (flags, fields),
        _ => (0, [].as_slice()),
    };
    if flags & RESERVED_FLAGS != 0 {
        return Err(Error::Options);
    }
    decode_fields(block, filters, flags, &mut Input::new(fields))
}

/// [`decode`] for a Block of a Stream with this Check of which nothing else is known.
/// `filters` are none yet: to move them is most of the work.
pub(crate) fn decode_new(filters: &mut Specs<'static>, bytes: &[u8], check: u32) -> Result<Block> {
    let mut block = Block {
        version: 1,
        header_size: bytes.len() as u32,
        check,
        compressed_size: vli::UNKNOWN,
        uncompressed_size: vli::UNKNOWN,
        ignore_check: false,
    };
    decode(&mut block, filters, bytes)?;
    Ok(block)
}

fn decode_fields(
    block: &mut Block,
    filters: &mut Specs<'static>,
    flags: u8,
    input: &mut Input<'_>,
) -> Result<()> {
    if decode_size(flags & COMPRESSED_SIZE, &mut block.compressed_size, input)? {
        block.unpadded_size().map_err(|_| Error::Data)?;
    }
    decode_size(flags & UNCOMPRESSED_SIZE, &mut block.uncompressed_size, input)?;
    for _ in 0..=flags & FILTER_COUNT_MASK {
        filters.push_with(|spec| flags::decode(spec, input)).unwrap_or(Ok(()))?;
    }
    // A field that does not exist yet may be where padding was expected.
    if is_zero(input.rest()) { Ok(()) } else { Err(Error::Options) }
}

/// Tells whether all of `bytes` are zero: eight at a time, since a header has up to
/// 1000 bytes of padding.
fn is_zero(bytes: &[u8]) -> bool {
    let words = bytes.chunks_exact(8);
    let rest = words.remainder();
    rest.iter().all(|&byte| byte == 0) && words.into_iter().all(|word| word == [0; 8])
}

/// Decodes a size if `flag` says that it is present, and returns whether it is.
/// After an error, `size` has the value of the bytes that were decoded.
fn decode_size(flag: u8, size: &mut u64, input: &mut Input<'_>) -> Result<bool> {
    if flag == 0 {
        *size = vli::UNKNOWN;
        return Ok(false);
    }
    vli::read_to(size, input).map(|()| true)
}

/// Size of the Block Header for `block` and `filters` in bytes.
/// [`Error::Options`]: not supported; [`Error::Prog`]: invalid.
pub(crate) fn size_for(block: &Block, filters: &[FilterSpec<'_>]) -> Result<u32> {
    if block.version > 1 {
        return Err(Error::Options);
    }
    if block.compressed_size == 0 {
        return Err(Error::Prog);
    }
    // Block Header Size, Block Flags and CRC32
    let mut size = 2 + CRC_SIZE as u32;
    for value in [block.compressed_size, block.uncompressed_size] {
        if value != vli::UNKNOWN {
            size += vli::size(value).ok_or(Error::Prog)? as u32;
        }
    }
    if filters.is_empty() {
        return Err(Error::Prog);
    }
    for (i, spec) in filters.iter().enumerate() {
        if i == FILTERS_MAX {
            return Err(Error::Prog);
        }
        size += flags::size(spec)?;
    }
    Ok(size.next_multiple_of(4))
}

/// Encodes the Block Header for `block` and `filters` to `bytes`, which may be
/// anything after an error. [`Error::Options`]: not supported;
/// [`Error::Prog`]: invalid, the header is larger than `block` says, or that
/// is not how many `bytes` there are.
pub(crate) fn encode(block: &Block, filters: &[FilterSpec<'_>], bytes: &mut [u8]) -> Result<()> {
    block.unpadded_size()?;
    if !vli::is_valid(block.uncompressed_size) {
        return Err(Error::Prog);
    }
    debug_assert!((HEADER_SIZE_MIN..=HEADER_SIZE_MAX).contains(&block.header_size));
    let len = bytes.len();
    if len != block.header_size as usize {
        return Err(Error::Prog);
    }
    bytes.fill(0);
    let (fields, crc) = bytes.split_last_chunk_mut::<CRC_SIZE>().ok_or(Error::Prog)?;
    let [size, flags, rest @ ..] = fields else {
        return Err(Error::Prog);
    };
    *size = (len / 4 - 1) as u8;
    *flags = encode_fields(block, filters, &mut Output::new(rest))?;
    *crc = check::crc32(fields, 0).to_le_bytes();
    Ok(())
}

/// Encodes what follows the Block Flags, and returns those.
fn encode_fields(block: &Block, filters: &[FilterSpec<'_>], output: &mut Output<'_>) -> Result<u8> {
    let mut block_flags = 0;
    for (value, flag) in
        [(block.compressed_size, COMPRESSED_SIZE), (block.uncompressed_size, UNCOMPRESSED_SIZE)]
    {
        if value != vli::UNKNOWN {
            vli::write(value, output)?;
            block_flags |= flag;
        }
    }
    for spec in filters.iter().take(FILTERS_MAX) {
        flags::encode(spec, output)?;
    }
    match filters.len() {
        count @ 1..=FILTERS_MAX => Ok(block_flags | (count - 1) as u8),
        _ => Err(Error::Prog),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bcj::Arch;
    use crate::filter::{FilterOptions, id};
    use crate::lzma::LzmaOptions;

    const BLOCK: Block = Block {
        version: 1,
        header_size: 0,
        check: 1,
        compressed_size: 1000,
        uncompressed_size: 100_000,
        ignore_check: false,
    };
    const FILTERS: [FilterSpec<'static>; 2] = [
        FilterSpec { id: Arch::Arm64.id(), options: FilterOptions::Bcj { start_offset: 0x1234 } },
        FilterSpec {
            id: id::LZMA2,
            options: FilterOptions::Lzma(LzmaOptions { dict_size: 1 << 20, ..LzmaOptions::ZERO }),
        },
    ];

    fn encoded(block: Block) -> (Block, Vec<u8>) {
        let block = Block { header_size: size_for(&block, &FILTERS).unwrap(), ..block };
        let mut bytes = vec![1; block.header_size as usize];
        encode(&block, &FILTERS, &mut bytes).unwrap();
        (block, bytes)
    }

    fn decode_alone(block: &mut Block, bytes: &[u8]) -> Result<Specs<'static>> {
        let mut filters = Specs::new();
        decode(block, &mut filters, bytes).map(|()| filters)
    }

    fn with_crc(mut bytes: Vec<u8>) -> Vec<u8> {
        let fields = bytes.len() - CRC_SIZE;
        let crc = check::crc32(&bytes[..fields], 0);
        bytes[fields..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    #[test]
    fn round_trip() {
        let unknown =
            Block { compressed_size: vli::UNKNOWN, uncompressed_size: vli::UNKNOWN, ..BLOCK };
        for (block, size) in [(BLOCK, 20), (unknown, 16)] {
            let (block, bytes) = encoded(block);
            assert_eq!(bytes.len(), size);
            let mut decoded = Block { compressed_size: 1, uncompressed_size: 1, ..block };
            decoded.version = 7;
            decoded.ignore_check = true;
            assert_eq!(*decode_alone(&mut decoded, &bytes).unwrap(), FILTERS);
            assert_eq!(decoded, block);
        }
    }

    #[test]
    fn damage() {
        let (block, bytes) = encoded(BLOCK);
        for i in 1..bytes.len() {
            let mut bad = bytes.clone();
            bad[i] ^= 1;
            assert_eq!(decode_alone(&mut block.clone(), &bad), Err(Error::Data));
        }
        assert_eq!(decode_alone(&mut block.clone(), &bytes[..16]), Err(Error::Prog));
        assert_eq!(decode_alone(&mut Block { check: 16, ..block }, &bytes), Err(Error::Prog));
        let mut small = Block { header_size: 4, ..block };
        assert_eq!(decode_alone(&mut small, &[0; 4]), Err(Error::Data));
    }

    #[test]
    fn wrong_fields() {
        let (block, bytes) = encoded(Block { uncompressed_size: vli::UNKNOWN, ..BLOCK });
        for (at, value, error) in [
            (1, 0x45, Error::Options), // reserved flag
            (1, 0x42, Error::Options), // padding is no filter ...
            (15, 1, Error::Options),   // ... nor is this padding
            (1, 0x43, Error::Options),
            (3, 0x80, Error::Data), // the size goes on, so the filters come late
            (4, 0x20, Error::Options), // unknown filter
            (11, 9, Error::Data),   // Properties that do not fit
        ] {
            let mut bad = bytes.clone();
            bad[at] = value;
            let result = decode_alone(&mut block.clone(), &with_crc(bad));
            assert_eq!(result.map(|_| ()), Err(error), "{at}");
        }
    }

    #[test]
    fn what_cannot_be_encoded() {
        let (block, _) = encoded(BLOCK);
        for (block, filters) in [
            (block, &FILTERS[..0]),
            (block, &[FILTERS[0]; 5]),
            (Block { compressed_size: 0, ..block }, &FILTERS),
            (Block { uncompressed_size: vli::MAX + 1, ..block }, &FILTERS),
        ] {
            assert_eq!(size_for(&block, filters), Err(Error::Prog));
            let mut bytes = vec![0; block.header_size as usize];
            assert_eq!(encode(&block, filters, &mut bytes), Err(Error::Prog));
        }
        assert_eq!(size_for(&Block { version: 2, ..block }, &FILTERS), Err(Error::Options));
        let short = Block { header_size: 12, ..block };
        assert_eq!(encode(&short, &FILTERS, &mut [0; 12]), Err(Error::Prog));
        assert_eq!(encode(&block, &FILTERS, &mut [0; 24]), Err(Error::Prog));
    }
}
