//! Coders that have threads by decision of the user (`rlzma.h`,
//! `RLZMA_THREADS`), beside those that have none.

use rlzma::ffi::*;

/// The settings belong to the process, so the tests take turns.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[test]
fn settings() {
    let _turn = TURN.lock();
    assert_eq!(rlzma_set_threads(7), LZMA_OK);
    assert_eq!(rlzma_threads(), 7);
    assert_eq!(rlzma_set_threads(RLZMA_THREADS_MAX + 1), LZMA_OPTIONS_ERROR);
    assert_eq!(rlzma_threads(), 7);
    assert_eq!(rlzma_set_threads(0), LZMA_OK);
    assert!((1..=lzma_cputhreads()).contains(&rlzma_threads()));
    rlzma_set_memory(1);
    assert_eq!(rlzma_memory(), 1);
    rlzma_set_memory(0);
    assert!(rlzma_memory() > 1);
    assert_eq!(rlzma_set_threads(RLZMA_THREADS_ENVIRONMENT), LZMA_OK);
}
