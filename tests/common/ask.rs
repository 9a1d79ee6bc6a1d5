//! Questions that both libraries must answer alike, without a panic of ours.

use std::fmt::Debug;
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Lib;

/// Counts panics of the library, even those that the C boundary has caught.
static PANICS: AtomicU32 = AtomicU32::new(0);

/// The original and rlzma, whose panics are counted from now on.
pub fn both() -> [&'static Lib; 2] {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if info.location().is_some_and(|place| !place.file().starts_with("tests/")) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            tell(info);
        }));
    });
    [Lib::reference(), Lib::ours()]
}

/// Fails if the library has panicked.
#[track_caller]
pub fn assert_no_panic() {
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "a panic was caught");
}

/// The answer of both libraries, which must be the same.
#[track_caller]
pub fn same<T: PartialEq + Debug>(what: &str, mut ask: impl FnMut(&'static Lib) -> T) -> T {
    let [want, have] = both().map(&mut ask);
    assert_no_panic();
    assert_eq!(have, want, "{what}");
    have
}
