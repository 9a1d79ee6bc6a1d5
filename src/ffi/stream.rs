//! lzma/base.h: starting a coder on a `lzma_stream`, driving it, ending it.

use super::base::*;
use super::check::lzma_check;
use super::guard::guard;
use super::lent::Lent;
use super::rlzma::RLZMA_INTERRUPTED;
use super::slices::{checked_input, checked_output};
use super::total;
use crate::coder::Totals;
use crate::cpu::sys::cancellation;
use crate::error::{Error, Result, Status};
use crate::filter::Specs;
use crate::io::Action;
use crate::memory::{Allocator, AllocatorHandle, OwnedBox, Shared};
use crate::session::{AnyCoder, Request, Requests, Session, Started};
use core::ptr::{self, NonNull};

/// The structure that `strm->internal` points to. It is never borrowed as a whole: while
/// one thread is in `lzma_code` and uses `internal`, others may read `totals`
/// (`lzma_get_progress`) or use `requests` (`rlzma_cancel`, `rlzma_set_cancellable`).
struct State {
    internal: Internal,
    /// Progress of a coder with threads.
    totals: Option<Shared<Totals>>,
    /// Requests of other threads.
    requests: Requests,
}

/// The coder of a stream and what belongs to it.
struct Internal {
    session: Session,
    memory: AllocatorHandle,
    lent: Lent,
}

/// The `lzma_ret` for a result.
#[inline]
pub(super) fn code_of<T: Into<lzma_ret>>(result: Result<T>) -> lzma_ret {
    match result {
        Ok(value) => value.into(),
        Err(error) => error.into(),
    }
}

/// The `lzma_ret` for a result without a status.
pub(super) fn ok_or_error(result: Result<()>) -> lzma_ret {
    code_of(result.map(|()| Status::Ok))
}

fn action_of(action: lzma_action) -> Option<Action> {
    Some(match action {
        LZMA_RUN => Action::Run,
        LZMA_SYNC_FLUSH => Action::SyncFlush,
        LZMA_FULL_FLUSH => Action::FullFlush,
        LZMA_FINISH => Action::Finish,
        LZMA_FULL_BARRIER => Action::FullBarrier,
        _ => return None,
    })
}

/// The memory of an allocator that an application passed for one call.
///
/// # Safety
/// `allocator` is NULL or valid, and stays so while the memory is in use.
pub(super) unsafe fn memory_of(allocator: *const lzma_allocator) -> Result<AllocatorHandle> {
    // SAFETY: by the contract above; `Allocator` has the layout of
    // `lzma_allocator`.
    unsafe { AllocatorHandle::new(allocator.cast::<Allocator>()) }
}

/// Puts what `make` makes in one allocation with the memory of an allocator, which
/// `make` is given.
///
/// # Safety
/// As for [`memory_of`].
pub(super) unsafe fn boxed_with_memory<T>(
    allocator: *const lzma_allocator,
    make: impl FnOnce(&AllocatorHandle) -> T,
) -> Result<OwnedBox<T>> {
    // SAFETY: by the contract above; the layouts are one, as said there.
    unsafe { OwnedBox::with_root(allocator.cast::<Allocator>(), make) }
}

/// The structure that `strm->internal` points to, not borrowed: other threads may use it.
///
/// # Safety
/// `strm` is NULL or points to a stream whose `internal` is NULL or was set by [`start`].
#[inline(always)]
unsafe fn state_of(strm: *const lzma_stream) -> Option<*mut State> {
    // SAFETY: by the contract above.
    let state = if strm.is_null() { return None } else { unsafe { (*strm).internal } };
    NonNull::new(state.cast()).map(NonNull::as_ptr)
}

