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
use crate::container::alone_encoder::AloneEncoder;
use crate::container::microlzma_encoder::MicroLzmaEncoder;
use crate::container::xz::stream_buffer_encoder;
use crate::error::Error;
use crate::filter::{FilterSpec, Kind, block_size, memory_usage};
use crate::threaded::{blockwise_encoder, encoder};

/// Tells how much memory an encoder needs with a preset.
///
/// # Parameters
/// - `preset`: level and flags, as for `lzma_easy_encoder`.
///
/// # Returns
/// Memory in bytes; `UINT32_MAX` if there is no such preset.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_easy_encoder_memusage(preset: u32) -> u64 {
    guard(u64::MAX, || {
        let usage = FilterSpec::of_preset(preset).and_then(|spec| memory_usage::encoder(&[spec]));
        usage.unwrap_or(u32::MAX.into())
    })
}

/// Starts an encoder for a `.xz` file with one Stream, with LZMA2 and the
/// options of a preset. All that most applications need. It takes the same
/// actions as `lzma_stream_encoder`.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `preset`: a level from 0 (fast) to 9 (small; needs 674 MiB of memory),
///   perhaps with `LZMA_PRESET_EXTREME` (by bitwise or). `LZMA_PRESET_DEFAULT`
///   is a good choice.
/// - `check`: type of the integrity check. `LZMA_CHECK_CRC64` is a good choice.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: there is no such preset. In this case the stream and
///   its coder stay as they were.
/// - `LZMA_UNSUPPORTED_CHECK`: `check` is an ID that has no meaning yet.
/// - `LZMA_PROG_ERROR`: `strm` is NULL, or `check` is larger than
///   `LZMA_CHECK_ID_MAX`.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_easy_encoder(
    strm: *mut lzma_stream,
    preset: u32,
    check: lzma_check,
) -> lzma_ret {
    let Some(spec) = FilterSpec::of_preset(preset) else {
        return LZMA_OPTIONS_ERROR;
    };
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    unsafe { start(strm, |memory, coder| coder.start_stream_encoder(memory, &[spec], check.0)) }
}

/// Starts an encoder for a `.xz` file with one Stream, with any filters. It
/// takes `LZMA_RUN` and `LZMA_FINISH`; `LZMA_FULL_FLUSH` and
/// `LZMA_FULL_BARRIER`, which end the Block; and `LZMA_SYNC_FLUSH`, if the
/// filters can flush. Without flushing, all data is in one Block.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `filters`: the filter chain. It is copied, so it is not used after this
///   call.
/// - `check`: type of the integrity check. `LZMA_CHECK_CRC64` is a good choice.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: a filter is not supported or in the wrong place,
///   there are too many, or options are out of range or missing.
/// - `LZMA_UNSUPPORTED_CHECK`: `check` is an ID that has no meaning yet.
/// - `LZMA_PROG_ERROR`: `strm`, `filters` or the options of LZMA2 are NULL,
///   there are no filters, the .xz format cannot have one of them, or `check`
///   is larger than `LZMA_CHECK_ID_MAX`.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `filters` is NULL or a chain
/// whose options are NULL or what their IDs ask for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_encoder(
    strm: *mut lzma_stream,
    filters: *const lzma_filter,
    check: lzma_check,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by filter.h, a chain ends with
    // `LZMA_VLI_UNKNOWN`, and options are NULL or the structure that the ID
    // asks for.
    unsafe {
        start(strm, |memory, coder| {
            if filters.is_null() {
                return Err(Error::Prog);
            }
            convert::with_chain(filters, Reads::Encoder, |chain| {
                coder.start_stream_encoder(memory, chain, check.0)
            })
        })
    }
}

/// Starts an encoder for a `.lzma` file: an old format, with LZMA1 and without
/// an integrity check, for programs that know no other. The size is not stored;
/// an end marker tells where the data ends. It takes `LZMA_RUN` and
/// `LZMA_FINISH`.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `options`: what LZMA1 shall do; not used after this call.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: an option is out of range.
/// - `LZMA_PROG_ERROR`: a pointer is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `options` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_alone_encoder(
    strm: *mut lzma_stream,
    options: *const lzma_options_lzma,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by lzma12.h, all options are initialised
    // but reserved and `ext_*` ones.
    unsafe {
        start(strm, |memory, coder| {
            let options = convert::lzma(Kind::Lzma1, options, Reads::Encoder);
            let options = options.ok_or(Error::Prog)?;
            coder.start::<AloneEncoder>(memory, &options)
        })
    }
}

