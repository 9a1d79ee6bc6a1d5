//! What becomes of a panic in a library that has Rust's standard library for
//! itself alone (feature `standalone`): one line with the place, and then the
//! stack is unwound.
//!
//! The standard library's own way would ask environment variables, open files and
//! allocate, for a program that may be set-uid or out of memory; and what prints
//! backtraces would be a quarter of a megabyte of each library. The linker puts
//! the functions here in its place (`cmake/panic_handler.cmake`), if it can; else, they
//! are its panic hook. What writes values for messages of panics goes the same way: the
//! line has no such message.

use crate::cpu::sys::signals;
#[cfg(rlzma_panic_handler)]
use core::fmt;
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

/// In the place of the standard library's implementations of `Debug` and `Display`.
#[cfg(rlzma_panic_handler)]
#[unsafe(no_mangle)]
fn no_text_in_rlzma(_value: &(), _to: &mut fmt::Formatter<'_>) -> fmt::Result {
    Ok(())
}

fn report(place: Option<(&str, u32)>) {
    let mut line = Line::new();
    line.add(b"rlzma: internal error");
    if let Some((file, number)) = place {
        line.add(b" at ");
        line.add(file.as_bytes());
        line.add(b":");
        line.add_number(number);
    }
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

    fn add(&mut self, text: &[u8]) {
        for (place, byte) in self.bytes[self.len..].iter_mut().zip(text) {
            *place = *byte;
            self.len += 1;
        }
    }

    fn add_number(&mut self, number: u32) {
        if number >= 10 {
            self.add_number(number / 10);
        }
        self.add(&[b'0' + (number % 10) as u8]);
    }

    /// The line with its end.
    fn end(&mut self) -> &[u8] {
        let len = self.len.min(self.bytes.len() - 1);
        self.bytes[len] = b'\n';
        &self.bytes[..=len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_an_end() {
        let mut line = Line::new();
        line.add(b"one and ");
        line.add_number(203);
        assert_eq!(line.end(), b"one and 203\n");
        for _ in 0..100 {
            line.add(b"more");
        }
        assert_eq!((line.end().len(), line.end().last()), (200, Some(&b'\n')));
    }
}
