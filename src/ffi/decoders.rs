//! lzma/container.h: decoders of whole files.

use super::base::*;
use super::buffers::decode_buffer;
use super::container::lzma_mt;
use super::guard::guard;
use super::stream::{memory_of, start};
use crate::container::alone_decoder::AloneDecoder;
use crate::container::lzip_decoder::LzipDecoder;
use crate::container::microlzma_decoder::{MicroLzmaDecoder, MicroLzmaParameters};
use crate::container::xz::stream_buffer_decoder;
use crate::error::Error;
use crate::filter::{FilterSpec, memory_usage};
use crate::threaded::decoder;
use crate::threaded::look_ahead::{AutoDecoder, LookAhead, StreamDecoder};

/// Starts a decoder for `.xz` files. It takes `LZMA_RUN` and `LZMA_FINISH`.
///
/// Without `LZMA_CONCATENATED`, decoding ends behind the first Stream; input
/// that follows is not taken.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `memlimit`: memory usage limit in bytes. `UINT64_MAX` is no limit, 0
///   stands for 1 byte. It can be changed with `lzma_memlimit_set`. `lzma_code`
///   compares it before it allocates what the file asks for, and returns
///   `LZMA_MEMLIMIT_ERROR`.
/// - `flags`: 0, or a bitwise or of `LZMA_TELL_NO_CHECK`,
///   `LZMA_TELL_UNSUPPORTED_CHECK`, `LZMA_TELL_ANY_CHECK`, `LZMA_IGNORE_CHECK`,
///   `LZMA_CONCATENATED` and `LZMA_FAIL_FAST`.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: an unknown flag is set.
/// - `LZMA_PROG_ERROR`: `strm` is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_decoder(
    strm: *mut lzma_stream,
    memlimit: u64,
    flags: u32,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    unsafe { start(strm, |memory, coder| coder.start::<StreamDecoder>(memory, (memlimit, flags))) }
}

/// Starts a decoder for `.xz`, `.lz` and `.lzma` files, whichever comes: the
/// first byte decides. It takes `LZMA_RUN` and `LZMA_FINISH`.
///
/// With `LZMA_CONCATENATED`, input after a `.lzma` file is `LZMA_DATA_ERROR`,
/// since that format has no Streams to concatenate. Files of different formats
/// cannot follow one another.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `memlimit`: memory usage limit in bytes. `UINT64_MAX` is no limit, 0
///   stands for 1 byte. It can be changed with `lzma_memlimit_set`. `lzma_code`
///   compares it before it allocates what the file asks for, and returns
///   `LZMA_MEMLIMIT_ERROR`.
/// - `flags`: 0, or a bitwise or of `LZMA_TELL_NO_CHECK`,
///   `LZMA_TELL_UNSUPPORTED_CHECK`, `LZMA_TELL_ANY_CHECK`, `LZMA_IGNORE_CHECK`,
///   `LZMA_CONCATENATED` and `LZMA_FAIL_FAST`.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: an unknown flag is set.
/// - `LZMA_PROG_ERROR`: `strm` is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_auto_decoder(
    strm: *mut lzma_stream,
    memlimit: u64,
    flags: u32,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    unsafe { start(strm, |memory, coder| coder.start::<AutoDecoder>(memory, (memlimit, flags))) }
}

/// Starts a decoder for `.xz` files that decodes Blocks in parallel. That needs
/// several Blocks, and sizes in their headers, which `lzma_stream_encoder_mt`
/// writes; other files are decoded as by `lzma_stream_decoder`. It takes
/// `LZMA_RUN` and `LZMA_FINISH`.
///
/// Output comes in order, and is the same as without threads, also before an
/// error, unless `LZMA_FAIL_FAST` says otherwise. Threads are ended by
/// `lzma_end`; they block all signals.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
///   Its allocator is called from several threads, and must not be replaced
///   before `lzma_end`.
/// - `options`: `flags`, `threads`, `timeout`, `memlimit_threading` and
///   `memlimit_stop` count. It is copied, so it is not used after this call.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: the number of threads is 0 or more than 16384, or an
///   unknown flag is set.
/// - `LZMA_PROG_ERROR`: a pointer is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires. `options` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_stream_decoder_mt(
    strm: *mut lzma_stream,
    options: *const lzma_mt,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; by container.h, all members of the options
    // are initialised but reserved ones and those for encoders only.
    unsafe {
        start(strm, |memory, coder| {
            if options.is_null() {
                return Err(Error::Prog);
            }
            let options = decoder::Options {
                threads: (*options).threads,
                timeout: (*options).timeout,
                flags: (*options).flags,
                limit_threading: (*options).memlimit_threading,
                limit_stop: (*options).memlimit_stop,
            };
            coder.start::<decoder::Decoder>(memory, options)
        })
    }
}

/// Starts a decoder for a `.lzma` file, the format of LZMA Utils. It takes
/// `LZMA_RUN` and `LZMA_FINISH`. Input that follows the file is not taken.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `memlimit`: memory usage limit in bytes. `UINT64_MAX` is no limit, 0
///   stands for 1 byte. It can be changed with `lzma_memlimit_set`. `lzma_code`
///   compares it before it allocates what the file asks for, and returns
///   `LZMA_MEMLIMIT_ERROR`.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_PROG_ERROR`: `strm` is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_alone_decoder(strm: *mut lzma_stream, memlimit: u64) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    unsafe { start(strm, |memory, coder| coder.start::<AloneDecoder>(memory, memlimit)) }
}

