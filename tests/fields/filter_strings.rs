//! Chains of filters as text, beside the original: what is read, messages
//! and their positions, and what is written.

use crate::common::chain::END;
use crate::common::{Allocator, Lib, Rng, is_enough, seeds, zeroed};
use rlzma::ffi::*;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

const NAMES: [&str; 14] = [
    "lzma1",
    "lzma2",
    "x86",
    "arm",
    "armthumb",
    "arm64",
    "riscv",
    "powerpc",
    "ia64",
    "sparc",
    "delta",
    "lzma",
    "lzma12345678",
    "",
];
const OPTIONS: [&str; 13] = [
    "preset", "dict", "lc", "lp", "pb", "mode", "nice", "mf", "depth", "start", "dist", "level", "",
];
const VALUES: [&str; 24] = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "273",
    "274",
    "4096",
    "4095",
    "1GiB",
    "1536MiB",
    "1537M",
    "4k",
    "16KB",
    "fast",
    "normal",
    "bt4",
    "hc3",
    "6e",
    "9",
    "4294967295",
    "4294967296",
    "",
];

fn value(rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => {
            let suffix = rng.pick(&["", "", "k", "KiB", "mi", "MB", "G", "Q", "KiBs", "KBi"]);
            format!("{}{suffix}", rng.skewed_u64(5_000_000_000_000))
        }
        _ => rng.pick(&VALUES).to_owned(),
    }
}

fn chain(rng: &mut Rng) -> String {
    let mut text = " ".repeat(rng.skewed(3));
    if rng.one_in(8) {
        let dash = rng.pick(&["", "-", "--"]);
        let flag = rng.pick(&["", "e", "ee", "x", " ", " e"]);
        return format!("{text}{dash}{}{flag}", rng.below(11));
    }
    for _ in 0..rng.skewed(6) {
        text += rng.pick(&["", "--", " ", " --", "-"]);
        let names = if rng.one_in(10) { &NAMES } else { &NAMES[..11] };
        text += rng.pick(names);
        if rng.one_in(2) {
            text += rng.pick(&[":", "="]);
            for _ in 0..rng.skewed(4) {
                let options = if rng.one_in(10) { &OPTIONS } else { &OPTIONS[..11] };
                let option = rng.pick(options);
                text += &format!("{option}={}", value(rng));
                text += rng.pick(&[",", ",", ",,", ""]);
            }
        }
        text += rng.pick(&[" ", "", "  "]);
    }
    text
}

/// A chain that can be read, or mostly.
fn valid_chain(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.below(4) {
        text += rng.pick(&NAMES[2..10]);
        if rng.one_in(2) {
            text += &format!(":start={}", rng.skewed_u64(1 << 32));
        }
        text += rng.pick(&[" ", "--", " --"]);
    }
    text += rng.pick(&["lzma2", "lzma1", "delta=dist=7 lzma2"]);
    text += ":";
    for _ in 0..rng.below(5) {
        text += &match rng.below(8) {
            0 => format!("preset={}{}", rng.below(10), rng.pick(&["", "e"])),
            1 => format!("dict={}", 4096 + rng.skewed(1 << 30)),
            2 => format!("dict={}{}", 4 + rng.below(1000), rng.pick(&["k", "MiB", "Mi", "KB"])),
            3 => format!("lc={},lp={}", rng.below(3), rng.below(3)),
            4 => format!("pb={}", rng.below(5)),
            5 => format!("mode={}", rng.pick(&["fast", "normal"])),
            6 => format!("mf={}", rng.pick(&["bt2", "bt3", "bt4", "hc3", "hc4"])),
            _ => format!("nice={},depth={}", 2 + rng.below(272), rng.skewed_u64(1 << 32)),
        };
        text += ",";
    }
    text
}

fn mutated(text: &str, rng: &mut Rng) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..rng.below(3) {
        let at = rng.below(bytes.len() + 1);
        let byte = rng.pick(b" -=:,0129ekMiBlz\x01\xff");
        match rng.below(3) {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => bytes[at] = byte,
            _ => bytes.truncate(at),
        }
    }
    bytes
}

const EMPTY: lzma_filter = lzma_filter { id: 0x5A5A, options: ptr::null_mut() };

/// The options of a filter as words, of which the pointers are NULL.
fn options(filter: &lzma_filter) -> Vec<u32> {
    let words = match filter.id {
        LZMA_VLI_UNKNOWN | 0x5A5A => 0,
        LZMA_FILTER_LZMA1 | LZMA_FILTER_LZMA2 => {
            // SAFETY: the options are of this kind.
            let options = unsafe { &*filter.options.cast::<lzma_options_lzma>() };
            assert!(options.preset_dict.is_null());
            return vec![
                options.dict_size,
                options.preset_dict_size,
                options.lc,
                options.lp,
                options.pb,
                options.mode.0,
                options.nice_len,
                options.mf.0,
                options.depth,
            ];
        }
        LZMA_FILTER_DELTA => 2,
        _ => 1,
    };
    if words == 0 {
        assert!(filter.options.is_null());
        return Vec::new();
    }
    // SAFETY: the structures begin with so many numbers.
    unsafe { std::slice::from_raw_parts(filter.options.cast::<u32>(), words) }.to_vec()
}

