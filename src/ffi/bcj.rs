//! lzma/bcj.h: filters for executable code.

#![allow(non_camel_case_types)]

use super::guard::guard;
use super::vli::lzma_vli;
use crate::bcj::{Arch, Converter};
use core::slice;

/// Filter ID: x86, 32 and 64 bits.
pub const LZMA_FILTER_X86: lzma_vli = 0x04;

/// Filter ID: PowerPC, big endian.
pub const LZMA_FILTER_POWERPC: lzma_vli = 0x05;

/// Filter ID: IA-64 (Itanium).
pub const LZMA_FILTER_IA64: lzma_vli = 0x06;

/// Filter ID: ARM, little endian.
pub const LZMA_FILTER_ARM: lzma_vli = 0x07;

/// Filter ID: ARM-Thumb, little endian.
pub const LZMA_FILTER_ARMTHUMB: lzma_vli = 0x08;

/// Filter ID: SPARC.
pub const LZMA_FILTER_SPARC: lzma_vli = 0x09;

/// Filter ID: ARM64. Since 5.4.
pub const LZMA_FILTER_ARM64: lzma_vli = 0x0A;

/// Filter ID: RISC-V. Since 5.6.
pub const LZMA_FILTER_RISCV: lzma_vli = 0x0B;

/// Options of all BCJ filters. They may be left out (NULL), which means a start
/// at 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lzma_options_bcj {
    /// The position in the executable that the data begins at, in bytes: 0
    /// unless the data is a part of a file. A multiple of the filter's
    /// alignment: 16 for IA-64; 4 for ARM, ARM64, PowerPC and SPARC; 2 for
    /// ARM-Thumb and RISC-V; 1 for x86.
    pub start_offset: u32,
}

/// Filters `size` bytes at `buf` in place and returns how many are done.
///
/// # Safety
/// `buf` is valid for reads and writes of `size` bytes, or NULL with 0.
unsafe fn filter(arch: Arch, encode: bool, start: u32, buf: *mut u8, size: usize) -> usize {
    if size == 0 {
        return 0;
    }
    // SAFETY: by the contract above; `size > 0` rules out NULL.
    let bytes = unsafe { slice::from_raw_parts_mut(buf, size) };
    guard(0, || Converter::new(arch, encode, start).filter(bytes))
}

/// Applies the ARM64 filter to one buffer, in place. For other containers than
/// .xz: decoders and encoders of chains do it by themselves.
///
/// # Parameters
/// - `start_offset`: position of the buffer in the executable, in bytes,
///   rounded down to a multiple of four.
/// - `buf`: the code; may be NULL if `size` is 0.
/// - `size`: size of `buf` in bytes.
///
/// # Returns
/// The number of bytes that were filtered. Up to three at the end are not; pass them
/// again with what follows, if anything does.
///
/// # Safety
/// `buf` is valid for reads and writes of `size` bytes; it may be NULL if
/// `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_bcj_arm64_encode(
    start_offset: u32,
    buf: *mut u8,
    size: usize,
) -> usize {
    // SAFETY: by bcj.h, `buf` has `size` bytes.
    unsafe { filter(Arch::Arm64, true, start_offset, buf, size) }
}

/// Undoes `lzma_bcj_arm64_encode`, in place.
///
/// # Parameters
/// - `start_offset`: position of the buffer in the executable, in bytes,
///   rounded down to a multiple of four.
/// - `buf`: the encoded code; may be NULL if `size` is 0.
/// - `size`: size of `buf` in bytes.
///
/// # Returns
/// The number of bytes that were filtered. Up to three at the end are not; pass them
/// again with what follows, if anything does.
///
/// # Safety
/// `buf` is valid for reads and writes of `size` bytes; it may be NULL if
/// `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_bcj_arm64_decode(
    start_offset: u32,
    buf: *mut u8,
    size: usize,
) -> usize {
    // SAFETY: by bcj.h, `buf` has `size` bytes.
    unsafe { filter(Arch::Arm64, false, start_offset, buf, size) }
}

/// Applies the RISC-V filter to one buffer, in place. For other containers than
/// .xz: decoders and encoders of chains do it by themselves.
///
/// # Parameters
/// - `start_offset`: position of the buffer in the executable, in bytes,
///   rounded down to a multiple of two.
/// - `buf`: the code; may be NULL if `size` is 0.
/// - `size`: size of `buf` in bytes.
///
/// # Returns
/// The number of bytes that were filtered. Up to seven at the end are not; pass them
/// again with what follows, if anything does.
///
/// # Safety
/// `buf` is valid for reads and writes of `size` bytes; it may be NULL if
/// `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_bcj_riscv_encode(
    start_offset: u32,
    buf: *mut u8,
    size: usize,
) -> usize {
    // SAFETY: by bcj.h, `buf` has `size` bytes.
    unsafe { filter(Arch::RiscV, true, start_offset, buf, size) }
}

/// Undoes `lzma_bcj_riscv_encode`, in place.
///
/// # Parameters
/// - `start_offset`: position of the buffer in the executable, in bytes,
///   rounded down to a multiple of two.
/// - `buf`: the encoded code; may be NULL if `size` is 0.
/// - `size`: size of `buf` in bytes.
///
/// # Returns
/// The number of bytes that were filtered. Up to seven at the end are not; pass them
/// again with what follows, if anything does.
///
/// # Safety
/// `buf` is valid for reads and writes of `size` bytes; it may be NULL if
/// `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_bcj_riscv_decode(
    start_offset: u32,
    buf: *mut u8,
    size: usize,
) -> usize {
    // SAFETY: by bcj.h, `buf` has `size` bytes.
    unsafe { filter(Arch::RiscV, false, start_offset, buf, size) }
}

/// Applies the x86 filter (32 and 64 bits) to one buffer, in place. For other
/// containers than .xz: decoders and encoders of chains do it by themselves.
///
/// # Parameters
/// - `start_offset`: position of the buffer in the executable, in bytes.
/// - `buf`: the code; may be NULL if `size` is 0.
/// - `size`: size of `buf` in bytes.
///
/// # Returns
/// The number of bytes that were filtered. Up to four at the end are not; pass them again
/// with what follows, if anything does.
///
/// # Safety
/// `buf` is valid for reads and writes of `size` bytes; it may be NULL if
/// `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_bcj_x86_encode(
    start_offset: u32,
    buf: *mut u8,
    size: usize,
) -> usize {
    // SAFETY: by bcj.h, `buf` has `size` bytes.
    unsafe { filter(Arch::X86, true, start_offset, buf, size) }
}

/// Undoes `lzma_bcj_x86_encode`, in place.
///
/// # Parameters
/// - `start_offset`: position of the buffer in the executable, in bytes.
/// - `buf`: the encoded code; may be NULL if `size` is 0.
/// - `size`: size of `buf` in bytes.
///
/// # Returns
/// The number of bytes that were filtered. Up to four at the end are not; pass them again
/// with what follows, if anything does.
///
/// # Safety
/// `buf` is valid for reads and writes of `size` bytes; it may be NULL if
/// `size` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lzma_bcj_x86_decode(
    start_offset: u32,
    buf: *mut u8,
    size: usize,
) -> usize {
    // SAFETY: by bcj.h, `buf` has `size` bytes.
    unsafe { filter(Arch::X86, false, start_offset, buf, size) }
}
