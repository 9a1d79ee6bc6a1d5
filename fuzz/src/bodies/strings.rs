//! The text form of filter chains, beside the original's.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use rlzma::ffi::*;

use super::split;
use crate::common::Lib;
use crate::common::chain::{END, FilterChain};

/// The answer of one library to a text.
#[derive(Debug, PartialEq)]
struct Read {
    message: Option<String>,
    error_pos: c_int,
    filters: Vec<(lzma_vli, Option<Vec<u32>>)>,
    texts: Vec<(lzma_ret, Option<CString>)>,
}

/// Reads the data as a filter chain and writes what was read; writes and
/// lists random chains.
pub fn filter_strings(data: &[u8]) {
    let Some((mut rng, data)) = split(data) else { return };
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let text = CString::new(&data[..end]).expect("no zeros");
    let flags = if rng.one_in(2) { rng.below(8) as u32 } else { rng.pick(&[0, 1, 2, 3]) };
    let writing: Vec<u32> = (0..3).map(|_| rng.below(0x100) as u32).collect();
    let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| read(lib, &text, flags, &writing));
    assert_eq!(have, want, "{text:?} {flags:#x}");

    let ids = [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];
    let chain = FilterChain::random(rng.pick(&ids), &mut rng);
    let id = rng.pick(&[LZMA_VLI_UNKNOWN, 3, 4, 5, 9, 11, 12, 0x21, LZMA_FILTER_LZMA1]);
    for flags in writing {
        let [want, have] = [Lib::reference(), Lib::ours()].map(|lib| {
            let text = chain.with(|filters| write(lib, filters, flags));
            // SAFETY: the library fills in the place.
            let list = taken(|place| unsafe {
                (lib.lzma_str_list_filters)(place, id, flags, ptr::null())
            });
            (text, list)
        });
        assert_eq!(have, want, "{chain:?} {id:#x} {flags:#x}");
    }
}

fn read(lib: &Lib, text: &CStr, flags: u32, writing: &[u32]) -> Read {
    let mut error_pos = -1;
    let mut filters = [END; 5];
    let place = filters.as_mut_ptr();
    // SAFETY: there is room for five filters.
    let message = unsafe {
        (lib.lzma_str_to_filters)(text.as_ptr(), &mut error_pos, place, flags, ptr::null())
    };
    if !message.is_null() {
        // SAFETY: a message is a string that lives for ever.
        let message = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
        return Read { message: Some(message), error_pos, filters: Vec::new(), texts: Vec::new() };
    }
    let seen = filters.iter().take_while(|filter| filter.id != LZMA_VLI_UNKNOWN);
    let seen = seen.map(|filter| (filter.id, options(filter))).collect();
    let texts = writing.iter().map(|flags| write(lib, place, *flags)).collect();
    // SAFETY: the library has allocated the options.
    unsafe { (lib.lzma_filters_free)(place, ptr::null()) };
    Read { message: None, error_pos, filters: seen, texts }
}

fn write(lib: &Lib, filters: *const lzma_filter, flags: u32) -> (lzma_ret, Option<CString>) {
    // SAFETY: the chain is as the structures demand, the library fills in
    // the place.
    taken(|place| unsafe { (lib.lzma_str_from_filters)(place, filters, flags, ptr::null()) })
}

/// The code that `call` returns, and the string that it allocates.
fn taken(call: impl FnOnce(*mut *mut c_char) -> lzma_ret) -> (lzma_ret, Option<CString>) {
    let mut text = ptr::null_mut();
    let ret = call(&mut text);
    if text.is_null() {
        return (ret, None);
    }
    // SAFETY: a string from malloc, which is freed once.
    unsafe {
        let copy = CStr::from_ptr(text).to_owned();
        libc_free(text.cast());
        (ret, Some(copy))
    }
}

unsafe extern "C" {
    #[link_name = "free"]
    fn libc_free(memory: *mut c_void);
}

/// The numbers of a filter's options that mean something.
fn options(filter: &lzma_filter) -> Option<Vec<u32>> {
    if filter.options.is_null() {
        return None;
    }
    let numbers = match filter.id {
        LZMA_FILTER_DELTA => {
            // SAFETY: the ID says what the options are.
            let options = unsafe { &*filter.options.cast::<lzma_options_delta>() };
            vec![options.r#type.0, options.dist]
        }
        LZMA_FILTER_LZMA1 | LZMA_FILTER_LZMA1EXT | LZMA_FILTER_LZMA2 => {
            // SAFETY: the ID says what the options are.
            let options = unsafe { &*filter.options.cast::<lzma_options_lzma>() };
            let lzma_options_lzma { dict_size, lc, lp, pb, nice_len, depth, .. } = *options;
            vec![dict_size, lc, lp, pb, options.mode.0, nice_len, options.mf.0, depth]
        }
        _ => {
            // SAFETY: all other filters are branch filters.
            vec![unsafe { &*filter.options.cast::<lzma_options_bcj>() }.start_offset]
        }
    };
    Some(numbers)
}
