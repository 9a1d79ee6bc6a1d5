//! The Delta filter (xz-file-format 1.2.1, section 5.3.3): each byte is
//! stored as its difference from the one some distance before it.

#![forbid(unsafe_code)]

use crate::cpu::polyfill::as_chunks_mut;
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output, Source};
use crate::memory::figures::by_target;

/// Largest distance in bytes.
pub(crate) const DIST_MAX: usize = 256;
/// The only type of differences there is: of bytes.
pub(crate) const KIND_BYTE: u32 = 0;
/// Memory usage in bytes, as liblzma tells it.
const MEMORY_USAGE: u64 = by_target(352, 312, 308);

/// Memory usage in bytes; `None` if the options are invalid.
pub(crate) fn memory_usage(kind: u32, dist: u32) -> Option<u64> {
    distance(kind, dist).map(|_| MEMORY_USAGE)
}

/// The distance that the properties in a Filter Flags field mean.
pub(crate) fn from_property(byte: u8) -> u32 {
    u32::from(byte) + 1
}

/// The properties for a Filter Flags field; `None` if the options are
/// invalid.
pub(crate) fn to_property(kind: u32, dist: u32) -> Option<u8> {
    u8::try_from(distance(kind, dist)? - 1).ok()
}

fn distance(kind: u32, dist: u32) -> Option<usize> {
    let dist = usize::try_from(dist).ok()?;
    (kind == KIND_BYTE && (1..=DIST_MAX).contains(&dist)).then_some(dist)
}

/// The filter, in either direction.
pub(crate) struct Delta {
    /// 1 to [`DIST_MAX`].
    dist: usize,
    /// The last bytes of the unfiltered data; zeros before its beginning.
    history: [u8; DIST_MAX],
}

impl Delta {
    /// At the beginning of data. [`Error::Options`] if the options are
    /// invalid.
    pub(crate) fn new(kind: u32, dist: u32) -> Result<Delta> {
        let dist = distance(kind, dist).ok_or(Error::Options)?;
        Ok(Delta { dist, history: [0; DIST_MAX] })
    }

    /// Decodes what comes from `source`, also when that fails in the end.
    pub(crate) fn decode(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let from = output.len();
        let result = source.read(input, output, action);
        self.undo(output.written_mut(from));
        result
    }

    /// Encodes what comes from `source`, also when that fails in the end.
    pub(crate) fn encode(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let from = output.len();
        let result = source.read(input, output, action);
        self.apply(output.written_mut(from));
        result
    }

    /// Replaces bytes by differences.
    fn apply(&mut self, bytes: &mut [u8]) {
        // In a copy, what is subtracted survives, and the compiler sees that
        // no difference depends on another.
        let mut plain = [0; 2 * DIST_MAX];
        for block in bytes.chunks_mut(DIST_MAX) {
            plain[..DIST_MAX].copy_from_slice(&self.history);
            plain[DIST_MAX..][..block.len()].copy_from_slice(block);
            let before = &plain[DIST_MAX - self.dist..];
            for (byte, before) in block.iter_mut().zip(before) {
                *byte = byte.wrapping_sub(*before);
            }
            self.history.copy_from_slice(&plain[block.len()..][..DIST_MAX]);
        }
    }

    /// Replaces differences by bytes.
    fn undo(&mut self, bytes: &mut [u8]) {
        match self.dist {
            1 => self.undo_short::<1>(bytes),
            2 => self.undo_short::<2>(bytes),
            3 => self.undo_short::<3>(bytes),
            4 => self.undo_short::<4>(bytes),
            5 => self.undo_short::<5>(bytes),
            6 => self.undo_short::<6>(bytes),
            7 => self.undo_short::<7>(bytes),
            8 => self.undo_short::<8>(bytes),
            dist => self.undo_long(dist, bytes),
        }
        self.remember(bytes);
    }

