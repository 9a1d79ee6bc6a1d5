#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rlzma_fuzz::bodies::encode_round_trip(data));
