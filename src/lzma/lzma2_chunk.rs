//! The chunks of LZMA2: Control bytes and limits of sizes. The `.xz` format
//! (xz-file-format 1.2.1, section 5.3.1) leaves them to xz's own description of LZMA2.

#![forbid(unsafe_code)]

/// Control byte of the end.
pub(crate) const END: u8 = 0;
/// Control byte of an uncompressed chunk that resets the dictionary.
pub(crate) const UNCOMPRESSED_RESET: u8 = 1;
/// Control byte of other uncompressed chunks.
pub(crate) const UNCOMPRESSED: u8 = 2;
/// Control byte of compressed chunks, and of all from there on. The lowest five bits
/// are the highest of the uncompressed size; the two above tell what is reset.
pub(super) const COMPRESSED: u8 = 0x80;
/// From this Control byte on, a compressed chunk resets the state.
pub(super) const STATE_RESET: u8 = 0xa0;
/// From this one on, the state with new properties.
pub(super) const NEW_PROPERTIES: u8 = 0xc0;
/// From this one on, the dictionary as well.
pub(super) const DICTIONARY_RESET: u8 = 0xe0;

/// Most bytes of a chunk without its header, compressed or not.
pub(crate) const SIZE_MAX: u32 = 1 << 16;
/// Most bytes that a compressed chunk stands for.
pub(super) const UNCOMPRESSED_SIZE_MAX: u32 = 1 << 21;
/// Size of the header of an uncompressed chunk, in bytes.
pub(crate) const UNCOMPRESSED_HEADER_SIZE: u32 = 3;
