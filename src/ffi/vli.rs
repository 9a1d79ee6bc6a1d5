//! lzma/vli.h: variable-length integers.

#![allow(non_camel_case_types)]

use super::base::*;
use super::guard::guard;
use super::stream::{code_of, input_slice, ok_or_error, output_slice};
use crate::bytes::vli::{self, Vli};
use crate::io::Input;

/// A number that the .xz format stores in one to nine bytes, or
/// `LZMA_VLI_UNKNOWN`.
pub type lzma_vli = u64;

/// The largest number that can be stored.
pub const LZMA_VLI_MAX: lzma_vli = u64::MAX / 2;

/// Stands for a number that is not known.
pub const LZMA_VLI_UNKNOWN: lzma_vli = u64::MAX;

/// The most bytes that an encoded number takes.
pub const LZMA_VLI_BYTES_MAX: usize = 9;

/// Whether `vli` is a number that can be stored, or `LZMA_VLI_UNKNOWN`.
pub const fn lzma_vli_is_valid(vli: lzma_vli) -> bool {
    vli <= LZMA_VLI_MAX || vli == LZMA_VLI_UNKNOWN
}

/// Decodes a number from `in`, from `*in_pos` on.
///
/// With `vli_pos` NULL the whole number must be there. Otherwise it may
/// arrive in pieces: `*vli_pos` is 0 at first, and counts the bytes that have
/// been decoded into `*vli`.
///
/// # Returns
/// With `vli_pos` NULL: `LZMA_OK`, or `LZMA_DATA_ERROR` when the number is
/// damaged or incomplete. Otherwise: `LZMA_STREAM_END` when the number is
/// complete, `LZMA_OK` when more bytes are needed, `LZMA_BUF_ERROR` without
/// input, `LZMA_DATA_ERROR` when it is damaged, and `LZMA_PROG_ERROR` when
/// `*vli` and `*vli_pos` do not fit together.
///
/// # Safety
/// `vli` and `in_pos` are valid, `vli_pos` is NULL or valid, and `in` is
/// valid for reads of `in_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_vli_decode(
    vli: *mut lzma_vli,
    vli_pos: *mut usize,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let (value, start, pos) = unsafe { (&mut *vli, &mut *in_pos, vli_pos.as_mut()) };
        let rest = in_size.saturating_sub(*start);
        // SAFETY: by contract; without input, the pointer is not used.
        let mut input = Input::new(unsafe { input_slice(r#in.wrapping_add(*start), rest) });
        let result = match pos {
            None => decode_whole(value, &mut input),
            Some(pos) => decode_part(value, pos, &mut input),
        };
        *start += input.taken();
        result
    })
}

fn decode_whole(value: &mut u64, input: &mut Input<'_>) -> lzma_ret {
    let mut number = Vli::new();
    let result = number.decode_whole(input);
    *value = number.value();
    ok_or_error(result)
}

fn decode_part(value: &mut u64, pos: &mut usize, input: &mut Input<'_>) -> lzma_ret {
    if *pos == 0 {
        *value = 0;
    }
    code_of(Vli::resume(*value, *pos).and_then(|mut number| {
        let result = number.decode(input);
        (*value, *pos) = (number.value(), number.len());
        result
    }))
}

/// Encodes `vli` to `out`, from `*out_pos` on.
///
/// With `vli_pos` NULL there must be room for the whole number. Otherwise it
/// may be written in pieces: `*vli_pos` is 0 at first, and counts the bytes
/// that have been written.
///
/// # Returns
/// With `vli_pos` NULL: `LZMA_OK`, or `LZMA_PROG_ERROR` without enough room
/// or when `vli` is too large. Otherwise: `LZMA_STREAM_END` when the last
/// byte is written, `LZMA_OK` when more room is needed, `LZMA_BUF_ERROR`
/// without any, and `LZMA_PROG_ERROR` when `vli` or `*vli_pos` is too large.
///
/// # Safety
/// `out_pos` is valid, `vli_pos` is NULL or valid, and `out` is valid for
/// writes of `out_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_vli_encode(
    vli: lzma_vli,
    vli_pos: *mut usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by contract.
        let (start, pos) = unsafe { (&mut *out_pos, vli_pos.as_mut()) };
        let room = out_size.saturating_sub(*start);
        // SAFETY: by contract; without room, the pointer is not used.
        let mut output = unsafe { output_slice(out.wrapping_add(*start), room) };
        let result = match pos {
            None => ok_or_error(vli::write(vli, &mut output)),
            Some(pos) => code_of(vli::encode(vli, pos, &mut output)),
        };
        *start += output.len();
        result
    })
}

/// How many bytes `vli` takes when it is encoded; 0 if it is too large.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_vli_size(vli: lzma_vli) -> u32 {
    vli::size(vli).map_or(0, |size| size as u32)
}
