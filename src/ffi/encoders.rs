//! lzma/container.h: encoders of whole files.

use super::base::*;
use super::buffers::encode_buffer;
use super::check::lzma_check;
use super::container::lzma_mt;
use super::convert::{self, Reads};
use super::filter::lzma_filter;
use super::guard::guard;
use super::lzma12::lzma_options_lzma;
use super::stream::{memory_of, start};
use crate::container::xz::stream_buffer_encoder;
use crate::error::Error;
use crate::filter::{FilterSpec, block_size, memory_usage};
use crate::session::Actions;
use crate::threaded::encoder;

/// Memory that [`lzma_easy_encoder`] needs with `preset`, in bytes;
/// `UINT32_MAX` if there is no such preset.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_easy_encoder_memusage(preset: u32) -> u64 {
    guard(u64::MAX, || {
        let usage = FilterSpec::of_preset(preset).and_then(|spec| memory_usage::encoder(&[spec]));
        usage.unwrap_or(u32::MAX.into())
    })
}

/// Starts an encoder for a `.xz` file with the filters of `preset`; see
/// [`lzma_stream_encoder`].
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when there is no such preset (then the
/// stream stays as it is); otherwise as [`lzma_stream_encoder`].
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_easy_encoder(
    strm: *mut lzma_stream,
    preset: u32,
    check: lzma_check,
) -> lzma_ret {
    let Some(spec) = FilterSpec::of_preset(preset) else {
        return LZMA_OPTIONS_ERROR;
    };
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::ENCODE_STREAM, |memory, coder| {
            coder.start_stream_encoder(memory, &[spec], check.0)
        })
    }
}

/// Starts an encoder for a `.xz` file with one Stream. Besides `LZMA_RUN` and
/// `LZMA_FINISH`, it takes `LZMA_FULL_FLUSH` and `LZMA_FULL_BARRIER`, which
/// end the Block, and `LZMA_SYNC_FLUSH`, if all filters can flush.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when filters are not supported, or not in
/// this format; `LZMA_UNSUPPORTED_CHECK`; `LZMA_PROG_ERROR` when something
/// else is invalid; `LZMA_MEM_ERROR`.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed. `filters`
/// is NULL or a chain as the structures demand, and is not used after this
/// call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_encoder(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
    check: lzma_check,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::ENCODE_STREAM, |memory, coder| {
            if filters.is_null() {
                return Err(Error::Prog);
            }
            coder.start_stream_encoder(memory, &convert::chain(filters, Reads::All), check.0)
        })
    }
}

/// Starts an encoder for a `.lzma` file. It takes `LZMA_RUN` and
/// `LZMA_FINISH`.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when options are out of range;
/// `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed. `options`
/// is NULL or valid, and is not used after this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_alone_encoder(
    strm: *mut lzma_stream,
    options: *const lzma_options_lzma,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::ENCODE_ALONE, |memory, coder| {
            let options = convert::lzma(options, Reads::All).ok_or(Error::Prog)?;
            coder.start_alone_encoder(memory, &options)
        })
    }
}

/// Starts an encoder for MicroLZMA. It takes `LZMA_FINISH` in a single call:
/// as much data is encoded as fits in the output (at least six bytes), and no
/// more than that is taken.
///
/// # Returns
/// As [`lzma_alone_encoder`].
///
/// # Safety
/// As for [`lzma_alone_encoder`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_microlzma_encoder(
    strm: *mut lzma_stream,
    options: *const lzma_options_lzma,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::ENCODE_WHOLE, |memory, coder| {
            let options = convert::lzma(options, Reads::All).ok_or(Error::Prog)?;
            coder.start_microlzma_encoder(memory, &options)
        })
    }
}

/// Room that [`lzma_stream_buffer_encode`] needs at most for
/// `uncompressed_size` bytes; 0 if that is too much.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_stream_buffer_bound(uncompressed_size: usize) -> usize {
    let bound = stream_buffer_encoder::bound(uncompressed_size as u64);
    bound.and_then(|bound| usize::try_from(bound).ok()).unwrap_or(0)
}

