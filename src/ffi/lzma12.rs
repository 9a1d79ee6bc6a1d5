//! lzma/lzma12.h: the LZMA1 and LZMA2 filters.

#![allow(non_camel_case_types)]

use core::ffi::{c_uint, c_void};
use core::ptr;

use super::base::{lzma_bool, lzma_reserved_enum};
use super::guard::guard;
use super::vli::lzma_vli;
use crate::lz::MatchFinderKind;
use crate::lzma::{self, mode};

/// Filter ID: LZMA1. For raw streams and the old formats: the .xz format cannot
/// have it. A chain holds it as its last filter.
pub const LZMA_FILTER_LZMA1: lzma_vli = 0x4000_0000_0000_0001;

/// Filter ID: LZMA1 with the `ext_*` options, for containers that store the
/// size of the data. Since 5.4.
pub const LZMA_FILTER_LZMA1EXT: lzma_vli = 0x4000_0000_0000_0002;

/// Filter ID: LZMA2, the compressing filter of the .xz format. A chain holds it
/// as its last filter.
pub const LZMA_FILTER_LZMA2: lzma_vli = 0x21;

/// The match finder of an encoder. Together with the size of the dictionary it
/// decides how much memory the encoder needs.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_match_finder(pub c_uint);

/// Hash chain, hashes of two and three bytes.
pub const LZMA_MF_HC3: lzma_match_finder = lzma_match_finder(3);
/// Hash chain, hashes of two, three and four bytes.
pub const LZMA_MF_HC4: lzma_match_finder = lzma_match_finder(4);
/// Binary tree, hash of two bytes.
pub const LZMA_MF_BT2: lzma_match_finder = lzma_match_finder(18);
/// Binary tree, hashes of two and three bytes.
pub const LZMA_MF_BT3: lzma_match_finder = lzma_match_finder(19);
/// Binary tree, hashes of two, three and four bytes. Compresses best.
pub const LZMA_MF_BT4: lzma_match_finder = lzma_match_finder(20);

/// The mode of an encoder: its way to choose among matches.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_mode(pub c_uint);

/// By simple rules. Usual with hash chains.
pub const LZMA_MODE_FAST: lzma_mode = lzma_mode(1);
/// By comparing the prices of many alternatives. Usual with binary trees.
pub const LZMA_MODE_NORMAL: lzma_mode = lzma_mode(2);

/// The smallest dictionary that encoders take, in bytes. Decoders take a
/// smaller one, but use this.
pub const LZMA_DICT_SIZE_MIN: u32 = 4096;

/// The dictionary of the default preset, 8 MiB.
pub const LZMA_DICT_SIZE_DEFAULT: u32 = 1 << 23;

/// The smallest `lc`, `lp`, and sum of both.
pub const LZMA_LCLP_MIN: u32 = 0;

/// The largest `lc`, `lp`, and sum of both.
pub const LZMA_LCLP_MAX: u32 = 4;

/// The `lc` of all presets.
pub const LZMA_LC_DEFAULT: u32 = 3;

/// The `lp` of all presets.
pub const LZMA_LP_DEFAULT: u32 = 0;

/// The smallest `pb`.
pub const LZMA_PB_MIN: u32 = 0;

/// The largest `pb`.
pub const LZMA_PB_MAX: u32 = 4;

/// The `pb` of all presets.
pub const LZMA_PB_DEFAULT: u32 = 2;

/// Flag for `ext_flags`. Encoders write an end marker. Decoders take one behind
/// data of known size; where the size is not known, they take one in any case.
/// Since 5.4.
pub const LZMA_LZMA1EXT_ALLOW_EOPM: u32 = 0x01;

