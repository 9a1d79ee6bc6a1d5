//! lzma/hardware.h: what the machine has.

use super::guard::guard;
use crate::cpu::sys::process;

/// Tells how much memory the machine has, for example to choose a limit.
///
/// # Returns
/// Bytes of physical memory, whoever uses it, and whatever limits this process
/// has; 0 if that cannot be found out.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_physmem() -> u64 {
    guard(0, || process::physical_memory().unwrap_or(0))
}

/// Tells how many threads can run at once, for example for `lzma_mt`.
///
/// # Returns
/// The number of processors that this process may use; 0 if that cannot be
/// found out.
#[unsafe(no_mangle)]
pub extern "C" fn lzma_cputhreads() -> u32 {
    guard(0, || process::processors().unwrap_or(0))
}