/// Encodes a `.xz` file in one call: `in_size` bytes from `in` to `out`, from
/// `*out_pos` on. Data that filters do not make smaller is stored as it is.
///
/// # Returns
/// `LZMA_OK`; `LZMA_BUF_ERROR` when there is not enough room;
/// `LZMA_DATA_ERROR` when there is too much data; otherwise as
/// [`lzma_stream_encoder`]. Only with `LZMA_OK`, `*out_pos` changes.
///
/// # Safety
/// Pointers are NULL or valid, `filters` as the structures demand, and
/// buffers as large as said.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // C's signature
pub unsafe extern "C" fn lzma_stream_buffer_encode(
    filters: *mut lzma_filter,
    check: lzma_check,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    if filters.is_null() {
        return LZMA_PROG_ERROR;
    }
    // SAFETY: by contract.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            let chain = convert::chain(filters, Reads::All);
            stream_buffer_encoder::encode(&memory_of(allocator)?, &chain, check.0, input, output)
        })
    }
}

/// The same with the filters of `preset`.
///
/// # Returns
/// `LZMA_OPTIONS_ERROR` when there is no such preset; otherwise as
/// [`lzma_stream_buffer_encode`].
///
/// # Safety
/// As for [`lzma_stream_buffer_encode`].
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // C's signature
pub unsafe extern "C" fn lzma_easy_buffer_encode(
    preset: u32,
    check: lzma_check,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    let Some(spec) = FilterSpec::of_preset(preset) else {
        return LZMA_OPTIONS_ERROR;
    };
    // SAFETY: by contract.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            stream_buffer_encoder::encode(&memory_of(allocator)?, &[spec], check.0, input, output)
        })
    }
}

/// Block size that suits the filters, in bytes, for the threaded encoder;
/// `UINT64_MAX` if there is none.
///
/// # Safety
/// `filters` is NULL or a chain as the structures demand.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_mt_block_size(filters: *const lzma_filter) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by contract.
        block_size(&unsafe { convert::list(filters, Reads::Numbers) }).unwrap_or(u64::MAX)
    })
}

/// Calls `body` with what `options` say.
///
/// # Safety
/// `options` is valid, and its filters are NULL or a chain as the structures
/// demand.
unsafe fn with_options<R>(
    options: &lzma_mt,
    reads: Reads,
    body: impl FnOnce(&encoder::Options<'_>) -> R,
) -> R {
    let preset = FilterSpec::of_preset(options.preset).map(|spec| [spec]);
    // SAFETY: by contract.
    let given = unsafe { convert::chain(options.filters, reads) };
    let filters = if options.filters.is_null() {
        preset.as_ref().map(|preset| preset.as_slice())
    } else {
        Some(&given[..])
    };
    body(&encoder::Options {
        flags: options.flags,
        threads: options.threads,
        block_size: options.block_size,
        timeout: options.timeout,
        filters,
        check: options.check.0,
    })
}

/// Memory that [`lzma_stream_encoder_mt`] needs with `options`, in bytes;
/// `UINT64_MAX` if they are invalid.
///
/// # Safety
/// As for [`lzma_stream_encoder_mt`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_encoder_mt_memusage(options: *const lzma_mt) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by contract.
        let usage = unsafe {
            options.as_ref().and_then(|options| {
                with_options(options, Reads::Numbers, |options| options.memory_usage())
            })
        };
        usage.unwrap_or(u64::MAX)
    })
}

/// Starts an encoder for a `.xz` file with one Stream that encodes Blocks in
/// parallel. The result is the same for any number of threads. Besides
/// `LZMA_RUN` and `LZMA_FINISH`, it takes `LZMA_FULL_FLUSH` and
/// `LZMA_FULL_BARRIER`, which end the Block.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` for an invalid number of threads, unknown
/// flags, a preset that there is not, filters that are not supported, or a
/// Block size that is too large; `LZMA_UNSUPPORTED_CHECK`; `LZMA_MEM_ERROR`;
/// `LZMA_PROG_ERROR` when a pointer is NULL or there is no such check.
/// Filters that only other formats can have are an error of `lzma_code`.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed. `options`
/// is NULL or valid, and not used after this call. The allocator, if there is
/// one, works from any thread, and is not replaced before
/// [`lzma_end`](super::lzma_end).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_encoder_mt(
    strm: *mut lzma_stream,
    options: *const lzma_mt,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::ENCODE_BLOCKS, |memory, coder| {
            let options = options.as_ref().ok_or(Error::Prog)?;
            with_options(options, Reads::All, |options| {
                coder.start_threaded_encoder(memory, options)
            })
        })
    }
}