/// The internal part of `*strm`, to be changed, with its allocator brought up to date.
///
/// # Safety
/// As for [`state_of`], and the result is not used after [`lzma_end`]. No other thread
/// uses the stream, but for what [`State`] lists.
#[inline]
unsafe fn internal_mut<'a>(strm: *const lzma_stream) -> Option<&'a mut Internal> {
    // SAFETY: by the contract above; other threads leave the internal part alone, and
    // `lzma_stream` demands a valid allocator in each call.
    unsafe {
        let internal = &mut (*state_of(strm)?).internal;
        let allocator = (*strm).allocator;
        internal.memory.refresh(allocator.cast());
        if let Lent::Index(_) = internal.lent {
            refresh_index_memory(internal, allocator);
        }
        Some(internal)
    }
}

/// The internal part of the stream that `strm` points to, for functions that take it
/// as `const`: threads may call these side by side.
///
/// # Safety
/// As for [`internal_mut`], but other threads may do so, too.
unsafe fn internal<'a>(strm: *const lzma_stream) -> Option<&'a Internal> {
    // SAFETY: by the contract above.
    unsafe { Some(&(*state_of(strm)?).internal) }
}

/// Brings the allocator of an Index that is being decoded up to date.
///
/// # Safety
/// `allocator` is NULL or valid.
#[cold]
#[inline(never)]
unsafe fn refresh_index_memory(internal: &Internal, allocator: *const lzma_allocator) {
    if let Some(memory) = internal.session.coder.index_memory() {
        // SAFETY: by the contract above.
        unsafe { memory.refresh(allocator.cast()) };
    }
}

fn new_internal(stream: &mut lzma_stream) -> Result<()> {
    let make = |memory: &AllocatorHandle| {
        let memory = memory.clone();
        let internal = Internal { session: Session::new(), memory, lent: Lent::Nothing };
        State { internal, totals: None, requests: Requests::new() }
    };
    // SAFETY: `lzma_stream` demands a valid allocator.
    let state = unsafe { boxed_with_memory(stream.allocator, make) }?;
    stream.internal = state.into_raw().cast();
    Ok(())
}

/// The requests of other threads to the coder on `strm`. They may make them while
/// [`lzma_code`] runs.
///
/// # Safety
/// As for [`lzma_get_progress`].
pub(super) unsafe fn requests_of<'a>(strm: *const lzma_stream) -> Option<&'a Requests> {
    // SAFETY: by the contract above; nothing but this member is borrowed, and it is atomic.
    unsafe { Some(&(*state_of(strm)?).requests) }
}

/// Starts a coder on `strm`: gives `init` the memory and the coder that was
/// there before, for [`AnyCoder::start`]. When anything fails, the stream is
/// as after [`lzma_end`].
///
/// # Safety
/// `strm` is NULL or points to a stream that was initialised with
/// `LZMA_STREAM_INIT` or zeros, and used by this library only.
pub(super) unsafe fn start(
    strm: *mut lzma_stream,
    init: impl FnOnce(&AllocatorHandle, &mut AnyCoder) -> Result<Started>,
) -> lzma_ret {
    // SAFETY: by the contract above.
    let Some(stream) = (unsafe { strm.as_mut() }) else {
        return LZMA_PROG_ERROR;
    };
    let result = guard(Err(Error::Prog), || {
        if stream.internal.is_null() {
            new_internal(stream)?;
        }
        // SAFETY: by the contract above.
        let Some(internal) = (unsafe { internal_mut(stream) }) else {
            return Err(Error::Prog);
        };
        stream.total_in = 0;
        stream.total_out = 0;
        internal.lent = Lent::Nothing;
        let totals = internal.session.start(|coder| init(&internal.memory, coder))?;
        // SAFETY: `internal` has found it, and no other thread uses a stream
        // that is being initialised.
        unsafe { (*stream.internal.cast::<State>()).totals = totals };
        Ok(())
    });
    if result.is_err() {
        // SAFETY: by the contract above.
        unsafe { lzma_end(strm) };
    }
    ok_or_error(result)
}

