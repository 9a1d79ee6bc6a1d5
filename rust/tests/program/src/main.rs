//! Compresses with each way to reach liblzma what another decompresses, and
//! holds that all of them are the same functions.

use std::ffi::CStr;
use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let data: Vec<u8> = (0..300_000u32).flat_map(|i| (i / 7).to_le_bytes()).collect();

    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
    encoder.write_all(&data)?;
    let mut decompressed = Vec::new();
    xz2::read::XzDecoder::new(&encoder.finish()?[..]).read_to_end(&mut decompressed)?;
    assert!(decompressed == data, "liblzma, then xz2");

    let mut encoder = xz2::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(&data)?;
    let decompressed = c_code::decompress(&encoder.finish()?, data.len());
    assert!(decompressed == data, "xz2, then C");

    let threads =
        liblzma::stream::MtStreamBuilder::new().threads(2).block_size(100_000).encoder()?;
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), threads);
    encoder.write_all(&data)?;
    let decompressed = c_code::decompress(&encoder.finish()?, data.len());
    assert!(decompressed == data, "liblzma with threads, then C");

    let one = liblzma_sys::lzma_code as *const () as usize;
    let another = lzma_sys::lzma_code as *const () as usize;
    assert_eq!([one, another], [c_code::address(); 2], "there are several lzma_code");

    // SAFETY: the functions return a static string.
    let versions = unsafe {
        [liblzma_sys::lzma_version_string(), lzma_sys::lzma_version_string()]
            .map(|version| CStr::from_ptr(version))
    };
    assert_eq!(versions, [c"5.8.4"; 2]);
    println!("one lzma_code for liblzma, xz2 and C");
    Ok(())
}
