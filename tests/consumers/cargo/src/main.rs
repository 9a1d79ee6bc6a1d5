//! Compresses and decompresses with the crate `liblzma`, with one thread and
//! with several.

use liblzma::read::XzDecoder;
use liblzma::stream::{Check, MtStreamBuilder, Stream};
use liblzma::write::XzEncoder;
use std::io::{self, Read, Write};

fn roundtrip(data: &[u8], stream: Stream) -> io::Result<usize> {
    let mut encoder = XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(data)?;
    let compressed = encoder.finish()?;
    let mut decompressed = Vec::new();
    XzDecoder::new(&compressed[..]).read_to_end(&mut decompressed)?;
    assert!(decompressed == data, "other data than was compressed");
    Ok(compressed.len())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let line = b"The quick brown fox jumps over the lazy dog.\n";
    let data: Vec<u8> = line.iter().copied().cycle().take(1_000_000).collect();
    let single = roundtrip(&data, Stream::new_easy_encoder(6, Check::Crc64)?)?;
    let threaded = MtStreamBuilder::new().threads(2).block_size(200_000).preset(1).encoder()?;
    let threaded = roundtrip(&data, threaded)?;
    println!("{} bytes to {single}, with threads to {threaded}", data.len());
    Ok(())
}
