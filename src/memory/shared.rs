//! Values that two threads hold at once ([`Shared`]), and byte buffers that one
//! thread fills while others read.

use super::handle_count::threads_share;
use super::{AllocatorHandle, OwnedBox};
use crate::error::{Error, Result};
use crate::memory::Output;
use crate::sync::{AtomicUsize, Ordering};
use core::ffi::c_void;
use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;
use core::slice;

/// A value in memory of its own that lives as long as any handle to it: an
/// `Arc` from the caller's allocator.
pub(crate) struct Shared<T>(NonNull<Inner<T>>, PhantomData<Inner<T>>);

struct Inner<T> {
    handles: AtomicUsize,
    memory: AllocatorHandle,
    value: T,
}

// SAFETY: as for `Arc`: every handle gives out `&T`, and the last one, in any
// thread, drops the value.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as for `Send`.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl AllocatorHandle {
    /// Moves `value` into memory that can be shared.
    pub(crate) fn share<T>(&self, value: T) -> Result<Shared<T>> {
        threads_share();
        let place = Inner { handles: AtomicUsize::new(1), memory: self.clone(), value };
        let raw = NonNull::new(self.own(place)?.into_raw()).ok_or(Error::Mem)?;
        Ok(Shared(raw, PhantomData))
    }
}

impl<T> Shared<T> {
    fn place(&self) -> &Inner<T> {
        // SAFETY: the place lives as long as any handle.
        unsafe { self.0.as_ref() }
    }

    /// The handle as a pointer; it stays a handle.
    #[cfg_attr(rlzma_model, allow(dead_code))]
    pub(super) fn as_raw(&self) -> *mut c_void {
        self.0.as_ptr().cast()
    }

    /// Takes back the handle that [`Shared::as_raw`] gave away.
    ///
    /// # Safety
    /// It was not dropped, and nobody else uses it from now on.
    #[cfg_attr(rlzma_model, allow(dead_code))]
    pub(super) unsafe fn from_raw(raw: *mut c_void) -> Shared<T> {
        // SAFETY: the pointer of a handle is not NULL.
        Shared(unsafe { NonNull::new_unchecked(raw.cast()) }, PhantomData)
    }

    /// Tells whether there is no other handle. Then everything that other threads
    /// have done with the value happened before.
    pub(super) fn is_unique(&self) -> bool {
        self.place().handles.load(Ordering::Acquire) == 1
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        self.place().handles.fetch_add(1, Ordering::Relaxed);
        Shared(self.0, PhantomData)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.place().value
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        if self.place().handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            // SAFETY: it came from `into_raw` in `share`, and this was the
            // last handle.
            drop(unsafe { OwnedBox::from_raw(self.0, &self.place().memory) });
        }
    }
}

/// Bytes of which the first `len` are initialised and never change again.
struct Bytes {
    start: NonNull<u8>,
    capacity: usize,
    len: AtomicUsize,
    memory: AllocatorHandle,
}

// SAFETY: the one `BufferWriter` writes behind `len` only, everybody else reads
// before `len` only, and `len` is published after the bytes before it.
unsafe impl Send for Bytes {}
// SAFETY: as for `Send`.
unsafe impl Sync for Bytes {}

impl Bytes {
    fn written(&self) -> &[u8] {
        let len = self.len.load(Ordering::Acquire);
        // SAFETY: by the invariant.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), len) }
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        if self.capacity != 0 {
            // SAFETY: it came from `allocate_array` in `BufferWriter::new`, and is
            // not used any more.
            unsafe { self.memory.release(self.start) };
        }
    }
}

/// The end of a buffer at which one thread appends.
pub(crate) struct BufferWriter(Shared<Bytes>);

/// The end of a buffer at which others read, while it is being written.
pub(crate) struct BufferReader(Shared<Bytes>);

impl BufferWriter {
    /// Allocates a buffer of `capacity` bytes, none of them written yet.
    pub(crate) fn new(memory: &AllocatorHandle, capacity: usize) -> Result<BufferWriter> {
        let start = match capacity {
            0 => NonNull::dangling(),
            _ => memory.allocate_array(capacity)?,
        };
        let len = AtomicUsize::new(0);
        let bytes = Bytes { start, capacity, len, memory: memory.clone() };
        Ok(BufferWriter(memory.share(bytes)?))
    }

    /// Makes a handle that reads what is written.
    pub(crate) fn reader(&self) -> BufferReader {
        BufferReader(self.0.clone())
    }

    /// Number of bytes that are written.
    pub(crate) fn len(&self) -> usize {
        self.0.len.load(Ordering::Relaxed)
    }

    /// Number of bytes that can still be written.
    pub(crate) fn room(&self) -> usize {
        self.0.capacity - self.len()
    }

    /// Has `write` append up to `room` bytes; readers see them afterwards.
    pub(crate) fn append<R>(&mut self, room: usize, write: impl FnOnce(&mut Output<'_>) -> R) -> R {
        let (len, capacity) = (self.len(), self.0.capacity);
        // SAFETY: these bytes are our allocation; nobody writes before `len`, nobody
        // reads behind it, and only this writer, which is borrowed, writes there.
        let mut output = unsafe { Output::of_kept(self.0.start.cast(), len, room, capacity) };
        let result = write(&mut output);
        // It could have put another output in the place of ours.
        let written = output.written_to(self.0.start.cast().as_ptr());
        if let Some(written) = written.filter(|written| (len..=capacity).contains(written)) {
            // What an output counts is initialised.
            self.0.len.store(written, Ordering::Release);
        }
        result
    }
}

impl BufferReader {
    /// Returns the bytes that are written so far.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.written()
    }

