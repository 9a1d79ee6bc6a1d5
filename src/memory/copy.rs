//! Copying of a match within a buffer that may be uninitialised, for
//! [`History`](super::History): to index `pos` from index `source` before it, in the
//! buffer that begins at `start`.

use crate::cpu::blend::{BLOCK, Blend, Block};
use core::mem::MaybeUninit;

/// Copies move this many bytes at a time.
pub(super) const STEP: usize = BLOCK;

/// Matches of no more bytes than these are copied without a branch on their length.
pub(super) const SHORT: usize = 2 * STEP;

/// Copies at most [`SHORT`] bytes without changing what follows, from at least a
/// [`STEP`] before `pos`, or `len` bytes.
///
/// # Safety
/// From both indices on, [`SHORT`] bytes lie within the buffer.
#[inline(always)]
pub(super) unsafe fn copy_short_exactly(
    start: *mut MaybeUninit<u8>,
    source: usize,
    pos: usize,
    len: usize,
) {
    let blend = Blend::first(len);
    // SAFETY: by contract. The first block is written before the second one is
    // read, which may follow it.
    unsafe {
        let (from, to) = (start.add(source).cast::<Block>(), start.add(pos).cast::<Block>());
        to.write(blend.block::<0>(from.read(), to.read()));
        let (from, to) = (from.add(1), to.add(1));
        to.write(blend.block::<1>(from.read(), to.read()));
    }
}

/// Copies from at least a [`STEP`] before `pos`, or `len` bytes.
///
/// # Safety
/// From both indices on, `len` bytes and up to [`STEP`] - 1 more lie within the
/// buffer, and so do [`SHORT`].
#[inline(always)]
pub(super) unsafe fn copy_in_steps(
    start: *mut MaybeUninit<u8>,
    source: usize,
    pos: usize,
    len: usize,
) {
    // SAFETY: by contract. A step is read whole before it is written.
    unsafe {
        let (from, to) = (start.add(source), start.add(pos));
        copy_step(from, to);
        copy_step(from.add(STEP), to.add(STEP));
        if len > SHORT {
            copy_steps(from.add(SHORT), to.add(SHORT), len - SHORT);
        }
    }
}

/// Repeats the byte before `pos`.
///
/// # Safety
/// `pos` is not 0, and from there on `len` bytes and up to [`STEP`] - 1
/// more lie within the buffer.
#[inline(always)]
pub(super) unsafe fn fill_in_steps(start: *mut MaybeUninit<u8>, pos: usize, len: usize) {
    // SAFETY: by contract.
    let byte = unsafe { start.add(pos - 1).read() };
    let mut done = 0;
    loop {
        // SAFETY: by contract.
        unsafe { start.add(pos + done).cast::<[MaybeUninit<u8>; STEP]>().write([byte; STEP]) };
        done += STEP;
        if done >= len {
            return;
        }
    }
}

/// Copies from less than a [`STEP`] before `pos`.
///
/// # Safety
/// `source` lies before `pos`, and from there on `len` bytes and up to
/// [`STEP`] - 1 more lie within the buffer.
#[inline(always)]
pub(super) unsafe fn copy_near(start: *mut MaybeUninit<u8>, source: usize, pos: usize, len: usize) {
    const HALF: usize = STEP / 2;
    for at in 0..HALF {
        // SAFETY: by contract.
        unsafe { start.add(pos + at).write(start.add(source + at).read()) };
    }
    // From here on, the source is as many whole periods back as make up
    // a half step.
    let distance = pos - source;
    let back = if distance < HALF { HALF.next_multiple_of(distance) } else { distance };
    let mut done = HALF;
    while done < len {
        // SAFETY: `back` is less than `HALF + distance` and `done` is at least `HALF`,
        // so the read begins behind `source`. It ends before `pos + done`, as `back` is
        // at least `HALF`. The rest of the buffer is by contract.
        unsafe {
            let from = start.add(pos + done - back).cast::<[MaybeUninit<u8>; HALF]>();
            let half = from.read();
            start.add(pos + done).cast::<[MaybeUninit<u8>; HALF]>().write(half);
        }
        done += HALF;
    }
}

