//! An `lzma_allocator` that counts, fails on demand, hands out dirty memory,
//! and notices leaks, overruns and frees of what it did not hand out.

use std::alloc::Layout;
use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::{Mutex, MutexGuard};

use rlzma::ffi::lzma_allocator;

/// Fills fresh memory, so that no reader takes it for zeros.
const FRESH: u8 = 0xA5;
/// Fills memory before it is freed.
const FREED: u8 = 0xDD;
/// Stands after every allocation; whoever writes there is found out.
const GUARD: [u8; 32] = [0xC3; 32];

#[derive(Default)]
struct State {
    /// Size of every allocation, by its address.
    live: HashMap<usize, usize>,
    live_bytes: usize,
    peak_bytes: usize,
    allocs: usize,
    frees: usize,
    largest: usize,
    fail_at: Option<usize>,
    fail_from: Option<usize>,
    limit: Option<usize>,
    failed: usize,
    faults: Vec<String>,
}

/// Owns the allocations that a library asks for.
pub struct Allocator {
    /// In a box, because the C structure points to it.
    state: Box<Mutex<State>>,
    raw: Box<lzma_allocator>,
}

impl Allocator {
    /// An allocator that never fails.
    pub fn new() -> Allocator {
        let state = Box::new(Mutex::new(State::default()));
        let raw = Box::new(lzma_allocator {
            alloc: Some(alloc),
            free: Some(free),
            opaque: (&raw const *state).cast_mut().cast(),
        });
        Allocator { state, raw }
    }

    /// An allocator whose `n`th allocation fails, counted from one, and no other.
    pub fn failing_at(n: usize) -> Allocator {
        let new = Allocator::new();
        new.lock().fail_at = Some(n);
        new
    }

    /// An allocator whose `n`th allocation, counted from one, and all later ones fail.
    pub fn failing_from(n: usize) -> Allocator {
        let new = Allocator::new();
        new.lock().fail_from = Some(n);
        new
    }

    /// An allocator that fails when more than `bytes` would be in use.
    pub fn with_limit(bytes: usize) -> Allocator {
        let new = Allocator::new();
        new.lock().limit = Some(bytes);
        new
    }

    /// The pointer for `lzma_stream.allocator`. It is valid while `self` is.
    pub fn as_ptr(&self) -> *const lzma_allocator {
        &raw const *self.raw
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Lets every further allocation succeed.
    pub fn stop_failing(&self) {
        let mut state = self.lock();
        state.fail_at = None;
        state.fail_from = None;
        state.limit = None;
    }

    /// Lets the `n`th allocation from now on fail, and no other.
    pub fn fail_next(&self, n: usize) {
        let mut state = self.lock();
        state.fail_at = Some(state.allocs + n);
    }

    /// Bytes in use now.
    pub fn live_bytes(&self) -> usize {
        self.lock().live_bytes
    }

    /// The largest number of bytes that were in use at a time.
    pub fn peak_bytes(&self) -> usize {
        self.lock().peak_bytes
    }

    /// Allocations that were asked for, failed ones included.
    pub fn allocs(&self) -> usize {
        self.lock().allocs
    }

    /// Allocations that failed on demand.
    pub fn failed(&self) -> usize {
        self.lock().failed
    }

    /// The largest allocation that was asked for, in bytes.
    pub fn largest(&self) -> usize {
        self.lock().largest
    }

    /// From now on, [`Allocator::largest`] looks at new allocations only.
    pub fn forget_largest(&self) {
        self.lock().largest = 0;
    }

    /// Panics if the library made a call that an application's allocator would not
    /// survive, or if anything is still allocated.
    #[track_caller]
    pub fn check(&self) {
        let state = self.lock();
        assert!(state.faults.is_empty(), "{:#?}", state.faults);
        assert!(
            state.live.is_empty(),
            "{} allocations of {} bytes leaked, out of {}: {:?}",
            state.live.len(),
            state.live_bytes,
            state.allocs,
            state.live.values().take(10).collect::<Vec<_>>(),
        );
    }
}

impl Drop for Allocator {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.check();
        }
        // Leaked memory is not freed: whoever leaked it may still use it.
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A test that panicked with the lock held has failed already.
    state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(GUARD.len())?, 16).ok()
}

/// # Safety
///
/// `opaque` is the state of an `Allocator` that lives.
unsafe extern "C" fn alloc(opaque: *mut c_void, nmemb: usize, size: usize) -> *mut c_void {
    // SAFETY: by contract.
    let mut state = lock(unsafe { &*opaque.cast::<Mutex<State>>() });
    state.allocs += 1;
    let Some((size, layout)) = nmemb.checked_mul(size).and_then(|size| Some((size, layout(size)?)))
    else {
        state.faults.push(format!("{nmemb} times {size} bytes overflow"));
        return ptr::null_mut();
    };
    state.largest = state.largest.max(size);
    let number = state.allocs;
    if state.fail_at == Some(number)
        || state.fail_from.is_some_and(|from| number >= from)
        || state.limit.is_some_and(|limit| state.live_bytes + size > limit)
    {
        state.failed += 1;
        return ptr::null_mut();
    }

    // SAFETY: the layout has the guard in it and so is not empty.
    let memory = unsafe { std::alloc::alloc(layout) };
    if memory.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: `memory` has `size` bytes and the guard.
    unsafe {
        memory.write_bytes(FRESH, size);
        memory.add(size).copy_from_nonoverlapping(GUARD.as_ptr(), GUARD.len());
    }
    state.live.insert(memory.addr(), size);
    state.live_bytes += size;
    state.peak_bytes = state.peak_bytes.max(state.live_bytes);
    memory.cast()
}

/// # Safety
///
/// `opaque` is the state of an `Allocator` that lives.
unsafe extern "C" fn free(opaque: *mut c_void, memory: *mut c_void) {
    if memory.is_null() {
        return;
    }
    // SAFETY: by contract.
    let mut state = lock(unsafe { &*opaque.cast::<Mutex<State>>() });
    state.frees += 1;
    let Some(size) = state.live.remove(&memory.addr()) else {
        state.faults.push(format!("{memory:p} was freed but is not allocated"));
        return;
    };
    state.live_bytes -= size;
    let memory = memory.cast::<u8>();
    // SAFETY: `alloc` returned `memory` for `size` bytes and wrote the guard.
    let guard = unsafe { std::slice::from_raw_parts(memory.add(size), GUARD.len()) };
    if guard != GUARD {
        state.faults.push(format!("written behind {size} bytes"));
    }
    if let Some(layout) = layout(size) {
        // SAFETY: `memory` was allocated with this layout, and not freed yet.
        unsafe {
            memory.write_bytes(FREED, size);
            std::alloc::dealloc(memory, layout);
        }
    }
}
