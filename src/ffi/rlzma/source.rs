//! rlzma.h: where a file is: in memory, behind a descriptor, or wherever an
//! application's function finds it.

#![allow(non_camel_case_types)]

use crate::cpu::sys::cancellation;
#[cfg(windows)]
use crate::cpu::sys::file;
use crate::reader::{ReadAt, ReadError};
use core::ffi::{c_int, c_void};
use core::slice;
// Of 64 bits where `off_t` has 32.
#[cfg(all(not(windows), not(all(target_os = "linux", target_env = "gnu"))))]
use libc::{lseek, pread as pread_once};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use libc::{lseek64 as lseek, pread64 as pread_once};

/// A file that an application's function reads. Later versions may have more
/// members: set `struct_size`, for instance with `RLZMA_SOURCE_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct rlzma_source {
    /// Size of this structure in bytes.
    pub struct_size: usize,
    /// Reads from byte `offset` of the file on to `buffer`, at least one byte
    /// and at most `size`, and returns how many. 0: the file has no more bytes.
    /// A negative number: it cannot be read; `rlzma_error` has the number
    /// without its sign, so that `-errno` is a good choice. Threads of the
    /// reader and of the application call it at the same time. It must not throw
    /// C++ exceptions.
    pub read_at: Option<
        unsafe extern "C" fn(opaque: *mut c_void, offset: u64, buffer: *mut u8, size: usize) -> i64,
    >,
    /// Passed to the function as its first argument; the library does not look
    /// at it.
    pub opaque: *mut c_void,
    /// Size of the file in bytes.
    pub size: u64,
}

/// A source to begin with.
pub const RLZMA_SOURCE_INIT: rlzma_source = rlzma_source {
    struct_size: size_of::<rlzma_source>(),
    read_at: None,
    opaque: core::ptr::null_mut(),
    size: 0,
};

/// Any file that is read.
pub(super) enum FileSource {
    /// In memory.
    Bytes { start: *const u8, len: usize },
    /// Behind a descriptor.
    Descriptor { fd: c_int, size: u64 },
    /// Wherever the application's function finds it.
    Function {
        read_at: unsafe extern "C" fn(*mut c_void, u64, *mut u8, usize) -> i64,
        opaque: *mut c_void,
        size: u64,
    },
}

// SAFETY: what the pointers stand for is valid for as long as the reader is
// open, by rlzma.h: memory that does not change, and a function that threads may
// call at the same time.
unsafe impl Send for FileSource {}
// SAFETY: as for `Send`.
unsafe impl Sync for FileSource {}

impl FileSource {
    /// The application's source; `None` if it lacks something.
    ///
    /// # Safety
    /// `source` is NULL or valid for reads, and what it refers to stays valid as
    /// long as this is used.
    pub(super) unsafe fn of(source: *const rlzma_source) -> Option<FileSource> {
        // SAFETY: by the contract above.
        let source = unsafe { source.as_ref() }?;
        if source.struct_size < size_of::<rlzma_source>() {
            return None;
        }
        let rlzma_source { read_at, opaque, size, .. } = *source;
        Some(FileSource::Function { read_at: read_at?, opaque, size })
    }

    /// A buffer; `None` if it is NULL with a size.
    ///
    /// # Safety
    /// `start` is NULL, or valid for reads of `len` bytes, which stay and do not
    /// change as long as this is used.
    pub(super) unsafe fn bytes(start: *const u8, len: usize) -> Option<FileSource> {
        (!start.is_null() || len == 0).then_some(FileSource::Bytes { start, len })
    }

    /// The file behind a descriptor.
    pub(super) fn descriptor(fd: c_int) -> Result<FileSource, ReadError> {
        Ok(FileSource::Descriptor { fd, size: size_of_file(fd)? })
    }
}

#[cfg(windows)]
fn size_of_file(fd: c_int) -> Result<u64, ReadError> {
    file::size(fd).map_err(ReadError)
}

/// Reads, once.
#[cfg(windows)]
fn pread(fd: c_int, offset: u64, to: &mut [u8]) -> Result<usize, ReadError> {
    file::read_at(fd, offset, to).map_err(ReadError)
}

/// The value of `errno`.
#[cfg(not(windows))]
fn last_error() -> ReadError {
    ReadError(std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO))
}

/// The size of the file behind a descriptor; where that is now stays.
#[cfg(not(windows))]
fn size_of_file(fd: c_int) -> Result<u64, ReadError> {
    // SAFETY: the call has no preconditions, whatever the descriptor is.
    let seek = |offset, whence| match unsafe { lseek(fd, offset, whence) } {
        -1 => Err(last_error()),
        position => Ok(position),
    };
    let before = seek(0, libc::SEEK_CUR)?;
    let size = seek(0, libc::SEEK_END)?;
    seek(before, libc::SEEK_SET)?;
    Ok(size as u64) // not negative
}

/// Reads, once.
#[cfg(not(windows))]
fn pread(fd: c_int, offset: u64, to: &mut [u8]) -> Result<usize, ReadError> {
    let offset = offset.try_into().map_err(|_| ReadError(libc::EOVERFLOW))?;
    loop {
        // SAFETY: the buffer is as long as said.
        let read = cancellation::without(|| unsafe {
            pread_once(fd, to.as_mut_ptr().cast(), to.len(), offset)
        });
        match usize::try_from(read) {
            Ok(read) => return Ok(read),
            Err(_) => match last_error() {
                ReadError(libc::EINTR) => {}
                error => return Err(error),
            },
        }
    }
}

impl ReadAt for FileSource {
    fn size(&self) -> u64 {
        match *self {
            FileSource::Bytes { len, .. } => len as u64,
            FileSource::Descriptor { size, .. } | FileSource::Function { size, .. } => size,
        }
    }

    fn bytes(&self) -> Option<&[u8]> {
        match *self {
            FileSource::Bytes { len: 0, .. } => Some(&[]),
            FileSource::Bytes { start, len } => {
                // SAFETY: by the contract of `bytes`, as many can be read.
                Some(unsafe { slice::from_raw_parts(start, len.min(isize::MAX as usize)) })
            }
            _ => None,
        }
    }

    fn read_at(&self, offset: u64, to: &mut [u8]) -> Result<usize, ReadError> {
        match *self {
            FileSource::Bytes { .. } => Ok(0), // `bytes` has them all
            FileSource::Descriptor { fd, .. } => pread(fd, offset, to),
            FileSource::Function { read_at, opaque, .. } => {
                // SAFETY: by rlzma.h, the function reads at most as much.
                let read = cancellation::without(|| unsafe {
                    read_at(opaque, offset, to.as_mut_ptr(), to.len())
                });
                let failed = |_| ReadError(i32::try_from(read.unsigned_abs()).unwrap_or(i32::MAX));
                usize::try_from(read).map_err(failed)
            }
        }
    }
}
