//! The report of a panic by a library that has Rust's standard library for itself
//! alone (feature `standalone`): one line with the place, and nothing else. The standard library's own way would ask environment
//! variables, open files and allocate, for a program that may be set-uid or
//! out of memory.

use crate::cpu::signals;
use core::fmt::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

/// From now on, panics are told about in this way.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| panic::set_hook(Box::new(report))); // of no size: not allocated
}

fn report(info: &PanicHookInfo<'_>) {
    let mut line = Line::new();
    let _ = match info.location() {
        Some(place) => write!(line, "rlzma: internal error at {}:{}", place.file(), place.line()),
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