/// Starts an encoder for MicroLZMA: LZMA1 with one byte of header, for file
/// systems (EROFS) that keep sizes elsewhere.
///
/// `lzma_code` is called once, with `LZMA_FINISH`: it encodes as much of the
/// input as fits into the output, for which there must be room for at least six
/// bytes, and returns `LZMA_STREAM_END`, or `LZMA_PROG_ERROR` without that
/// room. `total_in` and `total_out` are the two sizes that the decoder must be
/// told. For the next piece, start it again: memory is used again, too.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `options`: what LZMA1 shall do; not used after this call. A dictionary not
///   much larger than a piece is best.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: an option is out of range.
/// - `LZMA_PROG_ERROR`: a pointer is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `options` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_microlzma_encoder(
    strm: *mut lzma_stream,
    options: *const lzma_options_lzma,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by lzma12.h, all options are initialised
    // but reserved and `ext_*` ones.
    unsafe {
        start(strm, |memory, coder| {
            let options = convert::lzma(Kind::Lzma1, options, Reads::Encoder);
            let options = options.ok_or(Error::Prog)?;
            coder.start::<MicroLzmaEncoder>(memory, &options)
        })
    }
}

/// Tells how much room `lzma_stream_buffer_encode` and
/// `lzma_easy_buffer_encode` need in the worst case.
///
/// # Parameters
/// - `uncompressed_size`: how many bytes shall be encoded.
///
/// # Returns
/// Size in bytes; 0 if it does not fit into `size_t` or the format. It says
/// nothing about `lzma_code`, which may need more.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_stream_buffer_bound(uncompressed_size: usize) -> usize {
    let bound = guard(None, || stream_buffer_encoder::bound(uncompressed_size as u64));
    bound.and_then(|bound| usize::try_from(bound).ok()).unwrap_or(0)
}

/// Encodes a `.xz` file in one call, from memory to memory. Data that the
/// filters do not make smaller is stored as it is.
///
/// # Parameters
/// - `filters`: the filter chain. It does not change.
/// - `check`: type of the integrity check. `LZMA_CHECK_CRC64` is a good choice.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
/// - `in`: the data to encode; may be NULL if `in_size` is 0.
/// - `in_size`: how many bytes that is.
/// - `out`: the buffer for the result.
/// - `out_pos`: where in `out` the result begins, in bytes from the start of
///   `out`. With `LZMA_OK` it becomes the position behind the result; otherwise
///   it stays.
/// - `out_size`: size in bytes of `out`, counted from its start, not from
///   `*out_pos`.
///
/// # Returns
/// - `LZMA_OK`: encoded.
/// - `LZMA_BUF_ERROR`: there is not enough room.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_DATA_ERROR`: the format has no room for so much data.
/// - `LZMA_OPTIONS_ERROR`: as from `lzma_stream_encoder`.
/// - `LZMA_UNSUPPORTED_CHECK`: `check` is an ID that has no meaning yet.
/// - `LZMA_PROG_ERROR`: as from `lzma_stream_encoder`; or a buffer or position
///   is NULL, or `*out_pos` larger than `out_size`.
///
/// # Safety
/// Each pointer is NULL or valid, `in` and `out` for as many bytes as the sizes
/// say; they do not overlap. `filters` is NULL or a chain whose options are
/// NULL or what their IDs ask for.
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
    // SAFETY: by container.h, `in` and `out` have as many bytes as their sizes
    // say; by filter.h, a chain ends with `LZMA_VLI_UNKNOWN`, and options are
    // NULL or the structure that the ID asks for; by base.h, an allocator is
    // NULL or valid.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            let chain = convert::chain_with_header(filters);
            blockwise_encoder::encode(&memory_of(allocator)?, &chain, check.0, input, output)
        })
    }
}

/// Encodes a `.xz` file in one call, from memory to memory, with LZMA2 and the
/// options of a preset. Data that does not become smaller is stored as it is.
///
/// # Parameters
/// - `preset`: a level from 0 (fast) to 9 (small; needs 674 MiB of memory),
///   perhaps with `LZMA_PRESET_EXTREME` (by bitwise or). `LZMA_PRESET_DEFAULT`
///   is a good choice.
/// - `check`: type of the integrity check. `LZMA_CHECK_CRC64` is a good choice.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
/// - `in`: the data to encode; may be NULL if `in_size` is 0.
/// - `in_size`: how many bytes that is.
/// - `out`: the buffer for the result.
/// - `out_pos`: where in `out` the result begins, in bytes from the start of
///   `out`. With `LZMA_OK` it becomes the position behind the result; otherwise
///   it stays.
/// - `out_size`: size in bytes of `out`, counted from its start, not from
///   `*out_pos`.
///
/// # Returns
/// - `LZMA_OK`: encoded.
/// - `LZMA_BUF_ERROR`: there is not enough room; `lzma_stream_buffer_bound`
///   tells how much is enough.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_DATA_ERROR`: the format has no room for so much data.
/// - `LZMA_OPTIONS_ERROR`: there is no such preset.
/// - `LZMA_UNSUPPORTED_CHECK`: `check` is an ID that has no meaning yet.
/// - `LZMA_PROG_ERROR`: a buffer or position is NULL, `*out_pos` is larger than
///   `out_size`, or `check` larger than `LZMA_CHECK_ID_MAX`.
///
/// # Safety
/// Each pointer is NULL or valid, `in` and `out` for as many bytes as the sizes
/// say; they do not overlap.
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
    // SAFETY: by container.h, `in` and `out` have as many bytes as their sizes
    // say; by base.h, an allocator is NULL or valid.
    unsafe {
        encode_buffer(r#in, in_size, out, out_pos, out_size, |input, output| {
            blockwise_encoder::encode(&memory_of(allocator)?, &[spec], check.0, input, output)
        })
    }
}