/// Starts a decoder for `.lz` files (lzip), format versions 0 and 1. It takes
/// `LZMA_RUN` and `LZMA_FINISH`.
///
/// Without `LZMA_CONCATENATED`, decoding ends behind the first member. With it,
/// it ends where something comes that is not a member, such as a signature;
/// this is not taken, except for those of its first bytes that are like the
/// first bytes of a member (`LZIP`).
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `memlimit`: memory usage limit in bytes. `UINT64_MAX` is no limit, 0
///   stands for 1 byte. It can be changed with `lzma_memlimit_set`. `lzma_code`
///   compares it before it allocates what the file asks for, and returns
///   `LZMA_MEMLIMIT_ERROR`.
/// - `flags`: 0, or a bitwise or of `LZMA_TELL_NO_CHECK`,
///   `LZMA_TELL_UNSUPPORTED_CHECK`, `LZMA_TELL_ANY_CHECK`, `LZMA_IGNORE_CHECK`,
///   `LZMA_CONCATENATED` and `LZMA_FAIL_FAST`. Each member has a CRC32, so the
///   flags about other checks have no effect.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: an unknown flag is set.
/// - `LZMA_PROG_ERROR`: `strm` is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_lzip_decoder(
    strm: *mut lzma_stream,
    memlimit: u64,
    flags: u32,
) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    unsafe { start(strm, |memory, coder| coder.start::<LzipDecoder>(memory, (memlimit, flags))) }
}

/// Starts a decoder for MicroLZMA. As the data says nothing about itself, the
/// caller must know its sizes. It takes `LZMA_RUN` and `LZMA_FINISH`.
///
/// # Parameters
/// - `strm`: the stream to start it on, new or used before. NULL is an error.
/// - `comp_size`: exact size of the MicroLZMA data in bytes.
/// - `uncomp_size`: size in bytes of what it stands for, at most
///   `LZMA_VLI_MAX`.
/// - `uncomp_size_is_exact`: true if `uncomp_size` is exact, so that errors at
///   the end are found. False if it may be less than the real one; then
///   decoding ends there.
/// - `dict_size`: the dictionary size that the encoder used, in bytes, or more:
///   so much memory is allocated. The uncompressed size is enough, too.
///
/// # Returns
/// - `LZMA_OK`: the coder is ready for `lzma_code`.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_OPTIONS_ERROR`: `uncomp_size` is too large.
/// - `LZMA_PROG_ERROR`: `strm` is NULL.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires.
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
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    unsafe { start(strm, |memory, coder| coder.start::<MicroLzmaDecoder>(memory, parameters)) }
}

/// Tells how much memory is needed to decode what was encoded with a preset.
///
/// # Parameters
/// - `preset`: level and flags, as for `lzma_easy_encoder`.
///
/// # Returns
/// Memory in bytes; `UINT32_MAX` if there is no such preset.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_easy_decoder_memusage(preset: u32) -> u64 {
    guard(u64::MAX, || {
        let usage = FilterSpec::of_preset(preset).and_then(|spec| memory_usage::decoder(&[spec]));
        usage.unwrap_or(u32::MAX.into())
    })
}

/// Decodes a `.xz` file in one call, from memory to memory.
///
/// # Parameters
/// - `memlimit`: points to the memory usage limit in bytes; `UINT64_MAX` is no
///   limit. Set to what is needed if `LZMA_MEMLIMIT_ERROR` is returned. NULL is
///   an error.
/// - `flags`: as for `lzma_stream_decoder`, but without `LZMA_TELL_ANY_CHECK`.
///   Without `LZMA_CONCATENATED`, decoding ends behind the first Stream.
/// - `allocator`: where memory comes from and goes back to; NULL means `malloc`
///   and `free`.
/// - `in`: the buffer with the file; may be NULL if there are no bytes.
/// - `in_pos`: where in `in` the file begins, in bytes. With `LZMA_OK` it
///   becomes the position behind what was decoded; otherwise it stays.
/// - `in_size`: size in bytes of `in`, counted from its start.
/// - `out`: the buffer for the result; may be NULL if there is no room.
/// - `out_pos`: where in `out` the result begins, in bytes. With `LZMA_OK` it
///   becomes the position behind the result; otherwise it stays.
/// - `out_size`: size in bytes of `out`, counted from its start.
///
/// # Returns
/// - `LZMA_OK`: decoded.
/// - `LZMA_FORMAT_ERROR`: this is no `.xz` file.
/// - `LZMA_DATA_ERROR`: the file is damaged or incomplete.
/// - `LZMA_OPTIONS_ERROR`: an unknown flag is set, or the file needs what is
///   not supported.
/// - `LZMA_BUF_ERROR`: there is not enough room.
/// - `LZMA_MEMLIMIT_ERROR`: more memory is needed than `*memlimit` allowed.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_NO_CHECK`: with `LZMA_TELL_NO_CHECK`: there is no check. Nothing was
///   decoded.
/// - `LZMA_UNSUPPORTED_CHECK`: with `LZMA_TELL_UNSUPPORTED_CHECK`: the check
///   cannot be calculated. Nothing was decoded.
/// - `LZMA_PROG_ERROR`: `memlimit` or a position is NULL, a position is larger
///   than its size, a buffer is NULL and has a size, or `LZMA_TELL_ANY_CHECK`
///   is set.
///
/// # Safety
/// Each pointer is NULL or valid, `in` and `out` for as many bytes as the sizes
/// say; they do not overlap.
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
    // SAFETY: by container.h, a pointer to the limit.
    let Some(limit) = (unsafe { memlimit.as_mut() }) else {
        return LZMA_PROG_ERROR;
    };
    // SAFETY: by container.h, `in` and `out` have as many bytes as their sizes
    // say; by base.h, an allocator is NULL or valid.
    unsafe {
        decode_buffer(r#in, in_pos, in_size, out, out_pos, out_size, |input, output| {
            let memory = memory_of(allocator)?;
            stream_buffer_decoder::decode::<LookAhead>(&memory, limit, flags, input, output)
        })
    }
}
