//! Variable-length integers (xz-file-format 1.2.1, section 1.2): 63 bits,
//! seven in each byte, the lowest first; the highest bit says whether more
//! bytes follow. The shortest form is the only one allowed.

#![forbid(unsafe_code)]

use crate::error::{Error, Result, Status};
use crate::io::{Input, Output};

/// The largest number that can be stored.
pub(crate) const MAX: u64 = u64::MAX / 2;
/// Stands for a number that is not known.
pub(crate) const UNKNOWN: u64 = u64::MAX;
/// The most bytes that an encoded number takes.
pub(crate) const BYTES_MAX: usize = 9;

/// Tells whether `value` can be stored, or is [`UNKNOWN`].
pub(crate) fn is_valid(value: u64) -> bool {
    value <= MAX || value == UNKNOWN
}

/// Encoded size of `value` in bytes; `None` if it cannot be stored.
#[inline]
pub(crate) fn size(value: u64) -> Option<usize> {
    (value <= MAX).then(|| len(value) as usize)
}

/// Encoded size in bytes of `value`, which can be stored.
#[inline]
pub(crate) fn len(value: u64) -> u64 {
    // Divided by 7 and rounded up, for up to 63 bits.
    let bits = u64::BITS - (value | 1).leading_zeros();
    u64::from((bits * 9 + 64) / 64)
}

/// A number of which only some bytes may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vli {
    /// The value of the bytes so far.
    value: u64,
    /// Number of bytes that have arrived, at most [`BYTES_MAX`].
    len: usize,
}

impl Vli {
    /// Makes a number of which no byte has arrived.
    pub(crate) const fn new() -> Vli {
        Vli { value: 0, len: 0 }
    }

    /// Goes on where an application says that an earlier call has stopped:
    /// after `len` bytes, which make up `value`. [`Error::Prog`] if they
    /// cannot.
    #[inline]
    pub(crate) fn resume(value: u64, len: usize) -> Result<Vli> {
        let value = if len == 0 { 0 } else { value };
        if len >= BYTES_MAX || value >> (7 * len) != 0 {
            return Err(Error::Prog);
        }
        Ok(Vli { value, len })
    }

    /// The value as far as it is known.
    #[inline]
    pub(crate) fn value(&self) -> u64 {
        self.value
    }

    /// Returns the number of bytes that have arrived.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds bytes up to the last one of the number. Returns how many were added, and
    /// whether that one was among them; [`Error::Data`] if there is no such number.
    #[inline(always)]
    pub(crate) fn add(&mut self, bytes: &[u8]) -> (usize, Result<bool>) {
        let count = bytes.len().min(BYTES_MAX.saturating_sub(self.len));
        let (mut value, mut shift) = (self.value, 7 * self.len);
        let mut added = 0;
        for &byte in &bytes[..count] {
            added += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                *self = Vli { value, len: self.len + added };
                let is_shortest = byte != 0 || self.len == 1;
                return (added, if is_shortest { Ok(true) } else { Err(Error::Data) });
            }
            shift += 7;
        }
        *self = Vli { value, len: self.len + added };
        // There are 63 bits at most.
        (added, if self.len < BYTES_MAX { Ok(false) } else { Err(Error::Data) })
    }

    /// As [`Vli::add`] with one byte and no loop, for numbers that arrive byte by byte.
    #[inline(always)]
    pub(crate) fn add_byte(&mut self, byte: u8) -> Result<bool> {
        let before = self.len;
        self.value |= u64::from(byte & 0x7f) << (7 * before);
        self.len += 1;
        match byte {
            0 if before != 0 => Err(Error::Data), // not the shortest form
            0..0x80 => Ok(true),
            _ if before >= BYTES_MAX - 1 => Err(Error::Data), // more than 63 bits
            _ => Ok(false),
        }
    }

    /// Takes input until the number is complete; then it is returned, and
    /// the next one can be collected.
    #[inline]
    pub(crate) fn fill(&mut self, input: &mut Input<'_>) -> Result<Option<u64>> {
        let bytes = input.rest();
        // Most numbers are small.
        if let ([byte @ 0..0x80, ..], 0) = (bytes, self.len) {
            input.advance(1);
            return Ok(Some(u64::from(*byte)));
        }
        let (added, result) = self.add(bytes);
        input.advance(added);
        if !result? {
            return Ok(None);
        }
        let value = self.value;
        *self = Vli::new();
        Ok(Some(value))
    }
}

/// Takes a number that must be here as a whole, or the data is damaged.
pub(crate) fn read(input: &mut Input<'_>) -> Result<u64> {
    let mut value = 0;
    read_to(&mut value, input).map(|()| value)
}

/// As [`read`], to `value`. After an error, it has the value of the bytes that there are.
#[inline(never)]
pub(crate) fn read_to(value: &mut u64, input: &mut Input<'_>) -> Result<()> {
    let mut vli = Vli::new();
    let result = vli.fill(input);
    *value = if let Ok(Some(value)) = result { value } else { vli.value };
    result?.map(|_| ()).ok_or(Error::Data)
}

/// Encodes `value`, which can be stored, to the front of `space`. Returns its size; `None`
/// if there is not enough space.
#[inline(always)]
pub(crate) fn put(mut value: u64, space: &mut [u8]) -> Option<usize> {
    for (len, byte) in (1..).zip(space) {
        if value < 0x80 {
            *byte = value as u8;
            return Some(len);
        }
        *byte = value as u8 | 0x80;
        value >>= 7;
    }
    None
}

