//! Threads and memory that coders may use beside what the application asks for:
//! what the process has set (`rlzma.h`), or else what the environment says.

#![forbid(unsafe_code)]

mod environment;
#[cfg_attr(not(target_os = "linux"), path = "no_quota.rs")]
mod quota;

use crate::cpu::sys::process;
use crate::sync::StaticAtomicU64;
use core::sync::atomic::{AtomicU32, Ordering};

/// The most threads that can be set.
pub(crate) const THREADS_MAX: u32 = 16_384;

/// Stands for the number of threads that the environment sets.
pub(crate) const THREADS_ENVIRONMENT: u32 = u32::MAX;

/// Physical memory in bytes where the system does not tell.
const MEMORY_ASSUMED: u64 = 128 << 20;

/// The process's number of threads.
static THREADS: AtomicU32 = AtomicU32::new(THREADS_ENVIRONMENT);

/// The process's memory for threads in bytes; 0: what the environment says.
static MEMORY: StaticAtomicU64 = StaticAtomicU64::new(0);

/// The result of [`quota()`], once it is known. A quota is at least 1.
static QUOTA: AtomicU32 = AtomicU32::new(QUOTA_UNKNOWN);
const QUOTA_UNKNOWN: u32 = 0;

/// The process's setting when a coder is started. The environment is asked when
/// [`Threads::count`] is, which many coders never need.
#[derive(Clone, Copy)]
pub(crate) struct Threads(u32);

impl Threads {
    /// The setting as it is now.
    pub(crate) fn current() -> Threads {
        Threads(THREADS.load(Ordering::Relaxed))
    }

    /// The number of threads that a coder may use, the caller's thread among
    /// them; at least 1.
    pub(crate) fn count(self) -> u32 {
        let wanted = match self.0 {
            THREADS_ENVIRONMENT => environment::threads().unwrap_or(1),
            threads => threads,
        };
        if wanted == 0 { available() } else { wanted }
    }
}

/// Sets the process's number of threads: 0 for as many as can run at once, or
/// [`THREADS_ENVIRONMENT`]. `false`: there cannot be so many.
pub(crate) fn set_threads(threads: u32) -> bool {
    let valid = threads <= THREADS_MAX || threads == THREADS_ENVIRONMENT;
    if valid {
        THREADS.store(threads, Ordering::Relaxed);
    }
    valid
}

/// Sets how much memory in bytes threads may add; 0 for what the environment
/// says.
pub(crate) fn set_memory(bytes: u64) {
    MEMORY.store(bytes, Ordering::Relaxed);
}

/// The memory in bytes that threads may add: by default a quarter of all.
pub(crate) fn memory() -> u64 {
    match MEMORY.load(Ordering::Relaxed) {
        0 => environment::memory().unwrap_or_else(|| physical_memory() / 4),
        bytes => bytes,
    }
}

fn physical_memory() -> u64 {
    process::physical_memory().unwrap_or(MEMORY_ASSUMED)
}

/// Number of threads of this process that can run at once.
pub(crate) fn available() -> u32 {
    let processors = process::processors().unwrap_or(1);
    processors.min(quota()).clamp(1, THREADS_MAX)
}

/// Number of threads that can use up the process's quota; the largest number if there
/// is none. It is read once, since that takes several system calls.
fn quota() -> u32 {
    match QUOTA.load(Ordering::Relaxed) {
        QUOTA_UNKNOWN => {
            let quota = quota::processors().unwrap_or(u32::MAX);
            QUOTA.store(quota, Ordering::Relaxed);
            quota
        }
        quota => quota,
    }
}
