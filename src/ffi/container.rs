//! lzma/container.h: presets, threads, and flags of the file formats' decoders.

#![allow(non_camel_case_types)]

use core::ffi::c_void;

use super::base::*;
use super::buffers::encode_buffer;
use super::check::lzma_check;
use super::convert::{self, Reads};
use super::filter::{decode_buffer, lzma_filter};
use super::guard::guard;
use super::lzma12::lzma_options_lzma;
use super::stream::{memory_of, start};
use crate::container::microlzma::MicroLzmaParameters;
use crate::container::xz::stream_buffer;
use crate::container::xz::stream_buffer_encoder;
use crate::error::Error;
use crate::filter::{FilterSpec, block_size, memory_usage};
use crate::session::Actions;
use crate::threaded::{decoder, encoder};

/// The preset to use when there is no reason for another.
pub const LZMA_PRESET_DEFAULT: u32 = 6;

/// The bits of a preset that hold its level.
pub const LZMA_PRESET_LEVEL_MASK: u32 = 0x1F;

/// Flag of a preset: slower, in the hope of smaller output.
pub const LZMA_PRESET_EXTREME: u32 = 1 << 31;

/// Options of the threaded encoder and decoder. Zero all members before setting
/// some. Since 5.2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_mt {
    /// Decoder flags; zero for the encoder.
    pub flags: u32,
    /// Number of worker threads, from 1 to 16384.
    pub threads: u32,
    /// Encoder: most uncompressed bytes in a Block; zero chooses a size.
    pub block_size: u64,
    /// Milliseconds after which `lzma_code` returns although it could wait;
    /// zero waits.
    pub timeout: u32,
    /// Encoder: preset to use when `filters` is NULL.
    pub preset: u32,
    /// Encoder: filter chain, or NULL to use `preset`.
    pub filters: *const lzma_filter,
    /// Encoder: type of the integrity check.
    pub check: lzma_check,
    /// Reserved.
    pub reserved_enum1: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum2: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum3: lzma_reserved_enum,
    /// Reserved.
    pub reserved_int1: u32,
    /// Reserved.
    pub reserved_int2: u32,
    /// Reserved.
    pub reserved_int3: u32,
    /// Reserved.
    pub reserved_int4: u32,
    /// Decoder: memory in bytes above which fewer threads are used. Since 5.4.
    pub memlimit_threading: u64,
    /// Decoder: memory in bytes above which decoding stops with
    /// `LZMA_MEMLIMIT_ERROR`. Since 5.4.
    pub memlimit_stop: u64,
    /// Reserved.
    pub reserved_int7: u64,
    /// Reserved.
    pub reserved_int8: u64,
    /// Reserved.
    pub reserved_ptr1: *mut c_void,
    /// Reserved.
    pub reserved_ptr2: *mut c_void,
    /// Reserved.
    pub reserved_ptr3: *mut c_void,
    /// Reserved.
    pub reserved_ptr4: *mut c_void,
}

/// Return `LZMA_NO_CHECK` when a Stream has no check.
pub const LZMA_TELL_NO_CHECK: u32 = 0x01;

/// Return `LZMA_UNSUPPORTED_CHECK` when a check cannot be calculated.
pub const LZMA_TELL_UNSUPPORTED_CHECK: u32 = 0x02;

/// Return `LZMA_GET_CHECK` when the type of the check is known.
pub const LZMA_TELL_ANY_CHECK: u32 = 0x04;

/// Do not verify checks, which saves little time. Since 5.2.
pub const LZMA_IGNORE_CHECK: u32 = 0x10;

/// Decode Streams one after another until the input ends.
pub const LZMA_CONCATENATED: u32 = 0x08;

/// Threaded decoder: report an error at once, before the output that precedes
/// it. Since 5.4.
pub const LZMA_FAIL_FAST: u32 = 0x20;

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
            let chain = convert::chain_with_header(filters);
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
