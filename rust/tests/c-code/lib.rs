//! The functions of the C code, for Rust.

extern crate liblzma_sys as _;

unsafe extern "C" {
    fn c_decompress(input: *const u8, in_size: usize, out: *mut u8, out_size: usize) -> i32;
    fn c_address() -> usize;
}

/// Decompresses a file whose data has `len` bytes.
pub fn decompress(file: &[u8], len: usize) -> Vec<u8> {
    let mut data = vec![0; len];
    // SAFETY: both are slices.
    let result = unsafe { c_decompress(file.as_ptr(), file.len(), data.as_mut_ptr(), len) };
    assert_eq!(result, 0, "C cannot decompress");
    data
}

/// The address at which C finds `lzma_code`.
pub fn address() -> usize {
    // SAFETY: it reads nothing.
    unsafe { c_address() }
}