/// The answer of a library to a text.
#[derive(PartialEq, Debug)]
struct Answer {
    message: Option<CString>,
    position: c_int,
    filters: Vec<(u64, Vec<u32>)>,
    /// Written again, with some flags.
    written: (lzma_ret, Option<CString>),
}

/// # Safety
/// `text` is NULL or a string from `malloc`.
unsafe fn take(text: *mut c_char) -> Option<CString> {
    if text.is_null() {
        return None;
    }
    // SAFETY: by contract.
    unsafe {
        let copy = CStr::from_ptr(text).to_owned();
        libc::free(text.cast());
        Some(copy)
    }
}

fn ask(lib: &Lib, text: &CStr, flags: u32, write_flags: u32) -> Answer {
    let mut filters = [EMPTY; 5];
    let mut position = -1;
    let mut written = ptr::dangling_mut();
    // SAFETY: everything is valid, and freed in the end.
    unsafe {
        let message = (lib.lzma_str_to_filters)(
            text.as_ptr(),
            &mut position,
            filters.as_mut_ptr(),
            flags,
            ptr::null(),
        );
        let message = (!message.is_null()).then(|| CStr::from_ptr(message).to_owned());
        let read = message.is_none();
        let (mut ret, mut text) = (LZMA_OK, None);
        if read {
            let filters = filters.as_ptr();
            ret = (lib.lzma_str_from_filters)(&mut written, filters, write_flags, ptr::null());
            text = take(written);
        }
        let told = filters.iter().map(|filter| (filter.id, options(filter))).collect();
        if read {
            (lib.lzma_filters_free)(filters.as_mut_ptr(), ptr::null());
        }
        Answer { message, position, filters: told, written: (ret, text) }
    }
}

#[test]
fn random_texts() {
    let mut good = 0;
    seeds(150_000, |rng| {
        let text = match rng.below(3) {
            0 => valid_chain(rng).into_bytes(),
            1 => mutated(&valid_chain(rng), rng),
            _ => mutated(&chain(rng), rng),
        };
        let text = CString::new(text).unwrap();
        let flags = if rng.one_in(30) { rng.next_u32() & 0xFF } else { rng.below(4) as u32 };
        let write_flags = if rng.one_in(30) { rng.next_u32() } else { rng.next_u32() & 0xF0 };
        let want = ask(Lib::reference(), &text, flags, write_flags);
        let have = ask(Lib::ours(), &text, flags, write_flags);
        assert_eq!(want, have, "{text:?}");
        good += usize::from(want.message.is_none());
    });
    assert!(is_enough(good, 30_000), "{good}");
}

#[test]
fn lists() {
    let list = |lib: &Lib, id, flags| {
        let mut text = ptr::dangling_mut();
        // SAFETY: everything is valid.
        unsafe {
            let ret = (lib.lzma_str_list_filters)(&mut text, id, flags, ptr::null());
            (ret, take(text))
        }
    };
    let ids = (0..0x30).chain([
        LZMA_VLI_UNKNOWN,
        LZMA_FILTER_LZMA1,
        LZMA_FILTER_LZMA1EXT,
        LZMA_FILTER_RESERVED,
    ]);
    for id in ids {
        for flags in (0..0x200).chain([1 << 31]) {
            let (want, have) = (list(Lib::reference(), id, flags), list(Lib::ours(), id, flags));
            assert_eq!(want, have, "{id:#x} {flags:#x}");
        }
    }
}

/// A filter ID that nobody has.
const LZMA_FILTER_RESERVED: u64 = 1 << 62;

/// Chains that come from elsewhere: unknown filters, options that are
/// missing or that no text could say.
#[test]
fn strange_chains() {
    seeds(20_000, |rng| {
        let mut lzma: lzma_options_lzma = zeroed();
        let mut number = || rng.pick(&[0, 1, 1024, 3 << 20, 5 << 30, 1 << 31]) as u32;
        lzma.dict_size = number();
        lzma.lc = number();
        lzma.nice_len = number();
        lzma.mode.0 = number();
        lzma.mf.0 = rng.below(40) as u32;
        lzma.depth = rng.next_u32();
        let mut delta: lzma_options_delta = zeroed();
        delta.dist = rng.next_u32();
        let mut bcj = lzma_options_bcj { start_offset: rng.pick(&[0, 5, 1 << 20]) };
        let mut filters: Vec<_> = (0..rng.below(7))
            .map(|_| {
                let other = if rng.one_in(4) { 0x77 } else { LZMA_FILTER_ARM };
                let id = rng.pick(&[
                    LZMA_FILTER_LZMA1,
                    LZMA_FILTER_LZMA2,
                    LZMA_FILTER_DELTA,
                    LZMA_FILTER_X86,
                    LZMA_FILTER_RISCV,
                    other,
                ]);
                let options: *mut c_void = match id {
                    _ if rng.one_in(6) => ptr::null_mut(),
                    LZMA_FILTER_LZMA1 | LZMA_FILTER_LZMA2 => (&raw mut lzma).cast(),
                    LZMA_FILTER_DELTA => (&raw mut delta).cast(),
                    _ => (&raw mut bcj).cast(),
                };
                lzma_filter { id, options }
            })
            .collect();
        filters.push(END);
        let flags = rng.next_u32() & 0xF0;
        let write = |lib: &Lib| {
            let mut text = ptr::dangling_mut();
            // SAFETY: everything is valid.
            unsafe {
                let filters = filters.as_ptr();
                let ret = (lib.lzma_str_from_filters)(&mut text, filters, flags, ptr::null());
                (ret, take(text))
            }
        };
        assert_eq!(write(Lib::reference()), write(Lib::ours()));
    });
}

