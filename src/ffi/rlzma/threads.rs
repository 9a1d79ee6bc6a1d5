//! rlzma.h: threads set by the user.

use crate::ffi::base::{LZMA_OK, LZMA_OPTIONS_ERROR, lzma_ret};
use crate::ffi::guard::guard;
use crate::settings;

/// The most threads that `rlzma_set_threads` takes.
pub const RLZMA_THREADS_MAX: u32 = 16_384;

/// For `rlzma_set_threads`: the number of threads that the environment asks
/// for, which is what counts at the beginning.
pub const RLZMA_THREADS_ENVIRONMENT: u32 = u32::MAX;

/// Sets the number of threads for coders that are single-threaded in liblzma, in
/// this process and from now on. Coders that are in use stay as they are.
///
/// - `lzma_stream_decoder`, `lzma_auto_decoder` and `lzma_stream_buffer_decode`
///   decode the Blocks of a `.xz` file at the same time if their headers have
///   sizes (`xz -T` and `lzma_stream_encoder_mt` write them). Data, errors,
///   notices and limits stay the same. Where input comes in pieces, data of a
///   Block may come later than with one thread: at the latest once the Block
///   is complete and input ends there, in a call without input, or with
///   `LZMA_FINISH`.
/// - `lzma_easy_encoder`, `lzma_stream_encoder`, `lzma_easy_buffer_encode` and
///   `lzma_stream_buffer_encode` write what `lzma_stream_encoder_mt` writes: Blocks
///   of three times the dictionary size and at least 1 MiB; `LZMA_SYNC_FLUSH`
///   ends one. So the result has other bytes than with one thread, but the same
///   for any number of them. What fits into one Block is encoded in the calling
///   thread.
///
/// Users can set the environment variable `RLZMA_THREADS` instead, to a number or
/// to `auto`, which is 0. Programs with more privileges than their user ignore it.
///
/// Threads block all signals, and end with `lzma_end`. They never call the
/// application's allocator: their memory comes from `malloc`. Where they cannot be
/// started, or memory is short, coders use fewer, down to the calling one alone,
/// without an error.
///
/// # Parameters
/// - `threads`: how many threads decode or encode at most, while the calling one
///   waits; at most `RLZMA_THREADS_MAX`. 1: coders are in all respects as
///   liblzma's. 0: as many as the process may run at once, by `lzma_cputhreads`
///   and by the quota of its control group. `RLZMA_THREADS_ENVIRONMENT`: as
///   `RLZMA_THREADS` says, or 1 if it is not set.
///
/// # Returns
/// - `LZMA_OK`: it is set.
/// - `LZMA_OPTIONS_ERROR`: there cannot be so many threads. Nothing has changed.
#[unsafe(no_mangle)]
pub extern "C" fn rlzma_set_threads(threads: u32) -> lzma_ret {
    guard(LZMA_OPTIONS_ERROR, || match settings::set_threads(threads) {
        true => LZMA_OK,
        false => LZMA_OPTIONS_ERROR,
    })
}

/// Tells how many threads a coder may use that is started now.
///
/// # Returns
/// The number of threads, at least 1; with 1 it is the calling one. What was set
/// with `rlzma_set_threads` counts, then the environment.
#[unsafe(no_mangle)]
pub extern "C" fn rlzma_threads() -> u32 {
    guard(1, || settings::Threads::current().count())
}

/// Sets how much memory threads may add to what coders need without them: the
/// decoders and encoders of other threads, and buffers for Blocks. The number of
/// threads becomes smaller where that is too little for all of them. It counts
/// for each coder on its own, from its start on. A decoder's memory usage limit
/// counts as well; threads never need more than that allows.
///
/// Users can set the environment variable `RLZMA_MEMORY` instead, to a number of
/// bytes, to a number with a suffix `KiB`, `MiB` or `GiB`, to a percentage of
/// physical memory, such as `50%`, or to `max`.
///
/// # Parameters
/// - `bytes`: memory in bytes; `UINT64_MAX` is no limit. 0: as `RLZMA_MEMORY`
///   says, or a quarter of physical memory if it is not set.
#[unsafe(no_mangle)]
pub extern "C" fn rlzma_set_memory(bytes: u64) {
    guard((), || settings::set_memory(bytes));
}

/// Tells how much memory threads may add to a coder that is started now.
///
/// # Returns
/// Memory in bytes, as `rlzma_set_memory` or the environment has set it, or a
/// quarter of physical memory.
#[unsafe(no_mangle)]
pub extern "C" fn rlzma_memory() -> u64 {
    guard(0, settings::memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_those_of_the_core() {
        assert_eq!(RLZMA_THREADS_MAX, settings::THREADS_MAX);
        assert_eq!(RLZMA_THREADS_ENVIRONMENT, settings::THREADS_ENVIRONMENT);
    }
}
