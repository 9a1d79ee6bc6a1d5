//! rlzma.h: random access to `.xz` files, by several threads at once.

#![allow(non_camel_case_types)]

use super::error::{conclude, misuse, rlzma_error};
use super::source::{FileSource, rlzma_source};
use crate::cpu::sys::{cancellation, process};
use crate::ffi::base::{lzma_allocator, lzma_ret};
use crate::ffi::guard::guard;
use crate::ffi::index::lzma_index;
use crate::ffi::slices::output_slice;
use crate::ffi::stream::memory_of;
use crate::memory::{AllocatorHandle, OwnedBox};
use crate::reader::{Failure, Location, Options, Reader, Reason, verify};
use crate::settings;
use core::ffi::{c_int, c_void};
use core::marker::{PhantomData, PhantomPinned};
use core::ptr::{self, NonNull};

/// A `.xz` file that is open for random access. Several threads may use it at
/// once; one closes it when no other uses it any more. A child process made by
/// `fork` can use it only if `threads` was 1.
#[repr(C)]
#[derive(Debug)]
pub struct rlzma_reader {
    _opaque: [u8; 0],
    _not_ours: PhantomData<(*mut u8, PhantomPinned)>,
}

/// Options for reading a file. Later versions may have more members: set `size`,
/// for instance with `RLZMA_READER_OPTIONS_INIT`. All other members may be 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct rlzma_reader_options {
    /// Size of this structure in bytes; for the caller to set.
    pub size: usize,
    /// The functions that allocate memory; NULL means `malloc` and `free`. The
    /// structure is not copied: it must stay as it is until the reader is closed.
    /// Several threads may call the functions at once.
    pub allocator: *const lzma_allocator,
    /// Bytes of memory that the reader may use, for the Index, for decoders and
    /// for data together, as liblzma counts memory usage. 0: half of what the
    /// machine has; `UINT64_MAX`: as much as it takes.
    pub memlimit: u64,
    /// Bytes of decoded Blocks to keep for the next time; 0: as many as suit the
    /// file and the threads, at least 64 MiB if the memory is there. 1 keeps
    /// none. Blocks that do not fit are decoded as far as they are asked for, and
    /// reading goes on there.
    pub cache: u64,
    /// Threads that decode ahead where one piece is read after the other. 0: as
    /// many as the process may use; 1: none, so everything happens in the
    /// threads that read; more than `RLZMA_THREADS_MAX` count as that many. They
    /// are started when there is work for them.
    pub threads: u32,
    /// Reserved; must be 0.
    pub flags: u32,
}

/// Options to begin with.
pub const RLZMA_READER_OPTIONS_INIT: rlzma_reader_options = rlzma_reader_options {
    size: size_of::<rlzma_reader_options>(),
    allocator: ptr::null(),
    memlimit: 0,
    cache: 0,
    threads: 0,
    flags: 0,
};

/// Called with how many bytes of the file are done, and how many there are.
/// Returns 0 to go on; anything else asks to stop.
pub type rlzma_progress =
    Option<unsafe extern "C" fn(opaque: *mut c_void, done: u64, total: u64) -> c_int>;

/// The reader, and where its memory comes from.
struct Handle {
    memory: AllocatorHandle,
    reader: Reader<FileSource>,
}

/// The application's options; `None` if they ask for what this version does not
/// know.
///
/// # Safety
/// `options` is NULL, or valid for reads of the bytes that its `size` says.
unsafe fn options_of(options: *const rlzma_reader_options) -> Option<rlzma_reader_options> {
    let mut known = RLZMA_READER_OPTIONS_INIT;
    if options.is_null() {
        return Some(known);
    }
    // SAFETY: by the contract above; `size` is the first member.
    let size = unsafe { (*options).size };
    if size < size_of::<rlzma_reader_options>() {
        return None;
    }
    // SAFETY: by the contract above.
    known = unsafe { options.read() };
    let beyond = size - size_of::<rlzma_reader_options>();
    // SAFETY: by the contract above, `beyond` bytes follow those that are known.
    let beyond = unsafe { core::slice::from_raw_parts(options.add(1).cast::<u8>(), beyond) };
    (known.flags == 0 && beyond.iter().all(|&byte| byte == 0)).then_some(known)
}

