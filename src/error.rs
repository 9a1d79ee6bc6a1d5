//! The return codes: [`Status`] when a coder may go on, [`Error`] when it may not.
//! Together they cover every `lzma_ret`.

#![forbid(unsafe_code)]

/// The outcome of a call that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Some progress may have been made (`LZMA_OK`).
    Ok,
    /// The end of the stream, or of the flush that was asked for
    /// (`LZMA_STREAM_END`).
    StreamEnd,
    /// The Stream has no integrity check (`LZMA_NO_CHECK`).
    NoCheck,
    /// The type of the integrity check is not supported
    /// (`LZMA_UNSUPPORTED_CHECK`).
    UnsupportedCheck,
    /// The type of the integrity check is now known (`LZMA_GET_CHECK`).
    GetCheck,
    /// The application has to seek in its input (`LZMA_SEEK_NEEDED`).
    SeekNeeded,
    /// A timeout expired. The application sees `LZMA_OK`, but the call does
    /// not count as one without progress.
    TimedOut,
    /// The coder waits for its threads. The call goes on after the C boundary
    /// has looked whether the application's thread is cancelled.
    Paused,
}

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// The allocator returned NULL (`LZMA_MEM_ERROR`).
    Mem,
    /// The memory usage limit would be exceeded (`LZMA_MEMLIMIT_ERROR`).
    /// The only error after which coding can go on, once the limit is raised.
    MemLimit,
    /// The input is not in this format (`LZMA_FORMAT_ERROR`).
    Format,
    /// Options, or features in a header, that are not supported
    /// (`LZMA_OPTIONS_ERROR`).
    Options,
    /// The data is damaged (`LZMA_DATA_ERROR`).
    Data,
    /// There is not enough input, or not enough room for output
    /// (`LZMA_BUF_ERROR`).
    Buf,
    /// The caller has broken a rule of the interface (`LZMA_PROG_ERROR`).
    Prog,
    /// Calculating this type of integrity check is not supported
    /// (`LZMA_UNSUPPORTED_CHECK` from an encoder or a buffer call).
    UnsupportedCheck,
}

/// The result of a step of coding.
pub(crate) type Result<T = Status> = core::result::Result<T, Error>;