/// Encodes `value` from its byte number `*pos` on, as far as there is room;
/// [`Status::StreamEnd`] when its last byte is written. [`Error::Buf`]
/// without any room, [`Error::Prog`] if there is no such number or byte.
#[inline(always)]
pub(crate) fn encode(value: u64, pos: &mut usize, output: &mut Output<'_>) -> Result<Status> {
    if output.is_full() {
        return Err(Error::Buf);
    }
    if *pos >= BYTES_MAX || value > MAX {
        return Err(Error::Prog);
    }
    let mut rest = value >> (7 * *pos);
    let mut written = 0;
    while rest >= 0x80 && output.push(rest as u8 | 0x80) {
        written += 1;
        rest >>= 7;
    }
    let is_end = rest < 0x80 && output.push(rest as u8);
    *pos += written + usize::from(is_end);
    Ok(if is_end { Status::StreamEnd } else { Status::Ok })
}

/// The byte number `pos` of `value`, and whether it is the last one: [`encode`] without a
/// loop, for one byte of room.
#[inline(always)]
pub(crate) fn byte_at(value: u64, pos: usize) -> Result<(u8, bool)> {
    if pos >= BYTES_MAX || value > MAX {
        return Err(Error::Prog);
    }
    let rest = value >> (7 * pos);
    let is_last = rest < 0x80;
    Ok((if is_last { rest as u8 } else { rest as u8 | 0x80 }, is_last))
}

/// Encodes the whole of `value`. [`Error::Prog`] if it cannot be stored, or
/// there is not enough room (what fits is written then).
#[inline(never)]
pub(crate) fn write(value: u64, output: &mut Output<'_>) -> Result<()> {
    match encode(value, &mut 0, output) {
        Ok(Status::StreamEnd) => Ok(()),
        _ => Err(Error::Prog),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLES: [(u64, &[u8]); 7] = [
        (0, &[0]),
        (0x7f, &[0x7f]),
        (0x80, &[0x80, 1]),
        (0x3fff, &[0xff, 0x7f]),
        (0x4000, &[0x80, 0x80, 1]),
        (1 << 56, &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]),
        (MAX, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ];

    #[test]
    fn sizes() {
        for bits in 1..=63_usize {
            assert_eq!(size(u64::MAX >> (64 - bits)), Some(bits.div_ceil(7)));
        }
        assert_eq!((size(0), size(1 << 63)), (Some(1), None));
    }

    #[test]
    fn whole_numbers() {
        for (value, bytes) in EXAMPLES {
            let mut encoded = [0; BYTES_MAX];
            let mut output = Output::new(&mut encoded);
            assert_eq!(write(value, &mut output), Ok(()));
            assert_eq!(output.written_mut(0), bytes);
            assert_eq!(size(value), Some(bytes.len()));
            let mut input = Input::new(bytes);
            assert_eq!(read(&mut input), Ok(value));
            assert!(input.is_empty());
            assert_eq!(read(&mut Input::new(&bytes[..bytes.len() - 1])), Err(Error::Data));
            let mut short = Output::new(&mut encoded[..bytes.len() - 1]);
            assert_eq!(write(value, &mut short), Err(Error::Prog));
        }
        assert_eq!(size(MAX + 1), None);
    }

    #[test]
    fn byte_by_byte() {
        for (value, bytes) in EXAMPLES {
            let mut vli = Vli::new();
            let mut pos = 0;
            for (i, byte) in bytes.iter().enumerate() {
                let last = i + 1 == bytes.len();
                let status = if last { Status::StreamEnd } else { Status::Ok };
                let mut out = [0];
                assert_eq!(encode(value, &mut pos, &mut Output::new(&mut out)), Ok(status));
                assert_eq!((out[0], pos), (*byte, i + 1));
                let mut resumed = Vli::resume(vli.value(), vli.len()).unwrap();
                assert_eq!(resumed.add(&out), (1, Ok(last)));
                assert_eq!(byte_at(value, i), Ok((*byte, last)));
                let mut other = vli;
                assert_eq!(other.add_byte(*byte), Ok(last));
                assert_eq!((other.value(), other.len()), (resumed.value(), resumed.len()));
                let filled = vli.fill(&mut Input::new(&out));
                assert_eq!(filled, Ok(last.then_some(value)));
            }
            assert_eq!(vli, Vli::new());
        }
    }

    #[test]
    fn only_the_shortest_form_of_63_bits() {
        assert_eq!(read(&mut Input::new(&[0x80, 0])), Err(Error::Data));
        assert_eq!(read(&mut Input::new(&[0xff; 10])), Err(Error::Data));
        let mut vli = Vli::new();
        assert_eq!((vli.add_byte(0x80), vli.add_byte(0)), (Ok(false), Err(Error::Data)));
        let mut vli = Vli::resume(1, 8).unwrap();
        assert_eq!((vli.add_byte(0x80), vli.len()), (Err(Error::Data), 9));
    }

    #[test]
    fn impossible_positions() {
        assert_eq!(Vli::resume(1, 0), Ok(Vli::new()));
        assert_eq!(Vli::resume(0, 9), Err(Error::Prog));
        assert_eq!(Vli::resume(0x80, 1), Err(Error::Prog));
        assert_eq!(Vli::new().add(&[]), (0, Ok(false)));
        let mut byte = [0];
        assert_eq!(encode(0, &mut 9, &mut Output::new(&mut byte)), Err(Error::Prog));
        assert_eq!(encode(0, &mut 9, &mut Output::new(&mut [])), Err(Error::Buf));
        assert_eq!(encode(MAX + 1, &mut 0, &mut Output::new(&mut byte)), Err(Error::Prog));
        assert_eq!((byte_at(0, 9), byte_at(MAX + 1, 0)), (Err(Error::Prog), Err(Error::Prog)));
    }
}