/// Stores the structure that the application has lent to the coder that was just
/// started on `strm`.
///
/// # Safety
/// As for [`start`]; and the structure stays valid until [`lzma_code`] has
/// returned `LZMA_STREAM_END` at the end of the data or an error after which
/// it cannot go on, or another coder is started, or [`lzma_end`] is called.
pub(super) unsafe fn lend(strm: *mut lzma_stream, lent: Lent) {
    // SAFETY: by the contract above.
    if let Some(internal) = unsafe { internal_mut(strm) } {
        internal.lent = lent;
    }
}

/// Changes filters of the encoder on `strm` to those that `read` returns.
///
/// # Safety
/// As for [`lzma_code`].
pub(super) unsafe fn update<'a>(
    strm: *mut lzma_stream,
    read: impl FnOnce() -> Specs<'a>,
) -> lzma_ret {
    // SAFETY: by the contract above.
    let Some(internal) = (unsafe { internal_mut(strm) }) else {
        return LZMA_PROG_ERROR;
    };
    ok_or_error(guard(Err(Error::Prog), || internal.session.update(&read())))
}

/// Tells whether the application asks for something that this version does not
/// know.
#[inline]
fn uses_reserved(stream: &lzma_stream) -> bool {
    // All at once, since each of them is nearly always zero.
    let pointers = stream.reserved_ptr1.addr()
        | stream.reserved_ptr2.addr()
        | stream.reserved_ptr3.addr()
        | stream.reserved_ptr4.addr();
    let integers = stream.reserved_int2 | stream.reserved_int3 as u64 | stream.reserved_int4 as u64;
    let enums = stream.reserved_enum1.0 | stream.reserved_enum2.0;
    pointers as u64 | integers | u64::from(enums) != 0
}

/// Encodes or decodes data with the coder that was started on `strm`.
///
/// Takes as much input and writes as much output as possible, and moves
/// `next_in`, `avail_in`, `total_in`, `next_out`, `avail_out` and `total_out`
/// accordingly, also when it returns an error: output from before an error is
/// good. Returns when there is no input left, no room left, or something to
/// tell.
///
/// # Parameters
/// - `strm`: the stream. NULL, or a stream without a coder, is an error.
/// - `action`: what to do, in particular whether more input follows.
///
/// # Returns
/// - `LZMA_OK`: all is well; call it again with more input or room.
/// - `LZMA_STREAM_END`: the data, or what was to be flushed, has ended. After
///   the end of the data, more calls return the same and do nothing.
/// - `LZMA_NO_CHECK`, `LZMA_UNSUPPORTED_CHECK`, `LZMA_GET_CHECK`: the notices
///   that the decoder's flags asked for; call it again.
/// - `LZMA_SEEK_NEEDED`: give input from position `seek_pos` of the file.
/// - `LZMA_BUF_ERROR`: the second call in a row without any progress; give more
///   input or room. The first one returns `LZMA_OK`.
/// - `LZMA_MEMLIMIT_ERROR`: raise the limit and call it again.
/// - `LZMA_MEM_ERROR`, `LZMA_FORMAT_ERROR`, `LZMA_DATA_ERROR`: as explained at
///   `lzma_ret`. The coder cannot go on.
/// - `LZMA_OPTIONS_ERROR`: the data asks for what is not supported, or the
///   filters cannot flush, and the coder cannot go on; or a reserved member of
///   `strm` is set, then nothing was done.
/// - `LZMA_PROG_ERROR`: no coder; an action that it does not take; a NULL
///   buffer with a size; another action or other input while an action is under
///   way; a call after one of the errors above that end coding.
///
/// # Safety
/// `strm` is NULL or valid; it was set to `LZMA_STREAM_INIT` or zeros before
/// its first use, and `internal` was not touched since. What its members point
/// to is valid: input for reads of `avail_in` bytes, output for writes of
/// `avail_out` bytes, and they do not overlap; the allocator.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn lzma_code(strm: *mut lzma_stream, action: lzma_action) -> lzma_ret {
    // When the calling thread is cancelled, this frame is unwound: it has
    // nothing to drop, and all else that is Rust's has returned by then.
    let before = cancellation::defer();
    // SAFETY: by the contract above.
    let mut step = guard(Step::Panicked, || unsafe { code::<false>(strm, action) });
    if step == Step::Paused {
        // SAFETY: as said above, also of the frame of that function.
        step = unsafe { resume(strm, action) };
    }
    if step == Step::Panicked {
        // SAFETY: by the contract above.
        unsafe { forget_lent(strm) };
    }
    // SAFETY: as said above.
    unsafe { cancellation::restore(before) };
    match step {
        Step::Returned(ret) => ret,
        _ => LZMA_PROG_ERROR,
    }
}

