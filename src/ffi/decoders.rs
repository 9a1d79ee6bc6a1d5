//! lzma/container.h: decoders of whole files.

use super::base::*;
use super::buffers::decode_buffer;
use super::container::lzma_mt;
use super::guard::guard;
use super::stream::{memory_of, start};
use crate::container::microlzma::MicroLzmaParameters;
use crate::container::xz::stream_buffer;
use crate::error::Error;
use crate::filter::{FilterSpec, memory_usage};
use crate::session::Actions;
use crate::threaded::decoder;

/// Starts a decoder for `.xz` files.
///
/// `memlimit` is the memory usage limit in bytes (`UINT64_MAX`: none, 0: 1);
/// `flags` are `LZMA_TELL_NO_CHECK` and the like.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` for unknown flags; `LZMA_MEM_ERROR`;
/// `LZMA_PROG_ERROR` when `strm` is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_decoder(
    strm: *mut lzma_stream,
    memlimit: u64,
    flags: u32,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| {
            coder.start_stream_decoder(memory, memlimit, flags)
        })
    }
}

/// Starts a decoder for `.xz`, `.lz` and `.lzma` files, whatever comes. With
/// `LZMA_CONCATENATED`, nothing may follow a `.lzma` file.
///
/// # Returns
/// As for [`lzma_stream_decoder`].
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_auto_decoder(
    strm: *mut lzma_stream,
    memlimit: u64,
    flags: u32,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| {
            coder.start_auto_decoder(memory, memlimit, flags)
        })
    }
}

/// Starts a decoder for `.xz` files that decodes Blocks in parallel, if their
/// headers say how large they are. Of `options`, `flags`, `threads`,
/// `timeout` and the two limits count. Above `memlimit_threading`, fewer
/// Blocks are decoded at a time; above `memlimit_stop`, none is.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` for an invalid number of threads or
/// unknown flags; `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when a pointer is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed. `options`
/// is NULL or valid. The allocator, if there is one, works from any thread,
/// and is not replaced before [`lzma_end`](super::lzma_end).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_decoder_mt(
    strm: *mut lzma_stream,
    options: *const lzma_mt,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| {
            let options = options.as_ref().ok_or(Error::Prog)?;
            let options = decoder::Options {
                threads: options.threads,
                timeout: options.timeout,
                flags: options.flags,
                limit_threading: options.memlimit_threading,
                limit_stop: options.memlimit_stop,
            };
            coder.start_threaded_decoder(memory, options)
        })
    }
}

/// Starts a decoder for a `.lzma` file, the format of LZMA Utils. What
/// follows the file is not taken.
///
/// # Returns
/// `LZMA_OK`; `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when `strm` is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_alone_decoder(strm: *mut lzma_stream, memlimit: u64) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| coder.start_alone_decoder(memory, memlimit))
    }
}

/// Starts a decoder for `.lz` files (lzip), format versions 0 and 1. With
/// `LZMA_CONCATENATED`, decoding ends before whatever is not another member,
/// except for those of its first bytes that look like one.
///
/// # Returns
/// As for [`lzma_stream_decoder`].
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_lzip_decoder(
    strm: *mut lzma_stream,
    memlimit: u64,
    flags: u32,
) -> lzma_ret {
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| {
            coder.start_lzip_decoder(memory, memlimit, flags)
        })
    }
}

/// Starts a decoder for MicroLZMA, which says nothing about itself:
/// `comp_size` is its exact size in bytes, `uncomp_size` the size of its data
/// (or less, if `uncomp_size_is_exact` is false; then decoding ends there),
/// `dict_size` the dictionary size that it was made with, or a larger one.
///
/// # Returns
/// `LZMA_OK`; `LZMA_OPTIONS_ERROR` when `uncomp_size` is too large;
/// `LZMA_MEM_ERROR`; `LZMA_PROG_ERROR` when `strm` is NULL.
///
/// # Safety
/// As for [`lzma_code`](super::lzma_code); a new stream is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_microlzma_decoder(
    strm: *mut lzma_stream,
    comp_size: u64,
    uncomp_size: u64,
    uncomp_size_is_exact: lzma_bool,
    dict_size: u32,
) -> lzma_ret {
    let parameters = MicroLzmaParameters {
        compressed_size: comp_size,
        uncompressed_size: uncomp_size,
        exact: uncomp_size_is_exact != 0,
        dict_size,
    };
    // SAFETY: by contract.
    unsafe {
        start(strm, Actions::DECODE, |memory, coder| {
            coder.start_microlzma_decoder(memory, parameters)
        })
    }
}

/// Memory that is needed to decode what the encoder makes with `preset`, in
/// bytes; `UINT32_MAX` if there is no such preset.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_easy_decoder_memusage(preset: u32) -> u64 {
    guard(u64::MAX, || {
        let usage = FilterSpec::of_preset(preset).and_then(|spec| memory_usage::decoder(&[spec]));
        usage.unwrap_or(u32::MAX.into())
    })
}

/// Decodes a `.xz` file (with `LZMA_CONCATENATED`, more than one Stream) in
/// one go.
///
/// # Returns
/// `LZMA_OK`, and the positions are advanced. Otherwise they stay, and it is:
/// `LZMA_DATA_ERROR` when the file is damaged or incomplete;
/// `LZMA_FORMAT_ERROR` and `LZMA_OPTIONS_ERROR` as usual; `LZMA_BUF_ERROR`
/// when there is not enough room; `LZMA_MEMLIMIT_ERROR`, with how much would
/// have been needed in `*memlimit`; `LZMA_MEM_ERROR`; `LZMA_NO_CHECK` and
/// `LZMA_UNSUPPORTED_CHECK` when the flags ask for them; `LZMA_PROG_ERROR`
/// for impossible positions, and for `LZMA_TELL_ANY_CHECK`.
///
/// # Safety
/// `memlimit` is valid, `allocator` is NULL or valid, the positions are NULL
/// or valid, `in` is valid for reads of `in_size` bytes, `out` for writes of
/// `out_size` bytes, and nothing else uses them.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments)] // C's signature
pub unsafe extern "C" fn lzma_stream_buffer_decode(
    memlimit: *mut u64,
    flags: u32,
    allocator: *const lzma_allocator,
    r#in: *const u8,
    in_pos: *mut usize,
    in_size: usize,
    out: *mut u8,
    out_pos: *mut usize,
    out_size: usize,
) -> lzma_ret {
    // SAFETY: by contract.
    let Some(limit) = (unsafe { memlimit.as_mut() }) else {
        return LZMA_PROG_ERROR;
    };
    // SAFETY: by contract.
    unsafe {
        decode_buffer(r#in, in_pos, in_size, out, out_pos, out_size, |input, output| {
            stream_buffer::decode(&memory_of(allocator)?, limit, flags, input, output)
        })
    }
}