fn core_options(options: &rlzma_reader_options) -> Options {
    let physical = process::physical_memory().unwrap_or(u64::MAX);
    let memory_limit = if options.memlimit == 0 { physical / 2 } else { options.memlimit };
    Options {
        memory_limit,
        cache: options.cache,
        cache_max: physical / 4,
        threads: threads_of(options.threads),
    }
}

/// The number of threads that a number of an application's stands for.
fn threads_of(threads: u32) -> u32 {
    if threads == 0 { settings::available() } else { threads.min(settings::THREADS_MAX) }
}

/// Opens a reader on what `source` gives.
///
/// # Safety
/// As for [`rlzma_reader_open`].
unsafe fn open(
    reader: *mut *mut rlzma_reader,
    source: impl FnOnce() -> Result<FileSource, Failure>,
    options: *const rlzma_reader_options,
    error: *mut rlzma_error,
) -> lzma_ret {
    if !reader.is_null() {
        // SAFETY: by rlzma.h, the place for the reader, whose old value is
        // ignored.
        unsafe { reader.write(ptr::null_mut()) };
    }
    let result = guard(Err(misuse()), || {
        // SAFETY: by rlzma.h, `options` is NULL or valid.
        let Some(options) = (unsafe { options_of(options) }).filter(|_| !reader.is_null()) else {
            return Err(misuse());
        };
        let source = source()?;
        // SAFETY: by rlzma.h, the allocator is NULL, or stays valid until the
        // reader is closed, and threads may use it.
        let memory = unsafe { memory_of(options.allocator) }?;
        let opened = Reader::open(&memory, source, core_options(&options))?;
        let handle = memory.own(Handle { memory: memory.clone(), reader: opened })?;
        // SAFETY: by rlzma.h, the place for the reader.
        unsafe { reader.write(handle.into_raw().cast()) };
        Ok(())
    });
    // SAFETY: by rlzma.h, `error` is NULL or as large as it says.
    unsafe { conclude(result, error) }
}

/// The reader that an application has.
///
/// # Safety
/// `reader` is NULL, or came from [`open`] and is not closed during `'a`.
unsafe fn reader_of<'a>(reader: *const rlzma_reader) -> Option<&'a Reader<FileSource>> {
    // SAFETY: by the contract above.
    unsafe { reader.cast::<Handle>().as_ref() }.map(|handle| &handle.reader)
}

/// Opens a `.xz` file that an application's function reads: reads the Indexes of
/// all its Streams, from the end of the file.
///
/// # Parameters
/// - `reader`: where to put the reader, to be closed with `rlzma_reader_close`.
///   Set to NULL if that fails. NULL is an error.
/// - `source`: the function, and the size of the file. The structure is copied;
///   what `opaque` points to must stay until the reader is closed.
/// - `options`: memory, cache and threads; NULL stands for
///   `RLZMA_READER_OPTIONS_INIT`.
/// - `error`: where to tell what went wrong; may be NULL.
///
/// # Returns
/// - `LZMA_OK`: the file is open.
/// - `LZMA_FORMAT_ERROR`: this is not a `.xz` file.
/// - `LZMA_DATA_ERROR`: a Stream Header or Footer, or an Index is damaged.
/// - `LZMA_OPTIONS_ERROR`: they ask for what is not supported.
/// - `LZMA_BUF_ERROR`: the file cannot be read, or is cut off.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_MEMLIMIT_ERROR`: the Index needs more memory than allowed.
/// - `LZMA_PROG_ERROR`: `reader`, `source` or its function is NULL; a structure
///   is too small; options ask for what this version does not know.
///
/// # Safety
/// All pointers are NULL or valid; structures have the size that they say. The
/// function of `source` keeps its contract as long as the reader is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_open(
    reader: *mut *mut rlzma_reader,
    source: *const rlzma_source,
    options: *const rlzma_reader_options,
    error: *mut rlzma_error,
) -> lzma_ret {
    // SAFETY: by rlzma.h, as said above.
    let source = || unsafe { FileSource::of(source) }.ok_or_else(misuse);
    // SAFETY: by rlzma.h, as said above.
    unsafe { open(reader, source, options, error) }
}

