//! lzma/base.h: return codes, actions, the allocator and the stream.

#![allow(non_camel_case_types)]

use crate::error::{Error, Status};
use core::ffi::{c_uchar, c_uint, c_void};
use core::marker::{PhantomData, PhantomPinned};
use core::ptr;

/// Zero is false, one is true; any other value that an application passes
/// counts as true.
pub type lzma_bool = c_uchar;

/// The type of reserved members that may become enumerations one day.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_reserved_enum(pub c_uint);

/// The only value that reserved enumeration members take.
pub const LZMA_RESERVED_ENUM: lzma_reserved_enum = lzma_reserved_enum(0);

/// Return code of most functions. The text of each function says which values it
/// returns, and when; what is said here holds for all of them.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_ret(pub c_uint);

/// The call did what was asked. From `lzma_code`: go on calling it.
pub const LZMA_OK: lzma_ret = lzma_ret(0);
/// The end of the stream was reached, or what `LZMA_SYNC_FLUSH` or another
/// flushing action asked for is done. All output was delivered.
pub const LZMA_STREAM_END: lzma_ret = lzma_ret(1);
/// The Stream carries no integrity check. A notice, not an error: decoding may
/// go on. Only with `LZMA_TELL_NO_CHECK`.
pub const LZMA_NO_CHECK: lzma_ret = lzma_ret(2);
/// The integrity check cannot be calculated. From a decoder (only with
/// `LZMA_TELL_UNSUPPORTED_CHECK`) this is a notice, and decoding may go on,
/// without the check. An encoder was not started.
pub const LZMA_UNSUPPORTED_CHECK: lzma_ret = lzma_ret(3);
/// The type of the integrity check is known now: `lzma_get_check` tells it. A
/// notice, not an error: decoding may go on. Only with `LZMA_TELL_ANY_CHECK`.
pub const LZMA_GET_CHECK: lzma_ret = lzma_ret(4);
/// Memory could not be allocated. The coder cannot be used any more; the stream
/// can, for another one.
pub const LZMA_MEM_ERROR: lzma_ret = lzma_ret(5);
/// More memory is needed than the limit allows. `lzma_memusage` says how much;
/// after `lzma_memlimit_set` with at least that, decoding may go on.
pub const LZMA_MEMLIMIT_ERROR: lzma_ret = lzma_ret(6);
/// The input is not in the format that the decoder is for: its first bytes are
/// others.
pub const LZMA_FORMAT_ERROR: lzma_ret = lzma_ret(7);
/// Options, or what a header of the input asks for, are invalid or not
/// supported by this version.
pub const LZMA_OPTIONS_ERROR: lzma_ret = lzma_ret(8);
/// The input is damaged, or for functions that take all of it at once,
/// truncated. From encoders: the result would become larger than the format
/// allows, which takes 2^63 bytes.
pub const LZMA_DATA_ERROR: lzma_ret = lzma_ret(9);
/// No progress is possible: `lzma_code` was called twice in a row and could
/// neither take input nor write output. Not fatal: with more input or more room
/// for output, coding goes on. If there is no more input, the file is
/// truncated. From functions that do everything in one call: the output buffer
/// is too small.
pub const LZMA_BUF_ERROR: lzma_ret = lzma_ret(10);
/// The caller broke the rules of the interface: an argument makes no sense, or
/// the call is not allowed at this time. This is a mistake in the program; or
/// in the library, which gives up with it after an internal error.
pub const LZMA_PROG_ERROR: lzma_ret = lzma_ret(11);
/// Input is wanted from another position of the file: the one in `seek_pos`, in
/// bytes from the beginning. A notice, not an error. Only from
/// `lzma_file_info_decoder`. Since 5.4.
pub const LZMA_SEEK_NEEDED: lzma_ret = lzma_ret(12);
/// Never returned; the value is reserved.
pub const LZMA_RET_INTERNAL1: lzma_ret = lzma_ret(101);
/// Never returned; the value is reserved.
pub const LZMA_RET_INTERNAL2: lzma_ret = lzma_ret(102);
/// Never returned; the value is reserved.
pub const LZMA_RET_INTERNAL3: lzma_ret = lzma_ret(103);
/// Never returned; the value is reserved.
pub const LZMA_RET_INTERNAL4: lzma_ret = lzma_ret(104);
/// Never returned; the value is reserved.
pub const LZMA_RET_INTERNAL5: lzma_ret = lzma_ret(105);
/// Never returned; the value is reserved.
pub const LZMA_RET_INTERNAL6: lzma_ret = lzma_ret(106);
/// Never returned; the value is reserved.
pub const LZMA_RET_INTERNAL7: lzma_ret = lzma_ret(107);
/// Never returned; the value is reserved.
pub const LZMA_RET_INTERNAL8: lzma_ret = lzma_ret(108);

