//! What becomes of a panic in a library that has Rust's standard library for
//! itself alone (feature `standalone`): one line with the place, and then the
//! stack is unwound.
//!
//! The standard library's own way would ask environment variables, open files and
//! allocate, for a program that may be set-uid or out of memory; and what prints
//! backtraces would be a quarter of a megabyte of each library. The linker puts
//! the functions here in its place (`cmake/panic_handler.cmake`), if it can; else, they
//! are its panic hook.

use crate::cpu::signals;
use core::fmt::{self, Write};
use core::panic::PanicInfo;
use std::panic::resume_unwind;
use std::{process, thread};

/// From now on, panics are told about in this way, where the linker does not put
/// the handlers below into their place.
#[cfg(not(rlzma_panic_handler))]
pub(super) fn install() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    let hook = |info: &std::panic::PanicHookInfo<'_>| {
        report(info.location().map(|place| (place.file(), place.line())));
    };
    ONCE.call_once(|| std::panic::set_hook(Box::new(hook))); // of no size: not allocated
}

/// The panic handler.
#[cfg_attr(rlzma_panic_handler, unsafe(no_mangle))]
fn panic_in_rlzma(info: &PanicInfo<'_>) -> ! {
    report(info.location().map(|place| (place.file(), place.line())));
    if thread::panicking() {
        // Nothing can catch a panic of what is dropped because of another.
        process::abort();
    }
    resume_unwind(Box::new(())) // of no size: not allocated
}

/// The handler of failed allocations. Nothing but a panic allocates.
#[cfg_attr(rlzma_panic_handler, unsafe(no_mangle))]
fn no_memory_in_rlzma(_size: usize, _align: usize) -> ! {
    report(None);
    process::abort();
}

fn report(place: Option<(&str, u32)>) {
    let mut line = Line::new();
    let _ = match place {
        Some((file, number)) => write!(line, "rlzma: internal error at {file}:{number}"),
        None => write!(line, "rlzma: internal error"),
    };
    signals::write_to_stderr(line.end());
}

/// A line of text; what is too long for it is left out.
struct Line {
    bytes: [u8; 200],
    len: usize,
}

impl Line {
    fn new() -> Line {
        Line { bytes: [0; 200], len: 0 }
    }

    /// The line with its end.
    fn end(&mut self) -> &[u8] {
        let len = self.len.min(self.bytes.len() - 1);
        self.bytes[len] = b'\n';
        &self.bytes[..=len]
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (place, byte) in self.bytes[self.len..].iter_mut().zip(text.bytes()) {
            *place = byte;
            self.len += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_an_end() {
        let mut line = Line::new();
        write!(line, "one and {}", 2).unwrap();
        assert_eq!(line.end(), b"one and 2\n");
        for _ in 0..100 {
            line.write_str("more").unwrap();
        }
        assert_eq!((line.end().len(), line.end().last()), (200, Some(&b'\n')));
    }
}