/// As `rlzma_reader_open`, for a file behind a descriptor that can seek. Its
/// position stays, and does not matter. On Windows, it is a descriptor of the
/// C runtime that the library uses (others may end the process), and its
/// position changes.
///
/// # Parameters
/// - `reader`: where to put the reader, to be closed with `rlzma_reader_close`.
///   Set to NULL if that fails. NULL is an error.
/// - `fd`: the descriptor. It stays the caller's, who closes it after the
///   reader. The file must not change meanwhile.
/// - `options`: memory, cache and threads; NULL stands for
///   `RLZMA_READER_OPTIONS_INIT`.
/// - `error`: where to tell what went wrong; may be NULL.
///
/// # Returns
/// - `LZMA_OK`: the file is open.
/// - `LZMA_FORMAT_ERROR`: this is not a `.xz` file.
/// - `LZMA_DATA_ERROR`: a Stream Header or Footer, or an Index is damaged.
/// - `LZMA_OPTIONS_ERROR`: they ask for what is not supported.
/// - `LZMA_BUF_ERROR`: the file cannot be read, or is cut off.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_MEMLIMIT_ERROR`: the Index needs more memory than allowed.
/// - `LZMA_PROG_ERROR`: `reader` is NULL; a structure is too small;
///   options ask for what this version does not know.
///
/// # Safety
/// As for `rlzma_reader_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_open_fd(
    reader: *mut *mut rlzma_reader,
    fd: c_int,
    options: *const rlzma_reader_options,
    error: *mut rlzma_error,
) -> lzma_ret {
    let failed = |error| Reason::Read(error).at(Location::default());
    // SAFETY: by rlzma.h, as said above.
    unsafe { open(reader, || FileSource::descriptor(fd).map_err(failed), options, error) }
}

/// As `rlzma_reader_open`, for a file in memory.
///
/// # Parameters
/// - `reader`: where to put the reader, to be closed with `rlzma_reader_close`.
///   Set to NULL if that fails. NULL is an error.
/// - `in`: the whole file. It is not copied: it must stay, and must not change,
///   until the reader is closed. NULL is an error unless `in_size` is 0.
/// - `in_size`: its size in bytes.
/// - `options`: memory, cache and threads; NULL stands for
///   `RLZMA_READER_OPTIONS_INIT`.
/// - `error`: where to tell what went wrong; may be NULL.
///
/// # Returns
/// - `LZMA_OK`: the file is open.
/// - `LZMA_FORMAT_ERROR`: this is not a `.xz` file.
/// - `LZMA_DATA_ERROR`: a Stream Header or Footer, or an Index is damaged.
/// - `LZMA_OPTIONS_ERROR`: they ask for what is not supported.
/// - `LZMA_BUF_ERROR`: the file cannot be read, or is cut off.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_MEMLIMIT_ERROR`: the Index needs more memory than allowed.
/// - `LZMA_PROG_ERROR`: `reader` is NULL, or `in` with a size; a structure is too small;
///   options ask for what this version does not know.
///
/// # Safety
/// As for `rlzma_reader_open`; `in` is valid for reads of `in_size` bytes until
/// the reader is closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_open_buffer(
    reader: *mut *mut rlzma_reader,
    r#in: *const u8,
    in_size: usize,
    options: *const rlzma_reader_options,
    error: *mut rlzma_error,
) -> lzma_ret {
    // SAFETY: by rlzma.h, as said above.
    let source = || unsafe { FileSource::bytes(r#in, in_size) }.ok_or_else(misuse);
    // SAFETY: by rlzma.h, as said above.
    unsafe { open(reader, source, options, error) }
}

/// Tells how many bytes of data a file has.
///
/// # Parameters
/// - `reader`: the open file.
///
/// # Returns
/// The number of bytes; 0 if `reader` is NULL.
///
/// # Safety
/// `reader` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_size(reader: *const rlzma_reader) -> u64 {
    // SAFETY: by rlzma.h, `reader` is NULL or open.
    let reader = unsafe { reader_of(reader) };
    let size = |reader: &Reader<_>| reader.index().map_or(0, |index| index.uncompressed_size());
    reader.map_or(0, |reader| guard(0, || size(reader)))
}

/// Gives the Index of all Streams of a file: sizes and positions of Streams and
/// Blocks, for `lzma_index_iter_init`, `lzma_index_iter_locate` and all other
/// functions that do not change it.
///
/// # Parameters
/// - `reader`: the open file.
///
/// # Returns
/// The Index, which stays the reader's; NULL if `reader` is NULL.
///
/// # Safety
/// `reader` is NULL or open. The Index is used as long as that is open only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_index(reader: *const rlzma_reader) -> *const lzma_index {
    // SAFETY: by rlzma.h, `reader` is NULL or open.
    let reader = unsafe { reader_of(reader) };
    let index = reader.and_then(|reader| guard(None, || reader.index()));
    index.map_or(ptr::null(), |index| ptr::from_ref(index).cast())
}

