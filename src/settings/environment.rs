//! The environment variables `RLZMA_THREADS` and `RLZMA_MEMORY`. What cannot be
//! understood counts as not set.

#![forbid(unsafe_code)]

use super::{THREADS_MAX, physical_memory};
use crate::cpu::sys::process;

/// Length of the longest value that is read, in bytes.
const VALUE_MAX: usize = 40;

/// `RLZMA_THREADS`: a number of threads, or 0 for as many as can run at once.
pub(super) fn threads() -> Option<u32> {
    parse_threads(process::variable(c"RLZMA_THREADS", &mut [0; VALUE_MAX])?)
}

/// `RLZMA_MEMORY` in bytes.
pub(super) fn memory() -> Option<u64> {
    parse_memory(process::variable(c"RLZMA_MEMORY", &mut [0; VALUE_MAX])?, physical_memory())
}

fn parse_threads(value: &[u8]) -> Option<u32> {
    if value == b"auto" {
        return Some(0);
    }
    match number(value)? {
        (threads, b"") => u32::try_from(threads).ok().filter(|threads| *threads <= THREADS_MAX),
        _ => None,
    }
}

/// A size as `xz --memlimit` takes it: bytes, with a suffix such as `MiB`, `M` or
/// `MB` (all of which are 2^20), a percentage of all memory, or `max`. 0 stands
/// for the default.
fn parse_memory(value: &[u8], physical: u64) -> Option<u64> {
    if value == b"max" {
        return Some(u64::MAX);
    }
    let (number, suffix) = number(value)?;
    if suffix == b"%" {
        return (1..=100).contains(&number).then(|| physical / 100 * number);
    }
    let shift = match suffix.split_first() {
        None => 0,
        Some((unit, b"" | b"i" | b"iB" | b"B")) => match unit.to_ascii_uppercase() {
            b'K' => 10,
            b'M' => 20,
            b'G' => 30,
            _ => return None,
        },
        Some(_) => return None,
    };
    number.checked_mul(1 << shift).filter(|bytes| *bytes != 0)
}

/// The decimal number that `text` begins with, and what follows it.
pub(super) fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = text.iter().take_while(|letter| letter.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(digits);
    if digits.is_empty() {
        return None;
    }
    let append = |number: u64, digit: &u8| {
        number.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))
    };
    Some((digits.iter().try_fold(0, append)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_threads() {
        let good: [(&[u8], _); 6] =
            [(b"0", 0), (b"auto", 0), (b"1", 1), (b"2", 2), (b"016", 16), (b"16384", 16384)];
        for (text, threads) in good {
            assert_eq!(parse_threads(text), Some(threads));
        }
        let bad: [&[u8]; 10] = [
            b"",
            b" 2",
            b"2 ",
            b"-1",
            b"+2",
            b"2.5",
            b"all",
            b"Auto",
            b"16385",
            b"99999999999999999999999",
        ];
        for text in bad {
            assert_eq!(parse_threads(text), None, "{text:?}");
        }
    }

    #[test]
    fn sizes_of_memory() {
        let good: [(&[u8], _); 13] = [
            (b"1", 1),
            (b"100000", 100_000),
            (b"1k", 1 << 10),
            (b"2KiB", 2 << 10),
            (b"3Ki", 3 << 10),
            (b"4KB", 4 << 10),
            (b"5m", 5 << 20),
            (b"6MiB", 6 << 20),
            (b"7G", 7 << 30),
            (b"1%", 40),
            (b"50%", 2000),
            (b"100%", 4000),
            (b"max", u64::MAX),
        ];
        for (text, bytes) in good {
            assert_eq!(parse_memory(text, 4000), Some(bytes), "{text:?}");
        }
        let bad: [&[u8]; 12] = [
            b"",
            b"0",
            b"0MiB",
            b"0%",
            b"101%",
            b"1b",
            b"1T",
            b"1Kib",
            b"1 M",
            b"-1",
            b"MiB",
            b"99999999999G",
        ];
        for text in bad {
            assert_eq!(parse_memory(text, 4000), None, "{text:?}");
        }
    }
}