/// Copies without scribbling on what follows.
///
/// # Safety
/// From both indices on, `len` bytes lie within the buffer, at least
/// [`STEP`] apart.
#[inline(always)]
pub(super) unsafe fn copy_exactly(
    start: *mut MaybeUninit<u8>,
    source: usize,
    pos: usize,
    len: usize,
) {
    // SAFETY: by contract. The last step's source ends at least a step before
    // the end, so what it reads is written by then.
    unsafe {
        let (from, to) = (start.add(source), start.add(pos));
        match len {
            STEP.. => {
                copy_step(from, to);
                if len > 2 * STEP {
                    copy_steps(from.add(STEP), to.add(STEP), len - 2 * STEP);
                }
                copy_step(from.add(len - STEP), to.add(len - STEP));
            }
            8.. => copy_ends::<8>(from, to, len),
            4.. => copy_ends::<4>(from, to, len),
            2.. => copy_ends::<2>(from, to, len),
            1 => to.write(from.read()),
            0 => {}
        }
    }
}

/// Copies from less than a [`STEP`] before `pos` without scribbling on
/// what follows.
///
/// # Safety
/// From both indices on, `len` bytes lie within the buffer, those before `pos`
/// are initialised.
#[inline(never)]
pub(super) unsafe fn copy_near_exactly(
    start: *mut MaybeUninit<u8>,
    source: usize,
    pos: usize,
    len: usize,
) {
    let distance = pos.wrapping_sub(source).max(1);
    if distance == 1 {
        // SAFETY: by contract.
        unsafe { start.add(pos).write_bytes(start.add(source).read().assume_init(), len) };
        return;
    }
    // Few bytes are fastest one by one; whole periods of them.
    let singly = (2 * STEP / distance * distance).min(len);
    for at in 0..singly {
        // SAFETY: by contract.
        unsafe { start.add(pos + at).write(start.add(source + at).read()) };
    }
    let mut done = singly;
    while done < len {
        let part = (distance + done).min(len - done);
        // SAFETY: by contract; the source's bytes end at `pos + done` at the
        // latest.
        unsafe { start.add(pos + done).copy_from_nonoverlapping(start.add(source), part) };
        done += part;
    }
}

/// Copies one step, read whole before it is written.
///
/// # Safety
/// `from` is valid for reading a [`STEP`], `to` for writing one.
#[inline(always)]
unsafe fn copy_step(from: *const MaybeUninit<u8>, to: *mut MaybeUninit<u8>) {
    // SAFETY: by contract.
    unsafe {
        let step = from.cast::<[MaybeUninit<u8>; STEP]>().read();
        to.cast::<[MaybeUninit<u8>; STEP]>().write(step);
    }
}

/// Copies `len` bytes, more than none, in whole steps one after the other.
///
/// # Safety
/// From both pointers on, `len` bytes and up to [`STEP`] - 1 more are valid.
#[inline(never)]
unsafe fn copy_steps(from: *const MaybeUninit<u8>, to: *mut MaybeUninit<u8>, len: usize) {
    for at in (0..len).step_by(STEP) {
        // SAFETY: by contract.
        unsafe { copy_step(from.add(at), to.add(at)) };
    }
}

/// Copies `len` bytes, `N` to twice `N`, as the first and the last `N`.
///
/// # Safety
/// `from` is valid for reading as many, `to` for writing, and they do not
/// overlap.
#[inline(always)]
unsafe fn copy_ends<const N: usize>(
    from: *const MaybeUninit<u8>,
    to: *mut MaybeUninit<u8>,
    len: usize,
) {
    // SAFETY: by contract.
    unsafe {
        let first = from.cast::<[MaybeUninit<u8>; N]>().read();
        let last = from.add(len - N).cast::<[MaybeUninit<u8>; N]>().read();
        to.cast::<[MaybeUninit<u8>; N]>().write(first);
        to.add(len - N).cast::<[MaybeUninit<u8>; N]>().write(last);
    }
}
