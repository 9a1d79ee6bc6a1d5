//! Buffers of C for functions that do all in one call.

use super::base::{LZMA_PROG_ERROR, lzma_ret};
use super::guard::guard;
use super::slices::{input_slice, output_slice};
use super::stream::{code_of, ok_or_error};
use crate::error::{Error, Result, Status};
use crate::io::{Input, Output};

/// Calls `encoder` with a buffer and what is left of another, and advances
/// the position if it succeeds.
///
/// # Safety
/// Pointers are NULL or valid, and buffers as large as said.
pub(super) unsafe fn encode_buffer(
    r#in: *const u8,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
    encoder: impl FnOnce(&[u8], &mut Output<'_>) -> Result<()>,
) -> lzma_ret {
    // SAFETY: by the contract above.
    let Some(written) = (unsafe { out_pos.as_mut() }) else {
        return LZMA_PROG_ERROR;
    };
    let Some(room) = out_size.checked_sub(*written) else {
        return LZMA_PROG_ERROR;
    };
    if (r#in.is_null() && in_size != 0) || out.is_null() {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by the contract above; NULL comes with length 0.
    let input = unsafe { input_slice(r#in, in_size) };
    // SAFETY: by the contract above; the position is not beyond the end.
    let mut output = unsafe { output_slice(out.add(*written), room) };
    let result = guard(Err(Error::Prog), || encoder(input, &mut output));
    if result.is_ok() {
        *written += output.len();
    }
    ok_or_error(result)
}

/// Calls `decoder` with what is left of two buffers, and advances the
/// positions if its answer is [`Status::Ok`].
///
/// # Safety
/// Pointers are NULL or valid, and buffers as large as said.
pub(super) unsafe fn decode_buffer(
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
    decoder: impl FnOnce(&mut Input<'_>, &mut Output<'_>) -> Result<Status>,
) -> lzma_ret {
    // SAFETY: by the contract above.
    let (Some(taken), Some(written)) = (unsafe { (in_pos.as_mut(), out_pos.as_mut()) }) else {
        return LZMA_PROG_ERROR;
    };
    let (Some(rest), Some(room)) = (in_size.checked_sub(*taken), out_size.checked_sub(*written))
    else {
        return LZMA_PROG_ERROR;
    };
    if (r#in.is_null() && rest != 0) || (out.is_null() && room != 0) {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by the contract above; without input, the pointer is not used.
    let mut input = Input::new(unsafe { input_slice(r#in.wrapping_add(*taken), rest) });
    // SAFETY: by the contract above; without room, the pointer is not used.
    let mut output = unsafe { output_slice(out.wrapping_add(*written), room) };
    let result = guard(Err(Error::Prog), || decoder(&mut input, &mut output));
    if result == Ok(Status::Ok) {
        *taken += input.taken();
        *written += output.len();
    }
    code_of(result)
}