    /// Returns the number of bytes that fit in all.
    pub(crate) fn capacity(&self) -> usize {
        self.0.capacity
    }

    /// The buffer, empty, for somebody else to fill. `None` if there is any
    /// other handle.
    pub(crate) fn recycle(&mut self) -> Option<BufferWriter> {
        // Nobody reads it now either, since `self` is borrowed.
        self.0.is_unique().then(|| {
            self.0.len.store(0, Ordering::Relaxed);
            BufferWriter(self.0.clone())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, testing};
    use super::*;
    use std::sync::atomic::AtomicU32;
    use std::thread;

    #[test]
    fn the_last_handle_drops_the_value() {
        struct Counted<'a>(&'a AtomicU32);
        impl Drop for Counted<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let drops = AtomicU32::new(0);
        let shared = testing::dirty().share(Counted(&drops)).unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                let shared = shared.clone();
                scope.spawn(move || drop(shared.clone()));
            }
        });
        assert!(shared.is_unique());
        assert_eq!(drops.load(Ordering::Relaxed), 0);
        drop(shared);
        assert_eq!(drops.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn reading_while_writing() {
        const SIZE: usize = if cfg!(miri) { 200 } else { 5000 };
        let mut writer = BufferWriter::new(&testing::dirty(), SIZE).unwrap();
        let mut reader = writer.reader();
        thread::scope(|scope| {
            scope.spawn(move || {
                while writer.room() != 0 {
                    let byte = writer.len() as u8;
                    let room = 1 + usize::from(byte % 7);
                    writer.append(room, |output| output.write(&[byte]));
                }
            });
            let mut seen = 0;
            while seen < SIZE {
                let bytes = reader.bytes();
                assert!(bytes.len() >= seen);
                assert!(bytes.iter().enumerate().all(|(at, byte)| at as u8 == *byte));
                seen = bytes.len();
                thread::yield_now();
            }
        });
        let mut writer = reader.recycle().unwrap();
        assert_eq!((writer.len(), writer.room()), (0, SIZE));
        assert_eq!(writer.append(2, |output| output.write(b"abc")), 2);
        assert_eq!(reader.bytes(), b"ab");
        assert!(reader.recycle().is_none());
    }

    /// Matches reach back to what earlier calls have written, while others read it.
    #[test]
    fn a_kept_buffer_is_a_history() {
        const SIZE: usize = if cfg!(miri) { 300 } else { 5000 };
        let mut writer = BufferWriter::new(&testing::dirty(), SIZE).unwrap();
        let reader = writer.reader();
        thread::scope(|scope| {
            scope.spawn(move || {
                while writer.room() != 0 {
                    writer.append(20, |output| {
                        let (pos, limit) = (output.len(), output.len() + output.room());
                        let layout =
                            Layout { start: 0, pos, limit, size: 9, wrap: None, scribble_end: 0 };
                        let mut history = output.history(0, layout);
                        if pos == 0 {
                            for byte in b"abc" {
                                history.push(*byte);
                            }
                        }
                        while history.pos() < limit {
                            history.repeat(2, 273);
                        }
                        assert_eq!(history.repeat(9, 1), None);
                        history.finish();
                    });
                }
            });
            let mut seen = 0;
            while seen < SIZE {
                let bytes = reader.bytes();
                assert!(bytes.iter().zip(b"abc".iter().cycle()).all(|(a, b)| a == b));
                seen = bytes.len();
                thread::yield_now();
            }
        });
    }

    #[test]
    fn what_is_published_does_not_change() {
        let mut writer = BufferWriter::new(&testing::dirty(), 8).unwrap();
        writer.append(3, |output| output.write(b"abc"));
        writer.append(3, |output| {
            assert!(output.is_kept() && output.has_room_for_next_call());
            output.write(b"def");
            output.written_mut(4).fill(b'x');
            output.truncate(0);
            assert_eq!((output.len(), output.written(0)), (3, &b"abc"[..]));
            output.write(b"g");
        });
        assert_eq!(writer.reader().bytes(), b"abcg");
        assert!(!writer.append(9, |output| output.has_room_for_next_call()));
    }

    #[test]
    #[should_panic(expected = "from")]
    fn what_is_published_cannot_be_borrowed_to_change() {
        let mut writer = BufferWriter::new(&testing::dirty(), 8).unwrap();
        writer.append(3, |output| output.write(b"abc"));
        writer.append(3, |output| output.written_mut(2).fill(0));
    }

    #[test]
    fn another_output_in_the_place_of_ours_counts_for_nothing() {
        let mut writer = BufferWriter::new(&testing::dirty(), 8).unwrap();
        let other: &'static mut [u8] = Box::leak(Box::new([1; 8]));
        let mut other = Some(Output::resume(other, 8));
        writer.append(8, |output| {
            if let Some(other) = other.take() {
                // The lifetimes allow it for what lives for ever.
                *output = other;
            }
        });
        assert_eq!(writer.len(), 0);
        assert!(BufferWriter::new(&testing::dirty(), usize::MAX).is_err());
        assert_eq!(BufferWriter::new(&testing::dirty(), 0).unwrap().reader().bytes(), b"");
    }
}
