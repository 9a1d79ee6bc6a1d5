//! Checking the options, and the sizes that follow from them.

#![forbid(unsafe_code)]

use super::model::{MATCH_LEN_MAX, MATCH_LEN_MIN};
use super::nodes::NODES;
use crate::error::{Error, Result};
use crate::lz::{DICT_SIZE_MAX, DICT_SIZE_MIN, LzOptions, MatchFinderKind};
use crate::lzma::{LzmaOptions, mode};
use crate::memory::figures::by_target;

/// Number of bytes that the normal parser may run ahead of the encoder.
pub(super) const AHEAD_MAX: u32 = NODES as u32 + 1;

/// Options of the window and the match finder. [`Error::Options`] if any
/// option is out of range.
pub(super) fn lz_options<'a>(options: &LzmaOptions<'a>) -> Result<LzOptions<'a>> {
    let valid = options.lclppb_valid()
        && (MATCH_LEN_MIN as u32..=MATCH_LEN_MAX as u32).contains(&options.nice_len)
        && mode::is_supported(options.mode);
    let kind = MatchFinderKind::from_id(options.mf).filter(|_| valid).ok_or(Error::Options)?;
    Ok(LzOptions {
        before_size: NODES as u32,
        dict_size: options.dict_size,
        after_size: AHEAD_MAX,
        nice_len: options.nice_len.max(kind.hash_bytes()),
        match_finder: kind,
        depth: options.depth,
        // Only the fast parser leaves so much of what memory usage says to be needed;
        // `chain_cache.rs` has the sum.
        cache_chains: options.mode == mode::FAST,
        preset_dict: options.preset_dict,
    })
}

/// Memory usage of the LZMA1 encoder in bytes, in liblzma's figures; all ones
/// if any option is out of range.
pub(crate) fn encoder_memory_usage(options: &LzmaOptions<'_>) -> u64 {
    /// liblzma's `lzma_lzma1_encoder`.
    const CODER: u64 = by_target(249_552, 249_320, 249_320);
    let lz = lz_options(options).ok().and_then(|options| options.memory_usage());
    lz.map_or(u64::MAX, |bytes| bytes + CODER)
}

/// Memory usage of the LZMA2 encoder in bytes, in liblzma's figures; all ones
/// if any option is out of range.
pub(crate) fn lzma2_encoder_memory_usage(options: &LzmaOptions<'_>) -> u64 {
    /// liblzma's `lzma_lzma2_coder`.
    const CODER: u64 = by_target(65_704, 65_664, 65_664);
    match encoder_memory_usage(options) {
        u64::MAX => u64::MAX,
        bytes => bytes + CODER,
    }
}

/// Size of the Blocks that the threaded encoder makes with LZMA2, in bytes of
/// uncompressed data; all ones if the dictionary size is out of range.
pub(crate) fn lzma2_block_size(options: &LzmaOptions<'_>) -> u64 {
    if !(DICT_SIZE_MIN..=DICT_SIZE_MAX).contains(&options.dict_size) {
        return u64::MAX;
    }
    // Small Blocks compress badly.
    (u64::from(options.dict_size) * 3).max(1 << 20)
}