#[test]
fn null_pointers() {
    for lib in [Lib::ours(), Lib::reference()] {
        let mut position = -1;
        let mut filters = [EMPTY; 5];
        let mut text = ptr::dangling_mut();
        // SAFETY: NULL is what is refused.
        unsafe {
            let to = lib.lzma_str_to_filters;
            let message = to(ptr::null(), &mut position, filters.as_mut_ptr(), 0, ptr::null());
            let told = CStr::from_ptr(message);
            assert_eq!(told, c"Unexpected NULL pointer argument(s) to lzma_str_to_filters()");
            assert_eq!(position, 0);
            let message = to(c"6".as_ptr(), &mut position, ptr::null_mut(), 0, ptr::null());
            assert_eq!(CStr::from_ptr(message), told);
            let message = to(c"x".as_ptr(), ptr::null_mut(), filters.as_mut_ptr(), 0, ptr::null());
            assert!(!message.is_null());
            let from = lib.lzma_str_from_filters;
            assert_eq!(from(&mut text, ptr::null(), 0, ptr::null()), LZMA_PROG_ERROR);
            assert!(text.is_null());
            assert_eq!(from(ptr::null_mut(), filters.as_ptr(), 0, ptr::null()), LZMA_PROG_ERROR);
            let list = lib.lzma_str_list_filters;
            assert_eq!(list(ptr::null_mut(), 3, 0, ptr::null()), LZMA_PROG_ERROR);
        }
    }
}

#[test]
fn without_memory() {
    for text in [c"6", c"x86 delta --arm lzma2"] {
        for n in 1.. {
            let answer = |lib: &Lib| {
                let allocator = Allocator::failing_at(n);
                let raw = allocator.as_ptr();
                let mut position = -1;
                let mut filters = [EMPTY; 5];
                // SAFETY: everything is valid.
                unsafe {
                    let to = lib.lzma_str_to_filters;
                    let message = to(text.as_ptr(), &mut position, filters.as_mut_ptr(), 0, raw);
                    if message.is_null() {
                        let mut text = ptr::null_mut();
                        allocator.fail_next(1);
                        let ret = (lib.lzma_str_from_filters)(&mut text, filters.as_ptr(), 0, raw);
                        assert_eq!((ret, text.is_null()), (LZMA_MEM_ERROR, true));
                        (lib.lzma_filters_free)(filters.as_mut_ptr(), raw);
                        return None;
                    }
                    assert_eq!(filters.map(|filter| filter.id), [EMPTY.id; 5]);
                    Some((CStr::from_ptr(message).to_owned(), position))
                }
            };
            let want = answer(Lib::reference());
            assert_eq!(want, answer(Lib::ours()));
            if want.is_none() {
                break;
            }
        }
    }
}

#[test]
fn what_comes_before_a_lack_of_memory() {
    let unknown = lzma_filter { id: 0x7777, options: ptr::null_mut() };
    let lzma2 = lzma_filter { id: LZMA_FILTER_LZMA2, options: ptr::null_mut() };
    let chains = [[EMPTY; 6], [unknown, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY], [lzma2; 6]];
    let answer = |lib: &Lib, call: &dyn Fn(&Lib, *mut *mut c_char, *const lzma_allocator) -> _| {
        let allocator = Allocator::failing_at(1);
        let mut text = ptr::dangling_mut();
        let ret: lzma_ret = call(lib, &mut text, allocator.as_ptr());
        (ret, text.is_null())
    };
    for flags in [0, LZMA_STR_ENCODER, LZMA_STR_ALL_FILTERS, LZMA_STR_NO_SPACES] {
        for chain in &chains {
            let from = |lib: &Lib, text: *mut *mut c_char, allocator| {
                // SAFETY: a place for a pointer; the chain has an end, or is too long.
                unsafe { (lib.lzma_str_from_filters)(text, chain.as_ptr(), flags, allocator) }
            };
            assert_eq!(answer(Lib::ours(), &from), answer(Lib::reference(), &from));
        }
        for id in [LZMA_VLI_UNKNOWN, LZMA_FILTER_LZMA2, 0x7777] {
            let list = |lib: &Lib, text: *mut *mut c_char, allocator| {
                // SAFETY: a place for a pointer.
                unsafe { (lib.lzma_str_list_filters)(text, id, flags, allocator) }
            };
            assert_eq!(answer(Lib::ours(), &list), answer(Lib::reference(), &list));
        }
    }
}
