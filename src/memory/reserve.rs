//! Memory for panics, so that one neither needs memory from the system nor
//! ends the process when there is none.
//!
//! A library for C carries Rust's standard library for itself alone, and with
//! it the right to say where that allocates (feature `standalone`). Nothing
//! but a panic makes it allocate: for what unwinds the stack. That is one small
//! block, returned when the panic is caught.
//!
//! All blocks together are smaller than a page of memory, so that they do not keep
//! other variables apart: each page that a process writes to is its own.

use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicU16, Ordering};
use std::alloc::{GlobalAlloc, Layout, System};
use std::thread;

/// Size and alignment of a block.
const SIZE: usize = 128;
/// Number of blocks, one for each thread that panics at the time.
const COUNT: usize = 16;

#[repr(align(128))]
struct Blocks(UnsafeCell<[u8; COUNT * SIZE]>);

/// Blocks of fixed size; what does not fit comes from the system.
struct Reserve {
    blocks: Blocks,
    /// Bit mask of the blocks that are taken.
    taken: AtomicU16,
}

// SAFETY: each block is used by whoever has set its bit, and nobody else.
unsafe impl Sync for Reserve {}

impl Reserve {
    const fn new() -> Reserve {
        Reserve { blocks: Blocks(UnsafeCell::new([0; COUNT * SIZE])), taken: AtomicU16::new(0) }
    }

    fn start(&self) -> *mut u8 {
        self.blocks.0.get().cast()
    }

    /// Takes a free block.
    fn take(&self) -> Option<*mut u8> {
        let lowest = |taken: u16| (taken != u16::MAX).then(|| taken | (taken + 1));
        let before = self.taken.fetch_update(Ordering::Acquire, Ordering::Relaxed, lowest).ok()?;
        Some(self.start().wrapping_add(before.trailing_ones() as usize * SIZE))
    }

    /// Number of the block that begins at `start`; `None` if the memory is the
    /// system's.
    fn number(&self, start: *mut u8) -> Option<usize> {
        let offset = start.addr().wrapping_sub(self.start().addr());
        (offset < COUNT * SIZE).then_some(offset / SIZE)
    }

    fn give_back(&self, number: usize) {
        self.taken.fetch_and(!(1 << number), Ordering::Release);
    }
}

// SAFETY: a block is as large and as aligned as what it is given for, and
// belongs to one allocation until that is freed; everything else is the
// system's.
unsafe impl GlobalAlloc for Reserve {
    #[inline(never)] // a call in each place that allocates is enough
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if thread::panicking() && layout.size() <= SIZE && layout.align() <= SIZE {
            if let Some(block) = self.take() {
                return block;
            }
        }
        // SAFETY: by contract.
        unsafe { System.alloc(layout) }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        match self.number(start) {
            Some(number) => self.give_back(number),
            // SAFETY: by contract; it is not a block, so it is the system's.
            None => unsafe { System.dealloc(start, layout) },
        }
    }

    #[inline(never)]
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match self.number(start) {
            None => {
                // SAFETY: by contract; it is not a block, so it is the system's.
                unsafe { System.realloc(start, layout, size) }
            }
            Some(_) if size <= SIZE => start,
            Some(number) => {
                // SAFETY: by contract, `size` is one that a layout can have.
                let new = unsafe {
                    System.alloc(Layout::from_size_align_unchecked(size, layout.align()))
                };
                if !new.is_null() {
                    // SAFETY: the new place is larger than what is in the block.
                    unsafe { ptr::copy_nonoverlapping(start, new, layout.size()) };
                    self.give_back(number);
                }
                new
            }
        }
    }
}

#[cfg(feature = "standalone")]
#[global_allocator]
static RESERVE: Reserve = Reserve::new();

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    const SMALL: Layout = Layout::new::<[u64; 3]>();

    #[test]
    fn every_block_once() {
        let reserve = Box::new(Reserve::new());
        let mut blocks: Vec<_> = std::iter::from_fn(|| reserve.take()).collect();
        assert_eq!(blocks.len(), COUNT);
        blocks.sort();
        blocks.dedup();
        assert_eq!(blocks.len(), COUNT);
        let number = reserve.number(blocks[7]).unwrap();
        reserve.give_back(number);
        assert_eq!(reserve.take(), Some(blocks[7]));
        assert_eq!(reserve.number(blocks[COUNT - 1].wrapping_add(SIZE)), None);
        assert_eq!(reserve.number(blocks[0].wrapping_sub(1)), None);
    }

    /// Allocates and frees in the middle of a panic.
    struct InPanic<'a>(&'a Reserve);

    impl Drop for InPanic<'_> {
        fn drop(&mut self) {
            // SAFETY: the layouts are those of what is allocated.
            unsafe {
                let block = self.0.alloc(SMALL);
                assert!(self.0.number(block).is_some());
                block.write_bytes(7, SMALL.size());
                assert_eq!(self.0.realloc(block, SMALL, SIZE), block);
                let large = Layout::from_size_align(SIZE, SMALL.align()).unwrap();
                let grown = self.0.realloc(block, large, SIZE + 1);
                assert_eq!((self.0.number(grown), grown.read()), (None, 7));
                assert_eq!(self.0.taken.load(Ordering::Relaxed), 0);
                let larger = Layout::from_size_align(SIZE + 1, SMALL.align()).unwrap();
                self.0.dealloc(grown, larger);
                // When all are taken, the system has to do.
                while self.0.take().is_some() {}
                let other = self.0.alloc(SMALL);
                assert_eq!(self.0.number(other), None);
                self.0.dealloc(other, SMALL);
            }
        }
    }

    #[test]
    fn blocks_are_for_panics() {
        let reserve = Box::new(Reserve::new());
        // SAFETY: the layout is that of what is allocated.
        unsafe {
            let memory = reserve.alloc(SMALL);
            assert_eq!(reserve.number(memory), None);
            let grown = reserve.realloc(memory, SMALL, 100);
            reserve.dealloc(grown, Layout::from_size_align(100, SMALL.align()).unwrap());
        }
        let panic = catch_unwind(AssertUnwindSafe(|| {
            let _in_panic = InPanic(&reserve);
            resume_unwind(Box::new(()));
        }));
        assert!(panic.is_err());
        assert_eq!(reserve.taken.load(Ordering::Relaxed), u16::MAX);
    }
}