/// Options of LZMA1 and LZMA2. `lzma_lzma_preset` sets all that encoders need.
/// Decoders of raw LZMA2 need `dict_size` only, those of LZMA1 also `lc`, `lp`
/// and `pb`, and all may have a preset dictionary.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_options_lzma {
    /// Size of the dictionary in bytes: how far back matches reach. Encoders
    /// take it from `LZMA_DICT_SIZE_MIN` to 1.5 GiB. Larger ones find more
    /// matches, and need more memory for encoding and for decoding.
    pub dict_size: u32,
    /// Data that the dictionary holds before the first byte, of which the last
    /// `dict_size` bytes count; the decoder needs the same. NULL means none.
    /// Only raw coders can use it. It stays the caller's.
    pub preset_dict: *const u8,
    /// Number of bytes that are at `preset_dict`; 0 means none.
    pub preset_dict_size: u32,
    /// Literal context bits: how many high bits of the byte before a literal
    /// choose its probabilities. From 0 to 4; 3 suits most data.
    pub lc: u32,
    /// Literal position bits: how many low bits of the position do. From 0 to
    /// 4, and `lc + lp` is at most 4; 0 suits most data.
    pub lp: u32,
    /// Position bits: how many low bits of the position choose the
    /// probabilities of all else. From 0 to 4; 2 suits data made of words of
    /// four bytes, 0 suits text.
    pub pb: u32,
    /// Encoder: how to choose among matches.
    pub mode: lzma_mode,
    /// Encoder: a match of so many bytes is taken without looking further. From
    /// 2 to 273, and at least as many as the match finder hashes: a smaller
    /// number is raised to that. Larger values compress better and take longer.
    pub nice_len: u32,
    /// Encoder: how to find matches.
    pub mf: lzma_match_finder,
    /// Encoder: how many candidates a search looks at; 0 chooses a number by
    /// match finder and `nice_len`. Very large values make hostile input very
    /// slow.
    pub depth: u32,
    /// With LZMA1EXT: `LZMA_LZMA1EXT_ALLOW_EOPM` or 0. Since 5.4.
    pub ext_flags: u32,
    /// With LZMA1EXT, decoder: low half of the uncompressed size in bytes; both
    /// halves are all ones when it is not known. `lzma_set_ext_size` sets both.
    /// Since 5.4.
    pub ext_size_low: u32,
    /// With LZMA1EXT, decoder: high half of the uncompressed size. Since 5.4.
    pub ext_size_high: u32,
    /// Reserved.
    pub reserved_int4: u32,
    /// Reserved.
    pub reserved_int5: u32,
    /// Reserved.
    pub reserved_int6: u32,
    /// Reserved.
    pub reserved_int7: u32,
    /// Reserved.
    pub reserved_int8: u32,
    /// Reserved.
    pub reserved_enum1: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum2: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum3: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum4: lzma_reserved_enum,
    /// Reserved.
    pub reserved_ptr1: *mut c_void,
    /// Reserved.
    pub reserved_ptr2: *mut c_void,
}

/// Stores the uncompressed size in `ext_size_low` and `ext_size_high`.
pub const fn lzma_set_ext_size(options: &mut lzma_options_lzma, size: u64) {
    options.ext_size_low = size as u32;
    options.ext_size_high = (size >> 32) as u32;
}

/// Tells whether this library has a match finder.
///
/// # Parameters
/// - `match_finder`: its number; any value is allowed.
///
/// # Returns
/// True for the `LZMA_MF_*` constants, false for all else.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_mf_is_supported(match_finder: lzma_match_finder) -> lzma_bool {
    MatchFinderKind::from_id(match_finder.0).is_some().into()
}

/// Tells whether this library has a mode.
///
/// # Parameters
/// - `mode`: its number; any value is allowed.
///
/// # Returns
/// True for the `LZMA_MODE_*` constants, false for all else.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_mode_is_supported(mode: lzma_mode) -> lzma_bool {
    mode::is_supported(mode.0).into()
}

/// Sets the options of a preset, for LZMA1 and LZMA2.
///
/// # Parameters
/// - `options`: the structure; it need not be initialised. All is set but
///   reserved and `ext_*` members, which stay as they are. There is no preset
///   dictionary then.
/// - `preset`: a level from 0 to 9, perhaps with `LZMA_PRESET_EXTREME` (by
///   bitwise or).
///
/// # Returns
/// False if all went well. True if there is no such preset, and nothing was
/// set.
///
/// # Safety
/// `options` is valid for writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_lzma_preset(
    options: *mut lzma_options_lzma,
    preset: u32,
) -> lzma_bool {
    let Some(preset) = guard(None, || lzma::preset(preset)) else {
        return true.into();
    };
    // SAFETY: by lzma12.h, a structure to be filled; it need not be
    // initialised.
    unsafe {
        (&raw mut (*options).dict_size).write(preset.dict_size);
        (&raw mut (*options).preset_dict).write(ptr::null());
        (&raw mut (*options).preset_dict_size).write(0);
        (&raw mut (*options).lc).write(preset.lc);
        (&raw mut (*options).lp).write(preset.lp);
        (&raw mut (*options).pb).write(preset.pb);
        (&raw mut (*options).mode).write(lzma_mode(preset.mode));
        (&raw mut (*options).nice_len).write(preset.nice_len);
        (&raw mut (*options).mf).write(lzma_match_finder(preset.mf));
        (&raw mut (*options).depth).write(preset.depth);
    }
    false.into()
}
