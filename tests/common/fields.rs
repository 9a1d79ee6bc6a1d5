//! `.xz` and `.lz` files put together field by field, as no encoder makes
//! them.

use super::mutate::crc32;

/// The ID and the properties of a filter.
pub type Filter = (u8, Vec<u8>);

/// LZMA2 with a dictionary of at least `size` bytes.
pub fn lzma2(size: u64) -> Filter {
    let bits = (0..40).find(|bits| (2 | (bits & 1)) << (bits / 2 + 11) >= size);
    (0x21, vec![bits.unwrap_or(40) as u8])
}

/// Delta with a distance of one.
pub fn delta() -> Filter {
    (0x03, vec![0])
}

fn vli(mut number: u64, to: &mut Vec<u8>) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}

fn push_crc32(bytes: &mut Vec<u8>, from: usize) {
    let crc = crc32(&bytes[from..]);
    bytes.extend_from_slice(&crc.to_le_bytes());
}

/// A Block without a Check.
#[derive(Clone)]
pub struct Block {
    bytes: Vec<u8>,
    unpadded: u64,
    uncompressed: u64,
}

impl Block {
    /// Compressed Data that stands for `uncompressed` bytes; the header has
    /// the sizes only if `with_sizes`, and `header` bytes at least.
    pub fn new(
        filters: &[Filter],
        data: &[u8],
        uncompressed: u64,
        with_sizes: bool,
        header: usize,
    ) -> Block {
        let mut bytes = vec![0, filters.len() as u8 - 1];
        if with_sizes {
            bytes[1] |= 0xC0;
            vli(data.len() as u64, &mut bytes);
            vli(uncompressed, &mut bytes);
        }
        for (id, properties) in filters {
            bytes.extend([*id, properties.len() as u8]);
            bytes.extend(properties);
        }
        pad(&mut bytes);
        bytes.resize(bytes.len().max(header.saturating_sub(4)), 0);
        bytes[0] = (bytes.len() / 4) as u8;
        push_crc32(&mut bytes, 0);
        bytes.extend(data);
        let unpadded = bytes.len() as u64;
        pad(&mut bytes);
        Block { bytes, unpadded, uncompressed }
    }

    /// A Block without data.
    pub fn empty(filters: &[Filter]) -> Block {
        Block::new(filters, &[0], 0, false, 0)
    }

    /// A Block with one byte, as LZMA2 stores it.
    pub fn one_byte(filters: &[Filter], with_sizes: bool) -> Block {
        Block::new(filters, &[1, 0, 0, b'A', 0], 1, with_sizes, 0)
    }

    /// The Block Header and what follows it, as it goes to the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The beginning of a Stream without a Check.
pub fn stream_header() -> Vec<u8> {
    let mut header = b"\xFD7zXZ\0\0\0".to_vec();
    push_crc32(&mut header, 6);
    header
}

/// A Stream of such Blocks.
pub fn stream<'a>(blocks: impl ExactSizeIterator<Item = &'a Block> + Clone) -> Vec<u8> {
    let mut bytes = stream_header();
    blocks.clone().for_each(|block| bytes.extend(&block.bytes));
    let mut index = vec![0];
    vli(blocks.len() as u64, &mut index);
    for block in blocks {
        vli(block.unpadded, &mut index);
        vli(block.uncompressed, &mut index);
    }
    pad(&mut index);
    push_crc32(&mut index, 0);
    let mut footer = (index.len() as u32 / 4 - 1).to_le_bytes().to_vec();
    footer.extend([0, 0]);
    bytes.extend(index);
    bytes.extend(crc32(&footer).to_le_bytes());
    bytes.extend(footer);
    bytes.extend(b"YZ");
    bytes
}

/// A Stream of `count` Blocks, each of `kinds` in turn.
pub fn alternating(kinds: &[Block], count: usize) -> Vec<u8> {
    let blocks: Vec<_> = kinds.iter().cycle().take(count).collect();
    stream(blocks.into_iter())
}

/// The beginning of an Index that claims to have so many Records.
pub fn index_start(records: u64) -> Vec<u8> {
    let mut index = vec![0];
    vli(records, &mut index);
    vli(20, &mut index);
    vli(20, &mut index);
    index
}

/// A member of a `.lz` file without data; `dictionary` is the byte that tells
/// how large its dictionary is.
pub fn lzip_member(dictionary: u8) -> Vec<u8> {
    // Nothing but an end marker.
    const MARKER: [u8; 10] = [0, 0x83, 0xFF, 0xFB, 0xFF, 0xFF, 0xC0, 0, 0, 0];
    let mut member = b"LZIP\x01".to_vec();
    member.push(dictionary);
    member.extend(MARKER);
    member.extend([0; 12]); // CRC32 and size of the data
    let size = member.len() as u64 + 8;
    member.extend(size.to_le_bytes());
    member
}
