#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rlzma_fuzz::bodies::reader(data));
