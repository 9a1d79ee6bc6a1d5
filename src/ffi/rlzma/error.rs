//! rlzma.h: what went wrong with a file, and where in it.

#![allow(non_camel_case_types)]

use crate::error::Error;
use crate::ffi::base::{LZMA_OK, lzma_ret};
use crate::ffi::guard::guard;
use crate::reader::{Failure, Location, ReadError, Reason};
use core::ffi::{c_char, c_int, c_uint};
use core::fmt::{self, Write};
use core::mem::offset_of;
use core::ptr;

/// From functions that can be stopped, by `rlzma_cancel`, `rlzma_reader_cancel` or
/// what is called to report progress: somebody has asked to stop.
pub const RLZMA_INTERRUPTED: lzma_ret = lzma_ret(201);

/// The kind of thing that went wrong with a file that is read.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct rlzma_reason(pub c_uint);

/// Nothing did.
pub const RLZMA_REASON_NONE: rlzma_reason = rlzma_reason(0);
/// The file could not be read; `read_error` says more. The return code is
/// `LZMA_BUF_ERROR`.
pub const RLZMA_REASON_READ: rlzma_reason = rlzma_reason(1);
/// The file has fewer bytes than it should. `LZMA_BUF_ERROR`.
pub const RLZMA_REASON_TRUNCATED: rlzma_reason = rlzma_reason(2);
/// The file does not begin as `.xz` files do. `LZMA_FORMAT_ERROR`.
pub const RLZMA_REASON_NOT_XZ: rlzma_reason = rlzma_reason(3);
/// A Stream Header, a Stream Footer, Stream Padding or an Index is damaged
/// (`LZMA_DATA_ERROR`) or not supported (`LZMA_OPTIONS_ERROR`).
pub const RLZMA_REASON_INDEX: rlzma_reason = rlzma_reason(4);
/// A Block Header is damaged. `LZMA_DATA_ERROR`.
pub const RLZMA_REASON_BLOCK_HEADER: rlzma_reason = rlzma_reason(5);
/// A Block Header says other sizes than the Index. `LZMA_DATA_ERROR`.
pub const RLZMA_REASON_SIZES: rlzma_reason = rlzma_reason(6);
/// A Block asks for filters or options that are not supported.
/// `LZMA_OPTIONS_ERROR`.
pub const RLZMA_REASON_FILTERS: rlzma_reason = rlzma_reason(7);
/// Compressed data is damaged, or not of the size that the Index says.
/// `LZMA_DATA_ERROR`.
pub const RLZMA_REASON_DATA: rlzma_reason = rlzma_reason(8);
/// The Check of a Block does not fit its data, or the padding before it is
/// damaged. `LZMA_DATA_ERROR`.
pub const RLZMA_REASON_CHECK: rlzma_reason = rlzma_reason(9);
/// Nothing is wrong, as far as one can see: the type of a Check is not
/// supported. `LZMA_UNSUPPORTED_CHECK`.
pub const RLZMA_REASON_UNKNOWN_CHECK: rlzma_reason = rlzma_reason(10);
/// Memory could not be allocated. `LZMA_MEM_ERROR`.
pub const RLZMA_REASON_MEMORY: rlzma_reason = rlzma_reason(11);
/// More memory is needed than is allowed: `memory_needed` bytes.
/// `LZMA_MEMLIMIT_ERROR`.
pub const RLZMA_REASON_MEMLIMIT: rlzma_reason = rlzma_reason(12);
/// Somebody has asked to stop. `RLZMA_INTERRUPTED`.
pub const RLZMA_REASON_INTERRUPTED: rlzma_reason = rlzma_reason(13);
/// A rule of the interface was broken; or there is a bug in the library.
/// `LZMA_PROG_ERROR`.
pub const RLZMA_REASON_PROGRAM: rlzma_reason = rlzma_reason(14);

