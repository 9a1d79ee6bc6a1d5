//! lzma/lzma12.h: the LZMA1 and LZMA2 filters.

#![allow(non_camel_case_types)]

use core::ffi::{c_uint, c_void};
use core::ptr;

use super::base::{lzma_bool, lzma_reserved_enum};
use super::guard::guard;
use super::vli::lzma_vli;
use crate::lzma::{self, mode};

/// Filter ID: LZMA1, for raw streams; the format has none for it.
pub const LZMA_FILTER_LZMA1: lzma_vli = 0x4000_0000_0000_0001;

/// Filter ID: LZMA1 with the `ext_*` options. Since 5.4.
pub const LZMA_FILTER_LZMA1EXT: lzma_vli = 0x4000_0000_0000_0002;

/// Filter ID: LZMA2.
pub const LZMA_FILTER_LZMA2: lzma_vli = 0x21;

/// How the encoder finds matches.
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
/// Binary tree, hashes of two, three and four bytes.
pub const LZMA_MF_BT4: lzma_match_finder = lzma_match_finder(20);

/// How the encoder chooses among matches.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_mode(pub c_uint);

/// By simple rules.
pub const LZMA_MODE_FAST: lzma_mode = lzma_mode(1);
/// By comparing the prices of many alternatives.
pub const LZMA_MODE_NORMAL: lzma_mode = lzma_mode(2);

/// The smallest dictionary, in bytes.
pub const LZMA_DICT_SIZE_MIN: u32 = 4096;

/// The dictionary of the default preset, in bytes.
pub const LZMA_DICT_SIZE_DEFAULT: u32 = 1 << 23;

/// The smallest `lc`, `lp`, and sum of both.
pub const LZMA_LCLP_MIN: u32 = 0;

/// The largest sum of `lc` and `lp`.
pub const LZMA_LCLP_MAX: u32 = 4;

/// The usual `lc`.
pub const LZMA_LC_DEFAULT: u32 = 3;

/// The usual `lp`.
pub const LZMA_LP_DEFAULT: u32 = 0;

/// The smallest `pb`.
pub const LZMA_PB_MIN: u32 = 0;

/// The largest `pb`.
pub const LZMA_PB_MAX: u32 = 4;

/// The usual `pb`.
pub const LZMA_PB_DEFAULT: u32 = 2;

/// Flag for `ext_flags`: an end marker may stand at the end. Since 5.4.
pub const LZMA_LZMA1EXT_ALLOW_EOPM: u32 = 0x01;

/// Options of LZMA1 and LZMA2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_options_lzma {
    /// Size of the dictionary in bytes, from `LZMA_DICT_SIZE_MIN` on. The
    /// encoder takes at most 1.5 GiB. Larger ones find more matches, and need
    /// more memory for encoding and for decoding.
    pub dict_size: u32,
    /// What the dictionary holds before the first byte, or NULL.
    pub preset_dict: *const u8,
    /// Bytes at `preset_dict`.
    pub preset_dict_size: u32,
    /// Literal context bits: how many high bits of the previous byte select the
    /// literal probabilities.
    pub lc: u32,
    /// Literal position bits: how many low bits of the position do.
    pub lp: u32,
    /// Position bits: how many low bits of the position select the other
    /// probabilities.
    pub pb: u32,
    /// How the encoder chooses among matches.
    pub mode: lzma_mode,
    /// A match of this length is taken without looking further, in bytes: 2 (or
    /// as many as the match finder hashes) to 273.
    pub nice_len: u32,
    /// How the encoder finds matches.
    pub mf: lzma_match_finder,
    /// How many candidates a search looks at; zero chooses a number.
    pub depth: u32,
    /// With LZMA1EXT: `LZMA_LZMA1EXT_ALLOW_EOPM` or zero. Since 5.4.
    pub ext_flags: u32,
    /// With LZMA1EXT: low half of the uncompressed size; both halves all ones
    /// when not known. Since 5.4.
    pub ext_size_low: u32,
    /// With LZMA1EXT: high half of the uncompressed size. Since 5.4.
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

/// Whether this library has the match finder `match_finder`.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_mf_is_supported(match_finder: lzma_match_finder) -> lzma_bool {
    lzma::match_finder::is_supported(match_finder.0).into()
}

/// Whether this library has the mode `mode`.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_mode_is_supported(mode: lzma_mode) -> lzma_bool {
    mode::is_supported(mode.0).into()
}

/// Sets `options` for the compression level and flags `preset`. Reserved and
/// `ext_*` members are left as they are.
///
/// # Returns
/// False; true if there is no such preset, and nothing was set.
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
    // SAFETY: by contract. The structure need not be initialised.
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