/// The outcome of a step of [`lzma_code`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The call returns this.
    Returned(lzma_ret),
    /// The coder pauses, and is to be resumed.
    Paused,
    /// There was a panic.
    Panicked,
}

/// After a panic, nothing is written to what was lent: what a panic leaves in the
/// output need not be right.
///
/// # Safety
/// As for [`lzma_code`].
#[cold]
#[inline(never)]
unsafe fn forget_lent(strm: *mut lzma_stream) {
    // SAFETY: by the contract above.
    if let Some(internal) = unsafe { internal_mut(strm) } {
        internal.lent = Lent::Nothing;
    }
}

/// Goes on with a call that pauses, until it does no more.
///
/// # Safety
/// As for [`lzma_code`] and [`cancellation::test`].
#[cold]
#[inline(never)]
unsafe fn resume(strm: *mut lzma_stream, action: lzma_action) -> Step {
    loop {
        // SAFETY: by the contract above; this frame has nothing to drop either.
        unsafe { cancellation::test() };
        // SAFETY: by the contract above.
        let step = guard(Step::Panicked, || unsafe { code::<true>(strm, action) });
        if step != Step::Paused {
            return step;
        }
    }
}

/// One step of [`lzma_code`]: the first or, to `RESUME`, another one.
///
/// Other threads may read the stream meanwhile (see [`State`]), so it is written to
/// through its pointer only, and the totals are atomic.
///
/// Programs that code byte by byte spend most of their time here, so the first step
/// and the session's part of it are in the function that calls this.
///
/// # Safety
/// As for [`lzma_code`].
#[inline(always)]
unsafe fn code<const RESUME: bool>(strm: *mut lzma_stream, action: lzma_action) -> Step {
    const WRONG: Step = Step::Returned(LZMA_PROG_ERROR);
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    let Some(stream) = (unsafe { strm.as_ref() }) else {
        return WRONG;
    };
    let (next_in, avail_in) = (stream.next_in, stream.avail_in);
    let (next_out, avail_out) = (stream.next_out, stream.avail_out);
    // SAFETY: by base.h, `next_in` has `avail_in` bytes, and `next_out` is room for
    // `avail_out`.
    let buffers =
        unsafe { (checked_input(next_in, avail_in), checked_output(next_out, avail_out)) };
    let (Some(mut input), Some(mut output)) = buffers else {
        return WRONG;
    };
    // SAFETY: by base.h, `internal` is set by this library only.
    let Some(internal) = (unsafe { internal_mut(stream) }) else {
        return WRONG;
    };
    let Some(action) = action_of(action).filter(|&action| internal.session.supports(action)) else {
        return WRONG;
    };
    if uses_reserved(stream) {
        return Step::Returned(LZMA_OPTIONS_ERROR);
    }
    // SAFETY: `internal` has found it; other threads use it atomically.
    let requests = unsafe { &(*stream.internal.cast::<State>()).requests };
    let session = &mut internal.session;
    let result = match requests.take_request() {
        Request::None if RESUME => session.resume(&mut input, &mut output, action),
        Request::None => session.code(&mut input, &mut output, action),
        Request::Steps => session.code_step(&mut input, &mut output, action, RESUME),
        Request::Stop => {
            session.interrupt();
            return Step::Returned(RLZMA_INTERRUPTED);
        }
    };
    let (taken, written) = (input.taken(), output.len());
    // SAFETY: by base.h, these members are the library's to change.
    unsafe {
        (*strm).next_in = next_in.wrapping_add(taken);
        (*strm).avail_in = avail_in - taken;
        total::add(&raw mut (*strm).total_in, taken);
        (*strm).next_out = next_out.wrapping_add(written);
        (*strm).avail_out = avail_out - written;
        total::add(&raw mut (*strm).total_out, written);
    }
    // Of what is lent, only what describes a Block is written to before the end.
    if result == Ok(Status::Ok) && !matches!(internal.lent, Lent::Block(_)) {
        return Step::Returned(LZMA_OK); // as in most calls
    }
    // SAFETY: by the contract above.
    unsafe { conclude(strm, internal, result) }
}