/// An error: its kind, and the place in the file. Later versions may have more
/// members: set `size` before the structure is used, for instance with
/// `RLZMA_ERROR_INIT`. The library writes as much as fits, when a call fails only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct rlzma_error {
    /// Size of this structure in bytes; for the caller to set.
    pub size: usize,
    /// The return code of the call.
    pub code: lzma_ret,
    /// The kind of error.
    pub reason: rlzma_reason,
    /// Number of the Stream in the file, from one; 0 if it is not known.
    pub stream: u64,
    /// Number of the Block in the file, from one; 0 if it is not in a Block.
    pub block: u64,
    /// Place in the file, in bytes from its beginning: as far as it was read when
    /// the error was found.
    pub compressed_offset: u64,
    /// Place in the data, in bytes from its beginning: what comes before was
    /// decoded.
    pub uncompressed_offset: u64,
    /// With `RLZMA_REASON_MEMLIMIT`: how many bytes the limit must be.
    pub memory_needed: u64,
    /// With `RLZMA_REASON_READ`: `errno`, or what the application's function has
    /// returned, without its sign.
    pub read_error: c_int,
    /// Reserved.
    pub reserved: u32,
}

/// An error structure to begin with.
pub const RLZMA_ERROR_INIT: rlzma_error = rlzma_error {
    size: size_of::<rlzma_error>(),
    code: lzma_ret(0),
    reason: RLZMA_REASON_NONE,
    stream: 0,
    block: 0,
    compressed_offset: 0,
    uncompressed_offset: 0,
    memory_needed: 0,
    read_error: 0,
    reserved: 0,
};

/// Bytes of the structure in the first version that has it.
const SIZE_MIN: usize = offset_of!(rlzma_error, reserved) + size_of::<u32>();

/// The return code for a failure.
fn code_of(failure: &Failure) -> lzma_ret {
    match failure.reason {
        Reason::Interrupted => RLZMA_INTERRUPTED,
        _ => failure.error.into(),
    }
}

fn reason_of(reason: Reason) -> rlzma_reason {
    match reason {
        Reason::Read(_) => RLZMA_REASON_READ,
        Reason::Truncated => RLZMA_REASON_TRUNCATED,
        Reason::NotXz => RLZMA_REASON_NOT_XZ,
        Reason::Index => RLZMA_REASON_INDEX,
        Reason::BlockHeader => RLZMA_REASON_BLOCK_HEADER,
        Reason::Sizes => RLZMA_REASON_SIZES,
        Reason::Filters => RLZMA_REASON_FILTERS,
        Reason::Data => RLZMA_REASON_DATA,
        Reason::Check => RLZMA_REASON_CHECK,
        Reason::UnknownCheck => RLZMA_REASON_UNKNOWN_CHECK,
        Reason::Memory => RLZMA_REASON_MEMORY,
        Reason::MemoryLimit(_) => RLZMA_REASON_MEMLIMIT,
        Reason::Interrupted => RLZMA_REASON_INTERRUPTED,
        Reason::Program => RLZMA_REASON_PROGRAM,
    }
}

/// The reason that an application's structure has; `None` for any other value,
/// and for no error.
fn reason_in(error: &rlzma_error) -> Option<Reason> {
    Some(match error.reason {
        RLZMA_REASON_READ => Reason::Read(ReadError(error.read_error)),
        RLZMA_REASON_TRUNCATED => Reason::Truncated,
        RLZMA_REASON_NOT_XZ => Reason::NotXz,
        RLZMA_REASON_INDEX => Reason::Index,
        RLZMA_REASON_BLOCK_HEADER => Reason::BlockHeader,
        RLZMA_REASON_SIZES => Reason::Sizes,
        RLZMA_REASON_FILTERS => Reason::Filters,
        RLZMA_REASON_DATA => Reason::Data,
        RLZMA_REASON_CHECK => Reason::Check,
        RLZMA_REASON_UNKNOWN_CHECK => Reason::UnknownCheck,
        RLZMA_REASON_MEMORY => Reason::Memory,
        RLZMA_REASON_MEMLIMIT => Reason::MemoryLimit(error.memory_needed),
        RLZMA_REASON_INTERRUPTED => Reason::Interrupted,
        RLZMA_REASON_PROGRAM => Reason::Program,
        _ => return None,
    })
}

