//! lzma/vli.h: variable-length integers.

#![allow(non_camel_case_types)]

use super::base::*;
use super::guard::guard;
use super::slices::{input_slice, output_slice};
use super::stream::code_of;
use crate::bytes::vli::{self, Vli};
use crate::error::{Result, Status};
use crate::io::Output;

/// A number that the .xz format stores in one to nine bytes, the lowest seven
/// bits first; or `LZMA_VLI_UNKNOWN`.
pub type lzma_vli = u64;

/// The largest number that can be stored, 2^63 - 1.
pub const LZMA_VLI_MAX: lzma_vli = u64::MAX / 2;

/// Stands for a number that is not known, and for the end of a filter chain.
pub const LZMA_VLI_UNKNOWN: lzma_vli = u64::MAX;

/// The most bytes that a stored number takes.
pub const LZMA_VLI_BYTES_MAX: usize = 9;

/// Tells whether `vli` is a number that can be stored, or `LZMA_VLI_UNKNOWN`.
pub const fn lzma_vli_is_valid(vli: lzma_vli) -> bool {
    vli <= LZMA_VLI_MAX || vli == LZMA_VLI_UNKNOWN
}

/// Decodes a number, all at once or in pieces as they arrive.
///
/// # Parameters
/// - `vli`: set to the number; in pieces, to what is known of it so far.
/// - `vli_pos`: NULL if the whole number is there. Otherwise it counts the
///   bytes decoded so far: set `*vli_pos` to 0 before the first call, and leave
///   it and `*vli` alone until the last one.
/// - `in`: the bytes.
/// - `in_pos`: position of the number in `in`, in bytes; moved behind what was
///   decoded, whatever is returned.
/// - `in_size`: size in bytes of `in`, counted from its start.
///
/// # Returns
/// - `LZMA_OK`: without `vli_pos`: decoded. With it: more bytes are needed.
/// - `LZMA_STREAM_END`: with `vli_pos`: the number is complete.
/// - `LZMA_DATA_ERROR`: these bytes are no number; without `vli_pos` also: they
///   end too early.
/// - `LZMA_BUF_ERROR`: with `vli_pos`: there is no input.
/// - `LZMA_PROG_ERROR`: `*vli` and `*vli_pos` do not fit together.
///
/// # Safety
/// `vli` and `in_pos` are valid, `vli_pos` is NULL or valid, and `in` is valid
/// for reads of `in_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_vli_decode(
    vli: *mut lzma_vli,
    vli_pos: *mut usize,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
) -> lzma_ret {
    guard(LZMA_PROG_ERROR, || {
        // SAFETY: by vli.h, `in_pos` and, unless it is NULL, `vli_pos` are
        // initialised.
        let (start, pos) = unsafe { (&mut *in_pos, vli_pos.as_mut()) };
        let rest = in_size.saturating_sub(*start);
        // SAFETY: by vli.h, `in` has `in_size` bytes; without input, the
        // pointer is not used.
        let bytes = unsafe { input_slice(r#in.wrapping_add(*start), rest) };
        if pos.as_ref().is_none_or(|pos| **pos == 0) {
            // SAFETY: by vli.h, this function initialises it when a number
            // begins; before, it need not be.
            unsafe { vli.write(0) };
        }
        // SAFETY: by vli.h, the place for the number; it is initialised.
        let value = unsafe { &mut *vli };
        match (pos, bytes) {
            (None, &[byte @ 0..0x80, ..]) => {
                // Most numbers are small.
                *value = byte.into();
                *start += 1;
                LZMA_OK
            }
            (None, _) => decode_whole(value, bytes, start),
            (Some(pos), &[byte]) => decode_byte(value, pos, byte, start),
            (Some(pos), _) => decode_part(value, pos, bytes, start),
        }
    })
}

#[inline(never)]
fn decode_whole(value: &mut u64, bytes: &[u8], start: &mut usize) -> lzma_ret {
    let mut number = Vli::new();
    let (added, result) = number.add(bytes);
    *value = number.value();
    *start += added;
    if result == Ok(true) { LZMA_OK } else { LZMA_DATA_ERROR }
}

/// As [`decode_part`], for numbers that arrive byte by byte.
#[inline(always)]
fn decode_byte(value: &mut u64, pos: &mut usize, byte: u8, start: &mut usize) -> lzma_ret {
    let Ok(mut number) = Vli::resume(*value, *pos) else {
        return LZMA_PROG_ERROR;
    };
    let result = number.add_byte(byte);
    (*value, *pos) = (number.value(), number.len());
    *start += 1;
    code_of_part(result)
}

#[inline(never)]
fn decode_part(value: &mut u64, pos: &mut usize, bytes: &[u8], start: &mut usize) -> lzma_ret {
    let Ok(mut number) = Vli::resume(*value, *pos) else {
        return LZMA_PROG_ERROR;
    };
    if bytes.is_empty() {
        return LZMA_BUF_ERROR;
    }
    let (added, result) = number.add(bytes);
    (*value, *pos) = (number.value(), number.len());
    *start += added;
    code_of_part(result)
}

/// The `lzma_ret` for a number of which another part was decoded.
#[inline(always)]
fn code_of_part(result: Result<bool>) -> lzma_ret {
    match result {
        Ok(true) => LZMA_STREAM_END,
        Ok(false) => LZMA_OK,
        Err(_) => LZMA_DATA_ERROR,
    }
}

/// Encodes a number, all at once or in pieces as there is room.
///
/// # Parameters
/// - `vli`: the number, at most `LZMA_VLI_MAX`.
/// - `vli_pos`: NULL if there is room for the whole number. Otherwise it counts
///   the bytes encoded so far: set `*vli_pos` to 0 before the first call.
/// - `out`: the buffer.
/// - `out_pos`: where in `out` to write, in bytes from its start; moved behind
///   what was written.
/// - `out_size`: size in bytes of `out`, counted from its start.
///
/// # Returns
/// - `LZMA_OK`: without `vli_pos`: encoded. With it: more room is needed.
/// - `LZMA_STREAM_END`: with `vli_pos`: the last byte was written.
/// - `LZMA_BUF_ERROR`: with `vli_pos`: there is no room at all.
/// - `LZMA_PROG_ERROR`: `vli` is too large, or `*vli_pos` is; without `vli_pos`
///   also: there is not enough room.
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
        // SAFETY: by vli.h, `out_pos` and, unless it is NULL, `vli_pos` are
        // initialised.
        let (start, pos) = unsafe { (&mut *out_pos, vli_pos.as_mut()) };
        let room = out_size.saturating_sub(*start);
        // SAFETY: by vli.h, `out` has `out_size` bytes; without room, the
        // pointer is not used.
        let mut output = unsafe { output_slice(out.wrapping_add(*start), room) };
        let ret = match pos {
            None => encode_whole(vli, &mut output),
            Some(pos) if room == 1 => encode_byte(vli, pos, &mut output),
            Some(pos) => code_of(vli::encode(vli, pos, &mut output)),
        };
        *start += output.len();
        ret
    })
}

#[inline(always)]
fn encode_whole(vli: u64, output: &mut Output<'_>) -> lzma_ret {
    match vli::encode(vli, &mut 0, output) {
        Ok(Status::StreamEnd) => LZMA_OK,
        _ => LZMA_PROG_ERROR,
    }
}

/// Encodes one byte, without a loop.
#[inline(always)]
fn encode_byte(vli: u64, pos: &mut usize, output: &mut Output<'_>) -> lzma_ret {
    let Ok((byte, is_last)) = vli::byte_at(vli, *pos) else {
        return LZMA_PROG_ERROR;
    };
    output.push(byte);
    *pos += 1;
    if is_last { LZMA_STREAM_END } else { LZMA_OK }
}

/// Tells how large a number becomes when it is encoded.
///
/// # Parameters
/// - `vli`: the number.
///
/// # Returns
/// The size in bytes, 1 to 9; 0 if `vli` is larger than `LZMA_VLI_MAX`.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_vli_size(vli: lzma_vli) -> u32 {
    vli::size(vli).map_or(0, |size| size as u32)
}