/// Writes the results of a call that are not data to the application's
/// structures.
///
/// # Safety
/// As for [`code`], of whose stream `internal` is a part.
#[inline(never)]
unsafe fn conclude(
    strm: *mut lzma_stream,
    internal: &mut Internal,
    result: Result<Status>,
) -> Step {
    if !matches!(internal.lent, Lent::Nothing) {
        // SAFETY: by the contract of `lend`.
        guard((), || unsafe { internal.lent.update(&mut internal.session.coder) });
        if internal.session.is_over() {
            internal.lent = Lent::Nothing; // from now on, it may be freed
        }
    }
    if result == Ok(Status::SeekNeeded) {
        if let Some(position) = internal.session.coder.seek_position() {
            // SAFETY: by base.h, this member is the library's to change.
            unsafe { (*strm).seek_pos = position };
        }
    }
    match result {
        Ok(Status::Paused) => Step::Paused,
        result => Step::Returned(code_of(result)),
    }
}

/// Frees the coder of a stream and all its memory; threads that it has are
/// ended first. The stream can be used for another coder then. Other members
/// stay as they are.
///
/// # Parameters
/// - `strm`: the stream. Nothing happens if it is NULL or has no coder.
///
/// # Safety
/// As for `lzma_code`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_end(strm: *mut lzma_stream) {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it.
    let Some(stream) = (unsafe { strm.as_mut() }) else {
        return;
    };
    // SAFETY: by base.h, `internal` is set by this library only.
    let Some(memory) = (unsafe { internal_mut(stream) }).map(|internal| &internal.memory) else {
        return;
    };
    let raw = NonNull::new(stream.internal.cast::<State>());
    // SAFETY: it came from `into_raw` in `new_internal`, and the stream does not
    // know it any more.
    let state = raw.map(|raw| unsafe { OwnedBox::from_raw(raw, memory) });
    stream.internal = ptr::null_mut();
    guard((), || drop(state));
}

/// Tells how far coding has come. May be called at any time while the stream
/// has a coder, also from another thread during `lzma_code`.
///
/// Unlike `total_in` and `total_out`, this counts what worker threads have done
/// with data that they have taken, or not put out yet. For coders without
/// threads and for streams without a coder, both are the stream's totals.
///
/// # Parameters
/// - `strm`: the stream. If it is NULL, nothing is written.
/// - `progress_in`: set to the number of bytes of input that are done.
/// - `progress_out`: set to the number of bytes of output that they became.
///
/// # Safety
/// `strm` is NULL or valid for reads; it was set to `LZMA_STREAM_INIT` or zeros
/// before its first use, and `internal` was not touched since. No other thread
/// initialises or ends the stream meanwhile. `progress_in` and `progress_out`
/// are valid for writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_get_progress(
    strm: *mut lzma_stream,
    progress_in: *mut u64,
    progress_out: *mut u64,
) {
    if strm.is_null() {
        return;
    }
    // SAFETY: by base.h, a stream, and places for the two numbers. What is read
    // here, `lzma_code` does not change, or changes atomically; it does not
    // borrow it mutably either.
    unsafe {
        let totals = state_of(strm).and_then(|state| (*state).totals.as_ref());
        let (taken, written) = match totals {
            Some(totals) => guard((0, 0), || totals.get()),
            None => {
                (total::get(&raw const (*strm).total_in), total::get(&raw const (*strm).total_out))
            }
        };
        progress_in.write(taken);
        progress_out.write(written);
    }
}

