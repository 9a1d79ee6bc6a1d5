//! A Rust program that the static library is linked into: it panics, catches
//! its panics, and uses the library before, between and after them. `xz` is
//! one of the crates that bind liblzma.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use xz::read::XzDecoder;
use xz::stream::{Check, MtStreamBuilder, Stream};
use xz::write::XzEncoder;

fn compress(data: &[u8], stream: Stream) -> Vec<u8> {
    let mut encoder = XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(data).expect("compressed");
    encoder.finish().expect("finished")
}

fn roundtrip(data: &[u8]) {
    let single = Stream::new_easy_encoder(6, Check::Crc64).expect("an encoder");
    let threaded = MtStreamBuilder::new().threads(2).block_size(50_000).preset(1).encoder();
    for stream in [single, threaded.expect("an encoder")] {
        let compressed = compress(data, stream);
        let mut decompressed = Vec::new();
        XzDecoder::new(&compressed[..]).read_to_end(&mut decompressed).expect("decompressed");
        assert!(decompressed == data, "other data than was compressed");
    }
}

/// Counts how often it is dropped.
struct Dropped<'a>(&'a Cell<u32>);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// The message of a panic.
fn message(payload: Box<dyn std::any::Any + Send>) -> String {
    *payload.downcast::<String>().expect("a message with a number")
}

/// A file whose second part cannot be read without a panic.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.0.len().min(buffer.len());
        assert!(len > 0, "nothing left of {}", self.0.len());
        buffer[..len].copy_from_slice(&self.0[..len]);
        self.0 = &[];
        Ok(len)
    }
}

fn main() {
    let line = b"The quick brown fox jumps over the lazy dog.\n";
    let data: Vec<u8> = line.iter().copied().cycle().take(200_000).collect();
    roundtrip(&data);

    let drops = Cell::new(0);
    let caught = panic::catch_unwind(AssertUnwindSafe(|| {
        let _dropped = Dropped(&drops);
        panic!("number {}", data.len());
    }));
    assert_eq!(message(caught.unwrap_err()), "number 200000");
    assert_eq!(drops.get(), 1);
    roundtrip(&data);

    let thread = thread::spawn(|| -> () { panic!("number {}", thread::panicking() as u32) });
    assert_eq!(message(thread.join().unwrap_err()), "number 0");

    // While a coder is at work, which is ended on the way out.
    let compressed = compress(&data, Stream::new_easy_encoder(0, Check::Crc32).unwrap());
    let caught = panic::catch_unwind(|| {
        let broken = Broken(&compressed[..compressed.len() / 2]);
        XzDecoder::new(broken).read_to_end(&mut Vec::new())
    });
    assert_eq!(message(caught.unwrap_err()), "nothing left of 0");
    roundtrip(&data);
    println!("three panics, four round trips");
}
