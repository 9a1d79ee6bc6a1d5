//! Random values for fields of structures and headers, mostly valid ones.

use std::mem::MaybeUninit;
use std::ptr;

use super::chain::{BRANCH_FILTERS, LZMA_FILTERS};
use super::{Lib, Rng};
use rlzma::ffi::*;

/// A structure of C full of garbage, as on an application's stack.
///
/// # Safety
/// Any bytes are a value of `T`.
pub unsafe fn garbage<T: Copy>(rng: &mut Rng) -> T {
    let mut value = MaybeUninit::<T>::uninit();
    let mut bytes = vec![0; size_of::<T>()];
    rng.fill(&mut bytes);
    // SAFETY: as many bytes, and by contract they are a value.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), value.as_mut_ptr().cast(), bytes.len());
        value.assume_init()
    }
}

/// A number for a size field: often valid.
pub fn size(rng: &mut Rng) -> u64 {
    match rng.below(8) {
        0 => LZMA_VLI_UNKNOWN,
        1 => rng.next_u64(),
        2 => LZMA_VLI_MAX - rng.skewed(2000) as u64,
        3 => rng.below(3) as u64,
        4 => LZMA_VLI_MAX + rng.below(3) as u64,
        _ => rng.next_u64() >> rng.range(1..64),
    }
}

pub fn check(rng: &mut Rng) -> lzma_check {
    lzma_check(if rng.one_in(20) { rng.next_u32() } else { rng.below(17) as u32 })
}

pub fn version(rng: &mut Rng) -> u32 {
    if rng.one_in(10) { rng.next_u32() } else { rng.below(2) as u32 }
}

/// Options of all kinds, for one filter to point to.
pub struct Options {
    pub lzma: lzma_options_lzma,
    pub delta: lzma_options_delta,
    pub bcj: lzma_options_bcj,
}

impl Options {
    pub fn random(rng: &mut Rng) -> Options {
        // SAFETY: integers and pointers that nobody follows.
        let mut new =
            unsafe { Options { lzma: garbage(rng), delta: garbage(rng), bcj: garbage(rng) } };
        new.lzma.dict_size = match rng.below(4) {
            0 => rng.next_u32(),
            1 => (1 << rng.below(32)) + rng.below(3) as u32 - 1,
            2 => (3_u32 << rng.below(31)).wrapping_add(rng.below(3) as u32).wrapping_sub(1),
            _ => rng.next_u32() >> rng.below(32),
        };
        for field in [&mut new.lzma.lc, &mut new.lzma.lp, &mut new.lzma.pb] {
            *field = if rng.one_in(30) { rng.next_u32() } else { rng.below(5) as u32 };
        }
        new.delta.r#type = lzma_delta_type(u32::from(rng.one_in(10)));
        new.delta.dist = rng.below(259) as u32;
        if rng.one_in(3) {
            new.bcj.start_offset = 0;
        }
        new
    }

    /// The options that a filter with `id` points to. LZMA filters must have some, or
    /// the original crashes.
    pub fn of(&mut self, id: u64, rng: &mut Rng) -> *mut std::ffi::c_void {
        match id {
            LZMA_FILTER_LZMA1 | LZMA_FILTER_LZMA1EXT | LZMA_FILTER_LZMA2 => {
                (&raw mut self.lzma).cast()
            }
            _ if rng.one_in(4) => ptr::null_mut(),
            LZMA_FILTER_DELTA => (&raw mut self.delta).cast(),
            _ => (&raw mut self.bcj).cast(),
        }
    }
}

pub fn filter_id(rng: &mut Rng) -> u64 {
    match rng.below(10) {
        0 => size(rng),
        1 => rng.below(0x30) as u64,
        2 | 3 => LZMA_FILTER_LZMA2,
        4 => rng.pick(&LZMA_FILTERS),
        5 => LZMA_FILTER_DELTA,
        _ => rng.pick(&BRANCH_FILTERS).0,
    }
}

/// The decoded part of a filter's options, as text.
///
/// # Safety
/// A library has decoded them, or copied them.
pub unsafe fn describe(filter: &lzma_filter) -> String {
    let id = filter.id;
    if filter.options.is_null() {
        return format!("{id:#x}");
    }
    // SAFETY: by contract.
    unsafe {
        match id {
            LZMA_FILTER_LZMA1 | LZMA_FILTER_LZMA1EXT | LZMA_FILTER_LZMA2 => {
                let o = &*filter.options.cast::<lzma_options_lzma>();
                let model = if id == LZMA_FILTER_LZMA2 { [0; 3] } else { [o.lc, o.lp, o.pb] };
                let preset = (o.preset_dict, o.preset_dict_size);
                format!("{id:#x}: {} {model:?} {preset:?}", o.dict_size)
            }
            LZMA_FILTER_DELTA => {
                let o = &*filter.options.cast::<lzma_options_delta>();
                format!("{id:#x}: {:?} {}", o.r#type, o.dist)
            }
            _ => format!("{id:#x}: {:?}", *filter.options.cast::<lzma_options_bcj>()),
        }
    }
}

/// Filter Flags as bytes, often well formed.
pub fn filter_flags(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let mut number = |value: u64, rng: &mut Rng| {
        let mut field = [0; 9];
        let mut pos = 0;
        // SAFETY: there is room for any number.
        unsafe {
            (Lib::reference().lzma_vli_encode)(
                value & LZMA_VLI_MAX,
                ptr::null_mut(),
                field.as_mut_ptr(),
                &mut pos,
                9,
            )
        };
        if rng.one_in(50) {
            field[rng.below(9)] ^= 0x80;
        }
        bytes.extend_from_slice(&field[..pos]);
    };
    let id = if rng.one_in(3) { filter_id(rng) } else { rng.range(3..12) as u64 };
    number(id, rng);
    let len = match id {
        _ if rng.one_in(30) => rng.skewed(300) as u64,
        LZMA_FILTER_DELTA | LZMA_FILTER_LZMA2 => 1,
        _ => rng.pick(&[0, 4]),
    };
    number(len, rng);
    bytes.extend((0..len).map(|_| if rng.one_in(2) { 0 } else { rng.byte() >> 3 }));
}