impl From<Status> for lzma_ret {
    fn from(status: Status) -> lzma_ret {
        match status {
            Status::Ok | Status::TimedOut | Status::Paused => LZMA_OK,
            Status::StreamEnd => LZMA_STREAM_END,
            Status::NoCheck => LZMA_NO_CHECK,
            Status::UnsupportedCheck => LZMA_UNSUPPORTED_CHECK,
            Status::GetCheck => LZMA_GET_CHECK,
            Status::SeekNeeded => LZMA_SEEK_NEEDED,
        }
    }
}

impl From<Error> for lzma_ret {
    fn from(error: Error) -> lzma_ret {
        match error {
            Error::Mem => LZMA_MEM_ERROR,
            Error::MemLimit => LZMA_MEMLIMIT_ERROR,
            Error::Format => LZMA_FORMAT_ERROR,
            Error::Options => LZMA_OPTIONS_ERROR,
            Error::Data => LZMA_DATA_ERROR,
            Error::Buf => LZMA_BUF_ERROR,
            Error::Prog => LZMA_PROG_ERROR,
            Error::UnsupportedCheck => LZMA_UNSUPPORTED_CHECK,
        }
    }
}

/// The action that `lzma_code` is to take. Once an action other than
/// `LZMA_RUN` was used, it must be used until `LZMA_STREAM_END`, and no input
/// may be added meanwhile: `avail_in` stays what `lzma_code` has left of it.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct lzma_action(pub c_uint);

/// Go on; more input may follow. The coder may keep input back, so that output
/// for it comes with a later call.
pub const LZMA_RUN: lzma_action = lzma_action(0);
/// Encoder: write out so much that a decoder can decode all input so far, then
/// return `LZMA_STREAM_END`. For messages over a network, for example. Not all
/// filters can do that: LZMA1 and BCJ filters return `LZMA_OPTIONS_ERROR`. Each
/// use makes the result larger. Decoders do not take it.
pub const LZMA_SYNC_FLUSH: lzma_action = lzma_action(1);
/// Encoder for `.xz`: end the Block and write it out, then return
/// `LZMA_STREAM_END`. When no data has come since the last Block, nothing is
/// written.
pub const LZMA_FULL_FLUSH: lzma_action = lzma_action(2);
/// Encoder for `.xz`: end the Block, and return `LZMA_STREAM_END` when all
/// input is taken. The threaded encoder need not have written it out by then,
/// so its threads go on working; to the encoder without threads it is
/// `LZMA_FULL_FLUSH`. Since 5.2.
pub const LZMA_FULL_BARRIER: lzma_action = lzma_action(4);
/// No input follows what is given now. Encoders end the stream, and return
/// `LZMA_STREAM_END` when all is written. Decoders need it only with
/// `LZMA_CONCATENATED`, without which they find the end themselves; those with
/// threads find truncated files sooner.
pub const LZMA_FINISH: lzma_action = lzma_action(3);