/// Reads data from any offset. What is before it in the file is not decoded,
/// except for what is in the same Block.
///
/// Data is delivered as soon as it is decoded, as by `lzma_code`; the Check of a
/// Block is verified when its last byte is read. After an error, the same and
/// other places may be read again.
///
/// # Parameters
/// - `reader`: the open file.
/// - `offset`: place in the data, in bytes from its beginning. There may be
///   nothing there: then nothing is read.
/// - `out`: where to put the data.
/// - `out_size`: how many bytes to read.
/// - `out_read`: set to how many were read: `out_size`, or less at the end of the
///   data, and before an error. May be NULL.
/// - `error`: where to tell what went wrong; may be NULL.
///
/// # Returns
/// - `LZMA_OK`: all that there is was read.
/// - `LZMA_DATA_ERROR`: a Block is damaged, or is not what the Index says. What
///   was read before that is good, unless it is the Check that is wrong.
/// - `LZMA_OPTIONS_ERROR`: a Block asks for what is not supported.
/// - `LZMA_BUF_ERROR`: the file cannot be read, or is cut off.
/// - `LZMA_MEM_ERROR`: memory could not be allocated.
/// - `LZMA_MEMLIMIT_ERROR`: more memory is needed than allowed.
/// - `RLZMA_INTERRUPTED`: somebody has called `rlzma_reader_cancel`.
/// - `LZMA_PROG_ERROR`: `reader` is NULL; `out` is NULL with a size; the
///   process is a child of the one that has the reader's threads.
///
/// # Safety
/// `reader` is NULL or open. `out` is valid for writes of `out_size` bytes,
/// `out_read` and `error` are NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_read(
    reader: *const rlzma_reader,
    offset: u64,
    out: *mut u8,
    out_size: usize,
    out_read: *mut usize,
    error: *mut rlzma_error,
) -> lzma_ret {
    // SAFETY: by rlzma.h, `reader` is NULL or open.
    let reader = unsafe { reader_of(reader) };
    let usable = !out.is_null() || out_size == 0;
    let (result, read) = match reader.filter(|_| usable) {
        None => (Err(misuse()), 0),
        // What a panic leaves in the output need not be right.
        Some(reader) => guard((Err(misuse()), 0), || {
            // SAFETY: by rlzma.h, there is room for `out_size` bytes.
            let mut output = unsafe { output_slice(out, out_size) };
            (reader.read(offset, &mut output), output.len())
        }),
    };
    if !out_read.is_null() {
        // SAFETY: by rlzma.h, the place for the number.
        unsafe { out_read.write(read) };
    }
    // SAFETY: by rlzma.h, `error` is NULL or as large as it says.
    unsafe { conclude(result, error) }
}