/// Tells the Block size that the threaded encoder chooses for a chain if
/// `block_size` is 0. Useful before `lzma_filters_update`, for the largest size
/// of several chains.
///
/// # Parameters
/// - `filters`: the filter chain.
///
/// # Returns
/// Size in bytes; `UINT64_MAX` if `filters` is NULL, a filter is unknown, or
/// none of them is LZMA2 with options.
///
/// # Safety
/// `filters` is NULL or a chain whose options are NULL or what their IDs ask
/// for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_mt_block_size(filters: *const lzma_filter) -> u64 {
    guard(u64::MAX, || {
        // SAFETY: by filter.h, a chain ends with `LZMA_VLI_UNKNOWN`, and
        // options are NULL or the structure that the ID asks for.
        let specs = unsafe { convert::each(filters, Reads::Properties) };
        block_size(specs).unwrap_or(u64::MAX)
    })
}

/// Calls `body` with what `options` say. By container.h, `preset` is ignored
/// if there are filters. What only an encoder needs, `timeout` and `check`, is
/// read if `reads` is [`Reads::Encoder`].
///
/// # Safety
/// What is read in `options` is initialised, and its filters are NULL or a
/// chain as [`convert::chain`] demands.
unsafe fn with_options<R>(
    options: *const lzma_mt,
    reads: Reads,
    body: impl FnOnce(&encoder::Options<'_>) -> R,
) -> R {
    // SAFETY: by the contract above.
    unsafe {
        let (given, preset);
        let filters = if (*options).filters.is_null() {
            preset = FilterSpec::of_preset((*options).preset).map(|spec| [spec]);
            preset.as_ref().map(|preset| preset.as_slice())
        } else {
            given = convert::chain((*options).filters, reads);
            Some(&given[..])
        };
        let starts = reads == Reads::Encoder;
        body(&encoder::Options {
            flags: (*options).flags,
            threads: (*options).threads,
            block_size: (*options).block_size,
            timeout: if starts { (*options).timeout } else { 0 },
            filters,
            check: if starts { (*options).check.0 } else { 0 },
            implicit_threads: false,
        })
    }
}

/// Tells how much memory `lzma_stream_encoder_mt` needs.
///
/// # Parameters
/// - `options`: the options that it would be started with.
///
/// # Returns
/// Memory in bytes, with all threads at work; `UINT64_MAX` if `options` is NULL
/// or anything in it is not valid.
///
/// # Safety
/// As for `lzma_stream_encoder_mt`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_encoder_mt_memusage(options: *const lzma_mt) -> u64 {
    guard(u64::MAX, || {
        if options.is_null() {
            return u64::MAX;
        }
        // SAFETY: by container.h, all but reserved members and, with filters,
        // the preset is initialised; filter.h says what a chain is.
        let usage = unsafe {
            with_options(options, Reads::EncoderNumbers, |options| options.memory_usage())
        };
        usage.unwrap_or(u64::MAX)
    })
}

/// Starts an encoder for a `.xz` file with one Stream that encodes Blocks in
/// parallel. It takes `LZMA_RUN` and `LZMA_FINISH`, and `LZMA_FULL_FLUSH` and
/// `LZMA_FULL_BARRIER`, which end the Block.
///
/// The result is the same for any number of threads, but not the same as
/// without threads: there are more Blocks, and their headers hold sizes.
/// Threads are ended by `lzma_end`; they block all signals.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
///   Its allocator is called from several threads, and must not be replaced
///   before `lzma_end`.
/// - `options`: what to do. It is copied, so it is not used after this call.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: the number of threads is 0 or more than 16384, a
///   flag is set, there is no such preset, there are no filters, one is not
///   supported or in the wrong place, options are out of range or missing, or
///   the Block size is too large.
/// - `LZMA_UNSUPPORTED_CHECK`: the check is an ID that has no meaning yet.
/// - `LZMA_PROG_ERROR`: a pointer is NULL, or the check is larger than
///   `LZMA_CHECK_ID_MAX`.
///
/// That the .xz format cannot have one of the filters is found only by
/// `lzma_code`, which returns `LZMA_PROG_ERROR`, if `block_size` is set.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `options` is NULL or valid, and
/// its filters are NULL or a chain whose options are NULL or what their IDs ask
/// for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_encoder_mt(
    strm: *mut lzma_stream,
    options: *const lzma_mt,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by container.h, all members of the options
    // are initialised but reserved ones, those for decoders only and, with
    // filters, the preset; by filter.h, a chain ends with `LZMA_VLI_UNKNOWN`,
    // and options are NULL or the structure that the ID asks for.
    unsafe {
        start(strm, |memory, coder| {
            if options.is_null() {
                return Err(Error::Prog);
            }
            with_options(options, Reads::Encoder, |options| {
                coder.start::<encoder::Encoder>(memory, options)
            })
        })
    }
}
