//! rlzma.h: watching and stopping `lzma_code` from another thread.

use crate::ffi::base::{LZMA_OK, LZMA_PROG_ERROR, lzma_bool, lzma_ret, lzma_stream};
use crate::ffi::guard::guard;
use crate::ffi::stream::requests_of;

/// Lets other threads see how far `lzma_code` has come, and stop it, while it is at
/// work on much data: calls then work in steps of at most 1 MiB of input and of
/// output. After each, `total_in` and `total_out` are brought up to date, which
/// `lzma_get_progress` tells to any thread, and `rlzma_cancel` is obeyed.
///
/// Results stay the same; calls with much room for output cost a few per cent
/// more. Coders with threads of their own tell their progress without this. The
/// encoder of MicroLZMA, which does everything in one call, does it in one step, and the
/// decoder of file information, which moves about in its input, takes all of that.
///
/// # Parameters
/// - `strm`: a stream on which a coder was started. It stays like that, also for
///   other coders that are started on it, until `lzma_end`.
/// - `enabled`: true, or false for how it was in the beginning.
///
/// # Returns
/// - `LZMA_OK`: calls from now on are like that.
/// - `LZMA_PROG_ERROR`: `strm` is NULL, or has no coder.
///
/// # Safety
/// `strm` is NULL or as `lzma_code` requires.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_set_cancellable(
    strm: *mut lzma_stream,
    enabled: lzma_bool,
) -> lzma_ret {
    // SAFETY: by rlzma.h, as for `lzma_code`.
    let Some(requests) = (unsafe { requests_of(strm) }) else {
        return LZMA_PROG_ERROR;
    };
    guard(LZMA_PROG_ERROR, || {
        requests.set_steps(enabled != 0);
        LZMA_OK
    })
}

/// Stops `lzma_code` from another thread: the call that is under way returns
/// `RLZMA_INTERRUPTED`; if there is none, or it is just about to end, the next one
/// does. Nothing is lost: `lzma_code` may be called again and goes on, or the stream
/// is ended.
///
/// The request belongs to the stream and stays until a call has obeyed it. If it comes
/// after the last call on a coder, the first call on the next coder that is started on
/// the stream returns `RLZMA_INTERRUPTED`, and has done nothing; only `lzma_end` forgets
/// the request.
///
/// The call stops at its next step, which takes milliseconds, when that was allowed
/// by `rlzma_set_cancellable`. Otherwise only a coder with threads stops soon; any
/// other finishes the call that is under way.
///
/// # Parameters
/// - `strm`: the stream. Nothing happens if it is NULL or has no coder.
///
/// # Safety
/// `strm` is NULL or valid for reads; it was set to `LZMA_STREAM_INIT` or zeros
/// before its first use, and `internal` was not touched since. No other thread
/// initialises or ends the stream meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_cancel(strm: *mut lzma_stream) {
    // SAFETY: by rlzma.h, as said above.
    if let Some(requests) = unsafe { requests_of(strm) } {
        guard((), || requests.stop());
    }
}
