//! Encodes and decodes a text on a system without threads: with the plain coders,
//! and with those that use threads where there are any.

use rlzma::ffi::*;

fn code(stream: &mut lzma_stream, input: &[u8], output: &mut [u8]) -> lzma_ret {
    (stream.next_in, stream.avail_in) = (input.as_ptr(), input.len());
    (stream.next_out, stream.avail_out) = (output.as_mut_ptr(), output.len());
    // SAFETY: the buffers are as long as said, and the stream has a coder.
    let ret = unsafe { lzma_code(stream, LZMA_FINISH) };
    // SAFETY: the stream is valid.
    unsafe { lzma_end(stream) };
    ret
}

fn main() {
    let text: Vec<u8> = (0..200_000_u32).flat_map(|i| (i * i / 7).to_string().into_bytes()).collect();
    let mut file = vec![0; text.len() + 1000];
    let mut stream = LZMA_STREAM_INIT;
    // SAFETY: a new stream, here and below.
    assert_eq!(unsafe { lzma_easy_encoder(&mut stream, 6, LZMA_CHECK_CRC64) }, LZMA_OK);
    assert_eq!(code(&mut stream, &text, &mut file), LZMA_STREAM_END);
    let size = stream.total_out as usize;

    let mut plain = vec![0; text.len()];
    let mut stream = LZMA_STREAM_INIT;
    // SAFETY: as above.
    assert_eq!(unsafe { lzma_stream_decoder(&mut stream, u64::MAX, 0) }, LZMA_OK);
    assert_eq!(code(&mut stream, &file[..size], &mut plain), LZMA_STREAM_END);
    assert!(plain == text);

    // The threaded decoder decodes in the caller's thread if it is to use one.
    // SAFETY: zeros are a value of every member.
    let mut options: lzma_mt = unsafe { std::mem::zeroed() };
    (options.threads, options.memlimit_stop) = (1, u64::MAX);
    plain.fill(0);
    let mut stream = LZMA_STREAM_INIT;
    // SAFETY: as above.
    assert_eq!(unsafe { lzma_stream_decoder_mt(&mut stream, &options) }, LZMA_OK);
    assert_eq!(code(&mut stream, &file[..size], &mut plain), LZMA_STREAM_END);
    assert!(plain == text);

    // The threaded encoder cannot start a thread, and says so.
    let mut stream = LZMA_STREAM_INIT;
    options.check = LZMA_CHECK_CRC64;
    // SAFETY: as above.
    assert_eq!(unsafe { lzma_stream_encoder_mt(&mut stream, &options) }, LZMA_OK);
    assert_eq!(code(&mut stream, &text, &mut file), LZMA_MEM_ERROR);
    println!("{} bytes to {size} and back", text.len());
}