/// Verifies a whole file: decodes all Blocks, and compares their sizes and
/// Checks. With what was verified when the file was opened, that is every byte
/// of it, as `xz --test` does it.
///
/// # Parameters
/// - `reader`: the open file.
/// - `threads`: how many threads to use, the caller's among them; 0: as many as
///   the process may use. With little memory, or when the system allows no more,
///   it goes on with fewer.
/// - `progress`: called by the calling thread, about ten times a second and at
///   the end; NULL: nobody wants to know.
/// - `opaque`: passed to that function as its first argument.
/// - `error`: where to tell what went wrong; may be NULL.
///
/// # Returns
/// - `LZMA_OK`: everything is right.
/// - `LZMA_UNSUPPORTED_CHECK`: nothing is wrong, but the Checks of a Stream are
///   of a type that cannot be verified.
/// - `LZMA_DATA_ERROR`, `LZMA_OPTIONS_ERROR`, `LZMA_BUF_ERROR`: as from
///   `rlzma_reader_read`, for the first Block with which something is wrong.
/// - `RLZMA_INTERRUPTED`: `progress` or somebody else has asked to stop.
/// - `LZMA_MEM_ERROR`, `LZMA_MEMLIMIT_ERROR`, `LZMA_PROG_ERROR`: as from
///   `rlzma_reader_read`.
///
/// # Safety
/// `reader` is NULL or open, `error` is NULL or valid. `progress` does not close
/// the reader, nor throw C++ exceptions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_verify(
    reader: *const rlzma_reader,
    threads: u32,
    progress: rlzma_progress,
    opaque: *mut c_void,
    error: *mut rlzma_error,
) -> lzma_ret {
    // SAFETY: by rlzma.h, `reader` is NULL or open.
    let reader = unsafe { reader_of(reader) };
    let mut report = |done, total| match progress {
        Some(progress) => cancellation::without(|| {
            // SAFETY: by rlzma.h, the function may be called with these.
            unsafe { progress(opaque, done, total) == 0 }
        }),
        None => true,
    };
    let result = match reader {
        None => Err(misuse()),
        Some(reader) => guard(Err(misuse()), || verify(reader, threads_of(threads), &mut report)),
    };
    // SAFETY: by rlzma.h, `error` is NULL or as large as it says.
    unsafe { conclude(result, error) }
}

/// Asks all calls that are reading or verifying now, in whatever thread, to
/// stop: they return `RLZMA_INTERRUPTED` soon. Later calls are not concerned, and
/// the reader stays usable. May be called from any thread at any time, but not
/// from a signal handler.
///
/// # Parameters
/// - `reader`: the open file. Nothing happens if it is NULL.
///
/// # Safety
/// `reader` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_cancel(reader: *const rlzma_reader) {
    // SAFETY: by rlzma.h, `reader` is NULL or open.
    if let Some(reader) = unsafe { reader_of(reader) } {
        guard((), || reader.cancel());
    }
}

/// Closes a reader: ends its threads, and frees all its memory.
///
/// # Parameters
/// - `reader`: the open file. Nothing happens if it is NULL. No other thread
///   uses it any more.
///
/// # Safety
/// `reader` is NULL or open, and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rlzma_reader_close(reader: *mut rlzma_reader) {
    let Some(handle) = NonNull::new(reader.cast::<Handle>()) else {
        return;
    };
    guard((), || {
        // SAFETY: by rlzma.h, it is open.
        let memory = unsafe { &handle.as_ref().memory };
        // SAFETY: it came from `into_raw` in `open`, and is not used again.
        drop(unsafe { OwnedBox::from_raw(handle, memory) });
    });
}