/// The functions that allocate and free memory for the library.
///
/// The structure is not copied: it must stay valid as long as the stream or
/// object that it is used for. It may be replaced by another one between two
/// calls, if that can free what this one has allocated; but not while a
/// threaded coder is used, which calls the functions from several threads, too.
/// They must not throw C++ exceptions.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_allocator {
    /// Returns `nmemb * size` bytes, aligned as those of `malloc` are, or NULL
    /// if there are none; they need not be zero. The library always passes 1 as
    /// `nmemb`. If this member is NULL, `malloc` is used.
    pub alloc:
        Option<unsafe extern "C" fn(opaque: *mut c_void, nmemb: usize, size: usize) -> *mut c_void>,
    /// Takes back what `alloc` returned; it must accept NULL. If this member is
    /// NULL, `free` is used.
    pub free: Option<unsafe extern "C" fn(opaque: *mut c_void, ptr: *mut c_void)>,
    /// Passed to both functions as their first argument; the library does not
    /// look at it.
    pub opaque: *mut c_void,
}

/// The state of a coder, which only the library looks into.
#[repr(C)]
#[derive(Debug)]
pub struct lzma_internal {
    _opaque: [u8; 0],
    _not_ours: PhantomData<(*mut u8, PhantomPinned)>,
}

/// The connection between an application and a coder: buffers, counts, the
/// allocator, and the coder itself.
///
/// A new stream is set to `LZMA_STREAM_INIT` (or to zeros). Starting a coder on
/// it sets `total_in` and `total_out` to 0; `lzma_code` moves the buffers'
/// members by what was taken and written. A copy may take the place of the
/// original, but never are both used.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_stream {
    /// The next byte of input. May be NULL if `avail_in` is 0.
    pub next_in: *const u8,
    /// Number of bytes of input at `next_in`.
    pub avail_in: usize,
    /// Number of bytes of input that were taken since the coder was started.
    pub total_in: u64,
    /// Address for the next byte of output. May be NULL if `avail_out` is 0.
    pub next_out: *mut u8,
    /// For how many bytes there is room at `next_out`.
    pub avail_out: usize,
    /// Number of bytes of output that were written since the coder was started.
    pub total_out: u64,
    /// The functions that allocate memory; NULL means `malloc` and `free`. Set
    /// it before the first coder is started.
    pub allocator: *const lzma_allocator,
    /// The coder; NULL when there is none. Only the library writes it.
    pub internal: *mut lzma_internal,
    /// Reserved.
    pub reserved_ptr1: *mut c_void,
    /// Reserved.
    pub reserved_ptr2: *mut c_void,
    /// Reserved.
    pub reserved_ptr3: *mut c_void,
    /// Reserved.
    pub reserved_ptr4: *mut c_void,
    /// Position in the file to read from next, in bytes from its beginning, when
    /// `lzma_code` has returned `LZMA_SEEK_NEEDED`. Since 5.4.
    pub seek_pos: u64,
    /// Reserved.
    pub reserved_int2: u64,
    /// Reserved.
    pub reserved_int3: usize,
    /// Reserved.
    pub reserved_int4: usize,
    /// Reserved.
    pub reserved_enum1: lzma_reserved_enum,
    /// Reserved.
    pub reserved_enum2: lzma_reserved_enum,
}

/// A stream without a coder, as every stream must be before its first use.
pub const LZMA_STREAM_INIT: lzma_stream = lzma_stream {
    next_in: ptr::null(),
    avail_in: 0,
    total_in: 0,
    next_out: ptr::null_mut(),
    avail_out: 0,
    total_out: 0,
    allocator: ptr::null(),
    internal: ptr::null_mut(),
    reserved_ptr1: ptr::null_mut(),
    reserved_ptr2: ptr::null_mut(),
    reserved_ptr3: ptr::null_mut(),
    reserved_ptr4: ptr::null_mut(),
    seek_pos: 0,
    reserved_int2: 0,
    reserved_int3: 0,
    reserved_int4: 0,
    reserved_enum1: LZMA_RESERVED_ENUM,
    reserved_enum2: LZMA_RESERVED_ENUM,
};