/// Tells the type of the integrity check of the Stream that is being decoded.
/// Most useful after `LZMA_GET_CHECK`, `LZMA_NO_CHECK` and
/// `LZMA_UNSUPPORTED_CHECK`.
///
/// # Parameters
/// - `strm`: the stream, with a decoder for `.xz`, `.lz` or all formats.
///
/// # Returns
/// The Check ID, which need not be one of the `LZMA_CHECK_*` constants.
/// `LZMA_CHECK_NONE` as long as it is not known, when `strm` is NULL, and from
/// coders that cannot know.
///
/// # Safety
/// As for `lzma_code`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_get_check(strm: *const lzma_stream) -> lzma_check {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; `internal` is set by this library only.
    let coder = unsafe { internal(strm) }.map(|internal| &internal.session.coder);
    lzma_check(coder.and_then(|coder| guard(None, || coder.check())).unwrap_or(0))
}

/// Tells how much memory a decoder needs.
///
/// # Parameters
/// - `strm`: the stream, with a decoder that has a memory usage limit.
///
/// # Returns
/// The need as far as it is known, in bytes; after `LZMA_MEMLIMIT_ERROR`, what
/// the limit must be for decoding to go on. 0 if `strm` is NULL, or its coder
/// has no limit (encoders, raw and Block decoders, MicroLZMA).
///
/// # Safety
/// As for `lzma_code`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_memusage(strm: *const lzma_stream) -> u64 {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; `internal` is set by this library only.
    let coder = unsafe { internal(strm) }.map(|internal| &internal.session.coder);
    let limit = coder.and_then(|coder| guard(None, || coder.memory_limit()));
    limit.map_or(0, |limit| limit.usage())
}

/// Tells the memory usage limit of a decoder.
///
/// # Parameters
/// - `strm`: the stream, with a decoder that has a limit.
///
/// # Returns
/// The limit in bytes; for a threaded decoder, that of `memlimit_stop`. 0 if
/// `strm` is NULL, or its coder has none.
///
/// # Safety
/// As for `lzma_code`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_memlimit_get(strm: *const lzma_stream) -> u64 {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; `internal` is set by this library only.
    let coder = unsafe { internal(strm) }.map(|internal| &internal.session.coder);
    let limit = coder.and_then(|coder| guard(None, || coder.memory_limit()));
    limit.map_or(0, |limit| limit.limit())
}

/// Changes the memory usage limit of a decoder. May be called at any time
/// between calls of `lzma_code`, in particular after `LZMA_MEMLIMIT_ERROR`.
///
/// # Parameters
/// - `strm`: the stream, with a decoder that has a limit.
/// - `memlimit`: the new limit in bytes; 0 stands for 1 byte, and `UINT64_MAX`
///   none. For a threaded decoder, that of `memlimit_stop`.
///
/// # Returns
/// - `LZMA_OK`: the limit was changed.
/// - `LZMA_MEMLIMIT_ERROR`: more than that is needed already; the limit stays.
/// - `LZMA_PROG_ERROR`: `strm` is NULL, or its coder has no limit.
///
/// # Safety
/// As for `lzma_code`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_memlimit_set(strm: *mut lzma_stream, memlimit: u64) -> lzma_ret {
    // SAFETY: by base.h, a `lzma_stream` is set to `LZMA_STREAM_INIT` before
    // anything else is done with it; `internal` is set by this library only.
    let Some(internal) = (unsafe { internal_mut(strm) }) else {
        return LZMA_PROG_ERROR;
    };
    ok_or_error(guard(Err(Error::Prog), || {
        internal.session.coder.set_memory_limit(memlimit.max(1))
    }))
}
