//! A panic anywhere inside the library, which would be a bug: the call returns
//! `LZMA_PROG_ERROR`, nothing is leaked, nothing hangs, the stream can be
//! started again, and other streams do not notice.
//!
//! `scripts/test-panics` builds the library for this with `--cfg rlzma_test_panic`,
//! so that it counts places where it can panic. Each test goes through all of
//! them: the first place panics, then the second one, until none is left.
//! `entries.rs` has each function panic before it does anything.

mod coders;
#[path = "../common/mod.rs"]
mod common;
mod entries;
mod functions;
mod reader;

use std::panic;
use std::process;
use std::sync::Once;
use std::thread;
use std::time::Duration;

/// Nothing takes so long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(900);

/// Only this library's panics on purpose are not worth telling.
fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if info.location().is_none_or(|place| place.file() != "src/fault.rs") {
                tell(info);
            }
        }));
        thread::spawn(|| {
            thread::sleep(PATIENCE);
            eprintln!("something hangs");
            process::abort();
        });
    });
}

/// True if the panic that [`rlzma::ffi::rlzma_test_panic`] was asked for has come.
/// None will come after this.
fn has_panicked() -> bool {
    rlzma::ffi::rlzma_test_panic(0) == 0
}

/// Calls `body` with a place to panic at, the first one, the second one and so
/// on, for as long as it says that there was a panic. The farther, the larger
/// steps are. `name` has at least `least` panics.
fn at_every_place(name: &str, least: u32, mut body: impl FnMut(u64) -> bool) {
    prepare();
    let (mut place, mut panics) = (1, 0);
    while body(place) {
        panics += 1;
        place += 1 + place / 40;
    }
    println!("{name}: {panics} panics, the last one before place {place}");
    assert!(panics >= least, "{name}: only {panics} panics");
}