/// The failure of a call that breaks a rule.
pub(super) fn misuse() -> Failure {
    Reason::Program.at(Location::default())
}

/// Tells the application about a failure, and returns its code.
///
/// # Safety
/// `error` is NULL, or valid for writes of the bytes that its `size` says.
pub(super) unsafe fn report(failure: &Failure, error: *mut rlzma_error) -> lzma_ret {
    let code = code_of(failure);
    // SAFETY: by the contract above; `size` is the first member.
    let size = if error.is_null() { 0 } else { unsafe { (*error).size } };
    if size < SIZE_MIN {
        return code;
    }
    let Location { stream, block, compressed_offset, uncompressed_offset } = failure.place;
    let memory_needed = match failure.reason {
        Reason::MemoryLimit(needed) => needed,
        _ => 0,
    };
    let read_error = match failure.reason {
        Reason::Read(ReadError(read_error)) => read_error,
        _ => 0,
    };
    let told = rlzma_error {
        size,
        code,
        reason: reason_of(failure.reason),
        stream,
        block,
        compressed_offset,
        uncompressed_offset,
        memory_needed,
        read_error,
        reserved: 0,
    };
    let count = size.min(size_of::<rlzma_error>());
    // SAFETY: by the contract above, and `told` has as many bytes.
    unsafe { ptr::copy_nonoverlapping((&raw const told).cast::<u8>(), error.cast::<u8>(), count) };
    code
}

/// The end of a call: the code for its result, and what the application wants
/// to know about it.
///
/// # Safety
/// As for [`report`].
pub(super) unsafe fn conclude(result: Result<(), Failure>, error: *mut rlzma_error) -> lzma_ret {
    match result {
        Ok(()) => LZMA_OK,
        // SAFETY: by the contract above.
        Err(failure) => unsafe { report(&failure, error) },
    }
}

/// A text of C, of which there may be room for a part only.
struct Text {
    to: *mut c_char,
    /// Bytes of room, the one for the end included.
    room: usize,
    /// Bytes of the whole text.
    len: usize,
}

impl Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for &byte in part.as_bytes() {
            if self.len + 1 < self.room {
                // SAFETY: the place is in the room, by the contract of
                // `rlzma_error_text`.
                unsafe { self.to.add(self.len).write(byte as c_char) };
            }
            self.len += 1;
        }
        Ok(())
    }
}

/// Says in English what went wrong, and where: one line without an end of line.
///
/// # Parameters
/// - `error`: what a call has told about its failure. NULL is an error.
/// - `text`: where to put the text and the zero that ends it. May be NULL if
///   `text_size` is 0.
/// - `text_size`: bytes of room there. If the text is longer, it is cut off;
///   it ends with a zero nevertheless.
///
/// # Returns
/// Bytes of the whole text, without the zero, as `snprintf` does; 0 if `error`
/// is NULL, too small, or tells of no error.
///
/// # Safety
/// `error` is NULL, or valid for reads of the bytes that its `size` says.
/// `text` is valid for writes of `text_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_error_text(
    error: *const rlzma_error,
    text: *mut c_char,
    text_size: usize,
) -> usize {
    let mut written = Text { to: text, room: if text.is_null() { 0 } else { text_size }, len: 0 };
    // SAFETY: by rlzma.h, `error` is NULL or has as many bytes as it says.
    let known = unsafe { !error.is_null() && (*error).size >= SIZE_MIN };
    if known {
        // SAFETY: as above; all members are of the first version.
        let error = unsafe { error.read_unaligned() };
        guard((), || {
            if let Some(reason) = reason_in(&error) {
                let place = Location {
                    stream: error.stream,
                    block: error.block,
                    compressed_offset: error.compressed_offset,
                    uncompressed_offset: error.uncompressed_offset,
                };
                let failure = Failure { reason, error: Error::Data, place };
                // Nothing fails there.
                let _ = write!(written, "{failure}");
            }
        });
    }
    if written.room != 0 {
        let end = written.len.min(written.room - 1);
        // SAFETY: by rlzma.h, there is room for `text_size` bytes.
        unsafe { text.add(end).write(0) };
    }
    written.len
}
