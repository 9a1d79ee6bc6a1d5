//! `total_in` and `total_out` of a stream. `lzma_code` adds to them while
//! another thread may read them in `lzma_get_progress`, so both are atomic
//! where the system aligns `uint64_t` as atomics need it. Elsewhere (x86 of 32
//! bits) that is a race for streams without threads, as in liblzma.

/// The total as an atomic integer.
///
/// # Safety
/// `place` is valid for reads and writes for `'a`; meanwhile, others use it
/// atomically or not at all.
#[cfg(all(target_pointer_width = "64", target_has_atomic = "64"))]
unsafe fn atomic<'a>(place: *mut u64) -> &'a core::sync::atomic::AtomicU64 {
    // SAFETY: by the contract above; a member of a structure of C is aligned.
    unsafe { core::sync::atomic::AtomicU64::from_ptr(place) }
}

/// Adds to a total. The application may have set it to anything.
///
/// # Safety
/// `place` is valid for reads and writes, and only [`get`] uses it meanwhile.
pub(super) unsafe fn add(place: *mut u64, more: usize) {
    // SAFETY: by the contract above.
    unsafe { set(place, place.read().wrapping_add(more as u64)) }
}

/// Sets a total.
///
/// # Safety
/// As for [`add`].
#[cfg(all(target_pointer_width = "64", target_has_atomic = "64"))]
unsafe fn set(place: *mut u64, value: u64) {
    // SAFETY: by the contract above.
    unsafe { atomic(place) }.store(value, core::sync::atomic::Ordering::Relaxed);
}

/// Reads a total.
///
/// # Safety
/// `place` is valid for reads, and only [`add`] uses it meanwhile.
#[cfg(all(target_pointer_width = "64", target_has_atomic = "64"))]
pub(super) unsafe fn get(place: *const u64) -> u64 {
    // SAFETY: by the contract above; a load does not write.
    unsafe { atomic(place.cast_mut()) }.load(core::sync::atomic::Ordering::Relaxed)
}

/// Sets a total.
///
/// # Safety
/// As for [`add`].
#[cfg(not(all(target_pointer_width = "64", target_has_atomic = "64")))]
unsafe fn set(place: *mut u64, value: u64) {
    // SAFETY: by the contract above.
    unsafe { place.write(value) }
}

/// Reads a total.
///
/// # Safety
/// `place` is valid for reads.
#[cfg(not(all(target_pointer_width = "64", target_has_atomic = "64")))]
pub(super) unsafe fn get(place: *const u64) -> u64 {
    // SAFETY: by the contract above.
    unsafe { place.read() }
}