    /// For a distance of `DIST`: the bytes before are kept in registers.
    fn undo_short<const DIST: usize>(&self, bytes: &mut [u8]) {
        let mut before = *self.history.last_chunk::<DIST>().unwrap_or(&[0; DIST]);
        let (groups, rest) = as_chunks_mut::<DIST, _>(bytes);
        for group in groups {
            for (byte, before) in group.iter_mut().zip(&mut before) {
                *before = byte.wrapping_add(*before);
                *byte = *before;
            }
        }
        add(rest, &before);
    }

    /// For distances that are worth a loop for each group of so many bytes.
    fn undo_long(&self, dist: usize, bytes: &mut [u8]) {
        let mut before = &self.history[DIST_MAX - dist..];
        for group in bytes.chunks_mut(dist) {
            add(group, before);
            before = group;
        }
    }

    fn remember(&mut self, bytes: &[u8]) {
        let count = bytes.len().min(DIST_MAX);
        self.history.copy_within(count.., 0);
        self.history[DIST_MAX - count..].copy_from_slice(&bytes[bytes.len() - count..]);
    }
}

fn add(bytes: &mut [u8], before: &[u8]) {
    for (byte, before) in bytes.iter_mut().zip(before) {
        *byte = byte.wrapping_add(*before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition.
    fn naive(dist: usize, bytes: &[u8]) -> Vec<u8> {
        let before = |i: usize| i.checked_sub(dist).map_or(0, |i| bytes[i]);
        (0..bytes.len()).map(|i| bytes[i].wrapping_sub(before(i))).collect()
    }

    fn sample(len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        crate::rng::Rng::new(0).fill(&mut bytes);
        bytes
    }

    #[test]
    fn both_directions_at_every_distance() {
        let plain = sample(1500);
        for dist in 1..=DIST_MAX {
            let expected = naive(dist, &plain);
            for step in [1, 2, 7, 100, 256, 300, 1500] {
                let mut encoder = Delta::new(KIND_BYTE, dist as u32).unwrap();
                let mut decoder = Delta::new(KIND_BYTE, dist as u32).unwrap();
                let mut bytes = plain.clone();
                bytes.chunks_mut(step).for_each(|part| encoder.apply(part));
                assert_eq!(bytes, expected, "distance {dist}, {step} bytes at a time");
                bytes.chunks_mut(step).for_each(|part| decoder.undo(part));
                assert_eq!(bytes, plain, "distance {dist}, {step} bytes at a time");
            }
        }
    }

    #[test]
    fn example_of_the_format() {
        // xz-file-format 1.2.1, section 5.3.3
        let mut bytes = [0xa1, 0xb1, 0xa2, 0xb3, 0xa3, 0xb5, 0xa4, 0xb7];
        Delta::new(KIND_BYTE, 2).unwrap().apply(&mut bytes);
        assert_eq!(bytes, [0xa1, 0xb1, 1, 2, 1, 2, 1, 2]);
    }

    #[test]
    fn options() {
        for (kind, dist) in [(1, 1), (0, 0), (0, 257), (0, u32::MAX), (u32::MAX, 1)] {
            assert_eq!(Delta::new(kind, dist).err(), Some(Error::Options));
            assert_eq!(memory_usage(kind, dist), None);
            assert_eq!(to_property(kind, dist), None);
        }
        for byte in 0..=255 {
            assert_eq!(to_property(KIND_BYTE, from_property(byte)), Some(byte));
        }
    }

    /// Gives three bytes, then fails.
    struct Broken;

    impl Source for Broken {
        fn read(
            &mut self,
            _: &mut Input<'_>,
            output: &mut Output<'_>,
            _: Action,
        ) -> Result<Status> {
            output.write(&[1, 1, 1]);
            Err(Error::Data)
        }
    }

    #[test]
    fn what_came_before_an_error_is_decoded() {
        let mut bytes = [9, 0, 0, 0, 0];
        let mut output = Output::resume(&mut bytes, 1);
        let mut delta = Delta::new(KIND_BYTE, 1).unwrap();
        let result = delta.decode(&mut Broken, &mut Input::new(&[]), &mut output, Action::Run);
        assert_eq!((result, output.len()), (Err(Error::Data), 4));
        assert_eq!(bytes, [9, 1, 2, 3, 0]);
    }
}
