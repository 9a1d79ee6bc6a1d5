//! Keeps panics from crossing into C.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `body`. A panic in it, which would be a bug, becomes `on_panic`.
///
/// What `body` was changing may be left half-changed, so it must arrange for
/// that not to be used again (a session marks itself as failed beforehand).
pub(super) fn guard<R>(on_panic: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(on_panic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_value() {
        assert_eq!(guard(1, || 2), 2);
        assert_eq!(guard(1, || panic!("on purpose")), 1);
    }
}
